//! One rate limit for all calls of a run: as fast as HubSpot announces it allows, and no faster.
//!
//! A call holds a slot from the moment it is sent until one interval after its answer. HubSpot counts a call
//! somewhere between the two, so a slot that is free again has left HubSpot's window for certain, however much
//! the latency varies; the price is one round trip per interval. What the headers say has remained tells how
//! much of the limit another application uses, and the slots become that many fewer.
//! Deliberately absent: deciding what a 429 means (`retry`), and the daily limit (`transport`).

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// Callers are served in the order in which they came.
#[derive(Debug)]
pub(super) struct Throttle {
    /// Held by whoever is next; tokio's mutex is fair, which makes the queue.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Wakes the one who holds the turn.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    limit: u64,
    interval: Duration,
    /// Slots that somebody else uses, by the newest answer.
    foreign: u64,
    in_flight: u64,
    /// When each answer came whose slot is still held, oldest first.
    answered: VecDeque<Instant>,
    sent: u64,
    /// The newest call whose headers were heeded.
    heeded: u64,
    paused_until: Option<Instant>,
}

/// What the headers of one answer say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Announcement {
    /// `X-HubSpot-RateLimit-Max`
    pub(super) limit: u64,
    /// `X-HubSpot-RateLimit-Interval-Milliseconds`
    pub(super) interval: Option<Duration>,
    /// `X-HubSpot-RateLimit-Remaining`, after this call.
    pub(super) remaining: Option<u64>,
}

/// The right to send one call. To be dropped when the answer's head is there.
#[derive(Debug)]
pub(super) struct Permit<'a> {
    throttle: &'a Throttle,
    number: u64,
    /// Slots held when this call was sent, its own included.
    held: u64,
}

enum Wait {
    Until(Instant),
    ForAnAnswer,
}

impl Throttle {
    pub(super) fn new(limit: u64, interval: Duration) -> Throttle {
        let state = State {
            limit,
            interval,
            foreign: 0,
            in_flight: 0,
            answered: VecDeque::new(),
            sent: 0,
            heeded: 0,
            paused_until: None,
        };
        Throttle { turn: tokio::sync::Mutex::new(()), state: Mutex::new(state), changed: Notify::new() }
    }

    /// Waits for a slot. Dropping the future gives up the place in the queue.
    pub(super) async fn acquire(&self) -> Permit<'_> {
        let _turn = self.turn.lock().await;
        loop {
            let wait = {
                let mut state = self.state();
                match state.take(Instant::now()) {
                    Ok((number, held)) => return Permit { throttle: self, number, held },
                    Err(wait) => wait,
                }
            };
            match wait {
                Wait::Until(moment) => tokio::select! {
                    () = tokio::time::sleep_until(moment) => {}
                    () = self.changed.notified() => {}
                },
                Wait::ForAnAnswer => self.changed.notified().await,
            }
        }
    }

    /// Nobody sends anything for `wait` from now. A longer pause already under way stays.
    pub(super) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut state = self.state();
        state.paused_until = Some(state.paused_until.map_or(until, |already| already.max(until)));
    }

    /// The limit as last announced: calls, and per which interval.
    pub(super) fn limit(&self) -> (u64, Duration) {
        let state = self.state();
        (state.limit, state.interval)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The call's number and the slots now held, or what to wait for.
    fn take(&mut self, now: Instant) -> Result<(u64, u64), Wait> {
        let window = self.window();
        while self.answered.front().is_some_and(|answered| *answered + window <= now) {
            self.answered.pop_front();
        }
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return Err(Wait::Until(until));
        }
        let held = self.in_flight + self.answered.len() as u64;
        if held >= self.limit.saturating_sub(self.foreign).max(1) {
            return Err(match self.answered.front() {
                Some(answered) => Wait::Until(*answered + window),
                None => Wait::ForAnAnswer,
            });
        }
        self.in_flight += 1;
        self.sent += 1;
        Ok((self.sent, held + 1))
    }

    /// A little longer than the interval, for a server whose own clock ticks coarsely.
    fn window(&self) -> Duration {
        self.interval + self.interval / 50
    }
}

impl Permit<'_> {
    pub(super) fn heed(&self, announcement: Announcement) {
        let Announcement { limit, interval, remaining } = announcement;
        let mut state = self.throttle.state();
        // Answers overtake each other; an older one knows less.
        if self.number < state.heeded || limit == 0 {
            return;
        }
        state.heeded = self.number;
        state.limit = limit;
        if let Some(interval) = interval.filter(|interval| !interval.is_zero()) {
            state.interval = interval;
        }
        if let Some(remaining) = remaining {
            state.foreign = limit.saturating_sub(remaining).saturating_sub(self.held);
        }
        drop(state);
        self.throttle.changed.notify_one();
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.throttle.state();
        state.in_flight -= 1;
        state.answered.push_back(Instant::now());
        drop(state);
        self.throttle.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    const INTERVAL: Duration = Duration::from_secs(10);

    /// A server that counts calls over a rolling interval, its own and those of another application.
    #[derive(Default)]
    struct Server {
        arrivals: Mutex<VecDeque<Instant>>,
        refused: AtomicU64,
    }

    impl Server {
        /// What remains after this call, or `None` for a refusal.
        fn count(&self, limit: u64) -> Option<u64> {
            let now = Instant::now();
            let mut arrivals = self.arrivals.lock().unwrap();
            while arrivals.front().is_some_and(|arrival| *arrival + INTERVAL <= now) {
                arrivals.pop_front();
            }
            if arrivals.len() as u64 >= limit {
                return None;
            }
            arrivals.push_back(now);
            Some(limit - arrivals.len() as u64)
        }
    }

    struct Run {
        limit: u64,
        calls: u64,
        at_once: u64,
        /// Of each way, at random.
        latency: std::ops::Range<u64>,
        /// How often another application calls.
        other: Option<Duration>,
    }

    /// Wall time, refusals of our own calls.
    async fn run(run: Run) -> (Duration, u64) {
        let server = Arc::new(Server::default());
        let throttle = Arc::new(Throttle::new(100, INTERVAL));
        let other = run.other.map(|pace| {
            let server = Arc::clone(&server);
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(pace).await;
                    server.count(run.limit);
                }
            })
        });
        if run.other.is_some() {
            tokio::time::sleep(INTERVAL).await;
        }
        let started = Instant::now();
        let left = Arc::new(AtomicU64::new(run.calls));
        let workers = (0..run.at_once).map(|seed| {
            let (server, throttle, left) = (Arc::clone(&server), Arc::clone(&throttle), Arc::clone(&left));
            let (latency, limit) = (run.latency.clone(), run.limit);
            tokio::spawn(async move {
                let mut random = StdRng::seed_from_u64(seed);
                while left
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                    .is_ok()
                {
                    let permit = throttle.acquire().await;
                    tokio::time::sleep(Duration::from_millis(random.random_range(latency.clone()))).await;
                    let remaining = server.count(limit);
                    tokio::time::sleep(Duration::from_millis(random.random_range(latency.clone()))).await;
                    if remaining.is_none() {
                        server.refused.fetch_add(1, Ordering::SeqCst);
                    }
                    permit.heed(Announcement {
                        limit,
                        interval: Some(INTERVAL),
                        remaining: Some(remaining.unwrap_or(0)),
                    });
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.unwrap();
        }
        if let Some(other) = other {
            other.abort();
        }
        (started.elapsed(), server.refused.load(Ordering::SeqCst))
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_run_uses_nine_tenths_of_the_limit_and_is_never_refused() {
        for limit in [100, 190] {
            for latency in [1..2, 10..40, 20..250] {
                let calls = limit * 20;
                let described = format!("{limit} per 10 s, latency {latency:?}");
                let (elapsed, refused) = run(Run { limit, calls, at_once: 48, latency, other: None }).await;
                assert_eq!(refused, 0, "{described}");
                let used = calls as f64 / (elapsed.as_secs_f64() / 10.0 * limit as f64);
                assert!(used >= 0.9, "{described}: {used}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_another_application_uses_is_left_to_it() {
        // A hundred of the 190 go elsewhere.
        let other = Some(Duration::from_millis(100));
        let (elapsed, refused) =
            run(Run { limit: 190, calls: 900, at_once: 32, latency: 10..60, other }).await;
        assert!(refused <= 3, "{refused}");
        let used = 900.0 / (elapsed.as_secs_f64() / 10.0 * 90.0);
        assert!((0.85..=1.15).contains(&used), "{used}");
    }

    #[tokio::test(start_paused = true)]
    async fn callers_are_served_in_the_order_in_which_they_came() {
        let throttle = Arc::new(Throttle::new(2, INTERVAL));
        let served = Arc::new(Mutex::new(Vec::new()));
        let callers: Vec<_> = (0..10)
            .map(|number| {
                let (throttle, served) = (Arc::clone(&throttle), Arc::clone(&served));
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(number)).await;
                    let permit = throttle.acquire().await;
                    served.lock().unwrap().push(number);
                    drop(permit);
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        assert_eq!(*served.lock().unwrap(), (0..10).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_waits_out_a_pause() {
        let throttle = Throttle::new(100, INTERVAL);
        throttle.pause(Duration::from_secs(20));
        throttle.pause(Duration::from_secs(1));
        let started = Instant::now();
        tokio::join!(throttle.acquire(), throttle.acquire());
        assert!(started.elapsed() >= Duration::from_secs(20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lower_announced_limit_is_heeded_at_once() {
        let throttle = Throttle::new(100, INTERVAL);
        let permit = throttle.acquire().await;
        permit.heed(Announcement { limit: 2, interval: Some(INTERVAL), remaining: None });
        drop(permit);
        drop(throttle.acquire().await);
        let started = Instant::now();
        drop(throttle.acquire().await);
        assert!(started.elapsed() >= INTERVAL);
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_in_the_queue_does_not_stop_those_behind() {
        let throttle = Throttle::new(1, INTERVAL);
        drop(throttle.acquire().await);
        let gives_up = tokio::time::timeout(Duration::from_secs(1), throttle.acquire()).await;
        assert!(gives_up.is_err());
        drop(throttle.acquire().await);
    }
}
