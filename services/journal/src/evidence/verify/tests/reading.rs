//! Reading files that anybody may have written.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Evidence, Export, Key, Published, Sample, Story, alone, sound, text, verify, written};

#[test]
fn a_checkpoint_is_read_as_it_is_written() {
    let mut story = sound();
    story.others(700);
    for published in [
        story.extension(310),
        story.extension(0),
        alone(&story.log.head()),
    ] {
        assert_eq!(Published::parse(&published.to_string()).unwrap(), published);
    }
    for wrong in [
        "old 1",
        "old 1\n",
        "old x\n\nnote",
        "old 1\nnot base64\n\nnote",
        "old 1 \n\n",
    ] {
        assert!(Published::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_file_that_is_no_export_is_refused_at_its_row() {
    let rows = sound().export(&[300]);
    let row = |rows: &[Value]| Export::parse(&text(rows)).unwrap_err().row;
    let altered = |at: usize, place: &str, value: Value| {
        let mut rows = rows.clone();
        *rows[at].pointer_mut(place).unwrap() = value;
        rows
    };
    assert_eq!(row(&[]), 1);
    assert_eq!(row(&rows[1..]), 1);
    assert_eq!(row(&rows[..rows.len() - 1]), 6);
    assert_eq!(row(&[&rows[..], &rows[1..2]].concat()), 7);
    assert_eq!(row(&[&rows[..1], &rows[..]].concat()), 2);
    assert_eq!(
        row(&altered(
            0,
            "/header/format",
            json!("cpf-journal-export-v2")
        )),
        1
    );
    assert_eq!(
        row(&altered(0, "/header/consistency/0/proof", json!(["x"]))),
        1
    );
    assert_eq!(row(&altered(2, "/line/salt", json!("AAAA"))), 3);
    assert_eq!(
        row(&altered(
            2,
            "/line/proof",
            json!(vec![written(&[tlog_tiles::EMPTY_HASH]); 65].concat())
        )),
        3
    );
    assert_eq!(row(&altered(2, "/line/index", json!(-1))), 3);
    assert_eq!(row(&altered(2, "/line/content", json!({}))), 3);
    let mut without = rows.clone();
    without[2]["line"].as_object_mut().unwrap().remove("proof");
    assert_eq!(row(&without), 3);
    let mut more = rows.clone();
    more[2]["line"]["more"] = json!(1);
    assert_eq!(row(&more), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_byte_of_a_sound_export_can_be_changed_unnoticed(at: prop::sample::Index, to: u8) {
        let mut story = Story::begin();
        story.others(3);
        story.seal();
        story.others(9);
        let whole = text(&story.export(&[]));
        let mut bytes = whole.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        let Ok(changed) = String::from_utf8(bytes) else { return Ok(()) };
        let Ok(export) = Export::parse(&changed) else { return Ok(()) };
        // What only looks different, a blank or the case of an id, reads as the same.
        let same = format!("{export:?}") == format!("{:?}", Export::parse(&whole).unwrap());
        let evidence = Evidence { export: Some(export), ..Evidence::default() };
        let found = verify(&evidence, &[story.log.key()]).flaws;
        prop_assert!(same || !found.is_empty(), "{changed}");
    }

    #[test]
    fn no_text_at_all_makes_it_panic(text in "\\PC*", note in "\\PC*") {
        let _ = Export::parse(&text);
        let _ = "x".parse::<Key>();
        let checkpoints = Published::parse(&note).into_iter().collect();
        verify(&Evidence { checkpoints, ..Evidence::default() }, &[Sample::empty().key()]);
    }
}
