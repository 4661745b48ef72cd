"""DHCPv6 messages and options, RFC 9915 sections 8, 9 and 21, and the options of other RFCs.

A message is `Message`, or `RelayMessage` between relay agents and servers. An option is a small
class; one that this file does not know is an `UnknownOption`, which keeps its octets, for nobody
may discard a message for an option that is unknown (RFC 9915 section 16).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import ClassVar, Self, TypeAlias, TypeVar

from ipv6course.network.wire import MalformedError

# RFC 9915 section 7.1.
ALL_RELAY_AGENTS_AND_SERVERS = bytes.fromhex("ff02" + "00" * 10 + "00010002")
ALL_SERVERS = bytes.fromhex("ff05" + "00" * 10 + "00010003")
# RFC 9915 section 7.2.
CLIENT_PORT = 546
SERVER_PORT = 547

# RFC 9915 section 7.3.
SOLICIT = 1
ADVERTISE = 2
REQUEST = 3
CONFIRM = 4
RENEW = 5
REBIND = 6
REPLY = 7
RELEASE = 8
DECLINE = 9
RECONFIGURE = 10
INFORMATION_REQUEST = 11
RELAY_FORWARD = 12
RELAY_REPLY = 13

MESSAGE_NAMES = {
    SOLICIT: "Solicit",
    ADVERTISE: "Advertise",
    REQUEST: "Request",
    CONFIRM: "Confirm",
    RENEW: "Renew",
    REBIND: "Rebind",
    REPLY: "Reply",
    RELEASE: "Release",
    DECLINE: "Decline",
    RECONFIGURE: "Reconfigure",
    INFORMATION_REQUEST: "Information-request",
    RELAY_FORWARD: "Relay-forward",
    RELAY_REPLY: "Relay-reply",
}

# RFC 9915 section 21.13.
SUCCESS = 0
UNSPECIFIED_FAILURE = 1
NO_ADDRESSES_AVAILABLE = 2
NO_BINDING = 3
NOT_ON_LINK = 4
USE_MULTICAST = 5  # obsolete since RFC 9915
NO_PREFIX_AVAILABLE = 6

STATUS_NAMES = {
    SUCCESS: "Success",
    UNSPECIFIED_FAILURE: "UnspecFail",
    NO_ADDRESSES_AVAILABLE: "NoAddrsAvail",
    NO_BINDING: "NoBinding",
    NOT_ON_LINK: "NotOnLink",
    USE_MULTICAST: "UseMulticast",
    NO_PREFIX_AVAILABLE: "NoPrefixAvail",
}

INFINITY = 0xFFFFFFFF  # RFC 9915 section 7.7: seconds without end
MOST_ELAPSED = 0xFFFF  # RFC 9915 section 21.9: this long, or longer

HEADER = 4  # octets: type and transaction identifier
RELAY_HEADER = 34  # octets: type, hop count and two addresses

_TWO = struct.Struct("!HH")
_IA = struct.Struct("!III")
_ADDRESS = struct.Struct("!16sII")
_PREFIX = struct.Struct("!IIB16s")
_AUTHENTICATION = struct.Struct("!BBBQ")


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its code is its class's, its body what `push` returns."""

    code: ClassVar[int] = 0

    def push(self) -> bytes:
        """Write the body: what stands after code and length."""
        return b""

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body.

        Raises:
            MalformedError: It is not what the option's RFC says.
        """
        _be_exactly(cls, body, 0)
        return cls()


_Found = TypeVar("_Found", bound=Option)
_Kind: TypeAlias = type[_Found]  # in a class whose own `type` is a number


@dataclass(frozen=True, slots=True)
class Message:
    """A message between a client and a server, RFC 9915 section 8."""

    type: int
    transaction: int
    """24 bits, chosen by the client for one exchange; a Reconfigure has 0."""
    options: tuple[Option, ...] = ()

    def get(self, kind: _Kind[_Found]) -> _Found | None:
        """Return the first option of a class; None: there is none."""
        return first(self.options, kind)

    def all(self, kind: _Kind[_Found]) -> list[_Found]:
        """Return all options of a class."""
        return [option for option in self.options if isinstance(option, kind)]

    @property
    def name(self) -> str:
        """The type, as RFC 9915 writes it."""
        return MESSAGE_NAMES.get(self.type, f"type {self.type}")


@dataclass(frozen=True, slots=True)
class RelayMessage:
    """A message between a relay agent and a server or another relay agent, RFC 9915 section 9."""

    type: int
    hop_count: int
    """How many relay agents relayed it already."""
    link_address: bytes
    """An address of the link on which the client is; zeros: it does not say."""
    peer_address: bytes
    """From whom the relay agent got the message, or to whom it is to give it."""
    options: tuple[Option, ...] = ()

    def get(self, kind: _Kind[_Found]) -> _Found | None:
        """Return the first option of a class; None: there is none."""
        return first(self.options, kind)

    @property
    def name(self) -> str:
        """The type, as RFC 9915 writes it."""
        return MESSAGE_NAMES.get(self.type, f"type {self.type}")


def first(options: tuple[Option, ...], kind: type[_Found]) -> _Found | None:
    """Return the first option of a class; None: there is none."""
    for option in options:
        if isinstance(option, kind):
            return option
    return None


# --- Bodies that several options share ------------------------------------------------------------


def _be_exactly(kind: type[Option], body: bytes, length: int) -> None:
    if len(body) != length:
        raise MalformedError(
            f"option {kind.code} ({kind.__name__}) has {len(body)} octets; it needs {length}"
        )


def _be_at_least(kind: type[Option], body: bytes, length: int) -> None:
    if len(body) < length:
        raise MalformedError(
            f"option {kind.code} ({kind.__name__}) has {len(body)} octets; "
            f"it needs {length} or more"
        )


@dataclass(frozen=True, slots=True)
class _Octets(Option):
    data: bytes

    def push(self) -> bytes:
        return self.data

    @classmethod
    def pull(cls, body: bytes) -> Self:
        return cls(body)


@dataclass(frozen=True, slots=True)
class _Number(Option):
    value: int
    size: ClassVar[int] = 4

    def push(self) -> bytes:
        return self.value.to_bytes(self.size, "big")

    @classmethod
    def pull(cls, body: bytes) -> Self:
        _be_exactly(cls, body, cls.size)
        return cls(int.from_bytes(body, "big"))


@dataclass(frozen=True, slots=True)
class _Addresses(Option):
    addresses: tuple[bytes, ...]

    def push(self) -> bytes:
        return b"".join(self.addresses)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        if not body or len(body) % 16:
            raise MalformedError(
                f"option {cls.code} ({cls.__name__}) has {len(body)} octets; "
                "it is one or more addresses of 16"
            )
        return cls(tuple(body[at : at + 16] for at in range(0, len(body), 16)))


@dataclass(frozen=True, slots=True)
class _Duid(_Octets):
    @classmethod
    def pull(cls, body: bytes) -> Self:
        if not 3 <= len(body) <= 130:
            raise MalformedError(
                f"a DUID of {len(body)} octets; it has a type of 2 and 1 to 128 more "
                "(RFC 9915 section 11.1)"
            )
        return cls(body)


# --- The options of RFC 9915 ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClientIdentifier(_Duid):
    """The client's DUID, RFC 9915 section 21.2."""

    code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class ServerIdentifier(_Duid):
    """The server's DUID, RFC 9915 section 21.3."""

    code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class _Association(Option):
    iaid: int
    """32 bits that the client chose."""
    t1: int = 0
    """Seconds until the client renews; 0: as it likes."""
    t2: int = 0
    """Seconds until the client rebinds; 0: as it likes."""
    options: tuple[Option, ...] = ()

    def push(self) -> bytes:
        return _IA.pack(self.iaid, self.t1, self.t2) + push_options(self.options)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        _be_at_least(cls, body, _IA.size)
        iaid, t1, t2 = _IA.unpack_from(body)
        return cls(iaid, t1, t2, _pull_inner(body[_IA.size :], IaAddress, IaPrefix))

    @property
    def status(self) -> int:
        """The status code in it; where it has none, Success (RFC 9915 section 7.5)."""
        found = first(self.options, StatusCode)
        return found.status if found else SUCCESS


@dataclass(frozen=True, slots=True)
class IaNa(_Association):
    """An identity association for addresses, RFC 9915 section 21.4."""

    code: ClassVar[int] = 3

    @property
    def addresses(self) -> list[IaAddress]:
        """The addresses in it."""
        return [option for option in self.options if isinstance(option, IaAddress)]


@dataclass(frozen=True, slots=True)
class IaTa(Option):
    """An identity association for temporary addresses.

    RFC 9915 section 21.5 made it obsolete: nobody sends it, and a server ignores it.
    """

    code: ClassVar[int] = 4
    iaid: int
    options: tuple[Option, ...] = ()

    def push(self) -> bytes:
        """Write the body."""
        return self.iaid.to_bytes(4, "big") + push_options(self.options)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, 4)
        return cls(int.from_bytes(body[:4], "big"), _pull_inner(body[4:], IaAddress))


@dataclass(frozen=True, slots=True)
class IaAddress(Option):
    """An address of an association, RFC 9915 section 21.6. Lifetimes are seconds."""

    code: ClassVar[int] = 5
    address: bytes
    preferred: int = 0
    valid: int = 0
    options: tuple[Option, ...] = ()

    def push(self) -> bytes:
        """Write the body."""
        return _ADDRESS.pack(self.address, self.preferred, self.valid) + push_options(self.options)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, _ADDRESS.size)
        address, preferred, valid = _ADDRESS.unpack_from(body)
        return cls(address, preferred, valid, _pull_inner(body[_ADDRESS.size :]))


@dataclass(frozen=True, slots=True)
class OptionRequest(Option):
    """The codes of the options that the client wants, RFC 9915 section 21.7."""

    code: ClassVar[int] = 6
    codes: tuple[int, ...]

    def push(self) -> bytes:
        """Write the body."""
        return struct.pack(f"!{len(self.codes)}H", *self.codes)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        if len(body) % 2:
            raise MalformedError(f"option 6 (OptionRequest) has {len(body)} octets; a code has 2")
        return cls(struct.unpack(f"!{len(body) // 2}H", body))


@dataclass(frozen=True, slots=True)
class Preference(_Number):
    """How much the server wants to be chosen, RFC 9915 section 21.8; without it, 0."""

    code: ClassVar[int] = 7
    size: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class ElapsedTime(_Number):
    """Hundredths of a second since the exchange began, RFC 9915 section 21.9."""

    code: ClassVar[int] = 8
    size: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class RelayedMessage(_Octets):
    """The message that is relayed, as it was, RFC 9915 section 21.10 (Relay Message option)."""

    code: ClassVar[int] = 9


@dataclass(frozen=True, slots=True)
class Authentication(Option):
    """Authentication, RFC 9915 section 21.11. It is read and not verified."""

    code: ClassVar[int] = 11
    protocol: int
    algorithm: int
    replay_method: int
    replay: int
    information: bytes = b""

    def push(self) -> bytes:
        """Write the body."""
        head = (self.protocol, self.algorithm, self.replay_method, self.replay)
        return _AUTHENTICATION.pack(*head) + self.information

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, _AUTHENTICATION.size)
        protocol, algorithm, method, replay = _AUTHENTICATION.unpack_from(body)
        return cls(protocol, algorithm, method, replay, body[_AUTHENTICATION.size :])


@dataclass(frozen=True, slots=True)
class ServerUnicast(Option):
    """The server's address. RFC 9915 section 21.12 made it obsolete: it is ignored."""

    code: ClassVar[int] = 12
    address: bytes

    def push(self) -> bytes:
        """Write the body."""
        return self.address

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_exactly(cls, body, 16)
        return cls(body)


@dataclass(frozen=True, slots=True)
class StatusCode(Option):
    """How it went, of a message or of an association, RFC 9915 section 21.13."""

    code: ClassVar[int] = 13
    status: int
    message: str = ""
    """For people. Octets that are not UTF-8 come as surrogates, and go out as they came."""

    def push(self) -> bytes:
        """Write the body."""
        return self.status.to_bytes(2, "big") + self.message.encode("utf-8", "surrogateescape")

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, 2)
        return cls(int.from_bytes(body[:2], "big"), body[2:].decode("utf-8", "surrogateescape"))

    @property
    def name(self) -> str:
        """The code, as RFC 9915 writes it."""
        return STATUS_NAMES.get(self.status, f"status {self.status}")


@dataclass(frozen=True, slots=True)
class RapidCommit(Option):
    """Two messages will do, RFC 9915 section 21.14."""

    code: ClassVar[int] = 14


@dataclass(frozen=True, slots=True)
class UserClass(Option):
    """What kind of user the client is, RFC 9915 section 21.15."""

    code: ClassVar[int] = 15
    classes: tuple[bytes, ...]

    def push(self) -> bytes:
        """Write the body."""
        return _push_items(self.classes)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        return cls(_pull_items(cls, body))


@dataclass(frozen=True, slots=True)
class VendorClass(Option):
    """What hardware the client is, in its vendor's words, RFC 9915 section 21.16."""

    code: ClassVar[int] = 16
    enterprise: int
    classes: tuple[bytes, ...] = ()

    def push(self) -> bytes:
        """Write the body."""
        return self.enterprise.to_bytes(4, "big") + _push_items(self.classes)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, 4)
        return cls(int.from_bytes(body[:4], "big"), _pull_items(cls, body[4:]))


@dataclass(frozen=True, slots=True)
class VendorOptions(Option):
    """A vendor's own options, by the vendor's own codes, RFC 9915 section 21.17."""

    code: ClassVar[int] = 17
    enterprise: int
    options: tuple[Option, ...] = ()
    """Each an `UnknownOption`: its code means what the vendor says."""

    def push(self) -> bytes:
        """Write the body."""
        return self.enterprise.to_bytes(4, "big") + push_options(self.options)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, 4)
        kept = tuple(UnknownOption(code, data) for code, data in _split(body[4:]))
        return cls(int.from_bytes(body[:4], "big"), kept)


@dataclass(frozen=True, slots=True)
class InterfaceId(_Octets):
    """The relay agent's name for the interface; the server sends it back, section 21.18."""

    code: ClassVar[int] = 18


@dataclass(frozen=True, slots=True)
class ReconfigureMessage(_Number):
    """With which message the client is to answer a Reconfigure, RFC 9915 section 21.19."""

    code: ClassVar[int] = 19
    size: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class ReconfigureAccept(Option):
    """The client takes Reconfigure messages, RFC 9915 section 21.20."""

    code: ClassVar[int] = 20


@dataclass(frozen=True, slots=True)
class IaPd(_Association):
    """An identity association for prefix delegation, RFC 9915 section 21.21."""

    code: ClassVar[int] = 25

    @property
    def prefixes(self) -> list[IaPrefix]:
        """The prefixes in it."""
        return [option for option in self.options if isinstance(option, IaPrefix)]


@dataclass(frozen=True, slots=True)
class IaPrefix(Option):
    """A delegated prefix, RFC 9915 section 21.22. Lifetimes are seconds."""

    code: ClassVar[int] = 26
    prefix: bytes
    length: int
    preferred: int = 0
    valid: int = 0
    options: tuple[Option, ...] = ()

    def push(self) -> bytes:
        """Write the body."""
        fixed = _PREFIX.pack(self.preferred, self.valid, self.length, self.prefix)
        return fixed + push_options(self.options)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, _PREFIX.size)
        preferred, valid, length, prefix = _PREFIX.unpack_from(body)
        if length > 128:
            raise MalformedError(f"an IA Prefix of {length} bits; an address has 128")
        return cls(prefix, length, preferred, valid, _pull_inner(body[_PREFIX.size :]))


@dataclass(frozen=True, slots=True)
class InformationRefreshTime(_Number):
    """Seconds until the client asks again, RFC 9915 section 21.23."""

    code: ClassVar[int] = 32


@dataclass(frozen=True, slots=True)
class SolMaxRt(_Number):
    """Another SOL_MAX_RT, in seconds, RFC 9915 section 21.24."""

    code: ClassVar[int] = 82


@dataclass(frozen=True, slots=True)
class InfMaxRt(_Number):
    """Another INF_MAX_RT, in seconds, RFC 9915 section 21.25."""

    code: ClassVar[int] = 83


# --- The options of other RFCs --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DnsServers(_Addresses):
    """Recursive DNS servers, best first, RFC 3646 section 3."""

    code: ClassVar[int] = 23


@dataclass(frozen=True, slots=True)
class DomainList(Option):
    """The domain search list, RFC 3646 section 4."""

    code: ClassVar[int] = 24
    names: tuple[str, ...]

    def push(self) -> bytes:
        """Write the body."""
        return b"".join(push_name(name) for name in self.names)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        names = []
        while body:
            name, body = pull_name(body)
            names.append(name)
        return cls(tuple(names))


@dataclass(frozen=True, slots=True)
class SntpServers(_Addresses):
    """Time servers, RFC 4075 section 4; RFC 5908's option replaces it."""

    code: ClassVar[int] = 31


@dataclass(frozen=True, slots=True)
class ClientFqdn(Option):
    """The client's name in DNS, and who updates DNS, RFC 4704 section 4."""

    code: ClassVar[int] = 39
    name: str
    flags: int = 0
    """Bit 0 S: the server updates AAAA records; bit 1 O: it overrode S; bit 2 N: it updates none"""
    is_partial: bool = False
    """Whether the name has no end: the server completes it (section 4.2)."""

    def push(self) -> bytes:
        """Write the body."""
        name = push_name(self.name)
        return bytes((self.flags,)) + (name[:-1] if self.is_partial else name)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, 1)
        flags, written = body[0], body[1:]
        is_partial = not _is_ended(written)
        name, left = pull_name(written + b"\0" if is_partial else written)
        if left:
            raise MalformedError(f"option 39 (ClientFqdn) has {len(left)} octets after the name")
        return cls(name, flags, is_partial)


@dataclass(frozen=True, slots=True)
class NtpServer(Option):
    """One NTP server, RFC 5908 section 4: suboption 1 an address, 2 a group, 3 a name."""

    code: ClassVar[int] = 56
    suboptions: tuple[Option, ...]
    """Each an `UnknownOption` with the suboption's code."""

    def push(self) -> bytes:
        """Write the body."""
        return push_options(self.suboptions)

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        return cls(tuple(UnknownOption(code, data) for code, data in _split(body)))

    @classmethod
    def at(cls, address: bytes) -> Self:
        """Return the option for a server's unicast address."""
        return cls((UnknownOption(1, address),))

    @property
    def addresses(self) -> list[bytes]:
        """The unicast addresses in it."""
        return [
            option.data
            for option in self.suboptions
            if isinstance(option, UnknownOption) and option.number == 1 and len(option.data) == 16
        ]


@dataclass(frozen=True, slots=True)
class ClientLinkLayerAddress(Option):
    """The client's MAC address, put in by the first relay agent, RFC 6939 section 4."""

    code: ClassVar[int] = 79
    address: bytes
    hardware: int = 1
    """IANA's hardware type; 1: Ethernet."""

    def push(self) -> bytes:
        """Write the body."""
        return self.hardware.to_bytes(2, "big") + self.address

    @classmethod
    def pull(cls, body: bytes) -> Self:
        """Read a body."""
        _be_at_least(cls, body, 2)
        return cls(body[2:], int.from_bytes(body[:2], "big"))


@dataclass(frozen=True, slots=True)
class UnknownOption(Option):
    """An option that is not known here, or not known in this place."""

    number: int
    """Its code."""
    data: bytes

    def push(self) -> bytes:
        """Write the body."""
        return self.data


_KINDS: tuple[type[Option], ...] = (
    *(ClientIdentifier, ServerIdentifier, IaNa, IaTa, OptionRequest, Preference, ElapsedTime),
    *(RelayedMessage, Authentication, ServerUnicast, StatusCode, RapidCommit, UserClass),
    *(VendorClass, VendorOptions, InterfaceId, ReconfigureMessage, ReconfigureAccept),
    *(DnsServers, DomainList, IaPd, SntpServers, InformationRefreshTime, ClientFqdn, NtpServer),
    *(ClientLinkLayerAddress, SolMaxRt, InfMaxRt),
)
OPTIONS = {kind.code: kind for kind in _KINDS}
"""What may stand in a message, by code. IA Address and IA Prefix stand in associations only."""


def code_of(option: Option) -> int:
    """Return an option's code."""
    return option.number if isinstance(option, UnknownOption) else option.code


# --- Reading and writing --------------------------------------------------------------------------


def push_options(options: tuple[Option, ...]) -> bytes:
    """Write options one after the other, without padding, RFC 9915 section 21.1.

    Raises:
        ValueError: One is longer than 65,535 octets.
    """
    parts = []
    for option in options:
        body = option.push()
        if len(body) > 0xFFFF:
            raise ValueError(f"option {code_of(option)} has {len(body)} octets; 65535 fit")
        parts.append(_TWO.pack(code_of(option), len(body)) + body)
    return b"".join(parts)


def pull_options(data: bytes) -> tuple[Option, ...]:
    """Read the options of a message.

    Raises:
        MalformedError: They do not make sense.
    """
    return tuple(_pull_option(code, body, OPTIONS) for code, body in _split(data))


def push_message(message: Message | RelayMessage) -> bytes:
    """Write a message, RFC 9915 sections 8 and 9."""
    if isinstance(message, RelayMessage):
        head = bytes((message.type, message.hop_count))
        addresses = message.link_address + message.peer_address
        return head + addresses + push_options(message.options)
    head = (message.type << 24 | message.transaction).to_bytes(4, "big")
    return head + push_options(message.options)


def pull_message(data: bytes) -> Message | RelayMessage:
    """Read a message, RFC 9915 sections 8 and 9.

    Raises:
        MalformedError: It does not make sense.
    """
    if data[:1] in (b"\x0c", b"\x0d"):
        if len(data) < RELAY_HEADER:
            raise MalformedError(f"{len(data)} octets; a relay message has {RELAY_HEADER} or more")
        options = pull_options(data[RELAY_HEADER:])
        return RelayMessage(data[0], data[1], data[2:18], data[18:34], options)
    if len(data) < HEADER:
        raise MalformedError(f"{len(data)} octets; a DHCPv6 message has {HEADER} or more")
    return Message(data[0], int.from_bytes(data[1:4], "big"), pull_options(data[HEADER:]))


def _split(data: bytes) -> list[tuple[int, bytes]]:
    """Return code and body of each option."""
    found = []
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            raise MalformedError(f"{len(data) - at} octets are left; an option begins with 4")
        code, length = _TWO.unpack_from(data, at)
        at += 4
        if at + length > len(data):
            raise MalformedError(
                f"option {code} is to have {length} octets; {len(data) - at} are left"
            )
        found.append((code, data[at : at + length]))
        at += length
    return found


def _pull_option(code: int, body: bytes, known: dict[int, type[Option]]) -> Option:
    kind = known.get(code)
    return UnknownOption(code, body) if kind is None else kind.pull(body)


def _pull_inner(data: bytes, *kinds: type[Option]) -> tuple[Option, ...]:
    # What stands elsewhere than RFC 9915's appendix C allows is kept as it is. So bytes from a
    # stranger never nest deeper than an association, its address, and the status of that.
    allowed: tuple[type[Option], ...] = (StatusCode, *kinds)
    known = {kind.code: kind for kind in allowed}
    return tuple(_pull_option(code, body, known) for code, body in _split(data))


def _push_items(items: tuple[bytes, ...]) -> bytes:
    return b"".join(len(item).to_bytes(2, "big") + item for item in items)


def _pull_items(kind: type[Option], data: bytes) -> tuple[bytes, ...]:
    items = []
    while data:
        length = int.from_bytes(data[:2], "big")
        if len(data) < 2 + length or len(data) < 2:
            raise MalformedError(
                f"option {kind.code} ({kind.__name__}) ends in the middle of a class"
            )
        items.append(data[2 : 2 + length])
        data = data[2 + length :]
    return tuple(items)


# --- Domain names, RFC 9915 section 10: RFC 1035 section 3.1, never compressed --------------------

_PLAIN = frozenset(range(0x21, 0x7F)) - frozenset(b".\\")
_SHOWN = [chr(octet) if octet in _PLAIN else f"\\{octet:03d}" for octet in range(256)]
_OCTET = re.compile("[01][0-9][0-9]|2[0-4][0-9]|25[0-5]")


def push_name(name: str) -> bytes:
    r"""Write a domain name; an octet that no name shows is written `\DDD`, RFC 1035 section 5.1.

    Raises:
        ValueError: A label is empty or longer than 63 octets, or the name longer than 255.
    """
    labels = [] if name in ("", ".") else _labels(name)
    if any(not 1 <= len(label) <= 63 for label in labels):
        raise ValueError(f"{name!r} has a label that is not of 1 to 63 octets (RFC 1035 2.3.4)")
    written = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    if len(written) > 255:
        raise ValueError(f"{name!r} has {len(written)} octets; a name has 255 at most")
    return written


def pull_name(data: bytes) -> tuple[str, bytes]:
    """Read a domain name; return it without a dot at its end, and what stands after it.

    Raises:
        MalformedError: It is cut off, compressed, or longer than 255 octets.
    """
    labels = []
    at = 0
    while True:
        if at >= len(data):
            raise MalformedError("a domain name is cut off")
        length = data[at]
        if length > 63:
            raise MalformedError(
                f"a label of {length} octets; 63 is the most, and DHCPv6 compresses no name "
                "(RFC 9915 section 10)"
            )
        label = data[at + 1 : at + 1 + length]
        at += 1 + length
        if not length:
            break
        if len(label) < length:
            raise MalformedError("a domain name is cut off in a label")
        labels.append(label)
    if at > 255:
        raise MalformedError(f"a domain name of {at} octets; 255 is the most")
    return ".".join(_shown(label) for label in labels), data[at:]


def _is_ended(data: bytes) -> bool:
    """Return whether a name's labels end with the empty one, rather than with the data."""
    at = 0
    while at < len(data):
        if data[at] == 0:
            return True
        at += 1 + data[at]
    return False


def _shown(label: bytes) -> str:
    return "".join(_SHOWN[octet] for octet in label)


def _labels(name: str) -> list[bytes]:
    if not name.isascii():
        raise ValueError(f"{name!r} is not ASCII; write it in its A-label form (xn--…)")
    labels = [bytearray()]
    at = 0
    while at < len(name):
        character = name[at]
        at += 1
        if character == ".":
            labels.append(bytearray())
        elif character == "\\" and (octet := _OCTET.match(name, at)):
            labels[-1].append(int(octet[0]))
            at += 3
        elif character == "\\" and at < len(name):
            labels[-1].append(ord(name[at]))
            at += 1
        else:
            labels[-1].append(ord(character))
    if not labels[-1]:
        labels.pop()  # the dot at the end of a full name
    return [bytes(label) for label in labels]
