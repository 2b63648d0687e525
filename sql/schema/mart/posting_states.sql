-- Life of every posting, with the job it belongs or last belonged to.
CREATE TABLE posting_states (
    posting_id  VARCHAR PRIMARY KEY,
    state       VARCHAR NOT NULL CHECK (state IN ('open', 'closed')),
    why         VARCHAR CHECK (why IN ('missing from its feeds', 'past its deadline', 'its feed ended')),
    closed_on   DATE,
    first_seen  DATE NOT NULL,
    last_seen   DATE NOT NULL,
    posted_on   DATE,
    content_id  VARCHAR NOT NULL,
    contents    INTEGER NOT NULL CHECK (contents >= 1),
    changed_on  DATE NOT NULL,
    returns     INTEGER NOT NULL CHECK (returns >= 0),
    returned_on DATE,
    job_id      VARCHAR,
    CHECK ((state = 'closed') = (closed_on IS NOT NULL AND why IS NOT NULL)),
    CHECK ((returns > 0) = (returned_on IS NOT NULL))
);
COMMENT ON TABLE posting_states IS 'Life of each posting over nights: open, or closed and why; closed ones are remembered for settle.remember_days days';
COMMENT ON COLUMN posting_states.posting_id IS 'The posting; postings has a row of it as long as it is open';
COMMENT ON COLUMN posting_states.state IS 'open or closed';
COMMENT ON COLUMN posting_states.why IS 'Why it was closed; NULL while it is open';
COMMENT ON COLUMN posting_states.closed_on IS 'First run date on which it was closed; NULL while it is open';
COMMENT ON COLUMN posting_states.first_seen IS 'Run date on which it was first seen';
COMMENT ON COLUMN posting_states.last_seen IS 'Run date on which a feed last brought it';
COMMENT ON COLUMN posting_states.posted_on IS 'Day it was posted, as last published';
COMMENT ON COLUMN posting_states.content_id IS 'Fingerprint of what it said last';
COMMENT ON COLUMN posting_states.contents IS 'Contents it showed over nights: 1 and the times that it changed';
COMMENT ON COLUMN posting_states.changed_on IS 'Run date since which it says what it says';
COMMENT ON COLUMN posting_states.returns IS 'Times it came back after it was closed';
COMMENT ON COLUMN posting_states.returned_on IS 'Run date on which it last came back';
COMMENT ON COLUMN posting_states.job_id IS 'Job it belongs to, or belonged to when it was closed; NULL where it was closed before it had one';
