"""Traps: a join that loses, conditions in WHERE, COUNT(*), NULL sums, bits moved too little."""

# %% right: with COALESCE
meeting = f"""
    SELECT name_en, COUNT(start),
           COALESCE(SUM(1 << (64 - value)), 0) / 4294967296.0 AS equivalents
    FROM country LEFT JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY equivalents DESC, name_en
"""


# %% right: from a table of sums
meeting = f"""
    WITH held AS (
        SELECT cc, COUNT(*) AS many, SUM(1 << (64 - value)) AS units
        FROM delegation
        WHERE type = 'ipv6' AND status NOT IN ('available', 'reserved')
        GROUP BY cc
    )
    SELECT name_en, IFNULL(many, 0), IFNULL(units, 0) / 4294967296.0
    FROM country LEFT JOIN held USING (cc)
    WHERE subregion = '{SUBREGION}'
    ORDER BY 3 DESC, 1
"""


# %% right: with TOTAL
meeting = f"""
    SELECT name_en, COUNT(delegation.cc),
           TOTAL(1 << (64 - value)) / 4294967296
    FROM country LEFT JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY name_en
    ORDER BY 3 DESC, name_en
"""


# %% wrong: a join that keeps partners only
# points=[2, 0, 2] hint="sql-nothing-is-a-row" met="visible"
meeting = f"""
    SELECT name_en, COUNT(start),
           COALESCE(SUM(1 << (64 - value)), 0) / 4294967296.0 AS equivalents
    FROM country JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY equivalents DESC, name_en
"""


# %% wrong: the condition in WHERE
# points=[2, 0, 2] hint="sql-nothing-is-a-row" met="visible"
meeting = f"""
    SELECT name_en, COUNT(start),
           COALESCE(SUM(1 << (64 - value)), 0) / 4294967296.0 AS equivalents
    FROM country LEFT JOIN delegation USING (cc)
    WHERE subregion = '{SUBREGION}'
      AND type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY cc
    ORDER BY equivalents DESC, name_en
"""


# %% wrong: COUNT(*)
# points=[2, 0, 2] hint="sql-count-null" met="visible"
meeting = f"""
    SELECT name_en, COUNT(*),
           COALESCE(SUM(1 << (64 - value)), 0) / 4294967296.0 AS equivalents
    FROM country LEFT JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY equivalents DESC, name_en
"""


# %% wrong: NULL for a country that has nothing
# points=[2, 0, 2] hint="sql-sum-null" met="visible"
meeting = f"""
    SELECT name_en, COUNT(start),
           SUM(1 << (64 - value)) / 4294967296.0 AS equivalents
    FROM country LEFT JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY equivalents DESC, name_en
"""


# %% wrong: bits moved by 32 - value
# points=[2, 2, 0] hint="sql-exact" met="visible"
meeting = f"""
    SELECT name_en, COUNT(start),
           COALESCE(SUM(1 << (32 - value)), 0) AS equivalents
    FROM country LEFT JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY equivalents DESC, name_en
"""


# %% wrong: whole numbers divided
# points=[2, 2, 0] hint="sql-exact" met="visible"
meeting = f"""
    SELECT name_en, COUNT(start),
           COALESCE(SUM(1 << (64 - value)), 0) / 4294967296 AS equivalents
    FROM country LEFT JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY equivalents DESC, name_en
"""


# %% wrong: the lengths added up
# points=[0, 2, 0] hint="sql-largest-first" met="visible"
meeting = f"""
    SELECT name_en, COUNT(start),
           COALESCE(SUM(value), 0) AS equivalents
    FROM country LEFT JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY equivalents DESC, name_en
"""


# %% wrong: ordered by delegations
# points=[0, 2, 2] hint="sql-largest-first" met="visible"
meeting = f"""
    SELECT name_en, COUNT(start),
           COALESCE(SUM(1 << (64 - value)), 0) / 4294967296.0 AS equivalents
    FROM country LEFT JOIN delegation
      ON delegation.cc = country.cc AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY COUNT(start) DESC, name_en
"""


# %% wrong: the stock and IPv4 as well
# points=[0, 0, 2] hint="sql-largest-first" met="visible"
meeting = f"""
    SELECT name_en, COUNT(start),
           COALESCE(SUM(1 << MAX(64 - value, 0)), 0) / 4294967296.0 AS equivalents
    FROM country LEFT JOIN delegation ON delegation.cc = country.cc
    WHERE subregion = '{SUBREGION}'
    GROUP BY country.cc
    ORDER BY equivalents DESC, name_en
"""
