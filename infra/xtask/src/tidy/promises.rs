//! What the documents on security promise: a test that one of them names is there.

use std::collections::BTreeSet;

use super::{Finding, House};

/// The documents that name tests.
const DOCUMENTS: [&str; 2] = ["docs/security.md", "docs/asvs.md"];

/// Below so many underscores a name in backquotes may be anything; from there on it is a sentence,
/// which is how tests are named.
const SENTENCE: usize = 3;

/// Each sentence in backquotes is the name of a test.
pub(crate) fn are_tested(house: &House) -> Vec<Finding> {
    let tests: BTreeSet<&str> = house.rust().flat_map(|(_, text)| tests_in(text)).collect();
    let documents = DOCUMENTS.into_iter().filter_map(|path| {
        let text = house.files.get(path)?.as_deref()?;
        Some((path, text))
    });
    documents
        .flat_map(|(path, text)| {
            (1..)
                .zip(text.lines())
                .map(move |(at, line)| (path, at, line))
        })
        .flat_map(|(path, line, text)| {
            let missing = sentences_in(text).filter(|name| !tests.contains(name));
            missing.map(move |name| Finding {
                path: path.to_owned(),
                line,
                what: format!("names the test `{name}`, which does not exist"),
            })
        })
        .collect()
}

/// The names in backquotes that are sentences.
fn sentences_in(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|name| {
        let is_name = name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        is_name && name.matches('_').count() >= SENTENCE
    })
}

/// The functions that carry a test's attribute.
fn tests_in(text: &str) -> impl Iterator<Item = &str> {
    let mut is_test = false;
    text.lines().filter_map(move |line| {
        let line = line.trim();
        is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        let (_, rest) = line.split_once("fn ")?;
        if !line.ends_with('{') && !line.ends_with('(') {
            return None;
        }
        let name = rest.split('(').next()?;
        std::mem::take(&mut is_test).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::{House, are_tested};

    #[test]
    fn a_test_that_is_named_and_not_there_is_found_and_other_names_are_left_alone() {
        let code = "#[tokio::test(flavor = \"multi_thread\")]\nasync fn nothing_leaks_at_all() {\n}\n\
                    fn this_is_no_test() {\n}\nproptest! {\n#[test]\nfn whatever_is_said_holds(\n) {}\n}";
        let named = "`nothing_leaks_at_all` and `whatever_is_said_holds`, `client_id`, `A_B_C_D`";
        let good = House::of(&[("tests/a.rs", code), ("docs/security.md", named)]);
        assert!(are_tested(&good).is_empty(), "{:?}", are_tested(&good));
        let gone = "fine\nbut `this_is_no_test` and `nothing_at_all_leaks`";
        let bad = House::of(&[("tests/a.rs", code), ("docs/asvs.md", gone)]);
        let found: Vec<_> = are_tested(&bad).iter().map(|one| one.line).collect();
        assert_eq!(found, [2, 2]);
    }
}
