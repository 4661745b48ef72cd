"""Traps: no ND, no Packet Too Big, all of ICMPv6, ping closed, the sides, somebody else's rules."""

# %% right: the types by number
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    ct state established,related accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% right: errors by connection tracking
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    icmpv6 type echo-request accept
    iifname "eth0" oifname "eth1" accept
    iifname "eth1" ip6 daddr 2001:db8:5::80 tcp dport http accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    icmpv6 type echo-request accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: ICMP is closed
# points=[0, 0, 0] hint="icmp-rules-neighbors" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established accept
  }
}
"""


# %% wrong: only ping is open
# points=[0, 0, 0] hint="icmp-rules-neighbors" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { echo-request, echo-reply } accept
    ct state established accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { echo-request, echo-reply } accept
  }
}
"""


# %% wrong: neighbors and ping, no errors
# points=[0, 0, 2] hint="icmp-rules-exceeded" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { echo-request, echo-reply } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    ct state established accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: Packet Too Big forgotten
# points=[2, 0, 2] hint="icmp-rules-big" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { 1, 3, 4, 128, 129 } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    ct state established accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: Time Exceeded forgotten
# points=[0, 2, 2] hint="icmp-rules-exceeded" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { 1, 2, 4, 128, 129 } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    ct state established accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: Parameter Problem forgotten
# points=[2, 0, 2] hint="icmp-rules-parameter" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 128, 129 } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    ct state established accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: no pings from outside
# points=[2, 0, 2] hint="icmp-rules-echo" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 129 } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    ct state established,related accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: all of ICMPv6
# points=[2, 2, 0] hint="icmp-rules-types" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    meta l4proto ipv6-icmp accept
    ct state established,related accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    meta l4proto ipv6-icmp accept
  }
}
"""


# %% wrong: the policy accepts
# points=[2, 2, 0] hint="icmp-rules-open" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy accept;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    ct state established,related accept
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy accept;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: answers may not come in
# points=[0, 0, 0] hint="icmp-rules-out" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    iifname "eth0" oifname "eth1" accept
    ip6 daddr 2001:db8:5::80 tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: port 80 of everybody
# points=[2, 2, 0] hint="icmp-rules-open" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    iifname "eth1" meta l4proto ipv6-icmp drop
    ct state established,related accept
    iifname "eth0" oifname "eth1" accept
    tcp dport 80 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""


# %% wrong: the recommended set, not read
# points=[0, 0, 0] hint="icmp-rules-out" met="visible"
from ipv6course.network.filters import recommended

rules = recommended()


# %% wrong: a word of another filter
# points=[0, 0, 0] hint="icmp-rules-text" met="visible"
rules = """
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    icmpv6-type packet-too-big ACCEPT
  }
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { 1, 2, 3, 4, 128, 129 } accept
    icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255 accept
    icmpv6 type { 130, 131, 132, 143 } accept
  }
}
"""
