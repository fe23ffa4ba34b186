//! Organisations, apps, and the shapes of their identifiers.

use std::{fmt, str::FromStr};

use kernel::{OrganisationId, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The number of an establishment in the SIRENE register: 14 digits with a check digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siret(String);

/// Why a text is not a SIRET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SiretError {
    /// Not 14 digits.
    #[error("a SIRET has 14 digits")]
    Shape,
    /// The check digit does not agree.
    #[error("the check digit of this SIRET does not agree")]
    CheckDigit,
}

/// La Poste numbers its establishments by another rule than everyone else.
const LA_POSTE: &str = "356000000";

impl Siret {
    /// The first nine digits: the legal person.
    pub fn siren(&self) -> &str {
        self.0.get(..9).unwrap_or_default()
    }

    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Siret {
    type Err = SiretError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SiretError::Shape);
        }
        let digits = || text.bytes().map(|byte| u32::from(byte - b'0'));
        let luhn = digits()
            .rev()
            .enumerate()
            .map(|(place, digit)| match place % 2 {
                0 => digit,
                _ if digit * 2 > 9 => digit * 2 - 9,
                _ => digit * 2,
            });
        let agrees = luhn.sum::<u32>().is_multiple_of(10)
            || (text.starts_with(LA_POSTE) && digits().sum::<u32>().is_multiple_of(5));
        if agrees {
            Ok(Self(text.to_owned()))
        } else {
            Err(SiretError::CheckDigit)
        }
    }
}

impl TryFrom<String> for Siret {
    type Error = SiretError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Siret> for String {
    fn from(siret: Siret) -> Self {
        siret.0
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A legal person: operator, certifier, publisher, employer or public service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id here.
    pub id: OrganisationId,
    /// Its establishment in SIRENE.
    pub siret: Siret,
    /// Its name.
    pub name: String,
    /// `idClient` of the certifiers' flux, for those who deposit.
    pub flux_client_id: Option<String>,
    /// Its website.
    pub website: Option<String>,
    /// Whether its SIRET and its domain were checked.
    pub verified: bool,
}

/// What an app does, in plain words, in the languages of the consent page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// A third-party service: an OAuth client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its client id.
    pub client_id: String,
    /// Its name, as the consent page shows it.
    pub name: String,
    /// Its name in English, where it has another.
    pub name_en: Option<String>,
    /// What it does.
    pub description: Description,
    /// Its home page.
    pub homepage: String,
    /// Where it may send a worker back, to the letter (RFC 9700 §2.1).
    pub redirect_uris: Vec<String>,
    /// Its public keys, for client assertions.
    pub keys: AppKeys,
    /// The sections it may ask for.
    pub sections: Vec<String>,
    /// The purposes it may name.
    pub purposes: Vec<String>,
}

/// Where the public keys of an app are: here or at its own address, never both (RFC 7591 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppKeys {
    /// `jwks`: the set itself (RFC 7517 §5).
    Registered(Value),
    /// `jwks_uri`: where the app publishes the set, and changes it without asking us.
    Published(String),
}

impl App {
    /// Whether `text` has the shape of a client id: 3 to 63 lower-case letters, digits and hyphens,
    /// none of these first.
    pub fn may_be_client_id(text: &str) -> bool {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        (3..=63).contains(&text.len())
            && text.bytes().all(|byte| plain(byte) || byte == b'-')
            && !text.starts_with('-')
    }
}

/// How a secret of an organisation is written: what it is for, 64 hexadecimal digits of randomness,
/// 8 of CRC-32, so that a leaked one is recognised by its shape and a mistyped one never reaches the
/// database.
#[derive(Debug)]
pub struct KeyFormat(&'static str);

impl KeyFormat {
    /// A key of an organisation's system.
    pub const ORGANISATION: Self = Self("cpf_key_");
    /// An initial access token, with which a publisher registers apps.
    pub const INITIAL: Self = Self("cpf_pub_");
    /// A registration access token, with which it manages one.
    pub const REGISTRATION: Self = Self("cpf_reg_");

    /// The secret over `random`.
    pub fn write(&self, random: [u8; 32]) -> Secret<String> {
        let digits = hex::encode(random);
        let check = crc32fast::hash(digits.as_bytes());
        Secret::new(format!("{}{digits}{check:08x}", self.0))
    }

    /// Whether `text` has the shape and the check of such a secret.
    pub fn holds(&self, text: &str) -> bool {
        let Some((digits, check)) = text
            .strip_prefix(self.0)
            .and_then(|rest| rest.split_at_checked(64))
        else {
            return false;
        };
        check == format!("{:08x}", crc32fast::hash(digits.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{KeyFormat, Siret, SiretError};

    #[test]
    fn sirets_are_checked_and_la_poste_is_not_forgotten() {
        assert!("73282932000074".parse::<Siret>().is_ok());
        assert_eq!(
            "73282932000075".parse::<Siret>(),
            Err(SiretError::CheckDigit)
        );
        assert!(
            "35600000049837".parse::<Siret>().is_ok(),
            "digits of La Poste sum to 45"
        );
        for bad in [
            "",
            "7328293200007",
            "732829320000745",
            "7328293200007a",
            "٧3282932000074",
        ] {
            assert_eq!(bad.parse::<Siret>(), Err(SiretError::Shape), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_key_with_one_character_changed_is_recognised(random: [u8; 32], place in 8..80_usize) {
            let key = KeyFormat::ORGANISATION.write(random).into_exposed();
            prop_assert!(KeyFormat::ORGANISATION.holds(&key));
            prop_assert!(!KeyFormat::INITIAL.holds(&key), "each is for one thing");
            let mut bytes = key.into_bytes();
            bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
            prop_assert!(!KeyFormat::ORGANISATION.holds(&String::from_utf8(bytes).unwrap()));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = (text.parse::<Siret>(), KeyFormat::INITIAL.holds(&text));
        }
    }
}
