"""Traps: believing every advertisement, never believing a shorter one, lengthening to two hours."""


# %% right: with max and min
def valid_from_now(left, advertised):
    if advertised > 7200 or advertised > left:
        return advertised
    return min(left, 7200)


# %% right: rule by rule
def valid_from_now(left, advertised):
    hours = left / 3600
    if advertised > 2 * 3600:
        return advertised
    if advertised > left:
        return advertised
    if hours <= 2:
        return left
    return 2 * 60 * 60


# %% wrong: takes every advertisement
# points=[2, 0] hint="two-hours" met="visible"
def valid_from_now(left, advertised):
    return advertised


# %% wrong: never shorter
# points=[0, 0] hint="longer-is-welcome" met="visible"
def valid_from_now(left, advertised):
    return max(left, advertised)


# %% wrong: always at least two hours
# points=[0, 0] hint="longer-is-welcome" met="visible"
def valid_from_now(left, advertised):
    return max(7200, advertised)


# %% wrong: two hours also where less was left
# points=[2, 0] hint="already-short" met="visible"
def valid_from_now(left, advertised):
    if advertised > 7200 or advertised > left:
        return advertised
    return 7200


# %% wrong: ignores every short advertisement
# points=[0, 2] hint="longer-is-welcome" met="visible"
def valid_from_now(left, advertised):
    if advertised > 7200:
        return advertised
    return min(left, 7200)


# %% wrong: two hours in minutes
# points=[2, 0] hint="two-hours" met="visible"
def valid_from_now(left, advertised):
    if advertised > 120 or advertised > left:
        return advertised
    return min(left, 120)
