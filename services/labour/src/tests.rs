//! The chapter against files: our own small release, and the real one where the shared data is.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use proptest::prelude::*;

use crate::{
    anomaly::Anomalies,
    guide::{Content, Guide},
    model::{OccupationLabel, Qualification},
    rome::{self, Rome},
};

const OCCUPATIONS: &str = "unix_referentiel_code_rome_v460_utf8.csv";
const APPELLATIONS: &str = "unix_referentiel_appellation_v460_utf8.csv";
const SKILLS: &str = "arbo_competences_2025-09-18.csv";

fn from_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn sample() -> PathBuf {
    from_root("sandbox/data/rome")
}

fn real() -> Option<Rome> {
    let folder = from_root("../shared/data/rome-v460");
    if folder.is_dir() {
        return Some(rome::read(&folder).unwrap().unwrap());
    }
    eprintln!("skipped: the whole release is not in {}", folder.display());
    None
}

fn guide(rome: &Rome) -> Guide {
    let labels: std::collections::HashMap<&str, &str> = rome
        .occupations
        .iter()
        .map(|row| (row.code.as_str(), row.label.as_str()))
        .collect();
    let title = |row: &rome::AppellationRow| {
        let code = row.occupation_code.clone();
        let label = labels[code.as_str()].to_owned();
        (OccupationLabel { code, label }, row.label.clone())
    };
    let titles = rome.appellations.iter().map(title).collect();
    let qualifications = vec![Qualification {
        code: "RNCP37537".into(),
        label: "CAP Boulanger".into(),
        level: Some(3),
        occupations: vec![OccupationLabel {
            code: "D1102".into(),
            label: labels["D1102"].into(),
        }],
    }];
    Guide::build(Content {
        titles,
        qualifications,
    })
    .unwrap()
}

/// The code that each query finds first.
fn firsts(guide: &Guide, queries: &[&str]) -> Vec<String> {
    let first = |query: &&str| {
        let hit = guide.search(query, 10).unwrap().into_iter().next();
        hit.map_or_else(|| format!("nothing for {query}"), |hit| hit.occupation.code)
    };
    queries.iter().map(first).collect()
}

#[test]
fn our_own_release_is_sound() {
    let rome = rome::read(&sample()).unwrap().unwrap();
    assert_eq!(rome.edition.release, "460");
    assert!(rome.occupations.len() > 40 && rome.appellations.len() > 100);
    assert!(rome.skills.iter().all(|skill| !skill.label.is_empty()));
}

#[test]
fn the_whole_release_is_sound() {
    let Some(rome) = real() else { return };
    assert_eq!(rome.occupations.len(), 1_584);
    assert_eq!(rome.appellations.len(), 13_120);
    assert_eq!(rome.skills.len(), 17_830);
}

#[test]
fn people_find_an_occupation_however_they_type_it() {
    let guide = guide(&rome::read(&sample()).unwrap().unwrap());
    let baker = [
        "boul",
        "Boulanger",
        "boulangère",
        "BOULANGERE",
        "boulanjer",
        "boulangers",
    ];
    assert_eq!(firsts(&guide, &baker), vec!["D1102"; baker.len()]);
    let driver = [
        "conductrice d'engins",
        "conducteur engins agri",
        "engins agricoles",
    ];
    assert_eq!(firsts(&guide, &driver), vec!["A1101"; driver.len()]);
    let others = [
        "aide soignante",
        "dev web",
        "soudeuse",
        "electricien",
        "assistante rh",
    ];
    assert_eq!(
        firsts(&guide, &others),
        ["J1501", "M1855", "H2913", "F1602", "M1501"]
    );
    assert!(
        guide
            .search("xylophoniste quantique", 10)
            .unwrap()
            .is_empty()
    );
    assert!(guide.search("  ,;' ", 10).unwrap().is_empty());
}

#[test]
fn each_occupation_comes_once_with_the_title_that_matched() {
    let guide = guide(&rome::read(&sample()).unwrap().unwrap());
    let hits = guide.search("soud", 50).unwrap();
    let codes: Vec<&str> = hits
        .iter()
        .map(|hit| hit.occupation.code.as_str())
        .collect();
    let distinct: std::collections::BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(codes.len(), distinct.len());
    assert_eq!(hits[0].appellation, "Soudeur / Soudeuse");
    assert_eq!(guide.search("soud", 2).unwrap().len(), 2);
}

#[test]
fn the_whole_release_answers_well_and_in_time() {
    let Some(rome) = real() else { return };
    let begun = Instant::now();
    let guide = guide(&rome);
    eprintln!("index built in {:?}", begun.elapsed());
    let expected = [
        ("boul", "D1102"),
        ("boulanjer", "D1102"),
        ("conductrice d'engins agric", "A1101"),
        ("developeur web", "M1855"),
        ("aide soignante", "J1501"),
        ("mecanicien auto", "I1604"),
        ("comptable", "M1203"),
        ("hotesse de caisse", "D1505"),
        ("chauffeur poids lourd", "N4101"),
        ("femme de chambre", "G1501"),
        ("coifeuse", "D1202"),
        ("plombiere", "F1603"),
    ];
    for (query, code) in expected {
        assert_eq!(firsts(&guide, &[query]), [code], "{query}");
    }
    let mut times = Vec::new();
    for (query, _) in expected {
        for typed in query
            .char_indices()
            .map(|(at, letter)| &query[..at + letter.len_utf8()])
        {
            let begun = Instant::now();
            guide.search(typed, 20).unwrap();
            times.push(begun.elapsed());
        }
    }
    let hostile = "abcdefghijklmnopqrstuvwxyzabcdefghijklmn ".repeat(8);
    let begun = Instant::now();
    assert!(guide.search(&hostile, 200).unwrap().is_empty());
    eprintln!("eight long words that nobody has: {:?}", begun.elapsed());
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    eprintln!(
        "{} keystrokes: p50 {:?}, p99 {:?}",
        times.len(),
        at(50),
        at(99)
    );
}

#[test]
fn a_qualification_leads_where_it_was_said_to() {
    let guide = guide(&rome::read(&sample()).unwrap().unwrap());
    assert_eq!(
        guide.qualification("RNCP37537").unwrap().occupations[0].label,
        "Boulanger / Boulangère"
    );
    assert!(guide.qualification("RNCP99999").is_none());
}

/// A copy of our own release in a folder of its own, removed at the end.
struct Spoilt(PathBuf);

impl Spoilt {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("cpf-rome-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for file in [OCCUPATIONS, APPELLATIONS, SKILLS] {
            fs::copy(sample().join(file), folder.join(file)).unwrap();
        }
        Self(folder)
    }

    fn change(&self, file: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        let path = self.0.join(file);
        fs::write(&path, change(fs::read(&path).unwrap())).unwrap();
    }

    fn change_text(&self, file: &str, change: impl FnOnce(&str) -> String) {
        self.change(file, |bytes| {
            change(std::str::from_utf8(&bytes).unwrap()).into_bytes()
        });
    }

    fn told(&self) -> Vec<String> {
        let anomalies: Anomalies = rome::read(&self.0).unwrap().err().unwrap_or_default();
        anomalies.listed().iter().map(ToString::to_string).collect()
    }
}

impl Drop for Spoilt {
    fn drop(&mut self) {
        // What is left behind is the system's to clean.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_missing_or_doubled_file_is_named() {
    let spoilt = Spoilt::new("missing");
    fs::remove_file(spoilt.0.join(APPELLATIONS)).unwrap();
    fs::copy(
        sample().join(SKILLS),
        spoilt.0.join("arbo_competences_2026.csv"),
    )
    .unwrap();
    assert_eq!(
        spoilt.told(),
        [
            "unix_referentiel_appellation_v*_utf8.csv: the file is missing",
            "arbo_competences_*.csv: several files match: keep only one of them",
        ]
    );
}

#[test]
fn columns_may_stand_in_any_order_but_must_be_there() {
    let spoilt = Spoilt::new("columns");
    spoilt.change_text(OCCUPATIONS, |text| {
        let turned = text.lines().map(|line| {
            let cells: Vec<&str> = line.split("\",\"").collect();
            let cells: Vec<&str> = cells
                .iter()
                .map(|cell| cell.trim_matches('"'))
                .rev()
                .collect();
            format!("\"{}\"\n", cells.join("\",\""))
        });
        turned.collect()
    });
    assert!(spoilt.told().is_empty());
    spoilt.change_text(OCCUPATIONS, |text| text.replace("libelle_rome", "libellé"));
    assert_eq!(
        spoilt.told(),
        [format!(
            "{OCCUPATIONS}:1: the column “libelle_rome” is missing"
        )]
    );
}

#[test]
fn another_encoding_is_told_line_by_line() {
    let spoilt = Spoilt::new("encoding");
    spoilt.change(SKILLS, |mut bytes| {
        bytes.extend_from_slice(b"caf\xE9,,,,,,,\r\n");
        bytes
    });
    let last = fs::read_to_string(sample().join(SKILLS))
        .unwrap()
        .lines()
        .count()
        + 1;
    assert_eq!(
        spoilt.told(),
        [format!("{SKILLS}:{last}: the text is not UTF-8")]
    );
}

#[test]
fn codes_that_are_misshapen_doubled_or_dangling_are_all_told() {
    let spoilt = Spoilt::new("codes");
    let mut lines = 0;
    spoilt.change_text(APPELLATIONS, |text| {
        lines = text.lines().count();
        let last = text.lines().last().unwrap();
        let code = last.split('"').nth(7).unwrap();
        format!("{text}{last}\n{}\n", last.replace(code, "Z9999"))
    });
    let told = spoilt.told();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].starts_with(&format!("{APPELLATIONS}:{}: the code", lines + 1)));
    assert!(told[1].ends_with("“code_rome” cannot be “Z9999”"));
    assert!(told[2].starts_with(&format!("{APPELLATIONS}:{}: the code", lines + 2)));
    assert!(told[3].ends_with("the code Z9999 is not defined"));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let spoilt = Spoilt::new("cut");
    let whole = fs::read(spoilt.0.join(APPELLATIONS)).unwrap();
    for share in [1, 7, 20, 50, 80, 99] {
        let cut = whole.len() * share / 100;
        spoilt.change(APPELLATIONS, |_| whole[..cut].to_vec());
        assert!(!spoilt.told().is_empty(), "{cut} bytes of {}", whole.len());
    }
    spoilt.change(APPELLATIONS, |_| Vec::new());
    assert_eq!(
        spoilt.told(),
        [format!("{APPELLATIONS}: the file holds no row")]
    );
}

#[test]
fn what_a_cut_file_lacks_is_not_blamed_on_the_others() {
    let spoilt = Spoilt::new("blame");
    spoilt.change(OCCUPATIONS, |bytes| bytes[..3_000].to_vec());
    let told = spoilt.told();
    assert!(
        told[0].ends_with("the last line does not end: the file seems cut"),
        "{told:?}"
    );
    assert!(
        told.iter().all(|line| line.starts_with(OCCUPATIONS)),
        "{told:?}"
    );
}

#[test]
fn control_characters_and_empty_labels_are_told() {
    let spoilt = Spoilt::new("control");
    spoilt.change_text(OCCUPATIONS, |text| {
        text.replace("Boulanger / Boulangère", "Boulanger\0")
            .replace("\"Cariste\"", "\"\"")
    });
    let told = spoilt.told();
    assert!(
        told[0].ends_with("“libelle_rome” holds a control character"),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.ends_with("“libelle_rome” is empty")),
        "{told:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_query_text_panics_the_search(texts in prop::collection::vec(".{0,60}", 8)) {
        let guide = guide(&rome::read(&sample()).unwrap().unwrap());
        for text in texts {
            prop_assert!(guide.search(&text, 20).unwrap().len() <= 20);
        }
    }
}
