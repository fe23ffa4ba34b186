//! The product, seen from outside: this crate speaks HTTP to a whole platform and nothing else.
//!
//! `stories/` holds one journey per file; the promises that hold over all endpoints are stories of
//! the same binary. `browser/` drives a real browser.
