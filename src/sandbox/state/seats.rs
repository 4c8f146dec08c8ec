//! Seats: taken, given back, counted, and run out of.
//!
//! Deliberately absent: buying seats. HubSpot's user interface goes to a checkout; the API refused where it was seen.

use super::Portal;
use crate::sandbox::errors::{Detail, Refusal};

/// What HubSpot answered when the last seat was taken.
const NO_SEAT: &str = "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION";

impl Portal {
    /// Frees the seats whose time has come. Called once for each request.
    pub(crate) fn request_came(&mut self) {
        for name in self.lags.request_came() {
            self.free_seat(&name);
        }
    }

    /// Refuses unless each of these seats exists and, unless the person has it already, is free.
    pub(super) fn check_seats(&self, wanted: &[String], held: &[String]) -> Result<(), Refusal> {
        for name in wanted {
            let Some(seat) = self.seats.iter().find(|seat| seat.name == *name) else {
                let message = format!("There is no seat '{name}' on this account.");
                return Err(Refusal::validation(message.clone())
                    .because(Detail::new(message, "INVALID_SEAT").of_field("seatNames")));
            };
            if seat.remaining == Some(0) && !held.contains(name) {
                return Err(Refusal::validation(format!("No '{name}' seat is available."))
                    .sub_category(NO_SEAT)
                    .because(Detail::new(NO_SEAT, NO_SEAT).of_field("seatNames")));
            }
        }
        Ok(())
    }

    /// Takes and gives back seats until the counts fit; the seats must have been checked.
    pub(super) fn exchange_seats(&mut self, wanted: &[String], held: &[String]) {
        for name in wanted.iter().filter(|name| !held.contains(name)) {
            self.take_seat(name);
        }
        for name in held.iter().filter(|name| !wanted.contains(name)) {
            self.give_back_seat(name);
        }
    }

    /// Takes one where one is left, and says whether it did.
    pub(super) fn take_seat(&mut self, name: &str) -> bool {
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.name == name) else { return false };
        match seat.remaining {
            None => true,
            Some(0) => false,
            Some(remaining) => {
                seat.remaining = Some(remaining - 1);
                true
            }
        }
    }

    pub(super) fn give_back_seat(&mut self, name: &str) {
        if self.behaviour.seat_lag == 0 {
            self.free_seat(name);
        } else {
            self.lags.seat_returns(name, self.behaviour.seat_lag);
        }
    }

    fn free_seat(&mut self, name: &str) {
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.name == name) {
            seat.remaining = seat.remaining.map(|remaining| remaining + 1);
        }
    }
}
