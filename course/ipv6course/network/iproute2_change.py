"""What iproute2's commands change on a node: addresses, routes, links, neighbors."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import netaddr

from ipv6course.address import given
from ipv6course.network.interface import Interface, InterfaceAddress
from ipv6course.network.iproute2_show import destination_text
from ipv6course.network.iproute2_words import (
    IpError,
    Options,
    Words,
    address,
    address_and_length,
    interface,
    number,
    prefix,
)
from ipv6course.network.routes import Route
from ipv6course.network.wire import ipv6

if TYPE_CHECKING:
    from ipv6course.network.node import Node

SMALLEST_MTU = 68  # what Linux lets an Ethernet interface have
LARGEST_MTU = 65535
DEFAULT_METRIC = 1024

_PREFERENCES = {"high": 1, "medium": 0, "low": -1}  # RFC 4191 section 2.1
_KINDS = ("unicast", "blackhole", "unreachable")
_ROUTE_REFUSED = {
    "nexthop": "one route has one next hop here",
    "mtu": "a route has no MTU of its own here; the path's is discovered",
    "table": "a node has the table main only",
    "src": "the source is chosen by RFC 6724 here",
    "encap": "no encapsulation here",
    "from": "no source routing here",
}


# --- Addresses --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Given:
    """What an address command says."""

    ip: netaddr.IPAddress
    length: int
    interface: Interface
    valid: float = math.inf
    preferred: float = math.inf


def _address_words(node: Node, words: Words) -> _Given:
    found: tuple[netaddr.IPAddress, int] | None = None
    device: str | None = None
    times = {"valid_lft": math.inf, "preferred_lft": math.inf}
    while words:
        word = words.take()
        if word == "dev":
            device = words.take()
        elif word in times:
            text = words.take()
            times[word] = math.inf if text == "forever" else number(text, word)
        elif word in ("scope", "label", "metric"):
            raise IpError(f'"{word}" is not here', "leave it out", code=255)
        elif word not in ("nodad", "local"):
            found = address_and_length(word)
    if device is None:
        raise IpError(
            'Not enough information: "dev" argument is required.',
            "say the interface, as in dev eth0",
            code=1,
        )
    if found is None:
        raise IpError(
            'Not enough information: "local" argument is required.'.replace("local", "address"),
            "say the address, as in 2001:db8::1/64",
            code=1,
        )
    if times["preferred_lft"] > times["valid_lft"]:
        raise IpError("preferred_lft is greater than valid_lft", "RFC 4862 section 5.5.3 e", code=1)
    where = interface(node, device)
    return _Given(found[0], found[1], where, times["valid_lft"], times["preferred_lft"])


def add_address(node: Node, words: Words, options: Options) -> str:
    """`ip addr add ADDRESS/LENGTH dev NAME [valid_lft …] [preferred_lft …]`."""
    wanted = _address_words(node, words)
    if wanted.ip.packed in wanted.interface.addresses:
        raise IpError("Error: ipv6: address already assigned.", "use replace to change it")
    _put(node, wanted)
    return ""


def _too_narrow(where: Interface) -> str:
    return (
        f"{where.name} has an MTU of {where.mtu}; a link has {ipv6.MINIMUM_MTU} octets or more, "
        "RFC 8200 section 5"
    )


def _put(node: Node, wanted: _Given) -> None:
    octets = wanted.ip.packed
    if octets[0] == 0xFF:
        raise IpError(
            'Error: ipv6: Cannot assign multicast address without "IFA_F_MCAUTOJOIN" flag.',
            "a group's address is nobody's own, RFC 4291 section 2.7",
        )
    if not int(wanted.ip):
        raise IpError(
            "RTNETLINK answers: Cannot assign requested address",
            ":: is nobody's address, RFC 4291 section 2.5.2",
        )
    if wanted.interface.mtu < ipv6.MINIMUM_MTU:
        raise IpError("RTNETLINK answers: Invalid argument", _too_narrow(wanted.interface))
    held = InterfaceAddress(
        octets,
        wanted.length,
        "link-local" if ipv6.is_link_local(octets) else "static",
        preferred_until=node.now + wanted.preferred,
        valid_until=node.now + wanted.valid,
    )
    node.configuration.add(wanted.interface, held)


def replace_address(node: Node, words: Words, options: Options) -> str:
    """`ip addr replace ADDRESS/LENGTH dev NAME …`: one that is there gets new lifetimes."""
    wanted = _address_words(node, words)
    held = wanted.interface.addresses.get(wanted.ip.packed)
    if held is not None and held.prefix_length == wanted.length:
        node.configuration.remove(wanted.interface, held.address)
    _put(node, wanted)
    return ""


def delete_address(node: Node, words: Words, options: Options) -> str:
    """`ip addr del ADDRESS/LENGTH dev NAME`."""
    wanted = _address_words(node, words)
    held = wanted.interface.addresses.get(wanted.ip.packed)
    if held is None or held.prefix_length != wanted.length:
        raise IpError(
            "Error: ipv6: address not found.",
            f"{wanted.interface.name} has: "
            f"{', '.join(map(str, wanted.interface.addresses.values())) or 'none'}",
        )
    take_away(node, wanted.interface, held)
    return ""


def take_away(node: Node, where: Interface, held: InterfaceAddress) -> None:
    """Withdraw an address, and its prefix's route where no other address needs it."""
    node.configuration.remove(where, held.address)
    shift = 128 - held.prefix_length
    first = int.from_bytes(held.address, "big") >> shift << shift
    for other in where.addresses.values():
        is_same_length = other.prefix_length == held.prefix_length
        if is_same_length and int.from_bytes(other.address, "big") >> shift << shift == first:
            return
    for route in [*node.routes]:
        if (
            (route.prefix, route.length, route.interface) == (first, held.prefix_length, where)
            and route.origin == "kernel"
            and route.next_hop is None
        ):
            node.routes.remove(route)


def flush_addresses(node: Node, words: Words, options: Options) -> str:
    """`ip addr flush dev NAME [scope global | scope link]`."""
    device, scope = None, None
    while words:
        word = words.take()
        if word == "scope":
            scope = words.take()
        else:
            device = words.take() if word == "dev" else word
    if device is None:
        raise IpError("Flush requires arguments.", "say the interface, as in dev eth0", code=255)
    where = interface(node, device)
    for held in [*where.addresses.values()]:
        is_link = ipv6.is_link_local(held.address)
        if scope is None or scope == ("link" if is_link else "global"):
            take_away(node, where, held)
    return ""


# --- Routes -----------------------------------------------------------------------------------


def read_route(node: Node, words: Words) -> Route:
    """Read what stands after `ip route add`, and find the interface where only `via` is given.

    Raises:
        IpError: It makes no sense, or the gateway is no neighbor.
    """
    kind = words.take() if words.next_is(*_KINDS, "prohibit", "local") else "unicast"
    if kind not in _KINDS:
        raise IpError(f'"{kind}" is not here', f"here are: {', '.join(_KINDS)}", code=255)
    if words.next_is("to"):
        words.take()
    if not words:
        raise IpError(
            "RTNETLINK answers: No such device",
            "say where it goes, as in default via fe80::1 dev eth0",
        )
    first, length = prefix(words.take())
    route = Route(first, length, None, origin="boot", metric=DEFAULT_METRIC, kind=kind)
    while words:
        route = _with_word(node, route, words.take(), words)
    if kind != "unicast":
        return replace(route, interface=None, next_hop=None)
    if route.next_hop is None and route.interface is None:
        raise IpError(
            "RTNETLINK answers: No such device",
            "say the neighbor with via, or dev and the interface",
        )
    if route.interface is not None:
        _refuse_unusable(route.interface)
    if route.next_hop is not None:
        route = _towards(node, route, route.next_hop)
    return route


def _refuse_unusable(where: Interface) -> None:
    if where.mtu < ipv6.MINIMUM_MTU:
        raise IpError("RTNETLINK answers: No such device", _too_narrow(where))
    if not where.is_up:
        raise IpError("Error: Nexthop device is not up.", f"ip link set {where.name} up")


def _with_word(node: Node, route: Route, word: str, words: Words) -> Route:
    if word == "via":
        if words.next_is("inet6"):
            words.take()
        return replace(route, next_hop=address(words.take()).packed)
    if word == "dev":
        return replace(route, interface=interface(node, words.take()))
    if word in ("metric", "priority", "preference"):
        # The kernel takes 0 for "not said".
        return replace(route, metric=number(words.take(), "metric") or DEFAULT_METRIC)
    if word in ("proto", "protocol"):
        return replace(route, origin=words.take())
    if word == "expires":
        return replace(route, valid_until=node.now + number(words.take(), "expires"))
    if word == "pref":
        name = words.take()
        if name not in _PREFERENCES:
            raise IpError(
                f'Error: argument "{name}" is wrong: "pref" value is invalid',
                "low, medium or high, RFC 4191 section 2.1",
                code=255,
            )
        return replace(route, preference=_PREFERENCES[name])
    if word in ("onlink", "scope"):
        raise IpError(f'"{word}" is not here', "leave it out", code=255)
    if word in _ROUTE_REFUSED:
        raise IpError(f'"{word}" is not here', _ROUTE_REFUSED[word], code=255)
    raise IpError(
        f'Error: either "to" is duplicate, or "{word}" is a garbage.',
        "after the prefix come via, dev, metric, proto, pref, expires",
        code=255,
    )


def _towards(node: Node, route: Route, gateway: bytes) -> Route:
    """Return a route with the interface at which its gateway is a neighbor."""
    if ipv6.is_link_local(gateway):
        if route.interface is None:
            raise IpError(
                "Error: Egress device not specified.",
                "a link-local address is on every link; say dev and the interface",
            )
        return route
    for one in node.interfaces.values():
        if gateway in one.addresses:
            raise IpError(
                "Error: Gateway can not be a local address.",
                f"{netaddr.IPAddress(int.from_bytes(gateway, 'big'), 6)} is {node.name}'s own",
            )
    found = route.interface or neighbor_interface(node, gateway)
    if found is None:
        raise IpError(
            "RTNETLINK answers: No route to host",
            f"no prefix of {node.name}'s own interfaces has "
            f"{netaddr.IPAddress(int.from_bytes(gateway, 'big'), 6)}: a gateway is a neighbor",
        )
    return replace(route, interface=found)


def neighbor_interface(node: Node, gateway: bytes) -> Interface | None:
    """Return the interface whose prefix has an address; also while it is still tested by DAD."""
    value = int.from_bytes(gateway, "big")
    for one in node.interfaces.values():
        for held in one.addresses.values() if one.carries_ipv6 else ():
            shift = 128 - held.prefix_length
            is_static = held.origin == "static" and shift
            if is_static and int.from_bytes(held.address, "big") >> shift == value >> shift:
                return one
    route = node.routes.lookup(gateway)
    return route.interface if route is not None and route.next_hop is None else None


def _same(node: Node, wanted: Route) -> list[Route]:
    """Return the routes that `add` would collide with: the same prefix and metric."""
    return [
        route
        for route in node.routes
        if (route.prefix, route.length, route.metric)
        == (wanted.prefix, wanted.length, wanted.metric)
    ]


def add_route(node: Node, words: Words, options: Options) -> str:
    """`ip route add [TYPE] PREFIX [via ADDRESS] [dev NAME] [metric N] [proto …] [pref …]`."""
    route = read_route(node, words)
    if _same(node, route):
        raise IpError(
            "RTNETLINK answers: File exists",
            "there is a route with this prefix and metric; use replace",
        )
    node.routes.add(route)
    return ""


def append_route(node: Node, words: Words, options: Options) -> str:
    """`ip route append …`: beside one that is there."""
    node.routes.add(read_route(node, words))
    return ""


def replace_route(node: Node, words: Words, options: Options) -> str:
    """`ip route replace …`: instead of one with the same prefix and metric."""
    route = read_route(node, words)
    for other in _same(node, route):
        node.routes.remove(other)
    node.routes.add(route)
    return ""


def change_route(node: Node, words: Words, options: Options) -> str:
    """`ip route change …`: as replace, where there is one."""
    route = read_route(node, words)
    if not _same(node, route):
        raise IpError("Error: Can not replace route - no match found.", "use add or replace")
    for other in _same(node, route):
        node.routes.remove(other)
    node.routes.add(route)
    return ""


def delete_route(node: Node, words: Words, options: Options) -> str:
    """`ip route del PREFIX [via ADDRESS] [dev NAME] [metric N]`: the first that fits."""
    kind = words.take() if words.next_is(*_KINDS) else None
    if words.next_is("to"):
        words.take()
    first, length = prefix(words.take())
    wanted: dict[str, object] = {"prefix": first, "length": length}
    if kind is not None:
        wanted["kind"] = kind
    while words:
        word = words.take()
        if word == "via":
            wanted["next_hop"] = address(words.take()).packed
        elif word == "dev":
            wanted["interface"] = interface(node, words.take())
        elif word in ("metric", "priority", "preference"):
            wanted["metric"] = number(words.take(), "metric")
        elif word in ("proto", "protocol"):
            wanted["origin"] = words.take()
        else:
            words.take()
    for route in [*node.routes]:
        if all(getattr(route, name) == value for name, value in wanted.items()):
            node.routes.remove(route)
            return ""
    raise IpError(
        "RTNETLINK answers: No such process",
        f"{node.name} has no such route to {destination_text(first, length)}",
    )


def flush_routes(node: Node, words: Words, options: Options) -> str:
    """`ip route flush [PREFIX] [dev NAME] [proto NAME]`."""
    wanted: dict[str, object] = {}
    if not words:
        raise IpError('"ip route flush" requires arguments.', "as in dev eth0", code=255)
    while words:
        word = words.take()
        if word == "dev":
            wanted["interface"] = interface(node, words.take())
        elif word in ("proto", "protocol"):
            wanted["origin"] = words.take()
        elif word == "via":
            wanted["next_hop"] = address(words.take()).packed
        elif word in ("root", "match", "exact", "to"):
            continue
        else:
            wanted["prefix"], wanted["length"] = prefix(word)
    for route in [*node.routes]:
        if all(getattr(route, name) == value for name, value in wanted.items()):
            node.routes.remove(route)
    return ""


# --- Links ------------------------------------------------------------------------------------


def set_link(node: Node, words: Words, options: Options) -> str:
    """`ip link set [dev] NAME [up | down] [mtu N] [address MAC]`."""
    if words.next_is("dev"):
        words.take()
    where = interface(node, words.take())
    while words:
        word = words.take()
        if word == "up":
            node.set_up(where, True)
        elif word == "down":
            node.set_up(where, False)
        elif word == "mtu":
            _set_mtu(node, where, number(words.take(), "mtu"))
        elif word == "address":
            try:
                where.mac = given.hardware_address(words.take()).packed
            except ValueError as why:
                raise IpError(
                    "RTNETLINK answers: Cannot assign requested address", str(why)
                ) from None
        elif word == "promisc":
            where.promiscuous = words.take() == "on"
        else:
            raise IpError(
                f'Error: either "dev" is duplicate, or "{word}" is a garbage.',
                "up, down, mtu, address or promisc",
                code=255,
            )
    return ""


def _set_mtu(node: Node, where: Interface, mtu: int) -> None:
    if mtu < SMALLEST_MTU:
        raise IpError("Error: mtu less than device minimum.", f"at least {SMALLEST_MTU}")
    if mtu > LARGEST_MTU:
        raise IpError("Error: mtu greater than device maximum.", f"at most {LARGEST_MTU}")
    node.set_mtu(where, mtu)


# --- Neighbors --------------------------------------------------------------------------------


def add_neighbor(node: Node, words: Words, options: Options) -> str:
    """`ip neigh add ADDRESS lladdr MAC dev NAME [nud STATE]`."""
    return _put_neighbor(node, words, is_new=True)


def replace_neighbor(node: Node, words: Words, options: Options) -> str:
    """`ip neigh replace ADDRESS lladdr MAC dev NAME [nud STATE]`."""
    return _put_neighbor(node, words, is_new=False)


def _neighbor_words(node: Node, words: Words) -> tuple[bytes, Interface, bytes | None, str]:
    found, device, mac, state = None, None, None, "PERMANENT"
    while words:
        word = words.take()
        if word == "dev":
            device = words.take()
        elif word == "lladdr":
            try:
                mac = given.hardware_address(words.take()).packed
            except ValueError as why:
                raise IpError("lladdr is no MAC address", str(why), code=255) from None
        elif word == "nud":
            state = words.take().upper()
        elif word not in ("to", "router"):
            found = address(word).packed
    if device is None or found is None:
        raise IpError(
            "Device and destination are required arguments.",
            "as in 2001:db8::1 lladdr 00:00:5e:00:53:01 dev eth0",
            code=255,
        )
    return found, interface(node, device), mac, state


def _put_neighbor(node: Node, words: Words, *, is_new: bool) -> str:
    found, where, mac, state = _neighbor_words(node, words)
    if where.mtu < ipv6.MINIMUM_MTU:
        raise IpError("Error: IPv6 is disabled on this device.", _too_narrow(where))
    if mac is None or state not in ("PERMANENT", "STALE"):
        raise IpError(
            "RTNETLINK answers: Invalid argument",
            "say the MAC address with lladdr; nud is permanent or stale here",
        )
    entries = node.neighbors.entries()
    if is_new and any(one.interface is where and one.address == found for one in entries):
        raise IpError("RTNETLINK answers: File exists", "use replace")
    if state == "PERMANENT":
        node.neighbors.set_permanent(where, found, mac)
    else:
        node.neighbors.forget(where, found)
        node.neighbors.learn(where, found, mac)
    return ""


def delete_neighbor(node: Node, words: Words, options: Options) -> str:
    """`ip neigh del ADDRESS dev NAME`."""
    found, where, _, _ = _neighbor_words(node, words)
    if not node.neighbors.forget(where, found):
        raise IpError(
            "RTNETLINK answers: No such file or directory", f"no such neighbor at {where.name}"
        )
    return ""


def flush_neighbors(node: Node, words: Words, options: Options) -> str:
    """`ip neigh flush [dev NAME] [ADDRESS] | all`: all but those that somebody set."""
    if not words:
        raise IpError("Flush requires arguments.", "as in dev eth0, or all", code=255)
    where, found = None, None
    while words:
        word = words.take()
        if word == "dev":
            where = interface(node, words.take())
        elif word not in ("all", "to"):
            found = address(word).packed
    for entry in [*node.neighbors.entries()]:
        if where not in (None, entry.interface) or found not in (None, entry.address):
            continue
        if str(entry.state) != "PERMANENT":
            node.neighbors.forget(entry.interface, entry.address)
    return ""
