//! The invented people one may sign in as.

use serde::Deserialize;

/// One invented person, with the claims of `FranceConnect`'s *identité pivot*.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// A short name for tests and forms: `year-only`.
    pub id: String,
    /// All first names, separated by spaces.
    pub given_name: String,
    /// Birth name.
    pub family_name: String,
    /// Usage name, where it is not the birth name.
    pub preferred_username: Option<String>,
    /// `female` or `male`.
    pub gender: String,
    /// `YYYY-MM-DD`, with `00` for an unknown month or day.
    pub birthdate: String,
    /// INSEE commune code, empty for a birth abroad.
    pub birthplace: String,
    /// INSEE country code: `99100` is France.
    pub birthcountry: String,
    /// Why this person exists.
    pub about: About,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// One invented agent of an invented organisation, with the claims of `ProConnect`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// A short name for tests and forms: `counsellor`.
    pub id: String,
    /// Who it is, whatever the organisation.
    pub uid: String,
    /// First names.
    pub given_name: String,
    /// Family name in use.
    pub usual_name: String,
    /// Professional address.
    pub email: String,
    /// The establishment that the person acts for.
    pub siret: String,
    /// The one level of assurance that this person reaches; any, where none is written.
    pub acr: Option<String>,
    /// Why this person exists.
    pub about: About,
}

/// The twelve people of `data/personas.json`.
pub fn personas() -> serde_json::Result<Vec<Persona>> {
    serde_json::from_str(include_str!("../data/personas.json"))
}

/// The agents of `data/agents.json`.
pub fn agents() -> serde_json::Result<Vec<Agent>> {
    serde_json::from_str(include_str!("../data/agents.json"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{agents, personas};

    #[test]
    fn there_are_twelve_and_no_two_share_an_id() {
        let ids: HashSet<String> = personas().unwrap().into_iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), 12);
        let agents = agents().unwrap();
        let ids: HashSet<&String> = agents.iter().map(|one| &one.id).collect();
        assert_eq!(ids.len(), agents.len());
    }

    #[test]
    fn places_dates_and_genders_have_the_shapes_of_civil_status() {
        for one in personas().unwrap() {
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let (department, rest) = one.birthplace.split_at(one.birthplace.len().min(2));
            let commune = ["2A", "2B"].contains(&department) || digits(department);
            assert!(one.birthplace.is_empty() || (commune && rest.len() == 3 && digits(rest)));
            assert_eq!(
                one.birthplace.is_empty(),
                one.birthcountry != "99100",
                "{}",
                one.id
            );
            assert!(one.birthcountry.starts_with("99") && digits(&one.birthcountry));
            assert!(["female", "male"].contains(&one.gender.as_str()));
            assert_eq!(one.birthdate.len(), 10);
            assert!(one.given_name.chars().count() <= 60 && one.family_name.chars().count() <= 60);
        }
    }

    #[test]
    fn each_difficulty_has_its_person() {
        let all = personas().unwrap();
        let one = |id: &str| all.iter().find(|one| one.id == id).unwrap();
        assert!(one("year-only").birthdate.ends_with("-00-00"));
        assert!(one("month-only").birthdate.ends_with("-09-00"));
        assert_eq!(one("long-name").family_name.chars().count(), 60);
        assert!(one("usage-name").preferred_username.is_some());
        let (rennes, nantes) = (one("homonym-rennes"), one("homonym-nantes"));
        assert_eq!(
            (&rennes.family_name, &rennes.given_name, &rennes.birthdate),
            (&nantes.family_name, &nantes.given_name, &nantes.birthdate)
        );
        assert_ne!(rennes.birthplace, nantes.birthplace);
    }
}
