//! Whom the server runs as.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use crate::ClusterError;

/// A user of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Account {
    /// The user to drop to before running PostgreSQL, which refuses root; nobody to drop to
    /// otherwise. A cluster that exists keeps its owner.
    pub(crate) fn for_server(data: &Path) -> Result<Option<Self>, ClusterError> {
        if current_user() != 0 {
            return Ok(None);
        }
        if let Ok(found) = fs::metadata(data)
            && found.uid() != 0
        {
            return Ok(Some(Self {
                uid: found.uid(),
                gid: found.gid(),
            }));
        }
        let accounts = fs::read_to_string("/etc/passwd")
            .map_err(|error| ClusterError::io("/etc/passwd", error))?;
        let account = named(&accounts, "postgres").or_else(|| named(&accounts, "nobody"));
        account.map(Some).ok_or(ClusterError::NoAccount)
    }
}

/// The id of the user who runs this process.
pub(crate) fn current_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// One account of `passwd(5)`: `name:password:uid:gid:…`.
fn named(accounts: &str, name: &str) -> Option<Account> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::{Account, named};

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts = "root:x:0:0::/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\n\
                        postgres:x:101:104::/var/lib/postgresql:/bin/bash\nbroken:x:abc\n";
        assert_eq!(
            named(accounts, "postgres"),
            Some(Account { uid: 101, gid: 104 })
        );
        assert_eq!(named(accounts, "broken"), None);
        assert_eq!(named(accounts, "nobody"), None);
    }
}
