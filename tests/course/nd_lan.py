"""A LAN on which a test speaks for itself: its frames are scapy's, so what is heard is judged."""

import ipaddress

from scapy.layers.inet6 import (
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6ND_Redirect,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptPrefixInfo,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
)
from scapy.layers.l2 import Ether
from scapy.packet import Packet

from ipv6course.network import Host, Network, Router
from ipv6course.network.device import Device
from ipv6course.network.interface import Interface, InterfaceAddress
from ipv6course.network.node import Node

ROUTER = "fe80::1"
OTHER_ROUTER = "fe80::2"
MAC = "00:00:5e:00:53:aa"
OTHER_MAC = "00:00:5e:00:53:bb"
PREFIX = "2001:db8:1::"
DAY = 86400


def octets(text: str) -> bytes:
    return ipaddress.IPv6Address(text).packed


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


class Speaker(Device):
    """It sends what a test crafts, and keeps what it hears."""

    def __init__(self, name: str = "speaker") -> None:
        super().__init__(name)
        self.heard: list[tuple[float, Packet]] = []
        self.answers: dict[str, str] = {}
        """What it answers solicitations for: an address, and its MAC address."""

    def handle_frame(self, interface: Interface, frame: bytes, now: float) -> None:
        self.now = now
        packet = Ether(frame)
        self.heard.append((now, packet))
        if ICMPv6ND_NS in packet and packet[ICMPv6ND_NS].tgt in self.answers:
            target = packet[ICMPv6ND_NS].tgt
            if packet[IPv6].src != "::":
                is_router = int(target in (ROUTER, OTHER_ROUTER))
                answer = na(target, self.answers[target], packet[IPv6].src, S=1, R=is_router)
                self.say(answer)

    def say(self, *packets: Packet) -> None:
        with self.asked():
            for packet in packets:
                self.send_frame(self.interfaces["eth0"], bytes(packet))

    def of(self, kind: type[Packet]) -> list[Packet]:
        return [packet for _, packet in self.heard if kind in packet]

    def times(self, kind: type[Packet]) -> list[float]:
        return [when for when, packet in self.heard if kind in packet]


def head(source: str, destination: str, from_mac: str = MAC) -> Packet:
    # Every device on a link of two hears everything that goes to a group or to the host's MAC.
    return Ether(src=from_mac, dst="33:33:00:00:00:01") / IPv6(
        src=source, dst=destination, hlim=255
    )


def na(
    target: str,
    link_layer: str | None,
    destination: str = "ff02::1",
    *,
    S: int = 0,  # noqa: N803
    O: int = 1,  # noqa: E741, N803
    R: int = 0,  # noqa: N803
) -> Packet:
    packet = head(target, destination, link_layer or MAC) / ICMPv6ND_NA(tgt=target, R=R, S=S, O=O)
    return packet / ICMPv6NDOptDstLLAddr(lladdr=link_layer) if link_layer else packet


def ns(source: str, target: str, link_layer: str | None = MAC) -> Packet:
    group = f"ff02::1:ff{target_end(target)}"
    packet = head(source, group, link_layer or MAC) / ICMPv6ND_NS(tgt=target)
    packet[Ether].dst = "33:33:ff:" + ":".join(f"{n:02x}" for n in octets(target)[13:])
    return packet / ICMPv6NDOptSrcLLAddr(lladdr=link_layer) if link_layer else packet


def target_end(target: str) -> str:
    end = octets(target)[13:].hex()
    return f"{end[:2]}:{end[2:]}"


def ra(
    *options: Packet,
    source: str = ROUTER,
    link_layer: str | None = MAC,
    lifetime: int = 1800,
    prf: int = 0,
    **fields: int,
) -> Packet:
    packet = head(source, "ff02::1", link_layer or MAC)
    packet = packet / ICMPv6ND_RA(routerlifetime=lifetime, prf=prf, **fields)
    if link_layer:
        packet = packet / ICMPv6NDOptSrcLLAddr(lladdr=link_layer)
    for option in options:
        packet = packet / option
    return packet


def pio(
    prefix: str = PREFIX,
    *,
    valid: int = 30 * DAY,
    preferred: int = 7 * DAY,
    length: int = 64,
    L: int = 1,  # noqa: N803
    A: int = 1,  # noqa: N803
) -> Packet:
    return ICMPv6NDOptPrefixInfo(
        prefix=prefix, prefixlen=length, L=L, A=A, validlifetime=valid, preferredlifetime=preferred
    )


def redirect(source: str, target: str, destination: str, link_layer: str | None = None) -> Packet:
    packet = head(source, "ff02::1") / ICMPv6ND_Redirect(tgt=target, dst=destination)
    return packet / ICMPv6NDOptDstLLAddr(lladdr=link_layer) if link_layer else packet


def lan(
    node: Node | None = None, *, seed: int = 1, **settings: object
) -> tuple[Network, Node, Interface, Speaker]:
    """A node and a speaker on one cable. Time has not begun."""
    network = Network(seed=seed)
    node = network.add(node or Host("host"))
    speaker = network.add(Speaker())
    network.connect(node, speaker)
    interface = node.interfaces["eth0"]
    for name, value in settings.items():
        assert hasattr(interface.settings, name)
        setattr(interface.settings, name, value)
    return network, node, interface, speaker


def quick(node: Node | None = None, **settings: object) -> tuple[Network, Node, Interface, Speaker]:
    """A node that has fe80::99, tested nothing, asks for no router; one second has passed."""
    given = {"accept_dad": 0, "addr_gen_mode": "none", "router_solicitations": 0} | settings
    network, node, interface, speaker = lan(node, **given)
    give(node, interface, "fe80::99")
    network.run(1)
    speaker.heard.clear()
    return network, node, interface, speaker


def give(node: Node, interface: Interface, text: str) -> None:
    address, _, length = text.partition("/")
    node.configuration.add(interface, InterfaceAddress(octets(address), int(length or 64)))


def send(node: Node, destination: str, interface: Interface | None = None) -> bool:
    """Send a packet of eight octets to somewhere."""
    with node.asked():
        return (
            node.icmp.send(128, 0, bytes(4), octets(destination), interface=interface) is not None
        )


def state(node: Node, interface: Interface, address: str) -> str | None:
    node.neighbors.entries()  # brings all of them to the present
    entry = node.neighbors.get(interface, octets(address))
    return None if entry is None else entry.state


def router() -> Router:
    return Router("router")
