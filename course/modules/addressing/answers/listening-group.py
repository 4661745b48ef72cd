"""Traps: too many or too few bits, pieces of text, the Ethernet address in place of the group."""

# %% right: all digits first
import netaddr


def listening_group(text):
    digits = netaddr.IPAddress(text).format(netaddr.ipv6_verbose)
    return str(netaddr.IPAddress("ff02::1:ff" + digits[-7:]))


# %% right: octets
import ipaddress


def listening_group(text):
    octets = ipaddress.IPv6Address(text).packed
    start = bytes.fromhex("ff02") + bytes(9) + bytes.fromhex("01ff")
    return str(ipaddress.IPv6Address(start + octets[13:]))


# %% wrong: keeps 32 bits
# points=[0, 0] hint="group-of-32-bits" met="visible"
import netaddr


def listening_group(text):
    end = int(netaddr.IPAddress(text)) & 0xFFFFFFFF
    return str(netaddr.IPAddress(int(netaddr.IPAddress("ff02::1:0:0")) | end, 6))


# %% wrong: keeps 16 bits
# points=[0, 0] hint="group-of-16-bits" met="visible"
import netaddr


def listening_group(text):
    end = int(netaddr.IPAddress(text)) & 0xFFFF
    return str(netaddr.IPAddress(int(netaddr.IPAddress("ff02::1:ff00:0")) | end, 6))


# %% wrong: glues pieces of text
# points=[1, 0] hint="stopped" met="visible"
import netaddr


def listening_group(text):
    *_, seventh, eighth = text.split(":")
    return str(netaddr.IPAddress(f"ff02::1:ff{seventh[-2:]}:{eighth}"))


# %% wrong: glues pieces of text, and forgets the zeros that are left out
# points=[1, 0] hint="group-by-numbers" met="visible"
def listening_group(text):
    *_, seventh, eighth = text.split(":")
    end = seventh[2:].lstrip("0").rjust(2, "0")
    return f"ff02::1:ff{end}:{eighth}"


# %% wrong: another group in front
# points=[0, 0] hint="group-of-24-bits" met="visible"
import netaddr


def listening_group(text):
    end = int(netaddr.IPAddress(text)) & 0xFFFFFF
    return str(netaddr.IPAddress((0xFF02 << 112) | (0xFF << 24) | end, 6))


# %% wrong: the Ethernet address
# points=[0, 0] hint="group-is-not-mac" met="visible"
import netaddr


def listening_group(text):
    end = f"{int(netaddr.IPAddress(text)) & 0xFFFFFF:06x}"
    return f"33:33:ff:{end[:2]}:{end[2:4]}:{end[4:]}"


# %% wrong: a number
# points=[0, 0] hint="wrong-type" met="visible"
import netaddr


def listening_group(text):
    return int(netaddr.IPAddress("ff02::1:ff00:0")) | int(netaddr.IPAddress(text)) & 0xFFFFFF


# %% wrong: asks the toolkit
# points=[0, 0] hint="withheld" met="visible"
import ipv6course.address


def listening_group(text):
    return str(ipv6course.address.solicited_node(text))


# %% wrong: asks scapy
# points=[0, 0] hint="withheld" met="visible"
import netaddr
from scapy.utils6 import in6_getnsma


def listening_group(text):
    group = in6_getnsma(netaddr.IPAddress(text).packed)
    return str(netaddr.IPAddress(int.from_bytes(group, "big"), 6))


# %% wrong: asks the widget
# points=[0, 0] hint="withheld" met="visible"
from ipv6course.widgets.multicast_mapper import explain_group


def listening_group(text):
    return explain_group(text).group
