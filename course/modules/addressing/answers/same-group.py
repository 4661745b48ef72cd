"""Traps: the same host in another text, another link, a change in the digits that are kept."""

# %% right: another bit far from the end
colleague = str(netaddr.IPAddress(int(own) ^ (1 << 63)))


# %% right: a short interface identifier with the same end, in full form
start = int(own) >> 64 << 64
colleague = netaddr.IPAddress(start | 1 << 24 | int(own) & 0xFFFFFF).format(netaddr.ipv6_verbose)


# %% wrong: the own host, in another text
# points=[0, 0] hint="own-host" met="visible"
colleague = own.format(netaddr.ipv6_verbose).upper()


# %% wrong: the next address
# points=[1, 0] hint="host-of-another-group" met="visible"
colleague = str(netaddr.IPAddress(int(own) ^ 1))


# %% wrong: keeps only the last 16 bits
# points=[1, 0] hint="host-of-another-group" met="visible"
colleague = str(netaddr.IPAddress(int(own) ^ (1 << 20)))


# %% wrong: the same end on another link
# points=[0, 2] hint="another-link" met="visible"
colleague = str(netaddr.IPAddress(int(own) ^ (1 << 64)))


# %% wrong: the link-local address of the own interface
# points=[0, 2] hint="another-link" met="visible"
colleague = str(netaddr.IPAddress((0xFE80 << 112) | int(own) & (2**64 - 1)))


# %% wrong: the group itself
# points=[0, 0] hint="not-a-host" met="visible"
from ipv6course.address import solicited_node

colleague = str(solicited_node(own))


# %% wrong: the Ethernet address of the group
# points=[0, 0] hint="not-a-host" met="visible"
from ipv6course.address import multicast_mac, solicited_node

colleague = str(multicast_mac(solicited_node(own)))
