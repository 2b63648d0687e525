-- Cleaned texts, each once.
CREATE TABLE bodies (
    body_id VARCHAR PRIMARY KEY,
    text    VARCHAR NOT NULL
);
COMMENT ON TABLE bodies IS 'Cleaned texts by fingerprint';
COMMENT ON COLUMN bodies.body_id IS 'Fingerprint of the text';
COMMENT ON COLUMN bodies.text IS 'Cleaned text: paragraphs and list items one a line';
