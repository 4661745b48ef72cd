"""Simulated clients and the real Kea: the same text gives them what the simulated server gives.

One Kea serves all clients of this file at once. The same clients then meet the simulated server
with the same text, in virtual time, and both say the same: messages, options, lifetimes.
"""

import os
import tempfile
from pathlib import Path

import pytest
from inside import inside
from oracles import program, tshark
from real_time import RealTimeNetwork

from ipv6course.network import Host, Network, Router, Switch
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
        network, lambda switch: network.attach(switch, "k0", accept_dad=0, accept_ra=0)
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
    network.run(0.01)
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
    """Return each message's name, and the codes of its options; of an association, what is in."""
    return [(message.name, codes(message.options)) for message in messages(seen, name)]


def codes(options):
    return [
        (dhcpv6.code_of(one), codes(one.options))
        if hasattr(one, "options")
        else dhcpv6.code_of(one)
        for one in options
    ]


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_says_and_hears_the_same_with_kea_and_with_the_simulated_server(both, name):
    assert sequence(both["kea"], name) == sequence(both["simulated"], name)


def test_every_client_is_configured_by_kea_and_by_the_simulated_server(both):
    assert [both[one]["configured"] for one in both] == [True, True]
    assert [both[one]["left"] for one in both] == ["idle", "idle"]
