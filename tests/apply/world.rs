//! A portal to apply to, the actions a plan would hold, and what came of them.

use std::sync::OnceLock;
use std::time::Duration;

use hubroster::apply::{Context, Interrupted, Outcome, OutcomeKind, Patience, Report, Unobserved, apply};
use hubroster::model::{ApiVersion, Email, Member, Named, PermissionSetId, Snapshot, TeamId, User};
use hubroster::plan::{
    Action, ActionKind, Attribute, Calls, Change, NamedText, People, Plan, PlannedPortal, PrivilegeChange,
    ProfileAttribute, SettingsCall, Subject, TeamAttribute, TeamState, UserAttribute, Value, Work,
};
use hubroster::portal::{BaseUrl, Connection, ReadClient, ScimConnection, Wanted, WriteClient};
use hubroster::sandbox::{Options, Running, Sandbox, Seed};
use serde_json::{Value as Json, json};

use crate::meddler::{Meddler, Trick};

/// Short enough for a test, long enough for a few looks.
pub(crate) const PATIENCE: Patience = Patience {
    seat: Duration::from_millis(400),
    crm_record: Duration::from_millis(200),
    lost_answer: Duration::from_millis(100),
    lost_creation: Duration::from_millis(100),
    removal: Duration::from_millis(100),
    first_pause: Duration::from_millis(10),
};

pub(crate) struct World {
    _sandbox: Running,
    sandbox_url: String,
    pub client: WriteClient,
    pub snapshot: Snapshot,
    read_before: usize,
}

impl World {
    pub(crate) async fn of(seed: Json) -> World {
        World::with(seed, ApiVersion::September2026, Vec::new()).await
    }

    /// What is meddled with is the applying; the portal is read before.
    pub(crate) async fn meddled(seed: Json, tricks: Vec<Trick>) -> World {
        World::with(seed, ApiVersion::September2026, tricks).await
    }

    pub(crate) async fn with(mut seed: Json, api: ApiVersion, tricks: Vec<Trick>) -> World {
        seed["portal"] = json!({ "id": 4611686, "tier": "enterprise" });
        seed["limits"] = json!({ "ten_seconds": 100000 });
        let seed = Seed::from_json(seed).expect("a valid seed");
        let sandbox = Sandbox::start("127.0.0.1:0".parse().unwrap(), seed, Options::default()).await.unwrap();
        let sandbox_url = sandbox.url();
        let reader = client(&sandbox_url, api);
        let account = reader.account().await.unwrap();
        let snapshot = reader.snapshot(account, &Wanted::default()).await.unwrap();
        let url =
            if tricks.is_empty() { sandbox_url.clone() } else { Meddler::start(&sandbox_url, tricks).await };
        let mut world = World {
            _sandbox: sandbox,
            sandbox_url,
            client: client(&url, api).into_writing(),
            snapshot,
            read_before: 0,
        };
        world.read_before = world.all_requests().await.len();
        world
    }

    pub(crate) fn member(&self, email: &str) -> &Member {
        let email = Email::from_portal(email);
        self.snapshot.people.iter().find(|member| member.user.email == email).expect("a person of the seed")
    }

    /// Whether the reading shows this person.
    pub(crate) fn has(&self, email: &str) -> bool {
        let email = Email::from_portal(email);
        self.snapshot.people.iter().any(|member| member.user.email == email)
    }

    /// From here on the client speaks to the portal itself.
    pub(crate) fn stop_meddling(&mut self) {
        self.client = client(&self.sandbox_url, self.client.reader().api()).into_writing();
    }

    pub(crate) async fn read_again(&mut self) {
        let account = self.snapshot.portal.clone();
        self.snapshot = self.client.reader().snapshot(account, &Wanted::default()).await.unwrap();
    }

    pub(crate) fn team(&self, name: &str) -> Named<TeamId> {
        let teams = self.snapshot.catalog.teams.as_ref().unwrap();
        let team = teams.iter().find(|team| team.name == name).expect("a team of the seed");
        Named::new(team.id.clone(), name)
    }

    pub(crate) fn set(&self, name: &str) -> Named<PermissionSetId> {
        let sets = self.snapshot.catalog.permission_sets.as_ref().unwrap();
        let set = sets.iter().find(|set| set.name == name).expect("a permission set of the seed");
        Named::new(set.id.clone(), name)
    }

    /// The action that a plan would hold for this change of one person.
    pub(crate) fn update(&self, email: &str, edit: impl FnOnce(&mut User)) -> Action {
        let member = self.member(email);
        let before = member.user.clone();
        let mut after = before.clone();
        edit(&mut after);
        let changes = changes(&before, &after);
        let settings: Vec<&Change> = changes.iter().filter(|change| !change.attribute.is_profile()).collect();
        let teams_alone = settings.iter().all(|change| change.attribute.is_membership());
        let calls = Calls {
            settings: match settings.as_slice() {
                [] => None,
                _ if teams_alone && self.client.reader().api().has_teams_api() => Some(SettingsCall::Teams),
                _ => Some(SettingsCall::Put),
            },
            profile: changes.len() > settings.len(),
        };
        let crm_id = member.crm_id.clone();
        let work = Work::Update { before: Box::new(before.clone()), after: Box::new(after), crm_id, calls };
        action(ActionKind::Update, subject(&before), changes, work)
    }

    pub(crate) fn remove(&self, email: &str) -> Action {
        let before = self.member(email).user.clone();
        let mut changes = changes(&before, &User::absent(before.email.clone()));
        changes.retain(|change| !change.attribute.is_profile());
        action(ActionKind::Remove, subject(&before), changes, Work::Remove { before: Box::new(before) })
    }

    /// `id` is what SCIM gave for the person when planning.
    pub(crate) fn deactivate(&self, email: &str, id: &str) -> Action {
        let before = self.member(email).user.clone();
        let (subject, changes) = (subject(&before), vec![state("active", "deactivated")]);
        let work = Work::Deactivate { before: Box::new(before), scim_id: id.to_owned() };
        action(ActionKind::Deactivate, subject, changes, work)
    }

    pub(crate) fn reactivate(&self, email: &str, id: &str) -> Action {
        let before = self.member(email).user.clone();
        let (subject, changes) = (subject(&before), vec![state("deactivated", "active")]);
        let work = Work::Reactivate { before: Box::new(before), scim_id: id.to_owned() };
        action(ActionKind::Reactivate, subject, changes, work)
    }

    pub(crate) fn invite(&self, email: &str, edit: impl FnOnce(&mut User)) -> Action {
        let absent = User::absent(Email::from_portal(email));
        let mut user = absent.clone();
        edit(&mut user);
        let changes = changes(&absent, &user);
        let subject = subject(&user);
        action(ActionKind::Invite, subject, changes, Work::Invite { user: Box::new(user), send_mail: true })
    }

    pub(crate) fn create_team(&self, name: &str, parent: Option<Named<TeamId>>) -> Action {
        let subject = Subject::Team { name: name.to_owned(), id: None };
        let after = TeamState { name: name.to_owned(), parent: parent.clone() };
        let changes = team_changes(None, Some(&after));
        action(ActionKind::TeamCreate, subject, changes, Work::CreateTeam { name: name.to_owned(), parent })
    }

    pub(crate) fn update_team(&self, name: &str, edit: impl FnOnce(&mut TeamState)) -> Action {
        let (id, before) = self.team_state(name);
        let mut after = before.clone();
        edit(&mut after);
        let changes = team_changes(Some(&before), Some(&after));
        let subject = Subject::Team { name: name.to_owned(), id: Some(id.clone()) };
        action(ActionKind::TeamUpdate, subject, changes, Work::UpdateTeam { id, before, after })
    }

    pub(crate) fn delete_team(&self, name: &str) -> Action {
        let (id, before) = self.team_state(name);
        let changes = team_changes(Some(&before), None);
        let subject = Subject::Team { name: name.to_owned(), id: Some(id.clone()) };
        action(ActionKind::TeamDelete, subject, changes, Work::DeleteTeam { id, before })
    }

    fn team_state(&self, name: &str) -> (TeamId, TeamState) {
        let teams = self.snapshot.catalog.teams.as_ref().unwrap();
        let team = teams.iter().find(|team| team.name == name).expect("a team of the seed");
        let above = team.parent.as_ref().and_then(|id| teams.iter().find(|team| team.id == *id));
        let parent = above.map(|team| Named::new(team.id.clone(), &team.name));
        (team.id.clone(), TeamState { name: name.to_owned(), parent })
    }

    pub(crate) fn plan(&self, actions: Vec<Action>) -> Plan {
        Plan {
            portal: PlannedPortal {
                id: self.snapshot.portal.id,
                name: None,
                api: self.client.reader().api(),
                account: self.snapshot.portal.clone(),
            },
            people: People::default(),
            targets: Vec::new(),
            actions,
            blocked: Vec::new(),
            by_hand: Vec::new(),
            waiting: Vec::new(),
            unmanaged: Vec::new(),
            degraded: Vec::new(),
        }
    }

    pub(crate) async fn apply(&self, actions: Vec<Action>) -> Report {
        self.apply_until(actions, Interrupted::never()).await
    }

    pub(crate) async fn apply_until(&self, actions: Vec<Action>, interrupted: Interrupted) -> Report {
        let context = Context { observer: &Unobserved, interrupted, patience: PATIENCE };
        apply(&self.plan(actions), &self.client, &context).await
    }

    /// What became of one action alone.
    pub(crate) async fn outcome(&self, action: Action) -> Outcome {
        let report = self.apply(vec![action]).await;
        assert_eq!(report.outcomes.len(), 1);
        report.outcomes.into_iter().next().unwrap()
    }

    /// A person as the portal holds them now; null where they are not in it.
    pub(crate) async fn now(&self, email: &str) -> Json {
        let state = get(&format!("{}/__sandbox/state", self.sandbox_url)).await;
        let people = state["people"].as_array().cloned().unwrap_or_default();
        people
            .into_iter()
            .find(|person| person["email"] == email && person["status"] != "removed")
            .unwrap_or(Json::Null)
    }

    /// The names and parents of all teams now.
    pub(crate) async fn teams_now(&self) -> Vec<(String, Option<String>)> {
        let state = get(&format!("{}/__sandbox/state", self.sandbox_url)).await;
        let teams = state["teams"].as_array().cloned().unwrap_or_default();
        let name_of = |id: &Json| teams.iter().find(|team| team["id"] == *id).map(|team| text(&team["name"]));
        let parent = |team: &Json| {
            let parent = &team["parent"];
            if parent.is_null() { None } else { Some(name_of(parent).unwrap_or_else(|| text(parent))) }
        };
        let mut teams: Vec<_> = teams.iter().map(|team| (text(&team["name"]), parent(team))).collect();
        teams.sort();
        teams
    }

    pub(crate) async fn outbox(&self) -> Vec<String> {
        let outbox = get(&format!("{}/__sandbox/outbox", self.sandbox_url)).await;
        outbox.as_array().unwrap().iter().map(|mail| text(&mail["to"])).collect()
    }

    /// An address of the portal's own.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox_url)
    }

    async fn all_requests(&self) -> Vec<Json> {
        get(&format!("{}/__sandbox/requests", self.sandbox_url)).await.as_array().cloned().unwrap()
    }

    /// Method and path of every call that reached the portal since it was read.
    pub(crate) async fn calls(&self) -> Vec<String> {
        let requests = self.all_requests().await;
        let call = |request: &Json| format!("{} {}", text(&request["method"]), text(&request["path"]));
        requests[self.read_before..].iter().map(call).collect()
    }

    /// The bodies of the calls whose line contains `part`.
    pub(crate) async fn bodies(&self, part: &str) -> Vec<Json> {
        let requests = self.all_requests().await;
        let line = |request: &Json| format!("{} {}", text(&request["method"]), text(&request["path"]));
        let matching = requests[self.read_before..].iter().filter(|request| line(request).contains(part));
        matching.map(|request| request["body"].clone()).collect()
    }

    /// Calls other than reads.
    pub(crate) async fn writes(&self) -> Vec<String> {
        let mut calls = self.calls().await;
        calls.retain(|call| !call.starts_with("GET ") && !call.contains("/batch/read"));
        calls
    }
}

pub(crate) fn kinds(report: &Report) -> Vec<OutcomeKind> {
    report.outcomes.iter().map(|outcome| outcome.kind).collect()
}

pub(crate) fn note(outcome: &Outcome) -> &str {
    outcome.note.as_deref().unwrap_or_default()
}

pub(crate) fn not_done(outcome: &Outcome) -> Vec<&'static str> {
    outcome.not_done.iter().map(|change| change.attribute.as_str()).collect()
}

fn client(url: &str, api: ApiVersion) -> ReadClient {
    let base_url = BaseUrl::parse(&format!("{url}/scim/v2")).unwrap();
    let scim = ScimConnection { base_url, token: "test-token".to_owned().into() };
    let token = "test-token".to_owned().into();
    ReadClient::new(Connection::new(BaseUrl::parse(url).unwrap(), token, api).with_scim(scim)).unwrap()
}

/// Making a client reads the machine's certificates, which takes longer than a test; connections are not kept,
/// since every test has a runtime of its own.
pub(crate) fn http() -> &'static reqwest::Client {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    HTTP.get_or_init(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
        reqwest::Client::builder().pool_max_idle_per_host(0).no_proxy().build().unwrap()
    })
}

pub(crate) async fn get(url: &str) -> Json {
    http().get(url).send().await.unwrap().json().await.unwrap()
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn state(before: &str, after: &str) -> Change {
    let attribute = Attribute::User(UserAttribute::State);
    Change { attribute, before: Value::text(before), after: Value::text(after) }
}

fn subject(user: &User) -> Subject {
    Subject::User { email: user.email.clone(), id: user.id.clone() }
}

fn action(kind: ActionKind, subject: Subject, changes: Vec<Change>, work: Work) -> Action {
    Action { kind, subject, changes, privilege: PrivilegeChange::None, notes: Vec::new(), source: None, work }
}

fn changes(before: &User, after: &User) -> Vec<Change> {
    let user = [
        (UserAttribute::Role, named(&before.permission_sets), named(&after.permission_sets)),
        (UserAttribute::Team, named(before.team.as_slice()), named(after.team.as_slice())),
        (UserAttribute::ExtraTeams, named(&before.extra_teams), named(&after.extra_teams)),
        (UserAttribute::Seats, texts(&before.seats), texts(&after.seats)),
        (UserAttribute::FirstName, texts(before.first_name.as_slice()), texts(after.first_name.as_slice())),
        (UserAttribute::LastName, texts(before.last_name.as_slice()), texts(after.last_name.as_slice())),
    ];
    let (one, other) = (&before.profile, &after.profile);
    let profile = [
        (ProfileAttribute::JobTitle, texts(one.job_title.as_slice()), texts(other.job_title.as_slice())),
        (ProfileAttribute::Phone, texts(one.phone.as_slice()), texts(other.phone.as_slice())),
        (ProfileAttribute::TimeZone, texts(one.time_zone.as_slice()), texts(other.time_zone.as_slice())),
    ];
    let user = user.map(|(attribute, before, after)| (Attribute::User(attribute), before, after));
    let profile = profile.map(|(attribute, before, after)| (Attribute::Profile(attribute), before, after));
    user.into_iter()
        .chain(profile)
        .filter(|(_, before, after)| before != after)
        .map(|(attribute, before, after)| Change { attribute, before, after })
        .collect()
}

fn team_changes(before: Option<&TeamState>, after: Option<&TeamState>) -> Vec<Change> {
    let name = |team: Option<&TeamState>| team.map_or(Value::Nothing, |team| Value::text(&team.name));
    let parent = |team: Option<&TeamState>| {
        named(team.and_then(|team| team.parent.as_ref()).map_or(&[], std::slice::from_ref))
    };
    [(TeamAttribute::Name, name(before), name(after)), (TeamAttribute::Parent, parent(before), parent(after))]
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(attribute, before, after)| Change { attribute: Attribute::Team(attribute), before, after })
        .collect()
}

fn named<Id: ToString>(items: &[Named<Id>]) -> Value {
    if items.is_empty() {
        return Value::Nothing;
    }
    let text = |named: &Named<Id>| NamedText {
        name: named.name.clone(),
        id: named.id.as_ref().map(ToString::to_string),
    };
    Value::List(items.iter().map(text).collect())
}

fn texts(items: &[String]) -> Value {
    if items.is_empty() { Value::Nothing } else { Value::text(items.join(", ")) }
}
