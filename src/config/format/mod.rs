//! Files → the same files in their canonical order and layout, comments kept; `docs/format.md` says what that is.
//!
//! A file's layout is read into a tree of its own, put in order and written again. Deliberately absent: writing to
//! disk, which is `cli`'s; and any change of meaning, which is looked for before a text is handed out.

mod compare;
mod gap;
mod leaf;
mod order;
mod page;
mod parse;
mod scalar;
mod settle;
mod tree;
mod write;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Findings;
use super::files::Files;
use super::load::{self, Kept};
use super::reading::Reading;
use super::role_file::role;
use super::source::Source;
use super::users_file::users_file;

pub use compare::Difference;
use order::Subject;

/// A file of a portal directory as it is and as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    pub path: PathBuf,
    /// As findings name it.
    pub shown: Arc<str>,
    /// Whether the file begins with a byte order mark, which `before` is without.
    pub has_byte_order_mark: bool,
    pub before: String,
    pub after: String,
}

impl Formatted {
    pub fn is_canonical(&self) -> bool {
        !self.has_byte_order_mark && self.before == self.after
    }
}

#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Files with errors are not touched: what they mean is not known.
    #[error(transparent)]
    Findings(#[from] Findings),
    /// Looked for in each run, and found in none: a mistake of this program.
    #[error(
        "`{file}` cannot be formatted without changing it, so all files were left as they are; please report this \
         with the file, as a mistake of hubroster"
    )]
    Unsafe {
        file: Arc<str>,
        #[source]
        difference: Difference,
    },
}

/// All files of a portal directory, `users.yaml` first and then the roles by name. Nothing is written.
///
/// # Errors
///
/// The findings of the files, or that one of them could not be formatted: then none should be.
pub fn format(directory: &Path, shown_as: &Path) -> Result<Vec<Formatted>, FormatError> {
    let (loaded, kept) = load::keeping_sources(Files::Directory { path: directory, shown_as });
    loaded?;
    kept.into_iter().map(|kept| formatted(directory, kept)).collect()
}

fn formatted(directory: &Path, kept: Kept) -> Result<Formatted, FormatError> {
    let Kept { name, source } = kept;
    let Source { file, text, has_byte_order_mark } = source;
    let subject = if name == load::USERS { Subject::UsersFile } else { Subject::RoleFile };
    match canonical(&text, subject) {
        Ok(after) => Ok(Formatted {
            path: directory.join(name),
            shown: file,
            has_byte_order_mark,
            before: text,
            after,
        }),
        Err(difference) => Err(FormatError::Unsafe { file, difference }),
    }
}

/// The canonical text of a file without errors.
fn canonical(text: &str, subject: Subject) -> Result<String, Difference> {
    let lines = without_byte_order_marks(&with_line_feeds(text));
    let syntax = |_| Difference::Syntax;
    let mut document = parse::parse(&lines).map_err(syntax)?;
    order::keep_at_the_top(&mut document.root.value, &lines);
    order::arrange(&mut document.root.value, subject, &lines);
    let written = write::write(&document);
    compare::compare(&document, parse::parse(&written).map_err(syntax)?, subject)?;
    if means_the_same(text, &written, subject) { Ok(written) } else { Err(Difference::Meaning) }
}

/// YAML takes CR LF, and CR alone, for the same.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// Before a document YAML has nothing against them, at the start of any line.
fn without_byte_order_marks(text: &str) -> String {
    const MARK: char = '\u{feff}';
    let mut without = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(MARK);
        let (line, after) = rest.split_at(rest.find('\n').map_or(rest.len(), |newline| newline + 1));
        let content = line.trim_start();
        let is_before =
            content.is_empty() || ["#", "%", "...", "---"].iter().any(|start| content.starts_with(start));
        if !is_before || after.is_empty() {
            without.push_str(rest);
            return without;
        }
        without.push_str(line);
        rest = after;
    }
}

/// Whether both are decoded to the same, but for the places.
fn means_the_same(before: &str, after: &str, subject: Subject) -> bool {
    let (mut one, mut other) = (Reading::without_places(), Reading::without_places());
    let is_same = match subject {
        Subject::UsersFile => users_file(&mut one, before) == users_file(&mut other, after),
        _ => role(&mut one, before) == role(&mut other, after),
    };
    is_same && !one.has_errors() && !other.has_errors()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_desired_state_is_seen_wherever_it_stands() {
        let users = |entry: &str| format!("version: 1\nportal: {{ id: 1 }}\nusers:\n  - {entry}\n");
        let one = users("{ email: a@b.cd, role: x }");
        for (other, is_same) in [
            ("{ email: a@b.cd, role: x }", true),
            ("{ role: x,\n      email: a@b.cd }", true),
            ("{ email: a@b.cd, role: y }", false),
            ("{ email: a@b.cd, role: null }", false),
            ("{ email: a@b.cd, roel: x }", false),
        ] {
            assert_eq!(means_the_same(&one, &users(other), Subject::UsersFile), is_same, "{other}");
        }
    }

    #[test]
    fn byte_order_marks_go_where_they_mean_nothing() {
        assert_eq!(
            without_byte_order_marks("\u{feff}# a\n\u{feff}\u{feff}a: \u{feff}\n\u{feff}b"),
            "# a\na: \u{feff}\n\u{feff}b"
        );
        assert_eq!(without_byte_order_marks("# a"), "# a");
        assert_eq!(without_byte_order_marks("# a\n"), "# a\n");
    }
}
