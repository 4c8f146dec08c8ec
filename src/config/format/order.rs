//! The order of keys: that of the tables which say what keys there are.
//!
//! Keys alone are put in order. People, teams and lists stand as somebody has put them, often below headings of
//! their own; and the lines of `permissions` stand as in HubSpot's grid.

use std::collections::BTreeSet;

use super::tree::{Block, Child, Flow, FlowItem, Kind, Line, Node};
use crate::config::fields::Shape;
use crate::config::person::PERSON;
use crate::config::policy::{DEFAULTS, POLICY, PORTAL, REMOVAL_LIMIT, UPDATE_LIMIT};
use crate::config::profile::{ABSENCE, PROFILE, first_day};
use crate::config::role_file::ROLE;
use crate::config::rules::RULE;
use crate::config::team::TEAM;
use crate::config::users_file::USERS_FILE;

/// What a value is, as far as the order of its keys depends on it; of a list, what its items are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    UsersFile,
    RoleFile,
    Portal,
    Policy,
    RemovalLimit,
    UpdateLimit,
    PolicyRule,
    Defaults,
    Team,
    Person,
    Profile,
    /// By their first day.
    WorkingHours,
    Absence,
    /// In the order it was written in.
    AsWritten,
}

impl Subject {
    fn shape(self) -> Option<Shape> {
        match self {
            Subject::UsersFile => Some(USERS_FILE),
            Subject::RoleFile => Some(ROLE),
            Subject::Portal => Some(PORTAL),
            Subject::Policy => Some(POLICY),
            Subject::RemovalLimit => Some(REMOVAL_LIMIT),
            Subject::UpdateLimit => Some(UPDATE_LIMIT),
            Subject::PolicyRule => Some(RULE),
            Subject::Defaults => Some(DEFAULTS),
            Subject::Team => Some(TEAM),
            Subject::Person => Some(PERSON),
            Subject::Profile => Some(PROFILE),
            Subject::Absence => Some(ABSENCE),
            Subject::WorkingHours | Subject::AsWritten => None,
        }
    }

    /// What the value of one of its keys is.
    fn inside(self, key: Option<&str>) -> Subject {
        match (self, key) {
            (Subject::UsersFile, Some("portal")) => Subject::Portal,
            (Subject::UsersFile, Some("policy")) => Subject::Policy,
            (Subject::UsersFile, Some("defaults")) => Subject::Defaults,
            (Subject::UsersFile, Some("teams")) => Subject::Team,
            (Subject::UsersFile, Some("users")) => Subject::Person,
            (Subject::Policy, Some("max_removals")) => Subject::RemovalLimit,
            (Subject::Policy, Some("max_updates")) => Subject::UpdateLimit,
            (Subject::Policy, Some("rules")) => Subject::PolicyRule,
            (Subject::Person, Some("profile")) => Subject::Profile,
            (Subject::Profile, Some("working_hours")) => Subject::WorkingHours,
            (Subject::Profile, Some("out_of_office")) => Subject::Absence,
            _ => Subject::AsWritten,
        }
    }

    /// Where a key belongs; `None` where it stays. What is merged in comes first: the rest is said on top of it.
    fn rank(self, key: &Node<'_>) -> Option<usize> {
        let of_name = |name: &str| match self {
            Subject::WorkingHours => first_day(name),
            _ => self.shape()?.keys.iter().position(|known| *known == name),
        };
        match self {
            Subject::AsWritten => None,
            _ if key.is_merge() => Some(0),
            _ => Some(key.text().and_then(of_name).map_or(usize::MAX, |place| place + 1)),
        }
    }
}

/// Puts all keys in order, as far as anchors stay before their aliases.
pub(super) fn arrange(node: &mut Node<'_>, subject: Subject, text: &str) {
    match &mut node.kind {
        Kind::Block(block) => {
            for child in block.children.iter_mut().filter(|child| !child.is_verbatim) {
                let inside = inside(subject, child.key.as_ref());
                arrange(&mut child.value, inside, text);
            }
            if block.is_map {
                arrange_block(block, subject, text);
            }
        }
        Kind::Flow(flow) if flow.is_simple => {
            for item in &mut flow.items {
                let inside = inside(subject, item.key.as_ref());
                arrange(&mut item.value, inside, text);
            }
            if flow.is_map {
                arrange_flow(flow, subject, text);
            }
        }
        _ => {}
    }
}

fn inside(subject: Subject, key: Option<&Node<'_>>) -> Subject {
    match key {
        // An item of a list.
        None => subject,
        Some(key) => subject.inside(key.text()),
    }
}

fn arrange_block(block: &mut Block<'_>, subject: Subject, text: &str) {
    let parts = block.children.iter().map(|child| Part { key: child.key.as_ref(), value: &child.value });
    let Some(order) = order(&Vec::from_iter(parts), subject, text) else { return };
    let (former, first) = (0, order[0]);
    if first != former {
        // The first has no blank line above it, whichever it is.
        block.children[former].space = std::mem::take(&mut block.children[first].space);
    }
    take_in_order(&mut block.children, &order);
}

fn arrange_flow(flow: &mut Flow<'_>, subject: Subject, text: &str) {
    let parts = flow.items.iter().map(|FlowItem { key, value }| Part { key: key.as_ref(), value });
    if let Some(order) = order(&Vec::from_iter(parts), subject, text) {
        take_in_order(&mut flow.items, &order);
    }
}

fn take_in_order<T>(parts: &mut Vec<T>, order: &[usize]) {
    let mut taken: Vec<Option<T>> = std::mem::take(parts).into_iter().map(Some).collect();
    parts.extend(order.iter().filter_map(|at| taken[*at].take()));
}

struct Part<'n, 't> {
    key: Option<&'n Node<'t>>,
    value: &'n Node<'t>,
}

/// Which part comes first, second and so on; `None` where they stand as they should, or must.
fn order(parts: &[Part<'_, '_>], subject: Subject, text: &str) -> Option<Vec<usize>> {
    let rank = |at: &usize| parts[*at].key.and_then(|key| subject.rank(key));
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(rank);
    if order.is_sorted() {
        return None;
    }
    let names: Vec<Names<'_>> = parts.iter().map(|part| Names::of(part, text)).collect();
    let mut swapped = order.iter().enumerate().flat_map(|(at, later)| {
        // What stood before it and comes behind it now.
        order[at + 1..].iter().filter(move |earlier| *earlier < later).map(move |earlier| (*earlier, *later))
    });
    let depends = swapped.any(|(earlier, later)| names[earlier].is_bound_to(&names[later]));
    (!depends).then_some(order)
}

/// The names of anchors in a part of the file.
#[derive(Default)]
struct Names<'t> {
    anchors: BTreeSet<&'t str>,
    aliases: BTreeSet<&'t str>,
}

impl<'t> Names<'t> {
    fn of(part: &Part<'_, '_>, text: &'t str) -> Names<'t> {
        let mut names = Names::default();
        part.key.iter().for_each(|key| names.collect(key, text));
        names.collect(part.value, text);
        names
    }

    fn collect(&mut self, node: &Node<'_>, text: &'t str) {
        if let Some(anchor) = &node.extras().anchor {
            self.anchors.insert(&text[anchor.range.start + 1..anchor.range.end]);
        }
        match &node.kind {
            Kind::Alias(_) => {
                self.aliases.insert(&text[node.range.start + 1..node.range.end]);
            }
            Kind::Flow(flow) => {
                for FlowItem { key, value } in &flow.items {
                    key.iter().chain([value]).for_each(|node| self.collect(node, text));
                }
            }
            Kind::Block(block) => {
                for Child { key, value, .. } in &block.children {
                    key.iter().chain([value]).for_each(|node| self.collect(node, text));
                }
            }
            Kind::Blank | Kind::Plain(_) | Kind::Quoted(_) | Kind::BlockScalar(_) => {}
        }
    }

    /// Whether an alias could mean something else, or nothing, if the two changed places.
    fn is_bound_to(&self, other: &Names<'_>) -> bool {
        let share =
            |one: &BTreeSet<&str>, other: &BTreeSet<&str>| one.iter().any(|name| other.contains(name));
        share(&self.anchors, &other.anchors)
            || share(&self.anchors, &other.aliases)
            || share(&self.aliases, &other.anchors)
    }
}

/// Words by which tools know a comment at the top of a file that is for them.
const FOR_TOOLS: [&str; 5] = ["yaml-language-server:", "yamllint", "vim:", "-*-", "!"];

/// What is for tools stays at the top of the file, whichever key comes first.
pub(super) fn keep_at_the_top(root: &mut Node<'_>, text: &str) {
    let Kind::Block(block) = &mut root.kind else { return };
    let Some(first) = block.children.first_mut() else { return };
    let is_for_tools = |line: &Line| match line {
        Line::Blank => false,
        Line::Comment(comment) => {
            let said = text[comment.range.start + 1..comment.range.end].trim_start();
            FOR_TOOLS.iter().any(|word| said.starts_with(word))
        }
    };
    if let Some(last) = first.head.iter().rposition(is_for_tools) {
        let head = first.head.split_off(last + 1);
        block.intro.append(&mut first.head);
        first.head = head;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People read the order there.
    #[test]
    fn the_documentation_has_the_order() {
        let documentation = include_str!("../../../docs/format.md");
        for subject in [
            Subject::UsersFile,
            Subject::RoleFile,
            Subject::Portal,
            Subject::Policy,
            Subject::PolicyRule,
            Subject::Team,
            Subject::Person,
            Subject::Profile,
        ] {
            let keys = subject.shape().expect("it has keys").keys.join("`, `");
            assert!(documentation.contains(&format!("| `{keys}` |")), "{subject:?}: `{keys}`");
        }
    }

    #[test]
    fn days_come_in_the_order_of_the_week() {
        let rank = |name: &str| first_day(name).expect("a day");
        assert!(rank("mon-wed") < rank("thu") && rank("thu") < rank("sat-sun"));
        assert_eq!(rank("every-day"), 0);
        assert_eq!(first_day("someday"), None);
    }
}
