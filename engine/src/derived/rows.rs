//! Dense numbering. The rows of one dataset version are numbered 0, 1, 2, … in scan order, and those that were written since follow
//! in the order of their row ids; edges name their endpoints by these, and filtered scans answer with them. This maps one to the other.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::storage::Overlay;

/// Stable row ids of a table, by dense number and back. What a number is does not depend on what small commits did since the
/// dataset was written: a row that is gone leaves a hole, a new one gets a number behind all others.
#[derive(Clone, Debug)]
pub(crate) struct RowMap {
    stored: Arc<StoredRows>,
    /// The row id of the first dense number behind those of the dataset.
    first_new: u64,
    slots: u32,
    /// Dense numbers of rows that are gone.
    holes: RoaringBitmap,
    /// Dense numbers of the rows that were written since, with their places in the overlay.
    later: Arc<Later>,
}

/// Where rows that were written since are.
#[derive(Debug, Default)]
pub(crate) struct Later {
    /// Places in the overlay, by the dense number of a row that the dataset has.
    replaced: FxHashMap<u32, u32>,
    /// The same of new rows, from `stored` on; `u32::MAX` for a hole.
    added: Vec<u32>,
    stored: u32,
}

impl Later {
    pub(crate) fn is_empty(&self) -> bool {
        self.replaced.is_empty() && self.added.is_empty()
    }

    pub(crate) fn place(&self, dense: u32) -> Option<u32> {
        match dense.checked_sub(self.stored) {
            Some(at) => self.added.get(at as usize).copied().filter(|place| *place != u32::MAX),
            None => self.replaced.get(&dense).copied(),
        }
    }

    /// Dense numbers and places, in no order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, u32)> {
        let added = (self.stored..).zip(&self.added).map(|(dense, place)| (dense, *place));
        let replaced = self.replaced.iter().map(|(dense, place)| (*dense, *place));
        replaced.chain(added.filter(|(_, place)| *place != u32::MAX))
    }
}

/// Row ids of a dataset version.
#[derive(Debug)]
struct StoredRows {
    /// In scan order: the first row id, the first dense number, the length of each run of consecutive ids.
    runs: Vec<Run>,
    lookup: Lookup,
    rows: u32,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    row_id: u64,
    dense: u32,
    length: u32,
}

#[derive(Debug)]
enum Lookup {
    /// At most one run: a subtraction.
    Contiguous,
    /// Row ids that are close together: a table from `first` on, `u32::MAX` where no row has the id.
    Table { first: u64, dense: Vec<u32> },
    /// Scattered: the runs once more, sorted by row id.
    Sorted(Vec<Run>),
}

/// Collects row ids in scan order.
#[derive(Default)]
pub(crate) struct RowMapBuilder {
    runs: Vec<Run>,
    rows: u64,
}

impl From<&RowMap> for RowMapBuilder {
    fn from(earlier: &RowMap) -> Self {
        RowMapBuilder {
            runs: earlier.stored.runs.clone(),
            rows: u64::from(earlier.stored.rows),
        }
    }
}

impl RowMapBuilder {
    pub(crate) fn extend(&mut self, row_ids: &[u64]) {
        for &row_id in row_ids {
            match self.runs.last_mut() {
                Some(run) if run.row_id + u64::from(run.length) == row_id => run.length += 1,
                _ => self.runs.push(Run {
                    row_id,
                    dense: self.rows as u32,
                    length: 1,
                }),
            }
            self.rows += 1;
        }
    }

    /// The rows of a dataset that has no row with the id `first_new` or a later one. Fails for more rows than a dense number can count.
    pub(crate) fn finish(self, first_new: u64) -> Result<RowMap> {
        let rows = countable(self.rows)?;
        let lookup = lookup(&self.runs, rows);
        Ok(RowMap {
            stored: Arc::new(StoredRows {
                runs: self.runs,
                lookup,
                rows,
            }),
            first_new,
            slots: rows,
            holes: RoaringBitmap::new(),
            later: Arc::default(),
        })
    }
}

fn countable(rows: u64) -> Result<u32> {
    let counted = u32::try_from(rows).ok().filter(|rows| *rows < u32::MAX);
    counted.ok_or_else(|| {
        DataFusionError::ResourcesExhausted(format!(
            "a type of {rows} rows exceeds the {} that can be numbered",
            u32::MAX - 1
        ))
    })
}

fn lookup(runs: &[Run], rows: u32) -> Lookup {
    if runs.len() <= 1 {
        return Lookup::Contiguous;
    }
    let first = runs.iter().map(|run| run.row_id).min().unwrap_or(0);
    let end = runs
        .iter()
        .map(|run| run.row_id + u64::from(run.length))
        .max()
        .unwrap_or(0);
    if end - first <= 4 * u64::from(rows) + 1024 {
        let mut dense = vec![u32::MAX; (end - first) as usize];
        for run in runs {
            let start = (run.row_id - first) as usize;
            for (i, slot) in dense[start..start + run.length as usize].iter_mut().enumerate() {
                *slot = run.dense + i as u32;
            }
        }
        return Lookup::Table { first, dense };
    }
    let mut sorted = runs.to_vec();
    sorted.sort_unstable_by_key(|run| run.row_id);
    Lookup::Sorted(sorted)
}

impl RowMap {
    /// Those of the same dataset with changes since, after which the next row gets the id `next_row`.
    pub(crate) fn with(&self, overlay: &Overlay, next_row: u64) -> Result<RowMap> {
        let stored = self.stored.rows;
        let slots = countable(u64::from(stored) + (next_row - self.first_new))?;
        let mut later = Later {
            stored,
            added: vec![u32::MAX; (slots - stored) as usize],
            ..Later::default()
        };
        for (place, number) in (0..).zip(overlay.numbers()) {
            match number.checked_sub(self.first_new) {
                Some(at) => later.added[at as usize] = place,
                None => {
                    _ = self
                        .stored
                        .dense(*number)
                        .map(|dense| later.replaced.insert(dense, place))
                }
            }
        }
        let gone = overlay
            .hidden()
            .iter()
            .filter(|number| overlay.place(*number).is_none());
        let mut holes: RoaringBitmap = gone.filter_map(|number| self.stored.dense(number)).collect();
        holes.extend(
            (stored..)
                .zip(&later.added)
                .filter_map(|(dense, place)| (*place == u32::MAX).then_some(dense)),
        );
        Ok(RowMap {
            stored: self.stored.clone(),
            first_new: self.first_new,
            slots,
            holes,
            later: Arc::new(later),
        })
    }

    /// Dense numbers are below this; not each is that of a row.
    pub(crate) fn slots(&self) -> u32 {
        self.slots
    }

    /// Dense numbers that are those of no row.
    pub(crate) fn holes(&self) -> &RoaringBitmap {
        &self.holes
    }

    /// Dense numbers of all rows, ascending.
    pub(crate) fn live(&self) -> impl Iterator<Item = u32> {
        (0..self.slots).filter(|dense| !self.holes.contains(*dense))
    }

    /// Which rows were written since the dataset was.
    pub(crate) fn later(&self) -> &Arc<Later> {
        &self.later
    }

    /// The dense number of a row id, if there is such a row.
    pub(crate) fn dense(&self, row_id: u64) -> Option<u32> {
        self.number(row_id)
            .filter(|dense| *dense < self.slots && !self.holes.contains(*dense))
    }

    /// The dense number that a row id has if there is such a row. None for one that the dataset should have and does not.
    pub(crate) fn number(&self, row_id: u64) -> Option<u32> {
        match row_id.checked_sub(self.first_new) {
            Some(at) => u32::try_from(at).ok()?.checked_add(self.stored.rows),
            None => self.stored.dense(row_id),
        }
    }

    /// The row id of a dense number.
    pub(crate) fn row_id(&self, dense: u32) -> Option<u64> {
        match dense.checked_sub(self.stored.rows) {
            Some(at) => (dense < self.slots).then(|| self.first_new + u64::from(at)),
            None => self.stored.row_id(dense),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self.later.stored {
            // Its own, which others may share, or only what it adds to it.
            0 => self.stored.bytes(),
            _ => 16 * self.later.replaced.len() + 4 * self.later.added.len() + self.holes.serialized_size(),
        }
    }
}

impl StoredRows {
    fn dense(&self, row_id: u64) -> Option<u32> {
        match &self.lookup {
            Lookup::Contiguous => {
                let run = self.runs.first()?;
                let offset = row_id.checked_sub(run.row_id)?;
                (offset < u64::from(run.length)).then_some(run.dense + offset as u32)
            }
            Lookup::Table { first, dense } => {
                let offset = usize::try_from(row_id.checked_sub(*first)?).ok()?;
                dense.get(offset).copied().filter(|dense| *dense != u32::MAX)
            }
            Lookup::Sorted(runs) => {
                let after = runs.partition_point(|run| run.row_id <= row_id);
                let run = runs.get(after.checked_sub(1)?)?;
                let offset = row_id - run.row_id;
                (offset < u64::from(run.length)).then_some(run.dense + offset as u32)
            }
        }
    }

    fn row_id(&self, dense: u32) -> Option<u64> {
        let after = self.runs.partition_point(|run| run.dense <= dense);
        let run = self.runs.get(after.checked_sub(1)?)?;
        let offset = dense - run.dense;
        (offset < run.length).then_some(run.row_id + u64::from(offset))
    }

    fn bytes(&self) -> usize {
        let lookup = match &self.lookup {
            Lookup::Contiguous => 0,
            Lookup::Table { dense, .. } => dense.len() * size_of::<u32>(),
            Lookup::Sorted(runs) => runs.len() * size_of::<Run>(),
        };
        self.runs.len() * size_of::<Run>() + lookup
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(row_ids: &[u64]) {
        let mut builder = RowMapBuilder::default();
        for chunk in row_ids.chunks(3) {
            builder.extend(chunk);
        }
        let map = builder.finish(u64::MAX).unwrap();
        assert_eq!(map.slots() as usize, row_ids.len());
        for (dense, row_id) in row_ids.iter().enumerate() {
            assert_eq!(map.dense(*row_id), Some(dense as u32));
            assert_eq!(map.row_id(dense as u32), Some(*row_id));
        }
        for absent in (0..50).chain([u64::MAX]).filter(|id| !row_ids.contains(id)) {
            assert_eq!(map.dense(absent), None);
        }
        assert_eq!(map.row_id(row_ids.len() as u32), None);
    }

    #[test]
    fn every_row_id_finds_its_dense_number() {
        check(&[]);
        check(&[5, 6, 7, 8]);
        check(&[5, 6, 9, 10, 2]);
        check(&[30, 4, 5, 6, 12]);
        check(&[1, 900_000_000_000, 900_000_000_001, 17]);
    }
}
