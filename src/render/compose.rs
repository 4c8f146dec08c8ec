//! Plan and verdicts → the document, with the words and in the order in which people read.
//!
//! Deliberately absent: formats, and anything the plan does not say.

use std::cmp::Reverse;

use crate::guard::Verdict;
use crate::model::{Degraded, Place};
use crate::plan::{
    Action, ActionKind, Blocked, ByHand, Change, NamedText, Note, Plan, PrivilegeChange, Subject, Unmanaged,
    Value, Waiting,
};

use super::causes::Group;
use super::document::{
    ActionEntry, BlockedEntry, ByHandEntry, Cause, ChangeEntry, DegradedEntry, FORMAT_VERSION, GuardEntry,
    GuardVerdict, Ids, PeopleEntry, PlanDocument, PortalEntry, Requests, Shown, SourceEntry, SubjectEntry,
    Summary, UnmanagedEntry, WaitingEntry,
};
use super::{limits, notes, reasons, steps};

impl PlanDocument {
    /// Without what rules see and say, which is `judged`'s.
    pub fn new(plan: &Plan, verdicts: &[Verdict], requests: Requests) -> PlanDocument {
        // Destructured so that a new field of the plan has to find its place here.
        let Plan { portal, people, targets, actions, blocked, by_hand, waiting, unmanaged, degraded } = plan;
        let actions = actions.iter().enumerate().map(|(index, action)| action_entry(action, index)).collect();
        let mut document = PlanDocument {
            format_version: FORMAT_VERSION.to_owned(),
            masked: false,
            portal: PortalEntry {
                id: portal.id.0,
                name: portal.name.clone(),
                api: portal.api.as_str().to_owned(),
                region: portal.account.data_hosting_location.clone(),
                account_type: portal.account.account_type.clone(),
                time_zone: portal.account.time_zone.clone(),
                ui_domain: portal.account.ui_domain.clone(),
            },
            today: None,
            weekday: None,
            digest: plan.digest().to_string(),
            people: PeopleEntry {
                live: count(people.live),
                desired: count(people.desired),
                super_admins: count(people.super_admins),
                super_admins_after: count(people.super_admins_after),
                paid_seats: None,
                paid_seats_after: None,
            },
            requests,
            targets: targets.clone(),
            base: None,
            directory: None,
            actions,
            blocked: blocked.iter().map(blocked_entry).collect(),
            by_hand: by_hand.iter().map(|by_hand| by_hand_entry(plan, by_hand)).collect(),
            waiting: waiting.iter().map(waiting_entry).collect(),
            unmanaged: unmanaged.iter().map(unmanaged_entry).collect(),
            cancelled: Vec::new(),
            policy_changes: Vec::new(),
            guards: verdicts.iter().map(guard_entry).collect(),
            policies: Vec::new(),
            degraded: degraded.iter().map(degraded_entry).collect(),
            users: Vec::new(),
            roles: Vec::new(),
            seats: None,
            summary: Summary::default(),
        };
        document.summary = summary(&document, |_| true);
        sort(&mut document);
        document
    }
}

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).expect("no machine counts further")
}

/// What this change does comes before what was different already; within both the order of reading.
pub(super) fn sort(document: &mut PlanDocument) {
    let PlanDocument { actions, blocked, by_hand, waiting, unmanaged, .. } = document;
    actions.sort_by_cached_key(reading_key);
    // Stable: within a group the order is the plan's.
    blocked.sort_by_key(|entry| Group::of(&entry.cause));
    by_hand.sort_by_key(|entry| Group::of(&entry.cause));
    waiting.sort_by_key(|entry| Group::of(&entry.cause));
    unmanaged.sort_by_key(|entry| Group::of(&entry.cause));
}

/// The order of reading, which is not the order of work: first what takes access away, because that is what a
/// reviewer must not miss; then what raises privileges; then teams, since people's changes name them; other
/// changes; and newcomers last. Within each by name, so that a person is found.
pub(super) fn reading_key(action: &ActionEntry) -> (Group, u8, Reverse<bool>, String, u64) {
    let raises = action.privilege == PrivilegeChange::Raise;
    let rank = match action.kind {
        ActionKind::Remove => 0,
        ActionKind::Deactivate => 1,
        ActionKind::Strip => 2,
        ActionKind::TeamDelete => 3,
        _ if raises => 4,
        ActionKind::TeamCreate => 5,
        ActionKind::TeamUpdate => 6,
        ActionKind::Update => 7,
        ActionKind::Reactivate => 8,
        ActionKind::Invite => 9,
    };
    let name = action.subject.name().to_lowercase();
    (Group::of(&action.cause), rank, Reverse(raises), name, action.order)
}

/// `index` is the action's place in the plan, from 0 on.
pub(super) fn action_entry(action: &Action, index: usize) -> ActionEntry {
    // The work is `apply`'s; nothing in it that the changes do not say.
    let Action { kind, subject, changes, privilege, notes, source, work: _ } = action;
    ActionEntry {
        kind: *kind,
        subject: subject_entry(subject),
        changes: changes.iter().map(change_entry).collect(),
        cause: Vec::new(),
        privilege: *privilege,
        notes: notes.iter().filter_map(notes::sentence).collect(),
        seats_left: notes
            .iter()
            .filter_map(|note| match note {
                Note::SeatsLeft { seat, left } => Some((seat.clone(), *left)),
                _ => None,
            })
            .collect(),
        source: source.as_ref().map(source_entry),
        order: count(index + 1),
    }
}

fn blocked_entry(blocked: &Blocked) -> BlockedEntry {
    let Blocked { kind, subject, changes, rule, source } = blocked;
    BlockedEntry {
        kind: *kind,
        subject: subject_entry(subject),
        rule: rule.as_str().to_owned(),
        reason: reasons::blocked(*kind, rule),
        changes: changes.iter().map(change_entry).collect(),
        cause: Vec::new(),
        source: source.as_ref().map(source_entry),
    }
}

fn by_hand_entry(plan: &Plan, by_hand: &ByHand) -> ByHandEntry {
    let ByHand { step, subject, privilege, source } = by_hand;
    let instructions = steps::instructions(&plan.portal, subject, step);
    ByHandEntry {
        kind: step.as_str().to_owned(),
        subject: subject_entry(subject),
        title: instructions.title,
        path: instructions.path,
        steps: instructions.steps,
        link: instructions.link,
        privilege: *privilege,
        cause: Vec::new(),
        source: source.as_ref().map(source_entry),
    }
}

fn waiting_entry(waiting: &Waiting) -> WaitingEntry {
    let Waiting { email, reason, changes, source } = waiting;
    WaitingEntry {
        email: email.as_str().to_owned(),
        reason: reasons::waiting(*reason).to_owned(),
        changes: changes.iter().map(change_entry).collect(),
        cause: Vec::new(),
        source: source.as_ref().map(source_entry),
    }
}

fn unmanaged_entry(unmanaged: &Unmanaged) -> UnmanagedEntry {
    let Unmanaged { subject, status, last_active } = unmanaged;
    UnmanagedEntry {
        subject: subject_entry(subject),
        status: status.map(|status| status.as_str().to_owned()),
        // In UTC and not in the portal's zone: the same plan on a machine with other time zone data.
        last_active: last_active.map(|moment| jiff::tz::TimeZone::UTC.to_datetime(moment).date().to_string()),
        cause: Vec::new(),
    }
}

fn guard_entry(verdict: &Verdict) -> GuardEntry {
    let Verdict { guard, refused, limit, limit_percent, actual, of, acknowledged } = verdict;
    GuardEntry {
        guard: guard.as_str().to_owned(),
        verdict: if *refused { GuardVerdict::Refused } else { GuardVerdict::Ok },
        limit: *limit,
        limit_percent: *limit_percent,
        actual: *actual,
        of: *of,
        acknowledged: *acknowledged,
        message: limits::finding(verdict),
        go_on: refused.then(|| limits::way_on(verdict)),
    }
}

fn degraded_entry(degraded: &Degraded) -> DegradedEntry {
    let Degraded { what, missing_scope, effect } = degraded;
    DegradedEntry { what: what.clone(), missing_scope: missing_scope.clone(), effect: effect.clone() }
}

pub(super) fn subject_entry(subject: &Subject) -> SubjectEntry {
    let id = subject.id().map(str::to_owned);
    match subject {
        Subject::User { email, id: _ } => {
            SubjectEntry::User { email: email.as_str().to_owned(), user_id: id }
        }
        Subject::Team { name, id: _ } => SubjectEntry::Team { team: name.clone(), team_id: id },
    }
}

pub(super) fn source_entry(place: &Place) -> SourceEntry {
    let Place { file, line, column } = place;
    SourceEntry { file: file.to_string(), line: *line, column: Some(*column) }
}

pub(super) fn change_entry(change: &Change) -> ChangeEntry {
    let Change { attribute, before, after } = change;
    let (before, before_id) = shown(before);
    let (after, after_id) = shown(after);
    let cause = Vec::new();
    ChangeEntry { attribute: attribute.as_str().to_owned(), before, after, before_id, after_id, cause }
}

/// Nothing is lost: the value can be told from what is shown and the ids beside it.
pub(super) fn shown(value: &Value) -> (Shown, Option<Ids>) {
    match value {
        Value::Nothing => (Shown::Nothing, None),
        Value::Text(text) => (Shown::Text(text.clone()), None),
        Value::Named(NamedText { name, id }) => {
            (Shown::Text(name.clone()), Some(id.clone().map_or(Ids::None, Ids::One)))
        }
        Value::List(items) => {
            let names = items.iter().map(|item| item.name.clone()).collect();
            let has_ids = items.iter().any(|item| item.id.is_some());
            let ids = || Ids::List(items.iter().map(|item| item.id.clone()).collect());
            (Shown::List(names), has_ids.then(ids))
        }
    }
}

/// Of the rows that are counted by their cause.
pub(super) fn summary(document: &PlanDocument, counts: impl Fn(&[Cause]) -> bool) -> Summary {
    let actions: Vec<ActionKind> =
        document.actions.iter().filter(|action| counts(&action.cause)).map(|action| action.kind).collect();
    let of = |kind: ActionKind| count(actions.iter().filter(|action| **action == kind).count());
    Summary {
        invite: of(ActionKind::Invite),
        update: of(ActionKind::Update),
        deactivate: of(ActionKind::Deactivate),
        reactivate: of(ActionKind::Reactivate),
        strip: of(ActionKind::Strip),
        remove: of(ActionKind::Remove),
        team_create: of(ActionKind::TeamCreate),
        team_update: of(ActionKind::TeamUpdate),
        team_delete: of(ActionKind::TeamDelete),
        blocked: count(document.blocked.iter().filter(|entry| counts(&entry.cause)).count()),
        by_hand: count(document.by_hand.iter().filter(|entry| counts(&entry.cause)).count()),
        waiting: count(document.waiting.iter().filter(|entry| counts(&entry.cause)).count()),
        unmanaged: count(document.unmanaged.iter().filter(|entry| counts(&entry.cause)).count()),
    }
}
