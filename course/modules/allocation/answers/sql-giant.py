"""Traps: the maximum of the lengths, all equal giants, the other registry, the stock, no date."""

# %% right: sum minus maximum
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296.0,
           (SUM(1 << (64 - value)) - MAX(1 << (64 - value))) / 4294967296.0
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND registry = '{MINE}' AND date IS NOT NULL
    GROUP BY year
    ORDER BY year
"""


# %% right: minus the block of the smallest length
without_giant = f"""
    SELECT strftime('%Y', date) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296.0,
           SUM(1 << (64 - value)) / 4294967296.0 - (1 << (64 - MIN(value))) / 4294967296.0
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND registry = '{MINE}' AND date IS NOT NULL
    GROUP BY year
    ORDER BY year
"""


# %% right: with a row number
without_giant = f"""
    WITH held AS (
        SELECT substr(date, 1, 4) AS year, 1 << (64 - value) AS units,
               row_number() OVER (
                   PARTITION BY substr(date, 1, 4) ORDER BY value
               ) AS place
        FROM delegation
        WHERE type = 'ipv6' AND status NOT IN ('available', 'reserved')
          AND registry = '{MINE}' AND date IS NOT NULL
    )
    SELECT year, COUNT(*), SUM(units) / 4294967296.0,
           SUM(CASE place WHEN 1 THEN 0 ELSE units END) / 4294967296.0
    FROM held GROUP BY year ORDER BY year
"""


# %% wrong: the longest prefix left out
# points=[2, 0] hint="pace-without-largest" met="visible"
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296.0,
           (SUM(1 << (64 - value)) - (1 << (64 - MAX(value)))) / 4294967296.0
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND registry = '{MINE}' AND date IS NOT NULL
    GROUP BY year
    ORDER BY year
"""


# %% wrong: every block of the largest size left out
# points=[2, 0] hint="pace-one-of-equals" met="visible"
without_giant = f"""
    WITH held AS (
        SELECT substr(date, 1, 4) AS year, value
        FROM delegation
        WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
          AND registry = '{MINE}' AND date IS NOT NULL
    ), giant AS (SELECT year, MIN(value) AS length FROM held GROUP BY year)
    SELECT year, COUNT(*), SUM(1 << (64 - value)) / 4294967296.0,
           SUM(CASE value WHEN length THEN 0 ELSE 1 << (64 - value) END)
               / 4294967296.0
    FROM held JOIN giant USING (year) GROUP BY year ORDER BY year
"""


# %% wrong: whole numbers divided
# points=[0, 0] hint="pace-size" met="visible"
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296,
           (SUM(1 << (64 - value)) - MAX(1 << (64 - value))) / 4294967296
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND registry = '{MINE}' AND date IS NOT NULL
    GROUP BY year
    ORDER BY year
"""


# %% wrong: bits moved by 32 - value
# points=[0, 0] hint="pace-size" met="visible"
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << (32 - value)),
           SUM(1 << (32 - value)) - MAX(1 << (32 - value))
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND registry = '{MINE}' AND date IS NOT NULL
    GROUP BY year
    ORDER BY year
"""


# %% wrong: all registries
# points=[0, 0] hint="pace-which-records" met="visible"
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296.0,
           (SUM(1 << (64 - value)) - MAX(1 << (64 - value))) / 4294967296.0
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND date IS NOT NULL
    GROUP BY year
    ORDER BY year
"""


# %% wrong: the stock and what has no date
# points=[0, 0] hint="pace-years" met="visible"
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296.0,
           (SUM(1 << (64 - value)) - MAX(1 << (64 - value))) / 4294967296.0
    FROM delegation
    WHERE type = 'ipv6'
      AND registry = '{MINE}'
    GROUP BY year
    ORDER BY year
"""


# %% wrong: IPv4 as well
# points=[0, 0] hint="pace-which-records" met="visible"
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << MAX(64 - value, 0)) / 4294967296.0,
           (SUM(1 << (MAX(64 - value, 0))) - MAX(1 << MAX(64 - value, 0))) / 4294967296.0
    FROM delegation
    WHERE status IN ('allocated', 'assigned')
      AND registry = '{MINE}' AND date IS NOT NULL
    GROUP BY year
    ORDER BY year
"""


# %% wrong: the year as a number
# points=[0, 0] hint="pace-years" met="visible"
without_giant = f"""
    SELECT CAST(substr(date, 1, 4) AS INTEGER) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296.0,
           (SUM(1 << (64 - value)) - MAX(1 << (64 - value))) / 4294967296.0
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND registry = '{MINE}' AND date IS NOT NULL
    GROUP BY year
    ORDER BY year
"""


# %% wrong: the latest year first
# points=[0, 0] hint="pace-years" met="visible"
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296.0,
           (SUM(1 << (64 - value)) - MAX(1 << (64 - value))) / 4294967296.0
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND registry = '{MINE}' AND date IS NOT NULL
    GROUP BY year
    ORDER BY year DESC
"""


# %% wrong: what has no date as a year of its own
# points=[2, 0] hint="pace-one-of-equals" met="hidden"
without_giant = f"""
    SELECT substr(date, 1, 4) AS year, COUNT(*),
           SUM(1 << (64 - value)) / 4294967296.0,
           (SUM(1 << (64 - value)) - MAX(1 << (64 - value))) / 4294967296.0
    FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND registry = '{MINE}'
    GROUP BY year
    ORDER BY year
"""
