//! Temporary: the stories of consent alone, while the others are being written.
#![allow(dead_code, unused_imports)]
#[path = "../stories/harness/mod.rs"]
mod harness;
#[path = "../stories/grants/mod.rs"]
mod grants;
#[path = "../stories/sign_in/mod.rs"]
mod sign_in;
