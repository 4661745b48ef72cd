"""The multicast mapper: what it computes, and what the widget does with it. No browser here."""

import json
import time

import netaddr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipv6course.address import multicast_mac, solicited_node
from ipv6course.widgets.multicast_mapper import EXAMPLE, MulticastMapper, explain_group

# --- explain_group ------------------------------------------------------------------------------


def test_a_unicast_address_has_two_steps():
    seen = explain_group("2001:DB8::200:5eff:fe00:5301")

    assert (seen.group, seen.mac) == ("ff02::1:ff00:5301", "33:33:ff:00:53:01")
    assert [step.source.marked() for step in seen.mappings] == [
        "2001:0db8:0000:0000:0200:5eff:fe[00:5301]",
        "ff02:0000:0000:0000:0000:0001:[ff00:5301]",
    ]
    assert [step.target.marked() for step in seen.mappings] == [
        "ff02:0000:0000:0000:0000:0001:ff[00:5301]",
        "33:33:[ff:00:53:01]",
    ]
    assert seen.mappings[0].bits == "0000 0000 0101 0011 0000 0001"
    assert seen.error is None


def test_a_group_has_one_step_and_keeps_its_name():
    seen = explain_group("ff05::1:3")

    assert [step.target.marked() for step in seen.mappings] == ["33:33:[00:01:00:03]"]
    assert ("Name", "All DHCPv6 servers (RFC 9915)") in seen.facts
    assert ("Scope", "5, site-local") in seen.facts


def test_the_fields_are_the_bits_of_the_group():
    fields = explain_group("fff5:140:2001:db8::9").fields

    assert [field.bits for field in fields] == [
        "1111 1111",
        *("1", "1", "1", "1"),
        "0101",
        "112 bits",
    ]
    assert fields[-1].hexadecimal == "14020010db80000000000000009"


def test_what_a_group_holds_inside_is_shown():
    facts = dict(explain_group("ff7e:140:2001:db8:beef::9").facts)

    assert facts["Unicast prefix inside"].startswith("2001:db8:beef::/64 ")
    assert facts["Rendezvous point inside"].startswith("2001:db8:beef::1 ")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("ff00::1", "Scope 0 is reserved"),
        ("ff0f::1", "Scope f is reserved"),
        ("ff01::1", "stay inside of their node"),
        ("ff2e::1", "P = 1 needs T = 1"),
        ("ff5e::1", "R = 1 needs P = 1"),
        ("::1", "never used outside of its node"),
    ],
)
def test_what_is_special_is_said(text, note):
    assert note in " ".join(explain_group(text).notes)


@pytest.mark.parametrize("text", ["2001:db8::1", "ff02::1", "ff3e:20:2001:db8::1", "fffe::1"])
def test_nothing_is_said_where_nothing_is_special(text):
    assert explain_group(text).notes == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2001:db8::1::2", "two '::'"),
        ("::", "the unspecified address"),
        ("192.0.2.1", "IPv4 address"),
        ("", ""),
    ],
)
def test_a_text_without_a_group_is_refused_in_words(text, why):
    seen = explain_group(text)

    assert why in seen.error
    assert (seen.group, seen.mac, seen.facts, seen.fields) == ("", "", (), ())
    assert seen.table() == f"There is no group for this text. {seen.error}"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.integers(1, 2**128 - 1))
def test_the_marks_stand_where_the_bits_are(value):
    address = netaddr.IPAddress(value, 6)
    seen = explain_group(str(address))
    group = address if value >> 120 == 0xFF else solicited_node(address)

    assert (seen.group, seen.mac) == (str(group), str(multicast_mac(group)))
    for step in seen.mappings:
        kept = int(step.bits.replace(" ", ""), 2)
        for cut in (step.source, step.target):
            assert int(cut.kept.replace(":", ""), 16) == kept
    last = seen.mappings[-1].target
    assert last.before + last.kept == seen.mac


def test_the_table_can_be_read_line_by_line():
    lines = explain_group("fe80::1%eth0").table().splitlines()

    assert lines[0].startswith("A node that has the address fe80::1 joins the solicited-node group")
    assert lines[2:6] == [
        "Address               fe80::1",
        "Solicited-node group  ff02::1:ff00:1",
        "Scope                 2, link-local",
        "Ethernet address      33:33:ff:00:00:01",
    ]
    assert "  33:33:[ff:00:00:01]" in lines
    assert lines[-2:] == [
        "scope        0010       2            link-local",
        "group ID     112 bits   1ff000001    Which group it is within the scope.",
    ]
    assert not [line for line in lines if line != line.rstrip()]


# --- The widget ---------------------------------------------------------------------------------


def test_the_state_follows_the_value():
    widget = MulticastMapper("2001:db8::1")
    assert widget.state["mac"] == "33:33:ff:00:00:01"

    widget.value = "FF02::FB"

    assert widget.value == "FF02::FB"
    assert widget.state["mac"] == "33:33:00:00:00:fb"
    assert len(widget.state["mappings"]) == 1
    assert repr(widget) == explain_group("FF02::FB").table()


def test_an_error_leaves_the_last_picture():
    widget = MulticastMapper("ff05::1:3")

    widget.value = "ff05::1::3"

    assert widget.state["mac"] == "33:33:00:01:00:03"
    assert "two '::'" in widget.state["error"]
    widget.value = "ff02::2"
    assert widget.state["error"] is None


def test_it_may_begin_with_an_error():
    widget = MulticastMapper("nothing")

    assert widget.state["group"] == explain_group(EXAMPLE).group
    assert widget.state["error"]


def test_the_state_is_small_json_and_quickly_made():
    widget = MulticastMapper("ff7e:140:2001:db8:beef::9")
    assert len(json.dumps(widget.state)) < 5_000

    begin = time.perf_counter()
    for end in range(50):
        widget.value = f"2001:db8::{end:x}"
    assert (time.perf_counter() - begin) / 50 < 0.1
