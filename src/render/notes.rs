//! What a reviewer should know about an action, in lower-case fragments.
//!
//! Deliberately absent: which notes an action carries; planning decides that.

use crate::model::Owned;
use crate::plan::{Deactivated, DeactivatedBy, Note};

use super::counts::{amount, counted, enumerated, literals};

const LISTED_AS: &str = "in the files as `";

/// The address that a note is about.
pub(super) fn address(note: &str) -> Option<&str> {
    note.strip_prefix(LISTED_AS)?.strip_suffix('`')
}

/// `None` for what has a place of its own: seats left stand beside the seat.
pub(super) fn sentence(note: &Note) -> Option<String> {
    let text = match note {
        Note::ReplacesHandMadePermissions => {
            "assigning a permission set replaces permissions set by hand; cannot be undone by hubroster"
                .to_owned()
        }
        Note::DropsPermissionSets(sets) => format!("drops {}", literals(sets)),
        Note::NeedsBillingWrite => "has a paid seat; needs the scope `settings.billing.write`".to_owned(),
        Note::UnnamedPermissionSet(set) => {
            format!("no role names `{set}`, so it counts as standard")
        }
        Note::Expired(day) => format!("expired on {day}"),
        Note::Deactivated(deactivated) => self::deactivated(deactivated),
        Note::Returns => "was here before and gets the same id back".to_owned(),
        Note::WithoutMail => "no invitation mail is sent".to_owned(),
        Note::StartsWithMinimalAccess => "starts with minimal access; the rest is by hand".to_owned(),
        Note::WithoutRole => "without a role: starts with minimal access".to_owned(),
        Note::ListedAs(email) => format!("{LISTED_AS}{email}`"),
        Note::Unmanaged => "not in the files, and `policy.unmanaged` is `remove`".to_owned(),
        Note::StatusUnknown => "whether this person is active could not be read".to_owned(),
        Note::WithoutTeam(team) => format!("without the team `{team}`, which could not be looked up"),
        Note::SeatsUnchecked => "how many seats are left could not be read".to_owned(),
        Note::SeatsLeft { .. } => return None,
        Note::StillLogsIn => "not deactivated: can still log in".to_owned(),
        Note::Owns(owned) => owns(owned),
        Note::TeamMembers(people) => {
            let verb = if *people == 1 { "is" } else { "are" };
            format!("{} {verb} in it", counted(*people, "person", "people"))
        }
    };
    Some(text)
}

/// `deactivated on 2026-08-01 by ops@example.com`
pub(super) fn deactivated(Deactivated { on, by }: &Deactivated) -> String {
    match by {
        DeactivatedBy::Person(person) => format!("deactivated on {on} by {person}"),
        DeactivatedBy::Inactivity { last_active } => {
            format!("deactivated on {on}, it seems by HubSpot for inactivity: last active {last_active}")
        }
        DeactivatedBy::Unnamed => {
            format!("deactivated on {on}; the security history does not say by whom")
        }
    }
}

/// `owns 31 records: 24 contacts, 3 companies and 4 deals`.
pub(super) fn owns(owned: &Owned) -> String {
    let Owned { contacts, companies, deals, tickets } = *owned;
    let kinds = [
        (contacts, "contact", "contacts"),
        (companies, "company", "companies"),
        (deals, "deal", "deals"),
        (tickets, "ticket", "tickets"),
    ];
    let known = kinds.into_iter().filter_map(|(count, one, many)| Some((count?, one, many)));
    let some: Vec<(u64, &str, &str)> = known.filter(|(count, _, _)| *count > 0).collect();
    let shown: Vec<String> = some.into_iter().map(|(count, one, many)| amount(count, one, many)).collect();
    match shown.as_slice() {
        [] => "owns no records".to_owned(),
        [only] => format!("owns {only}"),
        several => format!("owns {}: {}", amount(owned.total(), "record", "records"), enumerated(several)),
    }
}
