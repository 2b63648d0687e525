-- Which postings are odd, such as an ad whose text speaks for another employer than its header?
SELECT unnest(flags) AS flag, posting_id, source, title, employer, text_employer, url
FROM mart.postings
WHERE len(flags) > 0
ORDER BY flag, posting_id;
