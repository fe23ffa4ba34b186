//! Rules on what a file of Rust may name: the walls between rows and who reads them.

use super::{
    Finding, House,
    house::{has_word, product_lines},
};

/// Programs beside the platform, and tests: outside the walls.
const OUTSIDE: [&str; 3] = ["tests/", "infra/", "sandbox/"];

/// Where the database is spoken to without restraint: the wall itself.
const KERNEL: &str = "services/kernel/";

/// Who opens one worker's rows: consent, from a token, a session or a mandate; and identity, which
/// is how a session begins.
const OPENERS: [&str; 2] = ["services/consent/src/", "services/identity/src/"];

/// What a pure model must not name.
const IMPURE: [&str; 10] = [
    "async", "await", "Clock", "Entropy", "Conn", "Db", "sqlx", "tokio", "std::fs", "std::net",
];

/// All SQL of a chapter is in one private file, `store.rs`: to know what touches a table is to
/// read that file.
pub(crate) fn sql_stays_in_stores(house: &House) -> Vec<Finding> {
    find(
        house,
        "sqlx",
        "SQL belongs in the chapter's `store.rs`",
        |path| path.starts_with(KERNEL) || path.ends_with("/store.rs") || is_outside(path),
    )
}

/// A statement built at run time is not checked at compile time, and may be injected into.
pub(crate) fn raw_sql_stays_in_the_kernel(house: &House) -> Vec<Finding> {
    find(
        house,
        "AssertSqlSafe",
        "unchecked SQL belongs in the kernel",
        |path| path.starts_with(KERNEL) || is_outside(path),
    )
}

/// A worker's rows are reached through `Access`, which only consent can build.
pub(crate) fn workers_are_opened_by_consent(house: &House) -> Vec<Finding> {
    let is_opener = |path: &str| {
        OPENERS.iter().any(|opener| path.starts_with(opener))
            || path.starts_with(KERNEL)
            || is_outside(path)
    };
    [
        "Confinement::Worker",
        "Confinement::Reading",
        "Confinement::Claim",
        "Confinement::Proposing",
    ]
    .iter()
    .flat_map(|name| find(house, name, "only consent opens a worker's rows", is_opener))
    .collect()
}

/// The rules of a chapter are pure functions of what they are given, so that a test can give them
/// anything.
pub(crate) fn models_are_pure(house: &House) -> Vec<Finding> {
    IMPURE
        .iter()
        .flat_map(|name| {
            find(house, name, "a model is pure", |path| {
                !path.ends_with("/model.rs")
            })
        })
        .collect()
}

fn is_outside(path: &str) -> bool {
    OUTSIDE.iter().any(|place| path.starts_with(place)) || path.contains("/tests/")
}

/// Every line of product code that names `word` in a file where that is not `allowed`.
fn find(house: &House, word: &str, reason: &str, allowed: impl Fn(&str) -> bool) -> Vec<Finding> {
    house
        .rust()
        .filter(|(path, _)| !allowed(path))
        .flat_map(|(path, text)| product_lines(text).map(move |(line, text)| (path, line, text)))
        .filter(|(_, _, text)| has_word(text, word))
        .map(|(path, line, _)| Finding {
            path: path.to_owned(),
            line,
            what: format!("names `{word}`: {reason}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_outside_a_store_is_found() {
        let code = "//! Grants.\nuse sqlx::query;\n";
        let house = House::of(&[
            ("services/consent/src/grant.rs", code),
            ("services/consent/src/store.rs", code),
            ("services/kernel/src/db.rs", code),
            (
                "services/consent/src/deny.rs",
                "//! Says why sqlx is not here.\n",
            ),
        ]);
        let findings = sql_stays_in_stores(&house);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            (findings[0].path.as_str(), findings[0].line),
            ("services/consent/src/grant.rs", 2)
        );
    }

    #[test]
    fn unchecked_sql_outside_the_kernel_is_found_even_in_a_store() {
        let house = House::of(&[
            (
                "services/record/src/store.rs",
                "let q = AssertSqlSafe(text);\n",
            ),
            (
                "services/kernel/src/db.rs",
                "let q = AssertSqlSafe(text);\n",
            ),
        ]);
        assert_eq!(raw_sql_stays_in_the_kernel(&house).len(), 1);
    }

    #[test]
    fn opening_a_worker_outside_consent_is_found() {
        let code = "db.begin(Confinement::Worker(id))";
        let house = House::of(&[
            ("api/src/record/read.rs", code),
            (
                "services/record/src/entries.rs",
                "db.begin(Confinement::Claim(id, key))",
            ),
            ("services/consent/src/access.rs", code),
            (
                "services/record/src/lib.rs",
                "//! Lib.\n#[cfg(test)]\nmod tests { Confinement::Worker }",
            ),
        ]);
        assert_eq!(workers_are_opened_by_consent(&house).len(), 2);
    }

    #[test]
    fn a_model_that_waits_reads_the_clock_or_touches_a_file_is_found() {
        for line in [
            "pub async fn f() {}",
            "use kernel::Clock;",
            "std::fs::read(path)",
        ] {
            let house = House::of(&[("services/intake/src/model.rs", line)]);
            assert_eq!(models_are_pure(&house).len(), 1, "{line}");
        }
        let elsewhere = House::of(&[("services/intake/src/deposit.rs", "pub async fn f() {}")]);
        assert!(models_are_pure(&elsewhere).is_empty());
    }
}
