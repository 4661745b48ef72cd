"""Traps: starting anew, keeping the first, comparing only equals, placing in any order."""

# %% right: with AddressPlan, which refuses what does not fit
from ipv6course.plan import AddressPlan


def repair(whole, entries):
    plan = AddressPlan.start("whole", whole)
    moving = []
    for name in sorted(entries, key=lambda name: entries[name][1], reverse=True):
        prefix = entries[name][0]
        try:
            plan = plan.add(name, prefix, "whole")
        except ValueError:
            moving.append((int(prefix.rpartition("/")[2]), name))
    for length, name in sorted(moving):
        plan = plan.add_next(name, length, "whole")
    return {name: str(plan[f"whole/{name}"].prefix) for name in entries}


# %% right: with the set of free addresses
from netaddr import IPNetwork, IPSet


def repair(whole, entries):
    free = IPSet([whole])
    plan = {}
    order = sorted(entries.items(), key=lambda item: -item[1][1])
    for name, (prefix, _) in order:
        if free.issuperset(IPSet([prefix])):
            plan[name] = str(IPNetwork(prefix).cidr)
            free.remove(prefix)
    rest = [(IPNetwork(entries[name][0]).prefixlen, name) for name in entries]
    for length, name in sorted(rest):
        if name in plan:
            continue
        for block in free.iter_cidrs():
            if block.prefixlen <= length:
                place = next(block.subnet(length))
                plan[name] = str(place)
                free.remove(place)
                break
        else:
            raise ValueError(name)
    return plan


# %% wrong: changes nothing
# points=[0, 0, 0] hint="repair-escapes" met="visible"
def repair(whole, entries):
    return {name: prefix for name, (prefix, _) in entries.items()}


# %% wrong: makes a new plan from nothing
# points=[0, 0, 0] hint="repair-untouched" met="visible"
from ipv6course.plan import AddressPlan


def repair(whole, entries):
    plan = AddressPlan.start("whole", whole)
    lengths = {name: int(entries[name][0].split("/")[1]) for name in entries}
    for name in sorted(lengths, key=lengths.get):
        plan = plan.add_next(name, lengths[name], "whole")
    return {name: str(plan[name].prefix) for name in entries}


# %% wrong: takes out what does not fit
# points=[0, 0, 0] hint="repair-entry-missing" met="visible"
from ipv6course.plan import AddressPlan


def repair(whole, entries):
    plan = AddressPlan.start("whole", whole)
    for name in sorted(entries, key=lambda name: -entries[name][1]):
        try:
            plan = plan.add(name, entries[name][0], "whole")
        except ValueError:
            pass
    return {node.name: node.text for node in plan["whole"].children}


# %% wrong: whoever comes first in the list stays
# points=[0, 0, 2] hint="repair-fewest" met="visible"
from ipv6course.plan import AddressPlan


def repair(whole, entries):
    plan = AddressPlan.start("whole", whole)
    moving = []
    for name, (prefix, count) in entries.items():
        try:
            plan = plan.add(name, prefix, "whole")
        except ValueError:
            moving.append((int(prefix.split("/")[1]), name))
    for length, name in sorted(moving):
        plan = plan.add_next(name, length, "whole")
    return {name: str(plan[f"whole/{name}"].prefix) for name in entries}


# %% wrong: the larger prefix stays
# points=[2, 0, 2] hint="repair-fewest" met="visible"
from ipv6course.plan import AddressPlan


def repair(whole, entries):
    plan = AddressPlan.start("whole", whole)
    moving = []
    size = lambda name: (int(entries[name][0].split("/")[1]), -entries[name][1])
    for name in sorted(entries, key=size):
        try:
            plan = plan.add(name, entries[name][0], "whole")
        except ValueError:
            moving.append((size(name), name))
    for (length, _), name in sorted(moving):
        plan = plan.add_next(name, length, "whole")
    return {name: str(plan[f"whole/{name}"].prefix) for name in entries}


# %% wrong: sees only equal prefixes
# points=[0, 0, 0] hint="repair-clash" met="visible"
from netaddr import IPNetwork


def repair(whole, entries):
    plan = {}
    around = IPNetwork(whole)
    for name in sorted(entries, key=lambda name: -entries[name][1]):
        net = IPNetwork(entries[name][0])
        if net not in around or net in plan.values():
            net = next(part for part in around.subnet(net.prefixlen) if part not in plan.values())
        plan[name] = net
    return {name: str(net) for name, net in plan.items()}


# %% wrong: makes the entries that move smaller
# points=[0, 0, 0] hint="repair-length-changed" met="visible"
from ipv6course.plan import AddressPlan


def repair(whole, entries):
    plan = AddressPlan.start("whole", whole)
    moving = []
    for name in sorted(entries, key=lambda name: -entries[name][1]):
        try:
            plan = plan.add(name, entries[name][0], "whole")
        except ValueError:
            moving.append(name)
    for name in moving:
        plan = plan.add_next(name, 56, "whole")
    return {name: str(plan[f"whole/{name}"].prefix) for name in entries}


# %% wrong: all that clash with anything move, also with what moves
# points=[2, 0, 2] hint="repair-fewest" met="visible"
from ipv6course.plan import AddressPlan
from netaddr import IPNetwork


def repair(whole, entries):
    nets = {name: IPNetwork(entries[name][0]) for name in entries}
    plan = AddressPlan.start("whole", whole)
    moving = []
    for name, net in nets.items():
        dearer = [nets[o] for o in nets if entries[o][1] > entries[name][1]]
        clashes = any(net in o or o in net for o in dearer)
        if clashes or net not in IPNetwork(whole):
            moving.append((net.prefixlen, name))
        else:
            plan = plan.add(name, net, "whole")
    for length, name in sorted(moving):
        plan = plan.add_next(name, length, "whole")
    return {name: str(plan[f"whole/{name}"].prefix) for name in entries}


# %% wrong: the lowest free place, in the order of the list
# points=[2, 2, 0] hint="stopped" met="visible"
from ipv6course.plan import split
from netaddr import IPNetwork


def repair(whole, entries):
    plan = {}

    def fits(net):
        return net in IPNetwork(whole) and not any(
            net in other or other in net for other in plan.values()
        )

    for name in sorted(entries, key=lambda name: -entries[name][1]):
        net = IPNetwork(entries[name][0])
        if fits(net):
            plan[name] = net
    for name, (prefix, _) in entries.items():
        if name not in plan:
            places = split(whole, IPNetwork(prefix).prefixlen)
            place = next(filter(fits, places), None)
            if place is None:
                raise ValueError("no room")
            plan[name] = place
    return {name: str(net) for name, net in plan.items()}


# %% wrong: the first address behind the last one
# points=[0, 0, 0] hint="repair-bits-behind" met="visible"
from netaddr import IPAddress, IPNetwork


def repair(whole, entries):
    plan = {}
    moving = []
    for name in sorted(entries, key=lambda name: -entries[name][1]):
        net = IPNetwork(entries[name][0])
        if net in IPNetwork(whole) and not any(
            net in other or other in net for other in plan.values()
        ):
            plan[name] = net
        else:
            moving.append((net.prefixlen, name))
    for length, name in sorted(moving, reverse=True):
        begin = max(net.last for net in plan.values()) + 1
        plan[name] = IPNetwork(f"{IPAddress(begin, 6)}/{length}")
    return {name: str(net) for name, net in plan.items()}
