//! The files' `teams:`: as they are, or renamed, moved, created, removed and left out.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::{Wish, wish};
use crate::portal::Portal;

/// Names that no team of a drawn portal has.
const FRESH: [&str; 8] = ["New", "new: b", "3", "x #y", "~", "Ünder", "Above", "*"];

#[derive(Debug, Clone)]
pub(super) struct TeamsDraw {
    live: Vec<(Fate, Wish<Index>)>,
    created: Vec<Wish<Index>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    Renamed,
    Removed,
    NotListed,
}

pub(super) fn draw() -> impl Strategy<Value = TeamsDraw> {
    let fate = || {
        prop_oneof![
            5 => Just(Fate::Kept),
            2 => Just(Fate::Renamed),
            2 => Just(Fate::Removed),
            1 => Just(Fate::NotListed)
        ]
    };
    (vec((fate(), wish(any::<Index>())), 6), vec(wish(any::<Index>()), 0..=2))
        .prop_map(|(live, created)| TeamsDraw { live, created })
}

pub(super) fn as_live(portal: &Portal) -> Vec<Value> {
    let parent = |place: &usize| portal.teams[*place].name;
    let written = portal
        .teams
        .iter()
        .map(|team| json!({ "name": team.name, "parent": team.parent.as_ref().map(parent) }));
    // Children first: the order of the file is nobody's business.
    written.rev().collect()
}

/// The names that a person or a parent may bear.
pub(super) fn nameable(teams: &[Value]) -> Vec<String> {
    let stays = teams.iter().filter(|team| team["state"] != "removed");
    stays.map(|team| team["name"].as_str().expect("a name").to_owned()).collect()
}

/// One entry on its way into the file.
struct Entry {
    name: String,
    previous: Option<&'static str>,
    removed: bool,
    parent: Wish<Index>,
}

pub(super) fn changed(draw: &TeamsDraw, portal: &Portal) -> Vec<Value> {
    let mut fresh = FRESH.into_iter().map(str::to_owned);
    let mut next = || fresh.next().expect("as many as can be needed");
    let mut entries = Vec::new();
    // Where each team will stand: by name, the one above.
    let mut above: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    for (team, (fate, parent)) in portal.teams.iter().zip(&draw.live) {
        let name = if *fate == Fate::Renamed { next() } else { team.name.to_owned() };
        names.push(name.clone());
        above.insert(name.clone(), team.parent.map(|place| names[place].clone()));
        if *fate != Fate::NotListed {
            let previous = (*fate == Fate::Renamed).then_some(team.name);
            entries.push(Entry { name, previous, removed: *fate == Fate::Removed, parent: *parent });
        }
    }
    for parent in &draw.created {
        let name = next();
        above.insert(name.clone(), None);
        entries.push(Entry { name, previous: None, removed: false, parent: *parent });
    }
    for entry in entries.iter().filter(|entry| !entry.removed && !matches!(entry.parent, Wish::LeftOut)) {
        above.insert(entry.name.clone(), None);
    }
    let targets: Vec<String> =
        entries.iter().filter(|entry| !entry.removed).map(|entry| entry.name.clone()).collect();
    entries.iter().map(|entry| written(entry, &targets, &mut above)).collect()
}

fn written(entry: &Entry, targets: &[String], above: &mut BTreeMap<String, Option<String>>) -> Value {
    let mut written = json!({ "name": entry.name });
    if entry.removed {
        written["state"] = "removed".into();
        return written;
    }
    if let Some(previous) = entry.previous {
        written["previous_name"] = previous.into();
    }
    match entry.parent {
        Wish::LeftOut => {}
        Wish::Clear => written["parent"] = Value::Null,
        Wish::Given(pick) => {
            let parent =
                Some(pick.get(targets).clone()).filter(|parent| !leads_to(above, parent, &entry.name));
            above.insert(entry.name.clone(), parent.clone());
            written["parent"] = json!(parent);
        }
    }
    written
}

/// Whether `name` is `start`, or stands above it.
fn leads_to(above: &BTreeMap<String, Option<String>>, start: &str, name: &str) -> bool {
    let mut at = Some(start);
    while let Some(team) = at {
        if team == name {
            return true;
        }
        at = above.get(team).and_then(|above| above.as_deref());
    }
    false
}
