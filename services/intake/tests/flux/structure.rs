//! What the schema says: every departure from it is reported, with its line, and nothing else is.

use std::path::Path;

use certificates::{Exam, ExamMode, LanguageLevel, Mention, Obtained};
use proptest::prelude::*;
use time::macros::date;

use crate::{errors, read, sample, screen};

#[test]
fn a_sound_passage_becomes_a_certificate_and_its_holder() {
    let (around, passages) = read(sample::flux(sample::PASSAGE).as_bytes(), 4096).unwrap();
    assert_eq!(around.flux_id.as_deref(), Some("flux-1"));
    assert_eq!(around.emitter, Some(("00TEST00".to_owned(), 6)));
    assert_eq!(around.errors, Vec::<String>::new());
    let [passage] = passages.as_slice() else {
        panic!("one passage")
    };
    assert_eq!(
        (passage.line, passage.technical_id.as_deref()),
        (14, Some("A-1"))
    );
    let content = passage.content.as_ref().unwrap();
    let certificate = &content.certificate;
    assert_eq!(certificate.qualification_code, "RS5875");
    assert_eq!(certificate.valid_from, date!(2024 - 06 - 01));
    assert_eq!(certificate.valid_until, None);
    assert_eq!(certificate.obtained, Obtained::ByScoring);
    assert_eq!(certificate.score.as_deref(), Some("785"));
    assert_eq!(certificate.mention, Some(Mention::Good));
    assert_eq!(certificate.language_level, Some(LanguageLevel::B2));
    assert_eq!(certificate.digital_level, None);
    let exam = Exam {
        started_on: Some(date!(2024 - 05 - 02)),
        ended_on: Some(date!(2024 - 05 - 03)),
        mode: Some(ExamMode::OnSite),
        postal_code: None,
    };
    assert_eq!(certificate.exam, Some(exam));
    assert_eq!(content.holder.first_names, "Maëlle");
    assert_eq!(content.holder.birth_date.to_string(), "1988-02-29");
    assert_eq!(content.holder.birthplace.as_deref(), Some("2A004"));
    assert_eq!(content.holder.birth_country.as_deref(), Some("99100"));
}

/// Replaced, by what, and the errors that follow.
const DEPARTURES: &[(&str, &str, &[&str])] = &[
    (
        "<cpf:idTechnique>A-1</cpf:idTechnique>",
        "",
        &["missing_element 14 idTechnique"],
    ),
    (
        "<cpf:idTechnique>A-1</cpf:idTechnique>",
        "<cpf:idTechnique>A-1</cpf:idTechnique><cpf:idTechnique>A-2</cpf:idTechnique>",
        &["duplicate_element 15 idTechnique"],
    ),
    (
        "<cpf:idTechnique>",
        "<cpf:note><cpf:sexe/></cpf:note><cpf:idTechnique>",
        &["unknown_element 15 passageCertification"],
    ),
    (
        "<cpf:idTechnique>A-1</cpf:idTechnique>",
        "<idTechnique xmlns=\"urn:other\">A-1</idTechnique>",
        &[
            "missing_element 14 idTechnique",
            "unknown_element 15 passageCertification",
        ],
    ),
    (
        "<cpf:sexe>",
        "<cpf:sexe lang=\"fr\">",
        &["unknown_attribute 38 sexe"],
    ),
    (
        "<cpf:titulaire>",
        "<cpf:titulaire>x",
        &["unexpected_text 31 titulaire"],
    ),
    ("<cpf:sexe>F", "<cpf:sexe>X", &["not_in_list 38 sexe"]),
    ("<cpf:sexe>F", "<cpf:sexe> F", &["not_in_list 38 sexe"]),
    (
        "<cpf:sexe>F</cpf:sexe>",
        "<cpf:sexe/>",
        &["empty_value 38 sexe"],
    ),
    (
        "<cpf:sexe>F</cpf:sexe>",
        "<cpf:sexe xsi:nil=\"true\"/>",
        &["not_nillable 38 sexe"],
    ),
    (
        "<cpf:nomUsage xsi:nil=\"true\"/>",
        "<cpf:nomUsage xsi:nil=\"1\">Riou</cpf:nomUsage>",
        &["nil_with_value 33 nomUsage"],
    ),
    (
        "<cpf:scoring>785</cpf:scoring>",
        "",
        &["missing_element 14 scoring"],
    ),
    ("1988", "88", &["out_of_range 35 anneeNaissance"]),
    ("1988", "an 88", &["not_a_number 35 anneeNaissance"]),
    (
        "2024-05-02<",
        "2 mai 2024<",
        &["not_a_date 19 dateDebutExamen"],
    ),
    (
        "Certifiee>true",
        "Certifiee>oui",
        &["not_a_boolean 18 donneeCertifiee"],
    ),
    ("2A004", "2A04", &["wrong_length 40 codeInsee"]),
    (
        "</cpf:codeInseeNaissance>",
        "</cpf:codeInseeNaissance><cpf:codePostalNaissance/>",
        &["several_choices 41 codeCommuneNaissance"],
    ),
    (
        "<cpf:codeInseeNaissance>\n<cpf:codeInsee>2A004</cpf:codeInsee>\n</cpf:codeInseeNaissance>",
        "",
        &["missing_element 39 codeCommuneNaissance"],
    ),
];

#[test]
fn each_departure_from_the_schema_is_told_with_its_line_and_element() {
    for (from, to, expected) in DEPARTURES {
        let (around, passages) = read(sample::spoiled(from, to).as_bytes(), 4096).unwrap();
        assert_eq!(around.errors, Vec::<String>::new(), "{to}");
        assert_eq!(errors(&passages[0]), *expected, "{from} became {to}");
    }
}

#[test]
fn every_error_of_a_passage_is_reported_and_the_next_passage_is_untouched() {
    let spoiled = sample::PASSAGE
        .replace("PAR_SCORING", "PAR_CHANCE")
        .replace("2024-05-02", "2024-02-31")
        .replace("<cpf:nomNaissance>Sauvterre", "<cpf:nomNaissance>")
        .replace("<cpf:sexe>F</cpf:sexe>\n", "");
    let both = format!("{spoiled}{}", sample::PASSAGE);
    let (_, passages) = read(sample::flux(&both).as_bytes(), 4096).unwrap();
    assert_eq!(
        errors(&passages[0]),
        [
            "not_in_list 17 obtentionCertification",
            "no_such_day 19 dateDebutExamen",
            "missing_element 31 sexe",
            "empty_value 32 nomNaissance",
        ]
    );
    assert_eq!(errors(&passages[1]), Vec::<String>::new());
    assert_eq!(passages[1].line, 45);
}

#[test]
fn what_is_wrong_around_the_passages_is_told_too() {
    let table: &[(&str, &str, &[&str])] = &[
        (
            "<cpf:idFlux>flux-1</cpf:idFlux>",
            "",
            &["missing_element 2 idFlux"],
        ),
        (
            "2024-06-02T08:00:00+02:00",
            "hier",
            &["not_a_date 4 horodatage"],
        ),
        (
            "<cpf:idClient>00TEST00",
            "<cpf:idClient>TEST",
            &["wrong_length 6 idClient"],
        ),
        (
            "<cpf:code>RS5875</cpf:code>",
            "",
            &["missing_element 10 code"],
        ),
    ];
    for (from, to, expected) in table {
        let (around, _) = read(sample::spoiled(from, to).as_bytes(), 4096).unwrap();
        assert_eq!(around.errors, *expected, "{from} became {to}");
    }
    let (around, passages) = read(sample::flux("").as_bytes(), 4096).unwrap();
    assert_eq!(around.errors, ["missing_element 13 passageCertification"]);
    assert!(passages.is_empty());
}

#[test]
fn children_come_in_any_order_under_any_prefix() {
    let code = "<cpf:type>RS</cpf:type>\n<cpf:code>RS5875</cpf:code>\n";
    let late = sample::flux(sample::PASSAGE)
        .replacen(code, "", 1)
        .replacen(
            "</cpf:passageCertifications>\n",
            &format!("</cpf:passageCertifications>{code}"),
            1,
        )
        .replace("<cpf:", "<p:")
        .replace("</cpf:", "</p:")
        .replace("xmlns:cpf", "xmlns:p");
    let default = sample::flux(sample::PASSAGE)
        .replace("<cpf:", "<")
        .replace("</cpf:", "</")
        .replace("xmlns:cpf", "xmlns");
    for flux in [late, default] {
        let (around, passages) = read(flux.as_bytes(), 4096).unwrap();
        assert_eq!(around.errors, Vec::<String>::new());
        let content = passages[0].content.as_ref().unwrap();
        assert_eq!(content.certificate.qualification_code, "RS5875");
    }
}

#[test]
fn references_and_character_data_are_text_like_any_other() {
    let names = "<cpf:nomNaissance>L&apos;&#201;cuyer<![CDATA[ & fils]]></cpf:nomNaissance>";
    let flux = sample::spoiled("<cpf:nomNaissance>Sauvterre</cpf:nomNaissance>", names);
    let (_, passages) = read(flux.as_bytes(), 4096).unwrap();
    assert_eq!(
        passages[0].content.as_ref().unwrap().holder.birth_name,
        "L'Écuyer & fils"
    );
}

#[test]
fn the_published_sample_reads_without_a_word() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/cpf-flux/sample_flux_valid.xml");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: the published sample is not beside this checkout");
        return;
    };
    screen(&bytes, 100).unwrap();
    let (around, passages) = read(&bytes, 100).unwrap();
    assert_eq!(around.errors, Vec::<String>::new());
    let content = passages[0].content.as_ref().unwrap();
    assert_eq!(content.holder.birthplace, None);
    let digital = content.certificate.digital_level.as_ref().unwrap();
    assert_eq!(
        (digital.score, digital.results[0].level),
        (Some(324), Some(4))
    );
}

proptest! {
    #[test]
    fn chunks_cut_anywhere_read_the_same(size in 1_usize..400) {
        let spoiled = sample::PASSAGE.replace("PAR_SCORING", "PAR&#32;CHANCE<!-- a -- >- -->");
        let flux = sample::flux(&format!("{spoiled}<?note?>{}", sample::PASSAGE));
        let flux = flux.replace("<!-- a -- >- -->", "<!-- é > -->");
        let whole = format!("{:?}", read(flux.as_bytes(), flux.len()));
        prop_assert_eq!(format!("{:?}", read(flux.as_bytes(), size)), whole);
    }
}
