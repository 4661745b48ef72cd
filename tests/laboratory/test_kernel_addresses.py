"""The real Linux kernel against this course's address functions, in a network of its own.

One laboratory is built for the whole file: `unshare -Urn` needs no password, and nothing in it
touches this machine's network. All waiting is for Duplicate Address Detection, made short.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import netaddr
import pytest

from ipv6course.address import (
    describe,
    linux_stable_private,
    mac_of,
    modified_eui64,
    multicast_mac,
    solicited_node,
)

pytestmark = pytest.mark.xdist_group("laboratory")

SECRET = "2001:db8:5ec:2e7::1"
EUI64_PREFIX = "2001:db8:0:e640::/64"
STABLE_PREFIX = "2001:db8:0:57ab::/64"
MACS = {"plain0": "00:00:5e:00:53:01", "plain1": "00:00:5e:00:53:02"}
GROUPS = ["ff02::fb", "ff05::1:3", "ff0e::db8:0:1234:5678", "ff3e:40:2001:db8::8765:4321"]
LINK_LOCAL = [str(linux_stable_private("fe80::/64", count, SECRET)) for count in range(3)]

# Four pairs of interfaces. In each pair the first is the router's side, whose addresses are certain
# at once (no DAD); the second makes its own.
SCRIPT = r"""
import json, pathlib, socket, struct, subprocess, sys, time
given = json.load(sys.stdin)

def ip(*words):
    subprocess.run(["ip", *words], check=True)

def setting(name, value):
    pathlib.Path("/proc/sys/net/ipv6", name).write_text(str(value))

def pair(name):
    macs = [given["macs"].get(f"{name}{side}") for side in "01"]
    first, second = (["address", mac] if mac else [] for mac in macs)
    ip("link", "add", f"{name}0", *first, "type", "veth", "peer", "name", f"{name}1", *second)
    setting(f"conf/{name}0/accept_dad", 0)
    for device in (f"{name}0", f"{name}1"):
        setting(f"conf/{device}/router_solicitation_delay", 0)
        setting(f"conf/{device}/accept_ra_from_local", 1)  # both ends are on this one machine
        setting(f"neigh/{device}/retrans_time_ms", 50)  # how long DAD waits for an answer

def up(name):
    ip("link", "set", f"{name}0", "up")
    ip("link", "set", f"{name}1", "up")

def advertise(device, prefix):
    # RFC 4861 sections 4.2 and 4.6.2; the kernel fills in the checksum.
    information = struct.pack("!BBBBIII16s", 3, 4, 64, 0xC0, 3600, 3600, 0,
                              socket.inet_pton(socket.AF_INET6, prefix.partition("/")[0]))
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sender:
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        message = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 0, 0, 0) + information
        sender.sendto(message, ("ff02::1", 0, 0, socket.if_nametoindex(device)))

def addresses():
    found = {}
    for line in pathlib.Path("/proc/net/if_inet6").read_text().splitlines():
        address, _, _, _, flags, device = line.split()
        found.setdefault(device, []).append((address, int(flags, 16)))
    return found

def wait(what, ready):
    end = time.monotonic() + 8
    while not ready(addresses()):
        if time.monotonic() > end:
            sys.exit(f"waited in vain for {what}: {addresses()}")
        time.sleep(0.01)

def certain(found, device, count):
    TENTATIVE, FAILED = 0x40, 0x08
    return sum(not flags & (TENTATIVE | FAILED) for _, flags in found.get(device, [])) >= count

setting("idgen_delay", 0)  # RFC 7217 section 5: before another identifier is tried
ip("link", "set", "lo", "up")
for name in ("plain", "zero", "one", "two"):
    pair(name)
for name in ("zero", "one", "two"):
    setting(f"conf/{name}1/stable_secret", given["secret"])
for name, taken in (("one", 1), ("two", 2)):
    for address in given["link_local"][:taken]:
        ip("-6", "address", "add", f"{address}/64", "dev", f"{name}0", "nodad")
for name in ("plain", "zero", "one", "two"):
    up(name)
wait("link-local addresses", lambda found: all(certain(found, f"{name}{side}", 1)
     for name in ("plain", "zero", "one", "two") for side in "01"))
advertise("plain0", given["eui64_prefix"])
advertise("zero0", given["stable_prefix"])
wait("addresses from advertisements", lambda found: certain(found, "plain1", 2)
     and certain(found, "zero1", 2))
member = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for group in given["groups"]:
    request = socket.inet_pton(socket.AF_INET6, group)
    request += struct.pack("@I", socket.if_nametoindex("plain0"))
    member.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
json.dump({
    "addresses": addresses(),
    "groups": pathlib.Path("/proc/net/igmp6").read_text(),
    "macs": pathlib.Path("/proc/net/dev_mcast").read_text(),
}, sys.stdout)
"""


@dataclass(frozen=True)
class Laboratory:
    addresses: dict[str, list[netaddr.IPAddress]]
    """The addresses of each interface that Duplicate Address Detection let pass."""
    groups: dict[str, set[netaddr.IPAddress]]
    """The IPv6 groups that each interface has joined."""
    macs: dict[str, set[netaddr.EUI]]
    """The Ethernet addresses of IPv6 groups that each interface listens to."""


def cannot(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"On CI the laboratory must work: {why}")
    pytest.skip(why)


@pytest.fixture(scope="module")
def laboratory() -> Laboratory:
    for program in ("unshare", "ip"):
        if shutil.which(program) is None:
            cannot(f"{program} is not on the PATH")
    probe = "ip link add probe0 type veth peer name probe1"
    probed = subprocess.run(["unshare", "-Urn", "sh", "-c", probe], capture_output=True, text=True)
    if probed.returncode:
        cannot(f"this kernel gives no network of one's own: {probed.stderr.strip()}")
    given = {
        "secret": SECRET,
        "macs": MACS,
        "groups": GROUPS,
        "link_local": LINK_LOCAL,
        "eui64_prefix": EUI64_PREFIX,
        "stable_prefix": STABLE_PREFIX,
    }
    command = ["unshare", "-Urn", sys.executable, "-I", "-S", "-c", SCRIPT]
    ran = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return read(json.loads(ran.stdout))


def read(said: dict) -> Laboratory:
    failed = 0x08
    addresses = {
        device: [netaddr.IPAddress(int(hex_, 16), 6) for hex_, flags in rows if not flags & failed]
        for device, rows in said["addresses"].items()
    }
    groups: dict[str, set[netaddr.IPAddress]] = {}
    for line in said["groups"].splitlines():
        device, group = line.split()[1:3]
        groups.setdefault(device, set()).add(netaddr.IPAddress(int(group, 16), 6))
    macs: dict[str, set[netaddr.EUI]] = {}
    for line in said["macs"].splitlines():
        device, mac = line.split()[1], line.split()[4]
        if mac.startswith("3333"):
            macs.setdefault(device, set()).add(netaddr.EUI(mac))
    return Laboratory(addresses, groups, macs)


def address_in(laboratory: Laboratory, device: str, prefix: str) -> netaddr.IPAddress:
    found = [one for one in laboratory.addresses[device] if one in netaddr.IPNetwork(prefix)]
    assert len(found) == 1, laboratory.addresses
    return found[0]


@pytest.mark.parametrize("device", MACS)
def test_the_kernels_eui64_link_local_address_is_modified_eui64(laboratory, device):
    address = address_in(laboratory, device, "fe80::/64")

    assert address == modified_eui64("fe80::/64", MACS[device])
    assert mac_of(address) == netaddr.EUI(MACS[device])


def test_the_kernels_address_from_an_advertisement_is_modified_eui64(laboratory):
    address = address_in(laboratory, "plain1", EUI64_PREFIX)

    assert address == modified_eui64(EUI64_PREFIX, MACS["plain1"])


@pytest.mark.parametrize("device,counter", [("zero1", 0), ("one1", 1), ("two1", 2)])
def test_the_kernels_stable_link_local_address_counts_conflicts(laboratory, device, counter):
    address = address_in(laboratory, device, "fe80::/64")

    assert address == linux_stable_private("fe80::/64", counter, SECRET)
    assert mac_of(address) is None


def test_the_kernels_stable_address_from_an_advertisement(laboratory):
    address = address_in(laboratory, "zero1", STABLE_PREFIX)

    assert address == linux_stable_private(STABLE_PREFIX, 0, SECRET)


def test_the_kernel_joins_the_solicited_node_group_of_every_address(laboratory):
    for device, addresses in laboratory.addresses.items():
        if device == "lo":  # nobody asks for a neighbor there, and the kernel joins no group
            continue
        joined = {group for group in laboratory.groups[device] if group in SOLICITED_NODES}
        expected = {solicited_node(address) for address in addresses}
        # A group of an address that failed DAD is still there; it is one of the three.
        assert expected <= joined <= expected | {solicited_node(one) for one in LINK_LOCAL}


SOLICITED_NODES = netaddr.IPNetwork("ff02::1:ff00:0/104")


def test_the_kernel_listens_to_the_ethernet_address_of_every_group(laboratory):
    assert {netaddr.IPAddress(group) for group in GROUPS} <= laboratory.groups["plain0"]
    for device, groups in laboratory.groups.items():
        if device == "lo":  # it has no Ethernet addresses
            continue
        assert laboratory.macs[device] == {multicast_mac(group) for group in groups}


def test_describe_names_the_groups_that_every_node_joins(laboratory):
    names = {describe(group).name for group in laboratory.groups["zero1"]}

    assert names == {"All nodes", "Solicited-node"}
