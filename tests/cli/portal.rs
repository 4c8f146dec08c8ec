//! The simulated portal in a process of its own, and somebody in the middle who spoils its answers.
//!
//! Deliberately absent: HubSpot's behaviour; that is the sandbox's, tested in `tests/sandbox/`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::desk::{Desk, Running, wait_for};

/// `hubroster sandbox serve` with the desk's seed.
pub(crate) struct Served<'a> {
    pub(crate) url: String,
    desk: &'a Desk,
    _running: Running,
}

impl<'a> Served<'a> {
    pub(crate) fn start(desk: &'a Desk) -> Served<'a> {
        let line =
            "sandbox serve --listen 127.0.0.1:0 --seed sandbox.yaml --state state.json --log requests.ndjson";
        let running = desk.hubroster(line).start();
        let first = running.first_line();
        let url = first.strip_prefix("listening on ").unwrap_or_else(|| panic!("first line: {first}"));
        Served { url: url.to_owned(), desk, _running: running }
    }

    /// `GET /settings/users/2026-09 200`, in the order in which they were answered.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.desk.read("requests.ndjson");
        assert!(!log.contains(super::desk::TOKEN), "the token stands in the log");
        let request = |line: &str| {
            let request: serde_json::Value = serde_json::from_str(line).expect("a line of the log is JSON");
            let path = request["path"].as_str().expect("a path");
            let path = path.split('?').next().unwrap_or(path);
            format!("{} {path} {}", request["method"].as_str().expect("a method"), request["status"])
        };
        log.lines().map(request).collect()
    }

    /// Everything that may change something; introspection only asks.
    pub(crate) fn writes(&self) -> Vec<String> {
        let mut requests = self.requests();
        requests.retain(|line| {
            !line.starts_with("GET ") && !line.contains("/oauth/") && !line.contains("/search")
        });
        requests
    }
}

/// Passes every request on, and lets `spoil` change the answer.
pub(crate) struct Relay {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    /// `spoil` is given `GET /path?query` and the whole answer as it stands on the wire.
    pub(crate) fn start(
        portal: &Served,
        spoil: impl Fn(&str, Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
    ) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let upstream = portal.url.strip_prefix("http://").expect("plain http").to_owned();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (shared, spoil) = (asked.clone(), Arc::new(spoil));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (asked, spoil, upstream) = (shared.clone(), spoil.clone(), upstream.clone());
                // A client that goes away in the middle is part of the tests.
                std::thread::spawn(move || pass_on(client, &upstream, &asked, &*spoil).ok());
            }
        });
        Relay { url, asked }
    }

    /// Until a request came that begins like this.
    pub(crate) fn was_asked(&self, start: &str) {
        wait_for(start, || {
            self.asked.lock().expect("no panic holds it").iter().find(|line| line.starts_with(start)).cloned()
        });
    }
}

/// One request and its answer; then the connection is closed.
fn pass_on(
    mut client: TcpStream,
    upstream: &str,
    asked: &Mutex<Vec<String>>,
    spoil: &dyn Fn(&str, Vec<u8>) -> Vec<u8>,
) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut chunk = [0; 8192];
    let (head_end, line) = loop {
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if request.len() >= end + 4 + length.unwrap_or(0) {
                break (end, head.lines().next().unwrap_or_default().replace(" HTTP/1.1", ""));
            }
        }
        match client.read(&mut chunk)? {
            0 => return Ok(()),
            length => request.extend_from_slice(&chunk[..length]),
        }
    };
    request.splice(head_end..head_end, *b"\r\nconnection: close");
    let mut portal = TcpStream::connect(upstream)?;
    portal.write_all(&request)?;
    let mut answer = Vec::new();
    portal.read_to_end(&mut answer)?;
    asked.lock().expect("no panic holds it").push(line.clone());
    client.write_all(&spoil(&line, answer))
}

/// An answer as it stands on the wire.
pub(crate) fn answer(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes()
}
