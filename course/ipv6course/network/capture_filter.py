"""Which frames of a capture one wants: `capture.filter("icmpv6 and host 2001:db8::1")`.

    from NODE          it left NODE, or NODE:INTERFACE, such as r1:eth0
    node NODE          it went over a link of NODE, or of NODE:INTERFACE
    host ADDRESS       the packet's source or destination; with src or dst in front, only that
    net PREFIX         the same, of a prefix
    ether MAC          the frame's source or destination; with src or dst in front, only that
    port NUMBER        of UDP or TCP; with src or dst in front, only that
    type NUMBER        of ICMPv6
    icmpv6 udp tcp     the upper layer's protocol
    dns dhcpv6 ripng   by their ports
    nd                 Neighbor Discovery; or one of it: rs ra ns na redirect
    mld echo error     listener messages; ping's request and reply; ICMPv6 errors
    fragment           packets with a fragment header
    multicast          packets to a group

`and`, `or`, `not` and parentheses combine them; `and` binds more closely than `or`. The words are
tcpdump's where it has one. A packet that is quoted in an ICMPv6 error does not count as a packet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_, shown
from ipv6course.network.outline import Outline
from ipv6course.network.wire import ipv6

if TYPE_CHECKING:
    from ipv6course.network.capture import Frame

Test = Callable[["Frame", Outline], bool]

_UPPER = {"icmpv6": ipv6.ICMPV6, "icmp6": ipv6.ICMPV6, "udp": ipv6.UDP, "tcp": ipv6.TCP}
_PORTS = {"dns": (53,), "dhcpv6": (546, 547), "ripng": (521,)}
_TYPES = {
    "nd": range(133, 138),
    "rs": (133,),
    "ra": (134,),
    "ns": (135,),
    "na": (136,),
    "redirect": (137,),
    "mld": (130, 131, 132, 143),
    "echo": (128, 129),
    "error": range(0, 128),
}
_SIDES = {"src": (True, False), "dst": (False, True)}
_WORD = re.compile(r"\(|\)|[^\s()]+")
_LONGEST = 2000  # characters
_DEEPEST = 50


def compile_filter(text: str) -> Test:
    """Read a filter.

    Raises:
        ValueError: It makes no sense; the message names the word.
    """
    if len(text) > _LONGEST:
        raise refusal(N_("A filter has at most {most} characters."), most=_LONGEST)
    return _Reader(_WORD.findall(text)).read()


class _Reader:
    """Goes through the words from the left."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.at = 0
        self.depth = 0

    def read(self) -> Test:
        if not self.words:
            return lambda frame, found: True
        test = self._any()
        if self.at < len(self.words):
            raise refusal(
                N_("{word} stands where and, or, or the end of the filter belongs."),
                word=shown(self.words[self.at]),
            )
        return test

    def _next_is(self, word: str) -> bool:
        return self.at < len(self.words) and self.words[self.at].lower() == word

    def _take(self, what: str) -> str:
        if self.at >= len(self.words):
            raise refusal(N_("The filter ends where {what} belongs."), what=what)
        self.at += 1
        return self.words[self.at - 1]

    def _any(self) -> Test:
        tests = [self._all()]
        while self._next_is("or"):
            self.at += 1
            tests.append(self._all())
        return lambda frame, found: any(test(frame, found) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._next_is("and"):
            self.at += 1
            tests.append(self._one())
        return lambda frame, found: all(test(frame, found) for test in tests)

    def _one(self) -> Test:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise refusal(N_("A filter has at most {most} levels."), most=_DEEPEST)
        try:
            if self._next_is("not"):
                self.at += 1
                inner = self._one()
                return lambda frame, found: not inner(frame, found)
            if self._next_is("("):
                self.at += 1
                inner = self._any()
                if self._take("')'") != ")":
                    raise refusal(N_("A parenthesis is not closed with ')'."))
                return inner
            return self._word(self._take("a word").lower())
        finally:
            self.depth -= 1

    def _word(self, word: str) -> Test:
        sides = (True, True)
        if word in _SIDES:
            sides = _SIDES[word]
            word = self._take("host, net, ether or port").lower()
            if word not in ("host", "net", "ether", "port"):
                raise refusal(
                    N_("{word} stands where host, net, ether or port belongs."), word=shown(word)
                )
        if word in _UPPER:
            upper = _UPPER[word]
            return lambda frame, found: found.upper == upper
        if word in _PORTS:
            return _port(_PORTS[word], (True, True))
        if word in _TYPES:
            return _type(_TYPES[word])
        if word in _WITH_VALUE:
            return _WITH_VALUE[word](self._take(f"what follows {word}"), sides)
        if word in _ALONE:
            return _ALONE[word]
        raise refusal(
            N_("{word} is no word of a filter; there are: {words}."),
            word=shown(word),
            words=", ".join([*_WITH_VALUE, "src", "dst", *_UPPER, *_PORTS, *_TYPES, *_ALONE]),
        )


def _type(types: Sequence[int]) -> Test:
    return lambda frame, found: (
        found.upper == ipv6.ICMPV6 and bool(found.payload) and found.payload[0] in types
    )


def _port(ports: tuple[int, ...], sides: tuple[bool, bool]) -> Test:
    return lambda frame, found: (
        found.ports is not None
        and any(
            is_wanted and port in ports for is_wanted, port in zip(sides, found.ports, strict=True)
        )
    )


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6) or int(text) > most:
        raise refusal(
            N_("{text} stands where a number from 0 to {most} belongs."),
            text=shown(text),
            most=most,
        )
    return int(text)


def _host(text: str, sides: tuple[bool, bool]) -> Test:
    wanted = given.address(text).packed
    return lambda frame, found: (
        (sides[0] and found.source_octets == wanted)
        or (sides[1] and found.destination_octets == wanted)
    )


def _net(text: str, sides: tuple[bool, bool]) -> Test:
    prefix = given.prefix(text)
    shift = 128 - prefix.prefixlen
    wanted = prefix.first >> shift

    def is_inside(octets: bytes) -> bool:
        return len(octets) == 16 and int.from_bytes(octets, "big") >> shift == wanted

    return lambda frame, found: (
        (sides[0] and is_inside(found.source_octets))
        or (sides[1] and is_inside(found.destination_octets))
    )


def _ether(text: str, sides: tuple[bool, bool]) -> Test:
    # A group's address is wanted here too, so this is not given.hardware_address.
    try:
        wanted = bytes.fromhex(text.replace(":", "").replace("-", "").replace(".", ""))
    except ValueError:
        wanted = b""
    if len(wanted) != 6:
        raise refusal(N_("{text} is no MAC address; one is 00:00:5e:00:53:01."), text=shown(text))
    return lambda frame, found: (
        (sides[0] and found.source_mac == wanted) or (sides[1] and found.destination_mac == wanted)
    )


def _from(text: str, sides: tuple[bool, bool]) -> Test:
    if ":" in text:
        return lambda frame, found: frame.place == text
    return lambda frame, found: frame.place.partition(":")[0] == text


def _node(text: str, sides: tuple[bool, bool]) -> Test:
    def is_at(frame: Frame, found: Outline) -> bool:
        places = {frame.place}
        if frame.link is not None:
            places |= {f"{end.device.name}:{end.name}" for end in frame.link.ends}
        return any(text in (place, place.partition(":")[0]) for place in places)

    return is_at


_WITH_VALUE: dict[str, Callable[[str, tuple[bool, bool]], Test]] = {
    "from": _from,
    "node": _node,
    "host": _host,
    "net": _net,
    "ether": _ether,
    "port": lambda text, sides: _port((_number(text, 0xFFFF),), sides),
    "type": lambda text, sides: _type((_number(text, 255),)),
}
_ALONE: dict[str, Test] = {
    "fragment": lambda frame, found: ipv6.FRAGMENT in found.headers,
    "multicast": lambda frame, found: found.destination_octets[:1] == b"\xff",
}
