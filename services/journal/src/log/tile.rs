//! The names of tiles in addresses (C2SP tlog-tiles).

use std::str::FromStr;

/// Tiles whose number is larger cannot exist: their leaves would have no index.
const MOST: u64 = (i64::MAX as u64 >> 8) - 1;

/// A tile as it is asked for: `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TileName {
    pub(crate) kind: Kind,
    /// Its number within the level.
    pub(crate) number: u64,
    /// How many hashes or entries, from the first: 256 of a full one.
    pub(crate) width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Hashes of this level.
    Hashes(u8),
    /// The leaves themselves, each with its length.
    Entries,
}

/// Why something names no tile.
#[derive(Debug, thiserror::Error)]
#[error("not the name of a tile")]
pub struct TileNameError;

impl TileName {
    /// Whether all 256 are asked for.
    pub const fn is_full(&self) -> bool {
        self.width == 256
    }
}

impl FromStr for TileName {
    type Err = TileNameError;

    fn from_str(path: &str) -> Result<Self, TileNameError> {
        let (kind, rest) = path.split_once('/').ok_or(TileNameError)?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes(
                number(level)
                    .filter(|level| *level < 64)
                    .ok_or(TileNameError)?,
            ),
        };
        let (number_path, width) = match rest.split_once(".p/") {
            None => (rest, 256),
            Some((path, width)) => {
                let width = number(width).filter(|width| (1..256).contains(width));
                (path, width.ok_or(TileNameError)?)
            }
        };
        Ok(Self {
            kind,
            number: tile_number(number_path).ok_or(TileNameError)?,
            width,
        })
    }
}

/// A decimal number without a sign or a leading zero.
fn number<T: FromStr>(digits: &str) -> Option<T> {
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
    let leading = digits.len() > 1 && digits.starts_with('0');
    if plain && !leading {
        digits.parse().ok()
    } else {
        None
    }
}

/// `x001/x234/067` is 1,234,067: three digits a step, with an `x` before all but the last.
fn tile_number(path: &str) -> Option<u64> {
    let (before, last) = match path.rsplit_once('/') {
        Some((before, last)) => (Some(before), last),
        None => (None, path),
    };
    let before = before.map(|before| before.split('/').map(|step| step.strip_prefix('x')));
    let steps = before.into_iter().flatten().chain([Some(last)]);
    let mut number = 0_u64;
    for (place, step) in steps.enumerate() {
        let step =
            step.filter(|step| step.len() == 3 && step.bytes().all(|c| c.is_ascii_digit()))?;
        // The first of several steps says something.
        if place == 0 && step == "000" && path.contains('/') {
            return None;
        }
        number = number.checked_mul(1_000)?.checked_add(step.parse().ok()?)?;
    }
    (number <= MOST).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{Kind, TileName};

    #[test]
    fn a_tile_has_one_name() {
        let named = |path: &str| path.parse::<TileName>().unwrap();
        let tile = |kind, number, width| TileName {
            kind,
            number,
            width,
        };
        assert_eq!(named("0/000"), tile(Kind::Hashes(0), 0, 256));
        assert_eq!(
            named("3/x001/x234/067.p/5"),
            tile(Kind::Hashes(3), 1_234_067, 5)
        );
        assert_eq!(named("entries/999"), tile(Kind::Entries, 999, 256));
        for other in [
            "",
            "0",
            "0/",
            "/000",
            "64/000",
            "00/000",
            "-1/000",
            "+1/000",
            "0/0",
            "0/0000",
            "0/x000/001",
            "0/x001",
            "0/001/002",
            "0/x001/x002",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000.p/1/1",
            "0/000/",
            "data/000",
            "entries/000.p",
            "0/٠٠٠",
            "0/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(other.parse::<TileName>().is_err(), "{other}");
        }
    }
}
