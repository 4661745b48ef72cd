"""Traps: the prefix length as a size, records, other registries, what is not held, more than half."""

# %% right: without a frame's name
half_sql = """
WITH held AS (
    SELECT snapshot_id, holder, sum(1 << (48 - value)) AS size FROM delegation
    WHERE type = 'ipv6' AND status NOT IN ('available', 'reserved')
    GROUP BY 1, 2),
running AS (
    SELECT sum(size) OVER (ORDER BY size DESC, snapshot_id, holder) AS together FROM held)
SELECT (SELECT count(*) FROM held),
       1 + (SELECT count(*) FROM running WHERE 2 * together < (SELECT sum(size) FROM held))
"""

# %% right: in /32-equivalents
half_sql = """
SELECT count(*), sum(before * 2 < whole) FROM (
    SELECT sum(size) OVER () AS whole,
           sum(size) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) - size AS before
    FROM (
        SELECT sum(65536 >> (value - 32)) / 65536.0 AS size FROM delegation
        WHERE type = 'ipv6' AND (status = 'allocated' OR status = 'assigned')
        GROUP BY snapshot_id, holder))
"""

# %% wrong: the prefix length as the size
# points=[0, 0] hint="half-sizes" met="visible"
half_sql = """
WITH held AS (
    SELECT sum(value) AS size FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY snapshot_id, holder),
running AS (
    SELECT row_number() OVER (ORDER BY size DESC) AS rank,
           sum(size) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) AS together,
           sum(size) OVER () AS whole FROM held)
SELECT count(*), min(CASE WHEN 2 * together >= whole THEN rank END) FROM running
"""

# %% wrong: records, not holders
# points=[0, 0] hint="half-holders" met="visible"
half_sql = """
WITH running AS (
    SELECT row_number() OVER (ORDER BY value) AS rank,
           sum(1 << (48 - value)) OVER (ORDER BY value ROWS UNBOUNDED PRECEDING) AS together,
           sum(1 << (48 - value)) OVER () AS whole
    FROM delegation WHERE type = 'ipv6' AND status IN ('allocated', 'assigned'))
SELECT count(*), min(CASE WHEN 2 * together >= whole THEN rank END) FROM running
"""

# %% wrong: what is free counts too
# points=[2, 0] hint="half-not-held" met="visible"
half_sql = """
WITH held AS (
    SELECT sum(1 << (48 - value)) AS size FROM delegation
    WHERE type = 'ipv6' GROUP BY snapshot_id, holder),
running AS (
    SELECT row_number() OVER (ORDER BY size DESC) AS rank,
           sum(size) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) AS together,
           sum(size) OVER () AS whole FROM held)
SELECT count(*), min(CASE WHEN 2 * together >= whole THEN rank END) FROM running
"""

# %% wrong: one holder for the same number of two registries
# points=[2, 0] hint="half-other-registry" met="visible"
half_sql = """
WITH held AS (
    SELECT sum(1 << (48 - value)) AS size FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned') GROUP BY holder),
running AS (
    SELECT row_number() OVER (ORDER BY size DESC) AS rank,
           sum(size) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) AS together,
           sum(size) OVER () AS whole FROM held)
SELECT count(*), min(CASE WHEN 2 * together >= whole THEN rank END) FROM running
"""

# %% wrong: more than half
# points=[2, 0] hint="half-not-held" met="visible"
half_sql = """
WITH held AS (
    SELECT sum(1 << (48 - value)) AS size FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned')
    GROUP BY snapshot_id, holder),
running AS (
    SELECT row_number() OVER (ORDER BY size DESC) AS rank,
           sum(size) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) AS together,
           sum(size) OVER () AS whole FROM held)
SELECT count(*), min(CASE WHEN 2 * together > whole THEN rank END) FROM running
"""

# %% wrong: half of the holders
# points=[0, 0] hint="half-sizes" met="visible"
half_sql = """
SELECT count(*), (count(*) + 1) / 2 + 1 FROM (
    SELECT DISTINCT snapshot_id, holder FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned'))
"""
