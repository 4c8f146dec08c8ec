//! The binary at its edge: for every command what it ends with, what it says and where, as one snapshot each.
//!
//! Read as a specification. `cargo insta review` takes over what changed; every snapshot is of a whole run: exit
//! code, stdout, stderr. Deliberately absent: the rules of a plan, which are folders in `tests/cases/`.

#![expect(clippy::disallowed_methods, reason = "the tests make and read the files that the binary works on")]

#[macro_use]
#[path = "cli/desk.rs"]
mod desk;
#[path = "github/forge.rs"]
#[expect(dead_code, reason = "what goes wrong at GitHub has its tests in tests/github")]
mod forge;
#[path = "cli/portal.rs"]
mod portal;

#[path = "cli/apply.rs"]
mod apply;
#[path = "cli/approval.rs"]
mod approval;
#[path = "cli/base.rs"]
mod base;
#[path = "cli/base_policy.rs"]
mod base_policy;
#[path = "cli/comment.rs"]
mod comment;
#[path = "cli/convergence.rs"]
mod convergence;
#[path = "cli/credential.rs"]
mod credential;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/drift.rs"]
mod drift;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/fmt.rs"]
mod fmt;
#[path = "cli/hostile.rs"]
mod hostile;
#[cfg(unix)]
#[path = "cli/interruption.rs"]
mod interruption;
#[path = "cli/journal.rs"]
mod journal;
#[path = "cli/mask.rs"]
mod mask;
#[path = "cli/mask_of_a_run.rs"]
mod mask_of_a_run;
#[path = "cli/network.rs"]
mod network;
#[path = "cli/output.rs"]
mod output;
#[path = "cli/own_files.rs"]
mod own_files;
#[path = "cli/plan.rs"]
mod plan;
#[path = "cli/policy.rs"]
mod policy;
#[path = "cli/recovery.rs"]
mod recovery;
#[path = "cli/repository.rs"]
mod repository;
#[path = "cli/safety.rs"]
mod safety;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/serve.rs"]
mod serve;
#[path = "cli/snapshot.rs"]
mod snapshot;
#[cfg(unix)]
#[path = "cli/terminal.rs"]
mod terminal;
#[path = "cli/unrecorded.rs"]
mod unrecorded;
#[path = "cli/usage.rs"]
mod usage;
#[path = "cli/validate.rs"]
mod validate;
