"""A stack of layers, and the octets that scapy makes of it.

`build` computes everything. What a layer can have is in the table `LAYERS`: a row a field, with the
RFC's own name, how its text is read, and, for a field that is automatic when its text is empty,
where it stands in its header. Nothing is taken from the machine: every address has a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_, shown
from ipv6course.classroom.messages import _

MOST_LAYERS = 20
MOST_OCTETS = 9000
"""So many octets of data a field may have."""
EXPERIMENTAL_TYPE = 0x88B5  # RFC 9542 section 3.3.1: for private experiments
EXPERIMENTAL = 253  # RFC 3692 section 2.1
NO_NEXT_HEADER = 59  # RFC 8200 section 4.7

MAC_A, MAC_B = "00:00:5e:00:53:01", "00:00:5e:00:53:02"
A, B = "2001:db8::1", "2001:db8::2"


# --- How a field's text is read -----------------------------------------------------------------


def _number(text: str, bits: int) -> int:
    try:
        value = int(text, 0)
    except ValueError:
        value = -1
    if not 0 <= value < 1 << bits:
        raise refusal(
            N_("{text} is not a number from 0 to {most}; write 64, or 0x40."),
            text=shown(text),
            most=(1 << bits) - 1,
        )
    return value


def bits(count: int) -> Callable[[str], int]:
    """Return what reads a number of so many bits."""
    return partial(_number, bits=count)


def octets(text: str) -> bytes:
    """Read octets: two hexadecimal digits each, with spaces or ':' where one likes."""
    digits = re.sub(r"[\s:]", "", text)
    if len(digits) % 2 or re.search("[^0-9A-Fa-f]", digits):
        raise refusal(
            N_("{text} are not octets; write two hexadecimal digits for each, such as 48 69."),
            text=shown(text),
        )
    if len(digits) > 2 * MOST_OCTETS:
        raise refusal(N_("More than {most} octets; write fewer."), most=MOST_OCTETS)
    return bytes.fromhex(digits)


def address(text: str) -> str:
    """Read an IPv6 address."""
    return str(given.address(text))


def addresses(text: str) -> list[str]:
    """Read IPv6 addresses with spaces between them."""
    return [address(word) for word in text.split()]


def mac(text: str) -> str:
    """Read a MAC address; a group's too, for it may be a destination."""
    if not re.fullmatch(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}", text):
        raise refusal(
            N_("{text} is not a MAC address; write six octets, such as 00:00:5e:00:53:01."),
            text=shown(text),
        )
    return text.replace("-", ":").lower()


def optional_mac(text: str) -> str:
    """Read a MAC address, or nothing: the option is left out."""
    return mac(text) if text else ""


def flags(text: str) -> str:
    """Read TCP's flags by their letters, such as SA."""
    if re.search("[^FSRPAUEC]", text.upper()):
        raise refusal(
            N_("{text} are not flags of TCP; write letters out of FSRPAUEC, such as S for SYN."),
            text=shown(text),
        )
    return text.upper()


# --- The table of layers ------------------------------------------------------------------------


class Place(NamedTuple):
    """Where an automatic field stands in its header: octet, octets, bits to the right of it."""

    offset: int
    octets: int
    shift: int = 0


class Entry(NamedTuple):
    """One field of a layer."""

    name: str
    """What its RFC calls it."""
    read: Callable[[str], Any]
    default: str = ""
    automatic: Place | None = None
    """Where it stands, if an empty text means that it is computed."""


class Kind(NamedTuple):
    """One kind of layer."""

    title: str
    make: Callable[[dict[str, Any]], Any]
    """Takes the values by name, without those that are automatic; returns scapy's layer."""
    fields: tuple[Entry, ...]
    number: int | None = None
    """What the header before it calls it; None where IPv6 has no number for it."""

    def entry(self, name: str) -> Entry:
        """Return a field by its name.

        Raises:
            ValueError: There is none of that name.
        """
        for found in self.fields:
            if found.name == name:
                return found
        raise refusal(
            N_("{title} has no field {name}; it has: {known}."),
            title=self.title,
            name=shown(name),
            known=", ".join(found.name for found in self.fields),
        )


def _scapy(where: str, name: str, names: Mapping[str, str]) -> Callable[[dict[str, Any]], Any]:
    """Return what makes a layer of scapy's; `names` are scapy's names of the RFC's fields."""

    def make(values: dict[str, Any]) -> Any:
        from importlib import import_module  # scapy is imported when a packet is first built

        layer = getattr(import_module(f"scapy.layers.{where}"), name)
        return layer(**{names[field]: value for field, value in values.items() if field in names})

    return make


_inet6 = partial(_scapy, "inet6")


def _and_data(make: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """Return what makes a layer with octets after it."""

    def with_data(values: dict[str, Any]) -> Any:
        from scapy.packet import Raw

        return make(values) / Raw(values["Data"]) if values["Data"] else make(values)

    return with_data


def _options(values: dict[str, Any]) -> list[Any]:
    """Return the options of Neighbor Discovery that some values ask for, RFC 4861 section 4.6."""
    from scapy.layers import inet6

    found: list[Any] = []
    if values.get("Source Link-Layer Address"):
        found.append(inet6.ICMPv6NDOptSrcLLAddr(lladdr=values["Source Link-Layer Address"]))
    if values.get("Target Link-Layer Address"):
        found.append(inet6.ICMPv6NDOptDstLLAddr(lladdr=values["Target Link-Layer Address"]))
    if values.get("MTU"):
        found.append(inet6.ICMPv6NDOptMTU(mtu=values["MTU"]))
    if values.get("Prefix"):
        found.append(
            inet6.ICMPv6NDOptPrefixInfo(
                prefix=values["Prefix"],
                prefixlen=values["Prefix Length"],
                L=values["On-link (L)"],
                A=values["Autonomous (A)"],
                validlifetime=values["Valid Lifetime"],
                preferredlifetime=values["Preferred Lifetime"],
            )
        )
    return found


def _and_options(make: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def with_options(values: dict[str, Any]) -> Any:
        layer = make(values)
        for option in _options(values):
            layer = layer / option
        return layer

    return with_options


def _option_header(name: str) -> Callable[[dict[str, Any]], Any]:
    """Return what makes a header of options; scapy pads none that are given as octets."""

    def make(values: dict[str, Any]) -> Any:
        from scapy.layers import inet6
        from scapy.packet import Raw

        data = values["Options"]
        data += (b"", b"\0", *(bytes((1, n)) + bytes(n) for n in range(6)))[-(len(data) + 2) % 8]
        length = values.get("Hdr Ext Len", (len(data) + 2) // 8 - 1)
        header = getattr(inet6, name)(nh=values["Next Header"], len=length & 0xFF, autopad=0)
        header.options = [Raw(data)]
        return header

    return make


def _routing(values: dict[str, Any]) -> Any:
    """Return a routing header: that of segments (type 4, RFC 8754), or one of addresses alone."""
    from scapy.layers import inet6

    kind, hops = values["Routing Type"], values["Addresses"]
    rest = {"len": values["Hdr Ext Len"]} if "Hdr Ext Len" in values else {}
    if kind == inet6.IPv6ExtHdrSegmentRouting().type:
        return inet6.IPv6ExtHdrSegmentRouting(
            nh=values["Next Header"], segleft=values["Segments Left"], addresses=hops,
            lastentry=max(0, len(hops) - 1), **rest,
        )  # fmt: skip
    return inet6.IPv6ExtHdrRouting(
        nh=values["Next Header"], type=kind, segleft=values["Segments Left"], addresses=hops, **rest
    )


def _raw(values: dict[str, Any]) -> Any:
    from scapy.packet import Raw

    return Raw(values["Data"])


_NEXT = Entry("Next Header", bits(8), "", Place(0, 1))
_EXT_LENGTH = Entry("Hdr Ext Len", bits(8), "", Place(1, 1))
_CODE = Entry("Code", bits(8), "0")
_CHECKSUM = Entry("Checksum", bits(16), "", Place(2, 2))
_ECHO = (
    _CODE,
    _CHECKSUM,
    Entry("Identifier", bits(16), "1"),
    Entry("Sequence Number", bits(16), "1"),
    Entry("Data", octets, "68 65 6c 6c 6f"),
)
_ECHO_NAMES = {"Code": "code", "Checksum": "cksum", "Identifier": "id", "Sequence Number": "seq"}
_ECHO_NAMES |= {"Data": "data"}
_SOURCE = Entry("Source Link-Layer Address", optional_mac, MAC_A)
_TARGET = Entry("Target Link-Layer Address", optional_mac, MAC_A)
# What an error quotes, RFC 4443 section 2.4 (c): a UDP packet of 2001:db8::2 to 2001:db8::3.
_QUOTE = Entry(
    "Data",
    octets,
    "60 00 00 00 00 08 11 40 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 "
    "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 03 c0 00 0f a0 00 08 00 00",
)
_ERROR = {"Code": "code", "Checksum": "cksum"}
ICMPV6, UDP, TCP = 58, 17, 6


def _error(title: str, name: str, names: dict[str, str], *fields: Entry) -> Kind:
    make = _and_data(_inet6(name, _ERROR | names))
    return Kind(title, make, (_CODE, _CHECKSUM, *fields, _QUOTE), ICMPV6)


LAYERS: dict[str, Kind] = {
    "ethernet": Kind(
        N_("Ethernet"),
        _scapy("l2", "Ether", {"Destination": "dst", "Source": "src", "Type": "type"}),
        (
            Entry("Destination", mac, MAC_B),
            Entry("Source", mac, MAC_A),
            Entry("Type", bits(16), "", Place(12, 2)),
        ),
    ),
    "ipv6": Kind(
        N_("IPv6"),
        _inet6(
            "IPv6",
            {
                "Version": "version",
                "Traffic Class": "tc",
                "Flow Label": "fl",
                "Payload Length": "plen",
                "Next Header": "nh",
                "Hop Limit": "hlim",
                "Source Address": "src",
                "Destination Address": "dst",
            },
        ),
        (
            Entry("Version", bits(4), "6"),
            Entry("Traffic Class", bits(8), "0"),
            Entry("Flow Label", bits(20), "0"),
            Entry("Payload Length", bits(16), "", Place(4, 2)),
            Entry("Next Header", bits(8), "", Place(6, 1)),
            Entry("Hop Limit", bits(8), "64"),
            Entry("Source Address", address, A),
            Entry("Destination Address", address, B),
        ),
        41,
    ),
    "hop-by-hop": Kind(
        N_("Hop-by-Hop Options"),
        _option_header("IPv6ExtHdrHopByHop"),
        (_NEXT, _EXT_LENGTH, Entry("Options", octets, "05 02 00 00")),  # RFC 2711: router alert
        0,
    ),
    "destination-options": Kind(
        N_("Destination Options"),
        _option_header("IPv6ExtHdrDestOpt"),
        (_NEXT, _EXT_LENGTH, Entry("Options", octets, "01 04 00 00 00 00")),  # PadN
        60,
    ),
    "routing": Kind(
        N_("Routing"),
        _routing,
        (
            _NEXT,
            _EXT_LENGTH,
            Entry("Routing Type", bits(8), "4"),
            Entry("Segments Left", bits(8), "0"),
            Entry("Addresses", addresses, B),
        ),
        43,
    ),
    "fragment": Kind(
        N_("Fragment"),
        _inet6(
            "IPv6ExtHdrFragment",
            {"Next Header": "nh", "Fragment Offset": "offset", "M Flag": "m"}
            | {"Identification": "id"},
        ),
        (
            _NEXT,
            Entry("Fragment Offset", bits(13), "0"),
            Entry("M Flag", bits(1), "0"),
            Entry("Identification", bits(32), "1"),
        ),
        44,
    ),
    "echo-request": Kind(
        N_("ICMPv6: Echo Request"), _inet6("ICMPv6EchoRequest", _ECHO_NAMES), _ECHO, ICMPV6
    ),
    "echo-reply": Kind(
        N_("ICMPv6: Echo Reply"), _inet6("ICMPv6EchoReply", _ECHO_NAMES), _ECHO, ICMPV6
    ),
    "router-solicitation": Kind(
        N_("ICMPv6: Router Solicitation"),
        _and_options(_inet6("ICMPv6ND_RS", _ERROR)),
        (_CODE, _CHECKSUM, _SOURCE),
        ICMPV6,
    ),
    "router-advertisement": Kind(
        N_("ICMPv6: Router Advertisement"),
        _and_options(
            _inet6(
                "ICMPv6ND_RA",
                _ERROR
                | {"Cur Hop Limit": "chlim", "Managed (M)": "M", "Other (O)": "O", "Prf": "prf"}
                | {"Router Lifetime": "routerlifetime", "Reachable Time": "reachabletime"}
                | {"Retrans Timer": "retranstimer"},
            )
        ),
        (
            _CODE,
            _CHECKSUM,
            Entry("Cur Hop Limit", bits(8), "64"),
            Entry("Managed (M)", bits(1), "0"),
            Entry("Other (O)", bits(1), "0"),
            Entry("Prf", bits(2), "0"),
            Entry("Router Lifetime", bits(16), "1800"),
            Entry("Reachable Time", bits(32), "0"),
            Entry("Retrans Timer", bits(32), "0"),
            _SOURCE,
            Entry("MTU", bits(32), "1500"),
            Entry("Prefix", lambda text: address(text) if text else "", "2001:db8:1::"),
            Entry("Prefix Length", bits(8), "64"),
            Entry("On-link (L)", bits(1), "1"),
            Entry("Autonomous (A)", bits(1), "1"),
            Entry("Valid Lifetime", bits(32), "86400"),
            Entry("Preferred Lifetime", bits(32), "14400"),
        ),
        ICMPV6,
    ),
    "neighbor-solicitation": Kind(
        N_("ICMPv6: Neighbor Solicitation"),
        _and_options(_inet6("ICMPv6ND_NS", _ERROR | {"Target Address": "tgt"})),
        (_CODE, _CHECKSUM, Entry("Target Address", address, B), _SOURCE),
        ICMPV6,
    ),
    "neighbor-advertisement": Kind(
        N_("ICMPv6: Neighbor Advertisement"),
        _and_options(
            _inet6(
                "ICMPv6ND_NA",
                _ERROR
                | {"Router (R)": "R", "Solicited (S)": "S", "Override (O)": "O"}
                | {"Target Address": "tgt"},
            )
        ),
        (
            _CODE,
            _CHECKSUM,
            Entry("Router (R)", bits(1), "0"),
            Entry("Solicited (S)", bits(1), "1"),
            Entry("Override (O)", bits(1), "1"),
            Entry("Target Address", address, A),
            _TARGET,
        ),
        ICMPV6,
    ),
    "destination-unreachable": _error(
        N_("ICMPv6: Destination Unreachable"), "ICMPv6DestUnreach", {}
    ),
    "packet-too-big": _error(
        N_("ICMPv6: Packet Too Big"),
        "ICMPv6PacketTooBig",
        {"MTU": "mtu"},
        Entry("MTU", bits(32), "1280"),
    ),
    "time-exceeded": _error(N_("ICMPv6: Time Exceeded"), "ICMPv6TimeExceeded", {}),
    "parameter-problem": _error(
        N_("ICMPv6: Parameter Problem"),
        "ICMPv6ParamProblem",
        {"Pointer": "ptr"},
        Entry("Pointer", bits(32), "40"),
    ),
    "udp": Kind(
        N_("UDP"),
        _scapy(
            "inet",
            "UDP",
            {"Source Port": "sport", "Destination Port": "dport", "Length": "len"}
            | {"Checksum": "chksum"},
        ),
        (
            Entry("Source Port", bits(16), "49152"),
            Entry("Destination Port", bits(16), "4000"),
            Entry("Length", bits(16), "", Place(4, 2)),
            Entry("Checksum", bits(16), "", Place(6, 2)),
        ),
        UDP,
    ),
    "tcp": Kind(
        N_("TCP"),
        _scapy(
            "inet",
            "TCP",
            {"Source Port": "sport", "Destination Port": "dport", "Sequence Number": "seq"}
            | {"Acknowledgment Number": "ack", "Data Offset": "dataofs", "Flags": "flags"}
            | {"Window": "window", "Checksum": "chksum"},
        ),
        (
            Entry("Source Port", bits(16), "49152"),
            Entry("Destination Port", bits(16), "80"),
            Entry("Sequence Number", bits(32), "1000"),
            Entry("Acknowledgment Number", bits(32), "0"),
            Entry("Data Offset", bits(4), "", Place(12, 1, 4)),
            Entry("Flags", flags, "S"),
            Entry("Window", bits(16), "65535"),
            Entry("Checksum", bits(16), "", Place(16, 2)),
        ),
        TCP,
    ),
    "raw": Kind(
        N_("Octets"),
        _raw,
        (Entry("Data", octets, "48 65 6c 6c 6f"),),
    ),
}
_HEADERS = {"ipv6", "hop-by-hop", "destination-options", "routing", "fragment"}
"""Those that have a next header."""


# --- A stack, and what can be done with it ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its kind, and the text of each field; "" leaves an automatic one automatic."""

    kind: str
    texts: Mapping[str, str]

    @property
    def title(self) -> str:
        """Its name, in the learner's language."""
        return _(LAYERS[self.kind].title)


Stack = tuple[Layer, ...]
Said = Sequence[str | tuple[str, Mapping[str, object]]]
"""What a lesson says: kinds of layers, or a kind and the values of some of its fields."""


def layer(kind: str, values: Mapping[str, object] | None = None) -> Layer:
    """Return a layer.

    Args:
        kind: One of `LAYERS`.
        values: Values of some fields, by the RFC's name; the others have defaults.

    Raises:
        ValueError: There is no such layer, or it has no such field.
    """
    if kind not in LAYERS:
        raise refusal(
            N_("{kind} is no layer here; there are: {known}."),
            kind=shown(str(kind)),
            known=", ".join(LAYERS),
        )
    texts = {entry.name: entry.default for entry in LAYERS[kind].fields}
    for name, value in (values or {}).items():
        LAYERS[kind].entry(name)
        texts[name] = value.hex(" ") if isinstance(value, bytes) else str(value)
    return Layer(kind, texts)


def stack_of(said: Said) -> Stack:
    """Return a stack of what a lesson says.

    Raises:
        ValueError: There is no such layer or field, or there are too many layers.
    """
    made = tuple(layer(one) if isinstance(one, str) else layer(*one) for one in said)
    if len(made) > MOST_LAYERS:
        raise refusal(N_("{count} layers; at most {most}."), count=len(made), most=MOST_LAYERS)
    return made


def change(stack: Stack, place: int, name: str, text: str) -> Stack:
    """Return the stack with another text of one field."""
    LAYERS[stack[place].kind].entry(name)
    changed = replace(stack[place], texts={**stack[place].texts, name: text.strip()})
    return (*stack[:place], changed, *stack[place + 1 :])


def move(stack: Stack, place: int, by: int) -> Stack:
    """Return the stack with one layer moved; at an end it stays."""
    to = max(0, min(place + by, len(stack) - 1))
    rest = [*stack[:place], *stack[place + 1 :]]
    return (*rest[:to], stack[place], *rest[to:])


# --- Building -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Built:
    """The octets of a stack."""

    data: bytes
    """Empty where a text makes no sense."""
    link: str
    """What they begin with, as `explain` takes it."""
    errors: Mapping[tuple[int, str], str]
    """Why a text makes no sense, by layer and field."""
    automatic: Mapping[tuple[int, str], int]
    """What each automatic field is, or would be were it not set by hand."""
    notes: tuple[str, ...]
    """Which automatic fields were set by hand, and to what they would be set."""


def build(stack: Stack) -> Built:
    """Make the octets of a stack.

    Args:
        stack: The layers, the outermost first.

    Returns:
        The octets, and what the automatic fields are. Where a text makes no sense, `errors` says
        why, and there are no octets.
    """
    link = "ethernet" if stack and stack[0].kind == "ethernet" else "raw"
    values, errors = _read(stack)
    if errors:
        return Built(b"", link, errors, {}, ())
    data = _octets(stack, values)
    automatic = {}
    notes = []
    starts = _starts(stack, values)
    for place, one in enumerate(stack):
        for entry in LAYERS[one.kind].fields:
            if entry.automatic is None:
                continue
            key = (place, entry.name)
            if entry.name not in values[place]:
                automatic[key] = _at(data, starts[place], entry.automatic)
                continue
            free = [dict(each) for each in values]
            del free[place][entry.name]
            automatic[key] = _at(_octets(stack, free), starts[place], entry.automatic)
            notes.append(_by_hand(one, entry, values[place][entry.name], automatic[key]))
    return Built(data, link, {}, automatic, tuple(notes))


def _by_hand(one: Layer, entry: Entry, value: int, automatic: int) -> str:
    if value == automatic:
        sentence = _("{layer}: you set {field} to {value}, which is also the automatic value.")
    else:
        sentence = _("{layer}: you set {field} to {value}; the automatic value is {automatic}.")
    return sentence.format(layer=one.title, field=entry.name, value=value, automatic=automatic)


def _read(stack: Stack) -> tuple[list[dict[str, Any]], dict[tuple[int, str], str]]:
    """Return the values of each layer, without those that are automatic, and what is no value."""
    values: list[dict[str, Any]] = []
    errors = {}
    for place, one in enumerate(stack):
        found: dict[str, Any] = {}
        for entry in LAYERS[one.kind].fields:
            text = one.texts[entry.name]
            if entry.automatic is not None and not text:
                continue
            try:
                found[entry.name] = entry.read(text)
            except ValueError as problem:
                errors[place, entry.name] = str(problem)
        values.append(found)
    return values, errors


def _with_next(stack: Stack, values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the values with the next headers, and 0 for checksums that cannot be computed."""
    filled = []
    for place, one in enumerate(stack):
        found = dict(values[place])
        after = LAYERS[stack[place + 1].kind] if place + 1 < len(stack) else None
        if one.kind == "ethernet":
            is_ipv6 = after is LAYERS["ipv6"]
            found.setdefault("Type", 0x86DD if is_ipv6 else EXPERIMENTAL_TYPE)
        elif one.kind in _HEADERS:
            number = NO_NEXT_HEADER
            if after is not None:
                number = EXPERIMENTAL if after.number is None else after.number
            found.setdefault("Next Header", number)
        elif not _has_ipv6_below(stack, place):
            found.setdefault("Checksum", 0)
        filled.append(found)
    return filled


def _has_ipv6_below(stack: Stack, place: int) -> bool:
    """Return whether there is a pseudo-header for a checksum, RFC 8200 section 8.1."""
    while place > 0 and stack[place - 1].kind in _HEADERS:
        place -= 1
        if stack[place].kind == "ipv6":
            return True
    return False


def _octets(stack: Stack, values: list[dict[str, Any]]) -> bytes:
    packet = None
    for one, found in zip(stack, _with_next(stack, values), strict=True):
        made = LAYERS[one.kind].make(found)
        packet = made if packet is None else packet / made
    return bytes(packet) if packet is not None else b""


def _starts(stack: Stack, values: list[dict[str, Any]]) -> list[int]:
    """Return where each layer begins."""
    starts = [0]
    for one, found in zip(stack, _with_next(stack, values), strict=True):
        size = len(bytes(LAYERS[one.kind].make({**found, "Checksum": 0})))
        starts.append(starts[-1] + size)
    return starts


def _at(data: bytes, start: int, place: Place) -> int:
    first = start + place.offset
    return int.from_bytes(data[first : first + place.octets], "big") >> place.shift
