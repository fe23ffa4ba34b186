//! Browsers, each under a cookie nobody can guess, and what the app holds for them: a request on
//! its way, then a connection. In memory only: a restart forgets everyone.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use oauth2::{CsrfToken, PkceCodeVerifier};
use time::{Duration, OffsetDateTime};

use crate::{language::Language, propose::Proposed, token::Connection};

/// The cookie: `__Host-` binds it to this very host, over a secure channel (or localhost).
const COOKIE: &str = "__Host-coach";

/// How long a browser is remembered without a visit.
const IDLE: Duration = Duration::hours(8);

/// How long an answer to a request is waited for.
const PATIENCE: Duration = Duration::minutes(15);

/// The most browsers remembered at once; the one seen longest ago gives way.
const PLACES: usize = 10_000;

/// A request on its way to the platform.
pub(crate) struct Pending {
    pub(crate) state: CsrfToken,
    pub(crate) verifier: PkceCodeVerifier,
    pub(crate) language: Language,
    pub(crate) asked_at: OffsetDateTime,
}

struct Session {
    seen_at: OffsetDateTime,
    pending: Option<Pending>,
    connection: Option<Connection>,
    /// What was proposed under the connection's permission.
    proposed: Vec<Proposed>,
    /// The platform told that the permission has ended; this browser was not told yet.
    withdrawn: bool,
}

impl Session {
    /// Whether its connection is under `grant`.
    fn is_under(&self, grant: Option<&str>) -> bool {
        let connection = self.connection.as_ref();
        grant.is_some() && connection.and_then(|held| held.grant.as_deref()) == grant
    }
}

/// All browsers.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a request for the browser of `known`, or for a new one, and tells its name.
    pub(crate) fn start(&self, known: Option<String>, pending: Pending) -> String {
        let now = pending.asked_at;
        let mut sessions = self.lock();
        sessions.retain(|_, session| now < session.seen_at + IDLE);
        if let Some(session) = known.as_ref().and_then(|name| sessions.get_mut(name)) {
            session.seen_at = now;
            session.pending = Some(pending);
            return known.unwrap_or_default();
        }
        if sessions.len() >= PLACES {
            let oldest = sessions.iter().min_by_key(|(_, session)| session.seen_at);
            if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
                sessions.remove(&oldest);
            }
        }
        let session = Session {
            seen_at: now,
            pending: Some(pending),
            connection: None,
            proposed: Vec::new(),
            withdrawn: false,
        };
        let name = unguessable();
        sessions.insert(name.clone(), session);
        name
    }

    /// The request this browser waits for, if `state` is its own. Any answer ends the wait.
    pub(crate) fn answered(
        &self,
        name: &str,
        state: Option<&str>,
        now: OffsetDateTime,
    ) -> Option<Pending> {
        let pending = self.lock().get_mut(name)?.pending.take()?;
        let ours = state == Some(pending.state.secret().as_str());
        (ours && now < pending.asked_at + PATIENCE).then_some(pending)
    }

    /// Puts a connection under a fresh name, so that a name known before is worth nothing. What was
    /// proposed is remembered if the permission is the one of before, to which something was added.
    pub(crate) fn connect(&self, old: &str, connection: Connection, now: OffsetDateTime) -> String {
        let mut sessions = self.lock();
        let before = sessions.remove(old);
        let before = before.filter(|session| session.is_under(connection.grant.as_deref()));
        let name = unguessable();
        let session = Session {
            seen_at: now,
            pending: None,
            connection: Some(connection),
            proposed: before.map(|session| session.proposed).unwrap_or_default(),
            withdrawn: false,
        };
        sessions.insert(name.clone(), session);
        name
    }

    /// The connection of this browser.
    pub(crate) fn connection(&self, name: &str, now: OffsetDateTime) -> Option<Connection> {
        let mut sessions = self.lock();
        let session = sessions
            .get_mut(name)
            .filter(|session| now < session.seen_at + IDLE)?;
        session.seen_at = now;
        session.connection.clone()
    }

    /// Keeps a renewed connection, unless the browser was forgotten meanwhile.
    pub(crate) fn renew(&self, name: &str, connection: Connection) {
        if let Some(session) = self.lock().get_mut(name)
            && !session.withdrawn
        {
            session.connection = Some(connection);
        }
    }

    /// What was proposed to the worker of this browser, in this order.
    pub(crate) fn proposed(&self, name: &str) -> Vec<Proposed> {
        let sessions = self.lock();
        let session = sessions.get(name);
        session.map_or_else(Vec::new, |session| session.proposed.clone())
    }

    /// Remembers what was proposed, unless the browser was forgotten meanwhile.
    pub(crate) fn remember(&self, name: &str, proposed: Proposed) {
        if let Some(session) = self.lock().get_mut(name)
            && session.connection.is_some()
            && !session.proposed.contains(&proposed)
        {
            session.proposed.push(proposed);
        }
    }

    /// Forgets all that any browser holds of `grant`, but that it ended.
    pub(crate) fn forget_grant(&self, grant: &str) {
        for session in self.lock().values_mut() {
            if session.is_under(Some(grant)) {
                session.connection = None;
                session.proposed.clear();
                session.withdrawn = true;
            }
        }
    }

    /// Whether the permission of this browser ended since its last visit; told once.
    pub(crate) fn was_withdrawn(&self, name: &str) -> bool {
        let mut sessions = self.lock();
        let session = sessions.get_mut(name);
        session.is_some_and(|session| std::mem::take(&mut session.withdrawn))
    }

    /// Forgets this browser, and gives back what it held.
    pub(crate) fn forget(&self, name: &str) -> Option<Connection> {
        self.lock().remove(name)?.connection
    }
}

/// 256 random bits in base64url.
fn unguessable() -> String {
    CsrfToken::new_random_len(32).into_secret()
}

/// The name in the browser's cookie.
pub(crate) fn name_in(jar: &CookieJar) -> Option<String> {
    jar.get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// The cookie that carries `name`.
pub(crate) fn cookie(name: String) -> Cookie<'static> {
    Cookie::build((COOKIE, name))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

/// The cookie that takes the name away.
pub(crate) fn no_cookie() -> Cookie<'static> {
    let mut cookie = cookie(String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}

#[cfg(test)]
mod tests {
    use oauth2::{AccessToken, CsrfToken, PkceCodeVerifier};
    use time::{Duration, OffsetDateTime, macros::datetime};

    use super::{Pending, Sessions, cookie};
    use crate::{granted::Granted, language::Language, propose::Proposed, token::Connection};

    const NOW: OffsetDateTime = datetime!(2026-11-23 08:00 UTC);

    fn pending(state: &str) -> Pending {
        Pending {
            state: CsrfToken::new(state.into()),
            verifier: PkceCodeVerifier::new("verifier".into()),
            language: Language::French,
            asked_at: NOW,
        }
    }

    fn connection() -> Connection {
        Connection {
            access: AccessToken::new("a".into()),
            refresh: None,
            fresh_until: NOW,
            grant: Some("g".into()),
            granted: Granted::default(),
        }
    }

    #[test]
    fn an_answer_counts_once_and_only_with_the_state_of_this_browser() {
        let sessions = Sessions::default();
        let name = sessions.start(None, pending("mine"));
        assert!(
            sessions
                .answered("another browser", Some("mine"), NOW)
                .is_none()
        );
        assert!(sessions.answered(&name, Some("mine"), NOW).is_some());
        assert!(sessions.answered(&name, Some("mine"), NOW).is_none());
        for wrong in [Some("other"), Some(""), None] {
            let name = sessions.start(None, pending("mine"));
            assert!(sessions.answered(&name, wrong, NOW).is_none());
            assert!(sessions.answered(&name, Some("mine"), NOW).is_none());
        }
    }

    #[test]
    fn an_answer_that_comes_too_late_does_not_count() {
        let sessions = Sessions::default();
        let name = sessions.start(None, pending("mine"));
        assert!(
            sessions
                .answered(&name, Some("mine"), NOW + Duration::minutes(15))
                .is_none()
        );
    }

    #[test]
    fn connecting_changes_the_name_and_forgetting_leaves_nothing() {
        let sessions = Sessions::default();
        let before = sessions.start(None, pending("mine"));
        let after = sessions.connect(&before, connection(), NOW);
        assert_ne!(before, after);
        assert!(sessions.connection(&before, NOW).is_none());
        assert!(sessions.connection(&after, NOW).is_some());
        sessions.forget(&after);
        sessions.renew(&after, connection());
        assert!(sessions.connection(&after, NOW).is_none());
    }

    #[test]
    fn a_permission_that_has_ended_is_forgotten_and_no_other() {
        let sessions = Sessions::default();
        let name = sessions.connect("", connection(), NOW);
        sessions.forget_grant("h");
        assert!(sessions.connection(&name, NOW).is_some());
        sessions.forget_grant("g");
        assert!(sessions.connection(&name, NOW).is_none());
        assert!(sessions.was_withdrawn(&name) && !sessions.was_withdrawn(&name));
    }

    #[test]
    fn what_was_proposed_is_remembered_for_as_long_as_its_permission() {
        let sessions = Sessions::default();
        let name = sessions.connect("", connection(), NOW);
        let proposed = Proposed {
            id: "1".into(),
            section: "skills".into(),
            title: "Souder".into(),
        };
        sessions.remember(&name, proposed.clone());
        sessions.remember(&name, proposed.clone());
        let remembered = vec![proposed.clone()];
        assert_eq!(sessions.proposed(&name), remembered);
        let again = sessions.connect(&name, connection(), NOW);
        assert_eq!(sessions.proposed(&again), remembered);
        let other = Connection {
            grant: Some("h".into()),
            ..connection()
        };
        let other = sessions.connect(&again, other, NOW);
        assert!(sessions.proposed(&other).is_empty());
        sessions.remember(&other, proposed.clone());
        sessions.forget_grant("h");
        sessions.remember(&other, proposed);
        assert!(sessions.proposed(&other).is_empty());
    }

    #[test]
    fn a_connection_without_visits_is_forgotten() {
        let sessions = Sessions::default();
        let name = sessions.connect("", connection(), NOW);
        assert!(
            sessions
                .connection(&name, NOW + Duration::hours(8))
                .is_none()
        );
    }

    #[test]
    fn the_cookie_is_for_this_host_only_and_out_of_reach_of_scripts() {
        let written = cookie("name".into()).to_string();
        assert_eq!(
            written,
            "__Host-coach=name; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
    }
}
