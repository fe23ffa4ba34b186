//! Identity traits and what is derived from them.

use std::fmt;

use kernel::{Digest, Keys, PartialDate, fold};

/// Identity traits (*identité pivot*) of a natural person.
#[derive(Clone, PartialEq, Eq)]
pub struct Traits {
    /// Name at birth.
    pub birth_name: String,
    /// Name in use, when it is another one.
    pub usage_name: Option<String>,
    /// All first names, in civil-status order, separated by spaces.
    pub first_names: String,
    /// Sex, as civil status has it.
    pub sex: Sex,
    /// Date of birth; month and day may be unknown.
    pub birth_date: PartialDate,
    /// INSEE code of the commune of birth, for a birth in France.
    pub birthplace: Option<String>,
    /// INSEE code of the country of birth (99xxx; 99100 is France).
    pub birth_country: Option<String>,
}

impl fmt::Debug for Traits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traits(…)")
    }
}

/// Sex, as civil status has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// *Féminin*.
    Female,
    /// *Masculin*.
    Male,
    /// Not stated.
    Unknown,
}

impl Sex {
    /// The stable name: `female`, `male` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Female, Self::Male, Self::Unknown]
            .into_iter()
            .find(|sex| sex.as_str() == name)
    }
}

impl Traits {
    /// Her name in short, as she is addressed: her first first-name, and the name she uses.
    pub fn name(&self) -> String {
        let first = self.first_names.split(' ').next().unwrap_or_default();
        let last = self.usage_name.as_ref().unwrap_or(&self.birth_name);
        format!("{first} {last}")
    }

    /// The keyed digests under which a deposit finds this person: birth name, first name, sex and
    /// year of birth, folded. One for each reading of the first names, since "Jean Pierre Marie"
    /// may be called Jean, or Jean-Pierre.
    pub fn match_keys(&self, keys: &Keys) -> Vec<Digest> {
        let folded = fold(&self.first_names);
        let names: Vec<_> = folded.split(' ').filter(|name| !name.is_empty()).collect();
        (1..=names.len().min(2))
            .map(|taken| {
                let first = names
                    .iter()
                    .take(taken)
                    .copied()
                    .collect::<Vec<_>>()
                    .join(" ");
                match_key(
                    keys,
                    &fold(&self.birth_name),
                    &first,
                    self.sex,
                    self.birth_date.year(),
                )
            })
            .collect()
    }

    /// The one key that a deposit looks under: its first first-name, taken whole.
    pub fn deposit_key(&self, keys: &Keys) -> Digest {
        let first = fold(&self.first_names);
        match_key(
            keys,
            &fold(&self.birth_name),
            &first,
            self.sex,
            self.birth_date.year(),
        )
    }
}

fn match_key(keys: &Keys, birth_name: &str, first_name: &str, sex: Sex, year: u16) -> Digest {
    // Folded names hold no line break, so that no two persons share a message by accident.
    let message = format!("{birth_name}\n{first_name}\n{}\n{year}", sex.as_str());
    keys.keyed_digest("match-key", message.as_bytes())
}

/// Where somebody goes after signing in: a path of this platform, never another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// `path` when it is an absolute path here; the first page otherwise, which tells her what there
    /// is to look at.
    pub fn new(path: &str) -> Self {
        Self::or("/", path)
    }

    /// `path` when it is an absolute path here; `home` otherwise.
    pub(crate) fn or(home: &str, path: &str) -> Self {
        let second = path.as_bytes().get(1);
        let local = path.starts_with('/')
            && !matches!(second, Some(b'/' | b'\\'))
            && path.len() <= 2_000
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        Self(if local { path.into() } else { home.into() })
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Keys, PartialDate};

    use super::{ReturnTo, Sex, Traits};

    fn person(birth_name: &str, first_names: &str) -> Traits {
        Traits {
            birth_name: birth_name.into(),
            usage_name: None,
            first_names: first_names.into(),
            sex: Sex::Female,
            birth_date: PartialDate::new(1980, None, None).unwrap(),
            birthplace: None,
            birth_country: None,
        }
    }

    #[test]
    fn a_deposit_finds_a_person_however_her_names_are_written() {
        let keys = Keys::new([1; 32].into());
        let worker = person("Lefèvre-d'Ormont", "Anne Élise Marie").match_keys(&keys);
        for first_name in ["Anne", "ANNE", "Anne-Élise", "anne elise"] {
            let deposit = person("LEFEVRE D ORMONT", first_name).deposit_key(&keys);
            assert!(worker.contains(&deposit), "{first_name}");
        }
        for other in ["Élise", "Marie", "Anna", ""] {
            let deposit = person("LEFEVRE D ORMONT", other).deposit_key(&keys);
            assert!(!worker.contains(&deposit), "{other}");
        }
    }

    #[test]
    fn a_match_key_means_nothing_under_another_platform_key() {
        let person = person("Lefèvre", "Anne");
        let (ours, theirs) = (Keys::new([1; 32].into()), Keys::new([2; 32].into()));
        assert_ne!(person.deposit_key(&ours), person.deposit_key(&theirs));
    }

    #[test]
    fn a_person_is_addressed_by_her_first_name_and_the_name_she_uses() {
        let mut worker = person("Lefèvre", "Anne Élise Marie");
        assert_eq!(worker.name(), "Anne Lefèvre");
        worker.usage_name = Some("d’Ormont".into());
        assert_eq!(worker.name(), "Anne d’Ormont");
    }

    #[test]
    fn nobody_is_sent_to_another_host_after_signing_in() {
        assert_eq!(
            ReturnTo::new("/oauth/authorize?a=b").as_str(),
            "/oauth/authorize?a=b"
        );
        for elsewhere in [
            "",
            "https://evil.test",
            "//evil.test",
            "/\\evil.test",
            "/a\r\nb",
            "x",
        ] {
            assert_eq!(ReturnTo::new(elsewhere).as_str(), "/", "{elsewhere}");
        }
    }
}
