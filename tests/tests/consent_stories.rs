//! Temporary: the stories of consent alone, while the others are being written.
#![allow(dead_code, unused_imports)]
#[path = "../stories/harness/mod.rs"]
mod harness;
#[path = "../stories/client.rs"]
mod client;
#[path = "../stories/consent_page.rs"]
mod consent_page;
#[path = "../stories/pushed.rs"]
mod pushed;
