//! The SQL of registrations.

use kernel::{Conn, Digest, Fault, OrganisationId};
use sqlx::types::Json;
use time::OffsetDateTime;

use super::{InitialToken, Registered};
use crate::{App, Credential, Description, Organisation, store as catalogue};

pub(crate) async fn insert_initial_token(
    conn: &mut Conn,
    token: Digest,
    new: &InitialToken,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO initial_access_tokens (token_digest, organisation_id, label, created_at,
                                            expires_at, uses_left)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        token.as_bytes(),
        new.organisation.uuid(),
        new.label,
        now,
        new.expires_at,
        new.uses,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The organisation behind an initial access token that is still good for something.
pub(crate) async fn publisher(
    conn: &mut Conn,
    token: Digest,
    now: OffsetDateTime,
) -> Result<Option<Organisation>, Fault> {
    let row = sqlx::query_as!(
        catalogue::OrganisationRow,
        r#"SELECT o.organisation_id AS "organisation_id: OrganisationId", o.siret, o.name,
                  o.flux_client_id, o.website, o.verified
             FROM initial_access_tokens t JOIN organisations o USING (organisation_id)
            WHERE t.token_digest = $1 AND t.revoked_at IS NULL
              AND (t.expires_at IS NULL OR t.expires_at > $2)
              AND (t.uses_left IS NULL OR t.uses_left > 0)"#,
        token.as_bytes(),
        now,
    )
    .fetch_optional(conn)
    .await?;
    row.map(Organisation::try_from).transpose()
}

/// Takes one use; says whether there was one.
pub(crate) async fn use_initial_token(
    conn: &mut Conn,
    organisation: OrganisationId,
    token: Digest,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE initial_access_tokens SET uses_left = uses_left - 1
          WHERE organisation_id = $1 AND token_digest = $2 AND revoked_at IS NULL
            AND (expires_at IS NULL OR expires_at > $3) AND (uses_left IS NULL OR uses_left > 0)",
        organisation.uuid(),
        token.as_bytes(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn insert_registration(
    conn: &mut Conn,
    organisation: OrganisationId,
    token: Digest,
    registered: &Registered,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO app_registrations (client_id, organisation_id, token_digest, contacts,
                                        software_id, software_version, amended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        registered.app.client_id,
        organisation.uuid(),
        token.as_bytes(),
        &registered.contacts,
        registered.software_id,
        registered.software_version,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The app and its publisher behind a registration access token.
pub(crate) async fn registration(
    conn: &mut Conn,
    token: Digest,
) -> Result<Option<(String, Organisation)>, Fault> {
    let row = sqlx::query!(
        r#"SELECT r.client_id, o.organisation_id AS "organisation_id: OrganisationId", o.siret,
                  o.name, o.flux_client_id, o.website, o.verified
             FROM app_registrations r JOIN organisations o USING (organisation_id)
            WHERE r.token_digest = $1"#,
        token.as_bytes(),
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let organisation = catalogue::OrganisationRow {
        organisation_id: row.organisation_id,
        siret: row.siret,
        name: row.name,
        flux_client_id: row.flux_client_id,
        website: row.website,
        verified: row.verified,
    };
    Ok(Some((row.client_id, organisation.try_into()?)))
}

/// What is registered as `client_id`, to whoever presents its token.
pub(crate) async fn registered(
    conn: &mut Conn,
    client_id: &str,
) -> Result<Option<Registered>, Fault> {
    let row = sqlx::query!(
        r#"SELECT a.client_id, a.name, a.name_en, a.description AS "description: Json<Description>",
                  a.homepage, a.redirect_uris, a.jwks, a.jwks_uri, a.sections, a.purposes,
                  a.registered_at, r.contacts, r.software_id, r.software_version
             FROM app_registrations r JOIN apps a USING (client_id)
            WHERE r.client_id = $1"#,
        client_id,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Registered {
        app: App {
            name: row.name,
            name_en: row.name_en,
            description: row.description.0,
            homepage: row.homepage,
            redirect_uris: row.redirect_uris,
            keys: catalogue::keys(row.jwks, row.jwks_uri, &row.client_id)?,
            sections: row.sections,
            purposes: row.purposes,
            client_id: row.client_id,
        },
        registered_at: row.registered_at,
        contacts: row.contacts,
        software_id: row.software_id,
        software_version: row.software_version,
    }))
}

/// Locks a registration while it is managed under `token`: since when it is there.
pub(crate) async fn locked(
    conn: &mut Conn,
    organisation: OrganisationId,
    client_id: &str,
    token: Digest,
) -> Result<Option<OffsetDateTime>, Fault> {
    Ok(sqlx::query_scalar!(
        "SELECT a.registered_at
           FROM app_registrations r JOIN apps a USING (client_id)
          WHERE r.organisation_id = $1 AND r.client_id = $2 AND r.token_digest = $3
            FOR UPDATE OF r",
        organisation.uuid(),
        client_id,
        token.as_bytes(),
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn amend_registration(
    conn: &mut Conn,
    organisation: OrganisationId,
    token: Digest,
    amended: &Registered,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE app_registrations
            SET token_digest = $3, contacts = $4, software_id = $5, software_version = $6,
                amended_at = $7
          WHERE organisation_id = $1 AND client_id = $2",
        organisation.uuid(),
        amended.app.client_id,
        token.as_bytes(),
        &amended.contacts,
        amended.software_id,
        amended.software_version,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts another token in the place of the one before; says whether there was one.
pub(crate) async fn replace_token(
    conn: &mut Conn,
    organisation: OrganisationId,
    client_id: &str,
    token: Digest,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE app_registrations SET token_digest = $3
          WHERE organisation_id = $1 AND client_id = $2",
        organisation.uuid(),
        client_id,
        token.as_bytes(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets a registration that is managed under `token`; says whether there was one.
pub(crate) async fn remove_registration(
    conn: &mut Conn,
    organisation: OrganisationId,
    client_id: &str,
    token: Digest,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "DELETE FROM app_registrations
          WHERE organisation_id = $1 AND client_id = $2 AND token_digest = $3",
        organisation.uuid(),
        client_id,
        token.as_bytes(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes these looks for `client_id` in place of those it had; says whether none is another's.
pub(crate) async fn claim_names(
    conn: &mut Conn,
    client_id: &str,
    looks: &[String],
) -> Result<bool, Fault> {
    sqlx::query!(
        "DELETE FROM app_names WHERE client_id = $1 AND skeleton <> ALL($2)",
        client_id,
        looks,
    )
    .execute(&mut *conn)
    .await?;
    // Whoever takes one of them at the same time is waited for.
    sqlx::query!(
        "INSERT INTO app_names (skeleton, client_id) SELECT unnest($2::text[]), $1
         ON CONFLICT DO NOTHING",
        client_id,
        looks,
    )
    .execute(&mut *conn)
    .await?;
    let others = sqlx::query_scalar!(
        r#"SELECT count(*) AS "others!" FROM app_names
            WHERE skeleton = ANY($2) AND client_id <> $1"#,
        client_id,
        looks,
    )
    .fetch_one(conn)
    .await?;
    Ok(others == 0)
}

pub(crate) async fn initial_tokens_of(
    conn: &mut Conn,
    organisation: OrganisationId,
) -> Result<Vec<Credential>, Fault> {
    Ok(sqlx::query_as!(
        Credential,
        r#"SELECT left(encode(token_digest, 'hex'), 12) AS "id!", label, created_at, expires_at,
                  uses_left, revoked_at
             FROM initial_access_tokens WHERE organisation_id = $1
            ORDER BY created_at DESC, token_digest"#,
        organisation.uuid(),
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn revoke_initial_token(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: &str,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE initial_access_tokens SET revoked_at = $3
          WHERE organisation_id = $1 AND left(encode(token_digest, 'hex'), 12) = $2
            AND revoked_at IS NULL",
        organisation.uuid(),
        id,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
