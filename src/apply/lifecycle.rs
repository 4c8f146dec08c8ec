//! Deactivation and reactivation by SCIM, the only public API that does them.
//!
//! Deliberately absent: removal, which is another thing and never stands in for a deactivation.

use crate::model::{Email, ScimUser, User};
use crate::portal::Error;

use super::ended::{Ended, may_have_been_done};
use super::people;
use super::run::Run;

pub(super) async fn deactivate(
    run: &Run<'_>,
    number: usize,
    (before, scim_id): (&User, &str),
) -> Result<Ended, Ended> {
    people::is_as_planned(run, before).await?;
    set_active(run, number, (scim_id, &before.email), false).await
}

/// HubSpot need not show somebody deactivated to a direct read, so SCIM alone is asked how they stand.
pub(super) async fn reactivate(
    run: &Run<'_>,
    number: usize,
    (before, scim_id): (&User, &str),
) -> Result<Ended, Ended> {
    set_active(run, number, (scim_id, &before.email), true).await
}

/// By the address that SCIM was asked for when planning: the id it gave may be another person's.
async fn set_active(
    run: &Run<'_>,
    number: usize,
    (scim_id, email): (&str, &Email),
    active: bool,
) -> Result<Ended, Ended> {
    if look(run, scim_id, email).await?.active == active {
        return Ok(Ended::done_with("SCIM had it so already"));
    }
    run.begin(number)?;
    match run.client.set_active(scim_id, email, active).await {
        Ok(_) => Ok(Ended::done()),
        Err(error) if may_have_been_done(&error) => match look(run, scim_id, email).await {
            Ok(user) if user.active == active => {
                Ok(Ended::done_with("the answer was lost; reading shows that it was done"))
            }
            Ok(_) => Err(Ended::failed("reading shows that it was not done").because(&error)),
            Err(_) => Err(run.ended_by(&error)),
        },
        Err(error) => Err(unchanged(run, &error)),
    }
}

async fn look(run: &Run<'_>, scim_id: &str, email: &Email) -> Result<ScimUser, Ended> {
    let user = run.reader().scim_user_by_id(scim_id, email).await.map_err(|error| unchanged(run, &error))?;
    user.ok_or_else(|| Ended::stale("SCIM no longer knows this person; plan again"))
}

/// For an error before anything was written, or that shows that nothing was.
fn unchanged(run: &Run<'_>, error: &Error) -> Ended {
    let ended = run.ended_by(error);
    match error {
        Error::Undecodable { .. } => ended.noted(
            "SCIM does not show this person under the id of the plan; nothing was changed, plan again",
        ),
        _ => ended,
    }
}
