-- What apps are told of the grants they hold, whether it reached them, and what they owe when a
-- grant has ended.

-- The role of the background work: it sees where messages go and which of them are due, learns which
-- grants have reached their date, and opens no worker's row.
DO $$
BEGIN
    -- Roles belong to the whole cluster: databases migrated side by side take turns.
    PERFORM pg_advisory_xact_lock(20260911);
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpf_courier') THEN
        CREATE ROLE cpf_courier NOLOGIN NOBYPASSRLS;
        GRANT cpf_courier TO cpf_login;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO cpf_courier;

-- The app that the transaction speaks for, in hexadecimal like every text that is set.
CREATE FUNCTION cpf_client() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN convert_from(decode(nullif(current_setting('cpf.client', true), ''), 'hex'), 'UTF8');

-- An app finds the grants that it was given by their ids.
CREATE INDEX grants_client ON grants (client_id, grant_id);
CREATE POLICY of_app ON grants FOR SELECT TO cpf_app USING (client_id = cpf_client());

-- Where an app wants to be told: one address for each app.
CREATE TABLE webhooks (
    client_id text PRIMARY KEY REFERENCES apps,
    url text NOT NULL,
    -- Which secrets sign: they are derived from the master secret and stored nowhere.
    generation integer NOT NULL CONSTRAINT webhooks_generation CHECK (generation BETWEEN 1 AND 65535),
    former_generation integer,
    former_until timestamptz,
    -- Since when it has answered: nothing is sent to an address that never did.
    verified_at timestamptz,
    -- Since when it answers 410 (Gone): nothing is sent until it is verified again.
    gone_at timestamptz,
    CONSTRAINT webhooks_former CHECK ((former_generation IS NULL) = (former_until IS NULL)),
    CONSTRAINT webhooks_one_state CHECK (num_nonnulls(verified_at, gone_at) <= 1)
);
COMMENT ON TABLE webhooks IS 'Where each app is told of its grants';

-- The outbox, written in the transaction that causes it. Opaque ids only: whom a grant is of, and
-- what happened to it, is for the app to ask.
CREATE TABLE events (
    client_id text NOT NULL REFERENCES apps,
    -- The order in which events became visible: their writers take turns.
    position bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT events_kind CHECK (kind IN ('grant.ended', 'grant.changed')),
    grant_id uuid NOT NULL,
    grant_version integer NOT NULL,
    occurred_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- Nothing once it was delivered or given up.
    next_attempt_at timestamptz,
    delivered_at timestamptz,
    PRIMARY KEY (client_id, position),
    CONSTRAINT events_id UNIQUE (client_id, event_id)
);
CREATE INDEX events_due ON events (client_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX events_occurred ON events (occurred_at);
COMMENT ON TABLE events IS 'What each app was told or is to be told; kept for 90 days';

CREATE TABLE delivery_attempts (
    client_id text NOT NULL,
    event_id uuid NOT NULL,
    number integer NOT NULL,
    attempted_at timestamptz NOT NULL,
    -- The HTTP status, or why there was none.
    status smallint,
    failure text CONSTRAINT delivery_attempts_failure CHECK (failure IN ('address', 'out_of_reach', 'too_slow', 'unreachable')),
    duration_ms integer NOT NULL,
    PRIMARY KEY (client_id, event_id, number),
    CONSTRAINT delivery_attempts_outcome CHECK (num_nonnulls(status, failure) = 1),
    FOREIGN KEY (client_id, event_id) REFERENCES events (client_id, event_id) ON DELETE CASCADE
);
CREATE INDEX delivery_attempts_at ON delivery_attempts (attempted_at);
COMMENT ON TABLE delivery_attempts IS 'Each try to deliver an event; no bodies; kept for 30 days';

DO $$
DECLARE
    owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['webhooks', 'events', 'delivery_attempts'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned);
        EXECUTE format('CREATE POLICY courier ON %I TO cpf_courier USING (true)', owned);
    END LOOP;
END
$$;
CREATE POLICY own ON webhooks TO cpf_app USING (client_id = cpf_client());
CREATE POLICY own ON events FOR SELECT TO cpf_app USING (client_id = cpf_client());
CREATE POLICY resend ON events FOR UPDATE TO cpf_app USING (client_id = cpf_client());
CREATE POLICY own ON delivery_attempts FOR SELECT TO cpf_app USING (client_id = cpf_client());
-- Who speaks for a worker tells of her own grants only, and only the app that holds them.
CREATE POLICY of_own_grant ON events FOR INSERT TO cpf_app WITH CHECK (EXISTS (
    SELECT FROM grants g
     WHERE g.worker_id = cpf_worker() AND g.grant_id = events.grant_id AND g.client_id = events.client_id));
GRANT SELECT, INSERT, UPDATE ON webhooks TO cpf_app;
GRANT SELECT, INSERT, UPDATE (next_attempt_at) ON events TO cpf_app;
GRANT SELECT ON delivery_attempts TO cpf_app;
GRANT SELECT, UPDATE (verified_at, gone_at) ON webhooks TO cpf_courier;
GRANT SELECT, DELETE, UPDATE (attempts, next_attempt_at, delivered_at) ON events TO cpf_courier;
GRANT SELECT, INSERT, DELETE ON delivery_attempts TO cpf_courier;

-- What an app owes once a grant has ended: to erase what it read, and to say so.
CREATE TABLE obligations (
    worker_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    client_id text NOT NULL REFERENCES apps,
    ended_at timestamptz NOT NULL,
    -- The end, the retention that was agreed to, and a week to say so.
    due_at timestamptz NOT NULL,
    attested_at timestamptz,
    erased_at timestamptz,
    kept text CONSTRAINT obligations_kept CHECK (kept IN ('nothing', 'legal_duty')),
    -- Who answers for it at the publisher's: a function, as the app names it.
    responsible text,
    PRIMARY KEY (worker_id, grant_id),
    FOREIGN KEY (worker_id, grant_id) REFERENCES grants ON DELETE CASCADE,
    CONSTRAINT obligations_attested CHECK (num_nonnulls(attested_at, erased_at, kept, responsible) IN (0, 4))
);
CREATE INDEX obligations_unanswered ON obligations (attested_at, due_at);
COMMENT ON TABLE obligations IS 'Erasure owed by an app for a grant that has ended, and its word that it was done';

ALTER TABLE obligations ENABLE ROW LEVEL SECURITY;
ALTER TABLE obligations FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON obligations TO cpf_app USING (worker_id = cpf_worker());
GRANT SELECT, INSERT, UPDATE ON obligations TO cpf_app;

-- Set once the end of a grant has been told and its obligation written: at once when somebody ends
-- it, shortly after when its date passes.
ALTER TABLE grants ADD COLUMN settled_at timestamptz;
CREATE INDEX grants_unsettled ON grants (settled_at, expires_at);

-- Grants whose date has passed and whose end nobody has told yet: ids only.
CREATE FUNCTION cpf_unsettled_grants(at timestamptz) RETURNS TABLE (worker_id uuid, grant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT g.worker_id, g.grant_id FROM grants g
         WHERE g.settled_at IS NULL AND g.expires_at <= at ORDER BY g.expires_at LIMIT 100;
    END;
-- What is owed and was not answered in time, for the authority: which app, for which grant, no worker.
CREATE FUNCTION cpf_overdue_obligations(at timestamptz)
    RETURNS TABLE (client_id text, grant_id uuid, ended_at timestamptz, due_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT o.client_id, o.grant_id, o.ended_at, o.due_at FROM obligations o
         WHERE o.attested_at IS NULL AND o.due_at <= at ORDER BY o.due_at, o.grant_id;
    END;
REVOKE ALL ON FUNCTION cpf_unsettled_grants(timestamptz), cpf_overdue_obligations(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cpf_unsettled_grants(timestamptz), cpf_overdue_obligations(timestamptz) TO cpf_courier;
-- The functions speak as the schema's owner, who is confined like everyone unless said here.
CREATE POLICY unsettled ON grants FOR SELECT TO CURRENT_USER USING (settled_at IS NULL);
CREATE POLICY unanswered ON obligations FOR SELECT TO CURRENT_USER USING (attested_at IS NULL);
