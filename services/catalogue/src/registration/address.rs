//! Addresses that publishers register: where a worker is sent, and where she can look them up.

use egress::{Address, Reach, is_public_name, is_within};
use url::{Host, Url};

/// The longest address, in bytes.
const LONGEST: usize = 2_000;

/// The parameters that an answer of ours adds to a redirect URI: one that is there already would
/// be read in its place.
const OURS: [&str; 5] = ["code", "state", "iss", "error", "error_description"];

/// On whose ground an address must lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Whether this is a sandbox, where a developer's own machine may be named.
    pub sandbox: bool,
    /// The publisher's website: outside a sandbox its domain was checked, and its apps live there.
    pub website: Option<String>,
}

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address, or far too long.
    #[error("expected an absolute address of at most 2,000 bytes")]
    Shape,
    /// Two readers could read it as two.
    #[error(
        "write it in its normal form, as it is compared to the letter: lower-case host, a path, \
         no default port, no `..`, international names in punycode"
    )]
    NotNormal,
    /// Anybody on the way could read what it brings.
    #[error("expected https; in a sandbox, http on localhost, 127.0.0.1 or [::1] too")]
    Scheme,
    /// It carries a name or a password.
    #[error("an address names nobody before its host")]
    User,
    /// It has a fragment (RFC 6749 §3.1.2).
    #[error("an address has no fragment")]
    Fragment,
    /// It stands for several.
    #[error("`*` stands for nothing here: register each address")]
    Wildcard,
    /// Its query says what our answers say.
    #[error("its query must not hold code, state, iss, error or error_description")]
    Query,
    /// A host that is not the publisher's.
    #[error("expected a host of your website's domain, which was checked")]
    Foreign,
    /// No request of ours goes there.
    #[error(transparent)]
    OutOfReach(#[from] egress::AddressError),
}

impl Ground {
    /// Whether a worker may be sent back to `text`.
    pub(super) fn redirect_uri(&self, text: &str) -> Result<(), AddressError> {
        let url = self.page(text)?;
        if url.query_pairs().any(|(name, _)| OURS.contains(&&*name)) {
            return Err(AddressError::Query);
        }
        Ok(())
    }

    /// Whether `text` is a page of the publisher.
    pub(super) fn page(&self, text: &str) -> Result<Url, AddressError> {
        if text.contains('*') {
            return Err(AddressError::Wildcard);
        }
        let url = plain(text)?;
        let is_own_machine = match url.host() {
            Some(Host::Domain(host)) => host == "localhost",
            Some(Host::Ipv4(host)) => host.is_loopback(),
            Some(Host::Ipv6(host)) => host.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" if is_own_machine && !self.sandbox => return Err(AddressError::Foreign),
            "https" => {}
            "http" if is_own_machine && self.sandbox => {}
            _ => return Err(AddressError::Scheme),
        }
        if self.sandbox || self.holds(&url) {
            Ok(url)
        } else {
            Err(AddressError::Foreign)
        }
    }

    /// Whether `url` is on the website's domain or below it, and that domain is of the public internet.
    fn holds(&self, url: &Url) -> bool {
        let website = self
            .website
            .as_deref()
            .and_then(|site| Url::parse(site).ok());
        let (Some(Host::Domain(host)), Some(website)) = (url.host(), &website) else {
            return false;
        };
        let Some(domain) = website.domain().filter(|domain| is_public_name(domain)) else {
            return false;
        };
        let domain = domain.strip_prefix("www.").unwrap_or(domain);
        is_within(host, domain)
    }
}

/// Whether keys may be fetched from `text`: whether a request of ours would go there. Which machine
/// stands behind its name is looked at when it does.
pub(super) fn keys_at(text: &str, sandbox: bool) -> Result<(), AddressError> {
    plain(text)?;
    let reach = if sandbox {
        Reach::WorldAndLoopback
    } else {
        Reach::World
    };
    Address::parse(text, reach)?;
    Ok(())
}

/// `text` as an address that can be read in one way only.
fn plain(text: &str) -> Result<Url, AddressError> {
    if text.len() > LONGEST {
        return Err(AddressError::Shape);
    }
    let url = Url::parse(text).map_err(|_malformed| AddressError::Shape)?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(AddressError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::User);
    }
    if url.fragment().is_some() {
        return Err(AddressError::Fragment);
    }
    if url.as_str() != text {
        return Err(AddressError::NotNormal);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AddressError, Ground, keys_at};

    fn production() -> Ground {
        Ground {
            sandbox: false,
            website: Some("https://www.coach.example/about".into()),
        }
    }

    fn sandbox() -> Ground {
        Ground {
            sandbox: true,
            website: None,
        }
    }

    #[test]
    fn a_publisher_s_own_addresses_are_taken() {
        for good in [
            "https://coach.example/callback",
            "https://app.coach.example/a/b?tenant=7",
            "https://www.coach.example:8443/",
        ] {
            assert_eq!(production().redirect_uri(good), Ok(()), "{good}");
        }
        for good in [
            "http://localhost:9000/callback",
            "http://127.0.0.1/",
            "http://[::1]:1/",
            "https://anywhere.example/",
        ] {
            assert_eq!(sandbox().redirect_uri(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn an_address_that_could_mislead_is_refused() {
        use AddressError::{Foreign, Fragment, NotNormal, Query, Scheme, Shape, User, Wildcard};
        for (bad, why) in [
            ("", Shape),
            ("/callback", Shape),
            ("https:///callback", NotNormal),
            ("coach.example/callback", Shape),
            ("http://coach.example/callback", Scheme),
            ("http://localhost/callback", Scheme),
            ("https://localhost/callback", Foreign),
            ("https://127.0.0.1/callback", Foreign),
            ("javascript:alert(1)", Scheme),
            ("data:text/html,x", Scheme),
            ("coach://callback", Scheme),
            ("urn:ietf:wg:oauth:2.0:oob", Scheme),
            ("https://coach.example/callback#", Fragment),
            ("https://coach.example/callback#a", Fragment),
            ("https://*.coach.example/callback", Wildcard),
            ("https://coach.example/*", Wildcard),
            ("https://user@coach.example/", User),
            ("https://coach.example:pass@evil.example/", User),
            ("https://COACH.example/callback", NotNormal),
            ("https://coach.example", NotNormal),
            ("https://coach.example:443/callback", NotNormal),
            ("https://coach.example/a/../callback", NotNormal),
            ("https://coach.example/a/%2e%2e/callback", NotNormal),
            ("https://coach.example\\@evil.example/", NotNormal),
            ("https://coach.example/\tcallback", NotNormal),
            (" https://coach.example/callback", NotNormal),
            ("https://co\u{e4}ch.example/callback", NotNormal),
            ("https://evil.example/callback", Foreign),
            ("https://evilcoach.example/callback", Foreign),
            ("https://coach.example.evil.example/", Foreign),
            ("https://192.0.2.1/callback", Foreign),
            ("https://coach.example/callback?code=1", Query),
            ("https://coach.example/callback?a=b&iss=c", Query),
            ("https://coach.example/callback?%73tate=1", Query),
        ] {
            assert_eq!(production().redirect_uri(bad), Err(why), "{bad}");
        }
        let long = format!("https://coach.example/{}", "a".repeat(2_000));
        assert_eq!(production().redirect_uri(&long), Err(Shape));
        for inside in [
            "https://foo.localhost/",
            "https://intranet/",
            "https://foo.local/",
        ] {
            let ground = Ground {
                sandbox: false,
                website: Some(inside.into()),
            };
            assert_eq!(ground.redirect_uri(inside), Err(Foreign), "{inside}");
        }
        let nowhere = Ground {
            sandbox: false,
            website: None,
        };
        let refused = nowhere.redirect_uri("https://coach.example/callback");
        assert_eq!(refused, Err(Foreign), "a publisher without a website");
    }

    #[test]
    fn keys_are_fetched_by_https_from_where_a_request_of_ours_would_go() {
        assert!(keys_at("https://coach.example/jwks.json", false).is_ok());
        assert!(keys_at("http://localhost:9000/jwks.json", true).is_ok());
        for inside in [
            "http://coach.example/jwks.json",
            "https://10.0.0.1/jwks.json",
            "https://[::ffff:10.0.0.1]/jwks.json",
            "https://coach.example:25/jwks.json",
            "https://coach@coach.example/jwks.json",
            "file:///etc/passwd",
        ] {
            for sandbox in [false, true] {
                assert!(keys_at(inside, sandbox).is_err(), "{inside}");
            }
        }
        assert!(keys_at("http://localhost:9000/jwks.json", false).is_err());
        assert!(keys_at("https://127.0.0.1/jwks.json", false).is_err());
        for inside in [
            "localhost",
            "foo.localhost",
            "ip6-localhost",
            "intranet",
            "foo.local",
        ] {
            let refused = keys_at(&format!("https://{inside}/jwks.json"), false);
            let inside = AddressError::OutOfReach(egress::AddressError::Inside);
            assert_eq!(refused, Err(inside));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_reads_as_it_is_written(text in "https?://[!-~]{1,60}") {
            for ground in [production(), sandbox()] {
                if ground.redirect_uri(&text).is_ok() {
                    let read = url::Url::parse(&text).unwrap();
                    prop_assert_eq!(read.as_str(), text.as_str());
                    prop_assert!(read.fragment().is_none() && read.username().is_empty());
                }
            }
        }
    }
}
