-- The generations of the keys that the platform signs with. The keys themselves are derived from
-- the master secret and stored nowhere; the times stand here so that all nodes agree on them.

CREATE TABLE signing_keys (
    purpose text NOT NULL CONSTRAINT signing_keys_purpose CHECK (purpose IN ('consent-token', 'jwt', 'journal')),
    generation integer NOT NULL CONSTRAINT signing_keys_generation CHECK (generation BETWEEN 1 AND 65535),
    published_at timestamptz NOT NULL,
    signs_from timestamptz NOT NULL,
    -- Set when somebody ends it before its time: nothing that it signed is believed any more.
    retired_at timestamptz,
    PRIMARY KEY (purpose, generation),
    CONSTRAINT signing_keys_order CHECK (signs_from >= published_at)
);
COMMENT ON TABLE signing_keys IS 'Which generation of which signing key exists since when; no key material';

-- The first generation of each has been there from the beginning.
INSERT INTO signing_keys (purpose, generation, published_at, signs_from)
SELECT purpose, 1, to_timestamp(0), to_timestamp(0) FROM unnest(ARRAY['consent-token', 'jwt', 'journal']) AS purpose;

GRANT SELECT, INSERT, UPDATE (signs_from, retired_at) ON signing_keys TO cpf_app;
