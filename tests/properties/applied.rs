//! What a plan says is what `apply` does: to those it names, as far as it says, and to nobody else.

use std::collections::BTreeMap;

use hubroster::apply::{Outcome, OutcomeKind, Report};
use hubroster::model::{Named, TeamId, User};
use hubroster::plan::{Action, Attribute, Plan, UserAttribute, Work};

use crate::asks_for_nothing;
use crate::changing;
use crate::run::{Case, Held, Holds, Portal, State, check, load, plan, same};

#[test]
fn after_apply_the_plan_is_empty_and_nobody_else_was_touched() {
    check(40, changing(), async |case: &Case| {
        let desired = load(&case.files)?;
        let portal = Portal::start(&case.seed).await?;
        let first = plan(&desired, &portal.snapshot(&desired).await?)?;
        let before = portal.state().await;
        let report = portal.apply(&desired, &first).await;
        let after = portal.state().await;
        let planned = || format!("planned:\n{:#?}", first.actions);
        all_well(&report).map_err(|error| format!("{error}\n{}", planned()))?;
        as_planned(&first, &report, (&before, &after)).map_err(|error| format!("{error}\n{}", planned()))?;
        invitations(&first, &after)?;
        // A list that lags shows its change after being read some times.
        for _ in 0..case.seed["behaviour"]["list_lag"].as_u64().unwrap_or_default() {
            portal.snapshot(&desired).await?;
        }
        let second = portal.snapshot(&desired).await?;
        profiles(&first, &report, &second)?;
        asks_for_nothing(&plan(&desired, &second)?)
            .map_err(|error| format!("{error}\nfirst {}", planned()))?;
        portal.stop().await;
        Ok(())
    });
}

fn all_well(report: &Report) -> Holds {
    let ill: Vec<&Outcome> =
        report.outcomes.iter().filter(|outcome| outcome.kind != OutcomeKind::Done).collect();
    if ill.is_empty() { Ok(()) } else { Err(format!("not done: {ill:#?}")) }
}

/// One mail for each invitation that asks for one, and none else.
fn invitations(plan: &Plan, after: &State) -> Holds {
    let asked = plan.actions.iter().filter_map(|action| match &action.work {
        Work::Invite { user, send_mail: true } => Some(user.email.as_str().to_owned()),
        _ => None,
    });
    let (mut asked, mut sent) = (Vec::from_iter(asked), after.outbox());
    asked.sort();
    sent.sort();
    same("invitations, asked for and sent", &asked, &sent)
}

/// Everybody, attribute by attribute: what was to change as wanted, all else as before.
fn as_planned(plan: &Plan, report: &Report, (before, after): (&State, &State)) -> Holds {
    let remaining = after.team_ids();
    let mut expected = before.people();
    for held in expected.values_mut() {
        held.team.take_if(|team| !remaining.contains(team));
        held.extra_teams.retain(|team| remaining.contains(team));
    }
    let mut found = after.people();
    for Action { work, changes, subject, .. } in report.outcomes.iter().map(|outcome| &outcome.action) {
        match work {
            Work::Update { before, after: wanted, .. } => {
                let id = before.id.as_ref().map_or("", |id| id.as_str());
                let held = expected.get_mut(id).ok_or_else(|| format!("{subject:?} was nobody"))?;
                for change in changes {
                    wanted_attribute(held, wanted, change.attribute, after);
                }
                if changes.iter().any(|change| change.attribute.is_profile()) {
                    held.profile = found.get(id).map(|held| held.profile.clone()).unwrap_or_default();
                }
            }
            Work::Invite { user, .. } => {
                let id = found_by_email(&found, user)?;
                let held = found.remove(&id).expect("found just now");
                let earlier = expected.remove(&id);
                invited(user, &held, earlier, after)?;
            }
            Work::Remove { before } => {
                let id = before.id.as_ref().map_or("", |id| id.as_str());
                let held = expected.get_mut(id).ok_or_else(|| format!("{subject:?} was nobody"))?;
                held.status = "removed".to_owned();
                held.permission_sets.clear();
                held.team = None;
                held.extra_teams.clear();
                held.seats.clear();
            }
            // The generated policies leave deactivation to people.
            Work::Deactivate { .. } | Work::Reactivate { .. } | Work::Strip { .. } => {
                return Err(format!("{subject:?}: not asked for"));
            }
            Work::CreateTeam { .. } | Work::UpdateTeam { .. } | Work::DeleteTeam { .. } => {}
        }
    }
    same(&format!("people, expected and found ({} actions)", plan.actions.len()), &expected, &found)
}

fn wanted_attribute(held: &mut Held, wanted: &User, attribute: Attribute, after: &State) {
    let Attribute::User(attribute) = attribute else { return };
    match attribute {
        UserAttribute::Role => held.permission_sets = sets(wanted),
        UserAttribute::Team => held.team = wanted.team.as_ref().map(|team| team_id(team, after)),
        UserAttribute::ExtraTeams => {
            held.extra_teams = wanted.extra_teams.iter().map(|team| team_id(team, after)).collect();
        }
        UserAttribute::Seats => held.seats = wanted.seats.iter().cloned().collect(),
        UserAttribute::FirstName => held.first_name.clone_from(&wanted.first_name),
        UserAttribute::LastName => held.last_name.clone_from(&wanted.last_name),
        UserAttribute::Invite | UserAttribute::State => {}
    }
}

fn sets(user: &User) -> std::collections::BTreeSet<String> {
    user.permission_sets.iter().filter_map(|set| Some(set.id.as_ref()?.to_string())).collect()
}

/// A team that the plan created has its id by now.
fn team_id(team: &Named<TeamId>, after: &State) -> String {
    let known = team.id.as_ref().map(ToString::to_string);
    known.or_else(|| after.team_id(&team.name)).unwrap_or_else(|| format!("no team {}", team.name))
}

fn found_by_email(found: &BTreeMap<String, Held>, user: &User) -> Result<String, String> {
    let is_them = |held: &&Held| {
        held.rest["email"].as_str().is_some_and(|email| email.eq_ignore_ascii_case(user.email.as_str()))
    };
    let id = found.iter().find(|(_, held)| is_them(held)).map(|(id, _)| id.clone());
    id.ok_or_else(|| format!("{} was not invited", user.email))
}

fn invited(user: &User, held: &Held, earlier: Option<Held>, after: &State) -> Holds {
    let earlier = earlier.as_ref();
    let name =
        |new: &Option<String>, old: Option<&Option<String>>| new.clone().or_else(|| old.cloned().flatten());
    let expected = Held {
        first_name: name(&user.first_name, earlier.map(|held| &held.first_name)),
        last_name: name(&user.last_name, earlier.map(|held| &held.last_name)),
        permission_sets: sets(user),
        team: user.team.as_ref().map(|team| team_id(team, after)),
        extra_teams: user.extra_teams.iter().map(|team| team_id(team, after)).collect(),
        seats: user.seats.iter().cloned().collect(),
        super_admin: false,
        status: "invited".to_owned(),
        profile: held.profile.clone(),
        rest: held.rest.clone(),
    };
    same(&format!("{}, invited and found", user.email), &expected, held)
}

/// Profiles, as the portal shows them when it is read again.
fn profiles(plan: &Plan, report: &Report, second: &hubroster::model::Snapshot) -> Holds {
    for (action, outcome) in plan.actions.iter().zip(&report.outcomes) {
        let wanted = match &action.work {
            Work::Update { after, .. } => after,
            Work::Invite { user, .. }
                if action.changes.iter().any(|change| change.attribute.is_profile()) =>
            {
                user
            }
            _ => continue,
        };
        let by_id = |member: &&hubroster::model::Member| match &wanted.id {
            Some(id) => member.user.id.as_ref() == Some(id),
            None => member.user.email == wanted.email,
        };
        let live =
            second.people.iter().find(by_id).ok_or_else(|| format!("{} is not there", wanted.email))?;
        same(
            &format!("profile of {} ({:?})", wanted.email, outcome.kind),
            &live.user.profile,
            &wanted.profile,
        )?;
    }
    Ok(())
}
