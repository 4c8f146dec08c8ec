//! HubSpot's published OpenAPI documents as the judge of what the client asks and the sandbox answers.
//!
//! The documents are not part of the project: `HUBROSTER_HUBSPOT_SPECS` names a directory that holds them, and
//! without it there is no judge and the tests are otherwise the same. Where the documents are known to be wrong
//! or silent, `exceptions` says so, line by line and with the reason; nothing else is excused.
//! Deliberately absent: any type of hubroster. Both sides are judged by their bytes.

mod documents;
mod exceptions;
mod operation;
mod relay;
mod schema;

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use documents::{Documents, Found};

pub(crate) use relay::Relay;

const VARIABLE: &str = "HUBROSTER_HUBSPOT_SPECS";

/// Read and compiled once for all tests of a binary.
static DOCUMENTS: LazyLock<Option<Result<Documents, String>>> = LazyLock::new(|| {
    #[expect(
        clippy::disallowed_methods,
        reason = "the documents lie outside the project; only this tells where"
    )]
    let directory = std::env::var_os(VARIABLE)?;
    Some(Documents::load(Path::new(&directory)))
});

/// Judges exchanges by HubSpot's documents.
#[derive(Clone, Copy)]
pub(crate) struct Judge {
    documents: &'static Documents,
}

/// One request and what became of it.
pub(crate) struct Exchange {
    pub(crate) method: String,
    /// As it was sent: encoded, with the query.
    pub(crate) path_and_query: String,
    /// The `Content-Type` of the request.
    pub(crate) content_type: Option<String>,
    /// Empty where nothing was sent.
    pub(crate) body: Vec<u8>,
    /// None where the connection ended before a whole answer was there.
    pub(crate) answer: Option<Answer>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// One thing that is not as HubSpot's documents have it.
pub(crate) struct Violation {
    /// `GET /settings/users/2026-09?limit=100`, and `→ 200` where it is the answer that is wrong.
    exchange: String,
    finding: Finding,
    /// The document's file; None where no document has the path.
    document: Option<String>,
}

/// Where in a request or an answer, and what is wrong there.
pub(crate) struct Finding {
    /// `query limit`, `body.email` and the like in a request, `results[3].superAdmin` in an answer.
    place: String,
    problem: String,
}

impl Finding {
    fn new(place: impl Into<String>, problem: impl Into<String>) -> Finding {
        Finding { place: place.into(), problem: problem.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { exchange, finding: Finding { place, problem }, document } = self;
        write!(formatter, "{exchange}: {place}: {problem}")?;
        match document {
            Some(document) => write!(formatter, " ({document})"),
            None => Ok(()),
        }
    }
}

impl Judge {
    /// None where the variable is not set.
    ///
    /// # Panics
    /// The variable is set and there are no documents that can be judged by.
    pub(crate) fn from_environment() -> Option<Judge> {
        let documents = DOCUMENTS.as_ref()?;
        // A gate that finds no documents must not let everything pass.
        let documents = documents.as_ref().unwrap_or_else(|problem| panic!("{VARIABLE}: {problem}"));
        Some(Judge { documents })
    }

    /// Everything that is wrong with the request, then everything that is wrong with its answer.
    pub(crate) fn exchange(&self, exchange: &Exchange) -> Vec<Violation> {
        let asked = format!("{} {}", exchange.method, exchange.path_and_query);
        let (path, query) = match exchange.path_and_query.split_once('?') {
            None => (exchange.path_and_query.as_str(), ""),
            Some((path, query)) => (path, query),
        };
        let violation = |exchange: &str, document: Option<&str>, finding| Violation {
            exchange: exchange.to_owned(),
            finding,
            document: document.map(str::to_owned),
        };
        match self.documents.find(&exchange.method, path) {
            Found::Undocumented => Vec::new(),
            Found::Nothing => {
                let problem = "HubSpot documents no such path";
                vec![violation(&asked, None, Finding::new("path", problem))]
            }
            Found::OtherMethods { document, methods } => {
                let problem = format!("HubSpot documents only {methods} here");
                vec![violation(&asked, Some(document), Finding::new("method", problem))]
            }
            Found::Operation { operation, parameters } => {
                let document = Some(operation.document.as_str());
                let of_request = operation.request(&parameters, query, exchange);
                let mut violations: Vec<Violation> =
                    of_request.into_iter().map(|finding| violation(&asked, document, finding)).collect();
                if let Some(answer) = &exchange.answer {
                    let answered = format!("{asked} → {}", answer.status);
                    let of_answer = operation.answer(answer).into_iter();
                    violations.extend(of_answer.map(|finding| violation(&answered, document, finding)));
                }
                violations
            }
        }
    }
}
