//! `cargo xtask prepare`: renews what is generated and committed beside the code.
//!
//! `.sqlx/` holds what the database says about each query, so that no build needs a database. The
//! query macros write it themselves when they are expanded against one; expanding again what cargo
//! believes fresh takes a newer file date. `migrations/CHECKSUMS` holds the migrations' sums.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::Path,
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, bail, ensure};
use cluster::Cluster;

use crate::{
    root,
    tidy::{House, migrations},
};

/// Where the committed answers are.
const COMMITTED: &str = ".sqlx";

/// The database that the queries are checked against.
const DATABASE: &str = "cpf_prepare";

/// Answers by the name of their file.
type Answers = BTreeMap<String, String>;

/// What the query macros need to ask a database and to write down what it says.
pub(crate) struct Asking {
    /// Variables for cargo.
    pub(crate) environment: Vec<(&'static str, String)>,
    answers: tempfile::TempDir,
}

/// Renews `.sqlx/` and `migrations/CHECKSUMS`; with `check`, only says whether `.sqlx/` is current.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let root = root::find()?;
    let asking = Asking::prepare(&root)?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["check", "--workspace", "--all-targets"])
        .current_dir(&root);
    let status = cargo.envs(asking.environment.iter().cloned()).status()?;
    ensure!(
        status.success(),
        "the code does not compile against the schema"
    );
    if check {
        return asking.compare(&root);
    }
    asking.keep(&root)?;
    let house = House::read(&root)?;
    fs::write(root.join(migrations::LIST), migrations::listed(&house))?;
    println!("{COMMITTED}/ and {} are current.", migrations::LIST);
    Ok(())
}

impl Asking {
    /// A fresh database with today's schema, and every query due to be asked again.
    pub(crate) fn prepare(root: &Path) -> anyhow::Result<Self> {
        let settings = cluster::Settings { fsync: false };
        let cluster = Cluster::ensure(&root.join(".local/test-postgres"), settings)?;
        cluster.drop_database(DATABASE)?;
        cluster.create_database(DATABASE)?;
        migrate(root, &cluster)?;
        for (path, text) in House::read(root)?.rust() {
            if text.contains("sqlx::query") || text.contains("query!") || text.contains("query_") {
                touch(&root.join(path))?;
            }
        }
        let answers = tempfile::tempdir()?;
        let environment = vec![
            ("SQLX_OFFLINE", "false".to_owned()),
            ("SQLX_OFFLINE_DIR", answers.path().display().to_string()),
            ("DATABASE_URL", cluster.owner_url(DATABASE)),
        ];
        Ok(Self {
            environment,
            answers,
        })
    }

    /// Fails if what is committed differs from what the database says.
    pub(crate) fn compare(&self, root: &Path) -> anyhow::Result<()> {
        let (committed, current) = (read(&root.join(COMMITTED))?, read(self.answers.path())?);
        let stale: Vec<&str> = committed
            .iter()
            .filter(|(name, answer)| current.get(*name) != Some(*answer))
            .map(|(name, _)| name.as_str())
            .chain(
                current
                    .keys()
                    .filter(|name| !committed.contains_key(*name))
                    .map(String::as_str),
            )
            .collect();
        if stale.is_empty() {
            return Ok(());
        }
        bail!(
            "{COMMITTED}/ is stale ({}): run `cargo xtask prepare`",
            stale.join(", ")
        );
    }

    /// Replaces what is committed.
    fn keep(&self, root: &Path) -> anyhow::Result<()> {
        let directory = root.join(COMMITTED);
        let current = read(self.answers.path())?;
        fs::create_dir_all(&directory)?;
        for name in read(&directory)?
            .keys()
            .filter(|name| !current.contains_key(*name))
        {
            fs::remove_file(directory.join(name))?;
        }
        for (name, answer) in &current {
            fs::write(directory.join(name), answer)?;
        }
        Ok(())
    }
}

/// Applies the migrations in order, as `sqlx` would.
fn migrate(root: &Path, cluster: &Cluster) -> anyhow::Result<()> {
    let mut files: Vec<_> = fs::read_dir(root.join("migrations"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    for file in files {
        let mut psql = Command::new(cluster.binaries().join("psql"));
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
        ]);
        psql.args(["--dbname", &cluster.owner_url(DATABASE), "--file"])
            .arg(&file);
        let status = psql.status().context("running psql")?;
        ensure!(status.success(), "{} failed", file.display());
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the date of a file, for cargo")]
fn touch(path: &Path) -> anyhow::Result<()> {
    File::options()
        .append(true)
        .open(path)?
        .set_modified(SystemTime::now())?;
    Ok(())
}

fn read(directory: &Path) -> anyhow::Result<Answers> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Ok(Answers::new());
    };
    entries
        .map(|entry| {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            Ok((name, fs::read_to_string(entry.path())?))
        })
        .filter(|answer: &anyhow::Result<_>| {
            answer
                .as_ref()
                .map_or(true, |(name, _)| name.starts_with("query-"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Asking;

    #[test]
    fn a_changed_a_missing_and_a_left_over_answer_are_each_stale() {
        let root = tempfile::tempdir().unwrap();
        let committed = root.path().join(".sqlx");
        fs::create_dir(&committed).unwrap();
        let asking = Asking {
            environment: Vec::new(),
            answers: tempfile::tempdir().unwrap(),
        };
        let current = asking.answers.path().to_owned();
        fs::write(committed.join("query-1.json"), "{}").unwrap();
        fs::write(current.join("query-1.json"), "{}").unwrap();
        asking.compare(root.path()).unwrap();
        fs::write(current.join("query-1.json"), "{\"changed\":1}").unwrap();
        assert!(
            asking
                .compare(root.path())
                .unwrap_err()
                .to_string()
                .contains("query-1.json")
        );
        fs::remove_file(current.join("query-1.json")).unwrap();
        assert!(asking.compare(root.path()).is_err(), "left over");
        fs::write(current.join("query-1.json"), "{}").unwrap();
        fs::write(current.join("query-2.json"), "{}").unwrap();
        assert!(asking.compare(root.path()).is_err(), "missing");
        asking.keep(root.path()).unwrap();
        asking.compare(root.path()).unwrap();
    }
}
