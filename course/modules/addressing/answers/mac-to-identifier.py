"""Traps: the u/l bit set or left alone, the wrong place or order of ff:fe, other spellings."""


# %% right: octet by octet
def identifier(mac):
    octets = [int(octet, 16) for octet in mac.replace("-", ":").split(":")]
    octets = [octets[0] ^ 2, *octets[1:3], 0xFF, 0xFE, *octets[3:]]
    text = "".join(f"{octet:02x}" for octet in octets)
    return ":".join(text[at : at + 4] for at in range(0, 16, 4))


# %% right: as one number
def identifier(mac):
    value = int("".join(digit for digit in mac if digit not in ":-"), 16)
    high, low = value >> 24, value & 0xFFFFFF
    whole = (high << 40 | 0xFFFE << 24 | low) ^ 1 << 57
    groups = [whole >> shift & 0xFFFF for shift in (48, 32, 16, 0)]
    return "{:04x}:{:04x}:{:04x}:{:04x}".format(*groups)


# %% wrong: the bit stays as it is
# points=[0, 0, 0] hint="bit-not-inverted" met="visible"
def identifier(mac):
    octets = bytearray.fromhex(mac.replace(":", "").replace("-", ""))
    octets[3:3] = b"\xff\xfe"
    return octets.hex(":", 2)


# %% wrong: sets the bit, and does not invert it
# points=[2, 0, 1] hint="inverted-not-set" met="visible"
def identifier(mac):
    octets = bytearray.fromhex(mac.replace(":", "").replace("-", ""))
    octets[0] |= 0x02
    octets[3:3] = b"\xff\xfe"
    return octets.hex(":", 2)


# %% wrong: writes 02 for the first octet
# points=[2, 0, 1] hint="inverted-not-set" met="visible"
def identifier(mac):
    digits = "02" + mac.lower().replace(":", "").replace("-", "")[2:]
    return f"{digits[:4]}:{digits[4:6]}ff:fe{digits[6:8]}:{digits[8:]}"


# %% wrong: inverts the group bit
# points=[0, 0, 0] hint="another-bit" met="visible"
def identifier(mac):
    octets = bytearray.fromhex(mac.replace(":", "").replace("-", ""))
    octets[0] ^= 0x01
    octets[3:3] = b"\xff\xfe"
    return octets.hex(":", 2)


# %% wrong: counts the seventh bit from the other side
# points=[0, 0, 0] hint="another-bit" met="visible"
def identifier(mac):
    octets = bytearray.fromhex(mac.replace(":", "").replace("-", ""))
    octets[0] ^= 1 << 6
    octets[3:3] = b"\xff\xfe"
    return octets.hex(":", 2)


# %% wrong: ff:fe in front
# points=[0, 0, 0] hint="fffe-in-the-middle" met="visible"
def identifier(mac):
    octets = bytearray.fromhex(mac.replace(":", "").replace("-", ""))
    octets[0] ^= 0x02
    return (b"\xff\xfe" + octets).hex(":", 2)


# %% wrong: ff:fe after the second octet
# points=[0, 0, 0] hint="fffe-in-the-middle" met="visible"
def identifier(mac):
    octets = bytearray.fromhex(mac.replace(":", "").replace("-", ""))
    octets[0] ^= 0x02
    octets[2:2] = b"\xff\xfe"
    return octets.hex(":", 2)


# %% wrong: ff:ff, as for another kind of address
# points=[0, 0, 0] hint="ffff-is-not-fffe" met="visible"
def identifier(mac):
    octets = bytearray.fromhex(mac.replace(":", "").replace("-", ""))
    octets[0] ^= 0x02
    octets[3:3] = b"\xff\xff"
    return octets.hex(":", 2)


# %% wrong: zeros in front are left out, as in an address
# points=[0, 0, 0] hint="four-digits-a-group" met="visible"
def identifier(mac):
    octets = bytearray.fromhex(mac.replace(":", "").replace("-", ""))
    octets[0] ^= 0x02
    octets[3:3] = b"\xff\xfe"
    return ":".join(f"{int(group, 16):x}" for group in octets.hex(":", 2).split(":"))


# %% wrong: knows only colons
# points=[2, 2, 0] hint="stopped" met="visible"
def identifier(mac):
    octets = [int(octet, 16) for octet in mac.split(":")]
    octets[0] ^= 2
    return bytes([*octets[:3], 0xFF, 0xFE, *octets[3:]]).hex(":", 2)


# %% wrong: keeps capital letters
# points=[2, 2, 0] hint="mac-on-a-label" met="visible"
def identifier(mac):
    digits = mac.replace(":", "").replace("-", "")
    first = f"{int(digits[:2], 16) ^ 2:02x}"
    return f"{first}{digits[2:4]}:{digits[4:6]}ff:fe{digits[6:8]}:{digits[8:]}"


# %% wrong: asks netaddr
# points=[0, 0, 0] hint="withheld" met="visible"
import netaddr


def identifier(mac):
    return f"{netaddr.EUI(mac).modified_eui64().value:016x}"


# %% wrong: asks the toolkit
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.address import full, modified_eui64


def identifier(mac):
    return full(str(modified_eui64("2001:db8::/64", mac)))[20:]


# %% wrong: asks the builder
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.widgets.interface_identifier import build


def identifier(mac):
    return build("eui64", "2001:db8::/64", mac).identifier
