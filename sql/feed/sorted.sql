SELECT crc, section, key, entry FROM entries ORDER BY crc, key, section
