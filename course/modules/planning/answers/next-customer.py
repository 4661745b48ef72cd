"""Traps: the lowest place, the largest block, no refusal, only whole /48s in mind."""


# %% right: the smallest free block that is large enough
def place(pool, taken, length):
    free = (netaddr.IPSet([pool]) - netaddr.IPSet(taken)).iter_cidrs()
    fitting = sorted(
        (block for block in free if block.prefixlen <= length),
        key=lambda block: -block.prefixlen,
    )
    if fitting:
        return f"{fitting[0].ip}/{length}"
    raise ValueError("full")


# %% right: halve the pool until a half is free
def place(pool, taken, length):
    def free(block, used):
        near = [one for one in used if one in block or block in one]
        if not near:
            return [block]
        if any(block in one for one in near):
            return []
        lower, upper = block.subnet(block.prefixlen + 1)
        return free(lower, near) + free(upper, near)

    used = [netaddr.IPNetwork(text) for text in taken]
    blocks = [one for one in free(netaddr.IPNetwork(pool), used) if one.prefixlen <= length]
    if not blocks:
        raise ValueError(f"{pool} has no free /{length}")
    blocks.sort(key=lambda one: one.size)
    return str(list(blocks[0].subnet(length))[-1])


# %% wrong: the lowest free place
# points=[2, 0, 0] hint="provider-block-broken" met="visible"
def place(pool, taken, length):
    free = netaddr.IPSet([pool]) - netaddr.IPSet(taken)
    for block in free.iter_cidrs():
        if block.prefixlen <= length:
            return str(next(block.subnet(length)))
    raise ValueError("full")


# %% wrong: the largest free block
# points=[2, 0, 0] hint="provider-block-broken" met="visible"
def place(pool, taken, length):
    free = netaddr.IPSet([pool]) - netaddr.IPSet(taken)
    blocks = [block for block in free.iter_cidrs() if block.prefixlen <= length]
    if not blocks:
        raise ValueError("full")
    return str(next(min(blocks, key=lambda block: block.prefixlen).subnet(length)))


# %% wrong: the highest free place
# points=[2, 0, 0] hint="provider-block-broken" met="visible"
def place(pool, taken, length):
    free = netaddr.IPSet([pool]) - netaddr.IPSet(taken)
    blocks = [block for block in free.iter_cidrs() if block.prefixlen <= length]
    if not blocks:
        raise ValueError("full")
    return str(list(blocks[-1].subnet(length))[-1])


# %% wrong: the place after the last customer
# points=[0, 0, 0] hint="provider-full" met="visible"
def place(pool, taken, length):
    size = 2 ** (128 - length)
    last = max(netaddr.IPNetwork(text).last for text in taken)
    first = -(-(last + 1) // size) * size
    return str(netaddr.IPNetwork((first, length), version=6))


# %% wrong: looks for the same text in the list
# points=[0, 0, 0] hint="provider-not-free" met="visible"
def place(pool, taken, length):
    for candidate in netaddr.IPNetwork(pool).subnet(length):
        if str(candidate) not in taken:
            return str(candidate)
    raise ValueError("full")


# %% wrong: gives nothing back when the pool is full
# points=[0, 2, 2] hint="provider-full" met="visible"
def place(pool, taken, length):
    free = netaddr.IPSet([pool]) - netaddr.IPSet(taken)
    blocks = [block for block in free.iter_cidrs() if block.prefixlen <= length]
    if not blocks:
        return None
    return str(next(max(blocks, key=lambda block: block.prefixlen).subnet(length)))


# %% wrong: a prefix, not its text
# points=[0, 0, 0] hint="provider-not-a-prefix" met="visible"
def place(pool, taken, length):
    free = netaddr.IPSet([pool]) - netaddr.IPSet(taken)
    blocks = [block for block in free.iter_cidrs() if block.prefixlen <= length]
    if not blocks:
        raise ValueError("full")
    return next(max(blocks, key=lambda block: block.prefixlen).subnet(length))


# %% wrong: gives the whole free block
# points=[0, 2, 0] hint="provider-not-a-prefix" met="visible"
def place(pool, taken, length):
    free = netaddr.IPSet([pool]) - netaddr.IPSet(taken)
    blocks = [block for block in free.iter_cidrs() if block.prefixlen <= length]
    if not blocks:
        raise ValueError("full")
    return str(max(blocks, key=lambda block: block.prefixlen))


# %% wrong: keeps whole /48s only, and breaks smaller blocks
# points=[2, 2, 0] hint="provider-small-block-broken" met="hidden"
def place(pool, taken, length):
    free = netaddr.IPSet([pool]) - netaddr.IPSet(taken)
    blocks = [block for block in free.iter_cidrs() if block.prefixlen <= length]
    if not blocks:
        raise ValueError("full")
    begun = [block for block in blocks if block.prefixlen > 48]
    return str(next(min(begun or blocks, key=lambda block: block.prefixlen).subnet(length)))


# %% wrong: lets the planning room do it
# points=[0, 0, 0] hint="withheld" met="visible"
def place(pool, taken, length):
    plan = AddressPlan.start("pool", pool)
    for number, text in enumerate(taken):
        plan = plan.add(str(number), text, "pool")
    return str(plan.next_free(length, "pool"))
