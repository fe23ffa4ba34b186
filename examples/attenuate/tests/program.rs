//! The program: a token goes in on the standard input, and comes out narrowed.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and says where"
)]

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use biscuit_auth::{KeyPair, UnverifiedBiscuit, macros::biscuit};

/// What the program answers to `token`.
fn run(arguments: &[&str], token: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_attenuate"));
    program.args(arguments).stdin(Stdio::piped());
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{token}").unwrap();
    drop(input);
    child.wait_with_output().unwrap()
}

#[test]
fn a_token_goes_in_on_the_standard_input_and_comes_out_narrowed() {
    let token = biscuit!("right(\"certificates\", \"read\");");
    let token = token.build(&KeyPair::new()).unwrap().to_base64().unwrap();
    let options = [
        "--sections",
        "certificates",
        "--fields",
        "qualification",
        "--seconds",
        "30",
    ];
    let output = run(&options, &token);
    assert!(output.status.success(), "{output:?}");
    let narrowed = String::from_utf8(output.stdout).unwrap();
    let narrowed = UnverifiedBiscuit::from_base64(narrowed.trim()).unwrap();
    let said = narrowed.print_block_source(1).unwrap();
    for check in [
        "{\"certificates\"}",
        "{\"qualification\"}",
        "check if time($now)",
    ] {
        assert!(said.contains(check), "{check}: {said}");
    }
}

#[test]
fn what_is_no_token_is_refused_and_not_repeated() {
    let output = run(&["--sections", "certificates"], "a-secret-that-is-no-token");
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("a-secret"), "{said}");
}
