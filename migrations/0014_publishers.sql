-- Publishers register their apps themselves (RFC 7591, 7592): what they begin with, names that
-- nobody mistakes for another's, and an end to an app that must stop at once.

ALTER TABLE apps
    -- Where the app publishes its keys, when it has not registered them.
    ALTER COLUMN jwks DROP NOT NULL,
    ADD COLUMN IF NOT EXISTS jwks_uri text,
    -- Its name in English, where it has another.
    ADD COLUMN name_en text,
    -- Since when it is gone for good. Its row stays: grants and the journal name it.
    ADD COLUMN deregistered_at timestamptz;

-- What a publisher presents to register an app. Only its SHA-256 is kept.
CREATE TABLE initial_access_tokens (
    token_digest bytea PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    label text NOT NULL,
    created_at timestamptz NOT NULL,
    -- NULL: never. The sandbox publishes such a one.
    expires_at timestamptz,
    -- How many apps it may still register; NULL: any number.
    uses_left integer CONSTRAINT initial_access_tokens_uses CHECK (uses_left >= 0),
    revoked_at timestamptz
);
CREATE INDEX initial_access_tokens_organisation ON initial_access_tokens (organisation_id);
COMMENT ON TABLE initial_access_tokens IS 'What publishers present to register an app (RFC 7591 §3)';

-- What is known of an app beside what everybody may know, and the token that manages it.
CREATE TABLE app_registrations (
    client_id text PRIMARY KEY REFERENCES apps,
    organisation_id uuid NOT NULL REFERENCES organisations,
    token_digest bytea NOT NULL CONSTRAINT app_registrations_token_once UNIQUE,
    -- Whom the operator can reach. Never published.
    contacts text[] NOT NULL,
    software_id text,
    software_version text,
    amended_at timestamptz NOT NULL
);
CREATE INDEX app_registrations_organisation ON app_registrations (organisation_id);
COMMENT ON TABLE app_registrations IS 'Apps that their publishers manage themselves (RFC 7592)';

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['initial_access_tokens', 'app_registrations'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY presented ON %I FOR SELECT TO cpf_app USING (token_digest = cpf_presented())', kept);
        EXECUTE format('CREATE POLICY own ON %I TO cpf_app USING (organisation_id = cpf_organisation())', kept);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO cpf_app', kept);
    END LOOP;
END
$$;
GRANT DELETE ON app_registrations TO cpf_app;

-- An organisation's keys are listed and revoked in its name.
CREATE POLICY own_seen ON organisation_keys FOR SELECT TO cpf_app USING (organisation_id = cpf_organisation());
CREATE POLICY own_revoked ON organisation_keys FOR UPDATE TO cpf_app USING (organisation_id = cpf_organisation());
GRANT UPDATE (revoked_at) ON organisation_keys TO cpf_app;

-- What each app's names look like (UTS 39): two apps never look the same.
CREATE TABLE app_names (
    skeleton text PRIMARY KEY,
    client_id text NOT NULL REFERENCES apps
);
CREATE INDEX app_names_client ON app_names (client_id);
COMMENT ON TABLE app_names IS 'What names of apps look like, so that none is another''s disguise';
GRANT SELECT, INSERT, DELETE ON app_names TO cpf_app;

-- How many grants each app was ever given, in shards, so that grants given at once do not wait for
-- each other. It names no worker.
CREATE TABLE app_usage (
    client_id text NOT NULL REFERENCES apps,
    shard smallint NOT NULL,
    grants bigint NOT NULL,
    PRIMARY KEY (client_id, shard)
);
COMMENT ON TABLE app_usage IS 'How many grants each app was given: what tells a new app from a known one';
GRANT SELECT, INSERT, UPDATE ON app_usage TO cpf_app;

-- The log that every node follows says of apps, too, when they were switched off and on again.
ALTER TABLE revocations
    ALTER COLUMN grant_id DROP NOT NULL,
    ALTER COLUMN up_to_version DROP NOT NULL,
    ADD COLUMN client_id text REFERENCES apps,
    ADD COLUMN enabled boolean,
    ADD CONSTRAINT revocations_of_a_grant_or_an_app CHECK (
        (grant_id IS NULL) = (client_id IS NOT NULL)
        AND (grant_id IS NULL) = (up_to_version IS NULL)
        AND (client_id IS NULL) = (enabled IS NULL)
    );
CREATE INDEX revocations_client ON revocations (client_id);
