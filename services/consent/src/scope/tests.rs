//! Scopes form a lattice, and the lattice is about what is shown.

use std::collections::BTreeSet;

use kernel::EntryId;
use proptest::{option, prelude::*, sample::subsequence};
use time::{Date, Month};
use uuid::Uuid;

use super::{Part, Period, Scope, ScopeError};
use crate::{Field, Section};

const SECTIONS: [Section; 3] = [Section::Certificates, Section::Skills, Section::Trainings];

/// A few fields of the entries of `section`.
fn fields(section: Section) -> &'static [Field] {
    let few = section.fields();
    &few[..few.len().min(4)]
}

fn item(number: u8) -> EntryId {
    Uuid::from_u128(number.into()).into()
}

fn date(day: u8) -> Date {
    Date::from_calendar_date(2026, Month::November, day).unwrap()
}

fn period() -> impl Strategy<Value = Period> {
    let bound = || option::of((2..=6_u8).prop_map(date));
    (bound(), bound()).prop_filter_map("it ends before it begins", |(from, until)| {
        Period::new(from, until)
    })
}

fn part(section: Section) -> impl Strategy<Value = Part> {
    let few = fields(section);
    let fields = option::of(subsequence(few, 1..=few.len()));
    let items = option::of(proptest::collection::btree_set(
        (1..=4_u8).prop_map(item),
        1..=4,
    ));
    (fields, items, option::of(period())).prop_map(|(fields, items, period)| Part {
        fields: fields.map(|fields| fields.into_iter().collect()),
        items,
        period,
    })
}

/// Any scope over a few sections, fields, entries and days.
pub(crate) fn scope() -> impl Strategy<Value = Scope> {
    let parts =
        SECTIONS.map(|section| option::of(part(section).prop_map(move |part| (section, part))));
    parts.prop_map(|parts| parts.into_iter().flatten().collect())
}

/// Whether `scope` shows this field of this entry, which is about this day, or about none.
fn shows(scope: &Scope, section: Section, field: Field, item: EntryId, day: Option<Date>) -> bool {
    let Some(part) = scope.part(section) else {
        return false;
    };
    let within = |period: Period| {
        day.is_some_and(|day| {
            period.from().is_none_or(|from| from <= day)
                && period.until().is_none_or(|until| day <= until)
        })
    };
    part.fields
        .as_ref()
        .is_none_or(|fields| fields.contains(&field))
        && part
            .items
            .as_ref()
            .is_none_or(|items| items.contains(&item))
        && part.period.is_none_or(within)
}

/// Everything there is to show; with what nobody named among it, and days before and after.
fn everything() -> impl Iterator<Item = (Section, Field, EntryId, Option<Date>)> {
    SECTIONS.into_iter().flat_map(|section| {
        let few = fields(section).iter().copied();
        few.chain([Field::Mention]).flat_map(move |field| {
            (1..=5).map(item).flat_map(move |item| {
                let days = (0..=7).map(|day| (day > 0).then(|| date(day)));
                days.map(move |day| (section, field, item, day))
            })
        })
    })
}

proptest! {
    #[test]
    fn meet_and_join_make_a_lattice_ordered_by_contains(a in scope(), b in scope(), c in scope()) {
        prop_assert_eq!(a.meet(&b), b.meet(&a));
        prop_assert_eq!(a.join(&b), b.join(&a));
        prop_assert_eq!(a.meet(&b).meet(&c), a.meet(&b.meet(&c)));
        prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
        prop_assert_eq!(&a.meet(&a), &a);
        prop_assert_eq!(&a.join(&a.meet(&b)), &a);
        prop_assert_eq!(&a.meet(&a.join(&b)), &a);
        prop_assert_eq!(a.contains(&b), a.meet(&b) == b);
        prop_assert_eq!(a.contains(&b), a.join(&b) == a);
        prop_assert!(a.contains(&a.meet(&b)) && a.join(&b).contains(&a));
    }

    #[test]
    fn a_meet_shows_what_both_do_and_a_join_no_less_than_either(a in scope(), b in scope()) {
        let (meet, join) = (a.meet(&b), a.join(&b));
        for (section, field, item, day) in everything() {
            let seen = |scope: &Scope| shows(scope, section, field, item, day);
            prop_assert_eq!(seen(&meet), seen(&a) && seen(&b));
            prop_assert!(seen(&join) || !(seen(&a) || seen(&b)));
            prop_assert!(!a.contains(&b) || !seen(&b) || seen(&a));
        }
    }

    #[test]
    fn a_union_shows_what_either_does_and_nothing_else_or_there_is_none(a in scope(), b in scope()) {
        let union = a.union(&b);
        prop_assert_eq!(union.is_ok(), b.union(&a).is_ok());
        let join = a.join(&b);
        let mut spilt = BTreeSet::new();
        for (section, field, item, day) in everything() {
            let seen = |scope: &Scope| shows(scope, section, field, item, day);
            let either = seen(&a) || seen(&b);
            if let Ok(union) = &union {
                prop_assert_eq!(seen(union), either);
            }
            if seen(&join) && !either {
                spilt.insert(section);
            }
        }
        // What the narrowest scope around both shows too much of has no union, and nothing else.
        prop_assert_eq!(union.err(), spilt.first().copied());
    }

    #[test]
    fn what_is_new_makes_up_the_rest_and_shows_nothing_that_was_not_asked(
        asked in scope(), held in scope(),
    ) {
        let new = asked.beyond(&held);
        for (section, field, item, day) in everything() {
            let seen = |scope: &Scope| shows(scope, section, field, item, day);
            prop_assert!(!seen(&new) || seen(&asked));
            prop_assert!(!seen(&asked) || seen(&new) || seen(&held));
        }
        prop_assert_eq!(held.contains(&asked), new == Scope::default());
        if let Ok(union) = held.union(&asked) {
            prop_assert_eq!(held.union(&new), Ok(union), "adding what is new adds all of it");
        }
    }

    #[test]
    fn what_is_stored_reads_back_as_it_was(scope in scope()) {
        let stored = serde_json::to_string(&scope).unwrap();
        prop_assert_eq!(serde_json::from_str::<Scope>(&stored).unwrap(), scope);
    }
}

#[test]
fn days_that_follow_each_other_are_one_period_and_days_apart_are_not() {
    let part = |from, until| Part {
        period: Period::new(Some(date(from)), Some(date(until))),
        ..Part::WHOLE
    };
    assert_eq!(part(1, 2).union(&part(3, 5)), Some(part(1, 5)));
    assert_eq!(
        part(1, 1).union(&part(3, 5)),
        None,
        "nobody gave the second"
    );
    assert_eq!(part(1, 5).beyond(&part(1, 2)), Some(part(3, 5)));
    assert_eq!(part(1, 5).beyond(&part(3, 3)), Some(part(1, 5)));
}

#[test]
fn a_scope_of_old_was_a_list_of_sections_and_all_of_each() {
    let old: Scope = serde_json::from_str(r#"["certificates", "skills"]"#).unwrap();
    assert_eq!(old, Scope::whole([Section::Certificates, Section::Skills]));
}

#[test]
fn a_period_ends_where_it_begins_or_later_and_is_written_in_days() {
    let read = |json: &str| serde_json::from_str::<Period>(json);
    let period = read(r#"{"from": "2020-02-29", "until": "2020-02-29"}"#).unwrap();
    assert_eq!(period.from(), period.until());
    for bad in [
        r#"{"from": "2020-02-29", "until": "2020-02-28"}"#,
        r#"{"from": "2021-02-29"}"#,
        r#"{"from": "-001-01-01"}"#,
        r#"{"from": "0000-01-01"}"#,
        r#"{"from": "2020-02-29T00:00:00Z"}"#,
        r#"{"from": "2020"}"#,
        r#"{"since": "2020-02-29"}"#,
        r#""2020-02-29""#,
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_scope_names_fields_of_its_sections_and_at_most_a_hundred_entries() {
    let of = |section, fields: &[Field], items: u8| {
        let part = Part {
            fields: Some(fields.iter().copied().collect()),
            items: Some((0..items).map(item).collect::<BTreeSet<_>>()),
            period: None,
        };
        Scope::from_iter([(section, part)]).check()
    };
    let (certificates, score) = (Section::Certificates, Field::Score);
    assert_eq!(of(certificates, &[score], 100), Ok(()));
    assert_eq!(
        of(certificates, &[score], 101),
        Err(ScopeError::TooManyItems)
    );
    assert_eq!(of(certificates, &[score], 0), Err(ScopeError::Nothing));
    assert_eq!(of(certificates, &[], 1), Err(ScopeError::Nothing));
    assert_eq!(Scope::default().check(), Err(ScopeError::Nothing));
    let (section, field) = (Section::Skills, score);
    assert_eq!(
        of(section, &[field], 1),
        Err(ScopeError::Field { section, field })
    );
}
