-- Judged pairs of candidates that are linked, with their evidence: links before those of groups are completed (bridge).
CREATE TABLE first_links (
    posting_id_a  VARCHAR NOT NULL,
    posting_id_b  VARCHAR NOT NULL,
    kind          VARCHAR NOT NULL CHECK (kind IN ('repost', 'relocation', 'variant')),
    probability   DOUBLE NOT NULL CHECK (probability BETWEEN 0 AND 1),
    decision      VARCHAR NOT NULL,
    title_score   DOUBLE NOT NULL CHECK (title_score BETWEEN 0 AND 100),
    core_score    DOUBLE NOT NULL CHECK (core_score BETWEEN 0 AND 100),
    text_overlap  DOUBLE NOT NULL CHECK (text_overlap BETWEEN 0 AND 1),
    own_overlap   DOUBLE CHECK (own_overlap BETWEEN 0 AND 1),
    containment   DOUBLE NOT NULL CHECK (containment BETWEEN 0 AND 1),
    same_employer BOOLEAN,
    same_place    BOOLEAN,
    differs       VARCHAR[] NOT NULL,
    agrees        VARCHAR[] NOT NULL,
    days_apart    INTEGER,
    roads         VARCHAR[] NOT NULL,
    PRIMARY KEY (posting_id_a, posting_id_b),
    CHECK (posting_id_a < posting_id_b)
);
COMMENT ON TABLE first_links IS 'Links between candidates: judged pairs of postings, with kind and evidence';
COMMENT ON COLUMN first_links.posting_id_a IS 'First posting of the pair, the smaller id';
COMMENT ON COLUMN first_links.posting_id_b IS 'Second posting of the pair';
COMMENT ON COLUMN first_links.kind IS 'repost: the same vacancy again; relocation: the same ad for another place; variant: one template, another role';
COMMENT ON COLUMN first_links.probability IS 'Probability that the pair is the same ad (repost or relocation)';
COMMENT ON COLUMN first_links.decision IS 'What decided: the model, or the name of the guard that overruled it';
COMMENT ON COLUMN first_links.title_score IS 'RapidFuzz token sort ratio of the cleaned titles';
COMMENT ON COLUMN first_links.core_score IS 'RapidFuzz token sort ratio of the title cores';
COMMENT ON COLUMN first_links.text_overlap IS 'Jaccard overlap of the 3-word shingles of both texts';
COMMENT ON COLUMN first_links.own_overlap IS 'The same over the role''s own text, boilerplate weighed down; NULL where nothing of its own is left';
COMMENT ON COLUMN first_links.containment IS 'Share of the shorter text''s shingles that the longer text has';
COMMENT ON COLUMN first_links.same_employer IS 'Employer keys agree; NULL where one is not named';
COMMENT ON COLUMN first_links.same_place IS 'Places agree; NULL where one is not told';
COMMENT ON COLUMN first_links.differs IS 'Qualifiers both titles state and that differ, of variants also those only one states: contract, degree, experience, grade, level, requisition, start year, team';
COMMENT ON COLUMN first_links.agrees IS 'Qualifiers both state and that agree';
COMMENT ON COLUMN first_links.days_apart IS 'Days between the two posting dates';
COMMENT ON COLUMN first_links.roads IS 'Blocking roads that found the pair';
