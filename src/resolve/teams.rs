//! Teams by name: those of the file against those of the portal, with earlier names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::{Desired, Finding, Findings, Setting, Severity, TeamEntry};
use crate::model::{Named, Place, Snapshot, Team, TeamId};

use super::names::{Lookup, ambiguous, look_up, missing};

/// A team the file lists, and the live one it is.
#[derive(Debug)]
pub struct TeamPair<'a> {
    pub place: &'a Place,
    pub live: Option<&'a Team>,
    pub wanted: WantedTeam,
}

#[derive(Debug, PartialEq, Eq)]
pub enum WantedTeam {
    Present {
        name: Arc<str>,
        /// `None`: left out, so whatever it is.
        parent: Option<Option<Named<TeamId>>>,
    },
    Removed {
        name: Arc<str>,
    },
}

/// Every team name the files may use.
pub(super) struct Directory<'a> {
    managed: Option<&'a [TeamEntry]>,
    live: Option<&'a [Team]>,
    /// Live team of each listed entry, by the entry's name.
    found: BTreeMap<&'a str, Option<&'a Team>>,
}

impl<'a> Directory<'a> {
    pub(super) fn new(
        desired: &'a Desired,
        snapshot: &'a Snapshot,
        findings: &mut Findings,
    ) -> Directory<'a> {
        let managed = desired.teams.as_deref();
        let live = snapshot.catalog.teams.as_deref();
        let mut found = BTreeMap::new();
        for entry in managed.unwrap_or_default() {
            found.insert(&*entry.name, find_live(entry, live.unwrap_or_default(), findings));
        }
        let directory = Directory { managed, live, found };
        if snapshot.api.has_teams_api() {
            directory.check_circles(findings);
        }
        directory
    }

    /// `config` sees a circle of the file's own; this is one that parents which the file leaves out close.
    fn check_circles(&self, findings: &mut Findings) {
        let live = self.live.unwrap_or_default().iter();
        // The tree that is to be.
        let mut above: BTreeMap<Node<'_>, Node<'_>> =
            live.filter_map(|team| Some((Node::Live(&team.id), Node::Live(team.parent.as_ref()?)))).collect();
        let entries = self.managed.unwrap_or_default().iter().filter(|entry| !entry.removed);
        for entry in entries.clone() {
            match &entry.parent {
                Setting::LeftOut => {}
                Setting::Clear(_) => {
                    above.remove(&self.node(&entry.name));
                }
                Setting::Given(parent, _) => {
                    above.insert(self.node(&entry.name), self.node(parent));
                }
            }
        }
        let mut told: BTreeSet<Node<'_>> = BTreeSet::new();
        for entry in entries {
            let start = self.node(&entry.name);
            let (Setting::Given(_, place), Some(circle)) = (&entry.parent, circle(&above, start)) else {
                continue;
            };
            if !told.contains(&start) {
                let names: Vec<&str> = circle.iter().map(|node| self.name(*node)).collect();
                findings.0.push(below_itself(&names, place));
                told.extend(circle);
            }
        }
    }

    fn node<'n>(&'n self, name: &'n str) -> Node<'n> {
        match self.found.get(name).copied().flatten() {
            Some(team) => Node::Live(&team.id),
            None => Node::Created(name),
        }
    }

    /// As the file has it, else as HubSpot does.
    fn name<'n>(&'n self, node: Node<'n>) -> &'n str {
        let id = match node {
            Node::Created(name) => return name,
            Node::Live(id) => id,
        };
        let listed = self.found.iter().find(|(_, team)| team.is_some_and(|team| team.id == *id));
        let live = || self.live.unwrap_or_default().iter().find(|team| team.id == *id);
        listed.map(|(name, _)| *name).or_else(|| live().map(|team| team.name.as_str())).unwrap_or(id.as_str())
    }

    /// Whether names can be turned into ids at all.
    pub(super) fn is_readable(&self) -> bool {
        self.live.is_some()
    }

    /// The team of that name, or one that the same plan creates; `None` after a finding.
    pub(super) fn look_up(
        &self,
        name: &str,
        place: &Place,
        findings: &mut Findings,
    ) -> Option<Named<TeamId>> {
        if self.managed.is_some() {
            // `config` has seen to it that the name is listed.
            return Some(match self.found.get(name).copied().flatten() {
                Some(team) => Named::new(team.id.clone(), name),
                None => Named::to_be_created(name),
            });
        }
        let what = ("team", name);
        let finding = match look_up(self.live.unwrap_or_default(), name, |team| &team.name) {
            Lookup::One(team) => return Some(Named::new(team.id.clone(), team.name.as_str())),
            Lookup::Missing { nearest } => missing("unknown-team", what, place, nearest),
            Lookup::Several(count) => ambiguous("ambiguous-team", what, place, count),
        };
        findings.0.push(finding);
        None
    }

    fn by_name(&self, name: &str) -> Named<TeamId> {
        match self.found.get(name).copied().flatten() {
            Some(team) => Named::new(team.id.clone(), name),
            None => Named::to_be_created(name),
        }
    }

    /// Live teams the file does not list; none where teams are not managed.
    pub(super) fn unmanaged(&self) -> Vec<&'a Team> {
        if self.managed.is_none() {
            return Vec::new();
        }
        let claimed: BTreeSet<&TeamId> = self.found.values().flatten().map(|team| &team.id).collect();
        self.live.unwrap_or_default().iter().filter(|team| !claimed.contains(&team.id)).collect()
    }

    /// Nothing where the live teams are unknown: unknown is not absent, so nothing is created either.
    pub(super) fn into_pairs(self) -> Vec<TeamPair<'a>> {
        if self.live.is_none() {
            return Vec::new();
        }
        let entries = self.managed.unwrap_or_default();
        entries.iter().map(|entry| self.pair(entry)).collect()
    }

    fn pair(&self, entry: &'a TeamEntry) -> TeamPair<'a> {
        let TeamEntry { place, name, parent, previous_name: _, removed } = entry;
        let wanted = if *removed {
            WantedTeam::Removed { name: Arc::clone(name) }
        } else {
            let parent = match parent {
                Setting::LeftOut => None,
                Setting::Clear(_) => Some(None),
                Setting::Given(parent, _) => Some(Some(self.by_name(parent))),
            };
            WantedTeam::Present { name: Arc::clone(name), parent }
        };
        TeamPair { place, live: self.found.get(&**name).copied().flatten(), wanted }
    }
}

/// A team in the tree that is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node<'a> {
    Live(&'a TeamId),
    Created(&'a str),
}

/// The teams from this one upwards, if they lead back to it.
fn circle<'n>(above: &BTreeMap<Node<'n>, Node<'n>>, start: Node<'n>) -> Option<Vec<Node<'n>>> {
    let mut teams = vec![start];
    let mut at = start;
    while let Some(next) = above.get(&at)
        && teams.len() <= above.len()
    {
        if *next == start {
            return Some(teams);
        }
        teams.push(*next);
        at = *next;
    }
    None
}

fn below_itself(names: &[&str], place: &Place) -> Finding {
    let names: Vec<String> = names.iter().chain(names.first()).map(|name| format!("`{name}`")).collect();
    Finding {
        severity: Severity::Error,
        code: "team-cycle",
        place: place.clone(),
        width: 1,
        source_line: None,
        message: format!(
            "with the parents that HubSpot has and the file leaves out, the team is its own parent: {}",
            names.join(" is in ")
        ),
        help: Some("write a `parent` for the others too; `parent: null` is the top".to_owned()),
        related: None,
    }
}

/// By its name, else by its earlier one: once renamed, the earlier name may stay in the file.
fn find_live<'a>(entry: &TeamEntry, live: &'a [Team], findings: &mut Findings) -> Option<&'a Team> {
    for name in [Some(&entry.name), entry.previous_name.as_ref()].into_iter().flatten() {
        match look_up(live, name, |team| &team.name) {
            Lookup::One(team) => return Some(team),
            Lookup::Missing { .. } => {}
            Lookup::Several(count) => {
                findings.0.push(ambiguous("ambiguous-team", ("team", name), &entry.place, count));
                return None;
            }
        }
    }
    None
}
