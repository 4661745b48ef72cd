"""Traps: one end, the wrong interface, a guess, the data taken for the packet, and 1280."""

# %% right: by halves, from the client
found = load_bridge()
low, high = 1280, 1501
while high - low > 1:
    middle = (low + high) // 2
    found.network["client"].path_mtu.flush()
    result = found.network["client"].ping(
        f"{found.site}:5::80", size=middle - 48, count=1, fragment=False
    )
    if result.received:
        low = middle
    else:
        high = middle
bridge_repair = f"r1: ip link set eth0 mtu {low}\nr2: ip link set eth1 mtu {low}"

# %% right: one after the other
found = load_bridge()
mtu = 1500
while (
    not found.network["r2"]
    .ping(f"{found.site}:f::1", size=mtu - 48, count=1, fragment=False, wait=1)
    .received
):
    mtu -= 1
bridge_repair = f"r2: ip link set dev eth1 mtu {mtu}\nr1: ip link set dev eth0 mtu {mtu}"

# %% wrong: one end only
# points=[0, 0] hint="bridge-server" met="visible"
found = load_bridge()
bridge_repair = f"r1: ip link set dev eth0 mtu {found.network.links[1].mtu}"

# %% wrong: the other end only
# points=[0, 0] hint="bridge-server" met="visible"
found = load_bridge()
bridge_repair = f"r2: ip link set dev eth1 mtu {found.network.links[1].mtu}"

# %% wrong: the size of the data, not of the packet
# points=[3, 0] hint="bridge-wasted" met="visible"
found = load_bridge()
limit = found.network.links[1].mtu - 48
bridge_repair = f"r1: ip link set dev eth0 mtu {limit}\nr2: ip link set dev eth1 mtu {limit}"

# %% wrong: 1280, because it always works
# points=[3, 0] hint="bridge-wasted" met="visible"
bridge_repair = "r1: ip link set dev eth0 mtu 1280\nr2: ip link set dev eth1 mtu 1280"

# %% wrong: the interfaces at the LANs
# points=[0, 0] hint="bridge-server" met="visible"
bridge_repair = "r1: ip link set dev eth1 mtu 1280\nr2: ip link set dev eth0 mtu 1280"

# %% wrong: with the header of Ethernet
# points=[0, 0] hint="bridge-server" met="visible"
found = load_bridge()
limit = found.network.links[1].mtu + 14
bridge_repair = f"r1: ip link set dev eth0 mtu {limit}\nr2: ip link set dev eth1 mtu {limit}"

# %% wrong: the hosts, which are not theirs to change
# points=[0, 0] hint="repair-refused" met="visible"
bridge_repair = "server: ip link set dev eth0 mtu 1280\nclient: ip link set dev eth0 mtu 1280"

# %% wrong: less than IPv6 allows
# points=[0, 0] hint="bridge-small" met="visible"
bridge_repair = "r1: ip link set dev eth0 mtu 1000\nr2: ip link set dev eth1 mtu 1000"
