-- The month of each country's first IPv4 and first IPv6 delegation that is still held.
WITH first AS (
    SELECT cc, MIN(month) FILTER (WHERE type = 'ipv4') AS ipv4,
           MIN(month) FILTER (WHERE type = 'ipv6') AS ipv6
    FROM tally
    WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
      AND type IN ('ipv4', 'ipv6')
      AND status IN ('allocated', 'assigned')
      AND (:cc IS NULL OR cc = :cc)
    GROUP BY cc
)
SELECT country.cc, name_en, ipv4, ipv6 FROM country LEFT JOIN first USING (cc)
WHERE :cc IS NULL OR country.cc = :cc
UNION ALL
SELECT cc, NULL, ipv4, ipv6 FROM first WHERE cc IS NULL OR cc NOT IN (SELECT cc FROM country)
