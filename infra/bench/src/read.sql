-- The SELECT of `services/record/src/store.rs`, of whole entries, and the INSERT of
-- `services/journal/src/store.rs`, for one worker, in one transaction: what a consent-gated read asks
-- of the database.
BEGIN;
SELECT e.entry_id, e.version, e.body, e.recorded_at, o.organisation_id, o.name, o.siret
  FROM entries e LEFT JOIN organisations o USING (organisation_id)
 WHERE e.worker_id = :worker::uuid AND e.section = 'certificates'
 ORDER BY e.entry_id
 LIMIT 51;
WITH leaf AS (SELECT sha256(uuid_send(gen_random_uuid())) AS leaf), line AS (
    INSERT INTO journal (worker_id, line_id, at, actor_kind, actor, action, section, grant_id,
                         grant_version, purpose, entries, salt, leaf)
    SELECT :worker::uuid, gen_random_uuid(), now(), 'app', 'cap-metier', 'read', 'certificates',
           gen_random_uuid(), 1, 'career_guidance', ARRAY[gen_random_uuid(), gen_random_uuid()],
           leaf, leaf FROM leaf
) INSERT INTO journal_pending (leaf, at) SELECT leaf, now() FROM leaf;
COMMIT;
