-- What is held under EU, AP, ZZ or no code at all, so that no country's total has it.
SELECT registry, cc, SUM(records) AS records,
       SUM(records * CASE type WHEN 'ipv6' THEN 1 << (64 - value) ELSE value END) AS size
FROM tally
WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
  AND type = :type
  AND status IN ('allocated', 'assigned')
  AND (cc IS NULL OR cc NOT IN (SELECT cc FROM country))
GROUP BY registry, cc
ORDER BY registry, cc
