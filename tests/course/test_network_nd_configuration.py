"""Addresses: detection, SLAAC, lifetimes, temporary addresses."""

import math
import random

import netaddr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nd_lan import DAY, MAC, PREFIX, give, lan, mac, na, ns, octets, pio, ra, router
from oracles import tshark
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RS, ICMPv6NDOptDstLLAddr, IPv6

from ipv6course.address import linux_stable_private, modified_eui64
from ipv6course.network import Host, Network, Switch
from ipv6course.network.interface import Interface, InterfaceAddress, State
from ipv6course.network.lifetimes import TWO_HOURS, valid_lifetime
from ipv6course.network.temporary_addresses import regeneration_advance
from ipv6course.network.wire import ipv6

SECRET = "2001:db8:5ec:2e7::1"
NO_DELAY = {"router_solicitation_delay": 0, "router_solicitations": 0}


def of(interface: Interface, origin: str) -> list[InterfaceAddress]:
    return [found for found in interface.addresses.values() if found.origin == origin]


def one(interface: Interface, origin: str) -> InterfaceAddress:
    (found,) = of(interface, origin)
    return found


# --- Detection ------------------------------------------------------------------------------------


def test_every_node_tests_its_link_local_address_and_then_has_it() -> None:
    for node in (Host("host"), router()):
        network, node, interface, speaker = lan(node, router_solicitations=0)
        network.run(1.9)
        question = speaker.of(ICMPv6ND_NS)[0]
        address = one(interface, "link-local")
        assert (question[IPv6].src, question[ICMPv6ND_NS].tgt) == ("::", str(address.ip))
        assert question[IPv6].dst == str(
            netaddr.IPAddress(_int(ipv6.solicited_node(address.address)), 6)
        )
        assert question.lastlayer().type == 14  # the nonce, and no link-layer address: RFC 7527
        network.run(1)
        assert (address.state, interface.link_local) == (State.PREFERRED, address.address)


def _int(data: bytes) -> int:
    return int.from_bytes(data, "big")


def test_nothing_is_sent_from_an_address_that_is_tested_and_nothing_taken() -> None:
    network, host, interface, speaker = lan(**NO_DELAY)
    network.run(0.5)
    tentative = one(interface, "link-local")
    assert tentative.state is State.TENTATIVE
    assert not host.is_mine(tentative.address, interface)
    speaker.say(ns("fe80::2", str(tentative.ip)))
    network.run(0.1)
    assert speaker.of(ICMPv6ND_NA) == []  # RFC 4862 section 5.4.3


def test_detection_asks_as_often_as_is_set_and_waits_a_retransmission_after_each() -> None:
    network, _, interface, speaker = lan(dad_transmits=3, retrans_time_ms=500, **NO_DELAY)
    network.run(1.49)
    assert one(interface, "link-local").state is State.TENTATIVE
    network.run(0.02)
    assert one(interface, "link-local").state is State.PREFERRED
    times = speaker.times(ICMPv6ND_NS)
    assert [round(when - times[0], 3) for when in times] == [0, 0.5, 1]
    nonces = {bytes(found.lastlayer())[2:8] for found in speaker.of(ICMPv6ND_NS)}
    assert len(nonces) == 3  # RFC 7527 section 4.1: each has its own


@pytest.mark.parametrize("settings_", [{"dad_transmits": 0}, {"accept_dad": 0}])
def test_detection_can_be_switched_off(settings_: dict[str, int]) -> None:
    network, _, interface, speaker = lan(router_solicitations=0, **settings_)
    network.run(0)
    network.run(0.1)
    assert one(interface, "link-local").state is State.PREFERRED
    assert speaker.of(ICMPv6ND_NS) == []


def _collide(target: str, by: str) -> list[object]:
    return [na(target, MAC)] if by == "advertisement" else [ns("::", target, None)]


@pytest.mark.parametrize("by", ["advertisement", "solicitation"])
def test_a_duplicate_of_a_configured_address_is_not_used(by: str) -> None:
    network, host, interface, speaker = lan(addr_gen_mode="none", **NO_DELAY)
    told: list[str] = []
    host.configuration.on_duplicate.append(lambda _, address: told.append(str(address.ip)))
    give(host, interface, "2001:db8:1::5")
    network.run(0.5)
    speaker.say(*_collide("2001:db8:1::5", by))
    network.run(3)
    assert interface.addresses[octets("2001:db8:1::5")].state is State.DUPLICATED
    assert told == ["2001:db8:1::5"]
    assert host.routes.lookup(octets("2001:db8:1::6")) is None


def test_a_stable_address_that_another_has_is_made_anew_three_times() -> None:
    network, _, interface, speaker = lan(stable_secret=SECRET, **NO_DELAY)
    tried = []
    for counter in range(4):
        network.run_until(lambda: any(_is_tentative(a) for a in interface.addresses.values()), 5)
        network.run(0.5)
        (address,) = interface.addresses.values()
        expected = linux_stable_private("fe80::/64", counter, SECRET)
        assert address.ip == expected
        tried.append(address.ip)
        speaker.say(na(str(address.ip), MAC))
        network.run(0.1)
    network.run(10)
    assert len(set(tried)) == 4
    assert interface.link_local is None  # RFC 7217 section 6: it gave up
    assert [a.state for a in interface.addresses.values()] == [State.DUPLICATED]


def _is_tentative(address: InterfaceAddress) -> bool:
    return address.state is State.TENTATIVE


def test_after_a_conflict_the_next_address_is_kept_in_mind() -> None:
    network, host, interface, speaker = lan(stable_secret=SECRET, **NO_DELAY)
    network.run(0.5)
    speaker.say(na(str(linux_stable_private("fe80::/64", 0, SECRET)), MAC))
    network.run(4)
    assert one(interface, "link-local").ip == linux_stable_private("fe80::/64", 1, SECRET)
    host.set_up(interface, False)
    assert interface.addresses == {}
    host.set_up(interface, True)
    network.run(4)
    assert one(interface, "link-local").state is State.PREFERRED


@pytest.mark.parametrize(("accept_dad", "is_disabled"), [(1, False), (2, True)])
def test_a_duplicate_of_the_mac_address_disables_the_interface(
    accept_dad: int, is_disabled: bool
) -> None:
    network, _, interface, speaker = lan(addr_gen_mode="eui64", accept_dad=accept_dad, **NO_DELAY)
    network.run(0.5)
    target = str(modified_eui64("fe80::/64", netaddr.EUI(_int(interface.mac), 48)))
    speaker.say(na(target, MAC))
    network.run(1)
    assert one(interface, "link-local").state is State.DUPLICATED
    assert interface.settings.disable_ipv6 is is_disabled
    speaker.heard.clear()
    speaker.say(ra(pio()))
    network.run(5)
    assert bool(of(interface, "slaac")) is not is_disabled
    assert bool(speaker.heard) is not is_disabled


def test_two_nodes_with_the_same_mac_address_find_out() -> None:
    network = Network(seed=3)
    switch = network.add(Switch("switch"))
    twins = [network.add(Host(name)) for name in ("a", "b")]
    for twin in twins:
        network.connect(switch, twin)
        twin.interfaces["eth0"].mac = mac(MAC)
        twin.interfaces["eth0"].settings.addr_gen_mode = "eui64"
    network.run(10)
    # The switch is confused, but what goes to a group reaches both.
    assert any(twin.interfaces["eth0"].settings.disable_ipv6 for twin in twins)


def test_its_own_solicitation_that_comes_back_is_no_duplicate_but_is_waited_out() -> None:
    network, _, interface, speaker = lan(**NO_DELAY)
    network.run(0.5)
    looped = speaker.of(ICMPv6ND_NS)[0]
    speaker.say(looped)
    network.run(1)
    assert one(interface, "link-local").state is State.TENTATIVE  # RFC 7527 section 4.1
    network.run(3)
    assert one(interface, "link-local").state is State.PREFERRED
    assert len(speaker.of(ICMPv6ND_NS)) == 1 + 3


# --- How addresses are made ---------------------------------------------------------------------


def test_a_stable_secret_gives_the_addresses_of_linux() -> None:
    network, _, interface, speaker = lan(stable_secret=SECRET, **NO_DELAY)
    network.run(2)
    speaker.say(ra(pio()))
    network.run(2)
    assert one(interface, "link-local").ip == linux_stable_private("fe80::/64", 0, SECRET)
    assert one(interface, "slaac").ip == linux_stable_private(f"{PREFIX}/64", 0, SECRET)


def test_hardware_that_has_an_address_of_its_own_counts() -> None:
    network, _, interface, _ = lan(stable_secret=SECRET, **NO_DELAY)
    interface.permanent_mac = mac(MAC)
    network.run(2)
    expected = linux_stable_private("fe80::/64", 0, SECRET, MAC)
    assert one(interface, "link-local").ip == expected


def test_eui64_addresses_show_the_mac_address() -> None:
    network, _, interface, speaker = lan(addr_gen_mode="eui64", **NO_DELAY)
    network.run(2)
    speaker.say(ra(pio()))
    network.run(2)
    own = netaddr.EUI(_int(interface.mac), 48)
    assert one(interface, "slaac").ip == modified_eui64(f"{PREFIX}/64", own)


@pytest.mark.parametrize("mode", ["stable-privacy", "random"])
def test_a_secret_of_the_node_gives_addresses_that_stay_and_that_no_other_has(mode: str) -> None:
    found = []
    for name in ("a", "a", "b"):
        network = Network(seed=5)
        host = network.add(Host(name))
        network.connect(host, network.add(Switch("switch")))
        interface = host.interfaces["eth0"]
        interface.settings.addr_gen_mode = mode
        network.run(3)
        found.append(one(interface, "link-local").ip)
    assert found[0] == found[1] != found[2]


def test_without_a_link_local_address_routers_are_asked_all_the_same() -> None:
    network, _, interface, speaker = lan(addr_gen_mode="none")
    network.run(2)
    assert interface.addresses == {}
    asked = speaker.of(ICMPv6ND_RS)[0]
    assert (asked[IPv6].src, asked[IPv6].dst, bytes(asked[ICMPv6ND_RS].payload)) == (
        "::",
        "ff02::2",
        b"",
    )


# --- SLAAC ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "option",
    [
        pio(A=0),
        pio("fe80::"),
        pio(preferred=100, valid=99),
        pio(valid=0, preferred=0),
        pio(length=63),
        pio(length=96),
    ],
)
def test_some_prefixes_make_no_address(option: object) -> None:
    network, _, interface, speaker = lan(**NO_DELAY)
    network.run(2)
    speaker.say(ra(option))
    network.run(2)
    assert of(interface, "slaac") == []


def test_an_address_is_made_tested_deprecated_and_gone() -> None:
    network, host, interface, speaker = lan(**NO_DELAY)
    network.run(2)
    speaker.say(ra(pio(preferred=100, valid=200)))
    network.run(0.5)
    address = one(interface, "slaac")
    assert address.state is State.TENTATIVE
    network.run(2)
    assert (address.state, host.is_mine(address.address, interface)) == (State.PREFERRED, True)
    network.run(100)
    assert (address.state, host.is_mine(address.address, interface)) == (State.DEPRECATED, True)
    network.run(100)
    assert of(interface, "slaac") == []
    assert not host.is_mine(address.address, interface)


def test_an_infinite_lifetime_has_no_end() -> None:
    network, _, interface, speaker = lan(**NO_DELAY)
    network.run(2)
    speaker.say(ra(pio(preferred=0xFFFFFFFF, valid=0xFFFFFFFF)))
    network.run(2)
    assert (
        one(interface, "slaac").valid_until == one(interface, "slaac").preferred_until == math.inf
    )


@pytest.mark.parametrize(
    ("received", "remaining", "result"),
    [
        (TWO_HOURS + 1, math.inf, TWO_HOURS + 1),  # (e) 1: above two hours
        (100, 50, 100),  # longer than what remains
        (0, 1000, 1000),  # (e) 2: two hours or less remain
        (0, TWO_HOURS, TWO_HOURS),
        (0, 3 * DAY, TWO_HOURS),  # (e) 3
        (50, math.inf, TWO_HOURS),
    ],
)
def test_the_two_hours_rule(received: float, remaining: float, result: float) -> None:
    assert valid_lifetime(received, remaining) == result


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_nobody_ends_an_address_within_two_hours(received: float, remaining: float) -> None:
    assert valid_lifetime(received, remaining) >= min(remaining, TWO_HOURS)


def test_a_forged_end_deprecates_but_leaves_two_hours() -> None:
    network, _, interface, speaker = lan(**NO_DELAY)
    network.run(2)
    speaker.say(ra(pio()))
    network.run(2)
    speaker.say(ra(pio(valid=0, preferred=0)))
    network.run(1)
    address = one(interface, "slaac")
    assert address.state is State.DEPRECATED
    assert address.valid_until - network.now == pytest.approx(TWO_HOURS - 1, abs=0.1)
    speaker.say(ra(pio()))  # and the router's next one repairs it
    network.run(1)
    assert address.state is State.PREFERRED


def test_flash_renumbering_leaves_a_stale_address_and_rfc_9096_repairs_it() -> None:
    network, host, interface, speaker = lan(**NO_DELAY)
    network.run(2)
    speaker.say(ra(pio()))
    network.run(2)
    speaker.say(ra(pio("2001:db8:2::")))  # the router lost its memory: RFC 8978 section 2
    network.run(2)
    states = {str(a.ip)[:12]: a.state for a in of(interface, "slaac")}
    assert set(states.values()) == {State.PREFERRED}
    speaker.say(ra(pio("2001:db8:2::"), pio(valid=0, preferred=0)))  # RFC 9096 section 3.5
    network.run(2)
    states = {a.address[:6]: a.state for a in of(interface, "slaac")}
    assert states == {
        octets(PREFIX)[:6]: State.DEPRECATED,
        octets("2001:db8:2::")[:6]: State.PREFERRED,
    }
    route = host.routes.lookup(octets("2001:db8:1::1"))
    assert route is not None
    assert route.next_hop is not None  # nor are its neighbors on the link any more


def test_a_new_address_is_announced_to_the_routers() -> None:
    network, _, interface, speaker = lan(**NO_DELAY)
    network.run(2)
    speaker.say(ra(pio()))
    network.run(2)
    (told,) = speaker.of(ICMPv6ND_NA)
    assert (told[IPv6].dst, told[ICMPv6ND_NA].tgt) == ("ff02::2", str(one(interface, "slaac").ip))
    assert (told[ICMPv6ND_NA].O, told[ICMPv6ND_NA].S) == (0, 0)
    assert ICMPv6NDOptDstLLAddr in told


def test_an_address_that_is_taken_away_takes_its_group_and_its_route_along() -> None:
    network, host, interface, _ = lan(**NO_DELAY)
    give(host, interface, "2001:db8:7::5")
    give(host, interface, "2001:db8:7::6")
    network.run(2)
    group = ipv6.solicited_node(octets("2001:db8:7::5"))
    assert group in interface.groups
    host.configuration.remove(interface, octets("2001:db8:7::5"))
    assert group not in interface.groups
    assert host.routes.lookup(octets("2001:db8:7::9")) is not None
    host.configuration.remove(interface, octets("2001:db8:7::6"))
    assert host.routes.lookup(octets("2001:db8:7::9")) is None


def test_an_interface_that_comes_later_configures_itself() -> None:
    network, host, _, _ = lan()
    network.run(10)
    network.connect(host, network.add(Switch("later")))
    network.run(3)
    assert host.interfaces["eth1"].link_local is not None


# --- Temporary addresses, RFC 8981 ----------------------------------------------------------------


def temporary_lan(**more: object) -> tuple[Network, Host, Interface, object]:
    network, host, interface, speaker = lan(use_tempaddr=2, **NO_DELAY, **more)
    network.run(2)
    speaker.say(ra(pio()))
    network.run(2)
    return network, host, interface, speaker


def test_a_temporary_address_lives_a_day_less_the_desync_factor() -> None:
    _, _, interface, _ = temporary_lan()
    address = one(interface, "temporary")
    lifetime = address.preferred_until - address.created
    assert DAY - 34_560 <= lifetime <= DAY
    assert address.valid_until - address.created == 2 * DAY


def test_the_next_one_is_there_before_the_last_one_is_deprecated() -> None:
    network, _, interface, _ = temporary_lan()
    first = one(interface, "temporary")
    advance = regeneration_advance(interface)
    assert advance == 2 + 3 * 1 * 1
    network.run_until(lambda: len(of(interface, "temporary")) == 2, 2 * DAY)
    assert network.now == pytest.approx(first.preferred_until - advance)
    network.run(advance + 0.1)
    second = of(interface, "temporary")[1]
    assert (first.state, second.state) == (State.DEPRECATED, State.PREFERRED)
    assert second.address[8:] != first.address[8:]


def test_advertisements_never_make_a_temporary_address_live_longer() -> None:
    network, _, interface, speaker = temporary_lan()
    first = one(interface, "temporary")
    preferred_until = first.preferred_until
    for _ in range(8 * 24):
        speaker.say(ra(pio(), lifetime=9000))
        network.run(900)
    assert first.preferred_until == pytest.approx(preferred_until)
    assert first.address not in interface.addresses  # two days have passed
    alive = of(interface, "temporary")
    assert 2 <= len(alive) <= 4
    assert sum(address.state is State.PREFERRED for address in alive) == 1


def test_a_prefix_that_is_too_short_lived_gets_none_until_it_lives_longer() -> None:
    network, _, interface, speaker = lan(use_tempaddr=2, **NO_DELAY)
    network.run(2)
    speaker.say(ra(pio(preferred=5, valid=8000)))
    network.run(2)
    assert of(interface, "temporary") == []  # not longer than REGEN_ADVANCE
    speaker.say(ra(pio(preferred=5000, valid=8000)))
    network.run(2)
    assert one(interface, "temporary").state is State.PREFERRED


def test_a_temporary_duplicate_is_replaced_three_times_at_most() -> None:
    network, _, interface, speaker = lan(use_tempaddr=2, **NO_DELAY)
    network.run(2)
    speaker.say(ra(pio()))
    tried = set()
    for _ in range(3):
        network.run(0.5)
        address = one(interface, "temporary")
        tried.add(address.address)
        speaker.say(na(str(address.ip), MAC))
        network.run(0.1)
    speaker.say(ra(pio()))
    network.run(10)
    assert len(tried) == 3
    assert of(interface, "temporary") == []


def test_nothing_temporary_where_it_is_not_wanted() -> None:
    network, _, interface, speaker = lan(**NO_DELAY)
    network.run(2)
    speaker.say(ra(pio()))
    network.run(5)
    assert of(interface, "temporary") == []


# --- All together -------------------------------------------------------------------------------


def many(seed: int, hosts: int = 12, loss: float = 0.0) -> tuple[Network, list[Host], bytes]:
    network = Network(seed=seed)
    switch = network.add(Switch("switch"))
    node = network.add(router())
    network.connect(switch, node, loss=loss)
    chance = random.Random(seed)
    found = []
    for number in range(hosts):
        host = network.add(Host(f"h{number}"))
        network.connect(switch, host, loss=loss)
        settings_ = host.interfaces["eth0"].settings
        settings_.use_tempaddr = chance.choice((0, 2))
        settings_.addr_gen_mode = chance.choice(("eui64", "stable-privacy", "random"))
        found.append(host)
    capture = network.capture()
    speak = _advertise(node)
    node.icmp_types[133] = lambda packet: speak()
    network.run(30)
    return network, found, tshark.pcap((frame.time, frame.data) for frame in capture)


def _advertise(node: object):  # type: ignore[no-untyped-def]
    from ipv6course.network import neighbor_messages
    from ipv6course.network.wire import nd

    def speak() -> None:
        interface = node.interfaces["eth0"]  # type: ignore[attr-defined]
        if interface.link_local:
            options = (nd.SourceLinkLayer(interface.mac), nd.PrefixInformation(octets(PREFIX), 64))
            neighbor_messages.send(
                node,  # type: ignore[arg-type]
                interface,
                nd.RouterAdvertisement(options=options),
                source=interface.link_local,
                destination=ipv6.ALL_NODES,
            )

    return speak


def test_a_lan_configures_itself_and_tshark_marks_nothing() -> None:
    _, hosts, pcap = many(seed=2)
    assert all(of(host.interfaces["eth0"], "slaac") for host in hosts)
    assert all(host.discovery.routers for host in hosts)
    assert tshark.marks(pcap) == []


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.sampled_from((0.0, 0.3)))
def test_the_same_seed_gives_the_same_bytes_whatever_is_lost(seed: int, loss: float) -> None:
    first, again = many(seed, 4, loss), many(seed, 4, loss)
    assert first[2] == again[2]
    assert all(  # detection takes a delay of 1 s at most, and 1 s
        address.state is not State.TENTATIVE or first[0].now - address.created < 2.1
        for host in first[1]
        for address in host.interfaces["eth0"].addresses.values()
    )


# --- An interface that carries no IPv6 --------------------------------------------------------


def test_an_interface_that_begins_down_has_its_address_waiting_and_nothing_else():
    network = Network.from_yaml(
        """
        nodes:
          a: {kind: host, interfaces: {eth0: {up: false, addresses: ["2001:db8:1::1/64"]}}}
          b: {kind: host}
        links:
          - {ends: ["a:eth0", "b:eth0"]}
        """
    )
    host = network["a"]
    capture = network.capture()
    network.run(10)
    assert [str(one) for one in host.interface("eth0").addresses.values()] == ["2001:db8:1::1/64"]
    assert not list(host.routes)
    assert not [frame for frame in capture if frame.data[6:12] == host.interface("eth0").mac]

    host.ip("link set eth0 up")
    network.run(5)
    assert len([one for one in host.interface("eth0").addresses.values() if one.is_assigned]) == 2
    assert "2001:db8:1::/64 dev eth0" in host.ip("-6 route")


def test_below_an_mtu_of_1280_there_is_no_ipv6_until_it_is_1280_again():
    network, host, interface, speaker = lan()
    network.run(5)
    assert interface.link_local
    host.ip("link set eth0 mtu 1279")
    speaker.heard.clear()
    speaker.say(ra(pio()))
    network.run(10)
    assert not interface.addresses
    assert not list(host.routes)
    assert not speaker.heard

    host.ip("link set eth0 mtu 1280")
    network.run(5)
    assert interface.link_local
    speaker.say(ra(pio()))
    network.run(5)
    assert len(interface.addresses) == 2
