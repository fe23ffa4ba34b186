//! Blocks of any checks, appended to tokens of any grant: nothing more is ever given.

use biscuit_auth::builder::BlockBuilder;
use proptest::prelude::*;

use super::{AUDIENCE, NOW, minted, read, root, tokens};
use crate::scope::tests::scope;

/// Predicates over everything there is, and what of it an expression may look at.
const PREDICATES: &[&str] = &[
    "right($s, $o)",
    "section($s)",
    "operation($o)",
    "time($t)",
    "audience($a)",
    "client($c)",
    "dpop_jkt($k)",
    "field($f)",
    "fields($s, $n)",
    "items($s, $i)",
    "period($s, $b, $e)",
    "right(\"identity\", \"read\")",
    "section(\"certificates\")",
    "unknown($x)",
];
const EXPRESSIONS: &[(&str, &str)] = &[
    ("", "true"),
    ("", "1 > 2"),
    ("$s", "$s == \"skills\""),
    ("$s", "$s != \"skills\""),
    ("$s", "[\"identity\", \"certificates\"].contains($s)"),
    ("$o", "$o.starts_with(\"r\")"),
    ("$t", "$t < 2030-01-01T00:00:00Z"),
    ("$c", "$c.length() > 100"),
    ("$f", "[\"score\", \"issuer\"].contains($f)"),
    ("$n", "$n.contains(\"score\")"),
];

fn query() -> impl Strategy<Value = String> {
    let predicates = proptest::sample::subsequence(PREDICATES, 1..=3);
    let expressions = proptest::sample::subsequence(EXPRESSIONS, 0..=4);
    (predicates, expressions).prop_map(|(predicates, expressions)| {
        let body = predicates.join(", ");
        let bound = expressions
            .into_iter()
            .filter(|(variable, _)| body.contains(variable));
        bound.fold(body.clone(), |query, (_, expression)| {
            format!("{query}, {expression}")
        })
    })
}

pub(super) fn check() -> impl Strategy<Value = String> {
    let queries = proptest::collection::vec(query(), 1..=3);
    prop_oneof![
        queries.prop_map(|queries| format!("check if {};", queries.join(" or "))),
        query().prop_map(|query| format!("check all {query};")),
        query().prop_map(|query| format!("reject if {query};")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn whatever_checks_are_appended_nothing_more_is_given(
        scope in scope().prop_filter("a grant gives something", |scope| scope.check().is_ok()),
        blocks in proptest::collection::vec(proptest::collection::vec(check(), 1..=4), 1..=3),
    ) {
        let tokens = tokens();
        let whole = minted(&root(&tokens), AUDIENCE, &scope);
        let before = read(&tokens, &whole).unwrap();
        let appended = blocks.iter().fold(whole, |token, checks| {
            token.append(BlockBuilder::new().code(checks.concat()).unwrap()).unwrap()
        });
        let after = read(&tokens, &appended).unwrap();
        prop_assert_eq!(after.worker, before.worker);
        prop_assert_eq!(after.grant, before.grant);
        prop_assert_eq!(after.expires_at, before.expires_at);
        prop_assert_eq!(&*after.scope, &scope, "limits read back as they were granted");
        let (before, after) = (tokens.opened(&before, NOW), tokens.opened(&after, NOW));
        for ((section, field), part) in &before {
            let granted = scope.part(*section).unwrap();
            prop_assert!(granted.contains(part), "{section} {field:?}");
        }
        for (asked, part) in &after {
            prop_assert_eq!(before.get(asked), Some(part), "{:?} gives {:?}", blocks, asked);
        }
    }
}
