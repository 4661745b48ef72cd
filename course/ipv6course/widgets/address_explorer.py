"""The address explorer: one IPv6 address as text, as 128 bits, and on its way to canonical text.

`explore` computes everything; `AddressExplorer` shows it and lets a learner change it. The browser
side (`address_explorer.js`) draws what `state` says and sends back a changed text or a bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ipv6course.address import Step, bits, canonical, full, parse, steps
from ipv6course.address.text import GROUP_BITS, GROUPS, N_
from ipv6course.classroom.messages import _

EXAMPLE = "2001:db8::1"
KEPT = 100  # steps that undo can go back

LABELS = {
    "title": N_("IPv6 address explorer"),
    "text": N_("IPv6 address"),
    "undo": N_("Undo"),
    "error": N_("This is not an IPv6 address."),
    "last-picture": N_("Below is still the last address."),
    "canonical": N_("Canonical text"),
    "full": N_("Full form"),
    "zone": N_("Zone"),
    "bits": N_("The 128 bits, in eight groups"),
    "keys": N_(
        "Press a bit to turn it over. Arrow keys move from bit to bit, Page Up and Page Down from "
        "group to group, Home and End to the ends of a group. Space or Enter turns a bit over. "
        "Ctrl+Z takes the last change back."
    ),
    "group": N_("Group {group}, hexadecimal {hex}"),
    "bit": N_("Bit {bit} of 128, value {value}"),
    "steps": N_("From the full form to the canonical text"),
    "group-number": N_("Group"),
    "group-value": N_("Hexadecimal"),
    "group-bits": N_("Bits"),
    "zone-dropped": N_(
        "The zone is left out: with this bit turned over, the address is not of link-local or "
        "other limited scope, and a zone has no meaning there (RFC 4007 section 11)."
    ),
}


@dataclass(frozen=True, slots=True)
class Exploration:
    """All that there is to see of one address text."""

    text: str
    """The text as it was given."""
    canonical: str
    """RFC 5952 text; empty, as all that follows, where the text is no address."""
    full: str
    """Eight groups of four digits."""
    groups: tuple[int, ...]
    """The eight groups, 16 bits each."""
    bits: str
    """128 characters, '0' or '1', first bit first."""
    steps: tuple[Step, ...]
    """From the full form to the canonical text."""
    zone: str | None
    """The zone after '%', or None."""
    error: str | None
    """Why the text is no address, in one or two sentences; None where it is one."""

    def table(self, translate: Callable[[str], str] = str) -> str:
        """Write the exploration as plain text, for a screen reader and for an exported notebook.

        Args:
            translate: Turns an English label into the learner's language.

        Returns:
            Lines of text without trailing white space: the address and its forms, one line a group
            with its bits, and the numbered steps. Where there is an error, the error alone.
        """
        label = {name: translate(text) for name, text in LABELS.items()}
        if self.error is not None:
            return f"{label['error']} {self.error}"
        forms = [("text", self.text), ("canonical", self.canonical), ("full", self.full)]
        forms += [("zone", self.zone)] if self.zone is not None else []
        width = max(len(label[name]) for name, _value in forms)
        heads = [label[name] for name in ("group-number", "group-value", "group-bits")]
        lines = [f"{label[name]:{width}}  {value}" for name, value in forms]
        lines += ["", "  ".join(heads)]
        for number, group in enumerate(self.groups, start=1):
            nibbles = " ".join(f"{int(digit, 16):04b}" for digit in f"{group:04x}")
            lines.append(f"{number:<{len(heads[0])}}  {group:04x}".ljust(len("  ".join(heads[:2]))))
            lines[-1] += f"  {nibbles}"
        lines += ["", label["steps"]]
        for number, step in enumerate(self.steps, start=1):
            lines += [f"{number}. {step.text}", f"   {step.why} ({step.rfc})"]
        return "\n".join(lines)


def explore(text: str, translate: Callable[[str], str] = str) -> Exploration:
    """Compute what the widget shows of an address text.

    Args:
        text: Any text; also text that is no address.
        translate: Turns an English sentence into the learner's language.

    Returns:
        The exploration. For text that is no address, `error` says why, and the rest is empty.
    """
    try:
        parsed = parse(text, translate)
    except ValueError as refusal:
        return Exploration(text, "", "", (), "", (), None, str(refusal))
    return Exploration(
        text=text,
        canonical=canonical(text),
        full=full(text),
        groups=parsed.groups,
        bits=bits(text),
        steps=steps(text, translate),
        zone=parsed.zone,
        error=None,
    )


def flip(text: str, bit: int) -> str:
    """Turn one bit of an address over.

    Args:
        text: An address in any legal spelling.
        bit: Which bit, 0 (the first) to 127.

    Returns:
        The canonical text of the new address. A zone stays, unless the new address can have none.

    Raises:
        ValueError: The text is no address, or there is no such bit.
    """
    if not 0 <= bit < GROUPS * GROUP_BITS:
        raise ValueError(f"There is no bit {bit}; the bits of an address are 0 to 127.")
    parsed = parse(text)
    groups = list(parsed.groups)
    groups[bit // GROUP_BITS] ^= 1 << (GROUP_BITS - 1 - bit % GROUP_BITS)
    address = ":".join(f"{group:x}" for group in groups)
    if parsed.zone is None:
        return canonical(address)
    try:
        return canonical(f"{address}%{parsed.zone}")
    except ValueError:  # a zone has no meaning on the new address
        return canonical(address)


class AddressExplorer(anywidget.AnyWidget):  # type: ignore[misc]
    """An address to type, 128 bits to turn over, and the steps to canonical text.

    Setting `value` in Python and typing in the browser are the same thing. Text that is no address
    shows its error and leaves the last picture; it never raises.
    """

    _esm = Path(__file__).with_name("address_explorer.js")
    _css = Path(__file__).with_name("address_explorer.css")

    value = traitlets.Unicode(EXAMPLE, help="The text, as typed.").tag(sync=True)
    state = traitlets.Dict(help="What the browser draws; from Python only.").tag(sync=True)

    def __init__(
        self, value: str = EXAMPLE, translate: Callable[[str], str] = _, **traits: Any
    ) -> None:
        """Show an address.

        Args:
            value: The text to begin with.
            translate: Turns an English sentence or label into the learner's language.
            **traits: Other widget traits, such as `layout`.
        """
        self._translate = translate
        self._labels = {name: translate(text) for name, text in LABELS.items()}
        self._history: list[str] = []
        self._picture = explore(value, translate)
        if self._picture.error is not None:
            self._picture = explore(EXAMPLE, translate)
        super().__init__(value=value, **traits)
        self._show(value)
        self.on_msg(self._receive)

    @traitlets.observe("value")  # type: ignore[untyped-decorator]
    def _value_changed(self, change: Any) -> None:
        self._show(change["new"])

    def _show(self, text: str, note: str = "") -> None:
        """Make `state` the picture of this text, or of the last address with this text's error."""
        seen = explore(text, self._translate)
        if seen.error is None:
            if text != self._picture.text:
                self._history = [*self._history, self._picture.text][-KEPT:]
            self._picture = seen
        picture = asdict(self._picture)
        picture |= {
            "groups": [f"{group:04x}" for group in self._picture.groups],
            "error": seen.error,
            "note": note,
            "can_undo": bool(self._history) or seen.error is not None,
            "labels": self._labels,
        }
        self.state = picture

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Act on a message from the browser; one that is not understood is let pass."""
        match content:
            case {"kind": "flip", "bit": int(bit)} if 0 <= bit < GROUPS * GROUP_BITS:
                self.flip(bit)
            case {"kind": "undo"}:
                self.undo()

    def flip(self, bit: int) -> None:
        """Turn one bit over, 0 (the first) to 127, in the last address that was shown.

        Raises:
            ValueError: There is no such bit.
        """
        zone = self._picture.zone
        self.value = flip(self._picture.text, bit)
        if self._picture.zone != zone:
            self._show(self.value, note=self._labels["zone-dropped"])

    def undo(self) -> None:
        """Take the last change back: a text with an error first, then the address before."""
        if self.value == self._picture.text:
            if not self._history:
                return
            self._picture = explore(self._history.pop(), self._translate)
        self.value = self._picture.text

    def __repr__(self) -> str:
        """Return the text table: what a static page or a terminal shows in the widget's place."""
        return explore(self.value, self._translate).table(self._translate)
