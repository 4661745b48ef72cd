"""Fragments and the path MTU, RFC 8200 section 4.5 and RFC 8201; scapy and tshark judge."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import tshark
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment, defragment6
from test_network_icmp import STRANGER, A, B, icmp, messages, put, two_hosts, udp

from ipv6course.network.fragments import split
from ipv6course.network.surface import packed
from ipv6course.network.wire import extension, icmpv6, ipv6

ECHO_DATA = bytes(range(256)) * 11  # 2816 octets


def echo(size=2800):
    return icmp(icmpv6.ECHO_REQUEST, b"\0\7\0\1" + ECHO_DATA[: size - 48])


def with_headers(*, hop_by_hop=False, routing=False, options=0):
    """A long packet with extension headers; what of them stays before the Fragment header."""
    upper = echo()[40:]
    payload, number, before = upper, 58, 0
    if options:
        payload = (
            extension.push_options(number, (extension.Option(0x1E, bytes(options)),)) + payload
        )
        number = 60
    if routing:
        header = extension.push_routing(number, 0, 0, bytes(4) + STRANGER)
        payload, number, before = header + payload, 43, before + len(header)
    if hop_by_hop:
        header = extension.push_options(number)
        payload, number, before = header + payload, 0, before + len(header)
    return ipv6.push_packet(number, payload, source=A, destination=B), before


# --- Splitting ------------------------------------------------------------------------------------


@given(st.integers(1281, 6000), st.integers(1280, 1500))
def test_fragments_are_joined_by_scapy_to_what_they_were(size, mtu):
    data = ipv6.push_packet(17, (bytes(range(256)) * 24)[:size], source=A, destination=B)
    pieces = split(data, mtu, 0xC0FFEE)
    assert all(len(piece) <= mtu for piece in pieces)
    assert all((len(piece) - 48) % 8 == 0 for piece in pieces[:-1])
    if len(pieces) > 1:
        assert bytes(defragment6([IPv6(piece) for piece in pieces])) == data


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"hop_by_hop": True},
        {"routing": True},
        {"hop_by_hop": True, "routing": True},
        {"options": 100},
        {"hop_by_hop": True, "options": 100},
    ],
)
def test_only_what_nodes_on_the_way_need_stands_before_the_fragment_header(headers):
    data, before = with_headers(**headers)
    pieces = split(data, 1280, 7)
    for piece in pieces:
        fragment = next(h for h in extension.pull_chain(piece).headers if h.kind == 44)
        assert fragment.offset == 40 + before
    assert bytes(defragment6([IPv6(piece) for piece in pieces])) == data


def test_tshark_puts_the_fragments_together():
    pieces = [piece for size in (1281, 2800) for piece in split(echo(size), 1280, size)]
    pcap = tshark.pcap(pieces, link=tshark.RAW)
    assert tshark.marks(pcap) == []
    rows = tshark.fields(pcap, ["ipv6.reassembled.length", "icmpv6.checksum.status"])
    lengths = [row["ipv6.reassembled.length"] for row in rows if row["icmpv6.checksum.status"]]
    assert lengths == [["1241"], ["2760"]]


def test_headers_that_fill_the_first_fragment_are_refused():
    """RFC 7112 section 5: all of them belong into the first."""
    long = extension.push_options(58, (extension.Option(0x1E, bytes(250)),) * 5)
    data = ipv6.push_packet(60, long + echo()[40:], source=A, destination=B)
    with pytest.raises(ValueError, match="first fragment"):
        split(data, 1280, 1)
    assert len(split(data, 1500, 1)) == 3


def test_a_fragment_is_not_split_again():
    with pytest.raises(ValueError, match="fragment already"):
        split(split(echo(), 1500, 1)[0], 1280, 2)


# --- Joining --------------------------------------------------------------------------------------


def sent(*pieces, wait=2.0):
    """What host b says to fragments: how many answers, and which errors."""
    network, a, b, capture = two_hosts()
    for piece in pieces:
        put(network, a, piece)
    network.run(wait)
    replies = [
        frame.data
        for frame in capture
        if frame.data[22:38] == B and frame.data[20] in (44, 58) and frame.data[54] in (129, 58)
    ]
    errors = [icmpv6.pull_error(found) for found in messages(capture, 1, 2, 3, 4)]
    reply = replies[0][14:] if replies else b""
    if len(replies) > 1:
        reply = bytes(defragment6([IPv6(frame[14:]) for frame in replies]))
    assert b.fragments._octets == sum(one.octets for one in b.fragments._waiting.values())
    return reply[48:], [(error.type, error.code, error.parameter) for error in errors]


def fragment(offset, data, *, more=True, identification=9, next_header=58):
    header = extension.push_fragment(extension.Fragment(next_header, offset, more, identification))
    return ipv6.push_packet(44, header + data, source=A, destination=B)


PIECES = split(echo(2800), 1280, 9)
WHOLE = echo(2800)[48:]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_fragments_are_joined_in_any_order(order):
    assert len(PIECES) == 3
    assert sent(*(PIECES[n] for n in order)) == (WHOLE, [])


def test_a_fragment_that_comes_twice_is_no_overlap():
    assert sent(PIECES[0], PIECES[1], PIECES[1], PIECES[0], PIECES[2]) == (WHOLE, [])


def test_fragments_of_other_packets_are_kept_apart():
    others = split(icmp(128, b"\0\7\0\2" + bytes(2748)), 1280, 10)
    mixed = [piece for pair in zip(PIECES, others[::-1], strict=True) for piece in pair]
    network, a, _, capture = two_hosts()
    for piece in mixed:
        put(network, a, piece)
    assert (
        sum(frame.data[22:38] == B and frame.data[20] == 44 for frame in capture) == 4
    )  # two answers of two fragments


OVERLAPS = {
    "one octet of the one before": fragment(1224, b"x" * 16),
    "all of another": fragment(0, b"x" * 1400),
    "the same place with other data": fragment(0, b"x" * 1232),
    "beyond the last": fragment(2760, b"x" * 8),
    "a second last": fragment(2464, b"x" * 8, more=False),
    "empty": fragment(1232, b"", more=True),
}


@pytest.mark.parametrize("bad", OVERLAPS.values(), ids=OVERLAPS)
@pytest.mark.parametrize("order", [(0, 2), (2, 0)])
def test_overlapping_fragments_end_the_packet_silently(bad, order):
    """RFC 5722 section 4, RFC 8200 section 4.5; what comes later is not taken either."""
    first, second = (PIECES[n] for n in order)
    assert sent(first, second, bad, PIECES[1], *PIECES, wait=70) == (b"", [])


def test_after_the_time_is_over_the_source_is_told_if_the_first_fragment_came():
    assert sent(PIECES[0], PIECES[2], wait=50) == (b"", [])
    assert sent(PIECES[0], PIECES[2], wait=70) == (b"", [(3, 1, 0)])
    assert sent(PIECES[1], PIECES[2], wait=70) == (b"", [])


def test_a_fragment_with_a_wrong_length_is_reported():
    assert sent(fragment(8, bytes(15))) == (b"", [(4, 0, 4)])


def test_a_fragment_beyond_the_longest_packet_is_reported():
    assert sent(fragment(65528, bytes(8), more=False)) == (b"", [(4, 0, 42)])


def test_a_first_fragment_without_the_upper_layer_is_reported():
    """RFC 7112 section 5."""
    header = extension.push_options(58, (extension.Option(0x1E, bytes(20)),))
    assert sent(fragment(0, header[:16], next_header=60)) == (b"", [(4, 3, 0)])
    assert sent(fragment(0, header, next_header=60)) == (b"", [(4, 3, 0)])
    assert sent(fragment(0, b"", next_header=58)) == (b"", [(4, 3, 0)])


def test_an_atomic_fragment_is_a_packet_of_its_own():
    """RFC 6946: whatever waits with the same identification."""
    atomic = fragment(0, icmp(128, b"\0\7\0\1atom")[40:], more=False, identification=9)
    assert sent(PIECES[0], atomic) == (b"atom", [])
    assert sent(atomic, PIECES[0], PIECES[1], PIECES[2])[1] == []


def test_fragments_with_headers_before_and_behind_are_joined():
    for headers in ({"hop_by_hop": True, "routing": True}, {"options": 100}):
        data, _ = with_headers(**headers)
        assert sent(*split(data, 1280, 3)) == (WHOLE, [])


def test_a_flood_of_fragments_takes_bounded_memory():
    network, a, b, _ = two_hosts()
    for identification in range(3000):
        with a.asked():
            a.send(fragment(8, bytes(1400), identification=identification))
    network.run(5)
    assert b.fragments._octets <= 4 * 1024 * 1024
    assert b.fragments.waiting < 3000
    network.run(60)
    assert (b.fragments._octets, b.fragments.waiting) == (0, 0)


def test_the_smallest_fragments_of_the_longest_packet_take_no_long_time():
    network, a, b, _ = two_hosts()
    longest = echo()[:40] + bytes(65_528)
    for at in range(8, 65_528, 8):
        with a.asked():
            a.send(fragment(at, longest[40 + at : 48 + at], more=at + 8 < 65_528))
    network.run(5)
    assert b.fragments._octets == 65_520


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5), st.booleans()), max_size=12))
def test_whatever_fragments_come_only_what_does_not_overlap_is_delivered(made):
    network, a, b, _ = WORLD
    b.fragments._waiting.clear()
    b.fragments._octets = 0
    got = []
    b.next_headers[253] = lambda packet: got.append(packet.data)
    for place, length, more in made:
        with a.asked():
            a.send(fragment(8 * place, bytes([place]) * 8 * length, more=more, next_header=253))
        network.run(0.01)
    for data in got:
        assert len(data) == 40 + (data[4] << 8 | data[5])
        assert data[6] == 253


WORLD = two_hosts()


def test_scapys_fragments_are_joined():
    whole = IPv6(echo(2800))
    crafted = IPv6(src="2001:db8:1::a", dst="2001:db8:1::b") / IPv6ExtHdrFragment(id=5)
    crafted /= whole.payload
    from scapy.layers.inet6 import fragment6

    assert sent(*(bytes(piece) for piece in fragment6(crafted, 1280))) == (WHOLE, [])


# --- Identifications ------------------------------------------------------------------------------


def test_identifications_of_a_destination_are_counted_from_a_random_beginning():
    """RFC 7739 section 5.2."""
    _, a, b, _ = two_hosts()
    first = a.fragments.identification(B)
    assert [a.fragments.identification(B) for _ in range(3)] == [
        (first + n) & 0xFFFFFFFF for n in (1, 2, 3)
    ]
    assert a.fragments.identification(STRANGER) != first + 4
    assert b.fragments.identification(B) != first


# --- Path MTU, RFC 8201 ---------------------------------------------------------------------------


def too_big(mtu, about):
    return icmp(2, mtu.to_bytes(4, "big") + about[:1200])


MINE = udp(source=B, destination=STRANGER, size=1460)
REPORTS = {
    "a smaller one is learned": (1400, MINE, 1400),
    "1280 is the smallest": (1280, MINE, 1280),
    "less than 1280 is discarded": (1279, MINE, 1500),
    "zero is discarded": (0, MINE, 1500),
    "more than the link's is discarded": (9000, MINE, 1500),
    "somebody else's packet": (1400, udp(source=A, destination=STRANGER, size=1460), 1500),
    "a packet that was not too long": (1400, udp(source=B, destination=STRANGER), 1500),
    "no packet at all": (1400, b"", 1500),
}


@pytest.mark.parametrize(("mtu", "about", "expected"), REPORTS.values(), ids=REPORTS)
def test_a_packet_too_big_counts_where_it_answers_a_long_packet(mtu, about, expected):
    network, a, b, _ = two_hosts()
    put(network, a, too_big(mtu, about))
    assert b.path_mtu.to(STRANGER, b.interface("eth0")) == expected


def test_an_estimate_does_not_grow_by_a_report_but_by_time():
    """RFC 8201 sections 4 and 5.3."""
    network, a, b, _ = two_hosts()
    here = b.interface("eth0")
    put(network, a, too_big(1300, MINE))
    put(network, a, too_big(1400, MINE))
    assert b.path_mtu.to(STRANGER, here) == 1300
    (entry,) = b.path_mtu.entries()
    assert (str(entry.destination), entry.mtu) == ("2001:db8:2::5", 1300)
    network.run(590)
    assert b.path_mtu.to(STRANGER, here) == 1300
    network.run(20)
    with b.asked():
        assert b.path_mtu.to(STRANGER, here) == 1500
    assert b.path_mtu.entries() == []


def test_a_long_packet_is_sent_in_fragments_that_fit_the_path():
    network, a, b, capture = two_hosts()
    put(network, a, too_big(1300, udp(source=B, destination=A, size=1460)))
    capture.clear()
    assert b.ping("2001:db8:1::a", size=3000, count=1).received == 1
    frames = [frame.data for frame in capture if frame.data[22:38] == B]
    assert [len(frame) - 14 <= 1300 for frame in frames] == [True] * 3
    assert tshark.marks(tshark.pcap(frame.data for frame in capture)) == []


def test_a_packet_to_a_group_is_split_for_the_link():
    network, a, _, capture = two_hosts()
    put(network, a, icmp(128, bytes(3000), destination=packed("ff02::1")))
    assert all(len(frame.data) <= 1514 for frame in capture)
    assert sum(frame.data[54] == 58 and frame.data[22:38] == B for frame in capture) == 3
