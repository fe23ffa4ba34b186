//! examples/coach
fn main() {}
