"""DHCPv6 options as Kea writes them: by name and text, or by code and hexadecimal octets."""

from __future__ import annotations

import re
from collections.abc import Callable

import netaddr

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network.wire import dhcpv6

_HEX = re.compile(r"(?:0x)?([0-9a-fA-F]*)")
_HEX_OCTETS = re.compile(
    r"[0-9a-fA-F]{1,2}(?:(?P<mark>[: ])[0-9a-fA-F]{1,2}(?:(?P=mark)[0-9a-fA-F]{1,2})*)?"
)


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
OPTIONS: dict[str, tuple[int, Callable[[str], dhcpv6.Option]]] = {
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
NAMES = {code: name for name, (code, _) in OPTIONS.items()}
KEA_ONLY = frozenset(
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


def octets(text: str) -> bytes:
    """Read octets as Kea does: digits alone, or with one ':' or one blank between octets."""
    if plain := _HEX.fullmatch(text.strip()):
        digits = plain[1]
        return bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))
    if _HEX_OCTETS.fullmatch(text.strip()):
        return bytes(int(octet, 16) for octet in re.split("[: ]", text.strip()))
    raise refusal(
        N_("{text} is not hexadecimal. Write 0a1b, 0x0a1b, 0a:1b or '0a 1b'."), text=repr(text)
    )


def option_of(code: int) -> Callable[[str], dhcpv6.Option]:
    """Return what makes the option with a code of hexadecimal octets."""

    def read(text: str) -> dhcpv6.Option:
        body = octets(text)
        kind = dhcpv6.OPTIONS.get(code)
        return kind.pull(body) if kind else dhcpv6.UnknownOption(code, body)

    return read


def written(option: dhcpv6.Option) -> str | None:
    """Return an option's data as Kea's text; None where it has none, but octets."""
    match option:
        case dhcpv6.DnsServers(addresses) | dhcpv6.SntpServers(addresses):
            return ", ".join(address_text(one) for one in addresses)
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


def address_text(packed: bytes | int) -> str:
    """Return an address as text."""
    number = packed if isinstance(packed, int) else int.from_bytes(packed, "big")
    return str(netaddr.IPAddress(number, 6))
