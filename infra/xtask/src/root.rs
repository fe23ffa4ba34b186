//! Where the checkout is.

use std::path::{Path, PathBuf};

use anyhow::Context;

/// The root of the workspace this program was built from.
pub(crate) fn find() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).context("infra/xtask has moved")?;
    Ok(root.to_owned())
}
