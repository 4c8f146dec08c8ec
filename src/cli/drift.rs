//! `hubroster drift`: the pipeline of `plan`, for a schedule: ends with 2 when the portal has moved.

use crate::plan::Extent;

use super::arguments::Drift;
use super::exit::Error;
use super::plan::{ExitWhen, Wish};
use super::rendering::Presentation;
use super::stages::Conditions;

pub(super) fn wish(arguments: &Drift) -> Result<Wish<'_>, Error> {
    let extent = Extent {
        targets: &arguments.targets.targets,
        without_unmanaged: arguments.ignore_unmanaged,
        ..Extent::default()
    };
    Ok(Wish {
        directory: &arguments.directory.directory,
        portal: &arguments.portal,
        snapshot: arguments.snapshot.as_deref(),
        conditions: Conditions {
            today: arguments.day.today,
            extent,
            with_facts: arguments.out.is_some() || arguments.rendering.needs_facts(),
            ..Conditions::default()
        },
        base: None,
        presentation: Presentation::of(&arguments.rendering, arguments.out.as_deref())?,
        out: arguments.out.as_deref(),
        exit: ExitWhen::Differs,
    })
}
