-- A sample of each text's shingles: what texts are looked up by.
CREATE TABLE shingles (
    body_id  VARCHAR PRIMARY KEY,
    shingles UBIGINT[] NOT NULL,
    least    UBIGINT NOT NULL
);
COMMENT ON TABLE shingles IS 'A sample of the shingles (runs of words) of each text, by which texts that share some find each other';
COMMENT ON COLUMN shingles.body_id IS 'The text';
COMMENT ON COLUMN shingles.shingles IS 'Fingerprints of those of its shingles that are in the sample, ascending';
COMMENT ON COLUMN shingles.least IS 'The least of all its shingles; 0 where it has none';
