//! The portal client, as a specification: against the simulated portal for what HubSpot does, and against
//! scripted answers for what a network does.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

mod history;
mod hostile_answers;
mod hostile_bodies;
mod hostile_lists;
mod limits;
mod reading;
mod retrying;
mod scim;
mod script;
mod writing;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use hubroster::model::{Account, ApiVersion, Email, Member, Snapshot, UserId};
use hubroster::portal::{BaseUrl, Connection, ReadClient, Timeouts, Wanted};
use hubroster::sandbox::{Options, Running, Sandbox, Seed};
use secrecy::SecretString;
use serde_json::{Value, json};

const TOKEN: &str = "pat-eu1-0123-4567-89ab-cdef";

fn connection(url: &str, api: ApiVersion) -> Connection {
    let mut connection = Connection::new(BaseUrl::parse(url).unwrap(), SecretString::from(TOKEN), api);
    connection.timeouts = Timeouts {
        connect: Duration::from_secs(5),
        request: Duration::from_secs(5),
        call: Duration::from_secs(20),
    };
    connection
}

fn client(url: &str) -> ReadClient {
    ReadClient::new(connection(url, ApiVersion::September2026)).unwrap()
}

/// A portal with these people; `more` are further keys of the seed.
async fn portal(people: Value, more: Value) -> Running {
    let mut seed = json!({
        "portal": { "id": 4611686, "name": "Example BV", "time_zone": "Europe/Brussels", "ui_domain": "app-eu1.hubspot.com",
                    "data_hosting_location": "eu1" },
        "permission_sets": [{ "id": "101", "name": "Sales Rep" }, { "id": "102", "name": "Viewer" }],
        "teams": [{ "id": "11", "name": "Sales" }, { "id": "12", "name": "Benelux", "parent": "Sales" }],
        "seats": [{ "name": "Core", "remaining": 2 }, { "name": "View-Only", "remaining": null }],
        "people": people,
    });
    for (key, value) in more.as_object().unwrap() {
        seed[key] = value.clone();
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Sandbox::start(address, Seed::from_json(seed).unwrap(), Options::default()).await.unwrap()
}

async fn snapshot(client: &ReadClient, wanted: &Wanted) -> (Account, Snapshot) {
    let account = client.account().await.unwrap();
    let snapshot = client.snapshot(account.clone(), wanted).await.unwrap();
    (account, snapshot)
}

fn wanted(emails: &[&str]) -> Wanted {
    Wanted { emails: emails.iter().map(|email| Email::from_portal(email)).collect(), ..Wanted::default() }
}

fn person<'a>(snapshot: &'a Snapshot, email: &str) -> &'a Member {
    let email = Email::from_portal(email);
    snapshot.people.iter().find(|member| member.user.email == email).unwrap()
}

fn user_id(id: &str) -> UserId {
    UserId::new(id)
}

/// What the sandbox says of itself at `/__sandbox/<what>`.
async fn of_itself(portal: &Running, what: &str) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{}/__sandbox/{what}", portal.url())).send().await.unwrap();
    answer.json().await.unwrap()
}
