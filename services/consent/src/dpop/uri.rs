//! Addresses, compared in the normal form of RFC 3986 §6.2.2 and §6.2.3.

use std::fmt::Write as _;

use url::Url;

/// `address` in its normal form, without its query and its fragment (RFC 9449 §4.3).
pub(super) fn normal(address: &str) -> Option<String> {
    // Scheme and host in lower case, no default port, no dot segments.
    let url = Url::parse(address).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none();
    plain.then(|| {
        let mut normal = url.origin().ascii_serialization();
        unescape(url.path(), &mut normal);
        normal
    })
}

/// Writes `path` to `out`: escapes of unreserved characters undone, all others in upper case.
fn unescape(path: &str, out: &mut String) {
    let mut pieces = path.split('%');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits = piece
            .get(..2)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(byte.into());
                out.push_str(&piece[2..]);
            }
            Some(byte) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
                out.push_str(&piece[2..]);
            }
            None => {
                out.push('%');
                out.push_str(piece);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn addresses_that_name_the_same_resource_are_the_same() {
        let plain = normal("https://cpf.test/v1/record/a~b%2Fc").unwrap();
        for same in [
            "HTTPS://CPF.test:443/v1/record/a~b%2Fc",
            "https://cpf.test/v1/record/a%7Eb%2fc",
            "https://cpf.test/v1/./other/../record/%61~b%2fc?limit=1#top",
            "https://cpf.test/v1/record/a~b%2Fc?",
        ] {
            assert_eq!(normal(same).as_ref(), Some(&plain), "{same}");
        }
    }

    #[test]
    fn addresses_that_may_name_others_are_not() {
        let plain = normal("https://cpf.test/v1/record/a").unwrap();
        for other in [
            "http://cpf.test/v1/record/a",
            "https://cpf.test:8443/v1/record/a",
            "https://cpf.test/v1/record/A",
            "https://cpf.test/v1/record/a/",
            "https://cpf.test/v1/record%2Fa",
            "https://cpf.test/v1/record/a%",
            "https://cpf.test/v1/record/a%+1",
        ] {
            assert!(
                normal(other).is_some_and(|normal| normal != plain),
                "{other}"
            );
        }
        for none in [
            "https://worker@cpf.test/v1/record/a",
            "/v1/record/a",
            "urn:a",
            "",
        ] {
            assert_eq!(normal(none), None, "{none}");
        }
    }
}
