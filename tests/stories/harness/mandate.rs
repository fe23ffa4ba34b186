//! Mandates, given over HTTP.

use super::{Browser, Platform, Seen};

/// The invented mission locale, and the France services centre, of the test provider's agents.
pub(crate) const MISSION_LOCALE: &str = "90000000300005";
const FRANCE_SERVICES: &str = "90000000400003";

/// Everything that a mandate can permit, as the form says it.
pub(crate) const EVERYTHING: [(&str, &str); 3] = [
    ("section", "certificates"),
    ("action", "see_authorizations"),
    ("action", "stop_authorizations"),
];

impl Platform {
    /// Admits the organisations of the test provider's agents.
    pub(crate) async fn admit_counsellors(&self) {
        for siret in [MISSION_LOCALE, FRANCE_SERVICES] {
            self.counsels(siret, true).await;
        }
    }
}

impl Browser {
    /// Sends a form to `path` with the token that the page at `page` carries, and follows.
    pub(crate) async fn press(&self, page: &str, path: &str, form: &[(&str, &str)]) -> Seen {
        let token = self.open_path(page).await.hidden("form_token");
        let token = [("form_token", token.as_str())];
        self.submit(path, &[&token, form].concat()).await
    }

    /// The code of this counsellor's invitation.
    pub(crate) async fn invitation(&self) -> String {
        let page = self.press("/counsellor", "/counsellor/invitation", &[]);
        page.await.spoken()
    }

    /// The code that this worker reads out to a counsellor in front of her.
    pub(crate) async fn meeting(&self) -> String {
        self.press("/mandates", "/mandates/meeting", &[])
            .await
            .spoken()
    }

    /// Types the code that a worker read out.
    pub(crate) async fn join(&self, code: &str) -> Seen {
        let form = [("code", code)];
        self.press("/counsellor", "/counsellor/code", &form).await
    }

    /// Has this worker mandate `counsellor` by her invitation; answers the mandate.
    pub(crate) async fn entrust(
        &self,
        counsellor: &Browser,
        ticked: &[(&str, &str)],
        days: &str,
    ) -> String {
        let code = counsellor.invitation().await;
        let form = [
            ("code", code.as_str()),
            ("days", days),
            ("decision", "accept"),
        ];
        let form = [&form, ticked].concat();
        let given = self.press("/mandates", "/mandates", &form).await;
        assert_eq!(given.url.query(), Some("given=1"), "{}", given.html);
        given.between("action=\"/mandates/", "/end\"")
    }
}

impl Seen {
    /// The code on the page.
    pub(crate) fn spoken(&self) -> String {
        self.between("<p class=\"spoken\">", "</p>")
    }
}
