-- What changed since the snapshot before, counted? (mart.changes has each with old and new ids.)
SELECT kind, event, count(*) AS changes, mode(why) AS mostly_because
FROM mart.changes
GROUP BY kind, event
ORDER BY kind, event;
