//! A running sandbox and a client that asks it.
//!
//! Deliberately absent: retries, paging, types. A test sees each answer as it came.

use hubroster::sandbox::{Options, Running, Sandbox, Seed, SeedError};
use reqwest::Method;
use serde_json::{Value, json};

pub(crate) struct Portal {
    running: Running,
    client: reqwest::Client,
    token: String,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The value of a field in each of the results.
    pub(crate) fn each(&self, pointer: &str) -> Vec<String> {
        let results = self.body["results"].as_array().unwrap_or_else(|| panic!("no results: {}", self.body));
        results.iter().map(|result| text(&result.pointer(pointer).cloned().unwrap_or_default())).collect()
    }

    /// Status and category of an error, after checking that it has HubSpot's shape.
    pub(crate) fn refusal(&self) -> (u16, String) {
        assert_eq!(self.body["status"], "error", "{}", self.body);
        assert!(self.body["message"].is_string(), "{}", self.body);
        let id = self.body["correlationId"].as_str().unwrap();
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id}");
        (self.status, text(&self.body["category"]))
    }

    pub(crate) fn next(&self) -> Option<String> {
        self.body.pointer("/paging/next/after").map(text)
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Portal {
    pub(crate) async fn start(seed: Value) -> Portal {
        Portal::start_with(seed, Options::default()).await
    }

    pub(crate) async fn start_with(seed: Value, options: Options) -> Portal {
        rustls::crypto::ring::default_provider().install_default().ok();
        let seed = Seed::from_json(seed).unwrap_or_else(|error| panic!("{error}"));
        let running = Sandbox::start("127.0.0.1:0".parse().unwrap(), seed, options).await.unwrap();
        Portal { running, client: reqwest::Client::new(), token: "any-token".to_owned() }
    }

    pub(crate) fn with_token(mut self, token: &str) -> Portal {
        self.token = token.to_owned();
        self
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }

    pub(crate) fn url(&self) -> String {
        self.running.url()
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = self.client.request(method, format!("{}{path}", self.running.url()));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Reply { status, headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    /// Follows the cursors of a list to its end; gives a field of each result, and the number of pages.
    pub(crate) async fn all(&self, path: &str, pointer: &str) -> (Vec<String>, usize) {
        let (mut values, mut pages, mut after) = (Vec::new(), 0, String::new());
        loop {
            let separator = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{separator}after={after}")).await;
            assert_eq!(page.status, 200, "{}", page.body);
            values.extend(page.each(pointer));
            pages += 1;
            match page.next() {
                None => return (values, pages),
                Some(next) => after = next,
            }
        }
    }
}

pub(crate) const USERS: &str = "/settings/users/2026-09";

/// A small portal: two teams, two permission sets, counted seats, a super admin and somebody who sells.
pub(crate) fn seed() -> Value {
    json!({
        "portal": { "id": 4611686, "name": "Example BV", "time_zone": "Europe/Brussels", "ui_domain": "app-eu1.hubspot.com" },
        "permission_sets": [
            { "id": "101", "name": "Sales Rep" },
            { "id": "102", "name": "Viewer" },
            { "id": "103", "name": "Billing", "requires_billing_write": true },
        ],
        "teams": [{ "id": "11", "name": "Sales" }, { "id": "12", "name": "Benelux", "parent": "Sales" }],
        "seats": [
            { "name": "Core", "description": "Edit access", "remaining": 2 },
            { "name": "View-only", "remaining": null },
        ],
        "people": [
            { "id": "1000", "email": "owner@example.com", "first_name": "Olga", "super_admin": true,
              "seats": ["Core"], "crm_id": "500", "owner_id": "70", "last_active": "2026-11-20T09:12:00Z" },
            { "id": "1001", "email": "Ana@example.com", "first_name": "Ana", "last_name": "Silva",
              "permission_sets": ["Sales Rep"], "team": "Sales", "extra_teams": ["Benelux"], "seats": ["Core"],
              "crm_id": "501", "owner_id": "71", "owned": { "contacts": 31, "deals": 4 },
              "profile": { "job_title": "Account manager", "time_zone": "Europe/Brussels",
                           "working_hours": { "mon-fri": "09:00-17:30" } } },
        ],
    })
}

/// The same with these keys of the document changed.
pub(crate) fn seed_with(changes: Value) -> Value {
    let mut seed = seed();
    for (key, value) in changes.as_object().unwrap() {
        seed[key] = value.clone();
    }
    seed
}

/// The same with these people besides.
pub(crate) fn seed_and(people: Value) -> Value {
    let mut seed = seed();
    seed["people"].as_array_mut().unwrap().extend(people.as_array().unwrap().clone());
    seed
}

pub(crate) fn refused(seed: Value) -> SeedError {
    Seed::from_json(seed).expect_err("the seed should have been refused")
}
