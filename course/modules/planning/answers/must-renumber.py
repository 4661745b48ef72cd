"""Traps: renumbering what needs only another length or another place; moving the dearer of two."""

# %% right: written out by name, the pair by its hosts
cheaper = "stadium" if hosts["stadium"] < hosts["museum"] else "museum"
todo = {"library": "length", "dormitory": "length"}
todo |= {"cameras": "file", "clinic": "file"}
todo |= {"stadium": "leave", "museum": "leave"} | {cheaper: "renumber"}
actions = [todo[name] for name in names]


# %% right: one after the other
actions = []
for name in names:
    if name in ("library", "dormitory"):
        actions.append("length")
    elif name in ("cameras", "clinic"):
        actions.append("file")
    else:
        actions.append("renumber" if hosts[name] == min(hosts.values()) else "leave")


# %% wrong: renumbers all
# points=[0, 0] hint="repair-long-lan" met="visible"
actions = ["renumber"] * 6


# %% wrong: leaves all as it is
# points=[0, 0] hint="repair-long-lan" met="visible"
actions = ["leave"] * 6


# %% wrong: one question not answered
# points=[0, 0] hint="repair-all-questions" met="visible"
actions = ["renumber"] * 5 + [""]


# %% wrong: the cameras need global addresses
# points=[0, 2] hint="repair-ula-mixed" met="visible"
todo = {"library": "length", "dormitory": "length"}
todo |= {"cameras": "renumber", "clinic": "file"}
todo |= {name: "leave" for name in hosts}
todo[min(hosts, key=hosts.get)] = "renumber"
actions = [todo[name] for name in names]


# %% wrong: the clinic gets addresses of the building that the file says
# points=[0, 2] hint="repair-wrong-parent" met="visible"
todo = {"library": "length", "dormitory": "length"}
todo |= {"cameras": "file", "clinic": "renumber"}
todo |= {name: "leave" for name in hosts}
todo[min(hosts, key=hosts.get)] = "renumber"
actions = [todo[name] for name in names]


# %% wrong: a block that is cut inside a digit must move
# points=[0, 2] hint="repair-odd-cut" met="visible"
todo = {"library": "length", "dormitory": "renumber"}
todo |= {"cameras": "file", "clinic": "file"}
todo |= {name: "leave" for name in hosts}
todo[min(hosts, key=hosts.get)] = "renumber"
actions = [todo[name] for name in names]


# %% wrong: the one with more hosts moves
# points=[2, 0] hint="repair-pair" met="visible"
todo = {"library": "length", "dormitory": "length"}
todo |= {"cameras": "file", "clinic": "file"}
todo |= {name: "leave" for name in hosts}
todo[max(hosts, key=hosts.get)] = "renumber"
actions = [todo[name] for name in names]


# %% wrong: both of a pair move
# points=[2, 0] hint="repair-pair" met="visible"
todo = {"library": "length", "dormitory": "length"}
todo |= {"cameras": "file", "clinic": "file"}
todo |= {name: "renumber" for name in hosts}
actions = [todo[name] for name in names]
