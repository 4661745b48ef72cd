"""Judgement: like with like. Which three of several is free."""

# %% right: the last three by name
found = data.execute(
    """SELECT other.cc FROM country AS own JOIN country AS other USING (region)
    JOIN population AS few ON few.cc = own.cc AND few.year = 2018
    JOIN population AS many ON many.cc = other.cc AND many.year = 2018
    WHERE own.cc = ? AND other.cc <> own.cc AND other.sids
    AND many.people >= few.people / 3.0 AND many.people <= few.people * 3.0
    ORDER BY other.cc DESC LIMIT 3""",
    [own_island],
).fetchall()
compared = [own_island] + [cc for (cc,) in found]

# %% right: chosen by hand, for each island
compared = {
    "WS": ["WS", "TO", "KI", "VU"],
    "TO": ["TO", "WS", "KI", "FM"],
    "VU": ["VU", "WS", "SB", "TO"],
    "KI": ["KI", "TO", "WS", "FM"],
    "BB": ["BB", "BS", "LC", "GD"],
    "TT": ["TT", "JM", "GY", "SR"],
    "MU": ["MU", "CV", "KM", "GW"],
}[own_island]

# %% wrong: the island alone
# points=[0, 0] hint="company-four" met="visible"
compared = [own_island]

# %% wrong: the largest countries of the world
# points=[0, 0] hint="company-islands" met="visible"
compared = [own_island, "US", "CN", "IN"]

# %% wrong: the former colonial powers
# points=[0, 0] hint="company-islands" met="visible"
compared = [own_island, "GB", "FR", "NZ"]

# %% wrong: islands all over the world
# points=[1, 0] hint="company-region" met="visible"
compared = [own_island] + [cc for cc in ("MV", "SC", "FJ", "JM") if cc != own_island][:3]

# %% wrong: islands of the region, whatever their size
# points=[1, 0] hint="company-people" met="visible"
compared = [own_island] + {
    "WS": ["NR", "TV", "FJ"],
    "TO": ["NR", "TV", "FJ"],
    "VU": ["NR", "TV", "FJ"],
    "KI": ["NR", "TV", "FJ"],
    "BB": ["HT", "CU", "JM"],
    "TT": ["HT", "CU", "KN"],
    "MU": ["ST", "SC", "GW"],
}[own_island]

# %% wrong: the island stands last
# points=[0, 0] hint="company-four" met="visible"
compared = ["NR", "TV", "PW", own_island]
