//! A role's permission lines in the words of HubSpot's own grid.
//!
//! Deliberately absent: a list of lines that are allowed. HubSpot adds lines by itself; an unknown one is shown
//! as the file writes it.

use crate::plan::Permission;

/// `CRM › Contacts: View “Contacts their team owns”, Edit “Contacts they own”, Delete “None”`.
pub(super) fn sentence(permission: &Permission) -> String {
    let Permission { line, grants } = permission;
    let line_name = spelled(line);
    let grants: Vec<String> = grants
        .iter()
        .map(|(verb, reach)| match verb.as_str() {
            "" => level(reach),
            verb => format!("{} “{}”", spelled(verb), reach_of(reach, &line_name)),
        })
        .collect();
    let place = tab(line).map_or_else(|| line_name.clone(), |tab| format!("{tab} › {line_name}"));
    format!("{place}: {}", grants.join(", "))
}

/// HubSpot's permissions guide of 2024-10: the choices of a CRM object are `All`, `… their team owns`,
/// `… they own` and `None`.
fn reach_of(reach: &str, objects: &str) -> String {
    let what = objects.to_lowercase();
    match reach {
        "all" | "everything" => format!("All {what}"),
        "team" => format!("{objects} their team owns"),
        "own" | "owned" => format!("{objects} they own"),
        "team_unassigned" | "team+unassigned" => format!("{objects} their team owns, and Unassigned"),
        "own_unassigned" | "own+unassigned" => format!("{objects} they own, and Unassigned"),
        "none" => "None".to_owned(),
        other => spelled(other),
    }
}

fn level(level: &str) -> String {
    match level {
        "on" | "true" => "on".to_owned(),
        "off" | "false" => "off".to_owned(),
        other => format!("“{}”", spelled(other)),
    }
}

/// `bulk_delete` → `Bulk delete`.
fn spelled(word: &str) -> String {
    let words = word.replace(['_', '-'], " ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => words,
    }
}

/// The tab of the permission editor on which HubSpot's guide lists a line.
fn tab(line: &str) -> Option<&'static str> {
    match line {
        "contacts"
        | "companies"
        | "deals"
        | "tickets"
        | "tasks"
        | "crm_emails"
        | "meetings"
        | "calls"
        | "notes"
        | "invoices"
        | "custom_objects"
        | "bulk_delete"
        | "import"
        | "export"
        | "property_settings"
        | "edit_property_settings"
        | "workflows"
        | "custom_views"
        | "chatflows" => Some("CRM"),
        "lists" | "forms" | "files" | "ads" | "campaigns" | "email" | "marketing_email" | "ctas"
        | "social" | "blog" | "landing_pages" | "website_pages" | "marketing_access" => Some("Marketing"),
        "sales_access" | "templates" | "sequences" | "playbooks" | "forecast" | "meeting_pages"
        | "quotes" | "quote_templates" | "products" | "payment_links" => Some("Sales"),
        "service_access" | "knowledge_base" | "feedback" | "feedback_surveys" | "help_desk" => {
            Some("Service")
        }
        "reports" | "dashboards" | "analytics" => Some("Reports"),
        "add_and_edit_users" | "users" | "add_and_edit_teams" | "teams" | "modify_billing" | "billing"
        | "integrations" | "marketplace" | "app_marketplace" | "account_defaults" | "domains" => {
            Some("Account")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: &str, grants: &[(&str, &str)]) -> String {
        let grants = grants.iter().map(|(verb, reach)| ((*verb).to_owned(), (*reach).to_owned())).collect();
        sentence(&Permission { line: line.to_owned(), grants })
    }

    #[test]
    fn an_object_is_told_in_the_choices_of_the_grid() {
        assert_eq!(
            line("contacts", &[("view", "team"), ("edit", "own"), ("delete", "none")]),
            "CRM › Contacts: View “Contacts their team owns”, Edit “Contacts they own”, Delete “None”"
        );
        assert_eq!(line("deals", &[("view", "all")]), "CRM › Deals: View “All deals”");
    }

    #[test]
    fn switches_and_levels_and_unknown_lines_keep_their_words() {
        assert_eq!(line("export", &[("", "off")]), "CRM › Export: off");
        assert_eq!(line("reports", &[("", "view")]), "Reports › Reports: “View”");
        assert_eq!(
            line("quantum_deals", &[("entangle", "both_sides")]),
            "Quantum deals: Entangle “Both sides”"
        );
    }
}
