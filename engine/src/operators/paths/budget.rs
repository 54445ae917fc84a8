//! What a search may hold of the memory of its query.

use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;

use crate::error::EvaluationCode;
use crate::operators::scalar::Place;

/// Memory is asked for in pieces of this size.
const PIECE: usize = 64 << 10;

/// The memory of one operator's searches.
#[derive(Debug)]
pub(super) struct Budget {
    reservation: MemoryReservation,
    place: Place,
}

impl Budget {
    pub(super) fn new(reservation: MemoryReservation, place: Place) -> Budget {
        Budget { reservation, place }
    }

    /// Sees to it that so many bytes may be held.
    pub(super) fn hold(&self, bytes: usize) -> Result<()> {
        let missing = bytes.saturating_sub(self.reservation.size());
        if missing == 0 {
            return Ok(());
        }
        let piece = missing.div_ceil(PIECE).saturating_mul(PIECE);
        self.reservation.try_grow(piece).map_err(|_| self.spent())
    }

    /// Nothing is held any more.
    pub(super) fn release(&self) {
        self.reservation.free();
    }

    pub(super) fn spent(&self) -> datafusion::common::DataFusionError {
        let mib = self.place.memory_limit.div_ceil(1 << 20);
        let message = format!("the search for paths needs more than {mib} MiB");
        self.place.fail(EvaluationCode::Budget, message)
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }
}
