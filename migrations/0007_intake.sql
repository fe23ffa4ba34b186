-- Bulk deposits: the bytes as received, what became of each passage, and the report.

CREATE TABLE batches (
    organisation_id uuid NOT NULL REFERENCES organisations,
    batch_id uuid NOT NULL,
    file_name text,
    content_sha256 bytea NOT NULL,
    size_bytes bigint NOT NULL,
    received_at timestamptz NOT NULL,
    status text NOT NULL CONSTRAINT batches_status CHECK (status IN ('received', 'done', 'refused')),
    finished_at timestamptz,
    -- `idFlux` as the emitter wrote it.
    flux_id text,
    -- {"matched": n, "waiting": n, "already_known": n, "ambiguous": n, "rejected": n}
    counts jsonb NOT NULL DEFAULT '{}',
    -- Why a batch as a whole was refused: [{"code", "line", "detail"}].
    errors jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (organisation_id, batch_id)
);
CREATE INDEX batches_queue ON batches (received_at) WHERE status = 'received';
COMMENT ON TABLE batches IS 'Every bulk deposit of every organisation';

CREATE TABLE batch_chunks (
    organisation_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    chunk integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (organisation_id, batch_id, chunk),
    FOREIGN KEY (organisation_id, batch_id) REFERENCES batches ON DELETE CASCADE
);
-- Bytes are stored as they come: compressing them costs more than it saves.
ALTER TABLE batch_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- One row per technical id an emitter ever deposited: what makes a replay harmless.
CREATE TABLE passages (
    organisation_id uuid NOT NULL REFERENCES organisations,
    technical_id text NOT NULL,
    passage_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    -- Digest of the passage as understood: the same again is known, another one conflicts.
    content_sha256 bytea NOT NULL,
    verdict text NOT NULL CONSTRAINT passages_verdict CHECK (verdict IN ('matched', 'waiting')),
    received_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, technical_id)
);

-- The report: one line per passage of the file, in its order.
CREATE TABLE batch_reports (
    organisation_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    position integer NOT NULL,
    line integer NOT NULL,
    technical_id text,
    verdict text NOT NULL CONSTRAINT batch_reports_verdict
        CHECK (verdict IN ('matched', 'waiting', 'already_known', 'ambiguous', 'rejected')),
    -- The trait that decided: 'mandatory_traits', 'birth_date' or 'birthplace'.
    decided_by text,
    -- Every error: [{"code", "line", "field", "detail"}].
    errors jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (organisation_id, batch_id, position),
    FOREIGN KEY (organisation_id, batch_id) REFERENCES batches ON DELETE CASCADE
);

DO $$
DECLARE
    owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['batches', 'batch_chunks', 'passages', 'batch_reports'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned);
        EXECUTE format('CREATE POLICY own ON %I TO cpf_app, cpf_intake USING (organisation_id = cpf_organisation())', owned);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO cpf_app, cpf_intake', owned);
    END LOOP;
END
$$;
-- Which organisations have a batch that waits for a worker of the queue: ids only.
CREATE FUNCTION cpf_queued_batches() RETURNS TABLE (organisation_id uuid, batch_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT b.organisation_id, b.batch_id FROM batches b
         WHERE b.status = 'received' ORDER BY b.received_at LIMIT 16;
    END;
REVOKE ALL ON FUNCTION cpf_queued_batches() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cpf_queued_batches() TO cpf_app;
-- The function speaks as the schema's owner, who is confined like everyone unless said here.
CREATE POLICY queue ON batches FOR SELECT TO CURRENT_USER USING (true);
