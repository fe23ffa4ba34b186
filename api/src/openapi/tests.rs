//! The document is the one that was committed, and it is sound.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::routes;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/cpf.json");

fn document() -> Value {
    serde_json::to_value(routes::document()).unwrap()
}

#[test]
fn the_committed_document_is_the_one_the_code_serves() {
    let served = routes::document().to_pretty_json().unwrap() + "\n";
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test is told to write, not to compare"
    )]
    if std::env::var_os("UPDATE").is_some() {
        fs::write(COMMITTED, &served).unwrap();
    }
    let committed = fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == served,
        "openapi/cpf.json is stale: `UPDATE=1 cargo test -p api document`"
    );
}

#[test]
fn the_document_is_the_same_each_time() {
    assert_eq!(
        routes::document().to_json().unwrap(),
        routes::document().to_json().unwrap()
    );
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = document();
    let mut dangling = BTreeSet::new();
    walk(&document, &mut |node| {
        if let Some(target) = node.get("$ref").and_then(Value::as_str)
            && document.pointer(target.trim_start_matches('#')).is_none()
        {
            dangling.insert(target.to_owned());
        }
    });
    assert!(dangling.is_empty(), "{dangling:#?}");
}

#[test]
fn every_operation_says_what_it_is_who_may_and_what_can_go_wrong() {
    let document = document();
    let chapters: BTreeSet<_> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| text(&tag["name"]))
        .collect();
    let mut ids = BTreeSet::new();
    for (address, operation) in operations(&document) {
        let id = text(&operation["operationId"]);
        assert!(
            !id.is_empty() && ids.insert(id.clone()),
            "{address}: `{id}` is no id of its own"
        );
        let summary = text(&operation["summary"]);
        assert!(
            (3..=80).contains(&summary.len()),
            "{address}: summary `{summary}`"
        );
        let tags = operation["tags"].as_array().unwrap();
        assert!(tags.len() == 1, "{address}: one tag");
        assert!(
            chapters.contains(&text(&tags[0])),
            "{address}: an unknown tag"
        );
        guarded_or_public(&document, address, operation);
        let replies = operation["responses"].as_object().unwrap();
        assert!(
            replies.contains_key("500") && replies.contains_key("503"),
            "{address}: problems"
        );
        for (status, reply) in replies {
            assert!(
                !text(&reply["description"]).is_empty(),
                "{address}: {status}"
            );
        }
    }
    assert!(!ids.is_empty());
}

#[test]
fn no_schema_that_a_reply_brought_along_stays_in_its_reply() {
    assert!(
        !routes::document()
            .to_json()
            .unwrap()
            .contains(crate::wire::DECLARES)
    );
}

#[test]
fn every_field_of_every_schema_is_described() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut silent = BTreeSet::new();
    for (name, schema) in schemas {
        for (field, about) in schema["properties"].as_object().into_iter().flatten() {
            let by_reference = about.get("$ref").is_some() || about.get("oneOf").is_some();
            if about.get("description").is_none() && !by_reference {
                silent.insert(format!("{name}.{field}"));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

fn guarded_or_public(document: &Value, address: &str, operation: &Value) {
    let security = operation["security"].as_array();
    let security = security.unwrap_or_else(|| panic!("{address}: `security(())` if it is public"));
    assert!(
        !security.is_empty(),
        "{address}: `security(())` if it is public"
    );
    for scheme in security
        .iter()
        .flat_map(|one| one.as_object().unwrap().keys())
    {
        let declared = format!("/components/securitySchemes/{scheme}");
        assert!(
            document.pointer(&declared).is_some(),
            "{address}: `{scheme}` is not declared"
        );
    }
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(address, item)| {
            let operations = item.as_object().unwrap().values();
            operations
                .filter(|one| one.get("responses").is_some())
                .map(move |one| (address.as_str(), one))
        })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn walk(node: &Value, visit: &mut impl FnMut(&Value)) {
    visit(node);
    match node {
        Value::Object(fields) => fields.values().for_each(|child| walk(child, visit)),
        Value::Array(items) => items.iter().for_each(|child| walk(child, visit)),
        _ => {}
    }
}
