"""ICMPv6 of a node: RFC 4443's rules, each by its section; tshark judges the bytes."""

import pytest
from oracles import tshark
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt

from ipv6course.network import Host, Network
from ipv6course.network.icmp import TokenBucket, may_report
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.surface import packed
from ipv6course.network.wire import MalformedError, icmpv6, ipv6
from ipv6course.network.wire.udp import push_udp

A, B = packed("2001:db8:1::a"), packed("2001:db8:1::b")
STRANGER = packed("2001:db8:2::5")
GROUP = packed("ff0e::db8:0:1")
ANSWERS = (1, 2, 3, 4, icmpv6.ECHO_REPLY)


def two_hosts():
    """Two hosts on a link that know each other, and what goes over it."""
    network = Network()
    a, b = network.add(Host("a")), network.add(Host("b"))
    network.connect(a, b)
    for host, address in ((a, A), (b, B)):
        host.assign(host.interface("eth0"), InterfaceAddress(address, 64))
    network.run(5)
    assert a.ping("2001:db8:1::b", count=1).received == 1
    return network, a, b, network.capture()


def udp(source=A, destination=B, size=40):
    datagram = push_udp(source, destination, 7000, 7001, bytes(size - 8))
    return ipv6.push_packet(17, datagram, source=source, destination=destination)


def messages(capture, *kinds):
    """The ICMPv6 messages of some types, without extension headers before them."""
    return [
        frame.data[54:]
        for frame in capture
        if frame.data[20] == ipv6.ICMPV6 and frame.data[54] in kinds
    ]


def put(network, node, data):
    """Send a packet as it is."""
    with node.asked():
        assert node.send(data)
    network.run(2)


def icmp(kind, body, source=A, destination=B, checksum=None):
    message = icmpv6.push_message(kind, 0, body)
    message = ipv6.with_checksum(source, destination, 58, message, 2)
    if checksum is not None:
        message = message[:2] + checksum + message[4:]
    return ipv6.push_packet(58, message, source=source, destination=destination)


# --- The wire -------------------------------------------------------------------------------------


def test_messages_are_read_as_they_were_written():
    echo = icmpv6.push_echo(icmpv6.ECHO_REQUEST, 0x1234, 7, b"data")
    assert icmpv6.pull_echo(echo) == icmpv6.Echo(128, 0x1234, 7, b"data")
    error = icmpv6.push_error(icmpv6.PACKET_TOO_BIG, 0, 1400, udp(size=2000))
    assert icmpv6.pull_error(error) == icmpv6.Error(2, 0, 1400, udp(size=2000)[:1232])
    assert icmpv6.pull_message(error).is_error
    assert not icmpv6.pull_message(echo).is_error


def test_scapy_reads_an_echo_as_it_was_written():
    read = ICMPv6EchoRequest(icmpv6.push_echo(icmpv6.ECHO_REQUEST, 0x1234, 7, b"data"))
    assert (read.id, read.seq, read.data) == (0x1234, 7, b"data")


@pytest.mark.parametrize("pull", [icmpv6.pull_message, icmpv6.pull_error, icmpv6.pull_echo])
def test_a_message_that_was_cut_is_malformed_and_nothing_else(pull):
    whole = icmpv6.push_echo(icmpv6.ECHO_REQUEST, 1, 1, b"")
    for length in range(len(whole)):
        try:
            pull(whole[:length])
        except MalformedError:
            continue
        assert pull is icmpv6.pull_message
        assert length >= 4


# --- Section 2.4 (e): where no error may be sent --------------------------------------------------

ECHO_FROM_A = icmp(icmpv6.ECHO_REQUEST, bytes(4))
REPORTS = [
    ("a datagram is reported", udp(), 1, 4, False, True),
    ("an Echo Request is reported", ECHO_FROM_A, 1, 3, False, True),
    ("(e.1) an error is not", icmp(1, bytes(4) + udp()), 1, 3, False, False),
    ("(e.1) an error of an unknown type is not", icmp(100, bytes(4)), 1, 3, False, False),
    ("(e.2) a redirect is not", icmp(137, bytes(36)), 1, 3, False, False),
    ("(e.3) what was sent to a group is not", udp(destination=GROUP), 1, 4, False, False),
    ("(e.3) but that it is too big", udp(destination=GROUP), 2, 0, False, True),
    ("(e.3) and that an option is unknown", udp(destination=GROUP), 4, 2, False, True),
    ("(e.3) another parameter problem is not", udp(destination=GROUP), 4, 1, False, False),
    ("(e.4) what came in a group's frame is not", udp(), 1, 4, True, False),
    ("(e.4) but that it is too big", udp(), 2, 0, True, True),
    ("(e.6) no source", udp(source=bytes(16)), 1, 4, False, False),
    ("(e.6) a group as source", udp(source=GROUP), 1, 4, False, False),
    ("(e.6) no source, too big", udp(source=bytes(16)), 2, 0, False, False),
]


@pytest.mark.parametrize(
    ("data", "type", "code", "is_link_group", "expected"),
    [case[1:] for case in REPORTS],
    ids=[case[0] for case in REPORTS],
)
def test_an_error_is_sent_where_the_rules_allow_it(data, type, code, is_link_group, expected):
    assert may_report(data, type, code, is_link_group=is_link_group) is expected


def test_an_error_behind_extension_headers_is_an_error():
    """Section 2.4 (e.1) holds wherever the ICMPv6 header stands."""
    data = IPv6(src="2001:db8:1::a", dst="2001:db8:1::b") / IPv6ExtHdrDestOpt()
    data /= ICMPv6DestUnreach() / IPv6(src="2001:db8:1::b", dst="2001:db8:1::a")
    assert not may_report(bytes(data), 1, 3)


def test_errors_do_not_answer_errors_without_end():
    network, a, _b, capture = two_hosts()
    put(network, a, icmp(100, bytes(40)))
    assert messages(capture, *ANSWERS) == []


# --- What an error looks like ---------------------------------------------------------------------


def test_an_error_quotes_what_fits_into_1280_octets_and_tshark_finds_nothing_wrong():
    network, _a, b, capture = two_hosts()
    for size in (8, 40, 1184, 1185, 1452):
        with b.asked():
            data = udp(size=size)
            assert b.icmp.error(data, b.interface("eth0"), 3, 1)
        network.run(1)
    quoted = [message[8:] for message in messages(capture, icmpv6.TIME_EXCEEDED)]
    assert [len(one) for one in quoted] == [48, 80, 1224, 1225, 1232]
    assert max(len(frame.data) for frame in capture) == 14 + 1280
    assert tshark.marks(tshark.pcap(frame.data for frame in capture)) == []


def test_an_unknown_next_header_is_reported_with_a_pointer_to_its_number():
    """RFC 4443 section 3.4, RFC 8200 section 4."""
    network, a, _b, capture = two_hosts()
    put(network, a, ipv6.push_packet(253, bytes(8), source=A, destination=B))
    (found,) = messages(capture, icmpv6.PARAMETER_PROBLEM)
    error = icmpv6.pull_error(found)
    assert (error.code, error.parameter) == (icmpv6.UNKNOWN_NEXT_HEADER, 6)
    assert tshark.marks(tshark.pcap(frame.data for frame in capture)) == []


def test_no_next_header_is_not_answered():
    network, a, _b, capture = two_hosts()
    put(network, a, ipv6.push_packet(59, bytes(8), source=A, destination=B))
    assert messages(capture, *ANSWERS) == []


# --- Section 2.4 (f): the rate limit --------------------------------------------------------------


def test_a_bucket_gives_a_burst_and_then_so_much_a_second():
    bucket = TokenBucket(rate=10, burst=3)
    assert [bucket.take(0.0) for _ in range(5)] == [True] * 3 + [False] * 2
    assert [bucket.take(0.05), bucket.take(0.125), bucket.take(0.15)] == [False, True, False]
    assert sum(bucket.take(100.0) for _ in range(10)) == 3


def test_errors_are_limited_and_answers_are_not():
    network, a, _b, capture = two_hosts()
    for _ in range(50):
        with a.asked():
            a.send(ipv6.push_packet(253, bytes(8), source=A, destination=B))
    network.run(0.5)
    assert len(messages(capture, icmpv6.PARAMETER_PROBLEM)) == 10
    assert a.ping("2001:db8:1::b", count=30, interval=0.01).received == 30


def test_what_is_not_sent_costs_no_token():
    network, a, _b, capture = two_hosts()
    for _ in range(50):
        with a.asked():
            a.send(ipv6.push_packet(253, bytes(8), source=A, destination=packed("ff02::1")))
    network.run(0.01)
    put(network, a, ipv6.push_packet(253, bytes(8), source=A, destination=B))
    assert len(messages(capture, icmpv6.PARAMETER_PROBLEM)) == 1


# --- In: checksums, types, and whom an error is handed to -----------------------------------------


def test_a_wrong_checksum_is_dropped_silently():
    network, a, _b, capture = two_hosts()
    put(network, a, icmp(icmpv6.ECHO_REQUEST, bytes(4), checksum=b"\x12\x34"))
    assert messages(capture, *ANSWERS) == []


def test_an_unknown_informational_type_is_dropped_silently():
    """Section 2.4 (b)."""
    network, a, _b, capture = two_hosts()
    put(network, a, icmp(200, bytes(4)))
    assert messages(capture, *ANSWERS) == []


@pytest.mark.parametrize("kind", [1, 2, 3, 4, 100, 127])
def test_an_error_is_handed_to_the_upper_layer_of_any_type(kind):
    """Section 2.4 (a) and (d)."""
    network, a, b, _capture = two_hosts()
    heard = []
    b.icmp.listeners.append(heard.append)
    mine = udp(source=B, destination=STRANGER, size=1400)
    put(network, a, icmp(kind, (1280).to_bytes(4, "big") + mine[:1200]))
    (problem,) = heard
    assert (problem.type, problem.parameter, problem.next_header) == (kind, 1280, ipv6.UDP)
    assert (problem.reporter, problem.source, problem.destination) == (A, B, STRANGER)
    assert problem.payload == mine[40:1200]


@pytest.mark.parametrize(
    "quoted",
    [
        udp(source=STRANGER),  # somebody else's packet
        udp(source=B)[:39],  # not even a whole header
        ipv6.push_packet(50, bytes(64), source=B, destination=A),  # ESP hides the upper layer
        ipv6.push_packet(43, b"\x11\x02\x04", source=B, destination=A),  # cut in a Routing header
        b"",
    ],
)
def test_an_error_about_nothing_that_can_be_found_is_dropped(quoted):
    """Section 2.4 (d)."""
    network, a, b, _capture = two_hosts()
    heard = []
    b.icmp.listeners.append(heard.append)
    put(network, a, icmp(1, bytes(4) + quoted))
    assert heard == []


# --- Echo, section 4 ------------------------------------------------------------------------------


def test_an_echo_request_is_answered_with_all_of_its_data_from_where_it_was_sent_to():
    network, a, b, capture = two_hosts()
    second = packed("2001:db8:1::b2")
    b.assign(b.interface("eth0"), InterfaceAddress(second, 64))
    data = bytes(range(256)) * 4
    put(network, a, icmp(icmpv6.ECHO_REQUEST, b"\0\7\0\1" + data, destination=second))
    (reply,) = messages(capture, icmpv6.ECHO_REPLY)
    assert icmpv6.pull_echo(reply) == icmpv6.Echo(129, 7, 1, data)
    replied = next(frame.data for frame in capture if frame.data[54] == icmpv6.ECHO_REPLY)
    assert (replied[22:38], replied[38:54]) == (second, A)


def test_an_echo_request_to_a_group_is_answered_from_an_address_of_the_interface():
    network, a, b, capture = two_hosts()
    put(network, a, icmp(icmpv6.ECHO_REQUEST, bytes(4), destination=packed("ff02::1")))
    assert len(messages(capture, icmpv6.ECHO_REPLY)) == 1
    b.icmp.answers_groups = False
    put(network, a, icmp(icmpv6.ECHO_REQUEST, bytes(4), destination=packed("ff02::1")))
    assert len(messages(capture, icmpv6.ECHO_REPLY)) == 1


def test_nobody_answers_an_echo_request_without_source():
    network, a, _b, capture = two_hosts()
    for destination in (B, packed("ff02::1")):
        put(network, a, icmp(128, bytes(4), source=bytes(16), destination=destination))
    assert len(messages(capture, icmpv6.ECHO_REPLY)) == 0


def test_whatever_comes_a_node_stays_up():
    """Random and truncated messages of every type."""
    network, a, _b, _capture = two_hosts()
    chance = network[a.name].random
    for kind in range(256):
        for length in (0, 1, 4, 20, 100):
            body = chance.randbytes(length)
            with a.asked():
                a.send(icmp(kind, body))
    network.run(5)
    assert a.ping("2001:db8:1::b", count=1).received == 1
