"""Traps: only one of the two networks, a filter that drops answers, a LAN without SLAAC, servers cut off."""

# %% right: a /127, and a filter in r2
repair = f"""
r1: ip addr del {LINK}::a/64 dev eth1
r1: ip addr add {LINK}::a/127 dev eth1
r2: ip addr del {LINK}::b/64 dev eth0
r2: ip addr add {LINK}::b/127 dev eth0
r2: nftables <<END
table ip6 f {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ct state established,related accept
    iifname "eth0" ip6 daddr {LAN}::/120 accept
    iifname "eth0" ip6 daddr {LAN}::/64 drop
  }}
}}
END
"""

# %% right: r1 lets in what is used, for both networks
repair = f"""
r1: nftables <<END
table ip6 border {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ct state established,related accept
    ip6 daddr {{ {LAN}::50, {LAN}::53 }} accept
    ip6 daddr {LAN}::/64 drop
    ip6 daddr {LINK}::/64 drop
  }}
}}
END
"""

# %% wrong: only the link
# points=[2, 0] hint="scan-lan" met="visible"
repair = f"""
r1: ip addr del {LINK}::a/64 dev eth1
r1: ip addr add {LINK}::a/127 dev eth1
r2: ip addr del {LINK}::b/64 dev eth0
r2: ip addr add {LINK}::b/127 dev eth0
"""

# %% wrong: only the servers
# points=[0, 3] hint="scan-link" met="visible"
repair = f"""
r2: nftables <<END
table ip6 f {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ct state established,related accept
    iifname "eth0" ip6 daddr {LAN}::/120 accept
    iifname "eth0" ip6 daddr {LAN}::/64 drop
  }}
}}
END
"""

# %% wrong: forgets the answers to the pc
# points=[2, 0] hint="scan-answers" met="visible"
repair = f"""
r1: nftables <<END
table ip6 f {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ip6 daddr {LAN}::/120 accept
    ip6 daddr {LAN}::/64 drop
    ip6 daddr {LINK}::/64 drop
  }}
}}
END
"""

# %% wrong: nothing comes in any more
# points=[0, 0] hint="scan-servers" met="visible"
repair = f"""
r1: nftables <<END
table ip6 f {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ct state established,related accept
    iifname "eth0" drop
  }}
}}
END
"""

# %% wrong: drops ICMPv6
# points=[0, 0] hint="scan-servers" met="visible"
repair = """
r1: nftables <<END
table ip6 f {
  chain forward {
    type filter hook forward priority 0; policy accept;
    meta l4proto ipv6-icmp drop
  }
}
END
"""

# %% wrong: a /120 for the servers, too
# points=[2, 0] hint="scan-answers" met="visible"
repair = f"""
r1: ip addr del {LINK}::a/64 dev eth1
r1: ip addr add {LINK}::a/127 dev eth1
r2: ip addr del {LINK}::b/64 dev eth0
r2: ip addr add {LINK}::b/127 dev eth0
r2: ip addr del {LAN}::1/64 dev eth1
r2: ip addr add {LAN}::1/120 dev eth1
"""

# %% wrong: changes the servers, which are not ours
# points=[0, 0] hint="scan-command" met="visible"
repair = f"""
www: ip addr del {LAN}::50/64 dev eth0
www: ip addr add {LAN}::50/120 dev eth0
"""

# %% wrong: does nothing
# points=[0, 0] hint="scan-link" met="visible"
repair = ""
