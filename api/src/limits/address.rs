//! Who is at the other end: the address that a request is counted for.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{Extensions, HeaderMap, HeaderName, header};

use super::settings::{ForwardedHeader, LimitSettings};

/// The address at the other end of the connection, in the extensions of each request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How many proxies are believed, and where they write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Proxies {
    trusted: usize,
    header: ForwardedHeader,
}

impl Proxies {
    pub(super) fn new(settings: &LimitSettings) -> Self {
        Self {
            trusted: settings.trusted_proxies.into(),
            header: settings.forwarded_header,
        }
    }

    /// Whether a request tells of proxies, and none is believed.
    pub(super) fn passes_by(self, headers: &HeaderMap) -> bool {
        self.trusted == 0
            && (headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED))
    }

    /// Whom a request is counted for. Each proxy adds from whom it received the request, so that
    /// the last entries are ours and those before them anybody's: with `n` proxies, the `n`th from
    /// the end is the caller. An entry that is no address leaves the connection's.
    pub(super) fn caller(self, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
        let peer = extensions
            .get::<Peer>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(address)| *address);
        let Some(before) = self.trusted.checked_sub(1) else {
            return peer;
        };
        let name = match self.header {
            ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
            ForwardedHeader::Forwarded => header::FORWARDED,
        };
        let lines = headers.get_all(name).iter().rev();
        let mut entries = lines.flat_map(|line| {
            let line = line.to_str().unwrap_or_default();
            line.rsplit(',').map(str::trim)
        });
        let entry = entries.nth(before);
        let address = entry.and_then(|entry| match self.header {
            ForwardedHeader::XForwardedFor => read(entry),
            ForwardedHeader::Forwarded => read(forwarded_for(entry)?),
        });
        address.unwrap_or(peer)
    }
}

/// The `for` parameter of one element of `Forwarded` (RFC 7239 §4).
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let is_for = name.trim().eq_ignore_ascii_case("for");
        is_for.then(|| value.trim().trim_matches('"'))
    })
}

/// An address, with or without a port, an IPv6 address in brackets or without.
fn read(text: &str) -> Option<IpAddr> {
    let bracketed = text
        .strip_prefix('[')
        .and_then(|rest| Some(rest.split_once(']')?.0));
    let bare = bracketed.unwrap_or(text);
    bare.parse().ok().or_else(|| {
        let (host, _port) = text.rsplit_once(':')?;
        host.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
    })
}

/// What `address` is counted under: an IPv4 address whole, an IPv6 address by its first 64 bits,
/// since whoever has one address of a /64 has them all.
pub(super) fn bucket(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::{ForwardedHeader, Peer, Proxies, bucket, read};

    fn caller(trusted: usize, header: ForwardedHeader, lines: &[&str]) -> String {
        let name = match header {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            let name = HeaderName::from_static(name);
            headers.append(name, HeaderValue::from_str(line).unwrap());
        }
        let mut extensions = Extensions::new();
        extensions.insert(Peer("10.0.0.1".parse().unwrap()));
        let proxies = Proxies { trusted, header };
        proxies.caller(&headers, &extensions).to_string()
    }

    #[test]
    fn what_a_caller_writes_himself_is_not_believed() {
        use ForwardedHeader::{Forwarded, XForwardedFor};
        for (trusted, header, lines, expected) in [
            (0, XForwardedFor, &["192.0.2.1"][..], "10.0.0.1"),
            (1, XForwardedFor, &["192.0.2.1"], "192.0.2.1"),
            (1, XForwardedFor, &["203.0.113.9, 192.0.2.1"], "192.0.2.1"),
            (1, XForwardedFor, &["203.0.113.9", "192.0.2.1"], "192.0.2.1"),
            (
                2,
                XForwardedFor,
                &["203.0.113.9, 192.0.2.1, 10.0.0.7"],
                "192.0.2.1",
            ),
            (2, XForwardedFor, &["192.0.2.1"], "10.0.0.1"),
            (1, XForwardedFor, &["unknown"], "10.0.0.1"),
            (1, XForwardedFor, &[], "10.0.0.1"),
            (1, XForwardedFor, &["192.0.2.1:4711"], "192.0.2.1"),
            (1, Forwarded, &["for=192.0.2.1;proto=https"], "192.0.2.1"),
            (
                1,
                Forwarded,
                &["for=_hidden, For=\"[2001:db8::1]:4711\""],
                "2001:db8::1",
            ),
            (1, Forwarded, &["for=192.0.2.1, for=_hidden"], "10.0.0.1"),
            (1, Forwarded, &["by=192.0.2.1"], "10.0.0.1"),
        ] {
            assert_eq!(
                caller(trusted, header, lines),
                expected,
                "{trusted} {lines:?}"
            );
        }
    }

    #[test]
    fn an_ipv6_address_counts_with_its_network_and_a_mapped_one_as_ipv4() {
        let of = |text: &str| bucket(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    proptest! {
        #[test]
        fn an_address_is_read_however_it_is_written(bits: u128, four: u32, port: u16) {
            let six = std::net::Ipv6Addr::from_bits(bits);
            let four = std::net::Ipv4Addr::from_bits(four);
            for written in [six.to_string(), format!("[{six}]"), format!("[{six}]:{port}")] {
                prop_assert_eq!(read(&written), Some(six.into()));
            }
            for written in [four.to_string(), format!("{four}:{port}")] {
                prop_assert_eq!(read(&written), Some(four.into()));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = (read(&text), super::forwarded_for(&text));
        }
    }
}
