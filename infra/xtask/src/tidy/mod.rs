//! The rules of the house, as code: `cargo xtask tidy`, and a test of this crate.
//!
//! Each rule is a function from the [`House`] to its findings, with its reason, and is shown a
//! bad example in its own test.

mod crates;
mod house;
mod links;
pub(crate) mod migrations;
mod pages;
mod promises;
mod text;
mod walls;

pub(crate) use house::{Finding, House};

/// A rule: what it finds wrong in the house.
type Rule = fn(&House) -> Vec<Finding>;

/// Every rule.
const RULES: &[Rule] = &[
    text::opens_with_its_purpose,
    text::is_short,
    text::is_finished,
    crates::depend_downwards,
    crates::know_http_only_at_the_door,
    crates::reach_out_by_one_way,
    walls::sql_stays_in_stores,
    walls::raw_sql_stays_in_the_kernel,
    walls::workers_are_opened_by_consent,
    walls::models_are_pure,
    migrations::are_never_edited,
    pages::run_nothing_inline,
    pages::speak_both_languages,
    links::lead_somewhere,
    promises::are_tested,
];

/// What is wrong in `house`, file by file.
pub(crate) fn inspect(house: &House) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(house)).collect();
    findings.sort();
    findings
}

/// Prints what is wrong and fails if anything is.
pub(crate) fn run() -> anyhow::Result<()> {
    let house = House::read(&crate::root::find()?)?;
    let findings = inspect(&house);
    for finding in &findings {
        eprintln!("{finding}");
    }
    anyhow::ensure!(findings.is_empty(), "{} findings", findings.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{House, inspect};

    #[test]
    fn the_house_is_tidy() {
        let house = House::read(&crate::root::find().unwrap()).unwrap();
        let findings: Vec<String> = inspect(&house).iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "\n{}", findings.join("\n"));
    }
}
