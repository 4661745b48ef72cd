-- How many holders hold how much; 0 holders where a record names none. Size in /64s of IPv6.
-- A holder is one opaque id in one registry's file.
WITH holding AS (
    SELECT holder, SUM(CASE type WHEN 'ipv6' THEN 1 << (64 - value) ELSE value END) AS size
    FROM delegation
    WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
      AND type = :type
      AND status IN ('allocated', 'assigned')
    GROUP BY snapshot_id, holder
)
SELECT size, COUNT(holder) AS holders, COUNT(*) AS holdings
FROM holding
GROUP BY size, holder IS NULL
