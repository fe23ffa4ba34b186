-- What is granted, down to single entries and a period: the role that apps read through.
--
-- A transaction of `cpf_reader` sees the entries that one grant shows of one section, whatever its
-- queries forget. It says which with SET LOCAL cpf.worker, cpf.section, cpf.items and cpf.period.

DO $$
BEGIN
    -- Roles belong to the whole cluster: databases migrated side by side take turns.
    PERFORM pg_advisory_xact_lock(20260911);
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpf_reader') THEN
        CREATE ROLE cpf_reader NOLOGIN NOBYPASSRLS;
        GRANT cpf_reader TO cpf_login;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO cpf_reader;

-- What the transaction may see. Unset or empty is NULL, and NULL equals nothing: fail closed. Only
-- 'all' lifts a limit.
CREATE FUNCTION cpf_section() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('cpf.section', true), '');
CREATE FUNCTION cpf_every_item() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_setting('cpf.items', true) = 'all';
CREATE FUNCTION cpf_items() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(nullif(current_setting('cpf.items', true), ''), 'all')::uuid[];
CREATE FUNCTION cpf_every_day() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_setting('cpf.period', true) = 'all';
CREATE FUNCTION cpf_period() RETURNS daterange LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(nullif(current_setting('cpf.period', true), ''), 'all')::daterange;

ALTER TABLE entries ADD COLUMN dated date;
COMMENT ON COLUMN entries.dated IS 'The day an entry is about, by which a grant can limit; none: in no period';

-- The policies of these tables bind their owner too, who speaks for nobody here. What older programs
-- write meanwhile waits for this transaction.
ALTER TABLE entries NO FORCE ROW LEVEL SECURITY;
UPDATE entries SET dated = (body ->> 'valid_from')::date WHERE section = 'certificates';
ALTER TABLE entries FORCE ROW LEVEL SECURITY;

-- Holds every column that the policy below compares, the worker's first.
CREATE INDEX entries_granted ON entries (worker_id, section, entry_id, dated);
DROP INDEX entries_section_order;

-- CASE and not OR, of which the planner would expect next to no row, and so read and sort them all.
CREATE POLICY granted ON entries FOR SELECT TO cpf_reader
    USING (worker_id = cpf_worker() AND section = cpf_section()
           AND CASE WHEN cpf_every_item() THEN true
                    ELSE entry_id = ANY ((SELECT cpf_items())::uuid[]) END
           AND CASE WHEN cpf_every_day() THEN true ELSE dated <@ (SELECT cpf_period()) END);
GRANT SELECT ON entries TO cpf_reader;
-- Who attests an entry is said with it.
GRANT SELECT (organisation_id, name, siret) ON organisations TO cpf_reader;

-- Terms named sections; now they say what of each. A section without limits is an empty object.
ALTER TABLE grants NO FORCE ROW LEVEL SECURITY;
ALTER TABLE grant_versions NO FORCE ROW LEVEL SECURITY;
UPDATE grants SET terms = (terms - 'sections') || jsonb_build_object('scope',
    (SELECT coalesce(jsonb_object_agg(section, '{}'::jsonb), '{}')
       FROM jsonb_array_elements_text(terms -> 'sections') AS section))
 WHERE terms ? 'sections';
UPDATE grant_versions SET terms = (terms - 'sections') || jsonb_build_object('scope',
    (SELECT coalesce(jsonb_object_agg(section, '{}'::jsonb), '{}')
       FROM jsonb_array_elements_text(terms -> 'sections') AS section))
 WHERE terms ? 'sections';
ALTER TABLE grants FORCE ROW LEVEL SECURITY;
ALTER TABLE grant_versions FORCE ROW LEVEL SECURITY;
