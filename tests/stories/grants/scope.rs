//! Random grants over a random record: no byte comes out that was not granted.
//!
//! What must come out is written down by a second hand, from the record as it was drawn; replies
//! are compared with it as a whole.

use std::collections::BTreeSet;

use biscuit_auth::{UnverifiedBiscuit, builder::BlockBuilder};
use kernel::Entropy;
use serde_json::{Map, Value, json};
use sqlx::PgPool;
use time::{Date, Duration, macros::date};
use uuid::Uuid;

use super::{grant, start};
use crate::harness::{Platform, Reply, asked};

/// What the random numbers follow from. A failure is repeated by the seed that it prints.
const SEED: u64 = 0x5eed_0009;
/// How many grants are tried.
const GRANTS: usize = 64;

pub(super) const FIELDS: [&str; 12] = [
    "issuer",
    "qualification",
    "occupations",
    "valid_from",
    "valid_until",
    "obtained",
    "score",
    "mention",
    "language_level",
    "digital_level",
    "option_label",
    "evidence_url",
];

/// Random choices.
pub(crate) struct Dice(pub(crate) Entropy);

impl Dice {
    pub(crate) fn below(&self, end: usize) -> usize {
        usize::from(u16::from_be_bytes(self.0.bytes())) % end
    }

    pub(crate) fn chance(&self) -> bool {
        self.below(2) == 0
    }

    /// One of `all` at least.
    pub(crate) fn some<T: Clone>(&self, all: &[T]) -> Vec<T> {
        let mut chosen: Vec<_> = all.iter().filter(|_| self.chance()).cloned().collect();
        if chosen.is_empty() {
            chosen.push(all[self.below(all.len())].clone());
        }
        chosen
    }

    /// A word that stands nowhere else.
    pub(crate) fn word(&self) -> String {
        format!("{:x}", u64::from_be_bytes(self.0.bytes()))
    }

    pub(crate) fn day(&self) -> Date {
        let days = i64::try_from(self.below(3_650)).unwrap();
        date!(2016 - 01 - 01) + Duration::days(days)
    }

    pub(crate) fn period(&self) -> Value {
        let (one, other) = (self.day(), self.day());
        let (from, until) = (one.min(other).to_string(), one.max(other).to_string());
        match self.below(3) {
            0 => json!({"from": from}),
            1 => json!({"until": until}),
            _ => json!({"from": from, "until": until}),
        }
    }
}

/// An entry as it was drawn.
pub(super) struct Drawn {
    pub(super) id: Uuid,
    attested: bool,
    pub(super) dated: Option<Date>,
    body: Map<String, Value>,
}

impl Drawn {
    pub(super) fn draw(dice: &Dice) -> Self {
        let mut body = Map::new();
        let mut know = |name: &str, value: Value| {
            body.insert(name.into(), value);
        };
        let from = dice.day();
        know(
            "qualification_code",
            json!(format!("RS{:05}", dice.below(100_000))),
        );
        know("technical_id", json!(dice.word()));
        know("valid_from", json!(from.to_string()));
        know(
            "obtained",
            json!(["by_admission", "by_scoring"][dice.below(2)]),
        );
        know("certified", json!(dice.chance()));
        let optional = [
            (
                "valid_until",
                json!((from + Duration::days(365)).to_string()),
            ),
            ("score", json!(dice.word())),
            ("mention", json!("good")),
            ("language_level", json!("B2")),
            (
                "digital_level",
                json!({"results": [{"skill": dice.word()}]}),
            ),
            ("option_label", json!(dice.word())),
            ("exam", json!({"postal_code": "35000"})),
            (
                "evidence_url",
                json!(format!("https://issuer.example/{}", dice.word())),
            ),
        ];
        for (name, value) in optional {
            if dice.chance() {
                know(name, value);
            }
        }
        Self {
            id: Uuid::from_bytes(dice.0.bytes()),
            attested: dice.chance(),
            // One that an earlier program stored without its day, now and then.
            dated: (dice.below(8) > 0).then_some(from),
            body,
        }
    }

    /// The code of what it certifies, by which pages call it where the registers say nothing of it.
    pub(super) fn code(&self) -> String {
        self.body["qualification_code"].as_str().unwrap().to_owned()
    }

    /// As the API must tell it: these fields of those that it has.
    fn told(&self, fields: &BTreeSet<&str>) -> Value {
        let code = json!({"code": self.body["qualification_code"]});
        let issuer = json!({"name": "Organisation 90000000100009", "siret": "90000000100009"});
        let mut told = Map::new();
        told.insert("id".into(), json!(self.id));
        told.insert("version".into(), json!(1));
        told.insert("recorded_at".into(), json!("2026-01-01T00:00:00Z"));
        for field in fields {
            let value = match *field {
                "issuer" => self.attested.then(|| issuer.clone()),
                "qualification" => Some(code.clone()),
                "occupations" => Some(json!([])),
                member => self.body.get(member).cloned(),
            };
            told.extend(value.map(|value| ((*field).to_owned(), value)));
        }
        told.into()
    }

    /// Whether a grant of this shape lets it out.
    fn is_in(&self, items: Option<&[Uuid]>, period: Option<&Value>) -> bool {
        let within = |period: &Value| {
            let Some(day) = self.dated.map(|day| day.to_string()) else {
                return false;
            };
            // Days of one century compare as they are written.
            period["from"]
                .as_str()
                .is_none_or(|from| from <= day.as_str())
                && period["until"]
                    .as_str()
                    .is_none_or(|until| day.as_str() <= until)
        };
        items.is_none_or(|items| items.contains(&self.id)) && period.is_none_or(within)
    }
}

/// Stores `drawn` in this section of the record of the worker of this name.
pub(super) async fn store(owner: &PgPool, name: &str, section: &str, drawn: &[Drawn]) {
    let insert = "
        INSERT INTO entries (worker_id, entry_id, section, provenance, organisation_id, dated,
                             body, recorded_at)
        SELECT worker_id, $3, $2, CASE WHEN $4 THEN 'attested' ELSE 'declared' END,
               CASE WHEN $4 THEN organisation_id END, $5, $6, '2026-01-01T00:00:00Z'
          FROM identities, organisations
         WHERE birth_name = $1 AND siret = '90000000100009'";
    for entry in drawn {
        let stored = sqlx::query(insert)
            .bind(name)
            .bind(section)
            .bind(entry.id)
            .bind(entry.attested)
            .bind(entry.dated)
            .bind(Value::from(entry.body.clone()))
            .execute(owner);
        assert_eq!(stored.await.unwrap().rows_affected(), 1);
    }
}

/// One grant, and what it gives of the certificates.
struct Given {
    fields: BTreeSet<&'static str>,
    items: Option<Vec<Uuid>>,
    period: Option<Value>,
    access: String,
}

impl Given {
    async fn draw(dice: &Dice, scene: &(Platform, crate::harness::Browser), ids: &[Uuid]) -> Self {
        let (platform, worker) = scene;
        let fields = dice.chance().then(|| dice.some(&FIELDS));
        let items = dice.chance().then(|| dice.some(ids));
        let period = dice.chance().then(|| dice.period());
        let mut details = asked();
        if let Some(fields) = &fields {
            details[0]["fields"] = json!({"certificates": fields});
        }
        if let Some(items) = &items {
            details[0]["items"] = json!({"certificates": items});
        }
        if let Some(period) = &period {
            details[0]["period"] = period.clone();
        }
        let tokens = grant(platform, worker, &details).await;
        for limit in ["fields", "items", "period"] {
            let (asked, told) = (details[0].get(limit), tokens.details.get(limit));
            let sorted = |limit: &Value| serde_json::from_value::<BTreeSet<String>>(limit.clone());
            match (limit, asked, told) {
                (_, None, None) | ("period", ..) => assert_eq!(asked, told),
                (_, Some(asked), Some(told)) => {
                    let [asked, told] = [asked, told].map(|limit| &limit["certificates"]);
                    assert_eq!(sorted(asked).unwrap(), sorted(told).unwrap(), "{limit}");
                }
                _ => panic!("{limit}: {asked:?} was granted as {told:?}"),
            }
        }
        Self {
            fields: fields
                .unwrap_or_else(|| FIELDS.to_vec())
                .into_iter()
                .collect(),
            items,
            period,
            access: tokens.access,
        }
    }

    /// What must come out of `record` where `fields` are asked for.
    fn expected(&self, record: &[Drawn], fields: &BTreeSet<&str>) -> Value {
        let out = record
            .iter()
            .filter(|entry| entry.is_in(self.items.as_deref(), self.period.as_ref()));
        json!({"items": out.map(|entry| entry.told(fields)).collect::<Vec<_>>()})
    }
}

async fn read(platform: &Platform, token: &str, fields: Option<&BTreeSet<&str>>) -> Reply {
    let names = fields.map(|fields| fields.iter().copied().collect::<Vec<_>>().join(","));
    let query = names.map_or_else(String::new, |names| format!("&fields={names}"));
    let path = format!("/v1/record/certificates?limit=200{query}");
    platform.coach.read(&path, token).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_any_record_any_grant_lets_out_what_it_gives_to_the_byte() {
    let dice = Dice(Entropy::seeded(SEED));
    let scene = start().await;
    let platform = &scene.0;
    platform.certifier().await;
    crate::harness::Browser::of(platform, "usage-name").await;
    let owner = platform.owner().await;
    let draw = |count: usize| (0..count).map(|_| Drawn::draw(&dice)).collect::<Vec<_>>();
    let (mut record, other, skills) = (draw(24), draw(6), draw(6));
    record.sort_by_key(|entry| entry.id);
    store(&owner, "Orfeuillard", "certificates", &record).await;
    store(&owner, "Boisjolain", "certificates", &other).await;
    store(&owner, "Orfeuillard", "skills", &skills).await;
    // An app may know ids that are not the worker's, or of another section.
    let all = [&record, &other, &skills].into_iter().flatten();
    let ids: Vec<_> = all.map(|entry| entry.id).collect();
    for number in 0..GRANTS {
        let given = Given::draw(&dice, &scene, &ids).await;
        let place = format!("seed {SEED:#x}, grant {number}");
        let whole = read(platform, &given.access, None).await;
        assert_eq!(whole.status, 200, "{place}: {}", whole.body);
        assert_eq!(
            whole.body,
            given.expected(&record, &given.fields),
            "{place}"
        );
        let granted: Vec<_> = given.fields.iter().copied().collect();
        let fewer: BTreeSet<_> = dice.some(&granted).into_iter().collect();
        let some = read(platform, &given.access, Some(&fewer)).await;
        assert_eq!(
            some.body,
            given.expected(&record, &fewer),
            "{place}: {fewer:?}"
        );
        narrowed(&dice, platform, &given, &record, &place).await;
        let kept: Vec<_> = FIELDS
            .iter()
            .filter(|name| !given.fields.contains(*name))
            .collect();
        if let Some(kept) = kept.first() {
            let beyond = fewer.iter().copied().chain([**kept]).collect();
            let refused = read(platform, &given.access, Some(&beyond)).await;
            assert_eq!(
                refused.verdict(),
                (403, "insufficient-rights"),
                "{place}: {kept}"
            );
        }
        // What is asked next makes a grant of its own.
        scene.1.revoke().await;
    }
}

/// A block that cuts fields away leaves the others to be asked for, and no other.
async fn narrowed(dice: &Dice, platform: &Platform, given: &Given, record: &[Drawn], place: &str) {
    let kept: BTreeSet<_> = dice.some(&FIELDS).into_iter().collect();
    let code = format!(
        "check all field($f), {:?}.contains($f);",
        kept.iter().collect::<Vec<_>>()
    );
    let token = UnverifiedBiscuit::from_base64(&given.access).unwrap();
    let block = BlockBuilder::new().code(&code).unwrap();
    let token = token.append(block).unwrap().to_base64().unwrap();
    let asked: BTreeSet<_> = dice.some(&FIELDS).into_iter().collect();
    let reply = read(platform, &token, Some(&asked)).await;
    if asked.is_subset(&kept) && asked.is_subset(&given.fields) {
        assert_eq!(
            reply.body,
            given.expected(record, &asked),
            "{place}: {code}"
        );
    } else {
        assert_eq!(
            reply.verdict(),
            (403, "insufficient-rights"),
            "{place}: {code}"
        );
    }
    let all = read(platform, &token, None).await;
    if given.fields.is_subset(&kept) {
        assert_eq!(
            all.body,
            given.expected(record, &given.fields),
            "{place}: {code}"
        );
    } else {
        assert_eq!(
            all.verdict(),
            (403, "insufficient-rights"),
            "{place}: {code}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_asked_for_by_names_that_certificates_have() {
    let (platform, worker) = start().await;
    let access = grant(&platform, &worker, &asked()).await.access;
    for bad in [
        ",",
        "name",
        "score,",
        "score,name",
        "Score",
        "id",
        "score;mention",
    ] {
        let path = format!("/v1/record/certificates?fields={bad}");
        let reply = platform.coach.read(&path, &access).await;
        assert_eq!(reply.verdict(), (400, "invalid-parameter"), "{bad}");
        let flaw = &reply.body["errors"][0];
        assert_eq!(flaw["parameter"], "fields");
        assert_eq!(flaw["code"], "unknown-field");
    }
    for good in ["", "score", "score,score", "score,mention"] {
        let path = format!("/v1/record/certificates?fields={good}");
        assert_eq!(
            platform.coach.read(&path, &access).await.status,
            200,
            "{good}"
        );
    }
}
