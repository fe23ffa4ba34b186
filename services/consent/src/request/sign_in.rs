//! What a request says of signing in (OpenID Connect Core §3.1.2.1): whether the worker may be asked
//! anything, whether she signs in anew, at which level of assurance, and in which language she reads.

use std::collections::BTreeMap;

use identity::Session;
use kernel::Fault;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use url::Url;

use super::{Pending, PushError, PushRequest};
use crate::Consent;

/// How far the provider's clock may be behind ours when it says that she has just signed in.
const BEHIND: Duration = Duration::seconds(60);
/// How many languages are remembered, and of how many bytes at most.
const LANGUAGES: (usize, usize) = (10, 35);

/// What is asked of her signing in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignInAsked {
    /// Nothing may be shown to her (`prompt=none`).
    silent: bool,
    /// She signs in for this request, whatever session is open.
    anew: bool,
    /// The most seconds since she proved who she is.
    max_age: Option<u64>,
    /// At one of which levels she must have, where the app cannot do with another.
    levels: Option<Vec<String>>,
    /// The languages she reads, the preferred first (BCP 47).
    languages: Vec<String>,
}

/// The parameter `claims` (§5.5). What it says of other claims than `acr` is a wish, and no claim
/// is given for it.
#[derive(Debug, Deserialize)]
struct Claims {
    #[serde(default)]
    id_token: Option<BTreeMap<String, Option<ClaimAsked>>>,
    #[serde(default, rename = "userinfo")]
    _userinfo: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Debug, Deserialize)]
struct ClaimAsked {
    #[serde(default)]
    essential: bool,
    value: Option<serde_json::Value>,
    values: Option<Vec<serde_json::Value>>,
}

/// What comes before a request is shown.
#[derive(Debug)]
pub enum Entry {
    /// Nothing: she may decide.
    Open,
    /// She signs in.
    SignIn {
        /// Even where a session is open, here or at her provider.
        anew: bool,
    },
    /// There is nothing to decide. This is the answer, for her browser to carry to the app.
    Answered(Box<Url>),
}

/// The rule of [`Entry`]: an answer is an error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Open,
    SignIn,
    Answer(&'static str),
}

/// How and when a session was opened.
#[derive(Debug, Clone, Copy)]
struct Opened<'a> {
    at: OffsetDateTime,
    authenticated_at: OffsetDateTime,
    level: &'a str,
}

impl SignInAsked {
    /// Reads what `request` says. `display`, `login_hint`, `id_token_hint` and `acr_values` are wishes
    /// that nothing here can meet, and are not looked at.
    pub(super) fn parse(request: &PushRequest) -> Result<Self, PushError> {
        let mut asked = Self {
            max_age: max_age(request.max_age.as_deref())?,
            levels: essential_levels(request.claims.as_deref())?,
            languages: languages(request.ui_locales.as_deref()),
            ..Self::default()
        };
        let mut asks = false;
        let prompt = request.prompt.iter().flat_map(|prompt| prompt.split(' '));
        for value in prompt.filter(|value| !value.is_empty()) {
            match value {
                "none" => asked.silent = true,
                // Whoever signs in anew chooses an account.
                "login" | "select_account" => (asked.anew, asks) = (true, true),
                // It is what the page does anyway.
                "consent" => asks = true,
                _ => return Err(PushError::Invalid("`prompt` has a value that is not known")),
            }
        }
        if asked.silent && asks {
            return Err(PushError::Invalid("`prompt` says none, and something else"));
        }
        Ok(asked)
    }

    fn next(
        &self,
        session: Option<Opened<'_>>,
        pushed_at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Next {
        let Some(session) = session else {
            return if self.silent {
                Next::Answer("login_required")
            } else {
                Next::SignIn
            };
        };
        let for_this = session.at >= pushed_at;
        let is_fresh = for_this && session.authenticated_at >= pushed_at - BEHIND;
        let age = (now - session.authenticated_at)
            .whole_seconds()
            .unsigned_abs();
        let is_old = self.max_age.is_some_and(|most| most == 0 || age > most);
        if !is_fresh && (self.anew || is_old) {
            // Asked again for nothing: her provider does not look at her anew.
            return if for_this || self.silent {
                Next::Answer("login_required")
            } else {
                Next::SignIn
            };
        }
        let levels = self.levels.as_ref();
        if levels.is_some_and(|levels| !levels.iter().any(|level| level == session.level)) {
            return Next::Answer("unmet_authentication_requirements");
        }
        // What an app reads is always decided on a page.
        if self.silent {
            Next::Answer("consent_required")
        } else {
            Next::Open
        }
    }
}

impl Pending {
    /// The languages in which the app says that she reads, the preferred first (BCP 47).
    pub fn languages(&self) -> &[String] {
        &self.accepted.sign_in.languages
    }
}

impl Consent {
    /// What comes before `pending` is shown to who holds `session`, if any.
    pub fn entry(&self, session: Option<&Session>, pending: &Pending) -> Result<Entry, Fault> {
        let opened = session.map(|session| Opened {
            at: session.opened_at(),
            authenticated_at: session.authentication().at,
            level: &session.authentication().level,
        });
        let asked = &pending.accepted.sign_in;
        Ok(
            match asked.next(opened, pending.pushed_at, self.clock.now()) {
                Next::Open => Entry::Open,
                Next::SignIn => Entry::SignIn {
                    // How long ago she signed in at her provider, nobody here knows.
                    anew: opened.is_some() || asked.anew || asked.max_age.is_some(),
                },
                Next::Answer(error) => {
                    Entry::Answered(pending.answer(&self.issuer, &[("error", error)])?.into())
                }
            },
        )
    }
}

fn max_age(text: Option<&str>) -> Result<Option<u64>, PushError> {
    let Some(text) = text else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = digits.then(|| text.parse().ok()).flatten();
    let wrong = PushError::Invalid("`max_age` must be a number of seconds");
    seconds.map(Some).ok_or(wrong)
}

/// At which levels she must have signed in; `acr` without a value is met by any.
fn essential_levels(claims: Option<&str>) -> Result<Option<Vec<String>>, PushError> {
    let Some(claims) = claims else {
        return Ok(None);
    };
    let claims: Claims = kernel::from_json(claims.as_bytes())
        .map_err(|_shape| PushError::Invalid("`claims` cannot be read"))?;
    let acr = claims
        .id_token
        .and_then(|mut asked| asked.remove("acr"))
        .flatten();
    let Some(acr) = acr.filter(|acr| acr.essential) else {
        return Ok(None);
    };
    let values = match (acr.value, acr.values) {
        (None, None) => return Ok(None),
        (value, values) => value.into_iter().chain(values.into_iter().flatten()),
    };
    Ok(Some(
        values
            .filter_map(|value| Some(value.as_str()?.to_owned()))
            .collect(),
    ))
}

fn languages(tags: Option<&str>) -> Vec<String> {
    let (most, longest) = LANGUAGES;
    let tags = tags.unwrap_or_default().split(' ');
    let tags = tags.filter(|tag| (1..=longest).contains(&tag.len()));
    tags.take(most).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime};

    use super::{Next, Opened, PushRequest, SignInAsked};

    const PUSHED: OffsetDateTime = OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::days(1));

    fn asked(prompt: &str, max_age: Option<&str>, claims: Option<&str>) -> Option<SignInAsked> {
        let owned = |text: &str| text.to_owned();
        let request = PushRequest {
            prompt: Some(owned(prompt)),
            max_age: max_age.map(owned),
            claims: claims.map(owned),
            ..PushRequest::default()
        };
        SignInAsked::parse(&request).ok()
    }

    /// What comes a minute after the push, for a session opened, and its worker authenticated, that
    /// many seconds after the push.
    fn next(asked: &SignInAsked, session: Option<(i64, i64)>) -> Next {
        let opened = session.map(|(at, authenticated_at)| Opened {
            at: PUSHED + Duration::seconds(at),
            authenticated_at: PUSHED + Duration::seconds(authenticated_at),
            level: "eidas1",
        });
        asked.next(opened, PUSHED, PUSHED + Duration::minutes(1))
    }

    #[test]
    fn who_may_not_be_asked_is_shown_nothing() {
        let silent = asked("none", None, None).unwrap();
        assert_eq!(next(&silent, None), Next::Answer("login_required"));
        assert_eq!(
            next(&silent, Some((-9, -9))),
            Next::Answer("consent_required")
        );
        let young = asked("none", Some("30"), None).unwrap();
        assert_eq!(next(&young, Some((-9, -9))), Next::Answer("login_required"));
    }

    #[test]
    fn who_must_sign_in_anew_does_so_once() {
        for anew in [
            ("login", None),
            ("select_account", None),
            ("", Some("0")),
            ("", Some("30")),
        ] {
            let asked = asked(anew.0, anew.1, None).unwrap();
            assert_eq!(next(&asked, None), Next::SignIn);
            assert_eq!(next(&asked, Some((-9, -9))), Next::SignIn, "{anew:?}");
            assert_eq!(next(&asked, Some((9, 5))), Next::Open, "{anew:?}");
            let sent_on = next(&asked, Some((9, -61)));
            assert_eq!(sent_on, Next::Answer("login_required"), "{anew:?}");
        }
        let any = asked("consent", Some("70"), None).unwrap();
        assert_eq!(next(&any, Some((-9, -9))), Next::Open);
    }

    #[test]
    fn a_level_that_an_app_cannot_do_without_is_met_or_answered_by_an_error() {
        let unmet = Next::Answer("unmet_authentication_requirements");
        for (claims, expected) in [
            (
                r#"{"id_token":{"acr":{"essential":true,"value":"eidas3"}}}"#,
                unmet,
            ),
            (
                r#"{"id_token":{"acr":{"essential":true,"values":["a",2]}}}"#,
                unmet,
            ),
            (
                r#"{"id_token":{"acr":{"essential":true,"values":["a","eidas1"]}}}"#,
                Next::Open,
            ),
            (r#"{"id_token":{"acr":{"value":"eidas3"}}}"#, Next::Open),
            (r#"{"id_token":{"acr":{"essential":true}}}"#, Next::Open),
            (
                r#"{"id_token":{"acr":null},"userinfo":{"email":null}}"#,
                Next::Open,
            ),
        ] {
            let asked = asked("", None, Some(claims)).unwrap();
            assert_eq!(next(&asked, Some((-9, -9))), expected, "{claims}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_guessed() {
        for (prompt, max_age, claims) in [
            ("none login", None, None),
            ("none consent", None, None),
            ("None", None, None),
            ("", Some("-1"), None),
            ("", Some("+1"), None),
            ("", Some("1.5"), None),
            ("", Some("99999999999999999999"), None),
            ("", None, Some("{")),
            ("", None, Some("[]")),
            ("", None, Some(r#"{"id_token":{"acr":"eidas3"}}"#)),
        ] {
            assert_eq!(
                asked(prompt, max_age, claims),
                None,
                "{prompt} {max_age:?} {claims:?}"
            );
        }
    }
}
