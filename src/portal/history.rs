//! Who was deactivated when and by whom, by the security history.
//!
//! HubSpot's document does not say in which order it comes, nor whether its filter by user means whom something
//! happened to or who did it; so it is read without that filter, and the newest event of each person counts.
//! Deliberately absent: everything else that the history tells.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::call::Call;
use super::endpoint;
use super::error::Error;
use super::read::ReadClient;
use super::wire::Page;
use super::wire::activity::SecurityEvent;
use crate::model::{Deactivation, Email, UserId};

/// The most that HubSpot puts on one page.
const A_PAGE: &str = "200";
/// In a busy account the history of a year is long, and this is only for a remark.
const PAGES: usize = 5;

impl ReadClient {
    /// Of these people, whose newest event is a deactivation; `since` bounds the reading where it is known.
    /// Nobody where the token may not read the history, which is no reason to do without a plan.
    pub async fn deactivations(
        &self,
        people: &BTreeSet<UserId>,
        since: Option<Timestamp>,
    ) -> Result<BTreeMap<UserId, Deactivation>, Error> {
        let mut first = Call::get(endpoint::security_history()).with("limit", A_PAGE);
        if let Some(since) = since {
            first = first.with("fromTimestamp", since.as_millisecond().to_string());
        }
        let mut newest: BTreeMap<UserId, (Timestamp, SecurityEvent)> = BTreeMap::new();
        let mut next = first.clone();
        for _ in 0..PAGES {
            let page: Page<SecurityEvent> = match self.transport.fetch(&next).await {
                Ok(page) => page,
                Err(Error::Answer(answer)) if matches!(answer.status, 400 | 403 | 404) => break,
                Err(error) => return Err(error),
            };
            let (events, cursor) = page.split();
            for event in events {
                heed(&mut newest, people, event);
            }
            let Some(cursor) = cursor else { break };
            next = first.clone().with("after", cursor.as_str());
        }
        let deactivated = newest.into_iter().filter(|(_, (_, event))| event.kind == DEACTIVATED);
        let deactivation = |(at, event): (Timestamp, SecurityEvent)| Deactivation {
            at,
            by: event.acting_user.filter(|by| !by.trim().is_empty()).map(|by| Email::from_portal(&by)),
        };
        Ok(deactivated.map(|(user, event)| (user, deactivation(event))).collect())
    }
}

const DEACTIVATED: &str = "DEACTIVATE_USER";

fn heed(
    newest: &mut BTreeMap<UserId, (Timestamp, SecurityEvent)>,
    people: &BTreeSet<UserId>,
    event: SecurityEvent,
) {
    if !matches!(event.kind.as_str(), DEACTIVATED | "REACTIVATE_USER" | "ADD_USER") {
        return;
    }
    let user = event.object_id.as_ref().map(|id| UserId::new(id.0.as_str()));
    let Some(user) = user.filter(|user| people.contains(user)) else { return };
    let Ok(at) = event.created_at.parse::<Timestamp>() else { return };
    if newest.get(&user).is_none_or(|(known, _)| *known < at) {
        newest.insert(user, (at, event));
    }
}
