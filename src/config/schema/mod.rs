//! The files as JSON Schemas, for editors: what the decoder asks of the structure, in the words of the manual.
//!
//! Deliberately absent: reading. These types are never filled; a test holds them and the decoder to agree.

#![expect(dead_code, reason = "the types are described, never filled")]

mod leaf;

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use leaf::{
    Address, Availability, Condition, Day, Hours, Id, LanguageTag, Moment, Pattern, Percentage, Positive,
    Skill, Text, True, Version,
};

/// JSON Schema (draft 2020-12) of `users.yaml`.
pub fn users_schema() -> Value {
    titled::<UsersFile>("hubroster: users.yaml")
}

/// JSON Schema (draft 2020-12) of a file in `roles/`.
pub fn role_schema() -> Value {
    titled::<RoleFile>("hubroster: roles/*.yaml")
}

fn titled<T: JsonSchema>(title: &str) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with_transform(schemars::transform::RecursiveTransform(without_number_formats));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), json!(title));
    schema.to_value()
}

/// A key that may be left out and not be `null`: `Option` says both.
fn never_null(schema: &mut Schema) {
    let null = json!("null");
    let only = |values: &mut Vec<Value>| if values.len() == 1 { values.pop() } else { None };
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| *name != null);
        if let Some(one) = only(types) {
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&null));
        if let Some(Value::Object(one)) = only(choices) {
            schema.remove("anyOf");
            one.into_iter().for_each(|(key, value)| drop(schema.insert(key, value)));
        }
    }
}

/// `u32` and `u64` are Rust's, not JSON Schema's.
fn without_number_formats(schema: &mut Schema) {
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")) {
        schema.remove("format");
    }
}

/// The people of one HubSpot portal: who there should be, in which teams, with which role.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UsersFile {
    /// The version of this format: 1.
    version: Version,
    portal: Portal,
    #[schemars(transform = never_null)]
    policy: Option<Policy>,
    #[schemars(transform = never_null)]
    defaults: Option<Defaults>,
    /// Present: these teams are ensured, and people may be in no others. Left out: teams are not managed.
    #[schemars(transform = never_null)]
    teams: Option<Vec<Team>>,
    /// Everybody who should have an account, and those who should have one no longer.
    users: Vec<Person>,
}

/// The account the token must belong to.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Portal {
    /// The account's number, as in HubSpot's address bar. Checked before any other call.
    #[schemars(extend("examples" = [4_611_686]))]
    id: Positive,
    /// For people to read.
    name: Option<Text>,
    /// The version of HubSpot's user provisioning API. Default: 2026-09.
    api: Option<Api>,
    /// Where the portal's SCIM service is, for `deactivate: scim`. `https`, or `http` on this machine.
    #[schemars(extend("examples" = ["https://api.hubapi.com/scim/v2"]))]
    scim_url: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
enum Api {
    #[schemars(rename = "2026-09")]
    September2026,
    #[schemars(rename = "2026-03")]
    March2026,
    #[schemars(rename = "v3")]
    V3,
}

/// What a plan may do, and what is probably a mistake.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Policy {
    /// People who are in the portal and not in this file. Default: report.
    #[schemars(transform = never_null)]
    unmanaged: Option<Unmanaged>,
    /// Addresses that are never listed and never touched; `*` stands for anything.
    #[schemars(transform = never_null, extend("examples" = [["*@hubspot.com"]]))]
    ignore: Option<Vec<Pattern>>,
    /// Addresses of people who are never removed, deactivated or stripped, whatever the file says.
    #[schemars(transform = never_null)]
    protected: Option<Vec<Pattern>>,
    /// Domains whose addresses may be invited. Left out or empty: any.
    #[schemars(transform = never_null, extend("examples" = [["example.com"]]))]
    allowed_domains: Option<Vec<String>>,
    /// How many super admins must be left. Default: 2.
    #[schemars(transform = never_null, range(min = 0, max = 1000))]
    min_super_admins: Option<u32>,
    /// How many people one plan may remove, deactivate or strip. `null`: any number.
    max_removals: Option<RemovalLimit>,
    /// How many people's role, team or seats one plan may change. `null`: any number.
    max_updates: Option<UpdateLimit>,
    /// How `state: deactivated` is reached. Default: manual.
    #[schemars(transform = never_null)]
    deactivate: Option<Deactivate>,
    /// With `deactivate: strip`: the role given instead. It must have a permission set.
    strip_role: Option<Text>,
    /// What becomes of people on the day they expire. Default: deactivated.
    #[schemars(transform = never_null)]
    on_expiry: Option<OnExpiry>,
    /// Who the token acts for, where HubSpot does not tell. Never touched.
    credential_owner: Option<Address>,
    /// Kinds of change that `apply` wants acknowledged by number.
    #[schemars(transform = never_null)]
    acknowledge: Option<Vec<Acknowledge>>,
    /// Whether names are written after an invitation, too: a name is one global profile across portals.
    /// Default: create_only.
    #[schemars(transform = never_null)]
    names: Option<Names>,
    /// Rules of your own, judged over each finished plan; docs/policy.md shows how to write them.
    #[schemars(transform = never_null, length(max = 50))]
    rules: Option<Vec<Rule>>,
}

/// What must not be: a condition, and what is said where it holds. Exactly one of `deny` and `warn`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("oneOf" = [{ "required": ["deny"] }, { "required": ["warn"] }]))]
struct Rule {
    /// No two rules have the same.
    #[schemars(extend("examples" = ["no-removal-on-a-friday"]))]
    name: Text,
    /// Where this CEL expression over `plan`, `action`, `user` and `role` is true, `apply` is refused.
    #[schemars(
        transform = never_null,
        extend("examples" = ["action.removal && plan.weekday == \"friday\""])
    )]
    deny: Option<Condition>,
    /// Where this CEL expression is true, the plan says so, and nothing is refused.
    #[schemars(transform = never_null)]
    warn: Option<Condition>,
    /// What is wrong and what to do. `{user.email}` and other fields in braces are filled in.
    #[schemars(extend("examples" = ["{action.name} is not removed on a Friday: wait until Monday"]))]
    message: Text,
    /// What the rule is judged for. Default: `action` where it names `action`, else `user` where it names `user` or
    /// `role`, else `plan`.
    #[schemars(transform = never_null)]
    each: Option<Each>,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum Each {
    Plan,
    Action,
    User,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum Unmanaged {
    Report,
    Ignore,
    Error,
    Remove,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum Deactivate {
    Scim,
    Manual,
    Strip,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum OnExpiry {
    Deactivated,
    Removed,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum Acknowledge {
    Raises,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum Names {
    CreateOnly,
    Manage,
}

/// Either part refuses; `null` is no limit of that kind.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RemovalLimit {
    /// Default: 5.
    count: Option<u32>,
    /// Of the people in the portal who are not ignored. Default: 25.
    percent: Option<Percentage>,
    /// The percentage holds in portals of at least so many people. Default: 10.
    percent_from: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UpdateLimit {
    /// Of the people in the portal who are not ignored; `null`: no limit. Default: 50.
    percent: Option<Percentage>,
    /// The percentage holds in portals of at least so many people. Default: 10.
    percent_from: Option<u32>,
}

/// What people have where their entry says nothing.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Defaults {
    /// The language of the mails that hubroster writes.
    language: Option<LanguageTag>,
    /// Whether HubSpot mails an invitation. Default: true.
    #[schemars(transform = never_null)]
    invite: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Team {
    name: Text,
    /// The team above; `null` is the top. Left out: as it is.
    parent: Option<Text>,
    /// The name it still has in the portal: the team is renamed.
    previous_name: Option<Text>,
    /// `removed` asks for its deletion. Default: present.
    #[schemars(transform = never_null)]
    state: Option<TeamState>,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum TeamState {
    Present,
    Removed,
}

/// A person. What is left out stays as it is in HubSpot; `null` and `[]` clear it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Person {
    /// The address they log in with.
    email: Address,
    first_name: Option<Text>,
    last_name: Option<Text>,
    /// The name of a file in `roles`, without its ending.
    #[schemars(extend("examples" = ["sales-rep"]))]
    role: Option<Text>,
    /// The main team.
    team: Option<Text>,
    /// Further teams; not the main one.
    extra_teams: Option<Vec<Text>>,
    /// Default: the role's.
    #[schemars(extend("examples" = [["Core"]]))]
    seats: Option<Vec<Text>>,
    /// The language of the mails that hubroster writes. HubSpot has no API for the language of its interface.
    language: Option<LanguageTag>,
    /// Whether HubSpot mails an invitation. Default: `defaults.invite`.
    #[schemars(transform = never_null)]
    invite: Option<bool>,
    /// The person's HubSpot user id, which stays when their address changes.
    id: Option<Id>,
    /// The address HubSpot still has, where it differs from `email`.
    previous_email: Option<Address>,
    /// Default: present.
    #[schemars(transform = never_null)]
    state: Option<State>,
    /// On this day, in the portal's time zone, the state becomes what `on_expiry` says.
    expires: Option<Day>,
    /// Default: `policy.on_expiry`.
    on_expiry: Option<OnExpiry>,
    /// Allows that several permission sets become the one of `role`. Default: false.
    #[schemars(transform = never_null)]
    collapse_roles: Option<bool>,
    #[schemars(transform = never_null)]
    profile: Option<Profile>,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum State {
    Present,
    Deactivated,
    Removed,
}

/// What the person's CRM record says about their work.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Profile {
    job_title: Option<Text>,
    /// The additional phone number.
    phone: Option<Text>,
    availability: Option<Availability>,
    /// A name of the IANA database.
    #[schemars(extend("examples" = ["Europe/Brussels"]))]
    time_zone: Option<Text>,
    /// From a day, or days in a row, to hours.
    #[schemars(extend("examples" = [{ "mon-fri": "09:00-17:30" }]))]
    working_hours: Option<Hours>,
    out_of_office: Option<Vec<Absence>>,
    /// A routing skill, not the language of HubSpot's interface.
    main_language: Option<Skill>,
    other_languages: Option<Vec<Skill>>,
}

/// In the person's time zone.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Absence {
    /// A day, or a time of one: 2027-07-01T09:00.
    from: Moment,
    /// A day is included to its end.
    to: Moment,
}

/// What somebody with this role may do, and how HubSpot gives it. The file's name is the role's key.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RoleFile {
    name: Text,
    description: Option<Text>,
    /// A change to a higher one is shown first, and can need acknowledgement. Default: standard.
    #[schemars(transform = never_null)]
    privilege: Option<Privilege>,
    access: Access,
    /// The seats of everybody with this role whose entry names none.
    #[schemars(extend("examples" = [["Core"]]))]
    seats: Option<Vec<Text>>,
    /// What the access must grant, line by line, as in HubSpot's own grid.
    #[schemars(transform = never_null)]
    permissions: Option<BTreeMap<String, Grant>>,
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
enum Privilege {
    Standard,
    Elevated,
    Admin,
}

/// Exactly one of the ways in which HubSpot gives access.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Access {
    /// A custom permission set, by its name in HubSpot (Enterprise).
    PermissionSet(Text),
    /// A starting template of HubSpot's interface: chosen by hand.
    Template(Text),
    /// All permissions off, chosen one by one, by hand.
    Scratch(True),
    /// Granted and taken away by hand: HubSpot's API cannot.
    SuperAdmin(True),
}

/// On or off, a level, or verbs with their reach: `{ view: team, edit: own }`.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Grant {
    Switch(bool),
    Level(Text),
    Reach(BTreeMap<String, Text>),
}

#[cfg(test)]
mod tests {
    use super::super::reading::Reading;
    use super::super::{data, role_file, users_file};
    use super::*;

    /// Both take it, or neither does.
    fn check(schema: &Value, decoder_takes: impl Fn(&str) -> bool, documents: &[(&str, bool)]) {
        let validator = jsonschema::validator_for(schema).expect("the schema is one");
        for (document, valid) in documents {
            let value = data(document.as_bytes(), "f").expect("the document is YAML").value;
            assert_eq!(validator.is_valid(&value), *valid, "the schema on {document}");
            assert_eq!(decoder_takes(document), *valid, "the decoder on {document}");
        }
    }

    fn check_users(documents: &[(&str, bool)]) {
        let takes = |text: &str| {
            let mut reading = Reading::new("users.yaml".into());
            users_file::users_file(&mut reading, text);
            !reading.has_errors()
        };
        check(&users_schema(), takes, documents);
    }

    fn check_wrapped(prefix: &str, suffix: &str, parts: &[(&str, bool)]) {
        let documents: Vec<(String, bool)> =
            parts.iter().map(|(part, valid)| (format!("{prefix}{part}{suffix}"), *valid)).collect();
        let documents: Vec<(&str, bool)> =
            documents.iter().map(|(document, valid)| (document.as_str(), *valid)).collect();
        check_users(&documents);
    }

    const HEAD: &str = "version: 1\nportal: { id: 1 }\n";

    #[test]
    fn schema_and_decoder_agree_on_the_file() {
        check_users(&[
            ("{ version: 1, portal: { id: 1 }, users: [] }", true),
            ("{ version: 2, portal: { id: 1 }, users: [] }", false),
            ("{ version: '1', portal: { id: 1 }, users: [] }", false),
            ("{ portal: { id: 1 }, users: [] }", false),
            ("{ version: 1, users: [] }", false),
            ("{ version: 1, portal: { id: 1 } }", false),
            ("{ version: 1, portal: {}, users: [] }", false),
            ("{ version: 1, portal: { id: 0 }, users: [] }", false),
            ("{ version: 1, portal: { id: '1' }, users: [] }", false),
            ("{ version: 1, portal: { id: 1, api: v3, name: null, scim_url: null }, users: [] }", true),
            ("{ version: 1, portal: { id: 1, api: v4 }, users: [] }", false),
            ("{ version: 1, portal: { id: 1 }, users: null }", false),
            ("{ version: 1, portal: { id: 1 }, users: {} }", false),
            ("{ version: 1, portal: { id: 1 }, users: [], people: [] }", false),
            ("[]", false),
            ("null", false),
        ]);
    }

    #[test]
    fn schema_and_decoder_agree_on_the_policy() {
        let policies = [
            ("{}", true),
            ("null", false),
            ("{ unmanaged: remove, deactivate: scim, on_expiry: removed, names: manage }", true),
            ("{ unmanaged: delete }", false),
            ("{ unmanaged: null }", false),
            ("{ ignore: ['*@hubspot.com'], protected: [], allowed_domains: [example.com] }", true),
            ("{ ignore: everybody }", false),
            ("{ ignore: [everybody] }", false),
            ("{ ignore: null }", false),
            ("{ min_super_admins: 0 }", true),
            ("{ min_super_admins: -1 }", false),
            ("{ min_super_admins: 1.5 }", false),
            ("{ max_removals: null, max_updates: null }", true),
            ("{ max_removals: { count: null, percent: 100 }, max_updates: { percent_from: 0 } }", true),
            ("{ max_removals: 5 }", false),
            ("{ max_removals: { percent: 101 } }", false),
            ("{ max_updates: { count: 5 } }", false),
            ("{ strip_role: null, credential_owner: null, acknowledge: [] }", true),
            ("{ acknowledge: [raises] }", true),
            ("{ acknowledge: [removals] }", false),
            ("{ credential_owner: ops }", false),
            ("{ rules: [] }", true),
            ("{ rules: null }", false),
            ("{ rules: [{ name: a, deny: 'size(plan.actions) > 1', message: m }] }", true),
            ("{ rules: [{ name: a, warn: true, message: m, each: plan }] }", true),
            ("{ rules: [{ name: a, warn: true, message: m, each: team }] }", false),
            ("{ rules: [{ name: a, warn: true, message: m, each: null }] }", false),
            ("{ rules: [{ name: a, message: m }] }", false),
            ("{ rules: [{ name: a, deny: true, warn: true, message: m }] }", false),
            ("{ rules: [{ name: a, deny: null, message: m }] }", false),
            ("{ rules: [{ name: a, deny: [true], message: m }] }", false),
            ("{ rules: [{ deny: true, message: m }] }", false),
            ("{ rules: [{ name: a, deny: true }] }", false),
            ("{ rules: [{ name: a, deny: true, message: '' }] }", false),
            ("{ rules: [{ name: a, deny: true, message: m, when: true }] }", false),
        ];
        check_wrapped(&format!("{HEAD}users: []\npolicy: "), "\n", &policies);
        let defaults = [
            ("{ language: nl, invite: false }", true),
            ("{ language: null }", true),
            ("{ language: Dutch }", false),
            ("{ invite: yes }", false),
            ("{ invite: null }", false),
        ];
        check_wrapped(&format!("{HEAD}users: []\ndefaults: "), "\n", &defaults);
    }

    #[test]
    fn schema_and_decoder_agree_on_teams_and_people() {
        let teams = [
            ("[]", true),
            ("null", false),
            ("[{ name: Sales, parent: null, previous_name: null, state: present }]", true),
            ("[{ name: 42 }]", true),
            ("[{ parent: Sales }]", false),
            ("[{ name: Sales, state: gone }]", false),
            ("[{ name: Sales, state: null }]", false),
            ("[Sales]", false),
            ("[{ name: '' }]", false),
        ];
        check_wrapped(&format!("{HEAD}users: []\nteams: "), "\n", &teams);
        let people = [
            ("email: ana@example.com", true),
            ("email: ana", false),
            ("email: null", false),
            ("first_name: Ana", false),
            ("email: a@b.cd, first_name: null, last_name: 7, role: null, team: null", true),
            ("email: a@b.cd, first_name: true", false),
            ("email: a@b.cd, extra_teams: [], seats: null", true),
            ("email: a@b.cd, extra_teams: Sales", false),
            ("email: a@b.cd, seats: [[Core]]", false),
            ("email: a@b.cd, id: 70010012", true),
            ("email: a@b.cd, id: '0123'", true),
            ("email: a@b.cd, id: 1.5", false),
            ("email: a@b.cd, id: -1", false),
            ("email: a@b.cd, id: A1", false),
            ("email: a@b.cd, previous_email: b@b.cd, expires: 2027-03-31, on_expiry: removed", true),
            ("email: a@b.cd, previous_email: null, expires: null, on_expiry: null, id: null", true),
            ("email: a@b.cd, expires: tomorrow", false),
            ("email: a@b.cd, on_expiry: present", false),
            ("email: a@b.cd, state: removed, collapse_roles: true, invite: false, language: fr", true),
            ("email: a@b.cd, state: null", false),
            ("email: a@b.cd, collapse_roles: null", false),
            ("email: a@b.cd, invite: no", false),
            ("email: a@b.cd, profile: null", false),
            ("email: a@b.cd, profile: {}", true),
            ("email: a@b.cd, rolle: x", false),
        ];
        check_wrapped(&format!("{HEAD}users: [{{ "), " }]\n", &people);
    }

    #[test]
    fn schema_and_decoder_agree_on_the_profile() {
        let profiles = [
            ("job_title: Lead, phone: '+32 2 555 01 23', availability: away, main_language: ptbr", true),
            ("job_title: null, phone: null, availability: null, time_zone: null, main_language: null", true),
            ("availability: busy", false),
            ("main_language: pt", false),
            ("other_languages: [en, fr]", true),
            ("other_languages: []", true),
            ("other_languages: en", false),
            ("working_hours: null", true),
            ("working_hours: {}", false),
            ("working_hours: { mon-fri: '09:00-17:30', sat: null }", true),
            ("working_hours: { mon: ['09:00-12:00', '13:00-17:00'], tue-thu: [] }", true),
            ("working_hours: { monday: '09:00-17:30' }", false),
            ("working_hours: { mon: 9-17 }", false),
            ("out_of_office: [{ from: 2027-07-01, to: 2027-07-14T12:00 }]", true),
            ("out_of_office: null", true),
            ("out_of_office: { from: 2027-07-01, to: 2027-07-14 }", false),
            ("out_of_office: [{ from: 2027-07-01 }]", false),
            ("out_of_office: [{ from: 1 July, to: 2027-07-14 }]", false),
        ];
        check_wrapped(&format!("{HEAD}users: [{{ email: a@b.cd, profile: {{ "), " } }]\n", &profiles);
    }

    #[test]
    fn schema_and_decoder_agree_on_roles() {
        let takes = |text: &str| {
            let mut reading = Reading::new("roles/r.yaml".into());
            role_file::role(&mut reading, text);
            !reading.has_errors()
        };
        let documents = [
            ("{ name: R, access: { permission_set: S } }", true),
            ("{ name: R, access: { template: T }, description: null, seats: null }", true),
            ("{ name: R, access: { scratch: true }, seats: [], privilege: admin }", true),
            ("{ name: R, access: { super_admin: true }, permissions: {} }", true),
            ("{ name: R, access: { super_admin: false } }", false),
            ("{ name: R, access: { permission_set: S, template: T } }", false),
            ("{ name: R, access: {} }", false),
            ("{ name: R, access: super_admin }", false),
            ("{ name: R }", false),
            ("{ access: { scratch: true } }", false),
            ("{ name: null, access: { scratch: true } }", false),
            ("{ name: R, access: { scratch: true }, privilege: null }", false),
            ("{ name: R, access: { scratch: true }, privilege: root }", false),
            ("{ name: R, access: { scratch: true }, permissions: null }", false),
            ("{ name: R, access: { scratch: true }, permissions: [export] }", false),
            (
                "{ name: R, access: { scratch: true }, permissions: { deals: { view: own }, export: false, reports: edit } }",
                true,
            ),
            ("{ name: R, access: { scratch: true }, permissions: { deals: { view: true } } }", false),
            ("{ name: R, access: { scratch: true }, permissions: { deals: [view] } }", false),
            ("{ name: R, access: { scratch: true }, permissions: { deals: null } }", false),
        ];
        check(&role_schema(), takes, &documents);
    }
}
