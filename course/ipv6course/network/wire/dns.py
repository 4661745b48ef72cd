r"""DNS messages, RFC 1035 section 4, with EDNS (RFC 6891) and AAAA (RFC 3596).

A name is text without the last dot: "www.example.com"; the root is ".". A dot or a backslash inside
a label is written with a backslash before it, and what is not printable as \DDD, RFC 1035 section
5.1. Upper and lower case are the same name, RFC 4343, and a name is given back as it came.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from enum import IntEnum

from ipv6course.network.wire import MalformedError

PORT = 53
CLASSIC_SIZE = 512  # octets over UDP without EDNS, RFC 1035 section 2.3.4
SAFE_SIZE = 1232  # what always fits: IPv6's minimum MTU less 40 and 8
LONGEST_LABEL = 63  # RFC 1035 section 2.3.4
LONGEST_NAME = 255  # octets on the wire

_HEADER = struct.Struct("!HHHHHH")
_FIXED = struct.Struct("!HHIH")
_SOA = struct.Struct("!IIIII")


class Type(IntEnum):
    """Record types of the IANA registry "DNS Parameters"."""

    A = 1
    NS = 2
    CNAME = 5
    SOA = 6
    PTR = 12
    MX = 15
    TXT = 16
    AAAA = 28
    OPT = 41
    ANY = 255


class Code(IntEnum):
    """Response codes, RFC 1035 section 4.1.1; BADVERS: RFC 6891 section 9."""

    NOERROR = 0
    FORMERR = 1
    SERVFAIL = 2
    NXDOMAIN = 3
    NOTIMP = 4
    REFUSED = 5
    BADVERS = 16


INTERNET = 1  # class IN
_NAMED = (Type.NS, Type.CNAME, Type.PTR)  # their data is one name


@dataclass(frozen=True, slots=True)
class Mx:
    """Where mail goes, RFC 1035 section 3.3.9."""

    preference: int
    exchange: str


@dataclass(frozen=True, slots=True)
class Soa:
    """Start of a zone of authority, RFC 1035 section 3.3.13."""

    server: str
    mailbox: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int
    """Seconds for which an answer "there is none" may be kept, RFC 2308 section 4."""


Data = bytes | str | Mx | Soa | tuple[bytes, ...]
"""A and AAAA are octets; NS, CNAME and PTR a name; TXT a tuple; unknown types octets."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked."""

    name: str
    type: int
    class_: int = INTERNET


@dataclass(frozen=True, slots=True)
class Record:
    """A resource record."""

    name: str
    type: int
    ttl: int
    """Seconds for which it may be kept."""
    data: Data
    class_: int = INTERNET


@dataclass(frozen=True, slots=True)
class Edns:
    """The OPT pseudo-record, RFC 6891 section 6.1."""

    size: int = SAFE_SIZE
    """Octets over UDP that its sender takes."""
    version: int = 0
    is_dnssec_ok: bool = False
    options: bytes = b""


@dataclass(frozen=True, slots=True)
class Message:
    """A query or a response."""

    id: int
    questions: tuple[Question, ...] = ()
    answers: tuple[Record, ...] = ()
    authorities: tuple[Record, ...] = ()
    additionals: tuple[Record, ...] = ()
    is_response: bool = False
    opcode: int = 0
    is_authoritative: bool = False
    is_truncated: bool = False
    recursion_desired: bool = False
    recursion_available: bool = False
    is_authentic: bool = False
    """AD, RFC 4035 section 3.2.3."""
    checking_disabled: bool = False
    """CD, RFC 4035 section 3.2.2."""
    code: int = Code.NOERROR
    """The response code; with EDNS it has 12 bits."""
    edns: Edns | None = None


def same_name(one: str, other: str) -> bool:
    """Return whether two names are the same, RFC 4343: the case of ASCII letters is no matter."""
    return folded(one) == folded(other)


def folded(name: str) -> str:
    """Return a name in the form in which equal ones are equal."""
    return name.translate(_FOLD)


_FOLD = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_ESCAPED = re.compile(r"\\([0-9]{3}|[^0-9])|([^\\.])|(\.)", re.DOTALL)


def labels_of(name: str) -> list[bytes]:
    """Return the labels of a name.

    Raises:
        ValueError: It is no name of DNS; RFC 1035 sections 2.3.4 and 5.1.
    """
    if name in (".", ""):
        return []
    labels, label, at = [], bytearray(), 0
    text = name[:-1] if name.endswith(".") and not name.endswith("\\.") else name
    while at < len(text):
        found = _ESCAPED.match(text, at)
        if found is None:
            raise ValueError(f"{name!r} has a backslash at its end that stands for nothing")
        escape, plain, dot = found.groups()
        if dot:
            labels.append(bytes(label))
            label.clear()
        elif escape and len(escape) == 3:
            if int(escape) > 255:
                raise ValueError(f"{name!r} has \\{escape}; an octet is at most \\255")
            label.append(int(escape))
        else:
            label += (escape or plain).encode()
        at = found.end()
    labels.append(bytes(label))
    for label_ in labels:
        if not label_:
            raise ValueError(
                f"{name!r} has an empty label: two dots beside each other, or one first"
            )
        if len(label_) > LONGEST_LABEL:
            raise ValueError(
                f"{name!r} has a label of {len(label_)} octets; RFC 1035 section 2.3.4 allows 63"
            )
    if sum(len(label_) + 1 for label_ in labels) + 1 > LONGEST_NAME:
        raise ValueError(f"{name!r} is longer than 255 octets (RFC 1035 section 2.3.4)")
    return labels


def name_of(labels: list[bytes]) -> str:
    """Return the name of labels."""
    return ".".join("".join(map(_shown, label)) for label in labels) or "."


def _shown(octet: int) -> str:
    if octet in b".\\":
        return "\\" + chr(octet)
    return chr(octet) if 0x21 <= octet <= 0x7E else f"\\{octet:03}"


# --- Writing --------------------------------------------------------------------------------------


def push_dns(message: Message) -> bytes:
    """Write a message; names that occurred before are pointed to, RFC 1035 section 4.1.4."""
    flags = (
        message.is_response << 15
        | message.opcode << 11
        | message.is_authoritative << 10
        | message.is_truncated << 9
        | message.recursion_desired << 8
        | message.recursion_available << 7
        | message.is_authentic << 5
        | message.checking_disabled << 4
        | message.code & 0xF
    )
    counts = (
        len(message.questions),
        len(message.answers),
        len(message.authorities),
        len(message.additionals) + (message.edns is not None),
    )
    written = bytearray(_HEADER.pack(message.id, flags, *counts))
    seen: dict[tuple[bytes, ...], int] = {}
    for question in message.questions:
        _push_name(written, seen, question.name)
        written += struct.pack("!HH", question.type, question.class_)
    for record in (*message.answers, *message.authorities, *message.additionals):
        _push_record(written, seen, record)
    if message.edns is not None:
        edns = message.edns
        ttl = (message.code >> 4) << 24 | edns.version << 16 | edns.is_dnssec_ok << 15
        written += b"\0" + _FIXED.pack(Type.OPT, edns.size, ttl, len(edns.options)) + edns.options
    return bytes(written)


def _push_name(written: bytearray, seen: dict[tuple[bytes, ...], int], name: str) -> None:
    labels = labels_of(name)
    for at in range(len(labels)):
        rest = tuple(label.lower() for label in labels[at:])
        if rest in seen:
            written += struct.pack("!H", 0xC000 | seen[rest])
            return
        if len(written) < 0x4000:
            seen[rest] = len(written)
        written.append(len(labels[at]))
        written += labels[at]
    written.append(0)


def _push_record(written: bytearray, seen: dict[tuple[bytes, ...], int], record: Record) -> None:
    _push_name(written, seen, record.name)
    written += _FIXED.pack(record.type, record.class_, record.ttl, 0)
    start = len(written)
    match record.data:
        case bytes():
            written += record.data
        case str():
            _push_name(written, seen, record.data)
        case Mx():
            written += struct.pack("!H", record.data.preference)
            _push_name(written, seen, record.data.exchange)
        case Soa():
            soa = record.data
            _push_name(written, seen, soa.server)
            _push_name(written, seen, soa.mailbox)
            written += _SOA.pack(soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum)
        case _:
            for text in record.data:
                written += bytes((len(text),)) + text
    written[start - 2 : start] = struct.pack("!H", len(written) - start)


# --- Reading --------------------------------------------------------------------------------------


def pull_dns(data: bytes) -> Message:
    """Read a message.

    Raises:
        MalformedError: It is cut off, or a name or a record makes no sense.
    """
    if len(data) < _HEADER.size:
        raise MalformedError(f"{len(data)} octets; the DNS header has 12 (RFC 1035 section 4.1.1)")
    id_, flags, *counts = _HEADER.unpack_from(data)
    at, questions = _HEADER.size, []
    for _ in range(counts[0]):
        name, at = _pull_name(data, at)
        _need(data, at, 4, "question")
        questions.append(Question(name, *struct.unpack_from("!HH", data, at)))
        at += 4
    sections: list[list[Record]] = [[], [], []]
    edns, code = None, flags & 0xF
    for section, count in zip(sections, counts[1:], strict=True):
        for _ in range(count):
            record, at = _pull_record(data, at)
            if record.type != Type.OPT:
                section.append(record)
                continue
            if edns is not None or section is not sections[2] or record.name != ".":
                raise MalformedError(
                    "OPT stands once, in the additional section, and is named '.' "
                    "(RFC 6891 section 6.1.1)"
                )
            assert isinstance(record.data, bytes)
            code |= record.ttl >> 24 << 4
            edns = Edns(
                record.class_, record.ttl >> 16 & 0xFF, bool(record.ttl & 0x8000), record.data
            )
    return Message(
        id=id_,
        questions=tuple(questions),
        answers=tuple(sections[0]),
        authorities=tuple(sections[1]),
        additionals=tuple(sections[2]),
        is_response=bool(flags >> 15),
        opcode=flags >> 11 & 0xF,
        is_authoritative=bool(flags >> 10 & 1),
        is_truncated=bool(flags >> 9 & 1),
        recursion_desired=bool(flags >> 8 & 1),
        recursion_available=bool(flags >> 7 & 1),
        is_authentic=bool(flags >> 5 & 1),
        checking_disabled=bool(flags >> 4 & 1),
        code=code,
        edns=edns,
    )


def _need(data: bytes, at: int, count: int, what: str) -> None:
    if len(data) < at + count:
        raise MalformedError(f"the {what} at octet {at} is cut off (RFC 1035 section 4.1)")


def _pull_name(data: bytes, at: int) -> tuple[str, int]:
    """Read a name. Return it, and where it ends."""
    labels: list[bytes] = []
    end, before, length = None, at, 1
    while True:
        _need(data, at, 1, "name")
        first = data[at]
        if first >= 0xC0:
            _need(data, at, 2, "name")
            end = at + 2 if end is None else end
            at = int.from_bytes(data[at : at + 2], "big") & 0x3FFF
            if at >= before:  # so that there is no way round in a circle
                raise MalformedError(
                    f"the name at octet {before} points to octet {at}, which does not come before "
                    "it (RFC 1035 section 4.1.4)"
                )
            before = at
        elif first > LONGEST_LABEL:
            raise MalformedError(
                f"a label at octet {at} begins with {first:#04x}; it is a length up to 63 or a "
                "pointer (RFC 1035 section 4.1.4)"
            )
        elif first == 0:
            return name_of(labels), at + 1 if end is None else end
        else:
            _need(data, at + 1, first, "label")
            labels.append(data[at + 1 : at + 1 + first])
            length += first + 1
            if length > LONGEST_NAME:
                raise MalformedError("a name is longer than 255 octets (RFC 1035 section 2.3.4)")
            at += 1 + first


def _pull_record(data: bytes, at: int) -> tuple[Record, int]:
    name, at = _pull_name(data, at)
    _need(data, at, _FIXED.size, "record")
    kind, class_, ttl, length = _FIXED.unpack_from(data, at)
    at += _FIXED.size
    _need(data, at, length, "record's data")
    end = at + length
    if ttl >> 31 and kind != Type.OPT:
        ttl = 0  # RFC 2181 section 8
    record = Record(name, kind, ttl, _pull_data(data, at, end, kind), class_)
    return record, end


def _pull_data(data: bytes, at: int, end: int, kind: int) -> Data:
    found: Data = data[at:end]
    last = end
    if kind in (Type.A, Type.AAAA):
        last = at + (4 if kind == Type.A else 16)
    elif kind in _NAMED:
        found, last = _pull_name(data, at)
    elif kind == Type.MX:
        _need(data[:end], at, 3, "MX record")
        exchange, last = _pull_name(data, at + 2)
        found = Mx(int.from_bytes(data[at : at + 2], "big"), exchange)
    elif kind == Type.SOA:
        server, last = _pull_name(data, at)
        mailbox, last = _pull_name(data, last)
        _need(data[:end], last, _SOA.size, "SOA record")
        found = Soa(server, mailbox, *_SOA.unpack_from(data, last))
        last += _SOA.size
    elif kind == Type.TXT:
        texts = []
        last = at
        while last < end:
            length = data[last]
            texts.append(data[last + 1 : min(last + 1 + length, end)])
            last += 1 + length
        found = tuple(texts)
    if last != end:
        raise MalformedError(
            f"the data of a record of type {kind} at octet {at} has {end - at} octets, and what "
            f"stands there needs {last - at} (RFC 1035 section 3.2.1)"
        )
    return found


def truncated(message: Message) -> Message:
    """Return a response that says only: ask again over TCP, RFC 2181 section 9."""
    return replace(message, answers=(), authorities=(), additionals=(), is_truncated=True)
