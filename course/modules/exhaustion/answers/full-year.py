"""Traps: percent as a factor, linear growth, one year late, the ratio, exactly full, an endless loop."""


# %% right: counts the years
def full_year(year, devices, growth, addresses, ratio):
    if devices > addresses * ratio:
        return year
    if growth <= 0:
        return None
    years = 0
    while devices * (1 + growth / 100) ** years <= addresses * ratio:
        years += 1
    return year + years


# %% right: recursive
def full_year(year, devices, growth, addresses, ratio):
    if devices > addresses * ratio:
        return year
    if growth <= 0:
        return None
    return full_year(year + 1, devices + devices * growth / 100, growth, addresses, ratio)


# %% wrong: percent as a factor
# points=[0, 0] hint="sharing-percent" met="visible"
def full_year(year, devices, growth, addresses, ratio):
    if devices <= addresses * ratio and growth <= 0:
        return None
    while devices <= addresses * ratio:
        devices *= 1 + growth
        year += 1
    return year


# %% wrong: the same number each year
# points=[0, 0] hint="sharing-not-linear" met="visible"
def full_year(year, devices, growth, addresses, ratio):
    if devices <= addresses * ratio and growth <= 0:
        return None
    more = devices * growth / 100
    while devices <= addresses * ratio:
        devices += more
        year += 1
    return year


# %% wrong: one year late
# points=[0, 0] hint="sharing-one-year-late" met="visible"
def full_year(year, devices, growth, addresses, ratio):
    if devices <= addresses * ratio and growth <= 0:
        return None
    year += 1
    while devices <= addresses * ratio:
        devices *= 1 + growth / 100
        year += 1
    return year


# %% wrong: one device for each address
# points=[0, 0] hint="sharing-ratio-forgotten" met="visible"
def full_year(year, devices, growth, addresses, ratio):
    if devices <= addresses and growth <= 0:
        return None
    while devices <= addresses:
        devices *= 1 + growth / 100
        year += 1
    return year


# %% wrong: exactly full is too many
# points=[2, 0] hint="sharing-exactly-full" met="visible"
def full_year(year, devices, growth, addresses, ratio):
    if devices < addresses * ratio and growth <= 0:
        return None
    while devices < addresses * ratio:
        devices *= 1 + growth / 100
        year += 1
    return year


# %% wrong: never ends without growth
# points=[2, 0] hint="too-long" met="visible"
def full_year(year, devices, growth, addresses, ratio):
    while devices <= addresses * ratio:
        devices *= 1 + growth / 100
        year += 1
    return year


# %% wrong: looks at the given year only after a year of growth
# points=[2, 0] hint="sharing-full-already" met="visible"
def full_year(year, devices, growth, addresses, ratio):
    if growth <= 0:
        return None
    while True:
        devices *= 1 + growth / 100
        year += 1
        if devices > addresses * ratio:
            return year
