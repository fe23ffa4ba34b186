//! Reads of one record at one node, each with its moments and its answer.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    net::TcpStream,
    sync::{oneshot, watch},
    task::JoinSet,
    time::sleep,
};

use crate::{
    load::{ask, get},
    proof::Held,
    read::PATH,
};

/// The pause between two requests whose answers are not waited for.
const BEAT: Duration = Duration::from_millis(20);

/// One read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read {
    pub(crate) sent: Instant,
    pub(crate) answered: Instant,
    pub(crate) status: u16,
}

impl Read {
    /// Whether the record was given out.
    pub(crate) const fn is_served(&self) -> bool {
        self.status == 200
    }
}

/// Who reads where.
#[derive(Clone)]
pub(crate) struct Probe {
    pub(crate) node: SocketAddr,
    pub(crate) held: Held,
}

impl Probe {
    /// Reads in a closed loop until refused for good, with 401. Says once that it was served.
    pub(crate) async fn until_refused(
        self,
        served: oneshot::Sender<()>,
    ) -> anyhow::Result<Vec<Read>> {
        let mut stream = TcpStream::connect(self.node).await?;
        stream.set_nodelay(true)?;
        let (mut reads, mut served) = (Vec::new(), Some(served));
        loop {
            let read = self.read(&mut stream).await?;
            reads.push(read);
            match (read.status, served.take()) {
                (200, Some(tell)) => {
                    // Who waits for it has gone only when the whole measure has failed.
                    let _ = tell.send(());
                }
                (401, _) => return Ok(reads),
                (_, waiting) => served = waiting,
            }
        }
    }

    /// Reads in a closed loop until told to stop.
    pub(crate) async fn until_told(self, stop: watch::Receiver<bool>) -> anyhow::Result<Vec<Read>> {
        let mut stream = TcpStream::connect(self.node).await?;
        stream.set_nodelay(true)?;
        let mut reads = Vec::new();
        while !*stop.borrow() {
            reads.push(self.read(&mut stream).await?);
        }
        Ok(reads)
    }

    /// Sends a read every [`BEAT`], each over a connection of its own, whether those before were
    /// answered or not, until told to stop; then waits for all answers. `heard` is told of each.
    pub(crate) async fn every_beat(
        self,
        stop: watch::Receiver<bool>,
        heard: watch::Sender<Option<Read>>,
    ) -> anyhow::Result<Vec<Read>> {
        let mut running = JoinSet::new();
        while !*stop.borrow() {
            let (probe, heard) = (self.clone(), heard.clone());
            running.spawn(async move {
                let mut stream = TcpStream::connect(probe.node).await?;
                let read = probe.read(&mut stream).await?;
                heard.send_replace(Some(read));
                Ok::<_, anyhow::Error>(read)
            });
            sleep(BEAT).await;
        }
        running.join_all().await.into_iter().collect()
    }

    async fn read(&self, stream: &mut TcpStream) -> anyhow::Result<Read> {
        let request = get(self.node, PATH, &self.held.headers(PATH)?);
        let mut answer = Vec::with_capacity(8 * 1024);
        let sent = Instant::now();
        let (status, _, _) = ask(stream, &request, &mut answer).await?;
        Ok(Read {
            sent,
            answered: Instant::now(),
            status,
        })
    }
}
