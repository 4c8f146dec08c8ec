//! A small stand-in for GitHub's API, over real HTTP: comments, issues, checks, who asks, and what goes wrong.
//!
//! Shares nothing with the client, so that a mistake on one side shows. Deliberately absent: everything that is not
//! asked of it; it answers 404 then, as GitHub does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

pub(crate) const REPOSITORY: &str = "example/access";
/// Of a workflow: `GET /user` refuses it.
pub(crate) const TOKEN: &str = "ghs_of-a-workflow-5b1d";
/// Of a person.
pub(crate) const PERSONAL_TOKEN: &str = "ghp_of-a-person-91c4";
/// Of an app on a GitHub whose GraphQL is shut.
pub(crate) const SHUT_TOKEN: &str = "ghs_behind-a-wall-77aa";
const SITE: &str = "https://github.example.com/example/access";

pub(crate) struct Forge {
    pub(crate) url: String,
    world: Arc<Mutex<World>>,
}

#[derive(Default)]
pub(crate) struct World {
    pub(crate) comments: Vec<Comment>,
    pub(crate) issues: Vec<Issue>,
    /// The newest commit of each pull request.
    pub(crate) heads: BTreeMap<u64, String>,
    pub(crate) checks: Vec<Value>,
    /// A page has no more, whatever is asked for.
    pub(crate) page: usize,
    /// `GET /path 200`, in order.
    pub(crate) log: Vec<String>,
    faults: VecDeque<(String, Fault)>,
    last_id: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) on: u64,
    pub(crate) author: String,
    pub(crate) body: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub(crate) number: u64,
    pub(crate) author: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) state: String,
    pub(crate) is_pull_request: bool,
}

/// What happens once to the next request that a line such as `POST /repos/…/comments` begins.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Status, headers, body; nothing is done.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// It is done, and the answer breaks off.
    LostAfter,
    /// It is done, and this is answered.
    DoneBut(u16),
    /// More of a body than anybody reads.
    Flood(usize),
    /// Everything as usual, with this `Link` header.
    Link(String),
}

impl Fault {
    pub(crate) fn refusal(status: u16, message: &str) -> Fault {
        Fault::Answer(status, Vec::new(), json!({ "message": message, "documentation_url": "x" }).to_string())
    }
}

impl Forge {
    pub(crate) fn start() -> Forge {
        let world = Arc::new(Mutex::new(World { page: 100, last_id: 1000, ..World::default() }));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a plain socket");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::clone(&world);
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a plain socket");
                let router = Router::new().fallback(answer).with_state(shared);
                axum::serve(listener, router).await.expect("it serves until the test ends");
            });
        });
        let forge = Forge { url, world };
        forge.world().heads.insert(12, "1".repeat(40));
        forge
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no panic holds it")
    }

    /// The next request that `line` begins meets `fault`.
    pub(crate) fn trouble(&self, line: &str, fault: Fault) {
        self.world().faults.push_back((line.to_owned(), fault));
    }

    /// Somebody's comment on pull request 12.
    pub(crate) fn said(&self, author: &str, body: &str) -> u64 {
        self.world().add_comment(12, author, body)
    }

    /// Bodies of the comments on pull request 12, oldest first.
    pub(crate) fn bodies(&self) -> Vec<String> {
        self.world()
            .comments
            .iter()
            .filter(|comment| comment.on == 12)
            .map(|comment| comment.body.clone())
            .collect()
    }

    /// Everything that changed something.
    pub(crate) fn writes(&self) -> Vec<String> {
        let asks = |line: &&String| line.starts_with("GET ") || line.contains("/graphql");
        self.world().log.iter().filter(|line| !asks(line)).cloned().collect()
    }
}

impl World {
    pub(crate) fn add_comment(&mut self, on: u64, author: &str, body: &str) -> u64 {
        self.last_id += 1;
        let (author, body) = (author.to_owned(), body.to_owned());
        self.comments.push(Comment { id: self.last_id, on, author, body });
        self.last_id
    }

    pub(crate) fn add_issue(&mut self, author: &str, title: &str, body: &str) -> u64 {
        let number = self.issues.len() as u64 + 30;
        let [author, title, body] = [author, title, body].map(str::to_owned);
        let state = "open".to_owned();
        self.issues.push(Issue { number, author, title, body, state, is_pull_request: false });
        number
    }

    /// By method, path, query and body; the account has been let in.
    fn act(
        &mut self,
        account: &str,
        (method, path, query): (&Method, &str, &str),
        body: &Value,
    ) -> (u16, Value, Option<String>) {
        let plain = |status: u16, body: Value| (status, body, None);
        let not_found = || plain(404, json!({ "message": "Not Found" }));
        if path == "/user" {
            return match account {
                "github-actions[bot]" => {
                    plain(403, json!({ "message": "Resource not accessible by integration" }))
                }
                "walled[bot]" => plain(403, json!({ "message": "Resource not accessible by integration" })),
                login => plain(200, author(login)),
            };
        }
        if path == "/graphql" {
            return match account {
                "walled[bot]" => plain(403, json!({ "message": "GraphQL is disabled" })),
                login => {
                    let viewer = json!({ "login": login, "databaseId": number_of(login) });
                    plain(200, json!({ "data": { "viewer": viewer } }))
                }
            };
        }
        let Some(rest) = path.strip_prefix("/repos/example/access/") else { return not_found() };
        let parts: Vec<&str> = rest.split('/').collect();
        match (method.as_str(), parts.as_slice()) {
            ("GET", ["pulls", number]) => {
                match number.parse().ok().and_then(|number| self.heads.get::<u64>(&number)) {
                    Some(sha) => plain(200, json!({ "number": 12, "head": { "sha": sha } })),
                    None => not_found(),
                }
            }
            ("GET", ["issues", number, "comments"]) => {
                let on: u64 = number.parse().expect("a number");
                let shown = self.comments.iter().filter(|comment| comment.on == on).map(comment).collect();
                self.paged(shown, path, query)
            }
            ("POST", ["issues", number, "comments"]) => {
                let text = body["body"].as_str().expect("a body");
                self.add_comment(number.parse().expect("a number"), account, text);
                plain(201, comment(self.comments.last().expect("just added")))
            }
            ("PATCH", ["issues", "comments", id]) => {
                match self.comments.iter_mut().find(|comment| comment.id.to_string() == *id) {
                    Some(found) => {
                        found.body = body["body"].as_str().expect("a body").to_owned();
                        plain(200, comment(found))
                    }
                    None => not_found(),
                }
            }
            ("DELETE", ["issues", "comments", id]) => {
                let before = self.comments.len();
                self.comments.retain(|comment| comment.id.to_string() != *id);
                if self.comments.len() == before { not_found() } else { plain(204, Value::Null) }
            }
            ("GET", ["issues"]) => {
                let shown = self.issues.iter().filter(|issue| issue.state == "open").map(issue).collect();
                self.paged(shown, path, query)
            }
            ("POST", ["issues"]) => {
                let text = |key: &str| body[key].as_str().expect("a text").to_owned();
                self.add_issue(account, &text("title"), &text("body"));
                plain(201, issue(self.issues.last().expect("just added")))
            }
            ("PATCH", ["issues", number]) => {
                match self.issues.iter_mut().find(|issue| issue.number.to_string() == *number) {
                    Some(found) => {
                        for (key, field) in [
                            ("title", &mut found.title),
                            ("body", &mut found.body),
                            ("state", &mut found.state),
                        ] {
                            if let Some(text) = body[key].as_str() {
                                *field = text.to_owned();
                            }
                        }
                        plain(200, issue(found))
                    }
                    None => not_found(),
                }
            }
            ("POST", ["check-runs"]) => {
                self.checks.push(body.clone());
                plain(201, json!({ "id": 1, "html_url": format!("{SITE}/runs/1") }))
            }
            _ => not_found(),
        }
    }

    fn paged(&self, all: Vec<Value>, path: &str, query: &str) -> (u16, Value, Option<String>) {
        let asked = |key: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('=')?.parse::<usize>().ok())
        };
        let per_page = asked("per_page").unwrap_or(30).min(self.page);
        let page = asked("page").unwrap_or(1);
        let start = (page - 1) * per_page;
        let shown: Vec<Value> = all.iter().skip(start).take(per_page).cloned().collect();
        let next = (start + per_page < all.len()).then(|| {
            // As GitHub writes it: by its own address, by which the client need not have come.
            let address =
                |page| format!("<https://api.github.example.com{path}?per_page={per_page}&page={page}>");
            format!("{}; rel=\"first\", {}; rel=\"next\"", address(1), address(page + 1))
        });
        (200, json!(shown), next)
    }
}

/// Each login has a number of its own.
fn number_of(login: &str) -> u64 {
    login.bytes().fold(7, |number, byte| (number * 31 + u64::from(byte)) % 100_000)
}

fn author(login: &str) -> Value {
    let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
    json!({ "id": number_of(login), "login": login, "type": kind })
}

fn comment(comment: &Comment) -> Value {
    let Comment { id, on, author: login, body } = comment;
    let place = if *on == 12 { "pull" } else { "issues" };
    json!({ "id": id, "user": author(login), "body": body, "html_url": format!("{SITE}/{place}/{on}#issuecomment-{id}") })
}

fn issue(issue: &Issue) -> Value {
    let Issue { number, author: login, title, body, state, is_pull_request } = issue;
    let mut shown = json!({
        "number": number, "user": author(login), "title": title, "body": body, "state": state,
        "html_url": format!("{SITE}/issues/{number}"),
    });
    if *is_pull_request {
        shown["pull_request"] = json!({ "url": "x" });
    }
    shown
}

async fn answer(State(world): State<Arc<Mutex<World>>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 22).await.expect("a small body");
    let body: Value =
        if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("JSON") };
    let (path, query) = (head.uri.path().to_owned(), head.uri.query().unwrap_or_default().to_owned());
    let line = format!("{} {path}", head.method);
    let shown = if query.is_empty() { line.clone() } else { format!("{line}?{query}") };
    let account = match head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        Some(value) if value == format!("Bearer {TOKEN}") => Some("github-actions[bot]"),
        Some(value) if value == format!("Bearer {PERSONAL_TOKEN}") => Some("ana"),
        Some(value) if value == format!("Bearer {SHUT_TOKEN}") => Some("walled[bot]"),
        _ => None,
    };
    let mut world = world.lock().expect("no panic holds it");
    let place = world.faults.iter().position(|(start, _)| line.starts_with(start.as_str()));
    let fault = place.and_then(|place| world.faults.remove(place)).map(|(_, fault)| fault);
    let response = respond(&mut world, (account, fault), (&head.method, &path, &query), &body);
    world.log.push(format!("{shown} {}", response.status().as_u16()));
    response
}

fn respond(
    world: &mut World,
    (account, fault): (Option<&str>, Option<Fault>),
    asked: (&Method, &str, &str),
    body: &Value,
) -> Response<Body> {
    let Some(account) = account else {
        return built(401, &[], json!({ "message": "Bad credentials" }).to_string().into());
    };
    match fault {
        Some(Fault::Answer(status, headers, body)) => built(status, &headers, body.into()),
        Some(Fault::Flood(length)) => built(200, &[], vec![b'['; length].into()),
        Some(Fault::LostAfter) => {
            world.act(account, asked, body);
            let pieces = [Ok("{\"id\":"), Err(std::io::Error::other("the line is cut"))];
            built(201, &[], Body::from_stream(futures_util::stream::iter(pieces)))
        }
        Some(Fault::DoneBut(status)) => {
            world.act(account, asked, body);
            built(status, &[], "<html><title>Unicorn!</title>".into())
        }
        Some(Fault::Link(link)) => {
            let (status, body, _) = world.act(account, asked, body);
            built(status, &[("link", link)], body.to_string().into())
        }
        None => {
            let (status, body, link) = world.act(account, asked, body);
            let link: Vec<(&str, String)> = link.map(|link| ("link", link)).into_iter().collect();
            let text = if body.is_null() { Body::empty() } else { body.to_string().into() };
            built(status, &link, text)
        }
    }
}

fn built(status: u16, headers: &[(&str, String)], body: Body) -> Response<Body> {
    let status = StatusCode::from_u16(status).expect("a status");
    let mut response = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    response.body(body).expect("plain headers")
}
