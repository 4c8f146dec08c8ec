//! The lists that hubroster can do without: what each needs, and what is lost without it.

use super::error::Error;
use crate::model::Degraded;

pub(super) struct Optional {
    pub(super) what: &'static str,
    /// The scope to ask for.
    pub(super) scope: &'static str,
    /// HubSpot refuses it with status 400 or 404 to accounts whose subscription does not have it.
    by_tier: bool,
    pub(super) effect: &'static str,
}

/// HubSpot answers "Account doesn't have access to roles." with status 400 to accounts without them.
pub(super) const PERMISSION_SETS: Optional = Optional {
    what: "permission sets",
    scope: "crm.objects.users.read",
    by_tier: true,
    effect: "permission sets are shown by id, and roles that name one cannot be checked or assigned",
};

pub(super) const TEAMS: Optional = Optional {
    what: "teams",
    scope: "settings.users.teams.read",
    by_tier: true,
    effect: "teams are shown by id, and cannot be checked, assigned or changed",
};

pub(super) const SEATS: Optional = Optional {
    what: "seats",
    scope: "settings.billing.write",
    by_tier: true,
    effect: "seat limits were not checked",
};

pub(super) const CRM_RECORDS: Optional = Optional {
    what: "CRM records",
    scope: "crm.objects.users.read",
    by_tier: false,
    effect: "who is active, invited or deactivated is unknown, and profiles are not managed",
};

pub(super) const ARCHIVED_OWNERS: Optional = Optional {
    what: "archived owners",
    scope: "crm.objects.owners.read",
    by_tier: false,
    effect: "somebody deactivated whom HubSpot's user list leaves out is recognised by the CRM record alone",
};

/// Of somebody who leaves: the kinds of records, by the word of their search.
pub(super) const OWNED: [(&str, Optional); 4] = [
    (
        "contacts",
        owned("owned contacts", "crm.objects.contacts.read", "contacts that leavers own are not counted"),
    ),
    (
        "companies",
        owned("owned companies", "crm.objects.companies.read", "companies that leavers own are not counted"),
    ),
    ("deals", owned("owned deals", "crm.objects.deals.read", "deals that leavers own are not counted")),
    ("tickets", owned("owned tickets", "tickets", "tickets that leavers own are not counted")),
];

const fn owned(what: &'static str, scope: &'static str, effect: &'static str) -> Optional {
    Optional { what, scope, by_tier: true, effect }
}

impl Optional {
    /// `None` for an error that is no matter of scope or subscription.
    pub(super) fn degraded(&self, error: &Error) -> Option<Degraded> {
        let Error::Answer(answer) = error else { return None };
        let by_scope = answer.status == 403 && answer.category.as_deref() == Some("MISSING_SCOPES");
        let by_tier = self.by_tier
            && answer.from_hubspot
            && (answer.status == 404
                || (answer.status == 400 && answer.category.as_deref() == Some("VALIDATION_ERROR")));
        let named = answer.missing_scopes.iter().find(|scope| *scope == self.scope);
        let missing_scope = match by_scope {
            true => Some(named.or(answer.missing_scopes.first()).map_or(self.scope, |scope| scope.as_str())),
            false if by_tier || (answer.status == 403 && answer.from_hubspot) => None,
            false => return None,
        };
        let effect = match missing_scope {
            Some(_) => self.effect.to_owned(),
            None => format!("{} (HubSpot says: {})", self.effect, answer.message),
        };
        Some(Degraded { what: self.what.to_owned(), missing_scope: missing_scope.map(str::to_owned), effect })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::error::Answer;

    fn answer(status: u16, category: &str, missing_scopes: &[&str]) -> Error {
        Error::Answer(Box::new(Answer {
            status,
            category: Some(category.to_owned()),
            message: "Account doesn't have access to roles.".to_owned(),
            missing_scopes: missing_scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            from_hubspot: true,
            ..Answer::default()
        }))
    }

    #[test]
    fn a_missing_scope_is_named_and_the_loss_told() {
        let degraded = SEATS.degraded(&answer(403, "MISSING_SCOPES", &["a", "settings.billing.write"]));
        let degraded = degraded.expect("degraded");
        assert_eq!(degraded.missing_scope.as_deref(), Some("settings.billing.write"));
        assert_eq!(degraded.effect, "seat limits were not checked");
    }

    #[test]
    fn a_subscription_without_it_needs_no_scope() {
        let degraded = PERMISSION_SETS.degraded(&answer(400, "VALIDATION_ERROR", &[])).expect("degraded");
        assert_eq!(degraded.missing_scope, None);
        assert!(degraded.effect.ends_with("(HubSpot says: Account doesn't have access to roles.)"));
    }

    #[test]
    fn everything_else_stays_an_error() {
        for error in [
            answer(400, "VALIDATION_ERROR", &[]),
            answer(404, "OBJECT_NOT_FOUND", &[]),
            answer(500, "INTERNAL", &[]),
            answer(401, "INVALID_AUTHENTICATION", &[]),
        ] {
            assert_eq!(CRM_RECORDS.degraded(&error), None, "{error}");
        }
        assert_eq!(SEATS.degraded(&answer(401, "INVALID_AUTHENTICATION", &[])), None);
    }
}
