-- What a worker steers of a grant: she pauses it, confirms it, and gives back what had been asked.

ALTER TABLE grants
    ADD COLUMN asked jsonb,
    ADD COLUMN paused_at timestamptz,
    ADD COLUMN confirmed_at timestamptz;
COMMENT ON COLUMN grants.asked IS 'What the app had asked for: nothing ever exceeds it. Absent for grants from before it was kept';
COMMENT ON COLUMN grants.paused_at IS 'Since when the worker lets nothing out under it, until she resumes it';
COMMENT ON COLUMN grants.confirmed_at IS 'When the worker last changed it, or said that she keeps it';

ALTER TABLE grant_versions
    ADD COLUMN paused boolean NOT NULL DEFAULT false,
    ADD COLUMN changed_by text NOT NULL DEFAULT 'worker'
        CONSTRAINT grant_versions_changed_by CHECK (changed_by IN ('worker', 'app'));
-- So far only an app that gave a token back made a version that says what the one before said. The
-- policies bind the owner too, who speaks for nobody here.
ALTER TABLE grant_versions NO FORCE ROW LEVEL SECURITY;
UPDATE grant_versions v SET changed_by = 'app'
  FROM grant_versions before
 WHERE before.worker_id = v.worker_id AND before.grant_id = v.grant_id
   AND before.version = v.version - 1 AND before.terms = v.terms;
ALTER TABLE grant_versions FORCE ROW LEVEL SECURITY;

-- What was read under one grant, newest first.
CREATE INDEX journal_reads ON journal (worker_id, grant_id, line_id) WHERE action = 'read';

ALTER TABLE events DROP CONSTRAINT events_kind;
ALTER TABLE events ADD CONSTRAINT events_kind
    CHECK (kind IN ('grant.ended', 'grant.changed', 'grant.paused', 'grant.resumed'));
