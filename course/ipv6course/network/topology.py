"""A network as a YAML text, and back. The same text will start a laboratory of real kernels.

    seed: 7
    nodes:
      h1: {kind: host}
      r1:
        kind: router
        interfaces:
          eth0:
            mac: 00:00:5e:00:53:01
            addresses: [2001:db8:1::1/64]
            sysctls: {accept_ra: 0}
        routes: [default via 2001:db8:1::fe]
        radvd: |
          interface eth0 { AdvSendAdvert on; prefix 2001:db8:1::/64 { }; };
    links:
      - ends: [h1:eth0, r1:eth0]
        delay: 0.01

Whatever stands here, a real kernel and real programs can do: settings have Linux's names, routes
are what `ip -6 route add` takes, and texts for radvd, Kea and nftables are theirs. A link's delay
is in seconds; loss and duplication are shares, 0 to 1. All keys:

    a node       kind; interfaces, routes, kea, dhcpv6_relay (interfaces where clients are, servers,
                 installs_routes: true; a program such as dhcrelay has false); of a router also
                 radvd, nftables, ripng (a list of interfaces); of a switch only interfaces and
                 ra_guard (the ports where routers are)
    an interface mac, mtu (else the link's), up, addresses, sysctls, dhcpv6 (what it asks for:
                 addresses, prefixes, prefix_length, rapid_commit; downstream, the interfaces that
                 get subnets of the prefixes)
    a link       ends (NODE or NODE:INTERFACE, twice), mtu, delay, loss, duplication, seed
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_, shown
from ipv6course.network import sysctl, yaml_text
from ipv6course.network.host import Host
from ipv6course.network.interface import Interface, InterfaceAddress
from ipv6course.network.iproute2_change import read_route
from ipv6course.network.iproute2_show import destination_text, mac_text, text_of
from ipv6course.network.iproute2_words import Words
from ipv6course.network.node import Node
from ipv6course.network.router import Router
from ipv6course.network.switch import Switch
from ipv6course.network.wire import ethernet, ipv6
from ipv6course.network.yaml_text import Value

if TYPE_CHECKING:
    from ipv6course.network.device import Device
    from ipv6course.network.dhcpv6.relay import Dhcpv6Relay
    from ipv6course.network.link import Link
    from ipv6course.network.network import Network
    from ipv6course.network.routes import Route

KINDS: dict[str, type[Device]] = {"host": Host, "router": Router, "switch": Switch}
TEXTS = ("radvd", "kea", "nftables")
"""What a node's programs are configured with."""

_TOP = ("seed", "nodes", "links")
_NODE = ("kind", "interfaces", "routes", *TEXTS, "dhcpv6_relay", "ripng")
_SWITCH = ("kind", "interfaces", "ra_guard")
_INTERFACE = ("mac", "mtu", "up", "addresses", "sysctls", "dhcpv6")
_DHCPV6 = ("addresses", "prefixes", "prefix_length", "rapid_commit", "downstream")
_RELAY = ("interfaces", "servers", "installs_routes")
_PORT = ("mac", "mtu", "up")
_LINK = ("ends", "mtu", "delay", "loss", "duplication", "seed")
_INTERFACE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,14}")  # Linux: at most 15 characters
_MOST_MACS = 4096
_OF_LINK = 0  # an MTU that is not said: the link's


@dataclass(slots=True)
class _Part:
    """A device, and what the file says of it."""

    device: Device
    fields: dict[str, Value]


def read(text: str, network: Network) -> None:
    """Build what a topology file describes in an empty network; see `Network.from_yaml`."""
    top = yaml_text.read(text).mapping("The file", _TOP)
    build(top, network)


def build(top: dict[str, Value], network: Network) -> None:
    """Build what the keys `seed`, `nodes` and `links` of a file describe."""
    if "seed" in top:
        network.seed = top["seed"].integer("seed")
    parts = _devices(top.get("nodes"), network)
    taken = {interface.mac for part in parts for interface in part.device.interfaces.values()}
    for value in top["links"].list("links") if "links" in top else []:
        _connect(value, network, taken)
    for part in parts:
        _give_macs(part.device, network, taken)
    for part in parts:
        _configure(part)


# --- Devices and links ------------------------------------------------------------------------


def _devices(nodes: Value | None, network: Network) -> list[_Part]:
    if nodes is None:
        raise refusal(N_("The file has no key nodes; it names the hosts, routers and switches."))
    parts = []
    for name, value in nodes.mapping("nodes").items():
        fields = value.mapping(f"the node {name}")
        if "kind" not in fields:
            raise value.fail(f"{name} has no kind; write kind: host, router or switch.")
        kind = fields["kind"].text("kind")
        if kind not in KINDS:
            raise fields["kind"].fail(f"{shown(kind)} is no kind; write host, router or switch.")
        value.mapping(f"the {kind} {name}", _SWITCH if kind == "switch" else _NODE)
        try:
            device = network.add(KINDS[kind](name))
        except ValueError as why:
            raise value.fail(str(why)) from None
        interfaces = fields["interfaces"].mapping("interfaces") if "interfaces" in fields else {}
        for name_of, said in interfaces.items():
            _interface(device, name_of, said, _PORT if kind == "switch" else _INTERFACE)
        parts.append(_Part(device, fields))
    return parts


def _interface(device: Device, name: str, said: Value, keys: tuple[str, ...]) -> None:
    fields = said.mapping(f"the interface {device.name}:{name}", keys)
    if not _INTERFACE_NAME.fullmatch(name):
        raise said.fail(f"{shown(name)} is no name for an interface; Linux takes 15 characters.")
    mac = b""
    if "mac" in fields:
        try:
            mac = given.hardware_address(fields["mac"].text("mac")).packed
        except ValueError as why:
            raise fields["mac"].fail(str(why)) from None
        if len(mac) != 6:
            raise fields["mac"].fail("a MAC address has six octets.")
    interface = device.add_interface(mac, name)
    interface.mtu = _within(fields["mtu"], "mtu", 68, 65535) if "mtu" in fields else _OF_LINK
    if "up" in fields:
        interface.is_up = fields["up"].flag("up")


def _within(value: Value, name: str, least: int, most: int) -> int:
    found = value.integer(name)
    if not least <= found <= most:
        raise value.fail(f"{name} is from {least} to {most}; not {found}.")
    return found


def _give_macs(device: Device, network: Network, taken: set[bytes]) -> None:
    for interface in device.interfaces.values():
        interface.mtu = interface.mtu or ethernet.MTU
        if not interface.mac:
            interface.mac = _new_mac(network, taken)


def _new_mac(network: Network, taken: set[bytes]) -> bytes:
    return next(mac for mac in (network.new_mac() for _ in range(_MOST_MACS)) if mac not in taken)


def _connect(value: Value, network: Network, taken: set[bytes]) -> None:
    fields = value.mapping("a link", _LINK)
    if "ends" not in fields:
        raise value.fail("a link has no ends; write ends: [h1:eth0, r1:eth0].")
    ends = fields["ends"].list("ends")
    if len(ends) != 2:
        raise fields["ends"].fail(f"a link has two ends; here are {len(ends)}.")
    mtu = _within(fields["mtu"], "mtu", 68, 65535) if "mtu" in fields else ethernet.MTU
    figures: dict[str, Any] = {
        name: fields[name].number(name)
        for name in ("delay", "loss", "duplication")
        if name in fields
    }
    places = [_end(end, network, mtu) for end in ends]
    try:
        link = network.connect(*places, mtu=mtu, **figures)
    except ValueError as why:
        raise value.fail(str(why)) from None
    if "seed" in fields:
        link.seed = fields["seed"].integer("seed")
        link.random = random.Random(link.seed)


def _end(end: Value, network: Network, mtu: int) -> Interface:
    text = end.text("an end")
    name, colon, interface = text.partition(":")
    if name not in network.devices:
        raise end.fail(f"there is no node {shown(name)}; nodes: {', '.join(network.devices)}.")
    device = network.devices[name]
    if not colon:
        interface = next(
            f"{device.port}{n}"
            for n in range(1 << 16)
            if f"{device.port}{n}" not in device.interfaces
        )
    if interface not in device.interfaces:
        if not _INTERFACE_NAME.fullmatch(interface):
            raise end.fail(f"{shown(interface)} is no name for an interface.")
        device.add_interface(b"", interface).mtu = _OF_LINK
    found = device.interfaces[interface]
    found.mtu = found.mtu or mtu
    return found


# --- What nodes are configured with -----------------------------------------------------------


def _configure(part: _Part) -> None:
    node = part.device
    if isinstance(node, Switch) and "ra_guard" in part.fields:
        value = part.fields["ra_guard"]
        ports = [port.text("a port") for port in value.list("ra_guard")]
        _try(value, lambda: node.ra_guard(*ports))
    if not isinstance(node, Node):
        return
    if "interfaces" in part.fields:
        for name, said in part.fields["interfaces"].mapping("interfaces").items():
            _configure_interface(node, node.interfaces[name], said.mapping("interfaces"))
    for value in part.fields["routes"].list("routes") if "routes" in part.fields else []:
        text = value.text("a route")
        _try(value, lambda t=text: node.routes.add(read_route(node, Words(t.split()))))
    for name in TEXTS:
        if name in part.fields:
            value = part.fields[name]
            text = value.text(name)
            _try(value, lambda n=name, t=text: configure(node, n, t))
    if "dhcpv6_relay" in part.fields:
        _start_relay(node, part.fields["dhcpv6_relay"])
    if "ripng" in part.fields:
        names = [one.text("an interface") for one in part.fields["ripng"].list("ripng")]
        _try(part.fields["ripng"], lambda: start_ripng(node, names))


def _configure_interface(node: Node, interface: Interface, fields: dict[str, Value]) -> None:
    if "sysctls" in fields:
        for name, value in fields["sysctls"].mapping("sysctls").items():
            text = value.text(name)
            _try(value, lambda n=name, t=text: sysctl.write(interface.settings, n, t))
    if "addresses" in fields:
        for value in fields["addresses"].list("addresses"):
            node.configuration.add(interface, _address(value))
    if "dhcpv6" in fields:
        _start_dhcpv6(node, interface, fields["dhcpv6"])


def _start_dhcpv6(node: Node, interface: Interface, said: Value) -> None:
    """Let a node ask a DHCPv6 server by itself, whatever router advertisements say."""
    fields = said.mapping("dhcpv6", _DHCPV6)
    wanted: dict[str, Any] = {
        name: _DHCPV6_VALUES.get(name, Value.flag)(value, name) for name, value in fields.items()
    }
    _try(said, lambda: node.dhcpv6.start(interface, **wanted))
    node.asks_dhcpv6[interface.name] = wanted


def _texts(value: Value, name: str) -> list[str]:
    return [one.text(name) for one in value.list(name)]


_DHCPV6_VALUES = {"prefix_length": Value.integer, "downstream": _texts}


def _start_relay(node: Node, said: Value) -> None:
    """Make a node a DHCPv6 relay agent."""
    fields = said.mapping("dhcpv6_relay", _RELAY)
    if "interfaces" not in fields:
        raise said.fail("a relay agent has interfaces; write those on which clients are.")
    interfaces = _texts(fields["interfaces"], "interfaces")
    servers = _texts(fields["servers"], "servers") if "servers" in fields else None
    routes = fields["installs_routes"].flag("a flag") if "installs_routes" in fields else True
    _try(said, lambda: node.relay_dhcpv6(interfaces, servers, installs_routes=routes))


def _try(value: Value, action: Any) -> None:
    try:
        action()
    except ValueError as why:
        raise value.fail(str(why)) from None


def _address(value: Value) -> InterfaceAddress:
    text = value.text("an address")
    before, slash, after = text.partition("/")
    try:
        address = given.address(before)
    except ValueError as why:
        raise value.fail(str(why)) from None
    if not slash or not after.isdigit() or not after.isascii() or int(after) > 128:
        raise value.fail(f"{shown(text)} has no prefix length; write it as in {address}/64.")
    if address.packed[0] == 0xFF or not int(address):
        raise value.fail(f"{address} is no interface's own address.")
    origin = "link-local" if ipv6.is_link_local(address.packed) else "static"
    return InterfaceAddress(address.packed, int(after), origin)


def configure(node: Node, program: str, text: str) -> None:
    """Give a node the text that configures one of its programs: radvd, Kea or nftables.

    Raises:
        ValueError: The node has no such program, or the text is wrong.
    """
    if program != "kea" and not isinstance(node, Router):
        raise refusal(
            N_("{node} is no router; {program} runs on routers here."),
            node=node.name,
            program=program,
        )
    node.configure(**{program: text})


def start_ripng(node: Node, interfaces: list[str]) -> None:
    """Let a router speak RIPng on some of its interfaces.

    Raises:
        ValueError: It is no router, or has no such interface.
    """
    if not isinstance(node, Router):
        raise refusal(N_("{node} is no router; only routers speak RIPng here."), node=node.name)
    node.ripng.start([node.interface(name) for name in interfaces])


# --- Back to text -----------------------------------------------------------------------------


def write(network: Network) -> str:
    """Return a network as the text of a topology file; see `Network.to_yaml`."""
    top: dict[str, Any] = {"seed": network.seed} if network.seed else {}
    top["nodes"] = {device.name: _node(device) for device in network.devices.values()}
    top["links"] = [_link(link) for link in network.links]
    return yaml_text.push(top)


def _node(device: Device) -> dict[str, Any]:
    kind = next(name for name, made in KINDS.items() if isinstance(device, made))
    found: dict[str, Any] = {"kind": kind}
    found["interfaces"] = {
        interface.name: _interface_fields(interface) for interface in device.interfaces.values()
    }
    if isinstance(device, Switch) and device.guard is not None:
        found["ra_guard"] = sorted(device.guard.router_ports)
    if not isinstance(device, Node):
        return found
    routes = [route_text(route) for route in device.routes if _is_set_by_hand(route)]
    if routes:
        found["routes"] = routes
    found |= {name: device.texts[name] for name in TEXTS if name in device.texts}
    if device.dhcpv6_relay is not None:
        found["dhcpv6_relay"] = _relay(device.dhcpv6_relay)
    if isinstance(device, Router) and device.ripng.interfaces:
        found["ripng"] = [interface.name for interface in device.ripng.interfaces]
    return found


def _relay(relay: Dhcpv6Relay) -> dict[str, Any]:
    found: dict[str, Any] = {"interfaces": [interface.name for interface in relay.interfaces]}
    if relay.servers:
        found["servers"] = [text_of(server) for server in relay.servers]
    if not relay.installs_routes:
        found["installs_routes"] = False
    return found


def _interface_fields(interface: Interface) -> dict[str, Any]:
    found: dict[str, Any] = {"mac": mac_text(interface.mac)}
    if interface.mtu != (interface.link.mtu if interface.link else ethernet.MTU):
        found["mtu"] = interface.mtu
    if not interface.is_up:
        found["up"] = False
    addresses = [str(one) for one in interface.addresses.values() if one.origin == "static"]
    if addresses:
        found["addresses"] = addresses
    settings = sysctl.changed(interface.settings)
    if settings:
        found["sysctls"] = settings
    device = interface.device
    if isinstance(device, Node) and interface.name in device.asks_dhcpv6:
        found["dhcpv6"] = device.asks_dhcpv6[interface.name]
    return found


def _is_set_by_hand(route: Route) -> bool:
    return route.origin in ("boot", "static")


def route_text(route: Route) -> str:
    """Return a route as `ip -6 route add` takes it."""
    words = [] if route.kind == "unicast" else [route.kind]
    words.append(destination_text(route.prefix, route.length))
    if route.next_hop is not None:
        words += ["via", text_of(route.next_hop)]
    if route.interface is not None:
        words += ["dev", route.interface.name]
    if route.origin != "boot":
        words += ["proto", route.origin]
    if route.metric != 1024:
        words += ["metric", str(route.metric)]
    if route.preference:
        words += ["pref", {1: "high", -1: "low"}[route.preference]]
    return " ".join(words)


def _link(link: Link) -> dict[str, Any]:
    found: dict[str, Any] = {"ends": [f"{end.device.name}:{end.name}" for end in link.ends]}
    if link.mtu != ethernet.MTU:
        found["mtu"] = link.mtu
    if link.delay != 0.001:
        found["delay"] = link.delay
    if link.loss:
        found["loss"] = link.loss
    if link.duplication:
        found["duplication"] = link.duplication
    if link.seed is not None:
        found["seed"] = link.seed
    return found
