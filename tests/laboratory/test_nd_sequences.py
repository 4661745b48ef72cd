"""The same scenario with the kernel and with a simulated node: the same Neighbor Discovery.

A host is switched on beside a router, makes its addresses, pings the router, is asked for by it,
and pings the subnet-router anycast address. Host and router are each the kernel (with radvd) or
simulated: four runs, and in each a switch between them captures what is sent. What a node sends
must be the same messages with the same options, flags and kinds of addresses; where it is not, the
difference stands in `DIFFERENCES`, with the text that decides.
"""

import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import netaddr
import pytest
from inside import inside
from oracles import program, tshark
from real_time import RealTimeNetwork

from ipv6course.network import Host, Router, Switch
from ipv6course.network.interface import InterfaceAddress

pytestmark = pytest.mark.xdist_group("laboratory")

HOST_MAC, ROUTER_MAC = "00:00:5e:00:53:01", "00:00:5e:00:53:02"
PREFIX = "2001:db8:5::/64"
ROUTER = "2001:db8:5::1"
ANYCAST = "2001:db8:5::"  # of all routers of the subnet, RFC 4291 section 2.6.1
RADVD = """
interface {name} {{
    AdvSendAdvert on;
    MinRtrAdvInterval 3;
    MaxRtrAdvInterval 4;
    AdvLinkMTU 1500;
    AdvDefaultPreference high;
    prefix 2001:db8:5::/64 {{ AdvValidLifetime 3600; AdvPreferredLifetime 1800; }};
    route 2001:db8:77::/48 {{ AdvRouteLifetime 600; }};
    RDNSS 2001:db8:5::53 {{ AdvRDNSSLifetime 300; }};
    DNSSL example.com {{ AdvDNSSLLifetime 300; }};
}};
"""
HOST = "2001:db8:5::200:5eff:fe00:5301"
DELAY_FIRST_PROBE = 5  # s, RFC 4861 section 10; then a neighbor that was only heard of is asked
RETRANS_MS = 200  # how long DAD waits, on both sides alike
KINDS = ("kernel", "simulated")
TYPES = {"133": "RS", "134": "RA", "135": "NS", "136": "NA", "137": "Redirect"}
OPTIONS = {
    "1": "source link-layer address",
    "2": "target link-layer address",
    "3": "prefix",
    "5": "MTU",
    "14": "nonce",
    "24": "route",
    "25": "DNS servers",
    "31": "search list",
}
ADDRESSES = {
    "unspecified": "::/128",
    "all nodes": "ff02::1/128",
    "all routers": "ff02::2/128",
    "solicited-node": "ff02::1:ff00:0/104",
    "link-local": "fe80::/10",
    "global": "2001:db8::/32",
}

# What a simulated node sends and the kernel does not, or the other way round, and why.
DIFFERENCES = {
    ("host", "NA: global > all routers [target link-layer address]"): (
        "RFC 9131 section 6.1.2: a node that got a global address should tell the routers. Linux "
        "has that as the setting ndisc_notify, which is off by default."
    ),
}
# When the next one is sent is random, RFC 4861 section 6.2.4: it is looked for apart.
PERIODIC = (
    "RA: link-local > all nodes "
    "[prefix, route, DNS servers, search list, MTU, source link-layer address]"
)

# Neighbor unreachability detection: a question to one neighbor, or its answer.
PROBE = re.compile(r"NS: link-local > (link-local|global)|NA R?S: (link-local|global) > .*\[\]")


def _set_up_host(network, switch, kind):
    """Connect a host to the switch, and return how it is switched on, asked, and told to ping."""
    if kind == "kernel":
        network.kernel_node("host")
        network.connect_kernel(switch, "h0", node="host", mac=HOST_MAC, router_solicitation_delay=0)
        network.sysctl("neigh/h0/retrans_time_ms", RETRANS_MS, node="host")

        def is_configured():
            return bool(network.certain("h0", PREFIX, node="host"))

        def ping(address):
            command = ["ping", "-c", "1", "-W", "2", address]
            return network.program(command, node="host").code == 0

        return lambda: network.up("h0", node="host"), is_configured, ping
    host = Host("host")
    host.world = network

    def switch_on():
        network.add(host)
        interface = host.add_interface(bytes.fromhex(HOST_MAC.replace(":", "")))
        interface.settings.router_solicitation_delay = 0
        interface.settings.retrans_time_ms = RETRANS_MS
        interface.settings.addr_gen_mode = "eui64"
        network.connect(interface, switch, delay=1e-6)

    def is_configured():
        prefix = netaddr.IPNetwork(PREFIX)
        return any(
            address.is_assigned and address.ip in prefix
            for address in host.interface("eth0").addresses.values()
        )

    def ping(address):
        return host.ping(address, count=1).received == 1

    return switch_on, is_configured, ping


def _set_up_router(network, switch, kind):
    """Connect a router to the switch and start its advertisements; return how it pings."""
    if kind == "kernel":
        network.kernel_node("router", forwarding=True)
        network.connect_kernel(switch, "r0", node="router", mac=ROUTER_MAC, accept_dad=0)
        network.up("r0", node="router")
        network.ip("addr", "add", f"{ROUTER}/64", "dev", "r0", "nodad", node="router")
        Path("/run/radvd.conf").write_text(RADVD.format(name="r0"))
        command = ["radvd", "-n", "-C", "/run/radvd.conf", "-p", "/run/radvd.pid", "-m", "stderr"]
        network.start(command, node="router")

        def ping(address):
            command = ["ping", "-c", "1", "-W", "2", address]
            return network.program(command, node="router").code == 0

        return ping
    router = network.add(Router("router"))
    interface = router.add_interface(bytes.fromhex(ROUTER_MAC.replace(":", "")))
    interface.settings.dad_transmits = 0
    interface.settings.addr_gen_mode = "eui64"
    network.connect(interface, switch, delay=1e-6)
    address = InterfaceAddress(netaddr.IPAddress(ROUTER).packed, 64)
    router.configuration.add(interface, address)
    router.configure(radvd=RADVD.format(name=interface.name))
    return lambda address: router.ping(address, count=1).received == 1


@inside(seconds=40)
def scenario(host_kind, router_kind):
    network = RealTimeNetwork()
    switch = network.add(Switch("switch"))
    router_pings = _set_up_router(network, switch, router_kind)
    network.run(0.3)
    capture = network.capture(network.links[0])
    switch_on, is_configured, host_pings = _set_up_host(network, switch, host_kind)
    switch_on()
    configured = network.run_until(is_configured, 8)
    pings = host_pings(ROUTER), router_pings(HOST)
    host_pings(ANYCAST)  # whose router may take longer than the host asks: 0.8 s on Linux
    network.run(DELAY_FIRST_PROBE + 1)
    return {
        "configured": configured,
        "pings": pings,
        "frames": [(frame.time, frame.data) for frame in capture],
    }


@pytest.fixture(scope="module")
def runs():
    """The four runs, at the same time: most of it is waiting."""
    program("radvd")
    pairs = list(itertools.product(KINDS, KINDS))
    with ThreadPoolExecutor(len(pairs)) as pool:
        done = dict(zip(pairs, pool.map(lambda pair: scenario(*pair), pairs), strict=True))
    for run in done.values():
        run["pcap"] = tshark.pcap(run["frames"])
        lines = {mac: _lines(run["pcap"], mac) for mac in (HOST_MAC, ROUTER_MAC)}
        run["sent"] = {mac: [line for line, to in lines[mac] if to != ANYCAST] for mac in lines}
        run["anycast"] = {mac: {line for line, to in lines[mac] if to == ANYCAST} for mac in lines}
    return done


def _lines(pcap, mac):
    """Return the Neighbor Discovery messages that one node sent: each a line, and its target."""
    names = ["icmpv6.type", "eth.src", "ipv6.src", "ipv6.dst", "icmpv6.opt.type"]
    targets = [f"icmpv6.nd.{kind}.target_address" for kind in ("ns", "na")]
    flags = [f"icmpv6.nd.na.flag.{letter}" for letter in "rso"]
    rows = tshark.fields(pcap, [*names, *flags, *targets])
    return [
        (_line(row, flags), "".join(row[targets[0]] + row[targets[1]]))
        for row in rows
        if row["eth.src"] == [mac] and _is_nd(row)
    ]


def _is_nd(row):
    return bool(row["icmpv6.type"]) and row["icmpv6.type"][0] in TYPES


def _line(row, flags):
    [number, *_quoted] = row["icmpv6.type"]
    options = ", ".join(OPTIONS.get(option, option) for option in row["icmpv6.opt.type"])
    set_ = "".join(flag[-1].upper() for flag in flags if row[flag] in (["1"], ["True"]))
    words = f"{TYPES[number]}{' ' if set_ else ''}{set_}"
    return f"{words}: {_kind(row['ipv6.src'][0])} > {_kind(row['ipv6.dst'][0])} [{options}]"


def _kind(text):
    address = netaddr.IPAddress(text)
    for name, prefix in ADDRESSES.items():
        if address in netaddr.IPNetwork(prefix):
            return name
    return text


@pytest.mark.parametrize("pair", itertools.product(KINDS, KINDS), ids="-".join)
def test_a_host_configures_itself_and_both_sides_reach_each_other(runs, pair):
    assert runs[pair]["configured"], runs[pair]
    assert runs[pair]["pings"] == (True, True)


@pytest.mark.parametrize("pair", itertools.product(KINDS, KINDS), ids="-".join)
def test_tshark_finds_nothing_wrong(runs, pair):
    assert tshark.marks(runs[pair]["pcap"]) == []


@pytest.mark.parametrize("router", KINDS)
def test_a_simulated_host_sends_what_the_kernel_sends(runs, router):
    kernel, simulated = (runs[host, router]["sent"][HOST_MAC] for host in KINDS)
    assert _settled(simulated, "host") == _settled(kernel, "host")


@pytest.mark.parametrize("host", KINDS)
def test_a_simulated_router_sends_what_the_kernel_and_radvd_send(runs, host):
    kernel, simulated = (runs[host, router]["sent"][ROUTER_MAC] for router in KINDS)
    assert _settled(simulated, "router") == _settled(kernel, "router")


@pytest.mark.parametrize("pair", itertools.product(KINDS, KINDS), ids="-".join)
def test_a_router_answers_for_the_anycast_address_as_the_kernel_does(runs, pair):
    # After a random delay, in which the host may ask again: so not how often.
    asked, answered = (runs[pair]["anycast"][mac] for mac in (HOST_MAC, ROUTER_MAC))
    assert asked == {"NS: global > solicited-node [source link-layer address]"}
    assert answered == {"NA RS: global > global [target link-layer address]"}


@pytest.mark.parametrize("pair", itertools.product(KINDS, KINDS), ids="-".join)
def test_a_router_advertises_to_all_nodes_by_itself(runs, pair):
    assert PERIODIC in runs[pair]["sent"][ROUTER_MAC]


@pytest.mark.parametrize("role,line", DIFFERENCES)
def test_a_listed_difference_is_there(runs, role, line):
    mac = {"host": HOST_MAC, "router": ROUTER_MAC}[role]
    assert line in runs["simulated", "simulated"]["sent"][mac]
    assert line not in runs["kernel", "kernel"]["sent"][mac]


def _settled(lines, role):
    """Return the lines to compare. Which of two neighbors is probed first is the machine's load."""
    kept = [line for line in lines if (role, line) not in DIFFERENCES and line != PERIODIC]
    runs = [list(run) for _, run in itertools.groupby(kept, lambda line: bool(PROBE.match(line)))]
    return [line for run in runs for line in (sorted(run) if PROBE.match(run[0]) else run)]
