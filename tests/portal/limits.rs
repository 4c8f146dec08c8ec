//! Budgets: how many reads a plan takes, and how much of the rate limit is used.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::script::{Script, Step};
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

/// One queue for all: however much there is to read, a write waits for those alone who came before it.
#[tokio::test]
async fn reading_and_writing_take_their_turns() {
    const LIMIT: usize = 4;
    let told = "x-hubspot-ratelimit-max: 4\r\nx-hubspot-ratelimit-interval-milliseconds: 150";
    let script = Script::by(move |line| {
        let id = line.rsplit('/').next().unwrap();
        let person = json!({ "id": id, "email": "ana@example.com", "roleIds": [], "superAdmin": false });
        Step::Answer(200, told, person.to_string())
    })
    .await;
    let writer = client(&script.url).into_writing();
    writer.reader().user(&user_id("first")).await.unwrap();
    let calls = (0..24).map(|number| {
        let (writer, id) = (&writer, user_id(&number.to_string()));
        async move {
            match number % 4 {
                3 => writer.remove_user(&id).await.unwrap(),
                _ => drop(writer.reader().user(&id).await.unwrap()),
            }
        }
    });
    futures_util::future::join_all(calls).await;
    for (place, line) in script.lines().iter().skip(1).enumerate() {
        let asked: usize = line.rsplit('/').next().unwrap().parse().unwrap();
        // Those under way together may overtake each other on the way.
        assert!(asked.abs_diff(place) < LIMIT, "the call asked for as number {asked} came as number {place}");
    }
}

#[tokio::test]
async fn searches_keep_to_a_limit_of_their_own() {
    let more = json!({ "limits": { "search_per_second": 5 } });
    let portal = portal(json!([{ "id": "1", "email": "ana@example.com" }]), more).await;
    let client = client(&portal.url());
    let owners = ["71", "72", "73"].map(hubroster::model::OwnerId::new);
    let counts = owners.iter().map(|owner| client.owned_records(owner));
    assert!(futures_util::future::join_all(counts).await.into_iter().all(|counted| counted.is_ok()));
    let requests = of_itself(&portal, "requests").await;
    let statuses: Vec<u64> =
        requests.as_array().unwrap().iter().filter_map(|request| request["status"].as_u64()).collect();
    assert_eq!(statuses, [200; 12], "none of them was refused");
}

/// Who may not search for a moment may read and write meanwhile.
#[tokio::test]
async fn a_search_that_waits_holds_up_nothing_else() {
    let refusal =
        json!({ "answer": { "status": 429, "retry_after": 2, "body": { "policyName": "SECONDLY" } } });
    let fault = json!({ "method": "POST", "path": "**/search", "times": 4, "do": refusal });
    let people = json!([{ "id": "1", "email": "ana@example.com" }]);
    let portal = portal(people, json!({ "faults": [fault] })).await;
    let client = client(&portal.url());
    let owner = hubroster::model::OwnerId::new("71");
    let read = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        client.user(&user_id("1")).await
    };
    let (counted, read) = tokio::join!(client.owned_records(&owner), read);
    assert!(counted.is_ok() && read.is_ok());
    let requests = of_itself(&portal, "requests").await;
    let lines: Vec<(&str, u64)> = requests
        .as_array()
        .unwrap()
        .iter()
        .map(|request| (request["method"].as_str().unwrap(), request["status"].as_u64().unwrap()))
        .collect();
    let (before, after) = lines.split_at(lines.iter().position(|(method, _)| *method == "GET").unwrap());
    assert_eq!(before, [("POST", 429); 4]);
    assert_eq!(after[1..], [("POST", 200); 4]);
}
