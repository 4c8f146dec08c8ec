//! What there is to ask the portal about: of whom its lists must not leave anything open, and, once a first plan says
//! of whom, whom the token acts for, how leavers stand with SCIM, what they leave behind, who deactivated those who
//! return.
//!
//! The second is outside the read budget, because it is about those few alone. Deliberately absent: reading the lists
//! themselves (`portal`), and planning again with the answers (`cli`).

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::config::{DeactivateBy, Desired, WantedState};
use crate::model::{Degraded, Email, Member, Owned, OwnerId, Scim, Snapshot, Source, Status, UserId};
use crate::plan::{ActionKind, ByHandStep, Plan, Subject};
use crate::portal::{Error, ReadClient, Wanted};

/// Questions under way at the same time; the client's throttle sets the pace.
const AT_ONCE: usize = 8;
/// People whose records are counted: four searches each, and HubSpot allows five a second. A file that makes everybody
/// leave must be shown, and refused, while somebody still waits for it.
const MOST_COUNTED: usize = 60;

/// The people the files name: whom the lists leave open is settled by a direct read.
pub fn wanted(desired: &Desired) -> Wanted {
    let earlier = desired.users.iter().filter_map(|user| user.previous_email.as_deref());
    let emails = desired.users.iter().map(|user| &user.email).chain(earlier.map(|(email, _)| email));
    let ids = desired.users.iter().filter_map(|user| user.id.as_deref());
    let ids = ids.map(|(id, _)| id.clone()).collect();
    Wanted { emails: emails.cloned().collect(), ids, newcomers: Vec::new() }
}

/// Completes the reading for what `plan` wants to do. `true`: there is news, so plan again.
pub async fn follow_up(
    client: &ReadClient,
    desired: &Desired,
    (snapshot, plan): (&mut Snapshot, &Plan),
) -> Result<bool, Error> {
    let leaving = leaving(plan);
    let mut returning = returning(plan);
    let mut has_news = see_who_is_gone(client, (snapshot, &leaving)).await?;
    if plan.actions.iter().any(|action| action.kind.is_removal()) {
        ask_credential_owner(client, desired, snapshot).await?;
        has_news = true;
    }
    if desired.policy.deactivate == DeactivateBy::Scim && client.has_scim() {
        let (asked, found) = ask_scim(client, desired, (snapshot, &leaving)).await?;
        has_news |= asked;
        returning.extend(found);
    }
    has_news |= count_records(client, snapshot, &leaving).await?;
    has_news |= ask_history(client, snapshot, &returning).await?;
    Ok(has_news)
}

/// HubSpot's list lags behind a removal; whoever a direct read no longer finds has left already.
async fn see_who_is_gone(
    client: &ReadClient,
    (snapshot, leaving): (&mut Snapshot, &BTreeSet<UserId>),
) -> Result<bool, Error> {
    let gone: Vec<Option<&UserId>> = futures_util::stream::iter(leaving)
        .map(|id| async move { Ok::<_, Error>(client.user(id).await?.is_none().then_some(id)) })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let gone: BTreeSet<&UserId> = gone.into_iter().flatten().collect();
    let listed = |member: &Member| member.sources.settings == Source::Shown;
    for member in snapshot.people.iter_mut().filter(|member| listed(member)) {
        if member.user.id.as_ref().is_some_and(|id| gone.contains(id)) {
            member.user.status = Status::Absent;
            member.sources.direct = Source::NotShown;
        }
    }
    Ok(!gone.is_empty())
}

/// Where HubSpot does not tell and the policy does not either, the plan says that nobody knows.
async fn ask_credential_owner(
    client: &ReadClient,
    desired: &Desired,
    snapshot: &mut Snapshot,
) -> Result<(), Error> {
    snapshot.credential_owner = client.credential_owner().await?;
    if snapshot.credential_owner.is_none() && desired.policy.credential_owner.is_none() {
        snapshot.degraded.push(Degraded {
            what: Degraded::CREDENTIAL_OWNER.to_owned(),
            missing_scope: None,
            effect: "HubSpot does not tell whom this token acts for, so that person is not held back from removal; \
                     name them in `policy.credential_owner`"
                .to_owned(),
        });
    }
    Ok(())
}

/// The people whom the plan removes, deactivates or strips, by itself or by hand.
fn leaving(plan: &Plan) -> BTreeSet<UserId> {
    let acted = plan.actions.iter().filter(|action| action.kind.is_removal()).map(|action| &action.subject);
    let is_deactivation = |step: &ByHandStep| matches!(step, ByHandStep::Deactivate { .. });
    let by_hand = plan.by_hand.iter().filter(|row| is_deactivation(&row.step)).map(|row| &row.subject);
    let ids = acted.chain(by_hand).filter_map(|subject| match subject {
        Subject::User { email: _, id } => id.clone(),
        Subject::Team { .. } => None,
    });
    ids.collect()
}

/// The people whom the plan reactivates, by itself or by hand.
fn returning(plan: &Plan) -> BTreeSet<UserId> {
    let acted = plan.actions.iter().filter(|action| action.kind == ActionKind::Reactivate);
    let is_reactivation = |step: &ByHandStep| matches!(step, ByHandStep::Reactivate { .. });
    let by_hand = plan.by_hand.iter().filter(|row| is_reactivation(&row.step)).map(|row| &row.subject);
    let ids = acted.map(|action| &action.subject).chain(by_hand).filter_map(|subject| match subject {
        Subject::User { email: _, id } => id.clone(),
        Subject::Team { .. } => None,
    });
    ids.collect()
}

fn is_leaving(member: &Member, leaving: &BTreeSet<UserId>) -> bool {
    member.user.id.as_ref().is_some_and(|id| leaving.contains(id))
}

/// SCIM is asked about whoever leaves, and about everybody wanted who is deactivated, or gone as far as HubSpot's
/// own lists tell: whom SCIM still has is deactivated, and is reactivated instead of invited. Gives back whether
/// anybody was asked about, and who was found so.
async fn ask_scim(
    client: &ReadClient,
    desired: &Desired,
    (snapshot, leaving): (&mut Snapshot, &BTreeSet<UserId>),
) -> Result<(bool, BTreeSet<UserId>), Error> {
    let wanted: BTreeSet<&Email> = desired
        .users
        .iter()
        .filter(|user| user.state == WantedState::Present)
        .map(|user| &user.email)
        .collect();
    let is_open = |member: &Member| {
        let user = &member.user;
        is_leaving(member, leaving)
            || (wanted.contains(&user.email) && matches!(user.status, Status::Deactivated | Status::Absent))
    };
    let asked: Vec<(usize, Email)> = snapshot
        .people
        .iter()
        .enumerate()
        .filter(|(_, member)| is_open(member))
        .map(|(place, member)| (place, member.user.email.clone()))
        .collect();
    let answers: Vec<(usize, Scim)> = futures_util::stream::iter(&asked)
        .map(|(place, email)| async move {
            let answer = client.scim_user(email).await?;
            Ok::<_, Error>((*place, answer.map_or(Scim::NotShown, Scim::Shown)))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let mut found = BTreeSet::new();
    for (place, answer) in answers {
        let member = &mut snapshot.people[place];
        if member.user.status == Status::Absent && matches!(&answer, Scim::Shown(user) if !user.active) {
            member.user.status = Status::Deactivated;
            found.extend(member.user.id.clone());
        }
        member.scim = answer;
    }
    Ok((!asked.is_empty(), found))
}

/// One search call for each kind of record, only for people who are leaving; what may not be counted is named.
async fn count_records(
    client: &ReadClient,
    snapshot: &mut Snapshot,
    leaving: &BTreeSet<UserId>,
) -> Result<bool, Error> {
    let mut owners: Vec<(usize, OwnerId)> = snapshot
        .people
        .iter()
        .enumerate()
        .filter(|(_, member)| is_leaving(member, leaving))
        .filter_map(|(place, member)| Some((place, member.owner_id.clone()?)))
        .collect();
    let too_many = owners.len().saturating_sub(MOST_COUNTED);
    owners.truncate(MOST_COUNTED);
    let counts: Vec<(usize, (Owned, Vec<Degraded>))> = futures_util::stream::iter(owners)
        .map(|(place, owner)| async move { Ok::<_, Error>((place, client.owned_records(&owner).await?)) })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let has_news = !counts.is_empty();
    let mut uncounted: BTreeSet<Degraded> = BTreeSet::new();
    for (place, (owned, not_these)) in counts {
        snapshot.people[place].owned = Some(owned);
        uncounted.extend(not_these);
    }
    snapshot.degraded.extend(uncounted);
    snapshot.degraded.extend(not_counted(too_many));
    Ok(has_news)
}

/// For more who leave than are counted.
fn not_counted(people: usize) -> Option<Degraded> {
    let who = match people {
        0 => return None,
        1 => "one more person who leaves owns was".to_owned(),
        more => format!("{more} more people who leave own was"),
    };
    Some(Degraded {
        what: Degraded::OWNED_RECORDS.to_owned(),
        missing_scope: None,
        effect: format!(
            "what {who} not counted: HubSpot allows few searches, and {MOST_COUNTED} people took them"
        ),
    })
}

/// Who deactivated them, and when. Nobody is deactivated before they were last active, which bounds the reading.
async fn ask_history(
    client: &ReadClient,
    snapshot: &mut Snapshot,
    returning: &BTreeSet<UserId>,
) -> Result<bool, Error> {
    if returning.is_empty() {
        return Ok(false);
    }
    let is_returning =
        |member: &&mut Member| member.user.id.as_ref().is_some_and(|id| returning.contains(id));
    let last_active: Option<Vec<jiff::Timestamp>> =
        snapshot.people.iter_mut().filter(is_returning).map(|member| member.last_active).collect();
    let since = last_active.and_then(|moments| moments.into_iter().min());
    let mut deactivations = client.deactivations(returning, since).await?;
    let has_news = !deactivations.is_empty();
    for member in snapshot.people.iter_mut().filter(is_returning) {
        member.deactivated = member.user.id.as_ref().and_then(|id| deactivations.remove(id));
    }
    Ok(has_news)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_nobody_counts_is_told() {
        assert_eq!(not_counted(0), None);
        let effect = |people| not_counted(people).map(|degraded| degraded.effect).unwrap_or_default();
        assert!(
            effect(1).starts_with("what one more person who leaves owns was not counted: "),
            "{}",
            effect(1)
        );
        assert!(
            effect(40).starts_with("what 40 more people who leave own was not counted: "),
            "{}",
            effect(40)
        );
    }
}
