"""Traps: the join that loses, = NULL, a row without a name, the stock, codes listed by hand."""

# %% right: LEFT JOIN and COALESCE
report = """
    SELECT COALESCE(region, 'no country') AS place, COUNT(*) AS delegations
    FROM delegation LEFT JOIN country USING (cc)
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY place
    ORDER BY delegations DESC
"""


# %% right: CASE
report = """
    SELECT CASE WHEN region IS NULL THEN 'no country' ELSE region END AS place, COUNT(*) AS delegations
    FROM delegation LEFT JOIN country USING (cc)
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY place
    ORDER BY delegations DESC
"""


# %% right: a subquery for each record
report = """
    SELECT IFNULL(
               (SELECT region FROM country WHERE country.cc = delegation.cc),
               'no country') AS place,
           COUNT(*)
    FROM delegation
    WHERE type = 'ipv6' AND status NOT IN ('available', 'reserved')
    GROUP BY place
    ORDER BY 2 DESC
"""


# %% wrong: not repaired
# points=[0, 0] hint="sql-lost-in-join" met="visible"
report = """
    SELECT region AS place, COUNT(*) AS delegations
    FROM delegation JOIN country USING (cc)
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY place
    ORDER BY delegations DESC
"""


# %% wrong: COALESCE behind a join that loses
# points=[0, 0] hint="sql-lost-in-join" met="visible"
report = """
    SELECT COALESCE(region, 'no country') AS place, COUNT(*) AS delegations
    FROM delegation JOIN country USING (cc)
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY place
    ORDER BY delegations DESC
"""


# %% wrong: a region called NULL
# points=[0, 0] hint="sql-null-name" met="visible"
report = """
    SELECT region AS place, COUNT(*) AS delegations
    FROM delegation LEFT JOIN country USING (cc)
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY place
    ORDER BY delegations DESC
"""


# %% wrong: compared with NULL
# points=[0, 0] hint="sql-null-name" met="visible"
report = """
    SELECT 
        CASE region WHEN NULL THEN 'no country' ELSE region END AS place, COUNT(*) AS delegations
    FROM delegation LEFT JOIN country USING (cc)
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY place
    ORDER BY delegations DESC
"""


# %% wrong: only the codes that one has heard of
# points=[2, 0] hint="sql-equals-null" met="visible"
report = """
    SELECT 
        CASE WHEN cc IN ('EU', 'AP', 'ZZ') THEN 'no country' ELSE region END AS place, COUNT(*) AS delegations
    FROM delegation LEFT JOIN country USING (cc)
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
      AND (region IS NOT NULL OR cc IN ('EU', 'AP', 'ZZ'))
    GROUP BY place
    ORDER BY delegations DESC
"""


# %% wrong: the stock as well
# points=[0, 3] hint="sql-stock" met="visible"
report = """
    SELECT COALESCE(region, 'no country') AS place, COUNT(*) AS delegations
    FROM delegation LEFT JOIN country USING (cc)
    WHERE type = 'ipv6'
    GROUP BY place
    ORDER BY delegations DESC
"""


# %% wrong: the smallest first
# points=[0, 0] hint="sql-largest-first" met="visible"
report = """
    SELECT COALESCE(region, 'no country') AS place, COUNT(*) AS delegations
    FROM delegation LEFT JOIN country USING (cc)
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY place
    ORDER BY delegations
"""


# %% wrong: no type
# points=[0, 3] hint="sql-stock" met="visible"
report = """
    SELECT COALESCE(region, 'no country') AS place, COUNT(*) AS delegations
    FROM delegation LEFT JOIN country USING (cc)
    WHERE status IN ('allocated', 'assigned')
    GROUP BY place
    ORDER BY delegations DESC
"""
