"""RA guard: a switch that lets router advertisements in at some ports only, RFC 6105.

The rules are those of RFC 7113 section 3, which close the ways around it: an advertisement behind
extension headers, and one that begins in a fragment that is too short to show it. A switch that
looks only at the first next header is `RaGuard(looks="first header")`: a lesson gets past it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from ipv6course.network.filter_expressions import header_length
from ipv6course.network.wire import ethernet, icmpv6, ipv6

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface

_HOP_LIMIT = 255  # RFC 4861 section 6.1.2: others are ignored by hosts
_MOBILITY, _HIP, _SHIM6 = 135, 139, 140  # RFC 7045 section 4 lists them as extension headers
_EXTENSIONS = frozenset(
    (
        ipv6.HOP_BY_HOP,
        ipv6.ROUTING,
        ipv6.FRAGMENT,
        ipv6.AUTHENTICATION,
        ipv6.DESTINATION_OPTIONS,
        _MOBILITY,
        _HIP,
        _SHIM6,
    )
)
# Upper layers: behind them comes no header of IPv6. Numbers of the IANA registry.
_UPPER_LAYERS = frozenset(
    (
        4,  # IPv4 in IPv6, RFC 2473
        ipv6.TCP,
        ipv6.UDP,
        33,  # DCCP
        41,  # IPv6 in IPv6, RFC 2473
        46,  # RSVP
        47,  # GRE
        ipv6.ESP,
        ipv6.ICMPV6,
        ipv6.NO_NEXT_HEADER,
        88,  # EIGRP
        89,  # OSPF
        103,  # PIM
        108,  # IPComp
        112,  # VRRP
        115,  # L2TP
        132,  # SCTP
        136,  # UDP-Lite
        137,  # MPLS in IP
        143,  # Ethernet, RFC 8986
    )
)


class Reason(Enum):
    """Why a frame was dropped: the rules of RFC 7113 section 3."""

    ADVERTISEMENT = "a router advertisement at a port where no router is"
    INCOMPLETE_CHAIN = "a first fragment that does not hold all headers"
    UNKNOWN_HEADER = "a next header that is not known, so what follows cannot be read"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A frame that the guard dropped; RFC 7113 wants each to be logged."""

    time: float
    port: str
    reason: Reason
    frame: bytes


@dataclass(slots=True)
class RaGuard:
    """The guard of one switch."""

    router_ports: frozenset[str]
    """Where routers are: what comes in there is not looked at."""
    looks: str = "whole chain"
    """How far it looks: "whole chain" as RFC 7113 says, or "first header" as old switches do."""
    drops_unknown_headers: bool = True
    """RFC 7113 section 3 wants this to be the default, and to be configurable."""
    dropped: list[Dropped] = field(default_factory=list)

    def may_pass(self, port: Interface, frame: bytes, now: float) -> bool:
        """Return whether a frame that came in at a port may pass."""
        if port.name in self.router_ports:
            return True
        reason = self.judge(frame)
        if reason is None:
            return True
        self.dropped.append(Dropped(now, port.name, reason, frame))
        return False

    def judge(self, frame: bytes) -> Reason | None:
        """Return why a frame must not come in where no router is; None: it may.

        Rule by rule as in RFC 7113 section 3. What hosts ignore anyway passes: so that only what
        would be believed costs more than a look.
        """
        data = frame[ethernet.HEADER :]
        if frame[12:14] != ethernet.IPV6 or len(data) < ipv6.HEADER or data[0] >> 4 != 6:
            return None
        if not ipv6.is_link_local(data[8:24]) or data[7] != _HOP_LIMIT:
            return None
        if self.looks == "first header":
            is_ra = data[6] == ipv6.ICMPV6 and data[40:41] == _ADVERTISEMENT
            return Reason.ADVERTISEMENT if is_ra else None
        length = ipv6.HEADER + int.from_bytes(data[4:6], "big")
        return self._walk(data[:length])  # what comes after is Ethernet's padding

    def _walk(self, data: bytes) -> Reason | None:
        number, at, is_fragment = data[6], ipv6.HEADER, False
        while number in _EXTENSIONS:
            if at + 8 > len(data):
                return _cut_off(is_fragment)
            following = data[at]
            if number == ipv6.FRAGMENT:
                is_fragment = True
                if data[at + 2] or data[at + 3] & 0xF8:
                    return None  # not the first: without the first one it is nothing
            at += header_length(number, data[at + 1])
            number = following
        if number not in _UPPER_LAYERS:
            return Reason.UNKNOWN_HEADER if self.drops_unknown_headers else None
        if number != ipv6.ICMPV6:
            return None
        if at + 4 > len(data):
            return _cut_off(is_fragment)
        return Reason.ADVERTISEMENT if data[at : at + 1] == _ADVERTISEMENT else None


_ADVERTISEMENT = bytes((icmpv6.ROUTER_ADVERTISEMENT,))


def _cut_off(is_fragment: bool) -> Reason | None:
    # RFC 7112: a first fragment holds all headers. A whole packet that is cut off is no packet to
    # any host.
    return Reason.INCOMPLETE_CHAIN if is_fragment else None


def guard(ports: Iterable[str], known: Iterable[str], looks: str) -> RaGuard:
    """Make a guard.

    Args:
        ports: Where routers are.
        known: The ports that the switch has.
        looks: "whole chain" or "first header".

    Raises:
        ValueError: The switch has no such port, or there is no such way to look.
    """
    from ipv6course.address.given import refusal
    from ipv6course.address.text import N_

    chosen, there = frozenset(ports), list(known)
    for name in sorted(chosen):
        if name not in there:
            raise refusal(
                N_("The switch has no port {name}; it has: {known}"),
                name=repr(name),
                known=", ".join(there),
            )
    if looks not in ("whole chain", "first header"):
        raise refusal(
            N_('RA guard looks at the "whole chain" or at the "first header", not at {looks}.'),
            looks=repr(looks),
        )
    return RaGuard(chosen, looks)
