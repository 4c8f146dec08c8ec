//! What must hold of every input from outside, however wrong: one function for each target of `fuzz/`.
//!
//! Plain tests run them over the corpus, `cargo fuzz` over what it makes of it; both build these very files.
//! Deliberately absent: what a right input means; that has tests of its own.

mod answers;
mod desk;
mod files;
mod people;
mod saved;
mod shown;

/// Panics where something does not hold.
pub(crate) type Check = fn(&[u8]);

/// Each by its name in `fuzz/fuzz_targets/` and `fuzz/corpus/`.
pub(crate) const TARGETS: [(&str, Check); 12] = [
    ("answer_catalog", answers::catalog),
    ("answer_error", answers::error),
    ("answer_people", people::people),
    ("answer_records", answers::records),
    ("answer_scim", answers::scim),
    ("answer_users", answers::users),
    ("journal", saved::journal),
    ("plan", saved::plan),
    ("role_file", files::role_file),
    ("sandbox_seed", files::sandbox_seed),
    ("snapshot", saved::snapshot),
    ("users_yaml", files::users_yaml),
];
