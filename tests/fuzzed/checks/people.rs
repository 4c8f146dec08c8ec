//! All answers of one reading together, a line of JSON each: joined into a snapshot, and planned.

use std::collections::BTreeSet;

use hubroster::model::{
    Catalog, Email, PermissionSet, PermissionSetId, Seat, Snapshot, Source, Status, Team, TeamId,
};
use hubroster::portal::wire::Page;
use hubroster::portal::wire::crm::CrmObject;
use hubroster::portal::wire::owners::PublicOwner;
use hubroster::portal::wire::teams::TeamResponse;
use hubroster::portal::wire::users::{PublicPermissionSet, PublicSeat, PublicUser};
use hubroster::portal::{ArchivedOwner, CrmRecord, Lists, Settings, Wanted, two_people_of_one_id};
use hubroster::render::{PlanDocument, SubjectEntry};
use serde::de::DeserializeOwned;

use super::answers::read;
use super::{desk, shown};

/// Whoever is listed is somebody, and is never invited; a list that could not be read takes nobody away.
pub(crate) fn people(input: &[u8]) {
    let mut lines = input.split(|byte| *byte == b'\n');
    let Some(users) = lines.next().and_then(list::<PublicUser>) else { return };
    let api = desk::snapshot().api;
    let users: Result<Vec<Settings>, _> = users.into_iter().map(|user| Settings::read(user, api)).collect();
    // One who cannot be read makes the whole list unreadable, as do two who are one.
    let Some(users) = users.ok().filter(|users| two_people_of_one_id(users).is_none()) else { return };
    let records = lines.next().and_then(list::<CrmObject>);
    let records = records.map(|records| Vec::from_iter(records.into_iter().map(CrmRecord::read)));
    let owners = lines.next().and_then(list::<PublicOwner>);
    let owners = owners.map(|owners| Vec::from_iter(owners.into_iter().filter_map(ArchivedOwner::read)));
    let catalog = Catalog {
        permission_sets: lines
            .next()
            .and_then(list)
            .map(|sets| sets.into_iter().map(permission_set).collect()),
        teams: lines.next().and_then(list).map(|teams| teams.into_iter().map(team).collect()),
        seats: lines.next().and_then(list).map(|seats| seats.into_iter().map(seat).collect()),
    };
    let listed: BTreeSet<Email> = users.iter().map(|user| user.email.clone()).collect();
    let ids = users.iter().map(|user| &user.id).collect::<BTreeSet<_>>().len();
    let lists = Lists::new(users, records, owners);
    let wanted = Wanted {
        emails: desk::desired().users.iter().map(|user| user.email.clone()).collect(),
        ..Wanted::default()
    };
    let answers = lists.open_questions(&wanted).into_iter().map(|question| (question, None)).collect();
    let people = lists.people(answers, &catalog);
    let shown_in_settings = people.iter().filter(|member| member.sources.settings == Source::Shown);
    assert_eq!(shown_in_settings.clone().count(), ids);
    assert!(shown_in_settings.clone().all(|member| member.user.status != Status::Absent), "{people:?}");
    let snapshot = Snapshot { catalog, people, ..desk::snapshot().clone() };
    if let Ok(document) = desk::planned(desk::desired(), &snapshot) {
        shown::document(&document);
        assert!(invited(&document).all(|email| !listed.contains(&email)), "{document:?}");
    }
}

fn invited(document: &PlanDocument) -> impl Iterator<Item = Email> {
    let invitations = document.actions.iter().filter(|action| action.kind.as_str() == "invite");
    invitations.filter_map(|action| match &action.subject {
        SubjectEntry::User { email, .. } => Some(Email::from_portal(email)),
        SubjectEntry::Team { .. } => None,
    })
}

fn list<T: DeserializeOwned>(line: &[u8]) -> Option<Vec<T>> {
    read::<Page<T>>(line).map(|page| page.split().0)
}

fn permission_set(set: PublicPermissionSet) -> PermissionSet {
    let PublicPermissionSet { id, name, requires_billing_write } = set;
    PermissionSet { id: PermissionSetId::new(id.0), name, requires_billing_write }
}

fn team(team: TeamResponse) -> Team {
    let TeamResponse { id, name, parent_team_id } = team;
    let parent = parent_team_id.and_then(|parent| parent.filled()).map(TeamId::new);
    Team { id: TeamId::new(id.0), name, parent }
}

fn seat(seat: PublicSeat) -> Seat {
    let PublicSeat { name, description, remaining_seats } = seat;
    Seat { name, description, remaining: remaining_seats }
}
