"""The page's side of a learner's session: saving what is open, downloads, and what a browser keeps.

What the browser keeps, and the reminder on a place that stops idle sessions, are in the course's
JupyterLab extension (`labextension/static`); this widget only tells it what it has to know. Without
the extension, files are downloaded all the same.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ipv6course.classroom import identity
from ipv6course.classroom.messages import _

IDLE_SECONDS = 360  # mybinder.org stops a session that is idle for 10 minutes


class Session(anywidget.AnyWidget):  # type: ignore[misc]
    """Where a file is chosen, and where one that was made is downloaded.

    Args:
        given: Called with the bytes of a file that the learner chose.
    """

    _esm = Path(__file__).with_name("session.js")
    _css = Path(__file__).with_name("session.css")

    learner = traitlets.Unicode(help="Whose work the browser keeps.").tag(sync=True)
    idle_seconds = traitlets.Int(
        help="After so long without a key or click, remind the learner; 0 for never."
    ).tag(sync=True)
    labels = traitlets.Dict(help="Sentences, translated.").tag(sync=True)

    def __init__(self, given: Callable[[bytes], None]) -> None:
        labels = {
            "restore": _("Restore from a file:"),
            "download": _("Download {name}"),
            "idle": _(
                "This place stops a session that is idle for about 10 minutes, and what is in it "
                "is lost. Save your work now?"
            ),
            "save": _("Save my work"),
            "restarted": _(
                "The kernel began anew and has forgotten all variables. Run the lesson's cells "
                "again from the top, before you run a check."
            ),
            "kept": _("This browser keeps work of yours"),
            "which": _("It is not in this session's files. Take it back?"),
            "take": _("Take it back"),
            "later": _("Not now"),
        }
        idle = IDLE_SECONDS if identity.is_binder() else 0
        super().__init__(learner=identity.current().id, idle_seconds=idle, labels=labels)
        self._given = given
        self._waiting: list[Callable[[], None]] = []
        self.on_msg(self._heard)

    def after_saving(self, act: Callable[[], None]) -> None:
        """Let the page save every notebook that is open, and then do something."""
        self._waiting.append(act)
        self.send({"kind": "save-open"})

    def _heard(self, _widget: Any, content: Any, buffers: Any) -> None:
        if content == {"kind": "file"} and buffers:
            self._given(bytes(buffers[0]))
        if content == {"kind": "saved-open"}:
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                act()

    def download(self, name: str, data: bytes) -> None:
        """Let the browser save a file."""
        self.send({"kind": "download", "name": name}, buffers=[data])

    def __repr__(self) -> str:
        """Return nothing: a page without widgets has no session."""
        return ""
