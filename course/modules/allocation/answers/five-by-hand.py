"""Traps: largest first, the other area, no division, percent, n-1."""

# %% right: from all pairs
sizes = own_five()
gini = sum(abs(a - b) for a in sizes for b in sizes) / (10 * sum(sizes))
hhi = sum(size**2 for size in sizes) / sum(sizes) ** 2

# %% right: from the area, rounded
area = 0
points = curve(own_five())
for (x, y), (right, higher) in zip(points, points[1:]):
    area += (right - x) * (y + higher) / 2
gini = round(1 - 2 * area, 4)
hhi = round(sum((size / sum(own_five())) ** 2 for size in own_five()), 4)

# %% wrong: the largest first
# points=[0, 1] hint="giant-order" met="visible"
sizes = sorted(own_five(), reverse=True)
factors = (-4, -2, 0, 2, 4)
gini = sum(f * size for f, size in zip(factors, sizes)) / (5 * sum(sizes))
hhi = sum((size / sum(sizes)) ** 2 for size in sizes)

# %% wrong: the area below the curve
# points=[0, 1] hint="giant-other-side" met="visible"
sizes = own_five()
gini = 1 - sum(abs(a - b) for a in sizes for b in sizes) / (10 * sum(sizes))
hhi = sum((size / sum(sizes)) ** 2 for size in sizes)

# %% wrong: the area between line and curve, not divided
# points=[0, 1] hint="giant-half" met="visible"
sizes = own_five()
gini = sum(abs(a - b) for a in sizes for b in sizes) / (20 * sum(sizes))
hhi = sum((size / sum(sizes)) ** 2 for size in sizes)

# %% wrong: shares in percent
# points=[1, 0] hint="giant-scale" met="visible"
sizes = own_five()
gini = sum(abs(a - b) for a in sizes for b in sizes) / (10 * sum(sizes))
hhi = sum((100 * size / sum(sizes)) ** 2 for size in sizes)

# %% wrong: the largest share instead of the sum of squares
# points=[1, 0] hint="giant-squares" met="visible"
sizes = own_five()
gini = sum(abs(a - b) for a in sizes for b in sizes) / (10 * sum(sizes))
hhi = max(sizes) / sum(sizes)

# %% wrong: the five of the lesson
# points=[0, 0] hint="giant-order" met="visible"
gini, hhi = 0.5, 0.415

# %% wrong: in the order in which they are printed
# points=[0, 1] hint="giant-order" met="visible"
sizes = own_five()
factors = (-4, -2, 0, 2, 4)
gini = sum(f * size for f, size in zip(factors, sizes)) / (5 * sum(sizes))
hhi = sum((size / sum(sizes)) ** 2 for size in sizes)
