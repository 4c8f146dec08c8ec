//! Whether two texts say the same: value by value, with the same comments.
//!
//! The last word before a file is written. It does not trust the layout it was written from: the new text is read
//! again from the start.

use std::collections::BTreeMap;

use super::order::{Subject, arrange};
use super::tree::{Document, FlowItem, Kind, Node};

/// What came out otherwise than it went in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    #[error("its text would be no YAML any more")]
    Syntax,
    #[error("a value would be another one")]
    Value,
    #[error("a comment would be lost")]
    Comment,
    #[error("the desired state would be another one")]
    Meaning,
}

/// `before` has its keys in order already.
pub(super) fn compare(
    before: &Document<'_>,
    mut after: Document<'_>,
    subject: Subject,
) -> Result<(), Difference> {
    arrange(&mut after.root.value, subject, after.text);
    let mut anchors = BTreeMap::new();
    if !same_node(&before.root.value, &after.root.value, &mut anchors) {
        return Err(Difference::Value);
    }
    let sorted = |comments: &[&str]| {
        let mut comments: Vec<String> = comments.iter().map(|comment| (*comment).to_owned()).collect();
        comments.sort_unstable();
        comments
    };
    if sorted(&before.comments) != sorted(&after.comments) {
        return Err(Difference::Comment);
    }
    Ok(())
}

/// `anchors`: those met so far, by the numbers they have before and after.
fn same_node(before: &Node<'_>, after: &Node<'_>, anchors: &mut BTreeMap<usize, usize>) -> bool {
    let id = |node: &Node<'_>| node.extras().anchor.as_ref().map(|anchor| anchor.id);
    match (id(before), id(after)) {
        (None, None) => {}
        (Some(before), Some(after)) => {
            anchors.insert(before, after);
        }
        _ => return false,
    }
    match (&before.kind, &after.kind) {
        (Kind::Blank, Kind::Blank) => true,
        (Kind::Alias(before), Kind::Alias(after)) => anchors.get(before) == Some(after),
        (Kind::Plain(before), Kind::Plain(after)) | (Kind::Quoted(before), Kind::Quoted(after)) => {
            before == after
        }
        // Quotes that were not needed; what is plain gets none.
        (Kind::Quoted(before), Kind::Plain(after)) => before == after,
        (Kind::BlockScalar(before), Kind::BlockScalar(after)) => before.value == after.value,
        (Kind::Flow(before), Kind::Flow(after)) => {
            before.is_map == after.is_map
                && before.items.len() == after.items.len()
                && before.items.iter().zip(&after.items).all(|(before, after)| {
                    let FlowItem { key, value } = before;
                    same_key(key, &after.key, anchors) && same_node(value, &after.value, anchors)
                })
        }
        (Kind::Block(before), Kind::Block(after)) => {
            before.is_map == after.is_map
                && before.children.len() == after.children.len()
                && before.children.iter().zip(&after.children).all(|(before, after)| {
                    same_key(&before.key, &after.key, anchors)
                        && same_node(&before.value, &after.value, anchors)
                })
        }
        _ => false,
    }
}

fn same_key(
    before: &Option<Node<'_>>,
    after: &Option<Node<'_>>,
    anchors: &mut BTreeMap<usize, usize>,
) -> bool {
    match (before, after) {
        (None, None) => true,
        (Some(before), Some(after)) => same_node(before, after, anchors),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn compared(before: &str, after: &str) -> Result<(), Difference> {
        let mut before = parse(before).expect("YAML");
        arrange(&mut before.root.value, Subject::Person, before.text);
        compare(&before, parse(after).expect("YAML"), Subject::Person)
    }

    #[test]
    fn order_quotes_and_layout_are_no_difference() {
        for (before, after) in [
            ("role: a\nemail: b\n", "email: b\nrole: a\n"),
            ("email: \"b\"\n", "email: b\n"),
            ("seats: [a,b]  # c\n", "# c\nseats: [a, b]\n"),
            ("team: &a x\nlanguage: &b y\nemail: *b\n", "team: &a x\nlanguage: &b y\nemail: *b\n"),
        ] {
            assert_eq!(compared(before, after), Ok(()), "{after}");
        }
    }

    #[test]
    fn whatever_else_changes_is_seen() {
        for (before, after) in [
            ("email: a\n", "email: b\n"),
            ("email: a\n", "email: \"a\"\n"),
            ("email: a\nrole: b\n", "email: a\n"),
            ("seats: [a, b]\n", "seats: [b, a]\n"),
            ("seats: [a]\n", "seats:\n  - a\n"),
            ("description: |\n  a\n", "description: |\n  a\n  b\n"),
            ("description: |+\n  a\n\n", "description: |+\n  a\n"),
            ("team: &a x\nrole: *a\n", "team: x\nrole: x\n"),
            ("a: &a x\nb: &b x\nc: *a\n", "a: &a x\nb: &b x\nc: *b\n"),
            ("a: &a x\nb: &a x\nc: *a\n", "a: &b x\nb: &a x\nc: *b\n"),
            ("team:\n", "team: ~\n"),
        ] {
            assert_eq!(compared(before, after), Err(Difference::Value), "{after}");
        }
        for after in ["email: a\n", "email: a # b # b\n", "email: a # B\n", "# b\nemail: a # b\n"] {
            assert_eq!(compared("email: a # b\n", after), Err(Difference::Comment), "{after}");
        }
    }
}
