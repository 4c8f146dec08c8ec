//! Teams: created with their parents first, changed, and deleted with their children first.

use crate::model::{Named, Team, TeamId};
use crate::plan::TeamState;
use crate::portal::Error;

use super::ended::{Ended, may_have_been_done};
use super::run::Run;

/// How often a creation is sent whose answer is lost and which reading shows not to have happened.
const CREATIONS: usize = 2;

pub(super) async fn create(
    run: &Run<'_>,
    number: usize,
    name: &str,
    parent: Option<&Named<TeamId>>,
) -> Result<Ended, Ended> {
    let parent = parent.map(|parent| run.team_id(parent)).transpose()?;
    let known = run.reader().teams().await.map_err(|error| run.ended_by(&error))?;
    if let Some(team) = known.iter().find(|team| team.name == name) {
        return already(run, name, parent.as_ref(), team);
    }
    let mut lost = None;
    for _ in 0..CREATIONS {
        run.begin(number)?;
        match run.client.create_team(name, parent.as_ref()).await {
            Ok(team) => return Ok(created(run, name, parent.as_ref(), &team)),
            Err(error @ Error::OutcomeUnknown { .. }) => match find(run, name).await {
                Found::There(team) => {
                    let ended = created(run, name, parent.as_ref(), &team);
                    return Ok(ended.because(&error).noted("the answer was lost; reading shows the team"));
                }
                Found::NotThere => lost = Some(error),
                Found::Unsettled => return Err(run.ended_by(&error)),
            },
            Err(error) => return Err(run.ended_by(&error)),
        }
    }
    Err(lost.map_or_else(Ended::done, |error| run.ended_by(&error)))
}

/// Somebody was faster: another person, or a run that was cut off before it could tell.
fn already(run: &Run<'_>, name: &str, parent: Option<&TeamId>, team: &Team) -> Result<Ended, Ended> {
    if team.parent.as_ref() != parent {
        return Err(Ended::stale("a team of this name is in the portal by now, elsewhere; plan again"));
    }
    run.team_created(name, team.id.clone());
    Ok(Ended::done_with("was in the portal already, as planned"))
}

fn created(run: &Run<'_>, name: &str, parent: Option<&TeamId>, team: &Team) -> Ended {
    run.team_created(name, team.id.clone());
    if team.parent.as_ref() == parent {
        Ended::done()
    } else {
        Ended::failed("HubSpot created the team, and not below its parent; plan again")
    }
}

enum Found {
    There(Team),
    /// Every look said so, for as long as it may take to show.
    NotThere,
    Unsettled,
}

async fn find(run: &Run<'_>, name: &str) -> Found {
    let mut looks = run.looks(|patience| patience.lost_creation);
    loop {
        let read = run.reader().teams().await;
        let all_read = read.is_ok();
        if let Some(team) = read.unwrap_or_default().into_iter().find(|team| team.name == name) {
            return Found::There(team);
        }
        if !run.again(&mut looks).await {
            return if all_read && run.may_go_on().is_ok() { Found::NotThere } else { Found::Unsettled };
        }
    }
}

pub(super) async fn update(
    run: &Run<'_>,
    number: usize,
    id: &TeamId,
    (before, after): (&TeamState, &TeamState),
) -> Result<Ended, Ended> {
    let ended = update_alone(run, number, id, (before, after)).await;
    if let (Err(_), Some(parent)) = (&ended, &before.parent) {
        run.team_kept_below(parent);
    }
    ended
}

async fn update_alone(
    run: &Run<'_>,
    number: usize,
    id: &TeamId,
    (before, after): (&TeamState, &TeamState),
) -> Result<Ended, Ended> {
    let parent = after.parent.as_ref().map(|parent| run.team_id(parent)).transpose()?;
    let live = run.reader().team(id).await.map_err(|error| run.ended_by(&error))?;
    let live = live.ok_or_else(|| Ended::stale("the team is no longer in the portal; plan again"))?;
    as_planned(&live, before)?;
    run.begin(number)?;
    let is_wanted = |team: &Team| team.name == after.name && team.parent == parent;
    match run.client.update_team(id, &after.name, parent.as_ref()).await {
        Ok(team) if is_wanted(&team) => Ok(Ended::done()),
        Ok(_) => match run.reader().team(id).await {
            Ok(Some(team)) if is_wanted(&team) => Ok(Ended::done()),
            Ok(_) => Err(Ended::failed("HubSpot accepted the call without changing the team")),
            Err(error) => Err(run.unconfirmed(&error, "the call")),
        },
        Err(error) if may_have_been_done(&error) => settle(run, id, is_wanted, &error).await,
        Err(error) => Err(run.ended_by(&error)),
    }
}

/// For a change that may have been made, though its answer was lost.
async fn settle(
    run: &Run<'_>,
    id: &TeamId,
    is_wanted: impl Fn(&Team) -> bool,
    error: &Error,
) -> Result<Ended, Ended> {
    let unsettled = run.ended_by(error);
    let mut looks = run.looks(|patience| patience.lost_answer);
    loop {
        let read = run.reader().team(id).await;
        if matches!(&read, Ok(Some(team)) if is_wanted(team)) {
            return Ok(Ended::done_with("the answer was lost; reading shows the change").because(error));
        }
        if !run.again(&mut looks).await {
            return Err(match read {
                Ok(_) => {
                    let note = "the answer was lost, and reading does not show the change; plan again";
                    Ended::failed(note).because(error)
                }
                Err(_) => unsettled,
            });
        }
    }
}

pub(super) async fn delete(
    run: &Run<'_>,
    number: usize,
    id: &TeamId,
    before: &TeamState,
) -> Result<Ended, Ended> {
    let ended = delete_alone(run, number, id, before).await;
    if let (Err(_), Some(parent)) = (&ended, &before.parent) {
        run.team_kept_below(parent);
    }
    ended
}

async fn delete_alone(run: &Run<'_>, number: usize, id: &TeamId, before: &TeamState) -> Result<Ended, Ended> {
    if run.has_team_kept_below(id) {
        return Err(Ended::skipped("a team below it was to be deleted or moved first, and was not"));
    }
    let live = run.reader().team(id).await.map_err(|error| run.ended_by(&error))?;
    let Some(live) = live else { return Ok(Ended::done_with("was already gone")) };
    as_planned(&live, before)?;
    run.begin(number)?;
    let lost = match run.client.remove_team(id).await {
        Ok(()) => None,
        Err(error) if may_have_been_done(&error) => Some(error),
        Err(error) => return Err(run.ended_by(&error)),
    };
    let mut looks = run.looks(|patience| patience.removal);
    loop {
        let read = run.reader().team(id).await;
        if matches!(read, Ok(None)) {
            return Ok(Ended::done());
        }
        if !run.again(&mut looks).await {
            return Err(run.not_seen_gone("the team", read.err(), lost));
        }
    }
}

fn as_planned(live: &Team, before: &TeamState) -> Result<(), Ended> {
    let parent = before.parent.as_ref().and_then(|parent| parent.id.as_ref());
    if live.name == before.name && live.parent.as_ref() == parent {
        Ok(())
    } else {
        Err(Ended::stale("the team's name or parent has changed since the plan; plan again"))
    }
}
