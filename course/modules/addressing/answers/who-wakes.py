"""Traps: broadcast thinking, only the owner, the prefix, one address a device, the whole group."""

# %% right: the last 32 bits as numbers
import netaddr


def woken(target, devices):
    def low(text):
        number = int(netaddr.IPAddress(text))
        return number & 0xFFFFFFFF if number >> 120 == 0xFF else 0xFF000000 | number & 0xFFFFFF

    return {
        name
        for name, addresses in devices.items()
        if low(target) in [low(address) for address in addresses]
    }


# %% right: the mapper's record
from ipv6course.widgets.multicast_mapper import explain_group


def woken(target, devices):
    wanted = explain_group(target).mac
    names = []
    for name, addresses in devices.items():
        if any(explain_group(address).mac == wanted for address in addresses):
            names.append(name)
    return set(names)


# %% wrong: only the owner
# points=[0, 0, 0] hint="not-only-the-owner" met="visible"
import netaddr


def woken(target, devices):
    wanted = netaddr.IPAddress(target)
    return {
        name
        for name, addresses in devices.items()
        if any(netaddr.IPAddress(address) == wanted for address in addresses)
    }


# %% wrong: everybody, as in a broadcast
# points=[0, 0, 0] hint="not-everybody" met="visible"
def woken(target, devices):
    return set(devices)


# %% wrong: the last 16 bits as text
# points=[0, 0, 0] hint="not-everybody" met="visible"
def woken(target, devices):
    end = target.split(":")[-1]
    return {
        name
        for name, addresses in devices.items()
        if any(address.split(":")[-1] == end for address in addresses)
    }


# %% wrong: only addresses with the same prefix
# points=[2, 0, 0] hint="every-address-of-a-device" met="visible"
import netaddr
from ipv6course.address import solicited_node


def woken(target, devices):
    wanted = netaddr.IPAddress(target)
    names = set()
    for name, addresses in devices.items():
        for address in map(netaddr.IPAddress, addresses):
            same_link = int(address) >> 64 == int(wanted) >> 64
            if same_link and solicited_node(address) == solicited_node(wanted):
                names.add(name)
    return names


# %% wrong: the first address only
# points=[2, 0, 0] hint="every-address-of-a-device" met="visible"
from ipv6course.address import multicast_mac, solicited_node


def woken(target, devices):
    wanted = multicast_mac(solicited_node(target))
    return {
        name
        for name, addresses in devices.items()
        if multicast_mac(solicited_node(addresses[0])) == wanted
    }


# %% wrong: compares whole groups, as if a card knew IPv6
# points=[2, 2, 0] hint="card-sees-32-bits" met="visible"
import netaddr
from ipv6course.address import solicited_node


def woken(target, devices):
    wanted = solicited_node(target)
    names = set()
    for name, addresses in devices.items():
        for address in map(netaddr.IPAddress, addresses):
            group = address if address.is_multicast() else solicited_node(address)
            if group == wanted:
                names.add(name)
    return names


# %% wrong: 24 bits of everything
# points=[2, 2, 0] hint="card-sees-32-bits" met="visible"
import netaddr


def woken(target, devices):
    def low(text):
        return int(netaddr.IPAddress(text)) & 0xFFFFFF

    return {
        name
        for name, addresses in devices.items()
        if any(low(address) == low(target) for address in addresses)
    }


# %% wrong: a solicited-node group of a group
# points=[2, 2, 0] hint="stopped" met="visible"
from ipv6course.address import multicast_mac, solicited_node


def woken(target, devices):
    wanted = multicast_mac(solicited_node(target))
    return {
        name
        for name, addresses in devices.items()
        if any(multicast_mac(solicited_node(address)) == wanted for address in addresses)
    }
