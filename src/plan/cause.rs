//! What this change does, and what was different before: a plan beside the plan that other files would have made of
//! the same reading on the same day.
//!
//! Row by row and attribute by attribute. Like rows are those about the same person or team with the same thing to
//! do: where the other plan has none, this change is why the row is there; where it has one, each attribute that it
//! would change to the same value was different before, one that it would leave alone is this change's, and one that
//! it would change to something else is both. Deliberately absent: files and revisions; two plans are all it takes.
//! And what is no longer planned, which `cancelled` finds.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Action, ActionKind, Attribute, Blocked, ByHand, ByHandStep, Cancelled, Change, NamedText, Plan,
    PrivilegeChange, Rule, Subject, Unmanaged, UserAttribute, Value, Waiting,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The files differ, and that is why.
    ThisChange,
    /// The files at the base ask for it in the same way.
    Drift,
    /// It was different before, and this change asks for something else.
    Both,
}

impl Cause {
    fn and(self, other: Cause) -> Cause {
        if self == other { self } else { Cause::Both }
    }
}

/// Why each row of a plan is in it: lists beside those of the plan, in the same order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Causes {
    pub actions: Vec<RowCause>,
    pub blocked: Vec<RowCause>,
    pub by_hand: Vec<Cause>,
    pub waiting: Vec<RowCause>,
    pub unmanaged: Vec<Cause>,
    /// What the other files would have had done, and these do not. In the order of work.
    pub cancelled: Vec<Cancelled>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowCause {
    pub row: Cause,
    /// Of each change, in the order of the row's.
    pub changes: Vec<Cause>,
}

impl Causes {
    /// `base` is the plan of the files at the base; `None`: there were none, and everything is this change.
    pub fn of(plan: &Plan, base: Option<&Plan>) -> Causes {
        let rows = Rows::of(plan);
        let before = base.map(Rows::of).unwrap_or_default();
        let base_actions = base.map(|base| base.actions.as_slice()).unwrap_or_default();
        Causes {
            actions: plan.actions.iter().map(|action| before.action(action)).collect(),
            blocked: plan.blocked.iter().map(|blocked| before.blocked(blocked)).collect(),
            by_hand: plan.by_hand.iter().map(|by_hand| before.by_hand(by_hand)).collect(),
            waiting: plan.waiting.iter().map(|waiting| before.waiting(waiting)).collect(),
            unmanaged: plan.unmanaged.iter().map(|unmanaged| before.unmanaged(unmanaged)).collect(),
            cancelled: base_actions.iter().filter_map(|action| rows.cancel(action)).collect(),
        }
    }
}

/// Whom a row is about. By id where there is one: an address or a name may be what this change changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'a> {
    PersonId(&'a str),
    Person(&'a str),
    TeamId(&'a str),
    Team(&'a str),
}

impl<'a> Key<'a> {
    fn of(subject: &'a Subject) -> Key<'a> {
        match subject {
            Subject::User { id: Some(id), .. } => Key::PersonId(id.as_str()),
            Subject::User { email, id: None } => Key::Person(email.key()),
            Subject::Team { id: Some(id), .. } => Key::TeamId(id.as_str()),
            Subject::Team { name, id: None } => Key::Team(name),
        }
    }
}

/// The rows of a plan by whom they are about.
#[derive(Default)]
pub(super) struct Rows<'a> {
    pub(super) actions: BTreeMap<Key<'a>, Vec<&'a Action>>,
    pub(super) blocked: BTreeMap<Key<'a>, Vec<&'a Blocked>>,
    pub(super) by_hand: BTreeMap<Key<'a>, Vec<&'a ByHand>>,
    /// By address: a row that waits is always about somebody who is there.
    pub(super) waiting: BTreeMap<&'a str, Vec<&'a Waiting>>,
    unmanaged: BTreeSet<Key<'a>>,
}

impl<'a> Rows<'a> {
    fn of(plan: &'a Plan) -> Rows<'a> {
        let mut rows = Rows::default();
        for action in &plan.actions {
            rows.actions.entry(Key::of(&action.subject)).or_default().push(action);
        }
        for blocked in &plan.blocked {
            rows.blocked.entry(Key::of(&blocked.subject)).or_default().push(blocked);
        }
        for by_hand in &plan.by_hand {
            rows.by_hand.entry(Key::of(&by_hand.subject)).or_default().push(by_hand);
        }
        for waiting in &plan.waiting {
            rows.waiting.entry(waiting.email.key()).or_default().push(waiting);
        }
        rows.unmanaged.extend(plan.unmanaged.iter().map(|row| Key::of(&row.subject)));
        rows
    }

    fn action(&self, action: &Action) -> RowCause {
        let base = self.action_of(&action.subject, action.kind);
        let alike = base.map(|base| base.changes.as_slice());
        let mut cause = compared(&action.changes, alike);
        // What it gives is another thing now, whatever it is called.
        if base.is_some_and(|base| is_raise(base.privilege) != is_raise(action.privilege)) {
            for (own, change) in cause.changes.iter_mut().zip(&action.changes) {
                if change.attribute == Attribute::User(UserAttribute::Role) {
                    *own = own.and(Cause::ThisChange);
                }
            }
            cause.row = cause.row.and(Cause::ThisChange);
        }
        if let Some(before) = alike.filter(|_| !is_update(action.kind)) {
            // An invitation that gives less than it would have is another one; what an update no longer does is
            // told as cancelled.
            if before.iter().any(|change| action.change(change.attribute).is_none()) {
                cause.row = cause.row.and(Cause::ThisChange);
            }
        }
        cause
    }

    fn blocked(&self, blocked: &Blocked) -> RowCause {
        let Blocked { kind, subject, changes, rule, source: _ } = blocked;
        let alike = about(&self.blocked, subject)
            .iter()
            .filter(|base| base.kind == *kind && base.rule.as_str() == rule.as_str());
        let alike: Vec<&Blocked> = alike.copied().collect();
        let others: Vec<Change> = alike.iter().flat_map(|base| base.changes.clone()).collect();
        let mut cause = compared(changes, (!alike.is_empty()).then_some(&others));
        if changes.is_empty() && !alike.is_empty() && !alike.iter().any(|base| is_same_rule(&base.rule, rule))
        {
            cause.row = Cause::Both;
        }
        cause
    }

    fn by_hand(&self, by_hand: &ByHand) -> Cause {
        let ByHand { step, subject, privilege, source: _ } = by_hand;
        let mut alike = about(&self.by_hand, subject)
            .iter()
            .filter(|base| base.step.as_str() == step.as_str())
            .peekable();
        if alike.peek().is_none() {
            return Cause::ThisChange;
        }
        let is_same = |base: &&ByHand| {
            is_same_step(&base.step, step) && is_raise(base.privilege) == is_raise(*privilege)
        };
        if alike.any(is_same) { Cause::Drift } else { Cause::Both }
    }

    fn waiting(&self, waiting: &Waiting) -> RowCause {
        let Waiting { email, reason, changes, source: _ } = waiting;
        let mut same = self.waiting.get(email.key()).into_iter().flatten();
        let alike = same.find(|base| base.reason == *reason);
        compared(changes, alike.map(|base| base.changes.as_slice()))
    }

    fn unmanaged(&self, unmanaged: &Unmanaged) -> Cause {
        if self.unmanaged.contains(&Key::of(&unmanaged.subject)) { Cause::Drift } else { Cause::ThisChange }
    }

    pub(super) fn action_of(&self, subject: &Subject, kind: ActionKind) -> Option<&'a Action> {
        about(&self.actions, subject).iter().copied().find(|action| action.kind == kind)
    }
}

pub(super) fn about<'r, 'k, 'v, Row>(
    rows: &'r BTreeMap<Key<'k>, Vec<&'v Row>>,
    subject: &'k Subject,
) -> &'r [&'v Row] {
    rows.get(&Key::of(subject)).map(Vec::as_slice).unwrap_or_default()
}

fn is_raise(privilege: PrivilegeChange) -> bool {
    privilege == PrivilegeChange::Raise
}

/// Its changes are what it is; of any other action they follow from it.
pub(super) fn is_update(kind: ActionKind) -> bool {
    matches!(kind, ActionKind::Update | ActionKind::TeamUpdate)
}

/// Against the changes of a like row; `None`: there is none.
fn compared(changes: &[Change], alike: Option<&[Change]>) -> RowCause {
    let Some(alike) = alike else {
        return RowCause { row: Cause::ThisChange, changes: vec![Cause::ThisChange; changes.len()] };
    };
    let changes: Vec<Cause> = changes.iter().map(|change| change_cause(change, alike)).collect();
    RowCause { row: changes.iter().copied().reduce(Cause::and).unwrap_or(Cause::Drift), changes }
}

fn change_cause(change: &Change, alike: &[Change]) -> Cause {
    let mut same = alike.iter().filter(|base| base.attribute == change.attribute).peekable();
    if same.peek().is_none() {
        return Cause::ThisChange;
    }
    if same.any(|base| is_same_value(&base.after, &change.after)) { Cause::Drift } else { Cause::Both }
}

/// By id where there are ids: a team that this change renames is the same team.
fn is_same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Named(one), Value::Named(other)) => is_same_named(one, other),
        (Value::List(one), Value::List(other)) => {
            let has = |item: &NamedText| one.iter().any(|same| is_same_named(same, item));
            one.len() == other.len() && other.iter().all(has)
        }
        (one, other) => one == other,
    }
}

fn is_same_named(one: &NamedText, other: &NamedText) -> bool {
    match (&one.id, &other.id) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// How short the seats are depends on everybody else.
fn is_same_rule(one: &Rule, other: &Rule) -> bool {
    one == other || matches!((one, other), (Rule::NoSeatLeft { .. }, Rule::NoSeatLeft { .. }))
}

/// Why somebody is to leave, and what they leave behind, is not what is to be done.
fn is_same_step(one: &ByHandStep, other: &ByHandStep) -> bool {
    match (one, other) {
        (ByHandStep::Deactivate { why: one, .. }, ByHandStep::Deactivate { why: other, .. }) => one == other,
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::WhyByHand;

    fn named(name: &str, id: Option<&str>) -> NamedText {
        NamedText { name: name.to_owned(), id: id.map(str::to_owned) }
    }

    #[test]
    fn what_has_an_id_is_the_same_under_any_name_and_what_has_none_by_its_name() {
        let value = |name, id| Value::Named(named(name, id));
        assert!(is_same_value(&value("Sales NL", Some("11")), &value("Sales Benelux", Some("11"))));
        assert!(!is_same_value(&value("Sales", Some("11")), &value("Sales", Some("12"))));
        assert!(is_same_value(&value("New", None), &value("New", None)));
        assert!(!is_same_value(&value("New", None), &value("New", Some("11"))));
        assert!(!is_same_value(&Value::text("Sales"), &value("Sales", None)));
        assert!(is_same_value(&Value::Nothing, &Value::Nothing));
    }

    #[test]
    fn lists_are_the_same_in_any_order() {
        let list = |items: &[(&str, &str)]| {
            Value::List(items.iter().map(|(name, id)| named(name, Some(*id))).collect())
        };
        // Sorted by name, so that another name is another order.
        assert!(is_same_value(&list(&[("A", "1"), ("B", "2")]), &list(&[("B", "2"), ("Z", "1")])));
        assert!(!is_same_value(&list(&[("A", "1")]), &list(&[("A", "1"), ("B", "2")])));
        assert!(!is_same_value(&list(&[("A", "1"), ("B", "2")]), &list(&[("A", "1"), ("C", "3")])));
    }

    #[test]
    fn how_short_the_seats_are_makes_no_other_rule() {
        let short = |wanted| Rule::NoSeatLeft { seat: "Core".to_owned(), wanted, remaining: 1 };
        assert!(is_same_rule(&short(2), &short(3)));
        let pinned = |id: &str| Rule::UnknownId { pinned: id.to_owned() };
        assert!(is_same_rule(&pinned("1"), &pinned("1")));
        assert!(!is_same_rule(&pinned("1"), &pinned("2")));
    }

    #[test]
    fn why_somebody_leaves_makes_no_other_step() {
        let leave = |expired, why| ByHandStep::Deactivate { expired, why, owned: None };
        let day = Some(jiff::civil::date(2027, 3, 31));
        assert!(is_same_step(&leave(day, WhyByHand::NoApi), &leave(None, WhyByHand::NoApi)));
        assert!(!is_same_step(&leave(day, WhyByHand::NoApi), &leave(day, WhyByHand::NoScimToken)));
        assert!(!is_same_step(&ByHandStep::GrantSuperAdmin, &ByHandStep::DeleteTeam));
    }

    #[test]
    fn several_causes_are_both() {
        assert_eq!(Cause::Drift.and(Cause::Drift), Cause::Drift);
        assert_eq!(Cause::Drift.and(Cause::ThisChange), Cause::Both);
        assert_eq!(Cause::ThisChange.and(Cause::Both), Cause::Both);
    }
}
