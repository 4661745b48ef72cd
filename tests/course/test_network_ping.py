"""ping and traceroute: what they find, and that they print as the real programs do.

The expected texts were printed by iputils 20221126 and traceroute 2.1.2 for the same network of
Linux namespaces (`tests/laboratory/test_ping_and_traceroute.py` asks them again), with the times of
this one.
"""

import netaddr
import pytest
from oracles import tshark

from ipv6course.network import Host, Network, Router
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.ping import PingReply, PingResult, describe
from ipv6course.network.routes import Route
from ipv6course.network.surface import packed
from ipv6course.network.traceroute import mark
from ipv6course.network.wire import ipv6

NODES = {
    "h": (Host, ["2001:db8:1::10"], {"::/0": "2001:db8:1::1"}),
    "r1": (
        Router,
        ["2001:db8:1::1", "2001:db8:2::1"],
        {"2001:db8:3::/64": "2001:db8:2::2", "2001:db8:7::/64": None},
    ),
    "r2": (Router, ["2001:db8:2::2", "2001:db8:3::1"], {"2001:db8:1::/64": "2001:db8:2::1"}),
    "s": (Host, ["2001:db8:3::10"], {"::/0": "2001:db8:3::1"}),
}


def line_of_routers(**link):
    """h -- r1 -- r2 -- s; between the routers a link with an MTU of 1400 and 10 ms."""
    network = Network()
    for name, (kind, _, _) in NODES.items():
        network.add(kind(name))
    network.connect(network["h"], network["r1"])
    network.connect(network["r1"], network["r2"], mtu=1400, delay=0.01, **link)
    network.connect(network["r2"], network["s"])
    for name, (_, addresses, routes) in NODES.items():
        node = network[name]
        for number, address in enumerate(addresses):
            interface = node.interface(f"eth{number}")
            node.assign(interface, InterfaceAddress(packed(address), 64))
        for prefix, next_hop in routes.items():
            add_route(node, prefix, next_hop)
    network.run(5)
    return network, network["h"]


def add_route(node, prefix, next_hop):
    prefix = netaddr.IPNetwork(prefix)
    if next_hop is None:
        node.routes.add(Route(int(prefix.ip), prefix.prefixlen, None, kind="blackhole"))
        return
    (interface,) = (
        one
        for one in node.interfaces.values()
        for address in one.addresses.values()
        if netaddr.IPAddress(next_hop) in netaddr.IPNetwork(f"{address.ip}/64")
        and not address.ip.is_link_local()
    )
    node.routes.add(Route(int(prefix.ip), prefix.prefixlen, interface, packed(next_hop)))


@pytest.fixture
def h():
    return line_of_routers()[1]


@pytest.fixture
def warm():
    """The host, once everybody has found its neighbors."""
    network, h = line_of_routers()
    assert h.ping("2001:db8:3::10", count=1).received == 1
    network.run(1)
    return h


# --- ping -----------------------------------------------------------------------------------------


def test_answers_are_printed_as_iputils_prints_them(warm):
    result = warm.ping("2001:db8:3::10", interval=0.2)
    assert str(result) == repr(result) == (
        "PING 2001:db8:3::10(2001:db8:3::10) 56 data bytes\n"
        "64 bytes from 2001:db8:3::10: icmp_seq=1 ttl=62 time=24.0 ms\n"
        "64 bytes from 2001:db8:3::10: icmp_seq=2 ttl=62 time=24.0 ms\n"
        "64 bytes from 2001:db8:3::10: icmp_seq=3 ttl=62 time=24.0 ms\n"
        "\n"
        "--- 2001:db8:3::10 ping statistics ---\n"
        "3 packets transmitted, 3 received, 0% packet loss, time 400ms\n"
        "rtt min/avg/max/mdev = 24.000/24.000/24.000/0.000 ms"
    )  # fmt: skip
    assert result.loss == 0
    assert result.round_trips == pytest.approx([0.024] * 3)


def test_a_packet_that_is_too_big_for_the_path_is_split_after_the_first(warm):
    first = warm.ping("2001:db8:3::10", count=2, size=1450, interval=0.2)
    assert str(first) == (
        "PING 2001:db8:3::10(2001:db8:3::10) 1450 data bytes\n"
        "From 2001:db8:1::1 icmp_seq=1 Packet too big: mtu=1400\n"
        "\n"
        "--- 2001:db8:3::10 ping statistics ---\n"
        "2 packets transmitted, 0 received, +1 errors, 100% packet loss, time 200ms\n"
    )
    assert [(str(one.destination), one.mtu) for one in warm.path_mtu.entries()] == [
        ("2001:db8:3::10", 1400)
    ]
    assert warm.ping("2001:db8:3::10", count=2, size=1450, interval=0.2).received == 2
    assert warm.ping("2001:db8:3::10", count=1, size=60_000).received == 1


def test_a_packet_that_must_not_be_split_fails_at_home(warm):
    warm.ping("2001:db8:3::10", count=1, size=1400)
    assert str(warm.ping("2001:db8:3::10", count=2, size=1400, fragment=False)) == (
        "PING 2001:db8:3::10(2001:db8:3::10) 1400 data bytes\n"
        "ping: local error: message too long, mtu: 1400\n"
        "ping: local error: message too long, mtu: 1400\n"
        "\n"
        "--- 2001:db8:3::10 ping statistics ---\n"
        "2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1000ms\n"
    )


@pytest.mark.parametrize(
    ("destination", "options", "said"),
    [
        ("2001:db8:3::10", {"hop_limit": 1}, "2001:db8:1::1 icmp_seq=1 Time exceeded: Hop limit"),
        ("2001:db8:3::10", {"hop_limit": 2}, "2001:db8:2::2 icmp_seq=1 Time exceeded: Hop limit"),
        ("2001:db8:f::1", {}, "2001:db8:1::1 icmp_seq=1 Destination unreachable: No route"),
        (
            "2001:db8:3::99",
            {},
            "2001:db8:2::2 icmp_seq=1 Destination unreachable: Address unreachable",
        ),
        (
            "2001:db8:1::99",
            {},
            "2001:db8:1::10 icmp_seq=1 Destination unreachable: Address unreachable",
        ),
    ],
)
def test_errors_are_printed_with_who_reports_them(h, destination, options, said):
    result = h.ping(destination, count=1, **options)
    assert str(result).splitlines()[1] == f"From {said}"
    assert len(result.errors) == 1
    assert result.loss == 1


def test_a_blackhole_is_silent_and_ping_waits_ten_seconds(warm):
    before = warm.world.now
    result = warm.ping("2001:db8:7::1", count=2, interval=0.2)
    assert str(result) == (
        "PING 2001:db8:7::1(2001:db8:7::1) 56 data bytes\n"
        "\n"
        "--- 2001:db8:7::1 ping statistics ---\n"
        "2 packets transmitted, 0 received, 100% packet loss, time 200ms\n"
    )
    assert warm.world.now == pytest.approx(before + 10.2)


def test_without_a_route_nothing_is_sent(h):
    h.routes.remove(h.routes.lookup(packed("2001:db8:3::10")))
    result = h.ping("2001:db8:3::10")
    assert str(result) == "ping: connect: Network is unreachable"
    assert (result.transmitted, result.loss) == (0, 1)


def test_a_request_without_room_for_a_time_has_none(warm):
    assert str(warm.ping("2001:db8:3::10", count=1, size=0)).splitlines()[1:] == [
        "8 bytes from 2001:db8:3::10: icmp_seq=1 ttl=62",
        "",
        "--- 2001:db8:3::10 ping statistics ---",
        "1 packets transmitted, 1 received, 0% packet loss, time 0ms",
    ]


def test_source_and_interface_are_named_where_they_were_asked_for(warm):
    for options, said in (
        ({"source": "2001:db8:1::10"}, "from 2001:db8:1::10 : "),
        ({"interface": "eth0"}, "from 2001:db8:1::10 eth0: "),
    ):
        result = warm.ping("2001:db8:3::10", count=1, **options)
        title = f"PING 2001:db8:3::10(2001:db8:3::10) {said}56 data bytes"
        assert str(result).splitlines()[0] == title
        assert result.received == 1


def test_a_link_local_destination_has_its_zone(warm):
    router = warm.world["r1"].interface("eth0").link_local
    text = f"{netaddr.IPAddress(int.from_bytes(router, 'big'), 6)}%eth0"
    lines = str(warm.ping(text, count=1)).splitlines()
    assert lines[0] == f"PING {text}({text}) 56 data bytes"
    assert lines[1].startswith(f"64 bytes from {text}: icmp_seq=1 ttl=64 time=")


def test_members_of_a_group_answer_each():
    from ipv6course.network import Switch

    network = Network()
    switch = network.add(Switch("sw"))
    hosts = [network.add(Host(f"h{n}")) for n in range(3)]
    for host in hosts:
        network.connect(switch, host)
    network.run(5)
    result = hosts[0].ping("ff02::1%eth0", count=2)
    assert {str(reply.source) for reply in result.replies} == {
        str(netaddr.IPAddress(int.from_bytes(host.interface("eth0").link_local, "big"), 6))
        for host in hosts[1:]
    }
    assert "+1 duplicates" in str(result)
    assert "DUP" not in str(result)
    assert all(reply.interface == "eth0" for reply in result.replies)


def test_a_node_answers_itself_at_each_of_its_addresses_and_at_the_loopback_address(h):
    for address in ("2001:db8:1::10", "::1"):
        (reply,) = h.ping(address, count=1).replies
        assert (str(reply.source), reply.hop_limit, reply.seconds) == (address, 64, 0)
    assert h.world["r1"].ping("::1", count=1).received == 1


def test_nobody_takes_the_loopback_address_from_a_link(warm):
    """RFC 4291 section 2.5.3."""
    r1 = warm.world["r1"]
    got = []
    r1.watchers.append(got.append)
    data = ipv6.push_packet(59, b"", source=packed("2001:db8:1::10"), destination=ipv6.LOOPBACK)
    with warm.asked():
        warm.neighbors.send(warm.interface("eth0"), packed("2001:db8:1::1"), data)
    warm.world.run(1)
    assert [packet for packet in got if packet.destination == ipv6.LOOPBACK] == []


def test_lost_and_doubled_packets_are_counted_as_iputils_counts_them():
    _, h = line_of_routers(loss=0.2, duplication=0.3)
    result = h.ping("2001:db8:3::10", count=50, interval=0.1)
    assert 0 < result.received < 50
    assert f"{result.transmitted - result.received}" != "0"
    repeats = len(result.replies) - result.received
    assert f"50 packets transmitted, {result.received} received, +{repeats} duplicates" in str(
        result
    )
    assert f"{100 * (50 - result.received) / 50:g}% packet loss, time 4900ms" in str(result)
    assert str(result).count(" (DUP!)") == repeats


def test_two_runs_are_the_same_bytes():
    captures = []
    for _ in range(2):
        network, h = line_of_routers(loss=0.1)
        capture = network.capture()
        h.ping("2001:db8:3::10", size=2000)
        h.traceroute("2001:db8:3::10")
        captures.append([(frame.time, frame.data) for frame in capture])
    assert captures[0] == captures[1]


def test_tshark_finds_nothing_wrong_with_any_of_this():
    network, h = line_of_routers()
    capture = network.capture()
    for options in ({}, {"size": 1450}, {"size": 5000}, {"size": 0}, {"hop_limit": 1}):
        h.ping("2001:db8:3::10", count=2, **options)
    h.ping("2001:db8:3::99", count=1)
    h.ping("ff02::1%eth0", count=1)
    for method in ("udp", "icmp"):
        h.traceroute("2001:db8:3::10", method=method)
    assert len(capture) > 100
    assert tshark.marks(tshark.pcap((frame.time, frame.data) for frame in capture)) == []


@pytest.mark.parametrize(
    ("micro", "said"),
    [
        (0, "0.000"),
        (47, "0.047"),
        (999, "0.999"),
        (1000, "1.00"),
        (1234, "1.23"),
        (9994, "9.99"),
        (9995, "10.0"),
        (24000, "24.0"),
        (99949, "99.9"),
        (99950, "100"),
        (1234567, "1235"),
    ],
)
def test_times_have_three_digits_that_count(micro, said):
    """iputils' gather_statistics."""
    destination = netaddr.IPAddress("2001:db8::1")
    result = PingResult(destination, str(destination), 56, transmitted=1)
    result.events.append(PingReply(1, destination, "eth0", 64, 64, micro / 1e6, False))
    assert f" time={said} ms" in str(result)


def test_errors_have_iputils_words():
    for error, said in {
        (1, 0, 0): "Destination unreachable: No route",
        (1, 1, 0): "Destination unreachable: Administratively prohibited",
        (1, 2, 0): "Destination unreachable: Beyond scope of source address",
        (1, 4, 0): "Destination unreachable: Port unreachable",
        (1, 6, 0): "Destination unreachable: Unknown code 6",
        (3, 1, 0): "Time exceeded: Defragmentation failure",
        (4, 0, 40): "Parameter problem: Wrong header field at 40",
        (4, 1, 6): "Parameter problem: Unknown header at 6",
        (4, 2, 40): "Parameter problem: Unknown option at 40",
        (4, 3, 0): "Parameter problem: code 3 at 0",
    }.items():
        assert describe(*error) == said


@pytest.mark.parametrize(
    "options",
    [
        {"count": 0},
        {"size": -1},
        {"size": 65528},
        {"hop_limit": 0},
        {"hop_limit": 256},
        {"interval": 0},
        {"wait": -1},
        {"count": 1.5},
    ],
)
def test_impossible_figures_are_refused(h, options):
    with pytest.raises(ValueError, match=r"whole number|more than 0"):
        h.ping("2001:db8:3::10", **options)


def test_a_host_in_no_network_says_so():
    with pytest.raises(ValueError, match="in no network"):
        Host("h").ping("2001:db8::1")


# --- traceroute -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["udp", "icmp"])
def test_the_way_is_printed_as_traceroute_prints_it(warm, method):
    result = warm.traceroute("2001:db8:3::10", method=method)
    assert str(result) == (
        "traceroute to 2001:db8:3::10 (2001:db8:3::10), 30 hops max, 80 byte packets\n"
        " 1  2001:db8:1::1 (2001:db8:1::1)  2.000 ms  2.000 ms  2.000 ms\n"
        " 2  2001:db8:2::2 (2001:db8:2::2)  22.000 ms  22.000 ms  22.000 ms\n"
        " 3  2001:db8:3::10 (2001:db8:3::10)  24.000 ms  24.000 ms  24.000 ms"
    )
    assert result.is_reached
    assert [str(hop.sources[0]) for hop in result.hops][:2] == ["2001:db8:1::1", "2001:db8:2::2"]


@pytest.mark.parametrize(
    ("destination", "last"),
    [
        ("2001:db8:f::1", " 1  2001:db8:1::1  2.000 ms !N  2.000 ms !N  2.000 ms !N"),
        ("2001:db8:3::99", " 3  2001:db8:2::2  3022.000 ms !H  3022.000 ms !H  3022.000 ms !H"),
        ("2001:db8:7::1", " 4  * * *"),
    ],
)
def test_where_it_ends_is_marked(warm, destination, last):
    result = warm.traceroute(destination, numeric=True, max_hops=4)
    assert str(result).splitlines()[-1] == last
    assert not result.is_reached


def test_a_probe_that_is_too_big_is_marked(warm):
    result = warm.traceroute("2001:db8:3::10", size=1450, queries=1, simultaneous=1, numeric=True)
    assert str(result).splitlines()[1:] == [
        " 1  2001:db8:1::1  2.000 ms",
        " 2  2001:db8:1::1  2.000 ms !F-1400",
    ]


def test_without_a_route_traceroute_says_so(h):
    h.routes.remove(h.routes.lookup(packed("2001:db8:3::10")))
    assert str(h.traceroute("2001:db8:3::10")) == (
        "traceroute to 2001:db8:3::10 (2001:db8:3::10), 30 hops max, 80 byte packets\n"
        "connect: Network is unreachable"
    )


def test_a_port_that_is_open_ends_the_way_too(warm):
    server = warm.world["s"].udp
    sockets = []
    for port in range(33434, 33534):
        sockets.append(server.open(port))
        sockets[-1].receive = lambda datagram, socket=sockets[-1]: socket.send(
            b"here", datagram.source, datagram.source_port
        )
    result = warm.traceroute("2001:db8:3::10")
    assert result.is_reached
    assert len(result.hops) == 3


def test_a_router_traces_too(warm):
    result = warm.world["r1"].traceroute("2001:db8:3::10", numeric=True, queries=1)
    assert str(result).splitlines()[1:] == [
        " 1  2001:db8:2::2  20.000 ms",
        " 2  2001:db8:3::10  22.000 ms",
    ]


def test_errors_have_traceroutes_marks():
    for error, said in {
        (3, 0, 0): "",
        (1, 4, 0): "",
        (1, 0, 0): "!N",
        (1, 1, 0): "!X",
        (1, 2, 0): "!H",
        (1, 3, 0): "!H",
        (1, 5, 0): "!<5>",
        (1, 7, 0): "!<7>",
        (2, 0, 1400): "!F-1400",
        (3, 1, 0): "!<3-1>",
        (4, 1, 6): "!<4-1>",
    }.items():
        assert mark(*error) == said


@pytest.mark.parametrize(
    "options", [{"max_hops": 0}, {"max_hops": 256}, {"queries": 11}, {"size": 47}, {"wait": 0}]
)
def test_impossible_figures_of_traceroute_are_refused(h, options):
    with pytest.raises(ValueError, match=r"whole number|more than 0"):
        h.traceroute("2001:db8:3::10", **options)
    with pytest.raises(ValueError, match="udp, icmp"):
        h.traceroute("2001:db8:3::10", method="tcp")


def test_nothing_stays_behind(h):
    listeners = len(h.icmp.listeners)
    h.ping("2001:db8:3::10", count=1)
    for method in ("udp", "icmp"):
        h.traceroute("2001:db8:3::10", method=method)
    assert (len(h.icmp.listeners), h.icmp.echoes) == (listeners, {})
    assert not any(port >= 49152 for port in h.udp.sockets)


def test_what_a_lesson_lets_a_host_send_between_two_runs_goes_out_with_the_next(h):
    network, host = h.world, h
    capture = network.capture(host)
    network.run(1)
    sent = ipv6.push_packet(
        59, b"", source=packed("2001:db8:1::10"), destination=packed("2001:db8:3::10")
    )
    host.send(sent)
    network.run(0.5)
    frames = [frame for frame in capture if frame.data[20:21] == b"\x3b"]
    assert [frame.time >= network.now - 0.5 for frame in frames] == [True]
    assert host.now == network["s"].now == network.now
