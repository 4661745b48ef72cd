"""radvd.conf: what a router advertises, as radvd 2.19 and later read it.

`parse` reads the text, `Configuration.text` prints it. The tables below name every keyword of
radvd.conf(5): what it may be set to, where it is kept, or why this network cannot honour it.
radvd's own limits are applied (its `check_iface`), as radvd does when it starts. A refusal names
the line and says what would be right.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import netaddr

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_

INFINITY = 0xFFFFFFFF  # seconds; RFC 4861 section 4.6.2

# radvd's limits. Those of RFC 4861 section 6.2.1, but for the second, which RFC 8319 section 4
# raised to 65535; radvd 2.19 keeps the old one.
LARGEST_MAX_INTERVAL = 1800
LONGEST_LIFETIME = 9000
SMALLEST_LINK_MTU = 1280
LARGEST_REACHABLE_TIME = 3_600_000
LONGEST_PREF64 = 65_528  # RFC 8781 section 4: 13 bits, in units of 8 seconds
PREF64_LENGTHS = (32, 40, 48, 56, 64, 96)  # RFC 8781 section 4


# --- What a configuration says --------------------------------------------------------------------


@dataclass(slots=True)
class Block:
    """What stands between two braces."""

    lines: dict[str, int] = field(default_factory=dict, kw_only=True, repr=False, compare=False)
    """In which line each keyword stood."""


@dataclass(slots=True)
class Prefix(Block):
    """A prefix that is advertised, RFC 4861 section 6.2.1; the defaults are radvd's."""

    address: bytes
    """16 octets; with `router_address` the router's own, else what is after the prefix is 0."""
    length: int
    on_link: bool = True
    autonomous: bool = True
    router_address: bool = False
    valid: int = 86_400
    """Seconds. RFC 4861 suggests 30 days."""
    preferred: int = 14_400
    """Seconds. RFC 4861 suggests 7 days."""
    deprecate: bool = False
    """Whether its last words take the preferred lifetime away."""
    decrement: bool = False
    """Whether the lifetimes run down, as of a prefix that was delegated."""
    is_derived: bool = False
    """Whether it would be made from another interface's address: it is left out."""

    @property
    def is_automatic(self) -> bool:
        """Whether it stands for all prefixes of the interface: it is written ::/64."""
        return self.address == bytes(16) and self.length == 64


@dataclass(slots=True)
class MoreSpecificRoute(Block):
    """A route that hosts are told, RFC 4191 section 2.3."""

    address: bytes
    length: int
    lifetime: int | None = None
    """Seconds; None: three times the longest interval."""
    preference: int = 0
    """1 high, 0 medium, -1 low."""
    remove: bool = True
    """Whether its last words take the route back."""


@dataclass(slots=True)
class Resolvers(Block):
    """Recursive DNS servers, RFC 8106 section 5.1."""

    servers: tuple[bytes, ...]
    lifetime: int | None = None
    """Seconds; None: twice the longest interval."""
    flush: bool = True


@dataclass(slots=True)
class SearchList(Block):
    """Domains that complete a short name, RFC 8106 section 5.2."""

    domains: tuple[str, ...]
    lifetime: int | None = None
    flush: bool = True


@dataclass(slots=True)
class Nat64(Block):
    """The prefix of a NAT64, RFC 8781; radvd reads it from version 2.20 on."""

    address: bytes
    length: int
    lifetime: int | None = None
    """Seconds; None: three times the longest interval, RFC 8781 section 4.1."""


@dataclass(slots=True)
class InterfaceSettings(Block):
    """What is advertised at one interface: RFC 4861 section 6.2.1's variables."""

    name: str
    send: bool = False
    max_interval: float = 600.0
    min_interval: float | None = None
    min_delay: float = 3.0
    managed: bool = False
    other: bool = False
    link_mtu: int = 0
    message_size: int = 0
    """Octets of the longest advertisement; 0: the interface's MTU."""
    reachable: int = 0
    retransmission: int = 0
    hop_limit: int = 64
    lifetime: int | None = None
    preference: int = 0
    source_link_layer: bool = True
    unicast_only: bool = False
    solicited_unicast: bool = True
    ignore_missing: bool = True
    captive_portal: str = ""
    prefixes: list[Prefix] = field(default_factory=list)
    routes: list[MoreSpecificRoute] = field(default_factory=list)
    resolvers: list[Resolvers] = field(default_factory=list)
    search_lists: list[SearchList] = field(default_factory=list)
    nat64: list[Nat64] = field(default_factory=list)
    clients: list[bytes] = field(default_factory=list)
    sources: list[bytes] = field(default_factory=list)

    @property
    def shortest_interval(self) -> float:
        """MinRtrAdvInterval: a third of the longest where it is not set."""
        return 0.33 * self.max_interval if self.min_interval is None else self.min_interval

    @property
    def router_lifetime(self) -> int:
        """AdvDefaultLifetime: three times the longest interval where it is not set."""
        return max(1, int(3 * self.max_interval)) if self.lifetime is None else self.lifetime


@dataclass(slots=True)
class Configuration:
    """A whole radvd.conf."""

    interfaces: list[InterfaceSettings]
    not_honoured: list[str] = field(default_factory=list)
    """A sentence for each line that has no effect here, and why."""

    def text(self) -> str:
        """Print it as a radvd.conf: what differs from radvd's defaults, and nothing else."""
        return "\n".join("\n".join(_print_interface(one)) + "\n" for one in self.interfaces)


# --- Its keywords ---------------------------------------------------------------------------------


class _Value(NamedTuple):
    """What a keyword may be set to, and how that is read and printed."""

    read: Callable[[str], Any]
    """Raises ValueError where the word is no such value."""
    wanted: str
    show: Callable[[Any], str]


class _Keyword(NamedTuple):
    field: str
    """Where its value is kept; "": it is not honoured."""
    value: _Value
    why_not: str = ""


def _switch(word: str) -> bool:
    return {"on": True, "off": False}[word]


def _whole(word: str) -> int:
    if not re.fullmatch("[0-9]+", word) or int(word) > INFINITY:
        raise ValueError(word)
    return int(word)


def _decimal(word: str) -> float:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", word):
        raise ValueError(word)
    return float(word)


def _lifetime(word: str) -> int:
    return INFINITY if word == "infinity" else _whole(word)


def _preference(word: str) -> int:
    return {"low": -1, "medium": 0, "high": 1}[word]


def _show_lifetime(value: int) -> str:
    return "infinity" if value == INFINITY else str(value)


_SWITCH = _Value(_switch, "on off", lambda on: "on" if on else "off")
_WHOLE = _Value(_whole, "0-4294967295", str)
_DECIMAL = _Value(_decimal, "600 0.5", lambda seconds: f"{seconds:g}")
_LIFETIME = _Value(_lifetime, "3600 infinity", _show_lifetime)
_PREFERENCE = _Value(
    _preference, "low medium high", lambda value: {-1: "low", 0: "medium", 1: "high"}[value]
)
_NAME = _Value(str, "eth0", str)

_NO_MOBILITY = N_("Mobile IPv6 (RFC 6275) has no home agents in this network")
_NO_DYNAMIC = N_(
    "this network makes no prefix from another interface's address, and leaves this one out"
)
_NO_6TO4 = N_("this network makes no 6to4 prefix from an IPv4 address, and leaves this one out")
_OLD_DNS = N_("RFC 6106 removed this field of RFC 5006, and radvd ignores it too")

_INTERFACE: dict[str, _Keyword] = {
    "IgnoreIfMissing": _Keyword("ignore_missing", _SWITCH),
    "AdvSendAdvert": _Keyword("send", _SWITCH),
    "UnicastOnly": _Keyword("unicast_only", _SWITCH),
    "AdvRASolicitedUnicast": _Keyword("solicited_unicast", _SWITCH),
    "MaxRtrAdvInterval": _Keyword("max_interval", _DECIMAL),
    "MinRtrAdvInterval": _Keyword("min_interval", _DECIMAL),
    "MinDelayBetweenRAs": _Keyword("min_delay", _DECIMAL),
    "AdvManagedFlag": _Keyword("managed", _SWITCH),
    "AdvOtherConfigFlag": _Keyword("other", _SWITCH),
    "AdvLinkMTU": _Keyword("link_mtu", _WHOLE),
    "AdvRAMTU": _Keyword("message_size", _WHOLE),
    "AdvReachableTime": _Keyword("reachable", _WHOLE),
    "AdvRetransTimer": _Keyword("retransmission", _WHOLE),
    "AdvCurHopLimit": _Keyword("hop_limit", _WHOLE),
    "AdvDefaultLifetime": _Keyword("lifetime", _WHOLE),
    "AdvDefaultPreference": _Keyword("preference", _PREFERENCE),
    "AdvSourceLLAddress": _Keyword("source_link_layer", _SWITCH),
    "AdvHomeAgentFlag": _Keyword("", _SWITCH, _NO_MOBILITY),
    "AdvHomeAgentInfo": _Keyword("", _SWITCH, _NO_MOBILITY),
    "HomeAgentLifetime": _Keyword("", _WHOLE, _NO_MOBILITY),
    "HomeAgentPreference": _Keyword("", _WHOLE, _NO_MOBILITY),
    "AdvMobRtrSupportFlag": _Keyword("", _SWITCH, _NO_MOBILITY),
    "AdvIntervalOpt": _Keyword("", _SWITCH, _NO_MOBILITY),
    "AdvCaptivePortalAPI": _Keyword("captive_portal", _NAME),  # radvd 2.20; RFC 8910
}
_PREFIX: dict[str, _Keyword] = {
    "AdvOnLink": _Keyword("on_link", _SWITCH),
    "AdvAutonomous": _Keyword("autonomous", _SWITCH),
    "AdvRouterAddr": _Keyword("router_address", _SWITCH),
    "AdvValidLifetime": _Keyword("valid", _LIFETIME),
    "AdvPreferredLifetime": _Keyword("preferred", _LIFETIME),
    "DeprecatePrefix": _Keyword("deprecate", _SWITCH),
    "DecrementLifetimes": _Keyword("decrement", _SWITCH),
    "Base6Interface": _Keyword("", _NAME, _NO_DYNAMIC),
    "Base6to4Interface": _Keyword("", _NAME, _NO_6TO4),
}
_ROUTE: dict[str, _Keyword] = {
    "AdvRouteLifetime": _Keyword("lifetime", _LIFETIME),
    "AdvRoutePreference": _Keyword("preference", _PREFERENCE),
    "RemoveRoute": _Keyword("remove", _SWITCH),
}
_RDNSS: dict[str, _Keyword] = {
    "AdvRDNSSLifetime": _Keyword("lifetime", _LIFETIME),
    "FlushRDNSS": _Keyword("flush", _SWITCH),
    "AdvRDNSSPreference": _Keyword("", _WHOLE, _OLD_DNS),
    "AdvRDNSSOpen": _Keyword("", _SWITCH, _OLD_DNS),
}
_DNSSL: dict[str, _Keyword] = {
    "AdvDNSSLLifetime": _Keyword("lifetime", _LIFETIME),
    "FlushDNSSL": _Keyword("flush", _SWITCH),
}
_NAT64: dict[str, _Keyword] = {"AdvValidLifetime": _Keyword("lifetime", _LIFETIME)}

_BLOCKS = ("prefix", "route", "RDNSS", "DNSSL", "clients", "AdvRASrcAddress", "nat64prefix")
_FOREIGN_BLOCKS = {
    "abro": N_("the Authoritative Border Router option (RFC 6775) is 6LoWPAN's"),
    "lowpanco": N_("the 6LoWPAN Context option (RFC 6775) is 6LoWPAN's"),
}


# --- Reading --------------------------------------------------------------------------------------


class _Token(NamedTuple):
    text: str
    line: int


_TOKEN = re.compile(r'#[^\n]*|\n|[ \t\r]+|"[^"\n]*"|[{};/]|[^\s{};/#"]+|.')
_DOMAIN = re.compile(
    r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?"
)


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for found in _TOKEN.finditer(text):
        word = found[0]
        if word == "\n":
            line += 1
        elif not word.isspace() and word[0] != "#":
            yield _Token(word, line)
    yield _Token("", line)


def parse(text: str) -> Configuration:
    """Read a radvd.conf.

    Args:
        text: What stands in the file.

    Returns:
        The configuration; what has no effect here is named in `not_honoured`.

    Raises:
        ValueError: radvd would refuse it. The sentence names the line and what would be right.
    """
    return _Reader(text).configuration()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._found = Configuration([])

    # --- Tokens ---

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += bool(token.text)
        return token

    def _expect(self, wanted: str, after: str) -> None:
        token = self._next
        if token.text == wanted:
            self._take()
            return
        before = self._tokens[self._at - 1] if self._at else token
        if not token.text:
            raise refusal(
                N_("radvd.conf ends in line {line}, and a '{wanted}' is missing after {after}."),
                line=before.line,
                wanted=wanted,
                after=after,
            )
        raise refusal(
            N_(
                "radvd.conf, line {line}: a '{wanted}' is missing after {after}; "
                "{found} stands there."
            ),
            line=before.line if wanted == ";" else token.line,
            wanted=wanted,
            after=after,
            found=repr(token.text),
        )

    # --- The grammar ---

    def configuration(self) -> Configuration:
        while self._next.text:
            token = self._take()
            if token.text != "interface":
                raise self._stranger(token, ["interface"])
            settings = self._interface()
            if any(settings.name == other.name for other in self._found.interfaces):
                raise refusal(
                    N_(
                        "radvd.conf, line {line}: interface {name} has been described before. "
                        "Put all of its options between the same braces."
                    ),
                    line=token.line,
                    name=settings.name,
                )
            _check(settings)
            self._found.interfaces.append(settings)
        if not self._found.interfaces:
            raise refusal(
                N_(
                    "radvd.conf describes no interface. The shortest that says something is: "
                    "interface eth0 {{ AdvSendAdvert on; }};"
                )
            )
        return self._found

    def _interface(self) -> InterfaceSettings:
        name = self._take()
        if not name.text or name.text in "{};/":
            raise refusal(
                N_("radvd.conf, line {line}: after 'interface' comes its name, such as eth0."),
                line=name.line,
            )
        settings = InterfaceSettings(name.text, lines={"interface": name.line})
        for token in self._block(f"interface {name.text}"):
            if token.text in _FOREIGN_BLOCKS:
                self._skip_block(token)
            elif token.text in _BLOCKS:
                self._inner(token, settings)
            else:
                self._option(token, _INTERFACE, settings, more=(*_BLOCKS, *_FOREIGN_BLOCKS))
        return settings

    def _block(self, what: str) -> Iterator[_Token]:
        self._expect("{", what)
        while self._next.text != "}":
            if not self._next.text:
                self._expect("}", what)
            yield self._take()
        self._take()
        self._expect(";", "'}'")

    def _inner(self, token: _Token, settings: InterfaceSettings) -> None:
        kind = token.text
        if kind == "prefix":
            address, length = self._prefix(token)
            prefix = Prefix(address, length, lines={kind: token.line})
            self._options(kind, _PREFIX, prefix, may_be_empty=True)
            if not prefix.router_address:
                prefix.address = _network(address, length)
            if not prefix.is_derived:
                settings.prefixes.append(prefix)
        elif kind == "route":
            address, length = self._prefix(token)
            route = MoreSpecificRoute(_network(address, length), length, lines={kind: token.line})
            self._options(kind, _ROUTE, route)
            settings.routes.append(route)
        elif kind == "nat64prefix":
            address, length = self._prefix(token)
            nat64 = Nat64(_network(address, length), length, lines={kind: token.line})
            self._options(kind, _NAT64, nat64)
            settings.nat64.append(nat64)
        elif kind == "RDNSS":
            resolvers = Resolvers(tuple(self._addresses(token)), lines={kind: token.line})
            self._options(kind, _RDNSS, resolvers)
            settings.resolvers.append(resolvers)
        elif kind == "DNSSL":
            domains = SearchList(tuple(self._domains(token)), lines={kind: token.line})
            self._options(kind, _DNSSL, domains)
            settings.search_lists.append(domains)
        else:
            into = settings.clients if kind == "clients" else settings.sources
            for word in self._block(kind):
                into.append(self._address(word))
                self._expect(";", word.text)

    def _options(
        self, kind: str, keywords: dict[str, _Keyword], block: Block, *, may_be_empty: bool = False
    ) -> None:
        if may_be_empty and self._next.text == ";":  # radvd takes "prefix 2001:db8::/64;" too
            self._take()
            return
        for token in self._block(kind):
            self._option(token, keywords, block)

    def _option(
        self,
        token: _Token,
        keywords: dict[str, _Keyword],
        block: Block,
        more: tuple[str, ...] = (),
    ) -> None:
        keyword = keywords.get(token.text)
        if keyword is None:
            raise self._stranger(token, [*keywords, *more])
        value = self._take()
        try:
            read = keyword.value.read(value.text.strip('"'))
        except (ValueError, KeyError):
            raise refusal(
                N_(
                    "radvd.conf, line {line}: {keyword} cannot be {value}. "
                    "It takes a value such as: {wanted}"
                ),
                line=value.line,
                keyword=token.text,
                value=repr(value.text),
                wanted=keyword.value.wanted,
            ) from None
        self._expect(";", f"{token.text} {value.text}")
        if keyword.field:
            setattr(block, keyword.field, read)
            block.lines[keyword.field] = token.line
        else:
            self._note(token, keyword.why_not)
            if keyword.why_not in (_NO_DYNAMIC, _NO_6TO4):
                assert isinstance(block, Prefix)
                block.is_derived = True

    def _skip_block(self, token: _Token) -> None:
        while self._next.text and self._next.text != "{":
            self._take()
        for _ in self._block(token.text):
            pass
        self._note(token, _FOREIGN_BLOCKS[token.text])

    def _note(self, token: _Token, why: str) -> None:
        from ipv6course.classroom.messages import _

        self._found.not_honoured.append(
            _("radvd.conf, line {line}: {keyword} has no effect: {why}.").format(
                line=token.line, keyword=token.text, why=_(why)
            )
        )

    # --- Values ---

    def _prefix(self, after: _Token) -> tuple[bytes, int]:
        address = self._address(self._take())
        if self._next.text != "/":
            raise refusal(
                N_(
                    "radvd.conf, line {line}: {keyword} {address} has no prefix length; "
                    "write it after a '/', such as {address}/64."
                ),
                line=self._next.line,
                keyword=after.text,
                address=netaddr.IPAddress(int.from_bytes(address, "big"), 6),
            )
        self._take()
        length = self._take()
        if not length.text.isdecimal() or int(length.text) > 128:
            raise refusal(
                N_("radvd.conf, line {line}: /{length} is no prefix length; use 0 to 128."),
                line=length.line,
                length=length.text,
            )
        return address, int(length.text)

    def _address(self, word: _Token) -> bytes:
        try:
            found, zone = given.address_and_zone(word.text)
            if zone is not None:
                raise refusal(
                    N_("{text} has a zone; the interface says it already. Leave '%{zone}' out."),
                    text=word.text,
                    zone=zone,
                )
            return bytes(found.packed)
        except ValueError as error:
            raise refusal(
                N_("radvd.conf, line {line}: an IPv6 address is needed. {error}"),
                line=word.line,
                error=error,
            ) from None

    def _addresses(self, token: _Token) -> Iterator[bytes]:
        count = 0
        while self._next.text not in ("{", ""):
            count += 1
            if count > 3:
                raise refusal(
                    N_(
                        "radvd.conf, line {line}: radvd takes three addresses in an RDNSS at most; "
                        "write a second RDNSS for the others."
                    ),
                    line=self._next.line,
                )
            yield self._address(self._take())
        if not count:
            raise refusal(
                N_(
                    "radvd.conf, line {line}: RDNSS has no address; "
                    "write it before the '{{', such as RDNSS 2001:db8::53 {{ }};"
                ),
                line=token.line,
            )

    def _domains(self, token: _Token) -> Iterator[str]:
        if self._next.text in ("{", ""):
            raise refusal(
                N_(
                    "radvd.conf, line {line}: DNSSL has no domain; "
                    "write it before the '{{', such as DNSSL example.com {{ }};"
                ),
                line=token.line,
            )
        while self._next.text not in ("{", ""):
            word = self._take()
            if not _DOMAIN.fullmatch(word.text) or not _fits(word.text):
                raise refusal(
                    N_(
                        "radvd.conf, line {line}: {domain} is no domain name. Letters, digits and "
                        "'-' make its labels, of 63 octets at most; a name has 253 at most "
                        "(RFC 1035 section 2.3)."
                    ),
                    line=word.line,
                    domain=repr(word.text),
                )
            yield word.text.rstrip(".")

    def _stranger(self, token: _Token, known: list[str]) -> ValueError:
        by_case = [name for name in known if name.lower() == token.text.lower()]
        if by_case:
            return refusal(
                N_(
                    "radvd.conf, line {line}: {word} is written {right}; "
                    "radvd tells capitals from small letters."
                ),
                line=token.line,
                word=token.text,
                right=by_case[0],
            )
        near = difflib.get_close_matches(token.text, known, 1)
        if near:
            return refusal(
                N_("radvd.conf, line {line}: there is no {word} here. Is {right} meant?"),
                line=token.line,
                word=token.text,
                right=near[0],
            )
        return refusal(
            N_("radvd.conf, line {line}: there is no {word} here. These are possible: {known}"),
            line=token.line,
            word=repr(token.text),
            known=", ".join(known),
        )


def _network(address: bytes, length: int) -> bytes:
    shift = 128 - length
    return (int.from_bytes(address, "big") >> shift << shift).to_bytes(16, "big")


def _fits(name: str) -> bool:
    name = name.rstrip(".")
    return len(name) <= 253 and all(len(label) <= 63 for label in name.split("."))


# --- Limits ---------------------------------------------------------------------------------------


def _check(settings: InterfaceSettings) -> None:
    """Apply the limits that radvd applies when it starts, and RFC 4861 section 6.2.1 names."""
    _within(settings, "MaxRtrAdvInterval", settings.max_interval, 4, LARGEST_MAX_INTERVAL)
    if settings.min_interval is not None:
        most = 0.75 * settings.max_interval
        _within(settings, "MinRtrAdvInterval", settings.min_interval, 3, most)
    elif settings.shortest_interval < 3:  # radvd asks for it then, too
        raise refusal(
            N_(
                "radvd.conf, line {line}: a third of MaxRtrAdvInterval is less than 3 seconds, "
                "the least for MinRtrAdvInterval. Set MinRtrAdvInterval 3; as well, or a longer "
                "MaxRtrAdvInterval (RFC 4861 section 6.2.1)."
            ),
            line=settings.lines["max_interval"],
        )
    _within(settings, "MinDelayBetweenRAs", settings.min_delay, 3, INFINITY)
    _within(settings, "AdvReachableTime", settings.reachable, 0, LARGEST_REACHABLE_TIME)
    _within(settings, "AdvCurHopLimit", settings.hop_limit, 0, 255)
    if settings.link_mtu:
        _within(settings, "AdvLinkMTU", settings.link_mtu, SMALLEST_LINK_MTU, 131_072)
    if settings.lifetime:
        least = max(1, settings.max_interval)
        _within(settings, "AdvDefaultLifetime", settings.lifetime, least, LONGEST_LIFETIME)
    for prefix in settings.prefixes:
        _check_prefix(prefix)
    for nat64 in settings.nat64:
        _check_nat64(nat64)
    for resolvers in settings.resolvers:
        _check_dns(settings, resolvers.lifetime, resolvers, "AdvRDNSSLifetime")


def _within(
    settings: InterfaceSettings, keyword: str, value: float, least: float, most: float
) -> None:
    if not least <= value <= most:
        raise refusal(
            N_(
                "radvd.conf, line {line}: {keyword} {value} is out of bounds. "
                "It is from {least} to {most} (RFC 4861 section 6.2.1)."
            ),
            line=settings.lines[_INTERFACE[keyword].field],
            keyword=keyword,
            value=f"{value:g}",
            least=f"{least:g}",
            most=f"{most:.10g}",
        )


def _check_prefix(prefix: Prefix) -> None:
    if prefix.preferred > prefix.valid:
        raise refusal(
            N_(
                "radvd.conf, line {line}: the preferred lifetime, {preferred} s, is longer than "
                "the valid lifetime, {valid} s. Hosts ignore such a prefix (RFC 4862 section "
                "5.5.3 c); set AdvValidLifetime to {preferred} at least."
            ),
            line=prefix.lines.get("preferred") or prefix.lines.get("valid"),
            preferred=prefix.preferred,
            valid=prefix.valid,
        )


def _check_nat64(nat64: Nat64) -> None:
    if nat64.length not in PREF64_LENGTHS:
        raise refusal(
            N_(
                "radvd.conf, line {line}: a NAT64 prefix has a length of 32, 40, 48, 56, 64 or 96 "
                "(RFC 6052 section 2.2), not {length}."
            ),
            line=nat64.lines["nat64prefix"],
            length=nat64.length,
        )
    if nat64.lifetime is not None and nat64.lifetime > LONGEST_PREF64:
        raise refusal(
            N_(
                "radvd.conf, line {line}: AdvValidLifetime {value} of a NAT64 prefix does not fit; "
                "65528 seconds are the most (RFC 8781 section 4)."
            ),
            line=nat64.lines["lifetime"],
            value=nat64.lifetime,
        )


def _check_dns(
    settings: InterfaceSettings, lifetime: int | None, block: Block, keyword: str
) -> None:
    if lifetime and lifetime < settings.max_interval:
        raise refusal(
            N_(
                "radvd.conf, line {line}: {keyword} {value} ends before the next advertisement is "
                "due. It is 0, or MaxRtrAdvInterval, {least}, at least (RFC 8106 section 5.1)."
            ),
            line=block.lines["lifetime"],
            keyword=keyword,
            value=lifetime,
            least=f"{settings.max_interval:g}",
        )


# --- Printing -------------------------------------------------------------------------------------


def _print_interface(settings: InterfaceSettings) -> Iterator[str]:
    yield f"interface {settings.name}"
    yield "{"
    yield from _print_options(settings, _INTERFACE, "\t")
    for prefix in settings.prefixes:
        head = f"prefix {_shown(prefix.address)}/{prefix.length}"
        yield from _print_block(head, prefix, _PREFIX)
    for route in settings.routes:
        yield from _print_block(f"route {_shown(route.address)}/{route.length}", route, _ROUTE)
    for resolvers in settings.resolvers:
        head = f"RDNSS {' '.join(map(_shown, resolvers.servers))}"
        yield from _print_block(head, resolvers, _RDNSS)
    for domains in settings.search_lists:
        yield from _print_block(f"DNSSL {' '.join(domains.domains)}", domains, _DNSSL)
    for nat64 in settings.nat64:
        head = f"nat64prefix {_shown(nat64.address)}/{nat64.length}"
        yield from _print_block(head, nat64, _NAT64)
    for word, addresses in (("clients", settings.clients), ("AdvRASrcAddress", settings.sources)):
        if addresses:
            yield from (f"\t{word}", "\t{")
            yield from (f"\t\t{_shown(address)};" for address in addresses)
            yield "\t};"
    yield "};"


def _print_block(head: str, block: Block, keywords: dict[str, _Keyword]) -> Iterator[str]:
    yield f"\t{head}"
    yield "\t{"
    yield from _print_options(block, keywords, "\t\t")
    yield "\t};"


def _print_options(block: Block, keywords: dict[str, _Keyword], indent: str) -> Iterator[str]:
    # radvd's defaults change with its versions, so AdvSendAdvert, without which nothing is sent,
    # is always printed.
    defaults = {one.name: one.default for one in fields(block)}
    for word, keyword in keywords.items():
        if not keyword.field:
            continue
        value = getattr(block, keyword.field)
        if value != defaults[keyword.field] or word == "AdvSendAdvert":
            shown = keyword.value.show(value)
            quoted = f'"{shown}"' if keyword.field == "captive_portal" else shown
            yield f"{indent}{word} {quoted};"


def _shown(address: bytes) -> str:
    value = netaddr.IPAddress(int.from_bytes(address, "big"), 6)
    # radvd reads no address whose end is written as IPv4, as that of ::ffff:192.0.2.1 is.
    text = str(value)
    return text if "." not in text else ":".join(f"{word:x}" for word in value.words)
