-- What a registry had of each status, month by month. Size: addresses, numbers, or /48s of IPv6.
SELECT date, registry, status, records, size
FROM pool
WHERE type = :type AND (:registry IS NULL OR registry = :registry)
ORDER BY date, registry, status
