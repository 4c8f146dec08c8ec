//! The file form of a snapshot: flat, in the order in which a person reads it.
//!
//! Written out by hand because serde's `flatten` buffers every person it reads, which costs a large portal
//! half of its planning time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Account, ApiVersion, Catalog, CrmUserId, Deactivation, Degraded, Email, Member, Named, Owned, OwnerId,
    PermissionSet, PermissionSetId, Profile, Scim, ScimUser, Seat, Snapshot, Source, Sources, Status, Team,
    TeamId, User, UserId,
};

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SnapshotRecord {
    format: String,
    api: ApiVersion,
    portal: Account,
    permission_sets: Option<Vec<PermissionSet>>,
    teams: Option<Vec<Team>>,
    seats: Option<Vec<Seat>>,
    people: Vec<Member>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    degraded: Vec<Degraded>,
    #[serde(default)]
    reads: u64,
}

impl From<SnapshotRecord> for Snapshot {
    fn from(record: SnapshotRecord) -> Snapshot {
        let SnapshotRecord {
            format,
            api,
            portal,
            permission_sets,
            teams,
            seats,
            people,
            credential_owner,
            degraded,
            reads,
        } = record;
        let mut catalog = Catalog { permission_sets, teams, seats };
        let mut people = people;
        in_order(&mut catalog, &mut people);
        Snapshot { format, api, portal, catalog, people, credential_owner, degraded, reads }
    }
}

/// A file may have been through other hands; what is read from it is in the order that [`Snapshot`] promises.
fn in_order(catalog: &mut Catalog, people: &mut [Member]) {
    let Catalog { permission_sets, teams, seats } = catalog;
    permission_sets.iter_mut().for_each(|sets| {
        sets.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    });
    teams.iter_mut().for_each(|teams| {
        teams.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    });
    seats.iter_mut().for_each(|seats| seats.sort_by(|one, other| one.name.cmp(&other.name)));
    for Member { user, .. } in people.iter_mut() {
        user.permission_sets.sort_unstable();
        user.extra_teams.sort_unstable();
        user.seats.sort_unstable();
        user.profile.other_languages.sort_unstable();
    }
    people.sort_by(|one, other| (&one.user.email, &one.user.id).cmp(&(&other.user.email, &other.user.id)));
}

impl From<Snapshot> for SnapshotRecord {
    fn from(snapshot: Snapshot) -> SnapshotRecord {
        let Snapshot { format, api, portal, catalog, people, credential_owner, degraded, reads } = snapshot;
        let Catalog { permission_sets, teams, seats } = catalog;
        SnapshotRecord {
            format,
            api,
            portal,
            permission_sets,
            teams,
            seats,
            people,
            credential_owner,
            degraded,
            reads,
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct MemberRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<UserId>,
    email: Email,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    status: Status,
    #[serde(default)]
    super_admin: bool,
    #[serde(default)]
    permission_sets: Vec<Named<PermissionSetId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<Named<TeamId>>,
    #[serde(default)]
    extra_teams: Vec<Named<TeamId>>,
    #[serde(default)]
    seats: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_active: Option<jiff::Timestamp>,
    /// `null` says that there is none; left out says that nobody knows. A sandbox gives ids to the latter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crm_id: Option<Option<CrmUserId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner_id: Option<Option<OwnerId>>,
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    sources: Sources,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<String, String>,
    /// Left out: not asked. `null`: SCIM does not know them.
    #[serde(default, deserialize_with = "asked", skip_serializing_if = "Option::is_none")]
    scim: Option<Option<ScimUser>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owned: Option<Owned>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deactivated: Option<Deactivation>,
}

/// Tells `null` from a key that is left out.
fn asked<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<ScimUser>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl From<MemberRecord> for Member {
    fn from(record: MemberRecord) -> Member {
        let MemberRecord {
            id,
            email,
            first_name,
            last_name,
            status,
            super_admin,
            permission_sets,
            team,
            extra_teams,
            seats,
            last_active,
            crm_id,
            owner_id,
            profile,
            sources,
            properties,
            scim,
            owned,
            deactivated,
        } = record;
        let scim = match scim {
            None => Scim::Unread,
            Some(None) => Scim::NotShown,
            Some(Some(user)) => Scim::Shown(user),
        };
        let user = User {
            email,
            id,
            status,
            first_name,
            last_name,
            super_admin,
            permission_sets: fitting(permission_sets),
            team,
            extra_teams: fitting(extra_teams),
            seats: fitting(seats),
            profile,
        };
        let (crm_id, owner_id) = (crm_id.flatten(), owner_id.flatten());
        Member { user, crm_id, owner_id, last_active, sources, properties, scim, owned, deactivated }
    }
}

/// Most lists have one element, and were given room for four while they were read: a sixth of a large portal's memory.
fn fitting<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

/// `none`: the answer that would hold it was read, and does not.
fn written<Id>(id: Option<Id>, none: bool) -> Option<Option<Id>> {
    if none && id.is_none() { Some(None) } else { id.map(Some) }
}

impl From<Member> for MemberRecord {
    fn from(member: Member) -> MemberRecord {
        let Member { user, crm_id, owner_id, last_active, sources, properties, scim, owned, deactivated } =
            member;
        let scim = match scim {
            Scim::Unread => None,
            Scim::NotShown => Some(None),
            Scim::Shown(user) => Some(Some(user)),
        };
        let User {
            email,
            id,
            status,
            first_name,
            last_name,
            super_admin,
            permission_sets,
            team,
            extra_teams,
            seats,
            profile,
        } = user;
        MemberRecord {
            id,
            email,
            first_name,
            last_name,
            status,
            super_admin,
            permission_sets,
            team,
            extra_teams,
            seats,
            last_active,
            crm_id: written(crm_id, sources.crm == Source::NotShown),
            owner_id: written(owner_id, sources.crm == Source::Shown),
            profile,
            sources,
            properties,
            scim,
            owned,
            deactivated,
        }
    }
}
