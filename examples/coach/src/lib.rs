//! Cap Métier: a demonstration coaching app by an invented publisher.
//!
//! It shows what any publisher has to write to read a worker's record with her permission, and to
//! propose entries of it. It is written only against the public documents of the platform: discovery
//! (RFC 8414), a pushed authorization request (RFC 9126) that says what it wants (RFC 9396), a signed
//! client assertion (RFC 7523), PKCE, the issuer in the answer (RFC 9207), a proof of possession with
//! each request (RFC 9449), and the calls of the API. `README.md` walks through it, request by request.
//!
//! Tokens stay in this process's memory, behind a session cookie. The record itself is read anew
//! for each page and never kept. What the app proposed is remembered with them.

mod ask;
mod assertion;
mod call;
mod callback;
mod connect;
mod enrol;
mod forget;
mod granted;
mod home;
mod hook;
mod key;
mod language;
mod notice;
mod offer;
mod pages;
mod platform;
mod propose;
mod prove;
mod reading;
mod receipt;
mod record;
mod routes;
mod session;
mod settings;
mod token;
mod trouble;

pub use key::Key;
pub use routes::{router, serve};
pub use settings::{Now, Settings, system_clock};
