-- Cluster centres of the fit.
CREATE TABLE fit_centroids (
    cluster_id VARCHAR PRIMARY KEY,
    label      VARCHAR NOT NULL,
    terms      VARCHAR[] NOT NULL,
    area       VARCHAR NOT NULL,
    documents  BIGINT NOT NULL CHECK (documents >= 0),
    position   FLOAT[] NOT NULL,
    map_x      FLOAT NOT NULL,
    map_y      FLOAT NOT NULL
);
COMMENT ON TABLE fit_centroids IS 'Centres of the clusters in the space of the fit';
COMMENT ON COLUMN fit_centroids.cluster_id IS 'Id of the cluster';
COMMENT ON COLUMN fit_centroids.label IS 'Label of the cluster';
COMMENT ON COLUMN fit_centroids.terms IS 'Its most distinctive terms, best first';
COMMENT ON COLUMN fit_centroids.area IS 'Label of the area the cluster belongs to';
COMMENT ON COLUMN fit_centroids.documents IS 'Documents of the fit that are nearest to it';
COMMENT ON COLUMN fit_centroids.position IS 'The centre, unit length';
COMMENT ON COLUMN fit_centroids.map_x IS 'Where it stands on a map of the fit''s clusters: near ones are about near kinds of work';
COMMENT ON COLUMN fit_centroids.map_y IS 'Likewise';
