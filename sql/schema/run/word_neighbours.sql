-- Of each job those of all others that share most of its telling words: what the next night mends (pipeline/ranking/word_neighbours.py).
CREATE TABLE word_neighbours (
    job_id      VARCHAR PRIMARY KEY,
    asks        UBIGINT NOT NULL,
    found_by    UBIGINT NOT NULL,
    "both"      UINTEGER[] NOT NULL,
    both_shares FLOAT[] NOT NULL,
    least_both  FLOAT NOT NULL CHECK (least_both >= 0),
    "text"      UINTEGER[] NOT NULL,
    text_shares FLOAT[] NOT NULL,
    least_text  FLOAT NOT NULL CHECK (least_text >= 0)
);
COMMENT ON TABLE word_neighbours IS 'Of each job those of all others that share most of its telling words, more than a night needs: the next one mends them';
COMMENT ON COLUMN word_neighbours.job_id IS 'The job';
COMMENT ON COLUMN word_neighbours.asks IS 'Fingerprint of its words, by which it asks for others';
COMMENT ON COLUMN word_neighbours.found_by IS 'Fingerprint of those by which others find it: of a common word the jobs in which it weighs most';
COMMENT ON COLUMN word_neighbours."both" IS 'Jobs whose text and title are like its own, best first, as numbers of the jobs of this table, from 0, ascending by id';
COMMENT ON COLUMN word_neighbours.both_shares IS 'How much each of them shares with it';
COMMENT ON COLUMN word_neighbours.least_both IS 'Who shares so much or less may be missing; 0 where nobody is';
COMMENT ON COLUMN word_neighbours."text" IS 'The same by text alone';
COMMENT ON COLUMN word_neighbours.text_shares IS 'How much each of them shares with it';
COMMENT ON COLUMN word_neighbours.least_text IS 'Who shares so much or less may be missing; 0 where nobody is';
