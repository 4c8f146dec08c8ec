//! Text from the portal and the files made harmless for each kind of output.
//!
//! Deliberately absent: decisions about what is shown; what comes in comes out, visible and without effect. And which
//! characters are hidden, which `model` says once for all that print.

use crate::model::visible;

/// For a terminal or a log: characters that would move the cursor, colour, reorder or vanish become visible.
/// What the machine that keeps a log would obey is broken up, see `is_command`.
pub fn terminal(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    let mut before = None;
    for (at, character) in text.char_indices() {
        if is_command(before, &text[at..]) {
            harmless.extend(character.escape_unicode());
        } else {
            harmless.push(character);
        }
        before = Some(character);
    }
    visible(&harmless)
}

/// Whether `rest` is the second character of what begins a command to a CI system.
///
/// GitHub's runner takes `::name …::` for a command where a line begins with it, spaces not counted, and `##[name …]`
/// wherever it stands; Azure Pipelines takes `##vso[…]`, TeamCity `##teamcity[…]`. A line can begin anywhere, since
/// long ones are broken.
pub(super) fn is_command(before: Option<char>, rest: &str) -> bool {
    match (before, rest.strip_prefix(':'), rest.strip_prefix('#')) {
        (Some(':'), Some(name), _) => name.starts_with(|first: char| first.is_ascii_alphabetic()),
        (Some('#'), _, Some(name)) => name
            .trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '.')
            .starts_with('['),
        _ => false,
    }
}

/// A JSON text in which no such command can be read; it means the same, since `#` stands between quotes only.
pub(super) fn json(text: String) -> String {
    if text.contains("##") { text.replace("##", "#\\u0023") } else { text }
}

/// Appends a GitHub workflow command. Line feeds of the message are its own: those of names are made visible before.
pub(super) fn command(level: &str, properties: &[(&str, &str)], message: &str, out: &mut String) {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", workflow_property(value))).collect();
    out.push_str(&format!("::{level} {}::{}\n", properties.join(","), workflow_message(message)));
}

/// For the message of a GitHub workflow command; line feeds of `text` itself are kept as such.
fn workflow_message(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(terminal).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// For a property of a GitHub workflow command, such as its file or title.
fn workflow_property(text: &str) -> String {
    terminal(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

/// For running text in Markdown, as GitHub and others render it: no markup, no HTML, no mention, no reference
/// to an issue, no link, no emoji, no formula.
///
/// A backslash keeps a character from being markup. It does not keep `@name`, `#1` or an address from becoming
/// a link, because those are looked for in the rendered text; an element of its own around the character does.
pub(super) fn markdown(text: &str) -> String {
    let text = terminal(text);
    let mut safe = String::with_capacity(text.len() * 2);
    for (index, character) in text.char_indices() {
        let before = &text[..index];
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Formulas are looked for in the source by some and in the rendered text by others.
            '$' => safe.push_str("<span>&#36;</span>"),
            _ if would_link(before, &text[index..]) => {
                safe.push_str("<span>");
                safe.push(character);
                safe.push_str("</span>");
            }
            // A list, where the text begins an item or a line.
            '-' | '+' if before.is_empty() => safe.extend(['\\', character]),
            '.' | ')' if !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit()) => {
                safe.extend(['\\', character]);
            }
            ':' | '.' | '/' | ',' | ';' | '?' | '"' | '\'' | '%' | '(' | ')' | '-' | '+' => {
                safe.push(character)
            }
            _ if character.is_ascii_punctuation() => safe.extend(['\\', character]),
            _ => safe.push(character),
        }
    }
    safe
}

/// Whether the first character of `rest` has to stand apart: `@name`, `#1`, `https://`, `:emoji:`, `GH-1`, `www.`, and
/// the name of a commit.
fn would_link(before: &str, rest: &str) -> bool {
    let mut characters = rest.chars();
    let (Some(character), next) = (characters.next(), characters.next()) else { return false };
    match character {
        '@' | '#' => true,
        ':' => next.is_some_and(|next| !next.is_whitespace()),
        '-' => {
            before.ends_with(|last: char| last.is_ascii_alphabetic())
                && next.is_some_and(|next| next.is_ascii_digit())
        }
        '.' => {
            let start = before.len().saturating_sub(3);
            before.get(start..).is_some_and(|end| end.eq_ignore_ascii_case("www"))
        }
        _ => character.is_ascii_hexdigit() && breaks_commit(before, rest),
    }
}

/// The name of a commit has seven digits at least; every seventh stands apart, so that nowhere are seven together.
fn breaks_commit(before: &str, rest: &str) -> bool {
    let begins = before.trim_end_matches(char::is_alphanumeric).len();
    let ends = rest.len() - rest.trim_start_matches(char::is_alphanumeric).len();
    let (first, last) = (&before[begins..], &rest[..ends]);
    first.len() % 7 == 6
        && (7..=40).contains(&(first.len() + last.len()))
        && first.bytes().chain(last.bytes()).all(|byte| byte.is_ascii_hexdigit())
}

/// A code span, in which Markdown knows no markup at all. With `in_table`, fit for a cell of a table.
pub(super) fn markdown_code(text: &str, in_table: bool) -> String {
    let mut text = terminal(text);
    if in_table {
        text = in_cell(&text);
    }
    if text.trim().is_empty() {
        text = format!("\"{text}\"");
    }
    let longest_run = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest_run + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A bar ends a cell even in a code span, unless a backslash stands before it; after an odd number of
/// backslashes no further one helps.
fn in_cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut backslashes = 0_usize;
    for character in text.chars() {
        match character {
            '|' if backslashes.is_multiple_of(2) => cell.push_str("\\|"),
            '|' => cell.push_str("u{7c}"),
            _ => cell.push(character),
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
    }
    cell
}

/// For HTML, between tags and in attributes between double quotes.
pub(super) fn html(text: &str) -> String {
    let text = terminal(text);
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_command_cannot_be_ended_or_begun() {
        assert_eq!(workflow_message("100 %\n::error::x\r"), "100 %25%0A:\\u{3a}error:\\u{3a}x␍");
        assert_eq!(workflow_property("a,b:c%\n"), "a%2Cb%3Ac%25␊");
    }

    #[test]
    fn a_log_begins_no_command_with_a_name() {
        assert_eq!(terminal("::error file=a::x"), ":\\u{3a}error file=a:\\u{3a}x");
        assert_eq!(
            terminal("x ##[add-mask]y ##vso[z] ###[a]"),
            "x #\\u{23}[add-mask]y #\\u{23}vso[z] ##\\u{23}[a]"
        );
        for harmless in ["EMEA :: Sales", "C# [x]", "## heading", "a:b", "::", "##"] {
            assert_eq!(terminal(harmless), harmless);
        }
        assert_eq!(json("\"##[x]###\"".to_owned()), "\"#\\u0023[x]#\\u0023#\"");
    }

    #[test]
    fn what_would_become_a_link_in_markdown_stands_apart() {
        assert_eq!(markdown("@ana #1 GH-1"), "<span>@</span>ana <span>#</span>1 GH<span>-</span>1");
        assert_eq!(
            markdown("https://x www.x :tada:"),
            "https<span>:</span>//x www<span>.</span>x <span>:</span>tada:"
        );
        assert_eq!(markdown("at 3f2a9c1 for $5"), "at 3f2a9c<span>1</span> for <span>&#36;</span>5");
        assert_eq!(markdown("an e-mail, 1.5: 2027-03-31"), "an e-mail, 1.5: 2027-03-31");
    }

    #[test]
    fn markup_in_markdown_is_text() {
        assert_eq!(markdown("**b** [x](y) `c` <i>"), "\\*\\*b\\*\\* \\[x\\](y) \\`c\\` &lt;i&gt;");
        assert_eq!(markdown("- a"), "\\- a");
        assert_eq!(markdown("1. a"), "1\\. a");
    }

    #[test]
    fn code_spans_are_fenced_by_what_they_do_not_hold() {
        assert_eq!(markdown_code("a", false), "`a`");
        assert_eq!(markdown_code("a`b", false), "``a`b``");
        assert_eq!(markdown_code("``", false), "``` `` ```");
        assert_eq!(markdown_code("", false), "`\"\"`");
        assert_eq!(markdown_code("a|b", true), "`a\\|b`");
        assert_eq!(markdown_code("a\\|b", true), "`a\\u{7c}b`");
    }

    #[test]
    fn html_is_text_in_html() {
        assert_eq!(
            html("<a href=\"x\" id='y'>&\u{202e}"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;\\u{202e}"
        );
    }
}
