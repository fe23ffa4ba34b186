//! The demonstration app, from its offer to her record and back: nothing but what a browser sends.

use std::sync::Arc;

use reqwest::{Client, RequestBuilder, Response, header, redirect::Policy};
use tokio::net::TcpListener;

use crate::{
    harness::{Browser, ConsentPage, Platform},
    promises::scene::{deposit, flux, seed},
};

/// Where the app says that it is; it listens elsewhere.
const ADDRESS: &str = "https://coach.example";

/// The skill that goes with the field of work of her certificates.
const SKILL: &str = "Organiser son travail avec des outils numériques";

/// A button that has the app propose.
const BUTTON: &str = "Proposer à mon dossier";

/// A worker with certificates, and the demonstration app.
struct Visit {
    platform: Platform,
    worker: Browser,
    app: String,
    http: Client,
    cookie: String,
}

impl Visit {
    async fn start() -> Self {
        let platform = Platform::start().await;
        seed(&platform).await;
        platform.app.labour.reload().await.unwrap();
        let worker = Browser::of(&platform, "plain").await;
        let key = platform.certifier().await;
        deposit(&platform, &key, flux("certificates.xml")).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app = format!("http://{}", listener.local_addr().unwrap());
        let clock = platform.clock.clone();
        let router = coach::router(coach::Settings {
            platform: platform.url.clone(),
            client_id: platform.coach.client_id.clone(),
            key: platform.coach.signing_key(),
            public_url: ADDRESS.into(),
            now: Arc::new(move || clock.now()),
        });
        tokio::spawn(axum::serve(listener, router.unwrap()).into_future());
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        Self {
            platform,
            worker,
            app,
            http,
            cookie: String::new(),
        }
    }

    /// She connects her record, ticks these sections, and comes back; what the consent page said.
    async fn connect(&mut self, ticked: &[&str]) -> String {
        let left = self.http.get(format!("{}/connect?lang=fr", self.app));
        let left = self.send(left).await;
        self.keep_cookie(&left);
        let path = leads(&left).replace(&self.platform.url, "");
        let page = ConsentPage::open_at(&self.worker, path).await;
        let back = page.accept(&self.worker, ticked).await;
        let back = back.url.to_string().replace(ADDRESS, &self.app);
        let answered = self.send(self.http.get(back)).await;
        assert_eq!(answered.status(), 303);
        self.keep_cookie(&answered);
        page.seen.html
    }

    fn keep_cookie(&mut self, answer: &Response) {
        let set = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        set.split(';').next().unwrap().clone_into(&mut self.cookie);
    }

    /// Sends a request to the app as her browser does.
    async fn send(&self, request: RequestBuilder) -> Response {
        let request = request.header(header::COOKIE, &self.cookie);
        request.send().await.unwrap()
    }

    /// What the app shows her.
    async fn page(&self) -> String {
        let home = self.http.get(format!("{}/?lang=fr", self.app));
        let home = self.send(home).await;
        assert_eq!(home.status(), 200);
        home.text().await.unwrap()
    }

    /// The form behind one of its buttons.
    fn form(&self, section: &str, title: &str) -> RequestBuilder {
        let form = [("section", section), ("title", title)];
        let address = format!("{}/propose?lang=fr", self.app);
        self.http.post(address).form(&form)
    }

    /// She presses one of its buttons.
    async fn propose(&self, section: &str, title: &str) {
        let back = self.send(self.form(section, title)).await;
        assert_eq!(back.status(), 303);
        assert_eq!(leads(&back), "/?lang=fr#offers");
    }

    /// She decides, on the platform, on the one proposal that waits.
    async fn decide(&self, decision: &str) {
        let record = self.worker.open_path("/record").await;
        let id = record.between("action=\"/record/proposals/", "\"");
        let token = record.hidden("form_token");
        let form = [("form_token", token.as_str()), ("decision", decision)];
        let path = format!("/record/proposals/{id}");
        let seen = self.worker.submit(&path, &form).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
    }

    /// Whether anything waits for her.
    async fn waits(&self) -> bool {
        let record = self.worker.open_path("/record").await;
        record.html.contains("Propositions à examiner")
    }
}

/// Where an answer sends the browser.
fn leads(answer: &Response) -> String {
    let location = answer.headers()[header::LOCATION].to_str();
    location.unwrap().to_owned()
}

/// A part of a page, between its heading's id and the end of the section.
fn part<'a>(html: &'a str, id: &str) -> &'a str {
    let heading = format!("<h2 id=\"{id}\">");
    let (_, rest) = html
        .split_once(&heading)
        .unwrap_or_else(|| panic!("no {id}: {html}"));
    rest.split("</section>").next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_app_offers_she_has_proposed_accepts_or_refuses_and_it_says_so_kindly() {
    let mut visit = Visit::start().await;
    let asked = visit.connect(&["skills", "experiences", "projects"]).await;
    let may = "pourra vous proposer des ajouts à votre dossier";
    assert!(asked.contains(may), "{asked}");
    let page = visit.page().await;
    assert!(part(&page, "offers").contains(BUTTON), "{page}");
    assert!(
        part(&page, "skills").contains("Rien pour le moment"),
        "{page}"
    );
    assert!(
        !visit.waits().await,
        "nothing is proposed before she says so"
    );

    visit.propose("skills", SKILL).await;
    let page = visit.page().await;
    let waiting = format!("{}/record#proposals", visit.platform.url);
    assert!(part(&page, "offers").contains(&waiting), "{page}");
    assert!(!part(&page, "skills").contains(SKILL), "not yet: {page}");
    visit.decide("accept").await;
    let page = visit.page().await;
    assert!(part(&page, "skills").contains(SKILL), "{page}");
    assert!(
        part(&page, "offers").contains("Vous l’avez acceptée"),
        "{page}"
    );

    let project =
        "name=\"section\" value=\"projects\">\n<input type=\"hidden\" name=\"title\" value=\"";
    let (_, title) = page.split_once(project).unwrap();
    let title = title.split('"').next().unwrap().to_owned();
    visit.propose("projects", &title).await;
    visit.decide("refuse").await;
    visit.propose("projects", &title).await;
    assert!(!visit.waits().await, "it does not insist");
    let page = visit.page().await;
    assert!(part(&page, "offers").contains("Vous l’avez refusée, nous n’insistons pas."));
    assert!(!page.contains(project), "{page}");
    assert!(!part(&page, "projects").contains(&title), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_offers_nothing_where_she_lets_it_propose_nothing_nor_proposes_what_it_did_not_offer()
 {
    let mut visit = Visit::start().await;
    visit.connect(&["skills"]).await;
    let page = visit.page().await;
    assert!(!page.contains("value=\"projects\""), "{page}");
    assert!(page.contains("Vous gardez pour vous vos projets"), "{page}");
    visit.propose("skills", "Piloter un avion").await;
    visit.propose("projects", SKILL).await;
    let foreign = visit.form("skills", SKILL).send().await.unwrap();
    assert_eq!(
        foreign.status(),
        303,
        "another site's form brings no cookie"
    );
    assert!(!visit.waits().await);

    let mut visit = Visit::start().await;
    visit.connect(&[]).await;
    let page = visit.page().await;
    assert!(!page.contains(BUTTON), "{page}");
    visit.propose("skills", SKILL).await;
    assert!(!visit.waits().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_of_before_that_lets_the_app_read_only_stays_beside_the_one_it_asks_for_now() {
    let mut visit = Visit::start().await;
    let platform = &visit.platform;
    platform.coach.connect(platform, &visit.worker).await;
    visit.connect(&["skills", "projects"]).await;
    assert!(visit.page().await.contains(BUTTON));
    let grants = visit.worker.open_path("/authorizations").await.html;
    assert_eq!(grants.matches("/revoke\"").count(), 2, "{grants}");
}
