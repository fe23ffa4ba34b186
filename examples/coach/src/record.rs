//! The lists of the worker's record, read page by page with the permission's token.

use axum::http::{Response, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use crate::{routes::Coach, token::Connection, trouble::Trouble};

/// The most pages read: far more entries than anyone has.
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

/// An occupation that the worker names; without a label where the register no longer knows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct NamedOccupation {
    pub(crate) code: String,
    pub(crate) label: Option<String>,
}

/// What the worker declares herself, as far as she shows it: a skill, an experience, a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    pub(crate) title: Option<String>,
    /// Of experiences.
    pub(crate) organisation: Option<String>,
    /// Of experiences and projects.
    pub(crate) occupation: Option<NamedOccupation>,
    /// `2021`, `2021-09` or a day.
    pub(crate) started_on: Option<String>,
    /// The same; absent while it lasts.
    pub(crate) ended_on: Option<String>,
}

/// Where a proposal stands: nothing of what it says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Standing {
    pub(crate) id: String,
    /// `waiting`, `accepted`, `refused`, or a word that was added since.
    pub(crate) state: String,
}

#[derive(Debug, Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

/// Every entry of `section`; none where it was not granted.
pub(crate) async fn section<T: DeserializeOwned>(
    coach: &Coach,
    connection: &Connection,
    section: &str,
) -> Result<Vec<T>, Trouble> {
    if !connection.granted.has(section) {
        return Ok(Vec::new());
    }
    list(coach, connection, section).await
}

/// Every item of the list at `path` of the record.
pub(crate) async fn list<T: DeserializeOwned>(
    coach: &Coach,
    connection: &Connection,
    path: &str,
) -> Result<Vec<T>, Trouble> {
    let mut all = Vec::new();
    let base = format!("{}/v1/record/{path}", coach.platform.issuer());
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

fn read_page<T: DeserializeOwned>(answer: &Response<Vec<u8>>) -> Result<Page<T>, Trouble> {
    match answer.status() {
        StatusCode::OK => serde_json::from_slice(answer.body())
            .map_err(|_shape| Trouble::Unreadable("a page of the record")),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Trouble::Withdrawn),
        other => Err(Trouble::Refused(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Response;

    use super::{Certificate, Entry, Level, Page, Standing};
    use crate::trouble::Trouble;

    fn read_page(answer: &Response<Vec<u8>>) -> Result<Page<Certificate>, Trouble> {
        super::read_page(answer)
    }

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
    fn what_she_declares_is_read_whatever_she_keeps_back_and_a_standing_says_nothing_more() {
        let body = r#"{"items": [
            {"id": "1", "version": 1, "provenance": "declared", "title": "Au fournil",
             "occupation": {"code": "D1102", "label": "Boulanger"}, "started_on": "2020-03"},
            {"id": "2"}]}"#;
        let page: Page<Entry> = super::read_page(&answer(200, body)).unwrap();
        assert_eq!(page.items[0].title.as_deref(), Some("Au fournil"));
        assert_eq!(page.items[0].occupation.as_ref().unwrap().code, "D1102");
        assert_eq!(page.items[1], Entry::default());
        let body = r#"{"items": [{"id": "1", "state": "waiting", "proposed_at": "x"}]}"#;
        let page: Page<Standing> = super::read_page(&answer(200, body)).unwrap();
        assert_eq!(page.items[0].state, "waiting");
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
