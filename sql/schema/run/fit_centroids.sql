-- Cluster centres of the fit.
CREATE TABLE fit_centroids (
    cluster_id VARCHAR PRIMARY KEY,
    label      VARCHAR NOT NULL,
    terms      VARCHAR[] NOT NULL,
    term_ids   INTEGER[] NOT NULL,
    weights    FLOAT[] NOT NULL
);
COMMENT ON TABLE fit_centroids IS 'Centres of the clusters in the space of the fit';
COMMENT ON COLUMN fit_centroids.cluster_id IS 'Id of the cluster';
COMMENT ON COLUMN fit_centroids.label IS 'Label of the cluster';
COMMENT ON COLUMN fit_centroids.terms IS 'Its most distinctive terms, best first';
COMMENT ON COLUMN fit_centroids.term_ids IS 'Terms of the centre, by term_id of the body channel, ascending';
COMMENT ON COLUMN fit_centroids.weights IS 'Their weights';
