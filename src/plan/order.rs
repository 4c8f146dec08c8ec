//! The order of everything in a plan, decided here and nowhere else.
//!
//! 1. Teams are created before anybody can be in them, parents before children; then renamed and moved, from
//!    the top of the tree that is to be down: whatever a team is put below has its own place by then, so that
//!    no team is ever below itself on the way.
//! 2. Removals, deactivations and strips come next: they release the seats that later actions take.
//! 3. Updates: those that take no seat before those that do, for the same reason; within each, raises first,
//!    because they are what a reviewer must not miss.
//! 4. Reactivations, then invitations: the last to take seats.
//! 5. Teams are deleted when nobody has to be moved out of them any more, children before parents.
//!
//! Equal in all that: by team name or e-mail. The order of the files and of HubSpot's answers never matters.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Named, Team, TeamId};

use super::{
    Action, ActionKind, Attribute, Blocked, ByHand, NamedText, Plan, PrivilegeChange, Subject, TeamState,
    Unmanaged, UserAttribute, Value, Waiting, Work,
};

pub(super) fn sort(plan: &mut Plan, teams: &[Team]) {
    let depths = Depths::new(&plan.actions, teams);
    plan.actions
        .sort_by_cached_key(|action| (action.kind, rank(action, &depths), subject_key(&action.subject)));
    plan.blocked.sort_by_cached_key(|Blocked { subject, kind, rule, .. }| {
        (subject_key(subject), *kind, rule.clone())
    });
    plan.by_hand.sort_by_cached_key(|ByHand { subject, step, .. }| (subject_key(subject), step.as_str()));
    plan.waiting.sort_by_cached_key(|Waiting { email, .. }| email.key().to_owned());
    plan.unmanaged.sort_by_cached_key(|Unmanaged { subject, .. }| subject_key(subject));
}

/// People before teams beside the actions; both by what people call them.
fn subject_key(subject: &Subject) -> (bool, String, String) {
    match subject {
        Subject::User { email, id: _ } => (false, email.key().to_owned(), email.as_str().to_owned()),
        Subject::Team { name, id: _ } => (true, name.to_lowercase(), name.clone()),
    }
}

fn rank(action: &Action, depths: &Depths) -> i64 {
    match (&action.work, action.kind) {
        (Work::CreateTeam { parent, .. }, _) => {
            parent.as_ref().map_or(0, |parent| depths.created(&parent.name) + 1)
        }
        (Work::UpdateTeam { id, .. }, _) => depths.updated(id),
        (Work::DeleteTeam { id, .. }, _) => -depths.deleted(id),
        (_, ActionKind::Update) => {
            2 * i64::from(takes_seat(action)) + i64::from(action.privilege != PrivilegeChange::Raise)
        }
        _ => 0,
    }
}

fn takes_seat(action: &Action) -> bool {
    let names = |value: &Value| match value {
        Value::List(items) => items.iter().map(|NamedText { name, .. }| name.clone()).collect(),
        Value::Nothing | Value::Text(_) | Value::Named(_) => Vec::new(),
    };
    action.change(Attribute::User(UserAttribute::Seats)).is_some_and(|change| {
        let before = names(&change.before);
        names(&change.after).iter().any(|seat| !before.contains(seat))
    })
}

/// How deep the teams of this plan stand below others of it.
struct Depths {
    /// Name → parent's name, for teams that are created.
    created: BTreeMap<String, Option<String>>,
    /// Id → parent's id, for teams that are deleted.
    deleted: BTreeMap<TeamId, Option<TeamId>>,
    updated: BTreeSet<Node>,
    /// The tree that is to be, as far as it bears on teams that are updated.
    above: BTreeMap<Node, Node>,
}

/// A team in the tree, one that the plan creates included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Live(TeamId),
    Created(String),
}

impl Node {
    fn of(team: &Named<TeamId>) -> Node {
        match &team.id {
            Some(id) => Node::Live(id.clone()),
            None => Node::Created(team.name.clone()),
        }
    }
}

impl Depths {
    fn new(actions: &[Action], teams: &[Team]) -> Depths {
        let mut depths = Depths {
            created: BTreeMap::new(),
            deleted: BTreeMap::new(),
            updated: BTreeSet::new(),
            above: BTreeMap::new(),
        };
        if actions.iter().any(|action| action.kind == ActionKind::TeamUpdate) {
            let live = teams.iter().filter_map(|team| Some((team.id.clone(), team.parent.clone()?)));
            depths.above.extend(live.map(|(id, parent)| (Node::Live(id), Node::Live(parent))));
        }
        for action in actions {
            match &action.work {
                Work::CreateTeam { name, parent } => {
                    depths.place(Node::Created(name.clone()), parent.as_ref());
                    let parent = parent.as_ref().map(|parent| parent.name.clone());
                    depths.created.insert(name.clone(), parent);
                }
                Work::UpdateTeam { id, after, .. } => {
                    depths.place(Node::Live(id.clone()), after.parent.as_ref());
                    depths.updated.insert(Node::Live(id.clone()));
                }
                Work::DeleteTeam { id, before: TeamState { parent, .. } } => {
                    let parent = parent.as_ref().and_then(|parent| parent.id.clone());
                    depths.deleted.insert(id.clone(), parent);
                }
                _ => {}
            }
        }
        depths
    }

    fn place(&mut self, team: Node, parent: Option<&Named<TeamId>>) {
        match parent {
            Some(parent) => self.above.insert(team, Node::of(parent)),
            None => self.above.remove(&team),
        };
    }

    /// How many teams above one that is updated are updated as well.
    fn updated(&self, id: &TeamId) -> i64 {
        let start = Node::Live(id.clone());
        let above = std::iter::successors(self.above.get(&start), |team| self.above.get(team));
        above.take(self.above.len()).filter(|team| self.updated.contains(team)).count() as i64
    }

    fn created(&self, name: &str) -> i64 {
        depth(name, |name| self.created.get(name)?.as_deref(), self.created.len())
    }

    fn deleted(&self, id: &TeamId) -> i64 {
        depth(id, |id| self.deleted.get(id)?.as_ref(), self.deleted.len())
    }
}

/// Bounded by the number of teams: a portal that shows a circle must not hang the plan.
fn depth<'a, T: ?Sized>(start: &'a T, parent: impl Fn(&T) -> Option<&'a T>, bound: usize) -> i64 {
    std::iter::successors(parent(start), |above| parent(above)).take(bound).count() as i64
}
