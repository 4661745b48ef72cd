"""Domain names on the wire, RFC 1035 sections 3.1 and 4.1.4: labels, and pointers to earlier."""

from __future__ import annotations

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Field, Words
from ipv6course.packet.layout import Reader

LONGEST = 255  # octets of a whole name, RFC 1035 section 2.3.4
MOST_STEPS = 20_000
"""So many labels are read in one packet; pointers could make a small one endless work."""


def read_name(
    reader: Reader, name: str, rfc: str, *, compressed: bool = True, start: int = 0
) -> Field:
    """Read a domain name.

    Args:
        reader: At its first label.
        name: What the field is called.
        rfc: What defines the field.
        compressed: Whether pointers are allowed.
        start: Where the DNS message begins, from which pointers count.

    Raises:
        SenseEndedError: It does not end, is too long, or has a pointer that goes forward.
    """
    at, end = reader.at, reader.end
    after: int | None = None  # where reading goes on, once a pointer was followed
    lowest = at
    labels: list[str] = []
    length = 0
    data = reader.data
    facts = reader.told.facts
    while True:
        facts["labels"] = facts.get("labels", 0) + 1
        if facts["labels"] > MOST_STEPS:
            raise reader.nonsense(
                N_("Too many labels in one packet; the rest is not explained."), at
            )
        if at >= end:
            raise reader.short(at + 1 - reader.at, name)
        size = data[at]
        if size >= 0xC0 and compressed:
            if at + 2 > end:
                raise reader.short(at + 2 - reader.at, name)
            target = start + (int.from_bytes(data[at : at + 2], "big") & 0x3FFF)
            after = at + 2 if after is None else after
            if target >= lowest:
                raise reader.nonsense(
                    N_("A name points forward, or at itself; RFC 1035 section 4.1.4 allows only "
                       "names before it.")
                )  # fmt: skip
            at = lowest = target
            continue
        if size > 63:
            raise reader.nonsense(
                N_("A label of {size} octets; RFC 1035 section 2.3.4 allows 63."), at, size=size
            )
        at += 1
        if size == 0:
            break
        if at + size > end:
            raise reader.short(at + size - reader.at, name)
        labels.append(_text(data[at : at + size]))
        length += size + 1
        at += size
        if length + 1 > LONGEST:
            raise reader.nonsense(
                N_("A name of more than 255 octets (RFC 1035 section 2.3.4)."), at
            )
    shown = ".".join(labels) + "."
    words = Words(N_("the end of it is a pointer to a name before")) if after else Words("")
    return reader.octets(name, (after or at) - reader.at, rfc, words, shown)


def _text(label: bytes) -> str:
    """Return a label as text; what is not printable is in decimal (RFC 4343 section 2.1)."""
    return "".join(
        f"\\{octet:03d}" if not 0x21 <= octet <= 0x7E
        else f"\\{octet:c}" if octet in b'.\\"' else chr(octet)
        for octet in label
    )  # fmt: skip
