//! What a person does by hand, click by click, in the words of HubSpot's interface (its knowledge base, 2023 to
//! 2025).
//!
//! Deliberately absent: whether a step is needed; planning decides that.

use crate::model::{Email, Owned};
use crate::plan::{ByHandStep, Deactivated, Permission, PlannedPortal, StartFrom, Subject, WhyByHand};

use super::counts::literals;
use super::{notes, permission_lines};

pub(super) struct Instructions {
    pub title: String,
    pub path: String,
    pub steps: Vec<String>,
    pub link: Option<String>,
}

pub(super) fn instructions(portal: &PlannedPortal, subject: &Subject, step: &ByHandStep) -> Instructions {
    let page = Page {
        link: format!("https://{}/settings/{}/users", portal.account.ui_domain, portal.id),
        name: subject.name(),
    };
    match step {
        ByHandStep::GrantSuperAdmin => grant_super_admin(&page),
        ByHandStep::RevokeSuperAdmin { then } => revoke_super_admin(&page, then.as_deref()),
        ByHandStep::SetPermissions { start, permissions, take_away } => {
            set_permissions(&page, start, permissions, take_away)
        }
        ByHandStep::TakeAwayPermissionSets { keep, take_away } => {
            take_away_permission_sets(&page, keep, take_away)
        }
        ByHandStep::Deactivate { expired, why, owned } => deactivate(&page, *expired, (*why, owned.as_ref())),
        ByHandStep::Reactivate { why, deactivated } => reactivate(&page, *why, deactivated.as_ref()),
        ByHandStep::ChangeEmail { live } => change_email(&page, live),
        ByHandStep::SetSeats { before, after } => set_seats(&page, before, after),
        ByHandStep::CreateTeam { parent } => create_team(&page, parent.as_deref()),
        ByHandStep::UpdateTeam { name, parent } => update_team(&page, name.as_deref(), parent.as_ref()),
        ByHandStep::DeleteTeam => delete_team(&page),
    }
}

/// The Users & Teams page, and whose row on it is meant.
struct Page<'plan> {
    link: String,
    name: &'plan str,
}

impl Page<'_> {
    fn with(&self, title: &str, path: &str, steps: Vec<String>) -> Instructions {
        Instructions {
            title: title.to_owned(),
            path: format!("Settings › Users & Teams › {path}"),
            steps,
            link: Some(self.link.clone()),
        }
    }
}

fn person(page: &Page) -> String {
    format!("Open {} (Settings › Users & Teams) and click `{}`.", page.link, page.name)
}

fn person_as_super_admin(page: &Page) -> String {
    format!("As a super admin, open {} (Settings › Users & Teams) and click `{}`.", page.link, page.name)
}

fn teams_tab(page: &Page) -> String {
    format!("Open {} (Settings › Users & Teams) and choose the tab Teams.", page.link)
}

fn edit_permissions() -> String {
    "On the tab Access, under Permissions, choose Edit permissions.".to_owned()
}

fn save() -> String {
    "Save.".to_owned()
}

fn save_permissions() -> String {
    "Save. It takes effect when the person has logged out and in again.".to_owned()
}

fn grant_super_admin(page: &Page) -> Instructions {
    let steps = vec![
        person_as_super_admin(page),
        "Choose Actions › Make Super Admin.".to_owned(),
        "Confirm with Save.".to_owned(),
    ];
    page.with("grant super admin", "Actions › Make Super Admin", steps)
}

fn revoke_super_admin(page: &Page, then: Option<&str>) -> Instructions {
    let instead = match then {
        Some(then) => format!("Under “Choose how to set access”, choose {then} instead of Super Admin."),
        None => "Under “Choose how to set access”, choose what the person is to have instead of Super Admin."
            .to_owned(),
    };
    let steps = vec![
        person_as_super_admin(page),
        edit_permissions(),
        instead,
        save_permissions(),
        "Plan again: role and seats follow once super admin is gone.".to_owned(),
    ];
    page.with("take super admin away", "Access › Edit permissions", steps)
}

fn set_permissions(
    page: &Page,
    start: &StartFrom,
    permissions: &[Permission],
    take_away: &[String],
) -> Instructions {
    let mut steps = vec![person(page), edit_permissions()];
    if !take_away.is_empty() {
        steps.push(format!("Take away {}.", sets(take_away)));
    }
    let title = match start {
        StartFrom::Template(template) => {
            steps.push(format!(
                "Under “Choose how to set access”, choose “Start with a template” and then `{template}`."
            ));
            format!("set permissions from the template `{template}`")
        }
        StartFrom::Scratch => {
            steps.push(
                "Under “Choose how to set access”, choose “Start from scratch”, so that every permission is off."
                    .to_owned(),
            );
            "set permissions from scratch".to_owned()
        }
    };
    steps.extend(permissions.iter().map(|permission| format!("{}.", permission_lines::sentence(permission))));
    steps.push(save_permissions());
    page.with(&title, "Access › Edit permissions", steps)
}

fn take_away_permission_sets(page: &Page, keep: &str, take_away: &[String]) -> Instructions {
    let steps = vec![
        person(page),
        edit_permissions(),
        format!("Keep `{keep}` and take away {}.", sets(take_away)),
        save_permissions(),
    ];
    page.with(&format!("take away {}", sets(take_away)), "Access › Edit permissions", steps)
}

fn sets(names: &[String]) -> String {
    let noun = if names.len() == 1 { "the permission set" } else { "the permission sets" };
    format!("{noun} {}", literals(names))
}

/// HubSpot's pages on deactivating and removing users, 2024-11 and 2025-05.
fn deactivate(
    page: &Page,
    expired: Option<jiff::civil::Date>,
    (why, owned): (WhyByHand, Option<&Owned>),
) -> Instructions {
    let title = match expired {
        Some(day) => format!("deactivate, expired on {day}"),
        None => "deactivate".to_owned(),
    };
    let mut steps = because(why);
    let owns = owned.map(|owned| format!(" This person {}.", notes::owns(owned))).unwrap_or_default();
    steps.extend([
        person_as_super_admin(page),
        format!("Look through “Review user's records and assets”: records keep their owner, and Bulk assign moves only the standard Owner field.{owns}"),
        "Choose Actions › Deactivate user.".to_owned(),
        "Where HubSpot asks about the paid seat, take it away to have it free; a seat that is kept does not count against the account's total.".to_owned(),
        "Confirm. The person can no longer log in, gets no more notifications, leaves conversations, assets and reports, and HubSpot tells them by mail. It can be undone.".to_owned(),
    ]);
    page.with(&title, "Actions › Deactivate user", steps)
}

/// Why SCIM, where it was asked for, does not do it.
fn because(why: WhyByHand) -> Vec<String> {
    let reason = match why {
        WhyByHand::NoApi => return Vec::new(),
        WhyByHand::NoScimToken => {
            "Set HUBSPOT_SCIM_TOKEN (or HUBSPOT_SCIM_TOKEN_FILE, or HUBSPOT_SCIM_TOKEN_COMMAND) to let hubroster do this by SCIM, or go on by hand."
        }
        WhyByHand::UnknownToScim => {
            "SCIM does not know this person: add them to the HubSpot app of your identity provider, or go on by hand."
        }
        WhyByHand::ScimDisagrees => {
            "SCIM says that this is so already, and HubSpot says that it is not: look at both before you go on."
        }
    };
    vec![reason.to_owned()]
}

fn reactivate(page: &Page, why: WhyByHand, deactivated: Option<&Deactivated>) -> Instructions {
    let title = match deactivated {
        Some(deactivated) => format!("reactivate ({})", notes::deactivated(deactivated)),
        None => "reactivate".to_owned(),
    };
    let mut steps = because(why);
    steps.extend([
        person_as_super_admin(page),
        "Choose Actions › Reactivate user, and confirm. HubSpot tells the person by mail.".to_owned(),
        "Plan again: what the files want of role, teams and seats follows.".to_owned(),
    ]);
    page.with(&title, "Actions › Reactivate user", steps)
}

const CHANGE_EMAIL: &str = "only this person can change their login e-mail, which is `";

/// The address that a step is about, where it is not the row's own.
pub(super) fn address(title: &str) -> Option<&str> {
    title.strip_prefix(CHANGE_EMAIL)?.strip_suffix('`')
}

fn change_email(page: &Page, live: &Email) -> Instructions {
    let wanted = page.name;
    let steps = vec![
        format!("Ask `{live}` to do this: only this person can change their login e-mail."),
        "Logged in with that address, click the account name at the top right, then Profile & Preferences, then Security.".to_owned(),
        format!("Under Email, choose Edit email address and enter `{wanted}`."),
        format!("Open the mail that HubSpot sends to `{wanted}` and confirm the address."),
        "With single sign-on, a super admin exempts the person first; with SCIM, the identity provider changes the address instead.".to_owned(),
    ];
    Instructions {
        title: format!("{CHANGE_EMAIL}{live}`"),
        path: "Profile & Preferences › Security › Edit email address".to_owned(),
        steps,
        // The page is the person's own; it has no address under the portal's settings.
        link: None,
    }
}

fn set_seats(page: &Page, before: &[String], after: &[String]) -> Instructions {
    let missing = |from: &[String], to: &[String]| -> Vec<String> {
        from.iter().filter(|seat| !to.contains(seat)).cloned().collect()
    };
    let (take_away, assign) = (missing(before, after), missing(after, before));
    let mut steps = vec![person(page)];
    if !take_away.is_empty() {
        steps.push(format!("On the tab Access, under Seats, take away {}.", literals(&take_away)));
    }
    if !assign.is_empty() {
        steps.push(format!("On the tab Access, under Seats, assign {}.", literals(&assign)));
    }
    steps.push(save());
    let wanted = if after.is_empty() { "none".to_owned() } else { literals(after) };
    page.with(&format!("set seats to {wanted}"), "Access › Seats", steps)
}

fn create_team(page: &Page, parent: Option<&str>) -> Instructions {
    let mut steps = vec![teams_tab(page), format!("Choose Create team and enter the name `{}`.", page.name)];
    steps.extend(parent.map(put_under));
    steps.push(save());
    page.with("create team", "Teams › Create team", steps)
}

/// HubSpot's page on teams, 2025-09; nesting needs an Enterprise subscription.
fn put_under(parent: &str) -> String {
    format!("Tick “Put this team under another team” and choose `{parent}` under “This team sits under”.")
}

fn update_team(page: &Page, name: Option<&str>, parent: Option<&Option<String>>) -> Instructions {
    let mut steps = vec![teams_tab(page), format!("Move the pointer over `{}` and choose Edit.", page.name)];
    steps.extend(name.map(|name| format!("Change the team's name to `{name}`.")));
    steps.extend(parent.map(|parent| match parent {
        Some(parent) => put_under(parent),
        None => "Untick “Put this team under another team”.".to_owned(),
    }));
    steps.push(save());
    let title = match (name, parent) {
        (Some(name), None) => format!("rename team to `{name}`"),
        (None, Some(Some(parent))) => format!("move team under `{parent}`"),
        (None, Some(None)) => "move team to the top".to_owned(),
        (Some(_), Some(_)) | (None, None) => "change team".to_owned(),
    };
    page.with(&title, "Teams › Edit", steps)
}

fn delete_team(page: &Page) -> Instructions {
    let steps = vec![
        teams_tab(page),
        format!("Move the pointer over `{}` and choose Delete.", page.name),
        "Confirm. People lose what they see through this team; they stay in the portal.".to_owned(),
    ];
    page.with("delete team", "Teams › Delete", steps)
}
