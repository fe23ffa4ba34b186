-- Who touched which entries of whom, when, under which grant, for what purpose. Append-only.

CREATE TABLE journal (
    worker_id uuid NOT NULL,
    line_id uuid NOT NULL,
    at timestamptz NOT NULL,
    -- 'app', 'organisation' or 'worker', and which: client_id, organisation id, nothing.
    actor_kind text NOT NULL CONSTRAINT journal_actor CHECK (actor_kind IN ('app', 'organisation', 'worker')),
    actor text,
    action text NOT NULL,
    section text,
    grant_id uuid,
    grant_version integer,
    purpose text,
    entries uuid[] NOT NULL,
    PRIMARY KEY (worker_id, line_id)
);
COMMENT ON TABLE journal IS 'Every access to a worker''s record, readable by her, never changed';

ALTER TABLE journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON journal FOR SELECT TO cpf_app USING (worker_id = cpf_worker());
CREATE POLICY append_own ON journal FOR INSERT TO cpf_app WITH CHECK (worker_id = cpf_worker());
CREATE POLICY append ON journal FOR INSERT TO cpf_recorder, cpf_intake WITH CHECK (true);
GRANT SELECT, INSERT ON journal TO cpf_app;
GRANT INSERT ON journal TO cpf_recorder, cpf_intake;
