//! `cpf push`: a certifier's terminal or nightly job.

use std::{io::Write, path::Path, process::Command, process::Stdio};

use tempfile::TempDir;

use super::program::{Ended, cpf};
use crate::{
    deposits::{Certifier, Stored, sample},
    harness::{Platform, root},
};

/// A certifier at its terminal, with its key in a file.
struct Terminal {
    platform: Platform,
    key: String,
    files: TempDir,
}

impl Terminal {
    async fn open() -> Self {
        let platform = Platform::start().await;
        let key = Certifier::of(&platform).await.key;
        let files = tempfile::tempdir().unwrap();
        std::fs::write(files.path().join("key"), format!("{key}\n")).unwrap();
        Self {
            platform,
            key,
            files,
        }
    }

    /// `cpf push FILE` to the platform, without a key.
    fn keyless(&self, file: &Path, more: &[&str]) -> Command {
        let mut command = cpf(&["push", file.to_str().unwrap()]);
        command.args(more).env("CPF_URL", &self.platform.url);
        command
    }

    /// Pushes `file`; whatever is said, the key is not.
    async fn push(&self, file: &Path, more: &[&str]) -> Ended {
        let mut command = self.keyless(file, more);
        command.arg("--key-file").arg(self.files.path().join("key"));
        self.ended(command).await
    }

    async fn ended(&self, command: Command) -> Ended {
        let ended = Ended::of(command).await;
        assert!(
            !ended.out.contains(&self.key) && !ended.err.contains(&self.key),
            "{ended:?}"
        );
        ended
    }

    /// A file to push.
    fn file(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn sound() -> std::path::PathBuf {
    root().join("sandbox/data/flux/certificates.xml")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_file_ends_with_0_and_its_counts_and_so_does_its_replay() {
    let terminal = Terminal::open().await;
    let first = terminal.push(&sound(), &[]).await;
    assert_eq!((first.code, first.err.as_str()), (Some(0), ""), "{first:?}");
    assert!(
        first
            .out
            .contains("0 matched, 12 waiting for their workers"),
        "{first:?}"
    );

    let again = terminal.push(&sound(), &["--json"]).await;
    assert_eq!((again.code, again.err.as_str()), (Some(0), ""), "{again:?}");
    let report = again.json();
    assert_eq!(report["batch"]["counts"]["already_known"], 12);
    assert_eq!(report["batch"]["file_name"], "certificates.xml");
    assert_eq!(report["passages"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_passages_end_with_1_and_each_error_on_its_line() {
    let terminal = Terminal::open().await;
    let file = root().join("sandbox/data/flux/certificates-with-errors.xml");
    let told = terminal.push(&file, &[]).await;
    assert_eq!((told.code, told.err.as_str()), (Some(1), ""), "{told:?}");
    assert!(
        told.out.contains("1 waiting") && told.out.contains("5 rejected"),
        "{told:?}"
    );
    assert!(
        told.out
            .contains("\nPassage CH-2026-0102, line 59: rejected\n"),
        "{told:?}"
    );
    assert!(
        told.out.contains("  line 61: obtentionCertification: "),
        "{told:?}"
    );
    assert!(told.out.contains("[not_in_list]"), "{told:?}");

    let report = terminal.push(&file, &["--json"]).await;
    assert_eq!(report.code, Some(1));
    let report = report.json();
    let passages = report["passages"].as_array().unwrap();
    assert_eq!(
        passages.len(),
        5,
        "those with something left to do: {report}"
    );
    assert!(
        passages
            .iter()
            .all(|passage| !passage["errors"][0]["code"].is_null()),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_refused_ends_with_2_and_says_why_and_where() {
    let terminal = Terminal::open().await;
    let whole = sample("certificates.xml");
    let cut = terminal.file("cut.xml", &whole[..whole.len() / 2]);
    let doctype = terminal.file(
        "doctype.xml",
        &whole.replacen("<cpf:flux", "<!DOCTYPE a>\n<cpf:flux", 1),
    );
    for (file, code) in [(cut, "[truncated]"), (doctype, "[doctype]")] {
        let told = terminal.push(&file, &[]).await;
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{told:?}");
        assert!(
            told.err.starts_with("cpf: ") && told.err.contains(code),
            "{told:?}"
        );
        assert!(told.err.contains("\n  line "), "{told:?}");
    }
    assert_eq!(Stored::on(&terminal.platform).await, Stored::nothing());

    let foreign = terminal.file("foreign.xml", &whole.replacen("00TEST00", "00OTHER0", 1));
    let told = terminal.push(&foreign, &[]).await;
    assert_eq!(told.code, Some(2), "{told:?}");
    assert!(
        told.out.contains("was refused") && told.out.contains("[unknown_emitter]"),
        "{told:?}"
    );
    assert_eq!(
        terminal.push(&foreign, &["--json"]).await.json()["batch"]["status"],
        "refused"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_comes_from_a_file_a_variable_or_standard_input_and_a_wrong_one_ends_with_2() {
    let terminal = Terminal::open().await;
    let mut by_variable = terminal.keyless(&sound(), &[]);
    by_variable.env("CPF_KEY", &terminal.key);
    assert_eq!(terminal.ended(by_variable).await.code, Some(0));

    let mut by_input = terminal.keyless(&sound(), &["--key-file", "-"]);
    let mut child = by_input.stdin(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{}", terminal.key).unwrap();
    let ended = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
    assert_eq!(ended.unwrap().unwrap().status.code(), Some(0));

    let none = terminal.ended(terminal.keyless(&sound(), &[])).await;
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(
        none.err.contains("CPF_KEY") && none.err.contains("--key-file"),
        "{none:?}"
    );

    let mut wrong = terminal.keyless(&sound(), &[]);
    wrong.env("CPF_KEY", "cpf_key_of_nobody");
    let wrong = terminal.ended(wrong).await;
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(
        wrong.err.contains("401") && !wrong.err.contains("cpf_key_of_nobody"),
        "{wrong:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reached_or_read_or_was_mistyped_ends_with_2_and_a_reason() {
    let terminal = Terminal::open().await;
    let missing = terminal.push(Path::new("no-such-file.xml"), &[]).await;
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(
        missing.err.contains("no-such-file.xml cannot be read"),
        "{missing:?}"
    );

    let nobody = terminal
        .push(&sound(), &["--url", "http://127.0.0.1:9"])
        .await;
    assert_eq!(nobody.code, Some(2), "{nobody:?}");
    assert!(
        nobody.err.contains("the platform cannot be reached"),
        "{nobody:?}"
    );

    for mistyped in [
        &["push"][..],
        &["push", "a.xml", "--no-such-option"],
        &["pusch"],
    ] {
        let told = Ended::of(cpf(mistyped)).await;
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{told:?}");
        assert!(told.err.contains("Usage"), "{told:?}");
    }
}
