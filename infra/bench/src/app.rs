//! The third-party app's side: asks for consent as the demonstration app does, lets a test persona
//! accept, and holds the tokens.

use std::fs;

use anyhow::{Context, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::{
    platform::Platform,
    proof::{Bound, Prover},
};

/// The demonstration app's registration.
const CLIENT_ID: &str = "cap-metier";

/// How an assertion is presented (RFC 7523).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The invented person who accepts.
const PERSONA: &str = "plain";

/// What proves that who trades the code is who asked (RFC 7636): one is enough for one run.
const VERIFIER: &str = "one-run-of-a-benchmark-needs-no-more-than-one-verifier";

/// An app that was given consent.
pub(crate) struct App<'a> {
    platform: &'a Platform,
    key: EncodingKey,
    prover: Prover,
    http: Client,
    refresh_token: String,
}

impl<'a> App<'a> {
    /// Asks, signs in, accepts, and trades the code.
    pub(crate) async fn connect(platform: &'a Platform) -> anyhow::Result<Self> {
        let key = EncodingKey::from_ec_pem(&fs::read(platform.files.join("coach-key.pem"))?)?;
        let home = platform.coach.clone();
        let http = Client::builder()
            .cookie_store(true)
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
            prover: Prover::new(platform.url.clone(), key.clone())?,
            key,
            http,
            refresh_token: String::new(),
        };
        let code = app.ask().await?;
        let redirect_uri = app.redirect_uri();
        let answer = app
            .token(&[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", &redirect_uri),
                ("code_verifier", VERIFIER),
            ])
            .await?;
        let token = answer["refresh_token"]
            .as_str()
            .context("no refresh token")?;
        token.clone_into(&mut app.refresh_token);
        Ok(app)
    }

    /// A fresh consent token, good for five minutes, and the proofs to present it `times` at `path`
    /// within one.
    pub(crate) async fn fresh_token(&self, path: &str, times: usize) -> anyhow::Result<Bound> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", self.refresh_token.as_str()),
        ];
        let answer = self.token(&form).await?;
        let token = answer["access_token"].as_str();
        let token = token.context("no access token")?.to_owned();
        let (now, id) = self.moment().await?;
        self.prover.bind(now, &id, path, token, times)
    }

    /// From the pushed request to the code.
    async fn ask(&self) -> anyhow::Result<String> {
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
        let persona = ("persona".to_owned(), PERSONA.to_owned());
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
        let (now, id) = self.moment().await?;
        let assertion = self.assertion(now, &id)?;
        let proof = self.prover.prove(now, &id, "POST", path, None)?;
        let mut fields = form.to_vec();
        fields.push(("client_id", CLIENT_ID));
        fields.push(("client_assertion_type", ASSERTION_TYPE));
        fields.push(("client_assertion", &assertion));
        let url = format!("{}{path}", self.platform.url);
        let request = self.http.post(url).header("DPoP", proof).form(&fields);
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// The present, and an id that was never used. Both are the database's: there is no other clock
    /// here.
    async fn moment(&self) -> anyhow::Result<(i64, String)> {
        let sql = "SELECT floor(extract(epoch FROM now()))::bigint || ' ' || gen_random_uuid()";
        let said = self.platform.sql(sql).await?;
        let (now, id) = said.split_once(' ').context("no time")?;
        Ok((now.parse()?, id.to_owned()))
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
