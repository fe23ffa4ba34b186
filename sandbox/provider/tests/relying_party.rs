//! A relying party that others wrote, over real connections: discovery, keys, code, ID token,
//! claims.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says where it stopped"
)]

use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthenticationFlow, AuthorizationCode, ClientId,
    ClientSecret, CsrfToken, EmptyAdditionalClaims, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, RedirectUrl, Scope, TokenResponse, UserInfoClaims,
    core::{
        CoreClient, CoreGenderClaim, CoreIdTokenVerifier, CoreProviderMetadata, CoreResponseType,
        CoreTokenResponse,
    },
};
use provider::{Settings, serve, system_clock};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use url::Url;

const CALLBACK: &str = "http://localhost:8080/sign-in/callback";

/// Serves a provider on a free port and tells its issuer.
async fn provider() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let settings = Settings {
        issuer: issuer.clone(),
        client_id: "cpf".into(),
        client_secret: "a secret & more".into(),
        redirect_uris: vec![CALLBACK.into()],
        post_logout_redirect_uris: Vec::new(),
        now: system_clock(),
    };
    tokio::spawn(serve(listener, settings));
    issuer
}

/// What the browser does: opens the page, presses the persona's button, reads the way back.
async fn choose(
    http: &reqwest::Client,
    issuer: &str,
    url: Url,
    persona: &str,
) -> Vec<(String, String)> {
    let page = http.get(url).send().await.unwrap().text().await.unwrap();
    let hidden = page.split("name=\"request\" value=\"").nth(1).unwrap();
    let form = [
        ("request", hidden.split('"').next().unwrap()),
        ("persona", persona),
    ];
    let back = http
        .post(format!("{issuer}/sign-in"))
        .form(&form)
        .send()
        .await
        .unwrap();
    let back = Url::parse(back.headers()["location"].to_str().unwrap()).unwrap();
    back.query_pairs().into_owned().collect()
}

/// The access token's hash, as the ID token should tell it.
fn hash(tokens: &CoreTokenResponse, verifier: &CoreIdTokenVerifier<'_>) -> AccessTokenHash {
    let id_token = tokens.id_token().unwrap();
    let algorithm = id_token.signing_alg().unwrap();
    let key = id_token.signing_key(verifier).unwrap();
    AccessTokenHash::from_token(tokens.access_token(), algorithm, key).unwrap()
}

/// Signs `persona` in at `issuer`, asking for `scopes`, and answers what its claims say.
async fn sign_in<C: AdditionalClaims>(
    issuer: String,
    scopes: &[&str],
    persona: &str,
    signed: bool,
) -> UserInfoClaims<C, CoreGenderClaim> {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let metadata =
        CoreProviderMetadata::discover_async(IssuerUrl::new(issuer.clone()).unwrap(), &http)
            .await
            .unwrap();
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new("cpf".into()),
        Some(ClientSecret::new("a secret & more".into())),
    )
    .set_redirect_uri(RedirectUrl::new(CALLBACK.into()).unwrap());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).into())))
        .set_pkce_challenge(challenge)
        .url();

    let back = choose(&http, &issuer, url, persona).await;
    let answer = |name: &str| {
        back.iter()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
            .clone()
    };
    assert_eq!(answer("state"), *state.secret());
    assert_eq!(answer("iss"), issuer);

    let tokens = client
        .exchange_code(AuthorizationCode::new(answer("code")))
        .unwrap()
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await
        .unwrap();
    let id_token = tokens.id_token().unwrap();
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, &nonce).unwrap();
    assert_eq!(claims.access_token_hash(), Some(&hash(&tokens, &verifier)));
    client
        .user_info(
            tokens.access_token().clone(),
            Some(claims.subject().clone()),
        )
        .unwrap()
        .require_signed_response(signed)
        .request_async(&http)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_independent_library_signs_a_person_in() {
    let person: UserInfoClaims<EmptyAdditionalClaims, _> =
        sign_in(provider().await, &["identite_pivot"], "month-only", false).await;
    assert_eq!(person.birthdate().unwrap().as_str(), "1982-09-00");
    assert_eq!(
        person.family_name().unwrap().get(None).unwrap().as_str(),
        "Ouzergane"
    );
}

#[derive(Debug, Serialize, Deserialize)]
struct AgentClaims {
    usual_name: String,
    siret: String,
}
impl AdditionalClaims for AgentClaims {}

#[tokio::test]
async fn an_independent_library_signs_an_agent_in_and_reads_her_signed_claims() {
    let issuer = format!("{}/agents", provider().await);
    let scopes = ["given_name", "usual_name", "siret"];
    let agent: UserInfoClaims<AgentClaims, _> = sign_in(issuer, &scopes, "counsellor", true).await;
    let claims = agent.additional_claims();
    assert_eq!(claims.usual_name, "Trévidic");
    assert_eq!(claims.siret, "90000000300005");
    assert!(agent.email().is_none(), "nobody asked for it");
}
