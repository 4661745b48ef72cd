"""Kea's configuration of a DHCPv6 server: `Dhcp6` in JSON with comments, read; `text` prints it.

What a simulated server does is done as Kea does it, and the same text starts a real Kea. What Kea
knows and this room can't do is not refused: it stands in `Configuration.not_honoured`, with its
path and the reason (`kea_known`). What Kea doesn't know either is an error that names the path.

The values are in `kea_configuration`, JSON in `kea_json`, options in `kea_options`, and what is
printed in `kea_printing`.
"""

from __future__ import annotations

import difflib
from dataclasses import replace

import netaddr

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network import kea_known
from ipv6course.network.kea_configuration import (
    Configuration,
    OptionData,
    Pool,
    PrefixPool,
    Reservation,
    Subnet,
    Times,
)
from ipv6course.network.kea_json import Place, parse, value_at
from ipv6course.network.kea_options import KEA_ONLY, NAMES, OPTIONS, octets, option_of
from ipv6course.network.kea_printing import text
from ipv6course.network.wire import dhcpv6

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


def read(text: str) -> Configuration:
    """Read Kea's JSON: an object with "Dhcp6"; `#`, `//` and `/* */` begin comments.

    Args:
        text: What stands in kea-dhcp6.conf.

    Raises:
        ValueError: It is not JSON (line and column are named), or says what Kea would refuse, too
            (the path is named).
    """
    place = Place(parse(text), "", [])
    root = place.child("Dhcp6")
    found = _read_server(root)
    place.finish({})
    return replace(found, not_honoured=tuple(place.ignored))


def _read_server(place: Place) -> Configuration:
    interfaces: list[str] = []
    if place.has("interfaces-config"):
        listen = place.child("interfaces-config")
        for text, path in listen.texts("interfaces"):
            value_at(_interface, text, path)
            interfaces.append(text)
        listen.finish(kea_known.INTERFACES)
    times = _read_times(place, Times())
    found = Configuration(
        tuple(interfaces),
        _read_duid(place.child("server-id")) if place.has("server-id") else None,
        _read_options(place),
        decline_probation=place.number("decline-probation-period", 86400),
    )
    rapid = place.get("rapid-commit", bool, False)
    subnets = [_read_subnet(one, times, rapid) for one in place.children("subnet6")]
    place.finish(kea_known.GLOBAL)
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


def _read_times(place: Place, default: Times) -> Times:
    return Times(
        place.number("preferred-lifetime", default.preferred),
        place.number("valid-lifetime", default.valid),
        place.number("renew-timer", default.renew),
        place.number("rebind-timer", default.rebind),
        place.get("calculate-tee-times", bool, default.calculate),
        place.get("t1-percent", float, default.t1),
        place.get("t2-percent", float, default.t2),
    )


def _read_duid(place: Place) -> bytes:
    kind = place.get("type", str, "LLT")
    identifier = value_at(octets, place.get("identifier", str, ""), place.at("identifier"))
    hardware = place.number("htype", 1, 0, 0xFFFF).to_bytes(2, "big")
    time = place.number("time", 0).to_bytes(4, "big")
    enterprise = place.number("enterprise-id", 0).to_bytes(4, "big")
    place.finish(kea_known.SERVER_ID)
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


def _read_options(place: Place) -> tuple[OptionData, ...]:
    found = [_read_option(one) for one in place.children("option-data")]
    return tuple(option for option in found if option is not None)


def _read_option(place: Place) -> OptionData | None:
    name = place.get("name", str)
    code = place.number("code", None, 1, 0xFFFF)
    data = place.get("data", str, "")
    is_text = place.get("csv-format", bool)
    always = place.get("always-send", bool, False)
    space = place.get("space", str, "dhcp6")
    place.finish({**kea_known.EVERYWHERE, "never-send": kea_known.OTHER})
    if name is None and code is None:
        raise refusal(N_("{path}: an option needs its name or its code."), path=place.path)
    if name in OPTIONS:
        code = OPTIONS[name][0]
    elif name is not None and name not in KEA_ONLY and code is None:
        close = difflib.get_close_matches(name, [*OPTIONS, *KEA_ONLY], 1)
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
        place.ignore(place.path, kea_known.UNICAST)
        return None
    return _option(place, name, code, data, is_text, always)


def _option(
    place: Place, name: str | None, code: int | None, data: str, is_text: bool | None, always: bool
) -> OptionData | None:
    known = code in NAMES
    if is_text is None:
        is_text = known
    if is_text and known and code is not None:
        option = value_at(OPTIONS[NAMES[code]][1], data, place.at("data"))
        return OptionData(option, always)
    if code is None or is_text:
        place.ignore(
            place.path, N_("This option's text is not read here; give its code, and data in hex.")
        )
        return None
    return OptionData(value_at(option_of(code), data, place.at("data")), always)


def _read_subnet(place: Place, times: Times, rapid: bool) -> Subnet:
    network = value_at(_network, place.need("subnet", str), place.at("subnet"))
    relays: list[bytes] = []
    if place.has("relay"):
        relay = place.child("relay")
        listed = relay.texts("ip-addresses")
        if relay.has("ip-address"):
            listed.append((relay.get("ip-address", str), relay.at("ip-address")))
        relays = [value_at(given.address, text, path).packed for text, path in listed]
        relay.finish({})
    subnet = Subnet(
        place.number("id", 0, 1, 0xFFFFFFFE) if place.has("id") else 0,
        network.first,
        network.prefixlen,
        place.get("interface", str, ""),
        value_at(_identifier, place.get("interface-id", str, ""), place.at("interface-id")),
        tuple(relays),
        tuple(_read_pool(one, network) for one in place.children("pools")),
        tuple(_read_prefix_pool(one) for one in place.children("pd-pools")),
        _read_options(place),
        tuple(_read_reservation(one, network) for one in place.children("reservations")),
        place.get("rapid-commit", bool, rapid),
        _read_times(place, times),
    )
    place.finish(kea_known.SHARED)
    return subnet


def _network(text: str) -> netaddr.IPNetwork:
    before, slash, length = text.partition("/")
    address = given.address(before)
    if not slash or not length.isdecimal() or int(length) > given.ADDRESS_BITS:
        return given.prefix(text)  # says what is wrong
    return netaddr.IPNetwork((int(address), int(length)), version=6).cidr  # as Kea does


def _identifier(text: str) -> bytes:
    # Kea takes 0x… as octets, and everything else as text.
    return octets(text) if text.startswith("0x") else text.encode()


def _read_pool(place: Place, network: netaddr.IPNetwork) -> Pool:
    text = place.need("pool", str)
    path = place.at("pool")
    place.finish(kea_known.POOL)
    first, dash, last = (part.strip() for part in text.partition("-"))
    if dash:
        pool = Pool(
            int(value_at(given.address, first, path)), int(value_at(given.address, last, path))
        )
    else:
        found = value_at(_network, first, path)
        pool = Pool(found.first, found.last)
    if not network.first <= pool.first <= pool.last <= network.last:
        raise refusal(
            N_("{path} is {pool}, which is not within the subnet {subnet}, first to last."),
            path=path,
            pool=text,
            subnet=network,
        )
    return pool


def _read_prefix_pool(place: Place) -> PrefixPool:
    length = place.number("prefix-len", None, 1, 128)
    delegated = place.number("delegated-len", None, 1, 128)
    prefix = value_at(given.address, place.need("prefix", str), place.at("prefix"))
    for key in ("prefix-len", "delegated-len"):
        place.need(key, int)
    place.finish(kea_known.PREFIX_POOL)
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


def _read_reservation(place: Place, network: netaddr.IPNetwork) -> Reservation:
    duid = value_at(octets, place.get("duid", str, ""), place.at("duid"))
    addresses = []
    for said, path in place.texts("ip-addresses"):
        address = value_at(given.address, said, path)
        if address not in network:
            raise refusal(
                N_("{path} is {address}, which is not in the subnet {subnet}."),
                path=path,
                address=address,
                subnet=network,
            )
        addresses.append(address.packed)
    prefixes = [value_at(_network, text, path) for text, path in place.texts("prefixes")]
    place.finish(kea_known.RESERVATION)
    if not duid:
        place.ignore(place.path, N_("A reservation is found by a client's DUID, and has none."))
    return Reservation(
        duid,
        tuple(addresses),
        tuple((found.ip.packed, found.prefixlen) for found in prefixes),
    )
