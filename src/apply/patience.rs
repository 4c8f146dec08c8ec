//! How long a run waits for HubSpot to catch up with itself, and how often it looks meanwhile.

use std::time::Duration;

use tokio::time::Instant;

use crate::portal::Timeouts;

use super::interrupt::Interrupted;

/// Bounds of the waits inside a run. Each begins when there is something to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a seat that another action of the run has released: HubSpot gives it back late.
    pub seat: Duration,
    /// For the CRM record of somebody just invited; seen to appear within 20 seconds.
    pub crm_record: Duration,
    /// For a change whose answer was lost to show.
    pub lost_answer: Duration,
    /// For somebody or something new to appear when the answer was lost, before it is created again: an answer that
    /// comes early from something on the way says nothing of HubSpot, which may be at it as long as a request may take.
    pub lost_creation: Duration,
    /// For a removal that was accepted to show.
    pub removal: Duration,
    /// Between the first two looks; doubled from look to look, up to eight times as long.
    pub first_pause: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            seat: Duration::from_secs(60),
            crm_record: Duration::from_secs(20),
            lost_answer: Duration::from_secs(20),
            lost_creation: Timeouts::default().request,
            removal: Duration::from_secs(10),
            first_pause: Duration::from_millis(500),
        }
    }
}

impl Patience {
    pub(super) fn looks(&self, bound: Duration) -> Looks {
        Looks { pause: self.first_pause, longest: self.first_pause * 8, end: Instant::now() + bound }
    }
}

/// The pauses between looks at something that may still come.
pub(super) struct Looks {
    pause: Duration,
    longest: Duration,
    end: Instant,
}

impl Looks {
    /// Waits for the next look; `false` once patience is at an end or the run is asked to stop.
    pub(super) async fn again(&mut self, interrupted: &Interrupted) -> bool {
        let now = Instant::now();
        if now >= self.end || interrupted.is_asked() {
            return false;
        }
        let pause = self.pause.min(self.end - now);
        self.pause = (self.pause * 2).min(self.longest);
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            () = interrupted.asked() => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::interrupt::Interrupter;
    use super::*;

    #[test]
    fn nothing_is_created_again_while_the_first_call_may_be_under_way() {
        assert!(Patience::default().lost_creation >= Timeouts::default().request);
    }

    #[tokio::test]
    async fn looks_end_with_patience() {
        let patience = Patience { first_pause: Duration::from_millis(2), ..Patience::default() };
        let mut looks = patience.looks(Duration::from_millis(20));
        let mut count = 0;
        while looks.again(&Interrupted::never()).await {
            count += 1;
        }
        assert!((2..=6).contains(&count), "{count}");
    }

    #[tokio::test]
    async fn looks_end_when_asked_to_stop() {
        let (interrupter, interrupted) = Interrupter::new();
        let mut looks = Patience::default().looks(Duration::from_secs(60));
        let waiting = async { looks.again(&interrupted).await };
        let asking = async {
            tokio::task::yield_now().await;
            interrupter.interrupt();
        };
        let (again, ()) = tokio::join!(waiting, asking);
        assert!(!again);
    }
}
