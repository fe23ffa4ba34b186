-- Requests pushed by apps, grants given by workers, and what was derived from them.

-- A pushed authorization request (RFC 9126), found by the digest of its request_uri.
CREATE TABLE authorization_requests (
    request_digest bytea PRIMARY KEY,
    client_id text NOT NULL REFERENCES apps,
    -- The request as accepted: redirect_uri, state, code_challenge, authorization_details.
    request jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    -- Set when a worker has decided: one use.
    decided_at timestamptz
);
CREATE INDEX authorization_requests_expiry ON authorization_requests (expires_at);

CREATE TABLE grants (
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    grant_id uuid NOT NULL,
    client_id text NOT NULL REFERENCES apps,
    version integer NOT NULL CONSTRAINT grants_version CHECK (version >= 1),
    -- What was granted, never what was asked: sections, purpose, duration…
    terms jsonb NOT NULL,
    given_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CONSTRAINT grants_end_reason CHECK (end_reason IN ('revoked', 'renounced', 'replaced', 'code_replayed')),
    PRIMARY KEY (worker_id, grant_id),
    CONSTRAINT grants_end CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

-- Every version, with the exact texts that were on the screen.
CREATE TABLE grant_versions (
    worker_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    version integer NOT NULL,
    terms jsonb NOT NULL,
    locale text NOT NULL,
    shown_texts jsonb NOT NULL,
    shown_digest bytea NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (worker_id, grant_id, version),
    FOREIGN KEY (worker_id, grant_id) REFERENCES grants ON DELETE CASCADE
);

CREATE TABLE authorization_codes (
    code_digest bytea PRIMARY KEY,
    worker_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    client_id text NOT NULL,
    redirect_uri text NOT NULL,
    code_challenge text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    FOREIGN KEY (worker_id, grant_id) REFERENCES grants ON DELETE CASCADE
);
CREATE INDEX authorization_codes_grant ON authorization_codes (worker_id, grant_id);

CREATE TABLE refresh_tokens (
    token_digest bytea PRIMARY KEY,
    worker_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    client_id text NOT NULL,
    created_at timestamptz NOT NULL,
    FOREIGN KEY (worker_id, grant_id) REFERENCES grants ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_grant ON refresh_tokens (worker_id, grant_id);

DO $$
DECLARE
    personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY['grants', 'grant_versions', 'authorization_codes', 'refresh_tokens'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', personal);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', personal);
        EXECUTE format('CREATE POLICY own ON %I TO cpf_app USING (worker_id = cpf_worker())', personal);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO cpf_app', personal);
    END LOOP;
END
$$;
CREATE POLICY presented ON authorization_codes FOR SELECT TO cpf_app USING (code_digest = cpf_presented());
CREATE POLICY presented ON refresh_tokens FOR SELECT TO cpf_app USING (token_digest = cpf_presented());

-- The log of ended grants that every node follows: tokens of `grant_id` up to `up_to_version` are
-- dead. Opaque ids only. Kept longer than any access token lives.
CREATE TABLE revocations (
    epoch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grant_id uuid NOT NULL,
    up_to_version integer NOT NULL,
    revoked_at timestamptz NOT NULL
);
CREATE INDEX revocations_at ON revocations (revoked_at);

-- The `jti` of client assertions already used (RFC 7523 §3), shared by all nodes.
CREATE TABLE used_assertions (
    assertion_digest bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_assertions_expiry ON used_assertions (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON authorization_requests TO cpf_app;
GRANT SELECT, INSERT, DELETE ON revocations, used_assertions TO cpf_app;
