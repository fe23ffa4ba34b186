//! Verification, of what is sound and of what was tampered with in each way we can think of.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use super::{Evidence, Export, Flaw, Published, verify};
use crate::{
    Action, Actor, Content, Line, Salt,
    evidence::written,
    log::{Checkpoint, Key, sample::Sample, tree::Question},
};

mod reading;

const WORKER: Uuid = Uuid::from_u128(1);

/// A log of many lines, some of them of one worker.
struct Story {
    log: Sample,
    lines: Vec<(Content, Salt, Option<u64>)>,
    now: OffsetDateTime,
}

impl Story {
    fn begin() -> Self {
        Self {
            log: Sample::empty(),
            lines: Vec::new(),
            now: datetime!(2026-11-24 08:00 UTC),
        }
    }

    fn write(&mut self) -> (Content, Salt) {
        self.now += Duration::minutes(1);
        let number = u128::try_from(self.now.unix_timestamp()).unwrap();
        let content = Content::from(&Line {
            worker: WORKER.into(),
            id: Uuid::from_u128(number).into(),
            at: self.now,
            actor: Actor::App("coach".into()),
            action: Action::Read,
            section: Some("certificates".into()),
            under: None,
            entries: Vec::new(),
        });
        let salt = Salt::from_bytes([u8::try_from(self.lines.len() % 256).unwrap(); 32]);
        (content, salt)
    }

    /// One line of hers is written and sealed.
    fn seal(&mut self) {
        let (content, salt) = self.write();
        let index = self.log.edge.size();
        self.log.push(&content.commit(&salt));
        self.lines.push((content, salt, Some(index)));
    }

    /// Lines of others are sealed.
    fn others(&mut self, number: u64) {
        for one in 0..number {
            let at = self.log.edge.size() + one;
            self.log.push(&kernel::Digest::of(at.to_be_bytes()));
        }
    }

    fn leave_waiting(&mut self) {
        let (content, salt) = self.write();
        self.lines.push((content, salt, None));
    }

    /// Her export, row by row, proven for the present head; `since` are older sizes.
    fn export(&self, since: &[u64]) -> Vec<Value> {
        let new = self.log.edge.size();
        let proof = |old: &u64| {
            let proof = self.log.ask(Question::Consistency { old: *old, new });
            json!({"from": old, "proof": written(&proof)})
        };
        let consistency: Vec<_> = since.iter().map(proof).collect();
        let mut rows = vec![json!({"header": {
            "format": "cpf-journal-export-v1", "worker": WORKER,
            "checkpoint": self.log.head().note, "consistency": consistency,
        }})];
        let mut sealed = 0;
        for (content, salt, index) in self.lines.iter().rev() {
            use base64::{Engine, engine::general_purpose::STANDARD};
            let salt = STANDARD.encode(salt.as_bytes());
            let mut line = json!({"content": content, "salt": salt});
            if let Some(index) = *index {
                let proof = self.log.ask(Question::Inclusion { size: new, index });
                line["index"] = json!(index);
                line["proof"] = json!(written(&proof));
                sealed += 1;
            }
            rows.push(json!({"line": line}));
        }
        rows.push(json!({"end": {"lines": self.lines.len(), "sealed": sealed}}));
        rows
    }

    fn extension(&self, old: u64) -> Published {
        let new = self.log.edge.size();
        let proof = self.log.ask(Question::Consistency { old, new });
        Published::extending(old, proof, self.log.head().note)
    }
}

fn text(rows: &[Value]) -> String {
    rows.iter()
        .fold(String::new(), |text, row| text + &row.to_string() + "\n")
}

fn read(rows: &[Value]) -> Export {
    Export::parse(&text(rows)).unwrap()
}

fn alone(head: &Checkpoint) -> Published {
    Published::parse(&head.note).unwrap()
}

fn flaws(rows: &[Value], checkpoints: Vec<Published>, key: &Key) -> Vec<Flaw> {
    let evidence = Evidence {
        export: Some(read(rows)),
        earlier: None,
        checkpoints,
    };
    verify(&evidence, std::slice::from_ref(key)).flaws
}

/// Three lines of hers between those of others, and one that waits.
fn sound() -> Story {
    let mut story = Story::begin();
    story.others(5);
    story.seal();
    story.others(300);
    story.seal();
    story.seal();
    story.others(2);
    story.leave_waiting();
    story
}

#[test]
fn a_sound_export_is_believed_with_what_waits() {
    let story = sound();
    let evidence = Evidence {
        export: Some(read(&story.export(&[]))),
        ..Evidence::default()
    };
    let report = verify(&evidence, &[story.log.key()]);
    assert_eq!(report.flaws, []);
    assert_eq!(
        (report.totals.lines, report.totals.sealed, report.size),
        (4, 3, 310)
    );
}

#[test]
fn a_line_that_was_changed_is_named() {
    let story = sound();
    let key = story.log.key();
    let changes: [(&str, Value); 4] = [
        ("/line/content/action", json!("claim")),
        ("/line/content/at", json!("2026-11-24T08:01:00.000001Z")),
        (
            "/line/salt",
            json!("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ),
        ("/line/index", json!(6)),
    ];
    for (place, value) in changes {
        let mut rows = story.export(&[]);
        let line: Uuid =
            serde_json::from_value(rows[2]["line"]["content"]["line"].clone()).unwrap();
        *rows[2].pointer_mut(place).unwrap() = value;
        let found = flaws(&rows, Vec::new(), &key);
        let named =
            |flaw: &Flaw| matches!(flaw, Flaw::Changed { line: named, .. } if *named == line);
        assert!(found.len() == 1 && named(&found[0]), "{place}: {found:?}");
    }
}

#[test]
fn a_line_that_stands_twice_or_of_another_worker_or_is_missing_is_found() {
    let story = sound();
    let key = story.log.key();
    let mut twice = story.export(&[]);
    twice.insert(2, twice[2].clone());
    let found = flaws(&twice, Vec::new(), &key);
    assert!(
        found
            .iter()
            .any(|flaw| matches!(flaw, Flaw::Misplaced { .. })),
        "{found:?}"
    );
    assert!(found.contains(&Flaw::Incomplete), "{found:?}");
    let mut missing = story.export(&[]);
    missing.remove(2);
    assert_eq!(flaws(&missing, Vec::new(), &key), [Flaw::Incomplete]);
    let mut foreign = story.export(&[]);
    foreign[0]["header"]["worker"] = json!(Uuid::from_u128(2));
    let found = flaws(&foreign, Vec::new(), &key);
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn a_line_that_is_kept_out_of_the_log_is_found_by_the_lines_after_it() {
    let mut story = sound();
    let key = story.log.key();
    assert_eq!(flaws(&story.export(&[]), Vec::new(), &key), []);
    story.now += Duration::hours(2);
    story.seal();
    let kept_out = story.lines[3].0.line();
    assert_eq!(
        flaws(&story.export(&[]), Vec::new(), &key),
        [Flaw::Overdue { line: kept_out }]
    );
}

#[test]
fn what_was_sealed_in_an_earlier_export_must_still_be_there() {
    let mut story = sound();
    let before = story.export(&[]);
    let size = story.log.edge.size();
    story.seal();
    let compare = |rows: &[Value]| {
        let evidence = Evidence {
            export: Some(read(rows)),
            earlier: Some(read(&before)),
            checkpoints: Vec::new(),
        };
        verify(&evidence, &[story.log.key()]).flaws
    };
    assert_eq!(compare(&story.export(&[size])), []);
    let newer = story.log.edge.size();
    assert_eq!(
        compare(&story.export(&[])),
        [Flaw::Unrelated { older: size, newer }]
    );
    let mut removed = story.export(&[size]);
    let gone = removed.remove(3);
    *removed.last_mut().unwrap() = json!({"end": {"lines": 4, "sealed": 3}});
    let line = serde_json::from_value(gone["line"]["content"]["line"].clone()).unwrap();
    let index = gone["line"]["index"].as_u64().unwrap();
    assert_eq!(compare(&removed), [Flaw::Gone { line, index }]);
}

#[test]
fn checkpoints_from_elsewhere_must_be_of_the_same_log() {
    let mut story = sound();
    let key = story.log.key();
    let (old, small) = (story.log.head(), story.log.edge.size());
    story.seal();
    let rows = story.export(&[small]);
    let size = story.log.edge.size();
    // Of the same size, older with a proof in the export, newer with a proof of its own, empty.
    assert_eq!(
        flaws(&rows, vec![alone(&story.log.head()), alone(&old)], &key),
        []
    );
    assert_eq!(flaws(&rows, vec![alone(&Sample::empty().head())], &key), []);
    story.others(1_000);
    assert_eq!(
        flaws(&rows, vec![story.extension(size), alone(&old)], &key),
        []
    );
    let newer = story.log.edge.size();
    assert_eq!(
        flaws(&rows, vec![alone(&story.log.head())], &key),
        [Flaw::Unrelated { older: size, newer }]
    );
    // Two heads of one size, and a longer log that does not begin with this one.
    let mut other = Story::begin();
    other.others(small);
    assert_eq!(
        flaws(&rows, vec![alone(&other.log.head())], &key),
        [Flaw::Forked {
            older: small,
            newer: size
        }]
    );
    other.others(size - small);
    let found = flaws(&rows, vec![alone(&other.log.head())], &key);
    assert_eq!(
        found,
        [Flaw::Forked {
            older: size,
            newer: size
        }]
    );
    other.others(50);
    let newer = other.log.edge.size();
    let found = flaws(&rows, vec![other.extension(size)], &key);
    assert_eq!(found, [Flaw::Forked { older: size, newer }]);
}

#[test]
fn nothing_is_believed_under_another_key() {
    let story = sound();
    let rows = story.export(&[]);
    let evidence = Evidence {
        export: Some(read(&rows)),
        ..Evidence::default()
    };
    assert_eq!(verify(&evidence, &[]).flaws.len(), 1);
    let mut forged = rows;
    let note = forged[0]["header"]["checkpoint"]
        .as_str()
        .unwrap()
        .replacen("\n310\n", "\n311\n", 1);
    forged[0]["header"]["checkpoint"] = json!(note);
    let found = flaws(&forged, Vec::new(), &story.log.key());
    assert!(matches!(found[..], [Flaw::Note(_)]), "{found:?}");
}
