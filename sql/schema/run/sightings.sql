-- Which feed brought which posting, as long as that holds the posting open.
CREATE TABLE sightings (
    posting_id VARCHAR NOT NULL,
    feed       VARCHAR NOT NULL,
    first_seen DATE NOT NULL,
    last_seen  DATE NOT NULL,
    missed     INTEGER NOT NULL CHECK (missed >= 0),
    PRIMARY KEY (posting_id, feed)
);
COMMENT ON TABLE sightings IS 'Sightings: which feed brought which posting; a posting without one is closed';
COMMENT ON COLUMN sightings.posting_id IS 'The posting';
COMMENT ON COLUMN sightings.feed IS 'Feed that brought it';
COMMENT ON COLUMN sightings.first_seen IS 'Run date on which the feed first brought it, since it last was without';
COMMENT ON COLUMN sightings.last_seen IS 'Run date on which the feed last brought it';
COMMENT ON COLUMN sightings.missed IS 'Accepted full deliveries of the feed since then without it; beyond the feed''s grace the sighting ends';
