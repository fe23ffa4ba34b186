//! A CSV file read by the names of its columns, reporting every row that is not as it should be.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use csv::{ByteRecord, ReaderBuilder};

use crate::anomaly::{Anomalies, AnomalyKind};

/// No file of this trade comes near it; what does is not one of them.
const LIMIT_MB: u64 = 64;

/// A file, whole.
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// How a file is called: what comes before and after the part that varies.
#[derive(Clone, Copy)]
pub(crate) struct Naming {
    pub(crate) start: &'static str,
    pub(crate) end: &'static str,
}

impl Naming {
    /// The part of `name` that varies, if the name is of this kind.
    pub(crate) fn varying<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(self.start)?.strip_suffix(self.end)
    }
}

/// A cell that may not be empty, by its column's name; the others may.
#[derive(Clone, Copy)]
pub(crate) enum Column {
    Filled(&'static str),
    Optional(&'static str),
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::Filled(name) | Self::Optional(name) => name,
        }
    }
}

impl Sheet {
    /// The one file of `folder` named as `naming` says.
    pub(crate) fn find(
        folder: &Path,
        naming: Naming,
        anomalies: &mut Anomalies,
    ) -> io::Result<Option<Self>> {
        let mut found: Vec<(String, PathBuf)> = Vec::new();
        for file in fs::read_dir(folder)? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            if naming.varying(&name).is_some() {
                found.push((name, file.path()));
            }
        }
        found.sort();
        let pattern = format!("{}*{}", naming.start, naming.end);
        match found.as_slice() {
            [] => anomalies.add(&pattern, None, AnomalyKind::MissingFile),
            [(name, path)] => return Self::open(path, name, anomalies),
            [..] => anomalies.add(&pattern, None, AnomalyKind::SeveralFiles),
        }
        Ok(None)
    }

    /// The file at `path`, named `name` in the report.
    pub(crate) fn open(
        path: &Path,
        name: &str,
        anomalies: &mut Anomalies,
    ) -> io::Result<Option<Self>> {
        let size = match fs::metadata(path) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                anomalies.add(name, None, AnomalyKind::MissingFile);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if size > LIMIT_MB << 20 {
            anomalies.add(name, None, AnomalyKind::TooLarge { limit_mb: LIMIT_MB });
            return Ok(None);
        }
        Ok(Some(Self {
            name: name.to_owned(),
            bytes: fs::read(path)?,
        }))
    }

    /// Hands each sound row to `each`, its cells in the order of `columns` whatever the file's,
    /// and reports the others. Says whether that was the whole file: no row lost, none cut off.
    pub(crate) fn rows<const N: usize>(
        &self,
        columns: [Column; N],
        anomalies: &mut Anomalies,
        mut each: impl FnMut(&mut Anomalies, u64, [&str; N]),
    ) -> bool {
        let before = anomalies.found();
        let Some(text) = self.text(anomalies) else {
            return false;
        };
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut record = ByteRecord::new();
        let mut read = |record: &mut ByteRecord| reader.read_byte_record(record).unwrap_or(false);
        if !read(&mut record) {
            anomalies.add(&self.name, None, AnomalyKind::NoRows);
            return false;
        }
        let width = record.len();
        let Some(places) = self.places(&record, columns, anomalies) else {
            return false;
        };
        let mut lost = anomalies.found() > before;
        let mut any = false;
        while read(&mut record) {
            any = true;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != width {
                let kind = AnomalyKind::CellCount {
                    expected: width,
                    found: record.len(),
                };
                anomalies.add(&self.name, Some(line), kind);
                lost = true;
                continue;
            }
            let cells = places.map(|place| cell(&record, place));
            if self.sound(columns, cells, line, anomalies) {
                each(anomalies, line, cells);
            } else {
                lost = true;
            }
        }
        if !any {
            anomalies.add(&self.name, None, AnomalyKind::NoRows);
        }
        any && !lost
    }

    /// The text, without its byte order mark, if it is UTF-8 and ends as a text does.
    fn text(&self, anomalies: &mut Anomalies) -> Option<&str> {
        let bytes = self
            .bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&self.bytes);
        let Ok(text) = std::str::from_utf8(bytes) else {
            for (line, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
                if std::str::from_utf8(bytes).is_err() {
                    anomalies.add(&self.name, Some(line), AnomalyKind::Encoding);
                }
            }
            return None;
        };
        if !text.is_empty() && !text.ends_with('\n') {
            let lines = u64::try_from(text.lines().count()).ok();
            anomalies.add(&self.name, lines, AnomalyKind::Truncated);
        }
        Some(text)
    }

    fn places<const N: usize>(
        &self,
        header: &ByteRecord,
        columns: [Column; N],
        anomalies: &mut Anomalies,
    ) -> Option<[usize; N]> {
        let places = columns.map(|column| {
            header
                .iter()
                .position(|cell| cell.trim_ascii() == column.name().as_bytes())
        });
        for (column, place) in columns.iter().zip(places) {
            if place.is_none() {
                let kind = AnomalyKind::MissingColumn(column.name().to_owned());
                anomalies.add(&self.name, Some(1), kind);
            }
        }
        places
            .iter()
            .all(Option::is_some)
            .then(|| places.map(Option::unwrap_or_default))
    }

    fn sound<const N: usize>(
        &self,
        columns: [Column; N],
        cells: [&str; N],
        line: u64,
        anomalies: &mut Anomalies,
    ) -> bool {
        let before = anomalies.found();
        for (column, cell) in columns.into_iter().zip(cells) {
            if cell.is_empty() && matches!(column, Column::Filled(_)) {
                anomalies.add(
                    &self.name,
                    Some(line),
                    AnomalyKind::EmptyCell(column.name()),
                );
            }
            if cell.contains(char::is_control) {
                let kind = AnomalyKind::ControlCharacter(column.name());
                anomalies.add(&self.name, Some(line), kind);
            }
        }
        anomalies.found() == before
    }
}

fn cell(record: &ByteRecord, place: usize) -> &str {
    // The whole text was checked, and a separator never stands inside a character.
    record
        .get(place)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .unwrap_or_default()
        .trim()
}

/// A value as a report repeats it: short, whatever it was.
pub(crate) fn quoted(value: &str) -> String {
    value.chars().take(40).collect()
}
