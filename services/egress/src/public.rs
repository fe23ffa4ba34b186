//! Which machines are public: the tables of IANA's special-purpose registries (RFC 6890), as code.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 that are not the public internet, with the length of their prefix.
const SPECIAL_V4: [(Ipv4Addr, u32); 14] = [
    // "This network" (RFC 791).
    (Ipv4Addr::UNSPECIFIED, 8),
    // Private use (RFC 1918).
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Shared by carriers (CGNAT, RFC 6598).
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Loopback (RFC 1122).
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local (RFC 3927), where clouds keep their metadata.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Protocol assignments (RFC 6890).
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation (RFC 5737).
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Relays of 6to4 (RFC 7526).
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Benchmarks (RFC 2544).
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Multicast, reserved, broadcast (RFC 5771, RFC 1112).
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// The one block of IPv6 that holds public machines (RFC 4291 §2.4). What maps or carries IPv4
/// (`::ffff:0:0/96`, `64:ff9b::/96`, `64:ff9b:1::/48`) lies outside, and so do loopback, unique
/// local, link-local, site-local and multicast addresses.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks within it that are not the public internet.
const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    // Protocol assignments, Teredo and ORCHID among them (RFC 2928, 4380, 7343).
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation (RFC 3849, RFC 9637).
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    // 6to4: carries any IPv4 address (RFC 3056).
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
];

/// Whether `machine` is on the public internet, as far as its number tells. What is not known to
/// be is not.
pub fn is_public(machine: IpAddr) -> bool {
    match machine {
        IpAddr::V4(machine) => !SPECIAL_V4.iter().any(|block| holds_v4(*block, machine)),
        IpAddr::V6(machine) => {
            holds_v6(GLOBAL_V6, machine)
                && !SPECIAL_V6.iter().any(|block| holds_v6(*block, machine))
        }
    }
}

fn holds_v4((block, prefix): (Ipv4Addr, u32), machine: Ipv4Addr) -> bool {
    (block.to_bits() ^ machine.to_bits()).leading_zeros() >= prefix
}

fn holds_v6((block, prefix): (Ipv6Addr, u32), machine: Ipv6Addr) -> bool {
    (block.to_bits() ^ machine.to_bits()).leading_zeros() >= prefix
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::is_public;

    fn judge(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn machines_of_the_world_are_public() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2606:4700:4700::1111",
            "2a01:e0a::1",
            "2003::1",
            "3ffe::1",
        ] {
            assert!(judge(text), "{text}");
        }
    }

    #[test]
    fn machines_of_a_network_of_somebody_s_own_are_not() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "100::1",
            "5f00::1",
            "2001:db8::1",
            "2001::1",
            "2001:10::1",
            "2001:20::1",
            "3fff::1",
        ] {
            assert!(!judge(text), "{text}");
        }
    }

    #[test]
    fn an_ipv4_machine_in_the_clothes_of_ipv6_is_not_public_whichever_it_is() {
        for text in [
            "::ffff:127.0.0.1",
            "::ffff:1.1.1.1",
            "::ffff:0:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
        ] {
            assert!(!judge(text), "{text}");
        }
    }

    proptest! {
        /// Held to what the standard library knows by itself.
        #[test]
        fn nothing_that_is_known_to_be_special_is_public(bits: u32, six: u128) {
            let four = Ipv4Addr::from_bits(bits);
            let special = four.is_private()
                || four.is_loopback()
                || four.is_link_local()
                || four.is_broadcast()
                || four.is_documentation()
                || four.is_multicast()
                || four.is_unspecified();
            prop_assert!(!(special && is_public(four.into())));
            prop_assert!(!is_public(IpAddr::from(four.to_ipv6_mapped())));
            prop_assert!(!is_public(IpAddr::from(four.to_ipv6_compatible())));
            let six = Ipv6Addr::from_bits(six);
            let special = six.is_loopback()
                || six.is_multicast()
                || six.is_unicast_link_local()
                || six.is_unique_local()
                || six.to_ipv4().is_some();
            prop_assert!(!(special && is_public(six.into())));
        }
    }
}
