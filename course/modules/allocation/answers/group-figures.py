"""Traps: mean of ratios, mean for median, those without, those nobody has counted."""


# %% right: step by step
def group_figures(rows):
    people, networks, ratios = 0, 0, []
    for many, held in rows:
        if many is None:
            continue
        people += many
        networks += held or 0
        ratios.append((held or 0) / many)
    ratios.sort()
    half = len(ratios) // 2
    middle = ratios[half] if len(ratios) % 2 else (ratios[half - 1] + ratios[half]) / 2
    return ratios.count(0), round(networks / people, 3), round(middle, 3)


# %% right: with the library
from statistics import median


def group_figures(rows):
    known = [(people, held if held else 0) for people, held in rows if people is not None]
    people, held = map(sum, zip(*known))
    return (
        len([1 for _, has in known if not has]),
        round(held / people, 3),
        round(median(has / many for many, has in known), 3),
    )


# %% wrong: the mean of the ratios instead of the total
# points=[0, 0] hint="fair-mean-of-ratios" met="visible"
def group_figures(rows):
    known = [(people, networks or 0) for people, networks in rows if people]
    ratios = [networks / people for people, networks in known]
    without = ratios.count(0)
    return without, round(statistics.mean(ratios), 3), round(statistics.median(ratios), 3)


# %% wrong: the mean where the median was asked for
# points=[0, 0] hint="fair-mean-for-median" met="visible"
def group_figures(rows):
    known = [(people, networks or 0) for people, networks in rows if people]
    ratios = [networks / people for people, networks in known]
    total = sum(row[1] for row in known) / sum(row[0] for row in known)
    return ratios.count(0), round(total, 3), round(statistics.mean(ratios), 3)


# %% wrong: countries that have nothing are left out
# points=[2, 0] hint="fair-none-left-out" met="visible"
def group_figures(rows):
    known = [(people, networks) for people, networks in rows if people and networks]
    total = sum(row[1] for row in known) / sum(row[0] for row in known)
    middle = statistics.median(row[1] / row[0] for row in known)
    return 0, round(total, 3), round(middle, 3)


# %% wrong: the space of a country that nobody has counted stays in the total
# points=[2, 0] hint="fair-no-people" met="visible"
def group_figures(rows):
    known = [(people, networks or 0) for people, networks in rows if people]
    total = sum(row[1] or 0 for row in rows) / sum(row[0] for row in known)
    middle = statistics.median(row[1] / row[0] for row in known)
    return sum(row[1] == 0 for row in known), round(total, 3), round(middle, 3)


# %% wrong: the median size for each median country
# points=[0, 0] hint="fair-median-of-sizes" met="visible"
def group_figures(rows):
    known = [(people, networks or 0) for people, networks in rows if people]
    people, networks = zip(*known)
    middle = statistics.median(networks) / statistics.median(people)
    return networks.count(0), round(sum(networks) / sum(people), 3), round(middle, 3)


# %% wrong: total and median in the other order
# points=[0, 0] hint="fair-swapped" met="visible"
def group_figures(rows):
    known = [(people, networks or 0) for people, networks in rows if people]
    without = sum(networks == 0 for _, networks in known)
    total = sum(row[1] for row in known) / sum(row[0] for row in known)
    middle = statistics.median(row[1] / row[0] for row in known)
    return without, round(middle, 3), round(total, 3)


# %% wrong: the upper one of the middle two
# points=[0, 0] hint="fair-even-number" met="visible"
def group_figures(rows):
    known = [(people, networks or 0) for people, networks in rows if people]
    without = sum(networks == 0 for _, networks in known)
    total = sum(row[1] for row in known) / sum(row[0] for row in known)
    ratios = sorted(row[1] / row[0] for row in known)
    return without, round(total, 3), round(ratios[len(ratios) // 2], 3)
