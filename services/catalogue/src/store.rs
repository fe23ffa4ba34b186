//! The chapter's SQL.

use kernel::{Conn, Digest, Fault, OrganisationId};
use serde_json::Value;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::{App, Description, NewApp, NewOrganisation, Organisation, Siret};

struct OrganisationRow {
    organisation_id: OrganisationId,
    siret: String,
    name: String,
    flux_client_id: Option<String>,
    website: Option<String>,
    verified: bool,
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
        r#"SELECT a.client_id, a.name AS app_name, a.description AS "description: Json<Description>",
                  a.homepage, a.redirect_uris, a.jwks, a.sections, a.purposes,
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
        client_id: row.client_id,
        name: row.app_name,
        description: row.description.0,
        homepage: row.homepage,
        redirect_uris: row.redirect_uris,
        jwks: row.jwks,
        sections: row.sections,
        purposes: row.purposes,
    };
    Ok(Some((app, publisher.try_into()?)))
}

pub(crate) async fn app_names(
    conn: &mut Conn,
    client_ids: &[String],
) -> Result<Vec<(String, String)>, Fault> {
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

pub(crate) async fn put_app(
    conn: &mut Conn,
    new: &NewApp,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let app = &new.app;
    sqlx::query!(
        "INSERT INTO apps (client_id, organisation_id, name, description, homepage, redirect_uris,
                           jwks, sections, purposes, registered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (client_id) DO UPDATE
            SET name = excluded.name, description = excluded.description,
                homepage = excluded.homepage, redirect_uris = excluded.redirect_uris,
                jwks = excluded.jwks, sections = excluded.sections, purposes = excluded.purposes",
        app.client_id,
        new.publisher.uuid(),
        app.name,
        Json(&app.description) as Json<&Description>,
        app.homepage,
        &app.redirect_uris,
        &app.jwks as &Value,
        &app.sections,
        &app.purposes,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
