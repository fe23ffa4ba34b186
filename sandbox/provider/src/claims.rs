//! Which claims each scope opens, named as `FranceConnect` names them.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::personas::Persona;

const PROFILE: [&str; 5] = [
    "given_name",
    "family_name",
    "birthdate",
    "gender",
    "preferred_username",
];
const BIRTH: [&str; 2] = ["birthplace", "birthcountry"];
const PIVOT: [&str; 6] = [
    "given_name",
    "family_name",
    "birthdate",
    "gender",
    "birthplace",
    "birthcountry",
];

/// Every scope a client may ask for.
pub(crate) const SCOPES: [&str; 11] = [
    "openid",
    "identite_pivot",
    "profile",
    "birth",
    "given_name",
    "family_name",
    "birthdate",
    "gender",
    "birthplace",
    "birthcountry",
    "preferred_username",
];

/// Whether `claim` is opened by `scope`: by its own name, or by a group that holds it.
fn opens(scope: &str, claim: &str) -> bool {
    match scope {
        "identite_pivot" => PIVOT.contains(&claim),
        "profile" => PROFILE.contains(&claim),
        "birth" => BIRTH.contains(&claim),
        alone => alone == claim,
    }
}

/// What `/userinfo` says of `persona` under these space-separated scopes.
pub(crate) fn claims(persona: &Persona, subject: &str, scopes: &str) -> Map<String, Value> {
    let all = [
        ("given_name", Some(&persona.given_name)),
        ("family_name", Some(&persona.family_name)),
        ("preferred_username", persona.preferred_username.as_ref()),
        ("gender", Some(&persona.gender)),
        ("birthdate", Some(&persona.birthdate)),
        ("birthplace", Some(&persona.birthplace)),
        ("birthcountry", Some(&persona.birthcountry)),
    ];
    let mut told = Map::from_iter([("sub".to_owned(), Value::from(subject))]);
    for (claim, value) in all {
        let asked = scopes.split(' ').any(|scope| opens(scope, claim));
        if let (true, Some(value)) = (asked, value) {
            told.insert(claim.to_owned(), Value::from(value.as_str()));
        }
    }
    told
}

/// The subject identifier: the same for the same persona and client, unlinkable between clients.
pub(crate) fn subject(persona: &str, client_id: &str) -> String {
    let digest = Sha256::digest(format!("cpf test provider\0{client_id}\0{persona}"));
    digest.iter().fold(String::with_capacity(66), |text, byte| {
        format!("{text}{byte:02x}")
    }) + "v1"
}

#[cfg(test)]
mod tests {
    use super::{claims, subject};
    use crate::personas::personas;

    #[test]
    fn a_claim_that_was_not_asked_for_is_not_told() {
        let all = personas().unwrap();
        let usage = all.iter().find(|one| one.id == "usage-name").unwrap();
        let told = claims(usage, "s", "openid given_name");
        assert_eq!(told.keys().collect::<Vec<_>>(), ["given_name", "sub"]);
        let told = claims(usage, "s", "openid identite_pivot");
        assert_eq!(told.len(), 7);
        assert!(!told.contains_key("preferred_username"));
        let told = claims(usage, "s", "openid identite_pivot preferred_username");
        assert_eq!(told["preferred_username"], "Percheminier");
    }

    #[test]
    fn a_birth_abroad_has_an_empty_birthplace_and_a_country() {
        let all = personas().unwrap();
        let abroad = all.iter().find(|one| one.id == "foreign-birth").unwrap();
        let told = claims(abroad, "s", "openid birth");
        assert_eq!(
            (&told["birthplace"], &told["birthcountry"]),
            (&"".into(), &"99114".into())
        );
    }

    #[test]
    fn the_subject_is_stable_and_differs_between_clients() {
        assert_eq!(subject("plain", "a"), subject("plain", "a"));
        assert_ne!(subject("plain", "a"), subject("plain", "b"));
        assert_ne!(subject("plain", "a"), subject("accents", "a"));
    }
}
