# %% right: backwards cell="unique"
def unique(items):
    for place in range(len(items) - 1, -1, -1):
        if items[place] in items[:place]:
            del items[place]


# %% wrong: a new list cell="unique"
def unique(items):
    return list(dict.fromkeys(items))


# %% wrong: binds the name again cell="unique"
def unique(items):
    items = sorted(set(items))


# %% wrong: in place, in another order cell="unique"
def unique(items):
    items[:] = set(items)
    return items


# %% wrong: skips while it removes cell="unique"
def unique(items):
    for item in items:
        if items.count(item) > 1:
            items.remove(item)


# %% right: map cell="apply-all"
def apply_all(functions, value):
    return list(map(lambda f: f(value), functions))


# %% wrong: the first only cell="apply-all"
def apply_all(functions, value):
    for function in functions:
        return [function(value)]


# %% wrong: calls twice cell="apply-all"
def apply_all(functions, value):
    return [f(value) for f in functions if f(value) is not None]


# %% wrong: swallows cell="apply-all"
def apply_all(functions, value):
    try:
        return [function(*value) for function in functions]
    except Exception:
        return []


# %% right: a class cell="counted"
class counted:
    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        return self.function(*args, **kwargs)


# %% wrong: counts what went well cell="counted"
def counted(function):
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        wrapper.calls += 1
        return result

    wrapper.calls = 0
    return wrapper


# %% wrong: on the inner function cell="counted"
from functools import wraps


def counted(function):
    function.calls = 0

    @wraps(function)
    def wrapper(*args, **kwargs):
        function.calls += 1
        return function(*args, **kwargs)

    return wrapper


# %% wrong: no keywords cell="counted"
def counted(function):
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)

    wrapper.calls = 0
    return wrapper
