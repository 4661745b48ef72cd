"""The server side of nbgrader's Assignment List, for a learner with an id.

nbgrader hands in under the name of the Unix user. Here it is the id of the home page, from which
the exercises take their values (`exchange/nbgrader_config.py`). Without one, or with one that
nbgrader cannot carry, the list says what to do, before any work is done. It says so in a sentence
where nbgrader shows a traceback.
"""

from typing import Any

from nbgrader.server_extensions import assignment_list
from nbgrader.server_extensions.assignment_list.handlers import AssignmentList

from ipv6course.classroom import identity
from ipv6course.classroom.messages import _

# nbgrader puts an id between plus signs into a file's name, and searches for it by a pattern.
_NOT_CARRIED = "*+?[]"


def reason_against(learner: identity.Learner) -> str:
    """Return why a learner cannot hand in through an exchange, or empty."""
    if learner.is_guest:
        return _(
            "Who are you? Say it on the home page first, then refresh this list. "
            "Your exercises take values from your id, and your instructor grades it."
        )
    if learner.id in (".", "..") or any(sign in learner.id for sign in _NOT_CARRIED):
        return _(
            "nbgrader's exchange cannot carry the id '{learner}': an id here has none of {signs} "
            "and is not a dot. Agree on another one with your instructor, and say it on the home "
            "page before you work."
        ).format(learner=learner.id, signs=" ".join(_NOT_CARRIED))
    return ""


class LearnersAssignmentList(AssignmentList):  # type: ignore[misc]
    """nbgrader's list, with the course's sentences.

    A reply is nbgrader's: `{"success": True, "value": …}`, or `False` and a text for the learner.
    """

    def list_assignments(self, course_id: str | None = None) -> dict[str, Any]:
        """List what is released, fetched and handed in."""
        if reason := reason_against(identity.current()):
            return {"success": False, "value": reason}
        reply: dict[str, Any] = super().list_assignments(course_id=course_id)
        return reply

    def submit_assignment(self, course_id: str, assignment_id: str) -> dict[str, Any]:
        """Hand an assignment in."""
        if reason := reason_against(identity.current()):
            return {"success": False, "value": reason}
        reply: dict[str, Any] = super().submit_assignment(course_id, assignment_id)
        if not reply["success"]:
            reply["value"] = _last_words(reply["value"])
        return reply


def _last_words(traceback: str) -> str:
    """Return what the error of a traceback says."""
    last = traceback.strip().splitlines()[-1]
    return last.partition(": ")[2] or last


def _load_jupyter_server_extension(server: Any) -> None:
    """Load nbgrader's extension, with this list in place of its own."""
    assignment_list.load_jupyter_server_extension(server)
    learners = LearnersAssignmentList(parent=server)
    learners.root_dir = server.root_dir
    server.web_app.settings["assignment_list_manager"] = learners


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Return what Jupyter's server looks for."""
    return [{"module": __name__}]
