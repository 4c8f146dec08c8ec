//! The wish to stop early: calls in flight finish, nothing new begins.
//!
//! Deliberately absent: signals. `cli` hears them and asks.

use tokio::sync::watch;

/// Asks a run to stop. Dropping it leaves the run alone.
#[derive(Debug)]
pub struct Interrupter(watch::Sender<bool>);

/// The run's side: whether it was asked to stop.
#[derive(Debug, Clone)]
pub struct Interrupted(watch::Receiver<bool>);

impl Interrupter {
    pub fn new() -> (Interrupter, Interrupted) {
        let (sender, receiver) = watch::channel(false);
        (Interrupter(sender), Interrupted(receiver))
    }

    pub fn interrupt(&self) {
        self.0.send_replace(true);
    }
}

impl Interrupted {
    /// For a run that nobody will stop.
    pub fn never() -> Interrupted {
        Interrupter::new().1
    }

    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves once the run is asked to stop, and never if nobody can ask any more.
    pub(super) async fn asked(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn asking_is_heard_before_and_after() {
        let (interrupter, interrupted) = Interrupter::new();
        assert!(!interrupted.is_asked());
        interrupter.interrupt();
        assert!(interrupted.is_asked());
        interrupted.asked().await;
    }

    #[tokio::test]
    async fn nobody_left_to_ask_is_not_asking() {
        let interrupted = Interrupted::never();
        assert!(!interrupted.is_asked());
        assert!(tokio::time::timeout(Duration::from_millis(20), interrupted.asked()).await.is_err());
    }
}
