-- What workers declare of themselves, and what apps propose that they declare.

DO $$
BEGIN
    -- Roles belong to the whole cluster: databases migrated side by side take turns.
    PERFORM pg_advisory_xact_lock(20260911);
    -- An app that proposes: it adds proposals, sees its own, and no entry.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpf_proposer') THEN
        CREATE ROLE cpf_proposer NOLOGIN NOBYPASSRLS;
        GRANT cpf_proposer TO cpf_login;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO cpf_proposer;

CREATE TABLE proposals (
    worker_id uuid NOT NULL,
    proposal_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    client_id text NOT NULL REFERENCES apps,
    section text NOT NULL CONSTRAINT proposals_section
        CHECK (section IN ('trainings', 'diplomas', 'experiences', 'skills', 'projects')),
    -- Of section and body: the same is not proposed to her twice under one grant.
    digest bytea NOT NULL CONSTRAINT proposals_digest CHECK (octet_length(digest) = 32),
    -- What is proposed, until she decides: then the record has it, or nobody.
    body jsonb,
    proposed_at timestamptz NOT NULL,
    decided_at timestamptz,
    accepted boolean,
    PRIMARY KEY (worker_id, proposal_id),
    FOREIGN KEY (worker_id, grant_id) REFERENCES grants ON DELETE CASCADE,
    CONSTRAINT proposals_once UNIQUE (worker_id, grant_id, digest),
    CONSTRAINT proposals_decided CHECK (num_nonnulls(decided_at, accepted) IN (0, 2)
                                        AND (body IS NULL) = (decided_at IS NOT NULL))
);
CREATE INDEX proposals_by_app ON proposals (worker_id, client_id, section, grant_id, proposal_id);
CREATE INDEX proposals_waiting ON proposals (proposed_at, decided_at);
COMMENT ON TABLE proposals IS 'What apps propose for workers'' records; undecided ones are deleted after 90 days';

ALTER TABLE proposals ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposals FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON proposals TO cpf_app USING (worker_id = cpf_worker());
CREATE POLICY propose ON proposals TO cpf_proposer
    USING (worker_id = cpf_worker() AND client_id = cpf_client() AND section = cpf_section());
GRANT SELECT, UPDATE (body, decided_at, accepted) ON proposals TO cpf_app;
GRANT SELECT, INSERT ON proposals TO cpf_proposer;

-- The line that says so is written with it.
CREATE POLICY append_proposal ON journal FOR INSERT TO cpf_proposer WITH CHECK (worker_id = cpf_worker());
GRANT INSERT ON journal, journal_pending TO cpf_proposer;

ALTER TABLE events DROP CONSTRAINT events_kind;
ALTER TABLE events ADD CONSTRAINT events_kind CHECK (kind IN
    ('grant.ended', 'grant.changed', 'grant.paused', 'grant.resumed', 'proposal.decided'));

-- The background work forgets what nobody decided on, and sees nothing of it.
CREATE FUNCTION cpf_forget_proposals(until timestamptz) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        DELETE FROM proposals WHERE decided_at IS NULL AND proposed_at <= until;
    END;
REVOKE ALL ON FUNCTION cpf_forget_proposals(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cpf_forget_proposals(timestamptz) TO cpf_courier;
-- The function speaks as the schema's owner, who is confined like everyone unless said here.
CREATE POLICY forgotten ON proposals FOR DELETE TO CURRENT_USER USING (true);
CREATE POLICY sought ON proposals FOR SELECT TO CURRENT_USER USING (true);
