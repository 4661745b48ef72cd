"""Traps: the order of asking, silent homes, gaps, breaking the pool, a full pool."""


# %% right: candidates sorted by whether their /48 is begun
def serve(pool, leases, asking):
    after = {home: IPNetwork(text) for home, text in leases.items()}
    everything = [net.first for net in IPNetwork(pool).subnet(56)]
    for home in dict.fromkeys(asking):
        if home in after:
            continue
        taken = {net.first for net in after.values()}
        begun = {first >> 80 for first in taken}
        free = [first for first in everything if first not in taken]
        if not free:
            raise ValueError("the pool is full")
        best = min(free, key=lambda first: (first >> 80 not in begun, first))
        after[home] = IPNetwork((best, 56), version=6)
    return {home: str(net) for home, net in after.items()}


# %% right: /48 by /48, the fullest first, from above
def serve(pool, leases, asking):
    after = dict(leases)
    new = [home for home in dict.fromkeys(asking) if home not in after]
    taken = {str(IPNetwork(text)) for text in leases.values()}
    count = {}
    for text in taken:
        site = str(IPNetwork(text).supernet(48)[0])
        count[site] = count.get(site, 0) + 1
    sites = sorted(map(str, IPNetwork(pool).subnet(48)), key=lambda site: -count.get(site, 0))
    for site in sites:
        for net in reversed(list(IPNetwork(site).subnet(56)) if new else []):
            if new and str(net) not in taken:
                after[new.pop(0)] = str(net)
    if new:
        raise ValueError(f"no room for {new}")
    return after


# %% wrong: not repaired
# points=[0, 0, 0] hint="sites-home-missing" met="visible"
serve = broken


# %% wrong: keeps only those who ask
# points=[0, 0, 0] hint="sites-home-missing" met="visible"
def serve(pool, leases, asking):
    after = {home: leases[home] for home in asking if home in leases}
    taken = set(leases.values())
    for home in asking:
        if home not in after:
            free = (str(net) for net in IPNetwork(pool).subnet(56))
            after[home] = next(text for text in free if text not in taken)
            taken.add(after[home])
    return after


# %% wrong: everybody anew, silent homes too
# points=[0, 0, 0] hint="sites-home-renumbered" met="visible"
def serve(pool, leases, asking):
    homes = list(dict.fromkeys([*asking, *leases]))
    blocks = list(map(str, IPNetwork(pool).subnet(56)))
    if len(homes) > len(blocks):
        raise ValueError("the pool is full")
    return dict(zip(homes, blocks))


# %% wrong: in the order of the alphabet
# points=[0, 0, 0] hint="sites-home-renumbered" met="visible"
def serve(pool, leases, asking):
    homes = sorted({*asking, *leases}, reverse=True)
    blocks = list(map(str, IPNetwork(pool).subnet(56)))
    if len(homes) > len(blocks):
        raise ValueError("the pool is full")
    return dict(zip(homes, blocks))


# %% wrong: the number of leases is the next place
# points=[2, 0, 0] hint="sites-pool-broken" met="visible"
def serve(pool, leases, asking):
    after = dict(leases)
    blocks = list(map(str, IPNetwork(pool).subnet(56)))
    for home in asking:
        if home not in after:
            if len(after) >= len(blocks):
                raise ValueError("the pool is full")
            after[home] = blocks[len(after)]
    return after


# %% wrong: the lowest free place
# points=[2, 0, 2] hint="sites-pool-broken" met="visible"
def serve(pool, leases, asking):
    after = dict(leases)
    for home in asking:
        if home not in after:
            taken = set(after.values())
            free = (str(net) for net in IPNetwork(pool).subnet(56))
            after[home] = next((text for text in free if text not in taken), None)
            if after[home] is None:
                raise ValueError("the pool is full")
    return after


# %% wrong: always after the highest
# points=[2, 0, 0] hint="sites-pool-broken" met="visible"
def serve(pool, leases, asking):
    after = dict(leases)
    for home in asking:
        if home not in after:
            whole = IPNetwork(pool)
            ends = [IPNetwork(text).last + 1 for text in after.values()]
            first = max(ends, default=whole.first)
            if first > whole.last:
                raise ValueError("the pool is full")
            after[home] = str(IPNetwork((first, 56), version=6))
    return after


# %% wrong: a /64 for each home
# points=[0, 0, 0] hint="sites-not-a-home" met="visible"
def serve(pool, leases, asking):
    after = dict(leases)
    for home in asking:
        if home not in after:
            taken = set(after.values())
            free = (str(net) for net in IPNetwork(pool).subnet(64))
            after[home] = next(text for text in free if text not in taken)
    return after


# %% wrong: a whole /48 for each new home
# points=[0, 0, 0] hint="sites-not-a-home" met="visible"
def serve(pool, leases, asking):
    after = dict(leases)
    for home, net in zip(asking, IPNetwork(pool).subnet(48)):
        after.setdefault(home, str(net))
    return after


# %% wrong: a full pool goes on behind its end
# points=[2, 2, 0] hint="sites-pool-full" met="visible"
def serve(pool, leases, asking):
    after = dict(leases)
    first = IPNetwork(pool).first
    for home in dict.fromkeys(asking):
        if home in after:
            continue
        taken = {IPNetwork(text).first for text in after.values()}
        begun = sorted({one >> 80 for one in taken})
        places = [site << 80 | n << 72 for site in begun for n in range(256)]
        place = next((one for one in places if one not in taken), None)
        if place is None:
            place = first
            while place in taken:
                place += 1 << 72
        after[home] = str(IPNetwork((place, 56), version=6))
    return after


# %% wrong: refuses everybody when the pool is full
# points=[2, 2, 0] hint="stopped" met="visible"
def serve(pool, leases, asking):
    after = {home: IPNetwork(text) for home, text in leases.items()}
    everything = [net.first for net in IPNetwork(pool).subnet(56)]
    for home in asking:
        taken = {net.first for net in after.values()}
        begun = {first >> 80 for first in taken}
        free = [first for first in everything if first not in taken]
        if not free:
            raise ValueError("the pool is full")
        best = min(free, key=lambda first: (first >> 80 not in begun, first))
        after.setdefault(home, IPNetwork((best, 56), version=6))
    return {home: str(net) for home, net in after.items()}


# %% wrong: asks the course's plan
# points=[0, 0, 0] hint="withheld" met="visible"
def serve(pool, leases, asking):
    plan = AddressPlan.start("pool", pool)
    for home, text in leases.items():
        plan = plan.add(home, text, "pool", kind="customer")
    plan = plan.delegate(asking, 56, "pool")
    return {node.name: node.text for node in plan["pool"].children}
