"""`ipv6course grade ASSIGNMENT`: `ipv6grader autograde` in a classroom of this course."""

from ipv6course.commands.roster import Classroom, open_classroom
from ipv6grader import batch_command as grader


def grade(
    assignment: grader.Assignment,
    classroom: Classroom = grader.HERE,
    student: grader.Students = None,
    workers: grader.Workers = None,
    force: grader.Force = False,
    mode: grader.RunMode = None,
    scheduler: grader.Scheduler = "",
    dry_run: grader.DryRun = False,
    unsafe: grader.Unsafe = False,
) -> None:
    """Grade what was handed in: many at once, in a sandbox; only what is new or changed."""
    grader.autograde(
        assignment,
        open_classroom(classroom).folder,
        student,
        workers,
        force,
        mode,
        scheduler,
        dry_run,
        unsafe,
    )
