-- Sentences that stand under several title cores: they tell of no one role, and are left out of the texts' vectors.
CREATE TABLE fit_sentences (
    sentence_id UBIGINT PRIMARY KEY,
    titles      INTEGER NOT NULL CHECK (titles >= 2)
);
COMMENT ON TABLE fit_sentences IS 'Sentences that stand under several title cores, whoever the employer';
COMMENT ON COLUMN fit_sentences.sentence_id IS 'Fingerprint of the folded sentence';
COMMENT ON COLUMN fit_sentences.titles IS 'Different title cores it stands under, among the documents of the fit';
