"""The packet builder: what scapy makes of a stack, and a stack that is edited."""

import json
import shutil

import pytest
from oracles import tshark

from ipv6course.network.wire import pcap
from ipv6course.packet import explain, verify
from ipv6course.widgets.packet_builder import PacketBuilder, stack_table
from ipv6course.widgets.packet_stack import LAYERS, build, change, move, octets, stack_of

UPPER = [kind for kind in LAYERS if kind not in ("ethernet", "ipv6")]
EXTENSIONS = ("hop-by-hop", "destination-options", "routing", "fragment")
LOCAL = {"Hop Limit": 255, "Source Address": "fe80::1", "Destination Address": "fe80::2"}
DISCOVERY = ("router-", "neighbor-")


def stack_with(kind):
    """Return a stack that is right, with a layer of each kind."""
    ipv6 = ("ipv6", LOCAL) if kind.startswith(DISCOVERY) else "ipv6"
    after = ["udp", "raw"] if kind in EXTENSIONS else []
    return stack_of(["ethernet", ipv6, kind, *after])


# --- build --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", UPPER)
def test_every_layer_makes_sense_by_itself(kind):
    built = build(stack_with(kind))

    assert (built.errors, built.notes, built.link) == ({}, (), "ethernet")
    told = explain(built.data)
    assert told.where_sense_ended is None
    assert not [finding for finding in verify(told) if finding.severity == "error"]


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not on the PATH")
def test_tshark_finds_nothing_wrong():
    frames = [build(stack_with(kind)).data for kind in UPPER]
    rows = [(float(number), frame) for number, frame in enumerate(frames)]

    assert tshark.marks(pcap.push_file(rows)) == []


@pytest.mark.parametrize("kind", UPPER)
def test_automatic_values_are_those_in_the_octets(kind):
    built = build(stack_with(kind))
    told = explain(built.data)

    assert built.automatic[0, "Type"] == 0x86DD
    assert built.automatic[1, "Payload Length"] == told["IPv6", "Payload Length"].value
    assert built.automatic[1, "Next Header"] == told["IPv6", "Next Header"].value
    for (place, name), value in built.automatic.items():
        if name == "Checksum":
            checksum = told.layers[place].get("Checksum")
            assert checksum is not None and checksum.value == value


def test_an_automatic_field_that_is_set_by_hand_is_named():
    stack = stack_of(["ethernet", ("ipv6", {"Payload Length": 9}), ("udp", {"Checksum": "0x1234"})])
    built = build(stack)

    assert built.notes == (
        "IPv6: you set Payload Length to 9; the automatic value is 8.",
        f"UDP: you set Checksum to 4660; the automatic value is {built.automatic[2, 'Checksum']}.",
    )
    assert explain(built.data)["IPv6", "Payload Length"].value == 9
    assert [finding.where for finding in verify(built.data)][:1] == ["IPv6: Payload Length"]
    same = build(change(stack, 1, "Payload Length", "8"))
    assert same.notes[0].endswith("which is also the automatic value.")


def test_extension_headers_are_chained_and_padded():
    for count in range(9):
        data = b"\x1e" + bytes((count,)) + bytes(count)
        built = build(stack_of([("ipv6", {}), ("destination-options", {"Options": data}), "udp"]))
        told = explain(built.data, "raw")
        assert told.where_sense_ended is None
        assert told.layers[1].length % 8 == 0
        assert told.layers[2].name == "UDP"
        assert not [found for found in verify(told) if found.severity == "error"]


@pytest.mark.parametrize(
    ("stack", "value"),
    [(["raw"], b"Hello"), ([], b""), ([("udp", {"Checksum": 7})], None), (["echo-request"], None),
     (["ipv6", "raw", "udp"], None), (["ethernet", "tcp"], None), (["ipv6"] * 5, None)],
)  # fmt: skip
def test_any_stack_is_built_without_a_word_from_scapy(stack, value, capfd):
    built = build(stack_of(stack))

    assert built.errors == {}
    assert value in (None, built.data)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("kind", "name", "text", "why"),
    [
        ("ipv6", "Hop Limit", "256", "not a number from 0 to 255"),
        ("ipv6", "Hop Limit", "", "not a number"),
        ("ipv6", "Source Address", "2001:db8::1::2", "two '::'"),
        ("ethernet", "Source", "00:00:5e", "not a MAC address"),
        ("raw", "Data", "4x", "are not octets"),
        ("raw", "Data", "00" * 9001, "More than 9000 octets"),
        ("tcp", "Flags", "SX", "not flags of TCP"),
        ("udp", "Length", "-1", "not a number from 0 to 65535"),
    ],
)
def test_a_text_that_makes_no_sense_says_why(kind, name, text, why):
    built = build(change(stack_of([kind]), 0, name, text))

    assert why in built.errors[0, name]
    assert built.data == b""


@pytest.mark.parametrize(
    ("stack", "why"),
    [
        (["ipv4"], "'ipv4' is no layer here; there are: ethernet, ipv6"),
        ([("udp", {"Port": 1})], "UDP has no field 'Port'; it has: Source Port"),
        (["raw"] * 21, "21 layers; at most 20"),
    ],
)
def test_a_stack_that_cannot_be_is_refused(stack, why):
    with pytest.raises(ValueError, match=why):
        PacketBuilder(stack)


def test_octets_are_read_with_spaces_and_colons():
    assert octets(" 48:69 0a\n0B ") == b"Hi\n\x0b"


def test_a_layer_moves_and_stays_at_an_end():
    stack = stack_of(["ethernet", "ipv6", "udp"])

    assert [one.kind for one in move(stack, 2, -1)] == ["ethernet", "udp", "ipv6"]
    assert move(stack, 0, -1) == stack


# --- The widget ---------------------------------------------------------------------------------


def test_the_value_follows_each_change_and_undo():
    builder = PacketBuilder()
    first = builder.value
    assert explain(first)["ICMPv6", "Type"].value == 128

    builder.change(1, "Hop Limit", "7")
    builder.add("raw")
    builder.move(3, -1)
    builder.remove(3)
    assert [one.kind for one in builder.stack] == ["ethernet", "ipv6", "raw"]
    assert builder.inspector.inspection.told.data == builder.value == build(builder.stack).data

    for _time in range(4):
        builder.undo()
    assert builder.value == first
    builder.undo()
    assert builder.value == first


def test_a_text_without_sense_leaves_the_last_packet():
    builder = PacketBuilder()
    first = builder.value

    builder.change(1, "Source Address", "2001:db8::")
    second = builder.value
    builder.change(1, "Source Address", "2001:db8:")

    assert builder.value == second != first
    field = builder.form.state["layers"][1]["fields"][6]
    assert field["text"] == "2001:db8:" and field["error"]
    assert "still the last packet" in builder.form.state["notes"][-1]


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "change", "layer": 9, "name": "Hop Limit", "text": "1"},
        {"kind": "change", "layer": 1, "name": "No", "text": "1"},
        {"kind": "remove", "layer": -1},
        {"kind": "move", "layer": 0, "by": 5},
        {"kind": "add", "layer": "token ring"},
        {},
        "x",
    ],
)
def test_a_message_that_makes_no_sense_changes_nothing(message):
    builder = PacketBuilder()
    before = builder.value

    builder._receive(None, message, [])

    assert builder.value == before


def test_the_text_has_the_stack_the_notes_and_the_packet():
    builder = PacketBuilder(["ethernet", ("ipv6", {"Next Header": 59}), "udp"])
    text = repr(builder)

    assert text.startswith(stack_table(builder.stack, builder.built))
    assert "  Next Header: 59 set by hand; automatic: 17 = 0x11" in text.splitlines()
    assert "IPv6: you set Next Header to 59; the automatic value is 17." in text
    assert text.endswith(repr(builder.inspector))


def test_the_form_takes_little_of_a_notebook():
    builder = PacketBuilder(["ethernet", "ipv6", "router-advertisement"])

    assert len(json.dumps(builder.form.state)) < 12_000
