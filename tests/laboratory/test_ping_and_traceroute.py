"""ping and traceroute print here what the real programs print in a network of Linux namespaces.

The network is that of `tests/course/test_network_ping.py`: h, two routers with a link of 1400
octets between them, s. Times are masked, and what is made of MAC addresses. Both sides begin with
empty caches and are asked the same, in the same order.

Where the kernel differs, and why it may:

* Its `ping ff02::1` hears itself, for it loops its own packets to a group back; here it doesn't.
* Its limit of errors is for each peer, and one a second; RFC 4443 section 2.4 (f) leaves the
  limit open. It is turned off there for this test.
* traceroute sends 16 probes at once; here it is 3, for which the real one has `-N 3`.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from inside import inside
from oracles import program

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "course"))

LINKS = (("h", "eth0", "r1", "eth0"), ("r1", "eth1", "r2", "eth0"), ("r2", "eth1", "s", "eth0"))
ROUTES = (
    ("h", "default", "via", "2001:db8:1::1"),
    ("r1", "2001:db8:3::/64", "via", "2001:db8:2::2"),
    ("r1", "blackhole", "2001:db8:7::/64"),
    ("r2", "2001:db8:1::/64", "via", "2001:db8:2::1"),
    ("s", "default", "via", "2001:db8:3::1"),
)
ADDRESSES = (
    ("h", "eth0", "2001:db8:1::10"),
    ("r1", "eth0", "2001:db8:1::1"),
    ("r1", "eth1", "2001:db8:2::1"),
    ("r2", "eth0", "2001:db8:2::2"),
    ("r2", "eth1", "2001:db8:3::1"),
    ("s", "eth0", "2001:db8:3::10"),
)
SETTINGS = (
    "net.ipv6.conf.all.forwarding=1",
    "net.ipv6.conf.all.accept_dad=0",
    "net.ipv6.conf.default.accept_dad=0",
    "net.ipv6.icmp.ratelimit=0",
)

# What is asked of both: the command, and the same as a call.
ASKED = [
    ("ping -c 3 -i 0.2 2001:db8:3::10", {"count": 3, "interval": 0.2}),
    ("ping -c 1 -s 0 2001:db8:3::10", {"count": 1, "size": 0}),
    ("ping -c 1 -s 15 2001:db8:3::10", {"count": 1, "size": 15}),
    ("ping -c 1 -I 2001:db8:1::10 2001:db8:3::10", {"count": 1, "source": "2001:db8:1::10"}),
    ("ping -c 1 -I eth0 2001:db8:3::10", {"count": 1, "interface": "eth0"}),
    (
        "ping -c 2 -i 0.2 -W 1 -s 1450 2001:db8:3::10",
        {"count": 2, "interval": 0.2, "wait": 1.0, "size": 1450},
    ),
    ("ping -c 2 -i 0.2 -s 1450 2001:db8:3::10", {"count": 2, "interval": 0.2, "size": 1450}),
    ("ping -c 2 -i 0.2 -s 5000 2001:db8:3::10", {"count": 2, "interval": 0.2, "size": 5000}),
    (
        "ping -M do -c 2 -i 0.2 -s 1400 2001:db8:3::10",
        {"count": 2, "interval": 0.2, "size": 1400, "fragment": False},
    ),
    ("ping -M do -c 1 -s 1352 2001:db8:3::10", {"count": 1, "size": 1352, "fragment": False}),
]
# These leave nothing behind that another one sees: the real ones run at the same time.
ASKED_TOGETHER = [
    ("ping -c 2 -i 0.2 -t 1 2001:db8:3::10", {"count": 2, "interval": 0.2, "hop_limit": 1}),
    ("ping -c 1 -t 2 2001:db8:3::10", {"count": 1, "hop_limit": 2}),
    ("ping -c 2 -i 0.2 2001:db8:f::1", {"count": 2, "interval": 0.2}),
    ("ping -c 2 -i 0.2 -W 1 2001:db8:7::1", {"count": 2, "interval": 0.2, "wait": 1.0}),
    ("ping -c 2 -i 1.1 2001:db8:3::99", {"count": 2, "interval": 1.1}),
    ("ping -c 1 2001:db8:1::99", {"count": 1}),
    ("ping -c 2 -i 0.2 ::1", {"count": 2, "interval": 0.2}),
    ("ping -c 1 2001:db8:1::10", {"count": 1}),
    ("ping -c 1 ff02::2%eth0", {"count": 1}),
    ("traceroute -6 2001:db8:3::10", {}),
    ("traceroute -6 -n 2001:db8:3::10", {"numeric": True}),
    ("traceroute -6 -I -n 2001:db8:3::10", {"numeric": True, "method": "icmp"}),
    ("traceroute -6 -n -q 1 -m 2 2001:db8:3::10", {"numeric": True, "queries": 1, "max_hops": 2}),
    ("traceroute -6 -n 2001:db8:f::1", {"numeric": True}),
    ("traceroute -6 -n 2001:db8:3::98", {"numeric": True}),
    ("traceroute -6 -n -w 0.3 -m 2 2001:db8:7::1", {"numeric": True, "wait": 0.3, "max_hops": 2}),
    ("traceroute -6 -n 2001:db8:1::10", {"numeric": True}),
]
# After the default route is gone.
ASKED_WITHOUT_ROUTE = [
    ("ping -c 1 2001:db8:3::10", {"count": 1}),
    ("traceroute -6 2001:db8:3::10", {}),
]


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def must(command):
    done = run(*shlex.split(command))
    assert done.returncode == 0, f"{command}: {done.stderr}"


@inside(seconds=90)
def real_programs():
    for node in NODES:
        must(f"ip netns add {node}")
        must(f"ip -n {node} link set lo up")
        for setting in SETTINGS[0 if node.startswith("r") else 1 :]:
            must(f"ip netns exec {node} sysctl -qw {setting}")
    for a, here, b, there in LINKS:
        must(f"ip link add {here} netns {a} type veth peer name {there} netns {b}")
    for node, interface, address in ADDRESSES:
        must(f"ip -n {node} addr add {address}/64 dev {interface} nodad")
        mtu = 1400 if address.startswith("2001:db8:2:") else 1500
        must(f"ip netns exec {node} sysctl -qw net.ipv6.conf.{interface}.dad_transmits=0")
        must(f"ip -n {node} link set {interface} mtu {mtu} up")
    for node, *route in ROUTES:
        must(f"ip -n {node} route add {' '.join(route)}")
    must("ip netns exec h ping -c 1 -W 5 2001:db8:3::10")
    said = [said_by(command) for command, _ in ASKED]
    together = [start(command) for command, _ in ASKED_TOGETHER]
    said += [one.communicate(timeout=20)[0] for one in together]
    must("ip -n h -6 route del default")
    return said, [said_by(command) for command, _ in ASKED_WITHOUT_ROUTE]


NODES = ("h", "r1", "r2", "s")


def start(command):
    """Start a program; its lines come as it writes them, errors among them."""
    words = ["ip", "netns", "exec", "h", "stdbuf", "-oL", *shlex.split(command)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def said_by(command):
    return start(command).communicate(timeout=20)[0]


@pytest.fixture(scope="module")
def real():
    program("ping")
    program("traceroute")
    return real_programs()


@pytest.fixture(scope="module")
def simulated():
    from test_network_ping import line_of_routers

    from ipv6course.network.surface import packed

    network, h = line_of_routers()
    assert h.ping("2001:db8:3::10", count=1).received == 1
    said = []
    for command, options in (*ASKED, *ASKED_TOGETHER):
        said.append(str(ask(h, command, options)))
        network.run(1)  # starting a program takes time, too
    h.routes.remove(h.routes.lookup(packed("2001:db8:3::10")))
    return said, [str(ask(h, command, options)) for command, options in ASKED_WITHOUT_ROUTE]


def ask(host, command, options):
    words = command.split()
    return getattr(host, words[0])(words[-1], **options)


def masked(text):
    text = re.sub(r"time=[\d.]+ ms", "time=T ms", text)
    text = re.sub(r"time \d+ms", "time Tms", text)
    text = re.sub(r"= [\d.]+/[\d.]+/[\d.]+/[\d.]+ ms", "= T ms", text)
    text = re.sub(r"  [\d.]+ ms", "  T ms", text)
    text = re.sub(r"fe80::[0-9a-f:]+", "fe80::LL", text)
    return text.strip()


COMMANDS = [command for command, _ in (*ASKED, *ASKED_TOGETHER)]


@pytest.mark.parametrize("number", range(len(COMMANDS)), ids=COMMANDS)
def test_the_same_question_has_the_same_answer(real, simulated, number):
    assert masked(simulated[0][number]) == masked(real[0][number])


@pytest.mark.parametrize("number", range(2), ids=["ping", "traceroute"])
def test_without_a_route_both_say_the_same(real, simulated, number):
    assert masked(simulated[1][number]) == masked(real[1][number])
