//! Who deactivated whom: the security history in whatever order and length it comes.

use std::collections::BTreeSet;

use hubroster::model::{Deactivation, Email, UserId};
use serde_json::{Value, json};

use super::script::{Script, answer};
use super::{client, user_id};

fn event(kind: &str, user: &str, day: u32, by: Option<&str>) -> Value {
    let mut event = json!({ "id": format!("{day}"), "type": kind, "userId": 7, "objectId": user,
                            "createdAt": format!("2026-08-{day:02}T09:00:00Z") });
    if let Some(by) = by {
        event["actingUser"] = by.into();
    }
    event
}

fn page(events: &[Value], after: Option<&str>) -> Value {
    match after {
        Some(after) => json!({ "results": events, "paging": { "next": { "after": after } } }),
        None => json!({ "results": events }),
    }
}

fn on(day: u32, by: Option<&str>) -> Deactivation {
    let at = format!("2026-08-{day:02}T09:00:00Z").parse().unwrap();
    Deactivation { at, by: by.map(Email::from_portal) }
}

fn people(ids: &[&str]) -> BTreeSet<UserId> {
    ids.iter().copied().map(user_id).collect()
}

#[tokio::test]
async fn the_newest_event_of_each_person_counts_whatever_the_order_of_the_pages() {
    let (one, other) = (Some("one@example.com"), Some("other@example.com"));
    let script = Script::play([
        answer(
            200,
            page(
                &[event("DEACTIVATE_USER", "1", 3, one), event("DEACTIVATE_USER", "2", 4, one)],
                Some("next"),
            ),
        ),
        answer(
            200,
            page(
                &[
                    event("REACTIVATE_USER", "2", 9, one),
                    event("DEACTIVATE_USER", "1", 8, other),
                    event("DEACTIVATE_USER", "1", 5, one),
                    event("DEACTIVATE_USER", "3", 6, None),
                    event("DEACTIVATE_USER", "4", 6, one),
                    event("SOMETHING_NEW", "3", 7, one),
                ],
                None,
            ),
        ),
    ])
    .await;
    let since = "2026-08-01T00:00:00Z".parse().ok();
    let found = client(&script.url).deactivations(&people(&["1", "2", "3"]), since).await.unwrap();
    assert_eq!(found, [(user_id("1"), on(8, other)), (user_id("3"), on(6, None))].into());
    let history = "GET /account-info/2026-09/activity/security?limit=200&fromTimestamp=1785542400000";
    assert_eq!(script.lines(), [history.to_owned(), format!("{history}&after=next")]);
}

#[tokio::test]
async fn a_history_without_an_end_is_read_in_part() {
    let endless = || answer(200, page(&[event("DEACTIVATE_USER", "1", 3, None)], Some("next")));
    let script = Script::play((0..9).map(|_| endless())).await;
    let found = client(&script.url).deactivations(&people(&["1"]), None).await.unwrap();
    assert_eq!(found, [(user_id("1"), on(3, None))].into());
    assert_eq!(script.lines().len(), 5);
}

#[tokio::test]
async fn who_may_not_read_it_is_told_nothing_and_who_cannot_is_told_why() {
    let refused = json!({ "status": "error", "category": "MISSING_SCOPES", "message": "no" });
    let script = Script::play([answer(403, refused), answer(200, "<html>")]).await;
    let client = client(&script.url);
    assert_eq!(client.deactivations(&people(&["1"]), None).await.unwrap(), [].into());
    let error = client.deactivations(&people(&["1"]), None).await.unwrap_err();
    assert!(error.to_string().contains("/activity/security"), "{error}");
}
