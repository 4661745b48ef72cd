"""Traps: A taken for L, L for A, 64 bits for both, the router's address, lifetimes of 0."""


# %% right: with scapy, in other words
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim < 255 or not read.src.startswith("fe80:"):
        return [], [], None
    made, near = set(), set()
    for option in read.iterpayloads():
        if not isinstance(option, ICMPv6NDOptPrefixInfo):
            continue
        prefix = IPNetwork(f"{option.prefix}/{option.prefixlen}").cidr
        if prefix in IPNetwork("fe80::/10") or not option.validlifetime:
            continue
        if option.L == 1:
            near.add(str(prefix))
        fits = option.prefixlen + 64 == 128
        if fits and option.A == 1 and option.validlifetime >= option.preferredlifetime:
            made.add(str(IPAddress(prefix.first + identifier, 6)))
    lifetime = read.payload.routerlifetime
    return list(made), list(near), read.src if lifetime > 0 else None


# %% right: from the bytes
import struct


def slaac(packet, identifier):
    hop_limit, source, message = packet[7], packet[8:24], packet[40:]
    if hop_limit != 255 or source[0] != 0xFE or source[1] & 0xC0 != 0x80:
        return [], [], None
    addresses, on_link = [], []
    at = 16
    while at < len(message):
        kind, length = message[at], message[at + 1] * 8
        if kind == 3:
            bits, flags, valid, preferred = struct.unpack_from("!BBII", message, at + 2)
            number = int.from_bytes(message[at + 16 : at + 32], "big")
            number = number >> (128 - bits) << (128 - bits)
            if valid and number >> 118 != 0b1111111010:
                if flags & 0x80:
                    on_link.append(f"{IPAddress(number, 6)}/{bits}")
                if flags & 0x40 and bits == 64 and preferred <= valid:
                    addresses.append(str(IPAddress(number | identifier, 6)))
        at += length
    router = str(IPAddress(int.from_bytes(source, "big"), 6))
    return addresses, on_link, router if message[6:8] != b"\0\0" else None


# %% wrong: every prefix is for everything
# points=[2, 0, 2] hint="slaac-flag-a" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.prefix == "fe80::" or not option.validlifetime:
                continue
            on_link.append(f"{option.prefix}/{option.prefixlen}")
            if option.prefixlen == 64 and option.preferredlifetime <= option.validlifetime:
                addresses.append(str(IPAddress(first | identifier, 6)))
    return (
        addresses,
        on_link,
        read.src if read.payload.routerlifetime else None,
    )


# %% wrong: where it has an address, all are neighbors
# points=[2, 0, 2] hint="slaac-flag-l" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.prefix == "fe80::" or not option.validlifetime:
                continue
            if option.A or option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if (
                option.A
                and option.prefixlen == 64
                and option.preferredlifetime <= option.validlifetime
            ):
                addresses.append(str(IPAddress(first | identifier, 6)))
    return (
        addresses,
        on_link,
        read.src if read.payload.routerlifetime else None,
    )


# %% wrong: an address in a prefix of any length
# points=[2, 0, 2] hint="slaac-only-64" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.prefix == "fe80::" or not option.validlifetime:
                continue
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if option.A and option.preferredlifetime <= option.validlifetime:
                addresses.append(str(IPAddress(first | identifier, 6)))
    return (
        addresses,
        on_link,
        read.src if read.payload.routerlifetime else None,
    )


# %% wrong: what is no /64 is ignored in all
# points=[2, 0, 2] hint="slaac-on-link-without-a" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.prefix == "fe80::" or not option.validlifetime:
                continue
            if option.prefixlen != 64:
                continue
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if option.A and option.preferredlifetime <= option.validlifetime:
                addresses.append(str(IPAddress(first | identifier, 6)))
    return (
        addresses,
        on_link,
        read.src if read.payload.routerlifetime else None,
    )


# %% wrong: the gateway is the first address of the prefix
# points=[0, 2, 0] hint="slaac-router-is-source" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    addresses, on_link, router = [], [], None
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if option.A and option.prefixlen == 64:
                addresses.append(str(IPAddress(first | identifier, 6)))
            router = str(IPAddress(first + 1, 6))
    return addresses, on_link, router


# %% wrong: who sends an advertisement is a default router
# points=[2, 2, 0] hint="slaac-router-lifetime" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.prefix == "fe80::" or not option.validlifetime:
                continue
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if (
                option.A
                and option.prefixlen == 64
                and option.preferredlifetime <= option.validlifetime
            ):
                addresses.append(str(IPAddress(first | identifier, 6)))
    return addresses, on_link, read.src


# %% wrong: nothing counts if it is no default router
# points=[2, 2, 0] hint="slaac-router-lifetime" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    if read.payload.routerlifetime == 0:
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.prefix == "fe80::" or not option.validlifetime:
                continue
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if (
                option.A
                and option.prefixlen == 64
                and option.preferredlifetime <= option.validlifetime
            ):
                addresses.append(str(IPAddress(first | identifier, 6)))
    return addresses, on_link, read.src


# %% wrong: no look at the lifetimes of prefixes
# points=[2, 2, 0] hint="slaac-preferred-longer" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if option.A and option.prefixlen == 64:
                addresses.append(str(IPAddress(first | identifier, 6)))
    return (
        addresses,
        on_link,
        read.src if read.payload.routerlifetime else None,
    )


# %% wrong: takes what came through a router
# points=[2, 2, 0] hint="slaac-ra-valid" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.prefix == "fe80::" or not option.validlifetime:
                continue
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if (
                option.A
                and option.prefixlen == 64
                and option.preferredlifetime <= option.validlifetime
            ):
                addresses.append(str(IPAddress(first | identifier, 6)))
    return (
        addresses,
        on_link,
        read.src if read.payload.routerlifetime else None,
    )


# %% wrong: a preferred lifetime of 0 makes no address
# points=[2, 2, 0] hint="slaac-deprecated-is-made" met="visible"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if option.prefix == "fe80::" or not option.validlifetime:
                continue
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if (
                option.A
                and option.prefixlen == 64
                and 0 < option.preferredlifetime <= option.validlifetime
            ):
                addresses.append(str(IPAddress(first | identifier, 6)))
    return (
        addresses,
        on_link,
        read.src if read.payload.routerlifetime else None,
    )


# %% wrong: takes the link-local prefix, too
# points=[2, 2, 0] hint="slaac-link-local-prefix" met="hidden"
def slaac(packet, identifier):
    read = IPv6(packet)
    if read.hlim != 255 or not read.src.startswith("fe80:"):
        return [], [], None
    addresses, on_link = [], []
    for option in read.iterpayloads():
        if isinstance(option, ICMPv6NDOptPrefixInfo):
            first = int(IPAddress(option.prefix))
            if not option.validlifetime:
                continue
            if option.L:
                on_link.append(f"{option.prefix}/{option.prefixlen}")
            if (
                option.A
                and option.prefixlen == 64
                and option.preferredlifetime <= option.validlifetime
            ):
                addresses.append(str(IPAddress(first | identifier, 6)))
    return (
        addresses,
        on_link,
        read.src if read.payload.routerlifetime else None,
    )


# %% wrong: lets a simulated host do it
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.network.wire import nd


def slaac(packet, identifier):
    message = nd.pull_message(packet[40:])
    addresses, on_link = [], []
    for option in message.find_all(nd.PrefixInformation):
        first = int.from_bytes(option.prefix, "big")
        if option.on_link:
            on_link.append(f"{IPAddress(first, 6)}/{option.length}")
        if option.autonomous and option.length == 64:
            addresses.append(str(IPAddress(first | identifier, 6)))
    return addresses, on_link, IPv6(packet).src
