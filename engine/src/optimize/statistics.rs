//! What the planner may assume of columns: how many values differ, and how many are missing. They are counted when a type
//! is optimized and carried along by later writes; no answer depends on them.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::Array;
use arrow_row::{RowConverter, SortField};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::Result;
use crate::storage::lookup::{column_of, visit};
use crate::storage::{ColumnStatistics, Table, TableState};

/// Hashes that are kept of a column. So many smallest ones give the number of all to some 3 percent.
const SKETCH: usize = 1024;

/// The part by which a type may grow or shrink before it is counted again.
const DRIFT: f64 = 0.1;

/// Whether the numbers of all these columns are still good enough.
pub(super) fn current(state: &TableState, columns: &[String]) -> bool {
    let near = |known: &ColumnStatistics| known.rows.abs_diff(state.rows) as f64 <= DRIFT * known.rows as f64;
    state.rows == 0
        || columns
            .iter()
            .all(|column| state.statistics.get(column).is_some_and(near))
}

/// Reads all rows, of these columns only.
pub(super) async fn count(table: &Table, columns: &[String]) -> Result<BTreeMap<String, ColumnStatistics>> {
    let mut sketches: Vec<Sketch> = columns.iter().map(|_| Sketch::default()).collect();
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    visit(table, &names, None, |batch| {
        for (name, sketch) in names.iter().zip(&mut sketches) {
            let values = column_of(batch, name)?;
            let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
            let rows = converter.convert_columns(std::slice::from_ref(values))?;
            for (at, row) in rows.iter().enumerate() {
                match values.is_null(at) {
                    true => sketch.nulls += 1,
                    false => sketch.add(xxh3_64(row.as_ref())),
                }
            }
        }
        Ok(())
    })
    .await?;
    let counted = columns.iter().zip(sketches).map(|(name, sketch)| {
        let statistics = ColumnStatistics {
            rows: table.rows(),
            distinct: sketch.distinct(),
            nulls: sketch.nulls,
        };
        (name.clone(), statistics)
    });
    Ok(counted.collect())
}

/// The smallest hashes of a column's values.
#[derive(Default)]
struct Sketch {
    smallest: BTreeSet<u64>,
    nulls: u64,
}

impl Sketch {
    fn add(&mut self, hash: u64) {
        if self.smallest.len() < SKETCH {
            self.smallest.insert(hash);
        } else if self.smallest.last().is_some_and(|last| hash < *last) && self.smallest.insert(hash) {
            self.smallest.pop_last();
        }
    }

    /// Hashes are spread evenly, so the place of the last that is kept shows how close together all of them lie.
    fn distinct(&self) -> u64 {
        match self.smallest.last() {
            Some(last) if self.smallest.len() == SKETCH => {
                ((SKETCH - 1) as f64 / (*last as f64 / u64::MAX as f64)).round() as u64
            }
            _ => self.smallest.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distinct(values: u64, times: u64) -> u64 {
        let mut sketch = Sketch::default();
        for _ in 0..times {
            for value in 0..values {
                sketch.add(xxh3_64(&value.to_le_bytes()));
            }
        }
        sketch.distinct()
    }

    #[test]
    fn few_values_are_counted_and_many_estimated() {
        for values in [0, 1, 2, 1000, 1023] {
            assert_eq!(distinct(values, 3), values);
        }
        for values in [2_000, 50_000, 1_000_000] {
            let found = distinct(values, 1) as f64 / values as f64;
            assert!((0.9..1.1).contains(&found), "{values}: {found}");
        }
    }
}
