-- What workers refused lately, so that the same request does not simply ask again. Nobody else sees it.

CREATE TABLE refusals (
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    refusal_id uuid NOT NULL,
    client_id text NOT NULL REFERENCES apps,
    purpose text NOT NULL,
    -- What was asked, as a grant would name it.
    scope jsonb NOT NULL,
    refused_at timestamptz NOT NULL,
    PRIMARY KEY (worker_id, refusal_id)
);
CREATE INDEX refusals_at ON refusals (refused_at);
COMMENT ON TABLE refusals IS 'What workers refused to which apps; deleted after seven days';

ALTER TABLE refusals ENABLE ROW LEVEL SECURITY;
ALTER TABLE refusals FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON refusals TO cpf_app USING (worker_id = cpf_worker());
GRANT SELECT, INSERT, DELETE ON refusals TO cpf_app;

-- The background work forgets what is old, and sees nothing of it.
CREATE FUNCTION cpf_forget_refusals(until timestamptz) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        DELETE FROM refusals WHERE refused_at <= until;
    END;
REVOKE ALL ON FUNCTION cpf_forget_refusals(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cpf_forget_refusals(timestamptz) TO cpf_courier;
-- The function speaks as the schema's owner, who is confined like everyone unless said here.
CREATE POLICY forgotten ON refusals FOR DELETE TO CURRENT_USER USING (true);
CREATE POLICY sought ON refusals FOR SELECT TO CURRENT_USER USING (true);
