"""`verify`: each rule finds its fault, good packets have none, and the RFC is one in force."""

import csv
import re
from pathlib import Path

import packet_samples
import pytest
from oracles import tshark
from scapy.layers import inet, inet6, l2

import ipv6course.packet
from ipv6course.packet import diagram, diagram_html, explain, registry, verify
from ipv6data.rfc_index import rfc_index

ROOM = Path(ipv6course.packet.__file__).parent
A, B, LOCAL = "2001:db8::1", "2001:db8::2", "fe80::1"
MAC, OTHER = "00:00:5e:00:53:01", "00:00:5e:00:53:02"
UDP = inet.UDP(sport=40000, dport=40001)


def ip(**fields):
    return inet6.IPv6(**{"src": A, "dst": B, **fields})


def ns(target=B, **fields):
    fields = {"dst": "ff02::1:ff00:2", "hlim": 255, **fields}
    return ip(**fields) / inet6.ICMPv6ND_NS(tgt=target)


def ra(**fields):
    header = {"src": LOCAL, "dst": "ff02::1", "hlim": 255, **fields}
    return ip(**header) / inet6.ICMPv6ND_RA(prf=0)


def changed(packet, octet, value):
    raw = bytearray(bytes(packet))
    raw[octet] = value
    return bytes(raw)


own = inet6.ICMPv6NDOptSrcLLAddr(lladdr=MAC)
hop = inet6.IPv6ExtHdrHopByHop
dest = inet6.IPv6ExtHdrDestOpt
alert = inet6.RouterAlert(value=0)
echo = inet6.ICMPv6EchoRequest(id=1, seq=1)
quote = ip(src=B, dst=A) / UDP / b"data"

FAULTS = [
    (changed(ip() / UDP / b"x", 5, 200), "IPv6: Payload Length", "RFC 8200 section 3"),
    (bytes(ip() / UDP / b"x") + b"more", "Rest", "RFC 8200 section 3"),
    (changed(ip() / ip() / UDP / b"xyz", 5, 49), "IPv6: Payload Length", "RFC 8200 section 3"),
    (changed(ip() / echo, 42, 1), "ICMPv6: Checksum", "RFC 4443 section 2.3"),
    (ip() / inet.UDP(sport=1, dport=2, chksum=0) / b"x", "UDP: Checksum", "RFC 8200 section 8.1"),
    (ip() / inet.UDP(sport=1, dport=2, len=9) / b"xyz", "UDP: Length", "RFC 768"),
    (ip() / inet.UDP(sport=1, dport=2, len=99) / b"xyz", "UDP: Length", "RFC 768"),
    (ip(src="ff02::1") / UDP, "IPv6: Source Address", "RFC 4291 section 2.7"),
    (ip(dst="::") / UDP, "IPv6: Destination Address", "RFC 4291 section 2.5.2"),
    (ip(src="::") / UDP, "IPv6: Source Address", "RFC 4291 section 2.5.2"),
    (ip(src="::1") / UDP, "IPv6: Source Address", "RFC 4291 section 2.5.3"),
    (ip(dst="::ffff:192.0.2.1") / UDP, "IPv6: Destination Address", "RFC 6890 section 2.2.3"),
    (ip(src="fec0::1") / UDP, "IPv6: Source Address", "RFC 3879 section 4"),
    (ip(dst="ff01::1") / UDP, "IPv6: Destination Address", "RFC 4291 section 2.7"),
    (ns(hlim=64), "IPv6: Hop Limit", "RFC 4861 section 7.1.1"),
    (ns(target="ff02::1"), "ICMPv6: Target Address", "RFC 4861 section 7.1.1"),
    (ns(dst="ff02::1:ff00:3"), "IPv6: Destination Address", "RFC 4861 section 7.2.2"),
    (ns(src="::") / own, "ICMPv6: Source Link-Layer Address", "RFC 4861 section 7.1.1"),
    (ns(src="::", dst=B), "IPv6: Destination Address", "RFC 4861 section 7.1.1"),
    (ra(src=A), "IPv6: Source Address", "RFC 4861 section 6.1.2"),
    (ra(hlim=254), "IPv6: Hop Limit", "RFC 4861 section 6.1.2"),
    (ip(dst="ff02::1", hlim=255) / inet6.ICMPv6ND_NA(tgt=A, S=1, R=0), "ICMPv6: S",
     "RFC 4861 section 7.1.2"),
    (ra() / inet6.ICMPv6NDOptPrefixInfo(prefix="2001:db8::", preferredlifetime=9, validlifetime=8),
     "Prefix Information: Preferred Lifetime", "RFC 4862 section 5.5.3 (c)"),
    (ra() / inet6.ICMPv6NDOptPrefixInfo(prefix="2001:db8::", prefixlen=48),
     "Prefix Information: Prefix Length", "RFC 4862 section 5.5.3 (d)"),
    (ra() / inet6.ICMPv6NDOptMTU(mtu=1279), "MTU: MTU", "RFC 8200 section 5"),
    (ra() / inet6.ICMPv6NDOptUnknown(type=5, len=2, data=bytes(14)), "ICMPv6: MTU",
     "RFC 4861 section 4.6.4"),
    (ip() / dest() / hop(options=[alert]) / UDP, "Hop-by-Hop Options", "RFC 8200 section 4.1"),
    (ip() / inet6.IPv6ExtHdrRouting(type=2, segleft=1, addresses=[B]) / hop() / UDP,
     "Hop-by-Hop Options", "RFC 8200 section 4.1"),
    (ip() / inet6.IPv6ExtHdrFragment(m=0) / hop() / UDP, "Hop-by-Hop Options",
     "RFC 8200 section 4.1"),
    (ip() / inet6.IPv6ExtHdrFragment(m=0) / inet6.IPv6ExtHdrRouting(
        type=4, addresses=[B], segleft=0) / UDP, "Routing", "RFC 8200 section 4.1"),
    (ip() / dest() / dest() / dest() / UDP, "Destination Options", "RFC 8200 section 4.1"),
    (ip() / inet6.IPv6ExtHdrRouting(type=0, addresses=[A], segleft=1) / UDP,
     "Routing: Routing Type", "RFC 5095 section 3"),
    (ip() / inet6.IPv6ExtHdrFragment(m=1) / bytes(20), "Fragment: M", "RFC 8200 section 4.5"),
    (ip() / inet6.IPv6ExtHdrFragment(m=1, offset=8191) / bytes(16), "Fragment: Fragment Offset",
     "RFC 8200 section 4.5"),
    (ip() / inet6.IPv6ExtHdrFragment(m=0) / UDP, "Fragment", "RFC 8021 section 4"),
    (ip() / inet6.IPv6ExtHdrFragment(m=1, nh=60) / bytes(
        dest(nh=17, options=[inet6.PadN(optdata=bytes(60))]))[:16], "Fragment",
     "RFC 7112 section 5"),
    (ip(hlim=255) / inet6.IPv6ExtHdrFragment(m=0) / inet6.ICMPv6ND_NS(tgt=B), "Fragment",
     "RFC 6980 section 5"),
    (ip() / dest(options=[inet6.PadN(optdata=b"hide")]) / UDP, "Destination Options: PadN",
     "RFC 8200 section 4.2"),
    (ip() / dest(options=[inet6.PadN(optdata=bytes(20))]) / UDP, "Destination Options: PadN",
     "RFC 4942 section 2.1.9.5"),
    (ip() / dest(options=[alert]) / UDP, "Destination Options: Router Alert",
     "RFC 2711 section 2.1"),
    (ip() / hop(options=[inet6.Jumbo(jumboplen=100)]) / UDP, "IPv6: Payload Length",
     "RFC 2675 section 3"),
    (ip(src=LOCAL, dst="ff02::16", hlim=1) / inet6.ICMPv6MLReport2(), "ICMPv6",
     "RFC 9777 section 5"),
    (ip(src=LOCAL, dst="ff02::16", hlim=2) / hop(options=[alert]) / inet6.ICMPv6MLReport2(),
     "IPv6: Hop Limit", "RFC 9777 section 5"),
    (ip() / inet6.ICMPv6PacketTooBig(mtu=1000) / quote, "ICMPv6: MTU", "RFC 8201 section 4"),
    (ip(dst="ff02::1") / inet6.ICMPv6DestUnreach() / quote, "IPv6: Destination Address",
     "RFC 4443 section 2.4 (d)"),
    (ip() / inet6.ICMPv6DestUnreach() / (quote / bytes(1300)), "ICMPv6",
     "RFC 4443 section 2.4 (c)"),
    (ip() / inet6.ICMPv6DestUnreach() / ip() / inet6.ICMPv6TimeExceeded() / quote,
     "ICMPv6: ICMPv6", "RFC 4443 section 2.4 (e)"),
    (ip() / inet6.ICMPv6DestUnreach() / ip(dst="ff02::1") / UDP, "ICMPv6: Destination Address",
     "RFC 4443 section 2.4 (e)"),
    (ip() / inet.TCP(flags="SF"), "TCP: SYN", "RFC 9293 section 3.5"),
    (ip(hlim=255) / inet6.ICMPv6ND_RS(res=7), "ICMPv6: Reserved", "RFC 4861 section 4.1"),
]  # fmt: skip


def wheres(data, link="raw"):
    return [(finding.where, finding.rfc) for finding in verify(bytes(data), link)]


@pytest.mark.parametrize("packet,where,rfc", FAULTS, ids=lambda value: str(value)[:40])
def test_a_fault_is_found_with_its_place_and_rfc(packet, where, rfc):
    assert (where, rfc) in wheres(packet)


def test_a_group_has_its_mac_address():
    packet = ns()
    good = l2.Ether(src=MAC, dst="33:33:ff:00:00:02") / packet
    bad = l2.Ether(src=MAC, dst="33:33:ff:00:00:03") / packet
    alone = l2.Ether(src=MAC, dst=OTHER) / packet
    from_all = l2.Ether(src="33:33:00:00:00:01", dst="33:33:ff:00:00:02") / packet

    assert wheres(good, "ethernet") == []
    assert wheres(bad, "ethernet") == [("Ethernet: Destination", "RFC 2464 section 7")]
    assert wheres(alone, "ethernet") == [("Ethernet: Destination", "RFC 6085 section 3")]
    assert ("Ethernet: Source", "IEEE 802") in wheres(from_all, "ethernet")


@pytest.mark.parametrize(
    "packet",
    [
        ns() / own,
        ns(src="::"),
        ra() / inet6.ICMPv6NDOptPrefixInfo(prefix="2001:db8::") / inet6.ICMPv6NDOptMTU(mtu=1500),
        ip() / echo / b"data",
        ip() / UDP / b"data",
        ip() / inet.TCP(flags="S", options=[("MSS", 1440)]),
        ip() / hop(options=[alert]) / dest() / UDP,
        ip() / inet6.IPv6ExtHdrFragment(m=1) / bytes(UDP / bytes(40)),
        ip() / inet6.ICMPv6DestUnreach(code=4) / quote,
        ip(src=LOCAL, dst="ff02::16", hlim=1) / hop(options=[alert]) / inet6.ICMPv6MLReport2(),
    ],
    ids=lambda packet: packet.summary()[:60],
)
def test_a_good_packet_has_no_finding(packet):
    assert [str(finding) for finding in verify(bytes(packet), "raw")] == []


def test_the_padding_of_a_short_frame_is_no_fault():
    frame = bytes(l2.Ether(src=MAC, dst=OTHER) / ip() / b"")

    assert wheres(changed(frame, 20, 59) + bytes(6), "ethernet") == []
    assert wheres(changed(frame, 20, 59) + bytes(60), "ethernet") != []


def test_tshark_and_verify_agree_on_checksums():
    frames = packet_samples.packets(seed=21, of_each=3)
    spoilt = [frame[:-1] + bytes([frame[-1] ^ 1]) for frame in frames]
    preference = ("ipv6.defragment:FALSE",)
    marks = tshark.marks(tshark.pcap(frames + spoilt), preferences=preference)
    theirs = {mark.frame for mark in marks if mark.group == "checksum"}
    for index, frame in enumerate(frames + spoilt):
        ours = any(not right for *_, right in explain(frame).facts.get("checksums", ()))
        if explain(frame).get("IPv6") is None or explain(frame).get("Fragment") is not None:
            continue  # tshark checks what is in a fragment, or in a redirect
        assert ours == (index in theirs), f"{index} {frame.hex()}"


# --- What it cites ------------------------------------------------------------------------------


def test_no_rfc_of_the_room_is_obsolete():
    texts = [path.read_text(encoding="utf-8") for path in ROOM.glob("*.[pc][ys]*")]
    cited = {int(number) for text in texts for number in re.findall(r"RFC (\d+)", text)}

    assert len(cited) > 100
    assert [n for n in sorted(cited) if n in rfc_index() and rfc_index()[n].obsoleted_by] == []


def test_the_registry_is_sorted_and_each_row_has_a_name_and_a_source():
    with (ROOM / "registry.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [(row["registry"], int(row["number"])) for row in rows]

    assert keys == sorted(set(keys))
    assert all(row["name"] and re.match(r"RFC \d+|IEEE 802", row["rfc"]) for row in rows)
    assert registry.named("icmpv6-type", 134).name == "Router Advertisement"


# --- Figures ------------------------------------------------------------------------------------

RFC_8200 = """\
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|Version| Traffic Class |              Flow Label               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|        Payload Length         |  Next Header  |   Hop Limit   |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                                                               |
+                                                               +
|                                                               |
+                        Source Address                         +
|                                                               |
+                                                               +
|                                                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                                                               |
+                                                               +
|                                                               |
+                      Destination Address                      +
|                                                               |
+                                                               +
|                                                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+"""


def test_the_figure_of_the_header_is_that_of_rfc_8200():
    drawn = diagram(bytes(ip() / UDP), "IPv6", link="raw", values=False)

    assert drawn.split("\n", 3)[3] == RFC_8200


def test_a_figure_has_the_values_in_its_boxes():
    drawn = diagram(bytes(ip(hlim=77) / inet.TCP(flags="SA")), ["IPv6", "TCP"], link="raw")

    assert "2001:db8::1" in drawn and "77" in drawn
    assert "UDP" not in drawn
    assert {len(line) for line in drawn.split("\n") if line.startswith("|")} == {65}


def test_every_line_of_every_figure_is_as_wide_as_its_boxes():
    for frame in packet_samples.packets(of_each=1):
        for line in diagram(frame).split("\n"):
            assert len(line) <= 65 or not line.startswith(("|", "+")), line


def test_a_figure_of_a_header_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="it has: IPv6, UDP"):
        diagram(bytes(ip() / UDP), "TCP", link="raw")


def test_html_of_a_hostile_packet_is_escaped():
    uri = b"<script>alert(1)</script>".ljust(30, b"\0")
    packet = ns() / inet6.ICMPv6NDOptUnknown(type=37, len=4, data=uri)
    page = diagram_html(bytes(packet), link="raw")

    assert "<script" not in page and "&lt;script&gt;" in page
