//! The calls that an action would take, told beforehand: what `explain` shows.
//!
//! Deliberately absent: what comes of an unexpected answer. A lost answer is settled by reading, a refusal ends the
//! action; neither is planned.

use std::collections::BTreeSet;

use crate::model::{ApiVersion, Named, TeamId, User};
use crate::plan::{Action, Attribute, Calls, SettingsCall, UserAttribute, Work};
use crate::portal::Paths;

/// One call, in the order in which they are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCall {
    pub method: &'static str,
    /// Ids as they are; a team that the plan creates has none yet.
    pub path: String,
    pub writes: bool,
    /// What it is for, in a lower-case fragment.
    pub purpose: String,
}

/// What [`super::apply`] calls for this action, if everything is as planned.
pub fn planned_calls(action: &Action, api: ApiVersion) -> Vec<PlannedCall> {
    let mut calls = List { paths: Paths(api), calls: Vec::new() };
    match &action.work {
        // Teams are nobody's; `explain` is about people.
        Work::CreateTeam { .. } | Work::UpdateTeam { .. } | Work::DeleteTeam { .. } => {}
        Work::Invite { user: _, send_mail } => {
            calls.read("GET", calls.paths.user("…"), "look by address whether somebody was faster");
            let mail = if *send_mail { "with the invitation mail" } else { "without a mail" };
            calls.write(
                "POST",
                calls.paths.users(),
                format!("everything in one call, {mail}; never sent twice"),
            );
            if has_profile(action) {
                calls.profile("wait for the CRM record, which HubSpot makes a little later");
            }
        }
        Work::Update { before, after, crm_id: _, calls: Calls { settings, profile } } => {
            match settings {
                Some(SettingsCall::Put) => calls.put(action, before),
                Some(SettingsCall::Teams) => calls.teams(before, after),
                None => {}
            }
            if *profile {
                calls.profile("read again, a hundred people at a time");
            }
        }
        Work::Strip { before, after: _ } => calls.put(action, before),
        Work::Remove { before } => {
            calls.read_again(before);
            calls.write("DELETE", calls.paths.user(id(before)), "remove".to_owned());
            calls.read("GET", calls.paths.user(id(before)), "until HubSpot answers 404");
        }
        Work::Deactivate { before, scim_id } => {
            calls.read_again(before);
            calls.set_active(scim_id, "false");
        }
        Work::Reactivate { before: _, scim_id } => calls.set_active(scim_id, "true"),
    }
    calls.calls
}

fn has_profile(action: &Action) -> bool {
    action.changes.iter().any(|change| change.attribute.is_profile())
}

fn id(user: &User) -> &str {
    user.id.as_ref().map_or("…", |id| id.as_str())
}

struct List {
    paths: Paths,
    calls: Vec<PlannedCall>,
}

impl List {
    fn read(&mut self, method: &'static str, path: String, purpose: &str) {
        self.calls.push(PlannedCall { method, path, writes: false, purpose: purpose.to_owned() });
    }

    fn write(&mut self, method: &'static str, path: String, purpose: String) {
        self.calls.push(PlannedCall { method, path, writes: true, purpose });
    }

    fn read_again(&mut self, before: &User) {
        let purpose = "read again; somebody who differs from the plan is left alone";
        self.read("GET", self.paths.user(id(before)), purpose);
    }

    fn put(&mut self, action: &Action, before: &User) {
        self.read_again(before);
        let settings = action.changes.iter().map(|change| change.attribute);
        let names: Vec<&str> = settings.filter(|one| is_put(*one)).map(Attribute::as_str).collect();
        self.write(
            "PUT",
            self.paths.user(id(before)),
            format!("{}; all else as just read", names.join(", ")),
        );
    }

    /// In the order of `memberships`: out of extra teams, the main team, into extra teams.
    fn teams(&mut self, before: &User, after: &User) {
        self.read_again(before);
        let user = id(before);
        let (old, new) = (extra(before), extra(after));
        for team in old.difference(&new) {
            let path = self.paths.team_member(team, user);
            self.write("DELETE", path, "out of an extra team".to_owned());
        }
        match (before.team.as_ref().map(team_id), after.team.as_ref().map(team_id)) {
            (old, new) if old == new => {}
            (_, Some(new)) => {
                self.write("POST", self.paths.team_members(&new), "the new main team".to_owned());
            }
            (Some(old), None) => {
                let path = self.paths.team_member(&old, user);
                self.write("DELETE", path, "out of the main team".to_owned());
            }
            (None, None) => {}
        }
        for team in new.difference(&old) {
            self.write("POST", self.paths.team_members(team), "into an extra team".to_owned());
        }
        self.read("GET", self.paths.user(user), "what HubSpot made of it");
    }

    fn profile(&mut self, before: &str) {
        self.read("POST", self.paths.read_profiles(), before);
        let purpose = "the profile, a hundred people at a time".to_owned();
        self.write("POST", self.paths.update_profiles(), purpose);
    }

    fn set_active(&mut self, scim_id: &str, active: &str) {
        self.read("GET", self.paths.scim_user(scim_id), "how SCIM has them");
        let purpose = format!("`active: {active}`; PUT where SCIM refuses PATCH");
        self.write("PATCH", self.paths.scim_user(scim_id), purpose);
    }
}

fn is_put(attribute: Attribute) -> bool {
    matches!(attribute, Attribute::User(one) if !matches!(one, UserAttribute::Invite | UserAttribute::State))
}

fn extra(user: &User) -> BTreeSet<String> {
    user.extra_teams.iter().map(team_id).collect()
}

fn team_id(team: &Named<TeamId>) -> String {
    team.id.as_ref().map_or_else(|| format!("<{}>", team.name), TeamId::to_string)
}
