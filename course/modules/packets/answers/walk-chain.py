"""Traps: the first number only, lengths by the wrong unit, AH, reserved octets, M, later pieces, ends."""


# %% right: a table of lengths
def upper_layer(packet):
    lengths = dict.fromkeys((0, 43, 60, 135, 139, 140), lambda n: 8 * n + 8)
    lengths[44] = lambda n: 8
    lengths[51] = lambda n: 4 * n + 8
    number, at = packet[6], 40
    while number in lengths and at + 8 <= len(packet):
        if number == 44 and int.from_bytes(packet[at + 2 : at + 4], "big") >> 3:
            return None
        number, at = packet[at], at + lengths[number](packet[at + 1])
    readable = number not in lengths and number not in (50, 59)
    return (number, at) if readable and at < len(packet) else None


# %% right: it calls itself
def upper_layer(packet):
    def walk(number, at):
        if number in (50, 59) or at >= len(packet):
            return None
        if number not in (0, 43, 44, 51, 60, 135, 139, 140):
            return number, at
        head = packet[at : at + 8]
        if len(head) < 8:
            return None
        if number == 44:
            is_first = not (head[2] or head[3] >> 3)
            return walk(head[0], at + 8) if is_first else None
        unit, first = (4, 2) if number == 51 else (8, 1)
        return walk(head[0], at + (head[1] + first) * unit)

    return walk(packet[6], 40)


# %% wrong: only the number in the IPv6 header
# points=[0, 0, 0] hint="ext-walk-next" met="visible"
def upper_layer(packet):
    return packet[6], 40


# %% wrong: the number alone
# points=[0, 0, 0] hint="ext-walk-tuple" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        number, at = packet[at], at + (packet[at + 1] + 1) * 8
    return number


# %% wrong: the length without the first 8 octets
# points=[0, 0, 0] hint="ext-walk-length" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60):
        number, at = packet[at], at + packet[at + 1] * 8
    return number, at


# %% wrong: every header has 8 octets
# points=[0, 0, 0] hint="ext-walk-length" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return None
        if number == 44 and (packet[at + 2] or packet[at + 3] >> 3):
            return None
        number, at = packet[at], at + 8
    return (number, at) if number not in (50, 59) and at < len(packet) else None


# %% wrong: AH as the others
# points=[2, 0, 1] hint="ext-walk-ah" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return None
        if number == 44 and (packet[at + 2] or packet[at + 3] >> 3):
            return None
        number, at = packet[at], at + (packet[at + 1] + 1) * 8
    return (number, at) if number not in (50, 59) and at < len(packet) else None


# %% wrong: a length in the Fragment header
# points=[2, 0, 1] hint="ext-walk-fragment-length" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return None
        if number == 44 and (packet[at + 2] or packet[at + 3] >> 3):
            return None
        length = (packet[at + 1] + 1) * 8
        if number == 51:
            length = (packet[at + 1] + 2) * 4
        number, at = packet[at], at + length
    return (number, at) if number not in (50, 59) and at < len(packet) else None


# %% wrong: takes the flag M for a part of the offset
# points=[2, 0, 1] hint="ext-walk-first-fragment" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return None
        length = (packet[at + 1] + 1) * 8
        if number == 44:
            length = 8
            if packet[at + 2 : at + 4] != b"\x00\x00":
                return None
        elif number == 51:
            length = (packet[at + 1] + 2) * 4
        number, at = packet[at], at + length
    return (number, at) if number not in (50, 59) and at < len(packet) else None


# %% wrong: reads on in the middle of a datagram
# points=[2, 0, 1] hint="ext-walk-later-fragment" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return None
        length = (packet[at + 1] + 1) * 8
        if number == 44:
            length = 8
        elif number == 51:
            length = (packet[at + 1] + 2) * 4
        number, at = packet[at], at + length
    return (number, at) if number not in (50, 59) and at < len(packet) else None


# %% wrong: looks at the first octet of the offset only
# points=[2, 0, 1] hint="ext-walk-later-fragment" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return None
        length = (packet[at + 1] + 1) * 8
        if number == 44:
            length = 8
            if packet[at + 2]:
                return None
        elif number == 51:
            length = (packet[at + 1] + 2) * 4
        number, at = packet[at], at + length
    return (number, at) if number not in (50, 59) and at < len(packet) else None


# %% wrong: ESP and No Next Header as upper layers
# points=[2, 2, 0] hint="ext-walk-unreadable" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return None
        length = (packet[at + 1] + 1) * 8
        if number == 44:
            length = 8
            if packet[at + 2] or packet[at + 3] >> 3:
                return None
        elif number == 51:
            length = (packet[at + 1] + 2) * 4
        number, at = packet[at], at + length
    return number, at


# %% wrong: does not look where the packet ends
# points=[2, 2, 0] hint="ext-walk-cut" met="visible"
def upper_layer(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        length = (packet[at + 1] + 1) * 8
        if number == 44:
            length = 8
            if packet[at + 2] or packet[at + 3] >> 3:
                return None
        elif number == 51:
            length = (packet[at + 1] + 2) * 4
        number, at = packet[at], at + length
    return None if number in (50, 59) else (number, at)


# %% wrong: lets the course walk
# points=[0, 0, 0] hint="withheld" met="visible"
def upper_layer(packet):
    from ipv6course.network.wire.extension import pull_chain

    chain = pull_chain(packet)
    if chain.next_header in (None, 59) or chain.offset >= len(packet):
        return None
    return chain.next_header, chain.offset


# %% wrong: lets scapy walk
# points=[0, 0, 0] hint="withheld" met="visible"
def upper_layer(packet):
    from scapy.layers.inet import UDP
    from scapy.layers.inet6 import IPv6

    read = IPv6(packet)
    return (17, len(packet) - len(read[UDP])) if UDP in read else None
