"""RIPng: bytes as tshark reads them, routes as RFC 2080 says, and no route in a circle."""

import random

import pytest
from oracles import tshark

from ipv6course.network import Network
from ipv6course.network.wire import MalformedError, ipv6
from ipv6course.network.wire.ripng import (
    INFINITY,
    RESPONSE,
    WHOLE_TABLE,
    Entry,
    Message,
    most_entries,
    pull_message,
    push_message,
)


def octets(text):
    import netaddr

    return netaddr.IPAddress(text).packed


MESSAGES = [
    WHOLE_TABLE,
    Message(RESPONSE, ()),
    Message(RESPONSE, (Entry(octets("2001:db8:1::"), 64, 3), Entry(octets("::"), 0, 16, 7))),
    Message(RESPONSE, (Entry(octets("2001:db8:1::"), 64, 3, 5, octets("fe80::7")),
                       Entry(octets("2001:db8:2::"), 56, 1, 0, octets("fe80::7")),
                       Entry(octets("2001:db8:3::"), 48, 2))),
]  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES)
def test_what_is_written_is_read_again(message):
    assert pull_message(push_message(message)) == message


@pytest.mark.parametrize("message", MESSAGES)
def test_what_is_cut_off_is_malformed(message):
    whole = push_message(message)
    for length in range(len(whole)):
        if length < 4 or (length - 4) % 20:
            with pytest.raises(MalformedError):
                pull_message(whole[:length])


def test_any_octets_are_read_or_malformed():
    chance = random.Random(1)
    for _ in range(2000):
        data = bytes((chance.choice((1, 2, 3)), 1, 0, 0)) + chance.randbytes(chance.randrange(70))
        try:
            pull_message(data)
        except MalformedError as why:
            assert str(why)


def test_an_mtu_of_1500_holds_72_entries():
    assert most_entries(1500) == 72  # (1500 - 40 - 8 - 4) / 20, RFC 2080 section 2.1


def ring(count, extra=""):
    """A ring of routers, each with a network of its own."""
    nodes = "".join(
        f"  r{n}:\n    kind: router\n    interfaces:\n      eth0: {{}}\n      eth1: {{}}\n"
        f'      lan0: {{addresses: ["2001:db8:{n + 1}::1/64"]}}\n    ripng: [eth0, eth1]\n'
        for n in range(count)
    )
    links = "".join(f"  - ends: [r{n}:eth1, r{(n + 1) % count}:eth0]\n" for n in range(count))
    return Network.from_yaml(f"seed: 4\nnodes:\n{nodes}links:\n{links}")


def ways(network, name):
    return {
        str(route.network): route.metric - 120
        for route in network[name].routes
        if route.origin == "ripng"
    }


def test_every_router_learns_the_shortest_way():
    network = ring(6)
    capture = network.capture()
    network.run(60)
    for n in range(6):
        expected = {
            f"2001:db8:{m + 1}::/64": 1 + min((m - n) % 6, (n - m) % 6) for m in range(6) if m != n
        }
        assert ways(network, f"r{n}") == expected
    assert tshark.marks(capture.pcap()) == []
    fields = tshark.fields(capture.pcap(), ["ripng.cmd", "ipv6.hlim", "ipv6.dst"])
    spoken = [row for row in fields if row.get("ripng.cmd")]
    assert spoken
    assert all(row["ipv6.hlim"] == ["255"] for row in spoken)


def test_a_lost_link_is_gone_around_and_no_packet_circles():
    network = ring(5)
    network.run(60)
    network.links[0].is_up = False  # nobody is told: the timeout finds it
    network.run(400)
    assert ways(network, "r0") == {f"2001:db8:{m + 1}::/64": 6 - m for m in range(1, 5)}


def test_a_network_that_is_gone_is_said_at_once_and_forgotten():
    network = ring(4)
    network.run(60)
    network["r0"].ip("link set lan0 down")
    network.run(15)
    assert all("2001:db8:1::/64" not in ways(network, f"r{n}") for n in range(1, 4))
    known = network["r2"].ripng.table
    assert known[int.from_bytes(octets("2001:db8:1::"), "big"), 64].metric == INFINITY
    network.run(200)
    assert (int.from_bytes(octets("2001:db8:1::"), "big"), 64) not in known


def test_split_horizon_poisons_what_was_learned_there():
    network = ring(3)
    network.run(60)
    ripng = network["r0"].ripng
    for interface in ripng.interfaces:
        for known, entry in ripng._pairs(interface):
            is_learned_here = known.next_hop is not None and known.interface is interface
            assert (entry.metric == INFINITY) == is_learned_here


@pytest.mark.parametrize(
    ("change", "is_believed"),
    [({}, True), ({"hop_limit": 64}, False), ({"port": 5210}, False),
     ({"source": "2001:db8:9::9"}, False), ({"metric": 17}, False), ({"metric": 0}, False),
     ({"prefix": "ff02::"}, False), ({"prefix": "fe80::"}, False), ({"length": 129}, False),
     ({"prefix": "2001:db8:77:1:1::"}, False)],
)  # fmt: skip
def test_who_and_what_is_believed(change, is_believed):
    network = ring(3)
    network.run(30)
    router = network["r0"]
    said = {"prefix": "2001:db8:77::", "length": 64, "metric": 2, "source": "fe80::bad",
            "port": 521, "hop_limit": 255} | change  # fmt: skip
    entry = Entry(octets(said["prefix"]), said["length"], said["metric"])
    payload = push_message(Message(RESPONSE, (entry,)))
    header = said["port"].to_bytes(2, "big") + (521).to_bytes(2, "big")
    header += (8 + len(payload)).to_bytes(2, "big") + b"\0\0"
    source, group = octets(said["source"]), octets("ff02::9")
    data = ipv6.with_checksum(source, group, ipv6.UDP, header + payload, 6)
    packet = ipv6.push_packet(
        ipv6.UDP, data, source=source, destination=group, hop_limit=said["hop_limit"]
    )
    sender = bytes.fromhex("00005e0053fe")
    frame = bytes.fromhex("333300000009") + sender + b"\x86\xdd" + packet
    router.handle_frame(router.interface("eth0"), frame, network.now)
    is_there = any(route.next_hop == octets("fe80::bad") for route in router.routes)
    assert is_there == is_believed
