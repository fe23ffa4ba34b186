//! Where PostgreSQL's programs are on this machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::ClusterError;

/// The oldest major version that the platform supports.
const OLDEST: u32 = 15;

/// Where systems put PostgreSQL, one directory per version.
const SHELVES: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", "bin"), // Debian, Ubuntu: /usr/lib/postgresql/17/bin
    ("/usr", "bin"),                // the packages of postgresql.org: /usr/pgsql-17/bin
    ("/opt/homebrew/opt", "bin"),   // Homebrew: /opt/homebrew/opt/postgresql@17/bin
    ("/usr/local/opt", "bin"),
];

/// The directory of the programs to use for the cluster in `data`: those of the version that made
/// it, or the newest for a cluster still to be made. `PG_BIN` goes before everything.
pub(crate) fn find(data: &Path) -> Result<PathBuf, ClusterError> {
    let mut found: Vec<(u32, PathBuf)> = places()
        .into_iter()
        .filter(|place| {
            ["initdb", "pg_ctl", "psql"]
                .iter()
                .all(|p| place.join(p).exists())
        })
        .filter_map(|place| Some((major_of(&place)?, place)))
        .filter(|(major, _)| *major >= OLDEST)
        .collect();
    if found.is_empty() {
        return Err(ClusterError::NoPostgres { oldest: OLDEST });
    }
    let made_by = fs::read_to_string(data.join("PG_VERSION")).ok();
    let Some(major) = made_by.and_then(|version| version.trim().parse().ok()) else {
        return found
            .drain(..1)
            .next()
            .map(|(_, place)| place)
            .ok_or(ClusterError::NoPostgres { oldest: OLDEST });
    };
    let same = found.into_iter().find(|(candidate, _)| *candidate == major);
    same.map(|(_, place)| place)
        .ok_or_else(|| ClusterError::OtherVersion {
            data: data.to_owned(),
            major,
        })
}

/// The directories to look in, best first.
#[expect(
    clippy::disallowed_methods,
    reason = "runs before any configuration is read"
)]
fn places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = env::var_os("PG_BIN")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    let mut packaged: Vec<(u32, PathBuf)> = SHELVES
        .iter()
        .flat_map(|(shelf, bin)| {
            fs::read_dir(shelf)
                .into_iter()
                .flatten()
                .flatten()
                .map(move |e| (e, bin))
        })
        .filter_map(|(entry, bin)| {
            let version = version_named(entry.file_name().to_str()?)?;
            Some((version, entry.path().join(bin)))
        })
        .collect();
    packaged.sort_by(|(left, _), (right, _)| right.cmp(left));
    places.extend(packaged.into_iter().map(|(_, place)| place));
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places
}

/// The version in the name of a directory: `17`, `pgsql-17`, `postgresql@17`.
fn version_named(name: &str) -> Option<u32> {
    ["pgsql-", "postgresql@"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name)
        .parse()
        .ok()
}

fn major_of(place: &Path) -> Option<u32> {
    let output = Command::new(place.join("initdb"))
        .arg("--version")
        .output()
        .ok()?;
    major_in(&String::from_utf8(output.stdout).ok()?)
}

/// The major version in `initdb (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`, `… 18devel`.
fn major_in(said: &str) -> Option<u32> {
    let version = said.split_once("(PostgreSQL) ")?.1;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{major_in, version_named};

    #[test]
    fn the_major_version_is_read_from_what_the_program_says() {
        assert_eq!(
            major_in("initdb (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_in("initdb (PostgreSQL) 18devel\n"), Some(18));
        assert_eq!(major_in("initdb: error\n"), None);
    }

    #[test]
    fn the_version_is_read_from_the_name_of_its_directory() {
        assert_eq!(version_named("9"), Some(9));
        assert_eq!(version_named("postgresql@17"), Some(17));
        assert_eq!(version_named("pgsql-16"), Some(16));
        assert_eq!(version_named("share"), None);
    }
}
