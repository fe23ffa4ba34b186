//! infra/xtask
fn main() {}
