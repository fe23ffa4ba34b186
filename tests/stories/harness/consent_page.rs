//! The consent page, opened in a worker's browser.

use serde_json::Value;

use super::{Browser, Platform, Seen, TestApp};

/// The page, and the fields that its form carries.
pub(crate) struct ConsentPage {
    /// As received.
    pub(crate) seen: Seen,
    /// Where it stands.
    pub(crate) path: String,
    form_token: String,
    client_id: String,
    request_uri: String,
    /// The grant in force that it showed, in its version; empty when it showed none.
    pub(crate) standing: String,
    read: String,
}

impl ConsentPage {
    /// Has `app` ask for `details` and opens the page.
    pub(crate) async fn open(
        platform: &Platform,
        browser: &Browser,
        app: &TestApp,
        details: &Value,
    ) -> Self {
        let path = app.ask(platform, details).await;
        Self::open_at(browser, path).await
    }

    /// Opens the page at `path`.
    pub(crate) async fn open_at(browser: &Browser, path: String) -> Self {
        let seen = browser.open_path(&path).await;
        Self::of(seen, path)
    }

    /// The page as it was `seen`, which stands at `path`.
    pub(crate) fn of(seen: Seen, path: String) -> Self {
        Self {
            form_token: seen.hidden("form_token"),
            client_id: seen.hidden("client_id"),
            request_uri: seen.hidden("request_uri"),
            standing: seen.hidden("standing"),
            read: seen.hidden("seen"),
            path,
            seen,
        }
    }

    /// Its form, with these sections ticked and this button pressed.
    pub(crate) fn form<'a>(
        &'a self,
        ticked: &[&'a str],
        days: &'a str,
        decision: &'a str,
    ) -> Vec<(&'a str, &'a str)> {
        let mut form = vec![
            ("form_token", self.form_token.as_str()),
            ("client_id", &self.client_id),
            ("request_uri", &self.request_uri),
            ("standing", &self.standing),
            ("seen", &self.read),
            ("days", days),
            ("decision", decision),
        ];
        form.extend(ticked.iter().map(|section| ("section", *section)));
        form
    }

    /// The values of its boxes named `name`, in their order.
    pub(crate) fn boxes(&self, name: &str) -> Vec<String> {
        let named = format!("name=\"{name}\" value=\"");
        let values = self.seen.html.split(&named).skip(1);
        let values = values.map(|rest| rest.split('"').next().unwrap().to_owned());
        values.collect()
    }

    /// Where the form goes.
    pub(crate) fn action(&self) -> String {
        self.seen.between("<form method=\"post\" action=\"", "\"")
    }

    /// Accepts, and answers where that leads.
    pub(crate) async fn accept(&self, browser: &Browser, ticked: &[&str]) -> Seen {
        browser
            .submit(&self.action(), &self.form(ticked, "30", "accept"))
            .await
    }
}
