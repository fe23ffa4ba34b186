//! What the schema promises of itself, read from PostgreSQL's own catalogue.

use sqlx::PgPool;

use super::speaking::{PUBLIC, ROLES};
use crate::harness::Platform;

/// Personal tables found by the digest of a secret that somebody presents: their key comes first.
const PRESENTED: [&str; 4] = [
    "authorization_codes",
    "refresh_tokens",
    "sessions",
    "sign_ins",
];

/// Functions that speak as the owner, each with the reason why no confined role could.
const SPEAK_AS_OWNER: [(&str, &str); 6] = [
    (
        "cpf_applied_migrations",
        "how many migrations were applied, for readiness",
    ),
    (
        "cpf_forget_proposals",
        "deletes what nobody decided on within 90 days, whose ever it is, and says nothing of it",
    ),
    (
        "cpf_forget_refusals",
        "deletes what is older than a week, whose ever it is, and says nothing of it",
    ),
    (
        "cpf_overdue_obligations",
        "which apps have not answered for which grants: no worker",
    ),
    ("cpf_queued_batches", "which batches wait: ids only"),
    (
        "cpf_unsettled_grants",
        "which grants have reached their date: ids only",
    ),
];

async fn names(owner: &PgPool, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_with_somebody_s_rows_is_walled_even_against_its_owner() {
    let platform = Platform::start().await;
    let owner = platform.owner().await;
    let somebody_s = "
        SELECT DISTINCT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND a.attname IN ('worker_id', 'organisation_id', 'agent_id')
           AND NOT a.attisdropped";
    let walled = "
        SELECT relname::text FROM pg_class c
         WHERE relrowsecurity AND relforcerowsecurity
           AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)";
    let walled = names(&owner, walled).await;
    for table in names(&owner, somebody_s).await {
        let public = PUBLIC.contains(&table.as_str());
        assert!(public || walled.contains(&table), "{table} is not walled");
        assert!(
            !public || !walled.contains(&table),
            "{table} needs no exception any more"
        );
    }
    // Sealed until claimed: it names nobody, and is walled all the same.
    assert!(walled.contains(&"waiting_certificates".to_owned()));
    assert!(walled.contains(&"code_tries".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_s_rows_lie_together_but_where_a_secret_finds_them() {
    let platform = Platform::start().await;
    let owner = platform.owner().await;
    let elsewhere = "
        SELECT c.relname::text FROM pg_class c
          JOIN pg_attribute w ON w.attrelid = c.oid AND w.attname = 'worker_id'
          LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND i.indkey[0] IS DISTINCT FROM w.attnum
         ORDER BY 1";
    assert_eq!(names(&owner, elsewhere).await, PRESENTED);
}

/// A policy that compares the worker has few rows left for its other columns: there it is enough
/// that they stand in an index which she leads.
#[tokio::test(flavor = "multi_thread")]
async fn every_column_that_a_policy_compares_leads_an_index_or_stands_in_the_worker_s() {
    let platform = Platform::start().await;
    let owner = platform.owner().await;
    let compared = "
        WITH compared AS (
            SELECT p.oid, p.polrelid, a.attnum, a.attname
              FROM pg_policy p
              JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                              AND d.refobjid = p.polrelid AND d.refobjsubid > 0
              JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE p.polcmd <> 'a')
        SELECT format('%s.%s', c.polrelid::regclass, c.attname) FROM compared c
         WHERE NOT EXISTS (
                SELECT FROM pg_index i
                 WHERE i.indrelid = c.polrelid AND i.indpred IS NULL
                   AND (i.indkey[0] = c.attnum
                        OR c.attnum = ANY (i.indkey::int2[])
                           AND EXISTS (SELECT FROM compared w
                                        WHERE w.oid = c.oid AND w.attname = 'worker_id'
                                          AND w.attnum = i.indkey[0])))";
    assert_eq!(names(&owner, compared).await, [""; 0]);
}

/// A reference costs a scan of its table only when its target is deleted: where nobody may delete
/// the target, an index would be written for nothing.
#[tokio::test(flavor = "multi_thread")]
async fn every_reference_to_what_may_be_deleted_has_an_index() {
    let platform = Platform::start().await;
    let owner = platform.owner().await;
    let bare = "
        SELECT format('%s %s', f.conrelid::regclass, f.conname) FROM pg_constraint f
         WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace
           AND (f.confdeltype <> 'a'
                OR has_table_privilege('cpf_app', f.confrelid, 'DELETE')
                OR has_table_privilege('cpf_intake', f.confrelid, 'DELETE')
                OR has_table_privilege('cpf_recorder', f.confrelid, 'DELETE'))
           AND NOT EXISTS (
                SELECT FROM pg_index i
                 WHERE i.indrelid = f.conrelid AND i.indpred IS NULL
                   AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)";
    assert_eq!(names(&owner, bare).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_role_of_the_platform_stands_above_the_walls() {
    let platform = Platform::start().await;
    let owner = platform.owner().await;
    let above = "
        SELECT rolname::text FROM pg_roles
         WHERE rolname LIKE 'cpf\\_%'
           AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)";
    assert_eq!(names(&owner, above).await, [""; 0]);
    let inherits = "SELECT rolname::text FROM pg_roles WHERE rolname = 'cpf_login' AND rolinherit";
    assert_eq!(names(&owner, inherits).await, [""; 0]);
    let may_become = "
        SELECT r.rolname::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
         WHERE m.member = 'cpf_login'::regrole ORDER BY 1";
    assert_eq!(names(&owner, may_become).await, ROLES);
    let owns = "
        SELECT relname::text FROM pg_class
         WHERE pg_get_userbyid(relowner) LIKE 'cpf\\_%'";
    assert_eq!(names(&owner, owns).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn few_functions_speak_as_the_owner_and_each_says_where_it_looks() {
    let platform = Platform::start().await;
    let owner = platform.owner().await;
    let known = SPEAK_AS_OWNER.map(|(name, _)| name);
    let speak = "
        SELECT proname::text FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1";
    assert_eq!(names(&owner, speak).await, known);
    let anywhere = "
        SELECT proname::text FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND prosecdef
           AND NOT coalesce(proconfig, '{}') @> ARRAY['search_path=public, pg_temp']";
    assert_eq!(names(&owner, anywhere).await, [""; 0]);
}
