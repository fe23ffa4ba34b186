//! A worker's browser: keeps cookies, follows what it is sent, fills in forms.

use std::sync::Arc;

use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    cookie::{CookieStore, Jar},
    header,
    redirect::Policy,
};
use url::Url;

use super::Platform;

/// A browser of one worker.
pub(crate) struct Browser {
    client: Client,
    cookies: Arc<Jar>,
    platform: String,
}

/// A page as received.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Where it stands.
    pub(crate) url: Url,
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its source.
    pub(crate) html: String,
}

impl Browser {
    /// A browser that nobody has used.
    pub(crate) fn open(platform: &Platform) -> Self {
        let cookies = Arc::new(Jar::default());
        let kept = Arc::clone(&cookies);
        let client = Client::builder()
            .cookie_provider(kept)
            .redirect(Policy::none())
            .build()
            .unwrap();
        Self {
            client,
            cookies,
            platform: platform.url.clone(),
        }
    }

    /// A browser in which `persona` of the test provider has signed in.
    pub(crate) async fn of(platform: &Platform, persona: &str) -> Self {
        let browser = Self::open(platform);
        let seen = browser.sign_in("/record", persona).await;
        assert_eq!(seen.url.path(), "/record", "{}", seen.html);
        browser
    }

    /// Opens `path`, signs in as `persona` where asked to, and ends where that leads.
    pub(crate) async fn sign_in(&self, path: &str, persona: &str) -> Seen {
        let there = self.open_path(path).await;
        if !there.html.contains("name=\"request\"") {
            return there;
        }
        let request = there.hidden("request");
        let action = there.between("<form method=\"post\" action=\"", "\"");
        let address = there.url.join(&action).unwrap();
        let form = [("request", request.as_str()), ("persona", persona)];
        self.follow(self.client.post(address).form(&form)).await
    }

    /// A browser in which the agent `persona` of the test provider has signed in.
    pub(crate) async fn of_agent(platform: &Platform, persona: &str) -> Self {
        let browser = Self::open(platform);
        let seen = browser.sign_in("/counsellor", persona).await;
        assert_eq!(seen.url.path(), "/counsellor", "{}", seen.html);
        browser
    }

    /// Opens `path` of the platform.
    pub(crate) async fn open_path(&self, path: &str) -> Seen {
        self.follow(self.client.get(format!("{}{path}", self.platform)))
            .await
    }

    /// A request for `path`, to be altered before it is sent.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client
            .get(format!("{}{path}", self.platform))
            .header(header::ACCEPT, "text/html")
    }

    /// What the cookie `name` holds.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let sent = self.cookies.cookies(&self.platform.parse().unwrap())?;
        let mut pairs = sent
            .to_str()
            .unwrap()
            .split("; ")
            .filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.to_owned())
    }

    /// Opens `address`, here or elsewhere, and stops at the answer.
    pub(crate) async fn visit(&self, address: Url) -> Response {
        self.client
            .get(address)
            .header(header::ACCEPT, "text/html")
            .send()
            .await
            .unwrap()
    }

    /// Leaves for the provider, signs in there as `persona`, or refuses, and stops at the address
    /// that the provider sends back to.
    pub(crate) async fn come_back(&self, persona: Option<&str>) -> Url {
        let page = self.open_path("/sign-in").await;
        let request = page.hidden("request");
        let mut form = vec![("request", request.as_str())];
        form.extend(persona.map(|persona| ("persona", persona)));
        let address = page.url.join("/sign-in").unwrap();
        let sent = self.client.post(address).form(&form).send().await.unwrap();
        sent.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// Sends a form to `path`, as the page of this session would, and follows.
    pub(crate) async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        self.follow(self.form(path, form)).await
    }

    /// Sends a form to `path` and stops at the answer.
    pub(crate) async fn send(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.form(path, form).send().await.unwrap()
    }

    /// The form, to be altered before it is sent.
    pub(crate) fn form(&self, path: &str, form: &[(&str, &str)]) -> RequestBuilder {
        self.client
            .post(format!("{}{path}", self.platform))
            .header(header::ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin")
            .form(form)
    }

    /// The token that the forms of this session carry.
    pub(crate) async fn form_token(&self) -> String {
        self.open_path("/record").await.hidden("form_token")
    }

    /// Revokes the one authorisation in force.
    pub(crate) async fn revoke(&self) {
        let page = self.open_path("/authorizations").await;
        // Above the list, a reminder may have forms of its own.
        let (before, _) = page.html.split_once("/revoke\"").unwrap();
        let (_, grant) = before.rsplit_once("/authorizations/").unwrap();
        let token = page.hidden("form_token");
        let path = format!("/authorizations/{grant}/revoke");
        let seen = self.submit(&path, &[("form_token", &token)]).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.html);
    }

    /// Follows redirections as far as they stay on this machine's platform and provider; stops at
    /// the app, whose address it returns with no page.
    async fn follow(&self, request: RequestBuilder) -> Seen {
        let mut response = request
            .header(header::ACCEPT, "text/html")
            .send()
            .await
            .unwrap();
        for _ in 0..10 {
            let url = response.url().clone();
            if !response.status().is_redirection() {
                let status = response.status();
                return Seen {
                    url,
                    status,
                    html: response.text().await.unwrap(),
                };
            }
            let location = response.headers()[header::LOCATION].to_str().unwrap();
            let next = url.join(location).unwrap();
            if next.host_str() != Some("localhost") {
                return Seen {
                    url: next,
                    status: response.status(),
                    html: String::new(),
                };
            }
            let accept = self.client.get(next).header(header::ACCEPT, "text/html");
            response = accept.send().await.unwrap();
        }
        panic!("ten redirections, and no end");
    }
}

impl Seen {
    /// The value of the hidden field `name`.
    pub(crate) fn hidden(&self, name: &str) -> String {
        self.between(&format!("name=\"{name}\" value=\""), "\"")
    }

    /// What stands between `before` and `after`.
    pub(crate) fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self
            .html
            .split_once(before)
            .unwrap_or_else(|| panic!("no {before} on {}: {}", self.url, self.html));
        rest.split_once(after).unwrap().0.replace("&amp;", "&")
    }

    /// A parameter of the address.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.url
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}
