//! Files and a reading of a portal that inputs are put beside: small, and with a bit of everything.

use std::path::Path;
use std::sync::OnceLock;

use hubroster::config::{self, Desired, Files, Findings, HeldFile};
use hubroster::guard::{self, Acknowledged};
use hubroster::model::Snapshot;
use hubroster::plan;
use hubroster::policy;
use hubroster::render::{self, PlanDocument};
use hubroster::resolve;
use tempfile::TempDir;

pub(crate) const USERS: &str = include_str!("../desk/users.yaml");
pub(crate) const ROLE: &str = include_str!("../desk/agent.yaml");
const SNAPSHOT: &str = include_str!("../desk/snapshot.json");
const TODAY: &str = "2026-11-22";

/// The desk with this `users.yaml`, and with this role beside its own.
pub(crate) fn load(users: &[u8], role: Option<&[u8]>) -> Result<config::Loaded, Findings> {
    let files = [
        ("users.yaml", Some(users)),
        ("roles/agent.yaml", Some(ROLE.as_bytes())),
        ("roles/fuzzed.yaml", role),
    ];
    let files =
        files.into_iter().filter_map(|(name, text)| Some((name.to_owned(), HeldFile::Bytes(text?.to_vec()))));
    config::load_files(Files::Held { files: &files.collect(), prefix: "" })
}

thread_local! {
    static DIRECTORY: TempDir = TempDir::with_prefix("hubroster-fuzzed-").expect("a temporary directory");
}

/// Files without errors, one of them `input`, in their canonical layout: the same layout when it is laid out again.
#[expect(clippy::disallowed_methods, reason = "files are laid out where they are")]
pub(crate) fn laid_out(users: &[u8], role: Option<&[u8]>) {
    DIRECTORY.with(|directory| {
        let directory = directory.path();
        std::fs::create_dir_all(directory.join("roles")).expect("a folder for roles");
        let write = |name: &str, text: &[u8]| std::fs::write(directory.join(name), text).expect("a file");
        write("users.yaml", users);
        write("roles/agent.yaml", ROLE.as_bytes());
        write("roles/fuzzed.yaml", role.unwrap_or(ROLE.as_bytes()));
        let formatted =
            || config::format(directory, Path::new(".")).unwrap_or_else(|error| panic!("{error:?}"));
        for file in formatted() {
            std::fs::write(&file.path, file.after).expect("a file");
        }
        let again = formatted();
        assert!(again.iter().all(config::Formatted::is_canonical), "{again:?}");
    });
}

pub(crate) fn desired() -> &'static Desired {
    static DESIRED: OnceLock<Desired> = OnceLock::new();
    DESIRED.get_or_init(|| load(USERS.as_bytes(), None).expect("the files of the desk are valid").desired)
}

pub(crate) fn snapshot() -> &'static Snapshot {
    static READ: OnceLock<Snapshot> = OnceLock::new();
    READ.get_or_init(|| Snapshot::from_json(SNAPSHOT.as_bytes()).expect("a snapshot"))
}

/// The plan as a document, or what of the files the portal does not know.
pub(crate) fn planned(desired: &Desired, snapshot: &Snapshot) -> Result<PlanDocument, Findings> {
    let resolved = resolve::resolve(desired, snapshot, TODAY.parse().expect("a day"))?;
    let plan = plan::plan(&resolved, plan::Extent::default());
    let verdicts = guard::judge(&plan, &desired.policy, Acknowledged::default());
    let document = PlanDocument::new(&plan, &verdicts, render::Requests { reads: 1, writes: 0 });
    Ok(document.judged(&plan, &policy::judge(&resolved, &plan)))
}
