-- Pairs compared because first links had put both postings into one component, and no road had made a candidate of them.
CREATE TABLE bridged (
    posting_id_a VARCHAR NOT NULL,
    posting_id_b VARCHAR NOT NULL,
    roads        VARCHAR[] NOT NULL,
    PRIMARY KEY (posting_id_a, posting_id_b),
    CHECK (posting_id_a < posting_id_b)
);
COMMENT ON TABLE bridged IS 'Pairs that were compared in a second pass: a member of a component of links with one that could stand for it';
COMMENT ON COLUMN bridged.posting_id_a IS 'First posting of the pair, the smaller id';
COMMENT ON COLUMN bridged.posting_id_b IS 'Second posting of the pair';
COMMENT ON COLUMN bridged.roads IS 'Always "group hub"';
