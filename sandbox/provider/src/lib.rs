//! A TEST identity provider: real OpenID Connect on its own port, invented people.
//!
//! It has the shape of `FranceConnect` (claims, `eidas` levels, partial birth dates written with
//! zeros) so that the platform's relying party is tried against the protocol and never against a
//! stand-in of its own. Under `/agents` stands a second issuer, in the shape of `ProConnect`
//! (agents of organisations, claims in a signed token), for the same client. Whoever opens a page
//! may sign in as any persona of `data/personas.json` or `data/agents.json`, without a password:
//! every page says so, and the discovery documents carry `"cpf_test_provider": true`, which the
//! platform refuses in production.
//!
//! Nothing is kept: requests, codes and tokens live in memory for seconds, the signing key as
//! long as the process.

mod authorize;
mod choose;
mod discovery;
mod logout;
mod page;
mod personas;
mod realm;
mod reply;
mod routes;
mod settings;
mod shelf;
mod signing;
mod token;
mod userinfo;

pub use personas::{About, Agent, Persona, agents, personas};
pub use routes::{router, serve};
pub use settings::{Now, Settings, system_clock};
