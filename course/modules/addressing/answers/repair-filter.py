"""Traps: mending the text instead of comparing bits, forgetting IPv4-mapped guests."""

# %% right: the standard library
import ipaddress


def permitted(source, rules):
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    networks = [ipaddress.ip_network(rule) for rule in rules]
    return any(address.version == net.version and address in net for net in networks)


# %% right: the mapped address by its bits
import netaddr


def permitted(source, rules):
    try:
        address = netaddr.IPAddress(source)
    except netaddr.AddrFormatError:
        return False
    if address.version == 6 and address.value >> 32 == 0xFFFF:
        address = netaddr.IPAddress(address.value & 0xFFFFFFFF, 4)
    for rule in rules:
        if address in netaddr.IPNetwork(rule):
            return True
    return False


# %% wrong: small letters only
# points=[0, 0, 0] hint="compared-as-text" met="visible"
def permitted(source, rules):
    for rule in rules:
        begin = rule.lower().split("/")[0].rstrip(":")
        if source.lower().startswith(begin):
            return True
    return False


# %% wrong: recommended texts, but still texts
# points=[0, 0, 0] hint="compared-as-text" met="visible"
from ipv6course.address import canonical


def permitted(source, rules):
    for rule in rules:
        if "." not in rule and "." not in source:
            if canonical(source) == canonical(rule.split("/")[0]):
                return True
    return False


# %% wrong: recommended texts as beginnings
# points=[2, 0, 0] hint="prefix-is-not-text" met="visible"
from ipv6course.address import canonical


def permitted(source, rules):
    for rule in rules:
        address, slash, _ = rule.partition("/")
        begin = canonical(address).rstrip(":") if "." not in rule else address
        text = canonical(source) if "." not in source else source
        if text.startswith(begin) if slash else text == begin:
            return True
    return False


# %% wrong: forgets IPv4-mapped guests
# points=[2, 2, 0] hint="mapped-is-ipv4" met="visible"
import netaddr


def permitted(source, rules):
    try:
        address = netaddr.IPAddress(source)
    except netaddr.AddrFormatError:
        return False
    return any(address in netaddr.IPNetwork(rule) for rule in rules)


# %% wrong: stops with an error on a malformed source
# points=[2, 2, 0] hint="stopped" met="visible"
import netaddr


def permitted(source, rules):
    address = netaddr.IPAddress(source)
    if address in netaddr.IPNetwork("::ffff:0:0/96"):
        address = address.ipv4()
    return any(address in netaddr.IPNetwork(rule) for rule in rules)


# %% wrong: lets in what it cannot read
# points=[2, 2, 0] hint="malformed-source" met="visible"
import netaddr


def permitted(source, rules):
    try:
        address = netaddr.IPAddress(source)
    except netaddr.AddrFormatError:
        return True
    if address in netaddr.IPNetwork("::ffff:0:0/96"):
        address = address.ipv4()
    return any(address in netaddr.IPNetwork(rule) for rule in rules)


# %% wrong: lets everybody in
# points=[0, 0, 0] hint="stranger-let-in" met="visible"
def permitted(source, rules):
    return True
