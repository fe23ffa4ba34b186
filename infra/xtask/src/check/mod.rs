//! `cargo xtask check`: everything that must hold before a change is merged, in one command. It is
//! what continuous integration runs.
//!
//! The steps share what they compile: clippy compiles against a live schema, which checks the
//! queries in the same pass, and the documentation uses its dependencies.

mod gear;
mod ledger;
mod steps;

use std::{path::Path, process::Command};

use clap::Args;

use crate::{prepare::Asking, root, tidy};
use ledger::Ledger;

/// Formatting, house rules, spelling, licences, lints, queries, documentation and tests.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Also run the story in a real browser: needs Chromium, node and npm.
    #[arg(long)]
    browser: bool,
    /// Run only the steps whose name contains one of these, separated by commas.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
}

/// Runs every step, even after one failed, and says at the end how each went.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let root = root::find()?;
    let mut ledger = Ledger::new(options.only.clone());
    texts(&mut ledger, &root);
    dependencies(&mut ledger, &root);
    code(&mut ledger, &root);
    tests(&mut ledger, &root, options.browser);
    steps::stop_test_cluster(&root)?;
    ledger.close()
}

fn texts(ledger: &mut Ledger, root: &Path) {
    ledger.step("formatting", || {
        steps::finish(&mut cargo(root, &["fmt", "--all", "--check"]))
    });
    ledger.step("house rules", tidy::run);
    ledger.step("spelling", || {
        steps::finish(Command::new(gear::typos(root)?).current_dir(root))
    });
}

fn dependencies(ledger: &mut Ledger, root: &Path) {
    let deny = |checks: &[&str]| {
        gear::cargo_deny()?;
        steps::finish(cargo(root, &["deny", "--log-level=error", "check"]).args(checks))
    };
    ledger.step("licences and sources", || {
        deny(&["licenses", "bans", "sources"])
    });
    if steps::can_fetch_advisories() {
        ledger.step("known vulnerabilities", || deny(&["advisories"]));
    } else {
        ledger.skip(
            "known vulnerabilities",
            "their database cannot be reached from here",
        );
    }
}

fn code(ledger: &mut Ledger, root: &Path) {
    let mut asked = None;
    ledger.step("lints", || {
        let asking = Asking::prepare(root)?;
        let lint = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ];
        steps::finish(cargo(root, &lint).envs(asking.environment.iter().cloned()))?;
        asked = Some(asking);
        Ok(())
    });
    match asked {
        Some(asked) => ledger.step("queries", || asked.compare(root)),
        None => ledger.skip("queries", "the lints, which ask them, did not pass"),
    }
    ledger.step("documentation", || {
        let document = [
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ];
        // Private items are documented too, and public ones may point to them.
        let flags = "--deny warnings --allow rustdoc::private_intra_doc_links";
        steps::finish(cargo(root, &document).env("RUSTDOCFLAGS", flags))
    });
}

fn tests(ledger: &mut Ledger, root: &Path, browser: bool) {
    // Tests and programs in one compilation: apart, they would enable different features.
    ledger.step("build", || {
        steps::finish(&mut cargo(root, &["build", "--workspace", "--all-targets"]))
    });
    ledger.tests("tests", || steps::rust_tests(root));
    if browser {
        ledger.tests("browser story", || steps::browser_tests(root));
    }
}

fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).current_dir(root);
    // As in a clean clone, whatever this shell was set up for.
    cargo.env("SQLX_OFFLINE", "true").env_remove("DATABASE_URL");
    cargo
}
