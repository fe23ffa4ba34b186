//! The chapter's SQL.

use std::collections::BTreeMap;

use kernel::{Conn, Digest, Fault, OrganisationId};
use serde_json::Value;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::{
    App, AppEntry, AppKeys, Credential, Description, NewOrganisation, Organisation, Siret,
};

pub(crate) struct OrganisationRow {
    pub(crate) organisation_id: OrganisationId,
    pub(crate) siret: String,
    pub(crate) name: String,
    pub(crate) flux_client_id: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) verified: bool,
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = Fault;

    fn try_from(row: OrganisationRow) -> Result<Self, Fault> {
        let corrupt = |_siret| Fault::Corrupt(format!("siret of {}", row.organisation_id));
        Ok(Self {
            id: row.organisation_id,
            siret: row.siret.parse().map_err(corrupt)?,
            name: row.name,
            flux_client_id: row.flux_client_id,
            website: row.website,
            verified: row.verified,
        })
    }
}

pub(crate) async fn organisations(
    conn: &mut Conn,
    ids: &[OrganisationId],
) -> Result<Vec<Organisation>, Fault> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        OrganisationRow,
        r#"SELECT organisation_id AS "organisation_id: OrganisationId", siret, name,
                  flux_client_id, website, verified
             FROM organisations WHERE organisation_id = ANY($1)"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Organisation::try_from).collect()
}

pub(crate) async fn organisation_of_key(
    conn: &mut Conn,
    key: Digest,
) -> Result<Option<Organisation>, Fault> {
    let row = sqlx::query_as!(
        OrganisationRow,
        r#"SELECT o.organisation_id AS "organisation_id: OrganisationId", o.siret, o.name,
                  o.flux_client_id, o.website, o.verified
             FROM organisation_keys k JOIN organisations o USING (organisation_id)
            WHERE k.key_digest = $1 AND k.revoked_at IS NULL"#,
        key.as_bytes(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(Organisation::try_from).transpose()
}

/// The organisation at `siret` whose agents workers may mandate.
pub(crate) async fn counselling(
    conn: &mut Conn,
    siret: &Siret,
) -> Result<Option<Organisation>, Fault> {
    let row = sqlx::query_as!(
        OrganisationRow,
        r#"SELECT organisation_id AS "organisation_id: OrganisationId", siret, name,
                  flux_client_id, website, verified
             FROM organisations WHERE siret = $1 AND verified AND counsels"#,
        siret.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(Organisation::try_from).transpose()
}

pub(crate) async fn put_organisation(
    conn: &mut Conn,
    fresh: OrganisationId,
    organisation: &NewOrganisation,
) -> Result<OrganisationId, Fault> {
    Ok(sqlx::query_scalar!(
        r#"INSERT INTO organisations (organisation_id, siret, name, flux_client_id, website, verified,
                                      counsels)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (siret) DO UPDATE
              SET name = excluded.name, flux_client_id = excluded.flux_client_id,
                  website = excluded.website, verified = excluded.verified,
                  counsels = excluded.counsels
           RETURNING organisation_id AS "id: OrganisationId""#,
        fresh.uuid(),
        organisation.siret.as_str(),
        organisation.name,
        organisation.flux_client_id,
        organisation.website,
        organisation.verified,
        organisation.counsels,
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) async fn insert_key(
    conn: &mut Conn,
    organisation: OrganisationId,
    key: Digest,
    label: &str,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO organisation_keys (key_digest, organisation_id, label, created_at)
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        key.as_bytes(),
        organisation.uuid(),
        label,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn app(
    conn: &mut Conn,
    client_id: &str,
) -> Result<Option<(App, Organisation)>, Fault> {
    let row = sqlx::query!(
        r#"SELECT a.client_id, a.name AS app_name, a.name_en,
                  a.description AS "description: Json<Description>",
                  a.homepage, a.redirect_uris, a.jwks, a.jwks_uri, a.sections, a.purposes,
                  o.organisation_id AS "organisation_id: OrganisationId", o.siret, o.name,
                  o.flux_client_id, o.website, o.verified
             FROM apps a JOIN organisations o USING (organisation_id)
            WHERE a.client_id = $1 AND a.enabled"#,
        client_id,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let publisher = OrganisationRow {
        organisation_id: row.organisation_id,
        siret: row.siret,
        name: row.name,
        flux_client_id: row.flux_client_id,
        website: row.website,
        verified: row.verified,
    };
    let app = App {
        name: row.app_name,
        name_en: row.name_en,
        description: row.description.0,
        homepage: row.homepage,
        redirect_uris: row.redirect_uris,
        keys: keys(row.jwks, row.jwks_uri, &row.client_id)?,
        sections: row.sections,
        purposes: row.purposes,
        client_id: row.client_id,
    };
    Ok(Some((app, publisher.try_into()?)))
}

pub(crate) async fn app_names(
    conn: &mut Conn,
    client_ids: &[String],
) -> Result<BTreeMap<String, String>, Fault> {
    let rows = sqlx::query!(
        "SELECT client_id, name FROM apps WHERE client_id = ANY($1)",
        client_ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.client_id, row.name))
        .collect())
}

/// The keys of an app, which are in one of two places.
pub(crate) fn keys(
    jwks: Option<Value>,
    jwks_uri: Option<String>,
    client_id: &str,
) -> Result<AppKeys, Fault> {
    match (jwks, jwks_uri) {
        (Some(jwks), None) => Ok(AppKeys::Registered(jwks)),
        (None, Some(address)) => Ok(AppKeys::Published(address)),
        _ => Err(Fault::Corrupt(format!("keys of app {client_id}"))),
    }
}

pub(crate) async fn put_app(
    conn: &mut Conn,
    publisher: OrganisationId,
    app: &App,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let (jwks, jwks_uri) = match &app.keys {
        AppKeys::Registered(jwks) => (Some(jwks), None),
        AppKeys::Published(address) => (None, Some(address)),
    };
    sqlx::query!(
        "INSERT INTO apps (client_id, organisation_id, name, name_en, description, homepage,
                           redirect_uris, jwks, jwks_uri, sections, purposes, registered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (client_id) DO UPDATE
            SET name = excluded.name, name_en = excluded.name_en,
                description = excluded.description, homepage = excluded.homepage,
                redirect_uris = excluded.redirect_uris, jwks = excluded.jwks,
                jwks_uri = excluded.jwks_uri, sections = excluded.sections,
                purposes = excluded.purposes",
        app.client_id,
        publisher.uuid(),
        app.name,
        app.name_en,
        Json(&app.description) as Json<&Description>,
        app.homepage,
        &app.redirect_uris,
        jwks as Option<&Value>,
        jwks_uri,
        &app.sections,
        &app.purposes,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Switches an app on or off; says whether that changed anything. One that is gone stays so.
pub(crate) async fn switch(conn: &mut Conn, client_id: &str, enabled: bool) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE apps SET enabled = $2
          WHERE client_id = $1 AND enabled <> $2 AND deregistered_at IS NULL",
        client_id,
        enabled,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn deregister(
    conn: &mut Conn,
    client_id: &str,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE apps SET enabled = false, deregistered_at = $2 WHERE client_id = $1",
        client_id,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts one more grant of an app, in one of its shards.
pub(crate) async fn count_grant(conn: &mut Conn, client_id: &str, shard: i16) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO app_usage (client_id, shard, grants) VALUES ($1, $2, 1)
         ON CONFLICT (client_id, shard) DO UPDATE SET grants = app_usage.grants + 1",
        client_id,
        shard,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Since when an app is registered, and how many grants it was given.
pub(crate) async fn usage(
    conn: &mut Conn,
    client_id: &str,
) -> Result<Option<(OffsetDateTime, i64)>, Fault> {
    let row = sqlx::query!(
        r#"SELECT a.registered_at,
                  (SELECT coalesce(sum(grants), 0)::bigint FROM app_usage u
                    WHERE u.client_id = a.client_id) AS "grants!"
             FROM apps a WHERE a.client_id = $1"#,
        client_id,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.registered_at, row.grants)))
}

pub(crate) async fn all_organisations(conn: &mut Conn) -> Result<Vec<Organisation>, Fault> {
    let rows = sqlx::query_as!(
        OrganisationRow,
        r#"SELECT organisation_id AS "organisation_id: OrganisationId", siret, name,
                  flux_client_id, website, verified
             FROM organisations ORDER BY siret"#,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Organisation::try_from).collect()
}

pub(crate) async fn organisation_of(
    conn: &mut Conn,
    siret: &Siret,
) -> Result<Option<Organisation>, Fault> {
    let row = sqlx::query_as!(
        OrganisationRow,
        r#"SELECT organisation_id AS "organisation_id: OrganisationId", siret, name,
                  flux_client_id, website, verified
             FROM organisations WHERE siret = $1"#,
        siret.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(Organisation::try_from).transpose()
}

pub(crate) async fn verify(
    conn: &mut Conn,
    organisation: OrganisationId,
    verified: bool,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE organisations SET verified = $2 WHERE organisation_id = $1",
        organisation.uuid(),
        verified,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn all_apps(conn: &mut Conn) -> Result<Vec<AppEntry>, Fault> {
    Ok(sqlx::query_as!(
        AppEntry,
        r#"SELECT a.client_id, a.name, o.name AS publisher, o.siret, o.verified, a.enabled,
                  a.registered_at, a.deregistered_at,
                  (SELECT coalesce(sum(grants), 0)::bigint FROM app_usage u
                    WHERE u.client_id = a.client_id) AS "grants!"
             FROM apps a JOIN organisations o USING (organisation_id)
            ORDER BY a.client_id"#,
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn keys_of(
    conn: &mut Conn,
    organisation: OrganisationId,
) -> Result<Vec<Credential>, Fault> {
    Ok(sqlx::query_as!(
        Credential,
        r#"SELECT left(encode(key_digest, 'hex'), 12) AS "id!", label, created_at,
                  NULL::timestamptz AS expires_at, NULL::integer AS uses_left, revoked_at
             FROM organisation_keys WHERE organisation_id = $1
            ORDER BY created_at DESC, key_digest"#,
        organisation.uuid(),
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn revoke_key(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: &str,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE organisation_keys SET revoked_at = $3
          WHERE organisation_id = $1 AND left(encode(key_digest, 'hex'), 12) = $2
            AND revoked_at IS NULL",
        organisation.uuid(),
        id,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
