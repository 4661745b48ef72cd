"""Traps: one fault of three, another address that is taken, and routes before links."""

# %% right: in another order, with other words
storm_repair = f"""
r1: ip -6 route del default
r1: ip -6 route add default via {found.site}:f::1 dev eth1
r1: ip link set eth0 up
pc: ip -6 addr add {found.site}:1::a5/64 dev eth0
pc: ip -6 addr del {found.site}:1::20/64 dev eth0
"""

# %% right: a route for the world beside the wrong one
storm_repair = f"""
# step 1
r1: ip link set dev eth0 up
# step 2
pc: ip addr del {found.site}:1::20/64 dev eth0
pc: ip addr add {found.site}:1:0:99::20/64 dev eth0
# step 4
r1: ip -6 route change default via {found.site}:f::1
"""

# %% wrong: the link only
# points=[1, 0, 0] hint="storm-address" met="visible"
storm_repair = "r1: ip link set dev eth0 up"

# %% wrong: link and address
# points=[1, 2, 0] hint="storm-route" met="visible"
storm_repair = f"""
r1: ip link set dev eth0 up
pc: ip addr del {found.site}:1::20/64 dev eth0
pc: ip addr add {found.site}:1::21/64 dev eth0
"""

# %% wrong: begins with the route, and ends there
# points=[0, 0, 0] hint="storm-link" met="visible"
storm_repair = f"r1: ip -6 route replace default via {found.site}:f::1"

# %% wrong: the router's address for the computer
# points=[1, 0, 0] hint="storm-address" met="visible"
storm_repair = f"""
r1: ip link set dev eth0 up
pc: ip addr del {found.site}:1::20/64 dev eth0
pc: ip addr add {found.site}:1::1/64 dev eth0
r1: ip -6 route replace default via {found.site}:f::1
"""

# %% wrong: an address of another link
# points=[1, 0, 0] hint="storm-address" met="visible"
storm_repair = f"""
r1: ip link set dev eth0 up
pc: ip addr del {found.site}:1::20/64 dev eth0
pc: ip addr add {found.site}:f::21/64 dev eth0
r1: ip -6 route replace default via {found.site}:f::1
"""

# %% wrong: the printer gets another address
# points=[0, 0, 0] hint="repair-refused" met="visible"
storm_repair = f"""
printer: ip addr del {found.site}:1::20/64 dev eth0
r1: ip link set dev eth0 up
r1: ip -6 route replace default via {found.site}:f::1
"""

# %% wrong: a second default route beside the first
# points=[0, 0, 0] hint="repair-refused" met="visible"
storm_repair = f"""
r1: ip link set dev eth0 up
pc: ip addr del {found.site}:1::20/64 dev eth0
pc: ip addr add {found.site}:1::21/64 dev eth0
r1: ip -6 route add default via {found.site}:f::1
"""

# %% wrong: switches detection off, and two have one address
# points=[1, 2, 0] hint="storm-route" met="visible"
storm_repair = f"""
r1: ip link set dev eth0 up
pc: sysctl eth0.dad_transmits=0
pc: ip addr del {found.site}:1::20/64 dev eth0
pc: ip addr add {found.site}:1::20/64 dev eth0
"""
