//! Where a person stands, from what three lists and a direct read say: a function of evidence.
//!
//! No list of HubSpot's has the whole truth. The settings list shows who has access and not whether they
//! accepted or were deactivated, and it may or may not leave out deactivated people; the CRM record knows both
//! and stays behind after a removal; an archived owner is somebody who was deactivated or removed.

use super::profile::{Properties, text};
use crate::model::{Source, Status};

/// Names of the CRM properties that tell of a person's lifecycle.
pub(super) const DEACTIVATED: &str = "hs_deactivated";
pub(super) const INVITE_STATUS: &str = "hs_invite_status";
pub(super) const ACCEPTED_TIME: &str = "hs_invite_accepted_time";
pub(super) const LAST_ACTIVITY: &str = "hs_last_activity_time";

#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence<'a> {
    /// The settings list, which can always be read, shows them.
    pub(super) listed: bool,
    pub(super) direct: Source,
    pub(super) record: Record<'a>,
    pub(super) archived_owner: Source,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Record<'a> {
    Unreadable,
    Missing,
    Shown(&'a Lifecycle),
}

/// What a CRM record says of a person's lifecycle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lifecycle {
    pub(super) deactivated: Option<Flag>,
    /// Its values are not documented, so only one that says "accepted" is understood.
    pub(super) invite_status: Option<String>,
    pub(super) has_accepted_time: bool,
    pub(super) has_last_activity: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Yes,
    No,
    /// Neither `true` nor `false`.
    Unclear,
}

impl Lifecycle {
    pub(super) fn read(properties: &Properties) -> Lifecycle {
        let deactivated =
            text(properties, DEACTIVATED).map(|value| match value.to_ascii_lowercase().as_str() {
                "true" => Flag::Yes,
                "false" => Flag::No,
                _ => Flag::Unclear,
            });
        Lifecycle {
            deactivated,
            invite_status: text(properties, INVITE_STATUS),
            has_accepted_time: text(properties, ACCEPTED_TIME).is_some(),
            has_last_activity: text(properties, LAST_ACTIVITY).is_some(),
        }
    }

    /// Active or invited, of somebody who is in the account and not deactivated.
    fn acceptance(&self) -> Status {
        let Lifecycle { deactivated: _, invite_status, has_accepted_time, has_last_activity } = self;
        if *has_accepted_time || *has_last_activity {
            return Status::Active;
        }
        match invite_status {
            Some(said) if says_accepted(said) => Status::Active,
            Some(_) => Status::Invited,
            None => Status::Unknown,
        }
    }
}

/// `ACCEPTED`, `INVITE_ACCEPTED`; not `NOT_ACCEPTED`.
fn says_accepted(said: &str) -> bool {
    let said = said.to_ascii_uppercase();
    let mut words = said.split(|letter: char| !letter.is_alphanumeric());
    words.clone().any(|word| word == "ACCEPTED") && words.all(|word| word != "NOT")
}

pub(super) fn status(evidence: Evidence<'_>) -> Status {
    let Evidence { listed, direct, record, archived_owner } = evidence;
    // Only a 404 to a direct read, or no list of members showing them, proves absence.
    if direct == Source::NotShown || (!listed && direct != Source::Shown) {
        return Status::Absent;
    }
    let archived = archived_owner == Source::Shown;
    // In the account, left out of the list, and archived as an owner: that is what deactivation looks like
    // where HubSpot's list leaves deactivated people out.
    let deactivated_by_owner = archived && !listed;
    match record {
        Record::Shown(lifecycle) => match lifecycle.deactivated {
            Some(Flag::Yes) => Status::Deactivated,
            Some(Flag::Unclear) => Status::Unknown,
            // An archived owner may be left from an earlier stay; the record knows the present one.
            Some(Flag::No) => lifecycle.acceptance(),
            None if deactivated_by_owner => Status::Deactivated,
            None if archived => Status::Unknown,
            None => lifecycle.acceptance(),
        },
        Record::Missing | Record::Unreadable if deactivated_by_owner => Status::Deactivated,
        Record::Missing | Record::Unreadable => Status::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Source::{NotShown, Shown, Unread};
    use Status::{Absent, Active, Deactivated, Invited, Unknown};

    fn lifecycle(deactivated: Option<Flag>, invite: Option<&str>, accepted: bool, seen: bool) -> Lifecycle {
        Lifecycle {
            deactivated,
            invite_status: invite.map(str::to_owned),
            has_accepted_time: accepted,
            has_last_activity: seen,
        }
    }

    #[test]
    fn every_combination_that_matters() {
        let silent = lifecycle(None, None, false, false);
        let active = lifecycle(None, None, true, false);
        let seen = lifecycle(Some(Flag::No), Some("PENDING"), false, true);
        let invited = lifecycle(Some(Flag::No), Some("PENDING"), false, false);
        let said_accepted = lifecycle(None, Some("invite_accepted"), false, false);
        let not_accepted = lifecycle(None, Some("NOT_ACCEPTED"), false, false);
        let deactivated = lifecycle(Some(Flag::Yes), None, true, true);
        let unclear = lifecycle(Some(Flag::Unclear), None, true, true);
        use Record::{Missing, Shown as Says, Unreadable};
        #[rustfmt::skip]
        let table = [
            // listed, direct read, CRM record, archived owner → status, why
            (true,  Unread,   Says(&active),       NotShown, Active,      "accepted the invitation"),
            (true,  Unread,   Says(&seen),         NotShown, Active,      "was there, whatever the invitation says"),
            (true,  Unread,   Says(&said_accepted),NotShown, Active,      "the invitation's status says accepted"),
            (true,  Unread,   Says(&invited),      NotShown, Invited,     "an invitation and neither acceptance nor activity"),
            (true,  Unread,   Says(&not_accepted), NotShown, Invited,     "says not accepted"),
            (true,  Unread,   Says(&silent),       NotShown, Unknown,     "the record says nothing"),
            (true,  Unread,   Missing,             NotShown, Unknown,     "a newcomer's record is not there yet"),
            (true,  Unread,   Unreadable,          NotShown, Unknown,     "no scope for CRM records"),
            (true,  Unread,   Unreadable,          Shown,    Unknown,     "archived owner, and no record to tell since when"),
            (true,  Unread,   Says(&deactivated),  Shown,    Deactivated, "the record says so"),
            (true,  Unread,   Says(&deactivated),  NotShown, Deactivated, "the record says so, archived or not"),
            (true,  Unread,   Says(&deactivated),  Unread,   Deactivated, "the record says so, owners unreadable"),
            (true,  Unread,   Says(&unclear),      NotShown, Unknown,     "a value nobody knows is not taken for no"),
            (true,  Unread,   Says(&active),       Shown,    Unknown,     "archived owner against an older acceptance"),
            (true,  Unread,   Says(&seen),         Shown,    Active,      "explicitly not deactivated: the owner is from an earlier stay"),
            (false, Shown,    Says(&deactivated),  NotShown, Deactivated, "left out of the list, still there"),
            (false, Shown,    Says(&active),       Shown,    Deactivated, "left out of the list, archived as owner"),
            (false, Shown,    Missing,             Shown,    Deactivated, "the same without a record"),
            (false, Shown,    Unreadable,          Shown,    Deactivated, "the same without the scope for records"),
            (false, Shown,    Says(&seen),         Shown,    Active,      "came back and the list lags"),
            (false, Shown,    Says(&invited),      NotShown, Invited,     "a newcomer and the list lags"),
            (false, Shown,    Unreadable,          Unread,   Unknown,     "there, and nothing else can be read"),
            (false, NotShown, Says(&active),       NotShown, Absent,      "404: the record is left over"),
            (false, NotShown, Says(&deactivated),  Shown,    Absent,      "404: removed after deactivation"),
            (false, NotShown, Unreadable,          Unread,   Absent,      "404 is proof enough"),
            (false, Unread,   Says(&active),       NotShown, Absent,      "left over and not asked about"),
        ];
        for (listed, direct, record, archived_owner, expected, why) in table {
            let found = status(Evidence { listed, direct, record, archived_owner });
            assert_eq!(found, expected, "{why}: {listed} {direct:?} {record:?} {archived_owner:?}");
        }
    }
}
