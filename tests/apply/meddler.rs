//! Stands between the client and the portal and plays tricks: loses an answer, says no, or lets somebody else
//! be faster.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value as Json;

use crate::world::http;

/// On calls whose method and path contain `call`, counted from the first as 1.
#[derive(Debug, Clone)]
pub(crate) struct Trick {
    pub call: &'static str,
    /// Which of the matching calls, both ends included.
    pub from: usize,
    pub to: usize,
    pub what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    /// The portal does it; its answer does not arrive.
    LoseAnswer,
    /// The portal never hears of it, and the client cannot know.
    LoseCall,
    Answer(u16, Json),
    /// Somebody else makes this call first: method, path, body.
    First(&'static str, &'static str, Json),
    /// The answer is this instead, though the portal has done what was asked.
    Instead(Json),
    /// The portal is asked for this instead.
    Become(Json),
    /// The account is moving to another data centre for so many seconds.
    Moving(u32),
}

impl Trick {
    pub(crate) fn once(call: &'static str, what: What) -> Trick {
        Trick { call, from: 1, to: 1, what }
    }

    pub(crate) fn always(call: &'static str, what: What) -> Trick {
        Trick { call, from: 1, to: usize::MAX, what }
    }
}

pub(crate) struct Meddler {
    target: String,
    tricks: Mutex<Vec<(usize, Trick)>>,
}

impl Meddler {
    pub(crate) async fn start(target: &str, tricks: Vec<Trick>) -> String {
        let meddler = Meddler {
            target: target.to_owned(),
            tricks: Mutex::new(tricks.into_iter().map(|trick| (0, trick)).collect()),
        };
        let router = Router::new().fallback(serve).with_state(Arc::new(meddler));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn trick(&self, call: &str) -> Option<What> {
        let mut played = None;
        for (count, trick) in self.tricks.lock().unwrap().iter_mut() {
            if call.contains(trick.call) {
                *count += 1;
                if (trick.from..=trick.to).contains(count) {
                    played = played.or(Some(trick.what.clone()));
                }
            }
        }
        played
    }

    async fn forward(&self, method: &str, path: &str, body: Bytes) -> Response {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let answer = http()
            .request(method, format!("{}{path}", self.target))
            .header("authorization", "Bearer test-token")
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            if name.as_str().starts_with("x-hubspot") || name == "content-type" {
                response = response.header(name, value);
            }
        }
        response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
    }
}

async fn serve(State(meddler): State<Arc<Meddler>>, request: Request) -> Response {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path_and_query().unwrap().as_str().to_owned();
    let body = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    match meddler.trick(&format!("{method} {path}")) {
        None => meddler.forward(&method, &path, body).await,
        Some(What::LoseCall) => cut(),
        Some(What::LoseAnswer) => {
            meddler.forward(&method, &path, body).await;
            cut()
        }
        Some(What::Answer(status, json)) => answer(status, &json),
        Some(What::First(method_first, path_first, json)) => {
            let first = meddler.forward(method_first, path_first, Bytes::from(json.to_string())).await;
            assert!(first.status().is_success(), "{method_first} {path_first}: {}", first.status());
            meddler.forward(&method, &path, body).await
        }
        Some(What::Become(json)) => meddler.forward(&method, &path, Bytes::from(json.to_string())).await,
        Some(What::Moving(seconds)) => {
            Response::builder().status(477).header("retry-after", seconds).body(Body::empty()).unwrap()
        }
        Some(What::Instead(json)) => {
            let status = meddler.forward(&method, &path, body).await.status();
            answer(status.as_u16(), &json)
        }
    }
}

fn answer(status: u16, json: &Json) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(json.to_string()))
        .unwrap()
}

/// An answer that promises more than it holds: the connection ends in the middle.
fn cut() -> Response {
    let broken =
        futures_util::stream::iter([Ok(Bytes::from_static(b"{\"id\":")), Err(std::io::Error::other("cut"))]);
    Response::builder().status(200).body(Body::from_stream(broken)).unwrap()
}
