-- Delegations a month, by registry and country. Size: addresses, numbers, or /64s of IPv6.
SELECT month, registry, cc, SUM(records) AS records,
       SUM(records * CASE type WHEN 'ipv6' THEN 1 << (64 - value) ELSE value END) AS size
FROM tally
WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
  AND type = :type
  AND status IN ('allocated', 'assigned')
  AND (:cc IS NULL OR cc = :cc)
GROUP BY month, registry, cc
ORDER BY month, registry, cc
