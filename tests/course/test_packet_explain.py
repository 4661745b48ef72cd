"""`explain` on any bytes: it never raises, its tree fits the bytes, and its work is bounded."""

import os
import subprocess
import sys
import time

import netaddr
import packet_samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipv6course.packet import diagram, diagram_html, explain, verify
from ipv6course.packet.mld import query_interval, response_code

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
examples = settings(derandomize=True, max_examples=3_000 if PROVE else 300, deadline=None)
LINKS = ("ethernet", "raw", "ieee802154")
GOOD = packet_samples.packets(of_each=1)

ETHER = bytes.fromhex("00005e00530200005e00530186dd")


def ip(next_header: int, payload: bytes, length: int | None = None) -> bytes:
    """Return a packet from its octets."""
    size = len(payload) if length is None else length
    first = bytes([0x60, 0, 0, 0]) + size.to_bytes(2, "big") + bytes([next_header, 64])
    ends = bytes.fromhex("20010db8" + "00" * 11 + "01" + "20010db8" + "00" * 11 + "02")
    return first + ends + payload


def check_tree(told):
    """Every field lies within its group and its octets are the packet's."""

    def within(fields, start, end):
        for field in fields:
            assert start <= field.offset <= field.end <= end, field
            assert field.raw == told.data[field.offset : field.end]
            assert 0 <= field.bit_offset < 8
            assert (field.bit_offset + field.bit_length + 7) // 8 == field.length
            assert isinstance(field.meaning, str)
            within(field.children, field.offset, field.end)

    within(told.layers, 0, len(told.data))
    assert told.where_sense_ended is None or 0 <= told.where_sense_ended <= len(told.data)
    assert (told.where_sense_ended is None) == (told.why_sense_ended == "")
    assert sum(layer.length for layer in told.layers) == len(told.data)


def check_all(data, link):
    told = explain(data, link)
    check_tree(told)
    str(told)
    for finding in verify(told):
        assert finding.what and finding.severity in ("error", "warning")
        str(finding)
    diagram(told)
    diagram_html(told)


@examples
@given(st.binary(max_size=200), st.sampled_from(LINKS))
def test_any_bytes_are_explained(data, link):
    check_all(data, link)


@examples
@given(st.integers(0, 255), st.binary(max_size=160))
def test_any_payload_is_explained(next_header, payload):
    check_all(ETHER + ip(next_header, payload), "ethernet")


@examples
@given(st.sampled_from([521, 53, 547, 5683]), st.binary(max_size=160))
def test_any_payload_of_udp_is_explained(port, payload):
    header = port.to_bytes(2, "big") * 2 + (8 + len(payload)).to_bytes(2, "big") + b"\1\2"
    check_all(ip(17, header + payload), "raw")


@examples
@given(st.integers(0, 255), st.binary(max_size=120))
def test_any_icmpv6_is_explained(kind, body):
    check_all(ip(58, bytes([kind, 0, 0, 0]) + body), "raw")


@examples
@given(st.binary(max_size=80))
def test_any_6lowpan_is_explained(payload):
    check_all(bytes.fromhex("419801cdab01000200") + payload, "ieee802154")


@examples
@given(st.sampled_from(GOOD), st.data())
def test_a_good_packet_with_some_octets_changed_or_cut_is_explained(frame, data):
    changed = bytearray(frame)
    for _ in range(data.draw(st.integers(0, 4))):
        changed[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    check_all(bytes(changed[: data.draw(st.integers(0, len(frame)))]), "ethernet")


def test_every_good_packet_makes_sense_to_its_end():
    for frame in packet_samples.packets(of_each=2):
        told = explain(frame)
        assert told.where_sense_ended is None, f"{told}"
        check_tree(told)


# --- Work is bounded ----------------------------------------------------------------------------


def nested_errors(depth):
    packet = ip(17, bytes(8))
    for _ in range(depth):
        packet = ip(58, bytes([1, 0, 0, 0, 0, 0, 0, 0]) + packet)
    return packet


def dns(names):
    count = len(names)
    message = bytes(4) + b"\0\0" + count.to_bytes(2, "big") + bytes(4) + b"".join(names)
    return ip(17, b"\0\x35\0\x35" + (8 + len(message)).to_bytes(2, "big") + b"\0\1" + message)


def relayed(depth):
    message = b"\1abc"
    for _ in range(depth):
        message = bytes([12, 0]) + bytes(32) + b"\0\x09" + len(message).to_bytes(2, "big") + message
    return ip(17, b"\x02\x23\x02\x23" + (8 + len(message)).to_bytes(2, "big") + b"\0\1" + message)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(nested_errors(1_300), id="errors that quote errors"),
        pytest.param(b"".join(ip(41, b"", 60_000) for _ in range(1_500)), id="tunnels in tunnels"),
        pytest.param(relayed(1_500), id="relayed messages in relayed messages"),
        pytest.param(ip(0, b"\x3c\0\1\4\0\0\0\0" * 8_000), id="8,000 extension headers"),
        pytest.param(ip(58, b"\x86" + bytes(15) + b"\1\1\0\0\0\0\0\0" * 8_000), id="ND options"),
        pytest.param(
            dns([b"\1a" * 120 + b"\0\0\1\0\1"] + [b"\xc0\x0c\0\1\0\1"] * 9_000),
            id="names of pointers",
        ),
    ],
)
def test_a_packet_made_to_be_endless_work_is_not(data):
    began = time.process_time()
    told = explain(data[:65_575], "raw")
    verify(told)
    # Not a measure of speed: without bounds these take minutes, or end in a RecursionError.
    assert time.process_time() - began < 20
    check_tree(told)
    str(told)


def test_a_name_that_points_at_itself_ends_the_sense():
    told = explain(dns([b"\xc0\x0c\0\1\0\1"]), "raw")

    assert told.where_sense_ended == 40 + 8 + 12
    assert "points forward" in told.why_sense_ended


# --- What it says -------------------------------------------------------------------------------


def test_the_fields_of_the_ipv6_header_are_those_of_rfc_8200():
    header = explain(ip(59, b""), "raw")["IPv6"]

    assert [field.name for field in header.children] == [
        "Version", "Traffic Class", "Flow Label", "Payload Length", "Next Header", "Hop Limit",
        "Source Address", "Destination Address",
    ]  # fmt: skip
    assert header["Source Address"].value == netaddr.IPAddress("2001:db8::1")
    assert (header["Flow Label"].offset, header["Flow Label"].bit_offset) == (1, 4)
    assert header["Flow Label"].bit_length == 20
    assert header.rfc == "RFC 8200 section 3"


def test_a_packet_that_is_cut_says_where_and_why():
    told = explain(ip(58, b"\x80\0\0", 8), "raw")

    assert told.where_sense_ended == 42
    assert told.why_sense_ended == "Checksum needs 2 octets, and 1 are left."
    assert [field.name for field in told["ICMPv6"].children] == ["Type", "Code"]
    assert told["Rest"].raw == b"\0"


def test_a_quote_that_is_cut_is_no_end_of_sense():
    quoted = ip(17, b"\x0f\xa0\x0f\xa1\0\x20", 32)
    told = explain(ip(58, b"\1\4\0\0\0\0\0\0" + quoted), "raw")
    inner = told["ICMPv6"]["Invoking Packet"]

    assert told.where_sense_ended is None
    assert inner["UDP"]["Source Port"].value == 4000
    assert inner.get("TCP") is None and told.get("UDP") is None


def test_the_way_down_to_an_octet():
    told = explain(GOOD[1])

    assert [field.name for field in told.at(20)] == ["IPv6", "Next Header"]
    assert told.at(10_000) == []


def test_a_checksum_says_what_belongs_there():
    good = packet_samples.packets(of_each=1)[0]
    at = explain(good)["ICMPv6", "Checksum"].offset
    bad = good[:at] + b"\0\0" + good[at + 2 :]

    assert "is right" in explain(good)["ICMPv6", "Checksum"].meaning
    assert f"0x{good[at : at + 2].hex()} belongs here" in explain(bad)["ICMPv6", "Checksum"].meaning


@pytest.mark.parametrize(
    "code,milliseconds",
    [(0, 0), (0x7FFF, 32767), (0x8000, 32768), (0xFFFF, 8387584), (0xDF42, 2048512)],
)
def test_the_response_code_of_mld_is_a_number_with_exponent(code, milliseconds):
    assert response_code(code) == milliseconds


@pytest.mark.parametrize("code,seconds", [(0, 0), (127, 127), (128, 128), (255, 31744)])
def test_the_query_interval_of_mld_is_a_number_with_exponent(code, seconds):
    assert query_interval(code) == seconds


def test_a_jumbogram_is_as_long_as_its_option_says():
    datagram = b"\x9c\x40\x9c\x41\0\0\0\0" + bytes(70_000)
    header = bytes([17, 0, 0xC2, 4]) + (8 + len(datagram)).to_bytes(4, "big")
    told = explain(ip(0, header + datagram, 0) + b"after", "raw")

    assert told.where_sense_ended is None
    assert told["Data"].length == 70_000
    assert told["Rest"].raw == b"after"


def test_earo_has_the_flags_of_three_rfcs():
    option = bytes([33, 2, 0, 0, 0b01_01_01_11, 5, 0, 60]) + b"whoami!!"
    body = bytes([135, 0, 0, 0]) + bytes(4) + bytes.fromhex("fe80" + "00" * 14) + option
    found = explain(ip(58, body), "raw")["ICMPv6"]["Extended Address Registration Option"]

    assert [found[name].value for name in "CPIRT"] == [True, 1, 1, True, True]
    assert found["TID"].value == 5 and found["Registration Lifetime"].value == 60
    assert found["ROVR"].raw == b"whoami!!"


def test_what_is_no_packet_is_refused():
    with pytest.raises(ValueError, match="bytes, not as str"):
        explain("6000")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ethernet, raw, ieee802154"):
        explain(b"", "token ring")
    with pytest.raises(KeyError, match="IPv6"):
        explain(ip(59, b""), "raw")["UDP"]


def test_importing_the_room_loads_nothing_but_it():
    program = (
        "import sys, ipv6course.packet\n"
        "print(sorted(name for name in sys.modules if name.startswith(('ipv6course.', 'scapy',"
        " 'netaddr'))))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "['ipv6course.packet']"


def test_a_header_that_is_cut_is_explained_as_far_as_it_is_there():
    options = bytes([59, 4]) + bytes.fromhex("05020000") + b"\1\2"
    told = explain(ip(0, options), link="raw")

    alert = told["Hop-by-Hop Options", "Router Alert"]
    assert alert["Value"].value == 0
    assert told.where_sense_ended == len(told.data)
    assert told.why_sense_ended.startswith("PadN needs 2 octets")


def test_the_code_of_a_duplicate_address_request_tells_how_long_its_rovr_is():
    address = bytes.fromhex("20010db8" + "00" * 11 + "07")
    for code, octets in ((0, 8), (1, 8), (2, 16), (4, 32)):
        message = bytes([157, code, 0, 0, 0, 1, 0, 60]) + b"\5" * octets + address
        body = explain(ip(58, message), link="raw")["ICMPv6"]

        assert body["ROVR"].length == octets
        assert str(body["Registered Address"].value) == "2001:db8::7"


def extended(objects: bytes, checksum: int | None = None) -> bytes:
    """Return a Time Exceeded whose quote of 128 octets is followed by an extension structure."""
    quoted = ip(59, b"").ljust(128, b"\0")
    if checksum is None:
        words = [
            0x2000,
            *(int.from_bytes(objects[at : at + 2]) for at in range(0, len(objects), 2)),
        ]
        checksum = 0xFFFF - (sum(words) % 0xFFFF or 0xFFFF)
    structure = bytes((0x20, 0)) + checksum.to_bytes(2) + objects
    return ip(58, bytes((3, 0, 0, 0, 16, 0, 0, 0)) + quoted + structure)


LABELS = bytes.fromhex("000c0101 00011640 0001213f".replace(" ", ""))


@pytest.mark.parametrize(
    ("checksum", "says"),
    [(None, "is right"), (0, "no checksum was made"), (0x1234, "0x1234 is wrong: 0x")],
)
def test_an_extension_structure_has_a_checksum_of_its_own(checksum, says):
    told = explain(extended(LABELS, checksum), link="raw")
    structure = told["ICMPv6", "Extension Structure"]

    assert says in structure["Checksum"].meaning
    found = [one for one in verify(told) if one.where == "Extension Structure: Checksum"]
    assert bool(found) is (checksum == 0x1234)
    assert [one.rfc for one in found] == ["RFC 4884 section 7"] * len(found)


@pytest.mark.parametrize(
    ("objects", "why"),
    [
        (bytes((0, 3, 1, 1)), "An object of 3 octets has no room for its own header of 4."),
        (bytes((0, 12, 1, 1, 0, 1)), "Object needs 8 octets"),
    ],
)
def test_an_object_whose_length_makes_no_sense_ends_it(objects, why):
    told = explain(extended(objects), link="raw")

    check_tree(told)
    assert told.why_sense_ended.startswith(why)


def test_the_rpl_option_is_the_same_by_its_number_of_rfc_9008():
    def option(number: int):
        header = bytes((59, 0, number, 4, 0xA0, 30, 1, 0))
        return explain(ip(0, header), link="raw")["Hop-by-Hop Options"].children[-1]

    old, new = option(0x63), option(0x23)
    assert (old.name, new.name) == ("RPL Option (deprecated)", "RPL Option")
    values = {field.name: field.value for field in new.children[2:]}
    assert values == {field.name: field.value for field in old.children[2:]}
    assert values == {
        **{"O": True, "R": False, "F": True, "Unused": 0},
        **{"RPLInstanceID": 30, "SenderRank": 256},
    }
