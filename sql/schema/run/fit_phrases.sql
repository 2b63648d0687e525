-- How common words and shingles are over title cores, learned by the fit.
CREATE TABLE fit_phrases (
    kind      VARCHAR NOT NULL CHECK (kind IN ('title', 'word', 'shingle')),
    phrase_id UBIGINT NOT NULL,
    titles    BIGINT NOT NULL CHECK (titles >= 0),
    PRIMARY KEY (kind, phrase_id)
);
COMMENT ON TABLE fit_phrases IS 'Commonness of phrases: words and 3-word shingles that stand under three title cores or more';
COMMENT ON COLUMN fit_phrases.kind IS 'word or shingle; title: one row, how many title cores there are';
COMMENT ON COLUMN fit_phrases.phrase_id IS 'Fingerprint of the phrase; 0 in the row title';
COMMENT ON COLUMN fit_phrases.titles IS 'Different title cores it stands under';
