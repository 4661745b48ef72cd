-- Every file that the data has, with what its own summary lines say.
SELECT snapshot_id, registry, end_date, format, detail, asn_records, ipv4_records, ipv6_records,
       name, title, publisher, terms
FROM snapshot JOIN source USING (source_id)
ORDER BY registry, end_date, snapshot_id
