"""Traps: growth left out, a /48 counted for each home, 80 % of the addresses as the threshold."""

# %% right: as the kinds were made
choices = [
    ["/44", "/40", "/36"][first_kind],
    ["/44", "/40", "/36"][second_kind],
    "yes" if other_kind == 2 else "no",
    ("below", "above", "over")[other_kind],
]


# %% right: counted from the numbers
def smallest(homes, firms):
    need = -(-2 * homes // 256) + 2 * firms + 1
    return next(f"/{length}" for length in (48, 44, 40, 36) if 2 ** (48 - length) >= need)


sites = other_homes + other_firms
choices = [
    smallest(*first_island),
    smallest(*second_island),
    "yes" if -(-other_homes // 256) + other_firms >= hd_threshold(65536) else "no",
    "over" if sites > 65536 else "above" if sites >= hd_threshold(65536) else "below",
]

# %% wrong: nothing is chosen
# points=[0, 0] hint="provider-no-choice" met="visible"
choices = ["", "", "", ""]

# %% wrong: saves space, one step too small for both islands
# points=[0, 2] hint="provider-length-first" met="visible"
smaller = {"/36": "/40", "/40": "/44", "/44": "/48"}
kinds = ["/44", "/40", "/36"]
choices = [
    smaller[kinds[first_kind]],
    smaller[kinds[second_kind]],
    ["no", "no", "yes"][other_kind],
    ["below", "above", "over"][other_kind],
]

# %% wrong: the same size for every island
# points=[0, 2] hint="provider-length-second" met="visible"
kinds = ["/44", "/40", "/36"]
choices = [
    kinds[first_kind],
    kinds[first_kind],
    ["no", "no", "yes"][other_kind],
    ["below", "above", "over"][other_kind],
]

# %% wrong: the threshold the other way round, by 80 % or by one /48 for each home
# points=[2, 0] hint="provider-threshold" met="visible"
kinds = ["/44", "/40", "/36"]
choices = [
    kinds[first_kind],
    kinds[second_kind],
    ["yes", "yes", "no"][other_kind],
    ["below", "above", "over"][other_kind],
]

# %% wrong: what a /32 holds is mistaken for what counts as used
# points=[2, 0] hint="provider-all-48" met="visible"
kinds = ["/44", "/40", "/36"]
choices = [
    kinds[first_kind],
    kinds[second_kind],
    ["no", "no", "yes"][other_kind],
    ["over", "over", "above"][other_kind],
]

# %% wrong: one answer for all
# points=[0, 0] hint="provider-no-choice" met="visible"
choices = "/40"
