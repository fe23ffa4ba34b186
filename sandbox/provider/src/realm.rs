//! The two kinds of people one may sign in as here, each under an issuer of its own: workers, as
//! `FranceConnect` vouches for them, and agents of organisations, as `ProConnect` does.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::personas::{About, Agent, Persona};

/// Whom an issuer vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm {
    /// Workers.
    Workers,
    /// Agents of organisations.
    Agents,
}

/// Somebody one may sign in as, whatever the realm.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// What the button sends.
    pub(crate) id: String,
    /// What tells this person from others, to each client.
    pub(crate) subject: String,
    /// The name on the button.
    pub(crate) name: String,
    /// What stands below it.
    pub(crate) detail: String,
    /// Why this person exists.
    pub(crate) about: About,
    /// The one level of assurance this person reaches; the one asked for where none is written.
    pub(crate) acr: Option<String>,
    /// What may be told.
    pub(crate) claims: Vec<(&'static str, String)>,
}

const WORKER_SCOPES: [&str; 11] = [
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
const AGENT_SCOPES: [&str; 6] = [
    "openid",
    "given_name",
    "usual_name",
    "email",
    "uid",
    "siret",
];

const WORKER_LEVELS: [&str; 3] = ["eidas1", "eidas2", "eidas3"];
const AGENT_LEVELS: [&str; 7] = [
    "eidas1",
    "eidas2",
    "eidas3",
    "https://proconnect.gouv.fr/assurance/self-asserted",
    "https://proconnect.gouv.fr/assurance/self-asserted-2fa",
    "https://proconnect.gouv.fr/assurance/consistency-checked",
    "https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
];

impl Realm {
    /// Where the realm stands below the provider's address.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Workers => "",
            Self::Agents => "/agents",
        }
    }

    /// Every scope a client may ask for.
    pub(crate) const fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Workers => &WORKER_SCOPES,
            Self::Agents => &AGENT_SCOPES,
        }
    }

    /// The levels of assurance it pretends to, the lowest first.
    pub(crate) const fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Workers => &WORKER_LEVELS,
            Self::Agents => &AGENT_LEVELS,
        }
    }

    /// Whether `/userinfo` answers a signed token (`OpenID` Connect Core §5.3.2), as `ProConnect`
    /// does.
    pub(crate) const fn signs_claims(self) -> bool {
        matches!(self, Self::Agents)
    }

    /// What this person is called by `client_id`: always the same, unlinkable between clients and
    /// realms.
    pub(crate) fn subject(self, person: &Person, client_id: &str) -> String {
        let whom = match self {
            Self::Workers => person.subject.clone(),
            Self::Agents => format!("agent\0{}", person.subject),
        };
        let digest = Sha256::digest(format!("cpf test provider\0{client_id}\0{whom}"));
        digest.iter().fold(String::with_capacity(66), |text, byte| {
            format!("{text}{byte:02x}")
        }) + "v1"
    }

    /// What `/userinfo` says of `person` under these space-separated scopes.
    pub(crate) fn claims(
        self,
        person: &Person,
        client_id: &str,
        scopes: &str,
    ) -> Map<String, Value> {
        let asked = |claim: &str| scopes.split(' ').any(|scope| self.opens(scope, claim));
        let subject = ("sub", self.subject(person, client_id));
        let told = person.claims.iter().filter(|(claim, _)| asked(claim));
        std::iter::once(&subject)
            .chain(told)
            .map(|(claim, value)| ((*claim).to_owned(), Value::from(value.as_str())))
            .collect()
    }

    /// Whether `claim` is opened by `scope`: by its own name, or by a group that holds it.
    fn opens(self, scope: &str, claim: &str) -> bool {
        const PROFILE: [&str; 5] = [
            "given_name",
            "family_name",
            "birthdate",
            "gender",
            "preferred_username",
        ];
        const BIRTH: [&str; 2] = ["birthplace", "birthcountry"];
        match (self, scope) {
            (Self::Workers, "identite_pivot") => {
                (PROFILE.contains(&claim) && claim != "preferred_username")
                    || BIRTH.contains(&claim)
            }
            (Self::Workers, "profile") => PROFILE.contains(&claim),
            (Self::Workers, "birth") => BIRTH.contains(&claim),
            (_, alone) => alone == claim,
        }
    }
}

impl From<Persona> for Person {
    fn from(persona: Persona) -> Self {
        let usage = persona.preferred_username.as_ref();
        let name = format!("{} {}", persona.given_name, persona.family_name);
        let place = match persona.birthplace.as_str() {
            "" => &persona.birthcountry,
            commune => commune,
        };
        let claims = [
            ("given_name", Some(&persona.given_name)),
            ("family_name", Some(&persona.family_name)),
            ("preferred_username", usage),
            ("gender", Some(&persona.gender)),
            ("birthdate", Some(&persona.birthdate)),
            ("birthplace", Some(&persona.birthplace)),
            ("birthcountry", Some(&persona.birthcountry)),
        ];
        let known = claims
            .iter()
            .filter_map(|(claim, value)| Some((*claim, (*value)?.clone())));
        Self {
            subject: persona.id.clone(),
            name: usage.map_or_else(|| name.clone(), |usage| format!("{name} (usage : {usage})")),
            detail: format!("{} · {place}", persona.birthdate),
            acr: None,
            claims: known.collect(),
            about: persona.about,
            id: persona.id,
        }
    }
}

impl From<Agent> for Person {
    fn from(agent: Agent) -> Self {
        Self {
            id: agent.id,
            subject: agent.uid.clone(),
            name: format!("{} {}", agent.given_name, agent.usual_name),
            detail: format!("SIRET {}", agent.siret),
            about: agent.about,
            acr: agent.acr,
            claims: vec![
                ("given_name", agent.given_name),
                ("usual_name", agent.usual_name),
                ("email", agent.email),
                ("uid", agent.uid),
                ("siret", agent.siret),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Person, Realm};
    use crate::personas::{agents, personas};

    fn worker(id: &str) -> Person {
        let all = personas().unwrap();
        all.into_iter().find(|one| one.id == id).unwrap().into()
    }

    fn agent(id: &str) -> Person {
        let all = agents().unwrap();
        all.into_iter().find(|one| one.id == id).unwrap().into()
    }

    #[test]
    fn a_claim_that_was_not_asked_for_is_not_told() {
        let usage = worker("usage-name");
        let told = |scopes| Realm::Workers.claims(&usage, "cpf", scopes);
        let only = told("openid given_name");
        assert_eq!(only.keys().collect::<Vec<_>>(), ["given_name", "sub"]);
        let pivot = told("openid identite_pivot");
        assert_eq!(pivot.len(), 7);
        assert!(!pivot.contains_key("preferred_username"));
        let more = told("openid identite_pivot preferred_username");
        assert_eq!(more["preferred_username"], "Percheminier");
        let told = Realm::Agents.claims(&agent("counsellor"), "cpf", "openid siret profile");
        assert_eq!(told.keys().collect::<Vec<_>>(), ["siret", "sub"]);
    }

    #[test]
    fn a_birth_abroad_has_an_empty_birthplace_and_a_country() {
        let told = Realm::Workers.claims(&worker("foreign-birth"), "cpf", "openid birth");
        assert_eq!(
            (&told["birthplace"], &told["birthcountry"]),
            (&"".into(), &"99114".into())
        );
    }

    #[test]
    fn the_subject_is_stable_and_differs_between_clients_and_realms() {
        let plain = worker("plain");
        let subject = |realm: Realm, client| realm.subject(&plain, client);
        let here = subject(Realm::Workers, "a");
        assert_eq!(here, subject(Realm::Workers, "a"));
        assert_ne!(here, subject(Realm::Workers, "b"));
        assert_ne!(here, subject(Realm::Agents, "a"));
        assert_ne!(here, Realm::Workers.subject(&worker("accents"), "a"));
    }

    #[test]
    fn who_changes_her_organisation_stays_the_same_person() {
        let subject = |id| Realm::Agents.subject(&agent(id), "cpf");
        assert_eq!(subject("counsellor"), subject("moved"));
        assert_ne!(subject("counsellor"), subject("colleague"));
    }
}
