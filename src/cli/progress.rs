//! Progress on a terminal's stderr, for what takes longer than a second.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::portal::ReadClient;

use super::environment;

fn draw_target(show: bool) -> ProgressDrawTarget {
    if show && environment::stderr_is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
}

/// A spinner that counts the answered reads.
pub(super) struct Reading {
    bar: ProgressBar,
    task: tokio::task::JoinHandle<()>,
}

impl Reading {
    pub(super) fn start(client: &ReadClient, show: bool) -> Reading {
        let bar = ProgressBar::with_draw_target(None, draw_target(show));
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

/// A bar with one step per action.
pub(super) fn applying(actions: usize, show: bool) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len}  {wide_msg}")
        .expect("the template is a constant that a test draws");
    ProgressBar::with_draw_target(Some(actions as u64), draw_target(show)).with_style(style)
}
