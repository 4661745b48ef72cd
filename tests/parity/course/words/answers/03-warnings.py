# %% right: the default category cell="shout"
def shout(name):
    if len(name) <= 2:
        warnings.warn("too short: " + name)
    return name.upper()


# %% wrong: prints cell="shout"
def shout(name):
    if len(name) < 3:
        print("Warning:", name)
    return name.upper()


# %% wrong: always warns, so stderr shows it cell="shout"
def shout(name):
    warnings.warn("shouting " + name)
    return name.upper()


# %% wrong: raises cell="shout"
def shout(name):
    if len(name) < 3:
        raise UserWarning(name)
    return name.upper()


# %% wrong: another category cell="shout"
def shout(name):
    if len(name) < 3:
        warnings.warn(name, DeprecationWarning, stacklevel=2)
    return name.upper()


# %% right: a list of records cell="add-stock"
def add_stock(items):
    total = 0
    for item in items:
        logging.getLogger("stock").log(logging.INFO, f"{item}")
        total += item
    return total


# %% wrong: the root logger, as warnings cell="add-stock"
def add_stock(items):
    for item in items:
        logging.warning("item %s", item)
    return sum(items)


# %% wrong: no log cell="add-stock"
def add_stock(items):
    return sum(items)


# %% wrong: one record cell="add-stock"
def add_stock(items):
    logging.getLogger("stock").info("items %s", items)
    return sum(items)
