"""Formats the code cells of the text lessons with ruff, narrow enough for a notebook on a laptop.

python tests/format_lessons.py [--check]
"""

import subprocess
import sys

from ipv6course.authoring.text_lesson import lesson_paths, read_lesson
from ipv6course.places import modules_folder

_COLUMNS = 80


def formatted(source: str) -> str:
    """Return the source of a code cell as ruff would have it."""
    command = [sys.executable, "-m", "ruff", "format", f"--line-length={_COLUMNS}", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=True)
    return done.stdout.strip("\n")


def main() -> int:
    """Format every lesson, or only name those that are not formatted (--check)."""
    check_only = sys.argv[1:] == ["--check"]
    unformatted = []
    for module in sorted(path.name for path in modules_folder().iterdir() if path.is_dir()):
        for path in lesson_paths(modules_folder(), module):
            text = old = path.read_text(encoding="utf-8")
            for cell in read_lesson(path).cells:
                if cell.kind == "code":
                    text = text.replace(cell.source, formatted(cell.source), 1)
            if text != old:
                unformatted.append(path)
                if not check_only:
                    path.write_text(text, encoding="utf-8")
    for path in unformatted:
        print(f"{path}: {'would be' if check_only else ''} formatted")
    return 1 if unformatted and check_only else 0


if __name__ == "__main__":
    sys.exit(main())
