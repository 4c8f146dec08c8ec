//! What one reading of a portal says, source by source and scope by scope.

use hubroster::model::{ApiVersion, CrmUserId, Email, OwnerId, Profile, Raw, Source, Status, TeamId};
use hubroster::portal::{NewUser, ProbeOutcome, ReadClient, Wanted};
use hubroster::sandbox::{Options, Running, Sandbox, Seed};
use serde_json::{Value, json};

use super::{client, connection, of_itself, person, portal, snapshot, user_id, wanted};

fn company() -> Value {
    json!([
        { "id": "1000", "email": "owner@example.com", "super_admin": true, "last_active": "2026-11-21T08:00:00Z" },
        { "id": "1001", "email": "Ana@example.com", "first_name": "Ana", "last_name": "Silva",
          "permission_sets": ["Sales Rep"], "team": "Benelux", "extra_teams": ["Sales"], "seats": ["Core"],
          "last_active": "2026-11-20T09:12:00Z", "owner_id": "77", "crm_id": "501",
          "owned": { "contacts": 31, "companies": 2, "deals": 4, "tickets": 0 },
          "profile": { "job_title": "Account manager", "time_zone": "Europe/Brussels", "availability": "away",
                       "working_hours": { "mon-fri": "09:00-17:30" }, "other_languages": ["fr", "en"],
                       "out_of_office": [{ "from": "2026-12-24T17:30:00Z", "to": "2027-01-04T00:00:00Z" }] } },
        { "id": "1002", "email": "gus@example.com", "status": "invited", "permission_sets": ["Viewer", "Sales Rep"] },
        { "id": "1003", "email": "dora@example.com", "status": "deactivated" },
        { "id": "1004", "email": "former@example.com", "status": "removed" },
        { "id": "1005", "email": "hidden@example.com", "listed": false },
    ])
}

async fn company_portal(more: Value) -> Running {
    portal(company(), more).await
}

fn statuses(snapshot: &hubroster::model::Snapshot) -> Vec<(&str, Status)> {
    snapshot.people.iter().map(|member| (member.user.email.as_str(), member.user.status)).collect()
}

#[tokio::test]
async fn a_person_is_read_from_all_views_and_joined() {
    let portal = company_portal(json!({})).await;
    let client = client(&portal.url());
    let (account, snapshot) = snapshot(&client, &Wanted::default()).await;
    assert_eq!(account.id.to_string(), "4611686");
    assert_eq!(account.time_zone, "Europe/Brussels");
    assert_eq!(snapshot.degraded, []);

    let ana = person(&snapshot, "ana@example.com");
    assert_eq!(ana.user.status, Status::Active);
    assert_eq!(ana.user.email.as_str(), "Ana@example.com");
    assert_eq!(
        ana.user.permission_sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>(),
        ["Sales Rep"]
    );
    assert_eq!(ana.user.team.as_ref().map(|team| team.name.as_str()), Some("Benelux"));
    assert_eq!(ana.user.extra_teams[0].id, Some(TeamId::new("11")));
    assert_eq!(ana.user.seats, ["Core"]);
    assert_eq!(ana.crm_id, Some(CrmUserId::new("501")));
    assert_eq!(ana.owner_id, Some(OwnerId::new("77")));
    assert_eq!(ana.last_active, Some("2026-11-20T09:12:00Z".parse().unwrap()));
    let Profile { job_title, working_hours, out_of_office, other_languages, .. } = &ana.user.profile;
    assert_eq!(job_title.as_deref(), Some("Account manager"));
    let Some(Raw::Known(hours)) = working_hours else { panic!("{working_hours:?}") };
    assert_eq!(hours.to_string(), "mon-fri 09:00-17:30");
    let Some(Raw::Known(absences)) = out_of_office else { panic!("{out_of_office:?}") };
    assert_eq!(absences[0].from, "2026-12-24T17:30:00Z".parse().unwrap());
    assert_eq!(*other_languages, ["en", "fr"]);

    let gus = person(&snapshot, "gus@example.com");
    assert_eq!(gus.user.permission_sets.len(), 2);
    let teams = snapshot.catalog.teams.as_ref().unwrap();
    assert_eq!(teams.iter().find(|team| team.name == "Benelux").unwrap().parent, Some(TeamId::new("11")));
    let seats = snapshot.catalog.seats.as_ref().unwrap();
    assert_eq!((seats[0].remaining, seats[1].remaining), (Some(2), None));
}

#[tokio::test]
async fn nobody_asked_about_is_settled_by_the_lists_alone() {
    let portal = company_portal(json!({})).await;
    let client = client(&portal.url());
    let (_, snapshot) = snapshot(&client, &wanted(&["ana@example.com", "new@example.com"])).await;
    assert_eq!(
        statuses(&snapshot),
        [
            ("Ana@example.com", Status::Active),
            ("dora@example.com", Status::Deactivated),
            ("gus@example.com", Status::Invited),
            ("owner@example.com", Status::Active),
        ]
    );
    // Account, people, permission sets, teams, seats, CRM records, archived owners.
    assert_eq!(snapshot.reads, 7);
    assert_eq!(client.requests().writes, 0);
    let requests = of_itself(&portal, "requests").await;
    assert_eq!(requests.as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn whom_a_list_leaves_out_is_settled_by_one_direct_read() {
    let portal = company_portal(json!({ "behaviour": { "lists_deactivated": false } })).await;
    let client = client(&portal.url());
    let asked = wanted(&["former@example.com", "hidden@example.com", "DORA@example.com", "new@example.com"]);
    let (_, snapshot) = snapshot(&client, &asked).await;
    assert_eq!(
        statuses(&snapshot),
        [
            ("Ana@example.com", Status::Active),
            ("dora@example.com", Status::Deactivated),
            ("former@example.com", Status::Absent),
            ("gus@example.com", Status::Invited),
            ("hidden@example.com", Status::Active),
            ("owner@example.com", Status::Active),
        ]
    );
    assert_eq!(snapshot.reads, 7 + 3);
    let former = person(&snapshot, "former@example.com");
    assert_eq!(former.user.id, Some(user_id("1004")));
    assert_eq!(former.sources.direct, Source::NotShown);
    assert_eq!(former.sources.archived_owner, Source::Shown);
}

#[tokio::test]
async fn a_pinned_id_is_settled_by_that_id() {
    let portal = company_portal(json!({})).await;
    let client = client(&portal.url());
    let asked = Wanted { ids: vec![user_id("1004"), user_id("1001"), user_id("9999")], ..Wanted::default() };
    let (_, snapshot) = snapshot(&client, &asked).await;
    assert_eq!(person(&snapshot, "former@example.com").user.status, Status::Absent);
    assert_eq!(snapshot.reads, 7 + 1);
}

#[tokio::test]
async fn the_scope_for_crm_users_alone_is_enough_for_the_main_job() {
    let tokens = json!([{ "token": super::TOKEN, "scopes": ["crm.objects.users.read"] }]);
    let portal = company_portal(json!({ "tokens": tokens })).await;
    let client = client(&portal.url());
    let asked = wanted(&["ana@example.com", "former@example.com", "new@example.com", "hidden@example.com"]);
    let (_, snapshot) = snapshot(&client, &asked).await;
    let degraded: Vec<_> =
        snapshot.degraded.iter().map(|lost| (lost.what.as_str(), lost.missing_scope.as_deref())).collect();
    assert_eq!(
        degraded,
        [
            ("archived owners", Some("crm.objects.owners.read")),
            ("seats", Some("settings.billing.write")),
            ("teams", Some("settings.users.teams.read")),
        ]
    );
    assert_eq!(snapshot.catalog.teams, None);
    assert!(snapshot.catalog.permission_sets.is_some());
    let ana = person(&snapshot, "ana@example.com");
    assert_eq!(ana.user.status, Status::Active);
    assert_eq!(ana.user.team.as_ref().map(|team| team.name.as_str()), Some("#12"));
    assert_eq!(person(&snapshot, "former@example.com").user.status, Status::Absent);
    assert_eq!(person(&snapshot, "hidden@example.com").user.status, Status::Active);
    // Owners cannot be read, so the newcomer was asked about too.
    assert_eq!(snapshot.reads, 7 + 3);
}

#[tokio::test]
async fn without_crm_records_nobody_is_taken_for_absent() {
    let tokens =
        json!([{ "token": super::TOKEN, "scopes": ["settings.users.read", "crm.objects.owners.read"] }]);
    let portal = company_portal(json!({ "tokens": tokens })).await;
    let client = client(&portal.url());
    let (_, snapshot) = snapshot(&client, &wanted(&["former@example.com", "hidden@example.com"])).await;
    assert_eq!(
        statuses(&snapshot),
        [
            ("Ana@example.com", Status::Unknown),
            ("dora@example.com", Status::Unknown),
            ("former@example.com", Status::Absent),
            ("gus@example.com", Status::Unknown),
            ("hidden@example.com", Status::Unknown),
            ("owner@example.com", Status::Unknown),
        ]
    );
    let lost = snapshot.degraded.iter().find(|lost| lost.what == "CRM records").unwrap();
    assert_eq!(lost.missing_scope.as_deref(), Some("crm.objects.users.read"));
}

#[tokio::test]
async fn a_token_that_may_not_list_people_is_an_error_that_names_the_scope() {
    let tokens = json!([{ "token": super::TOKEN, "scopes": ["crm.objects.owners.read"] }]);
    let portal = company_portal(json!({ "tokens": tokens })).await;
    let client = client(&portal.url());
    let account = client.account().await.unwrap();
    let error = client.snapshot(account, &Wanted::default()).await.unwrap_err();
    assert!(error.is_about_the_credential());
    assert!(error.to_string().contains("crm.objects.users.read"), "{error}");
}

#[tokio::test]
async fn a_wrong_token_is_told_at_the_first_call() {
    let portal = company_portal(json!({ "tokens": [{ "token": "another" }] })).await;
    let client = client(&portal.url());
    let error = client.account().await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 401);
    assert!(error.is_about_the_credential());
    assert_eq!(client.requests().reads, 1);
}

#[tokio::test]
async fn a_free_account_has_no_permission_sets_and_no_teams() {
    let people = json!([{ "id": "1000", "email": "owner@example.com", "super_admin": true }]);
    let seed = json!({ "portal": { "id": 1, "tier": "free" }, "permission_sets": [], "teams": [] });
    let portal = portal(people, seed).await;
    let (_, snapshot) = snapshot(&client(&portal.url()), &Wanted::default()).await;
    assert_eq!(snapshot.catalog.permission_sets, None);
    let lost = snapshot.degraded.iter().find(|lost| lost.what == "permission sets").unwrap();
    assert_eq!(lost.missing_scope, None);
    assert!(lost.effect.contains("Account doesn't have access to roles."), "{}", lost.effect);
    assert!(snapshot.degraded.iter().any(|lost| lost.what == "teams" && lost.missing_scope.is_none()));
}

#[tokio::test]
async fn older_versions_show_the_same_people_and_say_what_they_lack() {
    let portal = company_portal(json!({})).await;
    let (_, newest) = snapshot(&client(&portal.url()), &Wanted::default()).await;
    for api in [ApiVersion::V3, ApiVersion::March2026] {
        let client = ReadClient::new(connection(&portal.url(), api)).unwrap();
        let (_, older) = snapshot(&client, &Wanted::default()).await;
        assert_eq!(statuses(&older), statuses(&newest), "{api}");
        assert_eq!(older.catalog.permission_sets, newest.catalog.permission_sets, "{api}");
        assert_eq!(older.catalog.seats, None, "{api}");
        assert!(person(&older, "ana@example.com").user.seats.is_empty(), "{api}");
        let teams = older.catalog.teams.unwrap();
        assert!(teams.len() == 2 && teams.iter().all(|team| team.parent.is_none()), "{api}");
        let lost: Vec<_> = older.degraded.iter().map(|lost| lost.what.as_str()).collect();
        assert_eq!(lost, ["seats", "teams"], "{api}");
        assert!(older.degraded.iter().all(|lost| lost.missing_scope.is_none()), "{api}");
        assert_eq!(older.reads, 6, "{api}");
    }
}

#[tokio::test]
async fn a_snapshot_is_a_seed_that_gives_the_same_snapshot() {
    let portal = company_portal(json!({})).await;
    let (_, first) = snapshot(&client(&portal.url()), &wanted(&["former@example.com"])).await;
    let seed = Seed::from_json(serde_json::to_value(&first).unwrap()).unwrap();
    let again = Sandbox::start("127.0.0.1:0".parse().unwrap(), seed, Options::default()).await.unwrap();
    let (_, second) = snapshot(&client(&again.url()), &wanted(&["former@example.com"])).await;
    assert_eq!(statuses(&first), statuses(&second));
    for (one, other) in first.people.iter().zip(&second.people) {
        assert_eq!((&one.user, &one.crm_id, &one.owner_id), (&other.user, &other.crm_id, &other.owner_id));
    }
    assert_eq!(first.catalog, second.catalog);
}

#[tokio::test]
async fn a_value_that_is_not_there_may_be_left_out_or_null() {
    let without = company_portal(json!({ "behaviour": { "unset": "left_out" } })).await;
    let null = company_portal(json!({ "behaviour": { "unset": "sent_as_null" } })).await;
    let asked = wanted(&["former@example.com", "hidden@example.com"]);
    let (_, one) = snapshot(&client(&without.url()), &asked).await;
    let (_, other) = snapshot(&client(&null.url()), &asked).await;
    assert_eq!(one.people, other.people);
}

#[tokio::test]
async fn somebody_who_comes_back_is_not_taken_for_deactivated() {
    let portal = company_portal(json!({})).await;
    let writer = client(&portal.url()).into_writing();
    writer.remove_user(&user_id("1003")).await.unwrap();
    let again = NewUser {
        email: Email::from_portal("dora@example.com"),
        send_welcome_email: false,
        first_name: None,
        last_name: None,
        role: None,
        team: None,
        extra_teams: Default::default(),
        seats: None,
    };
    writer.create_user(&again).await.unwrap();
    let (_, snapshot) = snapshot(writer.reader(), &Wanted::default()).await;
    let dora = person(&snapshot, "dora@example.com");
    assert_eq!((dora.user.id.clone(), dora.user.status), (Some(user_id("1003")), Status::Invited));
}

#[tokio::test]
async fn addresses_with_unusual_letters_are_found() {
    let addresses = [
        "o'brien+crm@example.com",
        "a/b@example.com",
        "50%@example.com",
        "a#b@example.com",
        "a&b@example.com",
    ];
    let people: Vec<Value> = addresses.iter().map(|email| json!({ "email": email })).collect();
    let portal = portal(people.into(), json!({})).await;
    let client = client(&portal.url());
    for address in addresses {
        let email = Email::from_portal(&address.to_uppercase());
        let found = client.user_by_email(&email).await.unwrap();
        assert_eq!(found.map(|settings| settings.email), Some(email), "{address}");
    }
    let nobody = client.user_by_email(&Email::from_portal("nobody@example.com")).await.unwrap();
    assert_eq!(nobody, None);
}

#[tokio::test]
async fn profiles_are_read_in_batches_and_records_that_are_gone_are_missing() {
    let people: Vec<Value> = (1..=150)
        .map(|number| {
            json!({ "id": number.to_string(), "email": format!("p{number}@example.com"),
                    "crm_id": (5000 + number).to_string(), "profile": { "job_title": format!("Job {number}") } })
        })
        .collect();
    let portal = portal(people.into(), json!({})).await;
    let client = client(&portal.url());
    let mut ids: Vec<CrmUserId> =
        (1..=150).map(|number| CrmUserId::new((5000 + number).to_string())).collect();
    ids.push(CrmUserId::new("999999"));
    let profiles = client.profiles(&ids).await.unwrap();
    assert_eq!(profiles.len(), 150);
    assert_eq!(profiles[&CrmUserId::new("5150")].job_title.as_deref(), Some("Job 150"));
    assert_eq!(client.requests().reads, 2);

    let (crm_id, profile) = client.crm_record(&user_id("7")).await.unwrap().unwrap();
    assert_eq!((crm_id.as_str(), profile.job_title.as_deref()), ("5007", Some("Job 7")));
    assert_eq!(client.crm_record(&user_id("9999")).await.unwrap(), None);
}

#[tokio::test]
async fn what_somebody_owns_is_counted_where_the_token_may_count_it() {
    let scopes = ["crm.objects.users.read", "crm.objects.contacts.read", "crm.objects.deals.read"];
    let tokens = json!([{ "token": super::TOKEN, "scopes": scopes }]);
    let portal = company_portal(json!({ "tokens": tokens })).await;
    let (owned, degraded) = client(&portal.url()).owned_records(&OwnerId::new("77")).await.unwrap();
    assert_eq!(
        (owned.contacts, owned.companies, owned.deals, owned.tickets),
        (Some(31), None, Some(4), None)
    );
    let named: Vec<(&str, Option<&str>)> =
        degraded.iter().map(|one| (one.what.as_str(), one.missing_scope.as_deref())).collect();
    assert_eq!(
        named,
        [("owned companies", Some("crm.objects.companies.read")), ("owned tickets", Some("tickets"))]
    );
}

#[tokio::test]
async fn whom_the_token_acts_for_is_known_where_the_token_tells() {
    let tokens = json!([{ "token": super::TOKEN, "user_id": "1000" }]);
    let private_app = company_portal(json!({ "tokens": tokens })).await;
    assert_eq!(client(&private_app.url()).credential_owner().await.unwrap(), Some(user_id("1000")));
    let service_key = company_portal(json!({ "tokens": [{ "token": super::TOKEN }] })).await;
    assert_eq!(client(&service_key.url()).credential_owner().await.unwrap(), None);
}

#[tokio::test]
async fn doctor_hears_of_each_read_how_it_went() {
    let scopes = ["crm.objects.users.read", "crm.objects.owners.read", "tickets"];
    let tokens = json!([{ "token": super::TOKEN, "scopes": scopes, "user_id": "1000" }]);
    let portal = company_portal(json!({ "tokens": tokens })).await;
    let checkup = client(&portal.url()).probe().await.unwrap();
    let outcomes: Vec<(&str, &str)> = checkup
        .probes
        .iter()
        .map(|probe| match &probe.outcome {
            ProbeOutcome::Works => (probe.what, "works"),
            ProbeOutcome::NotInThisVersion => (probe.what, "not in this version"),
            ProbeOutcome::Failed(error) => {
                assert_eq!(error.answer().unwrap().missing_scopes[0], probe.scope);
                (probe.what, "refused")
            }
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            ("people", "works"),
            ("permission sets", "works"),
            ("teams", "refused"),
            ("seats", "refused"),
            ("CRM records", "works"),
            ("archived owners", "works"),
            ("owned contacts", "refused"),
            ("owned companies", "refused"),
            ("owned deals", "refused"),
            ("owned tickets", "works"),
            ("deactivations", "refused"),
        ]
    );
    let token = checkup.token.unwrap();
    assert_eq!(token.portal.unwrap().to_string(), "4611686");
    assert_eq!(token.owner, Some(user_id("1000")));
    assert_eq!(checkup.daily_by_header.map(|(limit, _)| limit), Some(1_000_000));
    assert!(!checkup.daily.is_empty());
}
