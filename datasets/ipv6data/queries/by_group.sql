-- What each group of countries holds, and its people. Size in /64s of IPv6.
WITH held AS (
    SELECT cc, registry, SUM(records) AS records,
           SUM(records * CASE type WHEN 'ipv6' THEN 1 << (64 - value) ELSE value END) AS size
    FROM tally
    WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
      AND type = :type
      AND status IN ('allocated', 'assigned')
    GROUP BY cc, registry
), member AS (
    SELECT cc,
           (SELECT people FROM population
            WHERE population.cc = country.cc AND year <= CAST(:date AS INTEGER)
            ORDER BY year DESC LIMIT 1) AS people,
           CASE :group
               WHEN 'registry' THEN registry
               WHEN 'region' THEN NULLIF(region, '')
               WHEN 'itu_region' THEN itu_region
               WHEN 'income' THEN income
               WHEN 'ldc' THEN iif(ldc, 'least developed countries', 'other countries')
               WHEN 'lldc' THEN iif(lldc, 'landlocked developing countries', 'other countries')
               WHEN 'sids' THEN iif(sids, 'small island developing states', 'other countries')
               WHEN 'transition' THEN iif(transition, 'economies in transition', 'other countries')
           END AS name
    FROM country
), part AS (
    -- the countries with their people, each once
    SELECT IFNULL(name, 'not classified') AS name, 1 AS countries, people,
           NULL AS holder, 0 AS records, 0 AS size, 0 AS counted
    FROM member
    UNION ALL
    -- what is held; `counted` is of countries whose people are known
    SELECT CASE WHEN :group = 'registry' THEN held.registry
                WHEN member.cc IS NULL THEN 'no country'
                ELSE IFNULL(name, 'not classified') END,
           0, NULL, member.cc, records, size, iif(people IS NULL, 0, size)
    FROM held LEFT JOIN member USING (cc)
)
SELECT name, SUM(countries) AS countries, COUNT(DISTINCT holder) AS with_any,
       SUM(people) AS people, SUM(records) AS records, SUM(size) AS size, SUM(counted) AS counted
FROM part
GROUP BY name
ORDER BY name
