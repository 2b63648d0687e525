-- Vocabulary of the fit with its weights.
CREATE TABLE fit_terms (
    channel   VARCHAR NOT NULL CHECK (channel IN ('title', 'title_characters', 'body')),
    term_id   INTEGER NOT NULL CHECK (term_id >= 0),
    term      VARCHAR NOT NULL,
    documents BIGINT NOT NULL,
    idf       DOUBLE NOT NULL,
    tells     BOOLEAN NOT NULL,
    PRIMARY KEY (channel, term_id)
);
COMMENT ON TABLE fit_terms IS 'Vocabulary and inverse document frequencies of the fit';
COMMENT ON COLUMN fit_terms.channel IS 'Where the term was counted';
COMMENT ON COLUMN fit_terms.term_id IS 'Column of the term in the channel''s matrix';
COMMENT ON COLUMN fit_terms.term IS 'The term: a word, a phrase of two, or a character gram';
COMMENT ON COLUMN fit_terms.documents IS 'Documents it occurs in';
COMMENT ON COLUMN fit_terms.tells IS 'Whether the term tells one kind of work from another, so that it may be named as a reason';
COMMENT ON COLUMN fit_terms.idf IS 'Smoothed inverse document frequency: ln((1 + n) / (1 + documents)) + 1';
