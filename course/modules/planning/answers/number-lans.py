"""Traps: order of arrival, the building first, packed zones, sorted numbers, decimal digits."""


# %% right: lists whose places are the numbers
def number_lans(prefix, lans):
    zones, buildings, plan = [], [], {}
    inside = {}
    for name, zone, building in lans:
        if zone not in zones:
            zones.append(zone)
        if building not in buildings:
            buildings.append(building)
        row = inside.setdefault((zone, building), [])
        row.append(name)
        digits = f"{zones.index(zone):x}{buildings.index(building):x}{len(row) - 1:02x}"
        first = IPNetwork(prefix).first + (int(digits, 16) << 64)
        plan[name] = str(IPNetwork((first, 64), version=6))
    return plan


# %% right: splits of splits, from the end of the prefix
def number_lans(prefix, lans):
    zones, blocks, plan = {}, {}, {}
    for name, zone, building in lans:
        if zone not in zones:
            zones[zone] = split(prefix, 52)[-1 - len(zones)]
        key = zone, building
        if key not in blocks:
            here = sum(one == zone for one, _ in blocks)
            blocks[key] = [split(zones[zone], 56)[here], 0]
        plan[name] = str(split(blocks[key][0], 64)[blocks[key][1]])
        blocks[key][1] += 1
    return plan


# %% wrong: in the order of arrival
# points=[2, 0, 0] hint="sites-zone-rule" met="visible"
def number_lans(prefix, lans):
    nets = split(prefix, 64)
    return {lan[0]: str(nets[number]) for number, lan in enumerate(lans)}


# %% wrong: the building first
# points=[2, 0, 0] hint="sites-zone-rule" met="visible"
def number_lans(prefix, lans):
    first = IPNetwork(prefix).first
    zones, buildings, used, plan = {}, {}, {}, {}
    for name, zone, building in lans:
        z = zones.setdefault(zone, len(zones))
        b = buildings.setdefault(building, len(buildings))
        n = used.get((zone, building), 0)
        used[zone, building] = n + 1
        number = b << 12 | z << 8 | n
        plan[name] = str(IPNetwork((first + (number << 64), 64), version=6))
    return plan


# %% wrong: sorted by zone, one behind the other
# points=[2, 0, 0] hint="sites-zone-rule" met="visible"
def number_lans(prefix, lans):
    nets = split(prefix, 64)
    ordered = sorted(lans, key=lambda lan: (lan[1], lan[2]))
    return {lan[0]: str(nets[number]) for number, lan in enumerate(ordered)}


# %% wrong: zones, but buildings mixed inside
# points=[2, 0, 0] hint="sites-building-rule" met="visible"
def number_lans(prefix, lans):
    zones, used, plan = {}, {}, {}
    for name, zone, _building in lans:
        z = zones.setdefault(zone, len(zones))
        plan[name] = str(split(split(prefix, 52)[z], 64)[used.get(zone, 0)])
        used[zone] = used.get(zone, 0) + 1
    return plan


# %% wrong: numbers in the order of the alphabet
# points=[2, 2, 0] hint="sites-numbers-moved" met="visible"
def number_lans(prefix, lans):
    zones = sorted({lan[1] for lan in lans})
    buildings = sorted({lan[2] for lan in lans})
    used, plan = {}, {}
    for name, zone, building in lans:
        n = used.get((zone, building), 0)
        used[zone, building] = n + 1
        z = split(prefix, 52)[zones.index(zone)]
        plan[name] = str(split(split(z, 56)[buildings.index(building)], 64)[n])
    return plan


# %% wrong: LANs sorted by name inside a building
# points=[2, 2, 0] hint="sites-numbers-moved" met="hidden"
def number_lans(prefix, lans):
    zones, buildings, plan = {}, {}, {}
    for name, zone, building in lans:
        z = zones.setdefault(zone, len(zones))
        b = buildings.setdefault(building, len(buildings))
        same = sorted(lan[0] for lan in lans if lan[1:] == (zone, building))
        block = split(split(prefix, 52)[z], 56)[b]
        plan[name] = str(split(block, 64)[same.index(name)])
    return plan


# %% wrong: the whole block of the building for each LAN
# points=[0, 0, 0] hint="sites-not-a-lan" met="visible"
def number_lans(prefix, lans):
    zones, buildings, plan = {}, {}, {}
    for name, zone, building in lans:
        z = zones.setdefault(zone, len(zones))
        b = buildings.setdefault(building, len(buildings))
        plan[name] = str(split(split(prefix, 52)[z], 56)[b])
    return plan


# %% wrong: one LAN for all of a building
# points=[0, 0, 0] hint="sites-lans-clash" met="visible"
def number_lans(prefix, lans):
    zones, buildings, plan = {}, {}, {}
    for name, zone, building in lans:
        z = zones.setdefault(zone, len(zones))
        b = buildings.setdefault(building, len(buildings))
        plan[name] = str(split(split(split(prefix, 52)[z], 56)[b], 64)[0])
    return plan


# %% wrong: the number in the last bits
# points=[0, 0, 0] hint="sites-not-a-lan" met="visible"
def number_lans(prefix, lans):
    first = IPNetwork(prefix).first
    return {
        lan[0]: str(IPNetwork((first + number + 1, 64), version=6))
        for number, lan in enumerate(lans)
    }


# %% wrong: the number in the bits before the /48
# points=[0, 0, 0] hint="sites-outside" met="visible"
def number_lans(prefix, lans):
    first = IPNetwork(prefix).first
    return {
        lan[0]: str(IPNetwork((first + (number << 80), 64), version=6))
        for number, lan in enumerate(lans)
    }
