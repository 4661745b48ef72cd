"""Traps: state before scope, deprecated as dead, forgetting the link-local destination."""


# %% right: rule by rule
def choose_source(destination, candidates):
    goal = netaddr.IPAddress(destination)
    best = [one for one in candidates if one["state"] != "invalid"]
    rules = (
        lambda one: (netaddr.IPAddress(one["address"]) in LINK_LOCAL) == (goal in LINK_LOCAL),
        lambda one: one["state"] == "preferred",
        lambda one: one["temporary"],
    )
    for rule in rules:
        best = [one for one in best if rule(one)] or best
    best.sort(key=lambda one: (int(netaddr.IPAddress(one["address"])) ^ int(goal)).bit_length())
    return best[0]["address"] if best else None


# %% right: with a sort
import ipaddress


def choose_source(destination, candidates):
    goal = ipaddress.ip_address(destination)

    def penalty(one):
        address = ipaddress.ip_address(one["address"])
        return (
            address.is_link_local != goal.is_link_local,
            one["state"] == "deprecated",
            not one["temporary"],
            (int(address) ^ int(goal)).bit_length(),
        )

    usable = sorted((one for one in candidates if one["state"] != "invalid"), key=penalty)
    return usable[0]["address"] if usable else None


# %% wrong: state before scope
# points=[2, 0, 2] hint="scope-first" met="visible"
def choose_source(destination, candidates):
    goal = netaddr.IPAddress(destination)

    def rank(one):
        address = netaddr.IPAddress(one["address"])
        common = 128 - (int(address) ^ int(goal)).bit_length()
        local = (address in LINK_LOCAL) == (goal in LINK_LOCAL)
        return (one["state"] == "preferred", local, one["temporary"], common)

    usable = [one for one in candidates if one["state"] != "invalid"]
    return max(usable, key=rank)["address"] if usable else None


# %% wrong: global is always better
# points=[0, 2, 2] hint="scope-larger-than-needed" met="visible"
def choose_source(destination, candidates):
    goal = netaddr.IPAddress(destination)

    def rank(one):
        address = netaddr.IPAddress(one["address"])
        common = 128 - (int(address) ^ int(goal)).bit_length()
        return (
            address not in LINK_LOCAL,
            one["state"] == "preferred",
            one["temporary"],
            common,
        )

    usable = [one for one in candidates if one["state"] != "invalid"]
    return max(usable, key=rank)["address"] if usable else None


# %% wrong: a deprecated address is dead
# points=[2, 0, 2] hint="scope-first" met="visible"
def choose_source(destination, candidates):
    goal = netaddr.IPAddress(destination)

    def rank(one):
        address = netaddr.IPAddress(one["address"])
        common = 128 - (int(address) ^ int(goal)).bit_length()
        return ((address in LINK_LOCAL) == (goal in LINK_LOCAL), one["temporary"], common)

    usable = [one for one in candidates if one["state"] == "preferred"]
    return max(usable, key=rank)["address"] if usable else None


# %% wrong: stable before temporary
# points=[0, 2, 2] hint="temporary-first" met="visible"
def choose_source(destination, candidates):
    goal = netaddr.IPAddress(destination)

    def rank(one):
        address = netaddr.IPAddress(one["address"])
        common = 128 - (int(address) ^ int(goal)).bit_length()
        return (
            (address in LINK_LOCAL) == (goal in LINK_LOCAL),
            one["state"] == "preferred",
            not one["temporary"],
            common,
        )

    usable = [one for one in candidates if one["state"] != "invalid"]
    return max(usable, key=rank)["address"] if usable else None


# %% wrong: invalid addresses too
# points=[2, 0, 2] hint="invalid-chosen" met="visible"
def choose_source(destination, candidates):
    goal = netaddr.IPAddress(destination)

    def rank(one):
        address = netaddr.IPAddress(one["address"])
        common = 128 - (int(address) ^ int(goal)).bit_length()
        return (
            (address in LINK_LOCAL) == (goal in LINK_LOCAL),
            one["state"] == "preferred",
            one["temporary"],
            common,
        )

    return max(candidates, key=rank)["address"]


# %% wrong: the first one that fits, without the longest match
# points=[2, 2, 0] hint="longest-match" met="visible"
def choose_source(destination, candidates):
    goal = netaddr.IPAddress(destination)

    def rank(one):
        address = netaddr.IPAddress(one["address"])
        return (
            (address in LINK_LOCAL) == (goal in LINK_LOCAL),
            one["state"] == "preferred",
            one["temporary"],
        )

    usable = [one for one in candidates if one["state"] != "invalid"]
    return max(usable, key=rank)["address"] if usable else None


# %% wrong: the deprecated one among the global ones
# points=[0, 2, 0] hint="deprecated-chosen" met="visible"
def choose_source(destination, candidates):
    goal = netaddr.IPAddress(destination)

    def rank(one):
        address = netaddr.IPAddress(one["address"])
        common = 128 - (int(address) ^ int(goal)).bit_length()
        return (
            (address in LINK_LOCAL) == (goal in LINK_LOCAL),
            one["state"] == "deprecated",
            one["temporary"],
            common,
        )

    usable = [one for one in candidates if one["state"] != "invalid"]
    return max(usable, key=rank)["address"] if usable else None
