"""Traps: no alignment, order of the list, one size for all, no refusal."""

# %% right: the smallest first, each aligned to its size
import math


def fit(prefix, sites):
    whole, plan = IPNetwork(prefix), {}
    begin = whole.first
    for name in sorted(sites, key=sites.get):
        length = 64 - 4 * math.ceil(math.log2(sites[name]) / 4)
        size = 2 ** (128 - length)
        begin = -(-begin // size) * size
        if begin + size - 1 > whole.last:
            raise ValueError("the sites do not fit")
        plan[name] = str(IPNetwork((begin, length), version=6))
        begin += size
    return plan


# %% right: a list of free blocks, the largest site first
from ipv6course.plan import split


def fit(prefix, sites):
    def length_of(name):
        return 64 - ((sites[name] - 1).bit_length() + 3) // 4 * 4

    free, plan = [IPNetwork(prefix)], {}
    for name in sorted(sites, key=length_of):
        length = length_of(name)
        block = next((net for net in free if net.prefixlen <= length), None)
        if block is None:
            raise ValueError(f"no room for {name}")
        free.remove(block)
        while block.prefixlen < length:
            block, other = split(block, block.prefixlen + 1)
            free.insert(0, other)
        plan[name] = str(block)
    return plan


# %% right: in order of the list, into the smallest gap
def fit(prefix, sites):
    free, plan = [IPNetwork(prefix)], {}
    for name, lans in sites.items():
        length = 64 - ((lans - 1).bit_length() + 3) // 4 * 4
        fitting = [net for net in free if net.prefixlen <= length]
        if not fitting:
            raise ValueError("the sites do not fit")
        gap = max(fitting, key=lambda net: net.prefixlen)
        free.remove(gap)
        chosen = next(gap.subnet(length))
        free += gap.first != chosen.first and [gap] or []
        rest = gap
        while rest.prefixlen < length:
            rest, other = rest.subnet(rest.prefixlen + 1)
            free.append(other)
        plan[name] = str(chosen)
    return plan


# %% wrong: not repaired
# points=[0, 0, 0] hint="bits-after-the-prefix" met="visible"
fit = broken


# %% wrong: cuts the bits off, so that two sites are in one place
# points=[0, 0, 0] hint="sites-clash" met="visible"
def fit(prefix, sites):
    return {name: str(IPNetwork(text).cidr) for name, text in broken(prefix, sites).items()}


# %% wrong: aligned, but in the order of the list
# points=[2, 0, 2] hint="stopped" met="visible"
def fit(prefix, sites):
    whole, plan = IPNetwork(prefix), {}
    begin = whole.first
    for name, lans in sites.items():
        length = 64 - ((lans - 1).bit_length() + 3) // 4 * 4
        size = 2 ** (128 - length)
        begin = -(-begin // size) * size
        if begin + size - 1 > whole.last:
            raise ValueError("the sites do not fit")
        plan[name] = str(IPNetwork((begin, length), version=6))
        begin += size
    return plan


# %% wrong: goes on behind the end
# points=[2, 2, 0] hint="no-room" met="visible"
def fit(prefix, sites):
    plan, begin = {}, IPNetwork(prefix).first
    for name in sorted(sites, key=sites.get, reverse=True):
        length = 64 - ((sites[name] - 1).bit_length() + 3) // 4 * 4
        plan[name] = str(IPNetwork((begin, length), version=6))
        begin += 2 ** (128 - length)
    return plan


# %% wrong: one size for all
# points=[0, 0, 2] hint="larger-than-needed" met="visible"
def fit(prefix, sites):
    whole, plan = IPNetwork(prefix), {}
    length = 64 - ((max(sites.values()) - 1).bit_length() + 3) // 4 * 4
    if length < whole.prefixlen or 2 ** (length - whole.prefixlen) < len(sites):
        raise ValueError("the sites do not fit")
    return {name: str(net) for name, net in zip(sites, whole.subnet(length))}


# %% wrong: saves addresses
# points=[0, 2, 0] hint="not-a-nibble" met="visible"
def fit(prefix, sites):
    plan, begin = {}, IPNetwork(prefix).first
    for name in sorted(sites, key=sites.get, reverse=True):
        length = 64 - (sites[name] - 1).bit_length()
        plan[name] = str(IPNetwork((begin, length), version=6))
        begin += 2 ** (128 - length)
    return plan


# %% wrong: the first subnet of its size for each
# points=[0, 0, 0] hint="sites-clash" met="visible"
def fit(prefix, sites):
    begin = IPNetwork(prefix).first
    return {
        name: str(IPNetwork((begin, 64 - ((lans - 1).bit_length() + 3) // 4 * 4), version=6))
        for name, lans in sites.items()
    }


# %% wrong: a /64 has addresses enough
# points=[0, 0, 0] hint="too-few-lans" met="visible"
def fit(prefix, sites):
    return {name: str(net) for name, net in zip(sites, IPNetwork(prefix).subnet(64))}


# %% wrong: leaves out what finds no room
# points=[2, 2, 0] hint="no-room" met="visible"
def fit(prefix, sites):
    whole, plan = IPNetwork(prefix), {}
    begin = whole.first
    for name in sorted(sites, key=sites.get, reverse=True):
        length = 64 - ((sites[name] - 1).bit_length() + 3) // 4 * 4
        net = IPNetwork((begin, length), version=6)
        if net in whole:
            plan[name] = str(net)
            begin += net.size
    return plan


# %% wrong: only addresses
# points=[0, 0, 2] hint="not-a-prefix" met="visible"
def fit(prefix, sites):
    whole, plan = IPNetwork(prefix), {}
    begin = whole.first
    for name in sorted(sites, key=sites.get, reverse=True):
        length = 64 - ((sites[name] - 1).bit_length() + 3) // 4 * 4
        net = IPNetwork((begin, length), version=6)
        if net not in whole:
            raise ValueError("the sites do not fit")
        plan[name] = str(net.network)
        begin += net.size
    return plan


# %% wrong: asks the course's plan
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.plan import AddressPlan


def fit(prefix, sites):
    plan = AddressPlan.start("all", prefix)
    for name in sorted(sites, key=sites.get, reverse=True):
        length = 64 - ((sites[name] - 1).bit_length() + 3) // 4 * 4
        plan = plan.add_next(name, length, "all")
    return {node.name: str(node.prefix) for node in plan if node.name != "all"}
