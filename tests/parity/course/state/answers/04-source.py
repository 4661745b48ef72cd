# %% right: pieces cell="deep-sum"
def deep_sum(items: list) -> int:
    "The sum of everything."
    if items == []:
        return 0
    first, *rest = items
    return (deep_sum(first) if isinstance(first, list) else first) + deep_sum(rest)


# %% wrong: a loop, no docstring cell="deep-sum"
def deep_sum(items) -> int:
    total = 0
    for item in items:
        total += deep_sum(item) if isinstance(item, list) else item
    return total


# %% wrong: a lambda cell="deep-sum"
deep_sum = lambda items: sum(map(deep_sum, items)) if isinstance(items, list) else items


# %% wrong: by its text cell="deep-sum"
import re


def deep_sum(items) -> "int":
    """Return the sum of all digits in the text."""
    return sum(map(int, re.findall(r"\d+", str(items))))


# %% wrong: only flat cell="deep-sum"
def deep_sum(items):
    """Return the sum."""
    return sum(items)


# %% right: remembers cell="deep-sum"
from functools import wraps


def loud(function):
    @wraps(function)
    def inner(*args):
        return function(*args)

    return inner


@loud
def deep_sum(items) -> int:
    """Return the sum of all numbers in nested lists."""
    return sum(map(deep_sum, items)) if isinstance(items, list) else items
