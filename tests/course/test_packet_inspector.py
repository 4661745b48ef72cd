"""The packet inspector: what it computes, and what the widget does with it. No browser here."""

import json

import packet_samples
import pytest

from ipv6course.network import Capture, Network
from ipv6course.network.host import Host
from ipv6course.network.wire import pcap
from ipv6course.packet import explain, verify
from ipv6course.widgets.frames import PAGE, Frames
from ipv6course.widgets.packet_inspector import (
    MOST_FIELDS,
    PacketInspector,
    hexdump,
    inspect,
    picture,
)

GOOD = packet_samples.packets(of_each=1)
ETHER = bytes.fromhex("00005e00530200005e00530186dd")


def ip(next_header, payload):
    """Return a frame with an IPv6 packet."""
    ends = bytes.fromhex("20010db8" + "00" * 11 + "01" + "20010db8" + "00" * 11 + "02")
    return (
        ETHER
        + bytes((0x60, 0, 0, 0))
        + len(payload).to_bytes(2, "big")
        + bytes((next_header, 64))
        + ends
        + payload
    )


EMPTY = ip(59, b"")
WRONG = ip(17, bytes.fromhex("0fa00fa100090000aa"))  # a UDP checksum of zero


def captured(seconds=3.0):
    """Return what two hosts on a cable say to each other."""
    network = Network()
    network.connect(network.add(Host("h1")), network.add(Host("h2")))
    capture = network.capture()
    network.run(seconds)
    return capture


# --- inspect ------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", GOOD, ids=[str(number) for number in range(len(GOOD))])
def test_the_rows_are_the_fields_of_the_packet(frame):
    drawn = picture(inspect(frame))
    fields = list(explain(frame).walk())
    texts = drawn["texts"]

    assert len(drawn["rows"]) == len(fields)
    for row, (depth, field) in zip(drawn["rows"], fields, strict=True):
        assert row[:5] == [depth, field.offset, field.length, field.bit_offset, field.bit_length]
        said = [texts[place] for place in row[5:]]
        assert said == [field.name, field.shown, field.meaning, field.rfc]
    assert bytes.fromhex(drawn["octets"]) == frame


def test_a_finding_leads_to_its_field():
    drawn = picture(inspect(WRONG))

    finding = next(found for found in drawn["findings"] if "Checksum" in found["text"])
    row = drawn["rows"][finding["row"]]
    assert (row[1], drawn["texts"][row[5]]) == (60, "Checksum")
    assert finding["severity"] == "error"


def test_where_sense_ended_is_said_and_the_octets_stay():
    drawn = picture(inspect(EMPTY[:30]))

    ended = explain(EMPTY[:30]).where_sense_ended
    assert drawn["ended"].startswith(f"From octet {ended} on, this cannot be understood: ")
    assert drawn["ended_at"] == ended == 22
    assert bytes.fromhex(drawn["octets"]) == EMPTY[:30]


def test_the_table_has_the_fields_the_findings_and_the_octets():
    lines = inspect(WRONG).table().splitlines()

    assert any(line.endswith("Hop Limit = 64: each router takes one off, and drops it at 0  "
                             "[RFC 8200 section 3]") for line in lines)  # fmt: skip
    assert any(line.startswith("Error: UDP: Checksum, octet 60:") for line in lines)
    assert lines[-1].startswith("0030  00 00 00 00 00 02 0f a0  0f a1 00 09 00 00 aa")
    assert not [line for line in lines if line != line.rstrip()]
    assert "Nothing wrong was found." in inspect(EMPTY).table()


def test_the_hexdump_shows_what_can_be_printed():
    assert hexdump(b"\x00IPv6~\x7f" + bytes(9)).splitlines() == [
        "0000  00 49 50 76 36 7e 7f 00  00 00 00 00 00 00 00 00  .IPv6~..........",
    ]
    assert hexdump(b"") == ""


def test_a_frame_of_a_thousand_options_is_not_shown_whole():
    drawn = picture(inspect(ip(60, b"\x3b\xb7" + bytes(1470))))

    assert len(drawn["rows"]) == MOST_FIELDS
    assert "fields more" in drawn["notes"][0]


# --- What is given ------------------------------------------------------------------------------


def test_a_capture_says_time_and_ends(tmp_path):
    capture = captured()
    seen = Frames(capture)
    row = seen.row(0)

    assert len(seen) == len(capture)
    assert seen[0].data == capture[0].data
    assert (row.number, row.length) == (1, len(capture[0].data))
    assert row.time == f"{capture[0].time:.6f}"
    assert row.protocol == "ICMPv6"

    for name in ("x.pcap", "x.pcapng"):
        path = capture.save(tmp_path / name)
        for given in (path, str(path), path.read_bytes()):
            assert [Frames(given)[n] for n in range(len(seen))] == [
                seen[n] for n in range(len(seen))
            ]


def test_a_list_may_hold_frames_and_octets():
    capture = captured()

    assert [frame.data for frame in (Frames([EMPTY, capture[1]])[n] for n in range(2))] == [
        EMPTY,
        capture[1].data,
    ]


def test_a_packet_of_scapys_is_its_octets():
    inet6 = pytest.importorskip("scapy.layers.inet6")
    packet = inet6.IPv6(src="2001:db8::1", dst="2001:db8::2")

    assert Frames(packet, "raw")[0] == (bytes(packet), "raw")


@pytest.mark.parametrize("given", [7, None, [EMPTY, 7], [["x"]]])
def test_what_is_no_frame_is_refused(given):
    with pytest.raises(ValueError, match="as bytes"):
        PacketInspector(given)


def test_a_link_that_is_none_is_refused():
    with pytest.raises(ValueError, match="'token ring' is no link"):
        PacketInspector(EMPTY, link="token ring")


def test_a_link_type_that_is_not_explained_shows_its_octets():
    content = pcap.push_file([(0.0, b"\1\2\3")], link_type=147)
    widget = PacketInspector(content)

    assert "not explained here" in widget.state["ended"]
    assert widget.state["octets"] == "010203"
    assert "01 02 03" in repr(widget)


def test_a_frame_check_sequence_of_802_15_4_is_cut_off():
    content = pcap.push_file([(0.0, bytes.fromhex("419801cdab01000200") + b"\xaa\xbb")], 195)

    assert Frames(content)[0] == (bytes.fromhex("419801cdab01000200"), "ieee802154")


# --- The widget ---------------------------------------------------------------------------------


def test_one_frame_has_no_list():
    widget = PacketInspector(EMPTY)

    assert widget.listing["rows"] == []
    assert repr(widget) == inspect(EMPTY).table()


def test_another_frame_is_another_picture():
    widget = PacketInspector([EMPTY, WRONG])
    widget.selected = 3

    widget.frame = 1

    assert widget.state == picture(inspect(WRONG))
    assert widget.selected == -1
    assert "> " + "   2" in repr(widget)
    widget.frame = 99
    assert widget.frame == 1


def test_a_long_list_has_pages():
    widget = PacketInspector([EMPTY] * (2 * PAGE + 1))
    assert [row[0] for row in widget.listing["rows"]] == list(range(1, PAGE + 1))

    widget.frame = PAGE

    assert [row[0] for row in widget.listing["rows"]] == list(range(PAGE + 1, 2 * PAGE + 1))


def test_no_frame_is_said():
    assert repr(PacketInspector([])) == "There is no frame here."
    assert repr(PacketInspector(Capture())) == "There is no frame here."


def test_it_shows_something_else():
    widget = PacketInspector([EMPTY, WRONG])
    widget.frame = 1

    widget.show(EMPTY)

    assert (widget.frame, widget.state) == (0, picture(inspect(EMPTY)))


@pytest.mark.parametrize(
    "frame",
    [
        ip(17, bytes.fromhex("0fa00fa105ae0000") + bytes(1446)),
        ip(60, b"\x3b\xb7" + bytes(1470)),  # Pad1, 1,470 times
        ip(60, b"\x3b\xb7" + b"\x1e\x02\xab\xcd" * 367 + b"\1\0"),  # an option, 367 times
    ],
    ids=["data", "Pad1", "options"],
)
def test_a_long_frame_takes_little_of_a_notebook(frame):
    widget = PacketInspector(frame)
    text = repr(widget)
    saved = json.dumps([widget.state, widget.listing, widget.labels, widget._esm, widget._css])
    assert len(saved) + len(text) < 100_000


def test_findings_are_those_of_verify():
    for frame in (*GOOD, WRONG):
        assert len(picture(inspect(frame))["findings"]) == len(verify(frame))
