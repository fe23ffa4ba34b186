//! A load of one request repeated over some connections: each sends the next once it has read the
//! whole answer to the last (closed loop, as `pgbench` does).

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::proof::Bound;

/// How requests went, over one round.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    /// Completed, per second.
    pub(crate) per_second: f64,
    /// Their number.
    pub(crate) completed: usize,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
    /// The consent token, where one is needed.
    pub(crate) token: Option<Bound>,
}

impl Round {
    /// From the time of each request, over `elapsed`.
    pub(crate) fn of(mut times: Vec<Duration>, elapsed: Duration) -> anyhow::Result<Self> {
        ensure!(!times.is_empty(), "nothing was completed");
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        let completed = times.len();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52 requests")]
        let per_second = completed as f64 / elapsed.as_secs_f64();
        Ok(Self {
            per_second,
            completed,
            p50: at(50),
            p99: at(99),
        })
    }
}

impl Target {
    /// Asks for `length` over as many connections.
    pub(crate) async fn load(&self, connections: usize, length: Duration) -> anyhow::Result<Round> {
        let mut running = JoinSet::new();
        let start = Instant::now();
        for _ in 0..connections {
            let target = self.clone();
            running.spawn(async move { target.repeat(start + length).await });
        }
        let mut times = Vec::new();
        while let Some(done) = running.join_next().await {
            times.extend(done??);
        }
        Round::of(times, start.elapsed())
    }

    /// The body of one answer.
    pub(crate) async fn body(&self) -> anyhow::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(self.address).await?;
        let mut answer = Vec::new();
        let (head, length) = exchange(&mut stream, &self.request()?, &mut answer).await?;
        Ok(answer[head..head + length].to_vec())
    }

    async fn repeat(&self, until: Instant) -> anyhow::Result<Vec<Duration>> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let mut answer = Vec::with_capacity(16 * 1024);
        let mut times = Vec::new();
        while Instant::now() < until {
            let request = self.request()?;
            let start = Instant::now();
            exchange(&mut stream, &request, &mut answer).await?;
            times.push(start.elapsed());
        }
        Ok(times)
    }

    fn request(&self) -> anyhow::Result<String> {
        let authorization = self.token.as_ref().map(Bound::headers).transpose()?;
        let authorization = authorization.unwrap_or_default();
        Ok(get(self.address, &self.path, &authorization))
    }
}

/// A request for `path` with these headers, as it travels.
pub(crate) fn get(address: SocketAddr, path: &str, headers: &str) -> String {
    let port = address.port();
    format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{headers}\r\n")
}

/// Requests that were written beforehand, each to be sent once.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
}

impl Prepared {
    pub(crate) fn new(address: SocketAddr, requests: Vec<String>) -> Self {
        let requests = Arc::new(Mutex::new(requests));
        Self { address, requests }
    }

    /// Sends them over as many connections, for `length` or until none is left; answers also the
    /// bodies that came back.
    pub(crate) async fn load(
        &self,
        connections: usize,
        length: Duration,
    ) -> anyhow::Result<(Round, Vec<Vec<u8>>)> {
        let mut running = JoinSet::new();
        let start = Instant::now();
        for _ in 0..connections {
            let prepared = self.clone();
            running.spawn(async move { prepared.repeat(start + length).await });
        }
        let (mut times, mut bodies) = (Vec::new(), Vec::new());
        while let Some(done) = running.join_next().await {
            for (time, body) in done?? {
                times.push(time);
                bodies.push(body);
            }
        }
        Ok((Round::of(times, start.elapsed())?, bodies))
    }

    async fn repeat(&self, until: Instant) -> anyhow::Result<Vec<(Duration, Vec<u8>)>> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let mut answer = Vec::with_capacity(16 * 1024);
        let mut answered = Vec::new();
        while Instant::now() < until {
            let next = {
                let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
                requests.pop()
            };
            let Some(request) = next else { break };
            let start = Instant::now();
            let (head, length) = exchange(&mut stream, &request, &mut answer).await?;
            answered.push((start.elapsed(), answer[head..head + length].to_vec()));
        }
        Ok(answered)
    }
}

/// Sends `request` and reads its answer, which must be 200. Answers where the body starts, and its
/// length.
async fn exchange(
    stream: &mut TcpStream,
    request: &str,
    answer: &mut Vec<u8>,
) -> anyhow::Result<(usize, usize)> {
    let (status, head, length) = ask(stream, request, answer).await?;
    ensure!(status == 200, "{}", String::from_utf8_lossy(answer));
    Ok((head, length))
}

/// Sends `request` and reads its answer. Answers its status, where the body starts, and its length.
pub(crate) async fn ask(
    stream: &mut TcpStream,
    request: &str,
    answer: &mut Vec<u8>,
) -> anyhow::Result<(u16, usize, usize)> {
    stream.write_all(request.as_bytes()).await?;
    answer.clear();
    loop {
        ensure!(
            stream.read_buf(answer).await? > 0,
            "the connection was closed"
        );
        let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&answer[..head])?;
        let status = text.split(' ').nth(1).context("no status")?.parse()?;
        let length = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .context("an answer without a length")?;
        let length: usize = length.1.trim().parse()?;
        let body = head + 4;
        while answer.len() < body + length {
            ensure!(
                stream.read_buf(answer).await? > 0,
                "the connection was closed"
            );
        }
        return Ok((status, body, length));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Round;

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let times: Vec<Duration> = (1..=101).rev().map(Duration::from_millis).collect();
        let round = Round::of(times, Duration::from_secs(2)).unwrap();
        assert_eq!(
            (round.p50, round.p99),
            (Duration::from_millis(51), Duration::from_millis(100))
        );
        assert!((round.per_second - 50.5).abs() < 1e-9);
        assert!(Round::of(Vec::new(), Duration::from_secs(1)).is_err());
    }
}
