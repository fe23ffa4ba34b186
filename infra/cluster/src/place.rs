//! Where a cluster and its socket live.
//!
//! Normally both are the directory that was asked for. Two things forbid it. A socket's path is
//! limited to 107 bytes on Linux and 103 on macOS, and a deep checkout exceeds that: the socket
//! then moves to a short private directory. And when root runs the server as another user, a
//! checkout under `/root` cannot be entered by that user: the whole cluster then moves.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::{DirBuilderExt, MetadataExt, chown},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    ClusterError,
    account::{Account, current_user},
};

/// The longest path of a socket that every system takes.
const LONGEST_SOCKET: usize = 103;

/// The directories of one cluster.
#[derive(Debug)]
pub(crate) struct Place {
    /// The data, the log and the lock.
    pub(crate) home: PathBuf,
    /// The socket.
    pub(crate) socket: PathBuf,
}

impl Place {
    pub(crate) fn prepare(home: PathBuf, account: Option<Account>) -> Result<Self, ClusterError> {
        make_private(&home, account)?;
        let socket = socket_of(&home);
        make_private(&socket, account)?;
        Ok(Self { home, socket })
    }
}

/// The directory of the cluster asked for at `directory`.
pub(crate) fn home_of(directory: &Path) -> PathBuf {
    let absolute = std::path::absolute(directory).unwrap_or_else(|_unknown| directory.to_owned());
    let closed_to_others =
        |ancestor: &Path| fs::metadata(ancestor).is_ok_and(|found| found.mode() & 0o001 == 0);
    if current_user() == 0 && absolute.ancestors().skip(1).any(closed_to_others) {
        return Path::new("/var/tmp").join(short_name(&absolute));
    }
    absolute
}

/// The directory of the socket of the cluster at `home`.
fn socket_of(home: &Path) -> PathBuf {
    let text = home.to_string_lossy();
    // The path travels through a shell and through a comma-separated setting of the server.
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    if plain && text.len() + "/.s.PGSQL.5432".len() <= LONGEST_SOCKET {
        return home.to_owned();
    }
    Path::new("/tmp").join(short_name(home))
}

/// A name that only this path has.
fn short_name(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let mut name = hex::encode(digest);
    name.truncate(16);
    format!("cpf-{name}")
}

/// Makes `directory` private to the server's user, and checks that it is: in a shared place such
/// as `/tmp`, somebody else may have taken the name.
fn make_private(directory: &Path, account: Option<Account>) -> Result<(), ClusterError> {
    let failed = |error| ClusterError::io(directory, error);
    if !directory.exists() {
        let parent = directory.parent().unwrap_or(directory);
        fs::create_dir_all(parent).map_err(failed)?;
        DirBuilder::new()
            .mode(0o700)
            .create(directory)
            .map_err(failed)?;
        if let Some(account) = account {
            chown(directory, Some(account.uid), Some(account.gid)).map_err(failed)?;
        }
    }
    let found = fs::symlink_metadata(directory).map_err(failed)?;
    let expected = account.map_or_else(current_user, |account| account.uid);
    if !found.is_dir() || found.uid() != expected || found.mode() & 0o077 != 0 {
        return Err(ClusterError::NotPrivate(directory.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{LONGEST_SOCKET, socket_of};

    #[test]
    fn the_socket_lives_with_the_cluster_when_its_path_is_short_and_plain() {
        let home = Path::new("/srv/checkout/.local/postgres");
        assert_eq!(socket_of(home), home);
    }

    #[test]
    fn the_socket_of_a_deep_or_odd_checkout_moves_to_a_short_directory_of_its_own() {
        let deep = format!("/srv/{}/.local/postgres", "deeper/".repeat(20));
        let odd = "/srv/my check'out/.local/postgres";
        for home in [deep.as_str(), odd] {
            let socket = socket_of(Path::new(home));
            assert!(socket.starts_with("/tmp"));
            assert!(socket.as_os_str().len() + "/.s.PGSQL.5432".len() <= LONGEST_SOCKET);
        }
        assert_ne!(socket_of(Path::new(&deep)), socket_of(Path::new(odd)));
    }
}
