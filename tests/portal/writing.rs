//! What each writing call changes, and what it leaves alone.

use std::collections::BTreeSet;

use hubroster::model::{ApiVersion, CrmUserId, Email, PermissionSetId, Profile, Raw, TeamId, WorkingHours};
use hubroster::portal::{
    Error, Field, NewUser, ProfileChanges, ReadClient, Settings, TeamMembership, UserBody, WriteClient,
};
use hubroster::sandbox::Running;
use serde_json::json;

use super::script::{Script, answer};
use super::{client, connection, of_itself, portal, user_id};

async fn company(put: &str) -> (Running, WriteClient) {
    let people = json!([
        { "id": "1000", "email": "owner@example.com", "super_admin": true },
        { "id": "1001", "email": "ana@example.com", "first_name": "Ana", "permission_sets": ["Sales Rep"],
          "team": "Benelux", "extra_teams": ["Sales"], "seats": ["Core"], "crm_id": "501" },
        { "id": "1002", "email": "gus@example.com", "first_name": "Gus", "status": "invited", "crm_id": "502" },
    ]);
    let portal = portal(people, json!({ "behaviour": { "put": put } })).await;
    let writer = client(&portal.url()).into_writing();
    (portal, writer)
}

fn newcomer(email: &str) -> NewUser {
    NewUser {
        email: Email::from_portal(email),
        send_welcome_email: true,
        first_name: Some("Cy".to_owned()),
        last_name: None,
        role: Some(PermissionSetId::new("102")),
        team: Some(TeamId::new("11")),
        extra_teams: [TeamId::new("12")].into(),
        seats: Some(["Core".to_owned()].into()),
    }
}

async fn read(writer: &WriteClient, id: &str) -> Settings {
    writer.reader().user(&user_id(id)).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_invitation_carries_everything_in_one_call() {
    let (portal, writer) = company("replace").await;
    let created = writer.create_user(&newcomer("cy+new@example.com")).await.unwrap();
    assert_eq!(created.role_ids, [PermissionSetId::new("102")].into());
    assert_eq!(created.seats, Some(["Core".to_owned()].into()));
    assert_eq!(read(&writer, created.id.as_str()).await, created);
    assert_eq!(writer.reader().requests().writes, 1);
    assert_eq!(of_itself(&portal, "outbox").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_who_is_there_already_is_a_conflict() {
    let (_portal, writer) = company("replace").await;
    let error = writer.create_user(&newcomer("ANA@example.com")).await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 409);
    assert!(error.to_string().contains("plan again"), "{error}");
}

#[tokio::test]
async fn a_shortage_of_seats_is_recognised() {
    let (_portal, writer) = company("replace").await;
    for email in ["one@example.com", "two@example.com"] {
        writer.create_user(&newcomer(email)).await.unwrap();
    }
    let error = writer.create_user(&newcomer("three@example.com")).await.unwrap_err();
    assert!(error.has_code("NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION"), "{error:?}");
    assert!(!error.has_code("USER_NOT_ON_ANY_HUBS"));
}

#[tokio::test]
async fn a_whole_body_changes_nothing_however_put_is_read() {
    for put in ["replace", "merge"] {
        let (_portal, writer) = company(put).await;
        let before = read(&writer, "1001").await;
        let after = writer.update_user(&before.id, &UserBody::whole(&before)).await.unwrap();
        assert_eq!(after, before, "{put}");
        assert_eq!(read(&writer, "1001").await, before, "{put}");
    }
}

#[tokio::test]
async fn clearing_clears_however_put_is_read() {
    for put in ["replace", "merge"] {
        let (_portal, writer) = company(put).await;
        let before = read(&writer, "1001").await;
        let body = UserBody {
            role: Field::Cleared,
            team: Field::Cleared,
            extra_teams: Some(BTreeSet::new()),
            seats: Some(BTreeSet::new()),
            ..UserBody::whole(&before)
        };
        let after = writer.update_user(&before.id, &body).await.unwrap();
        assert!(after.role_ids.is_empty() && after.team.is_none() && after.extra_teams.is_empty(), "{put}");
        assert_eq!(after.seats.unwrap_or_default(), BTreeSet::new(), "{put}");
        assert_eq!(after.first_name, before.first_name, "{put}");
    }
}

#[tokio::test]
async fn an_invited_persons_names_are_refused_with_a_code_of_its_own() {
    let (_portal, writer) = company("replace").await;
    let gus = read(&writer, "1002").await;
    let error = writer.update_user(&gus.id, &UserBody::whole(&gus)).await.unwrap_err();
    assert!(error.has_code("USER_NOT_ON_ANY_HUBS"), "{error:?}");
}

#[tokio::test]
async fn a_removal_is_seen_by_a_direct_read_and_may_be_said_twice() {
    let (_portal, writer) = company("replace").await;
    for _ in 0..2 {
        writer.remove_user(&user_id("1001")).await.unwrap();
        assert_eq!(writer.reader().user(&user_id("1001")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn teams_are_made_renamed_moved_and_removed() {
    let (_portal, writer) = company("replace").await;
    let made = writer.create_team("Enablement", Some(&TeamId::new("11"))).await.unwrap();
    assert_eq!(made.parent, Some(TeamId::new("11")));
    let moved = writer.update_team(&made.id, "Sales Enablement", None).await.unwrap();
    assert_eq!((moved.name.as_str(), &moved.parent), ("Sales Enablement", &None));
    assert_eq!(writer.reader().team(&made.id).await.unwrap(), Some(moved));
    writer.remove_team(&made.id).await.unwrap();
    assert_eq!(writer.reader().team(&made.id).await.unwrap(), None);
    assert_eq!(writer.reader().teams().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_change_of_teams_touches_nothing_else() {
    let (_portal, writer) = company("replace").await;
    let before = read(&writer, "1001").await;
    let (sales, benelux) = (TeamId::new("11"), TeamId::new("12"));
    writer.remove_team_member(&sales, &before.id, TeamMembership::Extra).await.unwrap();
    writer.remove_team_member(&benelux, &before.id, TeamMembership::Main).await.unwrap();
    writer.add_team_member(&sales, &before.id, TeamMembership::Main).await.unwrap();
    writer.add_team_member(&benelux, &before.id, TeamMembership::Extra).await.unwrap();
    let after = read(&writer, "1001").await;
    let mut expected = before;
    expected.team = Some(sales);
    expected.extra_teams = [benelux].into();
    assert_eq!(after, expected);
}

#[tokio::test]
async fn time_zone_and_working_hours_go_in_one_call() {
    let (_portal, writer) = company("replace").await;
    let ana = CrmUserId::new("501");
    let wanted = Profile {
        job_title: Some("Account manager".to_owned()),
        time_zone: Some("Europe/Brussels".to_owned()),
        working_hours: Some(Raw::Known(WorkingHours::from_spans([(
            hubroster::model::Day::Mon,
            "09:00-24:00".parse().unwrap(),
        )]))),
        other_languages: vec!["en".to_owned(), "fr".to_owned()],
        ..Profile::default()
    };
    let changes = ProfileChanges::between(&Profile::default(), &wanted);
    let written = writer.update_profiles(&[(ana.clone(), changes)]).await.remove(0).unwrap();
    assert_eq!(written.not_taken, BTreeSet::new());
    let live = writer.reader().profiles(std::slice::from_ref(&ana)).await.unwrap().remove(&ana).unwrap();
    assert_eq!(live, wanted);
    let back = ProfileChanges::between(&live, &Profile::default());
    writer.update_profiles(&[(ana.clone(), back)]).await.remove(0).unwrap();
    let live = writer.reader().profiles(std::slice::from_ref(&ana)).await.unwrap().remove(&ana).unwrap();
    assert_eq!(live, Profile::default());
}

#[tokio::test]
async fn one_refused_profile_does_not_stop_the_others() {
    let (_portal, writer) = company("replace").await;
    let change = |availability: &str| {
        let wanted = Profile { availability: Some(availability.to_owned()), ..Profile::default() };
        ProfileChanges::between(&Profile::default(), &wanted)
    };
    let changes = [
        (CrmUserId::new("501"), change("away")),
        (CrmUserId::new("999999"), change("away")),
        (CrmUserId::new("502"), change("on the moon")),
    ];
    let outcomes = writer.update_profiles(&changes).await;
    assert_eq!(outcomes[0].as_ref().unwrap().profile.availability.as_deref(), Some("away"));
    for (outcome, category) in [(&outcomes[1], "OBJECT_NOT_FOUND"), (&outcomes[2], "VALIDATION_ERROR")] {
        let error = outcome.as_ref().unwrap_err();
        assert_eq!(error.answer().unwrap().category.as_deref(), Some(category), "{error:?}");
    }
}

#[tokio::test]
async fn a_batch_that_is_refused_whole_is_halved_until_the_bad_one_stands_alone() {
    let change = || {
        let wanted = Profile { job_title: Some("Seller".to_owned()), ..Profile::default() };
        ProfileChanges::between(&Profile::default(), &wanted)
    };
    let changes: Vec<_> = (1..=4).map(|id| (CrmUserId::new(id.to_string()), change())).collect();
    let written = |ids: &[&str]| {
        let results: Vec<_> = ids
            .iter()
            .map(|id| json!({ "id": id, "properties": { "hs_job_title": "Seller" }, "archived": false }))
            .collect();
        answer(200, json!({ "status": "COMPLETE", "results": results }))
    };
    let refused =
        || answer(400, json!({ "category": "VALIDATION_ERROR", "message": "no", "correlationId": "c" }));
    let script = Script::play([refused(), written(&["1", "2"]), refused(), refused(), written(&["4"])]).await;
    let outcomes = client(&script.url).into_writing().update_profiles(&changes).await;
    let done: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, true, false, true]);
    let ids: Vec<String> = script
        .seen()
        .iter()
        .map(|seen| serde_json::from_str::<serde_json::Value>(&seen.body).unwrap())
        .map(|body| {
            body["inputs"].as_array().unwrap().iter().map(|input| input["id"].as_str().unwrap()).collect()
        })
        .collect();
    assert_eq!(ids, ["1234", "12", "34", "3", "4"]);
}

#[tokio::test]
async fn what_an_older_version_cannot_do_is_not_sent() {
    let (portal, _) = company("replace").await;
    let reader = ReadClient::new(connection(&portal.url(), ApiVersion::March2026)).unwrap();
    let writer = reader.into_writing();
    let seats = writer.create_user(&newcomer("cy@example.com")).await.unwrap_err();
    let teams = writer.create_team("Enablement", None).await.unwrap_err();
    for error in [seats, teams] {
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    }
    assert_eq!(of_itself(&portal, "requests").await, json!([]));

    let without_seats = NewUser { seats: None, ..newcomer("cy@example.com") };
    let created = writer.create_user(&without_seats).await.unwrap();
    let body = UserBody { role: Field::Set(PermissionSetId::new("101")), ..UserBody::whole(&created) };
    let invited = UserBody { first_name: Field::LeftOut, last_name: Field::LeftOut, ..body };
    let changed = writer.update_user(&created.id, &invited).await.unwrap();
    assert_eq!(changed.role_ids, [PermissionSetId::new("101")].into());
    writer.remove_user(&created.id).await.unwrap();
}

#[tokio::test]
async fn an_id_that_would_change_the_path_is_not_sent() {
    let (portal, writer) = company("replace").await;
    assert!(matches!(writer.remove_user(&user_id("")).await, Err(Error::Request { .. })));
    assert!(matches!(writer.remove_team(&TeamId::new("..")).await, Err(Error::Request { .. })));
    assert_eq!(of_itself(&portal, "requests").await, json!([]));
}
