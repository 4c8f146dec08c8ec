//! When a run is struck: moments spread over its whole life, drawn from a seed.
//!
//! Deliberately absent: what strikes. A moment only comes, or the run ends before it.

use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;

use crate::desk::{Desk, Running};

/// What a run that nobody disturbs is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    pub(crate) took: Duration,
    pub(crate) answers: usize,
    /// Answers until the journal begins: planning.
    pub(crate) answers_while_reading: usize,
    pub(crate) journal_lines: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    after: After,
    /// A little later than that: into the middle of the next step.
    then: Duration,
}

#[derive(Debug, Clone, Copy)]
enum After {
    Time(Duration),
    /// So many answers of the portal.
    Answers(usize),
    /// So many lines of the journal.
    JournalLines(usize),
}

impl Moment {
    /// The `number`-th: in turn anywhere in time, while reading, behind a call, and twice behind a line of the
    /// journal, every other time behind one of the last two, between which the report is made.
    pub(crate) fn draw(number: usize, life: &Life, random: &mut StdRng) -> Moment {
        let then = Duration::from_micros(random.random_range(0..6_000));
        let after = match number % 5 {
            0 => After::Time(life.took.mul_f64(random.random_range(0.0..1.0))),
            1 => After::Answers(random.random_range(0..life.answers_while_reading)),
            2 => After::Answers(random.random_range(life.answers_while_reading..life.answers)),
            3 if number % 2 == 1 => After::JournalLines(life.journal_lines - random.random_range(0..2)),
            _ => After::JournalLines(random.random_range(1..=life.journal_lines)),
        };
        // Right behind every other line, before anything else can happen.
        let then =
            if matches!(after, After::JournalLines(_)) && random.random() { Duration::ZERO } else { then };
        Moment { after, then }
    }

    /// While actions are carried out.
    pub(crate) fn draw_while_writing(life: &Life, random: &mut StdRng) -> Moment {
        let after = After::JournalLines(random.random_range(1..life.journal_lines));
        Moment { after, then: Duration::from_micros(random.random_range(0..6_000)) }
    }

    /// Waits for it; `false`: the run ended before.
    pub(crate) fn comes(self, desk: &Desk, running: &mut Running<'_>) -> bool {
        loop {
            if running.has_ended() {
                return false;
            }
            let has_come = match self.after {
                After::Time(age) => running.age() >= age,
                After::Answers(number) => desk.answered() >= number,
                After::JournalLines(number) => desk.journal_lines() >= number,
            };
            if has_come {
                std::thread::sleep(self.then);
                return !running.has_ended();
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}
