-- Cleaned texts as the rows of normalised brought them; one text may stand here more than once.
CREATE TABLE normalised_bodies (
    listing_key VARCHAR NOT NULL PRIMARY KEY,
    body_id     VARCHAR NOT NULL,
    text        VARCHAR NOT NULL
);
COMMENT ON TABLE normalised_bodies IS 'Cleaned texts by fingerprint, as they came';
COMMENT ON COLUMN normalised_bodies.listing_key IS 'Key of the row of normalised it came with';
COMMENT ON COLUMN normalised_bodies.body_id IS 'Fingerprint of the text';
COMMENT ON COLUMN normalised_bodies.text IS 'Cleaned text: paragraphs and list items one a line';
