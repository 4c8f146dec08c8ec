//! How much an evaluation may do: one number for its time and its memory.

use super::evaluate::Failure;

/// Bytes that cost one step, so that what is left bounds the memory, too.
const BYTES_A_STEP: usize = 16;

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

    pub(super) fn bytes(&mut self, bytes: usize) -> Result<(), Failure> {
        self.steps(bytes / BYTES_A_STEP)
    }
}
