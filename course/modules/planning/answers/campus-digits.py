"""Judgement: what the first digit serves, hexadecimal digits, growth. No programming."""

# %% right: by counting
digits = [
    "zone" if central else "building",
    "1" if 2 * buildings <= 16 else "2",
    "1" if lans_each <= 16 else "2",
    "spare",
]
total = 1 + int(digits[1]) + int(digits[2])
digits[3] = "spare" if total < 4 else "exact" if total == 4 else "more"

# %% right: a tuple, with the lengths of hexadecimal numbers
hexadecimal = [len(f"{2 * buildings - 1:x}"), len(f"{lans_each - 1:x}")]
digits = (
    ("building", "zone")[central],
    *map(str, hexadecimal),
    ("spare", "exact", "more")[sum(hexadecimal) - 2],
)

# %% wrong: nothing chosen
# points=[0, 0] hint="sites-no-choice" met="visible"
digits = ["", "", "", ""]

# %% wrong: the last question forgotten
# points=[0, 0] hint="sites-no-choice" met="visible"
digits = [
    "zone" if central else "building",
    "1" if 2 * buildings <= 16 else "2",
    "1" if lans_each <= 16 else "2",
    "",
]

# %% wrong: the meaning that serves the other device
# points=[0, 2] hint="sites-first-digit" met="visible"
hexadecimal = [len(f"{2 * buildings - 1:x}"), len(f"{lans_each - 1:x}")]
digits = [
    "building" if central else "zone",
    *map(str, hexadecimal),
    ("spare", "exact", "more")[sum(hexadecimal) - 2],
]

# %% wrong: as many digits as decimal ones for the LANs
# points=[2, 0] hint="sites-lan-digits" met="visible"
digits = [
    "zone" if central else "building",
    "1" if 2 * buildings <= 16 else "2",
    str(len(str(lans_each))),
    "exact",
]

# %% wrong: three digits for buildings, to be safe
# points=[0, 2] hint="sites-building-digits" met="visible"
hexadecimal = [len(f"{2 * buildings - 1:x}"), len(f"{lans_each - 1:x}")]
digits = [
    "zone" if central else "building",
    "3",
    str(hexadecimal[1]),
    ("spare", "exact", "more")[sum(hexadecimal) - 2],
]

# %% wrong: the zone's digit is forgotten in the sum
# points=[2, 0] hint="sites-digits-together" met="visible"
hexadecimal = [len(f"{2 * buildings - 1:x}"), len(f"{lans_each - 1:x}")]
digits = [
    "zone" if central else "building",
    *map(str, hexadecimal),
    "spare" if sum(hexadecimal) != 2 else "exact",
]
