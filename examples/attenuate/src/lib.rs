//! Narrows a consent token offline, before it goes to a sub-service: fewer sections, fewer fields,
//! an earlier end. Nobody is asked, and nobody can take back out what is put in.
//!
//! A consent token is a Biscuit: whoever holds it may append a block of checks, and the platform
//! serves only what passes all of them. `docs/guide-attenuation.md` tells what the platform accepts.
//! This crate uses none of the platform's code: copy it into your app, or write the same three
//! checks with any Biscuit library. [`exchange()`] says how to trade what is narrowed for a token
//! under the sub-service's own key.

mod exchange;

use std::{
    collections::BTreeSet,
    time::{SystemTime, UNIX_EPOCH},
};

use biscuit_auth::{
    UnverifiedBiscuit,
    builder::{BlockBuilder, Term},
    error,
    macros::check,
};

pub use exchange::exchange;

/// The longest token that the platform reads, in bytes before they become text.
const LONGEST: usize = 8_192;

/// The most blocks that it accepts after the first, which is its own.
const BLOCKS: usize = 8;

/// What is left of a token. What is not named stays as it was.
#[derive(Debug, Clone, Default)]
pub struct Narrowing {
    sections: Option<BTreeSet<Term>>,
    fields: Option<BTreeSet<Term>>,
    until: Option<Term>,
}

/// Why a token was not narrowed. No error repeats the token.
#[derive(Debug, thiserror::Error)]
pub enum NarrowError {
    /// It is not a Biscuit, or it was sealed.
    #[error("this is no token that can be narrowed")]
    Token(#[from] error::Token),
    /// The platform would refuse what comes out.
    #[error("a token has at most 8 appended blocks and 8,192 bytes")]
    TooLarge,
}

impl Narrowing {
    /// Only these sections: `certificates`, `skills`…
    #[must_use]
    pub fn to_sections<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let sections = Some(terms(names));
        Self { sections, ..self }
    }

    /// Only these fields of entries, by their names in the API's replies: `qualification`… A reading
    /// that asks for any other field is refused whole: let the sub-service ask with `?fields=`.
    #[must_use]
    pub fn to_fields<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let fields = Some(terms(names));
        Self { fields, ..self }
    }

    /// Only before `end`, in whole seconds. The token's own end stays where it is.
    #[must_use]
    pub fn until(self, end: SystemTime) -> Self {
        let since = end.duration_since(UNIX_EPOCH).unwrap_or_default();
        let until = Some(Term::Date(since.as_secs()));
        Self { until, ..self }
    }
}

/// `token` with a block that holds it to `less`.
pub fn narrow(token: &str, less: &Narrowing) -> Result<String, NarrowError> {
    let mut block = BlockBuilder::new();
    if let Some(sections) = less.sections.clone() {
        block = block.check(check!(
            "check if section($name), {sections}.contains($name)"
        ))?;
    }
    if let Some(fields) = less.fields.clone() {
        block = block.check(check!("check all field($name), {fields}.contains($name)"))?;
    }
    if let Some(until) = less.until.clone() {
        block = block.check(check!("check if time($now), $now < {until}"))?;
    }
    let narrowed = read(token)?.append(block)?;
    let is_short = narrowed.to_vec()?.len() <= LONGEST && narrowed.block_count() <= 1 + BLOCKS;
    if is_short {
        Ok(narrowed.to_base64()?)
    } else {
        Err(NarrowError::TooLarge)
    }
}

/// `token` as it is, for good: nobody can narrow it further.
pub fn seal(token: &str) -> Result<String, NarrowError> {
    Ok(read(token)?.seal()?.to_base64()?)
}

fn read(token: &str) -> Result<UnverifiedBiscuit, error::Token> {
    // The library expects padding, which some HTTP clients drop.
    let bare = token.trim().trim_end_matches('=');
    let padding = "=".repeat((4 - bare.len() % 4) % 4);
    UnverifiedBiscuit::from_base64(format!("{bare}{padding}"))
}

fn terms<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<Term> {
    names.into_iter().map(Term::from).collect()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use biscuit_auth::{Biscuit, KeyPair, UnverifiedBiscuit, macros::biscuit};

    use super::{NarrowError, Narrowing, narrow, seal};

    fn token() -> Biscuit {
        let token = biscuit!("right(\"certificates\", \"read\");");
        token.build(&KeyPair::new()).unwrap()
    }

    /// The last block of `token`, as Datalog.
    fn last_block(token: &str) -> String {
        let token = UnverifiedBiscuit::from_base64(token).unwrap();
        token.print_block_source(token.block_count() - 1).unwrap()
    }

    #[test]
    fn what_is_named_becomes_a_check_and_nothing_else_does() {
        let token = token().to_base64().unwrap();
        let less = Narrowing::default()
            .to_sections(["certificates", "skills"])
            .to_fields(["qualification"])
            .until(UNIX_EPOCH + Duration::from_millis(1_795_459_956_900));
        let said = last_block(&narrow(&token, &less).unwrap());
        assert_eq!(
            said,
            "check if section($name), {\"certificates\", \"skills\"}.contains($name);\n\
             check all field($name), {\"qualification\"}.contains($name);\n\
             check if time($now), $now < 2026-11-23T18:52:36Z;\n"
        );
        let said = last_block(&narrow(&token, &Narrowing::default()).unwrap());
        assert_eq!(said, "", "whoever names nothing narrows nothing");
    }

    #[test]
    fn a_name_is_a_name_whatever_it_holds() {
        let odd = "\"}.contains($name) or true; right(\"identity\", \"read\"); //";
        let less = Narrowing::default().to_sections([odd]);
        let narrowed = narrow(&token().to_base64().unwrap(), &less).unwrap();
        let narrowed = UnverifiedBiscuit::from_base64(narrowed).unwrap();
        assert_eq!(
            narrowed
                .print_block_source(1)
                .unwrap()
                .matches("check if")
                .count(),
            1
        );
    }

    #[test]
    fn padding_does_not_matter_and_neither_does_the_end_of_the_line() {
        let token = token().to_base64().unwrap();
        let bare = token.trim_end_matches('=');
        for text in [&format!("{token}\n"), bare] {
            assert!(narrow(text, &Narrowing::default()).is_ok());
        }
    }

    #[test]
    fn what_the_platform_would_refuse_is_not_made() {
        let token = token().to_base64().unwrap();
        let less = Narrowing::default().to_sections(["certificates"]);
        let eight = (0..8).fold(token.clone(), |token, _| narrow(&token, &less).unwrap());
        let ninth = narrow(&eight, &less);
        assert!(matches!(ninth, Err(NarrowError::TooLarge)), "{ninth:?}");
        let long = "a".repeat(8_192);
        let long = narrow(&token, &Narrowing::default().to_sections([long.as_str()]));
        assert!(matches!(long, Err(NarrowError::TooLarge)), "{long:?}");
    }

    #[test]
    fn what_is_sealed_or_no_token_is_not_narrowed() {
        let sealed = seal(&token().to_base64().unwrap()).unwrap();
        for text in [sealed.as_str(), "", "not a token", "////"] {
            let narrowed = narrow(text, &Narrowing::default());
            let Err(NarrowError::Token(_)) = &narrowed else {
                panic!("{narrowed:?}");
            };
            let said = narrowed.unwrap_err().to_string();
            assert!(text.is_empty() || !said.contains(text), "{said}");
        }
    }
}
