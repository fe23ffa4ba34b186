//! What third parties read before they write a line: the document, the catalogue, the contacts.

use std::collections::BTreeSet;

use reqwest::header;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Operation, client};
use crate::harness::{Platform, contract};

/// Where an operation may stand.
const HOMES: [&str; 6] = [
    "/v1/",
    "/oauth/",
    "/.well-known/",
    "/journal/",
    "/healthz",
    "/readyz",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_served_document_is_the_committed_one() {
    let platform = Platform::start().await;
    let served = client()
        .get(format!("{}/openapi.json", platform.url))
        .send()
        .await
        .unwrap();
    assert_eq!(served.headers()[header::CONTENT_TYPE], "application/json");
    let served: Value = served.json().await.unwrap();
    let differ = "write it again: cargo run -q -p api --bin cpf -- openapi > openapi/cpf.json";
    assert!(served == *contract().document(), "{differ}");
}

/// Calls `visit` with each value of `value` whose key is `name`.
fn walk<'a>(value: &'a Value, name: &str, visit: &mut impl FnMut(&'a Value)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            if key == name {
                visit(member);
            }
            walk(member, name, visit);
        }),
        Value::Array(items) => items.iter().for_each(|item| walk(item, name, visit)),
        _ => {}
    }
}

#[test]
fn every_reference_of_the_document_leads_somewhere_and_every_schema_is_used() {
    let document = contract().document();
    let mut named = BTreeSet::new();
    walk(document, "$ref", &mut |reference| {
        let reference = reference.as_str().unwrap();
        let place = reference
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{reference}"));
        assert!(
            document.pointer(place).is_some(),
            "{reference} leads nowhere"
        );
        named.insert(reference.rsplit('/').next().unwrap());
    });
    for schema in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(
            named.contains(schema.as_str()),
            "nothing refers to {schema}"
        );
    }
}

#[test]
fn every_operation_has_a_name_words_a_chapter_and_its_problems() {
    let document = contract().document();
    let chapters: Vec<_> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    let mut names = BTreeSet::new();
    for Operation {
        method,
        template,
        spec,
    } in Operation::all()
    {
        let place = format!("{method} {template}");
        let name = spec["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{place}: no name"));
        assert!(names.insert(name.to_owned()), "{name} names two operations");
        for words in ["summary", "description"] {
            assert!(
                spec[words].as_str().is_some_and(|text| text.len() > 10),
                "{place}: {words}"
            );
        }
        let tags = spec["tags"].as_array().unwrap();
        assert!(
            tags.len() == 1 && chapters.contains(&&tags[0]),
            "{place}: {tags:?}"
        );
        assert!(
            HOMES.iter().any(|home| template.starts_with(home)),
            "{place} stands nowhere"
        );
        let responses = spec["responses"].as_object().unwrap();
        let problems: Vec<_> = responses
            .iter()
            .filter(|(_, one)| one["content"].get("application/problem+json").is_some())
            .map(|(status, _)| status.as_str())
            .collect();
        assert!(
            problems.contains(&"500") && problems.contains(&"503"),
            "{place}: {problems:?}"
        );
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{place}"
        );
        assert!(responses.contains_key("400"), "{place}");
        for parameter in spec["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{place}: {parameter}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_that_the_document_names_is_explained() {
    let platform = Platform::start().await;
    let mut slugs = BTreeSet::new();
    walk(contract().document(), "x-problems", &mut |named| {
        let named = named
            .as_array()
            .unwrap()
            .iter()
            .map(|slug| slug.as_str().unwrap());
        slugs.extend(named);
    });
    walk(contract().document(), "description", &mut |text| {
        let linked = text
            .as_str()
            .unwrap_or_default()
            .split("(/problems/")
            .skip(1);
        slugs.extend(linked.map(|rest| rest.split(')').next().unwrap()));
    });
    assert!(slugs.len() > 10, "{slugs:?}");
    for slug in slugs {
        let address = format!("{}/problems/{slug}", platform.url);
        let told = client().get(&address).send().await.unwrap();
        assert_eq!(told.status(), 200, "{slug}");
        let told: Value = told.json().await.unwrap();
        assert_eq!(told["name"], slug);
        let page = client()
            .get(&address)
            .header(header::ACCEPT, "text/html")
            .send()
            .await
            .unwrap();
        let title = told["title"].as_str().unwrap();
        assert!(
            page.text().await.unwrap().contains(title),
            "{slug}: {title}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_catalogue_is_a_linkset_that_leads_to_the_document_and_its_pages() {
    let platform = Platform::start().await;
    let address = format!("{}/.well-known/api-catalog", platform.url);
    let head = client().head(&address).send().await.unwrap();
    assert_eq!(head.status(), 200);
    let link = head.headers()[header::LINK].to_str().unwrap();
    assert!(link.contains("rel=\"api-catalog\""), "{link}");
    let reply = client().get(&address).send().await.unwrap();
    let media_type = reply.headers()[header::CONTENT_TYPE]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        media_type.starts_with("application/linkset+json"),
        "{media_type}"
    );
    assert!(
        media_type.contains("https://www.rfc-editor.org/info/rfc9727"),
        "{media_type}"
    );
    let catalogue: Value = reply.json().await.unwrap();
    let apis = catalogue["linkset"].as_array().unwrap();
    assert!(!apis.is_empty());
    for api in apis {
        assert!(
            api["anchor"].as_str().unwrap().starts_with(&platform.url),
            "{api}"
        );
        for relation in ["service-desc", "service-doc"] {
            for target in api[relation].as_array().unwrap() {
                let address = target["href"].as_str().unwrap();
                let media_type = target["type"].as_str().unwrap();
                let asked = client().get(address).header(header::ACCEPT, media_type);
                let found = asked.send().await.unwrap();
                assert_eq!(found.status(), 200, "{address}");
                let told = found.headers()[header::CONTENT_TYPE].to_str().unwrap();
                assert!(told.starts_with(media_type), "{address} is {told}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_txt_has_a_contact_and_has_not_expired() {
    let platform = Platform::start().await;
    let address = format!("{}/.well-known/security.txt", platform.url);
    let text = client()
        .get(address)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let field = |name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name}: {text}"))
    };
    let contact: url::Url = field("Contact").parse().unwrap();
    assert!(["mailto", "https"].contains(&contact.scheme()), "{contact}");
    let expires = OffsetDateTime::parse(field("Expires"), &Rfc3339).unwrap();
    let ahead = expires - platform.clock.now();
    assert!(
        ahead.is_positive() && ahead < time::Duration::days(366),
        "{expires}"
    );
}
