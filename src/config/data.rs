//! Any YAML or JSON document as plain values, with the place of each: for formats whose types are defined
//! elsewhere.
//!
//! Deliberately absent: knowledge of any format.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Number, Value};

use super::decode::is_null;
use super::reading::Reading;
use super::source::{Source, quote_lines};
use super::tree::{Kind, Node, Reader, Spot, Stopped};
use super::{Finding, Findings};
use crate::model::Place;

/// A snapshot of a portal with 100,000 people has about four million values.
const MAX_NODES: u64 = 8_000_000;

/// A document's value, and where each part of it stands.
#[derive(Debug, Clone)]
pub struct Data {
    pub value: Value,
    source: Arc<Text>,
    root: Located,
}

#[derive(Debug)]
struct Text {
    file: Arc<str>,
    text: String,
}

/// The places of a value and of what is inside it.
#[derive(Debug, Clone)]
struct Located {
    spot: Spot,
    inside: Inside,
}

#[derive(Debug, Clone)]
enum Inside {
    Nothing,
    Items(Vec<Located>),
    Entries(Vec<(Box<str>, Located)>),
}

/// Reads a document. `file` is how its path is shown. An empty document is `null`.
///
/// # Errors
///
/// What keeps it from being one document of plain values: syntax, tags, equal keys, alias bombs.
pub fn data(text: &[u8], file: &str) -> Result<Data, Findings> {
    let source = Source::from_bytes(text.to_vec(), file)?;
    let mut reading = Reading::new(Arc::clone(&source.file));
    let read = read(&mut reading, &source.text).ok();
    let mut findings = reading.finish();
    match read {
        Some((value, root)) if findings.is_empty() => {
            let Source { file, text, has_byte_order_mark: _ } = source;
            Ok(Data { value, source: Arc::new(Text { file, text }), root })
        }
        _ => {
            quote_lines(&mut findings, &source.text);
            Err(Findings(findings))
        }
    }
}

fn read(reading: &mut Reading, text: &str) -> Result<(Value, Located), Stopped> {
    let mut reader = Reader::new(text, MAX_NODES);
    let Some(first) = reader.begin(reading)? else {
        return Ok((Value::Null, Located { spot: Spot::at(1, 0), inside: Inside::Nothing }));
    };
    let node = reader.node(first, reading)?;
    reader.finish(reading)?;
    Ok(plain(reading, &node))
}

fn plain(reading: &mut Reading, node: &Node<'_>) -> (Value, Located) {
    let (value, inside) = match node.kind() {
        Kind::Quoted(text) => (Value::String(text.to_string()), Inside::Nothing),
        Kind::Plain(text) => (scalar(node, text), Inside::Nothing),
        Kind::List(items) => {
            let (values, places) = items.iter().map(|item| plain(reading, item)).unzip();
            (Value::Array(values), Inside::Items(places))
        }
        Kind::Map(_) => {
            let mut values = Map::new();
            let mut places = Vec::new();
            let fields = reading.any_fields(node, "this");
            for (name, _, value) in fields.iter().flat_map(|fields| fields.iter()) {
                let (value, place) = plain(reading, value);
                values.insert(name.to_owned(), value);
                places.push((name.into(), place));
            }
            (Value::Object(values), Inside::Entries(places))
        }
        Kind::Blank | Kind::Broken | Kind::Shared(_) => (Value::Null, Inside::Nothing),
    };
    (value, Located { spot: node.spot, inside })
}

/// Only what JSON would write the same way is a number: `0123` and `1.10` stay text.
fn scalar(node: &Node<'_>, text: &str) -> Value {
    if is_null(node) {
        return Value::Null;
    }
    match text {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    match serde_json::from_str::<Number>(text) {
        Ok(number) if number.to_string() == text => Value::Number(number),
        _ => Value::String(text.to_owned()),
    }
}

impl Data {
    /// Where the value at a path stands, as in `people[3].status`; of the innermost part that exists.
    pub fn place(&self, path: &str) -> Place {
        let spot = self.spot(path);
        Place { file: Arc::clone(&self.source.file), line: spot.line, column: spot.column }
    }

    /// Where each value of the map at a path stands; empty where there is no map.
    pub fn places(&self, path: &str) -> BTreeMap<String, Place> {
        match &self.located(path).inside {
            Inside::Entries(entries) => {
                let place = |spot: Spot| Place {
                    file: Arc::clone(&self.source.file),
                    line: spot.line,
                    column: spot.column,
                };
                entries.iter().map(|(key, located)| (key.to_string(), place(located.spot))).collect()
            }
            Inside::Nothing | Inside::Items(_) => BTreeMap::new(),
        }
    }

    /// An error about the value at a path, with its source line.
    pub fn finding(&self, path: &str, code: &'static str, message: impl Into<String>) -> Finding {
        let width = self.spot(path).width as usize;
        let mut findings = [Finding::error(code, self.place(path), message).wide(width)];
        quote_lines(&mut findings, &self.source.text);
        let [finding] = findings;
        finding
    }

    fn spot(&self, path: &str) -> Spot {
        self.located(path).spot
    }

    fn located(&self, path: &str) -> &Located {
        let mut located = &self.root;
        let mut rest = path;
        loop {
            rest = rest.trim_start_matches('.');
            let Some((next, after)) = step_into(located, rest) else { return located };
            (located, rest) = (next, after);
        }
    }
}

/// The part that the path's first step names, and the path behind it. A key may hold dots and brackets itself.
fn step_into<'d, 'p>(located: &'d Located, path: &'p str) -> Option<(&'d Located, &'p str)> {
    match &located.inside {
        Inside::Nothing => None,
        Inside::Items(items) => {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            Some((items.get(index.parse::<usize>().ok()?)?, rest))
        }
        Inside::Entries(entries) => entries
            .iter()
            .filter_map(|(key, place)| {
                let rest = path.strip_prefix(key.as_ref())?;
                (rest.is_empty() || rest.starts_with(['.', '['])).then_some((place, rest))
            })
            .min_by_key(|(_, rest)| rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_json_would_write_and_all_else_is_text() {
        let value = |text: &str| data(format!("[{text}]").as_bytes(), "seed").expect("data").value[0].clone();
        assert_eq!(value("12"), Value::from(12));
        assert_eq!(value("-1.5"), Value::from(-1.5));
        assert_eq!(value("12345678901234567890"), Value::from(12_345_678_901_234_567_890_u64));
        for text in ["0123", "1.10", "123456789012345678901", "2027-03-31", "no", "0x1f", "1_000"] {
            assert_eq!(value(text), Value::from(text));
        }
        assert_eq!(value("true"), Value::from(true));
        assert_eq!(value("\"true\""), Value::from("true"));
        assert_eq!(value("~"), Value::Null);
    }

    #[test]
    fn a_path_finds_its_place() {
        let text =
            b"people:\n  - email: ana@example.com\n    properties: { a.b: [1, 2] }\n  - status: activ\n";
        let data = data(text, "sandbox.yaml").expect("data");
        for (path, place) in [
            ("people[1].status", "sandbox.yaml:4:13"),
            ("people[0].properties.a.b[1]", "sandbox.yaml:3:28"),
            ("people[1].nothing", "sandbox.yaml:4:5"),
            ("people[7]", "sandbox.yaml:2:3"),
            ("", "sandbox.yaml:1:1"),
        ] {
            assert_eq!(data.place(path).to_string(), place, "{path}");
        }
        let finding = data.finding("people[1].status", "unknown-value", "no status `activ`");
        assert_eq!(
            (finding.width, finding.source_line.expect("a line").text.as_str()),
            (5, "  - status: activ")
        );
    }

    #[test]
    fn json_is_read_as_well() {
        let text = br#"{"a": [1, {"b": null}], "c": "\u00e9\/"}"#;
        let read = data(text, "seed.json").expect("data").value;
        assert_eq!(read, serde_json::from_slice::<Value>(text).expect("json"));
    }

    #[test]
    fn equal_keys_are_no_data() {
        let findings = data(b"a: 1\na: 2\n", "seed").expect_err("two keys");
        assert_eq!(findings.0[0].code, "duplicate-key");
    }
}
