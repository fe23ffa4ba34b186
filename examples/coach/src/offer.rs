//! What the app offers to propose: a few entries that fit the occupations her certificates lead to.
//!
//! The rule is simple, and said on the page. A ROME code begins with the letter of a field of work, and
//! for each field this app has one skill that its occupations share. The project is the first occupation
//! itself. Nobody is scored, and nothing is deduced from what she did not show.

use serde_json::{Value, json};

use crate::{granted::Granted, propose::Proposed, reading::Reading, record::Occupation};

/// How many skills are offered: to read three things is quickly done, and to refuse them as well.
const MOST_SKILLS: usize = 2;

/// The longest title that the platform takes, in characters.
const LONGEST: usize = 200;

/// An entry that the app would propose if she likes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) section: &'static str,
    pub(crate) title: String,
    /// The occupation that it comes from.
    pub(crate) occupation: Occupation,
    /// Whether the entry names the occupation.
    names: bool,
}

impl Offer {
    /// The entry as it is proposed.
    pub(crate) fn entry(&self) -> Value {
        let mut entry = json!({ "title": self.title });
        if self.names {
            entry["occupation"] = json!(self.occupation.code);
        }
        entry
    }
}

/// What may be offered to her now: only where she allows proposals, and nothing that was `proposed` or
/// that she already declares.
pub(crate) fn offers(granted: &Granted, reading: &Reading, proposed: &[Proposed]) -> Vec<Offer> {
    let occupations = occupations(reading);
    let mut offers: Vec<Offer> = Vec::new();
    for occupation in &occupations {
        let Some(title) = skill(&occupation.code) else {
            continue;
        };
        if offers.len() < MOST_SKILLS && offers.iter().all(|offer| offer.title != title) {
            offers.push(Offer {
                section: "skills",
                title: title.into(),
                occupation: (*occupation).clone(),
                names: false,
            });
        }
    }
    offers.extend(occupations.first().map(|occupation| Offer {
        section: "projects",
        title: format!("Exercer le métier : {}", occupation.label),
        occupation: (*occupation).clone(),
        names: granted.may_fill("projects", "occupation"),
    }));
    offers.retain(|offer| {
        let known = proposed.iter().any(|one| one.says(offer));
        let declared = reading
            .titles(offer.section)
            .any(|title| title == offer.title);
        let fits = offer.title.chars().count() <= LONGEST;
        granted.may_fill(offer.section, "title") && fits && !known && !declared
    });
    offers
}

/// The occupations her certificates lead to, each once, in the order of the certificates.
fn occupations(reading: &Reading) -> Vec<&Occupation> {
    let mut all: Vec<&Occupation> = Vec::new();
    let certificates = reading.certificates.iter();
    for occupation in certificates.flat_map(|certificate| &certificate.occupations) {
        if all.iter().all(|known| known.code != occupation.code) {
            all.push(occupation);
        }
    }
    all
}

/// A skill that the occupations of a field of work share (ROME 4.0: the first letter of a code).
fn skill(code: &str) -> Option<&'static str> {
    let title = match code.chars().next()? {
        'A' => "Travailler avec le vivant et les saisons",
        'B' => "Fabriquer un objet à la main",
        'C' => "Expliquer un contrat à un client",
        'D' => "Conseiller un client",
        'E' => "Rédiger pour un public",
        'F' => "Lire un plan de chantier",
        'G' => "Accueillir du public",
        'H' => "Appliquer une procédure de production",
        'I' => "Rechercher l’origine d’une panne",
        'J' => "Appliquer des règles d’hygiène et de soin",
        'K' => "Accompagner une personne",
        'L' => "Se produire ou travailler pour la scène",
        'M' => "Organiser son travail avec des outils numériques",
        'N' => "Préparer un transport ou une livraison",
        _ => return None,
    };
    Some(title)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::offers;
    use crate::{
        granted::{Granted, GrantedFields},
        propose::Proposed,
        reading::Reading,
        record::{Certificate, Entry, Occupation},
    };

    fn granted(actions: &[&str], sections: &[&str]) -> Granted {
        let response = json!({ "authorization_details": [
            { "type": "cpf_record", "actions": actions, "sections": sections },
        ]});
        let fields: GrantedFields = serde_json::from_value(response).unwrap();
        fields.granted().unwrap()
    }

    fn reading() -> Reading {
        let occupation = |(code, label): &(&str, &str)| Occupation {
            code: (*code).into(),
            label: (*label).into(),
        };
        let certificate = |occupations: &[(&str, &str)]| Certificate {
            occupations: occupations.iter().map(occupation).collect(),
            ..Certificate::default()
        };
        Reading {
            certificates: vec![
                certificate(&[("M1855", "Développeur web"), ("M1805", "Informaticien")]),
                certificate(&[("D1102", "Boulanger"), ("M1855", "Développeur web")]),
                certificate(&[("N4101", "Livreur")]),
            ],
            ..Reading::default()
        }
    }

    const ALL: [&str; 4] = ["certificates", "skills", "experiences", "projects"];

    fn titles(granted: &Granted, reading: &Reading, proposed: &[Proposed]) -> Vec<String> {
        let offers = offers(granted, reading, proposed).into_iter();
        offers.map(|offer| offer.title).collect()
    }

    #[test]
    fn two_skills_of_her_fields_of_work_and_a_project_are_offered() {
        let all = granted(&["read", "propose"], &ALL);
        let offers = offers(&all, &reading(), &[]);
        let entries: Vec<_> = offers
            .iter()
            .map(|one| (one.section, one.entry()))
            .collect();
        let expected = [
            (
                "skills",
                json!({ "title": "Organiser son travail avec des outils numériques" }),
            ),
            ("skills", json!({ "title": "Conseiller un client" })),
            (
                "projects",
                json!({ "title": "Exercer le métier : Développeur web", "occupation": "M1855" }),
            ),
        ];
        assert_eq!(entries, expected);
    }

    #[test]
    fn nothing_is_offered_where_she_does_not_allow_it() {
        let reading = reading();
        let mut sections = ALL.to_vec();
        assert!(titles(&granted(&["read"], &sections), &reading, &[]).is_empty());
        sections.retain(|section| *section != "skills");
        let project = ["Exercer le métier : Développeur web"];
        let allowed = granted(&["read", "propose"], &sections);
        assert_eq!(titles(&allowed, &reading, &[]), project);
        let none = granted(&["read", "propose"], &["certificates"]);
        assert!(titles(&none, &reading, &[]).is_empty());
    }

    #[test]
    fn what_was_proposed_or_is_declared_already_is_not_offered_again() {
        let all = granted(&["read", "propose"], &ALL);
        let proposed = Proposed {
            id: "1".into(),
            section: "skills".into(),
            title: "Conseiller un client".into(),
        };
        let hers = Entry {
            title: Some("Exercer le métier : Développeur web".into()),
            ..Entry::default()
        };
        let reading = Reading {
            projects: vec![hers],
            ..reading()
        };
        let left = ["Organiser son travail avec des outils numériques"];
        assert_eq!(titles(&all, &reading, &[proposed]), left);
        assert!(titles(&all, &Reading::default(), &[]).is_empty());
    }
}
