//! What a run left behind, read without the help of the code under test: its journal, and the portal.
//!
//! Deliberately absent: judgement; `round` compares.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;

/// A journal's lines. The last may be cut.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    lines: Vec<Json>,
}

/// What an action is about, as the journal, the report and the portal all name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deed {
    pub(crate) kind: String,
    pub(crate) subject: String,
}

impl Journal {
    pub(crate) fn read(path: &Path) -> Journal {
        let text = std::fs::read_to_string(path).expect("a journal is text");
        assert!(!text.contains(crate::desk::TOKEN), "the token stands in the journal");
        Journal { lines: text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect() }
    }

    fn of(&self, event: &'static str) -> impl Iterator<Item = &Json> {
        self.lines.iter().filter(move |line| line["event"] == event)
    }

    /// Whether its first line is there: a run may be struck while it makes the file.
    pub(crate) fn has_begun(&self) -> bool {
        self.of("run").next().is_some()
    }

    pub(crate) fn has_finished(&self) -> bool {
        self.of("finish").next().is_some()
    }

    pub(crate) fn planned(&self) -> u64 {
        self.lines[0]["actions"].as_u64().expect("a number")
    }

    pub(crate) fn started(&self) -> BTreeSet<Deed> {
        self.of("start").map(deed).collect()
    }

    /// With the outcome of each.
    pub(crate) fn ended(&self) -> BTreeMap<Deed, String> {
        self.of("end").map(|line| (deed(line), text(&line["outcome"]))).collect()
    }

    pub(crate) fn left_open(&self) -> BTreeSet<Deed> {
        let ended = self.ended();
        self.started().into_iter().filter(|deed| !ended.contains_key(deed)).collect()
    }

    /// Every name and id that a started action has.
    pub(crate) fn announced(&self) -> BTreeSet<String> {
        let of_line = |line: &Json| [&line["subject"], &line["id"]].map(text);
        self.of("start").flat_map(of_line).collect()
    }
}

fn deed(line: &Json) -> Deed {
    Deed { kind: text(&line["kind"]), subject: text(&line["subject"]) }
}

pub(crate) fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What the portal holds, without what depends on who came first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Holding {
    people: BTreeMap<String, Json>,
    teams: BTreeMap<String, Json>,
    seats: Json,
}

impl Holding {
    pub(crate) fn of(state: &Json) -> Holding {
        let list = |key: &str| state[key].as_array().cloned().unwrap_or_default();
        let person = |mut person: Json| {
            let object = person.as_object_mut().expect("an object");
            object.retain(|key, _| !["id", "crm_id", "owner_id"].contains(&key.as_str()));
            (text(&person["email"]), person)
        };
        let team = |team: Json| (text(&team["name"]), team["parent"].clone());
        Holding {
            people: list("people").into_iter().map(person).collect(),
            teams: list("teams").into_iter().map(team).collect(),
            seats: state["seats"].clone(),
        }
    }

    /// Whether it shows what the deed brings about; `wanted` is what it holds in the end.
    pub(crate) fn shows(&self, deed: &Deed, wanted: &Holding) -> bool {
        let subject = &deed.subject;
        let status =
            || self.people.get(subject).map_or("removed", |person| person["status"].as_str().expect("text"));
        match deed.kind.as_str() {
            "invite" => matches!(status(), "invited" | "active"),
            "remove" => status() == "removed",
            "deactivate" => status() == "deactivated",
            "reactivate" => status() == "active",
            "team_create" => self.teams.contains_key(subject),
            "team_delete" => !self.teams.contains_key(subject),
            // Renamed, or moved.
            "team_update" => self.teams.get(subject) == wanted.teams.get(subject),
            "update" | "strip" => self.people.get(subject) == wanted.people.get(subject),
            other => panic!("an unknown kind: {other}"),
        }
    }
}
