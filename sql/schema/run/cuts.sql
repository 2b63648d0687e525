-- Same-ad links that do not join their postings to one job: where a component of links was cut.
CREATE TABLE cuts (
    posting_id_a VARCHAR NOT NULL,
    posting_id_b VARCHAR NOT NULL,
    job_id_a     VARCHAR NOT NULL,
    job_id_b     VARCHAR NOT NULL,
    probability  DOUBLE NOT NULL CHECK (probability BETWEEN 0 AND 1),
    reason       VARCHAR NOT NULL CHECK (reason IN ('kept apart', 'no common canonical', 'outweighed', 'stock text')),
    PRIMARY KEY (posting_id_a, posting_id_b),
    CHECK (job_id_a <> job_id_b)
);
COMMENT ON TABLE cuts IS 'Repost and relocation links whose postings ended in different jobs, and why: what hung by a thread was cut here';
COMMENT ON COLUMN cuts.posting_id_a IS 'First posting of the link';
COMMENT ON COLUMN cuts.posting_id_b IS 'Second posting of the link';
COMMENT ON COLUMN cuts.job_id_a IS 'Job of the first posting';
COMMENT ON COLUMN cuts.job_id_b IS 'Job of the second posting';
COMMENT ON COLUMN cuts.probability IS 'Probability of the link';
COMMENT ON COLUMN cuts.reason IS 'kept apart: a guard or a person judged a pair across both jobs apart; no common canonical: no posting of both agrees with all others; outweighed: pairs compared and not linked, or linked as variants, speak against it more than the links speak for it; stock text: many employers use the text, for no one place';
