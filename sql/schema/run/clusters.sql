-- Clusters of jobs about the same kind of work.
CREATE TABLE clusters (
    cluster_id VARCHAR PRIMARY KEY,
    label      VARCHAR NOT NULL,
    terms      VARCHAR[] NOT NULL,
    area       VARCHAR NOT NULL,
    map_x      FLOAT NOT NULL,
    map_y      FLOAT NOT NULL,
    jobs       INTEGER NOT NULL CHECK (jobs >= 0),
    employers  INTEGER NOT NULL CHECK (employers >= 0)
);
COMMENT ON TABLE clusters IS 'Clusters: jobs about the same kind of work, over employers';
COMMENT ON COLUMN clusters.cluster_id IS 'Id of the cluster';
COMMENT ON COLUMN clusters.label IS 'Two to five words that name it';
COMMENT ON COLUMN clusters.terms IS 'Its most distinctive terms, best first';
COMMENT ON COLUMN clusters.area IS 'Area of work it belongs to, for browsing: some 30 to 60 of them for 30,000 jobs';
COMMENT ON COLUMN clusters.map_x IS 'Where it stands on a map of clusters: near ones are about near kinds of work; a fit keeps its map';
COMMENT ON COLUMN clusters.map_y IS 'Likewise';
COMMENT ON COLUMN clusters.jobs IS 'Jobs in it tonight';
COMMENT ON COLUMN clusters.employers IS 'Different employers in it tonight';
