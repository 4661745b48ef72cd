"""Traps: one lifetime instead of two, the moment itself, infinity."""


# %% right: from the end
def state_of(age, preferred, valid):
    over = [age >= life and life != 2**32 - 1 for life in (preferred, valid)]
    if over[1]:
        return "invalid"
    return "deprecated" if over[0] else "preferred"


# %% right: infinity as a float
def state_of(age, preferred, valid):
    preferred, valid = (float("inf") if life == 0xFFFFFFFF else life for life in (preferred, valid))
    if age < preferred:
        return "preferred"
    return "deprecated" if age < valid else "invalid"


# %% wrong: deprecated means gone
# points=[0, 0] hint="preferred-is-not-valid" met="visible"
def state_of(age, preferred, valid):
    if preferred == 0xFFFFFFFF or age < preferred:
        return "preferred"
    return "invalid"


# %% wrong: the moment itself still counts
# points=[0, 0] hint="zero-preferred" met="visible"
def state_of(age, preferred, valid):
    if preferred == 0xFFFFFFFF or age <= preferred:
        return "preferred"
    if valid == 0xFFFFFFFF or age <= valid:
        return "deprecated"
    return "invalid"


# %% wrong: infinity is only a large number
# points=[1, 0] hint="forever-is-a-number" met="visible"
def state_of(age, preferred, valid):
    if age < preferred:
        return "preferred"
    if age < valid:
        return "deprecated"
    return "invalid"


# %% wrong: the two lifetimes one after the other
# points=[0, 0] hint="preferred-is-not-valid" met="visible"
def state_of(age, preferred, valid):
    if preferred == 0xFFFFFFFF or age < preferred:
        return "preferred"
    if valid == 0xFFFFFFFF or age < preferred + valid:
        return "deprecated"
    return "invalid"


# %% wrong: looks at the valid lifetime first
# points=[0, 0] hint="preferred-is-not-valid" met="visible"
def state_of(age, preferred, valid):
    if age < valid:
        return "preferred"
    if age < preferred:
        return "deprecated"
    return "invalid"


# %% wrong: a lifetime of 0 means no limit
# points=[0, 0] hint="zero-preferred" met="visible"
def state_of(age, preferred, valid):
    if not preferred or preferred == 0xFFFFFFFF or age < preferred:
        return "preferred"
    if not valid or valid == 0xFFFFFFFF or age < valid:
        return "deprecated"
    return "invalid"
