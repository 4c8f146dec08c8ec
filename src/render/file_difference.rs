//! What formatting changes in a file: a unified diff, as `git diff` shows one.
//!
//! Line endings and a byte order mark are told in words: as a difference of every line they would hide all
//! others. Deliberately absent: the canonical form; `config` knows it.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::config::Formatted;

use super::escape;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// Styled, and harmless for a terminal; empty where nothing changes.
pub fn file_difference(file: &Formatted) -> String {
    let Formatted { shown, has_byte_order_mark, before, after, path: _ } = file;
    let mut out = String::new();
    if *has_byte_order_mark {
        line(Style::new(), &format!("{shown}: the byte order mark goes"), &mut out);
    }
    let returns = before.matches('\r').count();
    if returns > 0 {
        let lines = if returns == 1 { "1 line ends".to_owned() } else { format!("{returns} lines end") };
        line(Style::new(), &format!("{shown}: {lines} in CR LF, and will in LF"), &mut out);
    }
    let before = before.replace("\r\n", "\n").replace('\r', "\n");
    if before != *after {
        line(Style::new().bold(), &format!("--- a/{shown}"), &mut out);
        line(Style::new().bold(), &format!("+++ b/{shown}"), &mut out);
        hunks(&before, after, &mut out);
    }
    out
}

fn hunks(before: &str, after: &str, out: &mut String) {
    let difference = TextDiff::from_lines(before, after);
    for hunk in difference.unified_diff().context_radius(CONTEXT).iter_hunks() {
        line(AnsiColor::Cyan.on_default(), &hunk.header().to_string(), out);
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Equal => (' ', Style::new()),
                ChangeTag::Delete => ('-', AnsiColor::Red.on_default()),
                ChangeTag::Insert => ('+', AnsiColor::Green.on_default()),
            };
            let text = change.value();
            line(style, &format!("{sign}{}", text.strip_suffix('\n').unwrap_or(text)), out);
            if change.missing_newline() {
                line(Style::new(), "\\ No newline at end of file", out);
            }
        }
    }
}

fn line(style: Style, text: &str, out: &mut String) {
    out.push_str(&format!("{style}{}{style:#}\n", escape::terminal(text)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str, has_byte_order_mark: bool) -> String {
        let file = Formatted {
            path: "users.yaml".into(),
            shown: "users.yaml".into(),
            has_byte_order_mark,
            before: before.to_owned(),
            after: after.to_owned(),
        };
        anstream::adapter::strip_str(&file_difference(&file)).to_string()
    }

    #[test]
    fn a_diff_that_git_would_take() {
        assert_eq!(
            shown("a: 1\nb:  2", "a: 1\nb: 2\n", false),
            "--- a/users.yaml\n+++ b/users.yaml\n@@ -1,2 +1,2 @@\n a: 1\n-b:  2\n\\ No newline at end of file\n+b: 2\n"
        );
        assert_eq!(shown("a: 1\n", "a: 1\n", false), "");
    }

    #[test]
    fn line_endings_and_a_byte_order_mark_hide_nothing() {
        assert_eq!(
            shown("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n", true),
            "users.yaml: the byte order mark goes\nusers.yaml: 2 lines end in CR LF, and will in LF\n"
        );
        assert!(
            shown("a:  1\r\nb: 2\r\n", "a: 1\nb: 2\n", false)
                .ends_with("@@ -1,2 +1,2 @@\n-a:  1\n+a: 1\n b: 2\n")
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        let shown = shown("a: 1 # \u{202e}x\ty\u{9b}\n", "a: 1  # \u{202e}x\ty\u{9b}\n", false);
        assert!(shown.contains("-a: 1 # \\u{202e}x␉y\\u{9b}\n"), "{shown}");
    }
}
