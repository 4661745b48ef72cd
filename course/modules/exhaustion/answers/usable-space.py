"""Traps: blocks inside blocks, the order of the list, counting the wrong side, walking over addresses."""


# %% right: one end that moves on
def usable(blocks):
    free, end = 0, 0
    for first, size in sorted(blocks):
        free += max(first - end, 0)
        end = max(end, first + size)
    return free + 2**32 - end


# %% right: merged intervals
def usable(blocks):
    merged = []
    for first, size in sorted(set(blocks)):
        if merged and first <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], first + size)
        else:
            merged.append([first, first + size])
    return 2**32 - sum(last - first for first, last in merged)


# %% right: a library's set of addresses
def usable(blocks):
    import netaddr

    taken = netaddr.IPSet()
    for first, size in blocks:
        taken.add(
            netaddr.IPRange(netaddr.IPAddress(first, 4), netaddr.IPAddress(first + size - 1, 4))
        )
    return 2**32 - taken.size


# %% wrong: adds up all blocks
# points=[1, 0] hint="runout-inside" met="visible"
def usable(blocks):
    return 2**32 - sum(size for _, size in blocks)


# %% wrong: equal blocks once, but not those inside others
# points=[1, 0] hint="runout-inside" met="visible"
def usable(blocks):
    return 2**32 - sum(size for _, size in set(blocks))


# %% wrong: looks only at the block before
# points=[1, 0] hint="runout-inside" met="visible"
def usable(blocks):
    covered = 0
    before = (0, 0)
    for first, size in sorted(blocks):
        if first >= before[0] + before[1]:
            covered += size
        before = (first, size)
    return 2**32 - covered


# %% wrong: believes the list is in order
# points=[0, 0] hint="runout-any-order" met="visible"
def usable(blocks):
    covered, end = 0, 0
    for first, size in blocks:
        covered += max(first + size - max(first, end), 0)
        end = max(end, first + size)
    return 2**32 - covered


# %% wrong: the blocks, not what is left
# points=[0, 0] hint="runout-counted-the-blocks" met="visible"
def usable(blocks):
    covered, end = 0, 0
    for first, size in sorted(blocks):
        covered += max(first + size - max(first, end), 0)
        end = max(end, first + size)
    return covered


# %% wrong: a network address and a broadcast address taken from the whole
# points=[0, 0] hint="runout-what-is-left" met="visible"
def usable(blocks):
    covered, end = 0, 0
    for first, size in sorted(blocks):
        covered += max(first + size - max(first, end), 0)
        end = max(end, first + size)
    return 2**32 - covered - 2


# %% wrong: looks at each address
# points=[0, 0] hint="too-long" met="visible"
def usable(blocks):
    return sum(
        not any(first <= number < first + size for first, size in blocks) for number in range(2**32)
    )
