"""Traps: too much, too little, the order of rules, and a fault that is looked for elsewhere."""

# %% right: nothing of ICMPv6 is dropped
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ip6 daddr {found.site}:5::22 drop
  }}
}}
END
"""

# %% right: what is not asked for stays outside, errors come in
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy drop;
    iifname "eth0" accept
    ip6 daddr {found.site}:5::22 drop
    icmpv6 type {{ destination-unreachable, packet-too-big, time-exceeded, parameter-problem }} accept
    icmpv6 type {{ echo-request, echo-reply }} accept
    ip6 daddr {found.site}:5::80 tcp dport {{ 80, 443 }} accept
    ct state established,related accept
  }}
}}
END
"""

# %% wrong: opens everything
# points=[0, 0] hint="firewall-admin" met="visible"
firewall_repair = """
fw: nftables <<END
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy accept;
  }
}
END
"""

# %% wrong: the new rule comes after the one that drops
# points=[0, 0] hint="firewall-large" met="visible"
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ip6 daddr {found.site}:5::22 drop
    icmpv6 type {{ destination-unreachable, packet-too-big, time-exceeded }} drop
    icmpv6 type packet-too-big accept
  }}
}}
END
"""

# %% wrong: lets the wrong error pass
# points=[0, 0] hint="firewall-large" met="visible"
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ip6 daddr {found.site}:5::22 drop
    icmpv6 type {{ packet-too-big, time-exceeded }} drop
  }}
}}
END
"""

# %% wrong: makes the firewall's own link narrow at the wrong place
# points=[0, 0] hint="repair-refused" met="visible"
firewall_repair = """
r2: ip link set dev eth1 mtu 1500
"""

# %% wrong: all but ICMPv6
# points=[0, 0] hint="firewall-small" met="visible"
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ip6 daddr {found.site}:5::22 drop
    meta l4proto icmpv6 drop
  }}
}}
END
"""

# %% wrong: accepts Packet Too Big in the input chain, where it does not pass
# points=[0, 0] hint="firewall-large" met="visible"
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain input {{
    type filter hook input priority 0; policy accept;
    icmpv6 type packet-too-big accept
  }}
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ip6 daddr {found.site}:5::22 drop
    icmpv6 type {{ destination-unreachable, packet-too-big, time-exceeded }} drop
  }}
}}
END
"""

# %% wrong: another computer is closed
# points=[0, 0] hint="firewall-admin" met="visible"
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ip6 daddr {found.site}:5::2 drop
  }}
}}
END
"""

# %% wrong: a closed computer, for ping only
# points=[3, 0] hint="firewall-admin" met="hidden"
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ip6 daddr {found.site}:5::22 icmpv6 type echo-request drop
  }}
}}
END
"""

# %% wrong: what a server needs is ping
# points=[3, 0] hint="firewall-page" met="visible"
firewall_repair = f"""
fw: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy drop;
    ip6 daddr {found.site}:5::22 drop
    meta l4proto icmpv6 accept
    tcp dport 443 accept
  }}
}}
END
"""
