//! Rules on the text of a file.

use super::{Finding, House};

/// Above this many lines a file holds more than one subject.
const LONGEST: usize = 400;

/// What marks unfinished work. Spelled apart, since this file is read too.
const UNFINISHED: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    concat!("db", "g!("),
];

/// Every file says first what it is about: the reader who sees it for the first time decides by
/// that line whether to go on.
pub(crate) fn opens_with_its_purpose(house: &House) -> Vec<Finding> {
    house
        .rust()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| Finding {
            path: path.to_owned(),
            line: 1,
            what: "does not open with a `//!` line that says what it is about".to_owned(),
        })
        .collect()
}

/// A file fits in one reading.
pub(crate) fn is_short(house: &House) -> Vec<Finding> {
    house
        .rust()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| Finding {
            path: path.to_owned(),
            line: LONGEST,
            what: format!("{lines} lines, {LONGEST} at most: split it by subject"),
        })
        .collect()
}

/// What is merged is finished; what is not goes into an issue.
pub(crate) fn is_finished(house: &House) -> Vec<Finding> {
    let written = [".rs", ".sql", ".html", ".css", ".js", ".mjs", ".sh"];
    let lines = written
        .iter()
        .flat_map(|end| house.ending(end))
        .flat_map(|(path, text)| {
            text.lines()
                .enumerate()
                .map(move |(index, line)| (path, index + 1, line))
        });
    lines
        .filter_map(|(path, line, text)| {
            let mark = UNFINISHED.iter().find(|mark| text.contains(**mark))?;
            Some(Finding {
                path: path.to_owned(),
                line,
                what: format!("`{mark}`: finish it, or open an issue"),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{House, LONGEST, UNFINISHED, is_finished, is_short, opens_with_its_purpose};

    #[test]
    fn a_file_without_a_purpose_is_found() {
        let house = House::of(&[
            ("a.rs", "//! Good.\n"),
            ("b.rs", "use std::fs;\n//! Late.\n"),
        ]);
        let findings = opens_with_its_purpose(&house);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].path, "b.rs");
    }

    #[test]
    fn a_long_file_is_found() {
        let (fits, too_long) = ("line\n".repeat(LONGEST), "line\n".repeat(LONGEST + 1));
        let findings = is_short(&House::of(&[("a.rs", &fits), ("b.rs", &too_long)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].path, "b.rs");
    }

    #[test]
    fn every_mark_of_unfinished_work_is_found_with_its_line() {
        for mark in UNFINISHED {
            let findings = is_finished(&House::of(&[("a.rs", &format!("//! Fine.\n// {mark}\n"))]));
            assert_eq!(findings.len(), 1, "{mark}");
            assert_eq!(findings[0].line, 2);
        }
    }
}
