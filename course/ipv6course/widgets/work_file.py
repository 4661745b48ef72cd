"""The learner's work as a file: save it, hand it in, take it back. The home page shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets

from ipv6course.classroom.bundle import (
    Bundle,
    BundleError,
    Kind,
    Restored,
    make_bundle,
    read_bundle,
    receipt_of,
    restore,
)
from ipv6course.classroom.messages import _
from ipv6course.widgets.column import Column
from ipv6course.widgets.session import Session

_ROW = {"flex_flow": "row wrap", "align_items": "center"}


class WorkFile(Column):
    """Three buttons, and a line that says what became of it. The browser downloads the files.

    Args:
        modules: Name and title of each module that can be handed in.
        chosen: The module to begin with.
        restored: Called when a file was taken back.
    """

    def __init__(
        self,
        modules: Sequence[tuple[str, str]],
        chosen: str | None = None,
        restored: Callable[[], None] = lambda: None,
    ) -> None:
        self._restored = restored
        self._bundle: Bundle | None = None
        self.session = Session(self._given)
        self.save = ipywidgets.Button(description=_("Save my work"))
        self.module = ipywidgets.Dropdown(
            options=[(title, name) for name, title in modules],
            value=chosen or (modules[0][0] if modules else None),
            description=_("Module"),
            layout={"max_width": "20rem"},
        )
        self.hand_in = ipywidgets.Button(description=_("Hand in"), disabled=not modules)
        self.replace = ipywidgets.Button(description=_("Take the file's work"))
        self.keep = ipywidgets.Button(description=_("Keep what is here"))
        self._question = ipywidgets.HBox([self.replace, self.keep], layout=_ROW)
        self._said = ipywidgets.HTML()
        self._ask(False)
        self._connect()
        heading = _("Your work")
        title = ipywidgets.HTML(f'<div class="ipv6-home"><h2>{escape(heading)}</h2></div>')
        super().__init__(
            [
                title,
                self.save,
                ipywidgets.HBox([self.module, self.hand_in], layout=_ROW),
                self.session,
                self._said,
                self._question,
            ]
        )

    def __repr__(self) -> str:
        """Return nothing: a page without widgets can save no work."""
        return ""

    def _connect(self) -> None:
        self.save.on_click(lambda _button: self._make_of_what_is_open("saved"))
        self.hand_in.on_click(lambda _button: self._make_of_what_is_open("handed-in"))
        self.session.on_msg(self._asked_by_the_page)
        self.replace.on_click(lambda _button: self._take_back(replace_newer=True))
        self.keep.on_click(lambda _button: self._take_back(replace_newer=False))

    def _asked_by_the_page(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if content == {"kind": "save"}:
            self._make_of_what_is_open("saved")

    # --- Save and hand in -------------------------------------------------------------------------

    def _make_of_what_is_open(self, kind: Kind) -> None:
        self.session.after_saving(lambda: self._make(kind))

    def _make(self, kind: Kind) -> None:
        assignment = self.module.value if kind == "handed-in" else ""
        try:
            path = make_bundle(kind, assignment)
            data = path.read_bytes()
        except (BundleError, OSError) as error:
            self._say(_("Not done."), str(error), alarm=True)
            return
        self.session.download(path.name, data)
        self._say(*_made(kind, path, receipt_of(data)))

    # --- Restore ----------------------------------------------------------------------------------

    def _given(self, data: bytes) -> None:
        try:
            self._bundle = read_bundle(data)
            plan = restore(self._bundle, dry_run=True)
        except (BundleError, OSError) as error:
            self._bundle = None
            self._say(_("This file is not taken."), str(error), alarm=True)
            return
        newer = [item.name for item in plan if item.outcome == "kept"]
        if not newer:
            self._take_back(replace_newer=False)
            return
        names = ", ".join(name.removeprefix("work/") for name in newer)
        self._say(
            _("Here is newer work than in the file."),
            _("Newer here: {names}. Which one do you want? What is replaced stays beside.").format(
                names=names
            ),
        )
        self._ask(True)

    def _take_back(self, *, replace_newer: bool) -> None:
        self._ask(False)
        if self._bundle is None:
            return
        try:
            done = restore(self._bundle, replace_newer=replace_newer)
        except (BundleError, OSError) as error:
            self._say(_("Not done."), str(error), alarm=True)
            return
        finally:
            self._bundle = None
        self._say(_("Your work is back."), _counted(done))
        self._restored()

    def _ask(self, asking: bool) -> None:
        self._question.layout.display = None if asking else "none"

    def _say(self, title: str, *lines: str, alarm: bool = False) -> None:
        said = "<br>".join(escape(line) for line in lines)
        self._said.value = (
            f'<div class="ipv6-home" role="{"alert" if alarm else "status"}">'
            f"<p><strong>{escape(title)}</strong><br>{said}</p></div>"
        )


def _made(kind: Kind, path: Path, receipt: str) -> tuple[str, ...]:
    title = _("Your work is in one file.")
    then = _("Keep the file where you find it again. 'Restore from a file' takes it back.")
    if kind == "handed-in":
        title = _("This file is what you hand in.")
        then = _("Send it to your instructor, or put it where your learning platform asks for it.")
    where = _("It is also in {folder}.").format(folder=path)
    shown = _("Its receipt: {receipt}").format(receipt=" ".join(_eights(receipt)))
    return title, then, where, shown


def _eights(digits: str) -> list[str]:
    return [digits[place : place + 8] for place in range(0, len(digits), 8)]


def _counted(done: Sequence[Restored]) -> str:
    work = [item for item in done if item.name.startswith("work/")]
    taken = sum(item.outcome in ("new", "replaced") for item in work)
    text = _("Lessons taken from the file: {taken}. Left as they were: {left}.")
    return text.format(taken=taken, left=len(work) - taken)
