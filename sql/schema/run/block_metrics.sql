-- What each road of blocking found, and what it did about blocks that were too large.
CREATE TABLE block_metrics (
    road    VARCHAR PRIMARY KEY,
    pairs   BIGINT NOT NULL CHECK (pairs >= 0),
    blocks  BIGINT NOT NULL CHECK (blocks >= 0),
    largest BIGINT NOT NULL CHECK (largest >= 0),
    split   BIGINT NOT NULL CHECK (split >= 0),
    unsplit BIGINT NOT NULL CHECK (unsplit >= 0)
);
COMMENT ON TABLE block_metrics IS 'Roads of blocking: pairs found, and blocks that were too large';
COMMENT ON COLUMN block_metrics.road IS 'Name of the road';
COMMENT ON COLUMN block_metrics.pairs IS 'Candidate pairs it found';
COMMENT ON COLUMN block_metrics.blocks IS 'Blocks of two postings or more';
COMMENT ON COLUMN block_metrics.largest IS 'Postings of its largest block';
COMMENT ON COLUMN block_metrics.split IS 'Blocks above the limit that were split by a further key';
COMMENT ON COLUMN block_metrics.unsplit IS 'Entries in blocks that no key could split: paired with their neighbours only (phrases: left out)';
