"""RIPng opposite BIRD, a real router daemon: each learns the other's networks, and what is gone.

BIRD 2 speaks RIPng in the kernel's network namespace; the simulated routers stand behind a packet
socket. Updates come each 30 seconds (BIRD is asked for each 2 seconds, this room is what the RFC
says), so the test takes about ten seconds.
"""

import subprocess
import tempfile
from pathlib import Path

import netaddr
import pytest
from inside import inside
from oracles import program, tshark
from real_time import RealTimeNetwork

from ipv6course.network import Router

pytestmark = [pytest.mark.xdist_group("laboratory"), pytest.mark.prove]

BIRD = """
router id 192.0.2.1;
log stderr all;
protocol device { scan time 1; }
protocol static { ipv6; route 2001:db8:b1::/48 blackhole; route 2001:db8:b2::/56 blackhole; }
protocol kernel { ipv6 { export where source = RTS_RIP; }; }
protocol rip ng {
  ipv6 { import all; export all; };
  interface "k0" { update time 2; timeout time 20; garbage time 10; };
}
"""


def learned(router):
    return {
        str(route.network): route.metric - 120 for route in router.routes if route.origin == "ripng"
    }


@inside(seconds=60)
def bird_and_routers():
    network = RealTimeNetwork()
    near, far = network.add(Router("near")), network.add(Router("far"))
    network.connect_kernel(near, "k0", accept_dad=0, accept_ra=0)
    network.connect(near, far)
    for router, number in ((near, 1), (far, 2)):
        for interface in router.interfaces.values():
            interface.settings.dad_transmits = 0
        lan = router.add_interface(network.new_mac(), "lan0")
        lan.settings.dad_transmits = 0
        router.ip(f"addr add 2001:db8:{number}::1/64 dev lan0")
        router.ripng.start([end for end in router.interfaces.values() if end.link])
    capture = network.capture(near)
    network.up("k0")
    folder = Path(tempfile.mkdtemp())
    (folder / "bird.conf").write_text(BIRD)
    socket = str(folder / "bird.ctl")
    network.start([program("bird"), "-f", "-c", str(folder / "bird.conf"), "-s", socket])

    def bird(*words):
        command = [program("birdc"), "-s", socket, *words]
        return subprocess.run(command, capture_output=True, text=True).stdout

    network.run_until(lambda: len(learned(far)) >= 3, 25)
    network.run_until(lambda: "2001:db8:2::/64" in bird("show", "route", "protocol", "rip1"), 20)
    seen = {
        "near": learned(near),
        "far": learned(far),
        "bird": bird("show", "route", "all", "protocol", "rip1"),
        "kernel": {row["dst"]: row.get("gateway") for row in network.ip("-6", "route")},
        "link_local": str(
            netaddr.IPAddress(int.from_bytes(near.interface("eth0").link_local, "big"))
        ),
    }
    far.ip("link set lan0 down")
    network.run_until(lambda: "2001:db8:2::/64" not in bird("show", "route"), 15)
    seen["gone"] = bird("show", "route")
    seen["frames"] = [(frame.time, frame.data) for frame in capture]
    return seen


@pytest.fixture(scope="module")
def seen():
    program("bird")
    return bird_and_routers()


def test_simulated_routers_learn_what_bird_tells(seen):
    assert seen["near"] == {"2001:db8:2::/64": 2, "2001:db8:b1::/48": 2, "2001:db8:b2::/56": 2}
    assert seen["far"] == {"2001:db8:1::/64": 2, "2001:db8:b1::/48": 3, "2001:db8:b2::/56": 3}


def test_bird_learns_what_simulated_routers_tell(seen):
    for prefix in ("2001:db8:1::/64", "2001:db8:2::/64"):
        assert prefix in seen["bird"]
        assert seen["kernel"][prefix] == seen["link_local"]


def test_bird_hears_at_once_that_a_network_is_gone(seen):
    assert "2001:db8:1::/64" in seen["gone"]
    assert "2001:db8:2::/64" not in seen["gone"]


def test_what_both_said_is_without_a_mark(seen):
    pcap = tshark.pcap(seen["frames"])
    assert tshark.marks(pcap) == []
