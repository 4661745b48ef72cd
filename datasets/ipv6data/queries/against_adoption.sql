-- IPv6 held (in /64s) beside the newest figures of its use, for each country.
WITH held AS (
    SELECT cc, SUM(records) AS records, SUM(records * (1 << (64 - value))) AS size
    FROM tally
    WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
      AND type = 'ipv6'
      AND status IN ('allocated', 'assigned')
    GROUP BY cc
), used AS (
    SELECT cc, series, percent, MAX(date) AS date
    FROM adoption
    WHERE cc <> ''
    GROUP BY cc, series
), quarter AS (
    SELECT cc, ipv6_48s, date FROM country_quarter
    WHERE date = (SELECT MAX(date) FROM country_quarter)
)
SELECT country.cc, name_en,
       (SELECT people FROM population
        WHERE population.cc = country.cc AND year <= CAST(:date AS INTEGER)
        ORDER BY year DESC LIMIT 1) AS people,
       IFNULL(records, 0) AS records, IFNULL(size, 0) AS size,
       IFNULL(ipv6_48s, 0) AS newest_48s, (SELECT MAX(date) FROM country_quarter) AS newest_date,
       users.percent AS users_percent, users.date AS users_date,
       networks.percent AS networks_percent, networks.date AS networks_date
FROM country
LEFT JOIN held ON held.cc = country.cc
LEFT JOIN quarter ON quarter.cc = country.cc
LEFT JOIN used AS users ON users.cc = country.cc AND users.series = 'google-users'
LEFT JOIN used AS networks ON networks.cc = country.cc AND networks.series = 'ripencc-v6asn'
ORDER BY country.cc
