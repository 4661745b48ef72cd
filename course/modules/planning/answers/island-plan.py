"""Traps: today's numbers, firms or the own network left out, packing, lengths between nibbles."""


# %% right: the largest first, each with its other half
def plan_islands(allocation, islands):
    block = netaddr.IPNetwork(allocation)
    needs = {name: -(-homes // 128) + 2 * firms + 1 for name, homes, firms in islands}
    at = block.first
    result = {}
    for name in sorted(needs, key=needs.get, reverse=True):
        bits = (needs[name] - 1).bit_length()
        length = 48 - -(-bits // 4) * 4
        size = 2 ** (128 - length)
        result[name] = str(netaddr.IPNetwork((at, length), version=6))
        at += 2 * size
    return result


# %% right: a plan that reserves the room by name
def plan_islands(allocation, islands):
    plan = AddressPlan.start("all", allocation)
    for name, homes, firms in islands:
        need = ceil(homes * 2 / 256) + firms * 2 + 1
        fits = [length for length in range(48, 0, -4) if 2 ** (48 - length) >= need]
        plan = plan.add_next("Room " + name, fits[0] - 1, "all")
        plan = plan.add_next(name, fits[0], "Room " + name)
    return {name: str(plan[name].prefix) for name, _homes, _firms in islands}


# %% wrong: sparse, with more islands than it can keep apart
# points=[2, 2, 0] hint="provider-no-room" met="visible"
def plan_islands(allocation, islands):
    plan = AddressPlan.start("all", allocation)
    for name, homes, firms in islands:
        need = ceil(homes * 2 / 256) + firms * 2 + 1
        fits = [length for length in range(48, 0, -4) if 2 ** (48 - length) >= need]
        plan = plan.add_next(name, fits[0], order="sparse")
    return {node.name: str(node.prefix) for node in plan.tops[0].children}


# %% wrong: only the customers of today
# points=[0, 2, 2] hint="provider-growth" met="visible"
def plan_islands(allocation, islands):
    lengths = {}
    for name, homes, firms in islands:
        need = ceil(homes / 256) + firms + 1
        lengths[name] = next(n for n in range(48, 0, -4) if 2 ** (48 - n) >= need)
    plan = AddressPlan.start("all", allocation)
    for name in sorted(lengths, key=lengths.get):
        plan = plan.add_next(name, lengths[name] - 1)
    halves = {node.name: split(node.prefix, node.length + 1) for node in plan["all"].children}
    return {name: str(parts[0]) for name, parts in halves.items()}


# %% wrong: the firms are forgotten
# points=[0, 2, 2] hint="provider-firms" met="visible"
def plan_islands(allocation, islands):
    lengths = {}
    for name, homes, firms in islands:
        need = ceil(2 * homes / 256) + 1
        lengths[name] = next(n for n in range(48, 0, -4) if 2 ** (48 - n) >= need)
    plan = AddressPlan.start("all", allocation)
    for name in sorted(lengths, key=lengths.get):
        plan = plan.add_next(name, lengths[name] - 1)
    halves = {node.name: split(node.prefix, node.length + 1) for node in plan["all"].children}
    return {name: str(parts[0]) for name, parts in halves.items()}


# %% wrong: the own network of the island is forgotten
# points=[0, 2, 2] hint="provider-own-network" met="visible"
def plan_islands(allocation, islands):
    lengths = {}
    for name, homes, firms in islands:
        need = ceil(2 * homes / 256) + 2 * firms
        lengths[name] = next(n for n in range(48, 0, -4) if 2 ** (48 - n) >= need)
    plan = AddressPlan.start("all", allocation)
    for name in sorted(lengths, key=lengths.get):
        plan = plan.add_next(name, lengths[name] - 1)
    halves = {node.name: split(node.prefix, node.length + 1) for node in plan["all"].children}
    return {name: str(parts[0]) for name, parts in halves.items()}


# %% wrong: rounds the last begun /48 of homes down
# points=[0, 2, 2] hint="provider-own-network" met="visible"
def plan_islands(allocation, islands):
    lengths = {}
    for name, homes, firms in islands:
        need = 2 * homes // 256 + 2 * firms + 1
        lengths[name] = next(n for n in range(48, 0, -4) if 2 ** (48 - n) >= need)
    plan = AddressPlan.start("all", allocation)
    for name in sorted(lengths, key=lengths.get):
        plan = plan.add_next(name, lengths[name] - 1)
    halves = {node.name: split(node.prefix, node.length + 1) for node in plan["all"].children}
    return {name: str(parts[0]) for name, parts in halves.items()}


# %% wrong: one /64 for each home
# points=[0, 2, 2] hint="provider-single-64" met="visible"
def plan_islands(allocation, islands):
    lengths = {}
    for name, homes, firms in islands:
        need = ceil(2 * homes / 65536) + 2 * firms + 1
        lengths[name] = next(n for n in range(48, 0, -4) if 2 ** (48 - n) >= need)
    plan = AddressPlan.start("all", allocation)
    for name in sorted(lengths, key=lengths.get):
        plan = plan.add_next(name, lengths[name] - 1)
    halves = {node.name: split(node.prefix, node.length + 1) for node in plan["all"].children}
    return {name: str(parts[0]) for name, parts in halves.items()}


# %% wrong: the smallest power of two, not on nibble boundaries
# points=[0, 2, 2] hint="provider-not-nibble" met="visible"
def plan_islands(allocation, islands):
    lengths = {}
    for name, homes, firms in islands:
        need = ceil(2 * homes / 256) + 2 * firms + 1
        lengths[name] = 48 - (need - 1).bit_length()
    plan = AddressPlan.start("all", allocation)
    for name in sorted(lengths, key=lengths.get):
        plan = plan.add_next(name, lengths[name] - 1)
    halves = {node.name: split(node.prefix, node.length + 1) for node in plan["all"].children}
    return {name: str(parts[0]) for name, parts in halves.items()}


# %% wrong: packed one after another
# points=[2, 2, 0] hint="provider-no-room" met="visible"
def plan_islands(allocation, islands):
    plan = AddressPlan.start("all", allocation)
    for name, homes, firms in islands:
        need = ceil(2 * homes / 256) + 2 * firms + 1
        length = next(n for n in range(48, 0, -4) if 2 ** (48 - n) >= need)
        plan = plan.add_next(name, length)
    return {node.name: node.text for node in plan["all"].children}


# %% wrong: a /36 for everybody, because that is fair
# points=[0, 2, 0] hint="provider-too-large" met="visible"
def plan_islands(allocation, islands):
    parts = split(allocation, 36)
    return {row[0]: str(part) for row, part in zip(islands, parts)}


# %% wrong: each island begins at the same place
# points=[2, 0, 0] hint="provider-overlap" met="visible"
def plan_islands(allocation, islands):
    result = {}
    for name, homes, firms in islands:
        need = ceil(2 * homes / 256) + 2 * firms + 1
        length = next(n for n in range(48, 0, -4) if 2 ** (48 - n) >= need)
        result[name] = str(split(allocation, length)[0])
    return result


# %% wrong: knows only the lengths of these islands
# points=[0, 2, 2] hint="provider-other-numbers" met="hidden"
def plan_islands(allocation, islands):
    plan = AddressPlan.start("all", allocation)
    for name, homes, firms in islands:
        need = ceil(2 * homes / 256) + 2 * firms + 1
        length = 44 if need <= 16 else 40 if need <= 256 else 36
        plan = plan.add_next(name, length - 1)
    halves = {node.name: split(node.prefix, node.length + 1) for node in plan["all"].children}
    return {name: str(parts[0]) for name, parts in halves.items()}
