-- What each holder of one registry holds. Size in /64s of IPv6. Holders of two registries are two.
SELECT SUM(CASE type WHEN 'ipv6' THEN 1 << (64 - value) ELSE value END) AS size
FROM delegation
WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
  AND type = :type
  AND status IN ('allocated', 'assigned')
GROUP BY snapshot_id, holder
HAVING holder IS NOT NULL
