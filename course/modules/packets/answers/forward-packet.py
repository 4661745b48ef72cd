"""Traps: hop limit 0 that leaves, the flow label's nibble, CE taken away, ECN as a command to drop."""


# %% right: octet by octet
def forward_packet(packet, congested):
    limit, ecn = packet[7], packet[1] >> 4 & 0b11
    if limit < 2 or (congested and not ecn):
        return None
    second = packet[1] | (0b11 << 4 if congested else 0)
    return packet[:1] + bytes([second]) + packet[2:7] + bytes([limit - 1]) + packet[8:]


# %% right: the first 64 bits as a number
def forward_packet(packet, congested):
    head = int.from_bytes(packet[:8], "big")
    if head & 0xFF <= 1:
        return None
    if congested:
        if not head >> 52 & 3:
            return None
        head |= 3 << 52
    return (head - 1).to_bytes(8, "big") + packet[8:]


# %% wrong: a packet leaves with hop limit 0
# points=[0, 2, 0] hint="forward-last-hop" met="visible"
def forward_packet(packet, congested):
    if packet[7] == 0:
        return None
    done = bytearray(packet)
    done[7] -= 1
    if congested:
        if done[1] >> 4 & 3 == 0:
            return None
        done[1] |= 0x30
    return bytes(done)


# %% wrong: sends on what came
# points=[0, 0, 0] hint="forward-hop-limit" met="visible"
def forward_packet(packet, congested):
    return packet


# %% wrong: takes the next header for the hop limit
# points=[0, 0, 0] hint="forward-hop-limit" met="visible"
def forward_packet(packet, congested):
    done = bytearray(packet)
    done[6] -= 1
    if done[6] == 0 or (congested and not done[1] & 0x30):
        return None
    if congested:
        done[1] |= 0x30
    return bytes(done)


# %% wrong: drops all packets on a congested line
# points=[2, 0, 0] hint="ecn-mark" met="visible"
def forward_packet(packet, congested):
    if packet[7] <= 1 or congested:
        return None
    return packet[:7] + bytes([packet[7] - 1]) + packet[8:]


# %% wrong: marks packets whose sender doesn't understand it
# points=[2, 0, 1] hint="ecn-not-ect-dropped" met="visible"
def forward_packet(packet, congested):
    if packet[7] <= 1:
        return None
    done = bytearray(packet)
    done[7] -= 1
    if congested:
        done[1] |= 0x30
    return bytes(done)


# %% wrong: ECN is in the lowest two bits of octet 1
# points=[2, 0, 0] hint="ecn-not-ect-dropped" met="visible"
def forward_packet(packet, congested):
    if packet[7] <= 1:
        return None
    done = bytearray(packet)
    done[7] -= 1
    if congested:
        if done[1] & 3 == 0:
            return None
        done[1] |= 3
    return bytes(done)


# %% wrong: takes CE away on a calm line
# points=[2, 0, 1] hint="ecn-ce-stays" met="visible"
def forward_packet(packet, congested):
    if packet[7] <= 1:
        return None
    done = bytearray(packet)
    done[7] -= 1
    ecn = done[1] >> 4 & 3
    if congested and ecn == 0:
        return None
    if congested:
        done[1] |= 0x30
    elif ecn == 3:
        done[1] = done[1] & 0xCF | 0x20
    return bytes(done)


# %% wrong: writes the whole octet, and DSCP and flow label with it
# points=[2, 0, 0] hint="forward-touches-more" met="visible"
def forward_packet(packet, congested):
    if packet[7] <= 1:
        return None
    done = bytearray(packet)
    done[7] -= 1
    if congested:
        if done[1] >> 4 & 3 == 0:
            return None
        done[1] = 0x30
    return bytes(done)


# %% wrong: drops what has CE already
# points=[2, 0, 1] hint="ecn-ce-stays" met="visible"
def forward_packet(packet, congested):
    if packet[7] <= 1:
        return None
    done = bytearray(packet)
    done[7] -= 1
    if congested:
        if done[1] >> 4 & 3 in (0, 3):
            return None
        done[1] |= 0x30
    return bytes(done)


# %% wrong: gives back a bytearray
# points=[0, 0, 0] hint="wrong-type" met="visible"
def forward_packet(packet, congested):
    if packet[7] <= 1:
        return None
    done = bytearray(packet)
    done[7] -= 1
    if congested:
        if done[1] >> 4 & 3 == 0:
            return None
        done[1] |= 0x30
    return done


# %% wrong: lets scapy build it anew
# points=[0, 0, 0] hint="withheld" met="visible"
from scapy.layers.inet6 import IPv6


def forward_packet(packet, congested):
    found = IPv6(packet)
    if found.hlim <= 1:
        return None
    found.hlim -= 1
    if congested:
        if found.tc & 3 == 0:
            return None
        found.tc |= 3
    return bytes(found)
