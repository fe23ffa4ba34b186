-- Organisations, the keys their systems present, and the apps that publishers register.

CREATE TABLE organisations (
    organisation_id uuid PRIMARY KEY,
    siret text NOT NULL CONSTRAINT organisations_siret_shape CHECK (siret ~ '^\d{14}$')
        CONSTRAINT organisations_siret_once UNIQUE,
    name text NOT NULL,
    -- `idClient` of the certifiers' flux: how the Caisse des Dépôts numbers a certifier.
    flux_client_id text CONSTRAINT organisations_flux_client_once UNIQUE
        CONSTRAINT organisations_flux_client_shape CHECK (length(flux_client_id) = 8),
    website text,
    verified boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE organisations IS 'Legal persons by SIRET: operators, certifiers, publishers, employers, public services';

CREATE TABLE organisation_keys (
    key_digest bytea PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    label text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX organisation_keys_organisation ON organisation_keys (organisation_id);
COMMENT ON TABLE organisation_keys IS 'Keys that an organisation''s systems present; only their SHA-256 is kept';

ALTER TABLE organisation_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY presented ON organisation_keys FOR SELECT TO cpf_app
    USING (key_digest = cpf_presented());
CREATE POLICY issue ON organisation_keys FOR INSERT TO cpf_app
    WITH CHECK (organisation_id = cpf_organisation());

CREATE TABLE apps (
    client_id text PRIMARY KEY CONSTRAINT apps_client_id_shape CHECK (client_id ~ '^[a-z0-9][a-z0-9-]{2,62}$'),
    organisation_id uuid NOT NULL REFERENCES organisations,
    name text NOT NULL,
    -- {"fr": …, "en": …}: what the app does, in plain words, as the consent page shows it.
    description jsonb NOT NULL,
    homepage text NOT NULL,
    redirect_uris text[] NOT NULL CONSTRAINT apps_redirects CHECK (cardinality(redirect_uris) BETWEEN 1 AND 10),
    -- Public keys (RFC 7517) with which the app signs its client assertions.
    jwks jsonb NOT NULL,
    -- The most it may ever ask for.
    sections text[] NOT NULL,
    purposes text[] NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL
);
CREATE INDEX apps_organisation ON apps (organisation_id);
COMMENT ON TABLE apps IS 'Third-party services: OAuth clients of publishers';

GRANT SELECT, INSERT, UPDATE ON organisations, apps TO cpf_app;
GRANT SELECT, INSERT ON organisation_keys TO cpf_app;
GRANT SELECT ON organisations TO cpf_intake;
