//! A directory of its own to run the binary in, and the run as one text.
//!
//! Deliberately absent: what is expected; that stands with each test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The token of every test; no output may hold it.
pub(crate) const TOKEN: &str = "token-of-the-tests-8d1f";
/// One that no portal of the tests accepts.
pub(crate) const WRONG_TOKEN: &str = "token-of-somebody-else-77c2";

/// One change and one invitation away from what the files say.
const USERS: &str = "\
version: 1
portal: { id: 4611686, name: Example BV }
policy: { min_super_admins: 1, credential_owner: owner@example.com }
users:
  - email: owner@example.com
  - { email: ana@example.com, role: sales-rep }
  - { email: cy@example.com, role: sales-rep }
";
const ROLE: &str = "\
name: Sales rep
access: { permission_set: Sales Rep }
";
const PORTAL: &str = "\
portal: { id: 4611686, name: Example BV, time_zone: Europe/Brussels }
permission_sets:
  - { id: '301', name: Sales Rep }
  - { id: '304', name: Viewer }
people:
  - { id: '1000', email: owner@example.com, super_admin: true }
  - { id: '1001', email: ana@example.com, permission_sets: [Viewer] }
";

/// The whole run as one snapshot, inline or, where it is long, in a file of that name.
macro_rules! assert_run {
    ($ran:expr, @$expected:literal) => {
        insta::assert_snapshot!($ran.transcript(), @$expected)
    };
    ($name:literal, $ran:expr) => {
        insta::assert_snapshot!($name, $ran.transcript())
    };
}

/// A portal directory that is thrown away at the end.
pub(crate) struct Desk {
    pub(crate) directory: TempDir,
}

impl Desk {
    /// Without any file.
    pub(crate) fn empty() -> Desk {
        Desk { directory: TempDir::with_prefix("hubroster-").expect("a temporary directory") }
    }

    /// Three people, one role, and a portal to rehearse on.
    pub(crate) fn small() -> Desk {
        let desk = Desk::empty();
        desk.write("users.yaml", USERS);
        desk.write("roles/sales-rep.yaml", ROLE);
        desk.write("sandbox.yaml", PORTAL);
        desk
    }

    /// As it is once the plan was applied.
    pub(crate) fn settled() -> Desk {
        let desk = Desk::small();
        desk.edit("users.yaml", "  - { email: cy@example.com, role: sales-rep }\n", "");
        desk.edit("sandbox.yaml", "[Viewer]", "[Sales Rep]");
        desk
    }

    /// The example that the repository is itself.
    pub(crate) fn example() -> Desk {
        let (desk, root) = (Desk::empty(), Path::new(env!("CARGO_MANIFEST_DIR")));
        let roles = fs::read_dir(root.join("roles")).expect("the example has roles");
        let roles = roles.map(|entry| Path::new("roles").join(entry.expect("a role").file_name()));
        for file in [PathBuf::from("users.yaml"), PathBuf::from("sandbox.yaml")].into_iter().chain(roles) {
            let text = fs::read_to_string(root.join(&file)).expect("the example can be read");
            desk.write(file.to_str().expect("a plain name"), &text);
        }
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the desk")).expect("a folder");
        fs::write(path, text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// What is replaced has to be there, so that no test changes nothing.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not have {from:?}:\n{text}");
        self.write(name, &text.replace(from, to));
    }

    /// Words are separated by spaces. The environment is empty and nobody sits at a terminal.
    pub(crate) fn hubroster(&self, line: &str) -> Invocation<'_> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubroster"));
        command.args(line.split_whitespace()).current_dir(self.directory.path()).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Invocation { desk: self, command, hidden: Vec::new() }
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        self.hubroster(line).run()
    }
}

/// The binary about to run.
pub(crate) struct Invocation<'a> {
    desk: &'a Desk,
    command: Command,
    hidden: Vec<(String, &'static str)>,
}

impl Invocation<'_> {
    pub(crate) fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With the token of the tests, at this portal.
    pub(crate) fn at(self, url: &str) -> Self {
        self.env("HUBSPOT_ACCESS_TOKEN", TOKEN).hiding(url, "[portal]").env("HUBROSTER_PORTAL_URL", url)
    }

    /// Shows `shown` where the run says `text`.
    pub(crate) fn hiding(mut self, text: &str, shown: &'static str) -> Self {
        self.hidden.push((text.to_owned(), shown));
        self
    }

    pub(crate) fn from(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    pub(crate) fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.command.stdout(stdout);
        self
    }

    pub(crate) fn stderr(mut self, stderr: impl Into<Stdio>) -> Self {
        self.command.stderr(stderr);
        self
    }

    pub(crate) fn run(self) -> Ran {
        self.start().end()
    }

    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().expect("the binary starts");
        let stdout = child.stdout.take().map(Heard::from);
        let stderr = child.stderr.take().map(Heard::from);
        let mut hidden = self.hidden;
        // On some machines a temporary directory is behind a link, and both names may come up.
        let real = fs::canonicalize(self.desk.directory.path()).expect("the desk is there");
        for path in [real, self.desk.directory.path().to_owned()] {
            hidden.push((path.display().to_string(), "[desk]"));
        }
        Running { child, stdout, stderr, hidden }
    }
}

/// What a process has written so far, read on a thread of its own.
struct Heard(Arc<Mutex<Vec<u8>>>, JoinHandle<()>);

impl Heard {
    fn from(mut pipe: impl std::io::Read + Send + 'static) -> Heard {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let shared = heard.clone();
        let reading = std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(length @ 1..) = pipe.read(&mut chunk) {
                shared.lock().expect("no panic holds it").extend_from_slice(&chunk[..length]);
            }
        });
        Heard(heard, reading)
    }

    fn so_far(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic holds it").clone()).expect("output is UTF-8")
    }

    fn all(self) -> String {
        let Heard(heard, reading) = self;
        reading.join().expect("reading does not panic");
        let heard = heard.lock().expect("no panic holds it").clone();
        String::from_utf8(heard).expect("output is UTF-8")
    }
}

/// The binary at work. Stopped at the end of the test at the latest.
pub(crate) struct Running {
    child: Child,
    stdout: Option<Heard>,
    stderr: Option<Heard>,
    hidden: Vec<(String, &'static str)>,
}

/// Far more than any run takes on a busy machine, and far less than forever.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Looks again and again until `look` finds something.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Running {
    /// The first line of stdout that is whole.
    pub(crate) fn first_line(&self) -> String {
        let stdout = self.stdout.as_ref().expect("stdout is a pipe");
        wait_for("a line on stdout", || stdout.so_far().split_once('\n').map(|(line, _)| line.to_owned()))
    }

    pub(crate) fn says(&self, text: &str) {
        let stderr = self.stderr.as_ref().expect("stderr is a pipe");
        wait_for(text, || stderr.so_far().contains(text).then_some(()));
    }

    /// Ctrl-C, as a terminal sends it.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -INT {}", self.child.id())).status();
        assert!(sent.expect("a shell").success());
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is there or has just ended");
    }

    pub(crate) fn end(mut self) -> Ran {
        let status = wait_for("the end", || self.child.try_wait().expect("the child can be asked"));
        let heard = |heard: Option<Heard>| heard.map(Heard::all).unwrap_or_default();
        let (stdout, stderr) = (heard(self.stdout.take()), heard(self.stderr.take()));
        for secret in [TOKEN, WRONG_TOKEN] {
            assert!(!stdout.contains(secret), "a token on stdout:\n{stdout}");
            assert!(!stderr.contains(secret), "a token on stderr:\n{stderr}");
        }
        Ran { code: status.code(), stdout, stderr, hidden: std::mem::take(&mut self.hidden) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, mostly.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A run that has ended.
pub(crate) struct Ran {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    hidden: Vec<(String, &'static str)>,
}

impl Ran {
    /// Exit code, stdout and stderr; what is empty is left out, what differs from run to run has a name.
    pub(crate) fn transcript(&self) -> String {
        let mut text = match self.code {
            Some(code) => format!("exit {code}\n"),
            None => "ended by a signal\n".to_owned(),
        };
        for (name, said) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !said.is_empty() {
                text.push_str(&format!("── {name}\n{}\n", said.trim_end_matches('\n')));
            }
        }
        for (said, shown) in &self.hidden {
            text = text.replace(said, shown);
        }
        // A digest has its tests with the plan; the number of an error is the machine's.
        let text = named(&text, "sha256:", u8::is_ascii_hexdigit, "[digest]");
        let text = named(&text, "os error ", u8::is_ascii_digit, "[number]");
        without_uuids(&text)
    }

    /// Without what it said on stdout, which a test then looks at by itself.
    pub(crate) fn without_stdout(mut self) -> Ran {
        self.stdout.clear();
        self
    }

    /// Only the end of stdout, for what follows a plan that another test shows.
    pub(crate) fn from(mut self, start: &str) -> Ran {
        let at = self.stdout.find(start).unwrap_or_else(|| panic!("no {start:?} in\n{}", self.stdout));
        self.stdout.drain(..at);
        self
    }
}

/// What follows each `lead` and consists of such bytes is shown as `shown`.
fn named(text: &str, lead: &str, of: fn(&u8) -> bool, shown: &str) -> String {
    let mut parts = text.split(lead);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let length = part.bytes().take_while(of).count();
        result.push_str(lead);
        result.push_str(shown);
        result.push_str(&part[length..]);
    }
    result
}

fn without_uuids(text: &str) -> String {
    let is_uuid = |window: &str| {
        window.len() == 36
            && window.bytes().enumerate().all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
    };
    let (mut result, mut rest) = (String::new(), text);
    while let Some(character) = rest.chars().next() {
        if rest.get(..36).is_some_and(is_uuid) {
            result.push_str("[uuid]");
            rest = &rest[36..];
        } else {
            result.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    result
}
