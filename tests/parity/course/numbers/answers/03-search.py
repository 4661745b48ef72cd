# %% right: bisect cell="find"
from bisect import bisect_left


def find(items, wanted):
    place = bisect_left(items, wanted)
    return place if items[place : place + 1] == [wanted] else -1


# %% right: slow but fine cell="find"
import time


def find(items, wanted):
    time.sleep(0.02)
    return items.index(wanted) if wanted in items else -1


# %% wrong: never ends cell="find"
def find(items, wanted):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] == wanted:
            return middle
        if items[middle] < wanted:
            low = middle
        else:
            high = middle
    return -1


# %% wrong: stops when it is not there cell="find"
def find(items, wanted):
    return items.index(wanted)


# %% wrong: None cell="find"
def find(items, wanted):
    for place, item in enumerate(items):
        if item == wanted:
            return place


# %% right: counts in binary cell="hanoi"
def hanoi(n, source="a", target="c", spare="b"):
    moves = []

    def move(n, source, target, spare):
        if n:
            move(n - 1, source, spare, target)
            moves.append((source, target))
            move(n - 1, spare, target, source)

    move(n, source, target, spare)
    return moves


# %% wrong: never stops to go deeper cell="hanoi"
def hanoi(n, source="a", target="c", spare="b"):
    return hanoi(n - 1, source, spare, target) + [(source, target)] + hanoi(n - 1, spare, target)


# %% wrong: texts cell="hanoi"
def hanoi(n, source="a", target="c", spare="b"):
    if n == 0:
        return []
    return (
        hanoi(n - 1, source, spare, target)
        + [f"{source}{target}"]
        + hanoi(n - 1, spare, target, source)
    )


# %% wrong: lists, no pairs cell="hanoi"
def hanoi(n, source="a", target="c", spare="b"):
    if n == 0:
        return []
    first = hanoi(n - 1, source, spare, target)
    return first + [[source, target]] + hanoi(n - 1, spare, target, source)


# %% right: choices cell="roll"
def roll(seed, n):
    random.seed(seed)
    throws = []
    for _ in range(n):
        throws.append((random.randint(1, 6), random.randint(1, 6)))
    return throws


# %% wrong: no seed cell="roll"
def roll(seed, n):
    return [(random.randint(1, 6), random.randint(1, 6)) for _ in range(n)]


# %% wrong: another order of throws cell="roll"
def roll(seed, n):
    dice = random.Random(seed)
    first = [dice.randint(1, 6) for _ in range(n)]
    return list(zip(first, [dice.randint(1, 6) for _ in range(n)]))


# %% wrong: five sides cell="roll"
def roll(seed, n):
    dice = random.Random(seed)
    return [(dice.randrange(1, 6), dice.randrange(1, 6)) for _ in range(n)]
