//! Migrations: what was merged was applied somewhere, and never changes.
//!
//! `migrations/CHECKSUMS` lists the SHA-256 of each, in the format of `sha256sum`. `cargo xtask
//! prepare` adds the new ones.

use sha2::{Digest, Sha256};

use super::{Finding, House};

/// The list.
pub(crate) const LIST: &str = "migrations/CHECKSUMS";

/// A database that applied a migration holds its checksum, and refuses the platform after an
/// edit: a change is a new migration.
pub(crate) fn are_never_edited(house: &House) -> Vec<Finding> {
    let listed = house.files.get(LIST).cloned().flatten().unwrap_or_default();
    let unlisted = migrations(house).filter_map(|(name, text)| match sum_of(&listed, name) {
        Some(sum) if sum == checksum(text) => None,
        Some(_) => Some((
            name,
            "was merged, and changed since: add a new migration instead",
        )),
        None => Some((
            name,
            "is not in migrations/CHECKSUMS: run `cargo xtask prepare`",
        )),
    });
    let unlisted = unlisted.map(|(name, what)| (name.to_owned(), what));
    let rewritten = house
        .merged_checksums
        .lines()
        .filter(|line| !listed.lines().any(|kept| kept == *line))
        .filter_map(|line| {
            Some((
                line.split_once("  ")?.1.to_owned(),
                "was merged: its line stays",
            ))
        });
    unlisted
        .chain(rewritten)
        .map(|(name, what)| Finding {
            path: format!("migrations/{name}"),
            line: 0,
            what: what.to_owned(),
        })
        .collect()
}

/// The list as it should be: lines that are merged stay, the others follow their files.
pub(crate) fn listed(house: &House) -> String {
    migrations(house).fold(String::new(), |list, (name, text)| {
        let frozen = sum_of(&house.merged_checksums, name);
        let sum = frozen.map_or_else(|| checksum(text), str::to_owned);
        list + &format!("{sum}  {name}\n")
    })
}

fn migrations(house: &House) -> impl Iterator<Item = (&str, &str)> {
    house
        .ending(".sql")
        .filter_map(|(path, text)| Some((path.strip_prefix("migrations/")?, text)))
}

fn sum_of<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    list.lines()
        .find_map(|line| line.strip_suffix(name)?.strip_suffix("  "))
}

fn checksum(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::{House, LIST, are_never_edited, checksum, listed};

    #[test]
    fn an_edited_migration_is_found_and_so_is_an_unlisted_one() {
        let list = format!("{}  0001_a.sql\n", checksum("CREATE TABLE a ();"));
        let kept = [
            ("migrations/0001_a.sql", "CREATE TABLE a ();"),
            (LIST, &list),
        ];
        assert!(are_never_edited(&House::of(&kept)).is_empty());
        let edited = [
            ("migrations/0001_a.sql", "CREATE TABLE b ();"),
            (LIST, &list),
        ];
        assert_eq!(are_never_edited(&House::of(&edited)).len(), 1);
        let unlisted = [
            ("migrations/0002_b.sql", "CREATE TABLE b ();"),
            (LIST, &list),
        ];
        assert_eq!(are_never_edited(&House::of(&unlisted)).len(), 1);
    }

    #[test]
    fn a_merged_line_can_be_neither_changed_nor_renewed() {
        let mut house = House::of(&[("migrations/0001_a.sql", "CREATE TABLE b ();")]);
        house.merged_checksums = format!("{}  0001_a.sql\n", checksum("CREATE TABLE a ();"));
        assert_eq!(listed(&house), house.merged_checksums);
        let renewed = format!("{}  0001_a.sql\n", checksum("CREATE TABLE b ();"));
        house.files.insert(LIST.to_owned(), Some(renewed));
        assert_eq!(are_never_edited(&house).len(), 1);
    }
}
