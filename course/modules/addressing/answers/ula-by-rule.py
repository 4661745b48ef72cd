"""Traps: judging by the look, the wrong 40 bits, the order in the key, L, the length, texts."""

# %% right: as one number
import hashlib

import netaddr


def made_by_rule(prefix, time, eui64):
    digest = int(hashlib.sha1(time.to_bytes(8, "big") + eui64).hexdigest(), 16)
    number = (0xFD << 120) | (digest % 2**40 << 80)
    return netaddr.IPNetwork((number, 48), version=6) == netaddr.IPNetwork(prefix)


# %% right: as text, brought to one form
import hashlib
import ipaddress


def made_by_rule(prefix, time, eui64):
    digits = "fd" + hashlib.sha1(time.to_bytes(8, "big") + eui64).hexdigest()[-10:]
    made = f"{digits[:4]}:{digits[4:8]}:{digits[8:]}::/48"
    return ipaddress.ip_network(prefix) == ipaddress.ip_network(made)


# %% wrong: everything in fd00::/8 is fine
# points=[0, 0] hint="ula-easy-number" met="visible"
import netaddr


def made_by_rule(prefix, time, eui64):
    return netaddr.IPNetwork(prefix) in netaddr.IPNetwork("fd00::/8")


# %% wrong: judged by the look
# points=[0, 0] hint="ula-looks-random" met="visible"
import netaddr


def made_by_rule(prefix, time, eui64):
    network = netaddr.IPNetwork(prefix)
    global_id = network.first >> 80 & 0xFFFFFFFFFF
    return network.first >> 120 == 0xFD and len(set(f"{global_id:010x}")) > 2


# %% wrong: the first 40 bits
# points=[0, 0] hint="ula-recipe" met="visible"
import hashlib

import netaddr


def made_by_rule(prefix, time, eui64):
    digest = hashlib.sha1(time.to_bytes(8, "big") + eui64).digest()
    number = int.from_bytes(b"\xfd" + digest[:5], "big") << 80
    network = netaddr.IPNetwork(prefix)
    return network.prefixlen == 48 and network.first == number


# %% wrong: the EUI-64 before the time
# points=[0, 0] hint="ula-recipe" met="visible"
import hashlib

import netaddr


def made_by_rule(prefix, time, eui64):
    digest = hashlib.sha1(eui64 + time.to_bytes(8, "big")).digest()
    number = int.from_bytes(b"\xfd" + digest[-5:], "big") << 80
    network = netaddr.IPNetwork(prefix)
    return network.prefixlen == 48 and network.first == number


# %% wrong: hashes the texts of the numbers
# points=[0, 0] hint="ula-recipe" met="visible"
import hashlib

import netaddr


def made_by_rule(prefix, time, eui64):
    digest = hashlib.sha1(f"{time:016x}{eui64.hex()}".encode()).digest()
    number = int.from_bytes(b"\xfd" + digest[-5:], "big") << 80
    network = netaddr.IPNetwork(prefix)
    return network.prefixlen == 48 and network.first == number


# %% wrong: compares texts
# points=[0, 2] hint="ula-as-text" met="visible"
import hashlib

import netaddr


def made_by_rule(prefix, time, eui64):
    digest = hashlib.sha1(time.to_bytes(8, "big") + eui64).digest()
    number = int.from_bytes(b"\xfd" + digest[-5:], "big") << 80
    return prefix == str(netaddr.IPNetwork((number, 48), version=6))


# %% wrong: looks at the Global ID only
# points=[2, 0] hint="ula-bit-l" met="visible"
import hashlib

import netaddr


def made_by_rule(prefix, time, eui64):
    digest = hashlib.sha1(time.to_bytes(8, "big") + eui64).digest()
    network = netaddr.IPNetwork(prefix)
    global_id = network.first >> 80 & 0xFFFFFFFFFF
    return network.prefixlen == 48 and global_id == int.from_bytes(digest[-5:], "big")


# %% wrong: any prefix length
# points=[2, 0] hint="ula-length" met="visible"
import hashlib

import netaddr


def made_by_rule(prefix, time, eui64):
    digest = hashlib.sha1(time.to_bytes(8, "big") + eui64).digest()
    number = int.from_bytes(b"\xfd" + digest[-5:], "big") << 80
    return netaddr.IPNetwork(prefix).ip == netaddr.IPAddress(number, 6)


# %% wrong: believes nobody
# points=[0, 0] hint="ula-recipe" met="visible"
def made_by_rule(prefix, time, eui64):
    return False


# %% wrong: asks the course
# points=[0, 0] hint="withheld" met="visible"
import netaddr
from ipv6course.address import ula_prefix


def made_by_rule(prefix, time, eui64):
    return ula_prefix(netaddr.EUI(int.from_bytes(eui64, "big"), 64), time) == netaddr.IPNetwork(
        prefix
    )
