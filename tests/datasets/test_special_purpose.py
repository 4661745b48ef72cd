"""The registries' facts: whole, consistent with the RFCs' rules, and listed with their source."""

import ipaddress
from pathlib import Path

import netaddr
import pytest

from ipv6data import address_space, multicast_groups, special_purpose
from ipv6data.special_purpose import special_purpose_block, special_purpose_blocks

README = Path(special_purpose.__file__).parents[1] / "README.md"

# The RFCs' own words, entered by hand: what is globally reachable, and what is left open.
REACHABLE = {
    "64:ff9b::/96",
    "2001:1::1/128",
    "2001:1::2/128",
    "2001:1::3/128",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:20::/28",
    "2001:30::/28",
    "2620:4f:8000::/48",
}
OPEN = {"2001::/32", "2002::/16", "2001:10::/28"}


def test_the_registry_has_25_blocks_in_order_and_none_twice():
    blocks = [row.block for row in special_purpose_blocks()]

    assert len(set(blocks)) == 25
    assert blocks == sorted(blocks, key=lambda block: (block.first, block.prefixlen))
    assert all(block.version == 6 and block == block.cidr for block in blocks)


def test_the_answers_are_those_of_the_rfcs():
    rows = {str(row.block): row.globally_reachable for row in special_purpose_blocks()}
    rows["::ffff:0:0/96"] = rows.pop(str(netaddr.IPNetwork("::ffff:0:0/96")))

    assert {block for block, reachable in rows.items() if reachable} == REACHABLE
    assert {block for block, reachable in rows.items() if reachable is None} == OPEN


@pytest.mark.parametrize("row", special_purpose_blocks(), ids=lambda row: str(row.block))
def test_a_row_keeps_the_rules_of_the_registry(row):
    if row.destination is False:  # RFC 6890 section 2.2.1: then neither of these can be true
        assert row.forwardable is False and row.globally_reachable is False
    if row.globally_reachable:
        assert row.forwardable is True
    answers = (row.source, row.destination, row.forwardable, row.reserved_by_protocol)
    assert (None in answers) == (row.terminated is not None)
    assert row.globally_reachable is not None or row.note
    assert row.rfc.startswith("RFC ") and row.name and row.allocated


@pytest.mark.parametrize("row", special_purpose_blocks(), ids=lambda row: str(row.block))
def test_the_most_specific_row_decides(row):
    for value in (row.block.first, row.block.last):
        found = special_purpose_block(netaddr.IPAddress(value, 6))
        assert found is not None
        assert found.block.prefixlen >= row.block.prefixlen
        assert netaddr.IPAddress(value, 6) in found.block
    assert any(
        special_purpose_block(netaddr.IPAddress(value, 6)) is row
        for value in (row.block.first, row.block.last, (row.block.first + row.block.last) // 2)
    )


# `ipaddress` has its own list, which changes with the version of Python: before 3.11.10 and 3.12.4
# nothing in 2001::/23 is global, 3fff::/20 is global up to 3.13, 64:ff9b:1::/48 up to 3.12; none
# knows 5f00::/16, 100:0:0:1::/64 or that Teredo and 6to4 are neither.
PEER_IS_WRONG = {"3fff::/20", "5f00::/16", "64:ff9b:1::/48", "100:0:0:1::/64"} | OPEN
PEER_IS_RIGHT = [
    row
    for row in special_purpose_blocks()
    if str(row.block) not in PEER_IS_WRONG
    and not (row.globally_reachable and row.block in netaddr.IPNetwork("2001::/23"))
]


@pytest.mark.parametrize("row", PEER_IS_RIGHT, ids=lambda row: str(row.block))
def test_the_standard_library_agrees_where_it_is_right(row):
    assert ipaddress.IPv6Address(row.block.last).is_global is row.globally_reachable


def test_the_address_space_is_whole_and_does_not_overlap():
    end = 0
    for row in address_space.address_space():
        assert row.block.first == end
        end = row.block.last + 1
    assert end == 2**128


@pytest.mark.parametrize(
    "address,name",
    [
        ("ff01::1", "All nodes"),
        ("ff02::1", "All nodes"),
        ("ff05::2", "All routers"),
        ("ff02::1:3", "Link-Local Multicast Name Resolution"),
        ("ff05::1:3", "All DHCPv6 servers"),
        ("ff0e::101", "Network Time Protocol"),
        ("ff02::1:ff28:9c5a", "Solicited-node"),
        ("ff0e::db8:0:1", "Documentation"),
        ("ff3e::8000:1", "Source-specific multicast"),
        ("ff08::", "Reserved multicast address"),
        ("ff05::1", None),
        ("ff12::1", None),
        ("ff02::1:fe28:9c5a", None),
    ],
)
def test_a_group_is_known_in_its_scopes_and_in_no_other(address, name):
    group = multicast_groups.multicast_group(netaddr.IPAddress(address))

    assert (group and group.name) == name


def test_every_file_of_facts_is_listed_with_its_date():
    readme = README.read_text(encoding="utf-8")
    for module, file in [
        (special_purpose, "special_purpose_registry.csv"),
        (address_space, "ipv6_address_space.csv"),
        (multicast_groups, "ipv6_multicast_groups.csv"),
    ]:
        (line,) = [line for line in readme.splitlines() if f"`ipv6data/{file}`" in line]
        assert module.AS_OF.isoformat() in line
