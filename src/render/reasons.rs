//! Why something is blocked or waits: a fragment each, with what allows it.
//!
//! Deliberately absent: the rules themselves; planning applies them.

use crate::plan::{ActionKind, Rule, WaitingReason};

use super::counts::{counted, literals};

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
            format!("`id` is `{pinned}`, but this address belongs to `{live}`; mend `id` or `email`")
        }
        Rule::SeveralLivePeople { ids } => format!(
            "{} in the portal answer to this address: {}; write `id` to say which is meant",
            counted(ids.len(), "person", "people"),
            literals(ids)
        ),
        Rule::PreviousEmailStillLive { previous } => {
            format!("`{previous}` is in the portal too, as somebody else; take `previous_email` out")
        }
        Rule::Ignored { live } => {
            format!("this entry is about `{live}`, whom `policy.ignore` covers; mend the entry or the policy")
        }
        Rule::UnknownId { pinned } => {
            format!("nobody in the portal has the `id` `{pinned}`; mend it, or take it out for a newcomer")
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
