//! `flux-generator`: writes a flux of invented holders to a file.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use clap::Parser;
use flux_generator::Recipe;

/// Write a valid flux of invented holders.
#[derive(Debug, Parser)]
struct Wanted {
    /// The file to write.
    file: PathBuf,

    /// How many passages. A passage takes about 1.7 kB.
    #[arg(long, default_value_t = 130_000)]
    passages: u32,

    /// How many different holders.
    #[arg(long, default_value_t = 100_000)]
    holders: u32,

    /// What everything is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let Wanted {
        file,
        passages,
        holders,
        seed,
    } = Wanted::parse();
    let recipe = Recipe {
        seed,
        passages,
        holders,
        prefix: format!("G{seed}"),
        ..Recipe::default()
    };
    let mut out = BufWriter::new(File::create(file)?);
    recipe.write(&mut out)?;
    Ok(out.flush()?)
}
