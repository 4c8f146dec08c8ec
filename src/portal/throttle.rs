//! One rate limit for all calls of a run: as fast as HubSpot announces it allows, and no faster.
//!
//! Two bounds hold at once. A call keeps a slot from the moment it is sent until one interval after its answer:
//! HubSpot counts it somewhere between the two, so a slot that is free again has left HubSpot's window for
//! certain, however much the latency varies, at the price of one round trip per interval. And no more calls are
//! under way than the newest answer said remain, which leaves to another application what it uses. What an answer
//! said grows old while nothing is sent: then what others will have used since is put aside, and a few calls find
//! out before the rest follow.
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
    in_flight: u64,
    /// Slots still held by calls that were answered, the oldest answer first.
    answered: VecDeque<Slot>,
    known: Option<Known>,
    others: Option<Others>,
    /// A slot has become free since `known` was learnt that may or may not be counted in it already, so one
    /// call may find out.
    may_probe: bool,
    sent: u64,
    /// The newest call whose limit was heeded.
    heeded: u64,
    paused_until: Option<Instant>,
}

#[derive(Debug)]
struct Slot {
    sent: Instant,
    answered: Instant,
    /// HubSpot is known to have counted the call.
    counted: bool,
}

#[derive(Debug)]
struct Known {
    /// What remained by an answer, and the slots of ours that have certainly become free since.
    remaining: u64,
    at: Instant,
    /// What cannot have been ours of what was used.
    foreign: u64,
}

/// What others had used at a moment when nothing of ours was under way or on its way out of HubSpot's window, so
/// that it is no guess; and by how many calls a second it had grown since the moment before.
#[derive(Debug, Clone, Copy)]
struct Others {
    at: Instant,
    used: u64,
    growth: f64,
}

/// Calls under way while what is known is old: nobody else was seen, or somebody was.
const ALONE: u64 = 4;
const WITH_OTHERS: u64 = 1;

impl Others {
    fn after(before: Option<Others>, (at, used): (Instant, u64), interval: Duration) -> Others {
        let growth = before.filter(|before| before.at + interval > at).map_or(0.0, |before| {
            let grew = used.saturating_sub(before.used) as f64;
            grew / at.duration_since(before.at).as_secs_f64().max(0.5)
        });
        Others { at, used, growth }
    }
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
    /// The call was answered and not refused for the limit's sake.
    pub(super) counted: bool,
}

/// The right to send one call. To be dropped when the answer's head is there.
#[derive(Debug)]
pub(super) struct Permit<'a> {
    throttle: &'a Throttle,
    number: u64,
    sent: Instant,
    /// Slots held when this call was sent, its own included.
    held: u64,
    /// `None` until an announcement is heeded.
    counted: Option<bool>,
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
            in_flight: 0,
            answered: VecDeque::new(),
            known: None,
            others: None,
            may_probe: false,
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
            let now = Instant::now();
            let wait = match self.state().take(now) {
                Ok((number, held)) => {
                    return Permit { throttle: self, number, sent: now, held, counted: None };
                }
                Err(wait) => wait,
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
        self.free_slots(now);
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return Err(Wait::Until(until));
        }
        let held = self.in_flight + self.answered.len() as u64;
        let reserve = self.reserve(now);
        // Calls under way may or may not be counted in what is known to remain.
        let some_remain = self.known.as_ref().is_none_or(|known| {
            known.remaining > self.in_flight + reserve + self.margin()
                && self.in_flight < self.most_under_way(known, now)
        });
        // With none of ours in HubSpot's window, what is known can only be mended by asking.
        let is_idle = self.in_flight == 0 && self.answered.is_empty();
        let is_old = self.known.as_ref().is_some_and(|known| self.is_old(known, now));
        let probes =
            (self.may_probe && self.in_flight == 0 && (reserve == 0 || is_idle)) || (is_idle && is_old);
        if held >= self.limit || !(some_remain || probes) {
            return Err(match (self.answered.front(), &self.known) {
                (Some(slot), _) => Wait::Until(slot.answered + self.window()),
                (None, Some(known)) if is_idle => Wait::Until(known.at + self.freshness()),
                (None, _) => Wait::ForAnAnswer,
            });
        }
        self.may_probe = false;
        self.in_flight += 1;
        self.sent += 1;
        Ok((self.sent, held + 1))
    }

    /// What another application is expected to use until a second from now: of the next second at the pace of the
    /// last interval, and of the time since the answer as far as it was getting faster.
    fn reserve(&self, now: Instant) -> u64 {
        let Some(known) = self.known.as_ref().filter(|known| known.foreign > 0) else { return 0 };
        let pace = known.foreign as f64 / self.interval.as_secs_f64().max(1.0);
        let growth = self.others.filter(|others| others.at + self.interval > now);
        let faster = growth.map_or(0.0, |others| (others.growth - pace).max(0.0));
        let silence = now.duration_since(known.at).min(self.interval);
        (pace + faster * silence.as_secs_f64()).ceil() as u64
    }

    /// Somebody may begin between an answer and the next call: a hundredth is left over for that.
    fn margin(&self) -> u64 {
        self.limit / 100
    }

    fn most_under_way(&self, known: &Known, now: Instant) -> u64 {
        match (self.is_old(known, now), known.foreign) {
            (false, _) => u64::MAX,
            (true, 0) => ALONE,
            (true, _) => WITH_OTHERS,
        }
    }

    fn is_old(&self, known: &Known, now: Instant) -> bool {
        now >= known.at + self.freshness()
    }

    /// How long an answer speaks for the present.
    fn freshness(&self) -> Duration {
        self.interval / 10
    }

    fn free_slots(&mut self, now: Instant) {
        let window = self.window();
        while let Some(slot) = self.answered.pop_front_if(|slot| slot.answered + window <= now) {
            let Some(known) = &mut self.known else { continue };
            // HubSpot counted the call no earlier than it was sent, so what was known earlier than one interval
            // after that still included it.
            if slot.counted && known.at < slot.sent + self.interval {
                known.remaining += 1;
            } else {
                self.may_probe = true;
            }
        }
    }

    /// A little longer than the interval, for a server whose own clock ticks coarsely.
    fn window(&self) -> Duration {
        self.interval + self.interval / 50
    }

    /// Answers overtake each other: of two that were under way together the one with less remaining was counted
    /// last; one that was sent after the other's answer knows more in any case.
    fn learn(&mut self, remaining: u64, permit: &Permit<'_>) {
        let outdated = |known: &Known| remaining < known.remaining || known.at <= permit.sent;
        if self.known.as_ref().is_none_or(outdated) {
            let sent_since = self.sent - permit.number;
            let foreign = self.limit.saturating_sub(remaining).saturating_sub(permit.held + sent_since);
            self.known = Some(Known { remaining, at: Instant::now(), foreign });
        }
    }

    /// Nothing is under way: of the answers that overtook each other the lowest was kept, and it includes all of
    /// ours, so that the rest is others'.
    fn see_others(&mut self, now: Instant) {
        let ours = self.answered.len() as u64;
        let is_whole = self.answered.iter().all(|slot| slot.counted && slot.sent + self.interval > now);
        if let Some(known) = self.known.as_mut().filter(|_| is_whole) {
            known.foreign = self.limit.saturating_sub(known.remaining + ours);
            self.others = Some(Others::after(self.others, (now, known.foreign), self.interval));
        }
    }
}

impl Permit<'_> {
    pub(super) fn heed(&mut self, announcement: Announcement) {
        let Announcement { limit, interval, remaining, counted } = announcement;
        self.counted = Some(counted);
        let mut state = self.throttle.state();
        if self.number > state.heeded && limit > 0 {
            state.heeded = self.number;
            state.limit = limit;
            state.interval = interval.filter(|interval| !interval.is_zero()).unwrap_or(state.interval);
        }
        match remaining {
            Some(remaining) => state.learn(remaining, self),
            None => state.known = None,
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.throttle.state();
        state.in_flight -= 1;
        // Nobody said what remains after this call, and it may have been counted.
        if let (None, Some(known)) = (self.counted, &mut state.known) {
            known.remaining = known.remaining.saturating_sub(1);
        }
        let (now, counted) = (Instant::now(), self.counted == Some(true));
        state.answered.push_back(Slot { sent: self.sent, answered: now, counted });
        if state.in_flight == 0 {
            state.see_others(now);
        }
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
        /// It has been calling for a while.
        other_is_there_already: bool,
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
                    // What HubSpot refuses to the other application is the other application's to bear; here it
                    // always gets what it asks for.
                    server.arrivals.lock().unwrap().push_back(Instant::now());
                }
            })
        });
        if run.other_is_there_already {
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
                    let mut permit = throttle.acquire().await;
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
                        counted: remaining.is_some(),
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
                let alone =
                    Run { limit, calls, at_once: 48, latency, other: None, other_is_there_already: false };
                let (elapsed, refused) = run(alone).await;
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
        for latency in [1..2, 10..60, 20..250] {
            for other_is_there_already in [true, false] {
                let (limit, at_once, latency) = (190, 32, latency.clone());
                let described = format!("latency {latency:?}, there already: {other_is_there_already}");
                let shared = Run { limit, calls: 900, at_once, latency, other, other_is_there_already };
                let (elapsed, refused) = run(shared).await;
                // Who begins while nothing of ours is answered is found out by one call, not by all that wait.
                assert!(refused <= if other_is_there_already { 0 } else { 2 }, "{described}: {refused}");
                let used = 900.0 / (elapsed.as_secs_f64() / 10.0 * 90.0);
                assert!((0.85..=1.15).contains(&used), "{described}: {used}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_that_others_use_up_is_asked_about_now_and_then() {
        let throttle = Throttle::new(100, INTERVAL);
        let used_up =
            |limit| Announcement { limit, interval: Some(INTERVAL), remaining: Some(0), counted: true };
        let started = Instant::now();
        for _ in 0..3 {
            let mut permit = throttle.acquire().await;
            permit.heed(used_up(100));
        }
        let elapsed = started.elapsed();
        assert!((INTERVAL * 2..INTERVAL * 3).contains(&elapsed), "{elapsed:?}");
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
        let mut permit = throttle.acquire().await;
        let announcement =
            Announcement { limit: 2, interval: Some(INTERVAL), remaining: None, counted: true };
        permit.heed(announcement);
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
