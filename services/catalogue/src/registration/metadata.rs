//! What a publisher says of an app (RFC 7591 §2), and whether it can be taken.

use kernel::is_visible;
use serde_json::Value;

use super::{
    address::{self, AddressError, Ground},
    keys::{self, KeysError},
    name::{AppName, NameError},
};
use crate::{AppKeys, Description};

/// What a publisher says of an app, before it is checked.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// `client_name`: its name.
    pub name: String,
    /// `client_name#en`: its name in English, where it has another.
    pub name_en: Option<String>,
    /// `client_uri`: its home page.
    pub homepage: String,
    /// `redirect_uris`: where it may send a worker back, to the letter.
    pub redirect_uris: Vec<String>,
    /// `jwks`: its public keys (RFC 7517).
    pub jwks: Option<Value>,
    /// `jwks_uri`: where they are instead.
    pub jwks_uri: Option<String>,
    /// `cpf_description`: what it does.
    pub description: Description,
    /// `cpf_sections`: the sections it may ever ask for.
    pub sections: Vec<String>,
    /// `cpf_purposes`: the purposes it may ever name.
    pub purposes: Vec<String>,
    /// `contacts`: whom the platform's operator can reach. Never published.
    pub contacts: Vec<String>,
    /// `software_id`.
    pub software_id: Option<String>,
    /// `software_version`.
    pub software_version: Option<String>,
}

/// Why what a publisher says cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// A redirect URI (`invalid_redirect_uri`, RFC 7591 §3.2.2).
    #[error("redirect_uris: {0}")]
    RedirectUri(#[from] AddressError),
    /// There are none, or too many.
    #[error("redirect_uris: expected 1 to 10 addresses, each once")]
    RedirectUris,
    /// A name.
    #[error("client_name: {0}")]
    Name(#[from] NameError),
    /// The home page.
    #[error("client_uri: {0}")]
    Homepage(AddressError),
    /// The keys.
    #[error("jwks: {0}")]
    Keys(#[from] KeysError),
    /// Where the keys are.
    #[error("jwks_uri: {0}")]
    KeysUri(AddressError),
    /// Neither keys nor where they are, or both.
    #[error("send one of jwks and jwks_uri")]
    KeysOnce,
    /// What it does.
    #[error("cpf_description: in `fr` and `en`, 10 to 300 visible characters each")]
    Description,
    /// What it may ask for.
    #[error("cpf_sections and cpf_purposes: name at least one of each, once")]
    Nothing,
    /// Whom to reach.
    #[error("contacts: expected 1 to 10 e-mail addresses")]
    Contacts,
    /// Which program it is.
    #[error("software_id and software_version: 1 to 100 visible characters")]
    Software,
}

impl Metadata {
    /// Its names and its keys, when everything that is said can be taken.
    pub(super) fn check(&self, ground: &Ground) -> Result<(Vec<AppName>, AppKeys), MetadataError> {
        let names = [Some(&self.name), self.name_en.as_ref()];
        let names = names.into_iter().flatten();
        let names: Vec<_> = names
            .map(|name| AppName::chosen(name))
            .collect::<Result<_, _>>()?;
        ground
            .page(&self.homepage)
            .map_err(MetadataError::Homepage)?;
        if !(1..=10).contains(&self.redirect_uris.len()) || repeats(&self.redirect_uris) {
            return Err(MetadataError::RedirectUris);
        }
        for address in &self.redirect_uris {
            ground.redirect_uri(address)?;
        }
        let described = [&self.description.fr, &self.description.en];
        if !described.iter().all(|text| is_visible(text, 10, 300)) {
            return Err(MetadataError::Description);
        }
        for list in [&self.sections, &self.purposes] {
            if list.is_empty() || repeats(list) {
                return Err(MetadataError::Nothing);
            }
        }
        let reachable = self.contacts.iter().all(|contact| is_mailbox(contact));
        if !reachable || !(1..=10).contains(&self.contacts.len()) {
            return Err(MetadataError::Contacts);
        }
        let software = [&self.software_id, &self.software_version];
        if !software
            .into_iter()
            .flatten()
            .all(|text| is_visible(text, 1, 100))
        {
            return Err(MetadataError::Software);
        }
        Ok((names, self.keys(ground)?))
    }

    fn keys(&self, ground: &Ground) -> Result<AppKeys, MetadataError> {
        match (&self.jwks, &self.jwks_uri) {
            (Some(jwks), None) => Ok(AppKeys::Registered(keys::checked(jwks)?)),
            (None, Some(address)) => {
                address::keys_at(address, ground.sandbox).map_err(MetadataError::KeysUri)?;
                Ok(AppKeys::Published(address.clone()))
            }
            _ => Err(MetadataError::KeysOnce),
        }
    }
}

fn repeats(list: &[String]) -> bool {
    let mut sorted: Vec<_> = list.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

fn is_mailbox(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic()) && text.len() <= 254;
    let parts = text.split_once('@');
    plain && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Ground, Metadata, MetadataError};
    use crate::Description;

    fn good() -> Metadata {
        let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
        let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
        Metadata {
            name: "Déclic".into(),
            name_en: Some("Spark".into()),
            homepage: "https://declic.example/".into(),
            redirect_uris: vec!["https://declic.example/callback".into()],
            jwks: Some(json!({"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": y}]})),
            jwks_uri: None,
            description: Description {
                fr: "Déclic vous aide à choisir une formation.".into(),
                en: "Spark helps you choose a training.".into(),
            },
            sections: vec!["certificates".into()],
            purposes: vec!["career_guidance".into()],
            contacts: vec!["dev@declic.example".into()],
            software_id: None,
            software_version: None,
        }
    }

    fn verdict(change: impl FnOnce(&mut Metadata)) -> Result<(), MetadataError> {
        let ground = Ground {
            sandbox: false,
            website: Some("https://declic.example".into()),
        };
        let mut metadata = good();
        change(&mut metadata);
        metadata.check(&ground).map(drop)
    }

    #[test]
    fn what_lacks_nothing_is_taken() {
        assert_eq!(verdict(|_| {}), Ok(()));
        let elsewhere = verdict(|app| {
            app.jwks = None;
            app.jwks_uri = Some("https://keys.example/declic.json".into());
        });
        assert_eq!(elsewhere, Ok(()));
    }

    #[test]
    fn each_member_is_looked_at() {
        use MetadataError::{
            Contacts, Description as Described, KeysOnce, Nothing, RedirectUris, Software,
        };
        let refused = |change: fn(&mut Metadata), why: MetadataError| {
            assert_eq!(verdict(change), Err(why));
        };
        refused(|app| app.redirect_uris.clear(), RedirectUris);
        refused(
            |app| app.redirect_uris.push(app.redirect_uris[0].clone()),
            RedirectUris,
        );
        refused(|app| app.jwks = None, KeysOnce);
        refused(
            |app| app.jwks_uri = Some("https://a.example/".into()),
            KeysOnce,
        );
        refused(|app| app.description.en = "Short".into(), Described);
        refused(
            |app| app.description.fr = "Un texte \u{202e}à l'envers".into(),
            Described,
        );
        refused(|app| app.sections.clear(), Nothing);
        refused(|app| app.purposes.push("career_guidance".into()), Nothing);
        refused(|app| app.contacts.clear(), Contacts);
        refused(|app| app.contacts.push("nobody".into()), Contacts);
        refused(|app| app.software_id = Some(String::new()), Software);
        assert!(matches!(
            verdict(|app| app.name_en = Some("My CPF".into())),
            Err(MetadataError::Name(_))
        ));
        assert!(matches!(
            verdict(|app| app.homepage = "https://elsewhere.example/".into()),
            Err(MetadataError::Homepage(_))
        ));
    }
}
