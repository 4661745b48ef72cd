-- IPv6 prefixes held, by their length. Size in /64s.
SELECT value AS length,
       SUM(records) FILTER (WHERE status = 'allocated') AS allocated,
       SUM(records) FILTER (WHERE status = 'assigned') AS assigned,
       SUM(records * (1 << (64 - value))) AS size
FROM tally
WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
  AND type = 'ipv6'
  AND status IN ('allocated', 'assigned')
  AND (:cc IS NULL OR cc = :cc)
GROUP BY value
ORDER BY value
