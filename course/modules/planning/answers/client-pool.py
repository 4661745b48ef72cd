"""Traps: those who left, all visits, no renewal, the end minute, bits and nibbles."""

# %% right: looks at every arrival
import math


def pool_for(visits, lifetime):
    peak = 0
    for now in {arrive for arrive, _leave in visits}:
        held = sum(arrive <= now < leave + lifetime for arrive, leave in visits)
        peak = max(peak, held)
    return peak, 64 - 4 * math.ceil(math.log2(peak) / 4)


# %% right: a heap of the ends
import heapq


def pool_for(visits, lifetime):
    ends, peak = [], 0
    for arrive, leave in sorted(visits):
        while ends and ends[0] <= arrive:
            heapq.heappop(ends)
        heapq.heappush(ends, leave + lifetime)
        peak = max(peak, len(ends))
    digits = 0
    while 16**digits < peak:
        digits += 1
    return peak, 64 - 4 * digits


# %% wrong: only those who are there
# points=[0, 2] hint="sites-left-but-held" met="visible"
def pool_for(visits, lifetime):
    minutes = {arrive for arrive, _ in visits}
    peak = max(sum(a <= now < b for a, b in visits) for now in minutes)
    length = 64
    while 2 ** (64 - length) < peak:
        length -= 4
    return peak, length


# %% wrong: all visits
# points=[0, 2] hint="sites-all-visits" met="visible"
def pool_for(visits, lifetime):
    length = 64
    while 2 ** (64 - length) < len(visits):
        length -= 4
    return len(visits), length


# %% wrong: nobody renews
# points=[0, 2] hint="sites-left-but-held" met="visible"
def pool_for(visits, lifetime):
    minutes = {arrive for arrive, _ in visits}
    peak = max(sum(a <= now < a + lifetime for a, _ in visits) for now in minutes)
    length = 64
    while 2 ** (64 - length) < peak:
        length -= 4
    return peak, length


# %% wrong: the last minute counts too
# points=[0, 2] hint="sites-held-too-long" met="visible"
def pool_for(visits, lifetime):
    minutes = {arrive for arrive, _ in visits}
    peak = max(sum(a <= now <= b + lifetime for a, b in visits) for now in minutes)
    length = 64
    while 2 ** (64 - length) < peak:
        length -= 4
    return peak, length


# %% wrong: saves addresses
# points=[2, 0] hint="sites-not-a-nibble" met="visible"
def pool_for(visits, lifetime):
    minutes = {arrive for arrive, _ in visits}
    peak = max(sum(a <= now < b + lifetime for a, b in visits) for now in minutes)
    return peak, 64 - (peak - 1).bit_length()


# %% wrong: counts addresses
# points=[2, 0] hint="sites-pool-small" met="visible"
def pool_for(visits, lifetime):
    minutes = {arrive for arrive, _ in visits}
    peak = max(sum(a <= now < b + lifetime for a, b in visits) for now in minutes)
    length = 128
    while 2 ** (128 - length) < peak:
        length -= 4
    return peak, length


# %% wrong: one more where it fits exactly
# points=[2, 0] hint="sites-pool-large" met="visible"
def pool_for(visits, lifetime):
    minutes = {arrive for arrive, _ in visits}
    peak = max(sum(a <= now < b + lifetime for a, b in visits) for now in minutes)
    length = 64
    while 2 ** (64 - length) <= peak:
        length -= 4
    return peak, length


# %% wrong: always a /48
# points=[2, 0] hint="sites-pool-large" met="visible"
def pool_for(visits, lifetime):
    minutes = {arrive for arrive, _ in visits}
    peak = max(sum(a <= now < b + lifetime for a, b in visits) for now in minutes)
    return peak, 48


# %% wrong: only the length
# points=[0, 0] hint="sites-not-a-pair" met="visible"
def pool_for(visits, lifetime):
    minutes = {arrive for arrive, _ in visits}
    peak = max(sum(a <= now < b + lifetime for a, b in visits) for now in minutes)
    return 64 - 4 * ((len(f"{peak - 1:x}")) if peak > 1 else 0)
