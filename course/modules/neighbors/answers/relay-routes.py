"""Traps: offers, other lengths, other next hops, a renewal, an end."""

# %% right: by hand, from the octets
import netaddr


def options(data):
    while data:
        code, length = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
        yield code, data[4 : 4 + length]
        data = data[4 + length :]


def routes_of(data):
    outer = dict(options(data[34:]))
    hop = netaddr.IPAddress(int.from_bytes(data[18:34], "big"), 6)
    name, inner = outer[18].decode(), outer[9]
    commands = []
    if inner[0] != 7:
        return commands
    for code, body in options(inner[4:]):
        if code != 25:
            continue
        for kind, prefix in options(body[12:]):
            if kind != 26:
                continue
            valid = int.from_bytes(prefix[4:8], "big")
            network = f"{netaddr.IPAddress(int.from_bytes(prefix[9:25], 'big'), 6)}/{prefix[8]}"
            if valid == 0:
                commands.append(f"ip -6 route del {network}")
            else:
                commands.append(
                    f"ip -6 route replace {network} via {hop} dev {name} expires {valid}"
                )
    return commands


# %% right: with scapy, in one expression
from scapy.layers.dhcp6 import (
    DHCP6_RelayReply,
    DHCP6OptIA_PD,
    DHCP6OptIAPrefix,
    DHCP6OptIfaceId,
    DHCP6OptRelayMsg,
)


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.peeraddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    prefixes = [
        inside
        for option in message.iterpayloads()
        if message.msgtype == 7 and isinstance(option, DHCP6OptIA_PD)
        for inside in option.iapdopt
        if isinstance(inside, DHCP6OptIAPrefix)
    ]
    return [
        f"ip -6 route replace {one.prefix}/{one.plen} {way} expires {one.validlft}"
        if one.validlft
        else f"ip -6 route del {one.prefix}/{one.plen} dev {way.split()[-1]}"
        for one in prefixes
    ]


# %% wrong: believes offers, too
# points=[2, 0, 2] hint="relay-only-offered" met="visible"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.peeraddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    commands = []
    for option in message.iterpayloads():
        if isinstance(option, DHCP6OptIA_PD):
            for one in option.iapdopt:
                if one.optcode == 26 and one.validlft:
                    commands.append(
                        f"ip -6 route replace {one.prefix}/{one.plen} {way} expires {one.validlft}"
                    )
                elif one.optcode == 26:
                    commands.append(f"ip -6 route del {one.prefix}/{one.plen}")
    return commands


# %% wrong: one LAN of the prefix
# points=[0, 0, 0] hint="relay-no-route" met="visible"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.peeraddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    commands = []
    for option in message.iterpayloads():
        if message.msgtype == 7 and isinstance(option, DHCP6OptIA_PD):
            for one in option.iapdopt:
                if one.optcode == 26 and one.validlft:
                    commands.append(
                        f"ip -6 route replace {one.prefix}/64 {way} expires {one.validlft}"
                    )
    return commands


# %% wrong: the server's word for the link is taken for the next hop
# points=[0, 0, 0] hint="relay-refused" met="visible"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.linkaddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    commands = []
    for option in message.iterpayloads():
        if message.msgtype == 7 and isinstance(option, DHCP6OptIA_PD):
            for one in option.iapdopt:
                if one.optcode == 26 and one.validlft:
                    commands.append(
                        f"ip -6 route replace {one.prefix}/{one.plen} {way} expires {one.validlft}"
                    )
                elif one.optcode == 26:
                    commands.append(f"ip -6 route del {one.prefix}/{one.plen}")
    return commands


# %% wrong: add instead of replace
# points=[2, 2, 0] hint="relay-renewed" met="visible"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.peeraddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    commands = []
    for option in message.iterpayloads():
        if message.msgtype == 7 and isinstance(option, DHCP6OptIA_PD):
            for one in option.iapdopt:
                if one.optcode == 26 and one.validlft:
                    commands.append(
                        f"ip -6 route add {one.prefix}/{one.plen} {way} expires {one.validlft}"
                    )
                elif one.optcode == 26:
                    commands.append(f"ip -6 route del {one.prefix}/{one.plen}")
    return commands


# %% wrong: a prefix that ended is given another life
# points=[2, 2, 0] hint="relay-withdrawn" met="visible"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.peeraddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    commands = []
    for option in message.iterpayloads():
        if message.msgtype == 7 and isinstance(option, DHCP6OptIA_PD):
            for one in option.iapdopt:
                if one.optcode == 26:
                    commands.append(
                        f"ip -6 route replace {one.prefix}/{one.plen} {way}"
                        f" expires {one.validlft or 7200}"
                    )
    return commands


# %% wrong: the route never ends
# points=[2, 2, 0] hint="relay-never-ends" met="visible"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.peeraddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    commands = []
    for option in message.iterpayloads():
        if message.msgtype == 7 and isinstance(option, DHCP6OptIA_PD):
            for one in option.iapdopt:
                if one.optcode == 26 and one.validlft:
                    commands.append(f"ip -6 route replace {one.prefix}/{one.plen} {way}")
                elif one.optcode == 26:
                    commands.append(f"ip -6 route del {one.prefix}/{one.plen}")
    return commands


# %% wrong: the preferred lifetime
# points=[2, 2, 0] hint="relay-too-early" met="visible"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.peeraddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    commands = []
    for option in message.iterpayloads():
        if message.msgtype == 7 and isinstance(option, DHCP6OptIA_PD):
            for one in option.iapdopt:
                if one.optcode == 26 and one.validlft:
                    commands.append(
                        f"ip -6 route replace {one.prefix}/{one.plen} {way} expires {one.preflft}"
                    )
                elif one.optcode == 26:
                    commands.append(f"ip -6 route del {one.prefix}/{one.plen}")
    return commands


# %% wrong: only the first prefix of a message
# points=[2, 0, 2] hint="relay-second-prefix" met="hidden"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    way = f"via {packet.peeraddr} dev {packet[DHCP6OptIfaceId].ifaceid.decode()}"
    if message.msgtype != 7 or not message.haslayer(DHCP6OptIA_PD):
        return []
    one = message[DHCP6OptIA_PD].iapdopt[0]
    if one.optcode != 26:
        return []
    if one.validlft:
        return [f"ip -6 route replace {one.prefix}/{one.plen} {way} expires {one.validlft}"]
    return [f"ip -6 route del {one.prefix}/{one.plen}"]


# %% wrong: one text instead of a list
# points=[0, 0, 0] hint="relay-commands" met="visible"
from scapy.layers.dhcp6 import DHCP6_RelayReply, DHCP6OptIA_PD, DHCP6OptIfaceId, DHCP6OptRelayMsg


def routes_of(data):
    packet = DHCP6_RelayReply(data)
    message = packet[DHCP6OptRelayMsg].message
    one = message[DHCP6OptIA_PD].iapdopt[0]
    name = packet[DHCP6OptIfaceId].ifaceid.decode()
    return f"ip -6 route replace {one.prefix}/{one.plen} via {packet.peeraddr} dev {name}"
