//! Rules on what a crate may depend on.

use super::{Finding, House, house::Dependency};

/// Each chapter with what it may use of the others. Whatever is not here uses none of them.
///
/// `kernel ← signing, identity, catalogue, labour`, `signing ← journal`, then `← consent ← record ←
/// certificates ← intake` and `record ← declared`, and `api` uses all. `egress` uses none; `events` and `catalogue` use it.
const MAY_USE: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("egress", &[]),
    ("events", &["kernel", "egress"]),
    ("signing", &["kernel"]),
    ("journal", &["kernel", "signing"]),
    ("identity", &["kernel"]),
    ("catalogue", &["kernel", "egress"]),
    ("labour", &["kernel"]),
    (
        "consent",
        &[
            "kernel",
            "signing",
            "egress",
            "events",
            "journal",
            "identity",
            "catalogue",
        ],
    ),
    (
        "record",
        &["kernel", "journal", "identity", "catalogue", "consent"],
    ),
    (
        "certificates",
        &[
            "kernel",
            "journal",
            "identity",
            "catalogue",
            "consent",
            "record",
            "labour",
        ],
    ),
    (
        "declared",
        &[
            "kernel", "events", "journal", "identity", "consent", "record", "labour",
        ],
    ),
    (
        "intake",
        &[
            "kernel",
            "journal",
            "identity",
            "catalogue",
            "consent",
            "record",
            "labour",
            "certificates",
        ],
    ),
    (
        "api",
        &[
            "kernel",
            "signing",
            "egress",
            "events",
            "journal",
            "identity",
            "catalogue",
            "consent",
            "record",
            "labour",
            "certificates",
            "declared",
            "intake",
        ],
    ),
    // It speaks HTTP; below that it moves the clock, forges tokens, and tries the walls between
    // workers from inside.
    (
        "stories",
        &[
            "api",
            "attenuate",
            "cable",
            "provider",
            "coach",
            "kernel",
            "catalogue",
            "consent",
            "declared",
            "flux-generator",
            "identity",
            "journal",
            "record",
            "signing",
        ],
    ),
    // Its tests have intake read what it writes.
    ("flux-generator", &["intake"]),
    ("bench", &["api", "attenuate", "cable", "kernel"]),
    ("xtask", &["cluster"]),
    ("cable", &[]),
    ("cluster", &[]),
    ("provider", &[]),
    ("coach", &[]),
    ("attenuate", &[]),
];

/// Crates that speak HTTP, as a server.
const HTTP: [&str; 7] = [
    "axum",
    "axum-extra",
    "hyper",
    "hyper-util",
    "tower-http",
    "utoipa-axum",
    "utoipa-swagger-ui",
];

/// Who may.
const AT_THE_DOOR: [&str; 5] = ["api", "stories", "provider", "coach", "bench"];

/// Crates that speak HTTP, as a client.
const CLIENTS: [&str; 4] = ["reqwest", "hyper", "hyper-util", "ureq"];

/// Chapters that may: the one way out, and the relying party, whose one provider the operator of
/// the platform names in its settings.
const REACH_OUT: [&str; 2] = ["egress", "identity"];

/// A chapter uses only what stands below it: each can be read, tested and one day moved out
/// without what stands above. Any test may start a private cluster.
pub(crate) fn depend_downwards(house: &House) -> Vec<Finding> {
    let of_the_house = |name: &str| MAY_USE.iter().any(|(known, _)| *known == name);
    let unknown = house
        .crates
        .iter()
        .filter(|member| !of_the_house(&member.name))
        .map(|member| {
            finding(
                &member.name,
                "has no place in the order of crates: give it one",
            )
        });
    let upwards = house.crates.iter().flat_map(|member| {
        let allowed = MAY_USE.iter().find(|(name, _)| *name == member.name);
        let allowed = allowed.map_or(&[][..], |(_, allowed)| allowed);
        let is_allowed = move |used: &Dependency| {
            allowed.contains(&used.name.as_str()) || used.only_in_tests && used.name == "cluster"
        };
        member
            .dependencies
            .iter()
            .filter(move |used| of_the_house(&used.name) && !is_allowed(used))
            .map(|used| finding(&member.name, &format!("must not depend on `{}`", used.name)))
    });
    unknown.chain(upwards).collect()
}

/// What the platform does knows nothing of how it is reached: no chapter speaks HTTP.
pub(crate) fn know_http_only_at_the_door(house: &House) -> Vec<Finding> {
    house
        .crates
        .iter()
        .filter(|member| !AT_THE_DOOR.contains(&member.name.as_str()))
        .flat_map(|member| {
            member
                .dependencies
                .iter()
                .filter(|used| HTTP.contains(&used.name.as_str()))
                .map(|used| finding(&member.name, &format!("speaks HTTP: `{}`", used.name)))
        })
        .collect()
}

/// An address that somebody else wrote is sent to by one client, which knows what not to reach.
pub(crate) fn reach_out_by_one_way(house: &House) -> Vec<Finding> {
    house
        .crates
        .iter()
        .filter(|member| {
            let name = member.name.as_str();
            !AT_THE_DOOR.contains(&name) && !REACH_OUT.contains(&name)
        })
        .flat_map(|member| {
            member
                .dependencies
                .iter()
                .filter(|used| CLIENTS.contains(&used.name.as_str()))
                .map(|used| finding(&member.name, &format!("reaches out by `{}`", used.name)))
        })
        .collect()
}

fn finding(member: &str, what: &str) -> Finding {
    Finding {
        path: "Cargo.toml".to_owned(),
        line: 0,
        what: format!("crate `{member}` {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{House, depend_downwards, know_http_only_at_the_door, reach_out_by_one_way};

    #[test]
    fn a_dependency_upwards_is_found_and_one_downwards_is_not() {
        let good = House::with_crate("record", &[("consent", false), ("serde", false)]);
        assert!(depend_downwards(&good).is_empty());
        let bad = House::with_crate("consent", &[("record", true)]);
        assert_eq!(depend_downwards(&bad).len(), 1);
    }

    #[test]
    fn a_crate_without_a_place_in_the_order_is_found() {
        assert_eq!(depend_downwards(&House::with_crate("drawer", &[])).len(), 1);
    }

    #[test]
    fn a_cluster_is_for_tests_only() {
        assert!(depend_downwards(&House::with_crate("intake", &[("cluster", true)])).is_empty());
        assert_eq!(
            depend_downwards(&House::with_crate("intake", &[("cluster", false)])).len(),
            1
        );
    }

    #[test]
    fn a_chapter_that_speaks_http_is_found() {
        let bad = House::with_crate("intake", &[("axum", false)]);
        assert_eq!(know_http_only_at_the_door(&bad).len(), 1);
        let good = House::with_crate("api", &[("axum", false)]);
        assert!(know_http_only_at_the_door(&good).is_empty());
    }

    #[test]
    fn a_chapter_with_a_client_of_its_own_is_found() {
        let bad = House::with_crate("events", &[("reqwest", false)]);
        assert_eq!(reach_out_by_one_way(&bad).len(), 1);
        let good = House::with_crate("egress", &[("reqwest", false)]);
        assert!(reach_out_by_one_way(&good).is_empty());
    }
}
