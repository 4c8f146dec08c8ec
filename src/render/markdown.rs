//! A plan as one comment for a pull request: what matters most first and never left out, the rest folded.
//!
//! Deliberately absent: posting it, and the marker by which a later run finds it again.

use super::causes;
use super::counts::{amount, counted, removals_sentence, summary_sentence, work};
use super::difference::{self, Part};
use super::document::{ByHandEntry, ChangeEntry, DegradedEntry, GuardEntry, PlanDocument, Shown, Summary};
use super::escape::{markdown as escaped, markdown_code, terminal};
use super::labels;
use super::markdown_blocks::{self, FRAME, must_see, within};
use super::mask::NOTICE;
use super::policies;
use super::rows::{self, Line, Row, What};
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
/// In bytes of Markdown; of a longer one the two sides are shown, each cut.
const LONGEST_DIFFERENCE: usize = 2_000;

pub fn markdown(document: &PlanDocument, options: &MarkdownOptions) -> String {
    let limit = options.limit.max(8_000);
    let head = head(document, (limit / 4, limit / 4));
    let tail = tail(document);
    let rows = rows::rows(document);
    let blocks = markdown_blocks::blocks(document, &rows);
    let headings: usize = blocks.iter().map(|block| block.opening.len() + block.closing.len()).sum();
    let budget = limit.saturating_sub(head.len() + tail.len() + headings);
    let folded = blocks.iter().map(|block| block.folded.len()).sum::<usize>();
    let open = must_see(&blocks, budget.saturating_sub(folded * FRAME));
    let folded = within(&blocks, budget.saturating_sub(open.iter().map(String::len).sum()));
    let (mut open, mut folded) = (open.into_iter(), folded.into_iter());
    let mut text = head;
    for block in &blocks {
        text.push_str(&block.opening);
        text.extend(open.by_ref().take(block.open.len()));
        text.extend(folded.by_ref().take(block.folded.len()));
        text.push_str(&block.closing);
    }
    text + &tail
}

/// Heading, portal, and the guards that refuse, as far as there is room for what they say; and in so many bytes what
/// rules say.
fn head(document: &PlanDocument, (budget, for_rules): (usize, usize)) -> String {
    let work = work(&document.summary);
    let Summary { blocked, by_hand, waiting, .. } = document.summary;
    let title = match work.is_empty() {
        false => work.join(", "),
        true if blocked + by_hand + waiting > 0 => "no changes to apply".to_owned(),
        true => "no changes".to_owned(),
    };
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
    if document.masked {
        head.push_str(&format!("\n{NOTICE}\n"));
    }
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
    if let Some(base) = &document.base {
        let base = markdown_code(&cut_to(&base.shown(), 100), false);
        head.push_str(&format!("\nCompared with the files at {base}\n"));
    }
    let refusals: Vec<String> = document.refusals().map(refusal).collect();
    for (index, refusal) in refusals.iter().enumerate() {
        if head.len() + refusal.len() > budget {
            let more = amount((refusals.len() - index) as u64, "guard", "guards");
            head.push_str(&format!(
                "\n> [!CAUTION]\n> **Refused** by {more} more; the plan as text says why.\n"
            ));
            break;
        }
        head.push_str(refusal);
    }
    head.push_str(&policies(document, for_rules));
    head.push('\n');
    head
}

fn refusal(guard: &GuardEntry) -> String {
    let mut refusal = format!("\n> [!CAUTION]\n> **Refused:** {}.\n", sentence(&guard.message, false));
    if let Some(go_on) = &guard.go_on {
        refusal.push_str(&format!("> {}\n", sentence(go_on, false)));
    }
    refusal
}

/// Denials first; as many of those they hold for as there is room for.
fn policies(document: &PlanDocument, budget: usize) -> String {
    // What the sentences about the rest take, at most.
    let budget = budget.saturating_sub(200);
    let mut text = String::new();
    let mut left_out = 0;
    for told in policies::told(document) {
        let kind = if told.is_denial() { "CAUTION" } else { "WARNING" };
        let heading = format!("\n> [!{kind}]\n> **{}:**\n>\n", sentence(&told.heading, false));
        let rest = |hidden: usize| format!("> - and {hidden} more\n");
        if text.len() + heading.len() + rest(usize::MAX).len() > budget {
            left_out += 1;
            continue;
        }
        text.push_str(&heading);
        let mut hidden = told.more;
        for line in &told.lines {
            let item = format!("> - {}\n", sentence(&cut(line), false));
            match text.len() + item.len() + rest(usize::MAX).len() > budget {
                true => hidden += 1,
                false => text.push_str(&item),
            }
        }
        if hidden > 0 {
            text.push_str(&rest(hidden));
        }
    }
    if left_out > 0 {
        let rules = counted(left_out, "more rule says", "more rules say");
        text.push_str(&format!(
            "\n**{rules} something that a comment has no room for**; the plan as text or HTML has it.\n"
        ));
    }
    text
}

fn tail(document: &PlanDocument) -> String {
    let further = removals_sentence(document).into_iter().chain(causes::sentence(document));
    let further: String = further.map(|sentence| format!(" {sentence}")).collect();
    let digest = markdown_code(&cut(&document.digest), false);
    format!("{}{further}\n\n{digest}\n", escaped(&summary_sentence(document)))
}

pub(super) const TABLE_HEAD: &str = "| who | what | notes |\n|---|---|---|\n";

pub(super) fn table_row(row: &Row) -> String {
    let lines: Vec<String> = row.lines.iter().map(line).collect();
    let remarks = row.lines.iter().flat_map(|line| &line.remarks).map(|text| remark(text, true));
    let untold = causes::untold(row.cause, row.cause).map(str::to_owned);
    let notes: Vec<String> = untold.into_iter().chain(remarks).collect();
    format!(
        "| {} {} | {} | {} |\n",
        row.symbol.as_str(),
        markdown_code(&cut(row.subject), true),
        lines.join("<br>"),
        notes.join("<br>")
    )
}

fn remark(text: &str, in_table: bool) -> String {
    let safe = sentence(text, in_table);
    if rows::stands_out(text) { format!("**{safe}**") } else { safe }
}

fn line(line: &Line) -> String {
    let word = format!("**{}**", escaped(&cut(&line.word)));
    let what = match &line.what {
        What::Sentence(text) => sentence(text, true),
        What::Given(pieces) => listed(pieces.iter(), " · "),
        What::Taken(pieces) if pieces.is_empty() => String::new(),
        What::Taken(pieces) => format!("{} → none", listed(pieces.iter(), " · ")),
        What::Change(change) => self::change(change),
    };
    let cause = match labels::cause(line.cause) {
        "" => String::new(),
        cause => format!(" *({cause})*"),
    };
    format!("{word} {what}{cause}").trim_end().to_owned()
}

fn change(change: &ChangeEntry) -> String {
    let parts = difference::parts(&change.before, &change.after);
    let separator = if matches!(change.after, Shown::List(_)) { ", " } else { " " };
    let part = |part: &Part| match part {
        // The space between two parts is there already.
        Part::Same(text) if text.trim().is_empty() => None,
        Part::Same(text) => Some(code(text.trim())),
        Part::Went(text) => Some(format!("<del>{}</del>", code(text))),
        Part::Came(text) => Some(format!("<ins>{}</ins>", code(text))),
    };
    let told = parts.map(|parts| parts.iter().filter_map(part).collect::<Vec<_>>().join(separator));
    match told.filter(|told| !told.is_empty() && told.len() <= LONGEST_DIFFERENCE) {
        Some(told) => told,
        None => format!("{} → {}", value(&change.before), value(&change.after)),
    }
}

fn code(text: &str) -> String {
    markdown_code(&cut(text), true)
}

/// As many as are as long as a value may be, and how many more there are.
fn listed<'text>(items: impl ExactSizeIterator<Item = &'text String>, separator: &str) -> String {
    let count = items.len();
    let mut shown: Vec<String> = Vec::new();
    let mut used = 0;
    for item in items {
        let item = code(item);
        used += item.len();
        if used > LONGEST_VALUE && !shown.is_empty() {
            break;
        }
        shown.push(item);
    }
    let more = count - shown.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(separator))
}

fn value(shown: &Shown) -> String {
    match shown {
        Shown::Nothing => "none".to_owned(),
        Shown::Text(_) => code(&table::value(shown)),
        Shown::List(items) if items.is_empty() => "none".to_owned(),
        Shown::List(items) => listed(items.iter(), ", "),
    }
}

pub(super) fn sentence(text: &str, in_table: bool) -> String {
    let piece = |piece| match piece {
        Piece::Words(words) => escaped(words),
        Piece::Literal(literal) => markdown_code(literal, in_table),
    };
    pieces(&cut_to(text, LONGEST_SENTENCE)).into_iter().map(piece).collect()
}

/// An entry and the row that it is.
pub(super) fn by_hand((entry, row): (&ByHandEntry, &Row)) -> String {
    let notes =
        row.lines.iter().flat_map(|line| &line.remarks).map(|text| format!("; {}", remark(text, false)));
    let untold =
        causes::untold(&entry.cause, &entry.cause).map(|cause| format!(" *({cause})*")).unwrap_or_default();
    let mut text = format!(
        "- [ ] {}: {}{untold}{}\n",
        markdown_code(&cut(entry.subject.name()), false),
        sentence(&entry.title, false),
        notes.collect::<String>()
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

pub(super) fn degraded(entry: &DegradedEntry) -> String {
    let DegradedEntry { what, missing_scope, effect } = entry;
    let scope = match missing_scope {
        Some(scope) => format!(" (the token lacks the scope {})", markdown_code(&cut(scope), false)),
        None => String::new(),
    };
    format!("- {}{scope}; {}\n", sentence(what, false), sentence(effect, false))
}

pub(super) fn cut(text: &str) -> String {
    cut_to(text, LONGEST_VALUE)
}

/// Counted in characters as they are shown.
pub(super) fn cut_to(text: &str, longest: usize) -> String {
    let text = terminal(text);
    match text.char_indices().nth(longest) {
        None => text,
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
    }
}
