-- Records a reader could not make a raw listing of.
CREATE TABLE raw_rejects (
    feed     VARCHAR NOT NULL,
    file     VARCHAR NOT NULL,
    position BIGINT  NOT NULL CHECK (position >= 0),
    reason   VARCHAR NOT NULL CHECK (reason <> ''),
    detail   VARCHAR NOT NULL,
    excerpt  VARCHAR NOT NULL CHECK (length(excerpt) <= 500)
);
COMMENT ON TABLE raw_rejects IS 'Records of a feed its reader could not read, with the reason';
COMMENT ON COLUMN raw_rejects.feed IS 'Name of the feed';
COMMENT ON COLUMN raw_rejects.file IS 'File of the feed, relative to the feed''s path';
COMMENT ON COLUMN raw_rejects.position IS 'Line or record number in the file, from 1; 0 where the whole file is meant';
COMMENT ON COLUMN raw_rejects.reason IS 'Short code of the reason, e.g. torn record';
COMMENT ON COLUMN raw_rejects.detail IS 'What came, what was wanted';
COMMENT ON COLUMN raw_rejects.excerpt IS 'The first 500 characters of what came';
