//! What an app may ask, and what a worker makes of it.

use std::collections::BTreeMap;

use catalogue::{App, AppKeys, Description};
use proptest::prelude::*;
use time::{OffsetDateTime, macros::datetime};

use super::{DetailsError, RecordDetails, Terms, Unmergeable};
use crate::{Days, Field, Part, Scope, ScopeError, Section, scope::tests::scope};

const NOW: OffsetDateTime = datetime!(2026-11-23 08:00 UTC);

const ASKED: &str = r#"[{"type": "cpf_record", "actions": ["read"],
    "sections": ["certificates", "skills"], "essential": ["certificates"],
    "purpose": "career_guidance", "duration": "P90D", "frequency": "ongoing",
    "retention": "P30D"}]"#;

fn app() -> App {
    App {
        client_id: "coach".into(),
        name: "Coach".into(),
        name_en: None,
        description: Description {
            fr: String::new(),
            en: String::new(),
        },
        homepage: String::new(),
        redirect_uris: vec![],
        keys: AppKeys::Registered(serde_json::Value::Null),
        sections: vec!["certificates".into(), "skills".into()],
        purposes: vec!["career_guidance".into()],
    }
}

fn check(json: &str) -> Result<(), DetailsError> {
    RecordDetails::parse(json)?.check(&app(), "https://cpf.test/v1")
}

/// What is asked, with `limit` beside it.
fn limited(limit: &str) -> String {
    ASKED.replace("[{", &format!("[{{{limit},"))
}

/// One kind of limit, section by section.
fn limits<T>(scope: &Scope, of: impl Fn(&Part) -> Option<T>) -> BTreeMap<Section, T> {
    let parts = scope.parts();
    parts
        .filter_map(|(section, part)| Some((section, of(part)?)))
        .collect()
}

#[test]
fn details_that_are_written_as_arrays_are_refused_however_deep() {
    let whole = r#"[["cpf_record", null, ["read"], ["skills"], {}, {}, null, [], "career_guidance",
        "P90D", "ongoing", "P30D", []]]"#;
    for json in [whole.into(), limited(r#""period": ["2020-01-01", null]"#)] {
        let refused = RecordDetails::parse(&json);
        assert!(matches!(refused, Err(DetailsError::Shape(_))), "{json}");
    }
    assert!(RecordDetails::parse(&limited(r#""period": {"from": "2020-01-01"}"#)).is_ok());
}

#[test]
fn an_app_asks_only_for_what_its_catalogue_entry_declares() {
    assert_eq!(check(ASKED), Ok(()));
    let more = ASKED.replace("\"skills\"]", "\"skills\", \"identity\"]");
    assert_eq!(
        check(&more),
        Err(DetailsError::NotDeclared("identity".into()))
    );
    let other = ASKED.replace("career_guidance", "recruitment");
    assert_eq!(
        check(&other),
        Err(DetailsError::NotDeclared("recruitment".into()))
    );
}

#[test]
fn what_is_not_understood_is_refused_and_never_skipped() {
    for (from, to) in [
        ("\"type\"", "\"fields\": [\"title\"], \"type\""),
        ("cpf_record", "payment"),
        ("[\"read\"]", "[\"write\"]"),
        ("\"actions\"", "\"actions\": [], \"actions\""),
        ("P90D", "P900D"),
        ("}]", "}, {}]"),
        ("\"retention\": \"P30D\"", "\"retention\": 30"),
    ] {
        let refused = check(&ASKED.replace(from, to));
        assert!(
            matches!(refused, Err(DetailsError::Shape(_))),
            "{to}: {refused:?}"
        );
    }
    assert_eq!(
        check(&ASKED.replace("[\"read\"]", "[]")),
        Err(DetailsError::Nothing)
    );
    let once = ASKED.replace("ongoing", "once");
    assert_eq!(check(&once), Err(DetailsError::OnceLasts));
    let essential = ASKED.replace(
        "\"essential\": [\"certificates\"]",
        "\"essential\": [\"badges\"]",
    );
    assert_eq!(check(&essential), Err(DetailsError::EssentialNotAsked));
}

#[test]
fn limits_are_of_sections_that_are_asked_for_and_each_is_said_once() {
    let item = "01938f5a-0000-7000-8000-000000000001";
    let items: Vec<_> = (0..101)
        .map(|number| format!("\"01938f5a-0000-7000-8000-{number:012}\""))
        .collect();
    for good in [
        r#""fields": {"certificates": ["qualification", "valid_from"]}"#.to_owned(),
        format!(r#""items": {{"certificates": ["{item}"], "skills": ["{item}"]}}"#),
        format!(r#""items": {{"certificates": [{}]}}"#, items[1..].join(",")),
        r#""period": {"from": "2020-01-01"}"#.into(),
        r#""period": {"from": "2020-01-01", "until": "2020-01-01"}"#.into(),
        r#""fields": {}"#.into(),
    ] {
        assert_eq!(check(&limited(&good)), Ok(()), "{good}");
    }
    let score = Field::Score;
    let out_of_bounds = |error| Err(DetailsError::Scope(error));
    for (bad, expected) in [
        (
            r#""fields": {"trainings": ["issuer"]}"#.to_owned(),
            Err(DetailsError::LimitNotAsked),
        ),
        (
            format!(r#""items": {{"trainings": ["{item}"]}}"#),
            Err(DetailsError::LimitNotAsked),
        ),
        (
            r#""fields": {"certificates": []}"#.into(),
            out_of_bounds(ScopeError::Nothing),
        ),
        (
            r#""items": {"certificates": []}"#.into(),
            out_of_bounds(ScopeError::Nothing),
        ),
        (
            r#""fields": {"skills": ["score"]}"#.into(),
            out_of_bounds(ScopeError::Field {
                section: Section::Skills,
                field: score,
            }),
        ),
        (
            format!(r#""items": {{"certificates": [{}]}}"#, items.join(",")),
            out_of_bounds(ScopeError::TooManyItems),
        ),
        (r#""period": {}"#.into(), Err(DetailsError::OpenPeriod)),
    ] {
        assert_eq!(check(&limited(&bad)), expected, "{bad}");
    }
}

#[test]
fn limits_of_another_shape_are_refused() {
    for misshapen in [
        r#""fields": {"certificates": ["name"]}"#,
        r#""fields": {"everything": ["score"]}"#,
        r#""fields": ["score"]"#,
        r#""fields": {"certificates": ["score"], "certificates": ["issuer"]}"#,
        r#""items": {"certificates": ["1"]}"#,
        r#""items": {"certificates": [], "certificates": []}"#,
        r#""period": {"from": "2020-02-30"}"#,
        r#""period": {"from": "2020-02-02", "until": "2020-02-01"}"#,
        r#""period": {"from": "2020-02-02", "to": "2020-02-03"}"#,
    ] {
        let refused = check(&limited(misshapen));
        assert!(
            matches!(refused, Err(DetailsError::Shape(_))),
            "{misshapen}: {refused:?}"
        );
    }
}

#[test]
fn terms_of_old_are_read_as_all_of_their_sections() {
    let asked = RecordDetails::parse(ASKED).unwrap();
    let scope = Scope::whole([Section::Certificates, Section::Skills]);
    let terms = asked.grant(scope, Days::new(1).unwrap(), NOW).unwrap();
    let mut old = serde_json::to_value(&terms).unwrap();
    let members = old.as_object_mut().unwrap();
    members.remove("scope").unwrap();
    members.insert(
        "sections".into(),
        serde_json::json!(["certificates", "skills"]),
    );
    assert_eq!(serde_json::from_value::<Terms>(old).unwrap(), terms);
}

#[test]
fn what_is_added_to_a_grant_says_the_same_of_everything_but_sections_and_time() {
    let asked = RecordDetails::parse(ASKED).unwrap();
    let scope = Scope::whole([Section::Certificates]);
    let terms = |json: &str| {
        let asked = RecordDetails::parse(json).unwrap();
        let one = Days::new(1).unwrap();
        asked.grant(scope.clone(), one, NOW).unwrap()
    };
    assert_eq!(
        asked.merge(&terms(ASKED), &asked.scope()),
        Ok(asked.scope())
    );
    for (from, to, member) in [
        ("career_guidance", "job_search", "purpose"),
        ("P30D", "P31D", "retention"),
        ("[\"read\"]", "[\"read\", \"propose\"]", "actions"),
        (
            "\"type\"",
            "\"recipients\": [\"A\"], \"type\"",
            "recipients",
        ),
    ] {
        let held = terms(&ASKED.replace(from, to));
        let refused = asked.merge(&held, &asked.scope());
        assert_eq!(refused, Err(Unmergeable::Differs(member)));
    }
    let once = ASKED.replace("ongoing", "once").replace("P90D", "P1D");
    let refused = asked.merge(&terms(&once), &asked.scope());
    assert_eq!(refused, Err(Unmergeable::Once));
    let once = RecordDetails::parse(&once).unwrap();
    let refused = once.merge(&terms(ASKED), &asked.scope());
    assert_eq!(refused, Err(Unmergeable::Once));
}

#[test]
fn a_grant_that_is_added_to_ends_when_she_says_and_never_later_than_was_asked() {
    let asked = RecordDetails::parse(ASKED).unwrap();
    let days = |days| Days::new(days).unwrap();
    let held = |lasts| {
        let whole = Scope::whole([Section::Certificates]);
        let terms = asked.grant(whole, days(1), NOW).unwrap();
        let expires_at = NOW + days(lasts).span();
        Terms {
            expires_at,
            ..terms
        }
    };
    let skills = Scope::whole([Section::Skills]);
    let ends = |lasts, duration| {
        let added = asked.add_to(&held(lasts), &skills, duration, NOW);
        added.map(|terms| (terms.expires_at - NOW).whole_days())
    };
    assert_eq!(
        ends(40, Some(days(7))),
        Some(7),
        "sooner than before, if she wants"
    );
    assert_eq!(ends(40, Some(days(90))), Some(90));
    assert_eq!(ends(40, Some(days(91))), None);
    assert_eq!(ends(40, None), Some(40));
    assert_eq!(ends(90, None), Some(90));
    assert_eq!(ends(91, None), None, "longer than what was asked");
}

proptest! {
    #[test]
    fn what_is_added_to_a_grant_was_given_before_or_is_accepted_now(
        held in scope(), asked_for in scope(), chosen in scope(), narrowed: bool,
    ) {
        let mut asked = RecordDetails::parse(ASKED).unwrap();
        asked.essential.clear();
        let days = Days::new(7).unwrap();
        let held = Terms {
            scope: held,
            ..asked.grant(Scope::whole([Section::Skills]), days, NOW).unwrap()
        };
        asked.sections = asked_for.parts().map(|(section, _)| section).collect();
        asked.fields = limits(&asked_for, |part| part.fields.clone());
        asked.items = limits(&asked_for, |part| part.items.clone());
        asked.period = asked_for.parts().find_map(|(_, part)| part.period);
        let chosen = if narrowed { asked.scope().meet(&chosen) } else { chosen };
        if let Some(terms) = asked.add_to(&held, &chosen, Some(days), NOW) {
            prop_assert!(asked.scope().contains(&chosen));
            let scope = held.scope.union(&chosen).unwrap();
            prop_assert_eq!(terms, Terms { scope, ..held });
        }
    }

    #[test]
    fn a_grant_never_exceeds_what_was_asked(
        asked_for in scope(),
        chosen in scope(),
        narrowed: bool,
        days in 1..=100_u16,
    ) {
        let mut asked = RecordDetails::parse(ASKED).unwrap();
        asked.sections = asked_for.parts().map(|(section, _)| section).collect();
        asked.fields = limits(&asked_for, |part| part.fields.clone());
        asked.items = limits(&asked_for, |part| part.items.clone());
        asked.period = asked_for.parts().find_map(|(_, part)| part.period);
        // Chance alone seldom chooses within what was asked.
        let chosen = if narrowed { asked.scope().meet(&chosen) } else { chosen };
        let essential = Section::Certificates;
        match asked.grant(chosen.clone(), Days::new(days).unwrap(), NOW) {
            Some(terms) => {
                prop_assert!(asked.scope().contains(&terms.scope));
                prop_assert!(terms.scope.part(essential).is_some());
                prop_assert!(terms.expires_at <= NOW + asked.duration.span());
                prop_assert_eq!(terms.scope, chosen);
            }
            None => prop_assert!(
                !asked.scope().contains(&chosen)
                    || chosen.part(essential).is_none()
                    || chosen.check().is_err()
                    || days > asked.duration.count()
            ),
        }
    }
}
