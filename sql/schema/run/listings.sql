-- Where every listing of the night ended: as a posting or as a reject.
CREATE TABLE listings (
    feed          VARCHAR NOT NULL,
    file          VARCHAR NOT NULL,
    position      BIGINT NOT NULL CHECK (position >= 0),
    posting_id    VARCHAR,
    reject_reason VARCHAR,
    version       INTEGER CHECK (version >= 1),
    content_id    VARCHAR,
    body_id       VARCHAR,
    CHECK ((posting_id IS NULL) = (reject_reason IS NOT NULL))
);
COMMENT ON TABLE listings IS 'Every listing of the night and what became of it';
COMMENT ON COLUMN listings.feed IS 'Feed the listing came in';
COMMENT ON COLUMN listings.file IS 'File of the feed, relative to the feed''s path';
COMMENT ON COLUMN listings.position IS 'Line or record number in the file, from 1; 0 where a whole file was rejected';
COMMENT ON COLUMN listings.posting_id IS 'Posting it became, or is a version of';
COMMENT ON COLUMN listings.reject_reason IS 'Why it is a reject';
COMMENT ON COLUMN listings.version IS '1 for the content the posting shows, counted on for other contents under the same id';
COMMENT ON COLUMN listings.content_id IS 'Fingerprint of what the listing says';
COMMENT ON COLUMN listings.body_id IS 'Fingerprint of its cleaned text';
