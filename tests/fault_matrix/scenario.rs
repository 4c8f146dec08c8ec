//! Files that ask for every kind of change, and the portal that they are planned against.

use std::path::Path;
use std::sync::OnceLock;

use hubroster::config::{self, Desired};
use serde_json::{Value, json};

use crate::endpoints::{Endpoint, Stage};
use crate::faults::{Fault, Kind};

pub(crate) const TOKEN: &str = "a-token";

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
  - { email: cy@example.com, role: viewer, team: Sales, profile: { job_title: Coach } }
  - { email: di@example.com, state: removed }
  - { email: ed@example.com, profile: { job_title: Editor } }
  - { email: eli@example.com, state: deactivated }
  - { email: fay@example.com }
  - { email: hal@example.com, seats: [Core] }
";

/// What the older version can do of it.
const OLDER_USERS: &str = "\
version: 1
portal: { id: 4611686, api: 2026-03 }
policy: { min_super_admins: 1, deactivate: scim, max_removals: { count: 50 } }
users:
  - { email: owner@example.com, role: admin }
  - { email: ana@example.com, role: manager }
  - { email: bo@example.com, team: Support, extra_teams: [] }
  - { email: cy@example.com, role: viewer, team: Sales }
";

/// Loaded once: the files are the same in every cell.
pub(crate) fn desired(stage: Stage) -> &'static Desired {
    static DESIRED: OnceLock<Desired> = OnceLock::new();
    static OLDER: OnceLock<Desired> = OnceLock::new();
    match stage {
        Stage::Usual | Stage::WithoutPatch => DESIRED.get_or_init(|| load(USERS)),
        Stage::Older => OLDER.get_or_init(|| load(OLDER_USERS)),
    }
}

fn load(users: &str) -> Desired {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("a file");
    std::fs::create_dir(directory.path().join("roles")).expect("an empty directory");
    write("users.yaml", users);
    write("roles/viewer.yaml", "name: Viewer\naccess: { permission_set: Viewer }\n");
    write("roles/manager.yaml", "name: Manager\nprivilege: elevated\naccess: { permission_set: Manager }\n");
    write("roles/admin.yaml", "name: Admin\nprivilege: admin\naccess: { super_admin: true }\n");
    config::load(directory.path(), Path::new(".")).expect("valid files").desired
}

/// The portal of one cell.
pub(crate) fn seed(endpoint: &Endpoint, fault: &Fault) -> Value {
    let person = |id: u32, name: &str, more: Value| {
        let mut person = json!({
            "id": id.to_string(), "crm_id": crm_id(id), "owner_id": (9000 + id).to_string(),
            "email": format!("{name}@example.com"), "first_name": "Pat", "last_name": name,
            "permission_sets": ["Viewer"],
        });
        person.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        person
    };
    let mut seed = json!({
        "portal": { "id": 4611686, "tier": "enterprise" },
        "permission_sets": [{ "id": "71", "name": "Viewer" }, { "id": "72", "name": "Manager" }],
        "teams": [{ "id": "20", "name": "Sales" }, { "id": "21", "name": "Support" },
                  { "id": "22", "name": "Enablement" }, { "id": "23", "name": "Desk" }, { "id": "24", "name": "Gone" }],
        "seats": [{ "name": "Core", "remaining": 0 }],
        "people": [
            person(1000, "owner", json!({ "super_admin": true, "permission_sets": [] })),
            person(1001, "ana", json!({})),
            person(1002, "bo", json!({ "team": "Sales", "extra_teams": ["Enablement"] })),
            person(1004, "di", json!({ "seats": ["Core"], "owned": { "contacts": 3 } })),
            person(1005, "eli", json!({})),
            // No list shows her, and a direct read does.
            person(1006, "fay", json!({ "status": "deactivated", "listed": false })),
            person(1007, "ed", json!({})),
            person(1008, "hal", json!({})),
        ],
        "tokens": [{ "token": TOKEN, "user_id": "1000" }],
        "scim": { "patch": endpoint.stage != Stage::WithoutPatch },
        "limits": { "ten_seconds": null, "daily": null, "search_per_second": null },
    });
    match fault.kind {
        // A list of one page cannot lead back to it: strangers and teams whom no file names.
        Kind::Circle => fill(&mut seed, endpoint, person),
        Kind::Shared => seed["limits"]["ten_seconds"] = json!(190),
        _ => {}
    }
    seed
}

fn fill(seed: &mut Value, endpoint: &Endpoint, person: impl Fn(u32, &str, Value) -> Value) {
    let number = u32::try_from(endpoint.page.unwrap_or_default()).expect("a few hundred");
    let status = if endpoint.name.contains("owners") { "removed" } else { "active" };
    let names = (0..number).map(|number| (number, format!("n{number}")));
    if endpoint.name == "GET teams" {
        let teams = seed["teams"].as_array_mut().expect("a list");
        teams.extend(names.map(|(number, name)| json!({ "id": (200 + number).to_string(), "name": name })));
    } else {
        let people = seed["people"].as_array_mut().expect("a list");
        people.extend(names.map(|(number, name)| person(2000 + number, &name, json!({ "status": status }))));
    }
}

/// The CRM record of somebody of the seed.
pub(crate) fn crm_id(id: u32) -> String {
    (5000 + id).to_string()
}
