"""The ladder: a capture as a diagram, one line down for each node, one arrow for each frame.

`steps` computes everything; `Ladder` shows it, and the frame that is chosen in a packet inspector
below. The browser side (`ladder.js`) draws what `state` says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import traitlets

from ipv6course.classroom.messages import _
from ipv6course.network.capture import Capture, Frame
from ipv6course.network.outline import outline
from ipv6course.widgets.column import Column
from ipv6course.widgets.frames import PAGE, Frames
from ipv6course.widgets.packet_inspector import PacketInspector

MOST_NODES = 12
"""So many lines are drawn beside each other; further nodes have their names at their arrows."""


class Step(NamedTuple):
    """One frame of a capture."""

    time: float
    """Virtual seconds."""
    sender: str
    """The node that put the frame on the link; of a file's frame, its source address."""
    receiver: str
    """The node at the link's other end; of a file's frame, its destination address."""
    summary: str
    """The protocol and what it says, in Wireshark's words."""


def step_of(frame: Frame) -> Step:
    """Return one frame as a step."""
    seen = outline(frame.data, frame.link_type)
    summary = f"{seen.protocol} {seen.info}".strip()
    if frame.link is None or frame.sender is None:
        return Step(frame.time, seen.source, seen.destination, summary)
    receiver = frame.link.other_end(frame.sender).device.name
    return Step(frame.time, frame.sender.device.name, receiver, summary)


def steps(capture: Capture) -> list[Step]:
    """Return the frames of a capture as steps, in the order in which they were sent.

    A frame that the link then lost is among them: it was sent.
    """
    return [step_of(frame) for frame in capture]


def nodes(found: list[Step]) -> list[str]:
    """Return the nodes of some steps, each once, in the order in which they appear."""
    return list(dict.fromkeys(name for step in found for name in (step.sender, step.receiver)))


def ladder_table(found: list[Step], first: int = 0) -> str:
    """Write steps as plain text, for a screen reader and for an exported notebook.

    Args:
        found: The steps.
        first: The place of the first of them in the capture.
    """
    if not found:
        return _("There is no frame here.")
    widths = max(len(step.sender) for step in found), max(len(step.receiver) for step in found)
    lines = []
    for number, step in enumerate(found, start=first + 1):
        ends = f"{step.sender:{widths[0]}} → {step.receiver:{widths[1]}}"
        lines.append(f"{number:>4}  {step.time:.6f}  {ends}  {step.summary}")
    return "\n".join(lines)


class LadderView(anywidget.AnyWidget):  # type: ignore[misc]
    """The diagram alone. `Ladder` has the inspector, too.

    Args:
        capture: The frames.
    """

    _esm = Path(__file__).with_name("ladder.js")
    _css = Path(__file__).with_name("ladder.css")

    step = traitlets.Int(0, help="Which step is chosen, from 0.").tag(sync=True)
    state = traitlets.Dict(help="What the browser draws; from Python only.").tag(sync=True)

    def __init__(self, capture: Capture, **traits: Any) -> None:
        self._capture = capture
        self._names: list[str] = []
        super().__init__(**traits)
        self.refresh()

    @traitlets.validate("step")  # type: ignore[untyped-decorator]
    def _is_a_step(self, proposal: dict[str, int]) -> int:
        return max(0, min(proposal["value"], len(self._capture) - 1))

    @traitlets.observe("step")  # type: ignore[untyped-decorator]
    def _step_changed(self, _change: object) -> None:
        self.refresh()

    def page(self) -> tuple[int, list[Step]]:
        """Return the place of the first step of the page that is shown, and its steps."""
        first = self.step - self.step % PAGE
        last = min(first + PAGE, len(self._capture))
        return first, [step_of(self._capture[place]) for place in range(first, last)]

    def refresh(self) -> None:
        """Show the capture as it is now."""
        first, found = self.page()
        # All nodes up to here, so that a line keeps its place from page to page.
        for name in nodes(found):
            if name not in self._names:
                self._names.append(name)
        names = self._names[:MOST_NODES]
        place = {name: number for number, name in enumerate(names)}
        self.state = {
            "nodes": names,
            "first": first,
            "page": PAGE,
            "count": len(self._capture),
            "steps": [
                {
                    "time": f"{step.time:.6f}",
                    "from": place.get(step.sender, -1),
                    "to": place.get(step.receiver, -1),
                    "ends": _("{sender} to {receiver}").format(
                        sender=step.sender, receiver=step.receiver
                    ),
                    "summary": step.summary,
                }
                for step in found
            ],
            "labels": _labels(),
        }

    def __repr__(self) -> str:
        """Return the text table: what a static page or a terminal shows in the widget's place."""
        first, found = self.page()
        steps = ladder_table(found, first)
        if len(self._capture) <= PAGE:
            return steps
        title = _labels()["count"].format(
            first=first + 1, last=first + len(found), count=len(self._capture)
        )
        return f"{title}\n{steps}"


class Ladder(Column):
    """A capture as a ladder diagram; the step that is chosen is shown in an inspector below.

    Args:
        capture: The frames. What it takes later is seen after `refresh`.
    """

    def __init__(self, capture: Capture) -> None:
        self._frames = Frames(capture)
        self.view = LadderView(capture)
        self.inspector = PacketInspector([])
        super().__init__(children=(self.view, self.inspector))
        self.view.observe(self._chosen, names="step")
        self._chosen()

    @property
    def step(self) -> int:
        """Which step is chosen, from 0."""
        return int(self.view.step)

    @step.setter
    def step(self, number: int) -> None:
        self.view.step = number

    def refresh(self) -> None:
        """Show the capture as it is now."""
        self.view.refresh()
        self._chosen()

    def _chosen(self, _change: object = None) -> None:
        if len(self._frames):
            self.inspector.show_octets(*self._frames[self.step])

    def __repr__(self) -> str:
        """Return the text of the diagram, and of the step that is chosen."""
        return f"{self.view!r}\n\n{self.inspector!r}"


def _labels() -> dict[str, str]:
    return {
        "title": _("Ladder diagram"),
        "list": _("Frames, by time"),
        "keys": _("Arrow keys go from frame to frame; the one that is chosen is explained below."),
        "previous": _("Previous frames"),
        "next": _("Next frames"),
        "count": _("Frames {first} to {last} of {count}"),
        "empty": _("There is no frame here."),
        "seconds": _("{time} s"),
    }
