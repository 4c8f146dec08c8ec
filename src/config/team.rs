//! `teams:` → the teams of the file, with their parents.
//!
//! Deliberately absent: people; whether a person's team is listed is asked in `check`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decode::{optional, setting};
use super::fields::Shape;
use super::reading::{Reading, quote};
use super::tree::Node;
use super::{Setting, TeamEntry};
use crate::model::Place;

pub(super) const TEAM: Shape = Shape::new("a team", &["name", "parent", "previous_name", "state"]);

/// How many names of a ring of parents a message shows.
const RING_NAMES: usize = 8;

pub(super) fn teams(reading: &mut Reading, node: &Node<'_>) -> Option<Vec<TeamEntry>> {
    let items = reading.list(node, "`teams`")?;
    let mut teams = Vec::with_capacity(items.len());
    for item in items {
        teams.extend(team(reading, item));
    }
    check_names(reading, &teams);
    check_parents(reading, &teams);
    Some(teams)
}

fn team(reading: &mut Reading, node: &Node<'_>) -> Option<TeamEntry> {
    let fields = reading.fields(node, TEAM)?;
    let Some(name) = fields.get("name") else {
        reading.missing(node, "a team has no `name`", "write `name:` with the team's name in HubSpot");
        return None;
    };
    let place = reading.place(name.spot);
    let name = reading.text(name, "`name`").map(|name| reading.name(name));
    let parent = setting(reading, fields.get("parent"), "`parent`", name_of_team);
    let previous_name = optional(reading, fields.get("previous_name"), |reading, node| {
        let previous = name_of_team(reading, node, "`previous_name`")?;
        if name.as_ref() == Some(&previous) {
            reading
                .error("same-name", node.spot, "`previous_name` is the team's present name")
                .set_help("write the name it had before, or leave the key out");
            return None;
        }
        Some(previous)
    });
    let states = [("present", false), ("removed", true)];
    let removed = fields.get("state").and_then(|node| reading.choice(node, "`state`", &states));
    Some(TeamEntry { place, name: name?, parent, previous_name, removed: removed.unwrap_or(false) })
}

pub(super) fn name_of_team(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<Arc<str>> {
    let text = reading.text(node, what)?;
    Some(reading.name(text))
}

fn check_names(reading: &mut Reading, teams: &[TeamEntry]) {
    let mut names: BTreeMap<&str, &Place> = BTreeMap::new();
    let mut renamed: BTreeMap<&str, &Place> = BTreeMap::new();
    for TeamEntry { place, name, previous_name, .. } in teams {
        let width = name.chars().count();
        if let Some(first) = names.get(name.as_ref()) {
            reading
                .error_at(
                    "duplicate-team",
                    place.clone(),
                    width,
                    format!("the team {} is listed twice", quote(name)),
                )
                .set_related((*first).clone(), "first listed here")
                .set_help("keep one of the two");
        } else {
            names.insert(name, place);
        }
        let Some(previous) = previous_name else { continue };
        if let Some(first) = renamed.get(previous.as_ref()) {
            let message = format!("two teams say that they were {} before", quote(previous));
            reading
                .error_at("team-rename", place.clone(), width, message)
                .set_related((*first).clone(), "the other one")
                .set_help("a team becomes one other: keep `previous_name` on one of them");
        } else {
            renamed.insert(previous, place);
        }
    }
    for TeamEntry { place, name, previous_name, .. } in teams {
        let Some(previous) = previous_name else { continue };
        if let Some(other) = names.get(previous.as_ref()) {
            let message = format!(
                "{} is said to have been {} before, which is listed as well",
                quote(name),
                quote(previous)
            );
            reading
                .error_at("team-rename", place.clone(), name.chars().count(), message)
                .set_related((*other).clone(), "listed here")
                .set_help("remove `previous_name` once the team has been renamed, or remove the other entry");
        }
    }
}

fn check_parents(reading: &mut Reading, teams: &[TeamEntry]) {
    let listed = Listed::new(teams);
    for team in teams.iter().filter(|team| !team.removed) {
        if let Setting::Given(parent, place) = &team.parent {
            listed.check(reading, parent, place, Within::Team);
        }
    }
    for ring in rings(teams) {
        let team = &teams[ring[0]];
        let place = team.parent.place().unwrap_or(&team.place).clone();
        let names: Vec<String> =
            ring.iter().chain(ring.first()).take(RING_NAMES).map(|at| quote(&teams[*at].name)).collect();
        reading
            .error_at(
                "team-cycle",
                place,
                1,
                format!("the team is its own parent: {}", names.join(" is in ")),
            )
            .set_help("write `parent: null` for the one that is at the top");
    }
}

/// Each ring of parents once, beginning with the team that is listed first.
fn rings(teams: &[TeamEntry]) -> Vec<Vec<usize>> {
    let index: BTreeMap<&str, usize> =
        teams.iter().enumerate().rev().map(|(at, team)| (team.name.as_ref(), at)).collect();
    let parent = |at: usize| match &teams[at].parent {
        Setting::Given(parent, _) => index.get(parent.as_ref()).copied(),
        Setting::LeftOut | Setting::Clear(_) => None,
    };
    // The walk on which each team was met first; no team is walked through twice.
    let mut met_on: Vec<Option<usize>> = vec![None; teams.len()];
    let mut rings = Vec::new();
    for walk in 0..teams.len() {
        let mut next = Some(walk);
        while let Some(at) = next.filter(|at| met_on[*at].is_none()) {
            met_on[at] = Some(walk);
            next = parent(at);
        }
        let Some(entry) = next.filter(|at| met_on[*at] == Some(walk)) else { continue };
        let mut ring: Vec<usize> =
            std::iter::successors(Some(entry), |at| parent(*at).filter(|at| *at != entry)).collect();
        let first = (0..ring.len()).min_by_key(|at| ring[*at]).unwrap_or_default();
        ring.rotate_left(first);
        rings.push(ring);
    }
    rings
}

/// The teams of the file by name.
pub(super) struct Listed<'t> {
    by_name: BTreeMap<&'t str, &'t TeamEntry>,
    by_previous_name: BTreeMap<&'t str, &'t TeamEntry>,
}

impl<'t> Listed<'t> {
    pub(super) fn new(teams: &'t [TeamEntry]) -> Listed<'t> {
        let by_name = teams.iter().map(|team| (team.name.as_ref(), team)).collect();
        let renamed = |team: &'t TeamEntry| team.previous_name.as_deref().map(|name| (name, team));
        Listed { by_name, by_previous_name: teams.iter().filter_map(renamed).collect() }
    }

    /// Reports a team that is not listed, or is to be removed; `who` would be in it.
    pub(super) fn check(&self, reading: &mut Reading, name: &str, place: &Place, who: Within) {
        let width = name.chars().count();
        match self.by_name.get(name) {
            None => {
                let message = format!("there is no team {} under `teams:`", quote(name));
                let help = self.help_for_unknown(reading, name);
                reading.error_at("unknown-team", place.clone(), width, message).set_help(help);
            }
            Some(team) if team.removed => {
                let (message, help) = match who {
                    Within::Team => {
                        ("the parent", "give the team another parent, or `parent: null` for the top")
                    }
                    Within::Person => ("the team", "give the person another team"),
                };
                reading
                    .error_at(
                        "removed-team",
                        place.clone(),
                        width,
                        format!("{message} {} is to be removed", quote(name)),
                    )
                    .set_related(team.place.clone(), "removed here")
                    .set_help(help);
            }
            Some(_) => {}
        }
    }

    fn help_for_unknown(&self, reading: &mut Reading, name: &str) -> String {
        if let Some(team) = self.by_previous_name.get(name) {
            return format!("it is called {} now", quote(&team.name));
        }
        match reading.nearest(name, self.by_name.keys().copied()) {
            Some(nearest) => format!("did you mean {}?", quote(nearest)),
            None => format!("list it under `teams:`, as `- name: {name}`; a missing team is created"),
        }
    }
}

/// What names a team.
#[derive(Debug, Clone, Copy)]
pub(super) enum Within {
    Team,
    Person,
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    fn ring_names(text: &str) -> Vec<String> {
        let mut reading = Reading::new("users.yaml".into());
        let teams = teams(&mut reading, &tree_of(text)).expect("a list");
        let name = |at: &usize| teams[*at].name.to_string();
        rings(&teams).iter().map(|ring| ring.iter().map(name).collect::<Vec<_>>().join(" > ")).collect()
    }

    #[test]
    fn a_ring_of_parents_is_found_once_and_from_its_first_team() {
        for (text, rings) in [
            ("[{ name: A, parent: B }, { name: B }]", vec![]),
            ("[{ name: A, parent: A }]", vec!["A"]),
            ("[{ name: A, parent: B }, { name: B, parent: A }]", vec!["A > B"]),
            ("[{ name: X, parent: B }, { name: A, parent: B }, { name: B, parent: A }]", vec!["A > B"]),
            (
                "[{ name: A, parent: A }, { name: B, parent: C }, { name: C, parent: D }, { name: D, parent: B }]",
                vec!["A", "B > C > D"],
            ),
            ("[{ name: A, parent: Nowhere }]", vec![]),
        ] {
            assert_eq!(ring_names(text), rings, "{text}");
        }
    }
}
