//! The third-party app's side: asks for consent as the demonstration app does, lets a test persona
//! accept, and holds the tokens. The persona's browser is here too: it can take the consent back.

use std::{fs, sync::Arc};

use anyhow::{Context, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::{Clock, Entropy};
use reqwest::{Client, RequestBuilder, Response, cookie::Jar, redirect::Policy};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::{
    platform::Platform,
    proof::{Bound, Held, Prover},
};

/// The demonstration app's registration.
const CLIENT_ID: &str = "cap-metier";

/// How an assertion is presented (RFC 7523).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What proves that who trades the code is who asked (RFC 7636): one is enough for one run.
const VERIFIER: &str = "one-run-of-a-benchmark-needs-no-more-than-one-verifier";

/// An app that was given consent.
pub(crate) struct App<'a> {
    platform: &'a Platform,
    key: EncodingKey,
    prover: Arc<Prover>,
    clock: Clock,
    entropy: Entropy,
    http: Client,
    /// The same cookies, without following anywhere.
    still: Client,
    refresh_token: String,
    /// The grant that it was given.
    pub(crate) grant: String,
}

impl<'a> App<'a> {
    /// Asks, has the invented person `persona` sign in and accept, and trades the code.
    pub(crate) async fn connect(platform: &'a Platform, persona: &str) -> anyhow::Result<Self> {
        let key = EncodingKey::from_ec_pem(&fs::read(platform.files.join("coach-key.pem"))?)?;
        let home = platform.coach.clone();
        let jar = Arc::new(Jar::default());
        let still = Client::builder()
            .cookie_provider(Arc::clone(&jar))
            .redirect(Policy::none())
            .build()?;
        let http = Client::builder()
            .cookie_provider(jar)
            .redirect(Policy::custom(move |attempt| {
                // The code in its address is for us.
                if attempt.url().as_str().starts_with(&home) {
                    attempt.stop()
                } else {
                    attempt.follow()
                }
            }))
            .build()?;
        let mut app = Self {
            platform,
            prover: Arc::new(Prover::new(platform.url.clone(), key.clone())?),
            clock: Clock::system(),
            entropy: Entropy::system(),
            key,
            http,
            still,
            refresh_token: String::new(),
            grant: String::new(),
        };
        let code = app.ask(persona).await?;
        let redirect_uri = app.redirect_uri();
        let answer = app
            .token(&[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", &redirect_uri),
                ("code_verifier", VERIFIER),
            ])
            .await?;
        app.refresh_token = text(&answer, "refresh_token")?;
        app.grant = text(&answer, "grant_id")?;
        Ok(app)
    }

    /// A fresh consent token, good for five minutes, and the proofs to present it `times` at `path`
    /// within one.
    pub(crate) async fn fresh_token(&self, path: &str, times: usize) -> anyhow::Result<Bound> {
        let token = self.access_token().await?;
        let (now, id) = self.moment();
        self.prover.bind(now, &id, path, token, times)
    }

    /// A fresh consent token, good for five minutes.
    pub(crate) async fn access_token(&self) -> anyhow::Result<String> {
        let answer = self.token(&self.refreshing()).await?;
        text(&answer, "access_token")
    }

    /// A fresh consent token, with what proves at each request that it is ours.
    pub(crate) async fn held(&self) -> anyhow::Result<Held> {
        let token = self.access_token().await?;
        Ok(Held::new(
            Arc::clone(&self.prover),
            self.clock.clone(),
            token,
        ))
    }

    /// Proofs to present `token` at `path`, `times` within a minute.
    pub(crate) fn bind(&self, path: &str, token: String, times: usize) -> anyhow::Result<Bound> {
        let (now, id) = self.moment();
        self.prover.bind(now, &id, path, token, times)
    }

    /// The key that it signs with.
    pub(crate) const fn key(&self) -> &EncodingKey {
        &self.key
    }

    /// The form that trades the refresh token.
    pub(crate) fn refreshing(&self) -> [(&str, &str); 2] {
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", self.refresh_token.as_str()),
        ]
    }

    /// A request to the back channel as it travels, good once and for a minute.
    pub(crate) fn written(&self, path: &str, form: &[(&str, &str)]) -> anyhow::Result<String> {
        let (fields, proof) = self.signed(path, form)?;
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        let body = body.extend_pairs(&fields).finish();
        let host = Url::parse(&self.platform.url)?;
        Ok(format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nDPoP: {proof}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            host.authority(),
            body.len(),
        ))
    }

    /// The worker's page of authorisations at `node`: what stops this one, in her hand.
    pub(crate) async fn stop(&self, node: &str) -> anyhow::Result<RequestBuilder> {
        let page = self
            .http
            .get(format!("{node}/authorizations"))
            .send()
            .await?;
        let html = page.text().await?;
        let action = format!("/authorizations/{}/revoke", self.grant);
        ensure!(html.contains(&action), "nothing to stop on:\n{html}");
        let (_, rest) = html
            .split_once("name=\"form_token\"")
            .context("no form token")?;
        let form_token = attribute(rest, "value").context("no form token")?;
        let posted = self.still.post(format!("{node}{action}"));
        let posted = posted.header("Sec-Fetch-Site", "same-origin");
        Ok(posted.form(&[("form_token", form_token)]))
    }

    /// From the pushed request to the code.
    async fn ask(&self, persona: &str) -> anyhow::Result<String> {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let details = json!([{
            "type": "cpf_record", "actions": ["read"], "sections": ["certificates"],
            "essential": ["certificates"], "purpose": "career_guidance", "duration": "P90D",
            "frequency": "ongoing", "retention": "P30D",
        }]);
        let pushed = self
            .post(
                "/oauth/par",
                &[
                    ("response_type", "code"),
                    ("redirect_uri", &self.redirect_uri()),
                    ("state", "bench"),
                    ("code_challenge", &challenge),
                    ("code_challenge_method", "S256"),
                    ("authorization_details", &details.to_string()),
                ],
            )
            .await?;
        let request_uri = pushed["request_uri"].as_str().context("no request_uri")?;
        let mut url = Url::parse(&format!("{}/oauth/authorize", self.platform.url))?;
        url.query_pairs_mut()
            .append_pair("client_id", CLIENT_ID)
            .append_pair("request_uri", request_uri);
        let provider_page = self.http.get(url).send().await?;
        let persona = ("persona".to_owned(), persona.to_owned());
        let consent_page = self.submit(provider_page, "persona", persona).await?;
        let accepted = ("decision".to_owned(), "accept".to_owned());
        let back = self.submit(consent_page, "decision", accepted).await?;
        let location = back
            .headers()
            .get("location")
            .context("the consent led nowhere")?;
        let location = Url::parse(location.to_str()?)?;
        let code = location.query_pairs().find(|(name, _)| name == "code");
        let (_, code) = code.with_context(|| format!("no code in {location}"))?;
        Ok(code.into_owned())
    }

    /// Submits the form of `page` that has a button named `button`, with its hidden fields.
    async fn submit(
        &self,
        page: Response,
        button: &str,
        pressed: (String, String),
    ) -> anyhow::Result<Response> {
        let (status, url) = (page.status(), page.url().clone());
        let html = page.text().await?;
        ensure!(status.is_success(), "{url}: {status}\n{html}");
        let form = html
            .split("<form")
            .skip(1)
            .map(|form| form.split("</form>").next().unwrap_or(form))
            .find(|form| form.contains(&format!("name=\"{button}\"")))
            .with_context(|| format!("{url} has no form with `{button}`:\n{html}"))?;
        let action = attribute(form, "action").unwrap_or_default();
        let mut fields: Vec<(String, String)> = form
            .split("<input")
            .skip(1)
            .map(|input| input.split('>').next().unwrap_or(input))
            .filter(|input| input.contains("type=\"hidden\""))
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
            .collect();
        // Of each list, the first choice.
        fields.extend(form.split("<select").skip(1).filter_map(|list| {
            let (tag, options) = list.split_once('>')?;
            Some((attribute(tag, "name")?, attribute(options, "value")?))
        }));
        fields.push(pressed);
        let origin = url.origin().ascii_serialization();
        let posted = self.http.post(url.join(&action)?).form(&fields);
        Ok(posted.header("Origin", origin).send().await?)
    }

    async fn token(&self, form: &[(&str, &str)]) -> anyhow::Result<Value> {
        self.post("/oauth/token", form).await
    }

    /// Posts `form` to the back channel, with who we are.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> anyhow::Result<Value> {
        let (fields, proof) = self.signed(path, form)?;
        let url = format!("{}{path}", self.platform.url);
        let request = self.http.post(url).header("DPoP", proof).form(&fields);
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// `form` with who we are, and the proof that goes with it.
    fn signed(
        &self,
        path: &str,
        form: &[(&str, &str)],
    ) -> anyhow::Result<(Vec<(String, String)>, String)> {
        let (now, id) = self.moment();
        let assertion = self.assertion(now, &id)?;
        let proof = self.prover.prove(now, &id, "POST", path, None)?;
        let ours = [
            ("client_id", CLIENT_ID),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        let fields = form.iter().chain(&ours);
        let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Ok((fields.collect(), proof))
    }

    /// The present, and an id that was never used.
    fn moment(&self) -> (i64, String) {
        let id = hex::encode(self.entropy.bytes::<16>());
        (self.clock.now().unix_timestamp(), id)
    }

    /// Who we are, for one request.
    fn assertion(&self, now: i64, id: &str) -> anyhow::Result<String> {
        let claims = json!({
            "iss": CLIENT_ID, "sub": CLIENT_ID, "aud": self.platform.url,
            "iat": now, "exp": now + 60, "jti": id,
        });
        Ok(encode(&Header::new(Algorithm::ES256), &claims, &self.key)?)
    }

    fn redirect_uri(&self) -> String {
        format!("{}/callback", self.platform.coach)
    }
}

fn text(answer: &Value, member: &str) -> anyhow::Result<String> {
    let text = answer[member].as_str().map(str::to_owned);
    text.with_context(|| format!("no {member}"))
}

/// The value of an attribute in the start of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&amp;", "&").replace("&#38;", "&"))
}

#[cfg(test)]
mod tests {
    use super::attribute;

    #[test]
    fn an_attribute_is_read_whole_and_unescaped() {
        let tag = " method=\"post\" action=\"/a?b=1&amp;c=2\">";
        assert_eq!(attribute(tag, "action").unwrap(), "/a?b=1&c=2");
        assert_eq!(attribute(tag, "name"), None);
    }
}
