"""Traps: until the pool is empty, from the wrong day, with the reserved addresses, years for months."""

# %% right: by the two days
available = {date: size for date, kind, size in pool if kind == "available"}
each = (available["2025-07-31"] - available["2026-07-31"]) / 12
months = round((available["2026-07-31"] - threshold) / each)

# %% right: month by month
available = {date: size for date, kind, size in pool if kind == "available"}
each = (available["2025-07-31"] - available["2026-07-31"]) / 12
size, months = available["2026-07-31"], 0
while size - each >= threshold:
    size, months = size - each, months + 1

# %% wrong: until the pool is empty
# points=[0] hint="runout-threshold-not-zero" met="visible"
available = {date: size for date, kind, size in pool if kind == "available"}
each = (available["2025-07-31"] - available["2026-07-31"]) / 12
months = round(available["2026-07-31"] / each)

# %% wrong: from the day when the measured year began
# points=[0] hint="runout-from-when" met="visible"
available = {date: size for date, kind, size in pool if kind == "available"}
each = (available["2025-07-31"] - available["2026-07-31"]) / 12
months = round((available["2025-07-31"] - threshold) / each)

# %% wrong: with what is reserved
# points=[0] hint="runout-reserved-is-not-free" met="visible"
both = {
    day: sum(size for date, _, size in pool if date == day) for day in ("2025-07-31", "2026-07-31")
}
each = (both["2025-07-31"] - both["2026-07-31"]) / 12
months = round((both["2026-07-31"] - threshold) / each)

# %% wrong: the pace of a year taken for that of a month
# points=[0] hint="runout-pool-pace" met="visible"
available = {date: size for date, kind, size in pool if kind == "available"}
months = round(
    (available["2026-07-31"] - threshold) / (available["2025-07-31"] - available["2026-07-31"])
)

# %% wrong: how long the threshold itself lasts
# points=[0] hint="runout-pool-pace" met="visible"
available = {date: size for date, kind, size in pool if kind == "available"}
each = (available["2025-07-31"] - available["2026-07-31"]) / 12
months = round(threshold / each)

# %% wrong: not set at all
# points=[0] hint="runout-whole-months" met="visible"
months = 0

# %% wrong: with decimals, as calculated
# points=[0] hint="runout-whole-months" met="visible"
available = {date: size for date, kind, size in pool if kind == "available"}
each = (available["2025-07-31"] - available["2026-07-31"]) / 12
months = (available["2026-07-31"] - threshold) / each
