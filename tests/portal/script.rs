//! A server that answers each request with the next line of a script, however wrong.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) enum Step {
    /// Status, further header lines, body.
    Answer(u16, &'static str, String),
    /// Promises more of the body than comes.
    Cut(u16, String),
    /// Takes the request and closes the connection.
    Drop,
    /// Takes the request and says nothing for so long.
    Silence(Duration),
    /// As many bytes of a JSON text, with no end in sight, announced or not.
    Flood { bytes: usize, announced: bool },
    /// One byte of the body after each such while.
    Drip(String, Duration),
    /// Header lines and a body of any bytes; its length is not told.
    Bytes(&'static str, Vec<u8>),
}

pub(crate) fn answer(status: u16, body: impl ToString) -> Step {
    Step::Answer(status, "", body.to_string())
}

#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// `GET /path?query`
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) struct Script {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// The step for a request, by its line.
type Next = Arc<dyn Fn(&str) -> Step + Send + Sync>;

impl Script {
    pub(crate) async fn play(steps: impl IntoIterator<Item = Step>) -> Script {
        let steps = Mutex::new(VecDeque::from_iter(steps));
        let next = move |_: &str| steps.lock().unwrap().pop_front();
        Script::by(move |line| next(line).expect("the script has an answer to each request")).await
    }

    /// Answers by what is asked, since lists are read at the same time.
    pub(crate) async fn by(next: impl Fn(&str) -> Step + Send + Sync + 'static) -> Script {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let next: Next = Arc::new(next);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&next), Arc::clone(&recorded)));
            }
        });
        Script { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

async fn serve(mut stream: TcpStream, next: Next, seen: Arc<Mutex<Vec<Seen>>>) {
    let Some(request) = read(&mut stream).await else { return };
    let step = next(&request.line);
    seen.lock().unwrap().push(request);
    let head = |status: u16, more: &str, length: usize| {
        format!(
            "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\n\
             x-hubspot-correlation-id: c-1\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n"
        )
    };
    let written = match step {
        Step::Answer(status, more, body) => {
            let more = if more.is_empty() { String::new() } else { format!("{more}\r\n") };
            stream.write_all(format!("{}{body}", head(status, &more, body.len())).as_bytes()).await
        }
        Step::Cut(status, body) => {
            stream.write_all(format!("{}{body}", head(status, "", body.len() + 100)).as_bytes()).await
        }
        Step::Drop => Ok(()),
        Step::Silence(wait) => {
            tokio::time::sleep(wait).await;
            Ok(())
        }
        Step::Flood { bytes, announced } => {
            let head = match announced {
                true => head(200, "", bytes),
                false => head(200, "", bytes).replace(&format!("content-length: {bytes}\r\n"), ""),
            };
            stream.write_all(head.as_bytes()).await.unwrap();
            let chunk = vec![b'['; 1 << 16];
            let mut written = Ok(());
            for _ in 0..bytes / chunk.len() {
                written = stream.write_all(&chunk).await;
                if written.is_err() {
                    break;
                }
            }
            written
        }
        Step::Drip(body, pause) => {
            let mut written = stream.write_all(head(200, "", body.len()).as_bytes()).await;
            for byte in body.bytes() {
                tokio::time::sleep(pause).await;
                written = stream.write_all(&[byte]).await;
                if written.is_err() {
                    break;
                }
            }
            written
        }
        Step::Bytes(headers, body) => {
            let head = format!(
                "HTTP/1.1 200 Said\r\nx-hubspot-correlation-id: c-1\r\nconnection: close\r\n{headers}\r\n\r\n"
            );
            stream.write_all(&[head.as_bytes(), &body].concat()).await
        }
    };
    // The client may have heard enough and be gone.
    drop(written);
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head
        .lines()
        .filter_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
        .next()
        .unwrap_or(0);
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let line = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let body = String::from_utf8_lossy(&bytes[end..]).into_owned();
    Some(Seen { line, head, body })
}
