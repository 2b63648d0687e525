-- Where the texts of a language lie on average, in each space that texts are placed in.
CREATE TABLE fit_means (
    space     VARCHAR NOT NULL,
    language  VARCHAR NOT NULL,
    documents BIGINT NOT NULL CHECK (documents >= 0),
    position  FLOAT[] NOT NULL,
    PRIMARY KEY (space, language)
);
COMMENT ON TABLE fit_means IS 'Mean position of each language''s texts: taken off, or all texts of a rare language would lie in one place';
COMMENT ON COLUMN fit_means.space IS 'Name of the space';
COMMENT ON COLUMN fit_means.language IS 'Language, ISO 639-1; empty for all texts together, which also stands for languages not listed';
COMMENT ON COLUMN fit_means.documents IS 'Documents it is the mean of';
COMMENT ON COLUMN fit_means.position IS 'The mean, drawn towards that of all texts where documents are few';
