"""The address explorer: what it computes, and what the widget does with it. No browser here."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipv6course.address import canonical, parse
from ipv6course.widgets.address_explorer import LABELS, AddressExplorer, explore, flip


def receive(widget: AddressExplorer, **message: object) -> None:
    """Do what the widget manager does with a custom message from the browser."""
    widget._handle_custom_msg(message, [])


# --- explore and its table ----------------------------------------------------------------------


def test_explore_shows_every_view_of_one_address():
    seen = explore("FE80::1%eth0")

    assert seen.canonical == "fe80::1%eth0"
    assert seen.full == "fe80:0000:0000:0000:0000:0000:0000:0001%eth0"
    assert seen.groups == (0xFE80, 0, 0, 0, 0, 0, 0, 1)
    assert seen.bits == "1111111010000000" + "0" * 111 + "1"
    assert (seen.zone, seen.error) == ("eth0", None)
    assert [step.rule for step in seen.steps][-1] == "longest-run"


def test_explore_turns_a_refusal_into_words():
    seen = explore("2001:db8::1::2")

    assert "at characters 9 and 12" in seen.error
    assert (seen.canonical, seen.groups, seen.bits, seen.steps) == ("", (), "", ())
    assert seen.table() == f"This is not an IPv6 address. {seen.error}"


def test_the_table_can_be_read_line_by_line():
    assert explore("2001:DB8::A").table().splitlines() == [
        "IPv6 address    2001:DB8::A",
        "Canonical text  2001:db8::a",
        "Full form       2001:0db8:0000:0000:0000:0000:0000:000a",
        "",
        "Group  Hexadecimal  Bits",
        "1      2001         0010 0000 0000 0001",
        "2      0db8         0000 1101 1011 1000",
        "3      0000         0000 0000 0000 0000",
        "4      0000         0000 0000 0000 0000",
        "5      0000         0000 0000 0000 0000",
        "6      0000         0000 0000 0000 0000",
        "7      0000         0000 0000 0000 0000",
        "8      000a         0000 0000 0000 1010",
        "",
        "From the full form to the canonical text",
        "1. 2001:0DB8:0000:0000:0000:0000:0000:000A",
        "   Write all eight groups with four digits each; '::' stands for the zero groups that are "
        "missing, and a dotted IPv4 part for the last two groups. (RFC 4291 section 2.2)",
        "2. 2001:0db8:0000:0000:0000:0000:0000:000a",
        "   Write the letters a to f in lower case. (RFC 5952 section 4.3)",
        "3. 2001:db8:0:0:0:0:0:a",
        "   Leave out the leading zeros of each group; a group of four zeros becomes one 0. "
        "(RFC 5952 section 4.1)",
        "4. 2001:db8::a",
        "   Replace the longest run of zero groups, all of it, by '::'. (RFC 5952 section 4.2.3)",
    ]


def test_the_table_names_the_zone_and_is_translated():
    lines = explore("fe80::1%eth0", str.upper).table(str.upper).splitlines()

    assert "ZONE            eth0" in lines
    assert "GROUP  HEXADECIMAL  BITS" in lines
    assert any(line.startswith("   LEAVE OUT THE LEADING ZEROS") for line in lines)


# --- flip ---------------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.integers(0, 2**128 - 1), st.integers(0, 127))
def test_flip_changes_that_bit_alone_and_twice_changes_nothing(value, bit):
    text = canonical(":".join(f"{value:032x}"[place : place + 4] for place in range(0, 32, 4)))

    assert parse(flip(text, bit)).value == value ^ 1 << (127 - bit)
    assert flip(flip(text, bit), bit) == text


def test_flip_keeps_a_zone_where_it_has_a_meaning():
    assert flip("fe80::1%eth0", 126) == "fe80::3%eth0"
    assert flip("fe80::1%eth0", 0) == "7e80::1"


@pytest.mark.parametrize("bit", [-1, 128])
def test_flip_refuses_a_bit_that_is_not_there(bit):
    with pytest.raises(ValueError, match=f"no bit {bit}; .* 0 to 127"):
        flip("::", bit)


# --- The widget ---------------------------------------------------------------------------------


def test_the_state_follows_the_value():
    widget = AddressExplorer("2001:DB8::1")
    assert widget.state["canonical"] == "2001:db8::1"

    widget.value = "::FFFF:192.0.2.1"

    assert widget.state["canonical"] == "::ffff:192.0.2.1"
    assert widget.state["groups"] == ["0000"] * 5 + ["ffff", "c000", "0201"]
    assert len(widget.state["bits"]) == 128
    assert [step["rule"] for step in widget.state["steps"]][-2:] == ["mixed", "longest-run"]


def test_the_state_is_small_json():
    assert len(json.dumps(AddressExplorer().state)) < 4_000


def test_a_flipped_bit_changes_the_value():
    widget = AddressExplorer("2001:DB8::1")

    receive(widget, kind="flip", bit=127)
    assert widget.value == widget.state["canonical"] == "2001:db8::"
    receive(widget, kind="flip", bit=0)
    assert widget.value == "a001:db8::"


def test_text_that_is_no_address_shows_an_error_and_leaves_the_picture():
    widget = AddressExplorer("2001:db8::1")
    before = widget.state

    widget.value = "2001:db8:::1"

    assert "three colons" in widget.state["error"]
    assert {**widget.state, "error": None, "can_undo": False} == before
    receive(widget, kind="flip", bit=127)
    assert (widget.value, widget.state["error"]) == ("2001:db8::", None)


def test_a_widget_that_begins_with_an_error_has_an_example_to_show():
    widget = AddressExplorer("2001:db8::/32")

    assert "prefix length" in widget.state["error"]
    assert widget.state["canonical"] == "2001:db8::1"


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text())
def test_hostile_text_never_raises(text):
    widget = AddressExplorer()
    widget.value = text

    assert widget.state["error"] is None or widget.state["error"].isprintable()
    assert widget.state["canonical"]
    json.dumps(widget.state)
    widget.close()


def test_undo_goes_back_from_address_to_address():
    widget = AddressExplorer("2001:db8::1")
    assert not widget.state["can_undo"]
    receive(widget, kind="undo")
    assert widget.value == "2001:db8::1"

    widget.value = "2001:db8::2"
    receive(widget, kind="flip", bit=127)
    widget.value = "nonsense"
    shown = []
    while widget.state["can_undo"]:
        receive(widget, kind="undo")
        shown.append((widget.value, widget.state["canonical"], widget.state["error"]))

    assert [value for value, _, _ in shown] == ["2001:db8::3", "2001:db8::2", "2001:db8::1"]
    assert all(value == text and error is None for value, text, error in shown)


def test_a_flip_that_ends_the_zone_says_so_and_undo_brings_it_back():
    widget = AddressExplorer("fe80::1%eth0")

    receive(widget, kind="flip", bit=0)
    assert widget.value == "7e80::1"
    assert "zone is left out" in widget.state["note"]
    receive(widget, kind="undo")
    assert (widget.value, widget.state["note"]) == ("fe80::1%eth0", "")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"kind": "flip"},
        {"kind": "flip", "bit": "1"},
        {"kind": "flip", "bit": 1.5},
        {"kind": "flip", "bit": -1},
        {"kind": "flip", "bit": 128},
        {"kind": ["undo"]},
        {"kind": "something else"},
    ],
)
def test_a_message_that_is_not_understood_changes_nothing(message):
    widget = AddressExplorer()
    before = widget.state
    receive(widget, **message)

    assert widget.state == before


def test_every_label_comes_from_python_and_is_translated():
    widget = AddressExplorer(translate=str.upper)

    assert widget.state["labels"] == {name: text.upper() for name, text in LABELS.items()}


def test_a_static_notebook_gets_the_table():
    widget = AddressExplorer("2001:db8::1")
    data = widget._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data

    assert data["text/plain"] == explore("2001:db8::1").table() == repr(widget)
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_browser_side_makes_no_request_and_takes_no_markup():
    source = AddressExplorer._esm._path.read_text() + AddressExplorer._css._path.read_text()

    for forbidden in ("http:", "https:", "import ", "fetch(", "innerHTML", "insertAdjacentHTML"):
        assert forbidden not in source
