//! Progress on a terminal's stderr, for what takes longer than a second.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::apply::{Observer, Outcome, OutcomeKind};
use crate::plan::Action;
use crate::portal::ReadClient;
use crate::render;

use super::environment;

fn draw_target(show: bool) -> ProgressDrawTarget {
    if show && environment::stderr_is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}

/// A spinner that counts the answered reads.
pub(super) struct Reading {
    bar: ProgressBar,
    task: tokio::task::JoinHandle<()>,
}

impl Reading {
    pub(super) fn start(client: &ReadClient, show: bool) -> Reading {
        let style = ProgressStyle::with_template("{spinner} {msg}").expect("the template is a constant");
        let bar = ProgressBar::with_draw_target(None, draw_target(show)).with_style(style);
        let (shown, client) = (bar.clone(), client.clone());
        let task = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            loop {
                shown.set_message(format!("reading the portal · {} answers", client.requests().reads));
                shown.tick();
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        Reading { bar, task }
    }

    pub(super) fn end(self) {
        self.task.abort();
        self.bar.finish_and_clear();
    }
}

/// A countdown.
pub(super) struct Waiting {
    bar: ProgressBar,
    task: tokio::task::JoinHandle<()>,
}

impl Waiting {
    pub(super) fn start(longest: Duration, show: bool) -> Waiting {
        let style = ProgressStyle::with_template("{spinner} {msg}").expect("the template is a constant");
        let bar = ProgressBar::with_draw_target(None, draw_target(show)).with_style(style);
        let (shown, begun) = (bar.clone(), tokio::time::Instant::now());
        let task = tokio::spawn(async move {
            loop {
                let left = longest.saturating_sub(begun.elapsed());
                shown.set_message(format!("waiting for an invitation · {} s", left.as_secs_f64().ceil()));
                shown.tick();
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        Waiting { bar, task }
    }

    pub(super) fn end(&self) {
        self.task.abort();
        self.bar.finish_and_clear();
    }
}

/// Also where the wait is given up.
impl Drop for Waiting {
    fn drop(&mut self) {
        self.end();
    }
}

/// A bar with one step per action.
pub(super) struct Applying {
    bar: ProgressBar,
    names: Vec<String>,
}

impl Applying {
    /// `names`: what each action's person or team is called, in the order of the plan.
    pub(super) fn start(names: Vec<String>, show: bool) -> Applying {
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len}  {wide_msg}")
            .expect("the template is a constant that a test draws");
        let bar = ProgressBar::with_draw_target(Some(names.len() as u64), draw_target(show));
        Applying { bar: bar.with_style(style), names }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Applying {
    fn started(&self, number: usize, action: &Action) -> std::io::Result<()> {
        let name = self.names.get(number).map_or("", String::as_str);
        let name = render::escape_for_terminal(name);
        self.bar.set_message(format!("{} {name}", action.kind.as_str()));
        Ok(())
    }

    fn settings_ended(&self, _: usize, _: OutcomeKind) -> std::io::Result<()> {
        Ok(())
    }

    fn ended(&self, _: usize, _: &Outcome) -> std::io::Result<()> {
        self.bar.inc(1);
        Ok(())
    }
}
