-- What was delegated in each year (:letters = 4) or month (7), of what is held today.
SELECT substr(month, 1, :letters) AS period, SUM(records) AS records,
       SUM(records * CASE type WHEN 'ipv6' THEN 1 << (64 - value) ELSE value END) AS size
FROM tally
WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
  AND type = :type
  AND status IN ('allocated', 'assigned')
  AND (:cc IS NULL OR cc = :cc)
  AND (:countries IS NULL OR cc IN (SELECT value FROM json_each(:countries)))
GROUP BY period
ORDER BY period
