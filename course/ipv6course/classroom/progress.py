"""Which checks a learner has passed: one small file for each, beside the learner's work.

A file is written once, whole or not at all, and never changed. So two notebooks, a restarted
kernel or a killed server cannot spoil it, and two folders of progress merge by copying.
"""

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from ipv6course.places import state_folder


def write_atomically(path: Path, text: str, *, private: bool = False) -> None:
    """Write a file so that a reader, or a crash, sees the old text or the new, never a part.

    Args:
        path: Its folder is made if need be.
        text: All of the new text.
        private: Whether only the owner may read it.

    Raises:
        OSError: The folder cannot be made or written; what was there before is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _folder(lesson: str) -> Path:
    return state_folder() / "progress" / lesson


def record_passed(lesson: str, check: str) -> None:
    """Remember that a check of a lesson passed; the first time counts.

    Args:
        lesson: Such as `addressing/01-text`.
        check: The grade_id of the test cell.

    Raises:
        OSError: The learner's folder cannot be written.
    """
    path = _folder(lesson) / f"{check}.json"
    if not path.exists():
        now = datetime.now(UTC).isoformat(timespec="seconds")
        write_atomically(path, json.dumps({"passed": now}) + "\n")


def passed(lesson: str) -> set[str]:
    """Return the grade_ids of the checks that the learner has passed in a lesson."""
    folder = _folder(lesson)
    return {path.stem for path in folder.glob("[!.]*.json")} if folder.is_dir() else set()
