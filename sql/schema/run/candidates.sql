-- Pairs of postings worth comparing, found by blocking.
CREATE TABLE candidates (
    posting_id_a VARCHAR NOT NULL,
    posting_id_b VARCHAR NOT NULL,
    roads        VARCHAR[] NOT NULL,
    PRIMARY KEY (posting_id_a, posting_id_b),
    CHECK (posting_id_a < posting_id_b)
);
COMMENT ON TABLE candidates IS 'Candidate pairs and the roads they were found by';
COMMENT ON COLUMN candidates.posting_id_a IS 'First posting of the pair, the smaller id';
COMMENT ON COLUMN candidates.posting_id_b IS 'Second posting of the pair';
COMMENT ON COLUMN candidates.roads IS 'Blocking roads that found the pair, sorted';
