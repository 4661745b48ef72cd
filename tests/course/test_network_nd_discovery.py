"""Router discovery: solicitations, advertisements, the choice of a router, redirects."""

from itertools import pairwise

import pytest
from nd_lan import (
    DAY,
    MAC,
    OTHER_MAC,
    OTHER_ROUTER,
    ROUTER,
    Speaker,
    give,
    lan,
    mac,
    octets,
    pio,
    quick,
    ra,
    redirect,
    router,
    send,
    state,
)
from scapy.layers.inet6 import (
    ICMPv6EchoRequest,
    ICMPv6ND_NS,
    ICMPv6ND_RS,
    ICMPv6NDOptCaptivePortal,
    ICMPv6NDOptDNSSL,
    ICMPv6NDOptMTU,
    ICMPv6NDOptPREF64,
    ICMPv6NDOptRDNSS,
    ICMPv6NDOptRouteInfo,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
)
from scapy.layers.l2 import Ether

from ipv6course.network import Host, Network, Switch
from ipv6course.network.interface import Interface
from ipv6course.network.node import Node
from ipv6course.network.wire import nd

FAR = "2001:db8:ffff::1"


def hop(node: Node, destination: str) -> bytes | None:
    with node.asked():
        route = node.route_to(octets(destination))
    return None if route is None else route.next_hop


# --- Solicitations, RFC 4861 section 6.3.7 and RFC 7559 -------------------------------------------


def test_a_host_asks_for_routers_from_its_new_address() -> None:
    network, _, interface, speaker = lan()
    network.run(3.1)
    asked = speaker.of(ICMPv6ND_RS)[0]
    assert octets(asked[IPv6].src) == interface.link_local
    assert (asked[IPv6].dst, asked[Ether].dst) == ("ff02::2", "33:33:00:00:00:02")
    assert ICMPv6NDOptSrcLLAddr in asked


def test_it_goes_on_asking_and_waits_twice_as_long_each_time() -> None:
    network, _, _, speaker = lan()
    network.run(5 * 3600)
    times = speaker.times(ICMPv6ND_RS)
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert 3.6 <= waits[0] <= 4.4
    for before, wait in pairwise(waits):
        assert 1.9 * before <= wait <= 2.1 * before or 3240 <= wait <= 3960
    assert len(waits) > 11


def test_it_asks_as_often_as_rfc_4861_did_where_that_is_set() -> None:
    network, _, _, speaker = lan(router_solicitations=3)
    network.run(100)
    times = speaker.times(ICMPv6ND_RS)
    assert [round(when - times[0], 3) for when in times] == [0, 4, 8]


def test_it_stops_when_a_default_router_answers_and_not_before() -> None:
    network, _, _, speaker = lan()
    network.run(3.1)
    speaker.say(ra(lifetime=0))
    network.run(10)
    asked = len(speaker.of(ICMPv6ND_RS))
    assert asked > 1
    speaker.say(ra())
    network.run(1000)
    assert len(speaker.of(ICMPv6ND_RS)) == asked


def test_a_host_that_does_not_listen_neither_asks_nor_learns() -> None:
    network, host, _, speaker = lan(accept_ra=0)
    network.run(3)
    speaker.say(ra(pio()))
    network.run(10)
    assert (speaker.of(ICMPv6ND_RS), host.discovery.routers) == ([], [])


def test_a_router_hears_advertisements_but_takes_them_only_where_it_is_told_to() -> None:
    for accept_ra, taken in ((1, 0), (2, 1)):
        network, node, _, speaker = lan(router(), accept_ra=accept_ra)
        heard: list[tuple[Interface, nd.RouterAdvertisement, bytes]] = []
        node.discovery.on_advertisement.append(lambda *found, into=heard: into.append(found))
        network.run(3)
        assert bool(speaker.of(ICMPv6ND_RS)) is bool(taken)
        speaker.say(ra(M=1))
        network.run(1)
        assert (len(node.discovery.routers), len(heard)) == (taken, 1)
        assert heard[0][1].managed
        assert heard[0][2] == octets(ROUTER)


# --- What an advertisement tells ------------------------------------------------------------------


def test_an_advertisement_gives_a_route_that_ends_with_its_lifetime() -> None:
    network, host, interface, speaker = quick()
    speaker.say(ra(lifetime=100))
    network.run(1)
    assert hop(host, FAR) == octets(ROUTER)
    entry = host.neighbors.get(interface, octets(ROUTER))
    assert entry is not None
    assert (entry.state, entry.is_router, entry.mac) == ("STALE", True, mac(MAC))
    network.run(100)
    assert (hop(host, FAR), host.discovery.routers, list(host.routes)) == (None, [], [])


def test_a_router_that_says_good_bye_is_forgotten_at_once() -> None:
    network, host, _, speaker = quick()
    speaker.say(ra(), ra(lifetime=0))
    network.run(1)
    assert (hop(host, FAR), host.discovery.routers) == (None, [])


def test_the_parameters_of_the_link() -> None:
    network, _, interface, speaker = quick()
    speaker.say(ra(ICMPv6NDOptMTU(mtu=1400), chlim=17, reachabletime=5000, retranstimer=300))
    network.run(1)
    found = interface.settings
    assert (interface.mtu, found.hop_limit) == (1400, 17)
    assert (found.base_reachable_time_ms, found.retrans_time_ms) == (5000, 300)
    speaker.say(ra(chlim=0, reachabletime=0, retranstimer=0))  # it does not say
    network.run(1)
    assert (found.hop_limit, found.base_reachable_time_ms, found.retrans_time_ms) == (17, 5000, 300)


@pytest.mark.parametrize("mtu", [1279, 1501, 9000])
def test_an_mtu_that_cannot_be_is_ignored(mtu: int) -> None:
    network, _, interface, speaker = quick()
    speaker.say(ra(ICMPv6NDOptMTU(mtu=mtu)))
    network.run(1)
    assert interface.mtu == 1500


def test_the_l_flag_alone_says_what_is_on_the_link() -> None:
    network, host, _, speaker = quick()
    speaker.say(ra(pio(L=0)))
    network.run(1)
    assert hop(host, "2001:db8:1::5") == octets(ROUTER)  # RFC 5942: to the router
    speaker.say(ra(pio(L=1)))
    network.run(1)
    assert hop(host, "2001:db8:1::5") is None
    assert [str(found.network) for found in host.discovery.prefixes] == ["2001:db8:1::/64"]
    speaker.say(ra(pio(L=0)))  # L=0 takes nothing back, RFC 4861 section 6.3.4
    network.run(1)
    assert len(host.discovery.prefixes) == 1
    speaker.say(ra(pio(L=1, valid=0, preferred=0)))
    network.run(1)
    assert host.discovery.prefixes == []
    assert hop(host, "2001:db8:1::5") == octets(ROUTER)


def test_a_prefix_leaves_the_link_when_its_valid_lifetime_ends() -> None:
    network, host, _, speaker = quick()
    speaker.say(ra(pio(valid=50, preferred=50)))
    network.run(49)
    assert hop(host, "2001:db8:1::5") is None
    network.run(2)
    assert hop(host, "2001:db8:1::5") == octets(ROUTER)


def test_what_an_administrator_said_of_the_link_outlives_an_advertisement() -> None:
    network, host, interface, speaker = quick()
    give(host, interface, "2001:db8:1::99/64")
    speaker.say(ra(pio(valid=10, preferred=10)))
    network.run(20)
    assert hop(host, "2001:db8:1::5") is None


def test_dns_servers_and_domains_come_and_go() -> None:
    network, host, _, speaker = quick()
    speaker.say(
        ra(
            ICMPv6NDOptRDNSS(dns=["2001:db8::53", "2001:db8::54"], lifetime=100),
            ICMPv6NDOptDNSSL(searchlist=["example.com.", "lab.example.org."], lifetime=50),
        )
    )
    network.run(1)
    assert [str(found.ip) for found in host.discovery.dns_servers] == [
        "2001:db8::53",
        "2001:db8::54",
    ]
    assert [found.name for found in host.discovery.search_list] == [
        "example.com",
        "lab.example.org",
    ]
    speaker.say(ra(ICMPv6NDOptRDNSS(dns=["2001:db8::53"], lifetime=0)))
    network.run(60)
    assert [str(found.ip) for found in host.discovery.dns_servers] == ["2001:db8::54"]
    assert host.discovery.search_list == []
    network.run(60)
    assert host.discovery.dns_servers == []


def test_the_prefix_of_a_nat64_and_a_captive_portal() -> None:
    network, host, interface, speaker = quick()
    speaker.say(
        ra(
            ICMPv6NDOptPREF64(prefix="64:ff9b::", scaledlifetime=225, plc=0),
            ICMPv6NDOptCaptivePortal(URI="https://example.com/api"),
        )
    )
    network.run(1)
    (found,) = host.discovery.pref64
    assert (str(found.network), found.until - network.now) == (
        "64:ff9b::/96",
        pytest.approx(1800, abs=2),
    )
    assert host.discovery.portals == {interface: "https://example.com/api"}


def test_an_advertisement_that_came_from_elsewhere_is_ignored() -> None:
    network, host, _, speaker = quick()
    far = ra()
    far[IPv6].hlim = 254
    speaker.say(far, ra(source="2001:db8::1"))
    network.run(1)
    assert host.discovery.routers == []


# --- The choice of a router -----------------------------------------------------------------------


def two(
    prf: int = 0, other_prf: int = 0, **fields: int
) -> tuple[Network, Node, Interface, Speaker]:
    network, host, interface, speaker = quick(**fields)
    speaker.answers.update({ROUTER: MAC, OTHER_ROUTER: OTHER_MAC})
    speaker.say(ra(prf=prf, lifetime=9000))
    speaker.say(ra(source=OTHER_ROUTER, link_layer=OTHER_MAC, prf=other_prf, lifetime=9000))
    network.run(1)
    return network, host, interface, speaker


@pytest.mark.parametrize(
    ("prf", "other_prf", "chosen"),
    [
        (0, 0, ROUTER),  # the first that was heard
        (0, 1, OTHER_ROUTER),  # 01 is high
        (3, 0, OTHER_ROUTER),  # 11 is low
        (3, 2, OTHER_ROUTER),  # 10 is reserved, and so medium
        (1, 0, ROUTER),
    ],
)
def test_the_preferred_router_is_chosen(prf: int, other_prf: int, chosen: str) -> None:
    _, host, _, _ = two(prf, other_prf)
    assert hop(host, FAR) == octets(chosen)


def test_a_router_that_is_not_there_is_avoided_and_asked_for_once_a_minute() -> None:
    network, host, interface, speaker = two(1, 0)
    del speaker.answers[ROUTER]
    send(host, FAR)
    network.run(10)
    assert state(host, interface, ROUTER) == "FAILED"
    assert hop(host, FAR) == octets(OTHER_ROUTER)
    speaker.heard.clear()
    for _ in range(100):
        send(host, FAR)
        network.run(1.8)
    asked = [found for found in speaker.of(ICMPv6ND_NS) if found[ICMPv6ND_NS].tgt == ROUTER]
    assert 2 <= len(asked) <= 4  # RFC 4191 section 3.5
    sent = {found[Ether].dst for found in speaker.of(ICMPv6EchoRequest)}
    assert sent == {OTHER_MAC}
    speaker.answers[ROUTER] = MAC
    for _ in range(70):
        send(host, FAR)
        network.run(1)
    assert hop(host, FAR) == octets(ROUTER)  # it came back


def test_where_none_answers_each_gets_its_turn() -> None:
    network, host, interface, speaker = two()
    speaker.answers.clear()
    tried = set()
    for _ in range(40):
        send(host, FAR)
        network.run(2)
        tried |= {
            address
            for address in (ROUTER, OTHER_ROUTER)
            if state(host, interface, address) in ("INCOMPLETE", "PROBE", "FAILED")
        }
    assert tried == {ROUTER, OTHER_ROUTER}
    speaker.heard.clear()
    for _ in range(40):
        send(host, FAR)
        network.run(1)
    asked = [found[ICMPv6ND_NS].tgt for found in speaker.of(ICMPv6ND_NS)]
    assert {ROUTER, OTHER_ROUTER} <= set(asked)


def test_a_router_whose_link_layer_address_is_unknown_is_found() -> None:
    network, host, _, speaker = quick()
    speaker.answers[ROUTER] = MAC
    speaker.say(ra(link_layer=None))
    network.run(1)
    send(host, FAR)
    network.run(1)
    assert [found[Ether].dst for found in speaker.of(ICMPv6EchoRequest)] == [MAC]


def route_information(prefix: str, length: int, lifetime: int = 600, prf: int = 0) -> object:
    octets_ = 0 if length == 0 else 1 if length <= 64 else 2
    return ICMPv6NDOptRouteInfo(
        prefix=prefix, plen=length, rtlifetime=lifetime, prf=prf, len=1 + octets_
    )


def test_route_information_is_longer_than_the_default_route() -> None:
    network, host, _, speaker = quick()
    speaker.say(ra())
    more = route_information("2001:db8:ffff::", 48)
    speaker.say(ra(more, source=OTHER_ROUTER, link_layer=OTHER_MAC, lifetime=0))
    network.run(1)
    assert hop(host, FAR) == octets(OTHER_ROUTER)
    assert hop(host, "2001:db8:eeee::1") == octets(ROUTER)
    network.run(600)
    assert hop(host, FAR) == octets(ROUTER)


def test_route_information_with_the_reserved_preference_is_ignored() -> None:
    network, host, _, speaker = quick()
    speaker.say(ra())
    reserved = route_information("2001:db8:ffff::", 48, prf=2)
    speaker.say(ra(reserved, source=OTHER_ROUTER, link_layer=OTHER_MAC))
    network.run(1)
    assert hop(host, FAR) == octets(ROUTER)


def test_route_information_about_everything_overrides_the_header() -> None:
    network, host, _, speaker = quick()
    speaker.say(ra())
    high = route_information("::", 0, prf=1)
    speaker.say(ra(high, source=OTHER_ROUTER, link_layer=OTHER_MAC, prf=3, lifetime=9))
    network.run(20)
    assert hop(host, FAR) == octets(OTHER_ROUTER)


def test_a_route_through_a_router_that_is_gone_leaves_the_shorter_one() -> None:
    network, host, interface, speaker = quick()
    speaker.answers[ROUTER] = MAC
    speaker.say(ra(lifetime=9000))
    more = route_information("2001:db8:ffff::", 48, 9000)
    speaker.say(ra(more, source=OTHER_ROUTER, link_layer=OTHER_MAC, lifetime=0))
    network.run(1)
    send(host, FAR)
    network.run(10)
    assert state(host, interface, OTHER_ROUTER) == "FAILED"
    assert hop(host, FAR) == octets(ROUTER)  # RFC 4191 section 3.2


# --- Redirects, RFC 4861 section 8 ----------------------------------------------------------------


def test_a_redirect_gives_a_better_first_hop_for_one_destination() -> None:
    network, host, interface, speaker = two()
    speaker.say(redirect(ROUTER, OTHER_ROUTER, FAR, OTHER_MAC))
    network.run(1)
    assert hop(host, FAR) == octets(OTHER_ROUTER)
    assert hop(host, "2001:db8:ffff::2") == octets(ROUTER)
    assert host.discovery.redirects == {octets(FAR): (interface, octets(OTHER_ROUTER))}
    entry = host.neighbors.get(interface, octets(OTHER_ROUTER))
    assert entry is not None
    assert entry.is_router


def test_a_redirect_can_say_that_the_destination_is_a_neighbor() -> None:
    network, host, _, speaker = two()
    speaker.say(redirect(ROUTER, FAR, FAR, "00:00:5e:00:53:cc"))
    network.run(1)
    send(host, FAR)
    network.run(1)
    assert [found[Ether].dst for found in speaker.of(ICMPv6EchoRequest)] == ["00:00:5e:00:53:cc"]


def test_a_redirect_of_another_than_the_first_hop_is_ignored() -> None:
    network, host, _, speaker = two()
    speaker.say(redirect(OTHER_ROUTER, OTHER_ROUTER, FAR))
    network.run(1)
    assert host.discovery.redirects == {}


def test_redirects_are_ignored_where_that_is_set_and_by_routers() -> None:
    network, host, _, speaker = two(accept_redirects=False)
    speaker.say(redirect(ROUTER, OTHER_ROUTER, FAR))
    network.run(1)
    assert host.discovery.redirects == {}


def test_a_redirect_ends_when_its_first_hop_is_gone() -> None:
    network, host, _, speaker = two()
    speaker.say(redirect(ROUTER, "fe80::3", FAR, "00:00:5e:00:53:cc"))
    network.run(1)
    send(host, FAR)
    network.run(10)
    assert hop(host, FAR) == octets(ROUTER)
    assert host.discovery.redirects == {}


# --- Switching off --------------------------------------------------------------------------------


def test_an_interface_that_is_switched_off_knows_nothing_and_learns_anew() -> None:
    network, host, interface, speaker = lan()
    network.run(4)
    speaker.say(ra(pio(), ICMPv6NDOptRDNSS(dns=["2001:db8::53"]), ICMPv6NDOptMTU(mtu=1400)))
    network.run(4)
    assert (len(interface.addresses), interface.mtu) == (2, 1400)
    host.set_up(interface, False)
    assert (interface.addresses, interface.groups, interface.mtu) == ({}, set(), 1500)
    assert (host.neighbors.entries(), list(host.routes)) == ([], [])
    found = host.discovery
    assert (found.routers, found.prefixes, found.dns_servers) == ([], [], [])
    speaker.heard.clear()
    host.set_up(interface, True)
    network.run(4)
    assert interface.link_local is not None
    assert len(speaker.of(ICMPv6ND_RS)) >= 1


def test_a_host_with_two_interfaces_keeps_their_routers_apart() -> None:
    network = Network(seed=4)
    host = network.add(Host("host"))
    for name in ("s1", "s2"):
        network.connect(host, network.add(Switch(name)))
    network.run(5)
    assert [interface.link_local is not None for interface in host.interfaces.values()] == [
        True
    ] * 2
    first, second = (interface.link_local for interface in host.interfaces.values())
    assert first != second  # RFC 7217: Net_Iface is one of the arguments


def test_the_lifetimes_of_thirty_days_pass() -> None:
    network, host, interface, speaker = lan(use_tempaddr=2)
    network.run(4)
    speaker.say(ra(pio(), lifetime=9000))
    network.run(31 * DAY)
    assert [found.origin for found in interface.addresses.values()] == ["link-local"]
    assert list(host.routes) == []
