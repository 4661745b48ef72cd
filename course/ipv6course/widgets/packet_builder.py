"""The packet builder: a stack of layers to edit, its octets, and what is wrong with them, at once.

`packet_stack.build` computes everything; `PacketBuilder` is a form for the stack with a packet
inspector below. The browser side (`packet_builder.js`) draws what `state` says and sends back what
is changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ipv6course.classroom.messages import _
from ipv6course.widgets.column import Column
from ipv6course.widgets.packet_inspector import PacketInspector
from ipv6course.widgets.packet_stack import (
    LAYERS,
    MOST_LAYERS,
    Built,
    Layer,
    Said,
    Stack,
    build,
    change,
    layer,
    move,
    stack_of,
)

EXAMPLE = ("ethernet", "ipv6", "echo-request")
KEPT = 100
"""Steps that undo can go back."""


def stack_table(stack: Stack, built: Built) -> str:
    """Write a stack as plain text, for a screen reader and for an exported notebook.

    Args:
        stack: The layers.
        built: What `build` made of it.
    """
    lines = []
    for place, one in enumerate(stack):
        lines.append(one.title)
        for name, text in one.texts.items():
            error = built.errors.get((place, name))
            hint = _hint(built, place, name, text)
            lines.append("  " + " ".join(filter(None, (f"{name}:", text, hint, error))))
    return "\n".join([*lines, *built.notes])


def _hint(built: Built, place: int, name: str, text: str) -> str:
    """Return what an automatic field is, or would be."""
    value = built.automatic.get((place, name))
    if value is None:
        return ""
    said = f"{value} = {value:#x}" if value > 9 else str(value)
    if text:
        return _("set by hand; automatic: {value}").format(value=said)
    return _("automatic: {value}").format(value=said)


class StackForm(anywidget.AnyWidget):  # type: ignore[misc]
    """The form alone. `PacketBuilder` has the octets, too."""

    _esm = Path(__file__).with_name("packet_builder.js")
    _css = Path(__file__).with_name("packet_builder.css")

    state = traitlets.Dict(help="What the browser draws; from Python only.").tag(sync=True)


class PacketBuilder(Column):
    """A packet to build: its layers, their fields, the octets, and what is wrong with them.

    A field that is automatic (a length, a checksum, a next header) is computed while its text is
    empty; with a text it is what it says, and a note says what it would be.

    Args:
        stack: Kinds of layers from the outermost on, such as `["ethernet", "ipv6", "udp"]`; or a
            kind with values of its fields, such as `("ipv6", {"Hop Limit": 1})`.

    Raises:
        ValueError: There is no such layer, or it has no such field.
    """

    value = traitlets.Bytes(help="The octets; those before, while a text makes no sense.")

    def __init__(self, stack: Said = EXAMPLE) -> None:
        self._stack = stack_of(stack)
        self._history: list[Stack] = []
        self._built = build(self._stack)
        self.form = StackForm()
        self.inspector = PacketInspector(b"")
        super().__init__(children=(self.form, self.inspector))
        self._show()
        self.form.on_msg(self._receive)

    @property
    def stack(self) -> Stack:
        """The layers, as they are now."""
        return self._stack

    @property
    def built(self) -> Built:
        """What `build` says of them."""
        return self._built

    # --- What can be done ---------------------------------------------------------------------

    def change(self, place: int, name: str, text: str) -> None:
        """Give one field of a layer, counted from 0, another text.

        Raises:
            ValueError: There is no such layer or field.
        """
        self._check(place)
        self._become(change(self._stack, place, name, text))

    def add(self, kind: str, place: int | None = None) -> None:
        """Put in a layer: after all others, or at a place.

        Raises:
            ValueError: There is no such layer, or there are too many.
        """
        place = len(self._stack) if place is None else place
        made = (*self._stack[:place], layer(kind), *self._stack[place:])
        if len(made) > MOST_LAYERS:
            raise ValueError(_("{count} layers are enough.").format(count=MOST_LAYERS))
        self._become(made, place)

    def remove(self, place: int) -> None:
        """Take a layer out.

        Raises:
            ValueError: There is no such layer.
        """
        self._check(place)
        left = (*self._stack[:place], *self._stack[place + 1 :])
        self._become(left, min(place, len(left) - 1))

    def move(self, place: int, by: int) -> None:
        """Move a layer up (-1) or down (1).

        Raises:
            ValueError: There is no such layer.
        """
        self._check(place)
        to = max(0, min(place + by, len(self._stack) - 1))
        self._become(move(self._stack, place, by), to)

    def undo(self) -> None:
        """Take the last change back."""
        if self._history:
            self._stack = self._history.pop()
            self._show()

    def _check(self, place: int) -> None:
        if not 0 <= place < len(self._stack):
            raise ValueError(
                _("There is no layer {place}; there are {count}, counted from 0.").format(
                    place=place, count=len(self._stack)
                )
            )

    def _become(self, stack: Stack, focus: int | None = None) -> None:
        if stack == self._stack:
            return
        self._history = [*self._history, self._stack][-KEPT:]
        self._stack = stack
        self._show(focus)

    # --- Showing it ---------------------------------------------------------------------------

    def _show(self, focus: int | None = None) -> None:
        self._built = build(self._stack)
        if not self._built.errors and (self._built.data != self.value or not self.form.state):
            self.value = self._built.data
            self.inspector.show_octets(self._built.data, self._built.link)
        said = [*self._built.notes]
        if self._built.errors:
            said.append(_("A field makes no sense. Below is still the last packet."))
        self.form.state = {
            "layers": [self._layer(place, one) for place, one in enumerate(self._stack)],
            "kinds": [[kind, _(found.title)] for kind, found in LAYERS.items()],
            "notes": said,
            "focus": focus,
            "can_undo": bool(self._history),
            "labels": _labels(),
        }

    def _layer(self, place: int, one: Layer) -> dict[str, Any]:
        fields = [
            {
                "name": name,
                "text": text,
                "hint": _hint(self._built, place, name, text),
                "error": self._built.errors.get((place, name), ""),
            }
            for name, text in one.texts.items()
        ]
        return {"kind": one.kind, "title": one.title, "fields": fields}

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Act on a message from the browser; one that is not understood is let pass."""
        try:
            match content:
                case {"kind": "change", "layer": int(at), "name": str(name), "text": str(text)}:
                    self.change(at, name, text)
                case {"kind": "add", "layer": str(kind)}:
                    self.add(kind)
                case {"kind": "remove", "layer": int(place)}:
                    self.remove(place)
                case {"kind": "move", "layer": int(place), "by": -1 | 1 as by}:
                    self.move(place, by)
                case {"kind": "undo"}:
                    self.undo()
        except ValueError as refusal:  # the browser's picture was an older one; or it is full
            self.form.state = self.form.state | {"notes": [str(refusal)]}

    def __repr__(self) -> str:
        """Return the stack and the packet as text, for a static page or a terminal."""
        return f"{stack_table(self._stack, self._built)}\n\n{self.inspector!r}"


def _labels() -> dict[str, str]:
    return {
        "title": _("Packet builder"),
        "legend": _("{number}. {title}"),
        "up": _("Up"),
        "down": _("Down"),
        "remove": _("Remove"),
        "kind": _("Next layer"),
        "add": _("Add"),
        "undo": _("Undo"),
        "which": _("{action}: {title}, layer {number}"),
        "empty": _("There is no layer yet; add one."),
        "help": _(
            "A field that is empty and says “automatic” is computed. Write a number to set it by "
            "hand. Ctrl+Z takes the last change back."
        ),
    }
