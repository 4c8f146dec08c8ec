//! `hubroster show`: a saved plan → render. Touches neither the portal nor the files the plan was made from.

use std::path::Path;

use crate::render::PlanDocument;

use super::arguments::Show;
use super::exit::{Error, Exit};
use super::rendering::Presentation;

pub(super) fn run(arguments: &Show) -> Result<Exit, Error> {
    let presentation = Presentation::of(&arguments.rendering, None)?;
    presentation.write(&saved_plan(&arguments.file)?)?;
    Ok(Exit::Done)
}

/// A plan as `plan --out` wrote it: whole, of this format, and what its digest says.
pub(super) fn saved_plan(path: &Path) -> Result<PlanDocument, Error> {
    #[expect(clippy::disallowed_methods, reason = "a saved plan is what another run wrote")]
    let bytes = std::fs::read(path).map_err(|source| Error::File {
        action: "read the plan",
        path: path.to_owned(),
        source,
    })?;
    let failed = |source| Error::SavedPlan { path: path.to_owned(), source };
    PlanDocument::from_json(&bytes).map_err(failed)
}
