"""Traps: texts, only equal ones, one direction only, neighbors in a sorted list, side by side."""

# %% right: pairs and ranges
from itertools import combinations


def clashes(assigned):
    found = []
    for one, other in combinations(sorted(assigned), 2):
        a, b = IPNetwork(assigned[one]), IPNetwork(assigned[other])
        if a.first <= b.last and b.first <= a.last:
            found.append((one, other))
    return found


# %% right: the shorter length decides
def clashes(assigned):
    names = sorted(assigned)
    found = []
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            a, b = IPNetwork(assigned[one]), IPNetwork(assigned[other])
            after = 128 - min(a.prefixlen, b.prefixlen)
            if a.first >> after == b.first >> after:
                found.append((one, other))
    return found


# %% right: sorted by address, with a stack of those that are open
def clashes(assigned):
    nets = sorted((IPNetwork(text), name) for name, text in assigned.items())
    found, opened = [], []
    for net, name in nets:
        opened = [(outer, who) for outer, who in opened if net in outer]
        found += [tuple(sorted((who, name))) for _, who in opened]
        opened.append((net, name))
    return sorted(found)


# %% wrong: equal texts
# points=[0, 0] hint="compared-as-text" met="visible"
from itertools import combinations


def clashes(assigned):
    pairs = combinations(sorted(assigned), 2)
    return [(a, b) for a, b in pairs if assigned[a] == assigned[b]]


# %% wrong: equal prefixes
# points=[0, 0] hint="containing-missed" met="visible"
from itertools import combinations


def clashes(assigned):
    nets = {name: IPNetwork(text) for name, text in assigned.items()}
    pairs = combinations(sorted(nets), 2)
    return [(a, b) for a, b in pairs if nets[a] == nets[b]]


# %% wrong: the same first address
# points=[0, 0] hint="containing-missed" met="visible"
from itertools import combinations


def clashes(assigned):
    nets = {name: IPNetwork(text) for name, text in assigned.items()}
    pairs = combinations(sorted(nets), 2)
    return [(a, b) for a, b in pairs if nets[a].first == nets[b].first]


# %% wrong: only a later one inside an earlier one
# points=[0, 2] hint="containing-missed" met="visible"
from itertools import combinations


def clashes(assigned):
    nets = {name: IPNetwork(text) for name, text in assigned.items()}
    pairs = combinations(nets, 2)
    return sorted(tuple(sorted((a, b))) for a, b in pairs if nets[b] in nets[a])


# %% wrong: only the next one in order of address
# points=[2, 0] hint="only-the-next" met="visible"
def clashes(assigned):
    nets = sorted((IPNetwork(text), name) for name, text in assigned.items())
    found = []
    for (one, name), (other, next_name) in zip(nets, nets[1:]):
        if other in one:
            found.append(tuple(sorted((name, next_name))))
    return sorted(found)


# %% wrong: side by side counts too
# points=[2, 0] hint="side-by-side" met="visible"
from itertools import combinations


def clashes(assigned):
    nets = {name: IPNetwork(text) for name, text in assigned.items()}
    return [
        (a, b)
        for a, b in combinations(sorted(nets), 2)
        if nets[a].first <= nets[b].last + 1 and nets[b].first <= nets[a].last + 1
    ]


# %% wrong: each pair twice
# points=[0, 0] hint="pairs-in-order" met="visible"
def clashes(assigned):
    nets = {name: IPNetwork(text) for name, text in assigned.items()}
    return sorted(
        (a, b) for a in nets for b in nets if a != b and (nets[a] in nets[b] or nets[b] in nets[a])
    )


# %% wrong: each with itself
# points=[0, 0] hint="pairs-in-order" met="visible"
def clashes(assigned):
    nets = {name: IPNetwork(text) for name, text in assigned.items()}
    return sorted((a, b) for a in nets for b in nets if a <= b and nets[a] in nets[b])


# %% wrong: beginnings of texts
# points=[2, 0] hint="compared-as-text" met="visible"
from itertools import combinations

from ipv6course.address import canonical


def clashes(assigned):
    begins = {}
    for name, text in assigned.items():
        begins[name] = canonical(text.split("/")[0]).rstrip(":")
    return [
        (a, b)
        for a, b in combinations(sorted(begins), 2)
        if begins[a].startswith(begins[b]) or begins[b].startswith(begins[a])
    ]
