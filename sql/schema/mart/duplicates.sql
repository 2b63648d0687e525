-- Near-identical postings, one row a posting that is not alone.
CREATE TABLE duplicates (
    posting_id              VARCHAR PRIMARY KEY,
    near_duplicate_group_id VARCHAR NOT NULL,
    kind                    VARCHAR NOT NULL CHECK (kind IN ('repost', 'relocation', 'variant')),
    canonical_posting_id    VARCHAR NOT NULL,
    title_score             DOUBLE NOT NULL CHECK (title_score BETWEEN 0 AND 100),
    text_overlap            DOUBLE NOT NULL CHECK (text_overlap BETWEEN 0 AND 1)
);
COMMENT ON TABLE duplicates IS 'Near-identical postings: every posting that has a repost, a relocation or a variant, with its group';
COMMENT ON COLUMN duplicates.posting_id IS 'The posting';
COMMENT ON COLUMN duplicates.near_duplicate_group_id IS 'Its variant family; its job where it has no family';
COMMENT ON COLUMN duplicates.kind IS 'How it relates to canonical_posting_id; for the canonical itself, the closest kind in its group';
COMMENT ON COLUMN duplicates.canonical_posting_id IS 'Posting that stands for the group';
COMMENT ON COLUMN duplicates.title_score IS 'RapidFuzz token sort ratio of its title and the canonical''s';
COMMENT ON COLUMN duplicates.text_overlap IS 'Jaccard overlap of the 3-word shingles of its text and the canonical''s';
