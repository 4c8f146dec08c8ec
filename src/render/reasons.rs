//! Why something is blocked or waits: a fragment each, with what allows it.
//!
//! Deliberately absent: the rules themselves; planning applies them.

use crate::plan::{ActionKind, Rule, WaitingReason};

use super::counts::{counted, literals};

/// What stands before and after the address or the id that a reason is about.
const PREVIOUS: (&str, &str) = ("`", "` is in the portal too, as somebody else; take `previous_email` out");
const IGNORED: (&str, &str) =
    ("this entry is about `", "`, whom `policy.ignore` covers; mend the entry or the policy");
const UNKNOWN_ID: (&str, &str) =
    ("nobody in the portal has the `id` `", "`; mend it, or take it out for a newcomer");
const CONFLICT: (&str, &str, &str) =
    ("`id` is `", "`, but this address belongs to `", "`; mend `id` or `email`");
const SEVERAL: (&str, &str) =
    (" in the portal answer to this address: ", "; write `id` to say which is meant");

/// The address that a reason is about, where it is not the row's own.
pub(super) fn address(reason: &str) -> Option<&str> {
    between(reason, IGNORED).or_else(|| between(reason, PREVIOUS))
}

/// The ids of users that a reason is about.
pub(super) fn user_ids(reason: &str) -> Vec<String> {
    let (before, middle, after) = CONFLICT;
    if let Some((pinned, live)) = between(reason, (before, after)).and_then(|both| both.split_once(middle)) {
        return vec![pinned.to_owned(), live.to_owned()];
    }
    if let Some(pinned) = between(reason, UNKNOWN_ID) {
        return vec![pinned.to_owned()];
    }
    let several = reason.split_once(SEVERAL.0).and_then(|(_, rest)| rest.strip_suffix(SEVERAL.1));
    several.into_iter().flat_map(|ids| ids.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

fn between<'text>(text: &'text str, (before, after): (&str, &str)) -> Option<&'text str> {
    text.strip_prefix(before)?.strip_suffix(after)
}

/// `kind` is what was asked for.
pub(super) fn blocked(kind: ActionKind, rule: &Rule) -> String {
    let asked = asked(kind);
    match rule {
        Rule::Protected => format!("protected: {asked}"),
        Rule::SuperAdmin => format!("super admin: {asked}; take super admin away by hand first"),
        Rule::CredentialOwner => {
            format!("the token acts for this person: {asked}; use somebody else's token")
        }
        Rule::SeveralPermissionSets { lost } => format!(
            "several permission sets: any change keeps one and drops {}; a `role` with `collapse_roles: true` on this person allows it",
            literals(lost)
        ),
        Rule::ForeignDomain { domain } => {
            format!("`{domain}` is not among `policy.allowed_domains`: {asked}")
        }
        Rule::SimilarDomain { domain, near, people } => format!(
            "nobody in the portal has `{domain}`, and {} `{near}`: {asked}; mend the address, or list both in `policy.allowed_domains`",
            counted(*people, "person has", "people have")
        ),
        Rule::NoSeatLeft { seat, wanted, remaining } => format!(
            "no seat: {} would take `{seat}` and {} left; buy seats, or free some",
            counted(*wanted, "person", "people"),
            seats_left(*remaining)
        ),
        Rule::NoPermissionSets { set } => format!(
            "this account has no permission sets, so `{set}` cannot be given; use `template` or `scratch` in the role's `access`"
        ),
        Rule::StatusUnknown => {
            format!("{asked}, but not everything that tells who is in the portal could be read")
        }
        Rule::IdentityConflict { pinned, live } => {
            let (before, middle, after) = CONFLICT;
            format!("{before}{pinned}{middle}{live}{after}")
        }
        Rule::SeveralLivePeople { ids } => {
            let people = counted(ids.len(), "person", "people");
            format!("{people}{}{}{}", SEVERAL.0, literals(ids), SEVERAL.1)
        }
        Rule::PreviousEmailStillLive { previous } => {
            format!("{}{previous}{}", PREVIOUS.0, PREVIOUS.1)
        }
        Rule::Ignored { live } => {
            format!("{}{live}{}", IGNORED.0, IGNORED.1)
        }
        Rule::UnknownId { pinned } => {
            format!("{}{pinned}{}", UNKNOWN_ID.0, UNKNOWN_ID.1)
        }
        Rule::NoRemovals => format!("{asked}; `--no-removals` leaves that out of this run"),
        Rule::TeamHasChildren { teams } => {
            format!("{asked}, with {} below it; delete or move them as well", literals(teams))
        }
    }
}

fn asked(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::TeamCreate => "was asked to be created",
        ActionKind::TeamUpdate | ActionKind::Update => "was asked to be changed",
        ActionKind::Remove => "was asked to be removed",
        ActionKind::Deactivate => "was asked to be deactivated",
        ActionKind::Strip => "was asked to be stripped of access",
        ActionKind::Reactivate => "was asked to be reactivated",
        ActionKind::Invite => "was asked to be invited",
        ActionKind::TeamDelete => "was asked to be deleted",
    }
}

fn seats_left(remaining: i64) -> String {
    match remaining {
        ..=0 => "none is".to_owned(),
        1 => "1 is".to_owned(),
        _ => format!("{remaining} are"),
    }
}

pub(super) fn waiting(reason: WaitingReason) -> &'static str {
    match reason {
        WaitingReason::Acceptance => "invited, not accepted yet",
        WaitingReason::Reactivation => "deactivated; follows once reactivated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_reason_is_about_can_be_told_from_it() {
        let text = |rule| blocked(ActionKind::Update, &rule);
        let name = "odd ` name".to_owned();
        assert_eq!(address(&text(Rule::Ignored { live: name.clone() })), Some("odd ` name"));
        assert_eq!(
            address(&text(Rule::PreviousEmailStillLive { previous: name.clone() })),
            Some("odd ` name")
        );
        assert_eq!(address(&text(Rule::Protected)), None);
        let ids = vec!["77".to_owned(), "78".to_owned()];
        let conflict = Rule::IdentityConflict { pinned: ids[0].clone(), live: ids[1].clone() };
        assert_eq!(user_ids(&text(conflict)), ids);
        assert_eq!(user_ids(&text(Rule::SeveralLivePeople { ids: ids.clone() })), ids);
        assert_eq!(user_ids(&text(Rule::UnknownId { pinned: name.clone() })), [name]);
        assert!(user_ids(&text(Rule::Protected)).is_empty());
    }

    #[test]
    fn a_shortage_of_seats_is_counted_in_plain_words() {
        let text = |wanted, remaining| {
            blocked(ActionKind::Invite, &Rule::NoSeatLeft { seat: "Core".to_owned(), wanted, remaining })
        };
        assert_eq!(
            text(1, 0),
            "no seat: 1 person would take `Core` and none is left; buy seats, or free some"
        );
        assert_eq!(text(3, 1), "no seat: 3 people would take `Core` and 1 is left; buy seats, or free some");
        assert_eq!(text(3, 2), "no seat: 3 people would take `Core` and 2 are left; buy seats, or free some");
    }
}
