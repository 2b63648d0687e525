-- Merges and splits of jobs and families since the night before.
CREATE TABLE lineage (
    kind    VARCHAR NOT NULL CHECK (kind IN ('job', 'family', 'cluster')),
    event   VARCHAR NOT NULL CHECK (event IN ('merged', 'split')),
    old_id  VARCHAR NOT NULL,
    new_id  VARCHAR NOT NULL,
    members INTEGER NOT NULL CHECK (members >= 1),
    PRIMARY KEY (kind, old_id, new_id)
);
COMMENT ON TABLE lineage IS 'Merges and splits since the snapshot before: which id went where';
COMMENT ON COLUMN lineage.kind IS 'What the ids name';
COMMENT ON COLUMN lineage.event IS 'merged: old_id''s members are now under new_id, which lived before; split: some of old_id''s members are now under new_id, old_id lives on';
COMMENT ON COLUMN lineage.old_id IS 'Id in the snapshot before, or a job that was gone and whose postings came back';
COMMENT ON COLUMN lineage.new_id IS 'Id in this run';
COMMENT ON COLUMN lineage.members IS 'Members that went that way';
