"""Traps: text instead of bits, a lost subnet or identifier, others changed or rewritten."""

# %% right: with masks
from ipv6course.address import canonical
from netaddr import AddrFormatError, IPAddress, IPNetwork


def renumber(addresses, old, new):
    bits = 128 - IPNetwork(old).prefixlen

    def one(text):
        if "%" in text or ":" not in text:
            return text
        value = int(IPAddress(text))
        if value >> bits != IPNetwork(old).first >> bits:
            return text
        value = IPNetwork(new).first | value & (1 << bits) - 1
        return canonical(str(IPAddress(value, 6)))

    return [one(text) for text in addresses]


# %% right: with ipaddress and a difference
import ipaddress


def renumber(addresses, old, new):
    source, target = ipaddress.ip_network(old), ipaddress.ip_network(new)
    done = []
    for text in addresses:
        try:
            place = int(ipaddress.IPv6Address(text)) - int(source[0])
        except ValueError:
            place = -1
        inside = "%" not in text and 0 <= place < source.num_addresses
        done.append(str(target[0] + place) if inside else text)
    return done


# %% wrong: search and replace in the text
# points=[0, 0, 0] hint="renumber-as-text" met="visible"
def renumber(addresses, old, new):
    before = old.split("::")[0]
    after = new.split("::")[0]
    return [text.replace(before, after) for text in addresses]


# %% wrong: the subnet is lost
# points=[0, 0, 2] hint="renumber-subnet-lost" met="visible"
from netaddr import AddrFormatError, IPAddress, IPNetwork


def renumber(addresses, old, new):
    done = []
    for text in addresses:
        try:
            address = IPAddress(text)
        except AddrFormatError:
            done.append(text)
            continue
        if address in IPNetwork(old):
            identifier = int(address) & 2**64 - 1
            text = str(IPAddress(IPNetwork(new).first | identifier, 6))
        done.append(text)
    return done


# %% wrong: the identifier is lost
# points=[0, 0, 0] hint="renumber-identifier-lost" met="visible"
from netaddr import AddrFormatError, IPAddress, IPNetwork


def renumber(addresses, old, new):
    done = []
    for text in addresses:
        try:
            address = IPAddress(text)
        except AddrFormatError:
            done.append(text)
            continue
        if address in IPNetwork(old):
            place = int(address) - IPNetwork(old).first >> 64 << 64
            text = str(IPAddress(IPNetwork(new).first + place, 6))
        done.append(text)
    return done


# %% wrong: cuts between groups only
# points=[2, 0, 2] hint="renumber-inside-a-digit" met="visible"
from netaddr import AddrFormatError, IPAddress, IPNetwork


def renumber(addresses, old, new):
    done = []
    for text in addresses:
        try:
            address = IPAddress(text)
        except AddrFormatError:
            done.append(text)
            continue
        if address in IPNetwork(old):
            bits = 128 - -(-IPNetwork(old).prefixlen // 16) * 16
            value = IPNetwork(new).first | int(address) & 2**bits - 1
            text = str(IPAddress(value, 6))
        done.append(text)
    return done


# %% wrong: everything is renumbered
# points=[2, 2, 0] hint="renumber-left-alone" met="visible"
from netaddr import AddrFormatError, IPAddress, IPNetwork


def renumber(addresses, old, new):
    done = []
    bits = 128 - IPNetwork(old).prefixlen
    for text in addresses:
        try:
            value = int(IPAddress(text)) & 2**bits - 1
            done.append(str(IPAddress(IPNetwork(new).first | value, 6)))
        except AddrFormatError:
            done.append(text)
    return done


# %% wrong: rewrites the others too
# points=[2, 2, 0] hint="renumber-left-alone" met="visible"
from netaddr import AddrFormatError, IPAddress, IPNetwork


def renumber(addresses, old, new):
    done = []
    for text in addresses:
        try:
            address = IPAddress(text)
        except AddrFormatError:
            done.append(text)
            continue
        if address in IPNetwork(old):
            shift = IPNetwork(new).first - IPNetwork(old).first
            address = IPAddress(int(address) + shift, 6)
        done.append(str(address))
    return done


# %% wrong: leaves the others out
# points=[2, 2, 0] hint="renumber-list" met="visible"
from netaddr import AddrFormatError, IPAddress, IPNetwork


def renumber(addresses, old, new):
    done = []
    for text in addresses:
        try:
            address = IPAddress(text)
        except AddrFormatError:
            continue
        if address in IPNetwork(old):
            shift = IPNetwork(new).first - IPNetwork(old).first
            done.append(str(IPAddress(int(address) + shift, 6)))
    return done


# %% wrong: stops at an address with a zone
# points=[2, 2, 0] hint="stopped" met="visible"
from netaddr import IPAddress, IPNetwork


def renumber(addresses, old, new):
    shift = IPNetwork(new).first - IPNetwork(old).first
    return [
        str(IPAddress(int(IPAddress(text)) + shift, 6))
        if IPAddress(text) in IPNetwork(old)
        else text
        for text in addresses
    ]


# %% wrong: the full form comes back
# points=[0, 0, 0] hint="renumber-canonical" met="visible"
import ipaddress


def renumber(addresses, old, new):
    source, target = ipaddress.ip_network(old), ipaddress.ip_network(new)
    done = []
    for text in addresses:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            done.append(text)
            continue
        if address in source:
            moved_to = target[int(address) - int(source[0])]
            text = moved_to.exploded
        done.append(text)
    return done
