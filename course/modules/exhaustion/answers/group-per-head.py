"""Traps: the average of averages, unknown people on one side only, countries and groups that are left out."""


# %% right: two passes
def group_per_head(rows):
    known = [row for row in rows if row[2] is not None]
    result = {}
    for group in {row[0] for row in known}:
        people = sum(row[2] for row in known if row[0] == group)
        if people > 0:
            addresses = sum(row[1] for row in known if row[0] == group)
            result[group] = round(addresses / people, 3)
    return result


# %% right: pairs of sums
def group_per_head(rows):
    from collections import defaultdict

    sums = defaultdict(lambda: [0, 0])
    for group, addresses, people in rows:
        if people is None:
            continue
        sums[group][0] += addresses
        sums[group][1] += people
    return {group: round(a / p, 3) for group, (a, p) in sums.items() if p}


# %% wrong: the average of averages
# points=[0, 0] hint="imbalance-average-of-averages" met="visible"
def group_per_head(rows):
    figures = {}
    for group, addresses, people in rows:
        if people:
            figures.setdefault(group, []).append(addresses / people)
    return {group: round(sum(each) / len(each), 3) for group, each in figures.items()}


# %% wrong: addresses of countries without people
# points=[2, 0] hint="imbalance-both-sides" met="visible"
def group_per_head(rows):
    addresses, people = {}, {}
    for group, held, heads in rows:
        addresses[group] = addresses.get(group, 0) + held
        people[group] = people.get(group, 0) + (heads or 0)
    return {group: round(addresses[group] / people[group], 3) for group in people if people[group]}


# %% wrong: countries without addresses are skipped
# points=[2, 0] hint="imbalance-people-without-addresses" met="visible"
def group_per_head(rows):
    addresses, people = {}, {}
    for group, held, heads in rows:
        if heads and held:
            addresses[group] = addresses.get(group, 0) + held
            people[group] = people.get(group, 0) + heads
    return {group: round(addresses[group] / people[group], 3) for group in people}


# %% wrong: a group without people is zero
# points=[2, 0] hint="imbalance-nobody-known" met="visible"
def group_per_head(rows):
    addresses, people = {}, {}
    for group, held, heads in rows:
        addresses[group] = addresses.get(group, 0) + (held if heads else 0)
        people[group] = people.get(group, 0) + (heads or 0)
    return {
        group: round(addresses[group] / people[group], 3) if people[group] else 0.0
        for group in people
    }


# %% wrong: unknown people stop it
# points=[2, 0] hint="stopped" met="visible"
def group_per_head(rows):
    addresses, people = {}, {}
    for group, held, heads in rows:
        addresses[group] = addresses.get(group, 0) + held
        people[group] = people.get(group, 0) + heads
    return {group: round(addresses[group] / people[group], 3) for group in people if people[group]}


# %% wrong: people for each address
# points=[0, 0] hint="imbalance-group-sum" met="visible"
def group_per_head(rows):
    addresses, people = {}, {}
    for group, held, heads in rows:
        if heads is not None:
            addresses[group] = addresses.get(group, 0) + held
            people[group] = people.get(group, 0) + heads
    return {
        group: round(people[group] / addresses[group], 3) for group in people if addresses[group]
    }


# %% wrong: a list of pairs
# points=[0, 0] hint="imbalance-dictionary" met="visible"
def group_per_head(rows):
    addresses, people = {}, {}
    for group, held, heads in rows:
        if heads is not None:
            addresses[group] = addresses.get(group, 0) + held
            people[group] = people.get(group, 0) + heads
    return [
        (group, round(addresses[group] / people[group], 3)) for group in people if people[group]
    ]
