//! Plan and facts → the values that expressions see, field for field as `config::vocabulary` declares them.

use std::sync::Arc;

use crate::config::vocabulary::{
    ACTION, BLOCKED, CHANGE, DEGRADED, PEOPLE, PLAN, PORTAL, ROLE, SEAT, SUMMARY, UNMANAGED, USER, WAITING,
};
use crate::config::{Access, PermissionGrant, Role, RoleKey, Setting};
use crate::expression::{Record, Value};
use crate::model::{Degraded, Named, PermissionSetId, User};
use crate::plan::{
    Action, ActionKind, Blocked, ByHand, ByHandStep, Change, People, Plan, PrivilegeChange, Subject,
    Unmanaged, Waiting,
};

use super::facts::{Facts, WantedUser};
use super::seats::SeatUse;

/// Everything a rule can name, made once.
pub(super) struct Values {
    pub(super) plan: Value,
    /// Actions and then the rows by hand, each in their order.
    pub(super) actions: Vec<Value>,
    /// As `Facts::users`.
    pub(super) users: Vec<Value>,
    /// As `Facts::roles`.
    pub(super) roles: Vec<Value>,
}

impl Values {
    pub(super) fn new(facts: &Facts<'_>, plan: &Plan) -> Values {
        let actions: Vec<Value> = plan.actions.iter().map(action).collect();
        let by_hand: Vec<Value> = plan.by_hand.iter().map(by_hand_row).collect();
        let users: Vec<Value> = facts.users.iter().map(user).collect();
        let roles: Vec<Value> = facts.roles.iter().map(role).collect();
        let list = |values: &[Value]| Value::list(values.iter().cloned());
        let plan = Record::value(
            &PLAN,
            [
                Value::text(facts.today.to_string()),
                Value::text(facts.weekday),
                portal(plan),
                people(facts, plan.people),
                summary(plan),
                list(&actions),
                list(&by_hand),
                Value::list(plan.blocked.iter().map(blocked)),
                Value::list(plan.waiting.iter().map(waiting)),
                Value::list(plan.unmanaged.iter().map(unmanaged)),
                Value::list(plan.degraded.iter().map(degraded)),
                list(&users),
                list(&roles),
                Value::or_null(facts.seats.as_ref().map(|seats| Value::list(seats.iter().map(seat)))),
            ],
        );
        Values { plan, actions: actions.into_iter().chain(by_hand).collect(), users, roles }
    }
}

fn portal(plan: &Plan) -> Value {
    let id = i64::try_from(plan.portal.id.0).unwrap_or(i64::MAX);
    Record::value(&PORTAL, [Value::Number(id), optional(plan.portal.name.as_deref())])
}

fn people(facts: &Facts<'_>, counts: People) -> Value {
    let People { live, desired, super_admins, super_admins_after, empty_list: _ } = counts;
    let paid = facts.paid_seats;
    Record::value(
        &PEOPLE,
        [
            count(live),
            count(desired),
            count(super_admins),
            count(super_admins_after),
            Value::or_null(paid.map(|paid| number(paid.used))),
            Value::or_null(paid.map(|paid| number(paid.used_after))),
        ],
    )
}

fn summary(plan: &Plan) -> Value {
    let of = |kind| count(plan.count(kind));
    Record::value(
        &SUMMARY,
        [
            of(ActionKind::Invite),
            of(ActionKind::Update),
            of(ActionKind::Deactivate),
            of(ActionKind::Reactivate),
            of(ActionKind::Strip),
            of(ActionKind::Remove),
            of(ActionKind::TeamCreate),
            of(ActionKind::TeamUpdate),
            of(ActionKind::TeamDelete),
            count(plan.blocked.len()),
            count(plan.by_hand.len()),
            count(plan.waiting.len()),
            count(plan.unmanaged.len()),
        ],
    )
}

fn action(action: &Action) -> Value {
    let Action { kind, subject, changes, privilege, notes: _, source: _, work: _ } = action;
    row((kind.as_str(), false, kind.is_removal()), subject, *privilege, changes)
}

fn by_hand_row(row: &ByHand) -> Value {
    let ByHand { step, subject, privilege, source: _ } = row;
    let is_removal = matches!(step, ByHandStep::Deactivate { .. });
    self::row((step.as_str(), true, is_removal), subject, *privilege, &[])
}

fn row(
    (kind, by_hand, removal): (&'static str, bool, bool),
    subject: &Subject,
    privilege: PrivilegeChange,
    changes: &[Change],
) -> Value {
    let [what, name, email] = subject_values(subject);
    Record::value(
        &ACTION,
        [
            Value::text(kind),
            Value::Bool(by_hand),
            Value::Bool(removal),
            what,
            name,
            email,
            Value::text(privilege.as_str()),
            Value::list(changes.iter().map(change)),
        ],
    )
}

/// `subject`, `name` and `email`.
fn subject_values(subject: &Subject) -> [Value; 3] {
    let name = Value::text(subject.name());
    match subject {
        Subject::User { email, id: _ } => [Value::text("user"), name, Value::text(email.as_str())],
        Subject::Team { name: _, id: _ } => [Value::text("team"), name, Value::Null],
    }
}

fn change(change: &Change) -> Value {
    let Change { attribute, before, after } = change;
    let side = |value: &crate::plan::Value| Value::list(value.names().into_iter().map(Value::text));
    Record::value(&CHANGE, [Value::text(attribute.as_str()), side(before), side(after)])
}

fn blocked(row: &Blocked) -> Value {
    let Blocked { kind, subject, changes, rule, source: _ } = row;
    let [what, name, email] = subject_values(subject);
    let changes = Value::list(changes.iter().map(change));
    Record::value(
        &BLOCKED,
        [Value::text(kind.as_str()), what, name, email, Value::text(rule.as_str()), changes],
    )
}

fn waiting(row: &Waiting) -> Value {
    let Waiting { email, reason: _, changes, source: _ } = row;
    Record::value(&WAITING, [Value::text(email.as_str()), Value::list(changes.iter().map(change))])
}

fn unmanaged(row: &Unmanaged) -> Value {
    let Unmanaged { subject, status, last_active: _ } = row;
    let [what, name, email] = subject_values(subject);
    Record::value(&UNMANAGED, [what, name, email, optional(status.map(|status| status.as_str()))])
}

fn degraded(part: &Degraded) -> Value {
    let Degraded { what, missing_scope, effect: _ } = part;
    Record::value(&DEGRADED, [Value::text(what.as_str()), optional(missing_scope.as_deref())])
}

fn user(user: &WantedUser<'_>) -> Value {
    let WantedUser { entry, person, expires_in_days, on_expiry, is_covered: _ } = user;
    let wanted: &User = &person.wanted;
    let names =
        |sets: &[Named<PermissionSetId>]| Value::list(sets.iter().map(|set| Value::text(set.name.as_str())));
    Record::value(
        &USER,
        [
            Value::text(person.email.as_str()),
            Value::text(person.email.domain()),
            optional(wanted.id.as_ref().map(|id| id.as_str())),
            optional(wanted.first_name.as_deref()),
            optional(wanted.last_name.as_deref()),
            Value::text(person.state.as_str()),
            Value::text(wanted.status.as_str()),
            Value::or_null(user.role().map(|key| Value::Text(Arc::clone(&key.0)))),
            Value::Bool(wanted.super_admin),
            names(&wanted.permission_sets),
            optional(wanted.team.as_ref().map(|team| team.name.as_str())),
            Value::list(wanted.extra_teams.iter().map(|team| Value::text(team.name.as_str()))),
            Value::list(wanted.seats.iter().map(|seat| Value::text(seat.as_str()))),
            Value::or_null(user.expires().map(|day| Value::text(day.to_string()))),
            Value::or_null(expires_in_days.map(Value::Number)),
            Value::text(on_expiry.as_str()),
            Value::Bool(person.is_protected),
            Value::Bool(entry.invite),
            optional(entry.language.as_deref()),
        ],
    )
}

fn role((key, role): &(&RoleKey, &Role)) -> Value {
    let (access, permission_set, template) = match &role.access {
        Access::PermissionSet(set) => ("permission_set", Some(&**set), None),
        Access::Template(template) => ("template", None, Some(template.as_str())),
        Access::Scratch => ("scratch", None, None),
        Access::SuperAdmin => ("super_admin", None, None),
    };
    let seats = match &role.seats {
        Setting::Given(seats, _) => seats.iter().map(|(seat, _)| Value::text(Arc::clone(seat))).collect(),
        Setting::LeftOut | Setting::Clear(_) => Vec::new(),
    };
    let permissions =
        role.permissions.iter().map(|(line, grant)| (Arc::from(line.as_str()), self::grant(grant)));
    Record::value(
        &ROLE,
        [
            Value::Text(Arc::clone(&key.0)),
            Value::text(role.name.as_str()),
            optional(role.description.as_deref()),
            Value::text(role.privilege.as_str()),
            Value::text(access),
            optional(permission_set),
            optional(template),
            Value::list(seats),
            Value::Map(permissions.collect()),
        ],
    )
}

fn grant(grant: &PermissionGrant) -> Value {
    match grant {
        PermissionGrant::Switch(on) => Value::Bool(*on),
        PermissionGrant::Level(level) => Value::text(level.as_str()),
        PermissionGrant::Reach(grants) => {
            let entries =
                grants.iter().map(|(verb, reach)| (Arc::from(verb.as_str()), Value::text(reach.as_str())));
            Value::Map(entries.collect())
        }
    }
}

fn seat(seat: &SeatUse) -> Value {
    let SeatUse { name, paid, used, used_after, remaining } = seat;
    Record::value(
        &SEAT,
        [
            Value::text(name.as_str()),
            Value::Bool(*paid),
            number(*used),
            number(*used_after),
            Value::or_null(remaining.map(Value::Number)),
        ],
    )
}

fn optional(text: Option<&str>) -> Value {
    Value::or_null(text.map(Value::text))
}

fn count(number: usize) -> Value {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn number(number: u64) -> Value {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}
