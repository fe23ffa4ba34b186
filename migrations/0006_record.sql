-- The entries of the record, their history, and certificates that wait for their worker.

CREATE TABLE entries (
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    entry_id uuid NOT NULL,
    section text NOT NULL CONSTRAINT entries_section CHECK (section IN ('trainings', 'certificates', 'diplomas',
        'badges', 'experiences', 'assessments', 'skills', 'evidence', 'projects')),
    provenance text NOT NULL CONSTRAINT entries_provenance CHECK (provenance IN ('declared', 'attested')),
    -- Who attests it; nobody for what the worker declares.
    organisation_id uuid REFERENCES organisations,
    version integer NOT NULL DEFAULT 1,
    body jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (worker_id, entry_id),
    CONSTRAINT entries_attested_by CHECK ((provenance = 'attested') = (organisation_id IS NOT NULL))
);
CREATE INDEX entries_section_order ON entries (worker_id, section, entry_id);
COMMENT ON TABLE entries IS 'All entries of all workers'' records';

CREATE TABLE entry_versions (
    worker_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (worker_id, entry_id, version),
    FOREIGN KEY (worker_id, entry_id) REFERENCES entries ON DELETE CASCADE
);
COMMENT ON TABLE entry_versions IS 'What an entry said before its present version';

-- A certificate whose worker has not signed in yet. No name: only the keyed digest of the traits.
CREATE TABLE waiting_certificates (
    match_key bytea NOT NULL,
    waiting_id uuid NOT NULL,
    birth_month smallint,
    birth_day smallint,
    birthplace text,
    organisation_id uuid NOT NULL REFERENCES organisations,
    body jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (match_key, waiting_id)
);

DO $$
DECLARE
    personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY['entries', 'entry_versions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', personal);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', personal);
        EXECUTE format('CREATE POLICY own ON %I TO cpf_app USING (worker_id = cpf_worker())', personal);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO cpf_app', personal);
    END LOOP;
END
$$;
-- A deposit adds what its own organisation attests, and reads nothing back.
CREATE POLICY attest ON entries FOR INSERT TO cpf_intake
    WITH CHECK (provenance = 'attested' AND organisation_id = cpf_organisation());
GRANT INSERT ON entries TO cpf_intake;

ALTER TABLE waiting_certificates ENABLE ROW LEVEL SECURITY;
ALTER TABLE waiting_certificates FORCE ROW LEVEL SECURITY;
CREATE POLICY claim ON waiting_certificates TO cpf_app
    USING (match_key = cpf_presented() AND cpf_worker() IS NOT NULL) WITH CHECK (false);
CREATE POLICY seal ON waiting_certificates FOR INSERT TO cpf_intake
    WITH CHECK (organisation_id = cpf_organisation());
GRANT SELECT, DELETE ON waiting_certificates TO cpf_app;
GRANT INSERT ON waiting_certificates TO cpf_intake;
