"""Traps: rows for records, lost years, free space, IPv4, other snapshots, years of the newer one."""

# %% right: a question for each year
survivors_sql = """
WITH held AS (
    SELECT snapshot_id, substr(month, 1, 4) AS year, sum(records) AS records
    FROM tally
    WHERE type = 'ipv6' AND status NOT IN ('available', 'reserved') AND month IS NOT NULL
    GROUP BY 1, 2)
SELECT year, records, coalesce(
    (SELECT newer.records FROM held AS newer
     WHERE newer.snapshot_id = :newer AND newer.year = held.year), 0)
FROM held WHERE snapshot_id = :older
"""

# %% right: the left side keeps its years
survivors_sql = """
SELECT older.year, older.records, ifnull(newer.records, 0)
FROM (SELECT substr(month, 1, 4) AS year, sum(records) AS records FROM tally
      WHERE snapshot_id = :older AND type = 'ipv6' AND month > ''
      AND status IN ('allocated', 'assigned') GROUP BY 1) AS older
LEFT JOIN
     (SELECT substr(month, 1, 4) AS year, sum(records) AS records FROM tally
      WHERE snapshot_id = :newer AND type = 'ipv6'
      AND status IN ('allocated', 'assigned') GROUP BY 1) AS newer
ON newer.year = older.year
"""

# %% wrong: rows of the tally, not records
# points=[0, 0] hint="survivors-records" met="visible"
survivors_sql = """
SELECT substr(month, 1, 4) AS year,
       sum(snapshot_id = :older) AS before, sum(snapshot_id = :newer)
FROM tally
WHERE type = 'ipv6' AND status IN ('allocated', 'assigned') AND month IS NOT NULL
AND snapshot_id IN (:older, :newer)
GROUP BY year HAVING before > 0
"""

# %% wrong: a JOIN that loses years
# points=[0, 0] hint="survivors-vanished" met="visible"
survivors_sql = """
SELECT older.year, older.records, newer.records
FROM (SELECT substr(month, 1, 4) AS year, sum(records) AS records FROM tally
      WHERE snapshot_id = :older AND type = 'ipv6'
      AND status IN ('allocated', 'assigned') GROUP BY 1) AS older
JOIN (SELECT substr(month, 1, 4) AS year, sum(records) AS records FROM tally
      WHERE snapshot_id = :newer AND type = 'ipv6'
      AND status IN ('allocated', 'assigned') GROUP BY 1) AS newer
ON newer.year = older.year
"""

# %% wrong: free and reserved space as a year without a name
# points=[0, 0] hint="survivors-years" met="visible"
survivors_sql = """
SELECT substr(month, 1, 4) AS year,
       sum(CASE WHEN snapshot_id = :older THEN records ELSE 0 END) AS before,
       sum(CASE WHEN snapshot_id = :newer THEN records ELSE 0 END)
FROM tally WHERE type = 'ipv6' AND snapshot_id IN (:older, :newer)
GROUP BY year HAVING before > 0
"""

# %% wrong: years that only the newer snapshot has
# points=[0, 0] hint="survivors-years" met="visible"
survivors_sql = """
SELECT substr(month, 1, 4) AS year,
       sum(CASE WHEN snapshot_id = :older THEN records ELSE 0 END),
       sum(CASE WHEN snapshot_id = :newer THEN records ELSE 0 END)
FROM tally
WHERE type = 'ipv6' AND status IN ('allocated', 'assigned') AND month IS NOT NULL
GROUP BY year
"""

# %% wrong: whatever is not the older one is the newer one
# points=[2, 0] hint="survivors-two-only" met="visible"
survivors_sql = """
SELECT substr(month, 1, 4) AS year,
       sum(CASE WHEN snapshot_id = :older THEN records ELSE 0 END) AS before,
       sum(CASE WHEN snapshot_id <> :older OR :newer IS NULL THEN records ELSE 0 END)
FROM tally
WHERE type = 'ipv6' AND status IN ('allocated', 'assigned') AND month IS NOT NULL
GROUP BY year HAVING before > 0
"""

# %% wrong: IPv4 too
# points=[0, 0] hint="survivors-records" met="visible"
survivors_sql = """
SELECT substr(month, 1, 4) AS year,
       sum(CASE WHEN snapshot_id = :older THEN records ELSE 0 END) AS before,
       sum(CASE WHEN snapshot_id = :newer THEN records ELSE 0 END)
FROM tally
WHERE status IN ('allocated', 'assigned') AND month IS NOT NULL
AND snapshot_id IN (:older, :newer)
GROUP BY year HAVING before > 0
"""

# %% wrong: NULL where nothing is left
# points=[0, 0] hint="survivors-newer" met="visible"
survivors_sql = """
SELECT substr(month, 1, 4) AS year,
       sum(CASE WHEN snapshot_id = :older THEN records END) AS before,
       sum(CASE WHEN snapshot_id = :newer THEN records END)
FROM tally
WHERE type = 'ipv6' AND status IN ('allocated', 'assigned') AND month IS NOT NULL
AND snapshot_id IN (:older, :newer)
GROUP BY year HAVING before > 0
"""
