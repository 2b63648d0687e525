-- What changed since the snapshot before: yesterday's ids, less those removed, with those added, are tonight's.
CREATE TABLE changes (
    run_date DATE NOT NULL,
    since    DATE,
    kind     VARCHAR NOT NULL CHECK (kind IN ('posting', 'job', 'family', 'cluster', 'posting of job', 'job of family', 'job of cluster', 'related list')),
    id       VARCHAR NOT NULL,
    event    VARCHAR NOT NULL CHECK (event IN ('added', 'removed', 'changed', 'merged', 'split')),
    old_id   VARCHAR,
    new_id   VARCHAR,
    why      VARCHAR NOT NULL CHECK (why <> ''),
    cards    VARCHAR[],
    CHECK ((event = 'added') <= (old_id IS NULL AND new_id IS NOT NULL)),
    CHECK ((event = 'removed') <= (old_id IS NOT NULL AND new_id IS NULL)),
    CHECK ((event IN ('changed', 'merged', 'split')) <= (old_id IS NOT NULL AND new_id IS NOT NULL))
);
COMMENT ON TABLE changes IS 'Changes since the snapshot before: applied to its ids and lists they give this snapshot''s';
COMMENT ON COLUMN changes.run_date IS 'The run';
COMMENT ON COLUMN changes.since IS 'Run date of the snapshot before; NULL on the first night, when all is added';
COMMENT ON COLUMN changes.kind IS 'What changed: a thing (posting, job, family, cluster), what it belongs to (posting of job, job of family, job of cluster), or the related jobs of a job';
COMMENT ON COLUMN changes.id IS 'Id of the posting, job, family or cluster; of a related list, the job whose box it is';
COMMENT ON COLUMN changes.event IS 'added, removed or changed; merged and split say beside these where the members of an old job, family or cluster went';
COMMENT ON COLUMN changes.old_id IS 'Before: the id itself; of a changed posting its content_id; of what it belongs to, the id of that; of a related list its fingerprint';
COMMENT ON COLUMN changes.new_id IS 'Now, likewise';
COMMENT ON COLUMN changes.why IS 'Why, or what differs';
COMMENT ON COLUMN changes.cards IS 'Of a related list that is added or changed: its jobs in the order of their ranks';
