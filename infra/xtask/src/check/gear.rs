//! The programs that the checks need beyond cargo's own. What is missing is installed, at a pinned
//! version.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::ensure;

/// `cargo-deny`: licences, bans, sources, advisories.
const CARGO_DENY: &str = "0.20.2";

/// `typos`: the spelling of code.
const TYPOS: &str = "1.52.0";

/// Makes sure that `cargo deny` works.
pub(super) fn cargo_deny() -> anyhow::Result<()> {
    if is_version(
        Command::new("cargo").args(["deny", "--version"]),
        CARGO_DENY,
    ) {
        return Ok(());
    }
    println!("Installing cargo-deny {CARGO_DENY}, once: it takes some minutes.");
    let install = ["install", "--locked", "cargo-deny", "--version", CARGO_DENY];
    let status = Command::new("cargo").args(install).status()?;
    ensure!(
        status.success(),
        "cargo-deny {CARGO_DENY} could not be installed"
    );
    Ok(())
}

/// Where `typos` is. Its wheel is ready-made; compiling it takes minutes.
pub(super) fn typos(root: &Path) -> anyhow::Result<PathBuf> {
    let directory = root.join(".local/gear");
    let places = [PathBuf::from("typos"), directory.join("bin/typos")];
    let found = |place: &PathBuf| is_version(Command::new(place).arg("--version"), TYPOS);
    if let Some(place) = places.iter().find(|place| found(place)) {
        return Ok(place.clone());
    }
    println!("Installing typos {TYPOS}, once.");
    fs::create_dir_all(&directory)?;
    let wheel = format!("typos=={TYPOS}");
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--upgrade", "--target"]);
    let installed = pip
        .arg(&directory)
        .arg(&wheel)
        .status()
        .is_ok_and(|status| status.success());
    if !installed {
        let install = [
            "install",
            "--locked",
            "typos-cli",
            "--version",
            TYPOS,
            "--root",
        ];
        let status = Command::new("cargo")
            .args(install)
            .arg(&directory)
            .status()?;
        ensure!(status.success(), "typos {TYPOS} could not be installed");
    }
    let [_, place] = places;
    ensure!(found(&place), "{} does not run", place.display());
    Ok(place)
}

fn is_version(command: &mut Command, version: &str) -> bool {
    command.output().is_ok_and(|output| {
        let said = String::from_utf8_lossy(&output.stdout);
        output.status.success() && said.split_whitespace().any(|word| word == version)
    })
}
