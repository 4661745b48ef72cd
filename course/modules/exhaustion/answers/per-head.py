"""Traps: a join that loses zeros, all years, all types, what is available, whole numbers, people per address."""

# %% right: a subquery in the place of a column
per_head = """
    SELECT c.cc,
           round((SELECT 1000.0 * coalesce(sum(value), 0) FROM delegation AS d
                  WHERE d.cc = c.cc AND d.type = 'ipv4'
                    AND d.status IN ('allocated', 'assigned')) / p.people, 1) AS figure
    FROM country AS c JOIN population AS p USING (cc)
    WHERE c.ldc AND p.year = 2018
    ORDER BY figure
"""

# %% right: conditions behind ON
per_head = """
    SELECT country.cc, round(1000.0 * coalesce(sum(value), 0) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
         AND (status = 'allocated' OR status = 'assigned')
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2, country.cc
"""

# %% right: with a name for what is held
per_head = """
    WITH held AS (
        SELECT cc, sum(value) AS addresses FROM delegation
        WHERE type = 'ipv4' AND status NOT IN ('available', 'reserved')
        GROUP BY cc
    )
    SELECT country.cc, round(ifnull(addresses, 0) * 1000.0 / people, 1) AS n
    FROM country LEFT JOIN held USING (cc) JOIN population USING (cc)
    WHERE ldc = 1 AND year = 2018
    ORDER BY n
"""

# %% wrong: countries with nothing are lost in a join
# points=[2, 2, 0] hint="imbalance-holds-nothing" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * sum(value) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    JOIN delegation ON delegation.cc = country.cc
    WHERE ldc = 1 AND type = 'ipv4' AND status IN ('allocated', 'assigned')
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: a LEFT JOIN, but its condition behind WHERE
# points=[2, 2, 0] hint="imbalance-holds-nothing" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * coalesce(sum(value), 0) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc
    WHERE ldc = 1 AND type = 'ipv4' AND status IN ('allocated', 'assigned')
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: NULL for nothing
# points=[2, 2, 0] hint="imbalance-null-is-not-zero" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * sum(value) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
         AND status IN ('allocated', 'assigned')
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: what is available and reserved, too
# points=[2, 0, 2] hint="imbalance-held-only" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * coalesce(sum(value), 0) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: only what is allocated
# points=[0, 0, 2] hint="imbalance-per-thousand" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * coalesce(sum(value), 0) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
         AND status = 'allocated'
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: adds prefix lengths and AS numbers
# points=[2, 0, 2] hint="imbalance-one-type" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * coalesce(sum(value), 0) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc
         AND status IN ('allocated', 'assigned')
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: all years
# points=[2, 0, 2] hint="imbalance-one-year" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * coalesce(sum(value), 0) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc
    LEFT JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
         AND status IN ('allocated', 'assigned')
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: whole numbers
# points=[0, 0, 0] hint="imbalance-whole-numbers" met="visible"
per_head = """
    SELECT country.cc, 1000 * coalesce(sum(value), 0) / people
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
         AND status IN ('allocated', 'assigned')
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: people for each address
# points=[0, 0, 0] hint="imbalance-per-thousand" met="visible"
per_head = """
    SELECT country.cc, round(1.0 * people / sum(value), 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: all countries
# points=[0, 0, 2] hint="imbalance-which-countries" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * coalesce(sum(value), 0) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
         AND status IN ('allocated', 'assigned')
    GROUP BY country.cc
    ORDER BY 2
"""

# %% wrong: the greatest first
# points=[0, 0, 2] hint="imbalance-smallest-first" met="visible"
per_head = """
    SELECT country.cc, round(1000.0 * coalesce(sum(value), 0) / people, 1)
    FROM country
    JOIN population ON population.cc = country.cc AND year = 2018
    LEFT JOIN delegation ON delegation.cc = country.cc AND type = 'ipv4'
         AND status IN ('allocated', 'assigned')
    WHERE ldc = 1
    GROUP BY country.cc
    ORDER BY 2 DESC
"""

# %% wrong: not SQL
# points=[0, 0, 0] hint="stopped" met="visible"
per_head = "SELECT cc PER people FROM country"
