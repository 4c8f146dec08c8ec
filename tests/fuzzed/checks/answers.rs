//! Answers of HubSpot, one at a time: decoded or refused, and an error never more than it says.

use hubroster::model::{ApiVersion, Catalog, Email, Profile, Status, UserId, is_hidden};
use hubroster::portal::wire::account::{ApiUsage, PortalInformationResponse, TokenInformation};
use hubroster::portal::wire::activity::SecurityEvent;
use hubroster::portal::wire::crm::{BatchResponse, CrmObject, SearchTotal};
use hubroster::portal::wire::owners::PublicOwner;
use hubroster::portal::wire::scim::{ListResponse, UserResource};
use hubroster::portal::wire::teams::TeamResponse;
use hubroster::portal::wire::users::{PublicPermissionSet, PublicSeat, PublicTeam, PublicUser};
use hubroster::portal::wire::{Page, decode};
use hubroster::portal::{
    ArchivedOwner, Asked, CrmRecord, Error, Lists, ProfileChanges, Question, Realm, Settings, Unclear,
    UserBody, Wanted, refusal, scim_person, the_one,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;

const TOKEN: &str = "pat-eu1-0123-4567-89ab-cdef";
const VERSIONS: [ApiVersion; 3] = [ApiVersion::V3, ApiVersion::March2026, ApiVersion::September2026];

/// The answer, or nothing; a refusal says why.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    decode(body).map_err(|reason| assert!(!reason.is_empty())).ok()
}

fn page<T: DeserializeOwned>(body: &[u8]) -> Option<Vec<T>> {
    read::<Page<T>>(body).map(|page| page.split().0)
}

/// The account, what the token says of itself, its history, permission sets, teams in both lists, seats, counts.
pub(crate) fn catalog(body: &[u8]) {
    let _ =
        (read::<PortalInformationResponse>(body), read::<TokenInformation>(body), read::<SearchTotal>(body));
    let _ = (page::<ApiUsage>(body), page::<SecurityEvent>(body), page::<PublicSeat>(body));
    let sets = page::<PublicPermissionSet>(body).into_iter().flatten().map(|set| set.id);
    let flat = page::<PublicTeam>(body).into_iter().flatten().map(|team| team.id);
    let teams = page::<TeamResponse>(body).into_iter().flatten().map(|team| team.id);
    let one = read::<TeamResponse>(body).into_iter().map(|team| team.id);
    let mut ids = sets.chain(flat).chain(teams).chain(one);
    assert!(ids.all(|id| !id.0.trim().is_empty()));
}

/// A page of people, or one: a PUT made of a person as they were read carries all of them.
pub(crate) fn users(body: &[u8]) {
    for api in VERSIONS {
        let page = page::<PublicUser>(body).into_iter().flatten();
        for user in page.chain(read::<PublicUser>(body)) {
            let said_roles = user.role_ids.is_some() || user.role_id.is_some();
            let Ok(settings) = Settings::read(user, api) else { continue };
            assert!(said_roles && !settings.id.as_str().trim().is_empty(), "{settings:?}");
            let names = [&settings.first_name, &settings.last_name];
            assert!(names.into_iter().flatten().all(|name| !name.trim().is_empty()), "{settings:?}");
            let whole = UserBody::whole(&settings);
            assert_eq!(
                whole.role,
                settings.role_ids.first().filter(|_| settings.role_ids.len() == 1).cloned().into()
            );
            assert_eq!(
                (whole.extra_teams, whole.seats),
                (Some(settings.extra_teams), settings.seats_to_keep)
            );
        }
    }
}

/// CRM records in pages and batches, and owners: whatever a profile says, written to a record without one it is the
/// same profile.
pub(crate) fn records(body: &[u8]) {
    let batch = read::<BatchResponse>(body).map(|batch| batch.results);
    let objects = page::<CrmObject>(body).into_iter().chain(batch).flatten();
    let objects: Vec<CrmObject> = objects.chain(read::<CrmObject>(body)).collect();
    let owners = page::<PublicOwner>(body).unwrap_or_default();
    let addresses = objects.iter().filter_map(|object| object.properties.get("hs_email")?.as_ref());
    let addresses = addresses.map(|address| address.0.as_str());
    let addresses = addresses.chain(owners.iter().filter_map(|owner| owner.email.as_deref()));
    let wanted = Wanted { emails: addresses.map(Email::from_portal).collect(), ..Wanted::default() };
    let records = objects.into_iter().map(CrmRecord::read).collect();
    let owners = owners.into_iter().filter_map(ArchivedOwner::read).collect();
    let lists = Lists::new(Vec::new(), Some(records), Some(owners));
    let gone = lists.open_questions(&wanted).into_iter().map(|question| (question, None)).collect();
    for member in lists.people(gone, &Catalog::default()) {
        assert_eq!(member.user.status, Status::Absent);
        let profile = member.user.profile;
        assert!(ProfileChanges::between(&profile, &profile).is_empty());
        assert_eq!(read_again(&ProfileChanges::between(&Profile::default(), &profile)), profile);
    }
}

fn read_again(changes: &ProfileChanges) -> Profile {
    let mut properties = serde_json::to_value(changes.properties()).expect("texts");
    properties["hs_internal_user_id"] = "1".into();
    properties["hs_email"] = "ana@example.com".into();
    let record = serde_json::from_value(serde_json::json!({ "id": "1", "properties": properties }));
    let record = CrmRecord::read(record.expect("a record"));
    let lists = Lists::new(Vec::new(), Some(vec![record]), Some(Vec::new()));
    let asked = vec![(Question::Id(UserId::new("1")), None)];
    lists.people(asked, &Catalog::default()).remove(0).user.profile
}

/// A list for one address, one person, or an error of SCIM's.
pub(crate) fn scim(body: &[u8]) {
    let email = Email::from_portal("ana@example.com");
    if let Some(list) = read::<ListResponse>(body) {
        let shown = list.resources.as_ref().map_or(0, Vec::len);
        match the_one(list, &email) {
            Ok(None) => assert_eq!(shown, 0),
            Ok(Some(_)) => assert_eq!(shown, 1),
            Err(Unclear::Several(several)) => assert!(several > 1 && several == shown),
            Err(Unclear::Undecodable(reason)) => assert!(!reason.is_empty()),
        }
    }
    if let Some(person) = read::<UserResource>(body) {
        drop(scim_person(person));
    }
    error_of(Realm::Scim, 400, &HeaderMap::new(), body);
}

/// A status, header lines, an empty line, a body: whatever it is, a short error with the status in it, without anything
/// hidden and without the token.
pub(crate) fn error(input: &[u8]) {
    let (head, body) = match input.windows(2).position(|window| window == b"\n\n") {
        Some(end) => (&input[..end], &input[end + 2..]),
        None => (&b""[..], input),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = lines.next().and_then(|line| std::str::from_utf8(line).ok()?.trim().parse::<u16>().ok());
    let status = status.filter(|status| (400..600).contains(status)).unwrap_or(429);
    let mut headers = HeaderMap::new();
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    for realm in [Realm::Portal, Realm::Scim] {
        error_of(realm, status, &headers, body);
    }
}

fn error_of(realm: Realm, status: u16, headers: &HeaderMap, body: &[u8]) {
    let asked = Asked { realm, shown: "GET /settings/users/2026-09", secrets: [TOKEN, ""] };
    let error = refusal(asked, status, headers, body);
    let said = error.to_string();
    assert!(!said.contains(is_hidden), "{said:?}");
    assert!(!said.contains(TOKEN) && !format!("{error:?}").contains(TOKEN), "{said:?}");
    assert!(said.chars().count() < 8_000, "{} characters", said.chars().count());
    match &error {
        Error::DailyLimit { .. } => assert_eq!(status, 429),
        error => {
            assert_eq!(error.status(), Some(status));
            assert!(said.contains(&status.to_string()), "{said:?}");
        }
    }
}
