//! What is an object, what is not, and that nothing else changes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};

use super::from_json;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Order {
    number: u32,
    price: Option<f64>,
    buyer: Option<Person>,
    lines: Vec<Person>,
    named: BTreeMap<String, Person>,
    wrapped: Option<Wrapped>,
    pair: Option<(u8, Person)>,
    kind: Kind,
    anything: Value,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Person {
    name: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(Person);

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
enum Kind {
    #[default]
    Plain,
    Gift {
        to: String,
    },
    Sent(Person),
}

fn read(json: &Value) -> serde_json::Result<Order> {
    from_json(json.to_string().as_bytes())
}

#[test]
fn an_array_is_no_object_however_deep_the_object_is_expected() {
    for json in [
        json!([7]),
        json!({"buyer": ["Lucie"]}),
        json!({"lines": [{"name": "Lucie"}, ["Lucie"]]}),
        json!({"named": {"one": ["Lucie"]}}),
        json!({"wrapped": ["Lucie"]}),
        json!({"pair": [1, ["Lucie"]]}),
        json!({"kind": {"Gift": ["Lucie"]}}),
        json!({"kind": {"Sent": ["Lucie"]}}),
    ] {
        let taken = serde_json::from_str::<Order>(&json.to_string());
        assert!(taken.is_ok(), "it is what serde takes: {json}");
        let refused = read(&json).unwrap_err().to_string();
        assert!(refused.starts_with("invalid type: sequence"), "{refused}");
        assert!(!refused.contains("Lucie"), "{refused}");
    }
}

#[test]
fn lists_raw_values_and_what_follows_a_value_are_read_as_ever() {
    assert_eq!(from_json::<[u8; 2]>(b"[1, 2]").unwrap(), [1, 2]);
    let raw: Box<RawValue> = from_json(b"[1,  2]").unwrap();
    assert_eq!(raw.get(), "[1,  2]");
    assert!(from_json::<[u8; 1]>(b"[1] 2").is_err());
    assert!(from_json::<u8>(b"").is_err());
}

prop_compose! {
    fn order()(
        number: u32,
        quarters in proptest::option::of(any::<i16>()),
        names in proptest::collection::vec(".{0,8}", 0..4),
        gift: bool,
    ) -> Order {
        let person = |name: &String| Person { name: name.clone() };
        let first = names.first();
        Order {
            number,
            price: quarters.map(|quarters| f64::from(quarters) / 4.0),
            buyer: first.map(person),
            lines: names.iter().map(person).collect(),
            named: names.iter().map(|name| (name.clone(), person(name))).collect(),
            wrapped: first.map(person).map(Wrapped),
            pair: first.map(|name| (1, person(name))),
            kind: match first {
                Some(name) if gift => Kind::Gift { to: name.clone() },
                Some(name) => Kind::Sent(person(name)),
                None => Kind::Plain,
            },
            anything: json!({"names": names, "deep": [[number]]}),
        }
    }
}

proptest! {
    #[test]
    fn whatever_was_written_is_read_as_it_was(order in order()) {
        let json = serde_json::to_vec(&order).unwrap();
        prop_assert_eq!(from_json::<Order>(&json).unwrap(), order);
    }
}
