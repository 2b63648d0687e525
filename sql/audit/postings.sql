-- Narrow frame for gate postings: lengths instead of texts.
SELECT
    posting_id,
    length(title) AS title_length,
    length(title_core) AS core_length,
    body_length,
    pay_min IS NULL OR pay_max IS NULL OR pay_min <= pay_max AS pay_in_order,
    date_diff('day', $run_date::DATE, posted_on) AS days_ahead,
    latitude, longitude,
    country,
    posting_id IN (SELECT posting_id FROM sightings) AS has_sighting,
    body_length = 0 OR body_id IN (SELECT body_id FROM bodies) AS has_text
FROM postings
