"""Traps: one address, the destination as the second one, silent routers, who should have answered."""


# %% right: both columns first
def where_lost(probe, destination):
    plain, extended = [], []
    for hop_limit in range(1, 31):
        plain.append(probe(hop_limit, False))
        extended.append(probe(hop_limit, True))
        if plain[-1] == destination:
            break
    if destination in extended:
        return None
    last = max(place for place, answer in enumerate(extended) if answer)
    return extended[last], next(answer for answer in plain[last + 1 :] if answer)


# %% right: hop by hop
def where_lost(probe, destination):
    last, hop_limit = None, 0
    while hop_limit < 30:
        hop_limit += 1
        answer = probe(hop_limit, True)
        if answer == destination:
            return None
        last = answer or last
        other = probe(hop_limit, False)
        if other and not answer:
            return last, other
    return None


# %% wrong: only asks whether they arrive
# points=[0, 0] hint="ext-lost-two" met="visible"
def where_lost(probe, destination):
    return None if probe(30, True) == destination else destination


# %% wrong: blames the one behind the loss
# points=[0, 0] hint="ext-lost-two" met="visible"
def where_lost(probe, destination):
    for hop_limit in range(1, 31):
        plain, extended = probe(hop_limit, False), probe(hop_limit, True)
        if plain and not extended:
            return plain
        if extended == destination:
            return None


# %% wrong: blames the last that answered
# points=[0, 0] hint="ext-lost-two" met="visible"
def where_lost(probe, destination):
    last = None
    for hop_limit in range(1, 31):
        extended = probe(hop_limit, True)
        if extended == destination:
            return None
        if extended is None and probe(hop_limit, False):
            return last
        last = extended or last


# %% wrong: the destination as the second one
# points=[0, 0] hint="ext-lost-first-after" met="visible"
def where_lost(probe, destination):
    last = None
    for hop_limit in range(1, 31):
        extended = probe(hop_limit, True)
        if extended == destination:
            return None
        last = extended or last
    return last, destination


# %% wrong: looks at the pings without the header only
# points=[0, 0] hint="ext-lost-nothing" met="visible"
def where_lost(probe, destination):
    last = None
    for hop_limit in range(1, 31):
        plain = probe(hop_limit, False)
        if plain == destination:
            return None
        if plain is None:
            return last, probe(hop_limit + 1, False)
        last = plain


# %% wrong: blames the first that is silent
# points=[2, 0] hint="ext-lost-silent" met="visible"
def where_lost(probe, destination):
    last = None
    for hop_limit in range(1, 31):
        extended = probe(hop_limit, True)
        if extended == destination:
            return None
        if extended is None:
            return last, probe(hop_limit, False)
        last = extended


# %% wrong: reckons with who should have answered
# points=[2, 0] hint="ext-lost-silent" met="visible"
def where_lost(probe, destination):
    for hop_limit in range(1, 31):
        if probe(hop_limit, True) == destination:
            return None
        if probe(hop_limit, False) and not probe(hop_limit, True):
            return f"2001:db8:f:{hop_limit - 1}::2", probe(hop_limit, False)


# %% wrong: the order of the two
# points=[0, 0] hint="ext-lost-compare" met="visible"
def where_lost(probe, destination):
    last = None
    for hop_limit in range(1, 31):
        extended = probe(hop_limit, True)
        if extended == destination:
            return None
        plain = probe(hop_limit, False)
        if plain and not extended:
            return plain, last
        last = extended or last


# %% wrong: hop limits instead of addresses
# points=[0, 0] hint="ext-lost-compare" met="visible"
def where_lost(probe, destination):
    for hop_limit in range(1, 31):
        extended = probe(hop_limit, True)
        if extended == destination:
            return None
        if not extended and probe(hop_limit, False):
            return hop_limit - 1, hop_limit
