//! People on the settings side: changed and removed. Each is read right before, and judged by what the portal
//! shows afterwards.
//!
//! Deliberately absent: invitations, which have nobody to read yet (`invite`).

use crate::model::{User, UserId};
use crate::plan::{Attribute, SettingsCall, UserAttribute};
use crate::portal::{Error, Settings};

use super::compare::{differences, missing, settings_changes};
use super::ended::{Ended, list, may_have_been_done};
use super::memberships::{self, Midway};
use super::merge::merge;
use super::run::Run;
use super::seats::{Attempt, SeatWait, refused};

pub(super) async fn update(
    run: &Run<'_>,
    number: usize,
    (before, after): (&User, &User),
    call: Option<SettingsCall>,
) -> Result<Ended, Ended> {
    let person = || Person::new(run, number, before, after);
    match call {
        None => Ok(Ended::done()),
        Some(SettingsCall::Teams) => teams(run, &person()?).await,
        Some(SettingsCall::Put) => {
            let person = person()?;
            let mut seat = SeatWait::new(run, person.seats_wanted());
            loop {
                match put(run, &person).await {
                    Ok(ended) => return Ok(ended),
                    Err(attempt) => seat.after(attempt).await?,
                }
            }
        }
    }
}

/// One person under change.
struct Person<'a> {
    number: usize,
    id: &'a UserId,
    before: &'a User,
    /// With the id of every team.
    wanted: User,
    changed: Vec<UserAttribute>,
}

impl<'a> Person<'a> {
    fn new(run: &Run<'_>, number: usize, before: &'a User, after: &User) -> Result<Person<'a>, Ended> {
        let changed = settings_changes(run.action(number));
        Ok(Person { number, id: id_of(before)?, before, wanted: run.with_team_ids(after)?, changed })
    }

    fn seats_wanted(&self) -> Vec<String> {
        let seats = self.wanted.seats.iter();
        seats.filter(|seat| !self.before.seats.contains(seat)).cloned().collect()
    }

    fn missing(&self, live: &Settings) -> Vec<UserAttribute> {
        missing(live, &self.wanted, &self.changed)
    }
}

fn id_of(user: &User) -> Result<&UserId, Ended> {
    user.id.as_ref().ok_or_else(|| Ended::refused("the portal did not say this person's id"))
}

/// The person, if they are as planned.
async fn read_again(run: &Run<'_>, person: &Person<'_>) -> Result<Settings, Ended> {
    let live = run.reader().user(person.id).await.map_err(|error| run.ended_by(&error))?;
    let live = live.ok_or_else(gone)?;
    as_planned(&live, person.before)?;
    Ok(live)
}

fn as_planned(live: &Settings, before: &User) -> Result<(), Ended> {
    match differences(live, before) {
        differences if differences.is_empty() => Ok(()),
        differences => {
            let differences = differences.join(", ");
            Err(Ended::stale(format!("changed since the plan: {differences}; plan again")))
        }
    }
}

/// The same for somebody whom another call than a PUT will change.
pub(super) async fn is_as_planned(run: &Run<'_>, before: &User) -> Result<(), Ended> {
    let live = run.reader().user(id_of(before)?).await.map_err(|error| run.ended_by(&error))?;
    as_planned(&live.ok_or_else(gone)?, before)
}

async fn put(run: &Run<'_>, person: &Person<'_>) -> Result<Ended, Attempt> {
    let live = read_again(run, person).await?;
    if live.role_ids.len() > 1 && person.wanted.permission_sets.len() > 1 {
        let note = "has several permission sets, of which this call would keep one";
        return Err(Ended::refused(note).into());
    }
    let body = merge(&live, &person.wanted, &person.changed, run.plan.portal.api);
    run.begin(person.number)?;
    let answer = match run.client.update_user(person.id, &body).await {
        Ok(answer) => answer,
        Err(error) if may_have_been_done(&error) => return Ok(settle(run, person, &error).await),
        Err(error) => return Err(refused(run, error)),
    };
    match person.missing(&answer) {
        missing if missing.is_empty() => Ok(Ended::done()),
        missing => Ok(correct(run, person, &missing).await?),
    }
}

/// An answer that does not show the change is not yet a change that was not made: a read decides, and teams
/// that the PUT did not move are moved by the Teams API where there is one.
async fn correct(run: &Run<'_>, person: &Person<'_>, missing: &[UserAttribute]) -> Result<Ended, Ended> {
    let live = run.reader().user(person.id).await;
    let live =
        live.map_err(|error| run.unconfirmed(&error, "the call").without(missing))?.ok_or_else(gone)?;
    let membership = |attribute: &UserAttribute| Attribute::User(*attribute).is_membership();
    if !person.missing(&live).iter().any(membership) || !run.plan.portal.api.has_teams_api() {
        return Ok(verdict(person, Some(&live)));
    }
    bring(run, person, &live).await
}

fn gone() -> Ended {
    Ended::stale("no longer in the portal; plan again")
}

/// What the portal shows after a write decides; `None`: nobody.
fn verdict(person: &Person<'_>, live: Option<&Settings>) -> Ended {
    let Some(live) = live else { return gone() };
    let missing = person.missing(live);
    if missing.is_empty() {
        return Ended::done();
    }
    let keeps_role = missing.contains(&UserAttribute::Role) && person.wanted.permission_sets.is_empty();
    let note = if keeps_role {
        "HubSpot accepted the call and kept the permission set: take it away by hand".to_owned()
    } else {
        format!("HubSpot accepted the call without making the change: {}", list(&missing))
    };
    let ended = Ended::failed(note);
    if missing.len() == person.changed.len() { ended } else { ended.without(&missing) }
}

/// For a call that may have been made, though its answer was lost.
async fn settle(run: &Run<'_>, person: &Person<'_>, error: &Error) -> Ended {
    let unsettled = run.ended_by(error);
    let mut looks = run.looks(|patience| patience.lost_answer);
    let mut last = None;
    loop {
        match run.reader().user(person.id).await {
            Ok(Some(live)) if person.missing(&live).is_empty() => {
                return Ended::done_with("the answer was lost; reading shows the change").because(error);
            }
            read => last = read.ok().flatten().or(last),
        }
        if !run.again(&mut looks).await {
            break;
        }
    }
    match last {
        Some(live) => {
            let ended = verdict(person, Some(&live)).because(error);
            ended.noted("the answer was lost, and reading does not show the change; plan again")
        }
        None => unsettled,
    }
}

async fn teams(run: &Run<'_>, person: &Person<'_>) -> Result<Ended, Ended> {
    let live = read_again(run, person).await?;
    run.begin(person.number)?;
    bring(run, person, &live).await
}

/// Memberships, call by call; where the calls broke off, reading tells how far they came.
async fn bring(run: &Run<'_>, person: &Person<'_>, live: &Settings) -> Result<Ended, Ended> {
    let Midway { error, made } = match memberships::bring(run, live, &person.wanted).await {
        Ok(live) => return Ok(verdict(person, live.as_ref())),
        Err(midway) => midway,
    };
    if may_have_been_done(&error) {
        return Ok(settle(run, person, &error).await);
    }
    let ended = run.ended_by(&error);
    if made == 0 {
        return Err(ended.without(&person.missing(live)));
    }
    match run.reader().user(person.id).await {
        Ok(Some(live)) if person.missing(&live).is_empty() => Ok(Ended::done()),
        Ok(Some(live)) => Err(ended.without(&person.missing(&live))),
        Ok(None) => Err(gone()),
        Err(_) => {
            let note = "the teams were changed in part or as a whole, and reading could not tell; plan again";
            Err(Ended::unknown(note).because(&error))
        }
    }
}

pub(super) async fn remove(run: &Run<'_>, number: usize, before: &User) -> Result<Ended, Ended> {
    let id = id_of(before)?;
    let live = run.reader().user(id).await.map_err(|error| run.ended_by(&error))?;
    let Some(live) = live else { return Ok(Ended::done_with("was already gone")) };
    as_planned(&live, before)?;
    run.begin(number)?;
    let lost = match run.client.remove_user(id).await {
        Ok(()) => None,
        Err(error) if may_have_been_done(&error) => Some(error),
        Err(error) => return Err(run.ended_by(&error)),
    };
    let mut looks = run.looks(|patience| patience.removal);
    loop {
        let read = run.reader().user(id).await;
        if matches!(read, Ok(None)) {
            return Ok(Ended::done());
        }
        if !run.again(&mut looks).await {
            return Err(run.not_seen_gone("the person", read.err(), lost));
        }
    }
}
