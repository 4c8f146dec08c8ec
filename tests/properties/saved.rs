//! A saved reading of a portal is as good as the portal: to plan from, and to be served by the sandbox.

use hubroster::model::{Catalog, Member, Snapshot, Source, Sources, Status, User};

use crate::changing_as_far_as_can_be_read;
use crate::run::{Case, Portal, check, document, load, plan, same};

#[test]
fn a_saved_snapshot_is_the_portal() {
    check(40, changing_as_far_as_can_be_read(), async |case: &Case| {
        let desired = load(&case.files)?;
        let portal = Portal::start(&case.seed).await?;
        let live = portal.snapshot(&desired).await?;
        portal.stop().await;

        let json = serde_json::to_string_pretty(&live).expect("a snapshot is JSON");
        let saved: Snapshot = serde_json::from_str(&json).map_err(|error| error.to_string())?;
        same("the saved snapshot", &live, &saved)?;
        let (one, other) = (plan(&desired, &live)?, plan(&desired, &saved)?);
        same("the plan from it", &document(&desired, &one), &document(&desired, &other))?;

        let seed = serde_json::from_str(&json).map_err(|error| error.to_string())?;
        let portal = Portal::start(&seed).await?;
        let served = portal.snapshot(&desired).await?;
        portal.stop().await;
        same("the portal, read and served by a sandbox", &as_served(live, &served), &served)
    });
}

/// A sandbox hides nothing: it has what could not be read as far as people show it, plays `unknown` as active,
/// also as an owner, and says so where the portal said nothing.
fn as_served(live: Snapshot, served: &Snapshot) -> Snapshot {
    let Snapshot { format, api, portal, catalog, people, credential_owner, degraded, reads: _ } = live;
    let has_record = |member: &Member| member.sources.crm != Source::Unread;
    let catalog = Catalog {
        permission_sets: catalog.permission_sets.or_else(|| served.catalog.permission_sets.clone()),
        teams: catalog.teams.or_else(|| served.catalog.teams.clone()),
        seats: catalog.seats.or_else(|| served.catalog.seats.clone()),
    };
    let pairs = people.into_iter().zip(&served.people);
    let people = pairs.map(|(member, served)| {
        let is_unknown = member.user.status == Status::Unknown;
        let mut member = if has_record(&member) { member } else { without_record(member, served) };
        if is_unknown {
            member.user.status = served.user.status;
            member.sources.archived_owner = served.sources.archived_owner;
            member.owner_id.clone_from(&served.owner_id);
        }
        if member.sources.archived_owner == Source::Unread {
            member.sources.archived_owner = served.sources.archived_owner;
        }
        // The older versions say seats where hubroster only carries them as they were said: a snapshot with such a
        // version knows nobody's seats, so the sandbox made of it has none to say.
        if let Some(seats) = served.properties.get("seatNames") {
            member.properties.insert("seatNames".to_owned(), seats.clone());
        }
        for (name, said) in &served.properties {
            member.properties.entry(name.clone()).or_insert_with(|| said.clone());
        }
        member
    });
    let limits = degraded.iter().filter(|degraded| degraded.missing_scope.is_none()).cloned();
    Snapshot {
        format,
        api,
        portal,
        catalog,
        people: people.collect(),
        credential_owner,
        degraded: limits.collect(),
        reads: served.reads,
    }
}

/// Everything that only CRM records tell.
fn without_record(member: Member, served: &Member) -> Member {
    let Member {
        user,
        crm_id: _,
        owner_id: _,
        last_active: _,
        sources,
        properties,
        scim,
        owned,
        deactivated,
    } = member;

    Member {
        user: User { status: served.user.status, profile: served.user.profile.clone(), ..user },
        crm_id: served.crm_id.clone(),
        owner_id: served.owner_id.clone(),
        last_active: served.last_active,
        sources: Sources { crm: served.sources.crm, direct: served.sources.direct, ..sources },
        properties,
        scim,
        owned,
        deactivated,
    }
}
