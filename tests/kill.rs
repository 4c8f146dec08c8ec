//! The binary killed at any moment, and started again: nothing is lost, nobody is invited twice, and the next run
//! says what had happened.
//!
//! `apply` works on a `sandbox serve` in a process of its own and is killed at fifty moments drawn from a seed:
//! while it reads, before and after each line of the journal, in the middle of calls, while it reports. After each,
//! everything in `kill/round.rs` must hold. `HUBROSTER_KILL_SEED=7 cargo test --test kill` draws other moments,
//! `HUBROSTER_KILLS=500` more of them. Deliberately absent: kills of the portal; `tests/apply/faults.rs` has lost
//! answers.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the test reads its own files and switches")]

#[path = "kill/desk.rs"]
mod desk;
#[path = "kill/evidence.rs"]
mod evidence;
#[path = "kill/moment.rs"]
mod moment;
#[path = "kill/portals.rs"]
mod portals;
#[path = "kill/round.rs"]
mod round;

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use moment::{Life, Moment};
use round::{By, Struck, Undisturbed, strike};

const SEED: u64 = 20_261_122;
const KILLS: usize = 50;
/// Rounds at the same time. What is waited for is mostly the portal.
const AT_ONCE: usize = 3;

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().map_or(otherwise, |text| text.parse().expect("a number"))
}

fn seed() -> u64 {
    std::env::var("HUBROSTER_KILL_SEED").ok().map_or(SEED, |text| text.parse().expect("a number"))
}

/// Rounds until so many runs were struck alive; the moments of each are its number's and the seed's.
fn rounds(by: By, wanted: usize, moment: impl Fn(usize, &Life, &mut StdRng) -> Moment + Sync) -> Vec<Struck> {
    let portals = [portals::SCIM, portals::STRIP].map(|portal| (portal, Undisturbed::of(&portal)));
    let one = |number: usize| {
        let (portal, known) = &portals[number % 2];
        // A moment that does not come, because the run was faster than the one before, is drawn again.
        for draw in 0..20 {
            let place = number as u64 * 100 + draw;
            let mut random = StdRng::seed_from_u64(seed().wrapping_mul(1_000_003).wrapping_add(place));
            // Every fifth is struck again while it recovers.
            let times = if number % 5 == 4 { 2 } else { 1 };
            let draw_one = |place| (by, moment(number + place, &known.life, &mut random));
            let strikes: Vec<(By, Moment)> = (0..times).map(draw_one).collect();
            let format = if number % 4 < 2 { "json" } else { "text" };
            let struck = catch_unwind(AssertUnwindSafe(|| strike(portal, known, &strikes, format)));
            match struck {
                Ok(Some(struck)) => return struck,
                Ok(None) => {}
                Err(panic) => {
                    let (name, seed) = (portal.name, seed());
                    let told = format!(
                        "round {number}, draw {draw}, portal `{name}`, {strikes:?}: HUBROSTER_KILL_SEED={seed} repeats it\n"
                    );
                    // Not through `eprintln!`, which the harness may hold back until it is too late.
                    let _ = std::io::stderr().write_all(told.as_bytes());
                    resume_unwind(panic);
                }
            }
        }
        panic!("no moment of round {number} came before the run's end");
    };
    let next = std::sync::atomic::AtomicUsize::new(0);
    let take = || {
        let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        (number < wanted).then_some(number)
    };
    std::thread::scope(|scope| {
        let work = || std::iter::from_fn(take).map(one).collect::<Vec<Struck>>();
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

/// One line that is seen without `--nocapture` too.
fn tell(what: &str, struck: &[Struck]) {
    let count = |of: fn(&Struck) -> bool| struck.iter().filter(|struck| of(struck)).count();
    let (rounds, seed) = (struck.len(), seed());
    let reading = count(|struck| struck.started == 0 && struck.ended == 0);
    let started = count(|struck| struck.started > struck.ended);
    let ended = count(|struck| struck.ended > 0);
    let finished = count(|struck| struck.finished);
    let all: usize = struck.iter().map(|struck| struck.ended).sum();
    let line = format!(
        "{rounds} {what} (seed {seed}), {rounds} convergences, 1 invitation per person each time; struck before the first \
         action {reading}, with actions under way {started}, with actions ended {ended} ({all} in all), after the \
         journal's last line {finished}\n"
    );
    let _ = std::io::stdout().write_all(line.as_bytes());
}

#[test]
fn killed_at_any_moment_the_next_run_converges_and_nobody_is_invited_twice() {
    let struck = rounds(By::Kill, number("HUBROSTER_KILLS", KILLS), Moment::draw);
    tell("kills", &struck);
    // A test whose kills all miss proves nothing.
    let of = |share: usize| struck.len() / share;
    assert!(struck.iter().filter(|struck| struck.started > struck.ended).count() >= of(5));
    assert!(struck.iter().filter(|struck| struck.ended > 0).count() >= of(4));
    assert!(struck.iter().filter(|struck| struck.started == 0).count() >= of(10));
}

#[test]
fn interrupted_once_what_is_under_way_is_finished_and_told() {
    let struck = rounds(By::Interrupt, 8, Moment::draw);
    tell("interruptions", &struck);
}

#[test]
fn interrupted_twice_it_stops_at_once_and_the_journal_is_right() {
    let struck = rounds(By::InterruptTwice, 8, |_, life, random| Moment::draw_while_writing(life, random));
    tell("interruptions twice", &struck);
    assert!(struck.iter().any(|struck| !struck.finished), "none was stopped at once");
}
