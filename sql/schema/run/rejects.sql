-- Listings that were not understood, each with its reason.
CREATE TABLE rejects (
    feed     VARCHAR NOT NULL,
    file     VARCHAR NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    reason   VARCHAR NOT NULL CHECK (reason <> ''),
    detail   VARCHAR NOT NULL,
    excerpt  VARCHAR NOT NULL CHECK (length(excerpt) <= 500)
);
COMMENT ON TABLE rejects IS 'Listings that were not understood, with the reason';
COMMENT ON COLUMN rejects.feed IS 'Feed the listing came in';
COMMENT ON COLUMN rejects.file IS 'File of the feed, relative to the feed''s path';
COMMENT ON COLUMN rejects.position IS 'Line or record number in the file, from 1; 0 where the whole file is meant';
COMMENT ON COLUMN rejects.reason IS 'Short code of the reason';
COMMENT ON COLUMN rejects.detail IS 'What came, what was wanted';
COMMENT ON COLUMN rejects.excerpt IS 'The first 500 characters of what came';
