"""Traps: half of Neighbor Discovery, one link of two, the wrong chain, and no filter at all."""

# %% right: all of ICMPv6, and the rest closed
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy drop;
    meta l4proto icmpv6 accept
    ct state established,related accept
    iifname "eth0" tcp dport 22 accept
  }
}
END
"""

# %% right: drops what was to be kept out
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy accept;
    iifname "eth1" tcp dport 22 drop
  }
}
END
"""

# %% wrong: no filter
# points=[3, 0] hint="centre-open" met="visible"
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy accept;
  }
}
END
"""

# %% wrong: ping is what should work
# points=[0, 0] hint="centre-out" met="visible"
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { echo-request, echo-reply } accept
    iifname "eth0" tcp dport 22 accept
  }
}
END
"""

# %% wrong: hears the questions and not the answers
# points=[0, 0] hint="centre-out" met="visible"
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type nd-neighbor-solicit accept
    iifname "eth0" tcp dport 22 accept
  }
}
END
"""

# %% wrong: on the side of the computers only
# points=[0, 0] hint="centre-out" met="visible"
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iifname "eth0" icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    iifname "eth0" tcp dport 22 accept
  }
}
END
"""

# %% wrong: in the chain of what is forwarded
# points=[0, 0] hint="centre-out" met="visible"
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iifname "eth0" tcp dport 22 accept
  }
  chain forward {
    type filter hook forward priority 0; policy accept;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
  }
}
END
"""

# %% wrong: what belongs to a connection
# points=[0, 0] hint="centre-out" met="visible"
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname "eth0" tcp dport 22 accept
  }
}
END
"""

# %% wrong: nobody logs in any more
# points=[3, 0] hint="centre-login" met="visible"
centre_repair = """
r1: nftables <<END
table ip6 filter {
  chain input {
    type filter hook input priority 0; policy drop;
    meta l4proto icmpv6 accept
  }
}
END
"""

# %% wrong: closed from the provider's link, at one address
# points=[3, 0] hint="centre-open" met="visible"
centre_repair = f"""
r1: nftables <<END
table ip6 filter {{
  chain input {{
    type filter hook input priority 0; policy accept;
    ip6 daddr {found.site}:f::2 tcp dport 22 drop
  }}
}}
END
"""
