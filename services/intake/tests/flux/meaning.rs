//! What the schema lets through and sense does not.

use crate::{errors, read, sample};

const DIGITAL: &str = "<cpf:niveauNumeriqueEuropeen><cpf:scoreGeneral>3</cpf:scoreGeneral>\
                   </cpf:niveauNumeriqueEuropeen><cpf:scoring>";

/// Replaced, by what, and the one error that follows.
const NONSENSE: &[(&str, &str, &str)] = &[
    (
        "2024-05-03",
        "2024-05-01",
        "exam_ends_before_start 20 dateFinExamen",
    ),
    ("2024-05-03", "2023-02-29", "no_such_day 20 dateFinExamen"),
    (
        "<cpf:dateFinValidite xsi:nil=\"true\"/>",
        "<cpf:dateFinValidite>2024-05-31</cpf:dateFinValidite>",
        "validity_ends_before_start 23 dateFinValidite",
    ),
    ("2A004", "ABCDE", "birthplace_shape 40 codeInsee"),
    ("2A004", "2C004", "birthplace_shape 40 codeInsee"),
    (">100<", ">FRA<", "birth_country_shape 42 codePaysNaissance"),
    ("1988", "1987", "no_such_day 37 jourNaissance"),
    (
        "<cpf:moisNaissance>02</cpf:moisNaissance>",
        "<cpf:moisNaissance xsi:nil=\"true\"/>",
        "day_without_month 37 jourNaissance",
    ),
    ("1988", "2032", "birth_after_validity 35 anneeNaissance"),
    ("Sauvterre", "-- ?", "name_without_letter 32 nomNaissance"),
    ("Maëlle", "Maë\tlle", "control_character 34 prenom1"),
    ("Maëlle", "Maë&#x9F;lle", "control_character 34 prenom1"),
    (
        "<cpf:niveauLangueEuropeen>B2</cpf:niveauLangueEuropeen>",
        "",
        "language_level_missing 24 presenceNiveauLangueEuro",
    ),
    (
        "LangueEuro>true",
        "LangueEuro>false",
        "language_level_unexpected 25 niveauLangueEuropeen",
    ),
    (
        "NumeriqueEuro>false",
        "NumeriqueEuro>true",
        "digital_level_missing 26 presenceNiveauNumeriqueEuro",
    ),
    (
        "<cpf:scoring>",
        DIGITAL,
        "digital_level_unexpected 27 scoreGeneral",
    ),
    (
        "https://preuves.example/A-1",
        "javascript:alert(1)",
        "evidence_url_shape 16 urlPreuve",
    ),
    (
        "https://preuves.example/A-1",
        "https:///A-1",
        "evidence_url_shape 16 urlPreuve",
    ),
    ("RS5875", "RNCP", "qualification_shape 12 code"),
    ("RS5875", "RS12", "qualification_shape 12 code"),
    ("RS5875", "RS123456", "qualification_shape 12 code"),
    ("RS5875", "RNCP5875", "qualification_type_mismatch 11 type"),
    (
        "<cpf:type>RS",
        "<cpf:type>Autre",
        "qualification_type_mismatch 11 type",
    ),
];

#[test]
fn each_nonsense_is_told_with_its_line_and_element() {
    for (from, to, expected) in NONSENSE {
        let whole = sample::spoiled(from, to);
        let (around, passages) = read(whole.as_bytes(), 4096).unwrap();
        assert_eq!(around.errors, Vec::<String>::new(), "{to}");
        assert_eq!(errors(&passages[0]), [*expected], "{from} became {to}");
    }
}

#[test]
fn a_holder_told_by_training_file_is_not_supported() {
    let start = sample::PASSAGE.find("<cpf:titulaire>").unwrap();
    let end = sample::PASSAGE
        .find("</cpf:identificationTitulaire>")
        .unwrap();
    let file = "<cpf:dossierFormation><cpf:idDossier>123</cpf:idDossier>\
                <cpf:nomTitulaire>Sauvterre</cpf:nomTitulaire>\
                <cpf:prenom1Titulaire>Maëlle</cpf:prenom1Titulaire></cpf:dossierFormation>";
    let passage = format!(
        "{}{file}{}",
        &sample::PASSAGE[..start],
        &sample::PASSAGE[end..]
    );
    let (_, passages) = read(sample::flux(&passage).as_bytes(), 4096).unwrap();
    assert_eq!(
        errors(&passages[0]),
        ["unsupported_identification 31 dossierFormation"]
    );
}

#[test]
fn births_abroad_partial_dates_and_bare_numbers_are_fine() {
    let table = [
        ("2A004", "99350", None, Some("99100")),
        (
            "<cpf:jourNaissance>29</cpf:jourNaissance>",
            "<cpf:jourNaissance xsi:nil=\"true\"/>",
            Some("2A004"),
            Some("99100"),
        ),
        (
            "<cpf:code>RS5875",
            "<cpf:code>5875",
            Some("2A004"),
            Some("99100"),
        ),
        (
            "<cpf:codePaysNaissance>100</cpf:codePaysNaissance>",
            "",
            Some("2A004"),
            None,
        ),
    ];
    for (from, to, birthplace, country) in table {
        let (_, passages) = read(sample::spoiled(from, to).as_bytes(), 4096).unwrap();
        let content = passages[0].content.as_ref().unwrap();
        assert_eq!(content.certificate.qualification_code, "RS5875");
        assert_eq!(content.holder.birthplace.as_deref(), birthplace, "{to}");
        assert_eq!(content.holder.birth_country.as_deref(), country, "{to}");
    }
}

#[test]
fn an_error_never_repeats_what_the_passage_says() {
    let spoiled = sample::PASSAGE
        .replace("Maëlle", &"Maëlle".repeat(20))
        .replace("1988", "Sauvterre")
        .replace("2A004", "Corse")
        .replace("<cpf:sexe>F", "<cpf:sexe>Maëlle");
    let (_, passages) = read(sample::flux(&spoiled).as_bytes(), 4096).unwrap();
    let told = format!("{:?}", passages[0].content);
    assert_eq!(errors(&passages[0]).len(), 4, "{told}");
    for word in ["Maëlle", "Sauvterre", "Corse"] {
        assert!(!told.contains(word), "{told}");
    }
}
