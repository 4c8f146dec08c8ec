//! The order in which anything is written down or answered never changes a plan.

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::Value;

use crate::changing_as_far_as_can_be_read;
use crate::run::{Case, Portal, check, document, load, plan, same};

const LISTS: [&str; 4] = ["people", "teams", "permission_sets", "seats"];

#[derive(Debug, Clone)]
struct Shuffled {
    case: Case,
    by: u64,
}

impl std::fmt::Display for Shuffled {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "shuffled by {}\n{}", self.by, self.case)
    }
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let drawn = (changing_as_far_as_can_be_read(), any::<u64>()).prop_map(|(case, by)| Shuffled { case, by });
    check(40, drawn, async |Shuffled { case, by }: &Shuffled| {
        let mut random = StdRng::seed_from_u64(*by);
        let mut other = case.clone();
        other.files.users.shuffle(&mut random);
        if let Some(teams) = &mut other.files.teams {
            teams.shuffle(&mut random);
        }
        for key in LISTS {
            other.seed[key].as_array_mut().expect("a list").shuffle(&mut random);
        }
        for person in other.seed["people"].as_array_mut().expect("a list") {
            shuffle_lists(person, &mut random);
        }

        let (desired, shuffled) = (load(&case.files)?, load(&other.files)?);
        let portal = Portal::start(&case.seed).await?;
        let snapshot = portal.snapshot(&desired).await?;
        portal.stop().await;
        let portal = Portal::start(&other.seed).await?;
        let same_snapshot = portal.snapshot(&shuffled).await?;
        portal.stop().await;
        same("the snapshot", &snapshot, &same_snapshot)?;

        // A saved one may have been through other hands.
        let mut saved = serde_json::to_value(&snapshot).expect("a snapshot is JSON");
        for key in LISTS {
            if let Some(list) = saved[key].as_array_mut() {
                list.shuffle(&mut random);
            }
        }
        for person in saved["people"].as_array_mut().expect("a list") {
            shuffle_lists(person, &mut random);
        }
        let saved = serde_json::from_value(saved).map_err(|error| error.to_string())?;

        let (one, other) = (plan(&desired, &snapshot)?, plan(&shuffled, &saved)?);
        same("the digest", &one.digest(), &other.digest())?;
        let lines = |document: String| without_places(&document);
        same(
            "the plan",
            &lines(document(&desired, &one).to_json()),
            &lines(document(&shuffled, &other).to_json()),
        )
    });
}

/// The lists that are an object's own values.
fn shuffle_lists(object: &mut Value, random: &mut StdRng) {
    for value in object.as_object_mut().into_iter().flatten().map(|(_, value)| value) {
        if let Some(list) = value.as_array_mut() {
            list.shuffle(random);
        }
    }
}

/// A plan's JSON as lines, for a readable difference.
pub(crate) fn without_places(json: &str) -> Vec<String> {
    let mut document: Value = serde_json::from_str(json).expect("JSON");
    // It is over the places too.
    document.as_object_mut().and_then(|object| object.remove("checksum")).expect("a saved plan is sealed");
    for rows in document.as_object_mut().into_iter().flatten().filter_map(|(_, value)| value.as_array_mut()) {
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.remove("source");
        }
    }
    let text = serde_json::to_string_pretty(&document).expect("JSON");
    text.lines().map(str::to_owned).collect()
}
