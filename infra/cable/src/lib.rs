//! The cable between a node and its database, in the hands of a test: it can be cut and mended.
//!
//! [`Cable::lay`] opens a Unix socket of its own and carries whatever arrives there to the socket
//! of the server, and back. The node is given [`Cable::url`] and notices nothing. What happens to
//! networks then happens to the cable:
//! - [`silence`](Cable::silence): no byte passes and nothing is closed, as when packets are
//!   dropped. Whoever waits, waits.
//! - [`sever`](Cable::sever): every connection is closed and new ones are closed at once, as when
//!   the server's machine is gone.
//! - [`mend`](Cable::mend): bytes pass again, those that waited in the silence first.

use std::{io, path::PathBuf};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch::{self, Receiver, Sender},
    task::{JoinHandle, JoinSet},
};
use url::Url;

/// The name of a PostgreSQL socket in its directory, for the default port.
const SOCKET: &str = ".s.PGSQL.5432";

/// How much is carried at a time, in bytes.
const PIECE: usize = 16 * 1024;

/// A cable, until dropped.
#[derive(Debug)]
pub struct Cable {
    url: String,
    state: Sender<State>,
    carrying: JoinHandle<()>,
    _directory: TempDir,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    Silent,
    Severed,
}

impl Cable {
    /// Lays a cable to the server that `url` reaches by a Unix socket: its parameter `host` names
    /// the directory. To be called within a runtime, which carries the bytes.
    pub fn lay(url: &str) -> io::Result<Self> {
        let mut url = Url::parse(url).map_err(io::Error::other)?;
        let host = url.query_pairs().find(|(name, _)| name == "host");
        let Some((_, host)) = host else {
            return Err(io::Error::other(
                "the server is not reached by a Unix socket",
            ));
        };
        let server = PathBuf::from(host.as_ref()).join(SOCKET);
        let directory = tempfile::tempdir()?;
        let listener = UnixListener::bind(directory.path().join(SOCKET))?;
        let here = directory.path().display().to_string();
        url.query_pairs_mut().clear().append_pair("host", &here);
        let (state, seen) = watch::channel(State::Whole);
        Ok(Self {
            url: url.into(),
            state,
            carrying: tokio::spawn(carry_all(listener, server, seen)),
            _directory: directory,
        })
    }

    /// Where the node connects.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets no byte pass, and closes nothing.
    pub fn silence(&self) {
        self.state.send_replace(State::Silent);
    }

    /// Closes every connection, and each new one at once.
    pub fn sever(&self) {
        self.state.send_replace(State::Severed);
    }

    /// Lets bytes pass again.
    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}

/// Carries each connection until the cable is dropped.
async fn carry_all(listener: UnixListener, server: PathBuf, state: Receiver<State>) {
    let mut carried = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((node, _)) = accepted else { return };
                let carrying = carry(node, server.clone(), state.clone());
                let mut state = state.clone();
                carried.spawn(async move {
                    // A connection that breaks is closed on both sides, which is all there is to
                    // say of it.
                    tokio::select! {
                        _ = state.wait_for(|state| *state == State::Severed) => {}
                        _ = carrying => {}
                    }
                });
            }
            Some(_ended) = carried.join_next() => {}
        }
    }
}

async fn carry(node: UnixStream, server: PathBuf, state: Receiver<State>) -> io::Result<()> {
    let (from_server, to_server) = UnixStream::connect(server).await?.into_split();
    let (from_node, to_node) = node.into_split();
    tokio::try_join!(
        one_way(from_node, to_server, state.clone()),
        one_way(from_server, to_node, state),
    )?;
    Ok(())
}

async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: Receiver<State>,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        // What was read in the silence waits here, and so does the end of a connection.
        let whole = state.wait_for(|state| *state == State::Whole).await;
        drop(whole.map_err(io::Error::other)?);
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&piece[..length]).await?;
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use tempfile::TempDir;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{UnixListener, UnixStream},
        time::timeout,
    };
    use url::Url;

    use super::{Cable, SOCKET};

    /// A server that says everything back, and a cable to it.
    fn laid() -> (Cable, TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join(SOCKET)).unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.into_split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        let host = directory.path().display();
        let url = format!("postgres://somebody@localhost/cpf?host={host}");
        (Cable::lay(&url).unwrap(), directory)
    }

    async fn connect(cable: &Cable) -> UnixStream {
        let url = Url::parse(cable.url()).unwrap();
        let (_, host) = url.query_pairs().next().unwrap();
        let socket = Path::new(host.as_ref()).join(SOCKET);
        UnixStream::connect(socket).await.unwrap()
    }

    /// Says something and hears it come back.
    async fn echo(stream: &mut UnixStream) {
        let mut heard = [0; 5];
        stream.write_all(b"hello").await.unwrap();
        stream.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"hello");
    }

    /// Says something and hears nothing for a while.
    async fn no_echo(stream: &mut UnixStream) {
        stream.write_all(b"hello").await.unwrap();
        let mut heard = [0; 5];
        let heard = timeout(Duration::from_millis(100), stream.read(&mut heard));
        assert!(heard.await.is_err());
    }

    #[tokio::test]
    async fn what_is_said_in_the_silence_arrives_once_it_is_over() {
        let (cable, _server) = laid();
        let mut stream = connect(&cable).await;
        echo(&mut stream).await;
        cable.silence();
        no_echo(&mut stream).await;
        let mut late = connect(&cable).await;
        no_echo(&mut late).await;
        cable.mend();
        for stream in [&mut stream, &mut late] {
            let mut heard = [0; 5];
            stream.read_exact(&mut heard).await.unwrap();
            assert_eq!(&heard, b"hello");
            echo(stream).await;
        }
    }

    #[tokio::test]
    async fn a_severed_cable_closes_what_is_open_and_refuses_what_is_new() {
        let (cable, _server) = laid();
        let mut stream = connect(&cable).await;
        echo(&mut stream).await;
        cable.sever();
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0);
        let mut refused = connect(&cable).await;
        assert_eq!(refused.read(&mut [0; 1]).await.unwrap_or(0), 0);
        cable.mend();
        let mut again = connect(&cable).await;
        echo(&mut again).await;
    }

    #[test]
    fn a_server_reached_otherwise_has_no_cable() {
        let laid = Cable::lay("postgres://somebody@localhost/cpf");
        assert!(laid.is_err());
    }
}
