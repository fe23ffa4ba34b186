//! `attenuate`: reads a consent token on its standard input and writes the narrowed one. A token is
//! a secret, and every user of a machine can read the arguments of its programs.

use std::{
    io::read_to_string,
    time::{Duration, SystemTime},
};

use attenuate::{Narrowing, narrow};
use clap::Parser;

/// Narrow the consent token on the standard input.
#[derive(Debug, Parser)]
#[command(name = "attenuate", version)]
struct Options {
    /// Only these sections, separated by commas.
    #[arg(long, value_delimiter = ',')]
    sections: Option<Vec<String>>,
    /// Only these fields of entries, separated by commas.
    #[arg(long, value_delimiter = ',')]
    fields: Option<Vec<String>>,
    /// Only for so many seconds from now.
    #[arg(long)]
    seconds: Option<u64>,
}

#[expect(clippy::disallowed_methods, reason = "the one clock of this program")]
fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut less = Narrowing::default();
    if let Some(names) = &options.sections {
        less = less.to_sections(names.iter().map(String::as_str));
    }
    if let Some(names) = &options.fields {
        less = less.to_fields(names.iter().map(String::as_str));
    }
    if let Some(seconds) = options.seconds {
        less = less.until(SystemTime::now() + Duration::from_secs(seconds));
    }
    println!("{}", narrow(&read_to_string(std::io::stdin())?, &less)?);
    Ok(())
}
