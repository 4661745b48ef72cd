-- IPv4 transfers by month. A month in which one series has no figure has NULL there.
SELECT month, registry,
       SUM(value) FILTER (WHERE series = 'Prefixes') AS blocks,
       SUM(value) FILTER (WHERE series = 'IPv4s') AS addresses
FROM transfer
WHERE :registry IS NULL OR registry = :registry
GROUP BY month, registry
ORDER BY month, registry
