-- Mandates: what workers entrust to counsellors, who are agents of organisations.

-- The agent whom the transaction speaks for.
CREATE FUNCTION cpf_agent() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('cpf.agent', true), '')::uuid;

ALTER TABLE organisations ADD COLUMN counsels boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN organisations.counsels IS 'Whether workers may mandate its agents: operators of the conseil en évolution professionnelle, missions locales, France services';

-- A person acting for one establishment. Who changes her organisation is another agent.
CREATE TABLE agents (
    agent_id uuid PRIMARY KEY,
    -- Issuer, subject and SIRET, which only the provider's answer gives.
    subject_digest bytea NOT NULL CONSTRAINT agents_subject_once UNIQUE,
    siret text NOT NULL CONSTRAINT agents_siret_shape CHECK (siret ~ '^\d{14}$'),
    given_name text NOT NULL,
    usual_name text NOT NULL,
    first_at timestamptz NOT NULL
);
COMMENT ON TABLE agents IS 'People who act for an organisation, as their identity provider last vouched for them';

CREATE TABLE agent_sessions (
    session_digest bytea PRIMARY KEY,
    agent_id uuid NOT NULL REFERENCES agents,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX agent_sessions_agent ON agent_sessions (agent_id);

-- A counsellor's code, by which workers find her. It opens nothing: each decides by herself.
CREATE TABLE mandate_invitations (
    agent_id uuid PRIMARY KEY REFERENCES agents,
    invitation_id uuid NOT NULL,
    code_digest bytea NOT NULL CONSTRAINT mandate_invitations_code_once UNIQUE,
    expires_at timestamptz NOT NULL
);

-- A worker's code, read out to the counsellor who sits in front of her. One use.
CREATE TABLE mandate_meetings (
    worker_id uuid PRIMARY KEY REFERENCES workers ON DELETE CASCADE,
    -- What the mandate will be called, if there is one.
    mandate_id uuid NOT NULL,
    code_digest bytea NOT NULL CONSTRAINT mandate_meetings_code_once UNIQUE,
    expires_at timestamptz NOT NULL,
    -- Who typed the code; nobody yet.
    agent_id uuid REFERENCES agents
);

CREATE TABLE mandates (
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    mandate_id uuid NOT NULL,
    agent_id uuid NOT NULL REFERENCES agents,
    organisation_id uuid NOT NULL REFERENCES organisations,
    -- The names by which the two knew each other that day.
    worker_name text NOT NULL,
    agent_name text NOT NULL,
    -- {"actions": […], "sections": […]}
    terms jsonb NOT NULL,
    locale text NOT NULL,
    shown_texts jsonb NOT NULL,
    shown_digest bytea NOT NULL,
    given_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CONSTRAINT mandates_end_reason CHECK (end_reason IN ('revoked', 'renounced')),
    PRIMARY KEY (worker_id, mandate_id),
    CONSTRAINT mandates_end CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT mandates_length CHECK (expires_at > given_at AND expires_at <= given_at + interval '4392 hours')
);
CREATE INDEX mandates_agent ON mandates (agent_id, mandate_id);
COMMENT ON TABLE mandates IS 'What a worker entrusts to one counsellor, for a time; checked here at each act';

-- How often somebody has tried a code lately, kept under a keyed digest of who she is.
CREATE TABLE code_tries (
    guesser_digest bytea PRIMARY KEY,
    since timestamptz NOT NULL,
    tries integer NOT NULL
);

DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['agents', 'agent_sessions', 'mandate_invitations', 'mandate_meetings', 'mandates', 'code_tries'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
    END LOOP;
    FOREACH walled IN ARRAY ARRAY['agents', 'agent_sessions', 'mandate_invitations'] LOOP
        EXECUTE format('CREATE POLICY own ON %I TO cpf_app USING (agent_id = cpf_agent())', walled);
    END LOOP;
    FOREACH walled IN ARRAY ARRAY['mandate_meetings', 'mandates'] LOOP
        EXECUTE format('CREATE POLICY own ON %I TO cpf_app USING (worker_id = cpf_worker())', walled);
    END LOOP;
END
$$;
CREATE POLICY presented ON agents FOR SELECT TO cpf_app USING (subject_digest = cpf_presented());
CREATE POLICY presented ON agent_sessions FOR SELECT TO cpf_app USING (session_digest = cpf_presented());
CREATE POLICY presented ON mandate_invitations FOR SELECT TO cpf_app USING (code_digest = cpf_presented());
CREATE POLICY presented ON mandate_meetings FOR SELECT TO cpf_app USING (code_digest = cpf_presented());
CREATE POLICY held ON mandates FOR SELECT TO cpf_app USING (agent_id = cpf_agent());
CREATE POLICY presented ON code_tries TO cpf_app USING (guesser_digest = cpf_presented());

GRANT SELECT, INSERT ON agents, mandates TO cpf_app;
GRANT UPDATE (given_name, usual_name) ON agents TO cpf_app;
-- A mandate is never widened nor lengthened: it ends, and another one is given.
GRANT UPDATE (ended_at, end_reason) ON mandates TO cpf_app;
GRANT SELECT, INSERT, DELETE ON agent_sessions TO cpf_app;
GRANT SELECT, INSERT, UPDATE ON mandate_invitations, code_tries TO cpf_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mandate_meetings TO cpf_app;

-- An agent who acts for a worker is an actor of her journal.
ALTER TABLE journal DROP CONSTRAINT journal_actor;
ALTER TABLE journal ADD CONSTRAINT journal_actor
    CHECK (actor_kind IN ('app', 'organisation', 'worker', 'agent'));
