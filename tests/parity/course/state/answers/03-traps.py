# %% right: heapq cell="podium"
import heapq


def podium(results):
    return heapq.nlargest(3, results)


# %% right: a copy first cell="podium"
def podium(results):
    copy = results[:]
    copy.sort()
    return copy[: -4 if len(copy) > 3 else None : -1]


# %% wrong: sorts the list cell="podium"
def podium(results):
    results.sort(reverse=True)
    return results[:3]


# %% wrong: empties the list cell="podium"
def podium(results):
    top = []
    while results and len(top) < 3:
        top.append(max(results))
        results.remove(max(results))
    return top


# %% wrong: the very list cell="podium"
def podium(results):
    results.sort(reverse=True)
    del results[3:]
    return results


# %% wrong: rising cell="podium"
def podium(results):
    return sorted(results)[-3:]


# %% right: deepcopy cell="joined"
from copy import deepcopy


def joined(team, member):
    team = deepcopy(team)
    team["members"].append(member)
    return team


# %% wrong: a shallow copy cell="joined"
def joined(team, member):
    team = dict(team)
    team["members"].append(member)
    return team


# %% wrong: the team itself cell="joined"
def joined(team, member):
    team["members"] += [member]
    return team


# %% wrong: only the list is new when it is too late cell="joined"
def joined(team, member):
    members = team["members"]
    members.append(member)
    return {"name": team["name"], "members": list(members)}


# %% wrong: a tuple cell="joined"
def joined(team, member):
    return {"name": team["name"], "members": (*team["members"], member)}


# %% right: one object cell="memory"
class Memory(dict):
    remember = dict.__setitem__
    recall = dict.__getitem__


_m = Memory()
remember, recall = _m.remember, _m.recall


# %% wrong: None for what is not there cell="memory"
known = {}


def remember(key, value):
    known[key] = value


def recall(key):
    return known.get(key)


# %% wrong: texts as keys cell="memory"
known = {}


def remember(key, value):
    known[str(key)] = value


def recall(key):
    if str(key) in known:
        return known[str(key)]
    raise KeyError(f"{key} is not known")


# %% wrong: a dict of its own kind cell="memory"
from collections import defaultdict

known = defaultdict(int)


def remember(key, value):
    known[key] = defaultdict(int, value) if isinstance(value, dict) else value


def recall(key):
    return known[key]
