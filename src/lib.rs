//! hubroster keeps the people in a HubSpot portal as they stand in files under version control.
//!
//! One pipeline: load → snapshot → resolve → plan → guard, policy → render → apply → report. Every module is one verb
//! of it and every command is the pipeline cut at another place; `docs/architecture.md` has the map.
//! Deliberately absent: a stable library API. The library exists so that the binary, the tests and the
//! benchmarks share one build; what is promised to others is the command line and the formats in `docs/`.

pub mod apply;
pub mod ask;
pub mod cli;
pub mod config;
pub mod explain;
pub mod expression;
pub mod github;
pub mod guard;
pub mod model;
pub mod plan;
pub mod policy;
pub mod portal;
pub mod render;
pub mod resolve;
pub mod sandbox;
