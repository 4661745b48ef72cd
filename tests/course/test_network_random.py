"""Random networks with bad links: they come to rest, they are repeatable, and tshark is content.

The network is drawn by Hypothesis, so what fails is made small. `make test` sees a sample.
"""

import contextlib
import itertools
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass

import netaddr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracles import tshark

from ipv6course.network import Capture, Host, Network, Router, Switch
from ipv6course.network.interface import InterfaceAddress

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
MOST_FRAMES_A_NODE_A_MINUTE = 200
DISCARD = 9  # the port; Wireshark tries no protocol on it
SETTLED = 400  # s; RFC 4861's longest interval of advertisements is far below in the radvd.conf


@dataclass(frozen=True)
class Cable:
    """What a link is like."""

    mtu: int
    delay: float
    loss: float
    duplication: float


@dataclass(frozen=True)
class Plan:
    """A chain of routers, a switch with hosts at each, and what the hosts do."""

    seed: int
    sites: tuple[tuple[Cable, ...], ...]
    """For each router the cables of its hosts."""
    backbone: tuple[Cable, ...]
    """Between routers; one fewer than sites are used."""
    deeds: tuple[tuple[str, int, int, int], ...]
    """What, who, to whom, and how many octets."""


cables = st.builds(
    Cable,
    mtu=st.sampled_from([1280, 1281, 1400, 1500, 9000]),
    delay=st.sampled_from([1e-6, 0.001, 0.02, 0.3]),
    loss=st.sampled_from([0.0, 0.0, 0.1, 0.4, 0.9]),
    duplication=st.sampled_from([0.0, 0.0, 0.2]),
)
plans = st.builds(
    Plan,
    seed=st.integers(0, 2**32),
    sites=st.lists(st.lists(cables, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(
        tuple
    ),
    backbone=st.lists(cables, min_size=2, max_size=2).map(tuple),
    deeds=st.lists(
        st.tuples(
            st.sampled_from(["ping", "traceroute", "udp", "tcp"]),
            st.integers(0, 8),
            st.integers(0, 8),
            st.sampled_from([0, 1, 56, 1231, 1232, 1233, 2000, 9000]),
        ),
        max_size=4,
    ).map(tuple),
)


@dataclass(frozen=True)
class Built:
    network: Network
    hosts: list[Host]
    capture: Capture


def build(plan: Plan, first: int) -> Built:
    """Build what a plan says: site n has the prefix 2001:db8:n::/64; RIPng joins the sites."""
    network = Network(seed=plan.seed)
    routers = [network.add(Router(f"r{number}")) for number in range(len(plan.sites))]
    hosts: list[Host] = []
    for number, (router, site) in enumerate(zip(routers, plan.sites, strict=True), first):
        switch = network.add(Switch(f"s{number}"))
        mtu = site[0].mtu  # one for the whole site: all nodes of a link agree on it
        network.connect(router, switch, mtu=mtu)
        for cable in site:
            host = network.add(Host(f"h{len(hosts)}"))
            network.connect(host, switch, **asdict(cable) | {"mtu": mtu})
            host.tcp.listen(80, lambda request: request[:3000])
            hosts.append(host)
        address = netaddr.IPAddress(f"2001:db8:{number:x}::1").packed
        router.assign(router.interface("eth0"), InterfaceAddress(address, 64))
        router.configure(radvd=radvd(number, mtu))
    for left, right, cable in zip(routers, routers[1:], plan.backbone, strict=False):
        network.connect(left, right, **asdict(cable))
    for router in routers:
        router.ripng.start(list(router.interfaces.values()))
    return Built(network, hosts, network.capture())


def radvd(number: int, mtu: int) -> str:
    """Return a router's radvd.conf; short intervals, so that what was lost is said again soon."""
    return (
        "interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 10; "
        f"AdvLinkMTU {max(mtu, 1280)}; prefix 2001:db8:{number:x}::/64 {{ }}; }};"
    )


def run(plan: Plan, first: int = 0) -> Built:
    """Build a plan's network, and let its hosts do what it says. Every call ends by itself.

    Args:
        plan: What to build.
        first: The number of its first site.
    """
    built = build(plan, first)
    built.network.run(20)
    for deed, *who, octets in plan.deeds:
        one, other = (built.hosts[number % len(built.hosts)] for number in who)
        DEEDS[deed](one, other, octets)
        built.network.run(3)
    return built


def _ping(one: Host, other: Host, octets: int) -> None:
    one.ping(address_of(other), count=2, size=octets)


def _traceroute(one: Host, other: Host, octets: int) -> None:
    one.traceroute(address_of(other))


def _udp(one: Host, other: Host, octets: int) -> None:
    one.udp.open().send(bytes(octets), address_of(other), DISCARD)


def _tcp(one: Host, other: Host, octets: int) -> None:
    with contextlib.suppress(OSError):
        one.tcp.request(address_of(other), 80, bytes(octets), 30)


DEEDS: dict[str, Callable[[Host, Host, int], None]] = {
    "ping": _ping,
    "traceroute": _traceroute,
    "udp": _udp,
    "tcp": _tcp,
}


def address_of(host: Host) -> str:
    """Return a host's global address; where it has none yet, one that nobody has."""
    for address in host.interface("eth0").addresses.values():
        if address.is_assigned and address.ip in netaddr.IPNetwork("2001:db8::/32"):
            return str(address.ip)
    return "2001:db8:0:0:dead::"


def repair(built: Built) -> None:
    """Make every link of a network as good as new."""
    for link in built.network.links:
        link.loss = link.duplication = 0.0


SAMPLE = settings(
    max_examples=400 if PROVE else 12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=not PROVE,
)


@SAMPLE
@given(plans)
def test_the_same_seed_gives_the_same_capture(plan):
    first, second = (run(plan).capture.pcap() for _time in range(2))

    assert first == second


@SAMPLE
@given(plans)
def test_a_network_whose_links_are_repaired_works_again(plan):
    built = run(plan)
    repair(built)
    built.network.run(SETTLED)

    for host in built.hosts:
        assert address_of(host) != "2001:db8:0:0:dead::", host
    for one, other in itertools.pairwise(built.hosts):
        result = one.ping(address_of(other), count=3)
        assert result.received >= 1, (one, other, str(result))


@SAMPLE
@given(plans)
def test_a_network_at_rest_is_quiet(plan):
    built = run(plan)
    repair(built)
    built.network.run(SETTLED)
    capture = built.network.capture()
    built.network.run(60)

    assert len(capture) < MOST_FRAMES_A_NODE_A_MINUTE * len(built.network.devices)


@settings(SAMPLE, max_examples=40 if PROVE else 3)
@given(st.lists(plans, min_size=1, max_size=10))
def test_tshark_finds_nothing_wrong(several):
    frames: list[bytes] = []
    plan_of: list[Plan] = []
    for number, plan in enumerate(several):
        # Prefixes of its own, so that tshark does not mix up the fragments of several networks.
        captured = [frame.data for frame in run(plan, 16 * number).capture]
        frames += captured
        plan_of += [plan] * len(captured)
    marks = tshark.marks(tshark.pcap(frames))
    assert marks == [], (plan_of[marks[0].frame], frames[marks[0].frame].hex())
