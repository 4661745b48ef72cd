"""The Linux kernel as a host of a simulated network: it can't tell the difference.

    kernel k0 --- r1 --- (MTU 1400) --- r2 --- h2
        |
        +-- h1, simulated, on the same switch

It configures itself by r1's router advertisements, resolves, pings, traces the route, learns the
path MTU, and speaks TCP and UDP with simulated hosts.
"""

import re
import socket

import netaddr
import pytest
from inside import inside
from oracles import program, tshark
from real_time import RealTimeNetwork

from ipv6course.network import Host, Router, Switch
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.routes import Route

pytestmark = pytest.mark.xdist_group("laboratory")

MAC = "00:00:5e:00:53:aa"
RADVD = """
interface eth0 {
    AdvSendAdvert on;
    MinRtrAdvInterval 3;
    MaxRtrAdvInterval 4;
    AdvDefaultLifetime 1800;
    AdvLinkMTU 1480;
    AdvCurHopLimit 61;
    AdvReachableTime 20000;
    AdvRetransTimer 500;
    prefix 2001:db8:1::/64 { AdvValidLifetime 3600; AdvPreferredLifetime 1800; };
    prefix 2001:db8:a::/64 { AdvOnLink off; AdvValidLifetime 3600; AdvPreferredLifetime 0; };
    prefix 2001:db8:b::/64 { AdvAutonomous off; };
    route 2001:db8:77::/48 { AdvRoutePreference high; AdvRouteLifetime 600; };
};
"""
NARROW = 1400


def _packed(text):
    return netaddr.IPAddress(text).packed


def _static(node, name, address, *, routes=()):
    interface = node.interface(name)
    node.assign(interface, InterfaceAddress(_packed(address), 64))
    for prefix, next_hop in routes:
        network = netaddr.IPNetwork(prefix)
        route = Route(network.first, network.prefixlen, interface, next_hop=_packed(next_hop))
        node.routes.add(route)


def _network():
    network = RealTimeNetwork()
    switch, r1, r2 = (network.add(node) for node in (Switch("s"), Router("r1"), Router("r2")))
    h1, h2 = network.add(Host("h1")), network.add(Host("h2"))
    network.connect(r1, switch, delay=1e-4)
    network.connect(r1, r2, mtu=NARROW, delay=1e-4)
    network.connect(r2, h2, delay=1e-4)
    network.connect(h1, switch, delay=1e-4)
    _static(r1, "eth0", "2001:db8:1::1")
    _static(r1, "eth1", "2001:db8:12::1", routes=[("2001:db8:2::/64", "2001:db8:12::2")])
    _static(r2, "eth0", "2001:db8:12::2", routes=[("::/0", "2001:db8:12::1")])
    _static(r2, "eth1", "2001:db8:2::1")
    _static(h2, "eth0", "2001:db8:2::2", routes=[("::/0", "2001:db8:2::1")])
    r1.configure(radvd=RADVD)
    h2.udp.open(
        7, receive=lambda datagram: echo.send(datagram.data, datagram.source, datagram.source_port)
    )
    echo = h2.udp.sockets[7]
    h2.tcp.listen(80, lambda request: b"<" + request + b">" if len(request) == 9000 else None)
    return network


def _speak_tcp(network, data):
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as client:
        client.setblocking(False)
        client.connect_ex(("2001:db8:2::2", 80))
        received, state = bytearray(), {"sent": False}

        def is_answered():
            try:
                if not state["sent"]:
                    client.sendall(data)
                    client.shutdown(socket.SHUT_WR)
                    state["sent"] = True
                part = client.recv(65536)
                received.extend(part)
                return not part
            except (BlockingIOError, OSError):
                return False

        network.run_until(is_answered, 10)
    return bytes(received)


def _speak_udp(network, size):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.sendto(b"u" * size, ("2001:db8:2::2", 7))
        received = []

        def comes_back():
            try:
                received.append(client.recv(65536))
            except BlockingIOError:
                return False
            return True

        network.run_until(comes_back, 5)
    return received


@inside(seconds=60)
def run():
    network = _network()
    link = network.connect_kernel(
        network["s"], "k0", mac=MAC, router_solicitation_delay=0, accept_ra_rt_info_max_plen=64
    )
    network.sysctl("neigh/k0/retrans_time_ms", 200)
    capture = network.capture(link)
    network.run(0.5)  # the simulated routers come up
    network.up("k0")
    seen = {"configured": network.run_until(lambda: len(network.certain("k0")) >= 3, 8)}
    seen["addresses"] = network.addresses("k0")
    seen["routes"] = network.ip("-6", "route", "show", "dev", "k0")
    seen["settings"] = {
        name: network.read_sysctl(name)
        for name in (
            "conf/k0/hop_limit",
            "conf/k0/mtu",
            "neigh/k0/base_reachable_time_ms",
            "neigh/k0/retrans_time_ms",
        )
    }
    ping = ["ping", "-n", "-c", "1", "-W", "3"]
    seen["ping router"] = network.program([*ping, "2001:db8:1::1"])
    seen["ping far"] = network.program([*ping, "2001:db8:2::2"])
    seen["ping nobody"] = network.program([*ping, "2001:db8:99::1"])
    traceroute = ["traceroute", "-n", "-q", "1", "-w", "2", "-m", "6", "2001:db8:2::2"]
    seen["traceroute udp"] = network.program(traceroute)
    seen["traceroute icmp"] = network.program([*traceroute[:-1], "-I", traceroute[-1]])
    seen["ping large"] = network.program([*ping, "-M", "do", "-s", "1420", "2001:db8:2::2"])
    seen["route far"] = network.ip("-6", "route", "get", "2001:db8:2::2")
    # The first answer tells h2 the path MTU, and is lost.
    twice = ["ping", "-n", "-c", "2", "-i", "0.2", "-W", "3", "-s", "5000"]
    seen["ping fragmented"] = network.program([*twice, "2001:db8:2::2"])
    seen["udp"] = [_speak_udp(network, size) for size in (10, 4000)]
    seen["tcp"] = _speak_tcp(network, b"GET" * 3000)
    seen["neighbors"] = network.ip("-6", "neigh", "show", "dev", "k0")
    seen["frames"] = [(frame.time, frame.data) for frame in capture]
    return seen


@pytest.fixture(scope="module")
def seen():
    for name in ("ping", "traceroute"):
        program(name)
    return run()


def _hops(output):
    return [line.split()[1] for line in output.splitlines() if re.match(r" *\d+ ", line)]


def test_the_kernel_configures_itself_by_the_simulated_router(seen):
    assert seen["configured"], seen["addresses"]
    flags = {
        next(
            name
            for name in ("fe80::/10", "2001:db8:1::/64", "2001:db8:a::/64")
            if address in netaddr.IPNetwork(name)
        ): words
        for address, words in seen["addresses"].items()
    }
    assert flags["2001:db8:1::/64"] == set()
    assert flags["2001:db8:a::/64"] == {"deprecated"}  # its preferred lifetime is 0
    assert len(flags) == 3  # none in 2001:db8:b::/64, whose A flag is clear


def test_the_kernel_takes_routes_and_figures_from_the_advertisement(seen):
    routes = {route["dst"]: route for route in seen["routes"]}

    assert routes["default"]["protocol"] == "ra"
    assert routes["2001:db8:77::/48"]["pref"] == "high"
    assert {"2001:db8:1::/64", "2001:db8:b::/64"} <= set(routes)  # on-link, autonomous or not
    assert "2001:db8:a::/64" not in routes  # its L flag is clear
    assert seen["settings"]["conf/k0/hop_limit"] == "61"
    assert seen["settings"]["conf/k0/mtu"] == "1480"
    assert seen["settings"]["neigh/k0/base_reachable_time_ms"] == "20000"
    assert seen["settings"]["neigh/k0/retrans_time_ms"] == "500"


@pytest.mark.parametrize("what", ["ping router", "ping far", "ping fragmented"])
def test_the_kernel_pings_through_the_simulation(seen, what):
    assert "1 received" in seen[what].output, seen[what].output


def test_the_kernel_hears_that_there_is_no_route(seen):
    assert re.search(
        r"From 2001:db8:1::1 icmp_seq=1 Destination unreachable: No route",
        seen["ping nobody"].output,
    ), seen["ping nobody"].output


@pytest.mark.parametrize("how", ["udp", "icmp"])
def test_the_kernel_traces_the_simulated_route(seen, how):
    hops = _hops(seen[f"traceroute {how}"].output)

    assert hops == ["2001:db8:1::1", "2001:db8:12::2", "2001:db8:2::2"]


def test_the_kernel_learns_the_path_mtu(seen):
    assert f"Packet too big: mtu={NARROW}" in seen["ping large"].output, seen["ping large"].output
    assert seen["route far"][0]["metrics"][0]["mtu"] == NARROW


def test_datagrams_go_there_and_back_in_fragments_too(seen):
    assert [[len(data) for data in received] for received in seen["udp"]] == [[10], [4000]]


def test_a_request_by_tcp_is_answered(seen):
    assert seen["tcp"] == b"<" + b"GET" * 3000 + b">"


def test_the_kernel_knows_its_neighbor_as_a_router(seen):
    states = {one["dst"]: one for one in seen["neighbors"]}

    assert "router" in states["2001:db8:1::1"]
    assert states["2001:db8:1::1"]["state"][0] in ("REACHABLE", "DELAY", "STALE")


def test_tshark_finds_nothing_wrong(seen):
    pcap = tshark.pcap(seen["frames"])

    assert tshark.marks(pcap) == []
