//! Files that are damaged, foreign, or built to harm: each with its documented problem, and
//! nothing of them stored.

use std::fmt::Write as _;

use super::{
    Certifier, Stored,
    flux::{self, Passage},
    sent::refusal,
};
use crate::harness::Platform;

/// What is sent, and the problem, code and line it is refused with.
type Case = (&'static str, Vec<u8>, &'static str, &'static str, u64);

/// The line of the first element of the passage's holder.
const NAME: u64 = 25;

#[expect(clippy::too_many_lines, reason = "a table")]
fn hostile() -> Vec<Case> {
    let spoilt = |from: &str, to: &str| flux::spoilt(from, to).into_bytes();
    let mut laughs = String::from("<!DOCTYPE cpf:flux [\n<!ENTITY a0 \"ha\">");
    for level in 1..30 {
        let _ = write!(laughs, "<!ENTITY a{level} \"&a{0};&a{0};\">", level - 1);
    }
    laughs.push_str("]>\n<cpf:flux");
    let external = "<!DOCTYPE cpf:flux [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<cpf:flux";
    let deep = format!(
        "{}{}",
        "<cpf:a>".repeat(100_000),
        "</cpf:a>".repeat(100_000)
    );
    let wide = "<cpf:a/>".repeat(100_000);
    let attribute = format!("<cpf:sexe a=\"{}\">", "a".repeat(10_000_000));
    let text = format!("<cpf:sexe>{}", "a".repeat(10_000_000));
    vec![
        (
            "billion laughs",
            spoilt("<cpf:flux", &laughs),
            "hostile-flux",
            "doctype",
            2,
        ),
        (
            "external entity",
            spoilt("<cpf:flux", external),
            "hostile-flux",
            "doctype",
            2,
        ),
        (
            "undeclared entity",
            spoilt("Lucie", "&lucie;"),
            "hostile-flux",
            "entity",
            NAME + 2,
        ),
        (
            "deep",
            spoilt("<cpf:idTechnique>", &deep),
            "hostile-flux",
            "too_complex",
            14,
        ),
        (
            "wide",
            spoilt("<cpf:idTechnique>", &wide),
            "hostile-flux",
            "too_complex",
            14,
        ),
        (
            "huge attribute",
            spoilt("<cpf:sexe>", &attribute),
            "hostile-flux",
            "too_complex",
            NAME + 6,
        ),
        (
            "huge text",
            spoilt("<cpf:sexe>", &text),
            "hostile-flux",
            "too_complex",
            NAME + 6,
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn damaged() -> Vec<Case> {
    let spoilt = |from: &str, to: &str| flux::spoilt(from, to).into_bytes();
    let sound = flux::spoilt("Lucie", "Éloïse");
    let latin: Vec<u8> = sound
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    let wide: Vec<u8> = sound.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [
        &[0xFE, 0xFF][..],
        &sound
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<_>>(),
    ]
    .concat();
    let character = |text: &str| spoilt("Lucie", text);
    let malformed = "malformed-flux";
    vec![
        ("Latin-1", latin, malformed, "wrong_encoding", NAME + 2),
        (
            "declared Latin-1",
            spoilt("UTF-8", "ISO-8859-1"),
            malformed,
            "wrong_encoding",
            1,
        ),
        (
            "declared UTF-16",
            spoilt("UTF-8", "UTF-16"),
            malformed,
            "wrong_encoding",
            1,
        ),
        ("UTF-16", wide, malformed, "wrong_encoding", 1),
        (
            "UTF-16 with its mark",
            marked,
            malformed,
            "wrong_encoding",
            1,
        ),
        (
            "NUL",
            character("Lu\0cie"),
            malformed,
            "forbidden_character",
            NAME + 2,
        ),
        (
            "NUL by its number",
            character("Lu&#0;cie"),
            malformed,
            "forbidden_character",
            NAME + 2,
        ),
        (
            "lone surrogate",
            character("Lu&#xD800;cie"),
            malformed,
            "forbidden_character",
            NAME + 2,
        ),
        (
            "escape",
            character("Lu\u{1b}cie"),
            malformed,
            "forbidden_character",
            NAME + 2,
        ),
        (
            "mismatched tags",
            spoilt("</cpf:sexe>", "</cpf:sex>"),
            malformed,
            "malformed_xml",
            NAME + 6,
        ),
        (
            "a stray &",
            character("Lucie & Co"),
            malformed,
            "malformed_xml",
            NAME + 2,
        ),
    ]
}

fn foreign() -> Vec<Case> {
    let spoilt = |from: &str, to: &str| flux::spoilt(from, to).into_bytes();
    let malformed = "malformed-flux";
    let gzip = vec![
        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, b'<', b'a', b'>', 0x4B, 4, 0, 1, 2,
    ];
    let html = "<!doctype html>\n<html><title>404</title></html>";
    let rapport = "<?xml version=\"1.0\"?>\n<rapport><idFlux>1</idFlux></rapport>";
    let action = "<cpf:action>AJOUT</cpf:action>\n<cpf:idTechnique>";
    let national =
        "<cpf:identifiantNational><cpf:nir>2</cpf:nir></cpf:identifiantNational><cpf:titulaire>";
    vec![
        ("nothing", Vec::new(), malformed, "truncated", 1),
        ("spaces", b"  \n \n".to_vec(), malformed, "truncated", 1),
        (
            "JSON",
            b"{\"flux\": []}".to_vec(),
            malformed,
            "truncated",
            1,
        ),
        ("gzip", gzip, malformed, "wrong_encoding", 1),
        ("HTML", html.into(), "hostile-flux", "doctype", 1),
        ("another root", rapport.into(), malformed, "unknown_root", 2),
        (
            "another namespace",
            spoilt(
                "urn:cdc:cpf:pc5:schema:1.0.0",
                "urn:cdc:cpf:pc5:schema:2.0.0",
            ),
            malformed,
            "unknown_root",
            2,
        ),
        (
            "no namespace",
            spoilt("xmlns:cpf=", "xmlns:fpc="),
            malformed,
            "malformed_xml",
            2,
        ),
        (
            "1.1.5: action",
            spoilt("<cpf:idTechnique>", action),
            "unsupported-flux",
            "unsupported_version",
            14,
        ),
        (
            "1.1.5: NIR",
            spoilt("<cpf:titulaire>", national),
            "unsupported-flux",
            "unsupported_version",
            NAME - 1,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_foreign_and_hostile_files_are_refused_with_their_reason_and_leave_nothing() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    for (what, bytes, slug, code, line) in [hostile(), damaged(), foreign()].concat() {
        let reply = certifier.send(bytes).await;
        assert_eq!(reply.status, 422, "{what}: {}", reply.body);
        let error = refusal(&reply, 422, slug);
        assert_eq!(
            (error["code"].as_str(), error["line"].as_u64()),
            (Some(code), Some(line)),
            "{what}"
        );
        let told = reply.body.to_string();
        assert!(
            !told.contains("Orfeuillard") && !told.contains("root:"),
            "{what}: {told}"
        );
    }
    assert_eq!(Stored::on(&platform).await, Stored::nothing());
    let sound = flux::of(&[Passage::of_lucie("A-1")]);
    assert_eq!(certifier.deposit(sound).await.only().0, "waiting");
}
