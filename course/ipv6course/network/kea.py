"""Kea's configuration of a DHCPv6 server: `Dhcp6` in JSON with comments, read and printed.

What a simulated server does is done as Kea does it, and the same text starts a real Kea. What Kea
knows and this room can't do is not refused: it stands in `Configuration.not_honoured`, with its
path and the reason. What Kea doesn't know either is an error that names the path.

The keys are those of Kea 2.2's "Dhcp6" (Administrator Reference Manual, "The DHCPv6 Server").
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import netaddr

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network.wire import dhcpv6

Address = bytes
Prefix = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class OptionData:
    """An option that the server gives to clients."""

    option: dhcpv6.Option
    always_send: bool = False
    """Whether also a client gets it that did not ask for it."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The addresses that may be given out, from the first to the last, as numbers."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PrefixPool:
    """The prefixes that may be delegated: all of one length, cut from one shorter prefix."""

    prefix: int
    length: int
    delegated: int

    @property
    def size(self) -> int:
        """How many there are."""
        return 1 << self.delegated - self.length

    def at(self, number: int) -> Prefix:
        """Return one of them, counted from 0."""
        found = self.prefix + (number << 128 - self.delegated)
        return found.to_bytes(16, "big"), self.delegated


@dataclass(frozen=True, slots=True)
class Reservation:
    """What one client always gets."""

    duid: bytes
    addresses: tuple[Address, ...] = ()
    prefixes: tuple[Prefix, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """Lifetimes and timers, in seconds; None: Kea's own way."""

    preferred: int = 3600
    valid: int = 7200
    renew: int | None = None
    rebind: int | None = None
    calculate: bool = True
    """Whether a timer that is not set is a share of the preferred lifetime."""
    t1: float = 0.5
    t2: float = 0.8


@dataclass(frozen=True, slots=True)
class Subnet:
    """A link's subnet, and what its clients get."""

    id: int
    prefix: int
    length: int
    interface: str = ""
    """The server's interface on that link; "": its clients come through a relay agent."""
    interface_id: bytes = b""
    """The Interface-Id that a relay agent sends for that link."""
    relays: tuple[Address, ...] = ()
    """Relay agents' link-addresses that mean this subnet, besides those in it."""
    pools: tuple[Pool, ...] = ()
    prefix_pools: tuple[PrefixPool, ...] = ()
    options: tuple[OptionData, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    rapid_commit: bool = False
    times: Times = field(default_factory=Times)

    def contains(self, address: bytes) -> bool:
        """Return whether an address is in the subnet."""
        return (int.from_bytes(address, "big") ^ self.prefix) >> 128 - self.length == 0

    @property
    def network(self) -> netaddr.IPNetwork:
        """The subnet, as netaddr's value."""
        return netaddr.IPNetwork((self.prefix, self.length), version=6)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a DHCPv6 server was told."""

    interfaces: tuple[str, ...] = ()
    """On which it listens; "*": on all. "eth0/2001:db8::1" listens to that address, too."""
    duid: bytes | None = None
    """The server's own; None: made from its MAC address."""
    options: tuple[OptionData, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    decline_probation: int = 86400
    """Seconds for which an address that a client declined is not given out."""
    not_honoured: tuple[str, ...] = ()
    """What the text asks for and this room does not do: path and reason."""


# --- What is known and not done -------------------------------------------------------------------

_MEMORY = N_("Leases are kept in memory, as a simulated server lives only as long as its network.")
_PROCESS = N_("It configures Kea as a process, and there is none here.")
_CLASSES = N_("Client classes are not simulated: every client is served alike.")
_HINTS = N_("A server ignores the lifetimes that a client asks for (RFC 9915 section 21.6).")
_DNS = N_("No DNS server is updated here.")
_STORED = N_("It is a note for people, and changes nothing.")
_OTHER = N_("This is not simulated.")

_EVERYWHERE = {
    "user-context": _STORED,
    "comment": _STORED,
    "client-class": _CLASSES,
    "require-client-classes": _CLASSES,
}
_TIMES_NOT_HONOURED = {
    "min-preferred-lifetime": _HINTS,
    "max-preferred-lifetime": _HINTS,
    "min-valid-lifetime": _HINTS,
    "max-valid-lifetime": _HINTS,
}
_DDNS = dict.fromkeys(
    (
        *("ddns-send-updates", "ddns-override-no-update", "ddns-override-client-update"),
        *("ddns-replace-client-name", "ddns-generated-prefix", "ddns-qualifying-suffix"),
        *("ddns-update-on-renew", "ddns-use-conflict-resolution", "hostname-char-set"),
        *("hostname-char-replacement",),
    ),
    _DNS,
)
_SHARED = {
    **_EVERYWHERE,
    **_TIMES_NOT_HONOURED,
    **_DDNS,
    **dict.fromkeys(
        (
            *("reservation-mode", "reservations-global", "reservations-in-subnet"),
            *("reservations-out-of-pool", "store-extended-info", "cache-threshold"),
            *("cache-max-age", "allocator", "pd-allocator"),
        ),
        _OTHER,
    ),
}
_GLOBAL = {
    **_SHARED,
    "lease-database": _MEMORY,
    "lease-databases": _MEMORY,
    "expired-leases-processing": _MEMORY,
    "sanity-checks": _MEMORY,
    "hosts-database": _PROCESS,
    "hosts-databases": _PROCESS,
    "control-socket": _PROCESS,
    "hooks-libraries": _PROCESS,
    "loggers": _PROCESS,
    "config-control": _PROCESS,
    "multi-threading": _PROCESS,
    "dhcp-queue-control": _PROCESS,
    "statistic-default-sample-count": _PROCESS,
    "statistic-default-sample-age": _PROCESS,
    "server-tag": _PROCESS,
    "data-directory": _PROCESS,
    "parked-packet-limit": _PROCESS,
    "compatibility": _PROCESS,
    "ip-reservations-unique": _OTHER,
    "reservations-lookup-first": _OTHER,
    "client-classes": _CLASSES,
    "option-def": N_("Options of one's own have no definition here; give code, and data in hex."),
    "shared-networks": N_("Subnets that share a link are not simulated; write each as subnet6."),
    "dhcp-ddns": _DNS,
    "dhcp4o6-port": _OTHER,
    "mac-sources": _OTHER,
    "relay-supplied-options": N_("A relay agent's options are not passed on (RFC 6422)."),
    "host-reservation-identifiers": N_("A client is known by its DUID."),
    "reservations": N_("Reservations belong to a subnet here."),
    "tee-times": _OTHER,
}
_INTERFACES = {
    **_EVERYWHERE,
    **dict.fromkeys(
        (
            *("re-detect", "service-sockets-require-all", "service-sockets-max-retries"),
            *("service-sockets-retry-wait-time", "outbound-interface", "dhcp-socket-type"),
        ),
        _PROCESS,
    ),
}
_RESERVATION = {
    **_EVERYWHERE,
    "hw-address": N_("A client is known by its DUID, for a MAC address is not in its messages."),
    "flex-id": _OTHER,
    "hostname": _DNS,
    "client-classes": _CLASSES,
    "option-data": _OTHER,
}
_PREFIX_POOL = {
    **_EVERYWHERE,
    "option-data": _OTHER,
    "excluded-prefix": N_("No prefix is excluded from a delegation (RFC 6603)."),
    "excluded-prefix-len": N_("No prefix is excluded from a delegation (RFC 6603)."),
    "pool-id": _OTHER,
}
_POOL = {**_EVERYWHERE, "option-data": _OTHER, "pool-id": _OTHER}
_SERVER_ID = {**_EVERYWHERE, "persist": _MEMORY}
_UNICAST = N_("RFC 9915 section 21.12 made Server Unicast obsolete: a server does not send it.")


# --- Options --------------------------------------------------------------------------------------


def _addresses(kind: type[dhcpv6.Option]) -> Callable[[str], dhcpv6.Option]:
    def read(text: str) -> dhcpv6.Option:
        found = tuple(given.address(one).packed for one in _items(text))
        return kind(found)  # type: ignore[call-arg]

    return read


def _number(kind: type[dhcpv6.Option], size: int) -> Callable[[str], dhcpv6.Option]:
    def read(text: str) -> dhcpv6.Option:
        if not text.strip().isdecimal() or int(text) >= 1 << 8 * size:
            raise refusal(
                N_("{text} is not a number from 0 to {most}."), text=text, most=(1 << 8 * size) - 1
            )
        return kind(int(text))  # type: ignore[call-arg]

    return read


def _names(text: str) -> dhcpv6.Option:
    found = dhcpv6.DomainList(tuple(name.rstrip(".") for name in _items(text)))
    found.push()  # says what is wrong with a name
    return found


def _text(code: int) -> Callable[[str], dhcpv6.Option]:
    return lambda text: dhcpv6.UnknownOption(code, text.replace("\\,", ",").encode())


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")]


# By Kea's name: the code, and how its text is read. RFC 8910 section 2.2 has 103.
_OPTIONS: dict[str, tuple[int, Callable[[str], dhcpv6.Option]]] = {
    "preference": (7, _number(dhcpv6.Preference, 1)),
    "dns-servers": (23, _addresses(dhcpv6.DnsServers)),
    "domain-search": (24, _names),
    "sntp-servers": (31, _addresses(dhcpv6.SntpServers)),
    "information-refresh-time": (32, _number(dhcpv6.InformationRefreshTime, 4)),
    "new-posix-timezone": (41, _text(41)),
    "new-tzdb-timezone": (42, _text(42)),
    "bootfile-url": (59, _text(59)),
    "solmax-rt": (82, _number(dhcpv6.SolMaxRt, 4)),
    "inf-max-rt": (83, _number(dhcpv6.InfMaxRt, 4)),
    "v6-captive-portal": (103, _text(103)),
}
_NAMES = {code: name for name, (code, _) in _OPTIONS.items()}
_KEA_ONLY = frozenset(
    (
        *("unicast", "sip-server-dns", "sip-server-addr", "nis-servers"),
        *("nisp-servers", "nis-domain-name", "nisp-domain-name", "bcmcs-server-dns"),
        *("bcmcs-server-addr", "geoconf-civic", "client-fqdn", "pana-agent"),
        *("lq-query", "client-data", "clt-time", "lq-relay-data"),
        *("lq-client-link", "bootfile-param", "client-arch-type", "nii"),
        *("aftr-name", "erp-local-domain-name", "rsoo", "pd-exclude"),
        *("rdnss-selection", "client-linklayer-addr", "link-address", "dhcpv4-message"),
        *("dhcp4o6-server-addr", "ipv6-address-andsf", "s46-cont-mape", "s46-cont-mapt"),
        *("s46-cont-lw", "relay-id", "remote-id", "subscriber-id"),
        *("vendor-class", "vendor-opts", "user-class"),
    )
)


# --- Reading --------------------------------------------------------------------------------------

_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|(#[^\n]*|//[^\n]*|/\*.*?\*/)', re.DOTALL)
_EXTRA_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|(,(?=\s*[}\]]))')


def read(text: str) -> Configuration:
    """Read Kea's JSON: an object with "Dhcp6"; `#`, `//` and `/* */` begin comments.

    Args:
        text: What stands in kea-dhcp6.conf.

    Raises:
        ValueError: It is not JSON (line and column are named), or says what Kea would refuse, too
            (the path is named).
    """
    place = _Place(_parse(text), "", [])
    root = place.child("Dhcp6")
    found = _read_server(root)
    place.finish({})
    return replace(found, not_honoured=tuple(place.ignored))


def _parse(text: str) -> Any:
    # A comment and an extra comma become blanks, so a mistake keeps its line and column.
    def blank(found: re.Match[str]) -> str:
        return found[1] or re.sub(r"[^\n]", " ", found[2])

    try:
        return json.loads(
            _EXTRA_COMMA.sub(blank, _COMMENT.sub(blank, text)), object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise refusal(
            N_("Line {line}, column {column}: this is not JSON ({what})."),
            line=error.lineno,
            column=error.colno,
            what=error.msg,
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise refusal(N_("{key} stands twice in one object; once is enough."), key=twice)
    return found


_KINDS: dict[type, str] = {
    str: N_("a text in quotes"),
    int: N_("a number without quotes"),
    bool: N_("true or false"),
    list: N_("a list in [ ]"),
    dict: N_("an object in {{ }}"),
    float: N_("a number without quotes"),
}


class _Place:
    """An object of the JSON, its path, and which of its keys were read."""

    def __init__(self, value: Any, path: str, ignored: list[str]) -> None:
        self.path = path
        self.ignored = ignored
        self.value: dict[str, Any] = self._checked(value, dict, path or "/")
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Return whether a key is there."""
        return key in self.value

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        """Return a key's value; where it is not there, the default."""
        self._read.add(key)
        if key not in self.value:
            return default
        return self._checked(self.value[key], kind, self.at(key))

    def need(self, key: str, kind: type) -> Any:
        """Return the value of a key that must be there."""
        found = self.get(key, kind)
        if found is None:
            raise refusal(N_("{path} is missing."), path=self.at(key))
        return found

    def child(self, key: str) -> _Place:
        """Return an object that must be there."""
        return _Place(self.need(key, dict), self.at(key), self.ignored)

    def children(self, key: str) -> Iterator[_Place]:
        """Go through a list of objects."""
        for number, value in enumerate(self.get(key, list, [])):
            yield _Place(value, f"{self.at(key)}[{number}]", self.ignored)

    def texts(self, key: str) -> list[tuple[str, str]]:
        """Return the texts of a list, each with its path."""
        values = self.get(key, list, [])
        paths = [f"{self.at(key)}[{number}]" for number in range(len(values))]
        return [
            (self._checked(value, str, path), path)
            for value, path in zip(values, paths, strict=True)
        ]

    def number(self, key: str, default: Any, least: int = 0, most: int = dhcpv6.INFINITY) -> Any:
        """Return a whole number between two others."""
        found = self.get(key, int, default)
        if found is not None and not least <= found <= most:
            raise refusal(
                N_("{path} is {value}; it is a number from {least} to {most}."),
                path=self.at(key),
                value=found,
                least=least,
                most=most,
            )
        return found

    def ignore(self, path: str, reason: str) -> None:
        """Name what is not honoured."""
        from ipv6course.classroom.messages import _

        self.ignored.append(f"{path}: {_(reason)}")

    def finish(self, known: dict[str, str]) -> None:
        """Name the keys that nobody read; refuse those that Kea does not know either."""
        for key in self.value:
            if key in self._read:
                continue
            if key not in known:
                raise self._unknown(key, known)
            self.ignore(self.at(key), known[key])

    def _unknown(self, key: str, known: dict[str, str]) -> ValueError:
        close = difflib.get_close_matches(key, [*self._read, *known], 1)
        if close:
            return refusal(
                N_("{path}: Kea knows no {key} here. Is {close} meant?"),
                path=self.path or "/",
                key=key,
                close=close[0],
            )
        return refusal(N_("{path}: Kea knows no {key} here."), path=self.path or "/", key=key)

    @staticmethod
    def _checked(value: Any, kind: type, path: str) -> Any:
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            from ipv6course.classroom.messages import _

            raise refusal(N_("{path} is to be {kind}."), path=path, kind=_(_KINDS[kind]).format())
        return value


def _value(read: Callable[[str], Any], text: str, path: str) -> Any:
    """Read a text; a refusal gets the path."""
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _read_server(place: _Place) -> Configuration:
    interfaces: list[str] = []
    if place.has("interfaces-config"):
        listen = place.child("interfaces-config")
        for text, path in listen.texts("interfaces"):
            _value(_interface, text, path)
            interfaces.append(text)
        listen.finish(_INTERFACES)
    times = _read_times(place, Times())
    found = Configuration(
        tuple(interfaces),
        _read_duid(place.child("server-id")) if place.has("server-id") else None,
        _read_options(place),
        decline_probation=place.number("decline-probation-period", 86400),
    )
    rapid = place.get("rapid-commit", bool, False)
    subnets = [_read_subnet(one, times, rapid) for one in place.children("subnet6")]
    place.finish(_GLOBAL)
    return replace(found, subnets=_numbered(subnets, place.at("subnet6")))


def _numbered(subnets: list[Subnet], path: str) -> tuple[Subnet, ...]:
    taken = {subnet.id for subnet in subnets}
    free = (number for number in range(1, 1 << 31) if number not in taken)
    found: list[Subnet] = []
    for number, subnet in enumerate(subnets):
        for other in found:
            if subnet.id and subnet.id == other.id:
                raise refusal(
                    N_("{path}[{at}].id is {id}, which another subnet has."),
                    path=path,
                    at=number,
                    id=subnet.id,
                )
            if (subnet.prefix, subnet.length) == (other.prefix, other.length):
                raise refusal(
                    N_("{path}[{at}].subnet is {subnet}, which stands here already."),
                    path=path,
                    at=number,
                    subnet=subnet.network,
                )
        found.append(subnet if subnet.id else replace(subnet, id=next(free)))
    return tuple(found)


def _interface(text: str) -> tuple[str, bytes | None]:
    name, slash, address = text.partition("/")
    return name, given.address(address).packed if slash else None


def listening(configuration: Configuration) -> list[tuple[str, bytes | None]]:
    """Return the interfaces, each with the unicast address on which it listens, or None."""
    return [_interface(text) for text in configuration.interfaces]


def _read_times(place: _Place, default: Times) -> Times:
    return Times(
        place.number("preferred-lifetime", default.preferred),
        place.number("valid-lifetime", default.valid),
        place.number("renew-timer", default.renew),
        place.number("rebind-timer", default.rebind),
        place.get("calculate-tee-times", bool, default.calculate),
        place.get("t1-percent", float, default.t1),
        place.get("t2-percent", float, default.t2),
    )


def _read_duid(place: _Place) -> bytes:
    kind = place.get("type", str, "LLT")
    identifier = _value(_hex, place.get("identifier", str, ""), place.at("identifier"))
    hardware = place.number("htype", 1, 0, 0xFFFF).to_bytes(2, "big")
    time = place.number("time", 0).to_bytes(4, "big")
    enterprise = place.number("enterprise-id", 0).to_bytes(4, "big")
    place.finish(_SERVER_ID)
    forms = {
        "LLT": b"\x00\x01" + hardware + time,
        "EN": b"\x00\x02" + enterprise,
        "LL": b"\x00\x03" + hardware,
    }
    if kind not in forms:
        raise refusal(
            N_("{path} is {kind}; Kea makes LLT, EN and LL (RFC 9915 section 11)."),
            path=place.at("type"),
            kind=kind,
        )
    if not identifier:
        place.ignore(
            place.path, N_("Without an identifier the DUID comes from the simulated MAC address.")
        )
        return b""
    return forms[kind] + identifier  # type: ignore[no-any-return]


_HEX = re.compile(r"(?:0x)?([0-9a-fA-F]*)")
_HEX_OCTETS = re.compile(
    r"[0-9a-fA-F]{1,2}(?:(?P<mark>[: ])[0-9a-fA-F]{1,2}(?:(?P=mark)[0-9a-fA-F]{1,2})*)?"
)


def _hex(text: str) -> bytes:
    """Read octets as Kea does: digits alone, or with one ':' or one blank between octets."""
    if plain := _HEX.fullmatch(text.strip()):
        digits = plain[1]
        return bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))
    if _HEX_OCTETS.fullmatch(text.strip()):
        return bytes(int(octet, 16) for octet in re.split("[: ]", text.strip()))
    raise refusal(
        N_("{text} is not hexadecimal. Write 0a1b, 0x0a1b, 0a:1b or '0a 1b'."), text=repr(text)
    )


def _read_options(place: _Place) -> tuple[OptionData, ...]:
    found = [_read_option(one) for one in place.children("option-data")]
    return tuple(option for option in found if option is not None)


def _read_option(place: _Place) -> OptionData | None:
    name = place.get("name", str)
    code = place.number("code", None, 1, 0xFFFF)
    data = place.get("data", str, "")
    is_text = place.get("csv-format", bool)
    always = place.get("always-send", bool, False)
    space = place.get("space", str, "dhcp6")
    place.finish({**_EVERYWHERE, "never-send": _OTHER})
    if name is None and code is None:
        raise refusal(N_("{path}: an option needs its name or its code."), path=place.path)
    if name in _OPTIONS:
        code = _OPTIONS[name][0]
    elif name is not None and name not in _KEA_ONLY and code is None:
        close = difflib.get_close_matches(name, [*_OPTIONS, *_KEA_ONLY], 1)
        raise refusal(
            N_("{path} is {name}, which Kea does not know. Close to it: {close}."),
            path=place.at("name"),
            name=name,
            close=", ".join(close) or "-",
        )
    if space != "dhcp6":
        place.ignore(place.at("space"), N_("Only options of the space dhcp6 are given to clients."))
        return None
    if name == "unicast" or code == dhcpv6.ServerUnicast.code:
        place.ignore(place.path, _UNICAST)
        return None
    return _option(place, name, code, data, is_text, always)


def _option(
    place: _Place, name: str | None, code: int | None, data: str, is_text: bool | None, always: bool
) -> OptionData | None:
    known = code in _NAMES
    if is_text is None:
        is_text = known
    if is_text and known and code is not None:
        option = _value(_OPTIONS[_NAMES[code]][1], data, place.at("data"))
        return OptionData(option, always)
    if code is None or is_text:
        place.ignore(
            place.path, N_("This option's text is not read here; give its code, and data in hex.")
        )
        return None
    return OptionData(_value(_octets(code), data, place.at("data")), always)


def _octets(code: int) -> Callable[[str], dhcpv6.Option]:
    def read(text: str) -> dhcpv6.Option:
        body = _hex(text)
        kind = dhcpv6.OPTIONS.get(code)
        return kind.pull(body) if kind else dhcpv6.UnknownOption(code, body)

    return read


def _read_subnet(place: _Place, times: Times, rapid: bool) -> Subnet:
    network = _value(_network, place.need("subnet", str), place.at("subnet"))
    relays: list[bytes] = []
    if place.has("relay"):
        relay = place.child("relay")
        listed = relay.texts("ip-addresses")
        if relay.has("ip-address"):
            listed.append((relay.get("ip-address", str), relay.at("ip-address")))
        relays = [_value(given.address, text, path).packed for text, path in listed]
        relay.finish({})
    subnet = Subnet(
        place.number("id", 0, 1, 0xFFFFFFFE) if place.has("id") else 0,
        network.first,
        network.prefixlen,
        place.get("interface", str, ""),
        _value(_identifier, place.get("interface-id", str, ""), place.at("interface-id")),
        tuple(relays),
        tuple(_read_pool(one, network) for one in place.children("pools")),
        tuple(_read_prefix_pool(one) for one in place.children("pd-pools")),
        _read_options(place),
        tuple(_read_reservation(one, network) for one in place.children("reservations")),
        place.get("rapid-commit", bool, rapid),
        _read_times(place, times),
    )
    place.finish(_SHARED)
    return subnet


def _network(text: str) -> netaddr.IPNetwork:
    before, slash, length = text.partition("/")
    address = given.address(before)
    if not slash or not length.isdecimal() or int(length) > given.ADDRESS_BITS:
        return given.prefix(text)  # says what is wrong
    return netaddr.IPNetwork((int(address), int(length)), version=6).cidr  # as Kea does


def _identifier(text: str) -> bytes:
    # Kea takes 0x… as octets, and everything else as text.
    return _hex(text) if text.startswith("0x") else text.encode()


def _read_pool(place: _Place, network: netaddr.IPNetwork) -> Pool:
    text = place.need("pool", str)
    path = place.at("pool")
    place.finish(_POOL)
    first, dash, last = (part.strip() for part in text.partition("-"))
    if dash:
        pool = Pool(int(_value(given.address, first, path)), int(_value(given.address, last, path)))
    else:
        found = _value(_network, first, path)
        pool = Pool(found.first, found.last)
    if not network.first <= pool.first <= pool.last <= network.last:
        raise refusal(
            N_("{path} is {pool}, which is not within the subnet {subnet}, first to last."),
            path=path,
            pool=text,
            subnet=network,
        )
    return pool


def _read_prefix_pool(place: _Place) -> PrefixPool:
    length = place.number("prefix-len", None, 1, 128)
    delegated = place.number("delegated-len", None, 1, 128)
    prefix = _value(given.address, place.need("prefix", str), place.at("prefix"))
    for key in ("prefix-len", "delegated-len"):
        place.need(key, int)
    place.finish(_PREFIX_POOL)
    if delegated < length:
        raise refusal(
            N_("{path} is {delegated}; a prefix from a /{length} has at least {length} bits."),
            path=place.at("delegated-len"),
            delegated=delegated,
            length=length,
        )
    if int(prefix) % (1 << 128 - length):
        raise refusal(
            N_("{path} is {prefix}, which has bits after the first {length} set."),
            path=place.at("prefix"),
            prefix=prefix,
            length=length,
        )
    return PrefixPool(int(prefix), length, delegated)


def _read_reservation(place: _Place, network: netaddr.IPNetwork) -> Reservation:
    duid = _value(_hex, place.get("duid", str, ""), place.at("duid"))
    addresses = []
    for text, path in place.texts("ip-addresses"):
        address = _value(given.address, text, path)
        if address not in network:
            raise refusal(
                N_("{path} is {address}, which is not in the subnet {subnet}."),
                path=path,
                address=address,
                subnet=network,
            )
        addresses.append(address.packed)
    prefixes = [_value(_network, text, path) for text, path in place.texts("prefixes")]
    place.finish(_RESERVATION)
    if not duid:
        place.ignore(place.path, N_("A reservation is found by a client's DUID, and has none."))
    return Reservation(
        duid,
        tuple(addresses),
        tuple((found.ip.packed, found.prefixlen) for found in prefixes),
    )


# --- Printing -------------------------------------------------------------------------------------


def text(configuration: Configuration) -> str:
    """Return the text for a real Kea. Reading it again gives the same configuration.

    What was not honoured is not in it; leases are kept in memory.
    """
    server: dict[str, Any] = {
        "interfaces-config": {"interfaces": list(configuration.interfaces)},
        "lease-database": {"type": "memfile", "persist": False},
    }
    if configuration.duid:
        server["server-id"] = _shown_duid(configuration.duid)
    if configuration.decline_probation != Configuration().decline_probation:
        server["decline-probation-period"] = configuration.decline_probation
    if configuration.options:
        server["option-data"] = [_shown_option(option) for option in configuration.options]
    server["subnet6"] = [_shown_subnet(subnet) for subnet in configuration.subnets]
    return json.dumps({"Dhcp6": server}, indent=2) + "\n"


def _shown_duid(duid: bytes) -> dict[str, Any]:
    kind = int.from_bytes(duid[:2], "big")
    shown: dict[str, Any] = {"type": {1: "LLT", 2: "EN", 3: "LL"}[kind]}
    if kind == 2:
        shown["enterprise-id"] = int.from_bytes(duid[2:6], "big")
    else:
        shown["htype"] = int.from_bytes(duid[2:4], "big")
    if kind == 1:
        shown["time"] = int.from_bytes(duid[4:8], "big")
    shown["identifier"] = duid[4 if kind == 3 else 6 if kind == 2 else 8 :].hex()
    return shown


def _shown_option(given_option: OptionData) -> dict[str, Any]:
    option = given_option.option
    code = dhcpv6.code_of(option)
    shown: dict[str, Any]
    written = _written(option)
    if code in _NAMES and written is not None:
        shown = {"name": _NAMES[code], "data": written}
    else:
        shown = {"code": code, "csv-format": False, "data": option.push().hex()}
    if given_option.always_send:
        shown["always-send"] = True
    return shown


def _written(option: dhcpv6.Option) -> str | None:
    match option:
        case dhcpv6.DnsServers(addresses) | dhcpv6.SntpServers(addresses):
            return ", ".join(_address(one) for one in addresses)
        case dhcpv6.DomainList(names):
            return ", ".join(names)
        case dhcpv6.UnknownOption(_, data) if data.isascii() and data.decode().isprintable():
            return data.decode().replace(",", "\\,")
        case (
            dhcpv6.Preference(value)
            | dhcpv6.InformationRefreshTime(value)
            | dhcpv6.SolMaxRt(value)
            | dhcpv6.InfMaxRt(value)
        ):
            return str(value)
    return None


def _address(packed: bytes | int) -> str:
    number = packed if isinstance(packed, int) else int.from_bytes(packed, "big")
    return str(netaddr.IPAddress(number, 6))


def _shown_subnet(subnet: Subnet) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": subnet.id, "subnet": str(subnet.network)}
    if subnet.interface:
        shown["interface"] = subnet.interface
    if subnet.interface_id:
        shown["interface-id"] = f"0x{subnet.interface_id.hex()}"
    if subnet.relays:
        shown["relay"] = {"ip-addresses": [_address(one) for one in subnet.relays]}
    if subnet.rapid_commit:
        shown["rapid-commit"] = True
    shown |= _shown_times(subnet.times)
    if subnet.pools:
        shown["pools"] = [
            {"pool": f"{_address(pool.first)} - {_address(pool.last)}"} for pool in subnet.pools
        ]
    if subnet.prefix_pools:
        shown["pd-pools"] = [
            {
                "prefix": _address(pool.prefix),
                "prefix-len": pool.length,
                "delegated-len": pool.delegated,
            }
            for pool in subnet.prefix_pools
        ]
    if subnet.options:
        shown["option-data"] = [_shown_option(option) for option in subnet.options]
    if subnet.reservations:
        shown["reservations"] = [_shown_reservation(one) for one in subnet.reservations if one.duid]
    return shown


def _shown_times(times: Times) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "preferred-lifetime": times.preferred,
        "valid-lifetime": times.valid,
        "renew-timer": times.renew,
        "rebind-timer": times.rebind,
    }
    if times != replace(Times(), **{key: getattr(times, key) for key in ("preferred", "valid")}):
        shown |= {
            "calculate-tee-times": times.calculate,
            "t1-percent": times.t1,
            "t2-percent": times.t2,
        }
    return {key: value for key, value in shown.items() if value is not None}


def _shown_reservation(reservation: Reservation) -> dict[str, Any]:
    shown: dict[str, Any] = {"duid": reservation.duid.hex(":")}
    if reservation.addresses:
        shown["ip-addresses"] = [_address(one) for one in reservation.addresses]
    if reservation.prefixes:
        shown["prefixes"] = [f"{_address(one)}/{length}" for one, length in reservation.prefixes]
    return shown


__all__ = [
    "Configuration",
    "OptionData",
    "Pool",
    "PrefixPool",
    "Reservation",
    "Subnet",
    "Times",
    "listening",
    "read",
    "text",
]
