-- The journal becomes tamper-evident: each line is committed to, and the commitments are the leaves
-- of a public Merkle log (RFC 6962). `docs/journal.md` has the whole story.
--
-- What is public names nobody: a leaf is a salted digest. Which line is under which leaf is known
-- only to who reads the line and its salt, and to nobody once they are erased.

DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(20260911);
    -- Takes commitments into the log; sees no line.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpf_sealer') THEN
        CREATE ROLE cpf_sealer NOLOGIN NOBYPASSRLS;
        GRANT cpf_sealer TO cpf_login;
    END IF;
    -- Compares every line with the log. Nothing that serves may become it: the owner may.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpf_auditor') THEN
        CREATE ROLE cpf_auditor NOLOGIN NOBYPASSRLS;
        GRANT cpf_auditor TO CURRENT_USER;
    ELSIF NOT pg_has_role('cpf_auditor', 'MEMBER') THEN
        GRANT cpf_auditor TO CURRENT_USER;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO cpf_sealer, cpf_auditor;

-- Lines from before draw their salts here: 244 random bits.
ALTER TABLE journal
    ADD COLUMN salt bytea NOT NULL
        DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
        CONSTRAINT journal_salt CHECK (octet_length(salt) = 32),
    ADD COLUMN leaf bytea CONSTRAINT journal_leaf CHECK (octet_length(leaf) = 32);
ALTER TABLE journal ALTER COLUMN salt DROP DEFAULT;
COMMENT ON COLUMN journal.salt IS 'What keeps the leaf from being guessed; erased with the line';
COMMENT ON COLUMN journal.leaf IS 'The commitment to the line, under which the log has it';

-- The commitment as `services/journal/src/commitment.rs` makes it, for lines from before only.
CREATE FUNCTION pg_temp.leaf(line journal) RETURNS bytea LANGUAGE sql AS $$
    SELECT sha256(convert_to('cpf-journal-line-v1', 'UTF8') || '\x0a' || (line).salt || convert_to(
        '{"action":' || to_json((line).action)
        || ',"actor":{' || coalesce('"id":' || to_json((line).actor) || ',', '')
        || '"kind":' || to_json((line).actor_kind) || '}'
        || ',"at":"' || to_char((line).at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'
        || ',"entries":' || to_json((line).entries)
        || coalesce(',"grant":{"id":' || to_json((line).grant_id)
            || ',"purpose":' || to_json((line).purpose)
            || ',"version":' || (line).grant_version || '}', '')
        || ',"line":' || to_json((line).line_id)
        || coalesce(',"section":' || to_json((line).section), '')
        || ',"worker":' || to_json((line).worker_id) || '}', 'UTF8'))
$$;
-- The owner is bound by the policies too, but for these statements.
ALTER TABLE journal NO FORCE ROW LEVEL SECURITY;
UPDATE journal SET leaf = pg_temp.leaf(journal);
-- A program from before this migration can write no line, and refuses its readers: no line stays
-- outside the log.
ALTER TABLE journal ALTER COLUMN leaf SET NOT NULL;

-- Commitments that are not in the log yet: written with their lines, taken by the sealer. A heap
-- without a key: readers wait for this write, and the log itself takes no leaf twice.
CREATE TABLE journal_pending (
    leaf bytea NOT NULL CONSTRAINT journal_pending_leaf CHECK (octet_length(leaf) = 32),
    at timestamptz NOT NULL
);
COMMENT ON TABLE journal_pending IS 'Commitments to lines that wait to be taken into the log';
INSERT INTO journal_pending (leaf, at) SELECT leaf, at FROM journal;
ALTER TABLE journal FORCE ROW LEVEL SECURITY;

CREATE TABLE journal_leaves (
    index bigint PRIMARY KEY CONSTRAINT journal_leaves_index CHECK (index >= 0),
    leaf bytea NOT NULL CONSTRAINT journal_leaves_once UNIQUE
        CONSTRAINT journal_leaves_leaf CHECK (octet_length(leaf) = 32)
);
COMMENT ON TABLE journal_leaves IS 'The log: commitments to lines, in the order of their sealing. Public';

-- Above level 0 of the tiles: the hash at `position` of level L covers 256^L leaves.
CREATE TABLE journal_nodes (
    level smallint NOT NULL CONSTRAINT journal_nodes_level CHECK (level BETWEEN 1 AND 7),
    position bigint NOT NULL,
    hash bytea NOT NULL CONSTRAINT journal_nodes_hash CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, position)
);
COMMENT ON TABLE journal_nodes IS 'The hash of each full tile of the log (C2SP tlog-tiles). Public';

CREATE TABLE journal_checkpoints (
    tree_size bigint PRIMARY KEY,
    note text NOT NULL,
    signed_at timestamptz NOT NULL
);
COMMENT ON TABLE journal_checkpoints IS 'Each signed head of the log (C2SP tlog-checkpoint). Public';

CREATE TABLE journal_erased (
    leaf bytea PRIMARY KEY
);
COMMENT ON TABLE journal_erased IS 'Leaves whose lines were erased, so that an audit tells erasure from loss';

-- Erases a worker's lines and their salts; answers how many. Their leaves stay, and say nothing.
CREATE FUNCTION cpf_erase_journal(of_worker uuid) RETURNS bigint
    LANGUAGE plpgsql SET search_path = public, pg_temp
    AS $$
DECLARE
    erased bigint;
BEGIN
    IF row_security_active('journal') THEN
        RAISE EXCEPTION 'row-level security binds this role: it would erase nothing';
    END IF;
    WITH gone AS (DELETE FROM journal WHERE worker_id = of_worker RETURNING leaf)
    INSERT INTO journal_erased (leaf) SELECT leaf FROM gone;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$$;
REVOKE EXECUTE ON FUNCTION cpf_erase_journal FROM PUBLIC;

GRANT INSERT ON journal_pending TO cpf_app, cpf_recorder, cpf_intake;
GRANT SELECT, DELETE ON journal_pending TO cpf_sealer;
GRANT SELECT, INSERT ON journal_leaves, journal_nodes, journal_checkpoints TO cpf_sealer;
GRANT SELECT ON journal_leaves, journal_nodes, journal_checkpoints TO cpf_app;
GRANT SELECT ON journal, journal_pending, journal_leaves, journal_nodes, journal_checkpoints, journal_erased
    TO cpf_auditor;
CREATE POLICY audit ON journal FOR SELECT TO cpf_auditor USING (true);
