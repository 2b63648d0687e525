-- What a card of the feed shows of each job, as JSON without its closing and opening brace: members that are NULL are left out.
CREATE TEMP TABLE cards AS
SELECT
    job_id, family_id, cluster_id, employer_key, last_posted_on,
    substr(
        json_merge_patch(
            '{}',
            to_json(struct_pack(
                id := job_id, title := title, employer := employer, place := place,
                places := CASE WHEN places > 1 THEN places END,
                remote := remote, type := employment_type,
                pay := CASE WHEN pay_min IS NOT NULL OR pay_max IS NOT NULL THEN
                    struct_pack("min" := pay_min, "max" := pay_max, currency := pay_currency, period := pay_period) END,
                posted := last_posted_on, promoted := CASE WHEN promoted THEN true END,
                url := url, lang := language, family := family_id
            ))
        )::VARCHAR, 2
    ) AS card
FROM mart.jobs
