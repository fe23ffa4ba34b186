-- Workers, the identity traits their provider vouches for, and their sessions.

CREATE TABLE workers (
    worker_id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE workers IS 'One row per person; everything personal hangs on worker_id';

-- Opened by the digest of (issuer, subject), which only the provider's ID token gives.
CREATE TABLE sign_ins (
    subject_digest bytea PRIMARY KEY,
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    first_at timestamptz NOT NULL
);
CREATE INDEX sign_ins_worker ON sign_ins (worker_id);

CREATE TABLE identities (
    worker_id uuid PRIMARY KEY REFERENCES workers ON DELETE CASCADE,
    birth_name text NOT NULL,
    usage_name text,
    first_names text NOT NULL,
    sex text NOT NULL CONSTRAINT identities_sex CHECK (sex IN ('female', 'male', 'unknown')),
    -- YYYY, YYYY-MM or YYYY-MM-DD.
    birth_date text NOT NULL CONSTRAINT identities_birth_date CHECK (birth_date ~ '^\d{4}(-\d{2}(-\d{2})?)?$'),
    -- INSEE commune code, absent for a birth abroad; INSEE country code (99xxx).
    birthplace text CONSTRAINT identities_birthplace CHECK (birthplace ~ '^(2[AB]|\d{2})\d{3}$'),
    birth_country text CONSTRAINT identities_country CHECK (birth_country ~ '^99\d{3}$'),
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE identities IS 'Identity traits (identité pivot), as the identity provider last vouched for them';

-- What a deposit is compared with: keyed digests of (birth name, first name, sex, year), one per
-- reading of the first names. Worth nothing without the platform's key.
CREATE TABLE match_keys (
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    match_key bytea NOT NULL,
    birth_month smallint,
    birth_day smallint,
    birthplace text,
    PRIMARY KEY (worker_id, match_key)
);
CREATE INDEX match_keys_key ON match_keys (match_key);

CREATE TABLE sessions (
    session_digest bytea PRIMARY KEY,
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_worker ON sessions (worker_id);

-- Between leaving for the provider and coming back; holds nothing personal.
CREATE TABLE sign_in_attempts (
    state_digest bytea PRIMARY KEY,
    nonce text NOT NULL,
    pkce_verifier text NOT NULL,
    return_to text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_expiry ON sign_in_attempts (expires_at);

DO $$
DECLARE
    personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY['workers', 'sign_ins', 'identities', 'match_keys', 'sessions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', personal);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', personal);
        EXECUTE format('CREATE POLICY own ON %I TO cpf_app USING (worker_id = cpf_worker())', personal);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO cpf_app', personal);
    END LOOP;
END
$$;
CREATE POLICY presented ON sign_ins FOR SELECT TO cpf_app USING (subject_digest = cpf_presented());
CREATE POLICY presented ON sessions FOR SELECT TO cpf_app USING (session_digest = cpf_presented());
CREATE POLICY compare ON match_keys FOR SELECT TO cpf_intake USING (cpf_organisation() IS NOT NULL);
GRANT SELECT ON match_keys TO cpf_intake;
GRANT SELECT, INSERT, DELETE ON sign_in_attempts TO cpf_app;
