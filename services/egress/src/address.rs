//! Addresses as somebody wrote them, checked as far as reading goes.

use std::{fmt, net::IpAddr};

use url::{Host, Url};

use crate::{Reach, is_public_name};

/// The longest address, in bytes.
const LONGEST: usize = 2_000;
/// Below it, beside 443, ports belong to services that no request of ours is for.
const UNPRIVILEGED: u16 = 1_024;

/// An address that may be sent to, as far as its text tells. Which machine stands behind its name
/// is looked at when it is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address is not one to send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an absolute URL, or too long.
    #[error("expected an absolute https address of at most 2,000 bytes")]
    Shape,
    /// Not https.
    #[error("the address must be https")]
    Scheme,
    /// A user name or a password: they would be kept and sent in clear places.
    #[error("the address must not hold a user name or a password")]
    Credentials,
    /// A number instead of a name, in whatever notation.
    #[error("the address must name its host, not number it")]
    Number,
    /// A name that no machine of the public internet has.
    #[error(
        "the address must name a machine of the public internet, not one inside a network \
         (localhost, .local, .internal, a name without a dot)"
    )]
    Inside,
    /// A port that belongs to another service.
    #[error("the port must be 443, or 1024 or more")]
    Port,
    /// A fragment, which is never sent.
    #[error("the address must not have a fragment")]
    Fragment,
}

impl Address {
    /// Reads `text` as an address within `reach`.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, AddressError> {
        if text.len() > LONGEST {
            return Err(AddressError::Shape);
        }
        let url: Url = text.parse().map_err(|_syntax| AddressError::Shape)?;
        let host = url.host().ok_or(AddressError::Shape)?;
        let at_home = reach == Reach::WorldAndLoopback && is_loopback(&host);
        if url.scheme() != "https" && !(at_home && url.scheme() == "http") {
            return Err(AddressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        if !at_home && !matches!(host, Host::Domain(_)) {
            return Err(AddressError::Number);
        }
        if reach == Reach::World && !url.domain().is_some_and(is_public_name) {
            return Err(AddressError::Inside);
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if !at_home && port != 443 && port < UNPRIVILEGED {
            return Err(AddressError::Port);
        }
        if url.fragment().is_some() {
            return Err(AddressError::Fragment);
        }
        Ok(Self(url))
    }

    /// Its text, in the one form that the parser gives it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn url(&self) -> Url {
        self.0.clone()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(number) => IpAddr::from(*number).is_loopback(),
        Host::Ipv6(number) => IpAddr::from(*number).is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Address, AddressError};
    use crate::Reach;

    fn world(text: &str) -> Result<Address, AddressError> {
        Address::parse(text, Reach::World)
    }

    #[test]
    fn an_https_address_with_a_name_is_taken() {
        for good in [
            "https://coach.example/hooks",
            "https://coach.example:8443/hooks?tenant=7",
            "https://COACH.example",
            "https://coach.example.:443/",
            "https://café.example/",
        ] {
            assert!(world(good).is_ok(), "{good}");
        }
        let address = world("https://Café.example:443/a b").unwrap();
        assert_eq!(address.as_str(), "https://xn--caf-dma.example/a%20b");
    }

    #[test]
    fn an_address_that_hides_where_it_leads_is_refused() {
        use AddressError::{Credentials, Fragment, Inside, Number, Port, Scheme, Shape};
        let long = format!("https://coach.example/{}", "a".repeat(2_000));
        for (bad, why) in [
            ("", Shape),
            ("coach.example/hooks", Shape),
            ("https://", Shape),
            ("https://1.2.3.4.5/", Shape),
            ("https://[::1", Shape),
            (&long, Shape),
            ("http://coach.example/", Scheme),
            ("ftp://coach.example/", Scheme),
            ("wss://coach.example/", Scheme),
            ("gopher://127.0.0.1:25/", Scheme),
            ("http://localhost/", Scheme),
            ("https://user@coach.example/", Credentials),
            ("https://:secret@coach.example/", Credentials),
            ("https://coach.example@127.0.0.1/", Credentials),
            ("https://93.184.216.34/", Number),
            ("https://127.0.0.1/", Number),
            ("https://169.254.169.254/latest/meta-data/", Number),
            ("https://2130706433/", Number),
            ("https://0x7f000001/", Number),
            ("https://0x7f.1/", Number),
            ("https://0177.0.0.1/", Number),
            ("https://127.1/", Number),
            ("https://127.0.0.1./", Number),
            ("https://①②⑦.0.0.1/", Number),
            ("https://[::1]/", Number),
            ("https://[::ffff:127.0.0.1]/", Number),
            ("https://[64:ff9b::7f00:1]/", Number),
            ("https://localhost/", Inside),
            ("https://foo.localhost/", Inside),
            ("https://ip6-localhost/", Inside),
            ("https://intranet/", Inside),
            ("https://foo.local/", Inside),
            ("https://FOO.Local./", Inside),
            ("https://coach.example:22/", Port),
            ("https://coach.example:80/", Port),
            ("https://coach.example:0/", Port),
            ("https://coach.example/#here", Fragment),
        ] {
            assert_eq!(world(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_sandbox_reaches_this_machine_too_and_no_other_by_plain_http() {
        let sandbox = |text: &str| Address::parse(text, Reach::WorldAndLoopback);
        for good in [
            "http://localhost:8081/hooks",
            "http://127.0.0.1:1/",
            "http://127.1:22/",
            "http://[::1]:8081/",
            "https://localhost/",
            "https://coach.example/",
        ] {
            assert!(sandbox(good).is_ok(), "{good}");
        }
        for bad in [
            "http://coach.example/",
            "http://10.0.0.1/",
            "http://169.254.169.254/",
            "https://192.168.1.1/",
            "http://localhost.coach.example/",
            "http://user@localhost/",
        ] {
            assert!(sandbox(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_https_by_name_and_reads_back_as_itself(text in ".*", host in "[a-z.0-9@:]{1,30}") {
            for text in [text, format!("https://{host}/")] {
                if let Ok(address) = world(&text) {
                    let url: url::Url = address.as_str().parse().unwrap();
                    prop_assert_eq!(url.scheme(), "https");
                    prop_assert!(url.domain().is_some() && url.username().is_empty());
                    prop_assert_eq!(world(address.as_str()), Ok(address));
                }
            }
        }
    }
}
