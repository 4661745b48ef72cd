"""The real `ip` of iproute2 against this course's, command by command, on the same state.

Both get the same commands, from the first to the last. What both print, the refusals and the exit
codes too, is compared as text, and as JSON where it is asked for.

Listed differences, and why:

* The interface of a virtual Ethernet pair has its peer in its name (`eth0@if10`) and says
  `link-netnsid`; an Ethernet card has neither, nor has this room. Taken out before the comparison.
* The kernel's neighbor cache has no order that means anything: those lines are compared sorted.
* `maddr`: the kernel counts users of a group, and joins groups of interface-local scope (ff01::1,
  ff01::2) and ff05::2 by itself. This room does not list what never reaches a link. The groups of
  the kernel must hold ours.
* Where RFC 6724 decides nothing between two source addresses, the kernel takes the newest, this
  room the oldest. Such cases are not asked for.
* The kernel lets the route of a prefix expire with the last address that has lifetimes; here the
  route stays while there is an address. Not asked for.
* An interface whose MTU was below 1280 octets, which is no link for IPv6 (RFC 8200 section 5), has
  the settings of `net.ipv6.conf.default` when it comes back; here its own. In the script both are
  the same.
* A refusal of this room goes on, in parentheses, with what would be right.
"""

import json
import re
import subprocess

import pytest
from oracles import cannot, program

from ipv6course.network import Network, Router, Switch
from ipv6course.network.iproute2 import IpError

pytestmark = pytest.mark.xdist_group("laboratory")

MACS = {"eth0": "00:00:5e:00:53:01", "eth1": "00:00:5e:00:53:02"}
LINK_LOCAL = {"eth0": "fe80::200:5eff:fe00:5301", "eth1": "fe80::200:5eff:fe00:5302"}

# Each line is done by both. What is shown is compared; so are refusals.
COMMANDS = """
-6 addr add fe80::200:5eff:fe00:5301/64 dev eth0
-6 addr add fe80::200:5eff:fe00:5302/64 dev eth1
-6 addr add 2001:db8:1::1/64 dev eth0
-6 addr add 2001:db8:2::1/64 dev eth1
addr add 2001:db8:2::5/128 dev eth1
-6 addr add 2001:db8:2::6/64 dev eth1 valid_lft 3600 preferred_lft 1000
sleep
-6 addr
-6 addr show dev eth1
-6 a s dev eth0
addr show dev eth1
-6 addr show scope link
-6 addr show to 2001:db8:2::/48
-br -6 addr
-o -6 addr
-j -6 addr
-j addr show dev eth0
-6 route add default via 2001:db8:1::fe
-6 route add 2001:db8:5::/48 via fe80::7 dev eth0 metric 5
-6 route add 2001:db8:6::/48 via 2001:db8:1::7
-6 route add 2001:db8:6:1::/64 via 2001:db8:2::7 proto static
-6 route add blackhole 2001:db8:7::/48
-6 route add unreachable 2001:db8:8::/48
-6 route add 2001:db8:9::/48 dev eth1
-6 route add 2001:db8:a::1 via fe80::9 dev eth1 proto ra pref high
-6 route add 2001:db8:b::1:2/64 via fe80::9 dev eth1 pref low
-6 route
-6 r
-6 route show dev eth1
-6 route show via fe80::9
-6 route show default
-6 route show 2001:db8:5::/48
-6 route show proto static
-j -6 route
-6 route get 2001:db8:5::1
-6 route get 2001:db8:1::9
-6 route get 2001:db8:1::1
-6 route get 2001:db8:7::1
-6 route get 2001:db8:8::1
-j -6 route get 2001:db8:5::1
-6 neigh add 2001:db8:1::9 lladdr 00:00:5e:00:53:09 dev eth0
-6 neigh add 2001:db8:2::8 lladdr 00:00:5e:00:53:08 dev eth1 nud stale
-6 neigh
-6 neigh show dev eth0
-j -6 neigh
link show dev eth0
link show eth1
-br link show dev eth0
-j link show dev eth0
addr add 2001:db8:1::1/64 dev eth0
addr del 2001:db8:1::3/64 dev eth0
addr del 2001:db8:1::1/48 dev eth0
addr add zz dev eth0
addr add 2001:db8:1::1/129 dev eth0
addr add 2001:db8:1::1/64 dev eth9
addr add 2001:db8:1::1/64
-6 addr add ff02::5/64 dev eth0
link show dev eth9
-6 route show dev eth9
-6 route add default via 2001:db8:99::1
-6 route add default via 2001:db8:1::fe
-6 route del 2001:db8:77::/48
-6 route add 2001:db8:78::/48 via fe80::1
-6 route add 2001:db8:78::/48
-6 route change 2001:db8:78::/48 via fe80::1 dev eth0
-6 route add 2001:db8:79::/48 via 2001:db8:1::1
-6 neigh del 2001:db8:1::77 dev eth0
-6 neigh add 2001:db8:1::9 lladdr 00:00:5e:00:53:0a dev eth0
link set eth0 mtu 1000000
link set eth0 mtu 60
foo
-6 addr foo
-6 route replace 2001:db8:5::/48 via fe80::8 dev eth0 metric 5
-6 route replace default via 2001:db8:1::fd
-6 route del 2001:db8:6::/48
-6 route del blackhole 2001:db8:7::/48
-6 route show
-6 neigh del 2001:db8:1::9 dev eth0
-6 neigh flush dev eth1
-6 neigh
addr del 2001:db8:2::6/64 dev eth1
addr del 2001:db8:2::1/64 dev eth1
addr del 2001:db8:1::1/64 dev eth0
-6 addr show scope global
-6 route
link set eth0 mtu 1400
link show dev eth0
link set eth1 down
-6 addr
-6 route
link show dev eth1
-6 addr add 2001:db8:3::1/64 dev eth1
-6 route add 2001:db8:c::/48 dev eth1
-6 route add 2001:db8:c::/48 via fe80::7 dev eth1
-6 route add 2001:db8:c::/48 via 2001:db8:3::7
-6 route
link set eth1 up
sleep
-6 addr show dev eth1
-6 route
-6 route add 2001:db8:c::/48 via 2001:db8:3::7
addr del 2001:db8:3::1/64 dev eth1
-6 route
-6 route get 2001:db8:c::1
-6 addr add 2001:db8:3::1/64 dev eth1
-6 neigh add 2001:db8:3::9 lladdr 00:00:5e:00:53:09 dev eth1
link set eth1 mtu 1279
-6 addr
-6 route
-6 neigh
link show dev eth1
-6 addr add 2001:db8:3::2/64 dev eth1
-6 route add 2001:db8:c::/48 dev eth1
-6 route add 2001:db8:c::/48 via fe80::7 dev eth1
-6 neigh add 2001:db8:3::9 lladdr 00:00:5e:00:53:09 dev eth1
link set eth1 down
link set eth1 up
-6 addr
link set eth1 mtu 1280
-6 addr add 2001:db8:3::2/64 dev eth1
sleep
-6 addr
-6 route
""".strip().splitlines()

# The kernel's part: it gets the commands on its standard input and answers in JSON.
SCRIPT = r"""
import json, pathlib, subprocess, sys, time
given = json.load(sys.stdin)

def ip(*words):
    subprocess.run(["ip", *words], check=True)

for setting in ("accept_dad", "accept_ra", "dad_transmits"):  # what eth1 has when it comes back
    pathlib.Path(f"/proc/sys/net/ipv6/conf/default/{setting}").write_text("0")
pathlib.Path("/proc/sys/net/ipv6/conf/default/addr_gen_mode").write_text("1")  # none
far = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo ready; exec cat"],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
far.stdout.readline()
ip("link", "set", "lo", "up")
for number, (name, mac) in enumerate(given["macs"].items()):
    peer = f"p{number}"
    ip("link", "add", name, "index", str(2 + number), "address", mac, "type", "veth",
       "peer", "name", peer, "index", str(10 + number))
    ip("link", "set", peer, "netns", str(far.pid))
    for words in (("addrgenmode", "none"), ("up",)):  # it says nothing: nobody learns of it
        subprocess.run(["nsenter", f"--net=/proc/{far.pid}/ns/net",
                        "ip", "link", "set", peer, *words], check=True)
    for setting in ("dad_transmits", "accept_dad", "accept_ra"):
        pathlib.Path(f"/proc/sys/net/ipv6/conf/{name}/{setting}").write_text("0")
    ip("link", "set", name, "addrgenmode", "none")
    ip("link", "set", name, "up")
pathlib.Path("/proc/sys/net/ipv6/conf/all/forwarding").write_text("1")
answers = []
for command in given["commands"]:
    if command == "sleep":
        time.sleep(0.3)  # until detection, which is off, has found that out
        answers.append([0, "", ""])
        continue
    done = subprocess.run(["ip", *command.split()], capture_output=True, text=True)
    answers.append([done.returncode, done.stdout, done.stderr])
groups = json.loads(subprocess.run(["ip", "-j", "-6", "maddr"], capture_output=True).stdout)
far.kill()
json.dump({"answers": answers, "groups": groups}, sys.stdout)
"""


@pytest.fixture(scope="module")
def kernel():
    program("ip")
    given = json.dumps({"macs": MACS, "commands": COMMANDS})
    command = [program("unshare"), "-Urnm", program("python3"), "-c", SCRIPT]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)
    if done.returncode:
        cannot(f"this kernel gives no network of one's own: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def node():
    network = Network()
    router = network.add(Router("r1"))
    for mac in MACS.values():
        far = network.add(Switch(f"far{mac[-1]}"))
        near = network.connect(router, far).ends[0]
        near.mac = bytes.fromhex(mac.replace(":", ""))
        near.settings.dad_transmits = 0
        near.settings.addr_gen_mode = "none"
    network.run(1)
    return router


@pytest.fixture(scope="module")
def answers(node):
    found = []
    for command in COMMANDS:
        if command == "sleep":
            node.world.run(1)
            found.append([0, "", ""])
            continue
        try:
            found.append([0, node.ip(command), ""])
        except IpError as why:
            found.append([why.code, "", why.said])
    return found


def normal(command, text):
    """Return what a command printed, without the listed differences."""
    text = re.sub(r"@\w+", "", text).replace(" link-netnsid 0", "")
    # Time passes in the kernel between two commands.
    text = re.sub(r"\b(35[89]\d|3600|99\d|1000)sec", "SOMEsec", text)
    text = re.sub(r"(?<=life_time\":)(35[89]\d|99\d|1000)\b", "0", text)
    # `-br` leaves as much room as the longer name needs.
    text = re.sub(r"^(\w+) +", r"\1 ", text, flags=re.MULTILINE) if "-br" in command else text
    if " neigh" in command and "-j" not in command:
        text = "".join(sorted(text.splitlines(keepends=True)))
    return text


def rows(text):
    found = json.loads(text)
    for row in found:
        for key in ("link", "link_index", "link_netnsid"):
            row.pop(key, None)
        for address in row.get("addr_info", []):
            for key in ("valid_life_time", "preferred_life_time"):
                address[key] = address[key] if address[key] == 0xFFFFFFFF else "some"
    return sorted(found, key=str)


@pytest.mark.parametrize("number", range(len(COMMANDS)), ids=COMMANDS)
def test_a_command_prints_what_iproute2_prints(number, kernel, answers):
    command = COMMANDS[number]
    code, printed, refused = kernel["answers"][number]
    our_code, ours, our_refusal = answers[number]
    assert our_refusal == refused.strip().removesuffix("\nDevice does not exist.")
    assert our_code == code
    if "-j" in command.split():
        assert rows(ours) == rows(printed)
        assert [list(row) for row in rows(ours)] == [list(row) for row in rows(printed)]
    else:
        assert normal(command, ours) == normal(command, printed)


def test_the_groups_of_an_address_are_the_kernels(node, kernel):
    ours = {row["ifname"]: row["maddr"] for row in json.loads(node.ip("-j -6 maddr"))}
    for row in kernel["groups"]:
        theirs = {group["address"] for group in row["maddr"]}
        assert {group["address"] for group in ours[row["ifname"]]} <= theirs
