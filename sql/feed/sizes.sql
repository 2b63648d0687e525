-- Characters of the entries by the first 16 bits of their key's CRC-32: where shards must be cut can be told from it.
SELECT crc >> 16 AS bucket, sum(length(entry) + length(key) + 6)::BIGINT AS characters
FROM entries
GROUP BY bucket
ORDER BY bucket
