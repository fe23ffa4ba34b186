-- The roles, and how a row knows for whom a transaction speaks.
--
-- The owner runs this file and nothing else. The serving process signs in as `cpf_login`, which
-- holds no right and inherits none: each transaction takes one of the roles below with
-- SET LOCAL ROLE, and says for whom with SET LOCAL cpf.worker, cpf.organisation or cpf.presented.

DO $$
DECLARE
    role_name text;
BEGIN
    -- Roles belong to the whole cluster: databases migrated side by side take turns.
    PERFORM pg_advisory_xact_lock(20260911);
    FOREACH role_name IN ARRAY ARRAY['cpf_app', 'cpf_intake', 'cpf_recorder'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', role_name);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpf_login') THEN
        CREATE ROLE cpf_login LOGIN NOINHERIT NOBYPASSRLS;
        GRANT cpf_app, cpf_intake, cpf_recorder TO cpf_login;
    END IF;
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO cpf_login, cpf_app, cpf_intake, cpf_recorder;

-- Whom the transaction speaks for. Unset or empty is NULL, and NULL equals nothing: fail closed.
CREATE FUNCTION cpf_worker() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('cpf.worker', true), '')::uuid;
CREATE FUNCTION cpf_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('cpf.organisation', true), '')::uuid;
-- The digest of the secret that the caller presented: it opens the one row stored under it.
CREATE FUNCTION cpf_presented() RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    RETURN decode(nullif(current_setting('cpf.presented', true), ''), 'hex');

-- How many migrations were applied: all that readiness needs to know of the owner's table.
CREATE FUNCTION cpf_applied_migrations() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN RETURN (SELECT count(*) FROM _sqlx_migrations WHERE success); END $$;
