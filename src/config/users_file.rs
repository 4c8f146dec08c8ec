//! `users.yaml` → portal pin, policy, teams and people; the people one by one, so that the tree of a large
//! file is never whole in memory.

use super::fields::Shape;
use super::person::{self, LeftOut};
use super::policy::{self, Defaults};
use super::reading::Reading;
use super::team;
use super::tree::{Kind, Node, Reader, Spot, Step, Stopped};
use super::{DesiredUser, Policy, PortalPin, TeamEntry};
use crate::model::Place;

pub(super) const USERS_FILE: Shape =
    Shape::new("`users.yaml`", &["version", "portal", "policy", "defaults", "teams", "users"]);

/// Of one entry, and of everything beside `users:`, each.
const MAX_NODES: u64 = 500_000;
/// Beside the six that there are; each may have `MAX_NODES`.
const MAX_KEYS: usize = 100;
/// HubSpot has no portal near this size.
const MAX_PEOPLE: usize = 250_000;

/// What could be read; `whole` says whether the end of the file was reached.
#[derive(Default, PartialEq)]
pub(super) struct UsersFile {
    pub(super) portal: Option<PortalPin>,
    pub(super) policy: Policy,
    pub(super) teams: Option<Vec<TeamEntry>>,
    pub(super) users: Vec<DesiredUser>,
    pub(super) users_place: Option<Place>,
    pub(super) whole: bool,
}

pub(super) fn users_file(reading: &mut Reading, text: &str) -> UsersFile {
    let mut people = People::default();
    let mut rest = Vec::new();
    let mut reader = Reader::new(text, MAX_NODES);
    let root = read(reading, &mut reader, &mut people, &mut rest).unwrap_or_default();
    let whole = root.is_some();
    let root = Node::new(root.unwrap_or_else(|| Spot::at(1, 0)), Kind::Map(rest));
    let mut file = UsersFile { whole, ..UsersFile::default() };
    let Some(fields) = reading.fields(&root, USERS_FILE) else { return file };
    let mut defaults = Defaults::default();
    for (name, key, value) in fields.iter() {
        match name {
            "version" => version(reading, value),
            "portal" => file.portal = policy::portal(reading, value),
            "policy" => file.policy = policy::policy(reading, value, text).unwrap_or_default(),
            "defaults" => defaults = policy::defaults(reading, value).unwrap_or_default(),
            "teams" => file.teams = team::teams(reading, value),
            _ => {
                file.users_place = Some(reading.place(key.spot));
                if people.place != Some(value.spot) {
                    users_of_tree(reading, value, &mut people);
                }
            }
        }
    }
    if whole {
        report_missing(reading, &root, |key| fields.get(key).is_some());
    }
    people.fill_in(&defaults);
    file.users = people.users;
    file
}

/// People, and what each of them leaves to the defaults.
#[derive(Default)]
struct People {
    users: Vec<DesiredUser>,
    left_out: Vec<LeftOut>,
    /// The list they were read from as it came by.
    place: Option<Spot>,
}

impl People {
    fn add(&mut self, reading: &mut Reading, node: &Node<'_>) -> Result<(), Stopped> {
        if reading.is_full() {
            return Err(Stopped);
        }
        if self.users.len() >= MAX_PEOPLE {
            reading.error("too-many-people", node.spot, format!("more than {MAX_PEOPLE} people"));
            return Err(Stopped);
        }
        if !person::is_entry(node) {
            reading.wrong_type(node, "an entry of `users`", "a map that begins with `email:`");
        } else if let Some((user, left_out)) = person::person(reading, node) {
            self.users.push(user);
            self.left_out.push(left_out);
        }
        Ok(())
    }

    fn fill_in(&mut self, defaults: &Defaults) {
        for (user, left_out) in self.users.iter_mut().zip(&self.left_out) {
            if left_out.invite {
                user.invite = defaults.invite;
            }
            if left_out.language {
                user.language.clone_from(&defaults.language);
            }
        }
    }
}

/// Reads the root's entries into `rest`, the people's list apart; `None` with a finding where there is no map.
fn read<'t>(
    reading: &mut Reading,
    reader: &mut Reader<'t>,
    people: &mut People,
    rest: &mut Vec<(Node<'t>, Node<'t>)>,
) -> Result<Option<Spot>, Stopped> {
    let Some(first) = reader.begin(reading)? else {
        reading.error("empty-file", Spot::at(1, 0), "the file is empty").set_help(
            "begin with the example's `users.yaml`; `hubroster schema users` says what may stand in it",
        );
        return Ok(None);
    };
    let root = first.spot;
    if !matches!(first.step, Step::MapStart) || first.anchor != 0 {
        let node = reader.node(first, reading)?;
        reading.wrong_type(&node, "`users.yaml`", "a map that begins with `version: 1`");
        return Ok(None);
    }
    loop {
        let next = reader.step(reading)?;
        if matches!(next.step, Step::MapEnd) {
            break;
        }
        if rest.len() >= MAX_KEYS {
            reading.error("too-large", next.spot, "too many keys for a `users.yaml`");
            return Err(Stopped);
        }
        let key = reader.node(next, reading)?;
        let is_users = matches!(key.kind(), Kind::Plain(name) | Kind::Quoted(name) if name == "users");
        let value = reader.step(reading)?;
        // An anchored list is kept for its aliases; it is then read as any other value.
        if is_users && people.place.is_none() && matches!(value.step, Step::ListStart) && value.anchor == 0 {
            people.place = Some(value.spot);
            rest.push((key, Node::new(value.spot, Kind::List(Vec::new()))));
            stream(reading, reader, people)?;
        } else {
            let value = reader.node(value, reading)?;
            rest.push((key, value));
        }
    }
    reader.finish(reading)?;
    Ok(Some(root))
}

fn stream(reading: &mut Reading, reader: &mut Reader<'_>, people: &mut People) -> Result<(), Stopped> {
    loop {
        let next = reader.step(reading)?;
        if matches!(next.step, Step::ListEnd) {
            return Ok(());
        }
        let node = reader.node(next, reading)?;
        people.add(reading, &node)?;
    }
}

fn users_of_tree(reading: &mut Reading, node: &Node<'_>, people: &mut People) {
    if matches!(node.kind(), Kind::Blank) {
        reading
            .error("empty-value", node.spot, "`users` has no entries")
            .set_help("list the people of the portal; `users: []` says that there is nobody");
        return;
    }
    let Some(items) = reading.list(node, "`users`") else { return };
    for item in items {
        if people.add(reading, item).is_err() {
            return;
        }
    }
}

fn version(reading: &mut Reading, node: &Node<'_>) {
    if !matches!(node.kind(), Kind::Plain(text) if text == "1") && !matches!(node.kind(), Kind::Broken) {
        reading
            .error("unknown-version", node.spot, "this version of the format is not known")
            .set_help("write `version: 1`");
    }
}

fn report_missing(reading: &mut Reading, root: &Node<'_>, is_there: impl Fn(&str) -> bool) {
    let required = [
        ("version", "`users.yaml` has no `version`", "begin the file with `version: 1`"),
        (
            "portal",
            "`users.yaml` has no `portal`",
            "add `portal:` with the `id` of the account these people are in",
        ),
        (
            "users",
            "`users.yaml` has no `users`",
            "add `users:` with the people; `users: []` says that there is nobody",
        ),
    ];
    for (key, message, help) in required {
        if !is_there(key) {
            reading.missing(root, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Setting;

    fn read(text: &str) -> UsersFile {
        let mut reading = Reading::new("users.yaml".into());
        let file = users_file(&mut reading, &format!("version: 1\nportal: {{ id: 1 }}\n{text}"));
        assert!(!reading.has_errors(), "{text}: {:?}", reading.finish());
        file
    }

    #[test]
    fn defaults_hold_for_everybody_wherever_they_stand() {
        let entries = "users:\n  - { email: a@b.cd }\n  - { email: b@b.cd, invite: true, language: null }\n";
        let defaults = "defaults: { language: nl, invite: false }\n";
        for text in [format!("{defaults}{entries}"), format!("{entries}{defaults}")] {
            let users = read(&text).users;
            assert_eq!((users[0].invite, users[0].language.as_deref()), (false, Some("nl")));
            assert_eq!((users[1].invite, users[1].language.as_deref()), (true, None));
        }
        let without = read(entries).users;
        assert_eq!((without[0].invite, without[0].language.as_deref()), (true, None));
    }

    #[test]
    fn a_list_of_people_is_the_same_however_it_is_written() {
        let emails = |text: &str| -> Vec<String> {
            read(text).users.iter().map(|user| format!("{} {}", user.place, user.email)).collect()
        };
        assert_eq!(emails("users:\n- email: a@b.cd\n"), ["users.yaml:4:10 a@b.cd"]);
        assert_eq!(emails("users: [{ \"email\": \"a@b.cd\" }]\n"), ["users.yaml:3:20 a@b.cd"]);
        assert_eq!(emails("users: &all\n  - email: a@b.cd\n"), ["users.yaml:4:12 a@b.cd"]);
        assert_eq!(emails("users: []\n"), [""; 0]);
    }

    #[test]
    fn an_id_is_kept_as_it_is_written() {
        for (written, id) in
            [("0123", "0123"), ("\"0123\"", "0123"), ("12345678901234567890", "12345678901234567890")]
        {
            let users = read(&format!("users: [{{ email: a@b.cd, id: {written} }}]\n")).users;
            assert_eq!(users[0].id.as_deref().map(|(id, _)| id.as_str()), Some(id));
        }
    }

    #[test]
    fn merged_keys_give_way_to_those_of_the_entry() {
        let users = read(
            "users:\n  - &base { email: a@b.cd, team: Sales, first_name: Ana }\n  - { <<: *base, email: b@b.cd, first_name: null }\n",
        )
        .users;
        assert_eq!(users[1].email.as_str(), "b@b.cd");
        assert!(matches!(&users[1].team, Setting::Given(team, _) if team.as_ref() == "Sales"));
        assert!(matches!(users[1].first_name, Setting::Clear(_)));
    }

    #[test]
    fn what_was_cut_short_is_said_and_the_rest_is_still_read() {
        let mut reading = Reading::new("users.yaml".into());
        let file = users_file(&mut reading, "users:\n  - email: ana\n  - email: b@b.cd\n    team: \"Sales\n");
        let codes: Vec<&str> = reading.finish().iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["bad-email", "syntax"]);
        assert!(!file.whole);
    }
}
