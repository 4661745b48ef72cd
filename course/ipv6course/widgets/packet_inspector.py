"""The packet inspector: a packet's fields and its octets beside each other, each showing the other.

`inspect` computes everything; `PacketInspector` shows it. The browser side (`packet_inspector.js`)
draws what `state` says. Which octets a field has, and so which are marked, is in the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ipv6course.classroom.messages import _
from ipv6course.packet import Explanation, Finding, explain, verify
from ipv6course.widgets.frames import PAGE, Frames, Given, frames_title

MOST_FIELDS = 300
"""So many fields are shown; an ordinary frame has under 100."""
MOST_OCTETS = 2048
"""So many octets are shown; a frame of Ethernet has at most 1,514."""
PER_LINE = 16
NOTHING = -1  # no field is selected


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that there is to see of one packet."""

    told: Explanation
    findings: tuple[Finding, ...]
    refused: str = ""
    """Why the octets were not explained; "" where they were."""

    def table(self) -> str:
        """Write the inspection as plain text, for a screen reader and for an exported notebook.

        Returns:
            Lines of text: the tree of fields, what is wrong, and the octets in hexadecimal.
        """
        lines = str(self.told).splitlines()
        if len(lines) > MOST_FIELDS:
            lines = [*lines[:MOST_FIELDS], left_out(len(lines) - MOST_FIELDS)]
        lines += [self.refused] if self.refused else []
        lines += ["", *(_line(finding) for finding in self.findings)]
        lines += [] if self.findings or self.refused else [_nothing_wrong()]
        return "\n".join([*lines, "", hexdump(self.told.data[:MOST_OCTETS])])


def hexdump(data: bytes) -> str:
    """Write octets as lines of 16, with what is printable in ASCII at the end of each.

    Args:
        data: The octets.

    Returns:
        Lines that begin with the number of their first octet, in hexadecimal.
    """
    lines = []
    for first in range(0, len(data), PER_LINE):
        octets = data[first : first + PER_LINE]
        letters = "".join(chr(octet) if 0x20 <= octet < 0x7F else "." for octet in octets)
        lines.append(f"{first:04x}  {octets[:8].hex(' '):23}  {octets[8:].hex(' '):23}  {letters}")
    return "\n".join(lines)


def inspect(data: bytes, link: str = "ethernet") -> Inspection:
    """Compute what the widget shows of a packet.

    Args:
        data: Any octets.
        link: What they begin with, as for `explain`; "" for a link that it does not know, of
            which only the octets are shown.

    Returns:
        The inspection. Nothing in the octets raises an error.

    Raises:
        ValueError: The link is not known to `explain`.
    """
    if not link:
        refused = _("This link type is not explained here; the octets are below.")
        return Inspection(Explanation(data, link), (), refused)
    told = explain(data, link)
    return Inspection(told, tuple(verify(told)))


def left_out(count: int) -> str:
    """Return the sentence about the fields that are not shown."""
    return _("… and {count} fields more; explain(data) has them all.").format(count=count)


def _nothing_wrong() -> str:
    return _("Nothing wrong was found.")


def _severity(finding: Finding) -> str:
    return {"error": _("Error"), "warning": _("Warning")}[finding.severity]


def _line(finding: Finding) -> str:
    said = _("{severity}: {where}, octet {octet}: {what}").format(
        severity=_severity(finding), where=finding.where, octet=finding.octet, what=finding.what
    )
    return f"{said} ({finding.rfc})" if finding.rfc else said


def _rows(told: Explanation) -> tuple[list[list[int]], list[str]]:
    """Return the fields as rows of numbers, and the texts that the rows number."""
    texts: dict[str, int] = {}

    def number(text: str) -> int:
        return texts.setdefault(text, len(texts))

    rows = []
    for depth, field in told.walk():
        rows.append(
            [
                depth,
                field.offset,
                field.length,
                field.bit_offset,
                field.bit_length,
                *map(number, (field.name, field.shown, field.meaning, field.rfc)),
            ]
        )
        if len(rows) == MOST_FIELDS:
            break
    return rows, list(texts)


def _field_of(finding: Finding, rows: list[list[int]], texts: list[str]) -> int:
    """Return the row of a finding's field, or the last one that holds its octet."""
    name = finding.where.rpartition(": ")[2]
    holding = NOTHING
    for place, (_depth, offset, length, _bit, _bits, title, *_texts) in enumerate(rows):
        if offset == finding.octet and texts[title] == name:
            return place
        if offset <= finding.octet < offset + length:
            holding = place
    return holding


def picture(seen: Inspection) -> dict[str, Any]:
    """Return what the browser draws of an inspection."""
    told = seen.told
    rows, texts = _rows(told)
    fields = sum(1 for _field in told.walk())
    ended = ""
    if told.where_sense_ended is not None:
        ended = _("From octet {octet} on, this cannot be understood: {why}").format(
            octet=told.where_sense_ended, why=told.why_sense_ended
        )
    notes = [left_out(fields - len(rows))] if fields > len(rows) else []
    if len(told.data) > MOST_OCTETS:
        notes.append(
            _("The first {shown} of {count} octets are shown.").format(
                shown=MOST_OCTETS, count=len(told.data)
            )
        )
    return {
        "rows": rows,
        "texts": texts,
        "octets": told.data[:MOST_OCTETS].hex(),
        "size": _("{count} octets").format(count=len(told.data)),
        "ended": seen.refused or ended,
        "ended_at": told.where_sense_ended,
        "notes": notes,
        "findings": [
            {
                "severity": finding.severity,
                "text": _line(finding),
                "octet": finding.octet,
                "row": _field_of(finding, rows, texts),
            }
            for finding in seen.findings
        ],
    }


def _labels() -> dict[str, str]:
    return {
        "title": _("Packet inspector"),
        "list": _("List of frames"),
        "previous": _("Previous frames"),
        "next": _("Next frames"),
        "fields": _("Fields"),
        "octets": _("Octets, in hexadecimal"),
        "findings": _("What is wrong"),
        "nothing-wrong": _nothing_wrong(),
        "no-frame": _("There is no frame here."),
        "error": _("✗ error"),
        "warning": _("! warning"),
        "octet": _("octet {first}"),
        "range": _("octets {first} to {last}"),
        "bit": _("octet {first}, bit {bit}"),
        "bits": _("octet {first}, bits {bit} to {end}"),
        "long-bits": _("octets {first} to {last}, {count} bits from bit {bit} on"),
        "keys": _(
            "Choose a field, and its octets are marked; choose an octet, and its field is. Arrow "
            "keys move. In the fields, the left and right arrows close and open a header. On an "
            "octet that several fields share, Enter goes from one to the next."
        ),
        "choose": _("Choose a field or an octet."),
    }


class PacketInspector(anywidget.AnyWidget):  # type: ignore[misc]
    """A packet's fields, its octets, and what is wrong with it; of several packets also a list.

    Args:
        given: A frame as bytes; a list of frames; a `Capture`; or a pcap or pcapng file, as its
            bytes or its path.
        link: What bytes begin with: "ethernet", "raw" or "ieee802154". A capture says it itself.

    Raises:
        ValueError: There is no such link, what is given is no frame, or the file is no capture.
        OSError: The file cannot be read.
    """

    _esm = Path(__file__).with_name("packet_inspector.js")
    _css = Path(__file__).with_name("packet_inspector.css")

    frame = traitlets.Int(0, help="Which frame is shown, from 0.").tag(sync=True)
    selected = traitlets.Int(NOTHING, help="Which row of the fields, from 0, or -1.").tag(sync=True)
    listing = traitlets.Dict(help="The frames; from Python only.").tag(sync=True)
    state = traitlets.Dict(help="What the browser draws; from Python only.").tag(sync=True)
    labels = traitlets.Dict(help="The words.").tag(sync=True)

    def __init__(self, given: Given, link: str = "ethernet", **traits: Any) -> None:
        self._frames = Frames(given, link)
        inspect(b"", link)  # refuses a link that is none
        super().__init__(labels=_labels(), **traits)
        self._show()

    def show(self, given: Given, link: str = "ethernet") -> None:
        """Show something else; what it may be is said at the class."""
        self._frames = Frames(given, link)
        self.frame = 0
        self._show()

    def show_octets(self, data: bytes, link: str = "") -> None:
        """Show one packet whose link is known; "" for one that `explain` does not know."""
        self._frames = Frames([data], link)
        self.frame = 0
        self._show()

    @property
    def inspection(self) -> Inspection | None:
        """The inspection of the frame that is shown; None where there is no frame."""
        return inspect(*self._frames[self.frame]) if len(self._frames) else None

    @traitlets.validate("frame")  # type: ignore[untyped-decorator]
    def _is_a_frame(self, proposal: dict[str, int]) -> int:
        return max(0, min(proposal["value"], len(self._frames) - 1))

    @traitlets.observe("frame")  # type: ignore[untyped-decorator]
    def _frame_changed(self, _change: object) -> None:
        self._show()

    def _show(self) -> None:
        count = len(self._frames)
        rows = self._frames.page(self.frame) if count > 1 else []
        self.listing = {
            "title": frames_title(count),
            "count": count,
            "page": PAGE,
            "rows": [list(row) for row in rows],
        }
        seen = self.inspection
        with self.hold_sync():
            self.selected = NOTHING
            self.state = picture(seen) if seen is not None else {}

    def __repr__(self) -> str:
        """Return the text table: what a static page or a terminal shows in the widget's place."""
        seen = self.inspection
        if seen is None:
            return _("There is no frame here.")
        if len(self._frames) == 1:
            return seen.table()
        return f"{self._frames.table(self.frame)}\n\n{seen.table()}"
