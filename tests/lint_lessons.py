"""Lints and formats the code of the lessons.

    python tests/lint_lessons.py          # what is wrong; writes nothing
    python tests/lint_lessons.py --fix    # formats the code cells

Each lesson is linted as one Python file, in jupytext's percent form; the places that ruff names are
lines of that form, which is kept in `build/lint/` for a look. Each cell is formatted by itself,
narrow enough for a notebook on a laptop.
"""

import subprocess
import sys
from pathlib import Path

import jupytext

from ipv6course.authoring.text_lesson import read_lesson

CHECKOUT = Path(__file__).resolve().parent.parent
MODULES = CHECKOUT / "course" / "modules"
_RUFF = (sys.executable, "-m", "ruff")
_COLUMNS = 80
# Prose is long lines; a cell may import, and may end with a value.
_NOT_IN_A_LESSON = "B018,D,E402,E501"


def is_linted(lessons: list[Path]) -> bool:
    """Lint the lessons; ruff says what is wrong."""
    views = CHECKOUT / "build" / "lint"
    written = []
    for lesson in lessons:
        view = views / lesson.relative_to(MODULES).with_suffix(".py")
        view.parent.mkdir(parents=True, exist_ok=True)
        jupytext.write(jupytext.read(lesson), view, fmt="py:percent")
        written.append(view)
    settings = ["--config", str(CHECKOUT / "pyproject.toml"), "--no-respect-gitignore"]
    command = [*_RUFF, "check", *settings, "--extend-ignore", _NOT_IN_A_LESSON]
    command += map(str, written)
    return subprocess.run(command, cwd=views, check=False).returncode == 0


def formatted(source: str) -> str:
    """Return the source of a code cell as ruff would have it."""
    command = [*_RUFF, "format", f"--line-length={_COLUMNS}", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=True)
    return done.stdout.strip("\n")


def is_formatted(lesson: Path, fix: bool) -> bool:
    """Format the code cells of a lesson, or only say that they are not formatted."""
    text = old = lesson.read_text(encoding="utf-8")
    for cell in read_lesson(lesson).cells:
        if cell.kind == "code":
            text = text.replace(cell.source, formatted(cell.source), 1)
    if text == old:
        return True
    if fix:
        lesson.write_text(text, encoding="utf-8")
    else:
        print(f"{lesson}: not formatted; run make format")
    return fix


def main() -> int:
    """Lint and format all lessons, and return the exit code."""
    fix = sys.argv[1:] == ["--fix"]
    lessons = sorted(MODULES.glob("*/[0-9]*.md"))
    unformatted = [lesson for lesson in lessons if not is_formatted(lesson, fix)]
    return 0 if is_linted(lessons) and not unformatted else 1


if __name__ == "__main__":
    sys.exit(main())
