"""Neighbor Discovery on the wire: scapy and tshark read what is written, and bad bytes are said."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import tshark
from scapy.layers.inet6 import (
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6ND_Redirect,
    ICMPv6ND_RS,
    ICMPv6NDOptDNSSL,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptMTU,
    ICMPv6NDOptPREF64,
    ICMPv6NDOptPrefixInfo,
    ICMPv6NDOptRDNSS,
    ICMPv6NDOptRedirectedHdr,
    ICMPv6NDOptRouteInfo,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
)

from ipv6course.network.wire import MalformedError, ethernet, ipv6, nd


def octets(text: str) -> bytes:
    return ipaddress.IPv6Address(text).packed


MAC = bytes.fromhex("00005e005301")
LINK_LOCAL, ALL_NODES, GLOBAL = octets("fe80::1"), octets("ff02::1"), octets("2001:db8::1")

OPTIONS = (
    nd.SourceLinkLayer(MAC),
    nd.TargetLinkLayer(MAC),
    nd.Mtu(1400),
    nd.PrefixInformation(octets("2001:db8:1::"), 64),
    nd.PrefixInformation(octets("2001:db8:2::"), 48, False, False, nd.INFINITY, 0, True, True),
    nd.RouteInformation(octets("::"), 0, 600, 1),
    nd.RouteInformation(octets("2001:db8:3::"), 48, nd.INFINITY, -1),
    nd.RouteInformation(octets("2001:db8::5"), 128, 0, 0),
    nd.RecursiveDnsServer(1800, (octets("2001:db8::53"), octets("2001:db8::54"))),
    nd.DnsSearchList(1800, ("example.com", "lab.example.org")),
    nd.Pref64(octets("64:ff9b::"), 96, 1800),
    nd.Pref64(octets("2001:db8:64::"), 48, 65_528),
    nd.CaptivePortal("https://example.com/api"),
    nd.Nonce(b"\x01\x02\x03\x04\x05\x06"),
    nd.UnknownOption(200, bytes(range(14))),
)
REDIRECTED = ipv6.push_packet(59, b"", source=GLOBAL, destination=octets("2001:db8::9"))
MESSAGES = (
    nd.RouterSolicitation((nd.SourceLinkLayer(MAC),)),
    nd.RouterAdvertisement(64, True, True, 1, 1800, 30_000, 1000, OPTIONS),
    nd.RouterAdvertisement(0, False, False, -1, 0, home_agent=True, proxy=True),
    nd.RouterAdvertisement(preference=None),
    nd.NeighborSolicitation(GLOBAL, (nd.SourceLinkLayer(MAC),)),
    nd.NeighborSolicitation(GLOBAL, (nd.Nonce(bytes(6)),)),
    nd.NeighborAdvertisement(GLOBAL, True, True, True, (nd.TargetLinkLayer(MAC),)),
    nd.NeighborAdvertisement(GLOBAL, False, False, False),
    nd.Redirect(
        LINK_LOCAL,
        GLOBAL,
        (nd.TargetLinkLayer(MAC), nd.RedirectedHeader(REDIRECTED)),
    ),
)


def packet(message: nd.Message) -> bytes:
    payload = ipv6.with_checksum(LINK_LOCAL, ALL_NODES, 58, nd.push_message(message), 2)
    return ipv6.push_packet(58, payload, source=LINK_LOCAL, destination=ALL_NODES, hop_limit=255)


@pytest.mark.parametrize("message", MESSAGES)
def test_what_was_written_is_read_again(message: nd.Message) -> None:
    assert nd.pull_message(nd.push_message(message)) == message


@pytest.fixture(scope="module")
def judged() -> tuple[list[tshark.Mark], list[dict[str, list[str]]]]:
    frames = [
        ethernet.push_frame(ethernet.multicast_mac(ALL_NODES), MAC, ethernet.IPV6, packet(message))
        for message in MESSAGES
    ]
    pcap = tshark.pcap(frames)
    names = [
        "icmpv6.type",
        "icmpv6.opt.type",
        "icmpv6.opt.prefix.length",
        "icmpv6.opt.mtu",
        "icmpv6.opt.rdnss",
        "icmpv6.opt.linkaddr",
        "icmpv6.opt.route_info.flag.route_preference",
        "icmpv6.nd.ra.flag.prf",
        "icmpv6.nd.ra.router_lifetime",
        "icmpv6.nd.na.flag.s",
        "icmpv6.nd.na.target_address",
    ]
    return tshark.marks(pcap), tshark.fields(pcap, names)


def test_tshark_marks_nothing(judged: tuple[list[tshark.Mark], list[dict[str, list[str]]]]) -> None:
    unknown = [mark for mark in judged[0] if mark.frame != 1]  # option 200 is in that one
    assert unknown == []
    assert all("malformed" not in mark.group for mark in judged[0])


def test_tshark_reads_the_same_fields(
    judged: tuple[list[tshark.Mark], list[dict[str, list[str]]]],
) -> None:
    rows = judged[1]
    assert [row["icmpv6.type"] for row in rows] == [[str(message.TYPE)] for message in MESSAGES]
    advertisement = rows[1]
    assert advertisement["icmpv6.opt.type"] == [str(option.number) for option in OPTIONS]
    assert advertisement["icmpv6.opt.mtu"] == ["1400"]
    assert advertisement["icmpv6.opt.rdnss"] == ["2001:db8::53", "2001:db8::54"]
    assert advertisement["icmpv6.opt.route_info.flag.route_preference"] == ["1", "3", "0"]
    assert [row["icmpv6.nd.ra.flag.prf"] for row in rows[1:4]] == [["1"], ["3"], ["2"]]


def test_scapy_reads_the_same_advertisement() -> None:
    found = IPv6(packet(MESSAGES[1]))
    ra = found[ICMPv6ND_RA]
    assert (ra.chlim, ra.M, ra.O, ra.prf, ra.routerlifetime) == (64, 1, 1, 1, 1800)
    assert (ra.reachabletime, ra.retranstimer) == (30_000, 1000)
    assert found[ICMPv6NDOptSrcLLAddr].lladdr == "00:00:5e:00:53:01"
    assert found[ICMPv6NDOptMTU].mtu == 1400
    prefix = found[ICMPv6NDOptPrefixInfo]
    assert (prefix.prefix, prefix.prefixlen, prefix.L, prefix.A) == ("2001:db8:1::", 64, 1, 1)
    assert (prefix.validlifetime, prefix.preferredlifetime) == (2_592_000, 604_800)
    route = found.getlayer(ICMPv6NDOptRouteInfo, 2)
    assert (route.prefix, route.plen, route.prf) == ("2001:db8:3::", 48, 3)
    assert found[ICMPv6NDOptRDNSS].dns == ["2001:db8::53", "2001:db8::54"]
    assert found[ICMPv6NDOptDNSSL].searchlist == ["example.com.", "lab.example.org."]
    nat64 = found.getlayer(ICMPv6NDOptPREF64, 2)
    assert (nat64.prefix, nat64.scaledlifetime, nat64.plc) == ("2001:db8:64::", 8191, 3)


def test_scapy_reads_the_other_messages() -> None:
    assert IPv6(packet(MESSAGES[0]))[ICMPv6ND_RS].code == 0
    assert IPv6(packet(MESSAGES[4]))[ICMPv6ND_NS].tgt == "2001:db8::1"
    advertised = IPv6(packet(MESSAGES[6]))
    flags = advertised[ICMPv6ND_NA]
    assert (flags.R, flags.S, flags.O, flags.tgt) == (1, 1, 1, "2001:db8::1")
    assert advertised[ICMPv6NDOptDstLLAddr].lladdr == "00:00:5e:00:53:01"
    redirect = IPv6(packet(MESSAGES[8]))
    assert redirect[ICMPv6ND_Redirect].tgt == "fe80::1"
    assert redirect[ICMPv6ND_Redirect].dst == "2001:db8::1"
    assert redirect[ICMPv6NDOptRedirectedHdr].len == 6


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_that_is_cut_off_is_said_to_be(message: nd.Message) -> None:
    whole = nd.push_message(message)
    ends = {len(whole)} | {len(nd.push_message(message)) - 0}
    at = len(whole)
    for option in reversed(message.options):  # between two options it is whole again
        at -= len(nd.push_option(option))
        ends.add(at)
    for length in range(len(whole)):
        if length in ends:
            nd.pull_message(whole[:length])
        else:
            with pytest.raises(MalformedError):
                nd.pull_message(whole[:length])


@pytest.mark.parametrize(
    "data",
    [
        bytes((133, 1, 0, 0)) + bytes(4),  # code 1
        bytes((132, 0, 0, 0)) + bytes(20),  # not Neighbor Discovery
        bytes((133, 0, 0, 0)) + bytes(4) + bytes((1, 0)) + bytes(6),  # an option of length 0
    ],
)
def test_what_a_node_must_discard_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        nd.pull_message(data)


@pytest.mark.parametrize(
    ("number", "content"),
    [
        (3, bytes(6)),  # prefix information of 8 octets
        (3, bytes((129,)) + bytes(29)),  # a prefix length of 129
        (24, bytes((65, 0)) + bytes(12)),  # 65 bits in 8 octets
        (24, bytes(30)),  # 4 units
        (25, bytes(6)),  # no server
        (25, bytes(14)),  # half a server
        (31, bytes(6) + b"\x09example" + bytes(0)),  # a label beyond the end
        (31, bytes(14)),  # no domain
        (38, b"\x00\x06" + bytes(12)),  # a reserved prefix length code
        (5, bytes(14)),  # an MTU of 16 octets
    ],
)
def test_an_option_that_makes_no_sense_is_unknown_and_the_rest_is_read(
    number: int, content: bytes
) -> None:
    option = nd.UnknownOption(number, content)
    data = nd.push_option(option) + nd.push_option(nd.Mtu(1400))
    assert nd.pull_options(data) == (option, nd.Mtu(1400))


def test_a_lifetime_of_pref64_is_rounded_up_to_eight_and_has_a_most() -> None:
    for given_, written in ((1, 8), (8, 8), (1801, 1808), (100_000, 65_528)):
        option = nd.Pref64(octets("64:ff9b::"), 96, given_)
        assert nd.pull_options(nd.push_option(option))[0].lifetime == written  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "message",
    [
        nd.RouterAdvertisement(lifetime=65_536),
        nd.RouterAdvertisement(options=(nd.DnsSearchList(1, ("a" * 64 + ".example",)),)),
        nd.RouterAdvertisement(options=(nd.RecursiveDnsServer(1, (GLOBAL,) * 128),)),
    ],
)
def test_what_does_not_fit_is_refused(message: nd.Message) -> None:
    with pytest.raises(ValueError, match=r"fit|octets"):
        nd.push_message(message)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from((133, 134, 135, 136, 137)), st.binary(max_size=200))
def test_random_bytes_are_read_or_malformed(kind: int, rest: bytes) -> None:
    data = bytes((kind, 0, 0, 0)) + rest
    try:
        message = nd.pull_message(data)
    except MalformedError:
        return
    assert nd.pull_message(nd.push_message(message)) == message


UNSPECIFIED, GROUP = bytes(16), octets("ff02::1:ff00:1")
NS, NA = nd.NeighborSolicitation(GLOBAL), nd.NeighborAdvertisement(GLOBAL)
WITH_MAC = (nd.SourceLinkLayer(MAC),)


@pytest.mark.parametrize(
    ("message", "source", "destination", "hop_limit", "reason"),
    [
        (nd.RouterSolicitation(), LINK_LOCAL, ALL_NODES, 254, "hop limit"),
        (nd.RouterSolicitation(WITH_MAC), UNSPECIFIED, ALL_NODES, 255, "link-layer"),
        (nd.RouterAdvertisement(), GLOBAL, ALL_NODES, 255, "link-local"),
        (nd.NeighborSolicitation(ALL_NODES), LINK_LOCAL, GROUP, 255, "multicast"),
        (NS, UNSPECIFIED, GLOBAL, 255, "solicited-node"),
        (nd.NeighborSolicitation(GLOBAL, WITH_MAC), UNSPECIFIED, GROUP, 255, "link-layer"),
        (nd.NeighborAdvertisement(ALL_NODES), LINK_LOCAL, GLOBAL, 255, "multicast"),
        (nd.NeighborAdvertisement(GLOBAL, solicited=True), LINK_LOCAL, ALL_NODES, 255, "solicited"),
        (nd.Redirect(LINK_LOCAL, GLOBAL), GLOBAL, GLOBAL, 255, "link-local"),
        (nd.Redirect(LINK_LOCAL, ALL_NODES), LINK_LOCAL, GLOBAL, 255, "multicast"),
        (nd.Redirect(GLOBAL, octets("2001:db8::2")), LINK_LOCAL, GLOBAL, 255, "neither"),
    ],
)
def test_a_receiver_discards(
    message: nd.Message, source: bytes, destination: bytes, hop_limit: int, reason: str
) -> None:
    found = nd.why_invalid(message, source=source, destination=destination, hop_limit=hop_limit)
    assert found is not None
    assert reason in found


@pytest.mark.parametrize(
    ("message", "source", "destination"),
    [
        (nd.RouterSolicitation(), UNSPECIFIED, ALL_NODES),
        (nd.RouterSolicitation(WITH_MAC), LINK_LOCAL, ALL_NODES),
        (nd.RouterAdvertisement(), LINK_LOCAL, ALL_NODES),
        (NS, UNSPECIFIED, GROUP),
        (NS, GLOBAL, GLOBAL),
        (NA, GLOBAL, ALL_NODES),
        (nd.Redirect(LINK_LOCAL, GLOBAL), LINK_LOCAL, GLOBAL),
        (nd.Redirect(GLOBAL, GLOBAL), LINK_LOCAL, GLOBAL),
    ],
)
def test_a_receiver_takes(message: nd.Message, source: bytes, destination: bytes) -> None:
    assert nd.why_invalid(message, source=source, destination=destination, hop_limit=255) is None
