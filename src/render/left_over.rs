//! The word with which an issue about drift is closed: whether the portal is as the files want it, or `apply` alone has
//! nothing to do.
//!
//! Deliberately absent: whether there is drift; that is the command's.

use std::collections::BTreeSet;

use super::counts::scope;
use super::document::{PlanDocument, Summary};
use super::escape::markdown_code;
use super::markdown::cut_to;

/// How many of those that are left are named.
const NAMED: usize = 20;
/// Comments have a limit, and a portal may hold any name.
const LONGEST_NAME: usize = 80;

/// Of a plan without actions, as Markdown.
pub fn nothing_to_apply(document: &PlanDocument) -> String {
    let Summary { blocked, by_hand, waiting, .. } = document.summary;
    let blocked_names = document.blocked.iter().map(|entry| entry.subject.name()).collect();
    let by_hand_names = document.by_hand.iter().map(|entry| entry.subject.name()).collect();
    let waiting_names = document.waiting.iter().map(|entry| entry.email.as_str()).collect();
    let left = [
        (blocked, "blocked", blocked_names),
        (by_hand, "by hand", by_hand_names),
        (waiting, "waiting", waiting_names),
    ];
    let left: Vec<String> = left
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, what, names)| format!("- {number} {what}: {}\n", named(names)))
        .collect();
    if left.is_empty() {
        return format!("{} is as the files want it.\n", scope(document));
    }
    format!(
        "There is nothing for `apply` to do. {} is not yet all that the files want; what is left:\n\n{}",
        scope(document),
        left.concat()
    )
}

/// Each once, however many rows are about them.
fn named(names: BTreeSet<&str>) -> String {
    let shown: Vec<String> =
        names.iter().take(NAMED).map(|name| markdown_code(&cut_to(name, LONGEST_NAME), false)).collect();
    let more = names.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
