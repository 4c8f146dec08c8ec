//! The files of a portal directory at a git revision, read through git itself.
//!
//! Only by commands that look things up in its store: they touch neither the working tree nor the index, run no
//! hooks and ask nobody. Deliberately absent: any reading of git's own files, whose formats, links between working
//! trees and permissions git knows better; and what the files mean.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::str::FromStr;

use crate::config::{Held, HeldFile};

use super::environment;
use super::git_store::{Entry, Object, Store, held};

/// Names as git takes them, and what `--base` means by them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    text: String,
    commit: Commit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Commit {
    At(String),
    /// `A...B`, as `git diff` takes it: where the two parted.
    MergeBase(String, String),
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum InvalidRevision {
    #[error("name a revision: a branch, a tag, a commit, or `origin/main...` for where this branch left it")]
    Empty,
    /// Git would take it for an option.
    #[error("no revision begins with a dash")]
    Dash,
    #[error("a revision has no control characters")]
    Control,
    #[error("a range is no revision; write `{0}...{1}` for where the two parted")]
    Range(String, String),
}

impl FromStr for Revision {
    type Err = InvalidRevision;

    fn from_str(text: &str) -> Result<Revision, InvalidRevision> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidRevision::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidRevision::Control);
        }
        // No name of a revision holds two dots; only the text of a search does.
        let is_search = text.starts_with(':') || text.contains("^{/");
        let (commit, names) = match (text.split_once("..."), text.split_once("..")) {
            (Some((one, other)), _) if !is_search => {
                let (one, other) = (or_head(one), or_head(other));
                (Commit::MergeBase(one.clone(), other.clone()), vec![one, other])
            }
            (None, Some((one, other))) if !is_search => {
                return Err(InvalidRevision::Range(one.to_owned(), other.to_owned()));
            }
            _ => (Commit::At(text.to_owned()), vec![text.to_owned()]),
        };
        if names.iter().any(|name| name.starts_with('-')) {
            return Err(InvalidRevision::Dash);
        }
        Ok(Revision { text: text.to_owned(), commit })
    }
}

fn or_head(name: &str) -> String {
    if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() }
}

impl fmt::Display for Revision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Why git does not give the files of a revision, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error(
        "`--base` reads files through git, and there is no `git` to run; install it, or plan without `--base`"
    )]
    NotInstalled,
    #[error("cannot run `git`")]
    NotRun(#[source] std::io::Error),
    #[error(
        "`{}` is not in the working tree of a git repository, so it has no `--base`; run this in a clone, or plan without \
         `--base`",
        .0.display()
    )]
    NoRepository(PathBuf),
    #[error(
        "git does not read a repository that belongs to another user, as {0} does; if you trust it, run `git config \
         --global --add safe.directory {0}`"
    )]
    OtherOwner(String),
    #[error(
        "the path of the portal directory inside the repository has a line break or is not UTF-8; git cannot be asked for it"
    )]
    OddPath,
    #[error("{}", unknown(.name, *.is_shallow))]
    Unknown { name: String, is_shallow: bool },
    #[error("`{0}` is the beginning of several commits or the name of several things; write more of it")]
    Ambiguous(String),
    #[error("{}", parted_nowhere(.one, .other, *.is_shallow))]
    NoMergeBase { one: String, other: String, is_shallow: bool },
    #[error("git does not give `{name}`: {said}; `git show` of it fails in the same way, and says more")]
    NotGiven { name: String, said: String },
    #[error("`git {command}` failed: {said}")]
    Failed { command: &'static str, said: String },
}

fn unknown(name: &str, is_shallow: bool) -> String {
    let fetch = match fetched_as(name) {
        Some(name) => format!(", or fetch it with `git fetch origin {name}`"),
        None => String::new(),
    };
    if is_shallow {
        format!("this clone is shallow and does not have `{name}`: {HISTORY}{fetch}")
    } else {
        format!("git knows no commit `{name}`: look for it in `git branch --all`{fetch}")
    }
}

/// What the other side calls it, where that can be told from its name here.
fn fetched_as(name: &str) -> Option<&str> {
    let name = name.strip_prefix("origin/").unwrap_or(name);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    (name != "HEAD" && name.bytes().all(is_plain)).then_some(name)
}

fn parted_nowhere(one: &str, other: &str, is_shallow: bool) -> String {
    if is_shallow {
        return format!(
            "this clone is shallow and does not reach back to where `{one}` and `{other}` parted: {HISTORY}"
        );
    }
    format!("`{one}` and `{other}` have no commit in common; name a single revision as the base")
}

const HISTORY: &str = "with actions/checkout set `fetch-depth: 0`, elsewhere run `git fetch --unshallow`";

/// What a portal directory held at a revision.
#[derive(Debug)]
pub(super) struct AtRevision {
    /// The whole name of the commit.
    pub commit: String,
    /// The portal directory inside the repository, with a slash at its end; empty for the top.
    pub path: String,
    /// `None`: there was no `users.yaml`.
    pub files: Option<Held>,
}

/// # Errors
///
/// Where the revision cannot be found. What is wrong with a file at it is told by the file.
pub(super) fn read(directory: &Path, revision: &Revision) -> Result<AtRevision, GitError> {
    let repository = Repository::around(directory)?;
    let commit = repository.commit(revision)?;
    let files = repository.files(&commit)?;
    Ok(AtRevision { commit, path: repository.path, files })
}

struct Repository<'a> {
    place: Place<'a>,
    path: String,
    is_shallow: bool,
}

impl<'a> Repository<'a> {
    fn around(directory: &'a Path) -> Result<Repository<'a>, GitError> {
        let arguments = ["rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix"];
        let mut place = Place { directory, is_named: environment::variable("GIT_WORK_TREE").is_some() };
        let mut output = place.run(&arguments)?;
        if !output.status.success() && !place.is_named && environment::variable("GIT_DIR").is_some() {
            place.is_named = true;
            output = place.run(&arguments)?;
        }
        if !output.status.success() {
            return Err(match said(&output) {
                said if said.contains("dubious ownership") => {
                    GitError::OtherOwner(quoted_place(&said, directory))
                }
                said if said.contains("not a git repository") => GitError::NoRepository(directory.to_owned()),
                said => GitError::Failed { command: "rev-parse", said },
            });
        }
        let text = String::from_utf8(output.stdout).map_err(|_| GitError::OddPath)?;
        let mut lines = text.split_terminator('\n');
        let (inside, shallow, path) = (lines.next(), lines.next(), lines.next());
        if inside != Some("true") {
            return Err(GitError::NoRepository(directory.to_owned()));
        }
        if lines.next().is_some() {
            return Err(GitError::OddPath);
        }
        let path = path.unwrap_or_default().to_owned();
        Ok(Repository { place, path, is_shallow: shallow == Some("true") })
    }

    /// The whole name of the commit: from here on nothing moves.
    fn commit(&self, revision: &Revision) -> Result<String, GitError> {
        let (one, other) = match &revision.commit {
            Commit::At(name) => return self.commit_of(name),
            Commit::MergeBase(one, other) => (one, other),
        };
        let (first, second) = (self.commit_of(one)?, self.commit_of(other)?);
        let output = self.place.run(&["merge-base", "--", &first, &second])?;
        let common = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !output.status.success() || common.is_empty() {
            let (one, other) = (one.clone(), other.clone());
            return Err(GitError::NoMergeBase { one, other, is_shallow: self.is_shallow });
        }
        Ok(common)
    }

    fn commit_of(&self, name: &str) -> Result<String, GitError> {
        let commit = format!("{name}^{{commit}}");
        let output = self.place.run(&["rev-parse", "--verify", "--end-of-options", &commit])?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        let name = name.to_owned();
        Err(if String::from_utf8_lossy(&output.stderr).contains("is ambiguous") {
            GitError::Ambiguous(name)
        } else {
            GitError::Unknown { name, is_shallow: self.is_shallow }
        })
    }

    fn files(&self, commit: &str) -> Result<Option<Held>, GitError> {
        let mut store = Store::open(&self.place)?;
        let mut ask = |path: &str| store.look_up(&format!("{commit}:{}{path}", self.path));
        let Object::Tree(entries) = ask("")? else { return Ok(None) };
        let is_submodule = |name: &str| entries.iter().any(|entry| entry.name == name && entry.is_submodule);
        if !entries.iter().any(|entry| entry.name == "users.yaml") {
            return Ok(None);
        }
        let mut files = Held::from([("users.yaml".to_owned(), held(ask("users.yaml")?))]);
        match if is_submodule("roles") { Object::Odd(SUBMODULE) } else { ask("roles")? } {
            Object::Missing => {}
            Object::Tree(entries) => {
                for Entry { name, is_submodule } in entries {
                    let path = format!("roles/{name}");
                    // Of the others only the names matter.
                    let is_role = name.ends_with(".yaml") && !name.starts_with('.') && !name.contains('\n');
                    let file = match is_role {
                        true if is_submodule => held(Object::Odd(SUBMODULE)),
                        true => held(ask(&path)?),
                        false => HeldFile::Bytes(Vec::new()),
                    };
                    files.insert(path, file);
                }
            }
            other => {
                files.insert("roles".to_owned(), held(other));
            }
        }
        store.close()?;
        Ok(Some(files))
    }
}

const SUBMODULE: &str = "it is a submodule, whose files are in another repository";

/// Where git is run, and which repository it takes.
pub(super) struct Place<'a> {
    directory: &'a Path,
    /// The environment names the repository. Otherwise it is the one that the directory lies in: a hook is run with
    /// `GIT_DIR` alone, by which git would take any directory for the top of the working tree.
    is_named: bool,
}

impl Place<'_> {
    pub(super) fn git(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .arg("--no-pager")
            .args(arguments)
            .current_dir(self.directory)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            // What git says is read here, so it has to be in one language.
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        if !self.is_named {
            command.env_remove("GIT_DIR");
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, GitError> {
        self.git(arguments).output().map_err(not_run)
    }
}

pub(super) fn not_run(error: std::io::Error) -> GitError {
    match error.kind() {
        std::io::ErrorKind::NotFound => GitError::NotInstalled,
        _ => GitError::NotRun(error),
    }
}

/// The repository that git speaks of, as it quotes it.
fn quoted_place(said: &str, directory: &Path) -> String {
    let quoted = said.split_once(" at ").map(|(_, place)| place.to_owned());
    quoted.unwrap_or_else(|| directory.display().to_string())
}

/// Why git failed, in its own words: the first line that is not a hint.
fn said(output: &Output) -> String {
    first_complaint(&String::from_utf8_lossy(&output.stderr))
}

pub(super) fn first_complaint(text: &str) -> String {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let complaint = lines().find_map(|line| line.strip_prefix("fatal: ").or(line.strip_prefix("error: ")));
    complaint.or(lines().next()).unwrap_or("it said nothing").to_owned()
}
