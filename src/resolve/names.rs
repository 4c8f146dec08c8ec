//! Names of the files against names of the portal: found, missing with the nearest one, or ambiguous.

use crate::config::{Finding, Severity};
use crate::model::Place;

/// What a name stands for, among things that may share names.
pub(super) enum Lookup<'a, T> {
    One(&'a T),
    Missing { nearest: Option<&'a str> },
    Several(usize),
}

pub(super) fn look_up<'a, T>(
    items: &'a [T],
    name: &str,
    name_of: impl Fn(&'a T) -> &'a str,
) -> Lookup<'a, T> {
    let mut same = items.iter().filter(|item| name_of(item) == name);
    match (same.next(), same.count()) {
        (Some(item), 0) => Lookup::One(item),
        (Some(_), more) => Lookup::Several(more + 1),
        (None, _) => Lookup::Missing { nearest: nearest(name, items.iter().map(name_of)) },
    }
}

/// The likeliest meant name: at most a third of its characters away, ignoring case.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let distance = |other: &str| strsim::damerau_levenshtein(&wanted, &other.to_lowercase());
    names
        .map(|other| (distance(other), other))
        .filter(|(distance, other)| *distance * 3 <= other.chars().count().max(wanted.chars().count()))
        .min()
        .map(|(_, other)| other)
}

/// A finding about `name` at `place`; `kind` is what it should have been: `permission set`.
pub(super) fn missing(
    code: &'static str,
    (kind, name): (&str, &str),
    place: &Place,
    nearest: Option<&str>,
) -> Finding {
    let help = match nearest {
        Some(nearest) => format!("the portal has `{nearest}`"),
        None => format!("create the {kind} in HubSpot first, or write the name of one that is there"),
    };
    finding(code, name, place, format!("the portal has no {kind} named `{name}`"), help)
}

pub(super) fn ambiguous(
    code: &'static str,
    (kind, name): (&str, &str),
    place: &Place,
    count: usize,
) -> Finding {
    let message = format!("the portal has {count} {kind}s named `{name}`");
    finding(code, name, place, message, format!("rename all but one of these {kind}s in HubSpot"))
}

fn finding(code: &'static str, name: &str, place: &Place, message: String, help: String) -> Finding {
    Finding {
        severity: Severity::Error,
        code,
        place: place.clone(),
        width: name.chars().count().max(1) as u32,
        source_line: None,
        message,
        help: Some(help),
        related: None,
    }
}
