"""nbgrader's feedback pages as one zip file, for Moodle's upload or for anybody.

Moodle, MoodleDocs "Using Assignment", "Upload multiple feedback files as a zip": the folders are
those of "Download all submissions": `Full name_PARTICIPANT_assignsubmission_file_`. What the
participants' numbers are is known from the zip file that `collect` took. For others a folder is
the student's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ipv6course.classroom.archive import packed, refuse_name, shown
from ipv6course.classroom.messages import _
from ipv6course.instructor.collect import read_record
from ipv6course.instructor.course_root import CourseRoot


class FeedbackError(ValueError):
    """No feedback is packed. The text says why."""


@dataclass(frozen=True)
class Feedback:
    """A zip file, and what is not in it."""

    data: bytes
    pages: int
    learners: int
    left_out: list[str]
    """A sentence each."""


def pack_feedback(course: CourseRoot, assignment: str, to: Literal["moodle", "plain"]) -> Feedback:
    """Pack the feedback on an assignment.

    Args:
        course: The classroom.
        assignment: Its name.
        to: Whose folder names.

    Raises:
        FeedbackError: There is none, or Moodle's participants are not known.
        OSError: A page cannot be read.
    """
    record = read_record(course, assignment)
    parent = course.step("feedback", "*", assignment).parent.parent
    students = sorted(path.parent.name for path in parent.glob(f"*/{assignment}") if path.is_dir())
    files, left_out, learners = {}, [], 0
    for student in students:
        pages = sorted(course.step("feedback", student, assignment).glob("*.html"))
        moodle = record.get(student, {}).get("moodle")
        folder = student
        if to == "moodle":
            if moodle is None:
                left_out.append(
                    _("{student} is left out: Moodle's zip file did not have them.").format(
                        student=shown(student)
                    )
                )
                continue
            name = moodle["name"].replace("_", " ")
            folder = f"{name}_{moodle['participant']}_assignsubmission_file_"
        learners += bool(pages)
        for page in pages:
            refuse_name(f"{folder}/{page.name}")
            files[f"{folder}/{page.name}"] = page.read_bytes()
    if not files:
        fix = _("Make it first: nbgrader generate_feedback {assignment}").format(
            assignment=assignment
        )
        raise FeedbackError(
            _("There is no feedback on '{assignment}' to pack.").format(assignment=assignment)
            + " "
            + (" ".join(left_out) or fix)
        )
    return Feedback(packed(dict(sorted(files.items()))), len(files), learners, left_out)
