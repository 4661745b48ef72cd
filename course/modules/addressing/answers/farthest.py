"""Traps: scope for reachability, letters for bits, 'drop all that is special'."""

# %% right: a table of blocks, the most specific first
import netaddr

BLOCKS = [
    ("::/128", "link"),
    ("::1/128", "node"),
    ("::ffff:0:0/96", "node"),
    ("64:ff9b::/96", "internet"),
    ("64:ff9b:1::/48", "site"),
    ("2001:db8::/32", "nowhere"),
    ("3fff::/20", "nowhere"),
    ("2000::/3", "internet"),
    ("fc00::/7", "site"),
    ("fe80::/10", "link"),
]


def farthest(source):
    address = netaddr.IPAddress(source)
    for block, answer in BLOCKS:
        if address in netaddr.IPNetwork(block):
            return answer
    return "nowhere"


# %% right: the first bits as numbers
from ipv6course.address import parse


def farthest(source):
    value = parse(source).value
    if value == 0 or value >> 118 == 0xFE80 >> 6:
        return "link"
    if value == 1 or value >> 32 == 0xFFFF:
        return "node"
    if value >> 121 == 0xFC >> 1 or value >> 80 == 0x64FF9B0001:
        return "site"
    if value >> 96 == 0x20010DB8 or value >> 108 == 0x3FFF0:
        return "nowhere"
    if value >> 125 == 0b001 or value >> 32 == 0x64FF9B << 64:
        return "internet"
    return "nowhere"


# %% wrong: global scope is the Internet
# points=[0, 0, 0] hint="scope-is-not-reach" met="visible"
def farthest(source):
    found = describe(source)
    if found.type == "loopback":
        return "node"
    if found.scope == "link-local" and found.type != "multicast":
        return "link"
    return "internet" if found.scope == "global" else "nowhere"


# %% wrong: what is not reachable stays in the site
# points=[0, 0, 0] hint="link-local-stays" met="visible"
def farthest(source):
    return "internet" if describe(source).globally_reachable else "site"


# %% wrong: drops every link-local
# points=[0, 2, 0] hint="link-local-is-used" met="visible"
def farthest(source):
    found = describe(source)
    if found.type in ("loopback", "IPv4-mapped"):
        return "node"
    if found.type == "unspecified":
        return "link"
    if found.type == "unique local unicast" or source.startswith("64:ff9b:1:"):
        return "site"
    return "internet" if found.globally_reachable else "nowhere"


# %% wrong: a group goes as far as its scope
# points=[0, 2, 2] hint="group-never-source" met="visible"
def farthest(source):
    found = describe(source)
    if found.type == "multicast":
        return {"link-local": "link", "site-local": "site", "global": "internet"}[found.scope]
    if found.type in ("loopback", "IPv4-mapped"):
        return "node"
    if found.type == "reserved" or found.name == "Documentation":
        return "nowhere"
    if not found.forwardable:
        return "link"
    return "internet" if found.globally_reachable else "site"


# %% wrong: nobody sends from ::
# points=[2, 0, 2] hint="unspecified-on-link" met="visible"
def farthest(source):
    found = describe(source)
    if found.type in ("loopback", "IPv4-mapped"):
        return "node"
    if found.type in ("multicast", "reserved", "unspecified"):
        return "nowhere"
    if found.name == "Documentation":
        return "nowhere"
    if not found.forwardable:
        return "link"
    return "internet" if found.globally_reachable else "site"


# %% wrong: an IPv4-mapped address is as good as its IPv4 address
# points=[2, 0, 2] hint="mapped-inside" met="visible"
def farthest(source):
    found = describe(source)
    if found.type == "loopback":
        return "node"
    if found.type == "IPv4-mapped":
        return "internet"
    if found.type in ("multicast", "reserved") or found.name == "Documentation":
        return "nowhere"
    if not found.forwardable:
        return "link"
    return "internet" if found.globally_reachable else "site"


# %% wrong: 2000::/3 is the Internet, books included
# points=[2, 0, 0] hint="from-a-book" met="visible"
import netaddr


def farthest(source):
    address = netaddr.IPAddress(source)
    for block, answer in (
        ("::/128", "link"),
        ("::1/128", "node"),
        ("::ffff:0:0/96", "node"),
        ("2000::/3", "internet"),
        ("fc00::/7", "site"),
        ("fe80::/10", "link"),
    ):
        if address in netaddr.IPNetwork(block):
            return answer
    return "nowhere"


# %% wrong: letters instead of bits
# points=[0, 2, 0] hint="count-the-bits" met="visible"
def farthest(source):
    if source == "::":
        return "link"
    if source.startswith("::"):
        return "node"
    if source.startswith(("2001:db8:", "3fff:")):
        return "nowhere"
    if source.startswith("fe80"):
        return "link"
    if source.startswith(("fc", "fd", "64:ff9b:1:")):
        return "site"
    return "internet" if source.startswith(("2", "64:ff9b:")) else "nowhere"


# %% wrong: fe80 only, not all ten bits
# points=[2, 2, 0] hint="count-the-bits" met="visible"
def farthest(source):
    found = describe(source)
    if found.type in ("loopback", "IPv4-mapped"):
        return "node"
    if int(found.address) == 0 or int(found.address) >> 112 == 0xFE80:
        return "link"
    if found.type == "unique local unicast":
        return "site"
    if found.globally_reachable and found.type != "multicast":
        return "internet"
    return "site" if found.name == "IPv4-IPv6 Translat." else "nowhere"


# %% wrong: nothing outside of 2000::/3 may come in
# points=[2, 2, 0] hint="most-specific-row" met="visible"
def farthest(source):
    found = describe(source)
    if found.type in ("loopback", "IPv4-mapped"):
        return "node"
    if found.type in ("unspecified", "link-local unicast"):
        return "link"
    if found.type == "unique local unicast":
        return "site"
    first_bits = int(found.address) >> 125
    return "internet" if first_bits == 1 and found.globally_reachable else "nowhere"


# %% wrong: all of 64:ff9b
# points=[2, 2, 0] hint="most-specific-row" met="visible"
def farthest(source):
    found = describe(source)
    if int(found.address) >> 96 == 0x64FF9B:
        return "internet"
    if found.type in ("loopback", "IPv4-mapped"):
        return "node"
    if found.type == "multicast":
        return "nowhere"
    if found.forwardable is False and found.source is True:
        return "link"
    if found.type == "unique local unicast" or found.name.startswith("IPv4-IPv6"):
        return "site"
    return "internet" if found.globally_reachable else "nowhere"


# %% wrong: everything else is global unicast
# points=[2, 2, 0] hint="given-to-nobody" met="visible"
def farthest(source):
    found = describe(source)
    if found.type in ("loopback", "IPv4-mapped"):
        return "node"
    if found.type == "multicast" or found.name == "Documentation":
        return "nowhere"
    if found.forwardable is False:
        return "link"
    row = found.registry_entry
    return "site" if row and not row.globally_reachable else "internet"
