//! Teams wanted against teams live.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Named, Team, TeamId};
use crate::resolve::{Resolved, TeamPair, WantedTeam};

use super::{
    Action, ActionKind, Attribute, Blocked, ByHand, ByHandStep, Change, Note, Plan, PrivilegeChange, Rule,
    Subject, TeamAttribute, TeamState, Value, Work, compare,
};

pub(super) fn plan(resolved: &Resolved<'_>, plan: &mut Plan) {
    let live = Live::new(resolved);
    for pair in &resolved.teams {
        match (&pair.wanted, pair.live) {
            (WantedTeam::Present { name, parent }, None) => {
                let parent = parent.clone().flatten();
                create(pair, TeamState { name: name.to_string(), parent }, resolved, plan);
            }
            (WantedTeam::Present { name, parent }, Some(team)) => {
                let before = live.state(team);
                let parent = match parent {
                    Some(parent) if resolved.api.has_teams_api() => parent.clone(),
                    _ => before.parent.clone(),
                };
                update(pair, team, (before, TeamState { name: name.to_string(), parent }), (resolved, plan));
            }
            (WantedTeam::Removed { .. }, Some(team)) => delete(pair, team, &live, (resolved, plan)),
            (WantedTeam::Removed { .. }, None) => {}
        }
    }
}

fn create(pair: &TeamPair<'_>, state: TeamState, resolved: &Resolved<'_>, plan: &mut Plan) {
    let TeamState { name, parent } = state;
    let subject = Subject::Team { name: name.clone(), id: None };
    if !resolved.api.has_teams_api() {
        let step = ByHandStep::CreateTeam { parent: parent.map(|parent| parent.name) };
        plan.by_hand.push(by_hand(pair, subject, step));
        return;
    }
    let mut changes = vec![change(TeamAttribute::Name, Value::Nothing, Value::text(name.as_str()))];
    if parent.is_some() {
        changes.push(change(TeamAttribute::Parent, Value::Nothing, compare::named(parent.as_ref())));
    }
    let work = Work::CreateTeam { name, parent };
    plan.actions.push(action(ActionKind::TeamCreate, pair, subject, (changes, Vec::new(), work)));
}

fn update(
    pair: &TeamPair<'_>,
    team: &Team,
    (before, after): (TeamState, TeamState),
    (resolved, plan): (&Resolved<'_>, &mut Plan),
) {
    let renamed = before.name != after.name;
    let parent_id = |state: &TeamState| state.parent.as_ref().map(|parent| parent.id.clone());
    // A parent that this plan creates has no id yet and is another one for sure.
    let moved = parent_id(&before) != parent_id(&after) || parent_id(&after) == Some(None);
    if !renamed && !moved {
        return;
    }
    let subject = Subject::Team { name: before.name.clone(), id: Some(team.id.clone()) };
    if !resolved.api.has_teams_api() {
        let step = ByHandStep::UpdateTeam {
            name: renamed.then(|| after.name.clone()),
            parent: moved.then(|| after.parent.map(|parent| parent.name)),
        };
        plan.by_hand.push(by_hand(pair, subject, step));
        return;
    }
    let mut changes = Vec::new();
    if renamed {
        changes.push(change(
            TeamAttribute::Name,
            Value::text(before.name.as_str()),
            Value::text(after.name.as_str()),
        ));
    }
    if moved {
        let (above, below) = (compare::named(before.parent.as_ref()), compare::named(after.parent.as_ref()));
        changes.push(change(TeamAttribute::Parent, above, below));
    }
    let work = Work::UpdateTeam { id: team.id.clone(), before, after };
    plan.actions.push(action(ActionKind::TeamUpdate, pair, subject, (changes, Vec::new(), work)));
}

fn delete(pair: &TeamPair<'_>, team: &Team, live: &Live<'_>, (resolved, plan): (&Resolved<'_>, &mut Plan)) {
    let subject = Subject::Team { name: team.name.clone(), id: Some(team.id.clone()) };
    if !resolved.api.has_teams_api() {
        plan.by_hand.push(by_hand(pair, subject, ByHandStep::DeleteTeam));
        return;
    }
    let changes = vec![change(TeamAttribute::Name, Value::text(team.name.as_str()), Value::Nothing)];
    let children = live.children_left(team, resolved);
    if !children.is_empty() {
        plan.blocked.push(Blocked {
            kind: ActionKind::TeamDelete,
            subject,
            changes,
            rule: Rule::TeamHasChildren { teams: children },
            source: Some(pair.place.clone()),
        });
        return;
    }
    let members = live.members.get(&team.id).copied().unwrap_or_default();
    let notes = if members > 0 { vec![Note::TeamMembers(members)] } else { Vec::new() };
    let work = Work::DeleteTeam { id: team.id.clone(), before: live.state(team) };
    plan.actions.push(action(ActionKind::TeamDelete, pair, subject, (changes, notes, work)));
}

fn change(attribute: TeamAttribute, before: Value, after: Value) -> Change {
    Change { attribute: Attribute::Team(attribute), before, after }
}

fn action(
    kind: ActionKind,
    pair: &TeamPair<'_>,
    subject: Subject,
    (changes, notes, work): (Vec<Change>, Vec<Note>, Work),
) -> Action {
    let source = Some(pair.place.clone());
    Action { kind, subject, changes, privilege: PrivilegeChange::None, notes, source, work }
}

fn by_hand(pair: &TeamPair<'_>, subject: Subject, step: ByHandStep) -> ByHand {
    ByHand { step, subject, privilege: PrivilegeChange::None, source: Some(pair.place.clone()) }
}

/// The live teams, by id.
struct Live<'a> {
    teams: BTreeMap<&'a TeamId, &'a Team>,
    /// People in each team that stay in it once the plan is done.
    members: BTreeMap<&'a TeamId, usize>,
}

impl<'a> Live<'a> {
    fn new(resolved: &'a Resolved<'_>) -> Live<'a> {
        let teams = resolved.snapshot.catalog.teams.as_deref().unwrap_or_default();
        let mut members = BTreeMap::new();
        if resolved.teams.iter().any(|pair| matches!(pair.wanted, WantedTeam::Removed { .. })) {
            let managed = resolved.people.iter().map(|person| &*person.wanted);
            let unmanaged = resolved.unmanaged.iter().map(|member| &member.user);
            for user in managed.chain(unmanaged) {
                for team in user.team.iter().chain(&user.extra_teams) {
                    if let Some(id) = &team.id {
                        *members.entry(id).or_default() += 1;
                    }
                }
            }
        }
        Live { teams: teams.iter().map(|team| (&team.id, team)).collect(), members }
    }

    fn state(&self, team: &Team) -> TeamState {
        let parent = team.parent.as_ref().map(|id| match self.teams.get(id) {
            Some(parent) => Named::new(id.clone(), parent.name.as_str()),
            None => Named::new(id.clone(), id.as_str()),
        });
        TeamState { name: team.name.clone(), parent }
    }

    /// Teams that would still stand below one that is deleted.
    fn children_left(&self, team: &Team, resolved: &Resolved<'_>) -> Vec<String> {
        let moved_or_deleted: BTreeSet<&TeamId> = resolved
            .teams
            .iter()
            .filter_map(|pair| match (&pair.wanted, pair.live) {
                (WantedTeam::Removed { .. }, Some(live)) => Some(&live.id),
                (WantedTeam::Present { parent: Some(parent), .. }, Some(live)) => {
                    let stays = parent.as_ref().is_some_and(|parent| parent.id.as_ref() == Some(&team.id));
                    (!stays).then_some(&live.id)
                }
                _ => None,
            })
            .collect();
        let children = self.teams.values().filter(|child| child.parent.as_ref() == Some(&team.id));
        children
            .filter(|child| !moved_or_deleted.contains(&child.id))
            .map(|child| child.name.clone())
            .collect()
    }
}
