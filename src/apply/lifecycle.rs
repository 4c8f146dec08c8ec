//! Deactivation and reactivation by SCIM, the only public API that does them.
//!
//! Deliberately absent: removal, which is another thing and never stands in for a deactivation.

use crate::model::{ScimUser, User};

use super::ended::{Ended, may_have_been_done};
use super::people;
use super::run::Run;

pub(super) async fn deactivate(
    run: &Run<'_>,
    number: usize,
    (before, scim_id): (&User, &str),
) -> Result<Ended, Ended> {
    people::is_as_planned(run, before).await?;
    set_active(run, number, scim_id, false).await
}

/// HubSpot need not show somebody deactivated to a direct read, so SCIM alone is asked how they stand.
pub(super) async fn reactivate(run: &Run<'_>, number: usize, scim_id: &str) -> Result<Ended, Ended> {
    set_active(run, number, scim_id, true).await
}

async fn set_active(run: &Run<'_>, number: usize, scim_id: &str, active: bool) -> Result<Ended, Ended> {
    if look(run, scim_id).await?.active == active {
        return Ok(Ended::done_with("SCIM had it so already"));
    }
    run.begin(number)?;
    match run.client.set_active(scim_id, active).await {
        Ok(_) => Ok(Ended::done()),
        Err(error) if may_have_been_done(&error) => match look(run, scim_id).await {
            Ok(user) if user.active == active => {
                Ok(Ended::done_with("the answer was lost; reading shows that it was done"))
            }
            Ok(_) => Err(Ended::failed("reading shows that it was not done").because(&error)),
            Err(_) => Err(run.ended_by(&error)),
        },
        Err(error) => Err(run.ended_by(&error)),
    }
}

async fn look(run: &Run<'_>, scim_id: &str) -> Result<ScimUser, Ended> {
    let user = run.reader().scim_user_by_id(scim_id).await.map_err(|error| run.ended_by(&error))?;
    user.ok_or_else(|| Ended::stale("SCIM no longer knows this person; plan again"))
}
