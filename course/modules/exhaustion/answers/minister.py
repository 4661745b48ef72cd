"""Traps: totals for figures per head, the gap without what is held, registration taken for use, promises."""

# %% right: searched from the small end
figure = sum(HELD.get(cc, 0) for cc in PEOPLE) / sum(PEOPLE.values())
length = 32
while 2 ** (32 - length) < figure * PEOPLE[mine] - HELD[mine]:
    length -= 1
better = mine if HELD[mine] / PEOPLE[mine] > HELD[second] / PEOPLE[second] else second
claims = [better, f"/{length}", "holders", "holders"]

# %% right: from the number of bits
from math import ceil, log2

need = PEOPLE[mine] * world / 1000 - HELD[mine]
claims = [
    sorted((mine, second), key=lambda cc: PEOPLE[cc] / HELD[cc])[0],
    f"/{32 - ceil(log2(need))}",
    "holders",
    "holders",
]

# %% wrong: nothing is chosen
# points=[0, 0] hint="imbalance-no-choice" met="visible"
claims = ["", "", "", ""]

# %% wrong: the country with fewer for each person
# points=[0, 2] hint="imbalance-divide-by-people" met="visible"
need = PEOPLE[mine] * world / 1000 - HELD[mine]
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) >= need)
worse = min((mine, second), key=lambda cc: HELD[cc] / PEOPLE[cc])
claims = [worse, f"/{length}", "holders", "holders"]

# %% wrong: the next smaller block
# points=[0, 2] hint="imbalance-block-too-small" met="visible"
need = PEOPLE[mine] * world / 1000 - HELD[mine]
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) >= need)
better = max((mine, second), key=lambda cc: HELD[cc] / PEOPLE[cc])
claims = [better, f"/{length + 1}", "holders", "holders"]

# %% wrong: a block with much room
# points=[0, 2] hint="imbalance-block-too-large" met="visible"
better = max((mine, second), key=lambda cc: HELD[cc] / PEOPLE[cc])
claims = [better, "/4", "holders", "holders"]

# %% wrong: registration is use
# points=[2, 0] hint="imbalance-registered-not-used" met="visible"
need = PEOPLE[mine] * world / 1000 - HELD[mine]
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) >= need)
better = max((mine, second), key=lambda cc: HELD[cc] / PEOPLE[cc])
claims = [better, f"/{length}", "use", "holders"]

# %% wrong: the registry gives them
# points=[2, 0] hint="imbalance-nobody-gives" met="visible"
need = PEOPLE[mine] * world / 1000 - HELD[mine]
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) >= need)
better = max((mine, second), key=lambda cc: HELD[cc] / PEOPLE[cc])
claims = [better, f"/{length}", "holders", "registry"]

# %% wrong: the recovered pool has them
# points=[2, 0] hint="imbalance-nobody-gives" met="visible"
need = PEOPLE[mine] * world / 1000 - HELD[mine]
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) >= need)
better = max((mine, second), key=lambda cc: HELD[cc] / PEOPLE[cc])
claims = [better, f"/{length}", "holders", "recovered"]
