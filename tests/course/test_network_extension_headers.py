"""Extension headers: their format by scapy and tshark, and what a node does with each, RFC 8200."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import tshark
from scapy.layers.inet6 import (
    ICMPv6EchoRequest,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting,
    Jumbo,
    PadN,
    RouterAlert,
)
from test_network_icmp import A, B, messages, put, two_hosts

from ipv6course.network import Host
from ipv6course.network.surface import packed
from ipv6course.network.wire import MalformedError, extension, icmpv6, ipv6

ECHO = bytes(ICMPv6EchoRequest(id=1, seq=1, data=b"12345678"))
FINAL = packed("2001:db8:3::1")


def packet(next_header, payload, destination=B):
    return ipv6.push_packet(next_header, payload, source=A, destination=destination)


def answered(header, *, next_header=60, destination=B, host=None):
    """What host b says to a packet with a header before an Echo Request."""
    network, a, b, capture = two_hosts()
    if host is not None:
        host(b)
    echo = ipv6.with_checksum(A, destination, 58, b"\x80\0\0\0" + bytes(12), 2)
    put(network, a, packet(next_header, header + echo, destination))
    replies = messages(capture, icmpv6.ECHO_REPLY)
    errors = [icmpv6.pull_error(found) for found in messages(capture, 1, 2, 3, 4)]
    return len(replies), [(error.type, error.code, error.parameter) for error in errors]


# --- The wire -------------------------------------------------------------------------------------


def test_options_are_padded_as_scapy_pads_them():
    ours = extension.push_options(58, (extension.Option(extension.ROUTER_ALERT, b"\0\0"),))
    assert ours == bytes(IPv6ExtHdrHopByHop(nh=58, options=[RouterAlert(), PadN(optdata=b"")]))
    ours = extension.push_options(58, (extension.Option(extension.JUMBO, b"\0\1\0\0"),))
    assert ours == bytes(IPv6ExtHdrHopByHop(nh=58, options=[Jumbo(jumboplen=65536)]))
    assert extension.push_options(59) == b"\x3b\0\x01\x04\0\0\0\0"


def test_an_option_begins_where_its_definition_wants_it():
    """RFC 8200 section 4.2: xn+y, counted from the beginning of the header."""
    kinds = {extension.ROUTER_ALERT: (2, 0), extension.JUMBO: (4, 2), 0xC9: (8, 6)}
    for first in range(8):
        for kind, (unit, rest) in kinds.items():
            options = (extension.Option(0x1E, bytes(first)), extension.Option(kind, bytes(4)))
            found = extension.pull_options(extension.push_options(59, options))
            assert found.options[1].at % unit == rest
            assert [(one.type, one.data) for one in found.options] == [
                (one.type, one.data) for one in options
            ]


@pytest.mark.parametrize("segments", [0, 2])
def test_a_routing_header_is_as_scapy_writes_it(segments):
    ours = extension.push_routing(58, 0, segments, bytes(4) + B + FINAL)
    scapys = IPv6ExtHdrRouting(
        nh=58, type=0, segleft=segments, addresses=["2001:db8:1::b", "2001:db8:3::1"]
    )
    assert ours == bytes(scapys)
    assert extension.pull_routing(ours).addresses == (B, FINAL)
    chain = extension.pull_chain(packet(43, ours + ECHO))
    assert chain.final_destination == (FINAL if segments else B)


def test_a_fragment_header_is_as_scapy_writes_it():
    for offset, more in ((0, True), (8, False), (65528, True)):
        fragment = extension.Fragment(58, offset, more, 0xDEADBEEF)
        ours = extension.push_fragment(fragment)
        scapys = IPv6ExtHdrFragment(nh=58, offset=offset // 8, m=more, id=0xDEADBEEF)
        assert ours == bytes(scapys)
        assert extension.pull_fragment(ours) == fragment


HEADERS = st.lists(st.sampled_from([60, 43, 60, 0, 51]), max_size=6)


def chained(kinds):
    """A packet with those headers in that order, and the places where they begin."""
    payload, number, begins = ECHO, 58, []
    for kind in reversed(kinds):
        if kind == 43:
            header = extension.push_routing(number, 0, 0, bytes(4) + FINAL)
        elif kind == 51:
            header = bytes((number, 4)) + bytes(22)
        else:
            header = extension.push_options(number, (extension.Option(0x1E, b"abc"),))
        payload, number = header + payload, kind
        begins = [0, *(one + len(header) for one in begins)]
    return packet(number, payload), [40 + one for one in begins]


@given(HEADERS)
def test_the_chain_is_read_to_its_end_and_every_cut_is_seen(kinds):
    data, begins = chained(kinds)
    chain = extension.pull_chain(data)
    assert [link.kind for link in chain.headers] == kinds
    assert [link.offset for link in chain.headers] == begins
    assert (chain.next_header, chain.offset) == (58, len(data) - len(ECHO))
    assert all(data[link.next_header_at] == link.kind for link in chain.headers)
    for length in range(40, len(data) - len(ECHO)):
        assert extension.pull_chain(data[:length]).is_cut


def test_tshark_reads_the_same_chain():
    cases = [[60], [0, 60, 43, 60], [51], [0, 51, 60], [43, 43]]
    pcap = tshark.pcap([chained(kinds)[0] for kinds in cases], link=tshark.RAW)
    for kinds, row in zip(cases, tshark.fields(pcap, ["frame.protocols"]), strict=True):
        names = {0: "ipv6.hopopts", 43: "ipv6.routing", 60: "ipv6.dstopts", 51: "ah"}
        said = row["frame.protocols"][0].split(":")
        assert [name for name in said if name in names.values()] == [names[one] for one in kinds]
        assert said[-1] == "icmpv6" or "icmpv6" in said


@settings(max_examples=300)
@given(st.binary(max_size=120), st.sampled_from([0, 43, 44, 50, 51, 60, 58, 135]))
def test_any_bytes_are_read_or_malformed_and_nothing_else(data, kind):
    extension.pull_chain(packet(kind, data))
    for pull in (extension.pull_options, extension.pull_routing, extension.pull_fragment):
        try:
            pull(data)
        except MalformedError as error:
            assert error.at is None or 0 <= error.at <= max(len(data), 1)


# --- Options, RFC 8200 section 4.2 ----------------------------------------------------------------

OPTIONS = [
    (0x1E, B, (1, [])),  # 00: skip
    (0x5E, B, (0, [])),  # 01: discard
    (0x9E, B, (0, [(4, 2, 42)])),  # 10: discard and report
    (0xDE, B, (0, [(4, 2, 42)])),  # 11: the same,
    (0x1E, packed("ff02::1"), (1, [])),
    (0x5E, packed("ff02::1"), (0, [])),
    (0x9E, packed("ff02::1"), (0, [(4, 2, 42)])),  # a group's sender is told, too
    (0xDE, packed("ff02::1"), (0, [])),  # but not here
    (extension.ROUTER_ALERT, B, (1, [])),
    (extension.JUMBO, B, (0, [(4, 2, 42)])),  # jumbograms are not known here
]


@pytest.mark.parametrize("next_header", [0, 60])
@pytest.mark.parametrize(("kind", "destination", "expected"), OPTIONS)
def test_what_an_unknown_option_says_is_done(kind, destination, expected, next_header):
    option = bytes((58, 0, kind, 4)) + bytes(4)
    assert answered(option, next_header=next_header, destination=destination) == expected


def test_options_are_processed_from_left_to_right():
    """The first that decides decides; what is malformed behind it doesn't matter."""
    assert answered(bytes((58, 0, 0x5E, 0, 0x9E, 0, 0, 0))) == (0, [])
    assert answered(bytes((58, 0, 0x9E, 0, 0x1E, 200, 0, 0))) == (0, [(4, 2, 42)])
    assert answered(bytes((58, 0, 0x1E, 0, 0x1E, 200, 0, 0))) == (0, [(4, 0, 45)])


def test_a_header_that_is_longer_than_the_packet_is_reported_with_its_length_field():
    assert answered(bytes((58, 200, 1, 4, 0, 0, 0, 0))) == (0, [(4, 0, 41)])


def test_more_options_than_a_host_takes_are_reported():
    """RFC 8504 section 5.3, RFC 8883 section 2.6."""
    eight = bytes((58, 2)) + bytes((0x1E, 0)) * 8 + bytes((1, 4, 0, 0, 0, 0))
    nine = bytes((58, 2)) + bytes((0x1E, 0)) * 9 + bytes((1, 2, 0, 0))
    assert answered(eight) == (1, [])
    assert answered(nine) == (0, [(4, icmpv6.TOO_MANY_OPTIONS, 40 + 2 + 16)])


def test_more_headers_than_a_host_takes_are_reported():
    """RFC 8883 section 2.5."""

    def limited(host: Host):
        host.extension_headers.limits.headers = 2

    two = extension.push_options(60) + extension.push_options(58)
    assert answered(two, host=limited) == (1, [])
    three = extension.push_options(60) + two
    assert answered(three) == (1, [])
    assert answered(three, host=limited) == (
        0,
        [(4, icmpv6.TOO_MANY_EXTENSION_HEADERS, 40 + 16)],
    )


# --- Routing headers and the order ----------------------------------------------------------------


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4, 200])
def test_a_routing_header_with_segments_left_is_refused_and_else_ignored(kind):
    """RFC 8200 section 4.4; type 0: RFC 5095 section 3."""
    refused = extension.push_routing(58, kind, 1, bytes(4) + FINAL)
    assert answered(refused, next_header=43) == (0, [(4, 0, 42)])
    ignored = extension.push_routing(58, kind, 0, bytes(4) + FINAL)
    assert answered(ignored, next_header=43) == (1, [])


def test_hop_by_hop_options_that_are_not_first_are_as_good_as_unknown():
    """RFC 8200 section 4: the pointer is where the zero stands."""
    header = extension.push_options(0) + extension.push_options(58)
    assert answered(header) == (0, [(4, 1, 40)])


def test_a_pointer_behind_extension_headers_points_to_the_last_of_them():
    network, a, _b, capture = two_hosts()
    put(
        network,
        a,
        packet(60, extension.push_options(43) + extension.push_routing(253, 254, 0, bytes(4))),
    )
    (found,) = messages(capture, 4)
    assert icmpv6.pull_error(found).parameter == 48


def test_thousands_of_headers_are_read_in_a_loop():
    header = b"".join(extension.push_options(60) for _ in range(150)) + extension.push_options(58)
    assert answered(header) == (1, [])


# --- A router on the way --------------------------------------------------------------------------


def test_a_router_looks_at_hop_by_hop_options_only_if_it_is_told_to():
    """RFC 9673 section 5: and then at the first."""
    _, _, b, _ = two_hosts()
    here = b.interface("eth0")
    refused = packet(0, bytes((58, 0, 0x9E, 4)) + bytes(4) + ECHO, FINAL)
    second = packet(0, bytes((58, 0, 0x1E, 0, 0x9E, 0, 0, 0)) + ECHO, FINAL)
    assert b.extension_headers.may_forward(refused, here)
    b.extension_headers.hop_by_hop_on_the_way = True
    assert not b.extension_headers.may_forward(refused, here)
    assert b.extension_headers.may_forward(second, here)
    assert b.extension_headers.may_forward(packet(0, extension.push_options(58) + ECHO), here)
    assert not b.extension_headers.may_forward(packet(0, bytes((58, 9)) + bytes(6)), here)


def test_scapy_and_the_chain_agree_on_the_upper_layer():
    data = bytes(
        IPv6(src="2001:db8:1::a", dst="2001:db8:1::b")
        / IPv6ExtHdrHopByHop(options=[RouterAlert()])
        / IPv6ExtHdrDestOpt()
        / IPv6ExtHdrRouting(addresses=["2001:db8:3::1"], segleft=1)
        / IPv6ExtHdrFragment(id=5, m=1)
        / ICMPv6EchoRequest()
    )
    chain = extension.pull_chain(data)
    assert (chain.next_header, data[chain.offset]) == (58, 128)
    assert chain.fragment == extension.Fragment(58, 0, True, 5)
    assert chain.final_destination == FINAL
