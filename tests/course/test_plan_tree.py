"""The address plan: what it refuses, what is free, how it changes, what it measures."""

import ipaddress
import os
import subprocess
import sys
import time

import netaddr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipv6course.plan import (
    HD_RATIO_THRESHOLD,
    AddressPlan,
    Node,
    advice_on_prefix,
    hd_ratio,
    hd_threshold,
)
from ipv6course.plan.refusals import REFUSALS, UNSEEN

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
examples = settings(derandomize=True, max_examples=50_000 if PROVE else 300, deadline=None)

BASE = 0x20010DB8 << 96


def isp() -> AddressPlan:
    """A provider with two regions, sites and customers."""
    return (
        AddressPlan.start("ISP", "2001:db8::/32")
        .add("North", "2001:db8::/36", kind="block")
        .add("South", "2001:db8:8000::/36", kind="block")
        .add("Lagos", "2001:db8:100::/48", kind="site")
        .add("servers", "2001:db8:100::/64", kind="lan")
        .add("Accra", "2001:db8:8100::/48", kind="site")
        .add("servers", "2001:db8:8100::/64", kind="lan")
    )


@st.composite
def plans(draw):
    """A plan with one top /32 and children at many lengths, some with children of their own."""
    plan = AddressPlan.start("top", "2001:db8::/32")
    for number in range(draw(st.integers(0, 8))):
        length = draw(st.integers(33, 40))
        place = draw(st.integers(0, 2 ** (length - 32) - 1))
        prefix = netaddr.IPNetwork((BASE + (place << 128 - length), length), version=6)
        kind = draw(st.sampled_from(["", "site", "reserved", "block"]))
        try:
            plan = plan.add(f"n{number}", prefix, kind=kind)
        except ValueError:
            continue  # it overlaps
    return plan


def space(prefixes) -> netaddr.IPSet:
    return netaddr.IPSet(list(prefixes))


# --- What does not fit --------------------------------------------------------------------------


def test_overlap_and_escape_name_both_nodes():
    plan = isp()
    with pytest.raises(
        ValueError, match=r"'x' \(2001:db8::/35\) overlaps 'North' \(2001:db8::/36\)"
    ):
        plan.add("x", "2001:db8::/35")
    with pytest.raises(ValueError, match=r"'x' \(3fff::/48\) is not inside its parent 'North'"):
        plan.add("x", "3fff::/48", "North")
    with pytest.raises(ValueError, match="is the whole of its parent 'North'"):
        plan.add("x", "2001:db8::/36", "North")
    with pytest.raises(ValueError, match="same name as 'North'"):
        plan.add("North", "2001:db8:4000::/36", "ISP")
    with pytest.raises(ValueError, match="within='' to put it at the top"):
        plan.add("x", "3fff::/48")
    with pytest.raises(ValueError, match="overlaps 'ISP'"):
        plan.add("x", "2001:db8:1::/48", within="")
    assert len(plan.add("x", "3fff::/20", within="").tops) == 2


def test_a_child_larger_than_its_parent_escapes():
    child = Node.of("child", "2001:db8::/32")
    with pytest.raises(ValueError, match=r"'child' .* is not inside its parent 'parent'"):
        AddressPlan([Node.of("parent", "2001:db8::/48", children=(child,))])


block = st.tuples(st.integers(0, 15), st.integers(32, 36))


@examples
@given(st.lists(block, min_size=2, max_size=6))
def test_overlap_is_always_refused_and_nothing_else_is(blocks):
    prefixes = [
        ipaddress.IPv6Network((BASE + (place << 92) >> 128 - length << 128 - length, length))
        for place, length in blocks
    ]
    pairs = [(a, b) for at, a in enumerate(prefixes) for b in prefixes[:at]]
    nodes = [Node.of(f"n{n}", str(prefix)) for n, prefix in enumerate(prefixes)]
    if any(a.overlaps(b) for a, b in pairs):
        with pytest.raises(ValueError, match="overlaps"):
            AddressPlan(nodes)
    else:
        assert len(AddressPlan(nodes)) == len(nodes)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "has a name"),
        ({"name": 5}, "name is text, not int"),
        ({"name": "a/b"}, "has a '/'"),
        ({"name": "a\x00b"}, "U+0000 at character 2"),
        ({"name": "a\u202eb"}, "U+202E"),
        ({"name": "a\nb"}, "U+000A"),
        ({"name": " a"}, "white space at an end"),
        ({"name": "=1+1"}, "a formula"),
        ({"name": "x" * 101}, "has 101 characters"),
        ({"name": "a", "kind": "planet"}, "no kind of prefix"),
        ({"name": "a", "kind": []}, "kind is text, not list"),
        ({"name": "a", "purpose": "@SUM(A1)"}, "begins with '@'"),
        ({"name": "a", "purpose": "one\ntwo"}, "U+000A"),
        ({"name": "a", "notes": "one\x07"}, "U+0007"),
        ({"name": "a", "notes": 1.5}, "notes is text, not float"),
    ],
)
def test_texts_that_a_node_does_not_have(fields, says):
    with pytest.raises(ValueError) as refusal:
        Node.of(prefix="2001:db8::/32", **fields)
    assert says in str(refusal.value)
    assert not UNSEEN.search(str(refusal.value))


def test_names_in_any_script():
    plan = AddressPlan.start("كينيا", "2001:db8::/32", notes="one\ntwo").add(
        "ประเทศไทย", "2001:db8::/36"
    )
    assert plan["كينيا/ประเทศไทย"].length == 36


# --- Looking ------------------------------------------------------------------------------------


def test_nodes_are_found_by_path_name_and_prefix():
    plan = isp()
    assert plan["ISP/North/Lagos"] is plan["Lagos"]
    assert plan.path("Lagos") == "ISP/North/Lagos"
    assert plan.find("2001:db8:100:5::/64") == "ISP/North/Lagos"
    assert plan.find(netaddr.IPAddress("2001:db8:100::1")) == "ISP/North/Lagos/servers"
    assert plan.find("3fff::/20") is None
    assert "Lagos" in plan
    assert "Nowhere" not in plan
    assert 5 not in plan
    with pytest.raises(ValueError, match=r"more than one .*'ISP/North/Lagos/servers' and"):
        plan["servers"]
    with pytest.raises(ValueError, match="no prefix with the name or path 'ISP/East'"):
        plan["ISP/East"]
    assert isinstance(plan["Lagos"].prefix, netaddr.IPNetwork)
    assert len(plan) == 7


def test_free_is_what_netaddr_says():
    plan = AddressPlan.start("top", "2001:db8::/32").add("a", "2001:db8:4000::/34")
    whole, used = (
        ipaddress.IPv6Network("2001:db8::/32"),
        ipaddress.IPv6Network("2001:db8:4000::/34"),
    )
    assert sorted(map(str, plan.free())) == sorted(map(str, whole.address_exclude(used)))
    assert AddressPlan.start("top", "2001:db8::/32").free() == [netaddr.IPNetwork("2001:db8::/32")]


@examples
@given(plans())
def test_free_and_used_are_the_whole_and_disjoint(plan):
    free, used = space(plan.free()), space(node.prefix for node in plan.tops[0].children)
    assert free | used == space([plan.tops[0].prefix])
    assert not free & used
    assert plan.free() == netaddr.cidr_merge(plan.free())  # the fewest


@examples
@given(plans(), st.integers(32, 44), st.sampled_from(["best-fit", "sparse"]), st.booleans())
def test_next_free_is_free_and_found_when_there_is_one(plan, length, order, nibble):
    room = [block for block in plan.free() if block.prefixlen <= length]
    if not room:
        with pytest.raises(ValueError, match="no free"):
            plan.next_free(length, order=order, nibble=nibble)
        return
    found = plan.next_free(length, order=order, nibble=nibble)
    assert found.prefixlen == length
    assert any(found in block for block in room)
    if found == plan.tops[0].prefix:
        return
    assert len(plan.add("new", found)) == len(plan) + 1
    home = next(block for block in room if found in block)
    if order == "best-fit" and not nibble:
        assert home.prefixlen == max(block.prefixlen for block in room)
    if order == "best-fit" and nibble and any(b.prefixlen <= length // 4 * 4 for b in room):
        assert home.prefixlen <= length // 4 * 4
        assert found.first % (1 << 128 - length // 4 * 4) == 0


def test_best_fit_keeps_large_blocks_whole():
    plan = AddressPlan.start("top", "2001:db8::/32").add("a", "2001:db8::/48")
    assert str(plan.next_free(48)) == "2001:db8:1::/48"
    assert str(plan.next_free(36)) == "2001:db8:1000::/36"
    assert str(plan.next_free(46)) == "2001:db8:4::/46"
    assert str(plan.next_free(46, nibble=True)) == "2001:db8:10::/46"
    with pytest.raises(ValueError, match="largest free prefix there is 2001:db8:8000::/33"):
        plan.next_free(32)
    with pytest.raises(ValueError, match="A /31 does not fit"):
        plan.next_free(31)
    with pytest.raises(ValueError, match="'best-fit' or 'sparse'"):
        plan.next_free(48, order="random")


def test_sparse_is_the_leftmost_order_of_rfc_3531():
    # Section 3.1 counts with the bits from the left: 000, 100, 010, 110, 001, ...
    plan = AddressPlan.start("top", "2001:db8::/32")
    for number in range(8):
        plan = plan.add_next(f"n{number}", 35, order="sparse")
    taken = [node.first >> 93 & 7 for node in plan.tops[0].children]
    assert taken == [0b000, 0b100, 0b010, 0b110, 0b001, 0b101, 0b011, 0b111]
    many = AddressPlan.start("top", "2001:db8::/32").delegate(
        [f"n{number}" for number in range(8)], 35, order="sparse"
    )
    assert [node.first for node in many.tops[0].children] == [
        node.first for node in plan.tops[0].children
    ]


# --- Changing -----------------------------------------------------------------------------------


def test_a_change_leaves_the_old_plan_as_it_was():
    plan = isp()
    before = plan.to_yaml()
    renamed = plan.rename("Lagos", "Abuja")
    assert "Abuja" in renamed
    assert "Lagos" not in renamed
    assert renamed["South"] is plan["South"]  # shared
    assert len(plan.remove("North")) == 4
    assert plan.describe("Lagos", purpose="head office")["Lagos"].purpose == "head office"
    assert plan.to_yaml() == before
    with pytest.raises(ValueError, match="'prefix' is not known"):
        plan.describe("Lagos", prefix="x")
    with pytest.raises(ValueError, match="same name"):
        plan.rename("North", "South")
    with pytest.raises(AttributeError):
        plan["Lagos"].name = "x"


def test_move_renumbers_everything_below():
    plan = isp().move("Lagos", "South")
    assert plan.path("Lagos") == "ISP/South/Lagos"
    assert plan["Lagos"].text == "2001:db8:8101::/48"
    assert plan["ISP/South/Lagos/servers"].text == "2001:db8:8101::/64"
    assert (
        isp().move("Lagos", "ISP/North", "2001:db8:200::/48")["Lagos"].text == "2001:db8:200::/48"
    )
    assert isp().move("Accra", "ISP")["ISP/Accra"].text == "2001:db8:1000::/48"
    assert (
        AddressPlan.start("a", "2001:db8::/32")
        .add("b", "2001:db8::/48")
        .move("b", "", "3fff::/48")["b"]
        .text
        == "3fff::/48"
    )
    with pytest.raises(ValueError, match="cannot move into itself"):
        isp().move("North", "Lagos")
    with pytest.raises(ValueError, match="same length, /48"):
        isp().move("Lagos", "South", "2001:db8:8200::/47")
    with pytest.raises(ValueError, match="overlaps"):
        isp().move("Accra", "North", "2001:db8:100::/48")


def test_grow_takes_the_free_neighbour_or_names_who_is_in_the_way():
    plan = AddressPlan.start("top", "2001:db8::/32").add("a", "2001:db8:1::/48")
    assert plan.room_to_grow("a") == 33
    assert plan.grow("a")["a"].text == "2001:db8::/47"
    assert plan.grow("a", 44)["a"].text == "2001:db8::/44"
    full = plan.add("b", "2001:db8:2::/48")
    assert full.room_to_grow("a") == 47
    with pytest.raises(ValueError, match=r"cannot grow to /46: 'b' \(2001:db8:2::/48\) is in the"):
        full.grow("a", 46)
    with pytest.raises(ValueError, match=r"the parent 'top' .* ends there"):
        plan.grow("a", 32)
    with pytest.raises(ValueError, match="use a number from 33 to 47"):
        plan.grow("a", 48)
    with pytest.raises(ValueError, match="Only the registry"):
        plan.grow("top", 31)


def test_delegation_is_persistent_and_never_a_single_64():
    plan = isp().delegate(["Ada", "Bola", "Ada"], 56, "South")
    assert [str(plan[name].prefix) for name in ("Ada", "Bola")] == [
        "2001:db8:8101::/56",
        "2001:db8:8101:100::/56",
    ]
    again = plan.delegate(["Chi", "Bola"], 48, "South")
    assert again["Bola"].text == "2001:db8:8101:100::/56"
    assert again["Chi"].kind == "customer"
    assert plan.delegate(["Ada"], 56, "South") is plan
    with pytest.raises(ValueError, match="more than one /64"):
        plan.delegate(["Dan"], 64, "South")
    with pytest.raises(ValueError, match="5000 prefixes of /48 do not fit"):
        isp().delegate([f"c{n}" for n in range(5000)], 48, "South")


@examples
@given(plans(), st.integers(1, 20), st.integers(36, 44))
def test_delegating_many_is_adding_them_one_by_one(plan, many, length):
    names = [f"c{number}" for number in range(many)]
    one_by_one = plan
    try:
        for name in names:
            one_by_one = one_by_one.add_next(name, length, kind="customer")
    except ValueError:
        with pytest.raises(ValueError, match="free"):
            plan.delegate(names, length)
    else:
        assert plan.delegate(names, length) == one_by_one


# --- Measuring ----------------------------------------------------------------------------------


def test_hd_ratio_of_rfc_3194_and_of_the_registries():
    # RFC 3194 section 5: IPv4 (32 bits) at 80 %, 85 %, 86 % and 87 %.
    millions = [round(hd_threshold(2**32, ratio) / 1e6) for ratio in (0.80, 0.85, 0.86, 0.87)]
    assert millions == [51, 154, 192, 240]
    # The tables of the registries' IPv6 policies: /56 units at 0.94.
    table = {32: 6183533, 31: 11863283, 29: 43665787}
    for length in (32, 31, 29):
        assert hd_threshold(2 ** (56 - length)) == table[length]
    assert hd_ratio(2**24, 2**24) == 1.0
    assert hd_ratio(1, 16) == 0.0
    assert hd_ratio(6183533, 2**24) == pytest.approx(HD_RATIO_THRESHOLD, abs=1e-7)
    for wrong in ((0, 16), (17, 16), (1, 1), (-1, 4)):
        with pytest.raises(ValueError, match="RFC 3194"):
            hd_ratio(*wrong)


def test_what_counts_as_assigned():
    plan = (
        AddressPlan.start("top", "2001:db8::/32")
        .add("site", "2001:db8::/48", kind="site")
        .add("later", "2001:db8:1::/48", kind="reserved")
        .add("region", "2001:db8:1000::/36", kind="block")
        .add("lan 1", "2001:db8:1000::/64", kind="lan")
        .add("lan 2", "2001:db8:1000:1::/64", kind="lan")
    )
    seen = plan.utilisation()
    assert seen.assigned == 2**80 + 2 * 2**64
    assert seen.reserved == 2**80
    assert seen.free + seen.assigned + seen.reserved == seen.total == 2**96
    assert seen.share == pytest.approx(2**80 / 2**96, rel=1e-3)
    assert plan.hd_ratio() == hd_ratio(256 + 1, 2**24)  # both LANs are in one /56
    assert plan.hd_ratio(unit=64) == hd_ratio(65536 + 2, 2**32)
    with pytest.raises(ValueError, match="Use a length from 32"):
        plan.hd_ratio(unit=20)
    with pytest.raises(ValueError, match="not defined"):
        AddressPlan.start("top", "2001:db8::/32").hd_ratio()


def test_warnings_are_data_with_a_reason():
    plan = (
        AddressPlan.start("ISP", "2001:db8::/32")
        .add("odd", "2001:db8::/46", kind="block")
        .add("long", "2001:db8:10::/80", kind="lan")
        .add("short", "2001:db8:20::/60", kind="lan")
        .add("p2p", "2001:db8:30::/127", kind="link")
        .add("p2p 126", "2001:db8:31::/126", kind="link")
        .add("home", "2001:db8:40::/64", kind="customer")
        .add("flat", "2001:db8:50::/60", kind="customer")
        .add("lo", "2001:db8:60::1/128", kind="loopback")
        .add("lo 64", "2001:db8:61::/64", kind="loopback")
        .add("unsaid", "2001:db8:70::/96")
        .add("good", "2001:db8:80::/48", kind="customer")
    )
    assert [(advice.path.removeprefix("ISP/"), advice.rule) for advice in plan.warnings()] == [
        ("odd", "nibble"),
        ("long", "lan-longer"),
        ("short", "lan-shorter"),
        ("p2p 126", "nibble"),
        ("p2p 126", "link"),
        ("home", "site-lan"),
        ("flat", "site-small"),
        ("lo 64", "loopback"),
        ("unsaid", "lan-longer"),
    ]
    nibble = plan.warnings()[0]
    assert nibble.why().startswith("/46 is not at the boundary of a hexadecimal digit.")
    assert "needs 4 zones" in nibble.why()
    assert nibble.why().endswith("better: /44 or /48.")
    assert nibble.rfc == "RFC 3596 section 2.5"
    assert nibble.prefix == netaddr.IPNetwork("2001:db8::/46")
    assert nibble.line is None
    assert advice_on_prefix("2001:db8::/48") == ()
    assert [one.rule for one in advice_on_prefix("2001:db8::/63", "lan")] == [
        "nibble",
        "lan-shorter",
    ]


# --- The text table, speed, cost of import ------------------------------------------------------


def test_the_table_can_be_read_line_by_line():
    assert isp().describe("Lagos", purpose="head office").remove("South").table().splitlines() == [
        "Name           Prefix             Kind   Purpose",
        "ISP            2001:db8::/32      block",
        "  North        2001:db8::/36      block",
        "    Lagos      2001:db8:100::/48  site   head office",
        "      servers  2001:db8:100::/64  lan",
    ]
    assert AddressPlan().table() == "The plan is empty."
    assert isp().table(limit=2).splitlines()[-1] == "and 5 more"
    assert isp().table(str.upper).startswith("NAME")


def test_a_plan_of_100_000_prefixes_is_checked_in_under_a_second():
    nodes = [Node(f"c{n}", BASE + (n << 72), 56) for n in range(100_000)]
    began = time.perf_counter()
    plan = AddressPlan([Node("top", BASE, 32, children=tuple(nodes))])
    assert time.perf_counter() - began < 1
    nodes[50_000] = Node("bad", BASE + (49_999 << 72), 57)
    with pytest.raises(ValueError, match=r"'bad' .* overlaps 'c49999'"):
        AddressPlan([Node("top", BASE, 32, children=tuple(nodes))])
    assert plan.next_free(48).prefixlen == 48


def test_the_import_is_cheap():
    code = (
        "import netaddr, sys, time; began = time.process_time(); import ipv6course.plan; "
        "took = time.process_time() - began; "
        "heavy = [n for n in ('ruamel.yaml', 'plotly', 'ipywidgets', 'csv') if n in sys.modules]; "
        "print(took, *heavy)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    assert [run.stdout.split()[1:] for run in runs] == [[]] * 5
    assert min(float(run.stdout.split()[0]) for run in runs) < 0.03


def test_every_refusal_has_an_own_sentence():
    assert len(set(REFUSALS.values())) == len(REFUSALS)
