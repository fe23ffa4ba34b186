//! Why there is no cluster, and what to type about it.

use std::{io, path::PathBuf};

/// Why a private cluster could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No PostgreSQL on this machine.
    #[error(
        "no PostgreSQL {oldest} or later was found. Install it:\n  \
         Debian, Ubuntu    sudo apt-get install postgresql\n  \
         Fedora            sudo dnf install postgresql-server\n  \
         macOS             brew install postgresql@17\n\
         or name the directory of its programs:   export PG_BIN=/path/to/bin\n\
         or use a server that you already run:    export DATABASE_URL=postgres://…"
    )]
    NoPostgres {
        /// The oldest major version that the platform supports.
        oldest: u32,
    },
    /// The cluster was made by a major version that is gone.
    #[error(
        "{data} was made by PostgreSQL {major}, which is no longer on this machine: install it \
         again, or delete {data} to start afresh"
    )]
    OtherVersion {
        /// The directory of the data.
        data: PathBuf,
        /// The major version that made it.
        major: u32,
    },
    /// Somebody else owns or may read the directory.
    #[error("{0} is not a private directory of the user who runs the cluster: remove it")]
    NotPrivate(PathBuf),
    /// Root has no other user to run the server as.
    #[error("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`")]
    NoAccount,
    /// A file or directory could not be used.
    #[error("{path}")]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {said}\nthe server's own log is {log}")]
    Failed {
        /// Which one.
        program: String,
        /// What it said.
        said: String,
        /// Where the server writes.
        log: PathBuf,
    },
}

impl ClusterError {
    pub(crate) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }
}
