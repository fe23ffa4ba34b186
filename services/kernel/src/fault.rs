//! What can go wrong below every chapter: the machinery, never the request.

/// A failure of the platform itself. Chapters wrap it; the boundary logs it once, with its
/// sources, and answers 503 or 500 without a detail.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database refused, failed or could not be reached.
    #[error("database")]
    Database(#[from] sqlx::Error),
    /// A schema migration failed.
    #[error("migration")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value is not what the schema promises: names the table and the row.
    #[error("stored value out of shape: {0}")]
    Corrupt(String),
    /// A part of the platform has stopped, so that nothing can be promised.
    #[error("{0} is not available")]
    Unavailable(&'static str),
}

impl Fault {
    /// The database constraint that refused a write, by name: the database enforces, the chapter
    /// names the error.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Database(sqlx::Error::Database(error)) => error.constraint(),
            _ => None,
        }
    }

    /// Whether trying again later may succeed: the database is away, or its pool exhausted.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Database(error) => match error {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::Protocol(_) => true,
                // 57P01…57P05: shutdown, crash, starting up. 53xxx: out of resources.
                sqlx::Error::Database(error) => error
                    .code()
                    .is_some_and(|code| code.starts_with("57P") || code.starts_with("53")),
                _ => false,
            },
            Self::Migration(_) | Self::Corrupt(_) => false,
        }
    }
}
