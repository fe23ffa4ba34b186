//! The limits of a grant inside its token, beside the rights: which fields, entries and days.
//!
//! Each limit of a section is one fact, and what it lets through is a set in it. A fact for each
//! field and entry would read as well, but anyone may append checks that join facts with each
//! other, and a hundred entries joined three times over are a million rows.

use std::collections::{BTreeMap, BTreeSet};

use biscuit_auth::{
    Authorizer,
    builder::{BiscuitBuilder, Term},
    error,
    macros::{fact, rule},
};
use time::{Date, format_description::FormatItem, macros::format_description};
use uuid::Uuid;

use super::verify::{TokenError, refused};
use crate::{Field, Part, Period, Scope, Section};

const DAY: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");
/// Where a period has no bound (ISO 8601-2 §4).
const OPEN: &str = "..";

/// States the limits of `scope`.
pub(super) fn state(
    mut builder: BiscuitBuilder,
    scope: &Scope,
) -> Result<BiscuitBuilder, error::Token> {
    for (section, part) in scope.parts() {
        let section = section.as_str();
        if let Some(fields) = &part.fields {
            let names: BTreeSet<Term> = fields.iter().map(|field| field.as_str().into()).collect();
            builder = builder.fact(fact!("fields({section}, {names})"))?;
        }
        if let Some(items) = &part.items {
            let items = items.iter().map(|item| item.uuid().as_bytes()[..].into());
            let items: BTreeSet<Term> = items.collect();
            builder = builder.fact(fact!("items({section}, {items})"))?;
        }
        if let Some(period) = part.period {
            let bound = |day: Option<Date>| day.map_or(OPEN.to_owned(), |day| day.to_string());
            let (from, until) = (bound(period.from()), bound(period.until()));
            builder = builder.fact(fact!("period({section}, {from}, {until})"))?;
        }
    }
    Ok(builder)
}

/// What a token gives of `sections`, by its limits. One that is not understood, that lets nothing
/// through, that comes twice or that limits what is not given makes the whole token invalid.
pub(super) fn read(
    world: &mut Authorizer,
    sections: impl Iterator<Item = Section>,
) -> Result<Scope, TokenError> {
    let mut parts: BTreeMap<_, _> = sections.map(|section| (section, Part::WHOLE)).collect();
    let stated: Vec<(String, BTreeSet<String>)> = world
        .query(rule!("data($s, $f) <- fields($s, $f)"))
        .map_err(refused)?;
    for (section, names) in stated {
        let fields = names.iter().map(|name| Field::parse(name)).collect();
        once(&mut part(&mut parts, &section)?.fields, fields)?;
    }
    let stated: Vec<(String, BTreeSet<Vec<u8>>)> = world
        .query(rule!("data($s, $i) <- items($s, $i)"))
        .map_err(refused)?;
    for (section, items) in stated {
        let ids = items
            .iter()
            .map(|item| Some(Uuid::from_slice(item).ok()?.into()));
        once(&mut part(&mut parts, &section)?.items, ids.collect())?;
    }
    let stated: Vec<(String, String, String)> = world
        .query(rule!("data($s, $f, $u) <- period($s, $f, $u)"))
        .map_err(refused)?;
    for (section, from, until) in stated {
        once(
            &mut part(&mut parts, &section)?.period,
            period(&from, &until),
        )?;
    }
    let scope: Scope = parts.into_iter().collect();
    scope.check().map_err(|_nothing| TokenError::Invalid)?;
    Ok(scope)
}

fn part<'a>(
    parts: &'a mut BTreeMap<Section, Part>,
    section: &str,
) -> Result<&'a mut Part, TokenError> {
    Section::parse(section)
        .and_then(|section| parts.get_mut(&section))
        .ok_or(TokenError::Invalid)
}

/// Sets a limit that was understood and not set before.
fn once<T>(limit: &mut Option<T>, stated: Option<T>) -> Result<(), TokenError> {
    match limit.replace(stated.ok_or(TokenError::Invalid)?) {
        None => Ok(()),
        Some(_before) => Err(TokenError::Invalid),
    }
}

fn period(from: &str, until: &str) -> Option<Period> {
    let bound = |text: &str| match text {
        OPEN => Some(None),
        day => Date::parse(day, DAY).ok().map(Some),
    };
    Period::new(bound(from)?, bound(until)?)
}
