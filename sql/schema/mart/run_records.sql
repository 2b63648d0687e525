-- Runs up to and with the one that published this snapshot.
CREATE TABLE run_records (
    run_date         DATE PRIMARY KEY,
    started_at       TIMESTAMP NOT NULL,
    listings         BIGINT NOT NULL,
    postings         BIGINT NOT NULL,
    rejects          BIGINT NOT NULL,
    duplicate_groups BIGINT NOT NULL,
    jobs             BIGINT NOT NULL,
    families         BIGINT NOT NULL,
    clusters         BIGINT NOT NULL,
    cards            BIGINT NOT NULL,
    fit_id           VARCHAR NOT NULL
);
COMMENT ON TABLE run_records IS 'Runs that published, up to and with this snapshots';
COMMENT ON COLUMN run_records.run_date IS 'The run: the night it is named by';
COMMENT ON COLUMN run_records.started_at IS 'When it began, UTC';
COMMENT ON COLUMN run_records.listings IS 'Listings that came';
COMMENT ON COLUMN run_records.postings IS 'Open postings';
COMMENT ON COLUMN run_records.rejects IS 'Listings that were not understood';
COMMENT ON COLUMN run_records.duplicate_groups IS 'Near-duplicate groups: families, and jobs of several postings outside of families';
COMMENT ON COLUMN run_records.jobs IS 'Jobs';
COMMENT ON COLUMN run_records.families IS 'Variant families';
COMMENT ON COLUMN run_records.clusters IS 'Clusters with jobs';
COMMENT ON COLUMN run_records.cards IS 'Cards in all boxes';
COMMENT ON COLUMN run_records.fit_id IS 'Fit it used';
