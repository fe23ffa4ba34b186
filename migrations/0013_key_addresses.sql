-- An app may publish its keys at an address of its own instead of registering them: RFC 7591 §2
-- knows one or the other, never both.

ALTER TABLE apps
    ALTER COLUMN jwks DROP NOT NULL,
    ADD COLUMN jwks_uri text,
    ADD CONSTRAINT apps_one_source_of_keys CHECK (num_nonnulls(jwks, jwks_uri) = 1);
COMMENT ON COLUMN apps.jwks_uri IS 'Where the app publishes its keys (RFC 7517); read at each need, within bounds';
