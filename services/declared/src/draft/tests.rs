//! What is taken of a draft, and every flaw that is found.

use consent::{Field, Section};
use proptest::prelude::*;
use time::{Date, macros::date};

use super::{Draft, FlawKind};
use crate::{Declared, Mastery, SECTIONS};

const TODAY: Date = date!(2026 - 11 - 24);

fn knows(code: &str) -> bool {
    code == "M1805"
}

fn check(section: Section, draft: &Draft) -> Result<Declared, Vec<(Field, FlawKind)>> {
    let checked = draft.check(section, TODAY, knows);
    checked.map_err(|flaws| flaws.iter().map(|flaw| (flaw.field, flaw.kind)).collect())
}

#[test]
fn what_is_well_said_is_taken_with_its_spaces_tidied() {
    let draft = Draft {
        title: Some("  Cheffe \t de\n projet ".into()),
        organisation: Some("Cafe\u{301} du Port".into()),
        occupation: Some("M1805".into()),
        started_on: Some("2020-03".into()),
        ended_on: Some(" ".into()),
        description: Some(" Une ligne\r\nune autre\n".into()),
        ..Draft::default()
    };
    let taken = check(Section::Experiences, &draft).unwrap();
    assert_eq!(taken.title, "Cheffe de projet");
    assert_eq!(taken.organisation.as_deref(), Some("Café du Port"));
    assert_eq!(taken.ended_on, None);
    assert_eq!(taken.description.as_deref(), Some("Une ligne\nune autre"));
    assert_eq!(taken.dated(), Some(date!(2020 - 03 - 01)));
}

#[test]
fn every_flaw_is_found_and_not_the_first() {
    let draft = Draft {
        title: Some(" ".into()),
        organisation: Some("a\u{202e}b".into()),
        occupation: Some("Z9999".into()),
        started_on: Some("2021-13".into()),
        ended_on: Some("hier".into()),
        level: Some(3),
        description: Some("é".repeat(2_001)),
        ..Draft::default()
    };
    let flaws = check(Section::Experiences, &draft).unwrap_err();
    let codes: Vec<_> = flaws
        .iter()
        .map(|(field, kind)| (field.as_str(), kind.code()))
        .collect();
    assert_eq!(
        codes,
        [
            ("level", "not-of-this-section"),
            ("title", "missing"),
            ("organisation", "hidden-characters"),
            ("occupation", "unknown-occupation"),
            ("started_on", "not-a-date"),
            ("ended_on", "not-a-date"),
            ("description", "too-long"),
        ]
    );
}

#[test]
fn a_length_is_counted_in_characters_and_the_longest_is_taken() {
    let titled = |title: String| Draft {
        title: Some(title),
        ..Draft::default()
    };
    assert!(check(Section::Skills, &titled("é".repeat(200))).is_ok());
    let flaws = check(Section::Skills, &titled("é".repeat(201))).unwrap_err();
    assert_eq!(flaws, [(Field::Title, FlawKind::TooLong(200))]);
}

#[test]
fn an_end_comes_after_its_beginning_as_far_as_both_are_known() {
    let lasted = |from: &str, until: &str| {
        let draft = Draft {
            title: Some("Title".into()),
            started_on: Some(from.to_owned()),
            ended_on: Some(until.to_owned()),
            ..Draft::default()
        };
        check(Section::Trainings, &draft).is_ok()
    };
    for (from, until) in [
        ("2020", "2020"),
        ("2020-05", "2020"),
        ("2020", "2020-01"),
        ("2020-05-02", "2020-05"),
        ("2020-05-02", "2020-05-02"),
        ("2019-12-31", "2020-01-01"),
    ] {
        assert!(lasted(from, until), "{from} to {until}");
    }
    for (from, until) in [
        ("2020", "2019"),
        ("2020-05", "2020-04"),
        ("2020-05-02", "2020-05-01"),
        ("2020-05", "2019-12-31"),
    ] {
        assert!(!lasted(from, until), "{from} to {until}");
    }
}

#[test]
fn what_was_obtained_was_obtained_by_today() {
    let obtained = |on: &str| {
        let draft = Draft {
            title: Some("Title".into()),
            obtained_on: Some(on.to_owned()),
            ..Draft::default()
        };
        check(Section::Diplomas, &draft)
    };
    for past in ["2026", "2026-11", "2026-11-24"] {
        assert!(obtained(past).is_ok(), "{past}");
    }
    for future in ["2027", "2026-12", "2026-11-25"] {
        let flaws = obtained(future).unwrap_err();
        assert_eq!(flaws, [(Field::ObtainedOn, FlawKind::NotYet)], "{future}");
    }
}

#[test]
fn a_mastery_has_a_name_of_the_list() {
    let mastered = |name: &str| {
        let draft = Draft {
            title: Some("Title".into()),
            mastery: Some(name.to_owned()),
            ..Draft::default()
        };
        check(Section::Skills, &draft).map(|taken| taken.mastery)
    };
    for mastery in Mastery::ALL {
        assert_eq!(mastered(mastery.as_str()).unwrap(), Some(mastery));
    }
    let flaws = mastered("Expert").unwrap_err();
    assert_eq!(flaws, [(Field::Mastery, FlawKind::Mastery)]);
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        "\\PC{0,210}".prop_map(Some),
        any::<String>().prop_map(Some),
        "[0-9]{4}(-[0-9]{2}){0,2}".prop_map(Some),
        Just(Some("M1805".to_owned())),
        Just(Some("expert".to_owned())),
    ]
}

prop_compose! {
    fn draft()(
        title in text(), organisation in text(), occupation in text(), started_on in text(),
        ended_on in text(), obtained_on in text(), level in any::<Option<i64>>(), mastery in text(),
        description in text(),
    ) -> Draft {
        Draft {
            title, organisation, occupation, started_on, ended_on, obtained_on, level, mastery,
            description,
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_taken_fills_fields_of_its_section_and_is_read_back_as_it_was(
        draft in draft(), section in prop::sample::select(&SECTIONS[..]),
    ) {
        let Ok(taken) = check(section, &draft) else { return Ok(()) };
        let body = serde_json::to_value(&taken).unwrap();
        for member in body.as_object().unwrap().keys() {
            prop_assert!(section.fields().iter().any(|field| field.as_str() == member), "{member}");
        }
        prop_assert_eq!(serde_json::from_value::<Declared>(body).unwrap(), taken.clone());
        prop_assert!(!taken.title.is_empty() && taken.title.chars().count() <= 200);
    }

    #[test]
    fn what_was_taken_once_is_taken_again_unchanged(title in "\\PC{1,80}", text in "[a-zé\\n ]{0,80}") {
        let first = Draft { title: Some(title), description: Some(text), ..Draft::default() };
        let Ok(taken) = check(Section::Skills, &first) else { return Ok(()) };
        let again = Draft {
            title: Some(taken.title.clone()),
            description: taken.description.clone(),
            ..Draft::default()
        };
        prop_assert_eq!(check(Section::Skills, &again).unwrap(), taken);
    }
}
