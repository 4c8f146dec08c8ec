//! A portal directory, the simulated portal in a process of its own, and the binary at work between them.
//!
//! Deliberately absent: what is expected of a run (`round`), and when it is struck (`moment`).

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::portals::{Portal, ROLES};

/// No journal, report or message may hold it.
pub(crate) const TOKEN: &str = "token-of-the-kills-51ac";
const SCIM_TOKEN: &str = "scim-token-of-the-kills-9b07";

/// Far more than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A second less than the binary waits for an answer: where an invitation is open, the next run still waits a little.
const NEARLY_AS_LONG_AS_A_CALL: jiff::SignedDuration = jiff::SignedDuration::from_secs(59);

pub(crate) struct Desk {
    directory: TempDir,
    portal: Child,
    address: String,
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.portal.kill();
        let _ = self.portal.wait();
    }
}

impl Desk {
    pub(crate) fn of(portal: &Portal) -> Desk {
        let directory = TempDir::with_prefix("hubroster-kill-").expect("a temporary directory");
        let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("a file");
        write("users.yaml", portal.users);
        write("sandbox.yaml", portal.sandbox);
        write("requests.ndjson", "");
        fs::create_dir(directory.path().join("roles")).expect("a folder");
        for (name, text) in ROLES.iter().filter(|(name, _)| portal.users.contains(*name)) {
            write(&format!("roles/{name}.yaml"), text);
        }
        let mut serve = Command::new(env!("CARGO_BIN_EXE_hubroster"))
            .args(["sandbox", "serve", "--listen", "127.0.0.1:0", "--log", "requests.ndjson"])
            .current_dir(directory.path())
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(serve.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://").expect("where it listens").to_owned();
        Desk { directory, portal: serve, address }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubroster"));
        command
            .args(words)
            .current_dir(self.directory.path())
            .env_clear()
            .env("HUBSPOT_ACCESS_TOKEN", TOKEN)
            .env("HUBSPOT_SCIM_TOKEN", SCIM_TOKEN)
            .env("HUBROSTER_PORTAL_URL", format!("http://{}", self.address))
            .stdin(Stdio::null());
        command
    }

    /// Started and left alone; what it says goes to files, which survive it.
    pub(crate) fn start(&self, words: &[&str]) -> Running<'_> {
        let file = |name: &str| File::create(self.path(name)).expect("a file");
        let child = self.command(words).stdout(file("stdout.txt")).stderr(file("stderr.txt")).spawn();
        Running { desk: self, child: child.expect("the binary starts"), started: Instant::now() }
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.start(words).end()
    }

    /// The journals, the oldest first.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path(".hubroster/journal")).into_iter().flatten();
        let paths = entries.map(|entry| entry.expect("a readable folder").path());
        let mut journals: Vec<PathBuf> =
            paths.filter(|path| path.extension().is_some_and(|extension| extension == "ndjson")).collect();
        journals.sort();
        journals
    }

    pub(crate) fn journal_lines(&self) -> usize {
        self.journals().last().map_or(0, |path| lines(path))
    }

    pub(crate) fn answered(&self) -> usize {
        lines(&self.path("requests.ndjson"))
    }

    pub(crate) fn requests(&self) -> Vec<Json> {
        let log = fs::read_to_string(self.path("requests.ndjson")).expect("the log");
        log.lines().map(|line| serde_json::from_str(line).expect("a whole line")).collect()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Until what was sent before a kill has arrived and been answered into the void. The portal itself is the
    /// clock: on a busy machine it answers this late as well.
    pub(crate) fn wait_until_quiet(&self) {
        let (mut before, mut same) = (self.answered(), 0);
        while same < 4 {
            std::thread::sleep(Duration::from_millis(10));
            self.ask("faults");
            let now = self.answered();
            same = if now == before { same + 1 } else { 0 };
            before = now;
        }
    }

    /// As if whoever starts the next run had waited nearly as long as a call may be on its way: `wait_until_quiet` has
    /// made sure that none is.
    pub(crate) fn let_time_pass(&self) {
        let Some(path) = self.journals().pop() else { return };
        let journal = fs::read_to_string(&path).expect("a journal is text");
        // By its first line it is known.
        let Some((first, rest)) = journal.split_once('\n') else { return };
        let mut parts = rest.split("\"at\":\"");
        let mut aged = format!("{first}\n{}", parts.next().unwrap_or_default());
        for part in parts {
            let (at, rest) = part.split_once('"').unwrap_or((part, ""));
            let at: Option<jiff::Timestamp> = at.parse().ok();
            let earlier = at.map_or_else(String::new, |at| (at - NEARLY_AS_LONG_AS_A_CALL).to_string());
            aged.push_str(&format!("\"at\":\"{earlier}\"{rest}"));
        }
        fs::write(path, aged).expect("a file");
    }

    /// What the simulated portal says of itself.
    pub(crate) fn ask(&self, what: &str) -> Json {
        let mut connection = TcpStream::connect(&self.address).expect("the portal is there");
        let request =
            format!("GET /__sandbox/{what} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        connection.write_all(request.as_bytes()).expect("the portal listens");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("the portal answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    pub(crate) fn outbox(&self) -> Vec<String> {
        let outbox = self.ask("outbox");
        let mails = outbox.as_array().expect("a list").iter();
        let mut to: Vec<String> =
            mails.map(|mail| mail["to"].as_str().expect("an address").to_owned()).collect();
        to.sort();
        to
    }
}

fn lines(path: &Path) -> usize {
    fs::read(path).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count()
}

/// The binary at work.
pub(crate) struct Running<'a> {
    desk: &'a Desk,
    child: Child,
    started: Instant,
}

impl Running<'_> {
    pub(crate) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the child can be asked").is_some()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is there or has just ended");
    }

    /// SIGINT, as a terminal sends it.
    pub(crate) fn interrupt(&mut self) {
        if !self.has_ended() {
            let line = format!("kill -INT {}", self.child.id());
            let sent = Command::new("sh").arg("-c").arg(line).stderr(Stdio::null()).status();
            sent.expect("a shell");
        }
    }

    pub(crate) fn end(mut self) -> Ran {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the child can be asked") {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "waited in vain for the end");
            std::thread::sleep(Duration::from_millis(2));
        };
        let (stdout, stderr) = (self.desk.read("stdout.txt"), self.desk.read("stderr.txt"));
        for secret in [TOKEN, SCIM_TOKEN] {
            assert!(!stdout.contains(secret) && !stderr.contains(secret), "a token was printed");
        }
        Ran { code: status.code(), took: self.started.elapsed(), stdout, stderr }
    }
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) took: Duration,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}
