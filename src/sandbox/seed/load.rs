//! From the document to a portal: names resolved, ids given, contradictions refused with their place.
//!
//! Deliberately absent: reading files, and opinions about the portal. A seed may be badly kept; it must only
//! be possible.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::document::{
    Deactivated, Document, HistoryEntry, PermissionSet, Person as Written, Reference, Seat, Status,
    Team as WrittenTeam,
};
use super::{SeedError, changes, profile, unread};
use crate::sandbox::ids::{ObjectId, OwnerId, RecordId, SetId, TeamId, UserId};
use crate::sandbox::state::{Lags, People, Person, Portal, Set, Team};

/// The highest number of each kind that the sandbox does not give away by itself. They differ by kind, so that
/// an id taken for another kind of id finds nobody.
pub(crate) const FIRST_USER: u64 = 10_000_000;
pub(crate) const FIRST_RECORD: u64 = 20_000_000;
pub(crate) const FIRST_OWNER: u64 = 30_000_000;
pub(crate) const FIRST_TEAM: u64 = 40_000_000;
const FIRST_SET: u64 = 50_000_000;

/// Gives out numbers that nothing in the document has.
struct Numbers {
    taken: BTreeSet<u64>,
    next: u64,
}

impl Numbers {
    fn new(first: u64, taken: impl IntoIterator<Item = u64>) -> Numbers {
        Numbers { taken: taken.into_iter().collect(), next: first }
    }

    fn give(&mut self) -> u64 {
        loop {
            self.next += 1;
            if self.taken.insert(self.next) {
                return self.next;
            }
        }
    }
}

/// What has a name and an id, for looking up references.
pub(super) struct Names {
    what: &'static str,
    ids: BTreeSet<u64>,
    by_name: BTreeMap<String, Vec<u64>>,
}

impl Names {
    pub(super) fn new<'a>(what: &'static str, entries: impl IntoIterator<Item = (u64, &'a str)>) -> Names {
        let mut names = Names { what, ids: BTreeSet::new(), by_name: BTreeMap::new() };
        for (id, name) in entries {
            names.ids.insert(id);
            names.by_name.entry(name.to_owned()).or_default().push(id);
        }
        names
    }

    fn has_id(&self, text: &str) -> bool {
        text.parse::<TeamId>().is_ok_and(|id| self.ids.contains(&id.0))
    }

    fn find(&self, reference: &Reference, path: &str) -> Result<u64, SeedError> {
        let (name, id) = match reference {
            Reference::Text(text) => (text.clone(), text.parse::<TeamId>().ok().map(|id| id.0)),
            Reference::Number(number) => (number.to_string(), Some(*number)),
            Reference::Named(named) => (named.name.clone(), named.id.map(|id| id.0)),
        };
        if let (Reference::Named(_), Some(id)) = (reference, id)
            && self.ids.contains(&id)
        {
            return Ok(id);
        }
        match self.by_name.get(&name).map(Vec::as_slice) {
            Some([id]) => Ok(*id),
            Some(_) => Err(SeedError::at(
                path,
                format!("several {}s are called `{name}`: write the id instead", self.what),
            )),
            None => id.filter(|id| self.ids.contains(id)).ok_or_else(|| {
                SeedError::at(
                    path,
                    format!("there is no {} `{name}`: add it, or correct the name", self.what),
                )
            }),
        }
    }
}

pub(super) fn portal(mut document: Document) -> Result<Portal, SeedError> {
    unread::fill(&mut document);
    check_account(&document)?;
    let sets = permission_sets(document.permission_sets.as_deref().unwrap_or_default())?;
    let set_names = Names::new("permission set", sets.iter().map(|set| (set.id.0, set.name.as_str())));
    let (teams, team_names) =
        teams(document.teams.as_deref().unwrap_or_default(), document.format.is_some())?;
    let seats = document.seats.unwrap_or_default();
    check_seats(&seats)?;
    let catalog = Catalog { sets: &set_names, teams: &team_names, seats: &seats };
    let people = people(&document.people, &catalog)?;
    let mut history = told(&document.people, &people);
    history.extend(document.history);
    for (index, token) in document.tokens.iter().flatten().enumerate() {
        if let Some(user) = token.user_id.filter(|user| people.get(*user).is_none()) {
            let path = format!("tokens[{index}].user_id");
            return Err(SeedError::at(path, format!("nobody in `people` has the id {user}")));
        }
    }
    let portal = Portal {
        tier: document.portal.tier.unwrap_or(super::Tier::Enterprise),
        account: document.portal,
        behaviour: document.behaviour,
        limits: document.limits,
        tokens: document.tokens,
        credential_owner: document.credential_owner,
        scim: document.scim,
        sets,
        teams,
        seats,
        people,
        history,
        outbox: document.outbox,
        faults: document.faults,
        lags: Lags::default(),
        revision: 0,
    };
    changes::check_faults(&portal, &portal.faults)?;
    Ok(portal)
}

/// What a snapshot tells of the security history. An address that nobody has is nobody whom HubSpot names.
fn told(written: &[Written], people: &People) -> Vec<HistoryEntry> {
    let entry = |person: &Written| {
        let Deactivated { at, by } = person.deactivated.as_ref()?;
        let by = by.as_ref().and_then(|by| people.by_email(by)).map(|by| by.id);
        let object = people.by_email(&person.email).map(|person| ObjectId(person.id.0));
        Some(HistoryEntry {
            at: *at,
            kind: "DEACTIVATE_USER".to_owned(),
            object,
            by,
            automatic: by.is_none(),
        })
    };
    let mut told: Vec<HistoryEntry> = written.iter().filter_map(entry).collect();
    told.sort_by_key(|entry| entry.at);
    told
}

/// The portal's time zone, UTC where the document has none.
pub(crate) fn time_zone(name: Option<&str>) -> Option<TimeZone> {
    match name {
        None => Some(TimeZone::UTC),
        Some(name) => TimeZone::get(name).ok(),
    }
}

fn check_account(document: &Document) -> Result<(), SeedError> {
    let zone = document.portal.time_zone.as_deref();
    if time_zone(zone).is_none() {
        let name = zone.unwrap_or_default();
        return Err(SeedError::at(
            "portal.time_zone",
            format!("`{name}` is no IANA time zone: write one such as `Europe/Brussels`"),
        ));
    }
    const TYPES: [&str; 4] = ["APP_DEVELOPER", "DEVELOPER_TEST", "SANDBOX", "STANDARD"];
    match document.portal.account_type.as_deref() {
        Some(kind) if !TYPES.contains(&kind) => Err(SeedError::at(
            "portal.account_type",
            format!("`{kind}` is no account type: write one of {}", TYPES.join(", ")),
        )),
        _ => Ok(()),
    }
}

fn permission_sets(written: &[PermissionSet]) -> Result<Vec<Set>, SeedError> {
    let mut numbers = Numbers::new(FIRST_SET, written.iter().filter_map(|set| set.id.map(|id| id.0)));
    let mut seen = BTreeSet::new();
    let mut sets = Vec::new();
    for (index, set) in written.iter().enumerate() {
        let id = set.id.unwrap_or_else(|| SetId(numbers.give()));
        if !seen.insert(id) {
            let path = format!("permission_sets[{index}].id");
            return Err(SeedError::at(path, format!("{id} is the id of an earlier permission set")));
        }
        sets.push(Set { id, name: set.name.clone(), requires_billing_write: set.requires_billing_write });
    }
    Ok(sets)
}

/// In a snapshot parents are ids, whatever teams are called.
fn teams(written: &[WrittenTeam], is_snapshot: bool) -> Result<(BTreeMap<TeamId, Team>, Names), SeedError> {
    let mut numbers = Numbers::new(FIRST_TEAM, written.iter().filter_map(|team| team.id.map(|id| id.0)));
    let ids: Vec<TeamId> =
        written.iter().map(|team| team.id.unwrap_or_else(|| TeamId(numbers.give()))).collect();
    let names = Names::new("team", ids.iter().zip(written).map(|(id, team)| (id.0, team.name.as_str())));
    let mut teams = BTreeMap::new();
    for (index, (id, team)) in ids.iter().zip(written).enumerate() {
        let parent = match &team.parent {
            None => None,
            Some(Reference::Text(id)) if is_snapshot && names.has_id(id) => id.parse().ok(),
            Some(parent) => Some(TeamId(names.find(parent, &format!("teams[{index}].parent"))?)),
        };
        if teams.insert(*id, Team { name: team.name.clone(), parent }).is_some() {
            let path = format!("teams[{index}].id");
            return Err(SeedError::at(path, format!("{id} is the id of an earlier team")));
        }
    }
    for (index, id) in ids.iter().enumerate() {
        let mut above = teams[id].parent;
        for _ in 0..teams.len() {
            above = above.and_then(|team| teams[&team].parent);
        }
        if above.is_some() {
            let path = format!("teams[{index}].parent");
            return Err(SeedError::at(path, "its teams above lead round in a circle"));
        }
    }
    Ok((teams, names))
}

fn check_seats(seats: &[Seat]) -> Result<(), SeedError> {
    let mut names = BTreeSet::new();
    for (index, seat) in seats.iter().enumerate() {
        if !names.insert(&seat.name) {
            let path = format!("seats[{index}].name");
            return Err(SeedError::at(path, format!("the seat `{}` is listed twice", seat.name)));
        }
    }
    Ok(())
}

pub(super) struct Catalog<'a> {
    pub(super) sets: &'a Names,
    pub(super) teams: &'a Names,
    pub(super) seats: &'a [Seat],
}

fn people(written: &[Written], catalog: &Catalog<'_>) -> Result<People, SeedError> {
    let mut users = Numbers::new(FIRST_USER, written.iter().filter_map(|person| person.id.map(|id| id.0)));
    let mut records = Numbers::new(
        FIRST_RECORD,
        written.iter().filter_map(|person| person.crm_id.flatten().map(|id| id.0)),
    );
    let mut owners = Numbers::new(
        FIRST_OWNER,
        written.iter().filter_map(|person| person.owner_id.flatten().map(|id| id.0)),
    );
    let mut people = People::default();
    for (index, one) in written.iter().enumerate() {
        let path = format!("people[{index}]");
        let id = one.id.unwrap_or_else(|| UserId(users.give()));
        let record = one.crm_id.unwrap_or_else(|| Some(RecordId(records.give())));
        let owner = one.owner_id.unwrap_or_else(|| Some(OwnerId(owners.give())));
        let person = person(one, (id, record, owner), catalog, &path)?;
        let taken = |key: &str, what: String| Err(SeedError::at(format!("{path}.{key}"), what));
        if people.get(id).is_some() {
            return taken("id", format!("{id} is the id of an earlier person"));
        }
        if people.by_email(&person.email).is_some() {
            return taken("email", format!("`{}` is the address of an earlier person", person.email));
        }
        if record.is_some_and(|record| people.by_record(record).is_some()) {
            return taken("crm_id", "it is the CRM record of an earlier person".to_owned());
        }
        if owner.is_some_and(|owner| people.by_owner(owner).is_some()) {
            return taken("owner_id", "it is the owner id of an earlier person".to_owned());
        }
        people.insert(person);
    }
    Ok(people)
}

pub(super) fn person(
    written: &Written,
    (id, record, owner): (UserId, Option<RecordId>, Option<OwnerId>),
    catalog: &Catalog<'_>,
    path: &str,
) -> Result<Person, SeedError> {
    if !written.email.contains('@') || written.email.trim() != written.email {
        let path = format!("{path}.email");
        return Err(SeedError::at(path, format!("`{}` is no e-mail address", written.email)));
    }
    let mut permission_sets = Vec::new();
    for (index, set) in written.permission_sets.iter().enumerate() {
        let place = format!("{path}.permission_sets[{index}]");
        permission_sets.push(SetId(catalog.sets.find(set, &place)?));
    }
    let team = match &written.team {
        None => None,
        Some(team) => Some(TeamId(catalog.teams.find(team, &format!("{path}.team"))?)),
    };
    let mut extra_teams = Vec::new();
    for (index, team) in written.extra_teams.iter().enumerate() {
        let place = format!("{path}.extra_teams[{index}]");
        extra_teams.push(TeamId(catalog.teams.find(team, &place)?));
    }
    for (index, seat) in written.seats.iter().enumerate() {
        if !catalog.seats.iter().any(|known| known.name == *seat) {
            let place = format!("{path}.seats[{index}]");
            return Err(SeedError::at(place, format!("there is no seat `{seat}`: add it to `seats`")));
        }
    }
    let profile = profile::to_properties(&written.profile)
        .map_err(|(word, message)| SeedError::at(format!("{path}.profile.{word}"), message))?;
    Ok(Person {
        id,
        email: written.email.clone(),
        first_name: written.first_name.clone(),
        last_name: written.last_name.clone(),
        status: written.status,
        super_admin: written.super_admin,
        permission_sets,
        team,
        extra_teams,
        seats: written.seats.clone(),
        last_active: last_active(written.last_active.as_deref(), path)?,
        record,
        owner,
        profile,
        properties: properties(&written.properties, path)?,
        owned: written.owned,
        listed: is_listed(written),
        created: None,
        updated: None,
    })
}

/// A snapshot says it in its own way. Who was gone by then is listed once they are back.
fn is_listed(written: &Written) -> bool {
    let left_out = written.sources.settings.as_deref() == Some("notshown");
    written.listed && (!left_out || written.status == Status::Removed)
}

fn last_active(written: Option<&str>, path: &str) -> Result<Option<Timestamp>, SeedError> {
    let Some(text) = written else { return Ok(None) };
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(Some(moment));
    }
    text.parse::<Date>()
        .ok()
        .and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok())
        .map(Some)
        .ok_or_else(|| {
            let message = format!("`{text}` is no moment: write one such as `2026-11-20T09:12:00Z`");
            SeedError::at(format!("{path}.last_active"), message)
        })
}

fn properties(
    written: &BTreeMap<String, Value>,
    path: &str,
) -> Result<BTreeMap<String, Option<String>>, SeedError> {
    let mut properties = BTreeMap::new();
    for (name, value) in written {
        let raw = match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            Value::Array(_) | Value::Object(_) => {
                let place = format!("{path}.properties.{name}");
                return Err(SeedError::at(place, "a CRM property is text: write the JSON inside quotes"));
            }
        };
        properties.insert(name.clone(), raw);
    }
    Ok(properties)
}
