//! Profiles: people's CRM records, read and written a hundred at a time.
//!
//! A newcomer's record appears some time after the invitation; all of them are waited for together.

use futures_util::StreamExt;

use crate::model::{CrmUserId, Profile, UserId};
use crate::plan::{Attribute, ProfileAttribute, Work};
use crate::portal::{Error, ProfileChanges};

use super::compare::{profile_changes, profile_differences};
use super::ended::{Ended, may_have_been_done};
use super::run::Run;

/// What one call takes, to read or to write.
const BATCH: usize = 100;
const BATCHES_IN_FLIGHT: usize = 4;

/// A profile about to be written, as it is live.
struct Live {
    number: usize,
    id: CrmUserId,
    profile: Profile,
}

pub(super) async fn carry_out(run: &Run<'_>) {
    let mut recorded = Vec::new();
    let mut without_record = Vec::new();
    for number in run.profiles_to_come() {
        match record_of(run, number) {
            Record::Known(id) => recorded.push((number, id)),
            Record::Of(user) => without_record.push((number, user)),
            Record::Nobody => run.profile_ended(number, Ended::skipped("there is nobody to give a profile")),
        }
    }
    futures_util::stream::iter(recorded.chunks(BATCH))
        .for_each_concurrent(BATCHES_IN_FLIGHT, |batch| read_and_write(run, batch))
        .await;
    wait_and_write(run, without_record).await;
}

/// Where an action's profile goes.
enum Record {
    Known(CrmUserId),
    Of(UserId),
    Nobody,
}

fn record_of(run: &Run<'_>, number: usize) -> Record {
    let user = match &run.action(number).work {
        Work::Update { crm_id: Some(id), .. } => return Record::Known(id.clone()),
        Work::Update { before, .. } => before.id.clone(),
        Work::Invite { .. } => run.newcomer(number),
        Work::Remove { .. }
        | Work::Deactivate { .. }
        | Work::Reactivate { .. }
        | Work::Strip { .. }
        | Work::CreateTeam { .. }
        | Work::UpdateTeam { .. }
        | Work::DeleteTeam { .. } => None,
    };
    user.map_or(Record::Nobody, Record::Of)
}

async fn read_and_write(run: &Run<'_>, batch: &[(usize, CrmUserId)]) {
    let all_ended = |ended: &Ended| {
        for (number, _) in batch {
            run.profile_ended(*number, ended.clone());
        }
    };
    if let Err(skipped) = run.may_go_on() {
        return all_ended(&skipped);
    }
    let ids: Vec<CrmUserId> = batch.iter().map(|(_, id)| id.clone()).collect();
    let mut profiles = match run.reader().profiles(&ids).await {
        Ok(profiles) => profiles,
        Err(error) => return all_ended(&run.ended_by(&error)),
    };
    let mut live = Vec::new();
    for (number, id) in batch {
        match profiles.remove(id) {
            Some(profile) => live.push(Live { number: *number, id: id.clone(), profile }),
            None => run.profile_ended(*number, Ended::stale("the CRM record is gone; plan again")),
        }
    }
    write(run, live).await;
}

/// Looks for the records of all who have none yet, until they are there or patience is at an end.
async fn wait_and_write(run: &Run<'_>, mut people: Vec<(usize, UserId)>) {
    let mut looks = run.looks(|patience| patience.crm_record);
    let mut found = Vec::new();
    let mut ended =
        Ended::waiting("HubSpot has not made the CRM record yet; the next apply writes the profile");
    while !people.is_empty() {
        if let Err(skipped) = run.may_go_on() {
            ended = skipped;
            break;
        }
        let ids: Vec<UserId> = people.iter().map(|(_, id)| id.clone()).collect();
        match run.reader().records_of(&ids).await {
            Ok(mut records) => people.retain(|(number, user)| {
                let record = records.remove(user);
                let missing = record.is_none();
                found.extend(record.map(|(id, profile)| Live { number: *number, id, profile }));
                missing
            }),
            Err(error) => {
                ended = run.ended_by(&error);
                break;
            }
        }
        if people.is_empty() || !run.again(&mut looks).await {
            break;
        }
    }
    for (number, _) in people {
        run.profile_ended(number, ended.clone());
    }
    write(run, found).await;
}

async fn write(run: &Run<'_>, live: Vec<Live>) {
    let mut writes = Vec::new();
    for live in live {
        match change(run, &live) {
            Ok(change) => writes.push((live, change)),
            Err(ended) => run.profile_ended(live.number, ended),
        }
    }
    for batch in writes.chunks(BATCH) {
        let changes: Vec<(CrmUserId, ProfileChanges)> =
            batch.iter().map(|(live, change)| (live.id.clone(), change.clone())).collect();
        let written = run.client.update_profiles(&changes).await;
        let mut lost = Vec::new();
        for ((live, _), outcome) in batch.iter().zip(written) {
            match outcome {
                Ok(profile) if profile.not_taken.is_empty() => run.profile_ended(live.number, Ended::done()),
                Ok(profile) => run.profile_ended(live.number, not_taken(&profile.not_taken)),
                Err(error) if may_have_been_done(&error) => lost.push((live, error)),
                Err(error) => run.profile_ended(live.number, run.ended_by(&error)),
            }
        }
        settle(run, lost).await;
    }
}

fn not_taken<'a>(attributes: impl IntoIterator<Item = &'a &'static str>) -> Ended {
    let names: Vec<String> = attributes.into_iter().map(|name| format!("profile.{name}")).collect();
    Ended::failed(format!("HubSpot accepted the call without making the change: {}", names.join(", ")))
}

/// What to send for one person, once it is sure that they are as planned; `Err` where nothing is to be sent.
fn change(run: &Run<'_>, live: &Live) -> Result<ProfileChanges, Ended> {
    let action = run.action(live.number);
    let attributes = profile_changes(action);
    if let Work::Update { before, .. } = &action.work {
        let moved = profile_differences(&live.profile, &before.profile, &attributes);
        if !moved.is_empty() {
            let moved: Vec<&str> =
                moved.iter().map(|attribute| Attribute::Profile(*attribute).as_str()).collect();
            return Err(Ended::stale(format!("changed since the plan: {}; plan again", moved.join(", "))));
        }
    }
    let changes = ProfileChanges::between(&live.profile, &wanted(run, live, &attributes));
    if changes.is_empty() {
        // Somebody who was here before has their old profile.
        return Err(Ended::done());
    }
    run.begin(live.number)?;
    Ok(changes)
}

/// The live profile with the wanted values of the attributes that are to change.
fn wanted(run: &Run<'_>, live: &Live, attributes: &[ProfileAttribute]) -> Profile {
    let mut profile = live.profile.clone();
    let wanted = match &run.action(live.number).work {
        Work::Update { after, .. } => &after.profile,
        Work::Invite { user, .. } => &user.profile,
        Work::Remove { .. }
        | Work::Deactivate { .. }
        | Work::Reactivate { .. }
        | Work::Strip { .. }
        | Work::CreateTeam { .. }
        | Work::UpdateTeam { .. }
        | Work::DeleteTeam { .. } => return profile,
    };
    for attribute in attributes {
        match attribute {
            ProfileAttribute::JobTitle => profile.job_title.clone_from(&wanted.job_title),
            ProfileAttribute::Phone => profile.phone.clone_from(&wanted.phone),
            ProfileAttribute::Availability => profile.availability.clone_from(&wanted.availability),
            ProfileAttribute::TimeZone => profile.time_zone.clone_from(&wanted.time_zone),
            ProfileAttribute::WorkingHours => profile.working_hours.clone_from(&wanted.working_hours),
            ProfileAttribute::OutOfOffice => profile.out_of_office.clone_from(&wanted.out_of_office),
            ProfileAttribute::MainLanguage => profile.main_language.clone_from(&wanted.main_language),
            ProfileAttribute::OtherLanguages => profile.other_languages.clone_from(&wanted.other_languages),
        }
    }
    profile
}

/// For writes whose answer was lost: what the records hold decides.
async fn settle(run: &Run<'_>, lost: Vec<(&Live, Error)>) {
    if lost.is_empty() {
        return;
    }
    let ids: Vec<CrmUserId> = lost.iter().map(|(live, _)| live.id.clone()).collect();
    let profiles = run.reader().profiles(&ids).await.unwrap_or_default();
    for (live, error) in lost {
        let unsettled = run.ended_by(&error);
        let attributes = profile_changes(run.action(live.number));
        let ended = match profiles.get(&live.id) {
            None => unsettled,
            Some(profile) => {
                match profile_differences(profile, &wanted(run, live, &attributes), &attributes).as_slice() {
                    [] => Ended::done_with("the answer was lost; reading shows the change").because(&error),
                    _ => {
                        Ended::failed("the answer was lost, and reading does not show the change; plan again")
                            .because(&error)
                    }
                }
            }
        };
        run.profile_ended(live.number, ended);
    }
}
