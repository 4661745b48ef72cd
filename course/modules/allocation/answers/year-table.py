"""Traps: years without a row, the unfinished year, missing dates, percent of the wrong year."""

# %% right: with a counter
from collections import Counter


def year_table(rows, until):
    years = Counter(int(date[:4]) for date, _ in rows if date)
    last = int(until[:4])
    table = []
    for year in range(min(years, default=last + 1), last + 1):
        total = sum(years[y] for y in years if y <= year)
        over = year < last or until.endswith("12-31")
        change = None
        if years[year - 1] and over:
            change = round(100 * years[year] / years[year - 1] - 100)
        table.append((year, years[year], total, change))
    return {"years": table, "undated": sum(date is None for date, _ in rows)}


# %% right: sorted first
def year_table(rows, until):
    dates = sorted(date[:4] for date, _ in rows if date is not None)
    years, before, total = [], 0, 0
    year = int(dates[0]) if dates else 9999
    while year <= int(until[:4]):
        now = dates.count(str(year))
        total += now
        change = round((now / before - 1) * 100) if before else None
        if year == int(until[:4]) and until[5:] != "12-31":
            change = None
        years.append((year, now, total, change))
        before = now
        year += 1
    return {"years": years, "undated": len(rows) - len(dates)}


# %% wrong: only years with a delegation
# points=[2, 0, 2] hint="pace-every-year" met="visible"
def year_table(rows, until):
    new = {}
    for date, _ in rows:
        if date:
            new[int(date[:4])] = new.get(int(date[:4]), 0) + 1
    years, before, total = [], 0, 0
    for year in sorted(new):
        total += new[year]
        change = None
        if before and until >= f"{year}-12-31":
            change = round(100 * (new[year] - before) / before)
        years.append((year, new[year], total, change))
        before = new[year]
    return {"years": years, "undated": sum(d is None for d, _ in rows)}


# %% wrong: compares the unfinished year
# points=[2, 2, 0] hint="pace-unfinished" met="visible"
def year_table(rows, until):
    new = {}
    for date, _ in rows:
        if date:
            new[int(date[:4])] = new.get(int(date[:4]), 0) + 1
    years, total = [], 0
    for year in range(min(new), int(until[:4]) + 1):
        now, before = new.get(year, 0), new.get(year - 1, 0)
        total += now
        change = round(100 * (now - before) / before) if before else None
        years.append((year, now, total, change))
    return {"years": years, "undated": sum(d is None for d, _ in rows)}


# %% wrong: what has no date disappears
# points=[2, 2, 0] hint="pace-undated" met="visible"
def year_table(rows, until):
    new = {}
    for date, _ in rows:
        if date:
            new[int(date[:4])] = new.get(int(date[:4]), 0) + 1
    years, total = [], 0
    for year in range(min(new), int(until[:4]) + 1):
        now, before = new.get(year, 0), new.get(year - 1, 0)
        total += now
        change = None
        if before and until >= f"{year}-12-31":
            change = round(100 * (now - before) / before)
        years.append((year, now, total, change))
    return {"years": years, "undated": 0}


# %% wrong: the change of the cumulative number
# points=[0, 0, 0] hint="pace-change" met="visible"
def year_table(rows, until):
    new = {}
    for date, _ in rows:
        if date:
            new[int(date[:4])] = new.get(int(date[:4]), 0) + 1
    years, total = [], 0
    for year in range(min(new), int(until[:4]) + 1):
        before = total
        total += new.get(year, 0)
        change = None
        if before and until >= f"{year}-12-31":
            change = round(100 * (total - before) / before)
        years.append((year, new.get(year, 0), total, change))
    return {"years": years, "undated": sum(d is None for d, _ in rows)}


# %% wrong: percent of the new year
# points=[0, 0, 0] hint="pace-change" met="visible"
def year_table(rows, until):
    new = {}
    for date, _ in rows:
        if date:
            new[int(date[:4])] = new.get(int(date[:4]), 0) + 1
    years, total = [], 0
    for year in range(min(new), int(until[:4]) + 1):
        now, before = new.get(year, 0), new.get(year - 1, 0)
        total += now
        change = None
        if now and before and until >= f"{year}-12-31":
            change = round(100 * (now - before) / now)
        years.append((year, now, total, change))
    return {"years": years, "undated": sum(d is None for d, _ in rows)}


# %% wrong: adds up the lengths
# points=[0, 0, 0] hint="pace-row" met="visible"
def year_table(rows, until):
    new = {}
    for date, length in rows:
        if date:
            new[int(date[:4])] = new.get(int(date[:4]), 0) + length
    years, total = [], 0
    for year in range(min(new), int(until[:4]) + 1):
        now, before = new.get(year, 0), new.get(year - 1, 0)
        total += now
        change = None
        if before and until >= f"{year}-12-31":
            change = round(100 * (now - before) / before)
        years.append((year, now, total, change))
    return {"years": years, "undated": sum(d is None for d, _ in rows)}


# %% wrong: a percent where nothing was before
# points=[0, 0, 0] hint="pace-row" met="visible"
def year_table(rows, until):
    new = {}
    for date, _ in rows:
        if date:
            new[int(date[:4])] = new.get(int(date[:4]), 0) + 1
    years, total = [], 0
    for year in range(min(new), int(until[:4]) + 1):
        now, before = new.get(year, 0), new.get(year - 1, 0)
        total += now
        change = None
        if until >= f"{year}-12-31":
            change = round(100 * (now - before) / max(before, 1))
        years.append((year, now, total, change))
    return {"years": years, "undated": sum(d is None for d, _ in rows)}


# %% wrong: ends with the last delegation
# points=[2, 0, 2] hint="pace-every-year" met="visible"
def year_table(rows, until):
    new = {}
    for date, _ in rows:
        if date:
            new[int(date[:4])] = new.get(int(date[:4]), 0) + 1
    years, total = [], 0
    for year in range(min(new), max(new) + 1):
        now, before = new.get(year, 0), new.get(year - 1, 0)
        total += now
        change = None
        if before and until >= f"{year}-12-31":
            change = round(100 * (now - before) / before)
        years.append((year, now, total, change))
    return {"years": years, "undated": sum(d is None for d, _ in rows)}
