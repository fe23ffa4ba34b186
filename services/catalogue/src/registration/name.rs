//! Names of apps: what a worker reads when she decides whom to trust.
//!
//! A name that looks like another is another's disguise (Unicode Technical Standard 39). So each has
//! two skeletons, one of its letters as drawn and one of its letters in lower case, and no two apps
//! share any of theirs.

use std::{collections::BTreeSet, fmt};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::{GeneralSecurityProfile, MixedScript};

/// How long a name may be, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=60;

/// What may stand in a name beside letters and digits.
const MARKS: &str = " '’-&.,+:!()/";

/// What no publisher may call itself, wherever it stands in a name: the account itself, those who
/// run it, and what makes a service look like theirs.
const RESERVED: [&str; 20] = [
    "cpf",
    "compte formation",
    "compte personnel",
    "compte activité",
    "passeport de prévention",
    "caisse des dépôts",
    "banque des territoires",
    "mon compte",
    "france travail",
    "france connect",
    "pro connect",
    "france compétences",
    "france vae",
    "pôle emploi",
    "service public",
    "république française",
    "ministère",
    "gouvernement",
    "officiel",
    "official",
];

/// The same, as words by themselves: inside others they mean nothing.
const RESERVED_WORDS: [&str; 5] = ["etat", "état", "gouv", "marianne", "urssaf"];

/// A name that a person can tell from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppName(String);

/// Why a text is no name for an app.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Too short, too long, or with spaces where none are seen.
    #[error("a name has 2 to 60 characters, and single spaces between its words only")]
    Length,
    /// Written with characters that stand for others.
    #[error("write it in Unicode normalization form KC")]
    NotNormal,
    /// A character that cannot be seen, or has no place in a name.
    #[error("the character {0} has no place in a name")]
    Character(CodePoint),
    /// Letters of several scripts in one word.
    #[error("a word mixes letters of several scripts")]
    MixedScripts,
    /// It has nothing by which it could be told from others.
    #[error("a name has letters")]
    Empty,
    /// It says whose it is not.
    #[error("it holds a word that is reserved for the platform or for public bodies")]
    Reserved,
}

/// A character, written so that it is seen: `U+202E`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePoint(char);

impl fmt::Display for CodePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", u32::from(self.0))
    }
}

impl AppName {
    /// The name `text`, when a publisher may choose it.
    pub fn chosen(text: &str) -> Result<Self, NameError> {
        let name = Self::readable(text)?;
        if name.is_reserved() {
            return Err(NameError::Reserved);
        }
        Ok(name)
    }

    /// The name `text`, when a person can read it: what the platform's own operator may give.
    pub fn readable(text: &str) -> Result<Self, NameError> {
        let spaced = text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
        if spaced || !LENGTH.contains(&text.chars().count()) {
            return Err(NameError::Length);
        }
        if let Some(strange) = text.chars().find(|letter| !is_permitted(*letter)) {
            return Err(NameError::Character(CodePoint(strange)));
        }
        if !text.nfkc().eq(text.chars()) {
            return Err(NameError::NotNormal);
        }
        if !words(text).all(MixedScript::is_single_script) {
            return Err(NameError::MixedScripts);
        }
        let name = Self(text.to_owned());
        if name.skeletons().iter().any(String::is_empty) {
            return Err(NameError::Empty);
        }
        Ok(name)
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it looks like, whatever it is written with.
    pub fn skeletons(&self) -> BTreeSet<String> {
        skeletons(&self.0)
    }

    fn is_reserved(&self) -> bool {
        let looks = self.skeletons();
        let holds = |reserved: &str| {
            let reserved = skeletons(reserved);
            looks
                .iter()
                .any(|look| reserved.iter().any(|word| look.contains(word)))
        };
        let is_a_word = |reserved: &str| {
            let reserved = skeletons(reserved);
            words(&self.0).any(|word| !skeletons(word).is_disjoint(&reserved))
        };
        RESERVED.into_iter().any(holds) || RESERVED_WORDS.into_iter().any(is_a_word)
    }
}

fn is_permitted(letter: char) -> bool {
    MARKS.contains(letter) || (letter.is_alphanumeric() && letter.identifier_allowed())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| MARKS.contains(letter))
        .filter(|word| !word.is_empty())
}

/// `I` looks like `l` and means `i`: a name is compared by what its letters look like as written,
/// and by what they look like in lower case.
fn skeletons(text: &str) -> BTreeSet<String> {
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    [skeleton(text), skeleton(&lower)].into()
}

/// Letters and digits that look alike, as one; without accents, case or what stands between them.
fn skeleton(text: &str) -> String {
    let alike: String = unicode_security::skeleton(text).collect();
    let plain: String = alike
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .collect();
    unicode_security::skeleton(&plain)
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AppName, NameError};

    fn look_alike(one: &str, other: &str) -> bool {
        let of = |text| AppName::readable(text).unwrap().skeletons();
        !of(one).is_disjoint(&of(other))
    }

    #[test]
    fn names_of_honest_services_are_taken() {
        for good in [
            "Cap Métier",
            "L’Atelier des compétences",
            "Coach+",
            "Pix & moi",
            "Déclic (Bretagne)",
            "Emploi 35",
            "Ça bouge !",
            "Ελλάδα Jobs",
            "État-major",
        ] {
            let name = AppName::readable(good);
            assert!(name.is_ok(), "{good}: {name:?}");
        }
        for good in ["Résultats d'emploi", "Compétences pro", "Retatouage"] {
            assert!(AppName::chosen(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_name() {
        use NameError::{Length, MixedScripts, NotNormal};
        for (bad, why) in [
            ("", Length),
            ("a", Length),
            (" Coach", Length),
            ("Coach ", Length),
            ("Cap  Métier", Length),
            ("Cap Me\u{301}tier", NotNormal),
            ("C\u{43e}ach", MixedScripts),
            ("Co\u{3b1}ch", MixedScripts),
        ] {
            let error = AppName::readable(bad).unwrap_err();
            let expected = error == why || matches!(error, NameError::Character(_));
            assert!(expected, "{bad:?}: {error:?}");
        }
        for strange in [
            '\0',
            '\n',
            '\u{a0}',
            '\u{ad}',
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{feff}',
            '\u{fe0f}',
            '\u{1f511}',
            '\u{ff23}',
            '\u{2122}',
            '<',
            '"',
            '@',
            '\u{e000}',
        ] {
            let name = format!("Cap{strange}Métier");
            assert!(AppName::readable(&name).is_err(), "{name:?}");
        }
        assert!(AppName::readable(&"a".repeat(61)).is_err());
        assert!(AppName::readable("+++").is_err(), "nothing to be told by");
    }

    #[test]
    fn a_name_that_looks_like_another_is_known_for_it() {
        for (one, other) in [
            ("Cap Métier", "cap metier"),
            ("Cap Métier", "CAP MÉTIER"),
            ("Cap Métier", "CapMetier"),
            ("Cap Métier", "Cap-Métier."),
            ("Coach", "C0ach"),
            ("PayPal", "PayPaI"),
            ("Modem", "Modern"),
            ("CITÉ", "Cité"),
        ] {
            assert!(look_alike(one, other), "{one} {other}");
        }
        assert!(look_alike("Саре", "Cape"), "a whole word of another script");
        assert!(!look_alike("Cap Métier", "Cap Emploi"));
    }

    #[test]
    fn nobody_takes_the_platform_s_name_or_the_state_s() {
        for bad in [
            "CPF",
            "Mon CPF",
            "Mon C.P.F.",
            "CPF+",
            "Mon Compte Formation",
            "MonCompteFormation",
            "mon-compte-formati0n",
            "France Travail",
            "FranceConnect",
            "Ministère du travail",
            "Service-Public",
            "Coach officiel",
            "L'État",
            "Emploi gouv",
            "СРF",
        ] {
            assert!(AppName::chosen(bad).is_err(), "{bad}");
        }
        assert!(AppName::readable("Mon Compte Formation").is_ok());
    }

    proptest! {
        #[test]
        fn a_name_looks_like_itself_in_any_case_and_with_any_mark(name in "[A-Za-zéèçàïôù]{2,10}( [A-Za-zéèç]{1,10}){0,2}") {
            let other = name.to_lowercase().replace(' ', "-");
            prop_assert!(look_alike(&name, &other));
            let other = name.to_uppercase();
            if AppName::readable(&other).is_ok() {
                prop_assert!(look_alike(&name, &other));
            }
        }

        #[test]
        fn whatever_is_taken_is_seen(text in "\\PC{0,70}|.{0,70}") {
            if let Ok(name) = AppName::chosen(&text) {
                prop_assert_eq!(name.as_str(), text.as_str());
                prop_assert!(!text.chars().any(char::is_control));
                prop_assert!(name.skeletons().iter().all(|look| !look.is_empty()));
            }
        }
    }
}
