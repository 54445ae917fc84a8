//! The changes of a type that its dataset does not have yet: the rows that small commits wrote since it was written, and which
//! of its own rows these replaced or removed.

use std::collections::HashMap;
use std::ops::Range;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::interleave::interleave_record_batch;
use roaring::RoaringTreemap;

use super::chunk::Section;
use crate::error::{Error, Result};

/// When a row of an overlay was written, as versions of a dataset say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamps {
    /// None for a row that the dataset has: it knows.
    pub created: Option<u64>,
    pub updated: u64,
}

/// A row among those of several batches.
struct Live {
    /// The batch, and the row in it.
    place: (usize, usize),
    stamps: Stamps,
}

/// A section of a commit with this stamp.
pub(crate) type Stamped = (u64, Section);

/// The changes of a type that its dataset does not have.
#[derive(Debug)]
pub(crate) struct Overlay {
    /// Of `rows`, ascending.
    numbers: Vec<u64>,
    /// As the dataset stores them.
    rows: RecordBatch,
    stamps: Vec<Stamps>,
    /// Numbers of rows that the dataset has and that are replaced or removed.
    hidden: RoaringTreemap,
    /// The first number that no row of the dataset has.
    first_new: u64,
}

impl Overlay {
    /// That of a dataset without later changes; its rows have numbers below `first_new`.
    pub(crate) fn new(schema: SchemaRef, first_new: u64) -> Overlay {
        Overlay {
            numbers: Vec::new(),
            rows: RecordBatch::new_empty(schema),
            stamps: Vec::new(),
            hidden: RoaringTreemap::new(),
            first_new,
        }
    }

    /// With later changes, the oldest first.
    pub(crate) fn with(&self, later: &[Stamped]) -> Result<Overlay> {
        let mut hidden = self.hidden.clone();
        let mut live: HashMap<u64, Live> = HashMap::new();
        for (row, (number, stamps)) in self.numbers.iter().zip(&self.stamps).enumerate() {
            let (place, stamps) = ((0, row), *stamps);
            live.insert(*number, Live { place, stamps });
        }
        for (place, (stamp, section)) in later.iter().enumerate() {
            for number in &section.removed {
                live.remove(&number);
                self.hide(number, &mut hidden);
            }
            for (row, number) in section.numbers.iter().enumerate() {
                let created = match live.get(number) {
                    Some(live) => live.stamps.created,
                    None if *number < self.first_new => None,
                    None => Some(*stamp),
                };
                let stamps = Stamps {
                    created,
                    updated: *stamp,
                };
                let place = (place + 1, row);
                live.insert(*number, Live { place, stamps });
                self.hide(*number, &mut hidden);
            }
        }
        let mut live: Vec<(u64, Live)> = live.into_iter().collect();
        live.sort_unstable_by_key(|(number, _)| *number);
        let mut sources = vec![&self.rows];
        sources.extend(later.iter().map(|(_, section)| &section.rows));
        let places: Vec<(usize, usize)> = live.iter().map(|(_, live)| live.place).collect();
        Ok(Overlay {
            rows: interleave_record_batch(&sources, &places)?,
            numbers: live.iter().map(|(number, _)| *number).collect(),
            stamps: live.iter().map(|(_, live)| live.stamps).collect(),
            hidden,
            first_new: self.first_new,
        })
    }

    /// How many rows of the dataset a section would replace or remove that it has still.
    pub(crate) fn hidden_by(&self, section: &Section) -> u64 {
        let numbers = section.numbers.iter().copied().chain(&section.removed);
        let newly = |number: &u64| *number < self.first_new && !self.hidden.contains(*number);
        numbers.filter(newly).count() as u64
    }

    fn hide(&self, number: u64, hidden: &mut RoaringTreemap) {
        if number < self.first_new {
            hidden.insert(number);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.hidden.is_empty()
    }

    /// The first number that no row of the dataset has.
    pub(crate) fn first_new(&self) -> u64 {
        self.first_new
    }

    /// Numbers of [`Overlay::rows`], ascending.
    pub(crate) fn numbers(&self) -> &[u64] {
        &self.numbers
    }

    pub(crate) fn rows(&self) -> &RecordBatch {
        &self.rows
    }

    pub(crate) fn stamps(&self) -> &[Stamps] {
        &self.stamps
    }

    /// Numbers of the dataset's rows that do not count.
    pub(crate) fn hidden(&self) -> &RoaringTreemap {
        &self.hidden
    }

    /// Places in [`Overlay::rows`] of rows that the dataset does not have under their number.
    pub(crate) fn new_rows(&self) -> Range<usize> {
        self.numbers.partition_point(|number| *number < self.first_new)..self.numbers.len()
    }

    /// The place of a row in [`Overlay::rows`].
    pub(crate) fn place(&self, number: u64) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }

    /// What it counts against the bound on an overlay.
    pub(crate) fn size(&self) -> u64 {
        self.numbers.len() as u64 + self.hidden.len()
    }

    pub(crate) fn column(&self, name: &str) -> Result<&arrow_array::ArrayRef> {
        self.rows
            .column_by_name(name)
            .ok_or_else(|| Error::internal(format!("column `{name}` is not stored")))
    }
}
