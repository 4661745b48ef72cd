"""Traps: the frame's source for the option, the IPv6 source for the target, the first option only, solicitations."""


# %% right: octet by octet
def claimed_twice(frames):
    claims = {}
    for frame in frames:
        if len(frame) < 78 or frame[12:14] != b"\x86\xdd" or frame[20] != 58 or frame[54] != 136:
            continue
        rest = frame[78:]
        while len(rest) >= 8 and rest[1] > 0:
            if rest[0] == 2:
                claims.setdefault(frame[62:78], set()).add(rest[2:8])
            rest = rest[8 * rest[1] :]
    found = sorted(target for target, macs in claims.items() if len(macs) > 1)
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]


# %% right: with scapy
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def claimed_twice(frames):
    first, found = {}, set()
    for frame in frames:
        packet = Ether(frame)
        if not isinstance(packet.payload, IPv6):
            continue
        message = packet.payload.payload
        if not isinstance(message, ICMPv6ND_NA) or ICMPv6NDOptDstLLAddr not in message:
            continue
        target = netaddr.IPAddress(message.tgt)
        mac = message[ICMPv6NDOptDstLLAddr].lladdr
        if first.setdefault(target, mac) != mac:
            found.add(target)
    return [str(target) for target in sorted(found)]


# %% wrong: takes the sender of the frame
# points=[0, 0] hint="watch-option" met="visible"
def claimed_twice(frames):
    claims = {}
    for frame in frames:
        if frame[20] == 58 and frame[54] == 136:
            claims.setdefault(frame[62:78], set()).add(frame[6:12])
    found = sorted(target for target, macs in claims.items() if len(macs) > 1)
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]


# %% wrong: takes the source of the packet
# points=[0, 2] hint="watch-target" met="visible"
def claimed_twice(frames):
    claims = {}
    for frame in frames:
        if frame[20] != 58 or frame[54] != 136:
            continue
        at = 78
        while at + 8 <= len(frame) and frame[at + 1]:
            if frame[at] == 2:
                claims.setdefault(frame[22:38], set()).add(frame[at + 2 : at + 8])
            at += 8 * frame[at + 1]
    found = sorted(target for target, macs in claims.items() if len(macs) > 1)
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]


# %% wrong: reports what is heard twice
# points=[0, 0] hint="watch-same" met="visible"
def claimed_twice(frames):
    count = {}
    for frame in frames:
        if frame[20] == 58 and frame[54] == 136:
            count[frame[62:78]] = count.get(frame[62:78], 0) + 1
    found = sorted(target for target, number in count.items() if number > 1)
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]


# %% wrong: reports a MAC address with two addresses
# points=[0, 0] hint="watch-two-addresses" met="visible"
def claimed_twice(frames):
    claims = {}
    for frame in frames:
        if frame[20] == 58 and frame[54] == 136:
            claims.setdefault(frame[80:86], set()).add(frame[62:78])
    found = sorted(target for targets in claims.values() if len(targets) > 1 for target in targets)
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]


# %% wrong: looks at the first option only
# points=[2, 0] hint="watch-options" met="visible"
def claimed_twice(frames):
    claims = {}
    for frame in frames:
        if frame[20] == 58 and frame[54] == 136 and frame[78:79] == b"\x02":
            claims.setdefault(frame[62:78], set()).add(frame[80:86])
    found = sorted(target for target, macs in claims.items() if len(macs) > 1)
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]


# %% wrong: takes questions for claims
# points=[2, 0] hint="watch-solicitation" met="visible"
def claimed_twice(frames):
    claims = {}
    for frame in frames:
        if frame[20] != 58 or frame[54] not in (135, 136):
            continue
        at = 78
        while at + 8 <= len(frame) and frame[at + 1]:
            if frame[at] in (1, 2):
                claims.setdefault(frame[62:78], set()).add(frame[at + 2 : at + 8])
            at += 8 * frame[at + 1]
    found = sorted(target for target, macs in claims.items() if len(macs) > 1)
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]


# %% wrong: an answer without the option is another MAC address
# points=[2, 0] hint="watch-no-option" met="visible"
def claimed_twice(frames):
    claims = {}
    for frame in frames:
        if frame[20] != 58 or frame[54] != 136:
            continue
        at, mac = 78, frame[6:12]
        while at + 8 <= len(frame) and frame[at + 1]:
            if frame[at] == 2:
                mac = frame[at + 2 : at + 8]
            at += 8 * frame[at + 1]
        claims.setdefault(frame[62:78], set()).add(mac)
    found = sorted(target for target, macs in claims.items() if len(macs) > 1)
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]


# %% wrong: in the order in which they were heard
# points=[2, 0] hint="watch-sorted" met="hidden"
def claimed_twice(frames):
    claims = {}
    for frame in frames:
        if frame[20] != 58 or frame[54] != 136:
            continue
        at = 78
        while at + 8 <= len(frame) and frame[at + 1]:
            if frame[at] == 2:
                claims.setdefault(frame[62:78], set()).add(frame[at + 2 : at + 8])
            at += 8 * frame[at + 1]
    found = [target for target, macs in claims.items() if len(macs) > 1]
    return [str(netaddr.IPAddress(int.from_bytes(target, "big"), 6)) for target in found]
