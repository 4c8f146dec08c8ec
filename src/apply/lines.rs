//! A journal's lines → the runs that they tell of.
//!
//! A line that was cut or damaged costs what it said and nothing else: what stands before and behind it is read, and the
//! run remembers which line it was. Deliberately absent: guesses. Of an end only a whole line is believed; a start may
//! be believed from less, since it only says that something may have been done.

use std::io::{self, BufRead};
use std::path::Path;

use serde_json::{Map, Value};

use crate::model::PortalId;

use super::journal::{Event, FORMAT};
use super::past::{About, Head, PastRun, UnreadLine};

pub(super) fn runs(journal: &Path, mut lines: impl BufRead) -> io::Result<Vec<PastRun>> {
    let mut reader = Reader { journal, runs: Vec::new(), passes_over: false };
    let mut line = Vec::new();
    let mut number = 0;
    while lines.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        let is_whole = line.last() == Some(&b'\n');
        reader.heed(Place { line: number, is_cut: !is_whole }, line.trim_ascii());
        line.clear();
    }
    // Where nothing is left that only a journal has, it is another file.
    reader.runs.retain(|run| run.head.is_some() || has_a_trace(run));
    Ok(reader.runs)
}

fn has_a_trace(run: &PastRun) -> bool {
    let is_ours = |line: &UnreadLine| !matches!(line.about, About::Unknown { is_event: false, .. });
    !run.actions.is_empty() || run.finished.is_some() || run.unread.iter().any(is_ours)
}

struct Reader<'a> {
    journal: &'a Path,
    runs: Vec<PastRun>,
    /// The last run has a format of its own: its lines may mean anything.
    passes_over: bool,
}

#[derive(Clone, Copy)]
struct Place {
    line: usize,
    is_cut: bool,
}

impl Reader<'_> {
    fn heed(&mut self, place: Place, line: &[u8]) {
        if line.is_empty() {
            return;
        }
        match read(line) {
            Line::Event(Event::Run { format, .. }) if format != FORMAT => {
                self.begin(None).unread.push(unread(place, About::OtherFormat));
                self.passes_over = true;
            }
            Line::Event(Event::Run { format: _, at, portal, digest, actions, hubroster: _ }) => {
                let portal = PortalId(portal);
                self.begin(Some(Head { began: at, portal, digest, planned: actions }));
            }
            Line::Event(event) if !self.passes_over => self.run_of(&event).heed(event),
            Line::Unread(Words { only_run: true, .. }) => {
                self.begin(None).unread.push(unread(place, About::Run));
            }
            Line::Unread(words) if !self.passes_over => self.remember(place, words),
            Line::Event(_) | Line::Later | Line::Unread(_) => {}
        }
    }

    fn begin(&mut self, head: Option<Head>) -> &mut PastRun {
        self.passes_over = false;
        self.runs.push(PastRun::new(self.journal, head));
        self.runs.last_mut().expect("it was just added")
    }

    fn run_of(&mut self, event: &Event) -> &mut PastRun {
        match self.runs.last() {
            Some(run) if !run.cannot_be_of(event) => self.runs.last_mut().expect("it was just seen"),
            _ => self.begin(None),
        }
    }

    fn remember(&mut self, place: Place, words: Words) {
        if let Some(start) = words.start {
            let run = self.run_of(&start);
            run.heed(start);
            run.unread.push(unread(place, About::Known));
            return;
        }
        let goes_on = self.runs.last().is_some_and(PastRun::was_cut_off);
        let about = match (goes_on, words.may_be_run) {
            (false, true) => About::Run,
            _ => words.about,
        };
        let run = if goes_on { self.runs.last_mut().expect("it goes on") } else { self.begin(None) };
        run.unread.push(unread(place, about));
    }
}

fn unread(Place { line, is_cut }: Place, about: About) -> UnreadLine {
    UnreadLine { line, is_cut, about }
}

enum Line {
    Event(Event),
    /// Whole, and of a later version.
    Later,
    Unread(Words),
}

/// What is left of a line.
struct Words {
    /// It can be nothing but the first line of a run.
    only_run: bool,
    may_be_run: bool,
    /// Enough of a start to know whose.
    start: Option<Event>,
    about: About,
}

const KNOWN: [&str; 5] = ["run", "start", "settings", "end", "finish"];

fn read(line: &[u8]) -> Line {
    let Ok(value) = serde_json::from_slice::<Value>(line) else { return Line::Unread(words(line)) };
    match value.get("event").and_then(Value::as_str) {
        Some(name) if !KNOWN.contains(&name) => Line::Later,
        _ => serde_json::from_value(value).map_or_else(|_| Line::Unread(words(line)), Line::Event),
    }
}

fn words(line: &[u8]) -> Words {
    let events = possible_events(line);
    let members = whole_members(line);
    let text = |key: &str| members.get(key).and_then(Value::as_str);
    let number = members.get("action").and_then(Value::as_u64);
    let start = (events == ["start"]).then(|| serde_json::from_value(Value::Object(members.clone())).ok());
    let tells_of_what_is_known = !events.is_empty() && !events.contains(&"start") && !events.contains(&"run");
    let about = if tells_of_what_is_known {
        About::Known
    } else {
        About::Unknown {
            is_event: !events.is_empty(),
            action: number.and_then(|number| usize::try_from(number).ok()),
            kind: text("kind").map(str::to_owned),
            at: text("at").and_then(|at| at.parse().ok()),
        }
    };
    Words { only_run: events == ["run"], may_be_run: events.contains(&"run"), start: start.flatten(), about }
}

/// Which events a line may be about that begins like this; none where it begins like no line of a journal.
fn possible_events(line: &[u8]) -> Vec<&'static str> {
    const LEAD: &[u8] = br#"{"event":""#;
    let Some(rest) = line.strip_prefix(LEAD) else {
        let is_cut_lead = !line.is_empty() && LEAD.starts_with(line);
        return if is_cut_lead { KNOWN.to_vec() } else { Vec::new() };
    };
    let length = rest.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let (word, rest) = rest.split_at(length);
    let fits = |name: &&&str| match rest.first() {
        Some(b'"') => name.as_bytes() == word,
        _ => name.as_bytes().starts_with(word),
    };
    KNOWN.iter().filter(fits).copied().collect()
}

/// The members of an object up to the last comma behind which everything may be lost.
fn whole_members(line: &[u8]) -> Map<String, Value> {
    let (mut depth, mut is_text, mut is_escaped, mut end) = (0_usize, false, false, None);
    // Nothing that a journal has written is a control character; what is behind one is damage.
    for (place, byte) in line.iter().take_while(|byte| !byte.is_ascii_control()).enumerate() {
        match (is_text, byte) {
            (true, _) if is_escaped => is_escaped = false,
            (true, b'\\') => is_escaped = true,
            (_, b'"') => is_text = !is_text,
            (true, _) => {}
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            (false, b',') if depth == 1 => end = Some(place),
            (false, _) => {}
        }
    }
    let members = end.and_then(|end| serde_json::from_slice(&[&line[..end], b"}"].concat()).ok());
    members.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = r#"{"event":"run","format":"hubroster-journal/1","at":"2026-11-22T21:00:00Z","hubroster":"0.1.0","portal":4611686,"digest":"sha256:00ab","actions":6}"#;
    const START: &str = r#"{"event":"start","at":"2026-11-22T21:00:04Z","action":3,"kind":"invite","subject":"cy@example.com","id":"7"}"#;
    const FINISH: &str = r#"{"event":"finish","at":"2026-11-22T21:00:09Z"}"#;

    fn read_all(text: &str) -> Vec<PastRun> {
        runs(Path::new("one.ndjson"), text.as_bytes()).expect("reading from memory does not fail")
    }

    /// What is known of the third line when it is cut behind `kept`.
    fn cut_behind(kept: &str) -> (usize, About) {
        let at = START.find(kept).expect("a part of the line") + kept.len();
        let mut runs = read_all(&format!("{RUN}\n\n{}", &START[..at]));
        let run = runs.pop().expect("a run");
        let [UnreadLine { line: 3, is_cut: true, about }] = &run.unread[..] else {
            panic!("{:?}", run.unread)
        };
        (run.open().count(), about.clone())
    }

    #[test]
    fn a_cut_start_says_whose_it_is_as_soon_as_that_is_whole() {
        assert_eq!(cut_behind("example.com\","), (1, About::Known));
        assert_eq!(cut_behind("example.com\",\"id\":\"7\""), (1, About::Known));
        let at = "2026-11-22T21:00:04Z".parse().ok();
        let kind = Some("invite".to_owned());
        let unknown = |action, kind, at| (0, About::Unknown { is_event: true, action, kind, at });
        assert_eq!(cut_behind("cy@example.co"), unknown(Some(3), kind, at), "an address that goes on");
        assert_eq!(cut_behind("\"action\":3"), unknown(None, None, at), "a number that may go on");
        assert_eq!(
            cut_behind("{\"event\":\"s"),
            unknown(None, None, None),
            "a start, or the end of settings"
        );
    }

    #[test]
    fn a_damaged_first_line_leaves_the_rest_readable() {
        for first in [&RUN[..40], "\0\0\0", &RUN.replace("4611686", "46one"), ""] {
            let runs = read_all(&format!("{first}\n{START}\n"));
            assert_eq!(runs.len(), 1, "{first:?}");
            assert_eq!((&runs[0].head, runs[0].open().count()), (&None, 1), "{first:?}");
            assert!(first.is_empty() || runs[0].may_have_done_more(), "{first:?}: {:?}", runs[0].unread);
        }
    }

    #[test]
    fn what_follows_the_last_line_of_a_run_is_another_run() {
        let runs = read_all(&format!("{RUN}\n{FINISH}\n\0\0\0\n{START}\n"));
        assert_eq!(runs.len(), 2);
        assert!(!runs[0].was_cut_off() && !runs[0].is_damaged());
        assert_eq!((runs[1].open().count(), runs[1].unread.len()), (1, 1));
    }

    #[test]
    fn another_action_of_the_same_number_is_one_of_another_run() {
        let other = START.replace("cy@", "bo@");
        let runs = read_all(&format!("{RUN}\n{START}\n{other}\n"));
        let subjects: Vec<&str> =
            runs.iter().flat_map(PastRun::open).map(|action| action.subject.as_str()).collect();
        assert_eq!((runs.len(), subjects), (2, vec!["cy@example.com", "bo@example.com"]));
    }

    #[test]
    fn a_run_of_another_format_is_not_nothing() {
        let runs = read_all(&format!("{}\n{START}\n", RUN.replace("journal/1", "journal/2")));
        assert_eq!(runs.len(), 1);
        assert_eq!((runs[0].actions.len(), &runs[0].unread[0].about), (0, &About::OtherFormat));
        assert!(runs[0].was_cut_off() && runs[0].may_have_done_more());
    }

    #[test]
    fn another_file_is_no_journal() {
        for text in ["", "version: 1\nusers:\n", "{\"a\":1}\n", "\0\0\0\0", "{\"event\":\"sighed\"}\n"] {
            assert_eq!(read_all(text), [], "{text:?}");
        }
    }

    #[test]
    fn a_run_cut_in_its_first_line_had_only_begun() {
        for length in 1..RUN.len() {
            let runs = read_all(&RUN[..length]);
            assert!(matches!(&runs[..], [run] if run.had_only_begun()), "{length}: {runs:?}");
        }
        assert!(!read_all(RUN)[0].had_only_begun());
        assert!(!read_all(&format!("{}\n{START}", &RUN[..40]))[0].had_only_begun());
    }
}
