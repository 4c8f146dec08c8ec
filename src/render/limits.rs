//! What a guard found, and how to go on where it refuses.
//!
//! Deliberately absent: judging; `guard` does that.

use crate::guard::{Guard, Verdict};

use super::counts::{amount, is_are};

/// A sentence without its full stop.
pub(super) fn finding(verdict: &Verdict) -> String {
    let Verdict { actual, of, limit, .. } = verdict;
    match verdict.guard {
        Guard::EmptyList if verdict.refused => "`users:` lists nobody".to_owned(),
        Guard::EmptyList => format!("the files want {}", amount(*actual, "person", "people")),
        Guard::MaxRemovals => format!(
            "{actual} of {} would be removed, deactivated or stripped; {}{}",
            amount(*of, "person", "people"),
            limit_of(verdict, "max_removals"),
            acknowledged(verdict, "removals")
        ),
        Guard::MaxUpdates => format!(
            "role, team or seats of {actual} of {} would change; {}",
            amount(*of, "person", "people"),
            limit_of(verdict, "max_updates")
        ),
        Guard::MinSuperAdmins => format!(
            "{} would be left; `policy.min_super_admins` is {}",
            amount(*actual, "super admin", "super admins"),
            limit.map_or_else(|| "not set".to_owned(), |limit| limit.to_string())
        ),
        Guard::Unmanaged if *actual == 0 => "everybody in the portal is in the files".to_owned(),
        Guard::Unmanaged => {
            let people = amount(*actual, "person", "people");
            format!("{people} {} in the portal and not in the files", is_are(*actual))
        }
        Guard::AcknowledgeRaises => {
            let raises = amount(*actual, "privilege is raised", "privileges are raised");
            format!("{raises}{}", acknowledged(verdict, "raises"))
        }
    }
}

/// Whole sentences.
pub(super) fn way_on(verdict: &Verdict) -> String {
    let actual = verdict.actual;
    match verdict.guard {
        Guard::EmptyList => {
            "Check that this is the right directory and that `users.yaml` is whole. Whoever is to leave is listed with `state: removed`.".to_owned()
        }
        Guard::MaxRemovals => format!(
            "If that is meant, run `apply --ack-removals {actual}`, which holds for exactly {actual}; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does everything else."
        ),
        Guard::MaxUpdates => {
            "If that is meant, change `policy.max_updates` in `users.yaml`, or change fewer people at a time.".to_owned()
        }
        Guard::MinSuperAdmins => {
            "Make somebody else a super admin in HubSpot first, or lower `policy.min_super_admins` in `users.yaml`.".to_owned()
        }
        Guard::Unmanaged => {
            "Add them to `users.yaml`, name them in `policy.ignore`, or set `policy.unmanaged: report`.".to_owned()
        }
        Guard::AcknowledgeRaises if is_another_number(verdict) => {
            let otherwise = match verdict.limit {
                Some(_) => "; `policy.acknowledge` in `users.yaml` asks for one",
                None => ", or leave the option away: `policy.acknowledge` does not ask for it",
            };
            format!("The number on the command line is not this plan's. If {actual} is meant, run `apply --ack-raises {actual}`{otherwise}.")
        }
        Guard::AcknowledgeRaises => format!(
            "If that is meant, run `apply --ack-raises {actual}`, which holds for exactly {actual}; `policy.acknowledge` in `users.yaml` asks for it."
        ),
    }
}

fn is_another_number(verdict: &Verdict) -> bool {
    verdict.acknowledged.is_some_and(|number| number != verdict.actual)
}

fn limit_of(verdict: &Verdict, key: &str) -> String {
    match limit_numbers(verdict.limit, verdict.limit_percent) {
        Some(numbers) => format!("`policy.{key}` is {numbers}"),
        None => format!("`policy.{key}` sets no limit"),
    }
}

/// `5 and 25 %`: either of them refuses.
pub(super) fn limit_numbers(limit: Option<u64>, percent: Option<u64>) -> Option<String> {
    match (limit, percent) {
        (Some(limit), Some(percent)) => Some(format!("{limit} and {percent} %")),
        (Some(limit), None) => Some(limit.to_string()),
        (None, Some(percent)) => Some(format!("{percent} %")),
        (None, None) => None,
    }
}

fn acknowledged(verdict: &Verdict, what: &str) -> String {
    match verdict.acknowledged {
        Some(number) if number == verdict.actual => format!("; acknowledged with `--ack-{what} {number}`"),
        Some(number) => format!("; `--ack-{what} {number}` is another number"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(guard: Guard) -> Verdict {
        Verdict {
            guard,
            refused: false,
            limit: None,
            limit_percent: None,
            actual: 0,
            of: 0,
            acknowledged: None,
        }
    }

    #[test]
    fn an_empty_portal_may_have_an_empty_list() {
        assert_eq!(finding(&verdict(Guard::EmptyList)), "the files want 0 people");
    }

    #[test]
    fn an_acknowledgement_says_whether_it_is_of_this_plan() {
        let removals =
            |number| Verdict { actual: 7, of: 9, acknowledged: Some(number), ..verdict(Guard::MaxRemovals) };
        assert!(finding(&removals(7)).ends_with("; acknowledged with `--ack-removals 7`"));
        assert!(finding(&removals(6)).ends_with("; `--ack-removals 6` is another number"));
        let raises =
            |limit| Verdict { actual: 7, limit, acknowledged: Some(6), ..verdict(Guard::AcknowledgeRaises) };
        let said =
            "The number on the command line is not this plan's. If 7 is meant, run `apply --ack-raises 7`";
        assert_eq!(
            way_on(&raises(Some(0))),
            format!("{said}; `policy.acknowledge` in `users.yaml` asks for one.")
        );
        assert!(way_on(&raises(None)).starts_with(said));
        assert!(way_on(&raises(None)).ends_with("`policy.acknowledge` does not ask for it."));
    }
}
