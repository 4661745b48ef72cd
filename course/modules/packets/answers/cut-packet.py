"""Traps: the room, the units of the offset, eights, and what changes in the IPv6 header."""

# %% right: with struct, and a list of places
import struct


def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    rest = packet[40:]
    room = mtu - 48
    room -= room % 8
    made = []
    at = 0
    while at < len(rest):
        piece = rest[at : at + room]
        at_end = at + len(piece) == len(rest)
        fragment = struct.pack("!BBHI", packet[6], 0, (at // 8) << 3 | (not at_end), identification)
        start = packet[:4] + struct.pack("!HB", 8 + len(piece), 44) + packet[7:40]
        made.append(start + fragment + piece)
        at += room
    return made


# %% right: scapy writes the headers
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment
from scapy.packet import Raw


def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    header = IPv6(packet[:40])
    header.remove_payload()
    del header.plen
    rest, room = packet[40:], (mtu - 48) // 8
    units = list(range(0, (len(rest) + 7) // 8, room))
    made = []
    for unit in units:
        fragment = IPv6ExtHdrFragment(
            nh=packet[6], offset=unit, m=int(unit != units[-1]), id=identification
        )
        start = header.copy()
        start.nh = 44
        piece = rest[8 * unit : 8 * (unit + room)]
        made.append(bytes(start / fragment / Raw(piece)))
    return made


# %% wrong: forgets the room of the Fragment header
# points=[0, 0, 1] hint="cut-too-long" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = (mtu - 40) // 8 * 8
    made = []
    for at in range(40, len(packet), room):
        piece = packet[at : at + room]
        more = at + room < len(packet)
        fragment = bytes([packet[6], 0]) + (at - 40 + more).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: counts the offset in units without shifting it
# points=[0, 0, 1] hint="cut-more" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = (mtu - 48) // 8 * 8
    made = []
    for at in range(0, len(packet) - 40, room):
        piece = packet[40 + at : 40 + at + room]
        more = at + room < len(packet) - 40
        fragment = bytes([packet[6], 0]) + (at // 8 | more << 15).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: counts the offset from the packet's first octet
# points=[0, 0, 1] hint="cut-offset" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = (mtu - 48) // 8 * 8
    made = []
    for at in range(40, len(packet), room):
        piece = packet[at : at + room]
        more = at + room < len(packet)
        fragment = bytes([packet[6], 0]) + (at + more).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: pieces that are no multiple of 8
# points=[0, 0, 1] hint="cut-not-eights" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = mtu - 48
    made = []
    for at in range(0, len(packet) - 40, room):
        piece = packet[40 + at : 40 + at + room]
        more = at + room < len(packet) - 40
        fragment = bytes([packet[6], 0]) + ((at // 8) << 3 | more).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: does not announce the Fragment header
# points=[0, 0, 1] hint="cut-not-announced" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = (mtu - 48) // 8 * 8
    made = []
    for at in range(0, len(packet) - 40, room):
        piece = packet[40 + at : 40 + at + room]
        more = at + room < len(packet) - 40
        fragment = bytes([packet[6], 0]) + (at | more).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + packet[6:40] + fragment + piece)
    return made


# %% wrong: leaves the Payload Length of the whole
# points=[0, 0, 1] hint="cut-payload-length" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = (mtu - 48) // 8 * 8
    made = []
    for at in range(0, len(packet) - 40, room):
        piece = packet[40 + at : 40 + at + room]
        more = at + room < len(packet) - 40
        fragment = bytes([packet[6], 0]) + (at | more).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        made.append(packet[:6] + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: the flag M in all of them
# points=[0, 0, 1] hint="cut-more" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = (mtu - 48) // 8 * 8
    made = []
    for at in range(0, len(packet) - 40, room):
        piece = packet[40 + at : 40 + at + room]
        fragment = bytes([packet[6], 0]) + (at | 1).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: counts the Identification up
# points=[0, 0, 1] hint="cut-identification" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = (mtu - 48) // 8 * 8
    made = []
    for number, at in enumerate(range(0, len(packet) - 40, room)):
        piece = packet[40 + at : 40 + at + room]
        more = at + room < len(packet) - 40
        fragment = bytes([packet[6], 0]) + (at | more).to_bytes(2, "big")
        fragment += ((identification + number) & 0xFFFFFFFF).to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: the middle of the chain is called No Next Header
# points=[0, 0, 1] hint="cut-next-header" met="visible"
def split(packet, mtu, identification):
    if len(packet) <= mtu:
        return [packet]
    room = (mtu - 48) // 8 * 8
    made = []
    for at in range(0, len(packet) - 40, room):
        piece = packet[40 + at : 40 + at + room]
        more = at + room < len(packet) - 40
        fragment = bytes([59 if more else packet[6], 0]) + (at | more).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: always a Fragment header
# points=[2, 2, 0] hint="cut-needless" met="visible"
def split(packet, mtu, identification):
    room = (mtu - 48) // 8 * 8
    made = []
    for at in range(0, len(packet) - 40, room):
        piece = packet[40 + at : 40 + at + room]
        more = at + room < len(packet) - 40
        fragment = bytes([packet[6], 0]) + (at | more).to_bytes(2, "big")
        fragment += identification.to_bytes(4, "big")
        length = (8 + len(piece)).to_bytes(2, "big")
        made.append(packet[:4] + length + bytes([44]) + packet[7:40] + fragment + piece)
    return made


# %% wrong: the simulator's own function
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.network import fragments


def split(packet, mtu, identification):
    return fragments.split(packet, mtu, identification)
