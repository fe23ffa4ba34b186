//! Random grants over what a worker declares: no byte comes out that was not granted, and none stays
//! behind. What must come out is written down by a second hand, from the record as it was drawn.

use biscuit_auth::{UnverifiedBiscuit, builder::BlockBuilder};
use kernel::Entropy;
use serde_json::{Map, Value, json};
use sqlx::PgPool;
use time::Date;
use uuid::Uuid;

use super::declared_asked;
use crate::{
    grants::scope::Dice,
    harness::{Browser, ConsentPage, Platform},
};

/// What the random numbers follow from.
const SEED: u64 = 0x5eed_0048;
/// How many grants are tried.
const GRANTS: usize = 24;

/// Each section with its fields.
const SECTIONS: [(&str, &[&str]); 5] = [
    (
        "trainings",
        &[
            "title",
            "organisation",
            "started_on",
            "ended_on",
            "description",
        ],
    ),
    (
        "diplomas",
        &["title", "organisation", "level", "obtained_on"],
    ),
    (
        "experiences",
        &[
            "title",
            "organisation",
            "occupation",
            "started_on",
            "ended_on",
            "description",
        ],
    ),
    ("skills", &["title", "mastery", "description"]),
    ("projects", &["title", "occupation", "description"]),
];

/// An entry as it was drawn.
struct Drawn {
    id: Uuid,
    section: &'static str,
    dated: Option<Date>,
    body: Map<String, Value>,
}

impl Drawn {
    fn draw(dice: &Dice, section: &'static str, fields: &[&str]) -> Self {
        let day = dice.day();
        let mut body = Map::new();
        for field in fields {
            let value = match *field {
                "level" => json!(1 + dice.below(8)),
                "mastery" => json!(["beginner", "expert"][dice.below(2)]),
                "occupation" => json!("M1805"),
                "started_on" | "ended_on" | "obtained_on" => json!(day.to_string()),
                _ => json!(dice.word()),
            };
            if *field == "title" || dice.chance() {
                body.insert((*field).to_owned(), value);
            }
        }
        let dated = body.contains_key("started_on") || body.contains_key("obtained_on");
        Self {
            id: Uuid::from_bytes(dice.0.bytes()),
            section,
            dated: dated.then_some(day),
            body,
        }
    }

    /// As the API must tell it: these fields of those that it has.
    fn told(&self, fields: &[&str]) -> Value {
        let mut told = Map::new();
        told.insert("id".into(), json!(self.id));
        told.insert("version".into(), json!(1));
        told.insert("recorded_at".into(), json!("2026-01-01T00:00:00Z"));
        told.insert("provenance".into(), json!("declared"));
        for (name, value) in &self.body {
            if fields.contains(&name.as_str()) {
                let value = match name.as_str() {
                    "occupation" => json!({ "code": value }),
                    _ => value.clone(),
                };
                told.insert(name.clone(), value);
            }
        }
        told.into()
    }

    fn is_in(&self, items: Option<&Value>, period: Option<&Value>) -> bool {
        let named = |items: &Value| items.as_array().unwrap().contains(&json!(self.id));
        let within = |period: &Value| {
            // Days of one century compare as they are written.
            let bound = |name| period[name].as_str();
            self.dated.is_some_and(|day| {
                let day = day.to_string();
                bound("from").is_none_or(|from| from <= day.as_str())
                    && bound("until").is_none_or(|until| day.as_str() <= until)
            })
        };
        items.is_none_or(named) && period.is_none_or(within)
    }
}

/// A record of some entries in each section.
async fn record(owner: &PgPool, dice: &Dice) -> Vec<Drawn> {
    let insert = "
        INSERT INTO entries (worker_id, entry_id, section, provenance, dated, body, recorded_at)
        SELECT worker_id, $1, $2, 'declared', $3, $4, '2026-01-01T00:00:00Z' FROM identities";
    let mut record = Vec::new();
    for (section, fields) in SECTIONS {
        for _ in 0..6 {
            let drawn = Drawn::draw(dice, section, fields);
            let stored = sqlx::query(insert)
                .bind(drawn.id)
                .bind(section)
                .bind(drawn.dated)
                .bind(Value::from(drawn.body.clone()));
            stored.execute(owner).await.unwrap();
            record.push(drawn);
        }
    }
    record.sort_by_key(|drawn| drawn.id);
    record
}

/// What an app asks of some sections, each whole or limited.
fn drawn_details(dice: &Dice, record: &[Drawn]) -> Value {
    let mut details = declared_asked();
    let (mut fields, mut items) = (Map::new(), Map::new());
    let sections = dice.some(&SECTIONS);
    for (section, all) in &sections {
        if dice.chance() {
            fields.insert((*section).to_owned(), json!(dice.some(all)));
        }
        if dice.chance() {
            let ids = record.iter().filter(|drawn| drawn.section == *section);
            let ids: Vec<_> = ids.map(|drawn| drawn.id).collect();
            items.insert((*section).to_owned(), json!(dice.some(&ids)));
        }
    }
    let names: Vec<_> = sections.iter().map(|(section, _)| *section).collect();
    details[0]["sections"] = json!(names);
    details[0]["essential"] = json!(names);
    for (member, limits) in [("fields", fields), ("items", items)] {
        if !limits.is_empty() {
            details[0][member] = limits.into();
        }
    }
    if dice.chance() {
        details[0]["period"] = dice.period();
    }
    details
}

/// A token of a grant of its own for `details`.
async fn granted(platform: &Platform, worker: &Browser, details: &Value) -> String {
    let now = platform.clock.now().unix_timestamp();
    let mut form = platform.coach.push_form(now, details);
    form.push(("grant_management_action".into(), "create".into()));
    let path = platform.coach.ask_by(&form).await;
    let page = ConsentPage::open_at(worker, path).await;
    let back = page.accept(worker, &[]).await;
    let code = back.parameter("code");
    let code = code.unwrap_or_else(|| panic!("{details}: {}", back.html));
    platform.coach.trade(platform, &code).await.access
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_she_declares_any_grant_lets_out_what_it_gives_to_the_byte() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let dice = Dice(Entropy::seeded(SEED));
    let owner = platform.owner().await;
    let record = record(&owner, &dice).await;
    for number in 0..GRANTS {
        let details = drawn_details(&dice, &record);
        let token = granted(&platform, &worker, &details).await;
        let asked = &details[0];
        for (section, all) in SECTIONS {
            let place = format!("{SEED:#x}, grant {number}, {section}: {details}");
            let path = format!("/v1/record/{section}");
            let reply = platform.coach.read(&path, &token).await;
            if !asked["sections"]
                .as_array()
                .unwrap()
                .contains(&json!(section))
            {
                assert_eq!(reply.verdict(), (403, "insufficient-rights"), "{place}");
                continue;
            }
            let limited = |member: &str| asked.get(member)?.get(section);
            let fields: Vec<&str> = limited("fields").map_or_else(
                || all.to_vec(),
                |names| {
                    names
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter_map(Value::as_str)
                        .collect()
                },
            );
            let items = limited("items");
            let given = record.iter().filter(|drawn| {
                drawn.section == section && drawn.is_in(items, asked.get("period"))
            });
            let expected: Vec<_> = given.clone().map(|drawn| drawn.told(&fields)).collect();
            assert_eq!(reply.body, json!({ "items": expected }), "{place}");
            let one = fields[dice.below(fields.len())];
            let less = platform
                .coach
                .read(&format!("{path}?fields={one}"), &token)
                .await;
            let expected: Vec<_> = given.map(|drawn| drawn.told(&[one])).collect();
            assert_eq!(less.body, json!({ "items": expected }), "{place}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_narrowed_to_an_operation_a_section_or_a_field_proposes_and_reads_no_more() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let coach = &platform.coach;
    let mut details = declared_asked();
    details[0]["sections"] = json!(["skills", "experiences"]);
    details[0]["essential"] = json!(["skills", "experiences"]);
    let token = granted(&platform, &worker, &details).await;
    let token = UnverifiedBiscuit::from_base64(token).unwrap();
    for (check, reads, proposes, elsewhere) in [
        ("check if operation(\"read\");", 200, 403, 403),
        ("check if operation(\"propose\");", 403, 201, 201),
        ("check if section(\"skills\");", 200, 201, 403),
        (
            "check all field($f), [\"title\"].contains($f);",
            403,
            201,
            201,
        ),
        (
            "check all field($f), [\"mastery\"].contains($f);",
            403,
            403,
            403,
        ),
    ] {
        let block = BlockBuilder::new().code(check).unwrap();
        let less = token.append(block).unwrap().to_base64().unwrap();
        let read = coach.read("/v1/record/skills", &less).await;
        assert_eq!(read.status, reads, "{check}: {}", read.body);
        let titled = json!([{ "title": check }]);
        let proposed = coach.propose("skills", &titled, &less).await;
        assert_eq!(proposed.status, proposes, "{check}: {}", proposed.body);
        let proposed = coach.propose("experiences", &titled, &less).await;
        assert_eq!(proposed.status, elsewhere, "{check}: {}", proposed.body);
    }
}
