//! A plan of a part: only some people, and of the teams those that these people need.
//!
//! Everybody is resolved all the same, since people share seats and teams. Deliberately absent: any other order
//! or rule; a part is planned as the whole is. What no target names is neither done nor shown.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::config::{RoleKey, Setting};
use crate::model::Email;
use crate::resolve::{Person, Resolved};

use super::{Action, ActionKind, NamedText, Plan, Subject, Value, Work};

/// Whom a plan is about: one person, or everybody to whom the files give a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Person(Email),
    Role(RoleKey),
}

#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no target; write an e-mail address, or `role:KEY` for everybody to whom the files give the role"
)]
pub struct InvalidTarget(String);

impl FromStr for Target {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Target, InvalidTarget> {
        match text.trim().strip_prefix("role:") {
            Some("") => Err(InvalidTarget(text.to_owned())),
            Some(key) => Ok(Target::Role(RoleKey(key.into()))),
            None => Email::parse(text).map(Target::Person).map_err(|_| InvalidTarget(text.to_owned())),
        }
    }
}

/// As the digest and the plan have it: an address is the same address however it is written.
impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Person(email) => formatter.write_str(email.key()),
            Target::Role(key) => write!(formatter, "role:{key}"),
        }
    }
}

/// Everybody, or whom some targets name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a>(&'a [Target]);

impl<'a> Scope<'a> {
    pub(super) fn of(targets: &'a [Target]) -> Scope<'a> {
        Scope(targets)
    }

    pub(super) fn is_everybody(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn covers(self, person: &Person<'_>) -> bool {
        self.is_everybody() || self.0.iter().any(|target| target.is_about(person))
    }

    pub(super) fn covers_unmanaged(self, email: &Email) -> bool {
        self.is_everybody()
            || self.0.iter().any(|target| matches!(target, Target::Person(one) if one == email))
    }

    /// Sorted, none twice: the order of the command line never matters.
    pub(super) fn texts(self) -> Vec<String> {
        let texts: BTreeSet<String> = self.0.iter().map(Target::to_string).collect();
        texts.into_iter().collect()
    }

    /// Of the teams' rows only what people of this plan are about to be put into stays.
    pub(super) fn narrow_teams(self, plan: &mut Plan) {
        if self.is_everybody() {
            return;
        }
        let needed = teams_to_be_created(&plan.actions);
        let is_needed = |subject: &Subject| match subject {
            Subject::Team { name, id } => id.is_none() && needed.contains(name),
            Subject::User { .. } => true,
        };
        plan.actions.retain(|action| is_needed(&action.subject));
        plan.blocked.retain(|blocked| is_needed(&blocked.subject));
        plan.by_hand.retain(|by_hand| is_needed(&by_hand.subject));
    }
}

impl Plan {
    /// Who is among those that this plan is about.
    pub fn covers(&self) -> impl Fn(&Person<'_>) -> bool {
        // What a plan says of its targets was written from targets.
        let targets: Vec<Target> = self.targets.iter().filter_map(|target| target.parse().ok()).collect();
        move |person| Scope::of(&targets).covers(person)
    }
}

impl Target {
    /// By any address that the files or the portal know somebody by.
    fn is_about(&self, person: &Person<'_>) -> bool {
        let earlier = person.entry.and_then(|entry| entry.previous_email.as_deref()).map(|(email, _)| email);
        match self {
            Target::Person(email) => {
                [Some(person.email), person.live_email, earlier].into_iter().flatten().any(|one| one == email)
            }
            Target::Role(key) => person
                .entry
                .is_some_and(|entry| matches!(&entry.role, Setting::Given(role, _) if role == key)),
        }
    }
}

/// Targets that name the same people in other files, whichever role these give them: for a plan to compare with.
pub fn same_people(targets: &[Target], resolved: &Resolved<'_>) -> Vec<Target> {
    let scope = Scope::of(targets);
    if scope.is_everybody() {
        return Vec::new();
    }
    let covered = resolved.people.iter().filter(|person| scope.covers(person));
    let addresses = covered.flat_map(|person| [Some(person.email), person.live_email]).flatten();
    let named = targets.iter().filter(|target| matches!(target, Target::Person(_))).cloned();
    addresses.cloned().map(Target::Person).chain(named).collect()
}

/// A target that is about nobody, and what may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetOfNobody {
    pub target: Target,
    pub nearest: Option<String>,
}

/// The targets that name nobody: neither in the files nor, but for roles, in the portal.
pub fn targets_of_nobody(targets: &[Target], resolved: &Resolved<'_>) -> Vec<TargetOfNobody> {
    let names_somebody = |target: &Target| {
        let scope = Scope(std::slice::from_ref(target));
        resolved.people.iter().any(|person| target.is_about(person))
            || resolved.unmanaged.iter().any(|member| scope.covers_unmanaged(&member.user.email))
    };
    let of_nobody = targets.iter().filter(|target| !names_somebody(target));
    of_nobody
        .map(|target| TargetOfNobody { target: target.clone(), nearest: nearest(target, resolved) })
        .collect()
}

/// Among what could have been written; nothing that is not near.
fn nearest(target: &Target, resolved: &Resolved<'_>) -> Option<String> {
    let written = target.to_string();
    let people = resolved.people.iter().map(|person| person.email);
    let unmanaged = resolved.unmanaged.iter().map(|member| &member.user.email);
    let given = resolved.people.iter().filter_map(|person| match &person.entry?.role {
        Setting::Given(role, _) => Some(Target::Role(role.clone()).to_string()),
        Setting::LeftOut | Setting::Clear(_) => None,
    });
    let known = people.chain(unmanaged).map(|email| email.key().to_owned()).chain(given);
    let distances = known.map(|known| (strsim::damerau_levenshtein(&known, &written), known));
    distances.min().filter(|(distance, _)| *distance <= written.len() / 3).map(|(_, known)| known)
}

/// The names of teams without an id that people come into, and of those above them.
fn teams_to_be_created(actions: &[Action]) -> BTreeSet<String> {
    let people = actions.iter().filter(|action| matches!(action.subject, Subject::User { .. }));
    let changes = people.flat_map(|action| &action.changes).filter(|change| change.attribute.is_membership());
    let mut needed: BTreeSet<String> =
        changes.flat_map(|change| without_id(&change.after)).map(|team| team.name.clone()).collect();
    let creations = || actions.iter().filter(|action| action.kind == ActionKind::TeamCreate);
    loop {
        let above = creations().filter_map(|action| match &action.work {
            Work::CreateTeam { name, parent: Some(parent) }
                if parent.id.is_none() && needed.contains(name) =>
            {
                Some(parent.name.clone())
            }
            _ => None,
        });
        let above: Vec<String> = above.filter(|name| !needed.contains(name)).collect();
        if above.is_empty() {
            return needed;
        }
        needed.extend(above);
    }
}

fn without_id(value: &Value) -> Vec<&NamedText> {
    let all = match value {
        Value::Named(team) => std::slice::from_ref(team),
        Value::List(teams) => teams.as_slice(),
        Value::Nothing | Value::Text(_) => &[],
    };
    all.iter().filter(|team| team.id.is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_an_address_or_a_role() {
        let parsed = |text: &str| text.parse::<Target>().map(|target| target.to_string()).ok();
        assert_eq!(parsed(" Ana@Example.com "), Some("ana@example.com".to_owned()));
        assert_eq!(parsed("role:sales-rep"), Some("role:sales-rep".to_owned()));
        for wrong in ["", "role:", "sales-rep", "ana", "team:Sales"] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn neither_order_nor_case_nor_repetition_makes_another_part() {
        let targets = |texts: &[&str]| -> Vec<Target> {
            texts.iter().map(|text| text.parse().expect("a target")).collect()
        };
        let one = targets(&["role:viewer", "bo@example.com", "Ana@example.com"]);
        let other = targets(&["ana@EXAMPLE.com", "role:viewer", "ana@example.com", "bo@example.com"]);
        assert_eq!(Scope::of(&one).texts(), ["ana@example.com", "bo@example.com", "role:viewer"]);
        assert_eq!(Scope::of(&one).texts(), Scope::of(&other).texts());
    }
}
