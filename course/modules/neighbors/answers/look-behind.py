"""Traps: only the first header, lengths, whatever has extension headers, fragments, what cannot be read."""


# %% right: along the chain
def may_pass(packet):
    is_link_local = packet[8] == 0xFE and packet[9] & 0xC0 == 0x80
    if not is_link_local or packet[7] != 255:
        return True
    number, at, is_first = packet[6], 40, False
    while number in (0, 43, 44, 60):
        if at + 8 > len(packet):
            return not is_first
        length = 8
        if number == 44:
            if int.from_bytes(packet[at + 2 : at + 4], "big") >> 3:
                return True
            is_first = True
        else:
            length += 8 * packet[at + 1]
        number, at = packet[at], at + length
    if number not in (6, 17, 58):
        return False
    if at + 4 > len(packet):
        return not is_first
    return not (number == 58 and packet[at] == 134)


# %% right: with a function for each step
def walk(packet):
    """Return the upper layer, where it begins, and which kind of fragment this is."""
    number, at, kind = packet[6], 40, "whole"
    while number in {0, 43, 60, 44} and len(packet) >= at + 8:
        header = packet[at : at + 8]
        if number == 44:
            kind = "later" if header[2] or header[3] >= 8 else "first"
            if kind == "later":
                break
            at += 8
        else:
            at += (header[1] + 1) * 8
        number = header[0]
    return number, at, kind


def may_pass(packet):
    if packet[7] < 255 or packet[8:10].hex()[:3] not in ("fe8", "fe9", "fea", "feb"):
        return True
    number, at, kind = walk(packet)
    if kind == "later":
        return True
    if kind == "first" and len(packet) < at + 4:
        return False
    if number in {0, 43, 60, 44}:
        return True
    return number in (6, 17) or (number == 58 and packet[at : at + 1] != b"\x86")


# %% wrong: looks at the first header only
# points=[2, 0, 0, 0] hint="guard-behind" met="visible"
def may_pass(packet):
    return not (packet[6] == 58 and packet[40] == 134)


# %% wrong: does not look at the next header
# points=[0, 0, 0, 0] hint="guard-other-layer" met="visible"
def may_pass(packet):
    return packet[40] != 134


# %% wrong: drops whatever has extension headers
# points=[2, 0, 0, 0] hint="guard-honest-headers" met="visible"
def may_pass(packet):
    if packet[6] not in (6, 17, 58):
        return False
    return not (packet[6] == 58 and packet[40] == 134)


# %% wrong: drops all ICMPv6
# points=[0, 0, 0, 2] hint="guard-needed" met="visible"
def may_pass(packet):
    is_link_local = packet[8] == 0xFE and packet[9] & 0xC0 == 0x80
    if not is_link_local or packet[7] != 255:
        return True
    number, at, is_first = packet[6], 40, False
    while number in (0, 43, 44, 60):
        if at + 8 > len(packet):
            return not is_first
        length = 8
        if number == 44:
            if int.from_bytes(packet[at + 2 : at + 4], "big") >> 3:
                return True
            is_first = True
        else:
            length += 8 * packet[at + 1]
        number, at = packet[at], at + length
    if number not in (6, 17, 58):
        return False
    if at + 4 > len(packet):
        return not is_first
    return not (number == 58)


# %% wrong: every header has 8 octets
# points=[2, 0, 0, 0] hint="guard-length" met="visible"
def may_pass(packet):
    is_link_local = packet[8] == 0xFE and packet[9] & 0xC0 == 0x80
    if not is_link_local or packet[7] != 255:
        return True
    number, at, is_first = packet[6], 40, False
    while number in (0, 43, 44, 60):
        if at + 8 > len(packet):
            return not is_first
        length = 8
        if number == 44:
            if int.from_bytes(packet[at + 2 : at + 4], "big") >> 3:
                return True
            is_first = True
        else:
            pass
        number, at = packet[at], at + length
    if number not in (6, 17, 58):
        return False
    if at + 4 > len(packet):
        return not is_first
    return not (number == 58 and packet[at] == 134)


# %% wrong: forgets the first 8 octets
# points=[2, 0, 0, 0] hint="guard-behind" met="visible"
def may_pass(packet):
    is_link_local = packet[8] == 0xFE and packet[9] & 0xC0 == 0x80
    if not is_link_local or packet[7] != 255:
        return True
    number, at, is_first = packet[6], 40, False
    while number in (0, 43, 44, 60):
        if at + 8 > len(packet):
            return not is_first
        length = 8
        if number == 44:
            if int.from_bytes(packet[at + 2 : at + 4], "big") >> 3:
                return True
            is_first = True
        else:
            length = 8 * packet[at + 1]
        number, at = packet[at], at + length
    if number not in (6, 17, 58):
        return False
    if at + 4 > len(packet):
        return not is_first
    return not (number == 58 and packet[at] == 134)


# %% wrong: lets pass what it does not know
# points=[2, 0, 2, 2] hint="guard-unknown" met="visible"
def may_pass(packet):
    is_link_local = packet[8] == 0xFE and packet[9] & 0xC0 == 0x80
    if not is_link_local or packet[7] != 255:
        return True
    number, at, is_first = packet[6], 40, False
    while number in (0, 43, 44, 60):
        if at + 8 > len(packet):
            return not is_first
        length = 8
        if number == 44:
            if int.from_bytes(packet[at + 2 : at + 4], "big") >> 3:
                return True
            is_first = True
        else:
            length += 8 * packet[at + 1]
        number, at = packet[at], at + length
    if number not in (6, 17, 58):
        return True
    if at + 4 > len(packet):
        return not is_first
    return not (number == 58 and packet[at] == 134)


# %% wrong: lets first fragments pass that show nothing
# points=[2, 2, 0, 0] hint="guard-first-fragment" met="visible"
def may_pass(packet):
    is_link_local = packet[8] == 0xFE and packet[9] & 0xC0 == 0x80
    if not is_link_local or packet[7] != 255:
        return True
    number, at, is_first = packet[6], 40, False
    while number in (0, 43, 44, 60):
        if at + 8 > len(packet):
            return True
        length = 8
        if number == 44:
            if int.from_bytes(packet[at + 2 : at + 4], "big") >> 3:
                return True
            is_first = True
        else:
            length += 8 * packet[at + 1]
        number, at = packet[at], at + length
    if number not in (6, 17, 58):
        return False
    if at + 4 > len(packet):
        return True
    return not (number == 58 and packet[at] == 134)


# %% wrong: lets all fragments pass
# points=[2, 2, 0, 0] hint="guard-first-fragment" met="visible"
def may_pass(packet):
    is_link_local = packet[8] == 0xFE and packet[9] & 0xC0 == 0x80
    if not is_link_local or packet[7] != 255:
        return True
    number, at, is_first = packet[6], 40, False
    while number in (0, 43, 44, 60):
        if at + 8 > len(packet):
            return not is_first
        length = 8
        if number == 44:
            return True
        else:
            length += 8 * packet[at + 1]
        number, at = packet[at], at + length
    if number not in (6, 17, 58):
        return False
    if at + 4 > len(packet):
        return not is_first
    return not (number == 58 and packet[at] == 134)


# %% wrong: drops all fragments
# points=[2, 2, 0, 0] hint="guard-honest-fragments" met="visible"
def may_pass(packet):
    number, at = packet[6], 40
    while number in (0, 43, 60):
        number, at = packet[at], at + 8 + 8 * packet[at + 1]
    if number == 58:
        return packet[at] != 134
    return number in (6, 17)


# %% wrong: looks into later fragments, too
# points=[2, 2, 0, 2] hint="guard-later-fragment" met="visible"
def may_pass(packet):
    is_link_local = packet[8] == 0xFE and packet[9] & 0xC0 == 0x80
    if not is_link_local or packet[7] != 255:
        return True
    number, at, is_first = packet[6], 40, False
    while number in (0, 43, 44, 60):
        if at + 8 > len(packet):
            return not is_first
        length = 8
        if number == 44:
            is_first = True
        else:
            length += 8 * packet[at + 1]
        number, at = packet[at], at + length
    if number not in (6, 17, 58):
        return False
    if at + 4 > len(packet):
        return not is_first
    return not (number == 58 and packet[at] == 134)


# %% wrong: lets the course's own guard decide
# points=[0, 0, 0, 0] hint="withheld" met="visible"
from ipv6course.network.ra_guard import RaGuard


def may_pass(packet):
    return RaGuard(frozenset()).judge(bytes(12) + b"\x86\xdd" + packet) is None


# %% wrong: says what kind of packet it is
# points=[0, 0, 0, 0] hint="guard-true-false" met="visible"
def may_pass(packet):
    return "router advertisement" if packet[6] == 58 and packet[40] == 134 else "other"
