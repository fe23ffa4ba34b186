//! The worker's certificates, read page by page with the permission's token.

use axum::http::{Response, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::{
    routes::Coach,
    token::{Connection, refresh},
    trouble::Trouble,
};

/// The most pages read: far more certificates than anyone holds.
const MOST_PAGES: usize = 20;

/// A certificate, as far as the worker shows it: every member may have been kept back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Certificate {
    pub(crate) qualification: Option<Qualification>,
    pub(crate) issuer: Option<Issuer>,
    /// `2024-03-14`, or less where less is known.
    pub(crate) valid_from: Option<String>,
    /// The same; absent when it never ends.
    pub(crate) valid_until: Option<String>,
    pub(crate) occupations: Vec<Occupation>,
}

/// What was obtained.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Qualification {
    pub(crate) code: Option<String>,
    pub(crate) label: Option<String>,
    /// A number or a word, by country and register.
    pub(crate) level: Option<Level>,
}

/// The level of a qualification.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Level {
    /// 1 to 8, in the European framework.
    Number(u8),
    /// In words.
    Words(String),
}

/// Who certified it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Issuer {
    pub(crate) name: Option<String>,
}

/// An occupation that the certificate leads to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Occupation {
    pub(crate) code: String,
    pub(crate) label: String,
}

#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<Certificate>,
    next: Option<String>,
}

/// The certificates, and the connection as it is afterwards. A stale token is renewed once; what
/// is still refused after that has been withdrawn.
pub(crate) async fn certificates(
    coach: &Coach,
    mut connection: Connection,
) -> Result<(Connection, Vec<Certificate>), Trouble> {
    let stale = connection.fresh_until <= (coach.settings.now)();
    if stale {
        connection = refresh(coach, &connection).await?;
    }
    let mut read = read_all(coach, &connection).await;
    if !stale && matches!(read, Err(Trouble::Withdrawn)) {
        connection = refresh(coach, &connection).await?;
        read = read_all(coach, &connection).await;
    }
    Ok((connection, read?))
}

async fn read_all(coach: &Coach, connection: &Connection) -> Result<Vec<Certificate>, Trouble> {
    let mut all = Vec::new();
    if !connection.granted.has("certificates") {
        return Ok(all);
    }
    let base = format!("{}/v1/record/certificates", coach.platform.issuer());
    let mut url = Url::parse(&base).map_err(|_shape| Trouble::Unreadable("its own address"))?;
    for _ in 0..MOST_PAGES {
        let request = coach.platform.http().get(url.clone()).build()?;
        let answer = coach.prove_and_send(request, Some(&connection.access));
        let page = read_page(&answer.await?)?;
        all.extend(page.items);
        let Some(next) = page.next else { break };
        url.query_pairs_mut().clear().append_pair("after", &next);
    }
    Ok(all)
}

fn read_page(answer: &Response<Vec<u8>>) -> Result<Page, Trouble> {
    match answer.status() {
        StatusCode::OK => serde_json::from_slice(answer.body())
            .map_err(|_shape| Trouble::Unreadable("the page of certificates")),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Trouble::Withdrawn),
        other => Err(Trouble::Refused(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Response;

    use super::{Level, read_page};
    use crate::trouble::Trouble;

    fn answer(status: u16, body: &str) -> Response<Vec<u8>> {
        Response::builder()
            .status(status)
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    #[test]
    fn a_page_is_read_with_members_added_since_and_members_kept_back() {
        let body = r#"{"items": [
            {"id": "1", "qualification": {"code": "RS5080", "label": "Pix", "level": null},
             "valid_from": "2024-03-14", "issuer": {"name": "Pix", "siret": "0", "new": 1},
             "occupations": [{"code": "M1607", "label": "Secrétariat", "new": true}], "new": {}},
            {"id": "2", "qualification": {"code": "RNCP1", "label": "X", "level": 5}},
            {"id": "3"}
        ], "next": "abc", "new": 1}"#;
        let page = read_page(&answer(200, body)).unwrap();
        assert_eq!(page.items[0].occupations[0].code, "M1607");
        let level = page.items[1].qualification.as_ref().unwrap().level.clone();
        assert_eq!(level, Some(Level::Number(5)));
        assert_eq!(page.items[2].qualification, None);
        assert_eq!(page.next.as_deref(), Some("abc"));
        assert!(
            read_page(&answer(200, r#"{"items": []}"#))
                .unwrap()
                .next
                .is_none()
        );
    }

    #[test]
    fn a_refusal_means_withdrawn_and_anything_else_does_not() {
        for status in [401, 403] {
            assert!(matches!(
                read_page(&answer(status, "{}")),
                Err(Trouble::Withdrawn)
            ));
        }
        assert!(matches!(
            read_page(&answer(404, "{}")),
            Err(Trouble::Refused(_))
        ));
        assert!(matches!(
            read_page(&answer(200, "<html>")),
            Err(Trouble::Unreadable(_))
        ));
    }
}
