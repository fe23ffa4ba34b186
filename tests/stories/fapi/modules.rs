//! No module is forgotten: the list of the suite's modules, against the tests of this folder.

use std::{collections::BTreeSet, fs, path::Path};

/// The names of the suite's modules for servers, without what the suite says of them.
const MODULES: &str = include_str!("modules.txt");

/// What does not apply here, and why.
const NOT_APPLICABLE: [(&str, &str); 3] = [
    (
        "EnsureServerHandlesNonMatchingIntentId",
        "no intent is lodged before a request: what is asked for is in the request itself, which is \
         bound to its client (PAREnsureRequestUriIsBoundToClient)",
    ),
    (
        "EnsureUnsignedRequestAtParEndpointFails",
        "of FAPI 2.0 Message Signing: requests are not signed here, their client is authenticated",
    ),
    (
        "TestClaimsParameterIdentityClaims",
        "metadata offers no `claims` parameter: an app learns nothing of a worker's identity by \
         signing her in. An essential `acr` alone is looked at (TestEssentialAcrScaClaim)",
    ),
];

/// What a test's documentation says before the name of its module.
const MARK: &str = "/// OIDF: `";

#[test]
fn every_module_of_the_suite_has_a_test_that_names_it_or_a_reason() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories/fapi");
    let mut tested = Vec::new();
    for file in fs::read_dir(here).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for named in text.split(&format!("\n{MARK}")).skip(1) {
            let (name, rest) = named.split_once('`').unwrap();
            assert!(
                rest.contains("#[tokio::test"),
                "{name} is followed by no test"
            );
            tested.push(name.to_owned());
        }
    }
    let reasons = NOT_APPLICABLE.map(|(name, _)| name.to_owned());
    let covered: Vec<_> = tested.iter().cloned().chain(reasons).collect();
    let once: BTreeSet<_> = covered.iter().map(String::as_str).collect();
    assert_eq!(
        once.len(),
        covered.len(),
        "a module is named twice: {covered:?}"
    );
    assert_eq!(once, MODULES.lines().collect());
}
