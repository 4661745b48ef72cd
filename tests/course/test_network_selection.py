"""Address selection: the examples of RFC 6724 section 10, and what a node does with its own."""

import netaddr
import pytest

from ipv6course.network import Host, Network, Router
from ipv6course.network.interface import InterfaceAddress, State
from ipv6course.network.routes import Route
from ipv6course.network.selection import (
    Candidate,
    Destination,
    PolicyRow,
    PolicyTable,
    SourceQuestion,
    choose_source,
    order_destinations,
    policy_table,
    scope,
)
from ipv6course.network.wire import nd


def packed(text: str) -> bytes:
    address = netaddr.IPAddress(text)
    return (address if address.version == 6 else address.ipv6()).packed


def candidate(text: str) -> Candidate:
    """Return a candidate from its address and what RFC 6724's examples say in parentheses."""
    address, *words = text.split()
    return Candidate(
        packed(address),
        64 if ":" in address else 24,
        is_deprecated="deprecated" in words,
        is_home="home" in words,
        is_care_of="care-of" in words,
        is_temporary="temporary" in words,
    )


@pytest.mark.parametrize(
    "destination,candidates,result,rule",
    [
        ("2001:db8:1::1", ["2001:db8:3::1", "fe80::1"], "2001:db8:3::1", "2"),
        ("ff05::1", ["2001:db8:3::1", "fe80::1"], "2001:db8:3::1", "2"),
        ("2001:db8:1::1", ["2001:db8:1::1 deprecated", "2001:db8:2::1"], "2001:db8:1::1", "1"),
        ("fe80::1", ["fe80::2 deprecated", "2001:db8:1::1"], "fe80::2", "2"),
        ("2001:db8:1::1", ["2001:db8:1::2", "2001:db8:3::2"], "2001:db8:1::2", "8"),
        ("2001:db8:1::1", ["2001:db8:1::2 care-of", "2001:db8:3::2 home"], "2001:db8:3::2", "4"),
        (
            "2002:c633:6401::1",
            ["2002:c633:6401::d5e3:7953:13eb:22e8 temporary", "2001:db8:1::2"],
            "2002:c633:6401::d5e3:7953:13eb:22e8",
            "6",
        ),
        (
            "2001:db8:1::d5e3:0:0:1",
            ["2001:db8:1::2", "2001:db8:1::d5e3:7953:13eb:22e8 temporary"],
            "2001:db8:1::d5e3:7953:13eb:22e8",
            "7",
        ),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_sources_of_rfc_6724_section_10_1(destination, candidates, result, rule, turned):
    given = [candidate(text) for text in candidates]

    choice = choose_source(SourceQuestion(packed(destination)), given[::-1] if turned else given)

    assert choice.source.ip == netaddr.IPAddress(result)
    assert choice.comparisons[-1].rule.number == rule


@pytest.mark.parametrize(
    "destinations,sources,rule",
    [
        (
            ["2001:db8:1::1", "198.51.100.121"],
            ["2001:db8:1::2", "fe80::1", "169.254.13.78"],
            "2",
        ),
        (["198.51.100.121", "2001:db8:1::1"], ["fe80::1", "198.51.100.117"], "2"),
        (["2001:db8:1::1", "10.1.2.3"], ["2001:db8:1::2", "fe80::1", "10.1.2.4"], "6"),
        (["fe80::1", "2001:db8:1::1"], ["2001:db8:1::2", "fe80::2"], "8"),
        (
            ["2001:db8:1::1", "fe80::1"],
            ["2001:db8:1::2 care-of", "2001:db8:3::1 home", "fe80::2 care-of"],
            "4",
        ),
        (["2001:db8:1::1", "fe80::1"], ["2001:db8:1::2", "fe80::2 deprecated"], "3"),
        (
            ["2001:db8:1::1", "2001:db8:3ffe::1"],
            ["2001:db8:1::2", "2001:db8:3f44::2", "fe80::2"],
            "9",
        ),
        (["2002:c633:6401::1", "2001:db8:1::1"], ["2002:c633:6401::2", "fe80::2"], "5"),
        (
            ["2001:db8:1::1", "2002:c633:6401::1"],
            ["2002:c633:6401::2", "2001:db8:1::2", "fe80::2"],
            "6",
        ),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_destinations_of_rfc_6724_section_10_2(destinations, sources, rule, turned):
    found = []
    for text in destinations[::-1] if turned else destinations:
        family = [candidate(one) for one in sources if (":" in one) == (":" in text)]
        choice = choose_source(SourceQuestion(packed(text)), family)
        found.append(Destination(packed(text), choice.source))

    places = order_destinations(found)

    assert [str(place.destination.ip) for place in places] == destinations
    assert places[1].rule.number == rule


def test_unusable_destinations_come_last():
    places = order_destinations(
        [
            Destination(packed("2001:db8::1")),
            Destination(packed("192.0.2.1"), candidate("192.0.2.2")),
        ]
    )

    assert str(places[0].destination.ip) == "192.0.2.1"
    assert places[1].rule.number == "1"


def test_the_coming_policy_table_prefers_unique_local_to_ipv4():
    both = [
        Destination(packed("192.0.2.1"), candidate("192.0.2.2")),
        Destination(packed("fd00:db8::1"), candidate("fd00:db8::2")),
    ]

    first = [
        str(order_destinations(both, policy_table(name))[0].destination.ip)
        for name in ("rfc6724", "update")
    ]

    assert first == ["192.0.2.1", "fd00:db8::1"]


def test_known_local_prefixes_come_before_global_ones():
    policy = policy_table("update").with_known_local([netaddr.IPNetwork("fd00:db8:1::/48")])
    both = [
        Destination(packed("2001:db8::1"), candidate("2001:db8::2")),
        Destination(packed("fd00:db8:1::1"), candidate("fd00:db8:1::2")),
    ]

    assert str(order_destinations(both, policy)[0].destination.ip) == "fd00:db8:1::1"


def test_a_policy_table_needs_a_row_for_every_address():
    with pytest.raises(ValueError, match="::/0"):
        PolicyTable([PolicyRow(0xFD << 120, 8, 1, 1)])
    with pytest.raises(ValueError, match="rfc6724, update"):
        policy_table("rfc3484")


@pytest.mark.parametrize(
    "address,expected",
    [
        ("::1", 2), ("fe80::1", 2), ("febf::1", 2), ("fec0::1", 5), ("fd00:db8::1", 14),
        ("2001:db8::1", 14), ("ff02::1", 2), ("ff05::2", 5), ("ff0e::1", 14), ("127.0.0.1", 2),
        ("169.254.1.1", 2), ("192.0.2.1", 14), ("10.0.0.1", 14),
    ],
)  # fmt: skip
def test_scopes_are_those_of_rfc_6724_section_3(address, expected):
    assert scope(packed(address)) == expected


# --- A node ---------------------------------------------------------------------------------------


def assigned(node, interface, text, **more):
    node.assign(node.interface(interface), InterfaceAddress(packed(text), 64, **more))


def two_interfaces(kind):
    network = Network()
    node = network.add(kind("n"))
    for name in ("eth0", "eth1"):
        node.add_interface(network.new_mac(), name)
    assigned(node, "eth0", "fe80::a", origin="link-local")
    assigned(node, "eth1", "fe80::b", origin="link-local")
    assigned(node, "eth1", "2001:db8:b::b")
    node.routes.add(Route(0, 0, node.interface("eth0"), packed("fe80::1")))
    return node


def test_a_host_takes_addresses_of_the_outgoing_interface_and_a_router_all_of_its_own():
    far = packed("2001:db8:ffff::1")

    assert two_interfaces(Host).choose_source(far) == packed("fe80::a")
    assert two_interfaces(Router).choose_source(far) == packed("2001:db8:b::b")


def test_a_tentative_address_is_no_candidate_and_a_deprecated_one_the_last():
    host = two_interfaces(Host)
    assigned(host, "eth0", "2001:db8:a::1", state=State.TENTATIVE)
    assigned(host, "eth0", "2001:db8:a::2", state=State.DEPRECATED)
    assigned(host, "eth0", "2001:db8:c::3")

    assert host.choose_source(packed("2001:db8:a::9")) == packed("2001:db8:c::3")


def test_to_itself_a_host_sends_from_the_same_address():
    host = two_interfaces(Host)
    assert host.choose_source(packed("2001:db8:b::b")) == packed("2001:db8:b::b")


def test_temporary_addresses_are_taken_where_they_are_preferred():
    host = two_interfaces(Host)
    assigned(host, "eth0", "2001:db8:a::1", origin="slaac")
    assigned(host, "eth0", "2001:db8:a::2", origin="temporary")
    taken = []
    for use_tempaddr in (1, 2):
        host.interface("eth0").settings.use_tempaddr = use_tempaddr
        taken.append(host.choose_source(packed("2001:db8:f::1")))

    assert taken == [packed("2001:db8:a::1"), packed("2001:db8:a::2")]


def test_the_prefix_of_the_next_hop_is_preferred():
    """Rule 5.5: two providers on one link, RFC 8028 section 3."""
    host = two_interfaces(Host)
    eth0 = host.interface("eth0")
    for text, router in (("2001:db8:1::1", "fe80::1"), ("2001:db8:2::1", "fe80::2")):
        assigned(host, "eth0", text, origin="slaac")
        option = nd.PrefixInformation(packed(text)[:8] + bytes(8), 64)
        host.sources.hear(eth0, nd.RouterAdvertisement(options=(option,)), packed(router))
    far = packed("2001:db8:2:f::1")  # rule 8 alone would take 2001:db8:2::1

    choice = host.sources.choose(far, eth0)

    assert choice.source.address == packed("2001:db8:1::1")
    assert choice.comparisons[-1].rule.number == "5.5"


def test_a_lesson_can_print_why():
    host = two_interfaces(Host)
    assigned(host, "eth0", "2001:db8:a::1")

    assert str(host.sources.explain("2001:db8:f::1")).splitlines() == [
        "2001:db8:a::1",
        "  2001:db8:a::1 before fe80::a: rule 2, Prefer appropriate scope",
    ]
    assert [str(place) for place in host.sources.order(["fe80::9%eth0", "2001:db8:f::1"])] == [
        "fe80::9: first",
        "2001:db8:f::1: rule 8, Prefer smaller scope",
    ]
