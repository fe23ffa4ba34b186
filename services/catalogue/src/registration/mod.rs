//! Publishers register their apps themselves (RFC 7591), and manage what they registered (RFC 7592).
//!
//! A publisher begins with an initial access token, which the operator of the platform issues to its
//! organisation ([`Catalogue::issue_initial_token`]). Presenting it makes it a [`Publisher`], who may
//! register an app ([`Catalogue::register`]). What is registered comes with a token of its own, which
//! is replaced each time the registration is amended. Only digests of both are kept.
//!
//! What a worker will read on the consent page is held to rules that no publisher can bend: names that
//! cannot be mistaken for another's ([`AppName`]), addresses that can be read in one way only, keys
//! that are public and strong.

mod address;
mod initial;
mod keys;
mod metadata;
mod name;
mod register;
pub(crate) mod store;

pub use address::{AddressError, Ground};
pub use initial::{InitialToken, Publisher};
pub use keys::KeysError;
pub use metadata::{Metadata, MetadataError};
pub use name::{AppName, CodePoint, NameError};
pub use register::{Registered, Registration, RegistrationError, deregister};

#[cfg(doc)]
use crate::Catalogue;
