//! Files in layouts of every kind, from bytes that are drawn: one for each decision.
//!
//! Deliberately absent: files with findings; what is drawn here is valid.

/// What is drawn, one byte for each decision; where they run out everything is as plain as can be.
struct Choices {
    bytes: Vec<u8>,
    at: usize,
}

impl Choices {
    /// From 0 to `count - 1`.
    fn of(&mut self, count: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        usize::from(byte) * count / 256
    }

    /// Once in `count`.
    fn rarely(&mut self, count: usize) -> bool {
        self.of(count) + 1 == count
    }
}

enum Value {
    /// As it may be written: plain, in quotes, over several lines.
    Text(&'static str),
    /// As it must be written.
    Exactly(&'static str),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
}

use Value::{Exactly, List, Map, Text};

struct Writer {
    choices: Choices,
    out: String,
    notes: usize,
    anchors: usize,
    /// People and teams so far, and which of them is being written.
    entries: usize,
    entry: Option<usize>,
    /// Below a block scalar: the column of its key. What is deeper would be part of it.
    limit: Option<usize>,
}

impl Writer {
    fn new(bytes: Vec<u8>) -> Writer {
        Writer {
            choices: Choices { bytes, at: 0 },
            out: String::new(),
            notes: 0,
            anchors: 0,
            entries: 0,
            entry: None,
            limit: None,
        }
    }

    fn file(mut self, value: Value) -> String {
        if self.choices.rarely(6) {
            self.out.push_str("# yaml-language-server: $schema=schema.json\n");
        }
        if self.choices.rarely(8) {
            self.out.push_str("---\n");
        }
        let Map(entries) = value else { panic!("a file is a map") };
        self.map(entries, 0, false);
        for _ in 0..self.choices.of(3) {
            self.loose(0);
        }
        match self.choices.of(8) {
            7 => self.out.replace('\n', "\r\n"),
            6 => self.out.trim_end().to_owned(),
            5 => self.out + "\n\n",
            _ => self.out,
        }
    }

    fn note(&mut self, about: &str) -> String {
        self.notes += 1;
        let space = if self.choices.rarely(5) { "" } else { " " };
        format!("#{space}n{} {about}{}", self.notes, if self.choices.rarely(8) { " \t" } else { "" })
    }

    /// A comment or a blank line that is about nothing in particular.
    fn loose(&mut self, column: usize) {
        if self.choices.of(2) == 0 {
            self.out.push('\n');
            return;
        }
        let column = if self.choices.of(3) == 2 { self.choices.of(12) } else { column };
        let column = self.limit.map_or(column, |limit| column.min(limit));
        let note = self.note("loose");
        self.out.push_str(&format!("{}{note}\n", " ".repeat(column)));
    }

    /// What stands above an entry that `name` tells from others on its line; `word` says whether a key has it.
    fn above(&mut self, (word, name): (&str, &str), column: usize) {
        for _ in 0..self.choices.of(6).saturating_sub(3) {
            self.loose(column);
        }
        if self.choices.rarely(4) {
            // With a blank line above, so that it is near nothing else.
            let entry = self.entry.filter(|_| word == "over").map(|entry| format!(" in entry {entry}"));
            let note = self.note(&format!("{word} {name};{}", entry.unwrap_or_default()));
            self.out.push_str(&format!("\n{}{note}\n", " ".repeat(column)));
        }
    }

    /// The end of a line on which `name` stands.
    fn end_line(&mut self, name: &str) {
        self.limit = None;
        match self.choices.of(6) {
            5 => {
                let note = self.note(&format!("behind {name};"));
                let gap = " ".repeat(1 + self.choices.of(6));
                self.out.push_str(&format!("{gap}{note}\n"));
            }
            4 => self.out.push_str("  \n"),
            _ => self.out.push('\n'),
        }
    }

    fn anchor(&mut self) {
        if self.choices.rarely(12) {
            // Some names come twice.
            self.anchors += 1;
            self.out.push_str(&format!("&a{} ", self.anchors / 2));
        }
    }

    fn map(&mut self, mut entries: Vec<(&'static str, Value)>, column: usize, is_inline: bool) {
        for place in 1..entries.len() {
            let other = place - self.choices.of(place + 1);
            entries.swap(place, other);
        }
        for (number, (key, value)) in entries.into_iter().enumerate() {
            if number > 0 || !is_inline {
                self.above(("over", key), column);
                self.out.push_str(&" ".repeat(column));
            }
            if self.choices.rarely(20) && matches!(value, Exactly(_)) {
                let Exactly(text) = value else { continue };
                self.out.push_str(&format!("? {key}\n{}: {text}\n", " ".repeat(column)));
                continue;
            }
            match self.choices.of(12) {
                11 => self.out.push_str(&format!("\"{key}\":")),
                10 => self.out.push_str(&format!("{key} :")),
                _ => self.out.push_str(&format!("{key}:")),
            }
            self.value(value, key, column);
        }
    }

    /// Behind `key:`.
    fn value(&mut self, value: Value, name: &str, column: usize) {
        let blank = " ".repeat(1 + self.choices.of(6).saturating_sub(4));
        match value {
            List(items) if items.is_empty() => {
                self.out.push_str(" [ ]");
                self.end_line(name);
            }
            List(_) | Map(_) if self.choices.of(3) == 2 => {
                self.out.push_str(&blank);
                self.anchor();
                let breaks = self.flow(value, column);
                self.end_line(if breaks { "nobody" } else { name });
            }
            List(items) => {
                self.header(name);
                let step = self.choices.of(4);
                self.list(items, column + [2, 0, 1, 4][step]);
            }
            Map(entries) => {
                self.header(name);
                let step = self.choices.of(4);
                self.map(entries, column + [2, 1, 3, 4][step], false);
            }
            leaf => {
                let deeper = column + 1 + self.choices.of(4);
                let mut name = name;
                match self.choices.of(10) {
                    9 => {
                        self.end_line(name);
                        let note = self.note("in between");
                        let indent = " ".repeat(deeper);
                        self.out.push_str(&format!("{indent}{note}\n{indent}"));
                        name = "nobody";
                    }
                    8 => self.out.push_str(&format!("\n{}", " ".repeat(deeper))),
                    _ => {
                        self.out.push_str(&blank);
                        self.anchor();
                    }
                }
                self.leaf(leaf, name, deeper, column);
            }
        }
    }

    /// The end of a line below which a list or map begins.
    fn header(&mut self, name: &str) {
        if self.choices.rarely(10) {
            self.anchors += 1;
            self.out.push_str(&format!(" &a{}", self.anchors / 2));
        }
        self.end_line(name);
    }

    fn list(&mut self, items: Vec<Value>, column: usize) {
        let outer = self.entry;
        for item in items {
            let name = name_of(&item);
            self.above(("above", name), column);
            self.out.push_str(&format!("{}-", " ".repeat(column)));
            if matches!(item, Map(_)) && outer.is_none() {
                self.entries += 1;
                self.entry = Some(self.entries);
            }
            match item {
                List(_) | Map(_) if self.choices.of(4) == 3 => {
                    self.out.push(' ');
                    self.flow(item, column);
                    self.end_line("nobody");
                }
                Map(entries) if self.choices.of(6) == 5 => {
                    self.header("nobody");
                    self.map(entries, column + 3, false);
                }
                Map(entries) => {
                    let blanks = 1 + self.choices.of(6).saturating_sub(3);
                    self.out.push_str(&" ".repeat(blanks));
                    self.map(entries, column + 1 + blanks, true);
                }
                leaf => {
                    self.out.push(' ');
                    self.leaf(leaf, name, column + 1, column);
                }
            }
        }
        // Entries stand one after another, and in none is another.
        self.entry = outer;
    }

    /// A scalar to the end of its line; what follows in further lines is at least as deep as `deeper`.
    fn leaf(&mut self, value: Value, name: &str, deeper: usize, column: usize) {
        let text = match value {
            Text(text) => text,
            Exactly(text) => {
                self.out.push_str(text);
                return self.end_line(name);
            }
            List(_) | Map(_) => panic!("no scalar"),
        };
        let broken = text.replacen(' ', &format!("\n{}", " ".repeat(deeper)), 1);
        match self.choices.of(10) {
            9 => {
                self.out.push_str(&broken);
                return self.end_line("nobody");
            }
            8 => {
                self.out.push_str(&format!("\"{broken}\""));
                return self.end_line("nobody");
            }
            7 => {
                let style = ["|-", ">-", "|2-"][self.choices.of(3)];
                let indent = if style == "|2-" { column + 2 } else { deeper };
                self.out.push_str(style);
                // Of an item the line below would be behind its name.
                self.end_line(if text.starts_with(name) { "nobody" } else { name });
                self.out.push_str(&format!("{}{text}\n", " ".repeat(indent)));
                self.limit = Some(column);
                return;
            }
            6 => self.out.push_str(&format!("'{}'", text.replace('\'', "''"))),
            5 => self.out.push_str(&format!("\"{text}\"")),
            _ => self.out.push_str(text),
        }
        self.end_line(name);
    }

    /// Tells whether it went over several lines.
    fn flow(&mut self, value: Value, column: usize) -> bool {
        let (open, close, parts): (_, _, Vec<(Option<&str>, Value)>) = match value {
            List(items) => ("[", "]", items.into_iter().map(|item| (None, item)).collect()),
            Map(entries) => ("{", "}", entries.into_iter().map(|(key, value)| (Some(key), value)).collect()),
            Text(text) if self.choices.rarely(4) => {
                self.out.push_str(&format!("\"{text}\""));
                return false;
            }
            Text(text) | Exactly(text) => {
                self.out.push_str(text);
                return false;
            }
        };
        let may_break = self.choices.rarely(4);
        let mut breaks = may_break;
        self.out.push_str(open);
        let last = parts.len().saturating_sub(1);
        for (number, (key, value)) in parts.into_iter().enumerate() {
            if may_break && self.choices.of(2) == 1 {
                let note =
                    if self.choices.of(2) == 1 { format!(" {}", self.note("inside")) } else { String::new() };
                self.out.push_str(&format!("{note}\n{}", " ".repeat(column + 1 + self.choices.of(4))));
            } else if self.choices.of(2) == 1 {
                self.out.push(' ');
            }
            if let Some(key) = key {
                self.out.push_str(&format!("{key}: "));
            }
            breaks |= self.flow(value, column);
            if number < last || self.choices.rarely(6) {
                self.out.push_str(", ");
            }
        }
        self.out.push_str(close);
        breaks
    }

    /// Some of the entries, the first always.
    fn some(&mut self, entries: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
        let mut number = 0;
        let keep = |_: &(&str, Value)| {
            number += 1;
            number == 1 || self.choices.of(2) == 1
        };
        let mut entries = entries;
        entries.retain(keep);
        entries
    }
}

/// What can be found on the line where it begins.
fn name_of(item: &Value) -> &'static str {
    match item {
        Text(text) | Exactly(text) => text.split(' ').next().unwrap_or_default(),
        Map(_) | List(_) => "-",
    }
}

pub(crate) fn users(bytes: Vec<u8>) -> String {
    let mut writer = Writer::new(bytes);
    let policy = writer.some(vec![
        ("unmanaged", Text("report")),
        ("ignore", List(vec![Exactly("\"*@hubspot.com\""), Text("support@example.org")])),
        ("protected", List(vec![Text("owner@example.com"), Text("di@example.com")])),
        ("min_super_admins", Exactly("2")),
        ("max_removals", Map(vec![("percent", Exactly("25")), ("count", Exactly("5"))])),
        ("names", Text("create_only")),
    ]);
    let teams = ["Sales", "Sales Benelux", "Customer success"].map(|name| {
        let parent = if name == "Sales" { Exactly("null") } else { Text("Sales") };
        Map(writer.some(vec![("name", Text(name)), ("parent", parent)]))
    });
    let people = ["ana@example.com", "bo@example.com", "cy@example.com"].map(|email| {
        let profile = writer.some(vec![
            ("job_title", Text("Account manager")),
            ("phone", Exactly("\"+32 2 555 01 23\"")),
            ("time_zone", Text("Europe/Brussels")),
            (
                "working_hours",
                Map(vec![("sat-sun", Exactly("null")), ("mon-fri", List(vec![Exactly("\"09:00-17:30\"")]))]),
            ),
            (
                "out_of_office",
                List(vec![Map(vec![("to", Exactly("2029-08-03")), ("from", Exactly("2029-07-16"))])]),
            ),
            ("other_languages", List(vec![Text("en"), Text("fr")])),
        ]);
        Map(writer.some(vec![
            ("email", Text(email)),
            ("first_name", Text("Ana Maria")),
            ("last_name", Text("O'Brien")),
            ("role", Exactly("null")),
            ("team", Text("Sales Benelux")),
            ("extra_teams", List(vec![Text("Customer success"), Text("Sales")])),
            ("seats", List(Vec::new())),
            ("language", Exactly("\"no\"")),
            ("invite", Exactly("false")),
            ("expires", Exactly("2029-12-31")),
            ("profile", Map(profile)),
        ]))
    });
    let file = vec![
        ("version", Exactly("1")),
        ("portal", Map(vec![("id", Exactly("4611686")), ("name", Text("Example BV"))])),
        ("policy", Map(policy)),
        ("teams", List(teams.into())),
        ("users", List(people.into())),
    ];
    writer.file(Map(file))
}

pub(crate) fn role(bytes: Vec<u8>) -> String {
    let mut writer = Writer::new(bytes);
    let rest = writer.some(vec![
        ("name", Text("Sales rep")),
        ("description", Text("Works own contacts, sees the team's.")),
        ("privilege", Text("standard")),
        ("seats", List(vec![Text("Core")])),
        (
            "permissions",
            Map(vec![
                ("contacts", Map(vec![("view", Text("team")), ("edit", Text("own"))])),
                ("export", Exactly("false")),
            ]),
        ),
    ]);
    let access = ("access", Map(vec![("permission_set", Text("Sales Rep"))]));
    writer.file(Map(rest.into_iter().chain([access]).collect()))
}
