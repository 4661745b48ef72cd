"""What iproute2 6.1 prints of a node: addresses, routes, links, neighbors, groups.

Each command makes the rows that `-j` prints, in iproute2's order and with its keys, and the text
from the rows. Interface 1 is the loopback interface `lo`, as on Linux; a node's own begin with 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import netaddr

from ipv6course.network.interface import Interface, InterfaceAddress, State
from ipv6course.network.iproute2_words import (
    IpError,
    Options,
    Words,
    address,
    address_and_length,
    interface,
    prefix,
)
from ipv6course.network.routes import Route
from ipv6course.network.wire import ethernet, ipv6

if TYPE_CHECKING:
    from ipv6course.network.node import Node

Row = dict[str, Any]

FOREVER = 0xFFFFFFFF
QUEUE = 1000  # txqlen, Linux's default for Ethernet
LOOPBACK_MTU = 65536
SCOPES = {2: "link", 5: "site", 14: "global"}
PREFERENCES = {1: "high", 0: "medium", -1: "low"}  # RFC 4191 section 2.1

_LOOPBACK = bytes(15) + b"\x01"
_MAIN = ("main", "254")


def text_of(octets: bytes) -> str:
    """Return an address's text."""
    return str(netaddr.IPAddress(int.from_bytes(octets, "big"), 6))


def mac_text(octets: bytes) -> str:
    """Return a MAC address's text."""
    return octets.hex(":")


def index_of(found: Interface) -> int:
    """Return an interface's index as Linux counts: `lo` is 1."""
    return found.index + 1


# --- Links ------------------------------------------------------------------------------------


def links(node: Node, words: Words, options: Options) -> str:
    """`ip link [show] [dev NAME] [up]`."""
    only, is_up = None, False
    while words:
        word = words.take()
        if word == "up":
            is_up = True
        else:
            only = words.take() if word == "dev" else word
    rows = [_full_link(row) for row in _links(node, only) if not is_up or "UP" in row["flags"]]
    if options.is_brief:
        return options.print(
            [_brief_link(row) for row in rows],
            "".join(
                f"{row['ifname']:<16} {row['operstate']:<14} {row['address']} "
                f"<{','.join(row['flags'])}> \n"
                for row in rows
            ),
        )
    text = "".join(
        _link_line(row, options) + _next_line(options) + _hardware_line(row) + "\n" for row in rows
    )
    return options.print(rows, text)


def _links(node: Node, only: str | None) -> Iterator[Row]:
    if only is not None and only != "lo":
        interface_or_refusal(node, only)
    if only in (None, "lo"):
        yield {
            "ifindex": 1,
            "ifname": "lo",
            "flags": ["LOOPBACK", "UP", "LOWER_UP"],
            "mtu": LOOPBACK_MTU,
            "operstate": "UNKNOWN",
            "txqlen": QUEUE,
            "address": "00:00:00:00:00:00",
            "broadcast": "00:00:00:00:00:00",
        }
    for found in node.interfaces.values():
        if only in (None, found.name):
            yield _link(found)


def interface_or_refusal(node: Node, name: str) -> Interface:
    """Return an interface; `ip … show` says it in these words."""
    try:
        return interface(node, name)
    except IpError as why:
        raise IpError(f'Device "{name}" does not exist.', why.hint, code=1) from None


def _link(found: Interface) -> Row:
    has_carrier = found.link is not None and found.link.is_up
    flags = ["BROADCAST", "MULTICAST"]
    if found.promiscuous:
        flags.append("PROMISC")
    if found.is_up:
        flags += ["UP", "LOWER_UP"] if has_carrier else ["UP"]
        if not has_carrier:
            flags.insert(0, "NO-CARRIER")
    return {
        "ifindex": index_of(found),
        "ifname": found.name,
        "flags": flags,
        "mtu": found.mtu,
        "operstate": "UP" if found.is_up and has_carrier else "DOWN",
        "txqlen": QUEUE,
        "address": mac_text(found.mac),
        "broadcast": "ff:ff:ff:ff:ff:ff",
    }


def _full_link(row: Row, *, mode: bool = True) -> Row:
    """Return a link's row with the keys that only a full listing has, in iproute2's order."""
    full = {key: row[key] for key in ("ifindex", "ifname", "flags", "mtu")}
    full |= {"qdisc": "noqueue", "operstate": row["operstate"]}
    if mode:
        full["linkmode"] = "DEFAULT"
    full |= {"group": "default", "txqlen": row["txqlen"]}
    full["link_type"] = "loopback" if row["ifname"] == "lo" else "ether"
    return full | {"address": row["address"], "broadcast": row["broadcast"]}


def _brief_link(row: Row) -> Row:
    return {key: row[key] for key in ("ifname", "operstate", "address", "flags")}


def _link_line(row: Row, options: Options) -> str:
    words = [f"{row['ifindex']}: {row['ifname']}: <{','.join(row['flags'])}> mtu {row['mtu']}"]
    if "qdisc" in row:
        words.append(f"qdisc {row['qdisc']}")
    words.append(f"state {row['operstate']}")
    if "linkmode" in row:
        words.append(f"mode {row['linkmode']}")
    if "group" in row:
        words.append(f"group {row['group']}")
    words.append(f"qlen {row['txqlen']}")
    return " ".join(words)


def _hardware_line(row: Row) -> str:
    return f"    link/{row['link_type']} {row['address']} brd {row['broadcast']}"


def _next_line(options: Options) -> str:
    return "\\" if options.is_one_line else "\n"


# --- Addresses --------------------------------------------------------------------------------


def addresses(node: Node, words: Words, options: Options) -> str:
    """`ip address [show] [dev NAME] [scope …] [to PREFIX] [tentative | deprecated | …]`."""
    only, scope, within, wanted = _address_filter(words)
    # `ip -6 addr` asks the kernel for IPv6's view of the links, which has no qdisc and no group.
    is_short = options.family == 6 and only is None
    rows = []
    for row in _links(node, only):
        found = [
            one
            for one in _address_rows(node, row["ifname"])
            if scope in (None, one["scope"])
            and all(flag in one for flag in wanted)
            and (within is None or _is_within(one["local"], within))
        ]
        if not found and (options.family == 6 or scope or within or wanted):
            continue
        if is_short:
            row = {key: value for key, value in row.items() if key not in ("address", "broadcast")}
        else:
            row = _full_link(row, mode=False)
        rows.append(row | {"addr_info": found})
    if options.is_brief:
        return options.print(rows, "".join(map(_brief_addresses, rows)))
    if options.is_one_line and not options.is_json:
        return "".join(
            f"{row['ifindex']}: {row['ifname']}    {_address_line(one)}\\       {_lifetimes(one)}\n"
            for row in rows
            for one in row["addr_info"]
        )
    text = ""
    for row in rows:
        text += _link_line(row, options) + "\n"
        if not is_short and options.family != 6:
            text += _hardware_line(row) + "\n"
        for one in row["addr_info"]:
            text += f"    {_address_line(one)}\n       {_lifetimes(one)}\n"
    return options.print(rows, text)


def _address_filter(
    words: Words,
) -> tuple[str | None, str | None, tuple[int, int] | None, set[str]]:
    only: str | None = None
    scope: str | None = None
    within: tuple[int, int] | None = None
    wanted: set[str] = set()
    while words:
        word = words.take()
        if word == "scope":
            scope = words.take()
        elif word == "to":
            within = prefix(words.take())
        elif word in ("tentative", "deprecated", "dadfailed", "temporary", "dynamic"):
            wanted.add(word)
        elif word == "permanent":
            raise IpError('"permanent" is not here', "leave it out, or use dynamic", code=255)
        elif word != "up":
            only = words.take() if word == "dev" else word
    return only, scope, within, wanted


def _is_within(text: str, within: tuple[int, int]) -> bool:
    first, length = within
    shift = 128 - length
    return int(netaddr.IPAddress(text)) >> shift << shift == first


def _address_rows(node: Node, name: str) -> Iterator[Row]:
    if name == "lo":
        yield {
            "family": "inet6",
            "local": "::1",
            "prefixlen": 128,
            "scope": "host",
            "valid_life_time": FOREVER,
            "preferred_life_time": FOREVER,
        }
        return
    found = node.interfaces[name]
    # The kernel lists the widest scope first, and in it the newest address first.
    newest = reversed(list(found.addresses.values()))
    for one in sorted(newest, key=lambda one: ipv6.is_link_local(one.address)):
        yield _address_row(node, found, one)


def _address_row(node: Node, found: Interface, one: InterfaceAddress) -> Row:
    row: Row = {
        "family": "inet6",
        "local": text_of(one.address),
        "prefixlen": one.prefix_length,
        "scope": "link" if ipv6.is_link_local(one.address) else "global",
    }
    is_stable = found.settings.addr_gen_mode in ("stable-privacy", "random")
    flags = {
        "temporary": one.origin == "temporary",
        "dadfailed": one.state is State.DUPLICATED,
        "deprecated": one.state is State.DEPRECATED,
        "tentative": one.state in (State.TENTATIVE, State.DUPLICATED),
        "dynamic": not math.isinf(one.valid_until),
        "mngtmpaddr": one.origin == "slaac",
        "noprefixroute": False,
        "stable-privacy": is_stable and one.origin in ("slaac", "link-local"),
    }
    row |= {name: True for name, is_set in flags.items() if is_set}
    row["valid_life_time"] = _left(one.valid_until, node.now)
    row["preferred_life_time"] = _left(one.preferred_until, node.now)
    return row


def _left(until: float, now: float) -> int:
    return FOREVER if math.isinf(until) else max(0, math.ceil(until - now))


_LIFETIMES = ("valid_life_time", "preferred_life_time")


def _address_line(row: Row) -> str:
    flags = "".join(f"{name} " for name, value in row.items() if value is True)
    return f"inet6 {row['local']}/{row['prefixlen']} scope {row['scope']} {flags}"


def _lifetimes(row: Row) -> str:
    valid, preferred = (
        "forever" if row[name] == FOREVER else f"{row[name]}sec" for name in _LIFETIMES
    )
    return f"valid_lft {valid} preferred_lft {preferred}"


def _brief_addresses(row: Row) -> str:
    listed = "".join(f"{one['local']}/{one['prefixlen']} " for one in row["addr_info"])
    return f"{row['ifname']:<16} {row['operstate']:<14} {listed}\n"


# --- Routes -----------------------------------------------------------------------------------


def routes(node: Node, words: Words, options: Options) -> str:
    """`ip route [show] [PREFIX] [dev NAME] [via ADDRESS] [proto NAME] [table main]`."""
    only: dict[str, Any] = {}
    while words:
        word = words.take()
        if word == "dev":
            only["dev"] = interface(node, words.take()).name
        elif word == "via":
            only["gateway"] = str(address(words.take()))
        elif word in ("proto", "protocol"):
            only["protocol"] = words.take()
        elif word == "table":
            name = words.take()
            if name not in _MAIN:
                raise IpError(
                    f'Error: argument "{name}" is wrong: table id value is invalid',
                    "a node has the table main only",
                    code=255,
                )
        elif word in ("root", "match", "exact", "to"):
            continue  # what follows is the prefix
        else:
            first, length = prefix(word)
            only["dst"] = destination_text(first, length)
    rows = [row for row in route_rows(node) if _fits(row, only)]
    text = "".join(
        route_line({k: v for k, v in row.items() if k not in only or k == "dst"}) for row in rows
    )
    return options.print(rows, text)


def _fits(row: Row, only: Row) -> bool:
    return all(row.get(key) == value for key, value in only.items())


def route_rows(node: Node) -> list[Row]:
    """Return the routes as `ip -j -6 route` has them, in the order of the kernel's tree."""
    found = [*node.routes]
    known = {(route.prefix, route.length, route.interface) for route in found}
    # The kernel has a route for each link's fe80::/64, and for an address alone (/128). This room
    # needs none of them to find its way, so they are not in its table.
    for one in node.interfaces.values():
        for held in one.addresses.values():
            is_alone = held.prefix_length == 128 and held.origin == "static"
            if one.is_up and (is_alone or ipv6.is_link_local(held.address)):
                shift = 128 - held.prefix_length
                first = int.from_bytes(held.address, "big") >> shift << shift
                key = (first, held.prefix_length, one)
                if key not in known:
                    known.add(key)
                    found.append(Route(*key, metric=256, origin="kernel"))
    return [_route_row(node, route) for route in sorted(found, key=_place_in_tree)]


def _place_in_tree(route: Route) -> tuple[int, int, int]:
    # The kernel walks its tree: what is below a prefix, from left to right, and then the prefix.
    last = route.prefix | (1 << 128 - route.length) - 1
    return last, -route.prefix, route.metric


def destination_text(first: int, length: int) -> str:
    """Return a route's destination: "default", an address, or a prefix."""
    if length == 0:
        return "default"
    text = str(netaddr.IPAddress(first, 6))
    return text if length == 128 else f"{text}/{length}"


def _route_row(node: Node, route: Route) -> Row:
    row: Row = {}
    if route.kind != "unicast":
        row["type"] = route.kind
    row["dst"] = destination_text(route.prefix, route.length)
    if route.next_hop is not None:
        row["gateway"] = text_of(route.next_hop)
    row["dev"] = route.interface.name if route.interface else "lo"
    if route.origin != "boot":  # what `ip route add` gives a route; iproute2 does not say it
        row["protocol"] = route.origin
    row |= {"metric": route.metric, "flags": []}
    if not math.isinf(route.valid_until):
        row["expires"] = max(0, math.floor(route.valid_until - node.now))
    row["pref"] = PREFERENCES[route.preference]
    return row


def route_line(row: Row) -> str:
    """Return a route's line, as iproute2 prints it."""
    words = [row["type"]] if "type" in row else []
    words.append(row["dst"])
    for key, keyword in (
        ("from", "from"),
        ("gateway", "via"),
        ("dev", "dev"),
        ("protocol", "proto"),
        ("prefsrc", "src"),
        ("metric", "metric"),
    ):
        if key in row:
            words += [keyword, str(row[key])]
    if "expires" in row:
        words += ["expires", f"{row['expires']}sec"]
    return " ".join([*words, "pref", row["pref"], "\n"]).replace(" \n", "\n")


def route_to(node: Node, words: Words, options: Options) -> str:
    """`ip route get ADDRESS`."""
    if words.next_is("to"):
        words.take()
    destination = address_and_length(words.take())[0]
    octets = destination.packed
    for one in node.interfaces.values():
        held = one.addresses.get(octets)
        if held is not None:
            row: Row = {"type": "local", "dst": str(destination), "from": "::", "dev": "lo"}
            row |= {"table": "local", "protocol": "kernel", "prefsrc": str(destination)}
            row |= {"metric": 0, "flags": [], "pref": "medium"}
            text = (
                f"local {destination} from :: dev lo table local proto kernel src {destination} "
                "metric 0 pref medium\n"
            )
            return options.print([row], text)
    route = node.routes.lookup(octets)
    if route is None or route.kind == "unreachable":
        raise IpError(
            "RTNETLINK answers: Network is unreachable"
            if route is None
            else "RTNETLINK answers: No route to host",
            f"{node.name} has no route to {destination}",
        )
    if route.interface is None:
        raise IpError("RTNETLINK answers: Invalid argument", "the route is a blackhole")
    row = _route_row(node, route)
    row = {"dst": str(destination), "from": "::"} | {
        key: value for key, value in row.items() if key not in ("dst", "flags", "pref", "metric")
    }
    source = node.choose_source(octets, route.interface)
    if source is not None:
        row["prefsrc"] = text_of(source)
    row |= {"metric": route.metric, "flags": [], "pref": PREFERENCES[route.preference]}
    return options.print([row], route_line(row))


# --- Neighbors --------------------------------------------------------------------------------


def neighbors(node: Node, words: Words, options: Options) -> str:
    """`ip neigh [show] [dev NAME] [ADDRESS] [nud STATE]`."""
    only: dict[str, str] = {}
    state = None
    while words:
        word = words.take()
        if word == "dev":
            only["dev"] = interface(node, words.take()).name
        elif word == "nud":
            state = words.take().upper()
        elif word == "to":
            continue
        else:
            only["dst"] = str(address(word))
    rows = [
        row
        for row in _neighbor_rows(node)
        if _fits(row, only)
        and (state in (None, "ALL") or state in row["state"])
        and (state is not None or row["state"] != ["NONE"])
    ]
    if "dev" in only:
        rows = [{key: value for key, value in row.items() if key != "dev"} for row in rows]
    return options.print(rows, "".join(map(_neighbor_line, rows)))


def _neighbor_rows(node: Node) -> Iterator[Row]:
    for entry in node.neighbors.entries():
        row: Row = {"dst": text_of(entry.address), "dev": entry.interface.name}
        if entry.mac is not None:
            row["lladdr"] = mac_text(entry.mac)
        if entry.is_router:
            row["router"] = None
        row["state"] = [str(entry.state)]
        yield row


def _neighbor_line(row: Row) -> str:
    words = [row["dst"]]
    if "dev" in row:
        words += ["dev", row["dev"]]
    if "lladdr" in row:
        words += ["lladdr", row["lladdr"]]
    if "router" in row:
        words.append("router")
    return f"{' '.join(words)} {' '.join(row['state'])} \n"


# --- Groups -----------------------------------------------------------------------------------


def groups(node: Node, words: Words, options: Options) -> str:
    """`ip maddress [show] [dev NAME]`."""
    only = None
    while words:
        word = words.take()
        only = words.take() if word == "dev" else word
    if only not in (None, "lo"):
        interface_or_refusal(node, str(only))
    rows: list[Row] = []
    if only in (None, "lo"):
        held = [{"family": "inet6", "address": text_of(ipv6.ALL_NODES)}]
        rows.append({"ifindex": 1, "ifname": "lo", "maddr": held})
    for one in node.interfaces.values():
        if only in (None, one.name):
            rows.append(
                {
                    "ifindex": index_of(one),
                    "ifname": one.name,
                    "maddr": _group_rows(one, options.family == 6),
                }
            )
    text = ""
    for row in rows:
        text += f"{row['ifindex']}:\t{row['ifname']}\n"
        for group in row["maddr"]:
            if "link" in group:
                text += f"\tlink  {group['link']}\n"
            else:
                text += f"\tinet6 {group['address']}\n"
    return options.print(rows, text)


def _group_rows(one: Interface, is_ipv6_only: bool) -> list[Row]:
    # A group of interface-local scope never leaves the node, so Ethernet is not told.
    macs = sorted({ethernet.multicast_mac(group) for group in one.groups})
    rows: list[Row] = [] if is_ipv6_only else [{"link": mac_text(mac)} for mac in macs]
    for group in sorted(one.groups, reverse=True):
        rows.append({"family": "inet6", "address": text_of(group)})
    return rows
