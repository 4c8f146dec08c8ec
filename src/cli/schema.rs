//! `hubroster schema`: the JSON Schemas of what people and tools read and write.

use crate::{config, render};

use super::arguments::SchemaOf;
use super::exit::{Error, Exit};
use super::output;

pub(super) fn run(of: SchemaOf) -> Result<Exit, Error> {
    let schema = match of {
        SchemaOf::Users => config::users_schema(),
        SchemaOf::Role => config::role_schema(),
        SchemaOf::Plan => render::plan_schema(),
    };
    output::result(&format!("{schema:#}\n"))?;
    Ok(Exit::Done)
}
