//! Bodies that are spoiled on purpose, packed, slow or in two minds: an error with status and correlation id, soon,
//! and out of little memory.

use std::time::{Duration, Instant};

use hubroster::model::ApiVersion;
use hubroster::portal::{Error, NewUser, ReadClient, TransportFailure};
use serde_json::{Value, json};

use super::script::{Script, Step, answer};
use super::{TOKEN, client, connection, user_id};

const ANA: &str = r#"{"id":"1","email":"ana@example.com","roleIds":[],"superAdmin":false}"#;

/// What reading one person comes to, with so long for each try and all of them together.
async fn within(step: impl Fn() -> Step + Send + Sync + 'static, request: u64, call: u64) -> Error {
    let script = Script::by(move |_| step()).await;
    let mut connection = connection(&script.url, ApiVersion::September2026);
    connection.timeouts.request = Duration::from_millis(request);
    connection.timeouts.call = Duration::from_millis(call);
    ReadClient::new(connection).unwrap().user(&user_id("1")).await.unwrap_err()
}

async fn reading(step: impl Fn() -> Step + Send + Sync + 'static) -> Error {
    within(step, 5_000, 5_000).await
}

/// Status and correlation id are told, as numbers and in words.
fn is_told(error: &Error, what: &str) {
    assert_eq!((error.status(), error.correlation_id()), (Some(200), Some("c-1")), "{what}: {error:?}");
    let said = error.to_string();
    assert!(said.contains("status 200, correlation id c-1"), "{what}: {said}");
    assert!(said.contains("nothing was concluded"), "{what}: {said}");
    assert!(said.chars().count() < 1_000, "{what}: {said}");
}

/// As many bytes packed with gzip (RFC 1951, 1952): one byte, and then again and again the 258 before.
fn packed(bytes: usize) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut byte, mut used) = (0_u8, 0);
    let mut write = |bits: &str| {
        for bit in bits.bytes() {
            byte |= (bit - b'0') << used;
            used += 1;
            if used == 8 {
                packed.push(byte);
                (byte, used) = (0, 0);
            }
        }
    };
    // The last block, with the fixed codes; `[`; then "258 bytes" and "from 1 back".
    write("110");
    write("10001011");
    for _ in 0..bytes / 258 {
        write("11000101");
        write("00000");
    }
    packed
}

#[tokio::test]
async fn a_small_answer_that_unpacks_to_a_gigantic_one_is_not_unpacked() {
    let bomb = packed(400_000_000);
    assert!(bomb.len() < 3_000_000);
    let error = reading(move || Step::Bytes("content-encoding: gzip", bomb.clone())).await;
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
    assert_eq!((error.status(), error.correlation_id()), (Some(200), Some("c-1")));
}

#[tokio::test]
async fn a_packed_answer_that_is_cut_or_no_gzip_is_told() {
    for bytes in [packed(10_000), b"[[[[".to_vec(), Vec::new()] {
        let error = reading(move || Step::Bytes("content-encoding: gzip", bytes.clone())).await;
        is_told(&error, "gzip");
    }
}

#[tokio::test]
async fn an_answer_that_comes_byte_by_byte_is_given_up() {
    let started = Instant::now();
    let error = within(|| Step::Drip(ANA.to_owned(), Duration::from_millis(100)), 400, 1_000).await;
    assert!(matches!(error, Error::CutShort { failure: TransportFailure::TimedOut, .. }), "{error:?}");
    is_told(&error, "drip");
    assert!(error.to_string().contains("did not come in time"), "{error}");
    // All of it would take seven seconds a try.
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_told() {
    let error = reading(|| Step::Cut(200, ANA[..20].to_owned())).await;
    assert!(matches!(error, Error::CutShort { failure: TransportFailure::Lost, .. }), "{error:?}");
    is_told(&error, "cut");
    // Cut where JSON could have ended: still not whole.
    is_told(&reading(|| Step::Cut(200, ANA.to_owned())).await, "cut behind the last brace");
}

#[tokio::test]
async fn what_can_be_read_in_two_ways_is_not_read() {
    let deep = format!(r#"{{"id":{}"#, "[".repeat(10_000));
    let long = format!(r#"{{"id":"1","email":["{}"]}}"#, "x".repeat(1_000_000));
    for (what, body, said) in [
        (
            "keys twice",
            ANA.replace("false}", r#"false,"superAdmin":true}"#),
            "`superAdmin` stands there twice",
        ),
        (
            "nested keys twice",
            ANA.replace("false}", r#"false,"new":{"a":1,"a":2}}"#),
            "`a` stands there twice",
        ),
        ("an id beyond 64 bits", ANA.replace(r#""1""#, "18446744073709551616"), "expected an id"),
        ("an id with a fraction", ANA.replace(r#""1""#, "1.0"), "expected an id"),
        ("an empty id", ANA.replace(r#""1""#, r#""""#), "an empty id"),
        ("half a character", ANA.replace("ana@", r"\ud83d"), "unexpected end of hex escape"),
        (
            "an error",
            r#"{"status":"error","message":"internal error"}"#.to_owned(),
            "it is an error: internal error",
        ),
        ("an error and a person", ANA.replace("false}", r#"false,"status":"error"}"#), "it is an error"),
        ("depth", deep, "recursion limit"),
        ("a megabyte", long, "at `email`"),
        ("nothing", String::new(), "EOF"),
        ("a byte order mark", format!("\u{feff}{ANA}"), "expected value"),
        ("NUL", format!("{ANA}\0"), "trailing characters"),
    ] {
        let error = reading(move || answer(200, &body)).await;
        is_told(&error, what);
        assert!(error.to_string().contains(said), "{what}: {error}");
    }
}

#[tokio::test]
async fn another_charset_is_told_and_another_content_type_is_no_matter() {
    let latin = ANA
        .replace("ana@", "Zo\u{eb}@")
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    let latin: Vec<u8> = latin;
    let error =
        reading(move || Step::Bytes("content-type: application/json; charset=iso-8859-1", latin.clone()))
            .await;
    is_told(&error, "Latin-1");
    let wide: Vec<u8> = ANA.encode_utf16().flat_map(u16::to_le_bytes).collect();
    is_told(
        &reading(move || Step::Bytes("content-type: application/json; charset=utf-16", wide.clone())).await,
        "UTF-16",
    );
    let script = Script::play([Step::Bytes("content-type: text/html", ANA.as_bytes().to_vec())]).await;
    assert!(client(&script.url).user(&user_id("1")).await.unwrap().is_some());
}

#[tokio::test]
async fn no_content_where_a_person_is_due_is_nobody_and_nobody_is_absent_for_it() {
    let error = reading(|| Step::Answer(204, "", String::new())).await;
    assert!(matches!(error, Error::Undecodable { status: 204, .. }), "{error:?}");
    assert_eq!(error.correlation_id(), Some("c-1"));
}

#[tokio::test]
async fn ids_keep_every_digit() {
    let body = ANA.replace(r#""1""#, "18446744073709551615").replace("[]", "[9007199254740993]");
    let script = Script::play([answer(200, body)]).await;
    let ana = client(&script.url).user(&user_id("18446744073709551615")).await.unwrap().unwrap();
    assert_eq!(ana.id.as_str(), "18446744073709551615");
    assert_eq!(ana.role_ids.first().unwrap().as_str(), "9007199254740993");
}

#[tokio::test]
async fn an_answer_that_repeats_the_token_goes_no_further() {
    let body = ANA.replace("[]", r#"[],"firstName":"the-token""#).replace("the-token", TOKEN);
    let error = reading(move || answer(200, &body)).await;
    is_told(&error, "token");
    assert!(!format!("{error} {error:?}").contains(TOKEN));
    assert!(error.to_string().contains("make a new one"), "{error}");
}

#[tokio::test]
async fn a_redirect_of_any_kind_takes_nothing_along() {
    let elsewhere = Script::play([]).await;
    let newcomer = NewUser {
        email: hubroster::model::Email::from_portal("new@example.com"),
        send_welcome_email: true,
        first_name: None,
        last_name: None,
        role: None,
        team: None,
        extra_teams: Default::default(),
        seats: None,
    };
    for status in [301, 302, 303, 307, 308] {
        let header: &'static str = format!("location: {}/stolen", elsewhere.url).leak();
        let script = Script::by(move |_| Step::Answer(status, header, String::new())).await;
        let reader = client(&script.url);
        let writer = reader.clone().into_writing();
        let errors =
            [reader.user(&user_id("1")).await.unwrap_err(), writer.create_user(&newcomer).await.unwrap_err()];
        let mut open = 0;
        for error in errors {
            assert_eq!((error.status(), error.correlation_id()), (Some(status), Some("c-1")));
            let (cause, is_open) = match error {
                Error::OutcomeUnknown { cause, .. } => (*cause, true),
                error => (error, false),
            };
            assert!(matches!(cause, Error::Redirected { .. }), "{cause:?}");
            open += usize::from(is_open);
        }
        // HubSpot's API redirects nobody, so it is not its answer: the invitation may be out.
        assert_eq!(open, 1, "{status}");
        assert_eq!(script.seen().len(), 2, "neither is tried again");
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn what_an_error_says_is_visible_short_and_without_effect() {
    let hostile = "\u{1b}]8;;https://example.com\u{7}a\u{202e}b\u{2067}c\u{200b}d\u{9b}2Je\0 f \u{e0041}";
    let nested: Vec<Value> =
        (0..1_000).map(|number| json!({ "message": format!("{number}{hostile}") })).collect();
    let many = json!({ "status": "error", "category": hostile, "message": hostile.repeat(100), "correlationId": hostile,
                       "errors": nested, "context": { "missingScopes": vec![hostile; 1_000] } });
    assert!(many.to_string().len() < 250_000);
    let no_error_of_hubspots = hostile.repeat(5_000);
    for status in [400, 401, 403, 409] {
        for body in [many.to_string(), no_error_of_hubspots.clone()] {
            let error = reading(move || answer(status, &body)).await;
            let said = error.to_string();
            assert!(!said.contains(hubroster::model::is_hidden), "{said:?}");
            assert!(said.chars().count() < 4_000, "{}", said.chars().count());
            assert_eq!(error.status(), Some(status));
            assert!(error.correlation_id().is_some());
        }
    }
}
