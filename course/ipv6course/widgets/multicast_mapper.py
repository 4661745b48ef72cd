"""The multicast mapper: from an address to its group, and from the group to its Ethernet address.

`explain_group` computes everything; `MulticastMapper` shows it. The browser side
(`multicast_mapper.js`) draws what `state` says and sends back a changed text.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anywidget
import netaddr
import traitlets

from ipv6course.address import (
    Description,
    MulticastFields,
    describe,
    full,
    multicast_fields,
    multicast_mac,
    solicited_node,
)
from ipv6course.classroom.messages import _

EXAMPLE = "2001:db8::1"

RESERVED_SCOPE, INTERFACE_LOCAL, TREATED_AS_GLOBAL = 0x0, 0x1, 0xF  # RFC 4291 section 2.7
X_FLAG = 1 << 119  # RFC 7371: the flags are X, R, P, T


@dataclass(frozen=True, slots=True)
class Cut:
    """A text, cut where the bits begin that are kept."""

    before: str
    kept: str

    def marked(self) -> str:
        """Return the text with square brackets around what is kept."""
        return f"{self.before}[{self.kept}]"


@dataclass(frozen=True, slots=True)
class Mapping:
    """One step: which bits of one address go into the next one."""

    title: str
    source: Cut
    target: Cut
    bits: str
    """The bits that are kept, in fours."""
    why: str
    rfc: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a multicast address, RFC 4291 section 2.7."""

    name: str
    bits: str
    """The bits, or how many there are."""
    hexadecimal: str
    """Empty for a single flag."""
    meaning: str


@dataclass(frozen=True, slots=True)
class GroupExplanation:
    """All that there is to see of one address."""

    text: str
    """As it was given."""
    summary: str
    """One or two sentences; empty, as all that follows, where there is an error."""
    group: str
    """The group: of a unicast address its solicited-node group, else the address itself."""
    mac: str
    """The Ethernet address of the group, such as `33:33:ff:00:00:01`."""
    facts: tuple[tuple[str, str], ...]
    """Label and value: the address, its group, its Ethernet address, what it holds inside."""
    mappings: tuple[Mapping, ...]
    """From the address to the group, and from the group to the Ethernet address."""
    fields: tuple[Field, ...]
    """The fields of the group."""
    notes: tuple[str, ...]
    """What is special about this address."""
    error: str | None
    """Why there is no group, in one or two sentences; None where there is one."""

    def table(self) -> str:
        """Write the explanation as plain text, for a screen reader and for an exported notebook.

        Returns:
            Lines of text without trailing white space: the summary, the facts, each step with
            brackets around the bits that are kept, and the fields. Where there is an error, the
            error alone.
        """
        if self.error is not None:
            return _("There is no group for this text.") + " " + self.error
        width = max(len(label) for label, _value in self.facts)
        lines = [self.summary, *self.notes, ""]
        lines += [f"{label:{width}}  {value}" for label, value in self.facts]
        for mapping in self.mappings:
            lines += ["", mapping.title, f"  {mapping.source.marked()}"]
            lines += [f"  {mapping.target.marked()}", "  " + kept_bits(mapping.bits)]
            lines += [f"  {mapping.why} ({mapping.rfc})"]
        rows = [field_heads(), *((f.name, f.bits, f.hexadecimal, f.meaning) for f in self.fields)]
        widths = [max(len(row[place]) for row in rows) for place in range(3)]
        lines += ["", fields_title()]
        for row in rows:
            start = "  ".join(f"{row[place]:{widths[place]}}" for place in range(3))
            lines.append(f"{start}  {row[3]}".rstrip())
        return "\n".join(lines)


def field_heads() -> tuple[str, str, str, str]:
    """Return the heads of the table of fields."""
    return _("Field"), _("Bits"), _("Hexadecimal"), _("Meaning")


def fields_title() -> str:
    """Return the title of the table of fields."""
    return _("The fields of the group")


def kept_bits(bits: str) -> str:
    """Return the sentence about the bits that are kept."""
    return _("Kept bits: {bits}").format(bits=bits)


def explain_group(text: str) -> GroupExplanation:
    """Compute what the widget shows of an address.

    Args:
        text: Any text; also text that is no address.

    Returns:
        The explanation. For text that is no address, and for '::', `error` says why there is no
        group, and the rest is empty.
    """
    try:
        seen = describe(text)
        group = seen.address if seen.multicast else solicited_node(seen.address)
    except ValueError as refusal:
        return GroupExplanation(text, "", "", "", (), (), (), (), str(refusal))
    fields = multicast_fields(group)
    mac = str(multicast_mac(group))
    return GroupExplanation(
        text=text,
        summary=_summary(seen, str(group), mac),
        group=str(group),
        mac=mac,
        facts=_facts(seen, str(group), fields, mac),
        mappings=_mappings(seen, group, mac),
        fields=_fields(group, fields),
        notes=tuple(_notes(seen)),
        error=None,
    )


def _summary(seen: Description, group: str, mac: str) -> str:
    if seen.multicast:
        sentence = _("{group} is a multicast group. On Ethernet, its packets are sent to {mac}.")
    else:
        sentence = _(
            "A node that has the address {address} joins the solicited-node group {group}. On "
            "Ethernet, packets for the group are sent to {mac}."
        )
    return sentence.format(address=seen.address, group=group, mac=mac)


def _facts(
    seen: Description, group: str, fields: MulticastFields, mac: str
) -> tuple[tuple[str, str], ...]:
    if seen.multicast:
        facts = [(_("Group"), group), (_("Name"), f"{seen.name} ({seen.rfc})")]
    else:
        facts = [(_("Address"), str(seen.address)), (_("Solicited-node group"), group)]
    facts += [
        (_("Scope"), f"{fields.scope:x}, {_(fields.scope_name)}"),
        (_("Ethernet address"), mac),
    ]
    inside = {
        "unicast prefix": _("Unicast prefix inside"),
        "rendezvous point": _("Rendezvous point inside"),
    }
    facts += [
        (inside[found.what], f"{found.value} ({found.rfc})")
        for found in seen.embedded
        if found.what in inside
    ]
    return tuple(facts)


def _in_fours(value: int, count: int) -> str:
    digits = f"{value & (1 << count) - 1:0{count}b}"
    return " ".join(digits[place : place + 4] for place in range(0, count, 4))


def _cut(text: str, kept: int) -> Cut:
    return Cut(text[:-kept], text[-kept:])


def _mappings(seen: Description, group: netaddr.IPAddress, mac: str) -> tuple[Mapping, ...]:
    spelled = full(str(group))
    to_ethernet = Mapping(
        title=_("From the group to the Ethernet address: the last 32 of 128 bits are kept"),
        source=_cut(spelled, len("ff00:0001")),
        target=_cut(mac, len("ff:00:00:01")),
        bits=_in_fours(int(group), 32),
        why=_(
            "33:33 stands in front. The other bits of the group are lost, so groups that end in "
            "the same 32 bits have the same Ethernet address."
        ),
        rfc="RFC 2464 section 7",
    )
    if seen.multicast:
        return (to_ethernet,)
    kept = len("00:0001")  # six digits, and the colon between them
    to_group = Mapping(
        title=_("From the address to the group: the last 24 of 128 bits are kept"),
        source=_cut(full(str(seen.address)), kept),
        target=_cut(spelled, kept),
        bits=_in_fours(int(seen.address), 24),
        why=_(
            "ff02::1:ff00:0/104 stands in front. The other bits of the address are lost, so "
            "addresses that end in the same 24 bits have the same group."
        ),
        rfc="RFC 4291 section 2.7.1",
    )
    return (to_group, to_ethernet)


def _fields(group: netaddr.IPAddress, fields: MulticastFields) -> tuple[Field, ...]:
    def flag(name: str, value: bool, yes: str, no: str) -> Field:
        return Field(name, "1" if value else "0", "", yes if value else no)

    return (
        Field(_("first octet"), "1111 1111", "ff", _("This is a multicast address.")),
        Field(_("flag X"), "1" if int(group) & X_FLAG else "0", "", _("Reserved for a later use.")),
        flag(
            _("flag R"),
            fields.rendezvous_point,
            _("The address of a rendezvous point is inside."),
            _("No rendezvous point is inside."),
        ),
        flag(
            _("flag P"),
            fields.prefix_based,
            _("Has a field for a unicast prefix."),
            _("Has no field for a unicast prefix."),
        ),
        flag(
            _("flag T"),
            fields.transient,
            _("Transient: not permanently assigned by IANA."),
            _("Well known: permanently assigned by IANA."),
        ),
        Field(_("scope"), f"{fields.scope:04b}", f"{fields.scope:x}", _(fields.scope_name)),
        Field(
            _("group ID"),
            _("112 bits"),
            f"{fields.group:x}",
            _("Which group it is within the scope."),
        ),
    )


def _notes(seen: Description) -> list[str]:
    if seen.type == "loopback":
        return [
            _(
                "The loopback address is never used outside of its node, so no Ethernet frame asks "
                "for it (RFC 4291 section 2.5.3)."
            )
        ]
    fields = seen.multicast
    if fields is None:
        return []
    found = {
        RESERVED_SCOPE: _(
            "Scope 0 is reserved: nobody may send to this group, and who receives such a packet "
            "drops it (RFC 4291 section 2.7)."
        ),
        INTERFACE_LOCAL: _(
            "Interface-local packets stay inside of their node, so no Ethernet frame carries them "
            "(RFC 4291 section 2.7)."
        ),
        TREATED_AS_GLOBAL: _(
            "Scope f is reserved: a packet for it is treated as one of global scope, e (RFC 4291 "
            "section 2.7)."
        ),
    }
    notes = [found[fields.scope]] if fields.scope in found else []
    if fields.prefix_based and not fields.transient:
        notes.append(_("The flags do not fit: P = 1 needs T = 1 (RFC 3306 section 4)."))
    if fields.rendezvous_point and not fields.prefix_based:
        notes.append(_("The flags do not fit: R = 1 needs P = 1 (RFC 3956 section 3)."))
    return notes


class MulticastMapper(anywidget.AnyWidget):  # type: ignore[misc]
    """An address to type; its group, the Ethernet address, and the bits that are kept on the way.

    Setting `value` in Python and typing in the browser are the same thing. Text that has no group
    shows its error and leaves the last picture; it never raises.

    Args:
        value: The text to begin with.
    """

    _esm = Path(__file__).with_name("multicast_mapper.js")
    _css = Path(__file__).with_name("multicast_mapper.css")

    value = traitlets.Unicode(EXAMPLE, help="The text, as typed.").tag(sync=True)
    state = traitlets.Dict(help="What the browser draws; from Python only.").tag(sync=True)

    def __init__(self, value: str = EXAMPLE, **traits: Any) -> None:
        self._picture = explain_group(value)
        if self._picture.error is not None:
            self._picture = explain_group(EXAMPLE)
        super().__init__(value=value, **traits)
        self._show(value)

    @traitlets.observe("value")  # type: ignore[untyped-decorator]
    def _value_changed(self, change: Any) -> None:
        self._show(change["new"])

    def _show(self, text: str) -> None:
        """Make `state` the picture of this text, or the last picture with this text's error."""
        seen = explain_group(text)
        if seen.error is None:
            self._picture = seen
        picture = asdict(self._picture)
        for mapping in picture["mappings"]:
            mapping["bits"] = kept_bits(mapping["bits"])
        self.state = picture | {
            "error": seen.error,
            "labels": {
                "title": _("Multicast mapper"),
                "text": _("Unicast or multicast address"),
                "error": _("There is no group for this text."),
                "last-picture": _("Below is still the last address."),
                "kept": _("Between [ and ] are the digits that are kept."),
                "fields": fields_title(),
                "heads": field_heads(),
            },
        }

    def __repr__(self) -> str:
        """Return the text table: what a static page or a terminal shows in the widget's place."""
        return explain_group(self.value).table()
