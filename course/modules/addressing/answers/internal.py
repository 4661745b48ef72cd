"""Traps: 'not global is ours', every zone alike, every mapped client alike, letters for bits."""

# %% right: the standard library
import ipaddress


def internal(client, site, inside):
    try:
        address = ipaddress.IPv6Address(client)
    except ValueError:
        return False
    if address.is_link_local:
        return address.scope_id in inside
    if address.is_loopback:
        return True
    address = address.ipv4_mapped or address
    networks = [ipaddress.ip_network(prefix) for prefix in site]
    return any(net.version == address.version and address in net for net in networks)


# %% right: by type, with the course's own functions
import netaddr


def internal(client, site, inside):
    try:
        found = describe(client)
    except ValueError:
        return False
    if found.type == "loopback":
        return True
    if found.type == "link-local unicast":
        return found.zone is not None and found.zone in inside
    address = found.address
    if found.type == "IPv4-mapped":
        address = found.embedded_ipv4[0]
    for prefix in site:
        if address in netaddr.IPNetwork(prefix):
            return True
    return False


# %% wrong: what is not globally reachable is ours
# points=[0, 0, 0] hint="foreign-ula" met="visible"
import netaddr


def internal(client, site, inside):
    found = describe(client)
    return found.globally_reachable is False or any(
        found.address in netaddr.IPNetwork(prefix) for prefix in site
    )


# %% wrong: every unique local address is ours
# points=[0, 2, 2] hint="foreign-ula" met="visible"
import netaddr


def internal(client, site, inside):
    try:
        found = describe(client)
    except ValueError:
        return False
    if found.type in ("loopback", "unique local unicast"):
        return True
    if found.type == "link-local unicast":
        return found.zone in inside
    address = found.embedded_ipv4[0] if found.type == "IPv4-mapped" else found.address
    return any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: every link-local address is inside
# points=[2, 0, 2] hint="zone-ignored" met="visible"
import netaddr


def internal(client, site, inside):
    try:
        address = netaddr.IPAddress(client.split("%")[0])
    except netaddr.AddrFormatError:
        return False
    if address in netaddr.IPNetwork("fe80::/10") or int(address) == 1:
        return True
    if address in netaddr.IPNetwork("::ffff:0:0/96"):
        address = address.ipv4()
    return any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: link-local without a zone is inside
# points=[2, 0, 2] hint="zone-ignored" met="visible"
import netaddr


def internal(client, site, inside):
    text, _, zone = client.partition("%")
    try:
        address = netaddr.IPAddress(text)
    except netaddr.AddrFormatError:
        return False
    if address in netaddr.IPNetwork("fe80::/10"):
        return not zone or zone in inside
    if int(address) == 1:
        return True
    if address in netaddr.IPNetwork("::ffff:0:0/96"):
        address = address.ipv4()
    return any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: a zone is no address
# points=[2, 0, 2] hint="neighbor-refused" met="visible"
import netaddr


def internal(client, site, inside):
    try:
        address = netaddr.IPAddress(client)
    except (netaddr.AddrFormatError, ValueError):
        return False
    if int(address) == 1:
        return True
    if address in netaddr.IPNetwork("::ffff:0:0/96"):
        address = address.ipv4()
    return any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: fe80 as letters
# points=[2, 0, 2] hint="count-the-bits" met="visible"
import netaddr


def internal(client, site, inside):
    text, _, zone = client.partition("%")
    if text.lower().startswith("fe80"):
        return zone in inside
    try:
        address = netaddr.IPAddress(text)
    except netaddr.AddrFormatError:
        return False
    if int(address) == 1:
        return True
    if address in netaddr.IPNetwork("::ffff:0:0/96"):
        address = address.ipv4()
    return any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: forgets that IPv4 comes mapped
# points=[2, 2, 0] hint="mapped-is-ipv4" met="visible"
import netaddr


def internal(client, site, inside):
    text, _, zone = client.partition("%")
    try:
        address = netaddr.IPAddress(text)
    except netaddr.AddrFormatError:
        return False
    if address in netaddr.IPNetwork("fe80::/10"):
        return zone in inside
    return int(address) == 1 or any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: every mapped client is local
# points=[2, 2, 0] hint="mapped-stranger" met="visible"
import netaddr


def internal(client, site, inside):
    text, _, zone = client.partition("%")
    try:
        address = netaddr.IPAddress(text)
    except netaddr.AddrFormatError:
        return False
    if address in netaddr.IPNetwork("fe80::/10"):
        return zone in inside
    if int(address) == 1 or address in netaddr.IPNetwork("::ffff:0:0/96"):
        return True
    return any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: the server is a stranger to itself
# points=[2, 2, 0] hint="server-itself" met="visible"
import netaddr


def internal(client, site, inside):
    text, _, zone = client.partition("%")
    try:
        address = netaddr.IPAddress(text)
    except netaddr.AddrFormatError:
        return False
    if address in netaddr.IPNetwork("fe80::/10"):
        return zone in inside
    if address in netaddr.IPNetwork("::ffff:0:0/96"):
        address = address.ipv4()
    return any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: stops at what is not an address
# points=[2, 2, 0] hint="stopped" met="visible"
import netaddr


def internal(client, site, inside):
    text, _, zone = client.partition("%")
    address = netaddr.IPAddress(text)
    if address in netaddr.IPNetwork("fe80::/10"):
        return zone in inside
    if address in netaddr.IPNetwork("::ffff:0:0/96"):
        address = address.ipv4()
    return int(address) == 1 or any(address in netaddr.IPNetwork(prefix) for prefix in site)


# %% wrong: the translator's prefix holds our IPv4 addresses too
# points=[2, 2, 0] hint="stranger-inside" met="hidden"
import netaddr


def internal(client, site, inside):
    try:
        found = describe(client)
    except ValueError:
        return False
    if found.type == "loopback":
        return True
    if found.type == "link-local unicast":
        return found.zone in inside
    address = found.embedded_ipv4[0] if found.embedded_ipv4 else found.address
    return any(address in netaddr.IPNetwork(prefix) for prefix in site)
