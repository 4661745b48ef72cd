"""Traps: order by size, width not by people, steps for trapezes, countries with nothing."""


# %% right: half of the mean difference of all pairs of people
def gini_of_people(rows):
    count, whole = sum(row[0] for row in rows), sum(row[1] for row in rows)
    if whole == 0:
        return 0.0
    apart = sum(abs(a[1] * b[0] - b[1] * a[0]) for a in rows for b in rows)
    return round(apart / (2 * count * whole), 3)


# %% right: the points first, then the area
def gini_of_people(rows):
    if not any(size for _, size in rows):
        return 0.0
    points, right, up = [(0, 0)], 0, 0
    for people, size in sorted(rows, key=lambda row: row[1] / row[0]):
        right, up = right + people, up + size
        points.append((right, up))
    area = sum((b[0] - a[0]) * (a[1] + b[1]) for a, b in zip(points, points[1:]))
    return round(1 - area / (right * up), 3)


# %% wrong: countries count alike
# points=[0, 0] hint="giant-not-weighted" met="visible"
def gini_of_people(rows):
    sizes = sorted(size for _, size in rows)
    n, whole = len(sizes), sum(sizes)
    if not whole:
        return 0.0
    return round(sum((2 * i - n - 1) * x for i, x in enumerate(sizes, 1)) / (n * whole), 3)


# %% wrong: ordered by size
# points=[2, 0] hint="giant-row-order" met="visible"
def gini_of_people(rows):
    count, whole = sum(row[0] for row in rows), sum(row[1] for row in rows)
    if not whole:
        return 0.0
    area = height = 0.0
    for people, size in sorted(rows, key=lambda row: row[1]):
        area += people / count * (2 * height + size / whole) / 2
        height += size / whole
    return round(1 - 2 * area, 3)


# %% wrong: not ordered at all
# points=[2, 0] hint="giant-row-order" met="visible"
def gini_of_people(rows):
    count, whole = sum(row[0] for row in rows), sum(row[1] for row in rows)
    if not whole:
        return 0.0
    area = height = 0.0
    for people, size in rows:
        area += people / count * (2 * height + size / whole) / 2
        height += size / whole
    return round(1 - 2 * area, 3)


# %% wrong: steps from the left height
# points=[0, 0] hint="giant-steps" met="visible"
def gini_of_people(rows):
    count, whole = sum(row[0] for row in rows), sum(row[1] for row in rows)
    if not whole:
        return 0.0
    area = height = 0.0
    for people, size in sorted(rows, key=lambda row: row[1] / row[0]):
        area += people / count * height
        height += size / whole
    return round(1 - 2 * area, 3)


# %% wrong: countries that have nothing are left out
# points=[2, 0] hint="giant-nothing" met="visible"
def gini_of_people(rows):
    rows = [row for row in rows if row[1]]
    if not rows:
        return 0.0
    count, whole = sum(row[0] for row in rows), sum(row[1] for row in rows)
    area = height = 0.0
    for people, size in sorted(rows, key=lambda row: row[1] / row[0]):
        area += people / count * (2 * height + size / whole) / 2
        height += size / whole
    return round(1 - 2 * area, 3)


# %% wrong: the area itself
# points=[0, 0] hint="giant-area" met="visible"
def gini_of_people(rows):
    count, whole = sum(row[0] for row in rows), sum(row[1] for row in rows)
    if not whole:
        return 0.0
    area = height = 0.0
    for people, size in sorted(rows, key=lambda row: row[1] / row[0]):
        area += people / count * (2 * height + size / whole) / 2
        height += size / whole
    return round(0.5 - area, 3)
