//! The settings of limits: how much each may ask, and who stands between the caller and us.
//!
//! A rate is written `REQUESTS/SECONDS`: as many at once, refilled evenly over as many seconds. Each
//! node counts for itself. The defaults leave honest use far behind; the sources of the numbers are
//! in `docs/decisions/2026-11-24-rate-limits-per-node.md`.

use clap::{Args, ValueEnum};

use super::Rate;

/// How much each may ask for.
#[derive(Debug, Clone, Args)]
pub struct LimitSettings {
    /// How many proxies of yours a request passes before it arrives here. With 0, the address of
    /// the connection is the caller's; with more, it is read from the header that they write.
    #[arg(
        long,
        env = "CPF_TRUSTED_PROXIES",
        value_name = "N",
        default_value_t = 0
    )]
    pub trusted_proxies: u8,

    /// The header in which those proxies write from whom they received a request. They must set it
    /// or add to it; what a caller wrote there himself is never believed.
    #[arg(
        long,
        env = "CPF_FORWARDED_HEADER",
        value_name = "HEADER",
        value_enum,
        default_value_t = ForwardedHeader::XForwardedFor
    )]
    pub forwarded_header: ForwardedHeader,

    /// Requests of one address, until it is known whose they are: pages, public data, and whatever
    /// is refused. An IPv6 address counts with its /64.
    #[arg(
        long,
        env = "CPF_LIMIT_ADDRESS",
        value_name = "RATE",
        default_value = "60000/60"
    )]
    pub limit_address: Rate,

    /// Credentials of one address that were refused. Once used up, no credential is looked at.
    #[arg(
        long,
        env = "CPF_LIMIT_REFUSED",
        value_name = "RATE",
        default_value = "1200/60"
    )]
    pub limit_refused: Rate,

    /// Steps of signing in, from one address: leaving for the identity provider, and coming back.
    #[arg(
        long,
        env = "CPF_LIMIT_SIGN_IN",
        value_name = "RATE",
        default_value = "600/60"
    )]
    pub limit_sign_in: Rate,

    /// Requests of one app at the OAuth endpoints.
    #[arg(
        long,
        env = "CPF_LIMIT_CLIENT",
        value_name = "RATE",
        default_value = "60000/60"
    )]
    pub limit_client: Rate,

    /// Requests of one app for workers' records.
    #[arg(
        long,
        env = "CPF_LIMIT_RECORD",
        value_name = "RATE",
        default_value = "300000/60"
    )]
    pub limit_record: Rate,

    /// Requests of one organisation's systems.
    #[arg(
        long,
        env = "CPF_LIMIT_ORGANISATION",
        value_name = "RATE",
        default_value = "6000/60"
    )]
    pub limit_organisation: Rate,

    /// Files deposited by one organisation.
    #[arg(
        long,
        env = "CPF_LIMIT_DEPOSITS",
        value_name = "RATE",
        default_value = "3600/3600"
    )]
    pub limit_deposits: Rate,

    /// Apps that one publisher registers, reads and amends.
    #[arg(
        long,
        env = "CPF_LIMIT_REGISTRATIONS",
        value_name = "RATE",
        default_value = "1200/3600"
    )]
    pub limit_registrations: Rate,
}

/// Where proxies write from whom they received a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: addresses, separated by commas.
    XForwardedFor,
    /// `Forwarded` (RFC 7239): its `for` parameters.
    Forwarded,
}
