"""The judge itself: tshark marks what is wrong, and is silent about what is right."""

import pytest
from oracles import tshark
from scapy.layers.inet import TCP, UDP
from scapy.layers.inet6 import (
    ICMPv6EchoRequest,
    ICMPv6ND_NS,
    ICMPv6PacketTooBig,
    ICMPv6TimeExceeded,
    IPv6,
)
from scapy.layers.l2 import Ether

_ETHER = Ether(src="00:00:5e:00:53:01", dst="00:00:5e:00:53:02")
_IPV6 = IPv6(src="2001:db8::1", dst="2001:db8::2")
_PING = bytes(_ETHER / _IPV6 / ICMPv6EchoRequest(data=b"12345678"))
_QUOTED = bytes(_IPV6 / UDP(sport=3, dport=4) / bytes(200))[:60]
_SEGMENT = bytes(_IPV6 / TCP(flags="A") / bytes(1300))[:1232]
_WRONG_SEGMENT = bytes(_IPV6 / TCP(flags="A", chksum=5) / bytes(100))

RIGHT = {
    "a ping": _PING,
    "a reset": bytes(_ETHER / _IPV6 / TCP(flags="R")),
    "an error that quotes the beginning of a packet": bytes(
        _ETHER / _IPV6 / ICMPv6TimeExceeded() / _QUOTED
    ),
    "an error that quotes the beginning of a TCP segment": bytes(
        _ETHER / _IPV6 / ICMPv6PacketTooBig() / _SEGMENT
    ),
}
WRONG = {
    "ICMPv6 checksum": (bytes(_ETHER / _IPV6 / ICMPv6EchoRequest(cksum=1)), "checksum"),
    "UDP checksum": (bytes(_ETHER / _IPV6 / UDP(chksum=3) / b"abc"), "checksum"),
    "TCP checksum": (bytes(_ETHER / _IPV6 / TCP(chksum=5)), "checksum"),
    "ICMPv6 checksum of an error that quotes the beginning of a TCP segment": (
        bytes(_ETHER / _IPV6 / ICMPv6PacketTooBig(cksum=1) / _SEGMENT),
        "checksum",
    ),
    "TCP checksum in a whole quote": (
        bytes(_ETHER / _IPV6 / ICMPv6PacketTooBig() / _WRONG_SEGMENT),
        "checksum",
    ),
    "a header that is cut off": (_PING[:50], "malformed"),
    "an option of length 0": (
        bytes(_ETHER / _IPV6 / ICMPv6ND_NS(tgt="fe80::1") / b"\x01\x00abcdef"),
        "malformed",
    ),
}
PCAP = tshark.pcap([*RIGHT.values(), *(frame for frame, _group in WRONG.values())])


@pytest.fixture(scope="module")
def marks():
    return tshark.marks(PCAP)


@pytest.mark.parametrize("number,what", enumerate(RIGHT))
def test_what_is_right_has_no_mark(marks, number, what):
    assert [mark for mark in marks if mark.frame == number] == []


@pytest.mark.parametrize("number,what", enumerate(WRONG, len(RIGHT)))
def test_what_is_wrong_is_marked(marks, number, what):
    assert WRONG[what][1] in {mark.group for mark in marks if mark.frame == number}


def test_fields_are_read_for_each_frame():
    rows = tshark.fields(PCAP, ["icmpv6.type", "ipv6.src"])

    assert rows[0] == {"icmpv6.type": ["128"], "ipv6.src": ["2001:db8::1"]}
    assert rows[1] == {"icmpv6.type": [], "ipv6.src": ["2001:db8::1"]}
    assert len(rows) == len(RIGHT) + len(WRONG)


def test_a_field_that_tshark_does_not_know_is_named():
    with pytest.raises(AssertionError, match=r"icmpv6\.colour"):
        tshark.fields(PCAP, ["icmpv6.colour"])


def test_packets_without_a_link_layer_are_read():
    packet = tshark.pcap([_PING[14:]], tshark.RAW)

    assert tshark.marks(packet) == []
    assert tshark.fields(packet, ["icmpv6.type"]) == [{"icmpv6.type": ["128"]}]
