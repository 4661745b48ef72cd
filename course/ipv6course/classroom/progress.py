"""Which checks a learner has passed: one small file for each, beside the learner's work.

A file is written once, whole or not at all, and never changed. So two notebooks, a restarted
kernel or a killed server cannot spoil it, and two folders of progress merge by copying.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from ipv6course.places import state_folder, write_atomically


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
