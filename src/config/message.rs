//! The message of a rule: text, with pieces such as `{user.email}` that are filled in.
//!
//! Deliberately absent: expressions in it. A piece is one field, so that a message can always be made.

use crate::expression::{Base, Budget, Expression, Problem, Value, Variable, parse};

/// In characters, as it is written.
const MAX_LENGTH: usize = 500;
/// Of what is filled in for one piece, and of the whole.
const MAX_FILLED: usize = 200;
const MAX_WHOLE: usize = 1_000;
/// A field and its record are no more.
const STEPS: u64 = 1_000;

/// Text with its pieces, each known to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Box<Expression>, Holds),
}

/// A piece of a message that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filled {
    /// The rule's own words, and what stands for a value that is not there.
    Text(String),
    Value(Holds, String),
}

impl Filled {
    pub fn text(&self) -> &str {
        match self {
            Filled::Text(text) | Filled::Value(_, text) => text,
        }
    }
}

/// What a field says of a person, for whoever may not see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Address,
    Domain,
    UserId,
    /// First or last.
    Name,
    Other,
}

impl Holds {
    fn of(path: &str) -> Holds {
        match path.rsplit('.').next() {
            Some("email") => Holds::Address,
            Some("domain") => Holds::Domain,
            Some("user_id") => Holds::UserId,
            Some("first_name" | "last_name") => Holds::Name,
            _ => Holds::Other,
        }
    }
}

impl Message {
    /// # Errors
    ///
    /// Every piece that is none, with its place in the text.
    pub(super) fn read(
        text: &str,
        variables: &[Variable],
        elsewhere: &[(&str, &str)],
    ) -> Result<Message, Vec<Problem>> {
        if text.trim().is_empty() {
            let help = "say what is wrong and what to do";
            return Err(vec![problem((0, text.len()), "empty-value", "a message that says nothing", help)]);
        }
        if text.chars().count() > MAX_LENGTH {
            let message = format!("a message of more than {MAX_LENGTH} characters");
            return Err(vec![problem((0, 1), "message-too-long", message, "say it in a sentence")]);
        }
        let mut pieces = vec![];
        let mut problems = vec![];
        let mut plain = String::new();
        let mut at = 0;
        while let Some(next) = text[at..].chars().next() {
            let rest = &text[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push(next);
                at += 2;
            } else if let Some(inside) = rest.strip_prefix('{') {
                let Some(length) = inside.find('}') else {
                    problems.push(problem(
                        (at, at + 1),
                        "bad-piece",
                        "a `{` that is never closed",
                        "write `{{` for the character itself",
                    ));
                    break;
                };
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                match field(&inside[..length], at + 1, variables, elsewhere) {
                    Ok(field) => pieces.push(Piece::Field(Box::new(field), Holds::of(&inside[..length]))),
                    Err(found) => problems.extend(found),
                }
                at += length + 2;
            } else if next == '}' {
                problems.push(problem(
                    (at, at + 1),
                    "bad-piece",
                    "a `}` that closes nothing",
                    "write `}}` for the character itself",
                ));
                at += 1;
            } else if matches!(next, '\n' | '\r' | '\t' | ' ') {
                // A message is one line, however many the file gives it.
                let line = rest.trim_start_matches(['\n', '\r', '\t', ' ']);
                if at > 0 && !line.is_empty() {
                    plain.push(' ');
                }
                at += rest.len() - line.len();
            } else {
                plain.push(next);
                at += next.len_utf8();
            }
        }
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        if problems.is_empty() { Ok(Message(pieces)) } else { Err(problems) }
    }

    /// `variables` in the order in which the message was read with them.
    pub fn fill(&self, variables: &[Value]) -> Vec<Filled> {
        let filled = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => Filled::Text(text.clone()),
            Piece::Field(field, holds) => {
                let value = field.evaluate(variables, &mut Budget::new(STEPS)).ok();
                let is_there = value.as_ref().is_some_and(|value| !matches!(value, Value::Null));
                match value.and_then(|value| value.shown()) {
                    Some(shown) if is_there => Filled::Value(*holds, cut(shown, MAX_FILLED)),
                    Some(shown) => Filled::Text(shown),
                    None => Filled::Text("unknown".to_owned()),
                }
            }
        });
        cut_whole(filled.collect())
    }
}

/// As `cut`, over all pieces together.
fn cut_whole(pieces: Vec<Filled>) -> Vec<Filled> {
    let mut left = MAX_WHOLE;
    let mut whole = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let length = piece.text().chars().count();
        if length > left {
            whole.push(match piece {
                Filled::Text(text) => Filled::Text(cut(text, left)),
                Filled::Value(holds, text) => Filled::Value(holds, cut(text, left)),
            });
            break;
        }
        left -= length;
        whole.push(piece);
    }
    whole
}

fn cut(text: String, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn problem(place: (usize, usize), code: &'static str, message: impl Into<String>, help: &str) -> Problem {
    Problem { code, start: place.0, end: place.1, message: message.into(), help: Some(help.to_owned()) }
}

/// `user.email`, at a place in the message.
fn field(
    inside: &str,
    at: usize,
    variables: &[Variable],
    elsewhere: &[(&str, &str)],
) -> Result<Expression, Vec<Problem>> {
    let whole = (at, at + inside.len());
    let is_path = !inside.is_empty()
        && inside.split('.').all(|name| {
            !name.is_empty() && name.chars().all(|next| next.is_ascii_alphanumeric() || next == '_')
        });
    if !is_path {
        let help = "write one field, as `{user.email}`; `{{` and `}}` are the characters themselves";
        return Err(vec![problem(whole, "bad-piece", format!("`{{{inside}}}` is not a field"), help)]);
    }
    let moved = |problem: Problem| Problem { start: problem.start + at, end: problem.end + at, ..problem };
    let syntax = parse(inside).map_err(|problem| vec![moved(problem)])?;
    let expression = Expression::check(syntax, variables, elsewhere)
        .map_err(|problems| problems.into_iter().map(moved).collect::<Vec<_>>())?;
    let found = expression.r#type();
    if matches!(found.base, Base::Record(_) | Base::Map | Base::Any) {
        let message = format!("`{inside}` is {found}, which a message has no words for");
        return Err(vec![problem(whole, "bad-piece", message, "name one of its fields, as `{user.email}`")]);
    }
    Ok(expression)
}
