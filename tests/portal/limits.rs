//! Budgets: how many reads a plan takes, and how much of the rate limit is used.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::{client, of_itself, portal, snapshot, user_id, wanted};

async fn reads_for(people: usize, former: usize) -> u64 {
    let everybody: Vec<Value> = (0..people + former)
        .map(|number| {
            let status = if number < people { "active" } else { "removed" };
            json!({ "email": format!("p{number}@example.com"), "status": status })
        })
        .collect();
    let portal = portal(everybody.into(), json!({ "limits": { "ten_seconds": null, "daily": null } })).await;
    let client = client(&portal.url());
    let (_, snapshot) = snapshot(&client, &wanted(&["new@example.com"])).await;
    assert_eq!(snapshot.people.len(), people);
    let requests = of_itself(&portal, "requests").await;
    assert_eq!(requests.as_array().unwrap().len() as u64, snapshot.reads);
    snapshot.reads
}

#[tokio::test]
async fn reads_for_one_plan_stay_within_the_budget() {
    for (people, former) in [(1, 0), (100, 0), (101, 0), (1000, 600)] {
        let longest = (people + former) as u64;
        let budget = 2 * longest.div_ceil(100) + longest.div_ceil(500) + 7;
        let reads = reads_for(people, former).await;
        assert!(reads <= budget, "{people} people, {former} former: {reads} reads of {budget}");
    }
}

#[tokio::test]
async fn a_real_rate_limit_is_used_and_not_hit() {
    // The sandbox counts over ten real seconds.
    let people = json!([{ "id": "1", "email": "ana@example.com" }]);
    let portal =
        portal(people, json!({ "limits": { "ten_seconds": 150 }, "behaviour": { "latency_ms": 20 } })).await;
    let client = client(&portal.url());
    client.account().await.unwrap();
    let started = Instant::now();
    stream::iter(0..295)
        .for_each_concurrent(16, |_| async { drop(client.user(&user_id("1")).await.unwrap()) })
        .await;
    let elapsed = started.elapsed();
    let requests = of_itself(&portal, "requests").await;
    let refused = requests.as_array().unwrap().iter().filter(|request| request["status"] == 429).count();
    assert_eq!(refused, 0);
    // 296 calls at 150 per ten seconds, of which one is left over: 149 at once, the others ten seconds later.
    assert!(elapsed < Duration::from_secs(12), "{elapsed:?}");
    assert_eq!(client.rate_limit(), (150, Duration::from_secs(10)));
}
