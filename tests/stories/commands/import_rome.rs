//! `cpf import rome`: a release comes into force whole, or not at all.

use std::{fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use super::program::{Ended, cpf};
use crate::harness::{Platform, contract, real_data, root};

const OCCUPATIONS: &str = "unix_referentiel_code_rome_v460_utf8.csv";
const APPELLATIONS: &str = "unix_referentiel_appellation_v460_utf8.csv";
const SKILLS: &str = "arbo_competences_2025-09-18.csv";

async fn import(platform: &Platform, folder: &Path, more: &[&str]) -> Ended {
    let mut command = cpf(&["import", "rome", folder.to_str().unwrap()]);
    command.args(more);
    Ended::of_import(command, platform).await
}

impl Ended {
    async fn of_import(mut command: std::process::Command, platform: &Platform) -> Self {
        let url = platform.config.database_url.as_ref().unwrap();
        command.env("DATABASE_URL", url.expose());
        Self::of(command).await
    }
}

/// What the platform answers at `path`.
async fn get(platform: &Platform, path: &str, template: &str) -> Value {
    let sent = reqwest::get(format!("{}{path}", platform.url))
        .await
        .unwrap();
    contract().hold("get", template, sent).await.body
}

/// The label under which the platform knows the baker's occupation.
async fn baker(platform: &Platform) -> Value {
    get(platform, "/v1/occupations/D1102", "/v1/occupations/{code}").await["label"].clone()
}

/// A copy of the sandbox's release, to be broken.
fn copy() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in [OCCUPATIONS, APPELLATIONS, SKILLS] {
        let from = root().join("sandbox/data/rome").join(name);
        fs::copy(from, folder.path().join(name)).unwrap();
    }
    folder
}

/// A copy in which `change` altered the file `name`.
fn broken(name: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> TempDir {
    let folder = copy();
    let path = folder.path().join(name);
    let bytes = fs::read(&path).unwrap();
    let changed = change(bytes.clone());
    assert_ne!(changed, bytes, "{name} was changed");
    fs::write(path, changed).unwrap();
    folder
}

/// `name` with `from` replaced by `to`, once.
fn with(name: &str, from: &str, to: &str) -> TempDir {
    broken(name, |bytes| {
        String::from_utf8(bytes)
            .unwrap()
            .replacen(from, to, 1)
            .into_bytes()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_release_comes_into_force_in_numbers_and_again_changes_nothing() {
    let Some(real) = real_data("rome-v460") else {
        return;
    };
    let platform = Platform::start().await;
    let first = import(&platform, &real, &["--json"]).await;
    assert_eq!((first.code, first.err.as_str()), (Some(0), ""), "{first:?}");
    let counts = |done: &Value| {
        ["occupations", "appellations", "skills"].map(|name| done[name].as_u64().unwrap())
    };
    assert_eq!(counts(&first.json()), [1_584, 13_120, 17_830]);
    assert_eq!(first.json()["changed"], true);
    assert_eq!(baker(&platform).await, "Boulanger / Boulangère");

    let again = import(&platform, &real, &["--json"]).await;
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(again.json()["changed"], false);
    assert_eq!(counts(&again.json()), [1_584, 13_120, 17_830]);
    let told = import(&platform, &real, &[]).await;
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""), "{told:?}");
    assert!(
        told.out.contains("already in force: nothing changed"),
        "{told:?}"
    );
}

/// The line of the sandbox's file `name` that first satisfies `is_it`.
fn line_of(name: &str, is_it: impl Fn(&str) -> bool) -> u64 {
    let text = fs::read_to_string(root().join("sandbox/data/rome").join(name)).unwrap();
    let line = text.lines().position(is_it).unwrap();
    u64::try_from(line).unwrap() + 1
}

/// A broken release, and what must be said of it: file, line where there is one, code.
type Case = (TempDir, &'static str, Option<u64>, &'static str);

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    let latin = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.chars()
            .map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?'))
            .collect()
    };
    let last_line_cut = |bytes: Vec<u8>| bytes[..bytes.len() - 20].to_vec();
    let second_line_again = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        [&lines[..2], &lines[1..]].concat().concat().into_bytes()
    };
    let missing = copy();
    fs::remove_file(missing.path().join(SKILLS)).unwrap();
    let twice = copy();
    fs::copy(
        twice.path().join(SKILLS),
        twice.path().join("arbo_competences_2026.csv"),
    )
    .unwrap();
    let rows = fs::read_to_string(root().join("sandbox/data/rome").join(APPELLATIONS)).unwrap();
    let last = u64::try_from(rows.lines().count()).unwrap();
    let accent = Some(line_of(OCCUPATIONS, |line| !line.is_ascii()));
    let baker = "\"D1102\"";
    let [bakers, titles] =
        [OCCUPATIONS, APPELLATIONS].map(|name| Some(line_of(name, |line| line.contains(baker))));
    vec![
        (missing, "arbo_competences_*.csv", None, "missing_file"),
        (twice, "arbo_competences_*.csv", None, "several_files"),
        (
            with(OCCUPATIONS, "libelle_rome", "libelle"),
            OCCUPATIONS,
            Some(1),
            "missing_column",
        ),
        (
            broken(APPELLATIONS, last_line_cut),
            APPELLATIONS,
            Some(last),
            "truncated",
        ),
        (broken(OCCUPATIONS, latin), OCCUPATIONS, accent, "encoding"),
        (
            broken(OCCUPATIONS, second_line_again),
            OCCUPATIONS,
            Some(3),
            "duplicate_code",
        ),
        (
            with(OCCUPATIONS, baker, "\"1102D\""),
            OCCUPATIONS,
            bakers,
            "shape",
        ),
        (
            with(APPELLATIONS, baker, "\"D1999\""),
            APPELLATIONS,
            titles,
            "dangling_code",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_release_is_refused_with_each_fault_s_file_and_line_and_the_old_one_stays() {
    let platform = Platform::start().await;
    let sound = copy();
    assert_eq!(import(&platform, sound.path(), &[]).await.code, Some(0));
    let in_force = baker(&platform).await;
    assert_eq!(in_force, "Boulanger / Boulangère");

    for (folder, file, line, code) in cases() {
        // Were it let through, this label would show.
        let path = folder.path().join(OCCUPATIONS);
        let text = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&text).replace("Boulanger / Boulang", "Autre / Autre ");
        if code != "encoding" {
            fs::write(&path, text).unwrap();
        }
        let refused = import(&platform, folder.path(), &["--json"]).await;
        assert_eq!(refused.code, Some(1), "{code}: {refused:?}");
        let report = refused.json();
        assert_eq!(report["changed"], false);
        let anomalies = report["anomalies"].as_array().unwrap();
        let told = anomalies.iter().any(|anomaly| {
            anomaly["file"] == file && anomaly["line"].as_u64() == line && anomaly["code"] == code
        });
        assert!(told, "{code} in {file} at {line:?}: {report:#}");

        let in_words = import(&platform, folder.path(), &[]).await;
        assert_eq!(
            (in_words.code, in_words.out.as_str()),
            (Some(1), ""),
            "{in_words:?}"
        );
        let place = line.map_or_else(
            || format!("  {file}: "),
            |line| format!("  {file}:{line}: "),
        );
        assert!(
            in_words.err.contains("nothing was imported"),
            "{in_words:?}"
        );
        assert!(in_words.err.contains(&place), "{place} in {in_words:?}");
        assert_eq!(baker(&platform).await, in_force, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_ends_with_1_and_no_command_with_2() {
    let platform = Platform::start().await;
    let missing = import(&platform, Path::new("no/such/folder"), &[]).await;
    assert_eq!(
        (missing.code, missing.out.as_str()),
        (Some(1), ""),
        "{missing:?}"
    );
    assert!(missing.err.contains("no/such/folder"), "{missing:?}");
    for mistyped in [
        &["import"][..],
        &["import", "rome"],
        &["import", "roma", "."],
    ] {
        let told = Ended::of(cpf(mistyped)).await;
        assert_eq!(told.code, Some(2), "{told:?}");
    }
}
