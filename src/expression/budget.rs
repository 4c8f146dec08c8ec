//! How much an evaluation may do: one number for its time and its memory.

use super::evaluate::Failure;

/// Bytes that are looked at in the time of a step.
const LOOKED_AT_A_STEP: usize = 32;
/// Bytes that may be made for a step: with the steps the memory is bounded, too.
const MADE_A_STEP: usize = 2;

/// Steps that are left. A step is a part of an expression looked at, an element of a list, or some bytes made or
/// compared; the same on every machine, which a clock is not.
#[derive(Debug, Clone)]
pub struct Budget {
    whole: u64,
    left: u64,
}

impl Budget {
    pub fn new(steps: u64) -> Budget {
        Budget { whole: steps, left: steps }
    }

    /// Steps taken so far.
    pub fn spent(&self) -> u64 {
        self.whole - self.left
    }

    /// For what comes of an evaluation.
    ///
    /// # Errors
    ///
    /// There are not so many left.
    pub fn charge(&mut self, steps: usize) -> Result<(), Failure> {
        self.steps(steps)
    }

    pub(super) fn step(&mut self) -> Result<(), Failure> {
        self.steps(1)
    }

    pub(super) fn steps(&mut self, steps: usize) -> Result<(), Failure> {
        match self.left.checked_sub(steps as u64) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(Failure::Budget { steps: self.whole })
            }
        }
    }

    pub(super) fn look_at(&mut self, bytes: usize) -> Result<(), Failure> {
        self.steps(bytes / LOOKED_AT_A_STEP)
    }

    pub(super) fn make(&mut self, bytes: usize) -> Result<(), Failure> {
        self.steps(bytes / MADE_A_STEP)
    }

    /// Elements of a new list.
    pub(super) fn make_elements(&mut self, count: usize) -> Result<(), Failure> {
        self.make(count.saturating_mul(size_of::<super::Value>()))
    }
}
