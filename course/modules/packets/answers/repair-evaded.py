"""Traps: one more place to look at, one kind, dropping all, ports in later pieces, tiny first pieces."""


# %% right: a walk of its own
def may_pass(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if len(packet) < at + 8:
            return False
        following, length, place = packet[at], packet[at + 1], packet[at + 2 : at + 4]
        if number == 44 and int.from_bytes(place, "big") >> 3:
            return True
        at += 8 if number == 44 else (length + 2) * 4 if number == 51 else (length + 1) * 8
        number = following
    if number in (50, 59):
        return True
    return len(packet) >= at + 4 and (number, packet[at + 2 : at + 4]) != (17, b"\x00\xa1")


# %% right: with the course's chain
def may_pass(packet):
    from ipv6course.network.wire.extension import pull_chain

    chain = pull_chain(packet)
    if chain.is_cut:
        return False
    if chain.next_header in (None, 59):
        return True
    ports = packet[chain.offset : chain.offset + 4]
    if len(ports) < 4:
        return False
    return chain.next_header != 17 or ports[2:] != b"\x00\xa1"


# %% wrong: the filter that was there
# points=[0, 2, 0] hint="ext-filter-order" met="visible"
def may_pass(packet):
    return not (packet[6] == 17 and packet[42:44] == b"\x00\xa1")


# %% wrong: looks at a second place
# points=[0, 2, 0] hint="ext-filter-kinds" met="visible"
def may_pass(packet):
    if packet[6] == 60:
        return not (packet[40] == 17 and packet[50:52] == b"\x00\xa1")
    return not (packet[6] == 17 and packet[42:44] == b"\x00\xa1")


# %% wrong: every extension header has 8 octets
# points=[0, 2, 0] hint="ext-filter-length" met="visible"
def may_pass(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60) and at + 8 <= len(packet):
        if number == 44 and (packet[at + 2] or packet[at + 3] >> 3):
            return True
        number, at = packet[at], at + 8
    return not (number == 17 and packet[at + 2 : at + 4] == b"\x00\xa1")


# %% wrong: one extension header at most
# points=[0, 2, 0] hint="ext-filter-chain" met="visible"
def may_pass(packet):
    number, at = packet[6], 40
    if number in (0, 43, 60):
        number, at = packet[at], at + (packet[at + 1] + 1) * 8
    return not (number == 17 and packet[at + 2 : at + 4] == b"\x00\xa1")


# %% wrong: drops all that has an extension header
# points=[3, 0, 2] hint="ext-filter-too-strict" met="visible"
def may_pass(packet):
    if packet[6] in (0, 43, 44, 50, 51, 60, 135, 139, 140):
        return False
    return not (packet[6] == 17 and packet[42:44] == b"\x00\xa1")


# %% wrong: looks for the port's octets anywhere
# points=[3, 0, 0] hint="ext-filter-too-strict" met="visible"
def may_pass(packet):
    return b"\x00\xa1" not in packet[40:]


# %% wrong: drops all fragments
# points=[3, 0, 2] hint="ext-filter-too-strict" met="visible"
def may_pass(packet):
    from ipv6course.network.wire.extension import pull_chain

    chain = pull_chain(packet)
    if chain.is_cut or chain.fragment:
        return False
    if chain.next_header is None:
        return True
    ports = packet[chain.offset : chain.offset + 4]
    return len(ports) == 4 and not (chain.next_header == 17 and ports[2:] == b"\x00\xa1")


# %% wrong: drops the fragments that it cannot read
# points=[3, 0, 2] hint="ext-filter-fragments" met="visible"
def may_pass(packet):
    from ipv6course.network.wire.extension import pull_chain

    chain = pull_chain(packet)
    if chain.is_cut or (chain.fragment and chain.next_header is None):
        return False
    if chain.next_header is None:
        return True
    ports = packet[chain.offset : chain.offset + 4]
    return len(ports) == 4 and not (chain.next_header == 17 and ports[2:] == b"\x00\xa1")


# %% wrong: what it cannot read is refused, a VPN too
# points=[3, 0, 2] hint="ext-filter-esp" met="visible"
def may_pass(packet):
    from ipv6course.network.wire.extension import pull_chain

    chain = pull_chain(packet)
    if chain.is_cut:
        return False
    if chain.next_header is None:
        return bool(chain.fragment)
    ports = packet[chain.offset : chain.offset + 4]
    return len(ports) == 4 and not (chain.next_header == 17 and ports[2:] == b"\x00\xa1")


# %% wrong: a first fragment without the upper layer passes
# points=[3, 2, 0] hint="ext-filter-first-fragment" met="visible"
def may_pass(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return True
        length = (packet[at + 1] + 1) * 8
        if number == 44:
            length = 8
            if packet[at + 2] or packet[at + 3] & 0xF8:
                return True
        elif number == 51:
            length = (packet[at + 1] + 2) * 4
        number, at = packet[at], at + length
    return not (number == 17 and packet[at + 2 : at + 4] == b"\x00\xa1")


# %% wrong: AH as an upper layer
# points=[3, 2, 0] hint="ext-filter-ah" met="visible"
def may_pass(packet):
    number, at = packet[6], 40
    while number in (0, 43, 44, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return False
        length = (packet[at + 1] + 1) * 8
        if number == 44:
            length = 8
            if packet[at + 2] or packet[at + 3] & 0xF8:
                return True
        number, at = packet[at], at + length
    if number in (50, 59):
        return True
    if at + 4 > len(packet):
        return False
    return not (number == 17 and packet[at + 2 : at + 4] == b"\x00\xa1")


# %% wrong: does not know the fragment at offset 0
# points=[0, 2, 0] hint="ext-filter-atomic" met="visible"
def may_pass(packet):
    number, at = packet[6], 40
    while number in (0, 43, 51, 60, 135, 139, 140):
        if at + 8 > len(packet):
            return False
        length = (packet[at + 1] + (2 if number == 51 else 1)) * (4 if number == 51 else 8)
        number, at = packet[at], at + length
    return not (number == 17 and packet[at + 2 : at + 4] == b"\x00\xa1")
