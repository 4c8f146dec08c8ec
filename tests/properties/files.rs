//! The files of a portal drawn at random: exactly what is live, or changes of every kind.
//!
//! Deliberately absent: files with findings. What is drawn here is valid, and every name in it is known.

mod teams;

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use crate::portal::{self, ID, NAMES, Person, Portal, Profile, Status, places};
use teams::TeamsDraw;

pub(crate) const TODAY: &str = "2026-11-22";
const NEWCOMERS: [&str; 4] = ["new.one", "new+two", "neu/drei", "NEW'4"];

/// `users.yaml` in its parts, and the role files by key.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) header: Map<String, Value>,
    pub(crate) teams: Option<Vec<Value>>,
    pub(crate) users: Vec<Value>,
    pub(crate) roles: BTreeMap<String, Value>,
}

impl Files {
    /// JSON is YAML; one line for each entry.
    pub(crate) fn users_yaml(&self) -> String {
        let mut text = String::new();
        for (key, value) in &self.header {
            text += &format!("{key}: {value}\n");
        }
        let mut list = |key: &str, entries: &[Value]| {
            if entries.is_empty() {
                text += &format!("{key}: []\n");
            } else {
                text += &format!("{key}:\n");
                entries.iter().for_each(|entry| text += &format!("  - {entry}\n"));
            }
        };
        if let Some(teams) = &self.teams {
            list("teams", teams);
        }
        list("users", &self.users);
        text
    }
}

/// One attribute of an entry.
#[derive(Debug, Clone, Copy)]
enum Wish<T> {
    LeftOut,
    Clear,
    Given(T),
}

fn wish<T: std::fmt::Debug + Clone>(given: impl Strategy<Value = T>) -> impl Strategy<Value = Wish<T>> {
    prop_oneof![
        3 => Just(Wish::LeftOut),
        1 => Just(Wish::Clear),
        4 => given.prop_map(Wish::Given),
    ]
}

fn put(entry: &mut Map<String, Value>, key: &str, wish: Wish<Value>) {
    match wish {
        Wish::LeftOut => {}
        Wish::Clear => {
            entry.insert(key.to_owned(), Value::Null);
        }
        Wish::Given(value) => {
            entry.insert(key.to_owned(), value);
        }
    }
}

fn header(api: &str, policy: Value) -> Map<String, Value> {
    let header =
        json!({ "version": 1, "portal": { "id": ID, "name": "Example BV", "api": api }, "policy": policy });
    header.as_object().expect("an object").clone()
}

pub(crate) fn api() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => Just("2026-09"), 1 => Just("2026-03"), 1 => Just("v3")]
}

/// A role for each permission set, and the three kinds of access that no API gives.
fn roles(portal: &Portal, seats: impl Fn(usize) -> Wish<Value>) -> BTreeMap<String, Value> {
    let mut roles = BTreeMap::new();
    let sets = portal.sets.iter().enumerate();
    let accesses = sets.map(|(place, set)| (set_role(place), json!({ "permission_set": set }))).chain([
        ("admin".to_owned(), json!({ "super_admin": true })),
        ("scratch".to_owned(), json!({ "scratch": true })),
        ("template".to_owned(), json!({ "template": "Service" })),
    ]);
    for (at, (key, access)) in accesses.enumerate() {
        let mut role = Map::new();
        role.insert("name".to_owned(), format!("Role {key}").into());
        role.insert("access".to_owned(), access);
        let privilege = ["standard", "elevated", "admin"][at % 3];
        role.insert("privilege".to_owned(), privilege.into());
        put(&mut role, "seats", seats(at));
        roles.insert(key, role.into());
    }
    roles
}

fn set_role(place: usize) -> String {
    format!("set-{place}")
}

/// How to say what is so, where there are several ways.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    role: u8,
    upper_case: bool,
    managed_teams: bool,
}

pub(crate) fn style() -> impl Strategy<Value = Style> {
    (0..4u8, any::<bool>(), any::<bool>()).prop_map(|(role, upper_case, managed_teams)| Style {
        role,
        upper_case,
        managed_teams,
    })
}

/// The rows that stay, as address and kind of step by hand.
pub(crate) type RowsByHand = Vec<(String, &'static str)>;

/// Files that say exactly what is live, and what they ask to be done by hand all the same.
pub(crate) fn as_live(portal: &Portal, api: &str, styles: &[Style]) -> (Files, RowsByHand) {
    let mut by_hand = RowsByHand::new();
    let mut users = Vec::new();
    let style_of = |at: usize| styles[at % styles.len()];
    let people = portal.people.iter().filter(|person| person.status != Status::Removed);
    for (at, person) in people.enumerate() {
        let (entry, step) = entry_as_live(portal, person, style_of(at));
        by_hand.extend(step.map(|step| (person.email.clone(), step)));
        users.push(entry.into());
    }
    let teams = style_of(0).managed_teams.then(|| teams::as_live(portal));
    let policy = json!({ "names": "manage", "unmanaged": "error" });
    by_hand.sort();
    let roles = roles(portal, |_| Wish::LeftOut);
    (Files { header: header(api, policy), teams, users, roles }, by_hand)
}

fn entry_as_live(
    portal: &Portal,
    person: &Person,
    style: Style,
) -> (Map<String, Value>, Option<&'static str>) {
    let mut entry = Map::new();
    let email = if style.upper_case { person.email.to_ascii_uppercase() } else { person.email.clone() };
    entry.insert("email".to_owned(), email.into());
    let is_deactivated = person.is_seen_deactivated(portal);
    if is_deactivated {
        entry.insert("state".to_owned(), "deactivated".into());
    }
    entry.insert("first_name".to_owned(), json!(person.first_name));
    entry.insert("last_name".to_owned(), json!(person.last_name));
    let mut step = None;
    let role = match (person.super_admin, person.sets.as_slice(), style.role) {
        (true, _, _) => Some(json!("admin")),
        (false, [set], _) => Some(json!(set_role(*set))),
        (false, [], 0) | (false, _, 1) => None,
        (false, [], 2) => Some(Value::Null),
        (false, [], _) => {
            step = (person.status == Status::Invited).then_some("set_permissions");
            Some(json!(if style.upper_case { "scratch" } else { "template" }))
        }
        (false, [first, ..], _) => {
            step = Some("take_away_permission_sets");
            Some(json!(set_role(*first)))
        }
    };
    entry.extend(role.map(|role| ("role".to_owned(), role)));
    entry.insert("team".to_owned(), json!(person.team.map(|team| portal.teams[team].name)));
    let extra: Vec<&str> = person.extra_teams.iter().rev().map(|team| portal.teams[*team].name).collect();
    entry.insert("extra_teams".to_owned(), json!(extra));
    let seats: Vec<&str> = person.seats.iter().rev().map(|seat| portal.seats[*seat].0).collect();
    entry.insert("seats".to_owned(), json!(seats));
    entry.insert("profile".to_owned(), profile_as_live(&person.profile));
    (entry, step.filter(|_| !is_deactivated))
}

impl Person {
    /// Where the list shows somebody whose record is missing, an archived owner alone proves nothing.
    fn is_seen_deactivated(&self, portal: &Portal) -> bool {
        self.status == Status::Deactivated
            && !(self.record == portal::Record::Missing && portal.behaviour.lists_deactivated)
    }
}

fn profile_as_live(profile: &Profile) -> Value {
    let Profile {
        job_title,
        phone,
        availability,
        time_zone,
        working_hours,
        out_of_office,
        main_language,
        other_languages,
    } = profile;
    let absences: Vec<Value> = out_of_office.iter().rev().map(|absence| absence.written()).collect();
    let mut written = json!({
        "job_title": job_title,
        "phone": phone,
        "availability": availability,
        "time_zone": time_zone,
        "main_language": main_language,
        "out_of_office": absences,
        "other_languages": other_languages,
    });
    // What HubSpot holds and nobody can read can only be left alone.
    if working_hours.as_ref().is_none_or(|hours| hours.get("raw").is_none()) {
        written["working_hours"] = json!(working_hours);
    }
    written
}

#[derive(Debug, Clone)]
struct EntryDraw {
    names: (Wish<&'static str>, Wish<&'static str>),
    role: Wish<Index>,
    team: Wish<Index>,
    extra_teams: Wish<Vec<Index>>,
    seats: Wish<Vec<Index>>,
    profile: Option<(Profile, Vec<Wish<()>>)>,
    state: &'static str,
    expiry: Option<(&'static str, Option<&'static str>)>,
    collapse_roles: Option<bool>,
    invite: Option<bool>,
    address: Address,
}

/// How an entry says who it is.
#[derive(Debug, Clone, Copy)]
enum Address {
    Live,
    UpperCase,
    Pinned,
    PinnedAndRenamed,
    PreviousEmail,
}

fn entry() -> impl Strategy<Value = EntryDraw> {
    let state = prop_oneof![8 => Just("present"), 1 => Just("deactivated"), 2 => Just("removed")];
    let expiry = (
        select(&["2026-11-21", TODAY, "2026-11-23", "2030-01-01"][..]),
        option::of(select(&["deactivated", "removed"][..])),
    );
    let address = prop_oneof![
        6 => Just(Address::Live),
        1 => Just(Address::UpperCase),
        1 => Just(Address::Pinned),
        1 => Just(Address::PinnedAndRenamed),
        1 => Just(Address::PreviousEmail),
    ];
    (
        (wish(select(&NAMES[..])), wish(select(&NAMES[..]))),
        wish(any::<Index>()),
        wish(any::<Index>()),
        wish(vec(any::<Index>(), 1..3)),
        wish(vec(any::<Index>(), 1..3)),
        option::weighted(0.6, (portal::profile(), vec(wish(Just(())), 8))),
        (state, option::weighted(0.15, expiry)),
        (option::weighted(0.5, any::<bool>()), option::weighted(0.3, any::<bool>())),
        address,
    )
        .prop_map(|(names, role, team, extra_teams, seats, profile, time, flags, address)| EntryDraw {
            names,
            role,
            team,
            extra_teams,
            seats,
            profile,
            state: time.0,
            expiry: time.1,
            collapse_roles: flags.0,
            invite: flags.1,
            address,
        })
}

/// Files that ask for changes of every kind.
#[derive(Debug, Clone)]
pub(crate) struct ChangesDraw {
    api: &'static str,
    names: &'static str,
    unmanaged: &'static str,
    on_expiry: &'static str,
    protected: Option<Index>,
    credential_owner: Option<Index>,
    role_seats: Vec<Wish<Vec<Index>>>,
    teams: Option<TeamsDraw>,
    people: Vec<Option<EntryDraw>>,
    newcomers: Vec<EntryDraw>,
}

pub(crate) fn changes() -> impl Strategy<Value = ChangesDraw> {
    (
        api(),
        (
            select(&["create_only", "manage"][..]),
            prop_oneof![3 => Just("report"), 1 => Just("ignore"), 1 => Just("remove")],
            select(&["deactivated", "removed"][..]),
        ),
        (option::weighted(0.2, any::<Index>()), option::weighted(0.15, any::<Index>())),
        vec(wish(vec(any::<Index>(), 1..3)), 8),
        option::weighted(0.6, teams::draw()),
        vec(option::weighted(0.85, entry()), 10),
        vec(entry(), 0..=4),
    )
        .prop_map(|(api, words, special, role_seats, teams, people, newcomers)| ChangesDraw {
            api,
            names: words.0,
            unmanaged: words.1,
            on_expiry: words.2,
            protected: special.0,
            credential_owner: special.1,
            role_seats,
            teams,
            people,
            newcomers,
        })
}

impl ChangesDraw {
    pub(crate) fn of(&self, portal: &Portal) -> Files {
        let someone = |pick: &Option<Index>| {
            pick.filter(|_| !portal.people.is_empty()).map(|pick| pick.get(&portal.people).email.clone())
        };
        let mut policy = json!({
            "names": self.names, "unmanaged": self.unmanaged, "on_expiry": self.on_expiry,
            "min_super_admins": 0,
            "max_removals": { "count": null, "percent": null }, "max_updates": { "percent": null },
        });
        policy["protected"] = json!(Vec::from_iter(someone(&self.protected)));
        if let Some(owner) = someone(&self.credential_owner) {
            policy["credential_owner"] = owner.into();
        }
        let seats = |picks: &Vec<Index>| -> Value {
            let named = places(picks, portal.seats.len()).into_iter();
            named.map(|place| portal.seats[place].0).collect()
        };
        let role_seats = |at: usize| match &self.role_seats[at % self.role_seats.len()] {
            Wish::LeftOut => Wish::LeftOut,
            Wish::Clear => Wish::Given(json!([])),
            Wish::Given(picks) => Wish::Given(seats(picks)),
        };
        let roles = roles(portal, role_seats);
        let teams = self.teams.as_ref().map(|draw| teams::changed(draw, portal));
        let nameable: Vec<String> = match &teams {
            Some(teams) => teams::nameable(teams),
            None => portal.teams.iter().map(|team| team.name.to_owned()).collect(),
        };
        let keys: Vec<&String> = roles.keys().collect();
        let written = |draw: &EntryDraw, live: Option<&Person>, at: usize| {
            let mut entry = draw.identity(live, at);
            draw.access(&mut entry, &keys, &nameable);
            let own = match &draw.seats {
                Wish::LeftOut => Wish::LeftOut,
                Wish::Clear => Wish::Given(json!([])),
                Wish::Given(picks) => Wish::Given(seats(picks)),
            };
            put(&mut entry, "seats", own);
            if let Some((profile, wishes)) = &draw.profile {
                let profile = changed_profile(profile, wishes, live);
                if !profile.is_empty() {
                    entry.insert("profile".to_owned(), profile.into());
                }
            }
            Value::Object(entry)
        };
        let live = portal.people.iter().zip(&self.people).enumerate();
        let live = live.filter_map(|(at, (person, draw))| Some(written(draw.as_ref()?, Some(person), at)));
        let new = self.newcomers.iter().enumerate().map(|(at, draw)| written(draw, None, at));
        let users = live.chain(new).collect();
        Files { header: header(self.api, policy), teams, users, roles }
    }
}

impl EntryDraw {
    /// Who it is, and what is to become of them.
    fn identity(&self, live: Option<&Person>, at: usize) -> Map<String, Value> {
        let mut entry = Map::new();
        let other = format!("moved{at}@example.com");
        let address = |address| match live.map(|person| person.status) {
            // Of somebody who is gone only the address is known.
            Some(Status::Removed) => Address::Live,
            _ => address,
        };
        let email = match (live, address(self.address)) {
            (None, _) => format!("{}@example.com", NEWCOMERS[at]),
            (Some(person), Address::Live) => person.email.clone(),
            (Some(person), Address::UpperCase) => person.email.to_ascii_uppercase(),
            (Some(person), Address::Pinned) => {
                entry.insert("id".to_owned(), person.id.to_string().into());
                person.email.clone()
            }
            (Some(person), Address::PinnedAndRenamed) => {
                entry.insert("id".to_owned(), person.id.into());
                other
            }
            (Some(person), Address::PreviousEmail) => {
                entry.insert("previous_email".to_owned(), person.email.clone().into());
                other
            }
        };
        entry.insert("email".to_owned(), email.into());
        entry.insert("state".to_owned(), self.state.into());
        if let Some((day, then)) = &self.expiry {
            entry.insert("expires".to_owned(), (*day).into());
            entry.extend(then.map(|then| ("on_expiry".to_owned(), then.into())));
        }
        entry.extend(self.collapse_roles.map(|flag| ("collapse_roles".to_owned(), flag.into())));
        entry.extend(self.invite.map(|flag| ("invite".to_owned(), flag.into())));
        let text = |wish: &Wish<&str>| match wish {
            Wish::LeftOut => Wish::LeftOut,
            Wish::Clear => Wish::Clear,
            Wish::Given(text) => Wish::Given(Value::from(*text)),
        };
        put(&mut entry, "first_name", text(&self.names.0));
        put(&mut entry, "last_name", text(&self.names.1));
        entry
    }

    fn access(&self, entry: &mut Map<String, Value>, roles: &[&String], teams: &[String]) {
        put(
            entry,
            "role",
            match self.role {
                Wish::LeftOut => Wish::LeftOut,
                Wish::Clear => Wish::Clear,
                Wish::Given(pick) => Wish::Given((*pick.get(roles)).clone().into()),
            },
        );
        let team = match self.team {
            Wish::Given(pick) if !teams.is_empty() => Wish::Given(pick.get(teams).clone()),
            Wish::Given(_) | Wish::LeftOut => Wish::LeftOut,
            Wish::Clear => Wish::Clear,
        };
        let extra = match &self.extra_teams {
            Wish::LeftOut => Wish::LeftOut,
            Wish::Clear => Wish::Clear,
            Wish::Given(picks) => {
                let names = places(picks, teams.len()).into_iter().map(|place| teams[place].clone());
                let is_main = |name: &String| matches!(&team, Wish::Given(team) if team == name);
                Wish::Given(names.filter(|name| !is_main(name)).collect())
            }
        };
        put(entry, "extra_teams", extra);
        let team = match team {
            Wish::LeftOut => Wish::LeftOut,
            Wish::Clear => Wish::Clear,
            Wish::Given(team) => Wish::Given(team.into()),
        };
        put(entry, "team", team);
    }
}

/// Each attribute of `to`, as far as it is wished for. HubSpot takes no hours from somebody without a zone.
fn changed_profile(to: &Profile, wishes: &[Wish<()>], live: Option<&Person>) -> Map<String, Value> {
    let mut changed = Map::new();
    let wanted = profile_as_live(to);
    let has_record = live.is_none_or(|person| person.record != portal::Record::Missing);
    for ((key, value), wish) in wanted.as_object().into_iter().flatten().zip(wishes) {
        match wish {
            Wish::LeftOut => {}
            Wish::Clear => put(&mut changed, key, Wish::Clear),
            Wish::Given(()) => put(&mut changed, key, Wish::Given(value.clone())),
        }
    }
    let has_hours = changed.get("working_hours").is_some_and(|hours| !hours.is_null());
    let live_zone = live.and_then(|person| person.profile.time_zone);
    let has_zone = changed.get("time_zone").map_or(live_zone.is_some(), |zone| !zone.is_null());
    if has_hours && !has_zone {
        changed.insert("time_zone".to_owned(), "Europe/Brussels".into());
    }
    // Without a record there is nothing to write a profile to, which would be said at every plan.
    if has_record { changed } else { Map::new() }
}
