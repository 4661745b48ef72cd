-- IPv4 by the year of its delegation and the group of its country, of what is held today.
SELECT CAST(substr(month, 1, 4) AS INTEGER) AS year, cc,
       SUM(records * value) AS addresses
FROM tally
WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
  AND type = 'ipv4'
  AND status IN ('allocated', 'assigned')
GROUP BY 1, cc
