"""Traps: 64 as the usual number, one less, trust in addresses, rules for all packets, another hook."""

# %% right: first what may pass
guard = """
table ip6 guard {
  chain input {
    type filter hook input priority 0; policy accept;
    udp dport 40784 ip6 hoplimit 255 accept
    udp dport 40784 drop
  }
}
"""

# %% right: in a table for both families, and by the interface too
guard = """
table inet line {
  chain life {
    type filter hook input priority filter; policy accept;
    udp dport 40784 iifname != "eth1" drop
    udp dport 40784 ip6 hoplimit < 255 drop
  }
}
"""

# %% wrong: by the source address
# points=[0, 0] hint="guard-far-sender" met="visible"
guard = """
table ip6 guard {
  chain input {
    type filter hook input priority 0; policy accept;
    udp dport 40784 ip6 saddr != 2001:db8:f::2 drop
  }
}
"""

# %% wrong: 64, because most packets begin with it
# points=[0, 0] hint="guard-neighbor-lost" met="visible"
guard = """
table ip6 guard {
  chain input {
    type filter hook input priority 0; policy accept;
    udp dport 40784 ip6 hoplimit != 64 drop
  }
}
"""

# %% wrong: one less, for the way
# points=[0, 0] hint="guard-neighbor-lost" met="visible"
guard = """
table ip6 guard {
  chain input {
    type filter hook input priority 0; policy accept;
    udp dport 40784 ip6 hoplimit != 254 drop
  }
}
"""

# %% wrong: at least 254
# points=[0, 0] hint="guard-far-sender" met="visible"
guard = """
table ip6 guard {
  chain input {
    type filter hook input priority 0; policy accept;
    udp dport 40784 ip6 hoplimit < 254 drop
  }
}
"""

# %% wrong: for all packets to the router
# points=[2, 0] hint="guard-too-much" met="visible"
guard = """
table ip6 guard {
  chain input {
    type filter hook input priority 0; policy accept;
    ip6 hoplimit != 255 drop
  }
}
"""

# %% wrong: for what passes through, too
# points=[2, 0] hint="guard-too-much" met="visible"
guard = """
table ip6 guard {
  chain input {
    type filter hook prerouting priority 0; policy accept;
    udp dport 40784 ip6 hoplimit != 255 drop
  }
}
"""

# %% wrong: at the hook of what goes on
# points=[0, 0] hint="guard-far-sender" met="visible"
guard = """
table ip6 guard {
  chain forward {
    type filter hook forward priority 0; policy accept;
    udp dport 40784 ip6 hoplimit != 255 drop
  }
}
"""

# %% wrong: only the good sign, and nothing else
# points=[2, 0] hint="guard-too-much" met="visible"
guard = """
table ip6 guard {
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    udp dport 40784 ip6 hoplimit 255 accept
  }
}
"""

# %% wrong: by the interface alone
# points=[0, 0] hint="guard-far-sender" met="visible"
guard = """
table ip6 guard {
  chain input {
    type filter hook input priority 0; policy accept;
    udp dport 40784 iifname != "eth1" drop
  }
}
"""

# %% wrong: a rule alone is no rule set
# points=[0, 0] hint="guard-not-taken" met="visible"
guard = "udp dport 40784 ip6 hoplimit != 255 drop"
