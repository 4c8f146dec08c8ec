//! Formatting the files changes no plan: the same actions, the same digest, from the same reading of the portal.
//!
//! Deliberately absent: layouts of every kind; `tests/format` has those.

use std::path::Path;

use hubroster::config::{self, Desired};
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng};
use serde_json::Value;

use crate::changing_as_far_as_can_be_read;
use crate::order::without_places;
use crate::run::{Case, Portal, check, document, plan, same};

#[derive(Debug, Clone)]
struct Written {
    case: Case,
    by: u64,
}

impl std::fmt::Display for Written {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "written by {}\n{}", self.by, self.case)
    }
}

/// One way to write a value, with comments in it.
struct Writer {
    random: StdRng,
    out: String,
}

impl Writer {
    fn of(value: &Value, random: StdRng) -> String {
        let mut writer = Writer { random, out: "# The top.\n\n".to_owned() };
        writer.entries(value, 0);
        writer.out.push_str("# The end.\n");
        writer.out
    }

    fn entries(&mut self, value: &Value, indent: usize) {
        for (key, value) in value.as_object().into_iter().flatten() {
            self.above(indent);
            self.out.push_str(&format!("{}{key}:", " ".repeat(indent)));
            self.value(value, indent);
        }
    }

    fn above(&mut self, indent: usize) {
        let lead = " ".repeat(indent);
        match self.random.random_range(0..6) {
            0 => self.out.push_str(&format!("{lead}# above\n")),
            1 => self.out.push_str(&format!("\n{lead}# above\n")),
            2 => self.out.push('\n'),
            _ => {}
        }
    }

    fn value(&mut self, value: &Value, indent: usize) {
        let end = if self.random.random_bool(0.3) { " # behind\n" } else { "\n" };
        let is_empty = |value: &Value| match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(entries) => entries.is_empty(),
            _ => true,
        };
        if is_empty(value) || self.random.random_bool(0.3) {
            // JSON is YAML.
            self.out.push_str(&format!("  {value}{end}"));
            return;
        }
        self.out.push_str(end);
        match value {
            Value::Array(items) => {
                let indent = indent + 2 * self.random.random_range(0..2);
                for item in items {
                    self.above(indent);
                    self.out.push_str(&format!("{}-", " ".repeat(indent)));
                    self.value(item, indent);
                }
            }
            _ => {
                let step = self.random.random_range(1..5);
                self.entries(value, indent + step);
            }
        }
    }
}

fn loaded(directory: &Path) -> Result<Desired, String> {
    let loaded = config::load(directory, Path::new("."));
    loaded.map(|loaded| loaded.desired).map_err(|findings| format!("the files have findings: {findings:#?}"))
}

#[test]
fn formatting_changes_no_plan() {
    let drawn = (changing_as_far_as_can_be_read(), any::<u64>()).prop_map(|(case, by)| Written { case, by });
    check(40, drawn, async |Written { case, by }: &Written| {
        let directory = tempfile::tempdir().expect("a directory for the files");
        let path = directory.path();
        std::fs::create_dir(path.join("roles")).expect("an empty directory");
        let random = |salt: usize| StdRng::seed_from_u64(by.wrapping_add(salt as u64));
        let mut users = case.files.header.clone();
        users.extend(case.files.teams.iter().map(|teams| ("teams".to_owned(), teams.clone().into())));
        users.insert("users".to_owned(), case.files.users.clone().into());
        std::fs::write(path.join("users.yaml"), Writer::of(&users.into(), random(0))).expect("a file");
        for (at, (key, role)) in case.files.roles.iter().enumerate() {
            let file = path.join("roles").join(format!("{key}.yaml"));
            std::fs::write(file, Writer::of(role, random(at + 1))).expect("a file");
        }

        let before = loaded(path)?;
        let files = config::format(path, Path::new(".")).map_err(|error| format!("{error:?}"))?;
        for file in &files {
            std::fs::write(&file.path, &file.after).expect("a file");
        }
        let after = loaded(path)?;
        let again = config::format(path, Path::new(".")).map_err(|error| format!("{error:?}"))?;
        for file in again {
            same("the file, formatted twice", &file.before, &file.after)?;
        }

        let portal = Portal::start(&case.seed).await?;
        let snapshot = portal.snapshot(&before).await?;
        portal.stop().await;
        let (one, other) = (plan(&before, &snapshot)?, plan(&after, &snapshot)?);
        same("the digest", &one.digest(), &other.digest())?;
        let lines = |desired, plan| without_places(&document(desired, plan).to_json());
        same("the plan", &lines(&before, &one), &lines(&after, &other))
    });
}
