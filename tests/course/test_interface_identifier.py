"""The interface-identifier builder: what it computes, and what the widget does with it."""

import hashlib
import random
import time

import netaddr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipv6course.address import mac_of, modified_eui64, stable_private, temporary
from ipv6course.address.identifier import is_reserved
from ipv6course.widgets import interface_identifier
from ipv6course.widgets.answer import Answer
from ipv6course.widgets.interface_identifier import METHODS, InterfaceIdentifier, build

PREFIX, MAC, SECRET = "2001:db8:53:1::/64", "00:00:5e:00:53:2a", "sixteen octets!!"


def test_the_steps_from_a_mac_are_those_of_appendix_a():
    built = build("eui64", PREFIX, MAC)

    assert built.address == "2001:db8:53:1:200:5eff:fe00:532a"
    assert built.identifier == "0200:5eff:fe00:532a"
    assert [step.hexadecimal() for step in built.steps[:3]] == [
        "00:00:5e:00:53:2a",
        "00:00:5e:ff:fe:00:53:2a",
        "02:00:5e:ff:fe:00:53:2a",
    ]
    assert built.steps[1].bits().split()[3:5] == ["11111111", "11111110"]
    assert built.steps[2].bits().startswith("00000010 ")


def test_the_bit_of_a_local_mac_is_cleared():
    assert build("eui64", PREFIX, "02:00:5e:10:00:01").identifier == "0000:5eff:fe10:0001"


def test_an_eui64_needs_no_filling():
    built = build("eui64", PREFIX, "00-00-5E-EF-10-00-00-01")

    assert built.identifier == "0200:5eef:1000:0001"
    assert len(built.steps) == 3


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.integers(0, 2**40 - 1),
    st.text(max_size=12),
    st.integers(0, 255),
    st.text("abc é", min_size=16),
)
def test_the_steps_end_in_what_the_toolkit_gives(low, network_id, dad_counter, secret):
    mac = str(netaddr.EUI(low, 48, dialect=netaddr.mac_unix_expanded))
    built = build(
        "stable-private", PREFIX, mac, network_id=network_id, dad_counter=dad_counter, secret=secret
    )

    expected = stable_private(PREFIX, netaddr.EUI(mac), network_id, dad_counter, secret.encode())
    assert built.address == str(expected)
    assert built.steps[-2].hexadecimal().replace(":", "") == built.identifier.replace(":", "")
    assert build("eui64", PREFIX, mac).address == str(modified_eui64(PREFIX, mac))
    assert mac_of(build("eui64", PREFIX, mac).address) == netaddr.EUI(mac)


def test_what_goes_into_the_hash_is_seen_piece_by_piece():
    built = build("stable-private", PREFIX, MAC, network_id="ward", dad_counter=2, secret=SECRET)
    pieces = [bytes.fromhex("".join(step.octets)) for step in built.steps]

    assert pieces[:5] == [
        bytes.fromhex("20010db800530001"),
        b"\0\x06\0\0\x5e\0\x53\x2a",
        b"\0\4ward",
        b"\2",
        SECRET.encode(),
    ]
    assert pieces[5] == hashlib.sha256(b"".join(pieces[:5])).digest()
    assert pieces[6] == pieces[5][24:]


def test_a_reserved_identifier_is_passed_over_in_the_steps_too(monkeypatch):
    first = stable_private(PREFIX, netaddr.EUI(MAC), "", 0, SECRET.encode())

    def reserved(identifier):
        return identifier == int(first) & (1 << 64) - 1 or is_reserved(identifier)

    for module in (interface_identifier, interface_identifier.stable_private.__globals__):
        if isinstance(module, dict):
            monkeypatch.setitem(module, "is_reserved", reserved)
        else:
            monkeypatch.setattr(module, "is_reserved", reserved)
    built = build("stable-private", PREFIX, MAC, secret=SECRET)

    assert built.address != str(first)
    assert built.steps[-2].hexadecimal().replace(":", "") == built.identifier.replace(":", "")
    assert built.steps[3].octets == ("01",)  # the DAD counter that was used


def test_a_temporary_address_comes_from_the_seed_alone():
    built = build("temporary", PREFIX, "not a MAC", seed=7, secret="")

    assert built.address == str(temporary(PREFIX, random.Random(7)))
    assert built.address != build("temporary", PREFIX, seed=8).address


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("eui64", "2001:db8::/48", MAC), "shorter than 64 bits"),
        (("eui64", PREFIX, "00:00:5e:00:53"), "not a MAC address"),
        (("stable-private", PREFIX, MAC), "at least 16"),
        (("guess", PREFIX, MAC), "not a method"),
    ],
)
def test_what_cannot_be_built_is_refused(arguments, reason):
    with pytest.raises(ValueError, match=reason):
        build(*arguments)


def test_the_table_can_be_read_line_by_line():
    assert build("eui64", PREFIX, MAC).table().splitlines() == [
        "Method                From the MAC address (modified EUI-64)",
        "Address               2001:db8:53:1:200:5eff:fe00:532a",
        "Interface identifier  0200:5eff:fe00:532a",
        "Who can follow it     The identifier is the same in every network. Whoever sees the "
        "addresses can follow the device, and read its MAC address.",
        "",
        "Step by step",
        "1. Take the MAC address of the interface: 48 bits. (RFC 4291 appendix A)",
        "   00:00:5e:00:53:2a",
        "   00000000 00000000 01011110 00000000 01010011 00101010",
        "2. Put ff:fe between the third and the fourth octet. Now there are 64 bits. "
        "(RFC 4291 appendix A)",
        "   00:00:5e:ff:fe:00:53:2a",
        "   00000000 00000000 01011110 11111111 11111110 00000000 01010011 00101010",
        "3. Invert the universal/local bit, the seventh bit of the first octet. "
        "(RFC 4291 section 2.5.1)",
        "   02:00:5e:ff:fe:00:53:2a",
        "   00000010 00000000 01011110 11111111 11111110 00000000 01010011 00101010",
        "4. Put the identifier behind the 64 bits of the prefix. That is the address. "
        "(RFC 4291 section 2.5.1)",
        "   20:01:0d:b8:00:53:00:01:02:00:5e:ff:fe:00:53:2a",
    ]


# --- The widget ---------------------------------------------------------------------------------


def test_the_value_follows_every_field():
    widget = InterfaceIdentifier(prefix=PREFIX, mac=MAC, secret=SECRET)
    seen = [widget.value]
    for name, value in (
        ("mac", "02:00:5e:10:00:01"),
        ("prefix", " 3fff:0:53:1::/64 "),
    ):
        widget.fields[name].value = value
        seen.append(widget.value)
    widget.method.value = "stable-private"
    seen.append(widget.value)
    for name, value in (("network_id", "ward"), ("dad_counter", 1), ("secret", SECRET * 2)):
        widget.fields[name].value = value
        seen.append(widget.value)
    widget.method.value = "temporary"
    seen.append(widget.value)
    widget.fields["seed"].value = 2
    seen.append(widget.value)

    assert len(set(seen)) == len(seen)
    assert all(netaddr.valid_ipv6(text) for text in seen)


def test_only_the_fields_that_count_are_seen():
    widget = InterfaceIdentifier()
    shown = {}
    for method in METHODS:
        widget.method.value = method
        shown[method] = [n for n, f in widget.fields.items() if f.layout.display != "none"]

    assert shown == {
        "eui64": ["prefix", "mac"],
        "stable-private": ["prefix", "mac", "network_id", "dad_counter", "secret"],
        "temporary": ["prefix", "seed"],
    }


def test_fields_that_give_no_address_say_why_and_leave_no_old_value():
    widget = InterfaceIdentifier()
    widget.fields["mac"].value = "<b>00:00"

    assert widget.value == ""
    assert "No address." in widget._result.value
    assert "<b>00" not in widget._result.value
    assert "MAC address" in repr(widget)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(), st.text(), st.text(), st.text(), st.sampled_from(list(METHODS)))
def test_hostile_text_never_raises(prefix, mac, network_id, secret, method):
    widget = InterfaceIdentifier(method, prefix, mac, network_id, secret=secret)
    assert widget.value == "" or netaddr.valid_ipv6(widget.value)
    assert repr(widget)
    widget.close()


def test_a_static_notebook_gets_the_whole_table():
    widget = InterfaceIdentifier()
    data = widget._repr_mimebundle_()

    assert data["text/plain"] == repr(widget) == widget.build().table()
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_result_is_announced_and_the_steps_are_not():
    widget = InterfaceIdentifier()

    assert 'role="status"' in widget._result.value
    assert 'role="status"' not in widget._steps.value


def test_the_answer_button_takes_the_address():
    widget = InterfaceIdentifier(prefix=PREFIX, mac=MAC)
    button = Answer("server-address", "server", of=widget)
    assert button.line == "server = '2001:db8:53:1:200:5eff:fe00:532a'"

    widget.fields["mac"].value = "00:00:5e:00:53:2b"

    assert button.line == "server = '2001:db8:53:1:200:5eff:fe00:532b'"


def test_a_change_is_shown_within_100_ms():
    widget = InterfaceIdentifier("stable-private")
    begun = time.perf_counter()
    widget.fields["dad_counter"].value = 1

    assert time.perf_counter() - begun < 0.1
