//! Which names may be those of public machines.

/// Ends of names that no public machine has: set aside by RFC 6761 (`localhost`, `invalid`), RFC 6762
/// (`local`), RFC 7686 (`onion`), RFC 8375 (`home.arpa`), RFC 9476 (`alt`) and ICANN (`internal`, 2024;
/// `corp`, `home` and `mail`, 2018), or usual in networks of somebody's own.
const INSIDE: [&str; 12] = [
    "localhost",
    "localdomain",
    "local",
    "invalid",
    "onion",
    "alt",
    "internal",
    "home.arpa",
    "home",
    "corp",
    "mail",
    "lan",
];

/// Whether `host`, a name in lower case, may be a public machine's, as far as it tells: it has several
/// labels, and does not end in one that is set aside.
pub fn is_public_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.contains('.') && !INSIDE.iter().any(|end| is_within(host, end))
}

/// Whether `host` is `domain` or below it. Both are in lower case.
pub fn is_within(host: &str, domain: &str) -> bool {
    let below = host.strip_suffix(domain);
    below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::is_public_name;

    #[test]
    fn a_name_of_several_labels_may_be_a_public_machine_s() {
        for name in [
            "coach.example",
            "coach.example.",
            "a.b.xn--caf-dma.fr",
            "localhost.coach.example",
            "notlocal.fr",
            "local.gouv.fr",
        ] {
            assert!(is_public_name(name), "{name}");
        }
    }

    #[test]
    fn a_name_inside_a_network_is_none() {
        for name in [
            "",
            ".",
            "localhost",
            "localhost.",
            "foo.localhost",
            "ip6-localhost",
            "localhost.localdomain",
            "intranet",
            "foo.local",
            "printer.home.arpa",
            "home.arpa",
            "metadata.google.internal",
            "a.onion",
            "router.lan.",
        ] {
            assert!(!is_public_name(name), "{name}");
        }
    }
}
