"""Traps: flush keeps what was configured; a new permanent entry breaks with the next board; the camera needs its own."""

# %% right: takes the one entry away
repair = f"r1: ip -6 neigh del {ADDRESS} dev eth0"

# %% right: takes all away, and writes the camera's again
camera = broken.network["camera"].interface("eth0").mac.hex(":")
repair = f"""
# only the camera needs an entry that somebody writes
r1: ip -6 neigh del {ADDRESS} dev eth0
r1: ip -6 neigh del {CAMERA} dev eth0
r1: ip -6 neigh add {CAMERA} lladdr {camera} dev eth0 nud permanent
"""

# %% wrong: flushes the cache
# points=[0, 0, 0] hint="board-not-reached" met="visible"
repair = "r1: ip -6 neigh flush dev eth0"

# %% wrong: does nothing
# points=[0, 0, 0] hint="board-not-reached" met="visible"
repair = ""

# %% wrong: writes the new MAC address in
# points=[2, 1, 0] hint="board-next-one" met="visible"
new = broken.network["gauge"].interface("eth0").mac.hex(":")
repair = f"r1: ip -6 neigh replace {ADDRESS} lladdr {new} dev eth0 nud permanent"

# %% wrong: takes both entries away
# points=[2, 0, 2] hint="board-camera" met="visible"
repair = f"""
r1: ip -6 neigh del {ADDRESS} dev eth0
r1: ip -6 neigh del {CAMERA} dev eth0
"""

# %% wrong: takes the camera's entry away
# points=[0, 0, 0] hint="board-not-reached" met="visible"
repair = f"r1: ip -6 neigh del {CAMERA} dev eth0"

# %% wrong: changes the gauge instead
# points=[0, 0, 0] hint="board-command" met="visible"
repair = "gauge: ip link set eth0 address 00:00:5e:00:53:fa"

# %% wrong: switches the interface off and on
# points=[0, 0, 0] hint="board-not-reached" met="visible"
repair = """
r1: ip link set eth0 down
r1: ip link set eth0 up
"""
