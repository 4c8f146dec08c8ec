//! The name that was probably meant.

/// Longer words are not mistyped names.
const MAX_LENGTH: usize = 64;

/// At most a third of its characters away, ignoring case.
pub(super) fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = written.chars().count();
    if length > MAX_LENGTH {
        return None;
    }
    let lower = written.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= length.max(name.chars().count()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `one`, `two` or `three`, each in backticks.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// "did you mean …?", or all there are.
pub(super) fn suggestion<'n>(written: &str, names: impl IntoIterator<Item = &'n str> + Clone) -> String {
    match nearest(written, names.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("it is one of {}", listed(names)),
    }
}
