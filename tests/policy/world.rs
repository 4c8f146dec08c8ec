//! A small portal, files that want something of it, and what their rules say.

#![expect(clippy::disallowed_methods, reason = "the files under test are written here")]

use std::fs;
use std::path::Path;

use hubroster::config;
use hubroster::guard::{self, Acknowledged};
use hubroster::model::Snapshot;
use hubroster::plan::{self, Extent, Plan, Target};
use hubroster::policy::{self, About, Facts, RuleVerdict};
use hubroster::render::{FactsDocument, PlanDocument, Requests};
use hubroster::resolve;
use serde_json::{Value, json};

/// A Wednesday.
const TODAY: &str = "2026-11-25";

const ROLES: [(&str, &str); 4] = [
    (
        "sales-rep",
        "name: Sales rep\naccess: { permission_set: Sales Rep }\nseats: [Core]\npermissions: { export: false }\n",
    ),
    (
        "manager",
        "name: Manager\nprivilege: elevated\naccess: { permission_set: Manager }\npermissions: { export: true, contacts: { view: all }, reports: edit }\n",
    ),
    ("agent", "name: Agent\naccess: { template: Service }\n"),
    ("admin", "name: Super admin\nprivilege: admin\naccess: { super_admin: true }\n"),
];

pub(crate) struct World {
    rules: String,
    policy: String,
    users: Vec<String>,
    people: Vec<Value>,
    pub(crate) snapshot: Value,
    today: &'static str,
    targets: Vec<Target>,
}

pub(crate) struct Judged {
    pub(crate) plan: Plan,
    pub(crate) rules: Vec<RuleVerdict>,
    pub(crate) document: PlanDocument,
}

impl World {
    pub(crate) fn new() -> World {
        World {
            rules: String::new(),
            policy: "min_super_admins: 0".to_owned(),
            users: Vec::new(),
            people: Vec::new(),
            snapshot: json!({
                "format": "hubroster-snapshot/1", "api": "2026-09", "reads": 7,
                "portal": {
                    "id": 4611686, "account_type": "STANDARD", "time_zone": "Europe/Brussels",
                    "ui_domain": "app-eu1.hubspot.com", "data_hosting_location": "eu1"
                },
                "permission_sets": [{ "id": "301", "name": "Sales Rep" }, { "id": "302", "name": "Manager" }],
                "teams": [{ "id": "501", "name": "Sales" }],
                "seats": [{ "name": "Core", "remaining": 9 }, { "name": "View-only" }]
            }),
            today: TODAY,
            targets: Vec::new(),
        }
    }

    /// A rule, as an entry of `policy.rules`.
    pub(crate) fn rule(mut self, yaml: &str) -> World {
        for (number, line) in yaml.trim_end().lines().enumerate() {
            let lead = if number == 0 && !line.starts_with("- ") { "    - " } else { "      " };
            let line = line
                .strip_prefix("- ")
                .map_or_else(|| format!("{lead}{line}"), |rest| format!("    - {rest}"));
            self.rules.push_str(&line);
            self.rules.push('\n');
        }
        self
    }

    /// A rule with this condition, and no more to say.
    pub(crate) fn deny(self, condition: &str) -> World {
        let name = format!("rule-{}", self.rules.matches("name:").count());
        self.rule(&format!("name: {name}\ndeny: |\n  {}\nmessage: no", condition.replace('\n', "\n  ")))
    }

    /// A list of rules, as a document shows them.
    pub(crate) fn rules(mut self, yaml: &str) -> World {
        self.rules.extend(yaml.lines().map(|line| format!("    {line}\n")));
        self
    }

    pub(crate) fn policy(mut self, keys: &str) -> World {
        self.policy = format!("{}, {keys}", self.policy);
        self
    }

    /// An entry of `users:`.
    pub(crate) fn user(mut self, entry: &str) -> World {
        self.users.push(format!("  - {{ {entry} }}\n"));
        self
    }

    /// Somebody in the portal, with whatever keys of the snapshot's format beside.
    pub(crate) fn live(mut self, email: &str, keys: Value) -> World {
        let number = 1000 + self.people.len();
        let mut person = json!({
            "id": number.to_string(), "email": email, "status": "active",
            "crm_id": (3000 + number).to_string(), "sources": { "settings": "shown", "crm": "shown" }
        });
        person.as_object_mut().expect("an object").extend(keys.as_object().expect("an object").clone());
        self.people.push(person);
        self
    }

    /// As a sales rep with all that the role gives.
    pub(crate) fn live_rep(self, email: &str) -> World {
        self.live(
            email,
            json!({ "permission_sets": [{ "id": "301", "name": "Sales Rep" }], "seats": ["Core"] }),
        )
    }

    pub(crate) fn today(mut self, today: &'static str) -> World {
        self.today = today;
        self
    }

    pub(crate) fn target(mut self, target: &str) -> World {
        self.targets.push(target.parse().expect("a target"));
        self
    }

    pub(crate) fn judge(self) -> Judged {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir(directory.path().join("roles")).expect("a directory");
        for (key, role) in ROLES {
            fs::write(directory.path().join(format!("roles/{key}.yaml")), role).expect("a file");
        }
        let mut users = format!("version: 1\nportal: {{ id: 4611686 }}\npolicy:\n  rules:\n{}", self.rules);
        if self.rules.is_empty() {
            users = users.replace("  rules:\n", "  rules: []\n");
        }
        for key in self.policy.split(", ") {
            users.push_str(&format!("  {key}\n"));
        }
        users.push_str(if self.users.is_empty() { "users: []\n" } else { "users:\n" });
        users.extend(self.users);
        fs::write(directory.path().join("users.yaml"), &users).expect("a file");
        let loaded = config::load(directory.path(), Path::new(""))
            .unwrap_or_else(|findings| panic!("{users}\n{findings:#?}"));
        let mut snapshot = self.snapshot;
        let mut people = self.people;
        people.sort_by_key(|person| person["email"].to_string());
        snapshot["people"] = people.into();
        let snapshot: Snapshot = serde_json::from_value(snapshot).expect("a snapshot");
        let today = self.today.parse().expect("a day");
        let resolved = resolve::resolve(&loaded.desired, &snapshot, today).expect("known names");
        let plan = plan::plan(&resolved, Extent { targets: &self.targets, ..Extent::default() });
        let rules = policy::judge(&resolved, &plan);
        let verdicts = guard::judge(&plan, &loaded.desired.policy, Acknowledged::default());
        let facts = FactsDocument::new(&Facts::new(&resolved, &plan));
        let document = PlanDocument::new(&plan, &verdicts, Requests { reads: 7, writes: 0 })
            .judged(&plan, &rules)
            .with_facts(facts);
        Judged { plan, rules, document }
    }
}

impl Judged {
    /// What the one rule holds for: `who` or `who kind`, `plan` for the plan; each with its message where asked.
    pub(crate) fn holds_for(&self) -> Vec<String> {
        let [rule] = self.rules.as_slice() else { panic!("one rule: {:?}", self.rules) };
        rule.findings.iter().map(|finding| self.about(&finding.about)).collect()
    }

    pub(crate) fn messages(&self) -> Vec<&str> {
        self.rules.iter().flat_map(|rule| &rule.findings).map(|finding| finding.message.as_str()).collect()
    }

    pub(crate) fn is_refused(&self) -> bool {
        self.rules.iter().any(RuleVerdict::is_refused)
    }

    fn about(&self, about: &About) -> String {
        match about {
            About::Plan => "plan".to_owned(),
            About::Action(index) => {
                let action = &self.plan.actions[*index];
                format!("{} {}", action.subject.name(), action.kind.as_str())
            }
            About::ByHand(index) => {
                let row = &self.plan.by_hand[*index];
                format!("{} {} by hand", row.subject.name(), row.step.as_str())
            }
            About::User { email, .. } => email.to_string(),
        }
    }
}
