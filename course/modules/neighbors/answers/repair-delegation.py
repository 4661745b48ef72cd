"""Traps: one LAN only, the whole block to one home, the wrong next hop, and the loop that stays."""

# %% right: link-local next hops, the rest is unreachable
repair = f"""
# what cpe1 and cpe2 were given
isp: ip -6 route replace 2001:db8:101:{home_1}00::/56 via fe80::200:5eff:fe00:53c1 dev eth0
isp: ip -6 route replace 2001:db8:102:{home_2}00::/56 via fe80::200:5eff:fe00:53c2 dev eth0
isp: ip -6 route add unreachable 2001:db8:100::/44
"""

# %% right: with a blackhole, and found by looking
import re

lines = ["isp: ip -6 route add blackhole 2001:db8:100::/44"]
for name in ("cpe1", "cpe2"):
    routes = str(addu.network[name].ip("-6 route"))
    prefix = re.search(r"unreachable (\S+)", routes)[1]
    hop = re.search(r"(fe80\S+)/64", str(addu.network[name].ip("-6 addr show dev eth0")))[1]
    lines.append(f"isp: ip -6 route add {prefix} via {hop} dev eth0")
repair = "\n".join(lines)

# %% wrong: only the LANs that are in use
# points=[2, 0] hint="delegation-part-only" met="visible"
repair = f"""
isp: ip -6 route add 2001:db8:101:{home_1}01::/64 via fe80::200:5eff:fe00:53c1 dev eth0
isp: ip -6 route add 2001:db8:102:{home_2}01::/64 via fe80::200:5eff:fe00:53c2 dev eth0
isp: ip -6 route add unreachable 2001:db8:100::/44
"""

# %% wrong: the loop stays
# points=[2, 0] hint="delegation-loop" met="visible"
repair = f"""
isp: ip -6 route add 2001:db8:101:{home_1}00::/56 via fe80::200:5eff:fe00:53c1 dev eth0
isp: ip -6 route add 2001:db8:102:{home_2}00::/56 via fe80::200:5eff:fe00:53c2 dev eth0
"""

# %% wrong: the whole block to the first home
# points=[0, 0] hint="delegation-no-way" met="visible"
repair = """
isp: ip -6 route add 2001:db8:100::/44 via fe80::200:5eff:fe00:53c1 dev eth0
"""

# %% wrong: larger prefixes than were delegated
# points=[2, 0] hint="delegation-wrong-home" met="visible"
repair = f"""
isp: ip -6 route add 2001:db8:100::/44 via fe80::200:5eff:fe00:53c1 dev eth0
isp: ip -6 route add 2001:db8:102:{home_2}00::/56 via fe80::200:5eff:fe00:53c2 dev eth0
"""

# %% wrong: the routes lead to the wrong homes
# points=[0, 0] hint="delegation-no-way" met="visible"
repair = f"""
isp: ip -6 route add 2001:db8:101:{home_1}00::/56 via fe80::200:5eff:fe00:53c2 dev eth0
isp: ip -6 route add 2001:db8:102:{home_2}00::/56 via fe80::200:5eff:fe00:53c1 dev eth0
isp: ip -6 route add unreachable 2001:db8:100::/44
"""

# %% wrong: a link-local next hop without its link
# points=[0, 0] hint="delegation-refused" met="visible"
repair = f"""
isp: ip -6 route add 2001:db8:101:{home_1}00::/56 via fe80::200:5eff:fe00:53c1
isp: ip -6 route add 2001:db8:102:{home_2}00::/56 via fe80::200:5eff:fe00:53c2
"""

# %% wrong: at the core
# points=[0, 0] hint="delegation-refused" met="visible"
repair = f"""
core: ip -6 route add 2001:db8:101:{home_1}00::/56 via 2001:db8:e::2
core: ip -6 route add 2001:db8:102:{home_2}00::/56 via 2001:db8:e::2
"""

# %% wrong: prefixes that are thought to be on the link
# points=[0, 0] hint="delegation-no-way" met="visible"
repair = f"""
isp: ip -6 route add 2001:db8:101:{home_1}00::/56 dev eth0
isp: ip -6 route add 2001:db8:102:{home_2}00::/56 dev eth0
isp: ip -6 route add unreachable 2001:db8:100::/44
"""

# %% wrong: the next hop is a leased address
# points=[0, 2] hint="delegation-leased-hop" met="hidden"
hops = []
for name in ("cpe1", "cpe2"):
    (lease,) = addu.network[name].dhcpv6.dialogues["eth0"].addresses
    hops.append(lease)
repair = f"""
isp: ip -6 route add 2001:db8:101:{home_1}00::/56 via {hops[0]} dev eth0
isp: ip -6 route add 2001:db8:102:{home_2}00::/56 via {hops[1]} dev eth0
isp: ip -6 route add unreachable 2001:db8:100::/44
"""
