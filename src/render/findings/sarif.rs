//! Findings → SARIF 2.1.0, for code scanning and editors: all of them, each at its place.
//!
//! Deliberately absent: fingerprints, which whoever takes the log in makes of the lines it finds there.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::document::pretty;
use crate::config::{Finding, Findings};
use crate::model::Place;

/// What may stand in a path of an address as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `working_directory` is what relative paths are relative to: in CI, the root of the repository.
pub fn sarif(findings: &Findings, working_directory: &Path) -> String {
    let codes: BTreeMap<&str, usize> = {
        let mut codes: Vec<&str> = findings.0.iter().map(|finding| finding.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes.into_iter().zip(0..).collect()
    };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [json!({
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.keys().map(|code| rule(code)).collect::<Vec<Value>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": findings.0.iter().map(|finding| {
                result(finding, codes[finding.code], working_directory)
            }).collect::<Vec<Value>>(),
        })],
    };
    pretty(&log)
}

/// The two keys that a reader looks for first come first.
#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Value; 1],
}

/// `unknown-role`: Unknown role.
fn rule(code: &str) -> Value {
    let words = code.replace('-', " ");
    let first = words.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let text = format!("{first}{}.", words.get(first.len()..).unwrap_or_default());
    json!({ "id": code, "shortDescription": { "text": text } })
}

fn result(finding: &Finding, rule: usize, working_directory: &Path) -> Value {
    let Finding { severity, code, place, width: _, source_line: _, message, help, related } = finding;
    let help = help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let mut result = json!({
        "ruleId": code,
        "ruleIndex": rule,
        "level": severity.as_str(),
        "message": { "text": without_links(&format!("{message}{help}")) },
        "locations": [location(place, Some(finding.end_column()), working_directory)],
    });
    if let Some((other, label)) = related {
        let mut location = location(other, None, working_directory);
        location["id"] = 0.into();
        location["message"] = json!({ "text": label });
        result["relatedLocations"] = json!([location]);
    }
    result
}

/// `[name](address)` is a link in a message, unless its bracket is escaped; elsewhere brackets are only brackets.
fn without_links(text: &str) -> String {
    if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    }
}

fn location(place: &Place, end_column: Option<u32>, working_directory: &Path) -> Value {
    let Place { file, line, column } = place;
    let mut region = json!({ "startLine": line, "startColumn": column });
    if let Some(end_column) = end_column {
        region["endColumn"] = end_column.into();
    }
    let artifact = match uri(Path::new(&**file), working_directory) {
        (uri, true) => json!({ "uri": uri, "uriBaseId": "%SRCROOT%" }),
        (uri, false) => json!({ "uri": uri }),
    };
    json!({ "physicalLocation": { "artifactLocation": artifact, "region": region } })
}

/// With forward slashes, and whether it is relative.
fn uri(file: &Path, working_directory: &Path) -> (String, bool) {
    let inside = file.strip_prefix(working_directory).unwrap_or(file);
    let mut absolute = false;
    let mut segments: Vec<String> = Vec::new();
    for component in inside.components() {
        match component {
            Component::CurDir => {}
            Component::RootDir => absolute = true,
            // `C:` of an absolute path on Windows.
            Component::Prefix(prefix) => {
                absolute = true;
                segments.push(prefix.as_os_str().to_string_lossy().replace('\\', "/"));
            }
            Component::ParentDir => segments.push("..".to_owned()),
            Component::Normal(name) => {
                segments.push(utf8_percent_encode(&name.to_string_lossy(), ENCODED).to_string());
            }
        }
    }
    let path = segments.join("/");
    if absolute { (format!("file:///{path}"), false) } else { (path, true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_addresses() {
        let here = Path::new("/srv/portal");
        let relative = |file: &str| uri(Path::new(file), here);
        assert_eq!(relative("users.yaml"), ("users.yaml".to_owned(), true));
        assert_eq!(relative("./roles/sales rep #1.yaml"), ("roles/sales%20rep%20%231.yaml".to_owned(), true));
        assert_eq!(
            relative("Klanten België/%20:x.yaml"),
            ("Klanten%20Belgi%C3%AB/%2520%3Ax.yaml".to_owned(), true)
        );
        assert_eq!(relative("../other/users.yaml"), ("../other/users.yaml".to_owned(), true));
        assert_eq!(relative("/srv/portal/roles/a.yaml"), ("roles/a.yaml".to_owned(), true));
        assert_eq!(relative("/elsewhere/a b.yaml"), ("file:///elsewhere/a%20b.yaml".to_owned(), false));
    }

    #[test]
    fn a_name_is_no_link() {
        assert_eq!(
            without_links("no role `[x](https://evil.example)`"),
            "no role `\\[x\\](https://evil.example)`"
        );
        assert_eq!(without_links("`[a, b]` is a list"), "`[a, b]` is a list");
    }

    #[test]
    fn a_code_is_told_in_words() {
        assert_eq!(rule("unknown-role")["shortDescription"]["text"], "Unknown role.");
    }
}
