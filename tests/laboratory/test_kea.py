"""Simulated clients and the real Kea: the same text gives them what the simulated server gives.

One Kea serves all clients of this file at once. The same clients then meet the simulated server
with the same text, in virtual time, and both say the same: messages, options, lifetimes.
"""

import os
import re
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import netaddr
import pytest
from inside import inside
from oracles import program, tshark
from real_time import RealTimeNetwork

from ipv6course.network import Host, Network, Router, Switch, kea
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.wire import dhcpv6

pytestmark = pytest.mark.xdist_group("laboratory")

RENEW = 2  # s

# Kea's own manner of writing: comments, a trailing comma, names and codes of options.
TEXT = """
# The server of one link.
{ "Dhcp6": {
  "interfaces-config": { "interfaces": [ "k0" ], },
  "lease-database": { "type": "memfile", "persist": false }, // in memory
  "preferred-lifetime": 3000, "valid-lifetime": 4000,
  "renew-timer": 2, "rebind-timer": 2400,
  "server-id": { "type": "LL", "htype": 1, "identifier": "00005e0053fe", "persist": false },
  "option-data": [
    { "name": "dns-servers", "data": "2001:db8::53, 2001:db8::54" },
    { "name": "domain-search", "data": "example.com, lab.example.org" },
    { "name": "information-refresh-time", "data": "1200" },
    { "name": "solmax-rt", "data": "120" },
    { "code": 56, "csv-format": false, "data": "0001001020010db8000000000000000000000123" }
  ],
  "subnet6": [ {
    "id": 1, "subnet": "2001:db8:1::/64", "interface": "k0", "rapid-commit": true,
    "pools": [ { "pool": "2001:db8:1::1000 - 2001:db8:1::1fff" } ],
    "pd-pools": [ { "prefix": "2001:db8:8000::", "prefix-len": 40, "delegated-len": 56 } ],
    "reservations": [
      /* DUID-LL of the host `reserved` */
      { "duid": "00:03:00:01:00:00:5e:00:53:0e", "ip-addresses": [ "2001:db8:1::99" ] }
    ]
  } ]
} }
"""

# What each client does. Each is a host of its own on the server's link.
CLIENTS = {
    "stateless": {"addresses": False},
    "address": {},
    "prefix": {"addresses": False, "prefix_length": 56},
    "both": {"prefixes": True},
    "rapid": {"rapid_commit": True},
    "reserved": {},
}
MACS = {name: bytes((0, 0, 0x5E, 0, 0x53, 9 + n)) for n, name in enumerate(CLIENTS)}


def build(network, server):
    """Put the clients on the server's link; return them, and what goes over their cables."""
    switch = network.add(Switch("s"))
    server(switch)
    clients, captures = {}, {}
    for name in CLIENTS:
        node = network.add(Router(name) if name == "prefix" else Host(name))
        interface = node.add_interface(MACS[name], "eth0")
        interface.settings.router_solicitations = 0
        interface.settings.router_solicitation_delay = 0
        interface.settings.retrans_time_ms = 200  # how long duplicate address detection waits
        captures[name] = network.capture(network.connect(interface, switch))
        clients[name] = node
    return clients, captures


def go(network, clients):
    """Let the clients ask, renew, confirm and release; return what they got."""
    dialogues = {}
    for name, wanted in CLIENTS.items():
        begin = clients[name].dhcpv6
        if name == "stateless":
            dialogues[name] = begin.inform("eth0")
        else:
            dialogues[name] = begin.start("eth0", **wanted)

    def is_configured():
        return all(one.state in ("bound", "informed") for one in dialogues.values())

    configured = network.run_until(is_configured, 8)
    seen = {name: what(one) for name, one in dialogues.items()}
    network.run(RENEW + 0.3)  # each renews once
    dialogues["rapid"].link_changed()
    network.run_until(lambda: dialogues["rapid"].state == "bound", 3)
    for name in ("address", "both"):
        clients[name].dhcpv6.release("eth0")
    network.run_until(lambda: dialogues["both"].state == "idle", 3)
    network.run(0.1)
    return {"configured": configured, "seen": seen, "left": dialogues["both"].state}


def what(dialogue):
    leases = [*dialogue.leases(dhcpv6.IaNa), *dialogue.leases(dhcpv6.IaPd)]
    now = dialogue.node.now
    return {
        "addresses": dialogue.addresses,
        "prefixes": dialogue.prefixes,
        "dns": [str(one) for one in dialogue.dns_servers],
        "search": dialogue.search_list,
        "ntp": [str(one) for one in dialogue.ntp_servers],
        "solicit_max_rt": dialogue.solicit_max_rt,
        "lifetimes": [
            (round((one.preferred_until - now) / 10), round((one.valid_until - now) / 10))
            for one in leases
        ],
    }


def frames(captures):
    return {name: [(f.time, f.data) for f in capture] for name, capture in captures.items()}


@inside(seconds=40)
def with_kea(text):
    network = RealTimeNetwork()
    clients, captures = build(
        network, lambda switch: network.connect_kernel(switch, "k0", accept_dad=0, accept_ra=0)
    )
    network.up("k0")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kea-dhcp6.conf"
        file.write_text(text)
        os.environ |= {"KEA_PIDFILE_DIR": folder, "KEA_LOCKFILE_DIR": folder}
        server = network.start(["kea-dhcp6", "-c", str(file)])
        network.run_until(lambda: is_listening(server), 10)
        result = go(network, clients)
        network.stop(server)
    return {**result, "frames": frames(captures)}


RELAYED = """
{ "Dhcp6": {
  "interfaces-config": { "interfaces": [ "k0", "k0/2001:db8:f::1" ] },
  "lease-database": { "type": "memfile", "persist": false },
  "server-id": { "type": "EN", "enterprise-id": 32473, "identifier": "01", "persist": false },
  "subnet6": [ {
    "id": 1, "subnet": "2001:db8:1::/64", "pools": [ { "pool": "2001:db8:1::1000/116" } ],
    "pd-pools": [ { "prefix": "2001:db8:8000::", "prefix-len": 40, "delegated-len": 56 } ]
  } ]
} }
"""


@inside(seconds=30)
def relayed_to_kea():
    network = RealTimeNetwork()
    relay, client = network.add(Router("relay")), network.add(Router("client"))
    up = network.connect_kernel(relay, "k0", accept_dad=0, accept_ra=0)
    network.connect(relay, client)
    for interface in (*relay.interfaces.values(), *client.interfaces.values()):
        interface.settings.accept_dad = 0
    for name, text in (("eth0", "2001:db8:f::2/64"), ("eth1", "2001:db8:1::ffff/64")):
        network_of = netaddr.IPNetwork(text)
        relay.configuration.add(
            relay.interface(name), InterfaceAddress(network_of.ip.packed, network_of.prefixlen)
        )
    network.up("k0")
    network.ip("-6", "addr", "add", "2001:db8:f::1/64", "dev", "k0", "nodad")
    capture = network.capture(up)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kea-dhcp6.conf"
        file.write_text(RELAYED)
        os.environ |= {"KEA_PIDFILE_DIR": folder, "KEA_LOCKFILE_DIR": folder}
        server = network.start(["kea-dhcp6", "-c", str(file)])
        network.run_until(lambda: is_listening(server), 10)
        relay.relay_dhcpv6(["eth1"], ["2001:db8:f::1"])
        dialogue = client.dhcpv6.start("eth0", prefixes=True)
        network.run_until(lambda: dialogue.state == "bound", 8)
        groups = Path("/proc/net/igmp6").read_text()
        network.stop(server)
    route = relay.routes.lookup(netaddr.IPAddress("2001:db8:8000::1").packed)
    return {
        "state": dialogue.state,
        "groups": groups,
        "addresses": dialogue.addresses,
        "prefixes": dialogue.prefixes,
        "route": route and (route.interface.name, route.next_hop == dialogue.interface.link_local),
        "frames": [(frame.time, frame.data) for frame in capture],
    }


def test_a_simulated_relay_agent_takes_a_client_to_kea_and_back():
    program("kea-dhcp6")
    seen = relayed_to_kea()

    assert seen["state"] == "bound"
    assert seen["addresses"][0] in netaddr.IPNetwork("2001:db8:1::1000/116")
    assert seen["prefixes"] == [netaddr.IPNetwork("2001:db8:8000::/56")]
    assert seen["route"] == ("eth1", True)
    assert tshark.marks(tshark.pcap(seen["frames"])) == []
    assert dhcpv6.ALL_RELAY_AGENTS_AND_SERVERS.hex() in seen["groups"]
    assert dhcpv6.ALL_SERVERS.hex() not in seen["groups"], DIFFERENCES["group of all servers"]


def is_listening(server):
    """Whether Kea's socket is there: port 547 in hexadecimal."""
    assert server.poll() is None, "Kea ended"
    return ":0223 " in Path("/proc/net/udp6").read_text()


def simulated(text):
    network = Network()

    def serve(switch):
        router = network.add(Router("kea"))
        network.connect(router.add_interface(network.new_mac(), "k0"), switch)
        router.configure(kea=text)

    clients, captures = build(network, serve)
    network.run(3)  # until the server has its own address, as Kea's machine has
    return {**go(network, clients), "frames": frames(captures)}


@pytest.fixture(scope="module")
def both():
    program("kea-dhcp6")
    return {"kea": with_kea(TEXT), "simulated": simulated(TEXT)}


def messages(seen, name):
    """Return the DHCPv6 messages of a client's cable."""
    found = []
    for _, frame in seen["frames"][name]:
        is_udp = frame[12:14] == b"\x86\xdd" and frame[20] == 17
        ports = {int.from_bytes(frame[54:56], "big"), int.from_bytes(frame[56:58], "big")}
        if is_udp and ports & {546, 547} and MACS[name] in (frame[:6], frame[6:12]):
            found.append(dhcpv6.pull_message(frame[62:]))
    return found


def sequence(seen, name):
    """Return each exchange's messages and the codes of their options; of an association, inside.

    What was sent twice is there once, and an exchange that was repeated, as Renew is, too: how
    often is a matter of the machine's speed.
    """
    exchanges = {}
    for message in messages(seen, name):
        said = (message.name, str(codes(message.options)))
        exchanges.setdefault(message.transaction, {})[said] = None
    return list(dict.fromkeys(tuple(one) for one in exchanges.values()))


def codes(options):
    return [
        (dhcpv6.code_of(one), codes(one.options))
        if hasattr(one, "options")
        else dhcpv6.code_of(one)
        for one in options
    ]


# Where Kea and the simulated server differ, and the text that decides.
DIFFERENCES = {
    "group of all servers": (
        "Kea 2.2 does not join ff05::1:3, so a relay agent needs its unicast address. RFC 9915 "
        "section 7.1: all servers within the site are members; the simulated server is."
    ),
    "Reply to Release": (
        "Kea sends each association back, with Success in it. RFC 9915 section 18.3.7 asks for an "
        "association only where the server has no binding for it, and then with NoBinding."
    ),
    "addresses": (
        "Kea 2.2 gives addresses in order, from the pool's first. RFC 9915 section 13.1: by "
        "default a server SHOULD NOT generate predictable addresses; RFC 7943 says how."
    ),
}


def names(exchanges):
    return [[name for name, _ in exchange] for exchange in exchanges]


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_says_and_hears_the_same_with_kea_and_with_the_simulated_server(both, name):
    real, simulated = (sequence(both[one], name) for one in ("kea", "simulated"))

    assert names(real) == names(simulated)
    different = [one[0][0] for one, other in zip(real, simulated, strict=True) if one != other]
    released = ["Release"] if ["Release", "Reply"] in names(real) else []
    assert different == released, DIFFERENCES["Reply to Release"]


@pytest.mark.parametrize("name", ["address", "both"])
def test_only_keas_reply_to_a_release_has_associations(both, name):
    real, simulated = (sequence(both[one], name)[-1] for one in ("kea", "simulated"))

    assert real[0] == simulated[0]
    assert simulated[1] == ("Reply", "[1, 2, 13]")
    inside = {"address": "[1, 2, (3, [13]), 13]", "both": "[1, 2, (3, [13]), 13, (25, [13])]"}
    assert real[1] == ("Reply", inside[name]), DIFFERENCES["Reply to Release"]


def test_every_client_is_configured_by_kea_and_by_the_simulated_server(both):
    assert [both[one]["configured"] for one in both] == [True, True]
    assert [both[one]["left"] for one in both] == ["idle", "idle"]


@pytest.mark.parametrize("name", CLIENTS)
def test_information_and_lifetimes_are_the_same(both, name):
    real, simulated = (dict(both[one]["seen"][name]) for one in ("kea", "simulated"))
    given = {one: [*found.pop("addresses")] for one, found in (("k", real), ("s", simulated))}
    delegated = [found.pop("prefixes") for found in (real, simulated)]

    assert real == simulated
    assert real["dns"] == ["2001:db8::53", "2001:db8::54"]
    assert real["search"] == ["example.com", "lab.example.org"]
    assert real["ntp"] == ["2001:db8::123"]
    wants_prefix = name in ("prefix", "both")
    assert [len(found) for found in delegated] == [wants_prefix, wants_prefix]
    assert all(
        found.prefixlen == 56 and found in netaddr.IPNetwork("2001:db8:8000::/40")
        for found in (*delegated[0], *delegated[1])
    )
    assert len(given["k"]) == len(given["s"])
    if name == "reserved":
        assert given["k"] == given["s"] == [netaddr.IPAddress("2001:db8:1::99")]
    else:
        pool = netaddr.IPRange("2001:db8:1::1000", "2001:db8:1::1fff")
        assert all(address in pool for address in (*given["k"], *given["s"]))


def test_kea_counts_addresses_up_and_the_simulated_server_does_not(both):
    low = {}
    for one in both:
        found = [address for seen in both[one]["seen"].values() for address in seen["addresses"]]
        low[one] = [
            address for address in found if address <= netaddr.IPAddress("2001:db8:1::100f")
        ]

    assert len(low["kea"]) > len(low["simulated"]), DIFFERENCES["addresses"]


def times(seen, name):
    """Return T1, T2 and lifetimes of all associations that a server sent."""
    found = []
    for message in messages(seen, name):
        if message.name in ("Advertise", "Reply"):
            for ia in (*message.all(dhcpv6.IaNa), *message.all(dhcpv6.IaPd)):
                inside = (*getattr(ia, "addresses", ()), *getattr(ia, "prefixes", ()))
                found += [(ia.t1, ia.t2, one.preferred, one.valid) for one in inside]
    return found


@pytest.mark.parametrize("name", ["address", "prefix", "both", "rapid", "reserved"])
def test_timers_and_lifetimes_on_the_wire_are_the_same(both, name):
    real, simulated = (times(both[one], name) for one in ("kea", "simulated"))

    assert set(real) == set(simulated) == {(RENEW, 2400, 3000, 4000)}


def test_tshark_finds_nothing_wrong_in_either(both):
    every = [
        frame for seen in both.values() for cable in seen["frames"].values() for frame in cable
    ]

    assert tshark.marks(tshark.pcap(every)) == []


def test_kea_takes_what_the_simulated_server_prints(tmp_path):
    printed = tmp_path / "printed.json"
    configuration = kea.read(TEXT)
    printed.write_text(kea.text(configuration).replace('"k0"', '"lo"'))

    checked = subprocess.run(
        [program("kea-dhcp6"), "-t", str(printed)],
        env={**os.environ, "KEA_PIDFILE_DIR": str(tmp_path), "KEA_LOCKFILE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    again = kea.read(printed.read_text().replace('"lo"', '"k0"'))
    assert replace(again, not_honoured=()) == replace(configuration, not_honoured=())


# What Kea refuses, and what the room says about it. None: Kea takes it, and so does the room.
REFUSED = {
    '"subnet": "2001:db8:1::/64"': ('"subnett": "2001:db8:1::/64"', "subnet6[0]"),
    '"2001:db8:1::1000 - ': ('"2001:db8:2::1000 - ', "subnet6[0].pools[0].pool"),
    '"delegated-len": 56': ('"delegated-len": 32', "subnet6[0].pd-pools[0].delegated-len"),
    '"2001:db8:1::99"': ('"2001:db8:2::99"', "subnet6[0].reservations[0].ip-addresses[0]"),
    '"name": "domain-search"': ('"name": "domain-serch"', "option-data[1].name"),
    '"2001:db8::53, 2001': ('"2001:db8::53:: , 2001', "option-data[0].data"),
    '"renew-timer": 2,': ('"renew-timer": "2",', "renew-timer"),
    '"0001001020010db8': ('"0001 001020010db8', "option-data[4].data"),
    '"rapid-commit": true': ('"rapid-commit": 1', "subnet6[0].rapid-commit"),
    '"type": "LL"': ('"type": "MAC"', "server-id.type"),
}


@pytest.mark.parametrize("right", REFUSED)
def test_what_kea_refuses_the_room_refuses_and_names_the_path(right, tmp_path):
    wrong, path = REFUSED[right]
    text = TEXT.replace(right, wrong)
    assert text != TEXT
    file = tmp_path / "wrong.json"
    file.write_text(text.replace('"k0"', '"lo"'))

    checked = subprocess.run(
        [program("kea-dhcp6"), "-t", str(file)],
        env={**os.environ, "KEA_PIDFILE_DIR": str(tmp_path), "KEA_LOCKFILE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert checked.returncode != 0
    with pytest.raises(ValueError, match=re.escape(f"Dhcp6.{path}")):
        kea.read(text)
