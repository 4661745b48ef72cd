"""Type, scope and reachability: every row of the registry, the RFCs' examples, four peers."""

import dataclasses
import ipaddress
import os
import shutil
import socket
import subprocess
import sys

import netaddr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipv6course.address
from ipv6course.address import describe
from ipv6course.address.kind import ANSWERS, KINDS
from ipv6data import special_purpose

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
examples = settings(derandomize=True, max_examples=50_000 if PROVE else 300, deadline=None)

ROWS = special_purpose.special_purpose_blocks()
LAST = 2**128 - 1
TYPES = {kind.type for kind in KINDS} | set(ANSWERS)
SCOPES = {
    None,
    "reserved",
    "unassigned",
    "interface-local",
    "link-local",
    "realm-local",
    "admin-local",
    "site-local",
    "organization-local",
    "global",
}

# Addresses at the edges of blocks, and inside them.
edges = sorted({value for row in ROWS for value in (row.block.first, row.block.last)})
values = st.one_of(
    st.integers(0, LAST),
    st.tuples(st.sampled_from(edges), st.integers(-2, 2)).map(lambda two: sum(two) & LAST),
    st.tuples(st.sampled_from(edges), st.integers(0, 2**64 - 1)).map(lambda two: two[0] ^ two[1]),
    st.integers(0xFF << 120, LAST),
    st.integers(0, 2**32 - 1).map(lambda ipv4: 0xFFFF << 32 | ipv4),
)
hostile = st.one_of(
    st.text(),
    st.text(alphabet="0123456789abcdef:.%/[] g\u0661\u202e\x00", max_size=50),
    st.none(),
    st.integers(),
    st.binary(),
)


def address(value: int) -> netaddr.IPAddress:
    return netaddr.IPAddress(value, 6)


# --- The registry -------------------------------------------------------------------------------


def most_specific(value: int) -> special_purpose.SpecialPurposeBlock | None:
    """The rule, in the slowest and plainest way."""
    around = [row for row in ROWS if row.block.first <= value <= row.block.last]
    return max(around, key=lambda row: row.block.prefixlen, default=None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.block))
def test_every_row_at_its_first_and_last_address_and_beside_them(row):
    first, last = row.block.first, row.block.last
    for value in {first, last, max(first - 1, 0), min(last + 1, LAST)}:
        found = describe(address(value))
        expected = most_specific(value)
        assert found.registry_entry == expected
        if expected is None:
            continue
        for field in ("name", "rfc", "block", "source", "destination", "forwardable"):
            assert getattr(found, field) == getattr(expected, field)
        assert found.globally_reachable is expected.globally_reachable
    inside = {
        describe(address(value)).registry_entry for value in (first, last, (first + last) // 2)
    }
    assert row in inside


@examples
@given(values)
def test_every_address_has_a_type_a_scope_and_the_most_specific_row(value):
    found = describe(address(value))

    assert found.address == address(value)
    assert found.type in TYPES and found.scope in SCOPES
    assert found.registry_entry == most_specific(value)
    assert found.block.first <= value <= found.block.last
    assert (found.multicast is not None) == (found.type == "multicast")
    assert found.rfc.startswith("RFC ") and found.scope_rfc.startswith("RFC ") and found.name
    assert found.as_of == special_purpose.AS_OF
    assert describe(socket.inet_ntop(socket.AF_INET6, value.to_bytes(16, "big"))) == found


# --- What this course decides -------------------------------------------------------------------

DECIDED = [
    # address, type, scope, globally reachable, name
    ("::", "unspecified", None, False, "Unspecified Address"),
    ("::1", "loopback", "link-local", False, "Loopback Address"),
    ("::2", "IPv4-compatible", "global", False, "IPv4-compatible, deprecated"),
    ("::192.0.2.1", "IPv4-compatible", "global", False, "IPv4-compatible, deprecated"),
    ("::ffff:192.0.2.1", "IPv4-mapped", "global", False, "IPv4-mapped Address"),
    ("::ffff:10.0.0.1", "IPv4-mapped", "global", False, "IPv4-mapped Address"),
    ("::ffff:169.254.0.1", "IPv4-mapped", "link-local", False, "IPv4-mapped Address"),
    ("::ffff:127.0.0.1", "IPv4-mapped", "link-local", False, "IPv4-mapped Address"),
    ("::ffff:0:192.0.2.1", "reserved", "global", False, "Reserved by IETF"),
    ("64:ff9b::192.0.2.1", "global unicast", "global", True, "IPv4-IPv6 Translat."),
    ("64:ff9b:1::1", "global unicast", "global", False, "IPv4-IPv6 Translat."),
    ("100::1", "global unicast", "global", False, "Discard-Only Address Block"),
    ("200::1", "reserved", "global", False, "Reserved by IETF"),
    ("2001::1", "global unicast", "global", None, "TEREDO"),
    ("2001:1::1", "global unicast", "global", True, "Port Control Protocol Anycast"),
    ("2001:1::4", "global unicast", "global", False, "IETF Protocol Assignments"),
    ("2001:10::1", "global unicast", "global", None, "Deprecated (previously ORCHID)"),
    ("2001:20::1", "global unicast", "global", True, "ORCHIDv2"),
    ("2001:200::1", "global unicast", "global", True, "Global Unicast"),
    ("2001:db8::1", "global unicast", "global", False, "Documentation"),
    ("2002:c000:201::1", "global unicast", "global", None, "6to4"),
    ("3fff:fff::1", "global unicast", "global", False, "Documentation"),
    ("3fff:1000::1", "global unicast", "global", True, "Global Unicast"),
    ("4000::1", "reserved", "global", False, "Reserved by IETF"),
    ("5f00::1", "global unicast", "global", False, "Segment Routing (SRv6) SIDs"),
    ("fc00::1", "unique local unicast", "global", False, "Unique-Local"),
    ("fdff::1", "unique local unicast", "global", False, "Unique-Local"),
    ("fe00::1", "reserved", "global", False, "Reserved by IETF"),
    ("fe80::1", "link-local unicast", "link-local", False, "Link-Local Unicast"),
    ("febf::1", "link-local unicast", "link-local", False, "Link-Local Unicast"),
    ("fec0::1", "site-local unicast", "site-local", False, "Site-local unicast, deprecated"),
    ("ff00::1", "multicast", "reserved", False, "Multicast"),
    ("ff01::1", "multicast", "interface-local", False, "All nodes"),
    ("ff02::1", "multicast", "link-local", False, "All nodes"),
    ("ff02::1:ff00:1", "multicast", "link-local", False, "Solicited-node"),
    ("ff03::fd", "multicast", "realm-local", False, "All CoAP nodes"),
    ("ff04::101", "multicast", "admin-local", False, "Network Time Protocol"),
    ("ff05::1:3", "multicast", "site-local", False, "All DHCPv6 servers"),
    ("ff06::1", "multicast", "unassigned", False, "Multicast"),
    ("ff08::101", "multicast", "organization-local", False, "Network Time Protocol"),
    ("ff0d::101", "multicast", "unassigned", False, "Network Time Protocol"),
    ("ff0e::101", "multicast", "global", True, "Network Time Protocol"),
    ("ff0e::db8:0:1", "multicast", "global", False, "Documentation"),
    ("ff0f::101", "multicast", "reserved", None, "Network Time Protocol"),
    ("ff3e::8000:1", "multicast", "global", True, "Source-specific multicast"),
]


@pytest.mark.parametrize("text,type_,scope,reachable,name", DECIDED)
def test_each_decision(text, type_, scope, reachable, name):
    found = describe(text)

    assert (found.type, found.scope, found.name) == (type_, scope, name)
    assert found.globally_reachable is reachable


def test_the_decisions_cover_every_type_and_scope():
    assert {row[1] for row in DECIDED} == TYPES
    assert {row[2] for row in DECIDED} == SCOPES


def test_the_citations():
    assert describe("fd00::1").scope_rfc == "RFC 4193 section 3.3"
    assert describe("fec0::1").rfc == "RFC 3879 section 4"
    assert describe("4000::1").rfc == "RFC 4291 section 2.4"
    assert describe("200::1").rfc == "RFC 4048"
    assert describe("100:0:0:1::1").rfc == "RFC 9780"
    assert describe("fd00::1").rfc == "RFC 4193, RFC 8190"
    assert describe("ff05::2").rfc == "RFC 4291 section 2.7.1"


def test_a_multicast_address_is_never_a_source():
    group = describe("ff02::1")

    assert (group.source, group.destination, group.forwardable) == (False, True, False)
    assert describe("ff05::2").forwardable is True
    assert describe("ff01::1").destination is False


def test_a_zone_is_kept():
    assert describe("fe80::1%eth0").zone == "eth0"
    assert describe("ff02::1%2").zone == "2"
    assert describe("2001:db8::1").zone is None


def test_the_record_is_frozen_and_can_be_compared_and_hashed():
    found = describe("2001:db8::1")

    assert found == describe(netaddr.IPAddress("2001:db8::1"))
    assert hash(found) == hash(describe("2001:0DB8::1"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.name = "mine"  # type: ignore[misc]


# --- What is inside -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text,inside",
    [
        ("::ffff:192.0.2.1", {"IPv4 address": "192.0.2.1"}),
        ("::192.0.2.1", {"IPv4 address": "192.0.2.1"}),
        # RFC 6052 section 2.4
        ("64:ff9b::192.0.2.33", {"IPv4 address": "192.0.2.33"}),
        ("64:ff9b:1::192.0.2.33", {}),
        ("2002:c000:204::1", {"IPv4 address": "192.0.2.4"}),
        # RFC 4380 section 4: address and port of the client are inverted
        (
            "2001:0:c000:22d:8000:63bf:34ff:8eac",
            {
                "Teredo server": "192.0.2.45",
                "Teredo client": "203.0.113.83",
                "Teredo client port": "40000",
            },
        ),
        # RFC 3306 section 4
        ("ff3e:30:2001:db8:5::1234", {"unicast prefix": "2001:db8:5::/48"}),
        # RFC 3956 section 5 has this shape: R, P and T; RIID 1; /32
        (
            "ff7e:120:2001:db8::1234",
            {"unicast prefix": "2001:db8::/32", "rendezvous point": "2001:db8::1"},
        ),
        ("ff7e:20:2001:db8::1234", {"unicast prefix": "2001:db8::/32"}),  # RIID 0 is reserved
        ("ff3e::8000:1", {}),
        ("ff2e:30:2001:db8:5::1234", {}),  # P without T
        ("ff3e:41:2001:db8:5::1234", {}),  # a length over 64
        ("::", {}),
        ("::1", {}),
        ("2001:db8::1", {}),
    ],
)
def test_what_an_address_holds_inside(text, inside):
    found = describe(text)

    assert {one.what: str(one.value) for one in found.embedded} == inside
    assert all(one.rfc.startswith("RFC ") for one in found.embedded)
    addresses = [value for what, value in inside.items() if "IPv4" in what or "Teredo" in what]
    assert list(map(str, found.embedded_ipv4)) == [one for one in addresses if "." in one]


# --- Peers --------------------------------------------------------------------------------------


@examples
@given(values)
def test_the_standard_library_agrees_on_what_rfc_4291_fixes(value):
    # Not asked: is_global, is_private and is_reserved, which change with the version of Python.
    peer = ipaddress.IPv6Address(value)
    found = describe(address(value))

    assert peer.is_unspecified == (found.type == "unspecified")
    assert peer.is_loopback == (found.type == "loopback")
    assert peer.is_link_local == (found.type == "link-local unicast")
    assert peer.is_site_local == (found.type == "site-local unicast")
    assert peer.is_multicast == (found.type == "multicast")
    inside = list(map(str, found.embedded_ipv4))
    if peer.ipv4_mapped is not None:
        assert inside == [str(peer.ipv4_mapped)]
    if peer.sixtofour is not None:
        assert inside == [str(peer.sixtofour)]
    if peer.teredo is not None:
        assert inside == list(map(str, peer.teredo))


@examples
@given(values)
def test_netaddr_agrees_on_what_rfc_4291_fixes(value):
    # netaddr calls ::1 and :: IPv4-compatible, and calls no address global that its list of 2019
    # does not know; neither is asked.
    peer = address(value)
    found = describe(peer)

    assert peer.is_multicast() == (found.type == "multicast")
    assert peer.is_link_local() == (found.type == "link-local unicast")
    assert peer.is_loopback() == (found.type == "loopback")
    assert peer.is_ipv4_mapped() == (found.type == "IPv4-mapped")
    assert peer.is_ipv6_unique_local() == (found.type == "unique local unicast")


IPV6CALC = shutil.which("ipv6calc")
if IPV6CALC is None and os.environ.get("CI"):
    raise RuntimeError("On CI ipv6calc must be there: python tests/requirements.py brings it.")


@pytest.mark.skipif(IPV6CALC is None, reason="ipv6calc is not on the PATH")
def test_ipv6calc_agrees_on_type_and_scope():
    # ipv6calc 1.0.0 knows neither realm-local (RFC 7346) nor 3fff::/20 and 5f00::/16. It has no
    # scope for :: and ::1, nor for what is global.
    texts = [row[0] for row in DECIDED if row[1] not in ("reserved", "IPv4-compatible")]
    asked = "".join(f"{text}\n" for text in texts)
    command = [str(IPV6CALC), "-q", "--showinfo", "-m"]
    ran = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    lines = [line.partition("=") for line in ran.stdout.splitlines()]
    said = [set(value.split(",")) for name, _, value in lines if name == "IPV6_TYPE"]
    assert len(said) == len(texts)
    for text, words in zip(texts, said, strict=True):
        found = describe(text)
        assert ("multicast" in words) == (found.type == "multicast"), text
        assert ("unique-local-unicast" in words) == (found.type == "unique local unicast"), text
        assert ("solicited-node" in words) == (found.name == "Solicited-node"), text
        assert ("6to4" in words) == (found.name == "6to4"), text
        assert ("teredo" in words) == (found.name == "TEREDO"), text
        if found.type not in ("loopback", "IPv4-mapped"):
            assert ("link-local" in words) == (found.scope == "link-local"), text
        assert ("site-local" in words) == (found.scope == "site-local"), text


# --- Hostile text -------------------------------------------------------------------------------


@examples
@given(hostile)
def test_hostile_input_is_described_or_is_a_value_error(given_):
    try:
        found = describe(given_)
    except ValueError as error:
        assert type(error) is ValueError
        assert str(error).isprintable() and len(str(error)) < 400
        return
    assert socket.inet_pton(socket.AF_INET6, given_.partition("%")[0]) == found.address.packed


@pytest.mark.parametrize(
    "thing,said",
    [
        ("192.0.2.1", "IPv4"),
        (netaddr.IPAddress("192.0.2.1"), "::ffff:192.0.2.1"),
        (ipaddress.IPv6Address("::1"), "IPv6Address"),
        (netaddr.IPNetwork("2001:db8::/32"), "IPNetwork"),
        ("2001:db8::/32", "prefix length"),
        (None, "NoneType"),
    ],
)
def test_what_is_not_one_ipv6_address_is_refused_with_a_way_out(thing, said):
    with pytest.raises(ValueError, match=said):
        describe(thing)


# --- The room -----------------------------------------------------------------------------------


def test_all_names_are_there_and_are_listed():
    for name in ipv6course.address.__all__:
        assert getattr(ipv6course.address, name) is not None
        assert name in dir(ipv6course.address)
    assert set(ipv6course.address._HOMES) <= set(ipv6course.address.__all__)
    with pytest.raises(AttributeError, match="no attribute 'descibe'"):
        ipv6course.address.descibe  # noqa: B018


def test_importing_the_whole_room_reads_no_facts():
    script = (
        "import sys\nfrom ipv6course.address import *\nfrom ipv6data import special_purpose\n"
        "assert special_purpose.special_purpose_blocks.cache_info().currsize == 0\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert not {"scapy", "anywidget", "traitlets", "json"} & set(ran.stdout.split())
