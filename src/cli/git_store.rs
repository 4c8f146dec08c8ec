//! One `git cat-file` that is asked for one thing after the other, and what stands under a name.
//!
//! Deliberately absent: which names are asked for.

use std::io::{BufRead as _, BufReader, Read, Seek as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use crate::config::{HeldFile, MAX_FILE_BYTES};

use super::git::{GitError, Place, first_complaint, not_run};

pub(super) struct Store {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// A file, so that nothing git says can stop it.
    complaints: std::fs::File,
}

/// What stands under a name.
pub(super) enum Object {
    Missing,
    File(Vec<u8>),
    Tree(Vec<Entry>),
    TooLarge,
    /// Anything that is no file and no directory, in a few words.
    Odd(&'static str),
}

/// One name in a directory.
pub(super) struct Entry {
    pub name: String,
    pub is_submodule: bool,
}

impl Store {
    pub(super) fn open(place: &Place<'_>) -> Result<Store, GitError> {
        let complaints = tempfile::tempfile().map_err(GitError::NotRun)?;
        let mut child = place
            .git(&["cat-file", "--batch", "--follow-symlinks"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints.try_clone().map_err(GitError::NotRun)?)
            .spawn()
            .map_err(not_run)?;
        let questions = child.stdin.take().expect("its stdin is a pipe");
        let answers = BufReader::new(child.stdout.take().expect("its stdout is a pipe"));
        Ok(Store { child, questions, answers, complaints })
    }

    pub(super) fn look_up(&mut self, name: &str) -> Result<Object, GitError> {
        self.ask(name).map_err(|error| self.not_given(name, &error))
    }

    /// The answer is a line with what it is and how long, then as many bytes, then a line end.
    fn ask(&mut self, name: &str) -> std::io::Result<Object> {
        writeln!(self.questions, "{name}")?;
        self.questions.flush()?;
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let header = header.trim_end_matches('\n');
        if header.ends_with(" missing") {
            return Ok(Object::Missing);
        }
        let cut_off = || std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "its answer was cut off");
        let (what, size) = header.rsplit_once(' ').ok_or_else(cut_off)?;
        let size: u64 = size.parse().map_err(|_| cut_off())?;
        let mut contents = (&mut self.answers).take(size);
        let mut bytes = Vec::new();
        if size > MAX_FILE_BYTES {
            std::io::copy(&mut contents, &mut std::io::sink())?;
        } else {
            contents.read_to_end(&mut bytes)?;
        }
        self.answers.read_exact(&mut [0])?;
        Ok(match what.split_once(' ') {
            Some((_, "blob" | "tree")) if size > MAX_FILE_BYTES => Object::TooLarge,
            Some((_, "blob")) => Object::File(bytes),
            Some((id, "tree")) => Object::Tree(entries(&bytes, id.len() / 2)),
            _ => Object::Odd(match what {
                "symlink" => "it is a link that leads out of the repository",
                "dangling" => "it is a link to nothing",
                "loop" => "it is a link that leads back to itself",
                _ => "it is neither a file nor a directory",
            }),
        })
    }

    fn not_given(&mut self, name: &str, error: &std::io::Error) -> GitError {
        let mut text = String::new();
        let _ = self.complaints.rewind();
        let _ = (&self.complaints).take(10_000).read_to_string(&mut text);
        let said = if text.trim().is_empty() { error.to_string() } else { first_complaint(&text) };
        GitError::NotGiven { name: name.to_owned(), said }
    }

    pub(super) fn close(self) -> Result<(), GitError> {
        let Store { mut child, questions, .. } = self;
        drop(questions);
        child.wait().map(|_| ()).map_err(GitError::NotRun)
    }
}

/// What a tree object says: mode, space, name, NUL and the id's bytes for each.
fn entries(tree: &[u8], id_length: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = tree;
    while let Some(end) = rest.iter().position(|byte| *byte == 0) {
        let entry = String::from_utf8_lossy(&rest[..end]);
        let (mode, name) = entry.split_once(' ').unwrap_or_default();
        entries.push(Entry { name: name.to_owned(), is_submodule: mode == "160000" });
        rest = rest.get(end + 1 + id_length..).unwrap_or_default();
    }
    entries
}

/// The beginning of what stands in a file's place where Git LFS holds the file.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

pub(super) fn held(object: Object) -> HeldFile {
    let unreadable = |message: &str, help: &str| HeldFile::Unreadable {
        message: message.to_owned(),
        help: help.to_owned(),
    };
    match object {
        Object::File(bytes) if bytes.starts_with(LFS_POINTER) => unreadable(
            "at this revision it is in Git LFS, and git itself has only a pointer to it",
            "keep the files of people out of LFS: take them out of `.gitattributes` and commit them again",
        ),
        Object::File(bytes) => HeldFile::Bytes(bytes),
        Object::TooLarge => {
            unreadable("the file is too large", "look for something that was pasted in by mistake")
        }
        Object::Tree(_) => {
            unreadable("this is a directory, where a file is wanted", "put a file in its place")
        }
        Object::Odd(what) => unreadable(what, "put the file itself in its place"),
        Object::Missing => {
            unreadable("git has it in its list and not in its store", "fetch again, or look at `git fsck`")
        }
    }
}
