//! The action's scripts as a workflow runs them: with a repository, a pull request, and stand-ins for the portal and for
//! GitHub.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests make and read the files that the scripts work on")]

mod commands;
#[path = "../github/forge.rs"]
#[expect(dead_code, reason = "what goes wrong at GitHub has its tests in tests/github")]
mod forge;
mod pull_request;
mod stage;
mod story;
