"""The prefix slicer: what a prefix of one length becomes when it is split into longer ones.

`slice_prefix` computes everything; `PrefixSlicer` shows it and lets a learner choose the parent,
the new length and one of the subnets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets
import traitlets
from netaddr import IPNetwork

from ipv6course.address import bits
from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.plan import Advice, Refused, advice_on_prefix, split
from ipv6course.plan.prefix import BITS, network, prefix_text, read_length, read_prefix
from ipv6course.widgets.column import Column
from ipv6course.widgets.slider import Slider

EXAMPLE = "2001:db8::/32"
SHOWN = 4  # subnets shown at the start of the list
LONGEST_NUMBER = 40  # digits of 2**128

LABELS = {
    "title": N_("Prefix slicer"),
    "parent": N_("Prefix to split"),
    "length": N_("New prefix length"),
    "count": N_("Number of subnets"),
    "chosen": N_("Chosen subnet"),
    "number": N_("Subnet number, from 0"),
    "previous": N_("Previous subnet"),
    "next": N_("Next subnet"),
    "fixed": N_("Fixed bits (they are the prefix to split)"),
    "subnet": N_("Subnet bits (they number the subnets)"),
    "rest": N_("Bits left for what is inside each subnet"),
    "bits": N_("The 128 bits: F is fixed, S is a subnet bit, - is left"),
    "first": N_("First subnets"),
    "last": N_("Last subnet"),
    "warning": N_("Note"),
    "error": N_("This cannot be split."),
    "no-number": N_("There is no subnet {number}. The numbers are 0 to {last}."),
    "last-picture": N_("Below is still the last split."),
}


@dataclass(frozen=True, slots=True)
class Slices:
    """All that there is to see of one split."""

    parent: IPNetwork
    """The prefix that is split."""
    length: int
    """The prefix length of each subnet."""
    count: int
    """How many subnets there are."""
    number: int
    """The chosen subnet, from 0."""
    chosen: IPNetwork
    """Its prefix."""
    fixed_bits: int
    """How many bits the parent fixes."""
    subnet_bits: int
    """How many bits number the subnets."""
    rest_bits: int
    """How many bits are left inside each subnet."""
    first: tuple[IPNetwork, ...]
    """The first few subnets."""
    last: IPNetwork
    """The last subnet."""
    advice: tuple[Advice, ...]
    """What is unwise about the new length."""

    @property
    def roles(self) -> str:
        """128 characters, one for each bit: F is fixed, S is a subnet bit, - is left."""
        return "F" * self.fixed_bits + "S" * self.subnet_bits + "-" * self.rest_bits

    def table(self, translate: Callable[[str], str] = str) -> str:
        """Write the split as plain text.

        Args:
            translate: Turns an English label into the learner's language.

        Returns:
            Lines of text without trailing white space.
        """
        facts = [(translate(LABELS[name]), text) for name, text in self.facts()]
        width = max(len(label) for label, _text in facts)
        lines = [f"{label:{width}}  {text}" for label, text in facts]
        lines += ["", translate(LABELS["bits"])]
        value = bits(str(self.chosen.ip))
        for place in range(0, BITS, 32):
            lines += [_nibbles(value[place : place + 32]), _nibbles(self.roles[place : place + 32])]
        lines += ["", translate(LABELS["first"]), *map(_text, self.first)]
        if self.count > len(self.first):
            lines += [translate(LABELS["last"]), _text(self.last)]
        for advice in self.advice:
            lines += ["", f"{translate(LABELS['warning'])}: {advice.why(translate)} ({advice.rfc})"]
        return "\n".join(lines)

    def facts(self) -> list[tuple[str, str]]:
        """Return the label's name and the text of each fact, in the order of the table."""
        return [
            ("parent", _text(self.parent)),
            ("length", f"/{self.length}"),
            ("count", f"{self.count} = 2^{self.subnet_bits}"),
            ("number", str(self.number)),
            ("chosen", _text(self.chosen)),
            ("fixed", str(self.fixed_bits)),
            ("subnet", str(self.subnet_bits)),
            ("rest", str(self.rest_bits)),
        ]


def slice_prefix(prefix: str | IPNetwork, length: int, number: int = 0) -> Slices:
    """Compute what the widget shows of a split.

    Args:
        prefix: The prefix to split, text or a netaddr value.
        length: The prefix length of each subnet, from the prefix's own to 128.
        number: Which subnet is chosen, from 0.

    Returns:
        The split. It takes the same time for 1 subnet and for 2**128.

    Raises:
        ValueError: It is no prefix, it cannot be split so, or there is no such subnet.
    """
    subnets = split(prefix, length)
    if not isinstance(number, int) or not 0 <= number < subnets.count:
        raise ValueError(_no_number(number, subnets.count, str))
    first, fixed = read_prefix(prefix)
    return Slices(
        parent=network(first, fixed),
        length=length,
        count=subnets.count,
        number=number,
        chosen=subnets[number],
        fixed_bits=fixed,
        subnet_bits=length - fixed,
        rest_bits=BITS - length,
        first=tuple(subnets[:SHOWN]),
        last=subnets[-1],
        advice=advice_on_prefix(subnets[0]),
    )


class PrefixSlicer(Column):
    """A prefix, a new length, and one subnet chosen by its number.

    Every part is a form control: Tab moves on, arrow keys move the slider, Enter takes a text.
    Text that is no prefix shows its error and leaves the last split.
    """

    value = traitlets.Unicode(help="The chosen subnet, such as '2001:db8:5::/48'.")

    def __init__(
        self,
        prefix: str = EXAMPLE,
        length: int = 48,
        number: int = 0,
        translate: Callable[[str], str] = _,
    ) -> None:
        """Show a split.

        Args:
            prefix: The prefix to begin with.
            length: The new prefix length.
            number: The chosen subnet, from 0.
            translate: Turns an English sentence or label into the learner's language.

        Raises:
            ValueError: As `slice_prefix`.
        """
        self._translate = translate
        self._labels = {name: translate(text) for name, text in LABELS.items()}
        self._slices = slice_prefix(prefix, length, number)
        self._busy = False
        self._make_controls()
        self._shown = ipywidgets.HTML()
        self._status = ipywidgets.HTML()
        buttons = ipywidgets.HBox(
            [self.number, self.previous, self.next], layout={"flex_flow": "row wrap"}
        )
        super().__init__(
            [self.prefix, self.length, buttons, self._status, self._shown],
            layout={"width": "100%", "max_width": "60rem"},
        )
        self._show()
        self.observe(self._value_set, names="value")

    def _make_controls(self) -> None:
        wide = {"width": "100%", "max_width": "34rem"}
        style = {"description_width": "12em"}
        self.prefix = ipywidgets.Text(
            description=self._labels["parent"], layout=wide, style=style, continuous_update=False
        )
        self.length = Slider(self._labels["length"], self._slices.length, 0, BITS)
        self.number = ipywidgets.Text(
            description=self._labels["number"], layout=wide, style=style, continuous_update=False
        )
        self.previous = ipywidgets.Button(description=self._labels["previous"])
        self.next = ipywidgets.Button(description=self._labels["next"])
        for control in (self.prefix, self.length, self.number):
            control.observe(self._changed, names="value")
        self.previous.on_click(lambda _button: self.choose(self._slices.number - 1))
        self.next.on_click(lambda _button: self.choose(self._slices.number + 1))

    def choose(self, number: int) -> None:
        """Choose a subnet by its number; one that does not exist shows an error."""
        self._slice(self._slices.parent, self._slices.length, number)

    def _value_set(self, change: Any) -> None:
        """Choose the subnet that someone wrote into `value`."""
        if self._busy:
            return
        try:
            first, length = read_prefix(change["new"])
            subnets = split(self._slices.parent, max(length, self._slices.fixed_bits))
            number = subnets.index(network(first, length))
        except ValueError as refusal:
            self._show(self._said(refusal))
        else:
            self._slice(self._slices.parent, length, number)

    def _changed(self, change: Any) -> None:
        """Act on a control."""
        if self._busy:
            return
        number = self._slices.number
        if change["owner"] is self.number:
            text = self.number.value.strip()
            if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
                self._show(_no_number(text[:LONGEST_NUMBER], self._slices.count, self._translate))
                return
            number = int(text)
        self._slice(self.prefix.value.strip(), self.length.value, number)

    def _slice(self, prefix: str | IPNetwork, length: int, number: int) -> None:
        """Show another split; where it cannot be, its error and the last one."""
        try:
            subnets = split(prefix, length)
            if prefix_text(*read_prefix(prefix)) != _text(self._slices.parent) or (
                read_length(length) != self._slices.length
            ):
                number = min(number, subnets.count - 1)
            if not 0 <= number < subnets.count:
                self._show(_no_number(number, subnets.count, self._translate))
                return
            self._slices = slice_prefix(prefix, length, number)
        except ValueError as refusal:
            self._show(self._said(refusal))
        else:
            self._show()

    def _said(self, refusal: ValueError) -> str:
        why = refusal.text(self._translate) if isinstance(refusal, Refused) else str(refusal)
        return f"{self._labels['error']} {why}"

    def _show(self, error: str = "") -> None:
        """Make the controls, the picture and `value` say the same."""
        now = self._slices
        self._busy = True
        try:
            if not error:
                self.prefix.value = _text(now.parent)
                self.length.value = now.length
                self.number.value = str(now.number)
            self.value = _text(now.chosen)
        finally:
            self._busy = False
        self.previous.disabled = now.number == 0
        self.next.disabled = now.number == now.count - 1
        self._status.value = _status(error, self._labels["last-picture"])
        self._shown.value = _picture(now, self._labels, self._translate)

    def __repr__(self) -> str:
        """Return the text table: what a static page or a terminal shows in the widget's place."""
        return self._slices.table(self._translate)


# --- The picture --------------------------------------------------------------------------------

# A bit's role is its border and its letter, not only its colour.
STYLE = """<style>
.ipv6s {color: var(--jp-content-font-color1, #1b1b1b); line-height: 1.5; max-width: 100%}
.ipv6s table {border-collapse: collapse; margin: .3em 0}
.ipv6s th, .ipv6s td {text-align: start; padding: 0 .8em 0 0; vertical-align: top;
  color: inherit; background: none; overflow-wrap: anywhere; white-space: normal}
.ipv6s code {color: inherit; background: none; overflow-wrap: anywhere}
.ipv6s-bits {display: flex; flex-wrap: wrap; gap: .2em .6em; font-family: monospace}
.ipv6s-bits span {padding: 0 .1em; border-bottom: 3px solid transparent}
.ipv6s-bits .S {border-bottom: 3px double currentColor; font-weight: 700}
.ipv6s-bits .F {border-bottom: 3px solid currentColor}
.ipv6s-note {border-inline-start: 4px solid var(--jp-warn-color1, #b26a00); padding: 0 .6em}
</style>"""


def _picture(now: Slices, labels: dict[str, str], translate: Callable[[str], str]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(labels[name])}</th><td><code>{escape(text)}</code></td></tr>'
        for name, text in now.facts()
    )
    items = "".join(f"<li><code>{escape(_text(subnet))}</code></li>" for subnet in now.first)
    last = ""
    if now.count > len(now.first):
        last = f"<p>{escape(labels['last'])}: <code>{escape(_text(now.last))}</code></p>"
    notes = "".join(
        f'<p class="ipv6s-note"><strong>{escape(labels["warning"])}</strong>: '
        f"{escape(advice.why(translate))} ({escape(advice.rfc)})</p>"
        for advice in now.advice
    )
    return (
        f'{STYLE}<div class="ipv6s" role="group" aria-label="{escape(labels["title"])}">'
        f"<table>{rows}</table><p>{escape(labels['bits'])}</p>{_bit_row(now)}{notes}"
        f"<p>{escape(labels['first'])}</p><ul>{items}</ul>{last}</div>"
    )


def _bit_row(now: Slices) -> str:
    """Draw the bits in groups of four; a run of one role is one element, with its letters below."""
    value = bits(str(now.chosen.ip))
    groups = []
    for place in range(0, BITS, 4):
        cells = "".join(
            f'<span class="{role.replace("-", "R")}">{bit}</span>'
            for bit, role in zip(
                value[place : place + 4], now.roles[place : place + 4], strict=True
            )
        )
        letters = now.roles[place : place + 4]
        groups.append(
            f'<div dir="ltr" aria-hidden="true">{cells}<br><small>{letters}</small></div>'
        )
    return f'<div class="ipv6s-bits" dir="ltr">{"".join(groups)}</div>'


def _status(error: str, last_picture: str) -> str:
    text = f'<p class="ipv6s-note">{escape(error)} {escape(last_picture)}</p>' if error else ""
    return f'<div class="ipv6s" role="status">{text}</div>'


def _no_number(number: object, count: int, translate: Callable[[str], str]) -> str:
    said = number if not isinstance(number, int) or abs(number) < 2**129 else "..."
    return translate(LABELS["no-number"]).format(number=said, last=count - 1)


def _nibbles(text: str) -> str:
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def _text(prefix: IPNetwork) -> str:
    return prefix_text(int(prefix.first), int(prefix.prefixlen))
