//! Addresses, compared in the normal form of RFC 3986 §6.2.2 and §6.2.3.

use std::fmt::Write as _;

use url::{Host, Url};

/// `address` in its normal form, without its query and its fragment (RFC 9449 §4.3).
pub(super) fn normal(address: &str) -> Option<String> {
    let authority = authority(address)?;
    // Scheme and host in lower case, no default port, no dot segments.
    let url = Url::parse(address).ok()?;
    // A browser takes any number for an address of IPv4; RFC 3986 takes four numbers.
    let numbered = match url.host()? {
        Host::Ipv4(number) => authority.split(':').next() != Some(number.to_string().as_str()),
        Host::Domain(_) | Host::Ipv6(_) => false,
    };
    let plain = !authority.contains('@') && !numbered;
    plain.then(|| {
        let mut normal = url.origin().ascii_serialization();
        unescape(url.path(), &mut normal);
        normal
    })
}

/// The authority of `address`, where that is a URI with one, to the letter of RFC 3986 (§2, §3): a browser
/// reads far more than that, and not as others read it.
fn authority(address: &str) -> Option<&str> {
    let is_of_uris =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    let mut digits = address
        .split('%')
        .skip(1)
        .map(|piece| piece.as_bytes().get(..2));
    let escaped =
        digits.all(|digits| digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    let (scheme, rest) = address.split_once("://")?;
    let is_known = ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let authority = rest.split(['/', '?', '#']).next()?;
    let rest = &rest[authority.len()..];
    let plain = address.bytes().all(is_of_uris) && escaped && !rest.contains(['[', ']']);
    (plain && is_known && !authority.is_empty()).then_some(authority)
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
            "https://cpf.test:/v1/record/a~b%2Fc",
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
        ] {
            assert!(
                normal(other).is_some_and(|normal| normal != plain),
                "{other}"
            );
        }
        for none in [
            "https://worker@cpf.test/v1/record/a",
            "https://@cpf.test/v1/record/a",
            "https://cpf.test/v1/record/a%",
            "https://cpf.test/v1/record/a%+1",
            "https:/cpf.test/v1/record/a",
            "https:cpf.test/v1/record/a",
            "https:cpf.test/v1/record/a://b",
            "ftp://cpf.test/v1/record/a",
            "https:///cpf.test/v1/record/a",
            "https://?",
            "https:\\\\cpf.test\\v1\\record\\a",
            "https://cpf.test\\v1/record/a",
            "https://cpf.test/v1/rec\tord/a",
            "https://cpf.test/v1/record/a\n",
            " https://cpf.test/v1/record/a",
            "https://cpf.test/v1/record/a ",
            "https://cpf.test/v1/record/[a]",
            "https://cpf.test/v1/record/\u{e9}",
            "https://cp\u{ff46}.test/v1/record/a",
            "https://2130706433/v1/record/a",
            "https://0x7f.1/v1/record/a",
            "/v1/record/a",
            "urn:a",
            "",
        ] {
            assert_eq!(normal(none), None, "{none}");
        }
    }
}
