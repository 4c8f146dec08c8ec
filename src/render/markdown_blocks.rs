//! What of a comment stands together, what of it is folded, and what is left out where not all of it fits.
//!
//! Deliberately absent: how a row looks; `markdown` has it.

use super::causes::{self, Group};
use super::document::{ByHandEntry, PlanDocument};
use super::escape::markdown_code;
use super::markdown::{TABLE_HEAD, by_hand, cut, degraded, sentence, table_row};
use super::policy_changes;
use super::rows::{Row, Section};

/// What a folded part takes that only says how many it has.
pub(super) const FRAME: usize = 250;

/// What a changed policy may take.
const MOST_OF_POLICY: usize = 1_600;

/// What stands together: all of the plan, or with a base one half of it.
pub(super) struct Block<'rows, 'document> {
    pub opening: String,
    /// Title and rows of each section that is never folded.
    pub open: Vec<(String, Vec<&'rows Row<'document>>)>,
    pub folded: Vec<Folded>,
    pub closing: String,
}

pub(super) fn blocks<'rows, 'document>(
    document: &PlanDocument,
    rows: &'rows [Row<'document>],
) -> Vec<Block<'rows, 'document>> {
    let policy = policy(document);
    let mut blocks: Vec<Block> = match (&document.base, causes::cancelled(document)) {
        (Some(_), None) if rows.is_empty() && policy.is_empty() => Vec::new(),
        (Some(_), cancelled) => Group::ALL
            .into_iter()
            .filter(|group| {
                *group == Group::ThisChange || rows.iter().any(|row| Group::of(row.cause) == *group)
            })
            .map(|group| {
                let own = rows.iter().filter(|row| Group::of(row.cause) == group).collect();
                let closing = cancelled.as_ref().filter(|_| group == Group::ThisChange);
                let changes = if group == Group::ThisChange { policy.as_str() } else { "" };
                Block {
                    opening: format!("### {}\n\n{changes}", causes::heading(document, group)),
                    closing: closing.map(|text| format!("{}\n\n", sentence(text, false))).unwrap_or_default(),
                    ..block(document, own, Some(group))
                }
            })
            .collect(),
        (None, _) => vec![block(document, rows.iter().collect(), None)],
    };
    let pieces: Vec<String> = document.degraded.iter().map(degraded).collect();
    if !pieces.is_empty() {
        let not_read = Folded { title: "Not read", opening: "", pieces };
        let (opening, closing) = (String::new(), String::new());
        blocks.push(Block { opening, open: Vec::new(), folded: vec![not_read], closing });
    }
    blocks
}

/// In so many bytes; where that is not enough, at least that there is something to see.
fn policy(document: &PlanDocument) -> String {
    let mut text = String::new();
    for told in policy_changes::sentences(document) {
        let item = format!("> {}\n>\n", sentence(&told, false));
        if text.len() + item.len() > MOST_OF_POLICY {
            text.push_str(
                "> **There is more of it than a comment has room for**; the plan as text has it.\n",
            );
            break;
        }
        text.push_str(&item);
    }
    if text.is_empty() { text } else { format!("> [!WARNING]\n{}\n", text.trim_end_matches(">\n")) }
}

fn block<'rows, 'document>(
    document: &PlanDocument,
    rows: Vec<&'rows Row<'document>>,
    group: Option<Group>,
) -> Block<'rows, 'document> {
    let level = if group.is_some() { "####" } else { "###" };
    let of = |section: Section| -> Vec<&'rows Row<'document>> {
        rows.iter().copied().filter(|row| row.section == section).collect()
    };
    let table = |section: Section, title: &'static str| {
        let pieces = of(section).into_iter().map(table_row).collect();
        Folded { title, opening: TABLE_HEAD, pieces }
    };
    let is_own = |entry: &&ByHandEntry| group.is_none_or(|group| Group::of(&entry.cause) == group);
    // Rows by hand are the entries in their order.
    let entries = document.by_hand.iter().filter(is_own).zip(of(Section::ByHand));
    let by_hand = Folded { title: "By hand", opening: "", pieces: entries.map(by_hand).collect() };
    let folded = [
        table(Section::Changes, "Changes"),
        table(Section::Invitations, "Invitations"),
        by_hand,
        table(Section::Waiting, "Waiting"),
        table(Section::Unmanaged, "Unmanaged"),
    ];
    // What somebody raises by hand stands among the raises, and with its steps among what is done by hand.
    let raises = rows
        .iter()
        .copied()
        .filter(|row| row.section == Section::Raises || row.section == Section::ByHand && row.raises());
    let open = [
        ("Removals", of(Section::Removals)),
        ("Blocked", of(Section::Blocked)),
        ("Privilege raises", raises.collect()),
    ];
    Block {
        opening: String::new(),
        open: open
            .into_iter()
            .map(|(title, rows)| (format!("{level} {title}"), rows))
            .filter(|(_, rows)| !rows.is_empty())
            .collect(),
        folded: folded.into_iter().filter(|part| !part.pieces.is_empty()).collect(),
        closing: String::new(),
    }
}

/// Removals, blocked and raises: as tables, and as names alone where those would not fit.
pub(super) fn must_see(blocks: &[Block], budget: usize) -> Vec<String> {
    let sections: Vec<&(String, Vec<&Row>)> = blocks.iter().flat_map(|block| &block.open).collect();
    let whole: Vec<String> = sections
        .iter()
        .map(|(title, rows)| {
            let table: String = rows.iter().map(|row| table_row(row)).collect();
            format!("{}{TABLE_HEAD}{table}\n", open_heading(title, rows.len()))
        })
        .collect();
    let needs: Vec<usize> = whole.iter().map(String::len).collect();
    shared(&needs, budget, |index, share| {
        if needs[index] <= share {
            whole[index].clone()
        } else {
            let (title, rows) = sections[index];
            in_short(title, rows, share)
        }
    })
}

/// Parts in their order, each with its fair share of `budget`; what a small one leaves over goes to the others.
fn shared(needs: &[usize], budget: usize, write: impl Fn(usize, usize) -> String) -> Vec<String> {
    let mut by_need: Vec<usize> = (0..needs.len()).collect();
    by_need.sort_by_key(|index| needs[*index]);
    let mut left = budget;
    let mut written: Vec<String> = vec![String::new(); needs.len()];
    for (done, index) in by_need.into_iter().enumerate() {
        written[index] = write(index, left / (needs.len() - done));
        left = left.saturating_sub(written[index].len());
    }
    written
}

fn open_heading(title: &str, count: usize) -> String {
    format!("{title} ({count})\n\n")
}

/// As many whole rows as leave room for the names of all the others.
fn in_short(title: &str, rows: &[&Row], budget: usize) -> String {
    let mut text = open_heading(title, rows.len());
    let tables: Vec<String> = rows.iter().map(|row| table_row(row)).collect();
    let names: Vec<String> = rows.iter().map(|row| markdown_code(&cut(row.subject), false)).collect();
    // Two more for what stands between two names; and what the sentences take, at most.
    let budget = budget.saturating_sub(text.len() + TABLE_HEAD.len() + 300);
    let mut used: usize = names.iter().map(|name| name.len() + 2).sum();
    let mut whole = 0;
    for (table, name) in tables.iter().zip(&names) {
        used += table.len().saturating_sub(name.len() + 2);
        if used > budget {
            break;
        }
        whole += 1;
    }
    if whole > 0 {
        text.push_str(TABLE_HEAD);
        text.extend(tables[..whole].iter().map(String::as_str));
        text.push_str(&format!(
            "\n{} more, by name alone; the plan as text or HTML has all of it:\n\n",
            rows.len() - whole
        ));
    } else {
        text.push_str("Too many to show what each loses or gets; the plan as text or HTML has it.\n\n");
    }
    let before = text.len();
    let mut shown = whole;
    for name in &names[whole..] {
        if whole == 0 && text.len() - before + name.len() + 2 > budget {
            break;
        }
        if shown > whole {
            text.push_str(", ");
        }
        text.push_str(name);
        shown += 1;
    }
    if shown < rows.len() {
        text.push_str(&format!(", **and {} more that a comment has no room to name**", rows.len() - shown));
    }
    text.push_str("\n\n");
    text
}

/// A part that is folded, in pieces that can be left out from the end.
pub(super) struct Folded {
    title: &'static str,
    /// What stands before the pieces: a table's head.
    opening: &'static str,
    pieces: Vec<String>,
}

pub(super) fn within(blocks: &[Block], budget: usize) -> Vec<String> {
    let folded: Vec<&Folded> = blocks.iter().flat_map(|block| &block.folded).collect();
    let needs: Vec<usize> = folded.iter().map(|part| part.written(part.pieces.len()).len()).collect();
    shared(&needs, budget, |index, share| folded[index].fitted(share))
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
