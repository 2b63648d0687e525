-- What each feed brought, held against what it brought before.
CREATE TABLE deliveries (
    run_date     DATE NOT NULL,
    feed         VARCHAR NOT NULL,
    delivery     VARCHAR NOT NULL CHECK (delivery IN ('full', 'delta')),
    state        VARCHAR NOT NULL CHECK (state IN ('accepted', 'accepted by hand', 'accepted as lasting', 'held back', 'did not come', 'ended')),
    grace        INTEGER NOT NULL CHECK (grace >= 0),
    listings     BIGINT NOT NULL CHECK (listings >= 0),
    ids          BIGINT NOT NULL CHECK (ids >= 0),
    expected_ids BIGINT CHECK (expected_ids >= 0),
    common_ids   BIGINT NOT NULL CHECK (common_ids >= 0),
    agreeing     INTEGER NOT NULL CHECK (agreeing >= 0),
    PRIMARY KEY (run_date, feed)
);
COMMENT ON TABLE deliveries IS 'Deliveries: what each feed brought in a run, and whether its silence about a posting counts';
COMMENT ON COLUMN deliveries.run_date IS 'The run';
COMMENT ON COLUMN deliveries.feed IS 'Name of the feed';
COMMENT ON COLUMN deliveries.delivery IS 'full: what it does not bring is missing; delta: it brings changes only';
COMMENT ON COLUMN deliveries.state IS 'accepted; held back: it shrank beyond the band, what it does not bring stays; accepted by hand (--accept-shrink) or as lasting all the same; did not come: it was no feed of the run; ended (--end-feed)';
COMMENT ON COLUMN deliveries.grace IS 'Full deliveries a posting may be missing from before it closes';
COMMENT ON COLUMN deliveries.listings IS 'Listings it brought, rejects included';
COMMENT ON COLUMN deliveries.ids IS 'Different postings it brought';
COMMENT ON COLUMN deliveries.expected_ids IS 'Different postings its last accepted delivery brought; NULL where there was none';
COMMENT ON COLUMN deliveries.common_ids IS 'Postings that its delivery before brought too';
COMMENT ON COLUMN deliveries.agreeing IS 'Deliveries in a row, this one included, that shrank beyond the band and agree on what is left; 0 where it did not shrink';
