-- Dense spaces of the fit: where each term lies.
CREATE TABLE fit_spaces (
    space    VARCHAR NOT NULL,
    channel  VARCHAR NOT NULL CHECK (channel IN ('title', 'title_characters', 'body')),
    term_id  INTEGER NOT NULL CHECK (term_id >= 0),
    position FLOAT[] NOT NULL,
    PRIMARY KEY (space, term_id)
);
COMMENT ON TABLE fit_spaces IS 'Spaces of the fit: the position of each term, by which jobs are placed';
COMMENT ON COLUMN fit_spaces.space IS 'Name of the space';
COMMENT ON COLUMN fit_spaces.channel IS 'Channel whose terms lie in it';
COMMENT ON COLUMN fit_spaces.term_id IS 'The term, by term_id of that channel';
COMMENT ON COLUMN fit_spaces.position IS 'Its position; every term of a space has as many numbers';
