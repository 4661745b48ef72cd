"""Traps: the source of address resolution, its option, the hop limit, which group, which MAC."""

# %% right: with scapy's own words for group and MAC
from scapy.utils6 import in6_getnsma, in6_getnsmac
import socket


def question(address, mac):
    packed = IPAddress(address).packed
    group = in6_getnsma(packed)
    return bytes(
        Ether(src=mac, dst=in6_getnsmac(group), type=0x86DD)
        / IPv6(
            src="::",
            dst=str(IPAddress(int.from_bytes(group, "big"), 6)),
            hlim=255,
        )
        / ICMPv6ND_NS(tgt=address)
    )


# %% right: byte by byte
import struct


def question(address, mac):
    target = IPAddress(address).packed
    group = IPAddress("ff02::1:ff00:0").packed[:13] + target[13:]
    message = struct.pack("!BBHI", 135, 0, 0, 0) + target
    pseudo = bytes(16) + group + struct.pack("!II", len(message), 58)
    words = struct.unpack(f"!{len(pseudo + message) // 2}H", pseudo + message)
    total = sum(words)
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    message = message[:2] + struct.pack("!H", ~total & 0xFFFF) + message[4:]
    header = struct.pack("!IHBB", 6 << 28, len(message), 58, 255)
    return (
        b"\x33\x33"
        + group[12:]
        + bytes.fromhex(mac.replace(":", ""))
        + b"\x86\xdd"
        + header
        + bytes(16)
        + group
        + message
    )


# %% wrong: address resolution, with a source and the MAC address
# points=[0, 0] hint="slaac-source-unspecified" met="visible"
from scapy.layers.inet6 import ICMPv6NDOptSrcLLAddr


def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    to = EUI(0x3333FF000000 | tail, 48, dialect=mac_unix_expanded)
    return bytes(
        Ether(src=mac, dst=str(to))
        / IPv6(src="fe80::200:5eff:fe00:5307", dst=str(group), hlim=255)
        / ICMPv6ND_NS(tgt=address)
        / ICMPv6NDOptSrcLLAddr(lladdr=mac)
    )


# %% wrong: sent from the tested address
# points=[0, 0] hint="slaac-source-unspecified" met="visible"
def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    to = EUI(0x3333FF000000 | tail, 48, dialect=mac_unix_expanded)
    return bytes(
        Ether(src=mac, dst=str(to))
        / IPv6(src=address, dst=str(group), hlim=255)
        / ICMPv6ND_NS(tgt=address)
    )


# %% wrong: from "::", but with the MAC address as always
# points=[0, 0] hint="slaac-no-link-layer" met="visible"
from scapy.layers.inet6 import ICMPv6NDOptSrcLLAddr


def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    to = EUI(0x3333FF000000 | tail, 48, dialect=mac_unix_expanded)
    return bytes(
        Ether(src=mac, dst=str(to))
        / IPv6(src="::", dst=str(group), hlim=255)
        / ICMPv6ND_NS(tgt=address)
        / ICMPv6NDOptSrcLLAddr(lladdr=mac)
    )


# %% wrong: the hop limit of ordinary packets
# points=[0, 0] hint="slaac-hop-limit" met="visible"
def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    to = EUI(0x3333FF000000 | tail, 48, dialect=mac_unix_expanded)
    return bytes(
        Ether(src=mac, dst=str(to))
        / IPv6(src="::", dst=str(group), hlim=64)
        / ICMPv6ND_NS(tgt=address)
    )


# %% wrong: asks all nodes
# points=[0, 0] hint="slaac-group" met="visible"
def question(address, mac):
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01")
        / IPv6(src="::", dst="ff02::1", hlim=255)
        / ICMPv6ND_NS(tgt=address)
    )


# %% wrong: asks the tested address itself
# points=[0, 0] hint="slaac-group" met="visible"
def question(address, mac):
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01")
        / IPv6(src="::", dst=address, hlim=255)
        / ICMPv6ND_NS(tgt=address)
    )


# %% wrong: a group of the last 16 bits
# points=[2, 0] hint="slaac-not-defended" met="visible"
def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    to = EUI(0x3333FF000000 | tail, 48, dialect=mac_unix_expanded)
    return bytes(
        Ether(src=mac, dst=str(to))
        / IPv6(src="::", dst=str(group), hlim=255)
        / ICMPv6ND_NS(tgt=address)
    )


# %% wrong: a broadcast on Ethernet, as ARP does
# points=[0, 0] hint="slaac-group-mac" met="visible"
def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    return bytes(
        Ether(src=mac, dst="ff:ff:ff:ff:ff:ff")
        / IPv6(src="::", dst=str(group), hlim=255)
        / ICMPv6ND_NS(tgt=address)
    )


# %% wrong: the right group, and the MAC address of all nodes
# points=[2, 0] hint="slaac-group-mac" met="visible"
def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01")
        / IPv6(src="::", dst=str(group), hlim=255)
        / ICMPv6ND_NS(tgt=address)
    )


# %% wrong: the group is the target
# points=[0, 0] hint="slaac-target" met="visible"
def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    to = EUI(0x3333FF000000 | tail, 48, dialect=mac_unix_expanded)
    return bytes(
        Ether(src=mac, dst=str(to))
        / IPv6(src="::", dst=str(group), hlim=255)
        / ICMPv6ND_NS(tgt=str(group))
    )


# %% wrong: the packet without its frame
# points=[0, 0] hint="slaac-whole-frame" met="visible"
def question(address, mac):
    tail = int(IPAddress(address)) & 0xFFFFFF
    group = IPAddress(int(IPAddress("ff02::1:ff00:0")) | tail, 6)
    return bytes(IPv6(src="::", dst=str(group), hlim=255) / ICMPv6ND_NS(tgt=address))


# %% wrong: lets a simulated host send it
# points=[0, 0] hint="withheld" met="visible"
from ipv6course.network import Network


def question(address, mac):
    lan = Network.from_yaml(
        "nodes:\n  a:\n    kind: host\n    interfaces:\n      eth0: "
        f'{{mac: "{mac}", addresses: ["{address}/64"]}}\n'
        "  b: {kind: host}\nlinks:\n  - ends: [a:eth0, b]\n"
    )
    seen = lan.capture()
    lan.run(5)
    return seen.filter("ns and from a")[0].data
