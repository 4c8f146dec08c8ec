//! Numbers and lists in sentences: plurals, enumerations, the summary of a plan.
//!
//! Deliberately absent: languages other than English.

use super::document::{GuardEntry, PlanDocument, Summary};
use super::limits;

/// `1 person`, `2 people`.
pub(super) fn amount(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `10,000`: with a comma at every thousand.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(super) fn is_are(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// `` `a`, `b` and `c` ``
pub(super) fn literals<Text: AsRef<str>>(names: &[Text]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    if quoted.is_empty() { "nothing".to_owned() } else { enumerated(&quoted) }
}

/// `a, b and c`
pub(super) fn enumerated(items: &[String]) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// `Plan: 1 to invite, 1 to change; 1 blocked.`, or plainly that there is nothing to do.
pub fn summary_sentence(document: &PlanDocument) -> String {
    let work = work(&document.summary);
    let beside = beside(&document.summary);
    let Summary { blocked, by_hand, waiting, .. } = document.summary;
    let scope = scope(document);
    match (work.is_empty(), beside.is_empty()) {
        (false, true) => format!("Plan: {}.", work.join(", ")),
        (false, false) => format!("Plan: {}; {}.", work.join(", "), beside.join(", ")),
        (true, true) => format!("No changes. {scope} is as the files want it."),
        // Somebody whom no file names does not make the portal differ from the files.
        (true, false) if blocked + by_hand + waiting == 0 => {
            format!("No changes. {scope} is as the files want it; {}.", beside.join(", "))
        }
        (true, false) => format!("No changes to apply; {}.", beside.join(", ")),
    }
}

/// What a plan is about, at the beginning of a sentence.
pub(super) fn scope(document: &PlanDocument) -> &'static str {
    if document.targets.is_empty() { "The portal" } else { "What was asked for" }
}

/// What would be done, each kind that occurs.
pub(super) fn work(summary: &Summary) -> Vec<String> {
    // Destructured so that a new kind is counted here too.
    let Summary {
        invite,
        update,
        deactivate,
        reactivate,
        strip,
        remove,
        team_create,
        team_update,
        team_delete,
        blocked: _,
        by_hand: _,
        waiting: _,
        unmanaged: _,
    } = *summary;
    let people = [
        (invite, "to invite"),
        (update, "to change"),
        (reactivate, "to reactivate"),
        (strip, "to strip"),
        (deactivate, "to deactivate"),
        (remove, "to remove"),
    ];
    let teams = [(team_create, "to create"), (team_update, "to change"), (team_delete, "to delete")];
    let people =
        people.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
    let teams = teams
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", amount(*number, "team", "teams")));
    people.chain(teams).collect()
}

pub(super) fn beside(summary: &Summary) -> Vec<String> {
    let counts = [
        (summary.blocked, "blocked"),
        (summary.by_hand, "by hand"),
        (summary.waiting, "waiting"),
        (summary.unmanaged, "unmanaged"),
    ];
    counts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")).collect()
}

/// `Removals 1 of 214, limit 5 and 25 %.`
pub(super) fn removals_sentence(document: &PlanDocument) -> Option<String> {
    let guard = document.guards.iter().find(|guard| guard.guard == "max_removals")?;
    if document.is_empty() {
        return None;
    }
    let GuardEntry { actual, of, limit, limit_percent, .. } = guard;
    let limit = match limits::limit_numbers(*limit, *limit_percent) {
        Some(numbers) => format!("limit {numbers}"),
        None => "no limit".to_owned(),
    };
    Some(format!("Removals {actual} of {of}, {limit}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        assert_eq!(literals(&["a"]), "`a`");
        assert_eq!(literals(&["a", "b"]), "`a` and `b`");
        assert_eq!(literals(&["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(7, "7"), (214, "214"), (10_000, "10,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn teams_are_told_from_people_in_the_count() {
        let summary = Summary { update: 1, team_update: 2, team_create: 1, ..Summary::default() };
        assert_eq!(work(&summary), ["1 to change", "1 team to create", "2 teams to change"]);
    }
}
