-- What people decided about pairs of postings; it always wins.
CREATE TABLE overrides (
    posting_id_a VARCHAR NOT NULL,
    posting_id_b VARCHAR NOT NULL,
    decision     VARCHAR NOT NULL CHECK (decision IN ('must-link', 'cannot-link', 'variant')),
    author       VARCHAR NOT NULL,
    decided_on   DATE NOT NULL,
    reason       VARCHAR NOT NULL,
    PRIMARY KEY (posting_id_a, posting_id_b),
    CHECK (posting_id_a < posting_id_b)
);
COMMENT ON TABLE overrides IS 'Decisions of people about pairs of postings: they win over every link';
COMMENT ON COLUMN overrides.posting_id_a IS 'First posting of the pair, the smaller id';
COMMENT ON COLUMN overrides.posting_id_b IS 'Second posting of the pair';
COMMENT ON COLUMN overrides.decision IS 'must-link: one job; cannot-link: not one job, and no template shared; variant: not one job, but one template';
COMMENT ON COLUMN overrides.author IS 'Who decided';
COMMENT ON COLUMN overrides.decided_on IS 'When';
COMMENT ON COLUMN overrides.reason IS 'Why';
