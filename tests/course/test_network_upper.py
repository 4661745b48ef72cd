"""UDP, TCP, DNS and MLD of simulated nodes, and what tshark and scapy make of their bytes."""

import netaddr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import tshark
from scapy.layers.dns import DNS
from scapy.layers.inet import TCP, UDP
from scapy.layers.inet6 import ICMPv6MLReport2, IPv6

from ipv6course.network import Host, Network, Router
from ipv6course.network.dns import DnsError, DnsServer, Zone, answer
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.mld import EVERYBODY, NOBODY, Filter
from ipv6course.network.mld_querier import MldQuerier
from ipv6course.network.routes import Route
from ipv6course.network.tcp import State, TcpError
from ipv6course.network.wire import MalformedError, ethernet, ipv6
from ipv6course.network.wire import mld as mld_wire
from ipv6course.network.wire.dns import (
    Code,
    Edns,
    Message,
    Mx,
    Question,
    Record,
    Soa,
    Type,
    labels_of,
    name_of,
    pull_dns,
    push_dns,
)
from ipv6course.network.wire.mld import Query, RecordType, Report, pull_mld, push_mld
from ipv6course.network.wire.tcp import Flag, Segment, pull_tcp
from ipv6course.network.wire.udp import pull_udp, push_udp

# What the tests send is judged at the end of the file, in one run of tshark.
pytestmark = pytest.mark.xdist_group("network-upper")

A, B = "2001:db8:1::a", "2001:db8:2::b"
GROUP = netaddr.IPAddress("ff0e::db8:0:1").packed
ZONE = """
$TTL 1h
@       IN SOA ns hostmaster ( 1 2h 15m 2w
                               5m )     ; the last one: how long "there is none" is kept
        NS    ns
        MX    10 mail
ns      AAAA  2001:db8:2::b
mail    AAAA  2001:db8:2::25
www 300 IN AAAA 2001:db8:2::80
        A     192.0.2.80
alias   CNAME www
out     CNAME www.example.net.
a.b.c   TXT   "hello; world" x
many    TXT   {many}
""".format(many=" ".join(['"' + "x" * 200 + '"'] * 10))


def packed(text: str) -> bytes:
    return netaddr.IPAddress(text).packed


class Net(Network):
    """Two hosts, and a router between them."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed=seed)
        self.a, self.r, self.b = self.add(Host("a")), self.add(Router("r")), self.add(Host("b"))
        self.first = self.connect(self.a, self.r)
        self.second = self.connect(self.r, self.b)
        for host, prefix, text in ((self.a, "2001:db8:1::", A), (self.b, "2001:db8:2::", B)):
            port = self.r.interface("eth0" if host is self.a else "eth1")
            self.r.assign(port, InterfaceAddress(packed(f"{prefix}1"), 64))
            host.assign(host.interface("eth0"), InterfaceAddress(packed(text), 64))
            host.routes.add(route(host, f"{prefix}1"))
        self.frames = self.capture(self.first)


def route(host, via):
    return Route(0, 0, host.interface("eth0"), packed(via))


def packets(frames, next_header):
    return [frame.data[ethernet.HEADER :] for frame in frames if frame.data[20] == next_header]


JUDGED: list[bytes] = []
"""Frames that the tests made; one run of tshark judges them all, at the end of this file."""


@pytest.fixture
def net():
    network = Net()
    yield network
    JUDGED.extend(frame.data for frame in network.frames)


# --- UDP ------------------------------------------------------------------------------------------


def test_a_datagram_arrives_and_is_answered(net):
    net.b.udp.open(7, lambda got: net.b.udp.sockets[7].send(got.data, got.source, got.source_port))
    socket = net.a.udp.open()

    assert socket.send(b"hello", B, 7)
    net.run(1)

    (got,) = socket.received
    assert (got.data, str(got.source_ip), got.source_port) == (b"hello", B, 7)
    sent = IPv6(packets(net.frames, ipv6.UDP)[0])
    assert (sent[UDP].dport, bytes(sent[UDP].payload)) == (7, b"hello")


def test_a_closed_port_is_reported_to_who_sent(net):
    socket = net.a.udp.open()
    socket.send(b"hello", B, 9)
    net.run(1)

    assert [(problem.type, problem.code) for problem in socket.problems] == [(1, 4)]


def test_a_port_is_open_once(net):
    net.a.udp.open(7)
    with pytest.raises(ValueError, match="open already"):
        net.a.udp.open(7)
    with pytest.raises(ValueError, match="1 to 65535"):
        net.a.udp.open(70000)


def test_a_group_hears_a_datagram_on_its_link_only(net):
    interface = net.a.interface("eth0")
    socket = net.r.udp.open(7)
    net.r.join(net.r.interface("eth0"), GROUP)
    net.run(5)
    net.a.udp.open().send(b"all", "ff0e::db8:0:1", 7, interface=interface)
    net.run(1)

    assert [got.hop_limit for got in socket.received] == [1]


def test_a_checksum_of_zero_is_written_as_ones():
    ports = range(1, 0x10000)
    sums = (push_udp(packed(A), packed(B), port, 7, b"")[6:8] for port in ports)
    assert next(found for found in sums if found in (b"\0\0", b"\xff\xff")) == b"\xff\xff"


@pytest.mark.parametrize(
    "change,why",
    [
        (lambda d: d[:7], "8"),
        (lambda d: d[:4] + b"\0\7" + d[6:], "length"),
        (lambda d: d[:4] + b"\xff\xff" + d[6:], "length"),
        (lambda d: d[:6] + b"\0\0" + d[8:], "without a checksum"),
        (lambda d: d[:-1] + b"!", "does not fit"),
    ],
)
def test_a_wrong_datagram_is_refused(change, why):
    good = push_udp(packed(A), packed(B), 1, 2, b"hello")
    with pytest.raises(MalformedError, match=why):
        pull_udp(packed(A), packed(B), change(good))


# --- TCP ------------------------------------------------------------------------------------------


def echo(request: bytes) -> bytes | None:
    return request * 3000 if request.endswith(b"\n") else None


def test_a_request_gets_its_response_and_both_sides_forget(net):
    net.b.tcp.listen(80, echo)

    assert net.a.tcp.request(B, 80, b"hello\n") == b"hello\n" * 3000
    segments = [pull_tcp(p[8:24], p[24:40], p[40:]) for p in packets(net.frames, ipv6.TCP)]
    assert [str(one.flags) for one in segments[:3]] == [
        str(Flag.SYN),
        str(Flag.SYN | Flag.ACK),
        str(Flag.ACK),
    ]
    assert [one.mss for one in segments[:3]] == [1440, 1440, None]  # 1500 - 40 - 20
    assert max(len(one.data) for one in segments) == 1440
    assert IPv6(packets(net.frames, ipv6.TCP)[0])[TCP].options == [("MSS", 1440)]
    net.run(241)  # TIME-WAIT lasts twice two minutes
    assert not net.a.tcp.connections
    assert not net.b.tcp.connections


def test_a_closed_port_refuses(net):
    with pytest.raises(TcpError, match="refused"):
        net.a.tcp.request(B, 81, b"hello\n")


def test_who_does_not_answer_times_out(net):
    net.second.is_up = False
    with pytest.raises(TcpError, match="no response within 20 s"):
        net.a.tcp.request(B, 80, b"hello\n", 20)


@pytest.mark.parametrize("seed", range(4))
def test_losses_are_repaired(seed):
    net = Net(seed)
    net.b.tcp.listen(80, echo)
    net.first.loss = net.second.loss = 0.1
    net.first.duplication = 0.1

    assert net.a.tcp.request(B, 80, b"hello\n", 1000) == b"hello\n" * 3000


def test_what_is_too_big_for_the_path_is_sent_in_smaller_segments():
    net = Network()
    a, r, b = net.add(Host("a")), net.add(Router("r")), net.add(Host("b"))
    net.connect(a, r)
    net.connect(r, b, mtu=1280)
    net.devices["b"].interface("eth0").mtu = 1500  # it announces more than the path carries
    for host, port, prefix, text in (
        (a, "eth0", "2001:db8:1::", A),
        (b, "eth1", "2001:db8:2::", B),
    ):
        r.assign(r.interface(port), InterfaceAddress(packed(f"{prefix}1"), 64))
        host.assign(host.interface("eth0"), InterfaceAddress(packed(text), 64))
        host.routes.add(route(host, f"{prefix}1"))
    b.tcp.listen(80, lambda data: b"ok" if len(data) == 5000 else None)

    a.path_mtu.learn(packed(B), 1280)
    assert a.tcp.request(B, 80, bytes(5000)) == b"ok"


def test_both_sides_may_close(net):
    ends = []
    net.b.tcp.listen(7, accept=lambda one: setattr(one, "on_data", lambda c: ends.append(c)))
    connection = net.a.tcp.connect(B, 7)
    net.run(1)
    connection.close()
    net.run(1)
    assert connection.state is State.FIN_WAIT_2
    ends[0].send(b"half of it is still open")
    ends[0].close()
    net.run(1)

    assert bytes(connection.received) == b"half of it is still open"
    assert connection.state is State.TIME_WAIT
    assert ends[0].state is State.CLOSED


def test_a_forged_reset_is_challenged_and_a_true_one_counts(net):
    net.b.tcp.listen(7, accept=lambda one: None)
    connection = net.a.tcp.connect(B, 7)
    net.run(1)
    peer = next(iter(net.b.tcp.connections.values()))
    wrong = Segment(7, connection.key[1], (connection._expected + 5) % 2**32, 0, Flag.RST, 0)

    connection.handle_segment(wrong)
    assert connection.state is State.ESTABLISHED
    peer.abort()
    net.run(1)
    assert connection.error is not None
    assert "reset" in connection.error


# --- DNS ------------------------------------------------------------------------------------------


@pytest.fixture
def names(net):
    reverse = Zone.parse("b PTR b.example.com.", netaddr.IPAddress(B).reverse_dns[2:])
    net.server = DnsServer(net.b, Zone.parse(ZONE, "example.com"), reverse)
    net.a.resolver.servers.append(B)
    return net


@pytest.mark.parametrize(
    "name,kind,status,addresses,aliases",
    [
        ("www.example.com", "AAAA", "NOERROR", ["2001:db8:2::80"], ()),
        ("WWW.Example.COM", "A", "NOERROR", ["192.0.2.80"], ()),
        ("alias.example.com", "AAAA", "NOERROR", ["2001:db8:2::80"], ("www.example.com",)),
        ("mail.example.com", "A", "NODATA", [], ()),
        ("b.c.example.com", "AAAA", "NODATA", [], ()),  # something is below it, RFC 8020
        ("none.example.com", "AAAA", "NXDOMAIN", [], ()),
        ("out.example.com", "AAAA", "NODATA", [], ("www.example.net",)),
    ],
)
def test_names_are_resolved(names, name, kind, status, addresses, aliases):
    found = names.a.resolver.resolve(name, kind)

    assert (found.status, [str(one) for one in found.addresses]) == (status, addresses)
    assert found.aliases == aliases
    assert not found.over_tcp
    if status != "NOERROR" and not aliases:
        assert [record.type for record in found.message.authorities] == [Type.SOA]
        assert found.message.authorities[0].ttl == 300  # RFC 2308 section 3


def test_what_is_too_long_for_udp_is_asked_for_over_tcp(names):
    found = names.a.resolver.resolve("many.example.com", "TXT")

    assert found.over_tcp
    assert found.records[0].data == (b"x" * 200,) * 10
    responses = [IPv6(p)[UDP] for p in packets(names.frames, ipv6.UDP)]
    assert [DNS(bytes(one.payload)).tc for one in responses if one.sport == 53] == [1]


def test_other_records_and_reverse_names(names):
    resolver = names.a.resolver
    assert resolver.resolve("example.com", "MX").records[0].data == Mx(10, "mail.example.com")
    assert resolver.resolve("a.b.c.example.com", "TXT").records[0].data == (b"hello; world", b"x")
    assert resolver.reverse(B).names == ["b.example.com"]


def test_a_short_name_is_looked_for_in_the_search_list(names):
    names.a.resolver.search += ["lab.example.com", "example.com"]
    assert names.a.resolver.resolve("www").name == "www.example.com"


def test_addresses_come_in_the_order_of_rfc_6724(names):
    places = names.a.resolver.addresses("www.example.com")
    assert [str(place.destination.ip) for place in places] == ["2001:db8:2::80", "192.0.2.80"]
    assert places[1].rule.number == "1"  # a node here has no IPv4


def test_what_goes_wrong_is_named(names):
    with pytest.raises(DnsError, match=f"{B}: REFUSED"):
        names.a.resolver.resolve("www.example.org")
    names.server.close()
    with pytest.raises(DnsError, match="the port is closed"):
        names.a.resolver.resolve("www.example.com")
    names.second.is_up = False
    with pytest.raises(DnsError, match="no answer"):
        names.a.resolver.resolve("www.example.com")
    with pytest.raises(DnsError, match="knows no name server"):
        names.b.resolver.resolve("www.example.com")


@pytest.mark.parametrize(
    "query,code",
    [
        (Message(1, (Question("example.com", 28),), opcode=2), Code.NOTIMP),
        (Message(1, (Question("example.com", 28),), edns=Edns(version=1)), Code.BADVERS),
        (Message(1), Code.FORMERR),
        (Message(1, (Question("example.com", 28, 3),)), Code.REFUSED),
    ],
)
def test_odd_queries_get_their_code(query, code):
    assert pull_dns(push_dns(answer(Zone.parse(ZONE, "example.com"), query))).code == code


@pytest.mark.parametrize(
    "text,message",
    [
        ("www AAAA 192.0.2.1", "line 1 .*192.0.2.1"),
        ("\nwww AAAA", "line 2 .*missing"),
        ("www AAA 2001:db8::1", "line 1 .*AAA.*AAAA"),
        ("www A 2001:db8::1", "not an IPv4 address"),
        ("www.example.net. AAAA 2001:db8::1", "not in the zone"),
        ("www CNAME a\nwww AAAA 2001:db8::1", "CNAME"),
        ("$INCLUDE more", r"line 1 .*\$INCLUDE"),
        ("a..b AAAA 2001:db8::1", "empty label"),
        ("x" * 64 + " AAAA 2001:db8::1", "63"),
    ],
)
def test_a_wrong_zone_is_refused_by_its_line(text, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        Zone.parse(text, "example.com")


LABEL = st.binary(min_size=1, max_size=20)
NAME = st.lists(LABEL, max_size=5).map(lambda labels: ".".join(map(escaped, labels)) or ".")


def escaped(label):
    return "".join(f"\\{octet:03}" for octet in label)


TTL = st.integers(0, 2**31 - 1)
TEXTS = st.lists(st.binary(max_size=99), min_size=1, max_size=3).map(tuple)
SOA = st.builds(Soa, NAME, NAME, *[st.integers(0, 99)] * 5)
RECORD = st.one_of(
    st.builds(Record, NAME, st.just(28), TTL, st.binary(min_size=16, max_size=16)),
    st.builds(Record, NAME, st.sampled_from([2, 5, 12]), TTL, NAME),
    st.builds(Record, NAME, st.just(15), TTL, st.builds(Mx, st.integers(0, 65535), NAME)),
    st.builds(Record, NAME, st.just(16), TTL, TEXTS),
    st.builds(Record, NAME, st.just(6), TTL, SOA),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORD, max_size=6), NAME)
def test_a_message_is_read_as_it_was_written_and_a_cut_one_is_refused(records, name):
    message = Message(7, (Question(name, 28),), tuple(records), edns=Edns())
    written = push_dns(message)
    read = pull_dns(written)

    assert [labels_of(r.name.lower()) for r in read.answers] == [
        labels_of(shown(r.name).lower()) for r in records
    ]
    assert push_dns(read) == written
    with pytest.raises(MalformedError):
        pull_dns(written[:-1])


def shown(name):
    return name_of(labels_of(name))


def test_a_name_that_points_to_itself_is_refused():
    header = bytes.fromhex("0001 0000 0001 0000 0000 0000".replace(" ", ""))
    with pytest.raises(MalformedError, match="points"):
        pull_dns(header + b"\xc0\x0c\0\x1c\0\1")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=90))
def test_bytes_from_anywhere_are_read_or_refused(data):
    for kind in (pull_dns, pull_mld):
        try:
            kind(data)
        except MalformedError:
            continue
    for pull in (pull_udp, pull_tcp):
        try:
            pull(bytes(16), bytes(16), data)
        except MalformedError:
            continue


# --- MLD ------------------------------------------------------------------------------------------


def reports(frames, sender):
    return [
        pull_mld(frame.data[62:])
        for frame in frames
        if frame.sender is sender and frame.data[54:56] == b"\x3a\0" and frame.data[62] == 143
    ]


def test_a_host_reports_what_it_joins_and_leaves_twice(net):
    interface = net.a.interface("eth0")
    net.run(5)
    net.frames.clear()
    net.a.join(interface, GROUP)
    net.run(3)
    net.a.leave(interface, GROUP)
    net.run(3)

    kinds = [
        (record.type, record.group)
        for one in reports(net.frames, interface)
        for record in one.records
    ]
    assert kinds == [(RecordType.TO_EXCLUDE, GROUP)] * 2 + [(RecordType.TO_INCLUDE, GROUP)] * 2
    packet = IPv6(
        next(f.data[14:] for f in net.frames if f.sender is interface and f.data[62] == 143)
    )
    assert (packet.dst, packet.hlim) == ("ff02::16", 1)
    assert packet[ICMPv6MLReport2].records[0].dst == "ff0e::db8:0:1"


def test_all_nodes_is_never_reported(net):
    net.run(5)
    groups = {r.group for one in reports(net.frames, net.a.interface("eth0")) for r in one.records}
    assert ipv6.solicited_node(packed(A)) in groups
    assert ipv6.ALL_NODES not in groups


def test_a_querier_knows_who_listens_and_forgets_who_left(net):
    querier = MldQuerier(net.r, net.r.interface("eth0"))
    net.run(5)
    querier.start()
    net.a.join(net.a.interface("eth0"), GROUP)
    net.run(300)
    assert querier.wants(GROUP, packed(B))
    assert (
        str(next(g for g in querier.groups() if g.group == netaddr.IPAddress("ff0e::db8:0:1")).mode)
        == "EXCLUDE"
    )

    net.a.leave(net.a.interface("eth0"), GROUP)
    net.run(5)  # the group is asked about, twice, and nobody answers
    assert not querier.wants(GROUP, packed(B))


def test_a_listener_that_is_silent_is_forgotten(net):
    querier = MldQuerier(net.r, net.r.interface("eth0"))
    net.run(5)
    querier.start()
    net.a.join(net.a.interface("eth0"), GROUP)
    net.run(10)
    net.first.is_up = False
    net.run(querier.listening_interval)
    assert not querier.wants(GROUP, packed(B))


def test_some_sources_are_wanted(net):
    querier = MldQuerier(net.r, net.r.interface("eth0"))
    net.run(5)
    querier.start()
    interface = net.a.interface("eth0")
    one, other = packed(B), packed("2001:db8:2::c")
    wanted = []
    for filter_ in (
        Filter(False, frozenset({one})),
        Filter(False, frozenset({one, other})),
        Filter(True, frozenset({one})),
        EVERYBODY,
        NOBODY,
    ):
        with net.a.asked():
            net.a.mld.listen(interface, GROUP, filter_)
        net.run(5)
        wanted.append((querier.wants(GROUP, one), querier.wants(GROUP, other)))

    assert wanted == [(True, False), (True, True), (False, True), (True, True), (False, False)]


def test_to_a_router_of_version_1_a_host_speaks_version_1(net):
    net.run(5)
    interface, source = net.a.interface("eth0"), net.r.interface("eth0").link_local
    query = mld_wire.push_packet(Query(response_delay=1000, version=1), source, ipv6.ALL_NODES)
    with net.r.asked():
        net.r.send(query, interface=net.r.interface("eth0"))
    net.run(2)
    net.frames.clear()
    net.a.join(interface, GROUP)
    net.run(2)

    kinds = {frame.data[62] for frame in net.frames if frame.sender is interface}
    assert mld_wire.REPORT_1 in kinds
    assert mld_wire.REPORT not in kinds


@given(st.integers(0, 9_000_000), st.integers(0, 40_000))
def test_intervals_as_short_floats_lose_less_than_their_last_bit(delay, seconds):
    read = pull_mld(push_mld(Query(response_delay=delay, interval=seconds)))
    assert read.response_delay <= delay
    assert read.response_delay >= min(delay, mld_wire.LARGEST_INTERVAL) * (1 - 2**-12)
    assert min(seconds, 31744) * (1 - 2**-4) <= read.interval <= seconds


def test_a_cut_report_is_refused():
    whole = push_mld(Report((mld_wire.Record(4, GROUP, (packed(A),)),)))
    for end in range(len(whole)):
        with pytest.raises(MalformedError):
            pull_mld(whole[:end])


# --- The judge ------------------------------------------------------------------------------------


def test_tshark_finds_nothing_wrong_with_any_of_it():
    assert len(JUDGED) > 300
    # Segments that come again overlap what was put together: nothing is wrong with their bytes.
    whole = tshark.pcap(JUDGED)
    marks = tshark.marks(whole, preferences=["tcp.desegment_tcp_streams:FALSE"])
    assert [mark for mark in marks if mark.group != "reassemble"] == []
