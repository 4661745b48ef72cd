"""ICMPv6 messages, RFC 4443; what they mean, by the IANA registry "ICMPv6 Parameters".

The checksum needs the addresses of the packet; `Node.send_payload` fills it in, and `Icmp` verifies
it. So what is pushed here has zeros there, and what is pulled is not looked at there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ipv6course.network.wire import MalformedError, ipv6

HEADER = 4  # octets that all messages share: type, code, checksum; RFC 4443 section 2.1
CHECKSUM_AT = 2  # octets from the message's beginning
INFORMATIONAL = 0x80  # types with this bit inform, those without it are errors; section 2.1

# Error messages
DESTINATION_UNREACHABLE = 1  # RFC 4443 section 3.1
PACKET_TOO_BIG = 2  # section 3.2
TIME_EXCEEDED = 3  # section 3.3
PARAMETER_PROBLEM = 4  # section 3.4

# Informational messages
ECHO_REQUEST = 128  # RFC 4443 section 4.1
ECHO_REPLY = 129  # section 4.2
LISTENER_QUERY = 130  # RFC 9777 section 5.1
LISTENER_REPORT_1 = 131  # RFC 2710: version 1 of MLD
LISTENER_DONE = 132  # RFC 2710
ROUTER_SOLICITATION = 133  # RFC 4861 section 4.1
ROUTER_ADVERTISEMENT = 134  # section 4.2
NEIGHBOR_SOLICITATION = 135  # section 4.3
NEIGHBOR_ADVERTISEMENT = 136  # section 4.4
REDIRECT = 137  # section 4.5
LISTENER_REPORT = 143  # RFC 9777 section 5.2: version 2 of MLD
EXTENDED_ECHO_REQUEST = 160  # RFC 8335
EXTENDED_ECHO_REPLY = 161

# Codes of Destination Unreachable
NO_ROUTE = 0  # RFC 4443 section 3.1
PROHIBITED = 1
BEYOND_SCOPE = 2
ADDRESS_UNREACHABLE = 3
PORT_UNREACHABLE = 4
FAILED_POLICY = 5
REJECT_ROUTE = 6
ERROR_IN_SOURCE_ROUTE = 7  # RFC 6554 section 4.2
HEADERS_TOO_LONG = 8  # RFC 8883 section 3

# Codes of Time Exceeded, RFC 4443 section 3.3
HOP_LIMIT_EXCEEDED = 0
REASSEMBLY_EXCEEDED = 1

# Codes of Parameter Problem
ERRONEOUS_FIELD = 0  # RFC 4443 section 3.4
UNKNOWN_NEXT_HEADER = 1
UNKNOWN_OPTION = 2
INCOMPLETE_FIRST_FRAGMENT = 3  # RFC 7112 section 5
UPPER_LAYER_IN_SEGMENT_ROUTING = 4  # RFC 8754 section 4.3.2
UNKNOWN_NEXT_HEADER_ON_THE_WAY = 5  # RFC 8883 section 2.2; those below 2.3 to 2.7
EXTENSION_HEADER_TOO_BIG = 6
CHAIN_TOO_LONG = 7
TOO_MANY_EXTENSION_HEADERS = 8
TOO_MANY_OPTIONS = 9
OPTION_TOO_BIG = 10

_ERROR = struct.Struct("!BBHI")
_ECHO = struct.Struct("!BBHHH")

MOST_QUOTED = ipv6.MINIMUM_MTU - ipv6.HEADER - _ERROR.size  # 1232; RFC 4443 section 2.4 (c)


@dataclass(frozen=True, slots=True)
class Message:
    """Any message: what all have in common, and the rest."""

    type: int
    code: int
    checksum: int
    body: bytes
    """What follows the checksum."""

    @property
    def is_error(self) -> bool:
        """Whether it reports an error, RFC 4443 section 2.1."""
        return not self.type & INFORMATIONAL


@dataclass(frozen=True, slots=True)
class Error:
    """An error message, RFC 4443 section 3."""

    type: int
    code: int
    parameter: int
    """The second word: the MTU of a Packet Too Big, the pointer of a Parameter Problem."""
    invoking: bytes
    """As much of the packet that caused it as fits."""


@dataclass(frozen=True, slots=True)
class Echo:
    """An Echo Request or Echo Reply, RFC 4443 section 4."""

    type: int
    identifier: int
    sequence: int
    data: bytes


def push_message(type: int, code: int, body: bytes) -> bytes:
    """Write a message, with zeros for a checksum."""
    return b"".join((bytes((type, code, 0, 0)), body))


def push_error(type: int, code: int, parameter: int, invoking: bytes) -> bytes:
    """Write an error message; the packet is cut so that all fits into 1280 octets."""
    return _ERROR.pack(type, code, 0, parameter) + invoking[:MOST_QUOTED]


def push_echo(type: int, identifier: int, sequence: int, data: bytes) -> bytes:
    """Write an Echo Request or Echo Reply."""
    return _ECHO.pack(type, 0, 0, identifier, sequence) + data


def pull_message(data: bytes) -> Message:
    """Read what all messages share.

    Raises:
        MalformedError: It is shorter than that.
    """
    if len(data) < HEADER:
        raise MalformedError(
            f"{len(data)} octets; an ICMPv6 message has at least {HEADER} (RFC 4443 section 2.1)"
        )
    return Message(data[0], data[1], data[2] << 8 | data[3], data[HEADER:])


def pull_error(data: bytes) -> Error:
    """Read an error message, of a known type or not.

    Raises:
        MalformedError: It is too short, or no error message.
    """
    if len(data) < _ERROR.size:
        raise MalformedError(
            f"{len(data)} octets; an ICMPv6 error has at least {_ERROR.size} (RFC 4443 section 3)"
        )
    type, code, _, parameter = _ERROR.unpack_from(data)
    if type & INFORMATIONAL:
        raise MalformedError(f"type {type} informs; errors are 0 to 127 (RFC 4443 section 2.1)")
    return Error(type, code, parameter, data[_ERROR.size :])


def pull_echo(data: bytes) -> Echo:
    """Read an Echo Request or Echo Reply. Its code is 0 when sent and ignored when received.

    Raises:
        MalformedError: It is too short, or of another type.
    """
    if len(data) < _ECHO.size:
        raise MalformedError(
            f"{len(data)} octets; an echo has at least {_ECHO.size} (RFC 4443 section 4.1)"
        )
    type, _, _, identifier, sequence = _ECHO.unpack_from(data)
    if type not in (ECHO_REQUEST, ECHO_REPLY):
        raise MalformedError(f"type {type}; echoes are 128 and 129 (RFC 4443 section 4)")
    return Echo(type, identifier, sequence, data[_ECHO.size :])
