"""Measures the rooms `packet` and `network`, each figure against a peer where there is one.

`make bench` calls `figures`; alone: `.venv/bin/python tests/bench_network.py`.
"""

import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator

import netaddr
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from ipv6course.network import Capture, Host, Network, Router, Switch
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.routes import Route
from ipv6course.network.wire import ipv6
from ipv6course.network.wire.udp import push_udp

RUNS = 5
PACKETS = 20_000
PAYLOAD = 64
REBUILT = 2_000  # by scapy, which takes longer
NODES = 50
CAPTURED = 100_000
RADVD = "interface eth0 { AdvSendAdvert on; prefix 2001:db8:50::/64 { }; };"

Figure = tuple[str, str, str, str]
"""What, the measured value, the goal, and a peer in the same run."""


def figures() -> Iterator[Figure]:
    """Measure everything; a figure is given as soon as it is known."""
    yield from imports()
    yield from forwarding()
    yield from autoconfiguration()
    yield from explaining()
    yield from memory()


def imports() -> Iterator[Figure]:
    """Import the rooms in a fresh Python."""
    bare = _import_seconds("pass")
    names = "Capture, Host, Link, Network, Router, Switch"
    network = _import_seconds(f"from ipv6course.network import {names}")
    peer = _import_seconds("import scapy.layers.inet6")
    yield (
        "import ipv6course.network, with all names",
        f"{(network - bare) * 1000:.0f} ms",
        "350 ms",
        f"scapy.layers.inet6: {(peer - bare) * 1000:.0f} ms",
    )
    packet = _import_seconds("import ipv6course.packet")
    yield "import ipv6course.packet", f"{(packet - bare) * 1000:.0f} ms", "", ""


def forwarding() -> Iterator[Figure]:
    """Send packets from a host through a router to a host; the peer rebuilds each with scapy."""
    network, sender, receiver = _two_hosts()
    arrived: list[int] = []
    receiver.udp.open(9, receive=lambda datagram: arrived.append(datagram.source_port))
    packet = _datagram()
    capture = network.capture()
    rates = []
    for _run in range(RUNS):
        capture.clear()
        arrived.clear()
        began = time.perf_counter()
        with sender.asked():
            for _number in range(PACKETS):
                sender.send(packet)
        network.run_until(lambda: len(arrived) >= PACKETS, 60)
        rates.append(len(capture) / (time.perf_counter() - began))
        assert len(arrived) == PACKETS
    rate, rebuilt = statistics.median(rates), _scapy_rate(capture[0].data)
    yield (
        "host-router-host, frames a second",
        f"{rate:,.0f}",
        "10,000",
        f"scapy, rebuilding each: {rebuilt:,.0f} (1 : {rate / rebuilt:.0f})",
    )


def _scapy_rate(frame: bytes) -> float:
    """Return how many frames a second scapy dissects, changes as a router does, and builds."""
    began = time.perf_counter()
    for _number in range(REBUILT):
        packet = Ether(frame)
        packet.src, packet.dst = "00:00:5e:00:53:01", "00:00:5e:00:53:02"
        packet[IPv6].hlim -= 1
        bytes(packet)
    return REBUILT / (time.perf_counter() - began)


def autoconfiguration() -> Iterator[Figure]:
    """Switch on a network of hosts that configure themselves by router advertisements."""
    times = []
    for _run in range(RUNS):
        began = time.perf_counter()
        network, _capture = _slaac()
        times.append(time.perf_counter() - began)
    yield (
        f"a network of {NODES} nodes configures itself ({network.now:.1f} virtual s)",
        f"{statistics.median(times):.2f} s",
        "2 s",
        "",
    )


def explaining() -> Iterator[Figure]:
    """Explain every frame of such a network; the peer is scapy's dissection alone."""
    from ipv6course.packet import explain

    _network, capture = _slaac()
    frames = [frame.data for frame in capture][:REBUILT]
    explained = _seconds_each(lambda frame: explain(frame), frames)
    peer = _seconds_each(lambda frame: Ether(frame), frames)
    yield (
        f"packet.explain, a packet (of {len(frames)})",
        f"{explained * 1000:.2f} ms",
        "2 ms",
        f"scapy dissects: {peer * 1000:.2f} ms",
    )


def memory() -> Iterator[Figure]:
    """Capture many frames; the peer is the pcap file of the same."""
    network, sender, _receiver = _two_hosts()
    packet = _datagram()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    capture = network.capture()
    while len(capture) < CAPTURED:
        with sender.asked():
            for _number in range(1000):
                sender.send(packet)
        network.run(1)
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    yield (
        f"memory of {len(capture):,} captured frames",
        f"{held / 1e6:.1f} MB",
        "",
        f"as pcap: {len(capture.pcap()) / 1e6:.1f} MB",
    )


def _two_hosts() -> tuple[Network, Host, Host]:
    """Return a network of two hosts with a router between them, ready to speak."""
    network = Network(seed=1)
    sender, receiver, router = Host("h1"), Host("h2"), Router("r1")
    for device in (sender, router, receiver):
        network.add(device)
    for number, host in enumerate((sender, receiver), 1):
        network.connect(host, router)
        port, across = host.interface("eth0"), router.interface(f"eth{number - 1}")
        for node, interface, last in ((host, port, 2), (router, across, 1)):
            address = InterfaceAddress(_packed(f"2001:db8:{number}::{last}"), 64)
            node.assign(interface, address)
        host.routes.add(Route(0, 0, port, next_hop=_packed(f"2001:db8:{number}::1")))
    network.run(5)
    with sender.asked():
        sender.send(_datagram())  # addresses are resolved
    network.run(1)
    return network, sender, receiver


def _slaac() -> tuple[Network, Capture]:
    """Return a network of hosts and a router on a switch, when each host has its address."""
    network = Network(seed=1)
    router, switch = network.add(Router("r1")), network.add(Switch("s1"))
    network.connect(router, switch)
    capture = network.capture()
    hosts = [network.add(Host(f"h{number}")) for number in range(1, NODES)]
    for host in hosts:
        network.connect(host, switch)
    router.configure(radvd=RADVD)
    prefix = _packed("2001:db8:50::")[:8]
    waiting = {host.name: host.interface("eth0") for host in hosts}

    def is_configured() -> bool:
        for name, interface in list(waiting.items()):
            if any(
                one.is_assigned and key[:8] == prefix for key, one in interface.addresses.items()
            ):
                del waiting[name]
            else:
                return False
        return True

    assert network.run_until(is_configured, 60), sorted(waiting)
    return network, capture


def _datagram() -> bytes:
    source, destination = _packed("2001:db8:1::2"), _packed("2001:db8:2::2")
    payload = push_udp(source, destination, 40_000, 9, bytes(PAYLOAD))
    return ipv6.push_packet(ipv6.UDP, payload, source=source, destination=destination)


def _packed(text: str) -> bytes:
    return bytes(netaddr.IPAddress(text).packed)


def _seconds_each(work: Callable[[bytes], object], frames: list[bytes]) -> float:
    began = time.perf_counter()
    for frame in frames:
        work(frame)
    return (time.perf_counter() - began) / len(frames)


def _import_seconds(statement: str) -> float:
    command = [sys.executable, "-c", statement]

    def once() -> float:
        began = time.perf_counter()
        subprocess.run(command, check=True)
        return time.perf_counter() - began

    return statistics.median(once() for _run in range(RUNS))


if __name__ == "__main__":
    for what, measured, goal, peer in figures():
        print(f"{what:60} {measured:>10}  {goal and 'goal ' + goal:12} {peer}", flush=True)
