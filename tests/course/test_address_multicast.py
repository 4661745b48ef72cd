"""Groups: the RFCs' examples, four peers, and input that nobody should accept."""

import ipaddress
import os
import shutil
import socket
import subprocess

import netaddr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipv6course.address import multicast_fields, multicast_mac, solicited_node
from ipv6course.address.multicast import SCOPES

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
examples = settings(derandomize=True, max_examples=50_000 if PROVE else 300, deadline=None)

unicast = st.integers(1, (0xFF << 120) - 1).map(lambda value: netaddr.IPAddress(value, 6))
groups = st.integers(0xFF << 120, 2**128 - 1).map(lambda value: netaddr.IPAddress(value, 6))
hostile = st.one_of(
    st.text(),
    st.text(alphabet="0123456789abcdef:.%/ \u0661\x00", max_size=50),
    st.none(),
    st.integers(),
    st.binary(),
)

IPV6CALC = shutil.which("ipv6calc")
if IPV6CALC is None and os.environ.get("CI"):
    raise RuntimeError("On CI ipv6calc must be there: python tests/requirements.py brings it.")


def refusal(function, *arguments):
    with pytest.raises(ValueError) as caught:
        function(*arguments)
    assert type(caught.value) is ValueError
    assert str(caught.value).isprintable() and len(str(caught.value)) < 500
    return str(caught.value)


# --- Solicited-node -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address,group",
    [
        ("4037::01:800:200e:8c6c", "ff02::1:ff0e:8c6c"),  # RFC 4291 section 2.7.1
        ("2001:db8::1", "ff02::1:ff00:1"),
        ("fe80::200:5eff:fe00:5301%eth0", "ff02::1:ff00:5301"),
        ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "ff02::1:ffff:ffff"),
        ("2001:db8::", "ff02::1:ff00:0"),  # the subnet-router anycast address
        (netaddr.IPAddress("2001:db8::12:3456"), "ff02::1:ff12:3456"),
    ],
)
def test_the_solicited_node_group(address, group):
    found = solicited_node(address)

    assert isinstance(found, netaddr.IPAddress)
    assert found == netaddr.IPAddress(group)


@examples
@given(unicast, st.integers(0, 2**104 - 1))
def test_the_group_depends_on_the_last_24_bits_alone(address, above):
    found = solicited_node(address)
    sibling = netaddr.IPAddress(above << 24 | int(address) & 0xFFFFFF, 6)

    assert found in netaddr.IPNetwork("ff02::1:ff00:0/104")
    assert int(found) & 0xFFFFFF == int(address) & 0xFFFFFF
    if int(sibling) and not sibling.is_multicast():
        assert solicited_node(sibling) == found
    assert multicast_fields(found).scope_name == "link-local"
    # The standard library and socket read the text back as the same group.
    assert int(ipaddress.IPv6Address(str(found))) == int(found)
    assert socket.inet_pton(socket.AF_INET6, str(found)) == found.packed


def test_an_address_that_no_node_has_gets_no_solicited_node_group():
    assert "multicast" in refusal(solicited_node, "ff02::1")
    assert "unspecified" in refusal(solicited_node, "::")
    assert "IPv4" in refusal(solicited_node, netaddr.IPAddress("192.0.2.1"))


# --- Ethernet -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "group,mac",
    [
        ("ff02::1", "33-33-00-00-00-01"),
        ("ff02::1:ff28:9c5a", "33-33-FF-28-9C-5A"),
        ("ff05::1:3%eth0", "33-33-00-01-00-03"),
        ("ff0e::db8:ffff:ffff", "33-33-FF-FF-FF-FF"),
    ],
)
def test_the_ethernet_address_of_a_group(group, mac):
    found = multicast_mac(group)

    assert isinstance(found, netaddr.EUI)
    assert found == netaddr.EUI(mac)
    assert str(found) == mac.lower().replace("-", ":")


@examples
@given(groups)
def test_the_ethernet_address_is_33_33_and_the_last_four_octets(group):
    mac = multicast_mac(group)

    assert mac.packed == b"\x33\x33" + group.packed[12:]
    assert mac == multicast_mac(str(group))


@examples
@given(unicast)
def test_a_unicast_address_has_no_such_ethernet_address(address):
    message = refusal(multicast_mac, address)

    assert str(address) in message and "Neighbor Discovery" in message


# --- Fields -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "group,flags,scope_name",
    [
        ("ff02::1", (False, False, False), "link-local"),
        ("ff15::1", (True, False, False), "site-local"),
        ("ff3e::8000:1", (True, True, False), "global"),  # RFC 3306
        ("ff7e:120:2001:db8::1", (True, True, True), "global"),  # RFC 3956
        ("ff03::fd", (False, False, False), "realm-local"),
        ("ff0a::1", (False, False, False), "unassigned"),
    ],
)
def test_the_fields(group, flags, scope_name):
    found = multicast_fields(group)

    assert (found.transient, found.prefix_based, found.rendezvous_point) == flags
    assert found.scope_name == scope_name


@examples
@given(groups)
def test_the_fields_are_the_nibbles_of_the_address(group):
    found = multicast_fields(group)
    digits = f"{int(group):032x}"

    assert found.scope == int(digits[3], 16)
    assert f"{found.group:028x}" == digits[4:]
    flags = int(digits[2], 16)
    assert flags & 7 == (found.transient | found.prefix_based << 1 | found.rendezvous_point << 2)
    assert found.scope_name == SCOPES.get(found.scope, "unassigned")


@pytest.mark.skipif(IPV6CALC is None, reason="ipv6calc is not on the PATH")
def test_ipv6calc_agrees_that_it_is_a_solicited_node_group():
    addresses = [f"2001:db8::{low:x}" for low in (0, 1, 0x53FF, 0xFFFF)]
    found = [str(solicited_node(address)) for address in addresses]
    command = [str(IPV6CALC), "-q", "--showinfo", "-m"]
    asked = "".join(f"{group}\n" for group in found)
    ran = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    said = [line for line in ran.stdout.splitlines() if line.startswith("IPV6_TYPE=")]

    assert said == ["IPV6_TYPE=multicast,link-local,solicited-node"] * len(addresses)


# --- Hostile input ------------------------------------------------------------------------------


@examples
@given(hostile)
def test_hostile_input_is_a_value_error(thing):
    for function in (solicited_node, multicast_mac, multicast_fields):
        try:
            function(thing)
        except ValueError as error:
            assert type(error) is ValueError
            assert str(error).isprintable() and len(str(error)) < 500
