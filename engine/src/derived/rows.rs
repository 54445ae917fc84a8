//! Dense numbering. The rows of one dataset version are numbered 0, 1, 2, … in scan order; edges name their endpoints by
//! stable row ids, and filtered scans answer with them. This maps one to the other.

use std::mem::size_of;

use datafusion::common::{DataFusionError, Result};

/// Stable row ids of a dataset version, by dense number and back.
#[derive(Debug)]
pub(crate) struct RowMap {
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
            runs: earlier.runs.clone(),
            rows: u64::from(earlier.rows),
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

    /// Fails for more rows than a dense number can count.
    pub(crate) fn finish(self) -> Result<RowMap> {
        let rows = u32::try_from(self.rows).ok().filter(|rows| *rows < u32::MAX);
        let Some(rows) = rows else {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "a type of {} rows exceeds the {} that can be numbered",
                self.rows,
                u32::MAX - 1
            )));
        };
        let lookup = lookup(&self.runs, rows);
        Ok(RowMap {
            runs: self.runs,
            lookup,
            rows,
        })
    }
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
    pub(crate) fn len(&self) -> u32 {
        self.rows
    }

    /// The dense number of a row id, if this version has such a row.
    pub(crate) fn dense(&self, row_id: u64) -> Option<u32> {
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

    /// The row id of a dense number below [`RowMap::len`].
    pub(crate) fn row_id(&self, dense: u32) -> Option<u64> {
        let after = self.runs.partition_point(|run| run.dense <= dense);
        let run = self.runs.get(after.checked_sub(1)?)?;
        let offset = dense - run.dense;
        (offset < run.length).then_some(run.row_id + u64::from(offset))
    }

    pub(crate) fn bytes(&self) -> usize {
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
        let map = builder.finish().unwrap();
        assert_eq!(map.len() as usize, row_ids.len());
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
