//! Rows in aligned columns, or one under the other where there is no room.
//!
//! Deliberately absent: what comes above and below; `text` and `report_text` have it.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::apply::OutcomeKind;

use super::causes;
use super::difference::{self, Part};
use super::document::{Cause, ChangeEntry, Shown};
use super::labels::{self, Symbol};
use super::rich::Rich;
use super::rows::{Line, Row, What, stands_out};

const GAP: usize = 2;
const REMARK_GAP: usize = 3;
/// Before the subject: two spaces, the symbol, a space.
const INDENT: usize = 4;
/// Longer subjects stand on a line of their own, so that one of them does not push everybody else away.
const WIDEST_SUBJECT: usize = 40;
/// With less room than this for what is done, rows are stacked.
const NARROWEST_BODY: usize = 36;

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();
const WENT: Style = AnsiColor::Red.on_default();
const CAME: Style = AnsiColor::Green.on_default();

/// Appends the rows, each line ended.
pub(super) fn render(rows: &[Row], width: usize, out: &mut String) {
    let table = Table::fit(rows, width);
    rows.iter().for_each(|row| table.row(row, out));
}

/// Columns that fit all rows, so that several groups of them are aligned with each other.
pub(super) struct Table(Columns);

impl Table {
    /// Where the column of causes is one too many, a heading has to tell what is left out: see [`Table::row`].
    pub(super) fn fit(rows: &[Row], width: usize) -> Table {
        let whole = Columns::fit(rows, width, true);
        if !whole.stacked || whole.cause == 0 {
            return Table(whole);
        }
        let narrow = Columns::fit(rows, width, false);
        Table(if narrow.stacked { whole } else { narrow })
    }

    /// Without a column of causes, only those that the row's group does not tell are beside it.
    pub(super) fn row(&self, row: &Row, out: &mut String) {
        let Table(columns) = self;
        if columns.stacked {
            stacked(row, columns.width, out);
        } else if columns.cause == 0 && !row.cause.is_empty() {
            columns.row(&told_beside(row), out);
        } else {
            columns.row(row, out);
        }
    }
}

fn told_beside<'document>(row: &Row<'document>) -> Row<'document> {
    let mut row = row.clone();
    for (index, line) in row.lines.iter_mut().enumerate() {
        let untold = causes::untold(row.cause, line_cause(row.cause, line, index));
        line.remarks.splice(0..0, untold.map(Cow::Borrowed));
    }
    row
}

/// A line that has no cause of its own has the row's, which is told once.
fn line_cause<'document>(
    of_row: &'document [Cause],
    line: &Line<'document>,
    index: usize,
) -> &'document [Cause] {
    match (line.cause, index) {
        ([], 0) => of_row,
        (own, _) => own,
    }
}

struct Columns {
    subject: usize,
    word: usize,
    /// 0 where no row has a cause, or where there is no room for it.
    cause: usize,
    /// Where remarks begin, counted from the body's begin.
    what: usize,
    body: usize,
    width: usize,
    stacked: bool,
}

impl Columns {
    fn fit(rows: &[Row], width: usize, with_causes: bool) -> Columns {
        let widest = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or(0);
        let subject = widest(
            &mut rows
                .iter()
                .map(|row| Rich::plain(row.subject).width())
                .filter(|width| *width <= WIDEST_SUBJECT),
        );
        let lines = || rows.iter().flat_map(|row| &row.lines);
        let word = widest(&mut lines().map(|line| Rich::plain(&line.word).width()));
        let labels = rows.iter().flat_map(|row| row.lines.iter().map(|line| line.cause).chain([row.cause]));
        let cause = if with_causes { widest(&mut labels.map(|label| cause(label).width())) } else { 0 };
        let left = INDENT + subject + GAP + word + GAP + if cause == 0 { 0 } else { cause + GAP };
        let body = width.saturating_sub(left);
        let what = widest(
            &mut lines()
                .filter(|line| !line.remarks.is_empty())
                .map(|line| what(line).width())
                .filter(|width| *width <= body * 3 / 5),
        );
        Columns { subject, word, cause, what, body, width, stacked: body < NARROWEST_BODY }
    }

    fn row(&self, row: &Row, out: &mut String) {
        let subject = Rich::plain(row.subject);
        let mut head = if subject.width() > self.subject {
            self::subject(row, Rich::new(), self.width, out);
            Rich::plain(&" ".repeat(INDENT + self.subject))
        } else {
            let mut head = symbol(row);
            head.append(subject.padded(self.subject));
            head
        };
        for (index, line) in row.lines.iter().enumerate() {
            let mut lead = if index == 0 {
                std::mem::take(&mut head)
            } else {
                Rich::plain(&" ".repeat(INDENT + self.subject))
            };
            lead.append(Rich::plain(&" ".repeat(GAP)));
            lead.append(word(row, line).padded(self.word + GAP));
            if self.cause > 0 {
                lead.append(cause(line_cause(row.cause, line, index)).padded(self.cause + GAP));
            }
            self.body(lead, line, out);
        }
    }

    /// What is done, with its remarks on the same line where they fit, and else below, each for itself.
    fn body(&self, lead: Rich, line: &Line, out: &mut String) {
        let indent = lead.width();
        let what = what(line);
        let together = together(line);
        let room = if what.is_empty() { 0 } else { what.width().max(self.what) + REMARK_GAP };
        let mut lines: Vec<Rich> = Vec::new();
        if room + together.width() <= self.body {
            let mut whole = if together.is_empty() { what } else { what.padded(room) };
            whole.append(together);
            lines.push(whole);
        } else {
            if !what.is_empty() {
                lines.extend(what.wrapped(self.body));
            }
            lines.extend(line.remarks.iter().flat_map(|text| remark(text).wrapped(self.body)));
        }
        for (index, line) in lines.into_iter().enumerate() {
            let mut whole = if index == 0 { lead.clone() } else { Rich::plain(&" ".repeat(indent)) };
            whole.append(line);
            end_line(&whole, out);
        }
    }
}

/// The subject on a line, then each thing that happens below it.
fn stacked(row: &Row, width: usize, out: &mut String) {
    let mut cause = cause(row.cause);
    if !cause.is_empty() {
        let mut gap = Rich::plain("  ");
        gap.append(cause);
        cause = gap;
    }
    subject(row, cause, width, out);
    for line in &row.lines {
        let mut body = word(row, line);
        let (what, cause) = (what(line), self::cause(line.cause));
        if !cause.is_empty() {
            body.append(Rich::plain(" "));
            body.append(cause);
        }
        if !what.is_empty() {
            body.append(Rich::plain(": "));
            body.append(what);
        }
        hanging(INDENT + GAP, &body, width, out);
        for text in &line.remarks {
            hanging(INDENT + 2 * GAP, &remark(text), width, out);
        }
    }
}

/// On a line of its own, or on several.
fn subject(row: &Row, after: Rich, width: usize, out: &mut String) {
    let mut subject = Rich::plain(row.subject);
    subject.append(after);
    for (index, line) in subject.wrapped(width.saturating_sub(INDENT)).into_iter().enumerate() {
        let mut whole = if index == 0 { symbol(row) } else { Rich::plain(&" ".repeat(INDENT)) };
        whole.append(line);
        end_line(&whole, out);
    }
}

/// Wrapped, with the lines after the first a little further in.
fn hanging(indent: usize, text: &Rich, width: usize, out: &mut String) {
    for (index, line) in text.wrapped(width.saturating_sub(indent + GAP)).into_iter().enumerate() {
        let mut indented = Rich::plain(&" ".repeat(if index == 0 { indent } else { indent + GAP }));
        indented.append(line);
        end_line(&indented, out);
    }
}

pub(super) fn end_line(line: &Rich, out: &mut String) {
    line.render_into(out);
    out.push('\n');
}

fn symbol(row: &Row) -> Rich {
    let mut symbol = Rich::plain("  ");
    symbol.push(style(row.symbol), row.symbol.as_str());
    symbol.push(Style::new(), " ");
    symbol
}

fn word(row: &Row, line: &Line) -> Rich {
    Rich::styled(style(row.symbol), &line.word)
}

fn cause(causes: &[Cause]) -> Rich {
    match labels::cause(causes) {
        "" => Rich::new(),
        label => Rich::styled(DIM, &format!("[{label}]")),
    }
}

fn remark(text: &str) -> Rich {
    Rich::styled(if stands_out(text) { AnsiColor::Yellow.on_default().bold() } else { DIM }, text)
}

fn together(line: &Line) -> Rich {
    let mut together = Rich::new();
    for (index, text) in line.remarks.iter().enumerate() {
        if index > 0 {
            together.push(DIM, " · ");
        }
        together.append(remark(text));
    }
    together
}

pub(super) fn what(line: &Line) -> Rich {
    match &line.what {
        What::Sentence(sentence) => Rich::plain(sentence),
        What::Given(pieces) => Rich::plain(&pieces.join(" · ")),
        What::Taken(pieces) if pieces.is_empty() => Rich::new(),
        What::Taken(pieces) => {
            let mut taken = Rich::plain(&pieces.join(" · "));
            taken.push(DIM, " → ");
            taken.push(Style::new(), "none");
            taken
        }
        What::Change(change) => self::change(change),
    }
}

fn change(change: &ChangeEntry) -> Rich {
    let mut rich = Rich::new();
    match difference::parts(&change.before, &change.after) {
        None => {
            rich.push(Style::new(), &value(&change.before));
            rich.push(DIM, " → ");
            rich.push(BOLD, &value(&change.after));
        }
        Some(parts) => {
            let separator = if matches!(change.after, Shown::List(_)) { ", " } else { "" };
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    rich.push(Style::new(), separator);
                }
                // The brackets of `git diff --word-diff`, so that it reads without colours too.
                match part {
                    Part::Same(text) => rich.push(Style::new(), text),
                    Part::Went(text) => rich.push(WENT, &format!("[-{text}-]")),
                    Part::Came(text) => rich.push(CAME, &format!("{{+{text}+}}")),
                }
            }
        }
    }
    rich
}

/// Text that could be taken for something else, or for nothing at all, is put in quotes.
pub(super) fn value(shown: &Shown) -> String {
    match shown {
        Shown::Nothing => "none".to_owned(),
        Shown::Text(text) => unmistakable(text),
        Shown::List(items) if items.is_empty() => "none".to_owned(),
        Shown::List(items) => items.iter().map(|item| unmistakable(item)).collect::<Vec<_>>().join(", "),
    }
}

fn unmistakable(text: &str) -> String {
    if text.is_empty() || text == "none" || text.trim() != text {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

fn style(symbol: Symbol) -> Style {
    match symbol {
        Symbol::TakeAway | Symbol::Outcome(OutcomeKind::Failed) => AnsiColor::Red.on_default(),
        Symbol::Blocked
        | Symbol::Outcome(OutcomeKind::Stale | OutcomeKind::Refused | OutcomeKind::Unknown) => {
            AnsiColor::Magenta.on_default()
        }
        Symbol::Change => AnsiColor::Yellow.on_default(),
        Symbol::Add | Symbol::Outcome(OutcomeKind::Done) => AnsiColor::Green.on_default(),
        Symbol::ByHand => AnsiColor::Cyan.on_default(),
        Symbol::Waiting
        | Symbol::Unmanaged
        | Symbol::Outcome(OutcomeKind::Waiting | OutcomeKind::Skipped) => DIM,
    }
}
