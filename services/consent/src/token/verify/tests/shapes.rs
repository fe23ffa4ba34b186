//! Blocks of any shape that can be written, right or wrong: facts, rules, checks, scopes, expressions
//! of every operation, nested. Whatever is appended, the guard lets through nothing but checks, and
//! nothing more is ever given.

use std::collections::BTreeSet;

use biscuit_auth::builder::{
    Binary, BlockBuilder, Check, CheckKind, Expression, Fact, MapKey, Op, Predicate, Rule,
    Scope as Trusting, Term, Unary,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{AUDIENCE, NOW, minted, read, root, tokens, two};
use crate::TokenError;

/// Names that mean something to us, and one that does not.
const NAMES: &[&str] = &[
    "right",
    "section",
    "operation",
    "time",
    "audience",
    "dpop_jkt",
    "field",
    "fields",
    "expires",
    "cnf",
    "grant",
    "query",
    "unknown",
];
const WORDS: &[&str] = &[
    "read",
    "certificates",
    "skills",
    "identity",
    "",
    "r",
    "..",
    AUDIENCE,
];
const VARIABLES: &[&str] = &["a", "b", "c"];

fn text(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(words).prop_map(str::to_owned)
}

/// A value without variables, nested up to three deep.
fn value() -> impl Strategy<Value = Term> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Term::Integer),
        text(WORDS).prop_map(Term::Str),
        any::<u32>().prop_map(|date| Term::Date(date.into())),
        vec(any::<u8>(), 0..4).prop_map(Term::Bytes),
        any::<bool>().prop_map(Term::Bool),
        Just(Term::Null),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|terms| Term::Set(terms.into_iter().collect())),
            vec(inner.clone(), 0..3).prop_map(Term::Array),
            (any::<i64>(), inner).prop_map(|(key, term)| {
                let key = MapKey::Integer(key);
                Term::Map([(key, term)].into())
            }),
        ]
    })
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![
        value(),
        text(VARIABLES).prop_map(Term::Variable),
        text(VARIABLES).prop_map(Term::Variable),
    ]
}

fn predicate() -> impl Strategy<Value = Predicate> {
    (text(NAMES), vec(term(), 0..=3)).prop_map(|(name, terms)| Predicate::new(name, terms))
}

fn unary() -> impl Strategy<Value = Unary> {
    use Unary::{Ffi, Length, Negate, Parens, TypeOf};
    select(vec![Negate, Parens, Length, TypeOf, Ffi("f".into())])
}

fn binary() -> impl Strategy<Value = Binary> {
    use Binary as B;
    select(vec![
        B::LessThan,
        B::GreaterThan,
        B::LessOrEqual,
        B::GreaterOrEqual,
        B::Equal,
        B::Contains,
        B::Prefix,
        B::Suffix,
        B::Regex,
        B::Add,
        B::Sub,
        B::Mul,
        B::Div,
        B::And,
        B::Or,
        B::Intersection,
        B::Union,
        B::BitwiseAnd,
        B::BitwiseOr,
        B::BitwiseXor,
        B::NotEqual,
        B::HeterogeneousEqual,
        B::HeterogeneousNotEqual,
        B::LazyAnd,
        B::LazyOr,
        B::All,
        B::Any,
        B::Get,
        B::Ffi("f".into()),
        B::TryOr,
    ])
}

/// Operations in the order in which they are evaluated: nested as far as they go, or just any.
fn operations() -> impl Strategy<Value = Vec<Op>> {
    let leaf = term().prop_map(|term| vec![Op::Value(term)]);
    let nested = leaf.prop_recursive(5, 40, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            (inner.clone(), unary()).prop_map(|(of, unary)| [of, vec![Op::Unary(unary)]].concat()),
            (two, binary()).prop_map(|((left, right), binary)| {
                [left, right, vec![Op::Binary(binary)]].concat()
            }),
            (inner.clone(), option::of(text(VARIABLES)), inner, binary()).prop_map(
                |(left, parameter, body, binary)| {
                    let closure = Op::Closure(parameter.into_iter().collect(), body);
                    [left, vec![closure, Op::Binary(binary)]].concat()
                }
            ),
        ]
    });
    let any = vec(
        prop_oneof![
            term().prop_map(Op::Value),
            unary().prop_map(Op::Unary),
            binary().prop_map(Op::Binary),
        ],
        0..=6,
    );
    prop_oneof![4 => nested, 1 => any]
}

fn scopes() -> impl Strategy<Value = Vec<Trusting>> {
    let few = vec(select(vec![Trusting::Authority, Trusting::Previous]), 1..=2);
    prop_oneof![9 => Just(Vec::new()), 1 => few]
}

fn rule(head: impl Strategy<Value = Predicate>) -> impl Strategy<Value = Rule> {
    let expression = operations().prop_map(|ops| Expression { ops });
    let body = (vec(predicate(), 0..=4), vec(expression, 0..=3), scopes());
    (head, body)
        .prop_map(|(head, (body, expressions, scopes))| Rule::new(head, body, expressions, scopes))
}

fn check() -> impl Strategy<Value = Check> {
    // What asks whether has the head `query()`, but may be written with any.
    let bare = Just(Predicate::new("query".into(), Vec::new()));
    let head = prop_oneof![9 => bare.boxed(), 1 => predicate().boxed()];
    let kind = select(vec![CheckKind::One, CheckKind::All, CheckKind::Reject]);
    (vec(rule(head), 1..=3), kind).prop_map(|(queries, kind)| Check { queries, kind })
}

fn block() -> impl Strategy<Value = BlockBuilder> {
    let fact = (text(NAMES), vec(value(), 0..=3)).prop_map(|(name, terms)| Fact::new(name, terms));
    let none = || prop::bool::weighted(0.15);
    let parts = (
        vec(fact, 1..=2),
        vec(rule(predicate()), 1..=2),
        vec(check(), 0..=4),
        scopes(),
    );
    (none(), none(), parts).prop_map(|(states, derives, (facts, rules, checks, scopes))| {
        let mut block = BlockBuilder::new();
        block.facts = if states { facts } else { Vec::new() };
        block.rules = if derives { rules } else { Vec::new() };
        (block.checks, block.scopes) = (checks, scopes);
        block
    })
}

/// Whether a block does nothing but check, by operations that are evaluated, as we read its parts.
fn only_checks(block: &BlockBuilder) -> bool {
    let queries = || block.checks.iter().flat_map(|check| &check.queries);
    let mut operations = queries()
        .flat_map(|query| &query.expressions)
        .flat_map(|one| &one.ops);
    block.facts.is_empty()
        && block.rules.is_empty()
        && block.scopes.is_empty()
        && queries().all(|query| query.head.terms.is_empty() && query.scopes.is_empty())
        && operations.all(|operation| match operation {
            Op::Value(_) => true,
            Op::Unary(unary) => !matches!(unary, Unary::Ffi(_)),
            Op::Binary(binary) => !matches!(binary, Binary::Ffi(_) | Binary::Regex),
            Op::Closure(..) => false,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn whatever_block_is_appended_only_checks_pass_the_guard_and_nothing_more_is_given(
        blocks in vec(block(), 1..=2),
    ) {
        let tokens = tokens();
        let whole = minted(&root(&tokens), AUDIENCE, &two());
        let before = tokens.opened(&read(&tokens, &whole).unwrap(), NOW);
        let mut token = whole;
        for block in &blocks {
            // What the library does not write, nobody presents.
            let Ok(next) = token.append(block.clone()) else { return Ok(()) };
            token = next;
        }
        match read(&tokens, &token) {
            Ok(read) => {
                prop_assert!(blocks.iter().all(only_checks), "{:?}", blocks);
                let sections: BTreeSet<_> = read.scope.parts().map(|(section, _)| section).collect();
                prop_assert_eq!(sections.len(), 2);
                for (asked, part) in tokens.opened(&read, NOW) {
                    prop_assert_eq!(before.get(&asked), Some(&part), "{:?}", asked);
                }
            }
            // The guard also refuses what is merely too much.
            Err(TokenError::Guarded(_) | TokenError::Invalid) => {}
            Err(other) => prop_assert!(false, "{:?} of {:?}", other, blocks),
        }
    }
}
