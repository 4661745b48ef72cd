-- What each country holds and its people; sorted by size per head, it is the Lorenz curve.
WITH held AS (
    SELECT cc, SUM(records) AS records,
           SUM(records * CASE type WHEN 'ipv6' THEN 1 << (64 - value) ELSE value END) AS size
    FROM tally
    WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
      AND type = :type
      AND status IN ('allocated', 'assigned')
    GROUP BY cc
)
SELECT country.cc, name_en, IFNULL(records, 0) AS records, IFNULL(size, 0) AS size,
       (SELECT people FROM population
        WHERE population.cc = country.cc AND year <= CAST(:date AS INTEGER)
        ORDER BY year DESC LIMIT 1) AS people
FROM country LEFT JOIN held USING (cc)
UNION ALL
SELECT cc, NULL, records, size, NULL FROM held
WHERE cc IS NULL OR cc NOT IN (SELECT cc FROM country)
