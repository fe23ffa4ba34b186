//! Receipts of every kind, signed, read back, and forged.

use std::{collections::BTreeSet, sync::LazyLock, time::Instant};

use catalogue::{App, AppKeys, Description, Organisation};
use jsonwebtoken::jwk::JwkSet;
use kernel::{Clock, Digest, Keys};
use oxjsonld::JsonLdParser;
use proptest::prelude::*;
use serde_json::{Value, json};
use signing::{Generation, Purpose, Schedule, SigningKeys};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::uuid;

use super::{super::TYPE, Document, VerifyError, verify};
use crate::{
    EndReason, MandateAction, MandateTerms, Section, Shown, Template, Terms,
    receipt::{By, Permitted},
};

const NOW: OffsetDateTime = datetime!(2026-11-24 08:00 UTC);
const ISSUER: &str = "https://cpf.test";

fn signing(master: u8) -> SigningKeys {
    let generation = |number| Generation {
        number,
        published_at: NOW - Duration::days(2),
        signs_from: NOW - Duration::days(2),
        retired_at: None,
    };
    let schedule = Schedule::new(Purpose::Jwt, vec![generation(1), generation(2)]);
    let keys = SigningKeys::new(Clock::manual(NOW), Keys::new([master; 32].into()));
    keys.learn(vec![schedule], Instant::now()).unwrap();
    keys
}

fn published(signing: &SigningKeys) -> JwkSet {
    let keys = signing.published(Purpose::Jwt).unwrap();
    JwkSet {
        keys: keys.iter().map(|key| key.public().clone()).collect(),
    }
}

fn shown() -> Shown {
    Shown {
        locale: "fr".into(),
        texts: vec!["Cap Métier demande".into(), "Autoriser".into()],
        template: Some(Template {
            name: "consent.html".into(),
            digest: Digest::of("<h1>"),
        }),
    }
}

fn organisation() -> Organisation {
    Organisation {
        id: uuid!("01938f5a-0000-7000-8000-00000000000a").into(),
        siret: "73282932000074".parse().unwrap(),
        name: "Éditions du Cap".into(),
        flux_client_id: None,
        website: Some("https://cap.example/".into()),
        verified: true,
    }
}

fn app() -> App {
    App {
        client_id: "cap-metier".into(),
        name: "Cap Métier".into(),
        name_en: None,
        description: Description {
            fr: "Conseil".into(),
            en: "Advice".into(),
        },
        homepage: "https://cap.example/metier".into(),
        redirect_uris: Vec::new(),
        keys: AppKeys::Published("https://cap.example/jwks".into()),
        sections: Vec::new(),
        purposes: Vec::new(),
    }
}

fn terms(scope: &Value) -> Terms {
    serde_json::from_value(json!({
        "actions": ["read", "propose"], "scope": scope, "purpose": "recruitment",
        "frequency": "ongoing", "retention": "P30D", "recipients": ["Bureau & Cie"],
        "expires_at": "2026-12-24T08:00:00Z",
    }))
    .unwrap()
}

fn permitted<'a>(organisation: &'a Organisation, shown: &'a Shown) -> Permitted<'a> {
    Permitted {
        issuer: ISSUER,
        id: uuid!("01938f5a-0000-7000-8000-000000000001"),
        subject: "c2VhbGVk".into(),
        organisation,
        shown,
        at: NOW,
    }
}

fn given() -> Document {
    let limited = terms(&json!({
        "certificates": {"fields": ["issuer", "score"], "period": {"from": "2020-01-01"}},
        "skills": {"items": ["01938f5a-0000-7000-8000-000000000002"]},
    }));
    permitted(&organisation(), &shown()).grant(&app(), &limited)
}

fn entrusted() -> Document {
    let terms = MandateTerms::new(
        BTreeSet::from([MandateAction::StopAuthorizations]),
        BTreeSet::from([Section::Certificates]),
    );
    let until = NOW + Duration::days(30);
    permitted(&organisation(), &shown()).mandate("Maëlle Trévidic", &terms.unwrap(), until)
}

/// One of each kind.
fn every_kind() -> Vec<Document> {
    let later = NOW + Duration::days(1);
    let narrower = terms(&json!({"certificates": {}}));
    let changed = given().changed(&narrower, &shown(), later, By::Worker);
    let renewed = changed.clone().changed(&narrower, &shown(), later, By::App);
    let mut all = vec![given(), changed, renewed, entrusted()];
    for reason in [
        None,
        Some(EndReason::Revoked),
        Some(EndReason::Renounced),
        Some(EndReason::Replaced),
        Some(EndReason::CodeReplayed),
    ] {
        all.push(given().ended(reason, later));
        all.push(entrusted().ended(reason, later));
    }
    all
}

static SIGNED: LazyLock<(String, JwkSet)> = LazyLock::new(|| {
    let signing = signing(7);
    let signed = signing.sign_jwt(TYPE, &given()).unwrap();
    (signed, published(&signing))
});

#[test]
fn what_the_platform_signed_reads_back_as_it_was_written() {
    let signing = signing(7);
    for document in every_kind() {
        let signed = signing.sign_jwt(TYPE, &document).unwrap();
        let read = verify(&signed, &published(&signing)).unwrap();
        assert_eq!(read, document);
        read.check_issuer("https://cpf.test/").unwrap();
        read.check_texts(&shown().texts).unwrap();
        read.check_template(b"<h1>").unwrap();
    }
}

#[test]
fn what_was_given_is_read_in_the_words_of_the_grant() {
    let scope = json!({
        "certificates": {"fields": ["issuer", "score"], "period": {"from": "2020-01-01"}},
        "skills": {"items": ["01938f5a-0000-7000-8000-000000000002"]},
    });
    let given = given();
    let read: crate::Scope = given
        .record
        .process
        .data
        .iter()
        .map(|data| data.opened().unwrap())
        .collect();
    assert_eq!(read, terms(&scope).scope);
    assert_eq!(given.expires_at(), Some(datetime!(2026-12-24 08:00 UTC)));
    assert_eq!(given.retention(), crate::Days::new(30));
    for document in every_kind() {
        let events = document.record.events.iter();
        assert!(events.clone().all(|event| event.happened().is_some()));
    }
}

#[test]
fn other_texts_another_template_and_another_platform_are_noticed() {
    let document = given();
    for texts in [
        vec![],
        vec!["Cap Métier demande".to_owned()],
        vec!["Cap Métier demande".to_owned(), "Refuser".to_owned()],
    ] {
        assert_eq!(document.check_texts(&texts), Err(VerifyError::Texts));
    }
    assert_eq!(document.check_template(b"<h2>"), Err(VerifyError::Template));
    let other = document.check_issuer("https://cpf.example");
    assert_eq!(other, Err(VerifyError::Issuer(ISSUER.into())));
}

#[test]
fn what_is_signed_by_another_or_is_something_else_is_no_receipt() {
    let (ours, other) = (signing(7), signing(8));
    let foreign = other.sign_jwt(TYPE, &given()).unwrap();
    assert_eq!(
        verify(&foreign, &published(&ours)),
        Err(VerifyError::UnknownKey)
    );
    let something = ours.sign_jwt("JWT", &given()).unwrap();
    assert_eq!(
        verify(&something, &published(&ours)),
        Err(VerifyError::NotAReceipt)
    );
    let mut more = serde_json::to_value(given()).unwrap();
    more["dpv:hasRecordOfActivity"]["dpv:hasRisk"] = json!("none");
    let mut elsewhere = serde_json::to_value(given()).unwrap();
    elsewhere["@context"]["dpv"] = json!("https://evil.example/#");
    for unknown in [more, elsewhere] {
        let signed = ours.sign_jwt(TYPE, &unknown).unwrap();
        let refused = verify(&signed, &published(&ours));
        assert!(matches!(refused, Err(VerifyError::Shape(_))), "{refused:?}");
    }
    for nothing in ["", "a.b.c", "not a receipt"] {
        let refused = verify(nothing, &published(&ours));
        assert_eq!(refused, Err(VerifyError::Malformed));
    }
}

#[test]
fn every_field_that_iso_27560_demands_of_the_processing_and_its_events_is_there() {
    for document in every_kind() {
        let written = serde_json::to_value(&document).unwrap();
        let record = &written["dpv:hasRecordOfActivity"];
        for field in [
            "/dct:conformsTo",
            "/dct:identifier",
            "/dpv:hasDataSubject/dct:identifier",
            "/dpv:hasNotice/dct:language",
            "/dpv:hasNotice/spdx:checksum/spdx:checksumValue",
            "/dpv:hasDataController/0/dpv:hasName",
            "/dpv:hasDataController/0/dct:identifier",
            "/dpv:hasProcess/dpv:hasPurpose",
            "/dpv:hasProcess/dpv:hasPersonalData/0/dct:identifier",
            "/dpv:hasProcess/dpv:hasProcessing/0",
            "/dpv:hasProcess/dpv:hasRecipient/0/dpv:hasName",
            "/dpv:hasProcess/dpv:hasProcessingCondition/dpv:hasDuration",
            "/dpv:hasJurisdiction",
            "/dpv:hasApplicableLaw",
            "/dpv:hasConsentControl/dpv:isExercisedAt",
            "/dpv:hasRight/3/dpv:isExercisedAt",
            "/dpv:hasConsentStatus/0/@type/0",
            "/dpv:hasConsentStatus/0/dpv:isIndicatedAtTime",
            "/dpv:hasConsentStatus/0/dpv:isIndicatedBy",
        ] {
            assert!(
                record.pointer(field).is_some_and(Value::is_string),
                "{field}: {record}"
            );
        }
        let events = record["dpv:hasConsentStatus"].as_array().unwrap().len();
        assert_eq!(written["dct:identifier"], events.to_string());
    }
}

/// The statements of `document`, as a reader of JSON-LD understands them.
fn statements(document: &Document) -> Vec<String> {
    let written = serde_json::to_vec(document).unwrap();
    let quads = JsonLdParser::new().for_slice(&written);
    quads.map(|quad| quad.unwrap().to_string()).collect()
}

#[test]
fn a_reader_of_json_ld_understands_every_member() {
    for document in every_kind() {
        let statements = statements(&document);
        let said = |part: &str| statements.iter().any(|one| one.contains(part));
        for part in [
            "<http://purl.org/dc/terms/publisher> <https://cpf.test>",
            "<https://w3id.org/dpv#ConsentReceipt>",
            "<https://w3id.org/dpv#hasConsentStatus>",
            "<https://w3id.org/dpv#hasPurpose> <https://w3id.org/dpv#",
            "<http://www.w3.org/2004/02/skos/core#broader> <https://w3id.org/dpv/pd#",
            "<https://w3id.org/dpv/legal/eu/gdpr#A77>",
            "<https://w3id.org/dpv#hasJurisdiction> <https://w3id.org/dpv/loc#FR>",
            "<http://spdx.org/rdf/terms#checksumValue>",
            "^^<http://www.w3.org/2001/XMLSchema#dateTime>",
        ] {
            assert!(said(part), "{part}: {statements:#?}");
        }
        let written = serde_json::to_value(&document).unwrap();
        assert_eq!(statements.len(), members(&written), "{statements:#?}");
    }
}

/// How many statements `value` makes: one for each value of each member, but for what names a node.
fn members(value: &Value) -> usize {
    match value {
        Value::Object(members_of) => members_of
            .iter()
            .filter(|(name, _)| *name != "@context" && *name != "@id")
            .map(|(_, value)| match value {
                Value::Array(values) => values.len() + values.iter().map(members).sum::<usize>(),
                one => 1 + members(one),
            })
            .sum(),
        _ => 0,
    }
}

proptest! {
    #[test]
    fn whatever_byte_changes_it_does_not_hold(place: prop::sample::Index, byte: u8) {
        let (signed, keys) = &*SIGNED;
        let mut bytes = signed.clone().into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        let changed = String::from_utf8_lossy(&bytes);
        prop_assert!(verify(&changed, keys).is_err(), "byte {}: {:?}", place, byte as char);
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        prop_assert!(verify(&text, &SIGNED.1).is_err());
    }
}
