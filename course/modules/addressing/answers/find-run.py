"""Traps: the last of equals, the first run, single groups, the end of the list."""


# %% right: longest first
def find_run(groups):
    for length in range(8, 1, -1):
        for start in range(9 - length):
            if not any(groups[start : start + length]):
                return (start, length)
    return None


# %% right: one pass with a counter
def find_run(groups):
    best_start, best_length, length = 0, 1, 0
    for index, group in enumerate(groups):
        length = length + 1 if group == 0 else 0
        if length > best_length:
            best_start, best_length = index - length + 1, length
    return (best_start, best_length) if best_length > 1 else None


# %% wrong: the last of equal runs
# points=[2, 0] hint="last-of-equal-runs" met="visible"
def find_run(groups):
    best = None
    for start in range(8):
        length = 0
        while start + length < 8 and groups[start + length] == 0:
            length += 1
        if length >= 2 and (best is None or length >= best[1]):
            best = (start, length)
    return best


# %% wrong: the first run
# points=[0, 2] hint="first-not-longest" met="visible"
def find_run(groups):
    for start in range(8):
        length = 0
        while start + length < 8 and groups[start + length] == 0:
            length += 1
        if length >= 2:
            return (start, length)
    return None


# %% wrong: one group is a run
# points=[2, 0] hint="run-of-one-group" met="visible"
def find_run(groups):
    for length in range(8, 0, -1):
        for start in range(9 - length):
            if not any(groups[start : start + length]):
                return (start, length)
    return None


# %% wrong: a pair that says nothing
# points=[2, 0] hint="none-means-none" met="visible"
def find_run(groups):
    for length in range(8, 1, -1):
        for start in range(9 - length):
            if not any(groups[start : start + length]):
                return (start, length)
    return (0, 0)


# %% wrong: forgets the run at the end
# points=[0, 0] hint="run-at-the-end" met="visible"
def find_run(groups):
    best, start = None, None
    for index, group in enumerate(groups):
        if group == 0 and start is None:
            start = index
        if group != 0 and start is not None:
            length = index - start
            if length > 1 and (best is None or length > best[1]):
                best = (start, length)
            start = None
    return best


# %% wrong: counts all zeros
# points=[0, 0] hint="zeros-not-in-a-row" met="visible"
def find_run(groups):
    count = list(groups).count(0)
    return (list(groups).index(0), count) if count > 1 else None


# %% wrong: where it ends instead of how long it is
# points=[0, 0] hint="wrong-run" met="visible"
def find_run(groups):
    for length in range(8, 1, -1):
        for start in range(9 - length):
            if not any(groups[start : start + length]):
                return (start, start + length)
    return None
