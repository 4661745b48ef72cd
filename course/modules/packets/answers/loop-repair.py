"""Traps: one subnet only, too much, the default route, silence, a LAN as big as the prefix."""

# %% right: the whole prefix leads nowhere
repair = "campus: ip -6 route add unreachable " + str(prefix)

# %% right: a filter that tells the sender
repair = """campus: nftables <<END
table ip6 border {
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "eth0" oifname "eth0" reject with icmpv6 type no-route
  }
}
END
"""

# %% wrong: for the one subnet of the traceroute
# points=[2, 0] hint="loop-one-subnet" met="visible"
repair = f"campus: ip -6 route add unreachable {subnet(0x77)}"

# %% wrong: dropped without a word
# points=[2, 0] hint="loop-sender-not-told" met="visible"
repair = f"campus: ip -6 route add blackhole {prefix}"

# %% wrong: without the default route
# points=[0, 0] hint="loop-cut-off" met="visible"
repair = "campus: ip -6 route del default"

# %% wrong: a /32, with others in it
# points=[0, 0] hint="loop-cut-off" met="visible"
import netaddr

repair = f"campus: ip -6 route add unreachable {netaddr.IPNetwork(f'{prefix.ip}/32').cidr}"

# %% wrong: at the provider
# points=[0, 0] hint="loop-refused" met="visible"
repair = f"provider: ip -6 route add unreachable {prefix}"

# %% wrong: the whole prefix as a LAN
# points=[2, 0] hint="loop-neighbors" met="visible"
repair = f"campus: ip -6 route add {prefix} dev eth1"

# %% wrong: a filter that drops
# points=[2, 0] hint="loop-sender-not-told" met="visible"
repair = """campus: nftables <<END
table ip6 border {
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "eth0" oifname "eth0" drop
  }
}
END
"""

# %% wrong: a default route of the same kind
# points=[0, 0] hint="loop-goes-on" met="visible"
repair = "campus: ip -6 route add unreachable default metric 2048"
