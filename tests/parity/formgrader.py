"""What Formgrader shows of an assignment, by the programming interface that its pages use."""

from pathlib import Path
from typing import Any

_OWN = ("id", "index")
"""What is another in every gradebook."""


def pages(root: Path, assignment: str) -> dict[str, Any]:
    """Return what the pages of an assignment show, by student and notebook."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    api = NbGraderAPI(CourseDirectory(root=str(root), db_url=f"sqlite:///{root / 'gradebook.db'}"))
    shown: dict[str, Any] = {}
    for submission in api.get_submissions(assignment):
        shown[submission["student"]] = _plain(submission)
    with api.gradebook as gradebook:
        names = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
    for name in names:
        for notebook in api.get_notebook_submissions(assignment, name):
            shown[f"{notebook['student']} {name}"] = _plain(notebook)
    return shown


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _OWN}
