"""Traps: records for numbers, the stock, one status only, the order, NULL statuses."""

# %% right: add up the values
as_numbers = """
    SELECT registry, SUM(value)
    FROM delegation
    WHERE type = 'asn' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY registry
"""


# %% right: without the stock
as_numbers = """
    SELECT registry, SUM(value) AS numbers
    FROM delegation
    WHERE type = 'asn'
      AND status NOT IN ('available', 'reserved')
    GROUP BY registry
    ORDER BY registry
"""


# %% right: in two steps
as_numbers = """
    WITH held AS (
        SELECT registry, value FROM delegation
        WHERE type = 'asn' AND status LIKE 'a%ed'
    )
    SELECT registry, SUM(value) FROM held GROUP BY 1 ORDER BY 1
"""


# %% wrong: counts records
# points=[0, 0] hint="sql-records-not-numbers" met="visible"
as_numbers = """
    SELECT registry, COUNT(*)
    FROM delegation
    WHERE type = 'asn' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY registry
"""


# %% wrong: the registry's stock as well
# points=[0, 0] hint="sql-stock" met="visible"
as_numbers = """
    SELECT registry, SUM(value)
    FROM delegation
    WHERE type = 'asn'
    GROUP BY registry
    ORDER BY registry
"""


# %% wrong: only allocated
# points=[0, 0] hint="sql-one-status" met="visible"
as_numbers = """
    SELECT registry, SUM(value)
    FROM delegation
    WHERE type = 'asn' AND status = 'allocated'
    GROUP BY registry
    ORDER BY registry
"""


# %% wrong: the last number minus the first
# points=[0, 0] hint="sql-records-not-numbers" met="visible"
as_numbers = """
    SELECT registry, MAX(first) - MIN(first) + 1
    FROM delegation
    WHERE type = 'asn' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY registry
"""


# %% wrong: the largest registry first
# points=[0, 2] hint="sql-order" met="visible"
as_numbers = """
    SELECT registry, SUM(value)
    FROM delegation
    WHERE type = 'asn' AND status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY SUM(value) DESC
"""


# %% wrong: all types together
# points=[0, 0] hint="sql-as-numbers" met="visible"
as_numbers = """
    SELECT registry, SUM(value)
    FROM delegation
    WHERE status IN ('allocated', 'assigned')
    GROUP BY registry
    ORDER BY registry
"""


# %% wrong: one row for the world
# points=[0, 0] hint="sql-as-numbers" met="visible"
as_numbers = """
    SELECT 'all', SUM(value)
    FROM delegation
    WHERE type = 'asn' AND status IN ('allocated', 'assigned')
"""


# %% wrong: AND for IN
# points=[0, 0] hint="sql-as-numbers" met="visible"
as_numbers = """
    SELECT registry, SUM(value)
    FROM delegation
    WHERE type = 'asn'
      AND status = 'allocated' AND status = 'assigned'
    GROUP BY registry
    ORDER BY registry
"""
