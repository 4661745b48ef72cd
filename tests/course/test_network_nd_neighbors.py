"""Address resolution and unreachability detection: RFC 4861 section 7 and appendix C."""

import pytest
from nd_lan import MAC, OTHER_MAC, give, mac, na, ns, octets, quick, ra, router, send, state
from scapy.layers.inet6 import (
    ICMPv6DestUnreach,
    ICMPv6EchoRequest,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
    IPv6ExtHdrFragment,
)
from scapy.layers.l2 import Ether

from ipv6course.network import neighbors
from ipv6course.network.neighbors import Event, Reachability, transitions

PEER = "fe80::2"


def test_a_neighbor_is_asked_for_and_the_packet_waits() -> None:
    network, host, interface, speaker = quick()
    send(host, PEER, interface)
    network.run(0.01)
    question = speaker.of(ICMPv6ND_NS)[0]
    assert question[Ether].dst == "33:33:ff:00:00:02"
    assert (question[IPv6].src, question[IPv6].dst) == ("fe80::99", "ff02::1:ff00:2")
    assert question[ICMPv6NDOptSrcLLAddr].lladdr == str_mac(interface.mac)
    assert (state(host, interface, PEER), speaker.of(ICMPv6EchoRequest)) == ("INCOMPLETE", [])
    speaker.say(na(PEER, MAC, "fe80::99", S=1))
    network.run(0.01)
    assert state(host, interface, PEER) == "REACHABLE"
    assert speaker.of(ICMPv6EchoRequest)[0][Ether].dst == MAC


def str_mac(octets_: bytes) -> str:
    return ":".join(f"{octet:02x}" for octet in octets_)


def test_after_three_questions_the_sender_is_told() -> None:
    network, host, interface, speaker = quick()
    give(host, interface, "2001:db8::99")
    reports: list[int] = []
    host.icmp.listeners.append(lambda problem: reports.append(problem.code))
    send(host, "2001:db8::2")
    network.run(10)
    times = speaker.times(ICMPv6ND_NS)
    assert [round(when - times[0], 3) for when in times] == [0, 1, 2]  # RetransTimer, 3 in all
    assert state(host, interface, "2001:db8::2") == "FAILED"
    assert reports == [3]


def test_a_router_reports_each_waiting_packet_to_its_source() -> None:
    network, node, interface, speaker = quick(router())
    give(node, interface, "2001:db8::1")
    speaker.answers["2001:db8::5"] = MAC
    for number in (1, 2):
        away = Ether(src=MAC, dst=str_mac(interface.mac)) / IPv6(
            src="2001:db8::5", dst="2001:db8::77"
        )
        speaker.say(away / ICMPv6EchoRequest(id=1, seq=number))
    network.run(5)
    reports = [found[ICMPv6DestUnreach].code for found in speaker.of(ICMPv6DestUnreach)]
    assert reports == [3, 3]


def test_the_source_of_the_waiting_packet_is_the_source_of_the_question() -> None:
    network, host, interface, speaker = quick()
    give(host, interface, "2001:db8::99")
    send(host, "2001:db8::2")
    network.run(0.1)
    assert speaker.of(ICMPv6ND_NS)[0][IPv6].src == "2001:db8::99"


def test_only_so_many_packets_wait_and_the_newest_stay() -> None:
    network, host, interface, speaker = quick()
    for number in range(100):
        with host.asked():
            host.icmp.send(128, 0, number.to_bytes(4, "big"), octets(PEER), interface=interface)
    network.run(0.01)
    speaker.say(na(PEER, MAC, "fe80::99", S=1))
    network.run(0.01)
    assert [found[ICMPv6EchoRequest].seq for found in speaker.of(ICMPv6EchoRequest)] == list(
        range(36, 100)
    )


def test_the_life_of_an_entry() -> None:
    network, host, interface, speaker = quick()
    speaker.answers[PEER] = MAC
    send(host, PEER, interface)
    network.run(1)
    assert state(host, interface, PEER) == "REACHABLE"
    network.run(45)  # 1.5 * 30 s at most
    assert state(host, interface, PEER) == "STALE"
    send(host, PEER, interface)
    assert state(host, interface, PEER) == "DELAY"
    speaker.answers.clear()
    speaker.heard.clear()
    network.run(5.5)
    assert state(host, interface, PEER) == "PROBE"
    network.run(5)
    probes = speaker.of(ICMPv6ND_NS)
    assert [probe[IPv6].dst for probe in probes] == [PEER] * 3  # itself, not its group
    assert state(host, interface, PEER) == "FAILED"


def test_a_hint_from_above_spares_the_probe() -> None:
    network, host, interface, speaker = quick()
    speaker.answers[PEER] = MAC
    send(host, PEER, interface)
    network.run(60)
    send(host, PEER, interface)
    network.run(3)
    speaker.heard.clear()
    host.neighbors.confirm(interface, octets(PEER))
    network.run(10)
    assert (state(host, interface, PEER), speaker.of(ICMPv6ND_NS)) == ("REACHABLE", [])


# RFC 4861 appendix C. What the entry was, the advertisement's flags and link-layer address, and
# what it is then: state and link-layer address. (INCOMPLETE becomes STALE; but then the packet that
# has waited is sent, and so it is DELAY.)
SAME, OTHER = MAC, OTHER_MAC


@pytest.mark.parametrize(
    ("before", "solicited", "override", "link_layer", "after", "address"),
    [
        ("INCOMPLETE", 0, 0, SAME, "DELAY", SAME),
        ("INCOMPLETE", 0, 1, SAME, "DELAY", SAME),
        ("INCOMPLETE", 1, 0, SAME, "REACHABLE", SAME),
        ("INCOMPLETE", 1, 1, SAME, "REACHABLE", SAME),
        ("INCOMPLETE", 1, 1, None, "INCOMPLETE", None),
        ("REACHABLE", 1, 0, SAME, "REACHABLE", SAME),
        ("REACHABLE", 1, 0, OTHER, "STALE", SAME),
        ("REACHABLE", 0, 0, OTHER, "STALE", SAME),
        ("REACHABLE", 0, 0, SAME, "REACHABLE", SAME),
        ("REACHABLE", 0, 1, OTHER, "STALE", OTHER),
        ("REACHABLE", 0, 1, SAME, "REACHABLE", SAME),
        ("REACHABLE", 1, 1, OTHER, "REACHABLE", OTHER),
        ("STALE", 1, 0, SAME, "REACHABLE", SAME),
        ("STALE", 1, 0, OTHER, "STALE", SAME),
        ("STALE", 1, 1, OTHER, "REACHABLE", OTHER),
        ("STALE", 1, 0, None, "REACHABLE", SAME),
        ("STALE", 0, 0, OTHER, "STALE", SAME),
        ("STALE", 0, 1, OTHER, "STALE", OTHER),
        ("PROBE", 1, 0, OTHER, "PROBE", SAME),
        ("PROBE", 1, 0, SAME, "REACHABLE", SAME),
        ("PROBE", 1, 1, OTHER, "REACHABLE", OTHER),
        ("PROBE", 0, 1, OTHER, "STALE", OTHER),
        ("PERMANENT", 1, 1, OTHER, "PERMANENT", SAME),
    ],
)
def test_an_advertisement_changes_an_entry_as_appendix_c_says(
    before: str,
    solicited: int,
    override: int,
    link_layer: str | None,
    after: str,
    address: str | None,
) -> None:
    network, host, interface, speaker = quick()
    if before == "PERMANENT":
        host.neighbors.set_permanent(interface, octets(PEER), mac(MAC))
    else:
        send(host, PEER, interface)
        if before != "INCOMPLETE":
            network.run(0.1)
            speaker.say(na(PEER, MAC, "fe80::99", S=1))
            network.run({"REACHABLE": 0.1, "STALE": 50, "PROBE": 50}[before])
        if before == "PROBE":
            send(host, PEER, interface)
            network.run(5.1)
    assert state(host, interface, PEER) == before
    destination = "fe80::99" if solicited else "ff02::1"
    speaker.say(na(PEER, link_layer, destination, S=solicited, O=override))
    network.run(0.01)
    entry = host.neighbors.get(interface, octets(PEER))
    assert entry is not None
    assert (entry.state, entry.mac) == (after, mac(address) if address else None)


def test_the_table_has_every_row_of_appendix_c_once() -> None:
    rows = list(transitions())
    written = sum(len(states) * len(events) for states, events, _, _ in neighbors._ROWS)
    assert len(rows) == written  # no row says what another one says differently
    assert {event for _, event, _, _ in rows} | {
        Event.HEARD_SAME,
        Event.NA_SAME,
        Event.NA_NONE,
        Event.NA_OVERRIDE_SAME,
    } == set(Event)
    assert all(before is not Reachability.PERMANENT for before, _, _, _ in rows)


def test_a_solicitation_is_answered_and_its_sender_learnt() -> None:
    network, host, interface, speaker = quick()
    speaker.say(ns(PEER, "fe80::99"))
    network.run(0.1)
    answer = speaker.of(ICMPv6ND_NA)[0]
    flags = answer[ICMPv6ND_NA]
    assert (flags.tgt, flags.R, flags.S, flags.O) == ("fe80::99", 0, 1, 1)
    assert (answer[IPv6].src, answer[IPv6].dst, answer[Ether].dst) == ("fe80::99", PEER, MAC)
    assert answer[ICMPv6NDOptDstLLAddr].lladdr == str_mac(interface.mac)
    assert host.neighbors.entries()[0].state == "DELAY"  # STALE, and then the answer was sent


def test_a_test_of_an_address_that_is_ours_is_answered_to_all() -> None:
    network, _, _, speaker = quick()
    speaker.say(ns("::", "fe80::99", None))
    network.run(0.1)
    answer = speaker.of(ICMPv6ND_NA)[0]
    assert (answer[IPv6].dst, answer[ICMPv6ND_NA].S, answer[ICMPv6ND_NA].O) == ("ff02::1", 0, 1)


def test_a_router_says_that_it_is_one() -> None:
    network, _, _, speaker = quick(router())
    speaker.say(ns(PEER, "fe80::99"))
    network.run(0.1)
    assert speaker.of(ICMPv6ND_NA)[0][ICMPv6ND_NA].R == 1


def test_what_is_wrong_is_not_answered() -> None:
    network, host, _, speaker = quick()
    far = ns(PEER, "fe80::99")
    far[IPv6].hlim = 254
    not_ours = ns(PEER, "fe80::98")
    fragmented = ns(PEER, "fe80::99")
    message = fragmented[ICMPv6ND_NS]
    fragmented[IPv6].remove_payload()
    fragmented = fragmented / IPv6ExtHdrFragment() / message
    speaker.say(far, not_ours, fragmented, ns(PEER, "fe80::99", "01:00:5e:00:53:01"))
    network.run(0.1)
    assert [found[IPv6].dst for found in speaker.of(ICMPv6ND_NA)] == []
    assert all(entry.mac is None for entry in host.neighbors.entries())


def test_hosts_ignore_a_neighbor_that_was_not_asked_for_and_routers_note_it() -> None:
    for node, expected in ((None, None), (router(), "STALE")):
        network, node, interface, speaker = quick(node)
        speaker.say(na("2001:db8::7", MAC, "ff02::1", O=0))
        network.run(0.1)
        assert state(node, interface, "2001:db8::7") == expected  # RFC 9131


def test_a_neighbor_that_is_no_router_any_more_is_no_default_router() -> None:
    network, host, _, speaker = quick()
    speaker.say(ra())
    network.run(0.1)
    assert [str(found.ip) for found in host.discovery.routers] == ["fe80::1"]
    speaker.say(na("fe80::1", MAC, R=0))
    network.run(0.1)
    assert host.discovery.routers == []
    assert host.routes.lookup(octets("2001:db8::1")) is None


def test_a_full_cache_gives_up_what_failed_or_is_old_but_nothing_new() -> None:
    network, host, interface, _ = quick()
    host.neighbors.most = 16
    for number in range(20):
        send(host, f"fe80::1:{number:x}", interface)
    assert (len(host.neighbors.entries()), host.neighbors.overflows) == (16, 4)
    network.run(5)
    send(host, "fe80::1:ff", interface)
    assert [str(entry.ip) for entry in host.neighbors.entries()] == ["fe80::1:ff"]


def test_flush_forgets_what_was_learnt() -> None:
    network, host, interface, speaker = quick()
    speaker.say(ns(PEER, "fe80::99"))
    network.run(0.1)
    host.neighbors.set_permanent(interface, octets("fe80::3"), mac(MAC))
    host.neighbors.flush()
    assert [entry.state for entry in host.neighbors.entries()] == ["PERMANENT"]


def test_the_reachable_time_is_random_around_its_base_and_follows_the_router() -> None:
    network, host, interface, speaker = quick()
    assert 15 <= host.neighbors.reachable_time(interface) <= 45
    speaker.say(ra(reachabletime=600_000, retranstimer=2000))
    network.run(0.1)
    assert 300 <= host.neighbors.reachable_time(interface) <= 900
    assert interface.settings.retrans_time_ms == 2000
