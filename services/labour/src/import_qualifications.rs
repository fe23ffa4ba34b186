//! Use case: add or renew qualifications and where they lead, from two small files of our own
//! layout.
//!
//! `qualifications.csv` (`code,label,level`) and `qualification_occupations.csv`
//! (`qualification_code,occupation_code`). Qualifications that the files do not name stay.

use std::{
    collections::{BTreeMap, HashSet},
    io,
    path::Path,
};

use kernel::{Confinement, Fault};

use crate::{
    ImportError, Labour, Outcome,
    anomaly::{Anomalies, AnomalyKind},
    model::{QualificationCode, RomeCode},
    sheet::{
        Column::{Filled, Optional},
        Sheet, quoted,
    },
    store,
};

const QUALIFICATIONS: &str = "qualifications.csv";
const LINKS: &str = "qualification_occupations.csv";

/// What an import of qualifications did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualificationsImport {
    /// Whether anything changed.
    pub outcome: Outcome,
    /// How many qualifications the file names.
    pub qualifications: usize,
    /// How many occupations they lead to, each counted for each qualification.
    pub links: usize,
}

pub(crate) struct QualificationRow {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) level: Option<i16>,
}

pub(crate) struct LinkRow {
    line: u64,
    pub(crate) qualification: String,
    pub(crate) occupation: String,
}

type Rows = (Vec<QualificationRow>, Vec<LinkRow>);

impl Labour {
    /// Imports both files of `folder`, all or nothing. The occupations they name must be of the
    /// release of ROME in force.
    pub async fn import_qualifications(
        &self,
        folder: &Path,
    ) -> Result<QualificationsImport, ImportError> {
        let place = folder.to_owned();
        let (rows, links) = tokio::task::spawn_blocking(move || read(&place))
            .await
            .map_err(|_stopped| Fault::Unavailable("reading files"))?
            .map_err(|source| ImportError::Unreadable {
                path: folder.to_owned(),
                source,
            })??;
        let mut tx = self.db.begin(Confinement::Open).await?;
        store::lock_imports(&mut tx).await?;
        if store::edition(&mut tx).await?.is_none() {
            return Err(ImportError::NoRelease);
        }
        let named: Vec<&str> = links.iter().map(|link| link.occupation.as_str()).collect();
        let known = store::known_occupations(&mut tx, &named).await?;
        check_occupations(&links, &known)?;
        let changed = store::put_qualifications(&mut tx, &rows).await?
            + store::put_links(&mut tx, &rows, &links).await?;
        let outcome = if changed == 0 {
            Outcome::AlreadyInForce
        } else {
            Outcome::PutInForce
        };
        if outcome == Outcome::PutInForce {
            store::announce(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(QualificationsImport {
            outcome,
            qualifications: rows.len(),
            links: links.len(),
        })
    }
}

fn read(folder: &Path) -> io::Result<Result<Rows, Anomalies>> {
    let mut anomalies = Anomalies::default();
    let open =
        |name: &str, anomalies: &mut Anomalies| Sheet::open(&folder.join(name), name, anomalies);
    let sheets = (
        open(QUALIFICATIONS, &mut anomalies)?,
        open(LINKS, &mut anomalies)?,
    );
    let (Some(qualifications), Some(links)) = sheets else {
        return Ok(Err(anomalies));
    };
    let (rows, whole) = qualification_rows(&qualifications, &mut anomalies);
    // Where qualifications are lacking, the links to them would be blamed for it.
    let links = link_rows(&links, whole.then_some(&rows), &mut anomalies);
    Ok(anomalies.or_value((rows.into_values().collect(), links)))
}

/// The rows, and whether they are all.
fn qualification_rows(
    sheet: &Sheet,
    anomalies: &mut Anomalies,
) -> (BTreeMap<String, QualificationRow>, bool) {
    let mut rows = BTreeMap::new();
    let columns = [Filled("code"), Filled("label"), Optional("level")];
    let whole = sheet.rows(
        columns,
        anomalies,
        |anomalies, line, [code, label, level]| {
            let mut add = |kind| anomalies.add(&sheet.name, Some(line), kind);
            if code.parse::<QualificationCode>().is_err() {
                add(AnomalyKind::Shape {
                    column: "code",
                    value: quoted(code),
                });
            }
            let level = match level {
                "" => None,
                level => {
                    let number = level
                        .parse::<i16>()
                        .ok()
                        .filter(|level| (1..=8).contains(level));
                    if number.is_none() {
                        add(AnomalyKind::Shape {
                            column: "level",
                            value: quoted(level),
                        });
                    }
                    number
                }
            };
            let row = QualificationRow {
                code: code.to_owned(),
                label: label.to_owned(),
                level,
            };
            if rows.insert(row.code.clone(), row).is_some() {
                add(AnomalyKind::Duplicate(quoted(code)));
            }
        },
    );
    (rows, whole)
}

fn link_rows(
    sheet: &Sheet,
    qualifications: Option<&BTreeMap<String, QualificationRow>>,
    anomalies: &mut Anomalies,
) -> Vec<LinkRow> {
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    let columns = [Filled("qualification_code"), Filled("occupation_code")];
    sheet.rows(
        columns,
        anomalies,
        |anomalies, line, [qualification, occupation]| {
            let mut add = |kind| anomalies.add(&sheet.name, Some(line), kind);
            if qualifications.is_some_and(|known| !known.contains_key(qualification)) {
                add(AnomalyKind::Dangling(quoted(qualification)));
            }
            if occupation.parse::<RomeCode>().is_err() {
                add(AnomalyKind::Shape {
                    column: "occupation_code",
                    value: quoted(occupation),
                });
            }
            if !seen.insert((qualification.to_owned(), occupation.to_owned())) {
                add(AnomalyKind::Duplicate(quoted(occupation)));
            }
            rows.push(LinkRow {
                line,
                qualification: qualification.to_owned(),
                occupation: occupation.to_owned(),
            });
        },
    );
    rows
}

fn check_occupations(links: &[LinkRow], known: &[String]) -> Result<(), Anomalies> {
    let known: HashSet<&str> = known.iter().map(String::as_str).collect();
    let mut anomalies = Anomalies::default();
    for link in links
        .iter()
        .filter(|link| !known.contains(link.occupation.as_str()))
    {
        let kind = AnomalyKind::Dangling(quoted(&link.occupation));
        anomalies.add(LINKS, Some(link.line), kind);
    }
    anomalies.or_value(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{QualificationRow, link_rows, qualification_rows, read};
    use crate::{anomaly::Anomalies, sheet::Sheet};

    fn sheet(name: &str, text: &str) -> Sheet {
        Sheet {
            name: name.into(),
            bytes: text.into(),
        }
    }

    #[test]
    fn the_sandbox_qualifications_are_sound() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sandbox/data");
        let (rows, links) = read(&folder).unwrap().unwrap();
        assert!(
            rows.iter()
                .any(|row| row.code == "RS5875" && row.level.is_none())
        );
        let led = |row: &QualificationRow| links.iter().any(|link| link.qualification == row.code);
        assert!(rows.iter().filter(|row| row.level.is_some()).all(led));
    }

    #[test]
    fn every_anomaly_of_both_files_is_told_with_its_line() {
        let mut anomalies = Anomalies::default();
        let (rows, whole) = qualification_rows(
            &sheet(
                "q.csv",
                "label,level,code\nSoudeur,3,RNCP1234\nX,9,RNCP12\nY,,RNCP1234\n",
            ),
            &mut anomalies,
        );
        let links = sheet(
            "l.csv",
            "qualification_code,occupation_code\nRNCP1234,Z\nRS9999,A1101\n",
        );
        link_rows(&links, whole.then_some(&rows), &mut anomalies);
        let told: Vec<String> = anomalies.listed().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "q.csv:3: “code” cannot be “RNCP12”",
                "q.csv:3: “level” cannot be “9”",
                "q.csv:4: the code RNCP1234 is already on an earlier line",
                "l.csv:2: “occupation_code” cannot be “Z”",
                "l.csv:3: the code RS9999 is not defined",
            ]
        );
    }
}
