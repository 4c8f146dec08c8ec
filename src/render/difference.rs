//! Two long values as what stayed, what went and what came, word by word.
//!
//! Deliberately absent: markup; each format has its own.

use similar::{ChangeTag, TextDiff};

use super::document::Shown;

/// Values wider than this are hard to compare by eye when they stand side by side.
const LONG: usize = 40;
/// Beyond this nobody reads the difference, and finding it could take long.
const TOO_LONG: usize = 20_000;
/// With less in common than this, a difference is harder to read than the two values.
const ALIKE: f32 = 0.3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Same(String),
    Went(String),
    Came(String),
}

/// `None` where the values are better shown whole: short, one of them nothing, or without much in common.
pub(super) fn parts(before: &Shown, after: &Shown) -> Option<Vec<Part>> {
    match (before, after) {
        (Shown::Text(before), Shown::Text(after)) => {
            let lengths = [before.chars().count(), after.chars().count()];
            if lengths.iter().all(|length| *length <= LONG) || lengths.iter().any(|length| *length > TOO_LONG)
            {
                return None;
            }
            let (before, after) = (words(before), words(after));
            let difference = TextDiff::from_slices(&before, &after);
            if difference.ratio() < ALIKE {
                return None;
            }
            let changes = difference.iter_all_changes().map(|change| (change.tag(), change.value()));
            Some(joined(changes, ""))
        }
        (Shown::List(before), Shown::List(after)) => {
            let length = |list: &[String]| list.iter().map(|item| item.chars().count() + 2).sum::<usize>();
            if length(before) <= LONG && length(after) <= LONG || before.len() + after.len() > TOO_LONG {
                return None;
            }
            let before: Vec<&str> = before.iter().map(String::as_str).collect();
            let after: Vec<&str> = after.iter().map(String::as_str).collect();
            let difference = TextDiff::from_slices(&before, &after);
            let changes = difference.iter_all_changes().map(|change| (change.tag(), change.value()));
            Some(joined(changes, ", "))
        }
        _ => None,
    }
}

/// Words, the spaces between them, and the commas and semicolons behind them, each for itself: `17:30,` and `18:00;`
/// differ in two things.
fn words(text: &str) -> Vec<&str> {
    let kind = |character: char| match character {
        ',' | ';' => 0,
        _ if character.is_whitespace() => 1,
        _ => 2,
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, character) in text.char_indices() {
        let own = kind(character);
        if last.is_some_and(|last| last != own || own == 0) {
            words.push(&text[start..at]);
            start = at;
        }
        last = Some(own);
    }
    words.push(&text[start..]);
    words
}

/// Neighbours of one kind in one part.
fn joined<'text>(changes: impl Iterator<Item = (ChangeTag, &'text str)>, separator: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (tag, text) in changes {
        match (tag, parts.last_mut()) {
            (ChangeTag::Equal, Some(Part::Same(last)))
            | (ChangeTag::Delete, Some(Part::Went(last)))
            | (ChangeTag::Insert, Some(Part::Came(last))) => {
                last.push_str(separator);
                last.push_str(text);
            }
            (ChangeTag::Equal, _) => parts.push(Part::Same(text.to_owned())),
            (ChangeTag::Delete, _) => parts.push(Part::Went(text.to_owned())),
            (ChangeTag::Insert, _) => parts.push(Part::Came(text.to_owned())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Shown {
        Shown::Text(value.to_owned())
    }

    #[test]
    fn long_values_are_compared_word_by_word() {
        let before = text("mon-fri 09:00-17:30, sat 10:00-14:00 and by appointment");
        let after = text("mon-fri 09:00-17:00, sat 10:00-14:00 and by appointment");
        assert_eq!(
            parts(&before, &after).expect("long and alike"),
            [
                Part::Same("mon-fri ".to_owned()),
                Part::Went("09:00-17:30".to_owned()),
                Part::Came("09:00-17:00".to_owned()),
                Part::Same(", sat 10:00-14:00 and by appointment".to_owned()),
            ]
        );
    }

    #[test]
    fn marks_of_a_list_are_words_of_their_own() {
        assert_eq!(words("fri 9-12, 13-17;x"), ["fri", " ", "9-12", ",", " ", "13-17", ";", "x"]);
        assert_eq!(words(",,"), [",", ","]);
        assert_eq!(words(""), [""]);
    }

    #[test]
    fn short_values_and_strangers_stay_whole() {
        assert_eq!(parts(&text("Viewer"), &text("Sales manager")), None);
        assert_eq!(parts(&text(&"ab ".repeat(20)), &text(&"xy ".repeat(20).replace(' ', "-"))), None);
        assert_eq!(parts(&Shown::Nothing, &text(&"a ".repeat(40))), None);
    }

    #[test]
    fn long_lists_are_compared_item_by_item() {
        let list = |names: &[&str]| Shown::List(names.iter().map(|name| (*name).to_owned()).collect());
        let before = list(&["Customer success EMEA", "Enablement", "Sales Benelux"]);
        let after = list(&["Customer success EMEA", "Partners", "Sales Benelux"]);
        assert_eq!(
            parts(&before, &after).expect("long"),
            [
                Part::Same("Customer success EMEA".to_owned()),
                Part::Went("Enablement".to_owned()),
                Part::Came("Partners".to_owned()),
                Part::Same("Sales Benelux".to_owned()),
            ]
        );
    }
}
