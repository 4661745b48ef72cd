"""Traps: WHERE on both sides, blocks for addresses, blocks without a date, registries without early ones."""

# %% right: a filter
early = """
    SELECT registry,
           round(100.0 * coalesce(sum(value) FILTER (WHERE date < '1996'), 0) / sum(value), 1) AS share
    FROM delegation
    WHERE type = 'ipv4' AND (status = 'allocated' OR status = 'assigned')
    GROUP BY registry
    ORDER BY share DESC
"""

# %% right: two subqueries
early = """
    WITH held AS (SELECT registry, value, date FROM delegation
                  WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')),
         old AS (SELECT registry, sum(value) AS n FROM held WHERE date < '1996-01-01' GROUP BY registry),
         whole AS (SELECT registry, sum(value) AS n FROM held GROUP BY registry)
    SELECT whole.registry, round(ifnull(old.n, 0) * 100.0 / whole.n, 1)
    FROM whole LEFT JOIN old USING (registry)
    ORDER BY 2 DESC
"""

# %% wrong: the early ones of the early ones
# points=[0, 0] hint="imbalance-part-of-the-whole" met="visible"
early = """
    SELECT registry, round(100.0 * sum(value) / sum(value), 1)
    FROM delegation
    WHERE type = 'ipv4' AND status IN ('allocated', 'assigned') AND date < '1996'
    GROUP BY registry
    ORDER BY 2 DESC
"""

# %% wrong: counts blocks
# points=[0, 0] hint="imbalance-rows-not-addresses" met="visible"
early = """
    SELECT registry, round(100.0 * sum(coalesce(date < '1996', 0)) / count(*), 1)
    FROM delegation
    WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY 2 DESC
"""

# %% wrong: blocks without a date are left out
# points=[2, 0] hint="imbalance-without-date" met="visible"
early = """
    SELECT registry,
           round(100.0 * sum(CASE WHEN date < '1996' THEN value ELSE 0 END) / sum(value), 1)
    FROM delegation
    WHERE type = 'ipv4' AND status IN ('allocated', 'assigned') AND date IS NOT NULL
    GROUP BY registry
    ORDER BY 2 DESC
"""

# %% wrong: blocks without a date are early
# points=[2, 0] hint="imbalance-without-date" met="visible"
early = """
    SELECT registry,
           round(100.0 * sum(CASE WHEN date >= '1996' THEN 0 ELSE value END) / sum(value), 1)
    FROM delegation
    WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY 2 DESC
"""

# %% wrong: registries without early blocks are lost
# points=[2, 0] hint="imbalance-holds-nothing" met="visible"
early = """
    SELECT old.registry, round(100.0 * old.n / whole.n, 1)
    FROM (SELECT registry, sum(value) AS n FROM delegation
          WHERE type = 'ipv4' AND status IN ('allocated', 'assigned') AND date < '1996'
          GROUP BY registry) AS old
    JOIN (SELECT registry, sum(value) AS n FROM delegation
          WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')
          GROUP BY registry) AS whole USING (registry)
    ORDER BY 2 DESC
"""

# %% wrong: what is reserved, too
# points=[2, 0] hint="imbalance-held-only" met="visible"
early = """
    SELECT registry,
           round(100.0 * sum(CASE WHEN date < '1996' THEN value ELSE 0 END) / sum(value), 1)
    FROM delegation
    WHERE type = 'ipv4'
    GROUP BY registry
    ORDER BY 2 DESC
"""

# %% wrong: a CASE without ELSE
# points=[2, 0] hint="imbalance-null-is-not-zero" met="visible"
early = """
    SELECT registry,
           round(100.0 * sum(CASE WHEN date < '1996' THEN value END) / sum(value), 1)
    FROM delegation
    WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY 2 DESC
"""

# %% wrong: a part of one, not percent
# points=[0, 0] hint="imbalance-percent" met="visible"
early = """
    SELECT registry,
           round(1.0 * sum(CASE WHEN date < '1996' THEN value ELSE 0 END) / sum(value), 3)
    FROM delegation
    WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY 2 DESC
"""

# %% wrong: by name
# points=[0, 2] hint="imbalance-greatest-first" met="visible"
early = """
    SELECT registry,
           round(100.0 * sum(CASE WHEN date < '1996' THEN value ELSE 0 END) / sum(value), 1)
    FROM delegation
    WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY registry
"""
