//! The three lists joined into people: who must still be asked about, and what each one is.
//!
//! Deliberately absent: requests. `snapshot` makes them, between the two functions here.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{ArchivedOwner, CrmRecord};
use super::settings::Settings;
use super::status::{Evidence, Record, status};
use crate::model::{
    Catalog, Email, Member, Named, PermissionSetId, Scim, Source, Sources, Status, TeamId, User, UserId,
};

/// The people whom the files name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub emails: Vec<Email>,
    pub ids: Vec<UserId>,
    /// Whom the last run invited, or may have: not being listed yet says nothing of them.
    pub newcomers: Vec<Email>,
}

/// `None` for a list that the token may not read.
pub struct Lists {
    users: BTreeMap<UserId, Settings>,
    records: Option<BTreeMap<UserId, CrmRecord>>,
    /// Records that do not tell whose they are; they settle nothing, but they raise the question.
    strangers: BTreeSet<Email>,
    owners: Option<BTreeMap<UserId, ArchivedOwner>>,
}

/// One direct read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    Id(UserId),
    Email(Email),
}

/// An id that a list of settings shows with two addresses: whose it is cannot be told, and whoever is left out would
/// look absent.
pub fn two_people_of_one_id(users: &[Settings]) -> Option<&UserId> {
    let mut addresses: BTreeMap<&UserId, &Email> = BTreeMap::new();
    for Settings { id, email, .. } in users {
        if addresses.insert(id, email).is_some_and(|earlier| earlier != email) {
            return Some(id);
        }
    }
    None
}

impl Lists {
    pub fn new(
        users: Vec<Settings>,
        records: Option<Vec<CrmRecord>>,
        owners: Option<Vec<ArchivedOwner>>,
    ) -> Lists {
        let mut strangers = BTreeSet::new();
        let records = records.map(|records| {
            let mut by_id: BTreeMap<UserId, CrmRecord> = BTreeMap::new();
            for record in records {
                let Some(id) = record.user_id.clone() else {
                    strangers.extend(record.email);
                    continue;
                };
                let newer =
                    |known: &CrmRecord| (&record.updated_at, &record.id) > (&known.updated_at, &known.id);
                if by_id.get(&id).is_none_or(newer) {
                    by_id.insert(id, record);
                }
            }
            by_id
        });
        let owners = owners.map(|owners| {
            let mut by_id = BTreeMap::new();
            for owner in owners {
                match owner.user_id.clone() {
                    Some(id) => {
                        by_id.insert(id, owner);
                    }
                    None => strangers.extend(owner.email),
                }
            }
            by_id
        });
        let users = users.into_iter().map(|settings| (settings.id.clone(), settings)).collect();
        Lists { users, records, strangers, owners }
    }

    fn record(&self, id: &UserId) -> Option<&CrmRecord> {
        self.records.as_ref()?.get(id)
    }

    fn owner(&self, id: &UserId) -> Option<&ArchivedOwner> {
        self.owners.as_ref()?.get(id)
    }

    /// Whom only a CRM record or an archived owner still shows.
    fn left_over(&self) -> BTreeMap<&UserId, BTreeSet<&Email>> {
        let mut left_over: BTreeMap<&UserId, BTreeSet<&Email>> = BTreeMap::new();
        let records = self.records.iter().flatten().map(|(id, record)| (id, record.email.as_ref()));
        let owners = self.owners.iter().flatten().map(|(id, owner)| (id, owner.email.as_ref()));
        for (id, email) in records.chain(owners).filter(|(id, _)| !self.users.contains_key(*id)) {
            left_over.entry(id).or_default().extend(email);
        }
        left_over
    }

    /// What the lists leave open about the wanted: those left over, and everybody who is not listed while a list
    /// is unreadable. All others are settled: listed, or shown by nobody.
    pub fn open_questions(&self, wanted: &Wanted) -> BTreeSet<Question> {
        let listed: BTreeSet<&Email> = self.users.values().map(|settings| &settings.email).collect();
        let left_over = self.left_over();
        let mut by_email: BTreeMap<&Email, Vec<&UserId>> = BTreeMap::new();
        for (id, emails) in &left_over {
            for email in emails {
                by_email.entry(email).or_default().push(id);
            }
        }
        let blind = self.records.is_none() || self.owners.is_none();
        let mut questions = BTreeSet::new();
        for email in wanted.emails.iter().filter(|email| !listed.contains(email)) {
            match by_email.get(email) {
                Some(ids) => questions.extend(ids.iter().map(|id| Question::Id((*id).clone()))),
                None if blind || self.strangers.contains(email) => {
                    questions.insert(Question::Email(email.clone()));
                }
                None => {}
            }
        }
        let newcomers = wanted.newcomers.iter().filter(|email| !listed.contains(email));
        questions.extend(newcomers.map(|email| Question::Email(email.clone())));
        for id in wanted.ids.iter().filter(|id| !self.users.contains_key(*id)) {
            if blind || left_over.contains_key(id) {
                questions.insert(Question::Id(id.clone()));
            }
        }
        questions
    }

    /// Everybody in the portal and, of those left over, the ones who were asked about. Sorted by e-mail, then id.
    pub fn people(self, answers: Vec<(Question, Option<Settings>)>, catalog: &Catalog) -> Vec<Member> {
        let names = Names::of(catalog);
        let mut found: BTreeMap<UserId, Settings> = BTreeMap::new();
        let mut gone: BTreeSet<UserId> = BTreeSet::new();
        for (question, answer) in answers {
            match (question, answer) {
                (_, Some(settings)) if self.users.contains_key(&settings.id) => {}
                (_, Some(settings)) => {
                    found.insert(settings.id.clone(), settings);
                }
                (Question::Id(id), None) => {
                    gone.insert(id);
                }
                (Question::Email(_), None) => {}
            }
        }
        let mut people: Vec<Member> = Vec::new();
        people.extend(self.users.values().map(|settings| self.member(settings, Source::Unread, &names)));
        people.extend(found.values().map(|settings| self.member(settings, Source::Shown, &names)));
        let mut taken: BTreeSet<Email> = people.iter().map(|member| member.user.email.clone()).collect();
        // Several who are gone may have had one address; the newest id stands for them.
        for id in gone.iter().rev().filter(|id| !found.contains_key(*id)) {
            if let Some(member) = self.former(id).filter(|member| taken.insert(member.user.email.clone())) {
                people.push(member);
            }
        }
        people
            .sort_by(|one, other| (&one.user.email, &one.user.id).cmp(&(&other.user.email, &other.user.id)));
        people
    }

    fn member(&self, settings: &Settings, direct: Source, names: &Names<'_>) -> Member {
        let Settings {
            id,
            email,
            first_name,
            last_name,
            role_ids,
            team,
            extra_teams,
            seats,
            seats_to_keep: _,
            super_admin,
            unknown,
        } = settings;
        let mut permission_sets: Vec<_> = role_ids.iter().map(|id| names.permission_set(id)).collect();
        permission_sets.sort_unstable();
        let mut extra_teams: Vec<_> = extra_teams.iter().map(|id| names.team(id)).collect();
        extra_teams.sort_unstable();
        let user = User {
            email: email.clone(),
            id: Some(id.clone()),
            status: Status::Unknown,
            first_name: first_name.clone(),
            last_name: last_name.clone(),
            super_admin: *super_admin,
            permission_sets,
            team: team.as_ref().map(|id| names.team(id)),
            extra_teams,
            seats: seats.iter().flatten().cloned().collect(),
            profile: Default::default(),
        };
        let listed = direct == Source::Unread;
        self.joined(id, user, listed, direct, unknown.clone())
    }

    /// Somebody of whom a direct read says that they are gone; `None` where no list says who they were.
    fn former(&self, id: &UserId) -> Option<Member> {
        let email = self
            .record(id)
            .and_then(|record| record.email.clone())
            .or_else(|| self.owner(id)?.email.clone())?;
        let user = User { id: Some(id.clone()), ..User::absent(email) };
        Some(self.joined(id, user, false, Source::NotShown, BTreeMap::new()))
    }

    /// Adds what the CRM record and the archived owner say, and the status that follows from all of it.
    fn joined(
        &self,
        id: &UserId,
        user: User,
        listed: bool,
        direct: Source,
        mut properties: BTreeMap<String, String>,
    ) -> Member {
        let (record, owner) = (self.record(id), self.owner(id));
        let shown = |readable: bool, shown: bool| match (readable, shown) {
            (false, _) => Source::Unread,
            (true, true) => Source::Shown,
            (true, false) => Source::NotShown,
        };
        let sources = Sources {
            settings: shown(true, listed),
            crm: shown(self.records.is_some(), record.is_some()),
            archived_owner: shown(self.owners.is_some(), owner.is_some()),
            direct,
        };
        let evidence = Evidence {
            listed,
            direct,
            record: match (&self.records, record) {
                (None, _) => Record::Unreadable,
                (Some(_), None) => Record::Missing,
                (Some(_), Some(record)) => Record::Shown(&record.lifecycle),
            },
            archived_owner: sources.archived_owner,
        };
        properties.extend(record.map(|record| record.carried.clone()).unwrap_or_default());
        Member {
            user: User {
                status: status(evidence),
                profile: record.map(|record| record.profile.clone()).unwrap_or_default(),
                ..user
            },
            crm_id: record.map(|record| record.id.clone()),
            owner_id: record
                .and_then(|record| record.owner_id.clone())
                .or_else(|| owner.map(|owner| owner.id.clone())),
            last_active: record.and_then(|record| record.last_active),
            sources,
            properties,
            scim: Scim::Unread,
            owned: None,
            deactivated: None,
        }
    }
}

/// Names by id. What the catalog does not have is shown by its id: `#101`.
struct Names<'a> {
    permission_sets: BTreeMap<&'a PermissionSetId, &'a str>,
    teams: BTreeMap<&'a TeamId, &'a str>,
}

impl<'a> Names<'a> {
    fn of(catalog: &'a Catalog) -> Names<'a> {
        let Catalog { permission_sets, teams, seats: _ } = catalog;
        let permission_sets = permission_sets.iter().flatten();
        let teams = teams.iter().flatten();
        Names {
            permission_sets: permission_sets.map(|set| (&set.id, set.name.as_str())).collect(),
            teams: teams.map(|team| (&team.id, team.name.as_str())).collect(),
        }
    }

    fn permission_set(&self, id: &PermissionSetId) -> Named<PermissionSetId> {
        let name = self.permission_sets.get(id);
        Named::new(id.clone(), name.map_or_else(|| format!("#{id}"), |name| (*name).to_owned()))
    }

    fn team(&self, id: &TeamId) -> Named<TeamId> {
        let name = self.teams.get(id);
        Named::new(id.clone(), name.map_or_else(|| format!("#{id}"), |name| (*name).to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CrmUserId, OwnerId, Profile};
    use crate::portal::status::Lifecycle;

    fn settings(id: &str, email: &str) -> Settings {
        Settings {
            id: UserId::new(id),
            email: Email::from_portal(email),
            first_name: None,
            last_name: None,
            role_ids: BTreeSet::new(),
            team: None,
            extra_teams: BTreeSet::new(),
            seats: None,
            seats_to_keep: None,
            super_admin: false,
            unknown: BTreeMap::new(),
        }
    }

    fn record(id: &str, email: &str) -> CrmRecord {
        CrmRecord {
            id: CrmUserId::new(format!("crm-{id}")),
            user_id: Some(UserId::new(id)),
            email: Some(Email::from_portal(email)),
            owner_id: None,
            last_active: None,
            lifecycle: Lifecycle { has_accepted_time: true, ..Lifecycle::default() },
            profile: Profile::default(),
            carried: BTreeMap::new(),
            updated_at: None,
        }
    }

    fn owner(id: &str, email: &str) -> ArchivedOwner {
        ArchivedOwner {
            id: OwnerId::new(format!("owner-{id}")),
            user_id: Some(UserId::new(id)),
            email: Some(Email::from_portal(email)),
        }
    }

    fn wanted(emails: &[&str], ids: &[&str]) -> Wanted {
        Wanted {
            emails: emails.iter().map(|email| Email::from_portal(email)).collect(),
            ids: ids.iter().map(|id| UserId::new(*id)).collect(),
            newcomers: Vec::new(),
        }
    }

    fn id(id: &str) -> Question {
        Question::Id(UserId::new(id))
    }

    fn email(email: &str) -> Question {
        Question::Email(Email::from_portal(email))
    }

    #[test]
    fn only_the_wanted_whom_the_lists_leave_open_are_asked_about() {
        let lists = Lists::new(
            vec![settings("1", "ana@example.com")],
            Some(vec![record("1", "ana@example.com"), record("2", "bo@example.com")]),
            Some(vec![
                owner("2", "bo@example.com"),
                owner("3", "cy@example.com"),
                owner("4", "di@example.com"),
            ]),
        );
        let everybody = wanted(
            &["Ana@example.com", "bo@example.com", "cy@example.com", "new@example.com"],
            &["1", "3", "9"],
        );
        assert_eq!(lists.open_questions(&everybody), [id("2"), id("3")].into());
    }

    #[test]
    fn whoever_was_invited_just_now_is_asked_about_although_no_list_has_them() {
        let lists = Lists::new(vec![settings("1", "ana@example.com")], Some(Vec::new()), Some(Vec::new()));
        let emails = ["ana@example.com", "new@example.com"];
        let newcomers = emails.iter().map(|email| Email::from_portal(email)).collect();
        let wanted = Wanted { newcomers, ..wanted(&emails, &[]) };
        assert_eq!(lists.open_questions(&wanted), [email("new@example.com")].into());
    }

    #[test]
    fn an_unreadable_list_leaves_everybody_open_who_is_not_listed() {
        let lists = Lists::new(vec![settings("1", "ana@example.com")], None, Some(Vec::new()));
        assert_eq!(
            lists.open_questions(&wanted(&["ana@example.com", "new@example.com"], &["1", "9"])),
            [id("9"), email("new@example.com")].into()
        );
    }

    #[test]
    fn a_record_that_does_not_say_whose_it_is_raises_the_question() {
        let nameless = CrmRecord { user_id: None, ..record("", "bo@example.com") };
        let lists = Lists::new(Vec::new(), Some(vec![nameless]), Some(Vec::new()));
        assert_eq!(lists.open_questions(&wanted(&["bo@example.com"], &[])), [email("bo@example.com")].into());
    }

    #[test]
    fn former_people_stay_out_unless_they_were_asked_about() {
        let lists = Lists::new(
            vec![settings("1", "ana@example.com")],
            Some(vec![
                record("1", "ana@example.com"),
                record("2", "bo@example.com"),
                record("3", "cy@example.com"),
            ]),
            Some(vec![owner("2", "bo@example.com")]),
        );
        let people = lists.people(vec![(id("2"), None)], &Catalog::default());
        let shown: Vec<_> =
            people.iter().map(|member| (member.user.email.as_str(), member.user.status)).collect();
        assert_eq!(shown, [("ana@example.com", Status::Active), ("bo@example.com", Status::Absent)]);
        assert_eq!(people[1].owner_id, Some(OwnerId::new("owner-2")));
        assert_eq!(people[1].sources.direct, Source::NotShown);
    }

    #[test]
    fn somebody_found_by_a_direct_read_is_in_the_portal() {
        let lists = Lists::new(Vec::new(), None, None);
        let found = settings("7", "bo@example.com");
        let people = lists.people(vec![(email("bo@example.com"), Some(found))], &Catalog::default());
        assert_eq!(people.len(), 1);
        assert_eq!(people[0].user.status, Status::Unknown);
    }

    #[test]
    fn an_address_that_leads_to_somebody_listed_adds_nobody() {
        let lists = Lists::new(vec![settings("1", "ana@example.com")], None, None);
        let found = settings("1", "ana.silva@example.com");
        let people = lists.people(vec![(email("ana.silva@example.com"), Some(found))], &Catalog::default());
        assert_eq!(people.len(), 1);
        assert_eq!(people[0].sources.settings, Source::Shown);
    }

    #[test]
    fn one_address_is_one_person_among_those_who_are_gone() {
        let lists = Lists::new(
            Vec::new(),
            Some(vec![record("2", "bo@example.com"), record("3", "bo@example.com")]),
            Some(Vec::new()),
        );
        let people = lists.people(vec![(id("2"), None), (id("3"), None)], &Catalog::default());
        assert_eq!(people.len(), 1);
        assert_eq!(people[0].user.id, Some(UserId::new("3")));
    }
}
