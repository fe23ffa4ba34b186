//! What a worker does on the page of one of her grants.

use super::{Browser, Seen};

impl Browser {
    /// The page of `grant`, in English.
    pub(crate) async fn grant_page(&self, grant: &str) -> Seen {
        self.open_path(&format!("/authorizations/{grant}?lang=en"))
            .await
    }

    /// Presses the button that does `act` on the page of `grant`, as it is now.
    pub(crate) async fn steer(&self, grant: &str, act: &str, more: &[(&str, &str)]) -> Seen {
        let version = self.grant_page(grant).await.hidden("version");
        self.steer_seen(grant, &version, act, more).await
    }

    /// The same, on a page that showed this version.
    pub(crate) async fn steer_seen(
        &self,
        grant: &str,
        version: &str,
        act: &str,
        more: &[(&str, &str)],
    ) -> Seen {
        let token = self.form_token().await;
        let mut form = vec![
            ("form_token", token.as_str()),
            ("version", version),
            ("act", act),
        ];
        form.extend(more);
        let path = format!("/authorizations/{grant}?lang=en");
        self.submit(&path, &form).await
    }

    /// Sends the form that chooses in detail, with these boxes ticked.
    pub(crate) async fn choose(&self, grant: &str, ticked: &[(&str, &str)]) -> Seen {
        let path = format!("/authorizations/{grant}/change?lang=en");
        let page = self.open_path(&path).await;
        let (token, version) = (page.hidden("form_token"), page.hidden("version"));
        let mut form = vec![("form_token", token.as_str()), ("version", &version)];
        form.extend(ticked);
        self.submit(&path, &form).await
    }
}
