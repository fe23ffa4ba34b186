//! What the rules look at: the files that git knows and the crates that cargo knows.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::Path,
    process::{Command, Output},
};

use anyhow::{Context, bail};

/// The whole checkout, read once.
#[derive(Debug, Default)]
pub(crate) struct House {
    /// The text of each file by its path from the root; no text for a file that is not text.
    pub(crate) files: BTreeMap<String, Option<String>>,
    /// The crates of the workspace.
    pub(crate) crates: Vec<Crate>,
    /// `migrations/CHECKSUMS` as it stands on the main branch.
    pub(crate) merged_checksums: String,
}

/// A crate of the workspace.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// What a crate depends on.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) only_in_tests: bool,
}

/// Something to put right.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// From 1; 0 for the file as a whole.
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl House {
    /// Reads the checkout at `root`.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let listed = run(
            root,
            "git",
            &[
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ],
        )?;
        let files = listed
            .split('\0')
            .filter(|path| root.join(path).is_file())
            .map(|path| (path.to_owned(), fs::read_to_string(root.join(path)).ok()))
            .collect();
        let metadata = run(
            root,
            "cargo",
            &["metadata", "--no-deps", "--format-version=1"],
        )?;
        Ok(Self {
            files,
            crates: crates_in(&serde_json::from_str(&metadata)?)?,
            merged_checksums: merged(root, "migrations/CHECKSUMS"),
        })
    }

    /// Every Rust file, with its text.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.ending(".rs")
    }

    /// Every file whose name ends like this, with its text.
    pub(crate) fn ending(&self, end: &str) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter(move |(path, _)| path.ends_with(end))
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Whether a file or a directory has this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.keys().any(|file| file.starts_with(&inside))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// What rules see of a line of Rust: no comment. Whole-file rules stop at the unit tests, which
/// may do what the product may not.
pub(crate) fn product_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
}

/// Whether `line` contains `word` as a word of its own.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(in_word) && !line[at + word.len()..].starts_with(in_word)
    })
}

fn crates_in(metadata: &serde_json::Value) -> anyhow::Result<Vec<Crate>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata names no package")?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(packages
        .iter()
        .map(|package| Crate {
            name: text(&package["name"]),
            dependencies: package["dependencies"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|dependency| Dependency {
                    name: text(&dependency["name"]),
                    only_in_tests: dependency["kind"] == "dev",
                })
                .collect(),
        })
        .collect())
}

/// A file as it stands on the main branch; empty if it is not there yet.
pub(crate) fn merged(root: &Path, path: &str) -> String {
    let base = ["origin/main", "main"]
        .iter()
        .find_map(|branch| run(root, "git", &["merge-base", "HEAD", branch]).ok());
    let base = base.unwrap_or_else(|| "HEAD".to_owned());
    run(root, "git", &["show", &format!("{}:{path}", base.trim())]).unwrap_or_default()
}

fn run(root: &Path, program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.with_context(|| format!("running {program}"))?;
    if !status.success() {
        bail!(
            "{program} {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&stderr)
        );
    }
    Ok(String::from_utf8(stdout)?)
}

#[cfg(test)]
impl House {
    /// A house with these files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned())));
        Self {
            files: files.collect(),
            ..Self::default()
        }
    }

    /// A house with one crate that depends on these.
    pub(crate) fn with_crate(name: &str, dependencies: &[(&str, bool)]) -> Self {
        let dependencies = dependencies.iter().map(|(name, only_in_tests)| Dependency {
            name: (*name).to_owned(),
            only_in_tests: *only_in_tests,
        });
        let found = Crate {
            name: name.to_owned(),
            dependencies: dependencies.collect(),
        };
        Self {
            crates: vec![found],
            ..Self::default()
        }
    }
}
