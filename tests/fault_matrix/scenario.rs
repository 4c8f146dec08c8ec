//! One portal and files that ask for every kind of change: read, planned and applied as the commands do it.
//!
//! Deliberately absent: waiting as long as a real run would; patience is an input.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use hubroster::apply::{self, Context, Interrupted, Observer, Outcome, OutcomeKind, Patience, Report};
use hubroster::config::{self, Desired};
use hubroster::model::{ApiVersion, Email, OwnerId, Scim, Snapshot};
use hubroster::plan::{self, Action, Extent, Plan};
use hubroster::portal::{BaseUrl, Connection, Error, ReadClient, Requests, ScimConnection, Timeouts, Wanted};
use hubroster::resolve;
use hubroster::sandbox::{Options, Running, Sandbox, Seed};
use serde_json::{Value, json};

const TOKEN: &str = "a-token";

const USERS: &str = "\
version: 1
portal: { id: 4611686 }
policy: { min_super_admins: 1, deactivate: scim, max_removals: { count: 50 } }
teams:
  - { name: Sales }
  - { name: Support }
  - { name: Enablement }
  - { name: Help desk, parent: Support, previous_name: Desk }
  - { name: Benelux, parent: Sales }
  - { name: Gone, state: removed }
users:
  - { email: owner@example.com, role: admin }
  - { email: ana@example.com, role: manager }
  - { email: bo@example.com, role: viewer, team: Support, extra_teams: [] }
  - { email: cy@example.com, role: viewer, team: Sales }
  - { email: di@example.com, state: removed }
  - { email: eli@example.com, state: deactivated }
  - { email: fay@example.com }
  - { email: ed@example.com, profile: { job_title: Editor } }
";

fn seed() -> Value {
    let person = |id: u32, name: &str| {
        json!({ "id": id.to_string(), "email": format!("{name}@example.com"), "first_name": "Pat", "last_name": name,
                "status": "active", "permission_sets": ["Viewer"], "owner_id": (9000 + id).to_string() })
    };
    let mut people = vec![person(1000, "owner")];
    people[0]["super_admin"] = json!(true);
    people[0]["permission_sets"] = json!([]);
    people.extend(
        [(1001, "ana"), (1002, "bo"), (1004, "di"), (1005, "eli"), (1006, "fay"), (1007, "ed")]
            .map(|(id, name)| person(id, name)),
    );
    people[2]["team"] = json!("Sales");
    people[2]["extra_teams"] = json!(["Enablement"]);
    people[3]["owned"] = json!({ "contacts": 3 });
    people[5]["status"] = json!("deactivated");
    // More than a page, so that lists have a second one; strangers whom no file names.
    people.extend((0..101).map(|number| person(2000 + number, &format!("p{number}"))));
    json!({
        "portal": { "id": 4611686, "tier": "enterprise" },
        "permission_sets": [{ "id": "71", "name": "Viewer" }, { "id": "72", "name": "Manager" }],
        "teams": [{ "id": "20", "name": "Sales" }, { "id": "21", "name": "Support" },
                  { "id": "22", "name": "Enablement" }, { "id": "23", "name": "Desk" }, { "id": "24", "name": "Gone" }],
        "seats": [{ "name": "Core", "remaining": 10 }],
        "people": people,
        "tokens": [{ "token": TOKEN, "user_id": "1000" }],
        "scim": {},
        "limits": { "ten_seconds": null, "daily": null, "search_per_second": null },
        "behaviour": { "put": "replace" },
    })
}

/// Loaded once: the files are the same in every cell.
pub(crate) fn desired() -> &'static Desired {
    static DESIRED: OnceLock<Desired> = OnceLock::new();
    DESIRED.get_or_init(|| {
        let directory = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| {
            std::fs::write(directory.path().join(name), text).expect("a file");
        };
        write("users.yaml", USERS);
        std::fs::create_dir(directory.path().join("roles")).expect("an empty directory");
        write("roles/viewer.yaml", "name: Viewer\naccess: { permission_set: Viewer }\n");
        write(
            "roles/manager.yaml",
            "name: Manager\nprivilege: elevated\naccess: { permission_set: Manager }\n",
        );
        write("roles/admin.yaml", "name: Admin\nprivilege: admin\naccess: { super_admin: true }\n");
        config::load(directory.path(), std::path::Path::new(".")).expect("valid files").desired
    })
}

pub(crate) struct Portal {
    running: Running,
    pub(crate) client: ReadClient,
}

impl Portal {
    /// `answer_in`: how long the client waits for an answer.
    pub(crate) async fn start(answer_in: Duration) -> Portal {
        let seed = Seed::from_json(seed()).expect("a valid seed");
        let listen = "127.0.0.1:0".parse().expect("an address");
        let running = Sandbox::start(listen, seed, Options::default()).await.expect("a free port");
        let client = client(&running, answer_in);
        Portal { running, client }
    }

    /// What went wrong is over, and another process with a memory of its own goes on.
    pub(crate) async fn next_run(self) -> Portal {
        let url = format!("{}/__sandbox/faults", self.running.url());
        http().delete(url).send().await.expect("the sandbox answers");
        Portal { client: client(&self.running, Timeouts::default().request), running: self.running }
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }

    pub(crate) async fn begin(&self, fault: &Value) {
        let url = format!("{}/__sandbox/faults", self.running.url());
        let answer = http().post(url).json(fault).send().await.expect("the sandbox answers");
        assert!(answer.status().is_success(), "{fault}: {}", answer.text().await.unwrap_or_default());
    }

    async fn get(&self, what: &str) -> Value {
        let url = format!("{}/__sandbox/{what}", self.running.url());
        http().get(url).send().await.expect("the sandbox answers").json().await.expect("JSON")
    }

    /// Method and path of each request so far.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let requests = self.get("requests").await;
        let line = |request: &Value| {
            format!("{} {}", request["method"].as_str().unwrap_or(""), request["path"].as_str().unwrap_or(""))
        };
        requests.as_array().expect("a list").iter().map(line).collect()
    }

    pub(crate) async fn outbox(&self) -> Vec<String> {
        let outbox = self.get("outbox").await;
        let to = |mail: &Value| mail["to"].as_str().expect("an address").to_owned();
        outbox.as_array().expect("a list").iter().map(to).collect()
    }

    /// Reads as `plan` does: the pin, the snapshot, and then whom a first plan is about.
    pub(crate) async fn plan(&self) -> Result<Plan, Error> {
        let client = &self.client;
        let account = client.account().await?;
        let mut snapshot = client.snapshot(account, &wanted()).await?;
        snapshot.credential_owner = client.credential_owner().await?;
        for name in ["eli@example.com", "fay@example.com"] {
            let email = Email::from_portal(name);
            let answer = client.scim_user(&email).await?;
            if let Some(member) = snapshot.people.iter_mut().find(|member| member.user.email == email) {
                member.scim = answer.map_or(Scim::NotShown, Scim::Shown);
            }
        }
        for member in &mut snapshot.people {
            if member.user.email == Email::from_portal("di@example.com") {
                let owner = member.owner_id.clone().unwrap_or_else(|| OwnerId::new("0"));
                member.owned = Some(client.owned_records(&owner).await?);
            }
        }
        Ok(planned(&snapshot))
    }

    pub(crate) async fn apply(&self, plan: &Plan, observer: &dyn Observer) -> Report {
        let patience = Patience {
            seat: Duration::from_secs(2),
            crm_record: Duration::from_secs(2),
            lost_answer: Duration::from_millis(400),
            removal: Duration::from_secs(2),
            first_pause: Duration::from_millis(20),
        };
        let context = Context { observer, interrupted: Interrupted::never(), patience };
        apply::apply(plan, &self.client.clone().into_writing(), &context).await
    }

    pub(crate) fn counted(&self) -> Requests {
        self.client.requests()
    }
}

fn client(running: &Running, answer_in: Duration) -> ReadClient {
    let base = BaseUrl::parse(&running.url()).expect("a loopback address");
    let scim = BaseUrl::parse(&format!("{}/scim/v2", running.url())).expect("a loopback address");
    let token = || TOKEN.to_owned().into();
    let mut connection = Connection::new(base, token(), ApiVersion::September2026);
    connection.timeouts = Timeouts { request: answer_in, ..Timeouts::default() };
    let connection = connection.with_scim(ScimConnection { base_url: scim, token: token() });
    ReadClient::new(connection).expect("a client")
}

fn wanted() -> Wanted {
    Wanted {
        emails: desired().users.iter().map(|user| user.email.clone()).collect(),
        ids: desired().users.iter().filter_map(|user| user.id.as_ref()).map(|(id, _)| id.clone()).collect(),
        newcomers: Default::default(),
    }
}

fn planned(snapshot: &Snapshot) -> Plan {
    let today = "2026-11-22".parse().expect("a day");
    match resolve::resolve(desired(), snapshot, today) {
        Ok(resolved) => plan::plan(&resolved, Extent::default()),
        Err(findings) => panic!("a name that could not be read is no finding: {findings:#?}"),
    }
}

fn http() -> &'static reqwest::Client {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    HTTP.get_or_init(|| {
        reqwest::Client::builder().pool_max_idle_per_host(0).no_proxy().build().expect("a client")
    })
}

/// What a journal would hold: which actions were started, and how each ended.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) started: Mutex<Vec<usize>>,
    pub(crate) ended: Mutex<Vec<(usize, OutcomeKind)>>,
}

impl Observer for Heard {
    fn started(&self, number: usize, _: &Action) -> std::io::Result<()> {
        self.started.lock().expect("no panic holds it").push(number);
        Ok(())
    }

    fn settings_ended(&self, _: usize, _: OutcomeKind) -> std::io::Result<()> {
        Ok(())
    }

    fn ended(&self, number: usize, outcome: &Outcome) -> std::io::Result<()> {
        self.ended.lock().expect("no panic holds it").push((number, outcome.kind));
        Ok(())
    }
}
