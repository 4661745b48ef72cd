# %% right: the other way round cell="visit"
def visit():
    global visits
    if visits < LIMIT:
        visits = visits + 1
        return
    raise PermissionError


# %% wrong: forgets global cell="visit"
def visit():
    visits = visits + 1


# %% wrong: a limit of its own cell="visit"
def visit(limit=LIMIT):
    global visits
    if visits >= limit:
        raise PermissionError("enough")
    visits += 1


# %% wrong: counts after the limit too cell="visit"
def visit():
    global visits
    visits += 1
    if visits > LIMIT:
        raise PermissionError("enough")


# %% wrong: an error of another kind cell="visit"
def visit():
    globals()["visits"] += 1
    assert visits <= LIMIT


# %% wrong: another name cell="visit"
visit_count = 0


def visit():
    global visit_count
    visit_count += 1


# %% right: choices of a range draws otherwise, but randrange does not cell="draw"
def draw(n):
    return [random.randrange(6) + 1 for _ in range(n)]


# %% wrong: seeds by itself cell="draw"
def draw(n):
    random.seed(1)
    return [random.randint(1, 6) for _ in range(n)]


# %% wrong: a generator of its own cell="draw"
dice = random.Random()


def draw(n):
    return [dice.randint(1, 6) for _ in range(n)]


# %% wrong: a sample has no doubles cell="draw"
def draw(n):
    return random.sample(range(1, 7), n)
