//! sandbox/provider
fn main() {}
