"""Traps: records for holders, one family for both, not held, numbers of two registries, ASNs."""

# %% right: two lists, joined
members_sql = """
WITH four AS (
    SELECT DISTINCT cc, snapshot_id, holder FROM delegation
    WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')),
six AS (
    SELECT DISTINCT cc, snapshot_id, holder FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned'))
SELECT four.cc, count(*), count(six.holder)
FROM four LEFT JOIN six USING (cc, snapshot_id, holder)
GROUP BY four.cc
"""

# %% right: a question for each holder
members_sql = """
SELECT cc, count(*), sum(both) FROM (
    SELECT DISTINCT one.cc, one.snapshot_id, one.holder,
        EXISTS (
            SELECT 1 FROM delegation AS other
            WHERE other.type = 'ipv6' AND other.status NOT IN ('available', 'reserved')
            AND other.cc = one.cc AND other.snapshot_id = one.snapshot_id
            AND other.holder = one.holder) AS both
    FROM delegation AS one
    WHERE one.type = 'ipv4' AND one.status NOT IN ('available', 'reserved'))
GROUP BY cc
"""

# %% wrong: records, not holders
# points=[0, 0] hint="members-records-not-holders" met="visible"
members_sql = """
SELECT cc, sum(type = 'ipv4'), sum(type = 'ipv6')
FROM delegation WHERE status IN ('allocated', 'assigned')
GROUP BY cc HAVING sum(type = 'ipv4') > 0
"""

# %% wrong: all holders of IPv6, also those without IPv4
# points=[0, 0] hint="members-both" met="visible"
members_sql = """
SELECT cc, count(DISTINCT CASE WHEN type = 'ipv4' THEN snapshot_id || '-' || holder END) AS four,
       count(DISTINCT CASE WHEN type = 'ipv6' THEN snapshot_id || '-' || holder END)
FROM delegation WHERE status IN ('allocated', 'assigned')
GROUP BY cc HAVING four > 0
"""

# %% wrong: countries without a holder of IPv4 as well
# points=[0, 2] hint="members-which-countries" met="visible"
members_sql = """
WITH member AS (
    SELECT cc, max(type = 'ipv4') AS four, max(type = 'ipv6') AS six
    FROM delegation WHERE status IN ('allocated', 'assigned')
    GROUP BY cc, snapshot_id, holder)
SELECT cc, sum(four), sum(four AND six) FROM member GROUP BY cc
"""

# %% wrong: one holder for the same number of two registries
# points=[2, 0] hint="members-other-registry" met="visible"
members_sql = """
WITH member AS (
    SELECT cc, holder, max(type = 'ipv4') AS four, max(type = 'ipv6') AS six
    FROM delegation WHERE status IN ('allocated', 'assigned')
    GROUP BY cc, holder)
SELECT cc, sum(four), sum(four AND six) FROM member GROUP BY cc HAVING sum(four) > 0
"""

# %% wrong: what is free or reserved counts too
# points=[2, 0] hint="members-not-held" met="visible"
members_sql = """
WITH member AS (
    SELECT cc, max(type = 'ipv4') AS four, max(type = 'ipv6') AS six
    FROM delegation GROUP BY cc, snapshot_id, holder)
SELECT cc, sum(four), sum(four AND six) FROM member GROUP BY cc HAVING sum(four) > 0
"""

# %% wrong: IPv6 of the holder in any country
# points=[2, 0] hint="members-not-held" met="visible"
members_sql = """
WITH six AS (
    SELECT DISTINCT snapshot_id, holder FROM delegation
    WHERE type = 'ipv6' AND status IN ('allocated', 'assigned'))
SELECT cc, count(DISTINCT snapshot_id || '-' || holder),
       count(DISTINCT CASE WHEN six.holder THEN snapshot_id || '-' || holder END)
FROM delegation LEFT JOIN six USING (snapshot_id, holder)
WHERE type = 'ipv4' AND status IN ('allocated', 'assigned')
GROUP BY cc
"""

# %% wrong: the share instead of the number
# points=[0, 0] hint="sql-three-columns" met="visible"
members_sql = """
WITH member AS (
    SELECT cc, max(type = 'ipv4') AS four, max(type = 'ipv6') AS six
    FROM delegation WHERE status IN ('allocated', 'assigned')
    GROUP BY cc, snapshot_id, holder)
SELECT cc, 100.0 * sum(four AND six) / sum(four) FROM member GROUP BY cc HAVING sum(four) > 0
"""
