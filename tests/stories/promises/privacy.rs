//! Nobody's name, and no secret, in what the platform says of itself: logs, spans, metrics,
//! problems.

use kernel::Digest;
use reqwest::{Response, header};
use serde_json::json;

use super::{
    client,
    scene::{Scene, deposit, flux, send_flux, show_batch},
};
use crate::harness::{Browser, asked, net};

/// What must be found nowhere.
#[derive(Default)]
struct Unsaid {
    names: Vec<String>,
    secrets: Vec<String>,
}

impl Unsaid {
    /// Everything that the personas of the test provider are.
    fn of_personas() -> Self {
        let mut names = Vec::new();
        for persona in provider::personas().unwrap() {
            let given = persona.given_name.split(' ').filter(|word| word.len() >= 4);
            let family = persona.family_name.split([' ', '-', '\'', '’']);
            names.extend(
                given
                    .chain(family.filter(|word| word.len() >= 5))
                    .map(str::to_owned),
            );
            names.push(persona.family_name.clone());
            names.extend(persona.preferred_username.clone());
            let date = persona.birthdate.trim_end_matches("-00").to_owned();
            names.extend((date.len() > 4).then_some(date));
            names.extend((!persona.birthplace.is_empty()).then(|| persona.birthplace.clone()));
        }
        let folded: Vec<_> = names.iter().map(|name| kernel::fold(name)).collect();
        names.extend(folded);
        Self {
            names,
            secrets: Vec::new(),
        }
    }

    fn secret(&mut self, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 32, "{secret} is no secret");
        // Half of it is as bad.
        self.secrets.push(secret[..32].to_owned());
        self.secrets.push(secret[secret.len() - 32..].to_owned());
    }

    /// Fails when `text` says any of it.
    fn check(&self, place: &str, text: &str) {
        for secret in &self.secrets {
            let at = text.find(secret.as_str());
            assert!(
                at.is_none(),
                "{place} says a secret: {}",
                around(text, at.unwrap_or(0))
            );
        }
        let text = text.to_lowercase();
        for name in &self.names {
            let at = find_alone(&text, &name.to_lowercase());
            assert!(
                at.is_none(),
                "{place} says {name}: {}",
                around(&text, at.unwrap_or(0))
            );
        }
    }
}

/// Where `needle` stands in `text` as a word of its own, and not as a port.
fn find_alone(text: &str, needle: &str) -> Option<usize> {
    text.match_indices(needle).map(|(at, _)| at).find(|at| {
        let before = &text[..*at];
        let after = text[at + needle.len()..].chars().next();
        let free = |near: Option<char>| near.is_none_or(|near| !near.is_alphanumeric());
        let part = before.ends_with('.') || before.ends_with("localhost:");
        free(before.chars().next_back()) && free(after) && !part
    })
}

fn around(text: &str, at: usize) -> String {
    let from = text[..at]
        .char_indices()
        .rev()
        .nth(300)
        .map_or(0, |(from, _)| from);
    text[from..].chars().take(600).collect()
}

/// The journey, with everything secret in it noted.
async fn journey(unsaid: &mut Unsaid) -> Scene {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    for side in [&scene.ours, &scene.theirs] {
        unsaid.secret(&side.tokens.access);
        unsaid.secret(side.tokens.refresh.clone().unwrap());
        unsaid.secret(side.browser.cookie("session").unwrap());
        unsaid.secret(side.browser.form_token().await);
        unsaid.secret(&side.key);
        unsaid.secret(
            platform
                .app
                .keys
                .pairwise_subject(side.worker, &side.app.client_id),
        );
    }
    for persona in provider::personas().unwrap() {
        let subject = Digest::of(format!("cpf test provider\0cpf\0{}", persona.id));
        unsaid.secret(subject.to_hex());
        let browser = Browser::of(platform, &persona.id).await;
        unsaid.secret(browser.cookie("session").unwrap());
        browser.open_path("/journal").await;
    }
    let ours = &scene.ours;
    let address = ours.app.ask(platform, &asked()).await;
    unsaid.secret(address.rsplit("request_uri%3A").next().unwrap());
    let code = ours.app.code(platform, &ours.browser, &["skills"]).await;
    unsaid.secret(&code);
    let form = ours
        .app
        .trade_form(platform.clock.now().unix_timestamp(), &code);
    let assertion = form
        .iter()
        .find(|(name, _)| name == "client_assertion")
        .unwrap();
    unsaid.secret(assertion.1.rsplit('.').next().unwrap());
    assert_eq!(ours.app.post("/oauth/token", &form).await.status, 200);
    // Presented twice: refused, and the grant ends.
    assert_eq!(ours.app.post("/oauth/token", &form).await.status, 401);
    ours.app
        .read("/v1/record/certificates?limit=1", &ours.tokens.access)
        .await;
    deposit(platform, &ours.key, flux("certificates-with-errors.xml")).await;
    ours.browser.revoke().await;
    ours.app
        .read("/v1/record/certificates", &ours.tokens.access)
        .await;
    scene
}

/// Mistakes that carry a name, each answered with a problem or in OAuth's words.
async fn mistakes(scene: &Scene, name: &str) -> Vec<Response> {
    let (ours, url) = (&scene.ours, &scene.platform.url);
    let mut replies = Vec::new();
    for path in [
        format!("/v1/occupations?limit={name}"),
        format!("/v1/occupations?after={name}"),
        format!("/v1/occupations?q={}", name.repeat(30)),
        format!("/v1/occupations/{name}"),
        format!("/v1/qualifications/{name}"),
        format!("/problems/{name}"),
        format!("/{name}/{name}?{name}={name}"),
        format!("/record?after={name}"),
        format!("/record?limit={name}"),
        format!("/oauth/authorize?client_id={name}&request_uri={name}"),
    ] {
        let request = ours
            .browser
            .get(&path)
            .header(header::ACCEPT, "application/json");
        let mut request = request.build().unwrap();
        request
            .headers_mut()
            .insert(header::ACCEPT, "application/json".parse().unwrap());
        let cookie = format!("session={}", ours.browser.cookie("session").unwrap());
        request
            .headers_mut()
            .insert(header::COOKIE, cookie.parse().unwrap());
        replies.push(client().execute(request).await.unwrap());
    }
    for path in ["/v1/record/certificates", "/v1/batches"] {
        let get = client().get(format!("{url}{path}?after={name}"));
        replies.push(get.bearer_auth(name).send().await.unwrap());
    }
    let token = ours.browser.form_token().await;
    let fields = [
        ("client_id", name),
        ("request_uri", name),
        ("decision", name),
    ];
    for field in fields.iter().chain(&[("section", name), ("days", name)]) {
        let mut form = vec![("form_token", token.as_str())];
        form.extend(fields.iter().filter(|(known, _)| *known != "decision"));
        form.push(("decision", "accept"));
        form.retain(|(known, _)| known != &field.0);
        form.push(*field);
        let request = ours.browser.form("/oauth/authorize", &form);
        let mut request = request.build().unwrap();
        request
            .headers_mut()
            .insert(header::ACCEPT, "application/json".parse().unwrap());
        let cookie = format!("session={}", ours.browser.cookie("session").unwrap());
        request
            .headers_mut()
            .insert(header::COOKIE, cookie.parse().unwrap());
        replies.push(client().execute(request).await.unwrap());
    }
    replies.extend(back_channel_mistakes(scene, name).await);
    replies
}

async fn back_channel_mistakes(scene: &Scene, name: &str) -> Vec<Response> {
    let (app, url) = (&scene.ours.app, &scene.platform.url);
    let now = scene.platform.clock.now().unix_timestamp();
    let mut forms = Vec::new();
    for member in asked()[0]
        .as_object()
        .unwrap()
        .keys()
        .chain(["unknown".to_owned()].iter())
    {
        for value in [json!(name), json!([name]), json!({ name: name })] {
            let mut details = asked();
            details[0][member] = value;
            forms.push(("/oauth/par", app.push_form(now, &details)));
        }
    }
    let mut named = asked();
    named[0][name] = json!(1);
    forms.push(("/oauth/par", app.push_form(now, &named)));
    let fields = app
        .trade_form(now, name)
        .into_iter()
        .chain(app.push_form(now, &asked()));
    for (field, _) in fields {
        for path in ["/oauth/par", "/oauth/token"] {
            let mut form = match path {
                "/oauth/par" => app.push_form(now, &asked()),
                _ => app.trade_form(now, name),
            };
            form.retain(|(known, _)| *known != field);
            form.extend([
                (field.clone(), name.to_owned()),
                (field.clone(), name.to_owned()),
            ]);
            forms.push((path, form.clone()));
            form.pop();
            forms.push((path, form));
        }
    }
    for claim in ["iss", "sub", "aud", "jti", "exp"] {
        let mut claims = app.claims(now);
        claims[claim] = json!(name);
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let form = [
            ("client_assertion_type", kind),
            ("client_assertion", &app.sign(&claims)),
        ];
        let form = form.map(|(known, value)| (known.to_owned(), value.to_owned()));
        forms.push(("/oauth/par", form.to_vec()));
    }
    let mut replies = Vec::new();
    for (path, form) in forms {
        replies.push(
            client()
                .post(format!("{url}{path}"))
                .form(&form)
                .send()
                .await
                .unwrap(),
        );
    }
    replies
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_says_of_itself_names_nobody_and_tells_no_secret() {
    let mut unsaid = Unsaid::of_personas();
    let scene = Box::pin(journey(&mut unsaid)).await;
    let platform = &scene.platform;
    for name in ["Orfeuillard", "orfeuillard-lucie", "1987-04-12"] {
        for reply in mistakes(&scene, name).await {
            let (place, status) = (reply.url().path().to_owned(), reply.status());
            let body = reply.text().await.unwrap();
            assert!(!status.is_server_error(), "{place}: {body}");
            if status.is_client_error() {
                unsaid.check(&format!("{status} of {place}"), &body);
            }
        }
        // A name where a flux has none, and a file that ends in the middle of one.
        for file in [
            flux("certificates.xml").replace("00TEST00", name),
            format!("<{name}><{name}"),
        ] {
            let reply = send_flux(platform, &scene.ours.key, file).await;
            unsaid.check("the answer to a deposit", &reply.body.to_string());
        }
    }
    let report = show_batch(platform, &scene.ours.key, &scene.ours.batch).await;
    unsaid.check("a report", &report.body.to_string());
    let numbers = client()
        .get(format!("{}/metrics", platform.metrics))
        .send()
        .await
        .unwrap();
    let numbers = numbers.text().await.unwrap();
    assert!(numbers.contains("cpf_http_requests_total"), "{numbers}");
    unsaid.check("the metrics", &numbers);
    // Faults are logged with their causes.
    platform.app.db.close();
    for path in ["/record", "/journal", "/authorizations"] {
        assert_eq!(scene.ours.browser.open_path(path).await.status, 503);
    }
    let logged = net::caught();
    for known in [
        "http.request",
        "signed in",
        "intake.deposit",
        "refused",
        "failed",
    ] {
        assert!(logged.contains(known), "the net has a hole: {known}");
    }
    unsaid.check("the log", &logged);
}

#[test]
fn the_search_finds_what_it_is_for() {
    let mut unsaid = Unsaid::of_personas();
    unsaid.secret("0123456789abcdef0123456789abcdef0123456789");
    let said = [
        "name=\"ORFEUILLARD\"",
        "Traits { birth_name: \"d’àlembrèthe-nœuvic\" }",
        "D ALEMBRETHE NOEUVIC",
        "born 1987-04-12 in 38185",
        "?q=Percheminier&",
        "tail 6789abcdef0123456789abcdef0123456789",
    ];
    for said in said {
        let found = std::panic::catch_unwind(|| unsaid.check("a test", said));
        assert!(found.is_err(), "{said}");
    }
    for harmless in [
        "http://localhost:38185/",
        "took 0.38185 ms",
        "lucien",
        "018fb81b-38185a",
    ] {
        unsaid.check("a test", harmless);
    }
}
