"""Where the course's things are: its lessons, the learner's own folder. How a file is written."""

import json
import os
import tempfile
from pathlib import Path

_PACKAGE = Path(__file__).parent


def modules_folder() -> Path:
    """Return the folder with one folder a module, in a checkout and in a wheel alike.

    `IPV6COURSE_MODULES` names another one: an author's own modules, tried before they are ours.

    Raises:
        FileNotFoundError: The package was installed without its lessons.
    """
    if own := os.environ.get("IPV6COURSE_MODULES"):
        return Path(own).expanduser().absolute()
    for folder in (_PACKAGE / "modules", _PACKAGE.parent / "modules"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no lessons beside {_PACKAGE}: install the course again")


def binder_folder() -> Path:
    """Return the folder with the pinned versions and what Binder runs, in a checkout or a wheel.

    Raises:
        FileNotFoundError: The package was installed without it.
    """
    for folder in (_PACKAGE.parent.parent / "binder", _PACKAGE / "binder"):
        if (folder / "constraints.txt").is_file():
            return folder
    raise FileNotFoundError(f"no pinned versions beside {_PACKAGE}: install the course again")


def course_home() -> Path:
    """Return the learner's own folder: `COURSE_HOME`, else `ipv6-course` in the home folder."""
    return Path(os.environ.get("COURSE_HOME") or "~/ipv6-course").expanduser().absolute()


def exchange_folder() -> Path | None:
    """Return nbgrader's exchange that the learner hands in through: `IPV6COURSE_EXCHANGE`."""
    folder = os.environ.get("IPV6COURSE_EXCHANGE")
    return Path(folder).expanduser().absolute() if folder else None


def state_folder() -> Path:
    """Return the folder for what the course remembers of its learner (it may not exist yet)."""
    return course_home() / ".ipv6-course"


def write_atomically(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new, never a part.

    Args:
        path: Its folder is made if need be.
        content: All of the new content; text is written as UTF-8, line ends as they are.
        private: Whether only the owner may read it.

    Raises:
        OSError: The folder cannot be made or written; what was there before is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def placed_versions(record: Path) -> dict[str, list[str]]:
    """Return, by name, the SHA-256 of every version of a file that was placed or offered."""
    try:
        remembered = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(remembered, dict):
        return {}
    return {name: hashes for name, hashes in remembered.items() if isinstance(hashes, list)}


def free_name(path: Path, mark: str) -> Path:
    """Return a name beside a file that nothing has: `NAME.MARK.ipynb`, then `NAME.MARK-2.ipynb`."""
    number = 1
    while True:
        suffix = "" if number == 1 else f"-{number}"
        beside = path.with_name(f"{path.stem}.{mark}{suffix}{path.suffix}")
        if not beside.exists():
            return beside
        number += 1
