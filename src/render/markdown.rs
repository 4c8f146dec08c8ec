//! A plan as one comment for a pull request: what matters most first and never left out, the rest folded.
//!
//! Deliberately absent: posting it, and the marker by which a later run finds it again.

use super::counts::{amount, removals_sentence, summary_sentence, work};
use super::difference::{self, Part};
use super::document::{ByHandEntry, ChangeEntry, DegradedEntry, PlanDocument, Shown};
use super::escape::{markdown as escaped, markdown_code, terminal};
use super::labels;
use super::rows::{self, Line, RAISES_PRIVILEGE, Row, Section, What};
use super::sentence::{Piece, pieces};
use super::table;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkdownOptions {
    /// The comment never has more bytes; at least 8,000.
    pub limit: usize,
}

impl Default for MarkdownOptions {
    /// GitHub takes 65,536 characters; no character is less than a byte.
    fn default() -> MarkdownOptions {
        MarkdownOptions { limit: 65_536 }
    }
}

/// Longer values are cut; the other formats have them whole.
const LONGEST_VALUE: usize = 400;
const LONGEST_SENTENCE: usize = 1_000;

/// What a folded part takes that only says how many it has.
const FRAME: usize = 250;

pub fn markdown(document: &PlanDocument, options: &MarkdownOptions) -> String {
    let limit = options.limit.max(8_000);
    let head = head(document);
    let tail = tail(document);
    let rows = rows::rows(document);
    let folded = folded_sections(document, &rows);
    let budget = limit.saturating_sub(head.len() + tail.len());
    let mut body = must_see(&rows, budget.saturating_sub(folded.len() * FRAME));
    body.push_str(&within(folded, budget.saturating_sub(body.len())));
    format!("{head}{body}{tail}")
}

/// Heading, portal, and the guards that refuse.
fn head(document: &PlanDocument) -> String {
    let work = work(&document.summary);
    let title = if work.is_empty() { "no changes".to_owned() } else { work.join(", ") };
    let portal = &document.portal;
    let name =
        portal.name.as_ref().map(|name| format!(" {}", escaped(&cut_to(name, 80)))).unwrap_or_default();
    let mut head = format!(
        "## hubroster plan: {title}\n\n**Portal {}{name}** ({}) · {} · {}, {}\n",
        portal.id,
        escaped(&cut_to(&portal.region, 40)),
        amount(document.people.live, "person", "people"),
        amount(document.requests.reads, "read", "reads"),
        amount(document.requests.writes, "write", "writes"),
    );
    if !document.targets.is_empty() {
        let shown: Vec<String> = document
            .targets
            .iter()
            .take(10)
            .map(|target| markdown_code(&cut_to(target, 60), false))
            .collect();
        let more = document.targets.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        head.push_str(&format!("\nOnly {}{more} (`--target`)\n", shown.join(", ")));
    }
    for guard in document.refusals().take(10) {
        head.push_str(&format!("\n> [!CAUTION]\n> **Refused:** {}.\n", sentence(&guard.message, false)));
        if let Some(go_on) = &guard.go_on {
            head.push_str(&format!("> {}\n", sentence(go_on, false)));
        }
    }
    head.push('\n');
    head
}

fn tail(document: &PlanDocument) -> String {
    let removals = removals_sentence(document).map(|removals| format!(" {removals}")).unwrap_or_default();
    format!("{}{removals}\n\n`{}`\n", escaped(&summary_sentence(document)), document.digest.replace('`', ""))
}

/// Removals, blocked and raises: as tables, or as names alone where those would not fit.
fn must_see(rows: &[Row], budget: usize) -> String {
    let sections: Vec<(&str, Vec<&Row>)> = [
        (Section::Removals, "Removals"),
        (Section::Blocked, "Blocked"),
        (Section::Raises, "Privilege raises"),
    ]
    .into_iter()
    .map(|(section, title)| (title, rows.iter().filter(|row| row.section == section).collect()))
    .filter(|(_, rows): &(_, Vec<&Row>)| !rows.is_empty())
    .collect();
    let whole: Vec<String> = sections
        .iter()
        .map(|(title, rows)| format!("{}{}\n", open_heading(title, rows.len()), table_of(rows)))
        .collect();
    let needs: Vec<usize> = whole.iter().map(String::len).collect();
    shared(&needs, budget, |index, share| {
        if needs[index] <= share {
            whole[index].clone()
        } else {
            let (title, rows) = &sections[index];
            names_alone(title, rows, share)
        }
    })
}

/// Parts in their order, each with its fair share of `budget`; what a small one leaves over goes to the others.
fn shared(needs: &[usize], budget: usize, write: impl Fn(usize, usize) -> String) -> String {
    let mut by_need: Vec<usize> = (0..needs.len()).collect();
    by_need.sort_by_key(|index| needs[*index]);
    let mut left = budget;
    let mut written: Vec<String> = vec![String::new(); needs.len()];
    for (done, index) in by_need.into_iter().enumerate() {
        written[index] = write(index, left / (needs.len() - done));
        left = left.saturating_sub(written[index].len());
    }
    written.concat()
}

fn open_heading(title: &str, count: usize) -> String {
    format!("### {title} ({count})\n\n")
}

fn names_alone(title: &str, rows: &[&Row], budget: usize) -> String {
    let mut text = open_heading(title, rows.len());
    text.push_str("Too many to show what each loses or gets; the plan as text or HTML has it.\n\n");
    // What the sentence about the rest takes, at most.
    let budget = budget.saturating_sub(120);
    let mut shown = 0;
    for row in rows {
        let name = markdown_code(&cut(row.subject), false);
        if text.len() + name.len() + 2 > budget {
            break;
        }
        if shown > 0 {
            text.push_str(", ");
        }
        text.push_str(&name);
        shown += 1;
    }
    if shown < rows.len() {
        text.push_str(&format!(", **and {} more that a comment has no room to name**", rows.len() - shown));
    }
    text.push_str("\n\n");
    text
}

/// A part that is folded, in pieces that can be left out from the end.
struct Folded {
    title: &'static str,
    /// What stands before the pieces: a table's head.
    opening: String,
    pieces: Vec<String>,
}

fn folded_sections(document: &PlanDocument, rows: &[Row]) -> Vec<Folded> {
    let table = |section: Section, title: &'static str| {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.section == section).collect();
        let causes = rows.iter().any(|row| !row.cause.is_empty());
        let pieces = rows.iter().map(|row| table_row(row, causes)).collect();
        Folded { title, opening: table_head(causes).to_owned(), pieces }
    };
    let by_hand = Folded {
        title: "By hand",
        opening: String::new(),
        pieces: document.by_hand.iter().map(by_hand).collect(),
    };
    let not_read = Folded {
        title: "Not read",
        opening: String::new(),
        pieces: document.degraded.iter().map(degraded).collect(),
    };
    let mut parts = vec![
        table(Section::Changes, "Changes"),
        table(Section::Invitations, "Invitations"),
        by_hand,
        table(Section::Waiting, "Waiting"),
        table(Section::Unmanaged, "Unmanaged"),
        not_read,
    ];
    parts.retain(|part| !part.pieces.is_empty());
    parts
}

fn within(parts: Vec<Folded>, budget: usize) -> String {
    let needs: Vec<usize> = parts.iter().map(|part| part.written(part.pieces.len()).len()).collect();
    shared(&needs, budget, |index, share| parts[index].fitted(share))
}

impl Folded {
    /// With the first `shown` pieces, and a word on how many are not.
    fn written(&self, shown: usize) -> String {
        let mut text = format!(
            "<details>\n<summary>{} ({})</summary>\n\n{}",
            self.title,
            self.pieces.len(),
            self.opening
        );
        text.extend(self.pieces[..shown].iter().map(String::as_str));
        let left_out = self.pieces.len() - shown;
        if left_out > 0 {
            text.push_str(&format!(
                "\n**{left_out} more left out of this comment**; the plan as text or HTML has them.\n"
            ));
        }
        text.push_str("\n</details>\n\n");
        text
    }

    /// As much as fits into `budget` bytes; nothing where not even the count does.
    fn fitted(&self, budget: usize) -> String {
        let whole = self.written(self.pieces.len());
        if whole.len() <= budget {
            return whole;
        }
        let frame = self.written(0).len();
        let mut used = frame;
        let mut shown = 0;
        for piece in &self.pieces {
            used += piece.len();
            if used > budget {
                break;
            }
            shown += 1;
        }
        let text = self.written(shown);
        if text.len() <= budget { text } else { String::new() }
    }
}

fn table_of(rows: &[&Row]) -> String {
    let causes = rows.iter().any(|row| !row.cause.is_empty());
    let mut table = table_head(causes).to_owned();
    table.extend(rows.iter().map(|row| table_row(row, causes)));
    table
}

fn table_head(causes: bool) -> &'static str {
    if causes {
        "| who | what | cause | notes |\n|---|---|---|---|\n"
    } else {
        "| who | what | notes |\n|---|---|---|\n"
    }
}

fn table_row(row: &Row, causes: bool) -> String {
    let lines: Vec<String> = row.lines.iter().map(line).collect();
    let notes: Vec<String> =
        row.lines.iter().flat_map(|line| &line.remarks).map(|text| remark(text)).collect();
    let cause = if causes { format!(" {} |", labels::cause(row.cause)) } else { String::new() };
    format!(
        "| {} {} | {} |{cause} {} |\n",
        row.symbol.as_str(),
        markdown_code(&cut(row.subject), true),
        lines.join("<br>"),
        notes.join("<br>")
    )
}

fn remark(text: &str) -> String {
    let safe = sentence(text, true);
    if text == RAISES_PRIVILEGE { format!("**{safe}**") } else { safe }
}

fn line(line: &Line) -> String {
    let word = format!("**{}**", escaped(&cut(&line.word)));
    let code = |text: &String| markdown_code(&cut(text), true);
    let what = match &line.what {
        What::Sentence(text) => sentence(text, true),
        What::Given(pieces) => pieces.iter().map(code).collect::<Vec<_>>().join(" · "),
        What::Taken(pieces) if pieces.is_empty() => String::new(),
        What::Taken(pieces) => {
            format!("{} → none", pieces.iter().map(code).collect::<Vec<_>>().join(" · "))
        }
        What::Change(change) => self::change(change),
    };
    format!("{word} {what}").trim_end().to_owned()
}

fn change(change: &ChangeEntry) -> String {
    let Some(parts) = difference::parts(&change.before, &change.after) else {
        return format!("{} → {}", value(&change.before), value(&change.after));
    };
    let separator = if matches!(change.after, Shown::List(_)) { ", " } else { " " };
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Same(text) => markdown_code(&cut(text), true),
            Part::Went(text) => format!("<del>{}</del>", markdown_code(&cut(text), true)),
            Part::Came(text) => format!("<ins>{}</ins>", markdown_code(&cut(text), true)),
        })
        .collect();
    parts.join(separator)
}

fn value(shown: &Shown) -> String {
    match shown {
        Shown::Nothing => "none".to_owned(),
        Shown::Text(_) => markdown_code(&cut(&table::value(shown)), true),
        Shown::List(items) if items.is_empty() => "none".to_owned(),
        Shown::List(items) => {
            items.iter().map(|item| markdown_code(&cut(item), true)).collect::<Vec<_>>().join(", ")
        }
    }
}

fn sentence(text: &str, in_table: bool) -> String {
    let piece = |piece| match piece {
        Piece::Words(words) => escaped(words),
        Piece::Literal(literal) => markdown_code(literal, in_table),
    };
    pieces(&cut_to(text, LONGEST_SENTENCE)).into_iter().map(piece).collect()
}

fn by_hand(entry: &ByHandEntry) -> String {
    let mut text = format!(
        "- [ ] {}: {}\n",
        markdown_code(&cut(entry.subject.name()), false),
        sentence(&entry.title, false)
    );
    if let Some(link) = entry.link.as_ref().filter(|link| is_plain_address(link)) {
        text.push_str(&format!("  ([open in HubSpot](<{link}>))\n"));
    }
    for (index, step) in entry.steps.iter().enumerate() {
        text.push_str(&format!("  {}. {}\n", index + 1, sentence(step, false)));
    }
    text
}

/// Nothing but what an address of HubSpot's interface is made of: a host that the portal gave is still data.
pub(super) fn is_plain_address(link: &str) -> bool {
    link.strip_prefix("https://").is_some_and(|rest| {
        rest.chars().all(|character| character.is_ascii_alphanumeric() || ".-/".contains(character))
    })
}

fn degraded(entry: &DegradedEntry) -> String {
    let DegradedEntry { what, missing_scope, effect } = entry;
    let scope = match missing_scope {
        Some(scope) => format!(" (the token lacks the scope {})", markdown_code(&cut(scope), false)),
        None => String::new(),
    };
    format!("- {}{scope}; {}\n", sentence(what, false), sentence(effect, false))
}

fn cut(text: &str) -> String {
    cut_to(text, LONGEST_VALUE)
}

/// Counted in characters as they are shown.
fn cut_to(text: &str, longest: usize) -> String {
    let text = terminal(text);
    match text.char_indices().nth(longest) {
        None => text,
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
    }
}
