"""Simulated hosts behind the real thing: radvd, the kernel as a router, the kernel as a twin.

Four laboratories at the same time, for most of it is waiting: a host of radvd and of a kernel that
forwards; RFC 7217 with the kernel as the first and as the second of two nodes with one secret; and
RFC 8981, where a simulated host and the kernel make temporary addresses side by side.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import netaddr
import pytest
from inside import inside
from oracles import program, tshark
from real_time import RealTimeNetwork

from ipv6course.address import linux_stable_private
from ipv6course.network import Host, Switch
from ipv6course.network.interface import InterfaceAddress, State
from ipv6course.network.routes import Route

pytestmark = pytest.mark.xdist_group("laboratory")

PREFIX, OFF_LINK = "2001:db8:1::/64", "2001:db8:a::/64"
RADVD = """
interface r0 {
    AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4;
    AdvCurHopLimit 61; AdvLinkMTU 1480; AdvReachableTime 20000; AdvRetransTimer 500;
    prefix 2001:db8:1::/64 { AdvValidLifetime 3600; AdvPreferredLifetime 1800; };
    prefix 2001:db8:a::/64 { AdvOnLink off; AdvValidLifetime 3600; AdvPreferredLifetime 1800; };
    route 2001:db8:77::/48 { AdvRoutePreference high; AdvRouteLifetime 600; };
    RDNSS 2001:db8:1::53 { AdvRDNSSLifetime 300; };
    DNSSL example.com { AdvDNSSLLifetime 300; };
};
"""
SECRET = "2001:db8:5ec:2e7::1"
NARROW = 1300
PREFERRED, VALID, ADVANCE = 6, 9, 2.6  # s; the last is RFC 8981's REGEN_ADVANCE, section 3.8
LATE = 1.8  # s
RETRANS_MS = 200
PATIENT_MS = 1000  # where a busy machine's answer that comes late would be none


def _start_router(network, switch, radvd=RADVD):
    """Start the kernel as a router with radvd, on the switch."""
    network.kernel_node("router", forwarding=True)
    link = network.connect_kernel(switch, "r0", node="router", accept_dad=0)
    network.up("r0", node="router")
    for address in ("2001:db8:1::1/64", "2001:db8:a::1/64"):
        network.ip("addr", "add", address, "dev", "r0", "nodad", node="router")
    Path("/run/radvd.conf").write_text(radvd)
    command = ["radvd", "-n", "-C", "/run/radvd.conf", "-p", "/run/radvd.pid", "-m", "stderr"]
    network.start(command, node="router")
    return link


def _add_host(network, switch, name, **settings):
    host = network.add(Host(name))
    interface = host.add_interface(network.new_mac())
    interface.settings.router_solicitation_delay = 0
    interface.settings.retrans_time_ms = RETRANS_MS
    for setting, value in settings.items():
        setattr(interface.settings, setting, value)
    network.connect(interface, switch, delay=1e-6)
    return host


def _certain(host, prefix):
    return [
        address.ip
        for address in host.interface("eth0").addresses.values()
        if address.is_assigned and address.ip in netaddr.IPNetwork(prefix)
    ]


@inside(seconds=40)
def behind_radvd():
    network = RealTimeNetwork()
    switch, far = network.add(Switch("s")), network.add(Host("far"))
    link = _start_router(network, switch)
    network.connect_kernel(far, "r1", node="router", mtu=NARROW, accept_dad=0)
    far.interface("eth0").mtu = NARROW
    network.up("r1", node="router")
    network.ip("addr", "add", "2001:db8:2::1/64", "dev", "r1", "nodad", node="router")
    far_port, gateway = far.interface("eth0"), netaddr.IPAddress("2001:db8:2::1").packed
    far.assign(far_port, InterfaceAddress(netaddr.IPAddress("2001:db8:2::2").packed, 64))
    far.routes.add(Route(0, 0, far_port, next_hop=gateway))
    capture = network.capture(link)
    host, other = (_add_host(network, switch, name) for name in ("h1", "h2"))
    network.run_until(lambda: all(_certain(h, OFF_LINK) for h in (host, other)), 8)
    found, eth0 = host.discovery, host.interface("eth0")
    neighbor = _certain(other, OFF_LINK)[0]
    own = _certain(host, OFF_LINK)[0]
    return {
        "addresses": [_certain(host, prefix) for prefix in (PREFIX, OFF_LINK)],
        "routers": [str(router.ip) for router in found.routers],
        "router": [str(ip) for ip in network.certain("r0", "fe80::/10", node="router")],
        "on link": {str(prefix.network) for prefix in found.prefixes},
        "routes": {str(route.network): route.preference for route in host.routes},
        "dns": [str(server.ip) for server in found.dns_servers],
        "mtu": eth0.mtu,
        "settings": (eth0.settings.hop_limit, eth0.settings.base_reachable_time_ms),
        "ping": str(host.ping("2001:db8:2::2", count=1)),
        "ping nobody": str(host.ping("2001:db8:99::1", count=1)),
        "traceroute": str(host.traceroute("2001:db8:2::2")),
        "ping large": str(host.ping("2001:db8:2::2", count=2, size=1380, interval=0.2)),
        "path mtu": host.path_mtu.to(netaddr.IPAddress("2001:db8:2::2").packed),
        "ping neighbor": str(host.ping(str(neighbor), count=2, source=str(own), interval=0.2)),
        "redirected": neighbor.packed in found.redirects,
        "frames": [(frame.time, frame.data) for frame in capture],
    }


@inside(seconds=40)
def with_one_secret(first):
    network = RealTimeNetwork()
    switch = network.add(Switch("s"))
    _start_router(network, switch, RADVD.replace("AdvRetransTimer 500;", ""))
    network.kernel_node("host")
    network.sysctl("idgen_delay", 0, node="host")
    network.connect_kernel(
        switch, "h0", node="host", router_solicitation_delay=0, stable_secret=SECRET
    )
    network.sysctl("neigh/h0/retrans_time_ms", PATIENT_MS, node="host")
    found = {}

    def kernel():
        network.up("h0", node="host")
        network.run_until(lambda: network.certain("h0", PREFIX, node="host"), 12)
        found["kernel"] = network.certain("h0", node="host")

    def simulated():
        settings = {"stable_secret": SECRET, "retrans_time_ms": PATIENT_MS}
        host = _add_host(network, switch, "twin", **settings)
        # A veth has no permanent hardware address, and the kernel takes zeros for it.
        host.interface("eth0").permanent_mac = bytes(6)
        network.run_until(lambda: _certain(host, PREFIX), 12)
        found["simulated"] = _certain(host, "::/0")

    order = [kernel, simulated] if first == "kernel" else [simulated, kernel]
    for begin in order:
        begin()
    return found


def _lives(timeline):
    """Return the lives of temporary addresses, oldest first: when made, deprecated, and gone."""
    lives = {}
    for when, states in timeline:
        for address, is_deprecated in states.items():
            life = lives.setdefault(address, {"made": when})
            if is_deprecated:
                life.setdefault("deprecated", when)
        for address in lives.keys() - states.keys():
            lives[address].setdefault("gone", when)
    return list(lives.values())


@inside(seconds=40)
def temporary_addresses():
    network = RealTimeNetwork()
    switch = network.add(Switch("s"))
    _start_router(network, switch, RADVD.replace("AdvRetransTimer 500;", ""))
    settings = {
        "use_tempaddr": 2,
        "temp_prefered_lft": PREFERRED,
        "temp_valid_lft": VALID,
        "max_desync_factor": 0,
    }
    network.kernel_node("host")
    network.connect_kernel(switch, "h0", node="host", router_solicitation_delay=0, **settings)
    network.sysctl("neigh/h0/retrans_time_ms", RETRANS_MS, node="host")
    network.up("h0", node="host")
    host = _add_host(network, switch, "h1", **settings)
    timelines = {"kernel": [], "simulated": []}
    eth0, inside_prefix = host.interface("eth0"), netaddr.IPNetwork(PREFIX)

    def look():
        flags = network.addresses("h0", node="host")
        timelines["kernel"].append(
            (
                network.now,
                {
                    str(address): "deprecated" in words
                    for address, words in flags.items()
                    if "temporary" in words
                    and "tentative" not in words
                    and address in inside_prefix
                },
            )
        )
        timelines["simulated"].append(
            (
                network.now,
                {
                    str(one.ip): one.state is State.DEPRECATED
                    for one in eth0.addresses.values()
                    if one.origin == "temporary" and one.is_assigned and one.ip in inside_prefix
                },
            )
        )

    for _look in range(120):
        network.run(0.1)
        look()
    return {who: _lives(timeline) for who, timeline in timelines.items()}


@pytest.fixture(scope="module")
def seen():
    program("radvd")
    with ThreadPoolExecutor(4) as pool:
        began = {
            "radvd": pool.submit(behind_radvd),
            "kernel first": pool.submit(with_one_secret, "kernel"),
            "simulated first": pool.submit(with_one_secret, "simulated"),
            "temporary": pool.submit(temporary_addresses),
        }
        return {name: future.result() for name, future in began.items()}


def test_a_simulated_host_configures_itself_by_radvd(seen):
    host = seen["radvd"]

    assert [len(addresses) for addresses in host["addresses"]] == [1, 1]
    assert host["routers"] == host["router"]
    assert host["on link"] == {PREFIX}
    assert host["routes"]["2001:db8:77::/48"] == 1  # high, RFC 4191 section 2.1
    assert "::/0" in host["routes"]
    assert host["dns"] == ["2001:db8:1::53"]
    assert host["mtu"] == 1480
    assert host["settings"] == (61, 20_000)


def test_a_simulated_host_pings_through_the_kernel(seen):
    assert "1 received" in seen["radvd"]["ping"]
    assert "Destination unreachable: No route" in seen["radvd"]["ping nobody"]


def test_a_simulated_host_traces_a_route_through_the_kernel(seen):
    lines = seen["radvd"]["traceroute"].splitlines()

    assert [line.split()[1] for line in lines[1:]] == ["2001:db8:1::1", "2001:db8:2::2"]


def test_a_simulated_host_learns_a_path_mtu_from_the_kernel(seen):
    assert seen["radvd"]["path mtu"] == NARROW
    assert "1 received" in seen["radvd"]["ping large"], seen["radvd"]["ping large"]


def test_a_simulated_host_takes_the_kernels_redirect(seen):
    assert seen["radvd"]["redirected"], seen["radvd"]["ping neighbor"]


def test_tshark_finds_nothing_wrong(seen):
    assert tshark.marks(tshark.pcap(seen["radvd"]["frames"])) == []


@pytest.mark.parametrize("first,second", [("kernel", "simulated"), ("simulated", "kernel")])
def test_two_nodes_with_one_secret_count_up_as_rfc_7217_says(seen, first, second):
    """And the first one's addresses are the same, whoever it is: they equal the kernel's."""
    found = seen[f"{first} first"]

    for conflicts, who in enumerate((first, second)):
        expected = {
            linux_stable_private(prefix, conflicts, SECRET)
            for prefix in ("fe80::/64", PREFIX, OFF_LINK)
        }
        assert expected & set(found[who]) >= {
            linux_stable_private("fe80::/64", conflicts, SECRET),
            linux_stable_private(PREFIX, conflicts, SECRET),
        }, found
        assert set(found[who]) <= expected


@pytest.mark.parametrize("who", ["kernel", "simulated"])
def test_temporary_addresses_live_as_long_as_they_are_told(seen, who):
    """The kernel's timer is up to a second late, and what DAD takes is not seen here."""
    first, second = seen["temporary"][who][:2]

    assert first["deprecated"] - first["made"] == pytest.approx(PREFERRED, abs=LATE)
    assert first["gone"] - first["made"] == pytest.approx(VALID, abs=LATE)
    # Not before REGEN_ADVANCE (which Linux rounds down), and there is always one to use.
    assert second["made"] - first["made"] > PREFERRED - ADVANCE - 0.5
    assert second["made"] < first["deprecated"]
