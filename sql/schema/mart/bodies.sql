-- Beginnings of the cleaned texts, as many characters as the setting publish.body_characters allows.
CREATE TABLE bodies (
    body_id VARCHAR PRIMARY KEY,
    text    VARCHAR NOT NULL,
    is_cut  BOOLEAN NOT NULL
);
COMMENT ON TABLE bodies IS 'Cleaned texts by fingerprint, cut to the length the settings allow';
COMMENT ON COLUMN bodies.body_id IS 'Fingerprint of the whole text';
COMMENT ON COLUMN bodies.text IS 'Cleaned text, or its beginning';
COMMENT ON COLUMN bodies.is_cut IS 'The text goes on';
