//! A certifier's system: it sends files, waits for their reports, and reads them in both forms.
//! Beside it, what the database holds, for "nothing was stored".

use reqwest::{Body, Client, RequestBuilder, header};
use serde_json::Value;

use crate::harness::{Platform, Reply, contract, first};

/// A certifier with its key.
pub(crate) struct Certifier {
    pub(crate) key: String,
    platform: String,
    http: Client,
}

impl Certifier {
    /// The sandbox's certifier, whose `idClient` is `00TEST00`.
    pub(crate) async fn of(platform: &Platform) -> Self {
        Self::with(platform, platform.certifier().await)
    }

    /// Another certifier, whose `idClient` is `00OTHER0`.
    pub(crate) async fn other(platform: &Platform) -> Self {
        Self::with(platform, platform.other_certifier().await)
    }

    fn with(platform: &Platform, key: String) -> Self {
        Self {
            key,
            platform: platform.url.clone(),
            http: Client::new(),
        }
    }

    /// The same certifier, at another address of the platform.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self {
            key: self.key.clone(),
            platform: address.to_owned(),
            http: Client::new(),
        }
    }

    /// A deposit, to be altered before it is sent.
    pub(crate) fn request(&self) -> RequestBuilder {
        let address = format!("{}/v1/batches?file_name=holders.xml", self.platform);
        let request = self.http.post(address).bearer_auth(&self.key);
        request.header(header::CONTENT_TYPE, "application/xml")
    }

    /// Sends a file.
    pub(crate) async fn send(&self, flux: impl Into<Body>) -> Reply {
        hold(self.request().body(flux)).await
    }

    /// Sends a file that is taken, and waits until it is processed; gives the report.
    pub(crate) async fn deposit(&self, flux: impl Into<Body>) -> Report {
        let sent = self.send(flux).await;
        assert_eq!(sent.status, 202, "{}", sent.body);
        let batch = sent.body["id"].as_str().unwrap();
        assert_eq!(
            sent.headers[header::LOCATION],
            format!("/v1/batches/{batch}")
        );
        self.processed(batch).await
    }

    /// Waits until `batch` is processed; gives the report.
    pub(crate) async fn processed(&self, batch: &str) -> Report {
        first("the report", async || {
            let reply = self.report(batch, "?limit=200").await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            (reply.body["batch"]["status"] != "received").then_some(Report(reply.body))
        })
        .await
    }

    /// A page of the report of `batch`.
    pub(crate) async fn report(&self, batch: &str, query: &str) -> Reply {
        self.read(batch, query, "application/json").await
    }

    /// The legacy report of `batch`.
    pub(crate) async fn legacy_report(&self, batch: &str) -> Reply {
        self.read(batch, "", "application/xml").await
    }

    async fn read(&self, batch: &str, query: &str, accept: &str) -> Reply {
        let address = format!("{}/v1/batches/{batch}{query}", self.platform);
        let request = self.http.get(address).bearer_auth(&self.key);
        let sent = request.header(header::ACCEPT, accept).send().await.unwrap();
        contract().hold("get", "/v1/batches/{id}", sent).await
    }
}

/// Sends a deposit and holds the answer to the contract.
pub(crate) async fn hold(request: RequestBuilder) -> Reply {
    contract()
        .hold("post", "/v1/batches", request.send().await.unwrap())
        .await
}

/// Asserts that `reply` refuses with the problem `slug`, and gives its first error.
pub(crate) fn refusal(reply: &Reply, status: u16, slug: &str) -> Value {
    assert_eq!(reply.status, status, "{}", reply.body);
    let kind = reply.body["type"].as_str().unwrap();
    assert!(
        kind.ends_with(&format!("/problems/{slug}")),
        "{slug}: {}",
        reply.body
    );
    reply.body["errors"][0].clone()
}

/// The report of a processed batch.
#[derive(Debug)]
pub(crate) struct Report(pub(crate) Value);

impl Report {
    /// The batch's id.
    pub(crate) fn id(&self) -> &str {
        self.0["batch"]["id"].as_str().unwrap()
    }

    /// How many passages met `verdict`.
    pub(crate) fn count(&self, verdict: &str) -> u64 {
        self.0["batch"]["counts"][verdict].as_u64().unwrap()
    }

    /// The passages.
    pub(crate) fn passages(&self) -> &[Value] {
        assert!(self.0["next"].is_null(), "more than one page");
        self.0["passages"].as_array().unwrap()
    }

    /// The one passage there is: its verdict, and the trait that decided.
    pub(crate) fn only(&self) -> (&str, Option<&str>) {
        let [passage] = self.passages() else {
            panic!("not one passage: {}", self.0)
        };
        (
            passage["verdict"].as_str().unwrap(),
            passage["decided_by"].as_str(),
        )
    }
}

/// How many rows the tables that deposits write to hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stored(Vec<(&'static str, i64)>);

/// The tables that deposits write to.
const TABLES: [&str; 7] = [
    "batches",
    "batch_chunks",
    "batch_reports",
    "passages",
    "waiting_certificates",
    "entries",
    "journal",
];

impl Stored {
    /// Nothing at all.
    pub(crate) fn nothing() -> Self {
        Self(TABLES.map(|table| (table, 0)).into())
    }

    /// What `platform` holds.
    pub(crate) async fn on(platform: &Platform) -> Self {
        let owner = platform.owner().await;
        let mut counts = Vec::new();
        for table in TABLES {
            let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new("SELECT count(*) FROM ");
            query.push(table);
            let count = query.build_query_scalar().fetch_one(&owner).await.unwrap();
            counts.push((table, count));
        }
        owner.close().await;
        Self(counts)
    }

    /// How many rows `table` holds.
    pub(crate) fn rows(&self, table: &str) -> i64 {
        self.0.iter().find(|(name, _)| *name == table).unwrap().1
    }
}
