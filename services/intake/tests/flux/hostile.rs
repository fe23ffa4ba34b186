//! Files that are damaged, cut, foreign, or built to harm: refused whole, with a reason.

use std::fmt::Write as _;

use intake::{Code, OutlineReader, Passage, PassageReader, Refusal, RefusalKind, Screen};
use proptest::prelude::*;

use crate::{read, sample, screen};

fn refused(bytes: &[u8]) -> (Code, u32) {
    let Err(refusal) = screen(bytes, 7) else {
        panic!("a file that should be refused")
    };
    let whole = screen(bytes, bytes.len().max(1));
    assert_eq!(whole, Err(refusal.clone()), "whatever the chunks");
    (refusal.code, refusal.line)
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let flux = sample::flux(sample::PASSAGE);
    let whole = flux.trim_end().as_bytes();
    screen(whole, 64).unwrap();
    for end in 0..whole.len() {
        let refusal = screen(&whole[..end], 64).unwrap_err();
        assert_eq!(refusal.code, Code::Truncated, "cut after {end} bytes");
    }
}

#[test]
fn document_types_and_entities_are_never_read() {
    let mut laughs = String::from("<!DOCTYPE flux [<!ENTITY a \"ha\">");
    for level in 1..20 {
        let _ = write!(laughs, "<!ENTITY a{level} \"&a{0};&a{0};\">", level - 1);
    }
    laughs.push_str("]>\n<cpf:flux");
    let external = "<!DOCTYPE flux SYSTEM \"file:///etc/passwd\">\n<cpf:flux";
    for hostile in [laughs.as_str(), external, "<!doctype flux>\n<cpf:flux"] {
        let (code, line) = refused(sample::spoiled("<cpf:flux", hostile).as_bytes());
        assert_eq!((code, line), (Code::Doctype, 2));
        assert_eq!(code.refusal_kind(), RefusalKind::Hostile);
    }
    for entity in ["&eacute;", "&a;", "&xxe;"] {
        let flux = sample::spoiled("Maëlle", entity);
        assert_eq!(refused(flux.as_bytes()), (Code::Entity, 34));
    }
    let attribute = sample::spoiled("<cpf:sexe>", "<cpf:sexe a=\"&a;\">");
    assert_eq!(refused(attribute.as_bytes()), (Code::Entity, 38));
}

#[test]
fn only_utf_8_is_read() {
    let flux = sample::flux(sample::PASSAGE);
    let declared = flux.replace("UTF-8", "ISO-8859-1");
    assert_eq!(refused(declared.as_bytes()), (Code::WrongEncoding, 1));
    let latin: Vec<u8> = flux
        .chars()
        .map(|letter| u8::try_from(letter).unwrap_or(b'?'))
        .collect();
    assert_eq!(refused(&latin), (Code::WrongEncoding, 34));
    let wide: Vec<u8> = flux.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(refused(&wide), (Code::WrongEncoding, 1));
    let marked: Vec<u8> = [0xFE, 0xFF].into_iter().chain(wide).collect();
    assert_eq!(refused(&marked), (Code::WrongEncoding, 1));
    let with_mark = format!("\u{feff}{flux}");
    for size in [1, 2, 3, 4, 5, 4096] {
        screen(with_mark.as_bytes(), size).unwrap();
        assert_eq!(read(with_mark.as_bytes(), size).unwrap().1.len(), 1);
    }
}

#[test]
fn forbidden_characters_are_refused_written_out_or_referred_to() {
    for character in [
        "\u{0}", "\u{1}", "\u{1b}", "\u{fffe}", "&#0;", "&#x1;", "&#xD800;",
    ] {
        let flux = sample::spoiled("Maëlle", character);
        assert_eq!(
            refused(flux.as_bytes()),
            (Code::ForbiddenCharacter, 34),
            "{character:?}"
        );
    }
}

#[test]
fn what_is_not_well_formed_is_refused_at_its_line() {
    let table = [
        ("</cpf:sexe>", "</cpf:sex>", 38),
        ("<cpf:sexe>F", "<cpf:sexe>F & G", 38),
        ("<cpf:sexe>F", "<cpf:sexe>]]>", 38),
        ("<cpf:sexe>", "<inconnu:sexe>", 38),
        ("<cpf:sexe>", "<cpf:sexe a=\"1\" a=\"2\">", 38),
        ("<cpf:sexe>", "<cpf:sexe a=\"<\">", 38),
        ("<cpf:sexe>", "<cpf:sexe a>", 38),
        ("<cpf:sexe>", "<1sexe>", 38),
        ("<cpf:sexe>", "<!-- a -- b --><cpf:sexe>", 38),
        ("<cpf:sexe>", "<!ELEMENT a><cpf:sexe>", 38),
        ("<cpf:sexe>", "<?xml version=\"1.0\"?><cpf:sexe>", 38),
        ("</cpf:flux>\n", "</cpf:flux>\n<cpf:flux/>", 51),
        ("</cpf:flux>\n", "</cpf:flux>\nsuite", 51),
        ("version=\"1.0\"", "version=\"1.1\"", 1),
    ];
    for (from, to, line) in table {
        let (code, at) = refused(sample::spoiled(from, to).as_bytes());
        assert_eq!((code, at), (Code::MalformedXml, line), "{to}");
    }
}

#[test]
fn other_documents_and_versions_are_told_apart() {
    for (from, to) in [
        (
            "urn:cdc:cpf:pc5:schema:1.0.0",
            "urn:cdc:cpf:pc5:schema:2.0.0",
        ),
        (
            "xmlns:cpf=\"urn:cdc:cpf:pc5:schema:1.0.0\"",
            "xmlns:cpf=\"\" ",
        ),
    ] {
        let refusal = screen(sample::spoiled(from, to).as_bytes(), 64).unwrap_err();
        assert!(
            matches!(refusal.code, Code::UnknownRoot | Code::MalformedXml),
            "{refusal}"
        );
    }
    assert_eq!(refused(b"<html></html>"), (Code::UnknownRoot, 1));
    assert_eq!(refused(b"{\"flux\": []}"), (Code::Truncated, 1));
    assert_eq!(refused(b""), (Code::Truncated, 1));
    for later in [
        "<cpf:action>AJOUT</cpf:action>",
        "<cpf:identifiantNational/>",
    ] {
        let flux = sample::spoiled("<cpf:idTechnique>", &format!("{later}<cpf:idTechnique>"));
        assert_eq!(refused(flux.as_bytes()), (Code::UnsupportedVersion, 15));
    }
}

#[test]
fn nothing_grows_with_what_a_hostile_file_repeats() {
    let deep = "<cpf:a>".repeat(100_000);
    let wide = "<cpf:a/>".repeat(100_000);
    let long = "a".repeat(1_000_000);
    let name = format!("<cpf:{}>", "a".repeat(1_000));
    let spaces = " ".repeat(1_000_000);
    let attributes = (0..20).fold(String::new(), |all, n| format!("{all} a{n}=\"\""));
    let attributes = format!("<cpf:a{attributes}/>");
    let comment = format!("<!--{long}-->");
    for hostile in [&deep, &wide, &long, &spaces, &attributes, &comment] {
        let flux = sample::spoiled("<cpf:idTechnique>", &format!("{hostile}<cpf:idTechnique>"));
        let refusal = screen(flux.as_bytes(), 8192).unwrap_err();
        assert_eq!(refusal.code, Code::TooComplex);
    }
    let flux = sample::spoiled("<cpf:idTechnique>", &name);
    assert_eq!(
        screen(flux.as_bytes(), 8192).unwrap_err().code,
        Code::MalformedXml
    );
}

#[test]
fn a_file_over_the_limit_is_refused_as_it_passes_it() {
    let flux = sample::flux(sample::PASSAGE);
    let size = flux.len() as u64;
    let fed = |limit| {
        let mut screen = Screen::new(limit);
        screen.feed(flux.as_bytes()).map(|()| screen.finish())
    };
    assert_eq!(fed(size).unwrap().unwrap(), size);
    assert_eq!(fed(size - 1).unwrap_err().code, Code::TooLarge);
}

/// Reads whatever it is given, for as long as it is not refused.
fn swallow(bytes: &[u8], size: usize) -> Result<Vec<Passage>, Refusal> {
    let mut outline = OutlineReader::default();
    let mut reader = PassageReader::new(OutlineReader::default().finish().unwrap_or_default());
    let mut passages = Vec::new();
    for chunk in bytes.chunks(size) {
        outline.feed(chunk)?;
        reader.feed(chunk, &mut passages)?;
    }
    outline.finish()?;
    reader.finish()?;
    Ok(passages)
}

proptest! {
    #[test]
    fn no_bytes_at_all_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = swallow(&bytes, 5);
    }

    #[test]
    fn a_flux_with_any_bytes_changed_is_read_or_refused_the_same_in_all_chunks(
        at in 0_usize..3000,
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'<'), Just(b'>'),
            Just(b'&'), Just(b'"'), Just(b'!'), Just(b'-'), Just(b'/')], 0..6),
        size in 1_usize..100,
    ) {
        let mut flux = sample::flux(sample::PASSAGE).into_bytes();
        let at = at.min(flux.len());
        let end = (at + bytes.len()).min(flux.len());
        flux.splice(at..end, bytes);
        let whole = swallow(&flux, flux.len().max(1)).map(|passages| format!("{passages:?}"));
        let parts = swallow(&flux, size).map(|passages| format!("{passages:?}"));
        prop_assert_eq!(parts, whole);
    }
}
