-- Health of each night: figures, and the band that the nights before leave to expect.
CREATE TABLE run_metrics (
    run_date  DATE NOT NULL,
    metric    VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    value     DOUBLE NOT NULL,
    nights    INTEGER NOT NULL CHECK (nights >= 0),
    low       DOUBLE,
    high      DOUBLE,
    stop_low  DOUBLE,
    stop_high DOUBLE,
    PRIMARY KEY (run_date, metric, dimension)
);
COMMENT ON TABLE run_metrics IS 'Figures of each night for settle.remember_days days, with the band of the nights before it: beyond it the audit warns, far beyond it stops';
COMMENT ON COLUMN run_metrics.run_date IS 'The run';
COMMENT ON COLUMN run_metrics.metric IS 'What was measured; sql/marts/run_metrics.sql says how';
COMMENT ON COLUMN run_metrics.dimension IS 'Feed, or feed and reason, where it is measured for each; empty otherwise';
COMMENT ON COLUMN run_metrics.value IS 'The figure: a count, or a share or score from 0 to 1';
COMMENT ON COLUMN run_metrics.nights IS 'Nights before that the band is made of, at most audit.band_nights';
COMMENT ON COLUMN run_metrics.low IS 'Below it the audit warns; NULL with fewer nights than audit.band_least';
COMMENT ON COLUMN run_metrics.high IS 'Above it the audit warns';
COMMENT ON COLUMN run_metrics.stop_low IS 'Below it the audit stops the night; NULL where the metric only warns';
COMMENT ON COLUMN run_metrics.stop_high IS 'Above it the audit stops the night';
