//! Files and a reading of a portal that inputs are put beside: small, and with a bit of everything.

use std::path::Path;
use std::sync::OnceLock;

use hubroster::config::{self, Desired, Findings};
use hubroster::guard::{self, Acknowledged};
use hubroster::model::Snapshot;
use hubroster::plan;
use hubroster::render::{self, PlanDocument};
use hubroster::resolve;
use tempfile::TempDir;

pub(crate) const USERS: &str = include_str!("../desk/users.yaml");
pub(crate) const ROLE: &str = include_str!("../desk/agent.yaml");
const SNAPSHOT: &str = include_str!("../desk/snapshot.json");
const TODAY: &str = "2026-11-22";

thread_local! {
    static DIRECTORY: TempDir = directory();
}

#[expect(clippy::disallowed_methods, reason = "files are loaded from where they are")]
fn directory() -> TempDir {
    let directory = TempDir::with_prefix("hubroster-fuzzed-").expect("a temporary directory");
    std::fs::create_dir(directory.path().join("roles")).expect("a folder for roles");
    std::fs::write(directory.path().join("roles/agent.yaml"), ROLE).expect("the role");
    directory
}

/// The desk with this `users.yaml`, and with this role beside its own.
#[expect(clippy::disallowed_methods, reason = "files are loaded from where they are")]
pub(crate) fn load(users: &[u8], role: Option<&[u8]>) -> Result<config::Loaded, Findings> {
    DIRECTORY.with(|directory| {
        let directory = directory.path();
        std::fs::write(directory.join("users.yaml"), users).expect("users.yaml");
        if let Some(role) = role {
            std::fs::write(directory.join("roles/fuzzed.yaml"), role).expect("the role");
        }
        config::load(directory, Path::new("."))
    })
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
    Ok(PlanDocument::new(&plan, &verdicts, render::Requests { reads: 1, writes: 0 }))
}
