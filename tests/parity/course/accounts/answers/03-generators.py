# %% right: an iterator class cell="fibonacci"
class fibonacci:
    def __init__(self):
        self.pair = (0, 1)

    def __iter__(self):
        return self

    def __next__(self):
        a, b = self.pair
        self.pair = (b, a + b)
        return a


# %% wrong: begins at one cell="fibonacci"
def fibonacci():
    a, b = 1, 1
    while True:
        yield a
        a, b = b, a + b


# %% wrong: a list cell="fibonacci"
def fibonacci():
    numbers = [0, 1]
    while len(numbers) < 200:
        numbers.append(numbers[-1] + numbers[-2])
    return numbers


# %% wrong: ends cell="fibonacci"
def fibonacci():
    a, b = 0, 1
    for _ in range(20):
        yield a
        a, b = b, a + b


# %% wrong: floats cell="fibonacci"
def fibonacci():
    n = 0
    while True:
        yield round(((1 + 5**0.5) / 2) ** n / 5**0.5)
        n += 1


# %% wrong: fails on the way cell="fibonacci"
def fibonacci():
    known = {0: 0, 1: 1}
    for n in count():
        yield known[n]


# %% right: a generator cell="batches"
def batches(items, size):
    if size < 1:
        raise ValueError("size")
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


# %% right: islice until nothing cell="batches"
def batches(items, size):
    rest = iter(items)
    return list(
        iter(lambda: list(islice(rest, range(1, size + 1)[-1] if size > 0 else int("none"))), [])
    )


# %% wrong: slices what it was given cell="batches"
def batches(items, size):
    return [items[i : i + size] for i in range(0, len(items), size)]


# %% wrong: forgets the rest cell="batches"
def batches(items, size):
    return [list(group) for group in zip(*[iter(items)] * size)]


# %% wrong: tuples cell="batches"
def batches(items, size):
    items = tuple(items)
    for i in range(0, len(items), size):
        yield items[i : i + size]


# %% right: itertools cell="make-counter"
def make_counter(start=0, *, step=1):
    return count(start, step).__next__


# %% right: an object that can be called cell="make-counter"
class Counter:
    def __init__(self, start, step):
        self.now, self.step = start, step

    def __call__(self):
        self.now += self.step
        return self.now - self.step


def make_counter(start=0, *, step=1):
    return Counter(start, step)


# %% wrong: one for all cell="make-counter"
number = None


def make_counter(start=0, *, step=1):
    global number
    number = start

    def counter():
        global number
        number += step
        return number - step

    return counter


# %% wrong: a number cell="make-counter"
def make_counter(start=0, *, step=1):
    return start


# %% wrong: forgets nonlocal cell="make-counter"
def make_counter(start=0, step=1):
    number = start

    def counter():
        number += step
        return number

    return counter
