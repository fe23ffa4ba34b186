//! The ROME 4.0 files as France Travail publishes them: found, read, and checked as a whole.

use std::{collections::HashSet, io, path::Path};

use kernel::Digest;

use crate::{
    anomaly::{Anomalies, AnomalyKind},
    model::{Edition, RomeCode},
    sheet::{
        Column::{Filled, Optional},
        Naming, Sheet, quoted,
    },
};

const OCCUPATIONS: Naming = Naming {
    start: "unix_referentiel_code_rome_v",
    end: "_utf8.csv",
};
const APPELLATIONS: Naming = Naming {
    start: "unix_referentiel_appellation_v",
    end: "_utf8.csv",
};
const SKILLS: Naming = Naming {
    start: "arbo_competences_",
    end: ".csv",
};

/// A release, read and found sound.
pub(crate) struct Rome {
    pub(crate) edition: Edition,
    pub(crate) occupations: Vec<OccupationRow>,
    pub(crate) appellations: Vec<AppellationRow>,
    pub(crate) skills: Vec<SkillRow>,
}

pub(crate) struct OccupationRow {
    pub(crate) line: u64,
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) parent_code: String,
    pub(crate) transition: Option<String>,
}

pub(crate) struct AppellationRow {
    pub(crate) line: u64,
    pub(crate) code: String,
    pub(crate) occupation_code: String,
    pub(crate) label: String,
    pub(crate) short_label: String,
}

pub(crate) struct SkillRow {
    pub(crate) label: String,
    pub(crate) category: String,
    pub(crate) macro_skill: String,
    pub(crate) objective: String,
    pub(crate) stake: String,
    pub(crate) domain: String,
}

/// Reads the three files of `folder`. The outer error is the disk's, the inner one the files'.
pub(crate) fn read(folder: &Path) -> io::Result<Result<Rome, Anomalies>> {
    let mut anomalies = Anomalies::default();
    let occupations = Sheet::find(folder, OCCUPATIONS, &mut anomalies)?;
    let appellations = Sheet::find(folder, APPELLATIONS, &mut anomalies)?;
    let skills = Sheet::find(folder, SKILLS, &mut anomalies)?;
    let (Some(occupations), Some(appellations), Some(skills)) = (occupations, appellations, skills)
    else {
        return Ok(Err(anomalies));
    };
    let edition = edition(&occupations, &appellations, &skills, &mut anomalies);
    let (occupation_rows, all_occupations) = occupation_rows(&occupations, &mut anomalies);
    let (appellation_rows, all_appellations) = appellation_rows(&appellations, &mut anomalies);
    let skill_rows = skill_rows(&skills, &mut anomalies);
    // Where rows are lacking, what refers to them would be blamed for it.
    if all_occupations {
        check_occupations(&occupations, &occupation_rows, &mut anomalies);
        check_appellations(
            &appellations,
            &occupation_rows,
            &appellation_rows,
            &mut anomalies,
        );
    }
    if all_occupations && all_appellations {
        check_titles(
            &appellations,
            &occupation_rows,
            &appellation_rows,
            &mut anomalies,
        );
    }
    Ok(anomalies.or_value(Rome {
        edition,
        occupations: occupation_rows,
        appellations: appellation_rows,
        skills: skill_rows,
    }))
}

/// The release by the files' names, its content by the digest of theirs.
fn edition(
    occupations: &Sheet,
    appellations: &Sheet,
    skills: &Sheet,
    anomalies: &mut Anomalies,
) -> Edition {
    let release = OCCUPATIONS.varying(&occupations.name).unwrap_or_default();
    if release.is_empty() || !release.bytes().all(|byte| byte.is_ascii_digit()) {
        let kind = AnomalyKind::Shape {
            column: "release",
            value: quoted(release),
        };
        anomalies.add(&occupations.name, None, kind);
    }
    let other = APPELLATIONS.varying(&appellations.name).unwrap_or_default();
    if other != release {
        let kind = AnomalyKind::OtherRelease {
            expected: quoted(release),
            found: quoted(other),
        };
        anomalies.add(&appellations.name, None, kind);
    }
    let mut digests = Vec::with_capacity(3 * 32);
    for sheet in [occupations, appellations, skills] {
        digests.extend_from_slice(Digest::of(&sheet.bytes).as_bytes());
    }
    Edition {
        release: release.to_owned(),
        content: Digest::of(digests),
    }
}

/// The rows, and whether they are all.
fn occupation_rows(sheet: &Sheet, anomalies: &mut Anomalies) -> (Vec<OccupationRow>, bool) {
    let mut rows = Vec::new();
    let columns = [
        Filled("code_rome"),
        Filled("libelle_rome"),
        Filled("code_rome_parent"),
        Optional("transition_eco"),
    ];
    let mut seen = HashSet::new();
    let whole = sheet.rows(
        columns,
        anomalies,
        |anomalies, line, [code, label, parent, transition]| {
            check_code(sheet, line, "code_rome", code, anomalies);
            check_code(sheet, line, "code_rome_parent", parent, anomalies);
            if !seen.insert(code.to_owned()) {
                anomalies.add(
                    &sheet.name,
                    Some(line),
                    AnomalyKind::Duplicate(quoted(code)),
                );
            }
            rows.push(OccupationRow {
                line,
                code: code.to_owned(),
                label: label.to_owned(),
                parent_code: parent.to_owned(),
                transition: (!transition.is_empty()).then(|| transition.to_owned()),
            });
        },
    );
    (rows, whole)
}

/// The rows, and whether they are all.
fn appellation_rows(sheet: &Sheet, anomalies: &mut Anomalies) -> (Vec<AppellationRow>, bool) {
    let mut rows = Vec::new();
    let columns = [
        Filled("code_ogr"),
        Filled("code_rome"),
        Filled("libelle_appellation_long"),
        Filled("libelle_appellation_court"),
    ];
    let mut seen = HashSet::new();
    let whole = sheet.rows(
        columns,
        anomalies,
        |anomalies, line, [code, occupation, label, short]| {
            if code.len() > 9 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
                let kind = AnomalyKind::Shape {
                    column: "code_ogr",
                    value: quoted(code),
                };
                anomalies.add(&sheet.name, Some(line), kind);
            }
            check_code(sheet, line, "code_rome", occupation, anomalies);
            if !seen.insert(code.to_owned()) {
                anomalies.add(
                    &sheet.name,
                    Some(line),
                    AnomalyKind::Duplicate(quoted(code)),
                );
            }
            rows.push(AppellationRow {
                line,
                code: code.to_owned(),
                occupation_code: occupation.to_owned(),
                label: label.to_owned(),
                short_label: short.to_owned(),
            });
        },
    );
    (rows, whole)
}

/// Some twenty rows name a macro-skill that has no skills below it (*avoir le sens du service*):
/// it stands for its own.
fn skill_rows(sheet: &Sheet, anomalies: &mut Anomalies) -> Vec<SkillRow> {
    let mut rows = Vec::new();
    let columns = [
        Filled("1 - Domaine compétence"),
        Filled("2 - Enjeu"),
        Filled("3 - Objectif"),
        Filled("4 - Macro-compétence"),
        Optional("5 - Compétence"),
        Optional("Catégorie"),
    ];
    sheet.rows(
        columns,
        anomalies,
        |_, _, [domain, stake, objective, above, label, category]| {
            rows.push(SkillRow {
                label: if label.is_empty() { above } else { label }.to_owned(),
                category: category.to_owned(),
                macro_skill: above.to_owned(),
                objective: objective.to_owned(),
                stake: stake.to_owned(),
                domain: domain.to_owned(),
            });
        },
    );
    rows
}

fn check_code(
    sheet: &Sheet,
    line: u64,
    column: &'static str,
    code: &str,
    anomalies: &mut Anomalies,
) {
    if code.parse::<RomeCode>().is_err() {
        let kind = AnomalyKind::Shape {
            column,
            value: quoted(code),
        };
        anomalies.add(&sheet.name, Some(line), kind);
    }
}

/// Every occupation refines one, be it itself.
fn check_occupations(sheet: &Sheet, occupations: &[OccupationRow], anomalies: &mut Anomalies) {
    let known = codes(occupations);
    for row in occupations
        .iter()
        .filter(|row| !known.contains(row.parent_code.as_str()))
    {
        let kind = AnomalyKind::Dangling(quoted(&row.parent_code));
        anomalies.add(&sheet.name, Some(row.line), kind);
    }
}

/// Every title belongs to an occupation.
fn check_appellations(
    sheet: &Sheet,
    occupations: &[OccupationRow],
    appellations: &[AppellationRow],
    anomalies: &mut Anomalies,
) {
    let known = codes(occupations);
    for row in appellations
        .iter()
        .filter(|row| !known.contains(row.occupation_code.as_str()))
    {
        let kind = AnomalyKind::Dangling(quoted(&row.occupation_code));
        anomalies.add(&sheet.name, Some(row.line), kind);
    }
}

/// Every occupation has a title: where one has none, the end of the titles' file is missing.
fn check_titles(
    sheet: &Sheet,
    occupations: &[OccupationRow],
    appellations: &[AppellationRow],
    anomalies: &mut Anomalies,
) {
    let titled: HashSet<&str> = appellations
        .iter()
        .map(|row| row.occupation_code.as_str())
        .collect();
    for row in occupations
        .iter()
        .filter(|row| !titled.contains(row.code.as_str()))
    {
        anomalies.add(
            &sheet.name,
            None,
            AnomalyKind::NoAppellation(quoted(&row.code)),
        );
    }
}

fn codes(occupations: &[OccupationRow]) -> HashSet<&str> {
    occupations.iter().map(|row| row.code.as_str()).collect()
}
