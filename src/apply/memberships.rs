//! A person's teams through the Teams API, which touches neither role nor seats nor names.
//!
//! Whether a new main team takes the place of the old one, or has to wait until that is gone, HubSpot does not
//! say: the new one is given first, so that in the better case nobody is without a team in between.

use std::collections::BTreeSet;

use crate::model::{Named, TeamId, User};
use crate::portal::{Error, Settings, TeamMembership};

use super::ended::may_have_been_done;
use super::run::Run;

/// The calls broke off after `made` of them.
pub(super) struct Midway {
    pub(super) error: Error,
    pub(super) made: usize,
}

/// Makes the memberships of `live` those of `wanted`, and answers with the person as read afterwards; `None`
/// if they are gone by then.
pub(super) async fn bring(run: &Run<'_>, live: &Settings, wanted: &User) -> Result<Option<Settings>, Midway> {
    let mut calls = Calls { run, live, made: 0 };
    match calls.bring(wanted).await {
        Ok(live) => Ok(live),
        Err(error) => Err(Midway { error, made: calls.made }),
    }
}

struct Calls<'a> {
    run: &'a Run<'a>,
    live: &'a Settings,
    made: usize,
}

impl Calls<'_> {
    async fn bring(&mut self, wanted: &User) -> Result<Option<Settings>, Error> {
        let extra = |team: &Named<TeamId>| team.id.clone();
        let wanted_extra: BTreeSet<TeamId> = wanted.extra_teams.iter().filter_map(extra).collect();
        for team in self.live.extra_teams.difference(&wanted_extra) {
            self.remove(team, TeamMembership::Extra).await?;
        }
        self.bring_main(wanted.team.as_ref().and_then(extra).as_ref()).await?;
        for team in wanted_extra.difference(&self.live.extra_teams) {
            self.add(team, TeamMembership::Extra).await?;
        }
        self.read().await
    }

    async fn bring_main(&mut self, wanted: Option<&TeamId>) -> Result<(), Error> {
        match (&self.live.team, wanted) {
            (None, None) => Ok(()),
            (Some(old), None) => self.remove(old, TeamMembership::Main).await,
            (None, Some(new)) => self.add(new, TeamMembership::Main).await,
            (Some(old), Some(new)) if old == new => Ok(()),
            (Some(old), Some(new)) => {
                let taken = match self.add(new, TeamMembership::Main).await {
                    Ok(()) => self.read().await?.is_some_and(|live| live.team.as_ref() == Some(new)),
                    Err(error) if refuses_a_second(&error) => false,
                    Err(error) => return Err(error),
                };
                if taken {
                    return Ok(());
                }
                self.remove(old, TeamMembership::Main).await?;
                let added = self.add(new, TeamMembership::Main).await;
                if added.as_ref().is_err_and(|error| !may_have_been_done(error)) {
                    // It was not the old one that stood in the way: rather that one than none. What is told is why
                    // the new one was refused.
                    self.add(old, TeamMembership::Main).await.ok();
                }
                added
            }
        }
    }

    async fn add(&mut self, team: &TeamId, membership: TeamMembership) -> Result<(), Error> {
        let added = self.run.client.add_team_member(team, &self.live.id, membership).await;
        self.settled(added, |live| is_member(live, team, membership)).await
    }

    async fn remove(&mut self, team: &TeamId, membership: TeamMembership) -> Result<(), Error> {
        let removed = self.run.client.remove_team_member(team, &self.live.id, membership).await;
        self.settled(removed, |live| !is_member(live, team, membership)).await
    }

    /// A call whose outcome is not known was made if reading shows what it was for.
    async fn settled(
        &mut self,
        called: Result<(), Error>,
        is_made: impl Fn(&Settings) -> bool,
    ) -> Result<(), Error> {
        if let Err(error) = called {
            // Where the read fails too, it is the call that nobody knows the outcome of.
            let live = if may_have_been_done(&error) { self.read().await.ok().flatten() } else { None };
            if !live.is_some_and(|live| is_made(&live)) {
                return Err(error);
            }
        }
        self.made += 1;
        Ok(())
    }

    async fn read(&self) -> Result<Option<Settings>, Error> {
        self.run.reader().user(&self.live.id).await
    }
}

fn refuses_a_second(error: &Error) -> bool {
    error.answer().is_some_and(|answer| answer.from_hubspot && matches!(answer.status, 400 | 409))
}

fn is_member(live: &Settings, team: &TeamId, membership: TeamMembership) -> bool {
    match membership {
        TeamMembership::Main => live.team.as_ref() == Some(team),
        TeamMembership::Extra => live.extra_teams.contains(team),
    }
}
