//! Connections, lent for one transaction and taken back.
//!
//! sqlx's own pool asks a connection whether it lives when it is lent and again when it comes back:
//! two round trips, beside the three that a confined read takes. Here a connection is asked only
//! when it has rested, and a transaction that was dropped is rolled back at once.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use deadpool::{
    Runtime,
    managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult, Timeouts},
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

use crate::Fault;

/// How long a caller waits for a connection, and a connection for the server.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection may rest before it is asked whether it lives.
const RESTED: Duration = Duration::from_secs(1);

/// The connections of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Connections(Pool<Opener>);

/// A transaction on a lent connection. Dropped without [`commit`](Tx::commit), it is rolled back.
#[derive(Debug)]
pub struct Tx {
    /// Nothing once it was committed, or given to the task that rolls it back.
    lent: Option<Object<Opener>>,
}

#[derive(Debug)]
pub(crate) struct Opener {
    options: PgConnectOptions,
}

impl Manager for Opener {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        // On the heap: it is seldom, and every future that lends would carry its size.
        Box::pin(self.options.connect()).await
    }

    async fn recycle(
        &self,
        connection: &mut PgConnection,
        metrics: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        if metrics.last_used() > RESTED {
            connection.ping().await?;
        }
        Ok(())
    }
}

impl Connections {
    /// At most `size` connections, one of which is opened at once to learn whether it can be.
    pub(crate) async fn open(options: PgConnectOptions, size: u32) -> Result<Self, Fault> {
        let patience = Timeouts {
            wait: Some(PATIENCE),
            create: Some(PATIENCE),
            recycle: Some(PATIENCE),
        };
        let pool = Pool::builder(Opener { options })
            .max_size(usize::try_from(size).unwrap_or(usize::MAX))
            .timeouts(patience)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_no_runtime| Fault::Unavailable("a pool of connections"))?;
        let connections = Self(pool);
        connections.lend().await?;
        Ok(connections)
    }

    /// Lends a connection on which nothing was begun.
    pub(crate) async fn lend(&self) -> Result<impl DerefMut<Target = PgConnection>, Fault> {
        self.0.get().await.map_err(not_lent)
    }

    /// Lends a connection and runs `begin` on it, in one round trip.
    pub(crate) async fn begin(&self, begin: String) -> Result<Tx, Fault> {
        let lent = self.0.get().await.map_err(not_lent)?;
        // From here on whatever ends this early rolls back, even a caller that goes away.
        let mut tx = Tx { lent: Some(lent) };
        sqlx::raw_sql(AssertSqlSafe(begin))
            .execute(&mut *tx)
            .await?;
        Ok(tx)
    }

    /// How many connections are open, and how many of them idle.
    pub(crate) fn count(&self) -> (usize, usize) {
        let status = self.0.status();
        (status.size, status.available)
    }

    /// Lends nothing more, and closes each connection when it comes back.
    pub(crate) fn close(&self) {
        self.0.close();
    }
}

impl Tx {
    /// Makes the transaction durable. When this fails, it is not.
    pub async fn commit(mut self) -> Result<(), Fault> {
        sqlx::raw_sql("COMMIT").execute(&mut *self).await?;
        self.lent = None;
        Ok(())
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        #[expect(
            clippy::expect_used,
            reason = "taken only by `commit` and `drop`, which end it"
        )]
        self.lent.as_ref().expect("lent until the end")
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        #[expect(
            clippy::expect_used,
            reason = "taken only by `commit` and `drop`, which end it"
        )]
        self.lent.as_mut().expect("lent until the end")
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut lent) = self.lent.take() else {
            return;
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            // Nobody is left to send it: the server rolls back when the connection closes.
            drop(Object::take(lent));
            return;
        };
        runtime.spawn(async move {
            let ended = sqlx::raw_sql("ROLLBACK").execute(&mut *lent);
            if !matches!(tokio::time::timeout(PATIENCE, ended).await, Ok(Ok(_))) {
                drop(Object::take(lent));
            }
        });
    }
}

fn not_lent(error: PoolError<sqlx::Error>) -> Fault {
    match error {
        PoolError::Backend(error) => error.into(),
        _ => Fault::Unavailable("a database connection"),
    }
}
