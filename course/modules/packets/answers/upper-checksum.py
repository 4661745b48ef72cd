"""Traps: no pseudo-header, wrong length, no number, one folding, the odd octet, UDP's zero."""


# %% right: a remainder
def checksum(source, destination, number, payload):
    total = int.from_bytes(source + destination, "big") + len(payload) + number
    total += int.from_bytes(payload + bytes(len(payload) % 2), "big")
    result = 0xFFFF - (total % 0xFFFF or 0xFFFF)
    return result or (0xFFFF if number == 17 else 0)


# %% right: words by struct, folded at the end
def checksum(source, destination, number, payload):
    import struct

    octets = source + destination + struct.pack("!II", len(payload), number) + payload
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    result = ~total & 0xFFFF
    return 0xFFFF if not result and number == 17 else result


# %% wrong: over the payload alone, as ICMP in IPv4
# points=[0, 0, 0] hint="icmp-sum-pseudo" met="visible"
def checksum(source, destination, number, payload):
    octets = payload + bytes(len(payload) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    return 0xFFFF - (total % 0xFFFF or 0xFFFF)


# %% wrong: only the addresses in front
# points=[0, 0, 0] hint="icmp-sum-pseudo" met="visible"
def checksum(source, destination, number, payload):
    octets = source + destination + payload + bytes(len(payload) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    return 0xFFFF - (total % 0xFFFF or 0xFFFF)


# %% wrong: the length of the whole packet
# points=[0, 0, 0] hint="icmp-sum-length" met="visible"
def checksum(source, destination, number, payload):
    octets = source + destination + (40 + len(payload)).to_bytes(4, "big")
    octets += bytes((0, 0, 0, number)) + payload + bytes(len(payload) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    return 0xFFFF - (total % 0xFFFF or 0xFFFF)


# %% wrong: without the number
# points=[0, 0, 0] hint="icmp-sum-number" met="visible"
def checksum(source, destination, number, payload):
    octets = source + destination + len(payload).to_bytes(4, "big") + payload
    octets += bytes(len(octets) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    return 0xFFFF - (total % 0xFFFF or 0xFFFF)


# %% wrong: the sum, not turned around
# points=[0, 0, 0] hint="icmp-sum-turned" met="visible"
def checksum(source, destination, number, payload):
    pseudo = source + destination + len(payload).to_bytes(4, "big")
    octets = pseudo + bytes((0, 0, 0, number)) + payload
    octets += bytes(len(octets) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    return total % 0xFFFF or 0xFFFF


# %% wrong: what does not fit is thrown away
# points=[0, 0, 0] hint="icmp-sum-words" met="visible"
def checksum(source, destination, number, payload):
    pseudo = source + destination + len(payload).to_bytes(4, "big")
    octets = pseudo + bytes((0, 0, 0, number)) + payload
    octets += bytes(len(octets) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    return 0xFFFF - (total & 0xFFFF)


# %% wrong: folds once
# points=[2, 0, 1] hint="icmp-sum-carry" met="visible"
def checksum(source, destination, number, payload):
    pseudo = source + destination + len(payload).to_bytes(4, "big")
    octets = pseudo + bytes((0, 0, 0, number)) + payload
    octets += bytes(len(octets) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    total = (total & 0xFFFF) + (total >> 16)
    result = 0xFFFF - (total & 0xFFFF)
    return 0xFFFF if number == 17 and result == 0 else result


# %% wrong: the odd octet on the low side
# points=[2, 0, 1] hint="icmp-sum-odd" met="visible"
def checksum(source, destination, number, payload):
    pseudo = source + destination + len(payload).to_bytes(4, "big")
    octets = pseudo + bytes((0, 0, 0, number)) + payload
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    result = 0xFFFF - (total % 0xFFFF or 0xFFFF)
    return 0xFFFF if number == 17 and result == 0 else result


# %% wrong: forgets UDP
# points=[2, 2, 0] hint="icmp-sum-udp" met="visible"
def checksum(source, destination, number, payload):
    pseudo = source + destination + len(payload).to_bytes(4, "big")
    octets = pseudo + bytes((0, 0, 0, number)) + payload
    octets += bytes(len(octets) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    return 0xFFFF - (total % 0xFFFF or 0xFFFF)


# %% wrong: never 0, in ICMPv6 neither
# points=[2, 2, 0] hint="icmp-sum-only-udp" met="visible"
def checksum(source, destination, number, payload):
    pseudo = source + destination + len(payload).to_bytes(4, "big")
    octets = pseudo + bytes((0, 0, 0, number)) + payload
    octets += bytes(len(octets) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    return 0xFFFF - (total % 0xFFFF or 0xFFFF) or 0xFFFF


# %% wrong: lets the course compute
# points=[0, 0, 0] hint="withheld" met="visible"
def checksum(source, destination, number, payload):
    from ipv6course.network.wire import ipv6

    return ipv6.checksum(source, destination, number, payload)
