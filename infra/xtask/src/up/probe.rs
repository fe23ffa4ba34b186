//! Whether a program answers yet.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether `GET path` on `port` of this machine is answered by 2xx.
pub(crate) fn answers(port: u16, path: &str) -> bool {
    status(port, path).is_some_and(|status| status.starts_with("HTTP/1.1 2"))
}

/// The status line. One request over one connection needs no client library.
fn status(port: u16, path: &str) -> Option<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut start = [0; 12];
    stream.read_exact(&mut start).ok()?;
    String::from_utf8(start.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        thread,
    };

    use super::answers;

    #[test]
    fn only_a_success_is_an_answer() {
        for (status, expected) in [("200 OK", true), ("503 Service Unavailable", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 512]).unwrap();
                // In one piece: who has read the status hangs up, and a second piece would fail.
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
            });
            assert_eq!(answers(port, "/readyz"), expected, "{status}");
            server.join().unwrap();
        }
    }
}
