//! A whole column: its stored values in dense order, and the values of rows that were written since.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, UInt32Array, new_null_array};
use datafusion::common::Result;

use super::rows::Later;

/// A whole column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    stored: ArrayRef,
    later: Option<(Arc<Later>, ArrayRef)>,
}

impl From<ArrayRef> for Column {
    fn from(stored: ArrayRef) -> Column {
        Column { stored, later: None }
    }
}

impl Column {
    /// `values` are those of the overlay.
    pub(crate) fn with(stored: ArrayRef, later: Arc<Later>, values: ArrayRef) -> Column {
        Column {
            stored,
            later: (!later.is_empty()).then_some((later, values)),
        }
    }

    /// The array that has the value of a row, and where. The row must not be gone.
    pub(crate) fn place(&self, dense: u32) -> (&ArrayRef, usize) {
        let later = self.later.as_ref();
        match later.and_then(|(later, values)| Some((later.place(dense)?, values))) {
            Some((place, values)) => (values, place as usize),
            None => (&self.stored, dense as usize),
        }
    }

    /// The values of the dataset's rows, for those that look at nothing else.
    pub(crate) fn stored(&self) -> &ArrayRef {
        &self.stored
    }

    /// The values of some rows; null for null.
    pub(crate) fn gather(&self, rows: &UInt32Array) -> Result<ArrayRef> {
        let Some((later, values)) = &self.later else {
            return gather(&self.stored, rows);
        };
        let stored = self.stored.len();
        let is_stored = |row: u32| (row as usize) < stored && later.place(row).is_none();
        if rows.iter().flatten().all(is_stored) {
            return gather(&self.stored, rows);
        }
        let null = new_null_array(self.stored.data_type(), 1);
        let places: Vec<(usize, usize)> = rows
            .iter()
            .map(|row| match row {
                None => (2, 0),
                Some(row) => match later.place(row) {
                    Some(place) => (1, place as usize),
                    None if (row as usize) < stored => (0, row as usize),
                    None => (2, 0),
                },
            })
            .collect();
        let parts = [self.stored.as_ref(), values.as_ref(), null.as_ref()];
        Ok(arrow_select::interleave::interleave(&parts, &places)?)
    }
}

/// The values of a column at some rows, null for a row that is null; consecutive rows are not copied.
pub(crate) fn gather(column: &ArrayRef, rows: &UInt32Array) -> Result<ArrayRef> {
    if rows.null_count() > 0 {
        return Ok(arrow_select::take::take(column, rows, None)?);
    }
    let indices = rows.values();
    let (Some(first), Some(last)) = (indices.first(), indices.last()) else {
        return Ok(column.slice(0, 0));
    };
    let length = indices.len();
    let consecutive = (*last as usize).checked_sub(*first as usize) == Some(length - 1)
        && indices.windows(2).all(|pair| pair[0].wrapping_add(1) == pair[1]);
    if consecutive && (*last as usize) < column.len() {
        return Ok(column.slice(*first as usize, length));
    }
    Ok(arrow_select::take::take(column, rows, None)?)
}
