//! `@unique`: within what is written, and against stored rows that stay. Rows with a null among the columns are exempt.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_row::{RowConverter, SortField};
use datafusion::common::ScalarValue;

use super::delta::{Change, Delta, Removed, TypeDelta};
use super::keys::{KeyBudget, Keys, hash};
use super::rows::{line_at, lines};
use super::rules::show;
use super::sink::{First, Sink};
use crate::error::{Fault, Result};
use crate::history::Snapshot;
use crate::storage::lookup::{ROW_ID, column_of};
use crate::storage::{ID, Table, lookup};

pub(crate) async fn check(
    snapshot: &Snapshot,
    delta: &Delta,
    nodes: &BTreeMap<String, Change>,
    edges: &BTreeMap<String, Change>,
    sink: &mut Sink,
) -> Result<()> {
    for (name, written) in &delta.nodes {
        let Some(node) = snapshot.catalog.node(name) else {
            continue;
        };
        if !node.unique.is_empty() && written.rows.len() > 0 {
            let table = snapshot.node_table(name).await?;
            check_type(
                name,
                &node.unique,
                written,
                &table,
                nodes.get(name),
                &delta.budget,
                sink,
            )
            .await?;
        }
    }
    for (name, written) in &delta.edges {
        let Some(edge) = snapshot.catalog.edge(name) else {
            continue;
        };
        if !edge.unique.is_empty() && written.rows.len() > 0 {
            let table = snapshot.edge_table(name).await?;
            check_type(
                name,
                &edge.unique,
                written,
                &table,
                edges.get(name),
                &delta.budget,
                sink,
            )
            .await?;
        }
    }
    Ok(())
}

async fn check_type(
    name: &str,
    constraints: &[Vec<String>],
    written: &TypeDelta,
    table: &Table,
    change: Option<&Change>,
    budget: &Arc<KeyBudget>,
    sink: &mut Sink,
) -> Result<()> {
    for columns in constraints {
        let (seen, first_values) = within(name, columns, written, budget, sink)?;
        // With all others removed, no stored row stays.
        if !matches!(written.removed, Removed::AllOthers) && !seen.is_empty() {
            stored(name, columns, written, table, change, &seen, first_values, sink).await?;
        }
    }
    Ok(())
}

/// Hashes of the written tuples with their rows, and the distinct values of the first column while they are few.
fn within(
    name: &str,
    columns: &[String],
    written: &TypeDelta,
    budget: &Arc<KeyBudget>,
    sink: &mut Sink,
) -> Result<(Keys<u64>, Option<Vec<ScalarValue>>)> {
    let mut seen = Keys::new(budget);
    let mut values = Some(Vec::new());
    let mut twice = First::new(sink.room());
    let mut passed = 0;
    for batch in written.rows.batches()? {
        let batch = batch?;
        let arrays = arrays(&batch, columns)?;
        for (row, key) in keys(&arrays)?.into_iter().enumerate() {
            let Some(key) = key else {
                continue;
            };
            let ordinal = passed + row as u64;
            if let Some(values) = &mut values {
                values.push(ScalarValue::try_from_array(&arrays[0], row)?);
            }
            if let Some(first) = seen.insert(key, ordinal)? {
                twice.meet(ordinal, first);
            }
        }
        if values
            .as_ref()
            .is_some_and(|values| !lookup::few(values.len(), u64::MAX))
        {
            values = None;
        }
        passed += batch.num_rows() as u64;
    }
    seen.seal(|first, second| {
        twice.meet(second, first);
        first
    })?;
    twice.tell(sink, |second, first| {
        let (first, _) = written.rows.describe(first)?;
        let row = written.rows.row(second)?;
        let id = row.column(0).as_string::<i32>().value(0).to_string();
        let fault = fault(name, columns, &arrays(&row, columns)?, 0, first, id);
        Ok((line_at(lines(&row), 0), fault))
    })?;
    Ok((seen, values))
}

#[expect(clippy::too_many_arguments, reason = "one call, and a struct would only rename them")]
async fn stored(
    name: &str,
    columns: &[String],
    written: &TypeDelta,
    table: &Table,
    change: Option<&Change>,
    seen: &Keys<u64>,
    first_values: Option<Vec<ScalarValue>>,
    sink: &mut Sink,
) -> Result<()> {
    let gone = change.map(Change::gone).transpose()?.unwrap_or_default();
    let mut projection: Vec<&str> = columns.iter().map(String::as_str).collect();
    projection.push(ID);
    let among = first_values
        .filter(|values| lookup::few(values.len(), table.rows()))
        .map(|values| (columns[0].as_str(), values));
    let mut met = First::new(sink.room());
    lookup::visit(table, &projection, among, |batch| {
        let arrays = arrays(batch, columns)?;
        let ids = column_of(batch, ID)?.as_string::<i32>();
        let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
        for (row, key) in keys(&arrays)?.into_iter().enumerate() {
            if let Some(key) = key
                && let Some(ordinal) = seen.get(key)?
                && !gone.contains(row_ids.value(row))
            {
                let values: Vec<ArrayRef> = arrays.iter().map(|array| array.slice(row, 1)).collect();
                met.meet(ordinal, (ids.value(row).to_string(), values));
            }
        }
        Ok(())
    })
    .await?;
    met.tell(sink, |ordinal, (first, values)| {
        let (second, line) = written.rows.describe(ordinal)?;
        Ok((line, fault(name, columns, &values, 0, first, second)))
    })
}

fn fault(name: &str, columns: &[String], arrays: &[ArrayRef], row: usize, first: String, second: String) -> Fault {
    let values: Vec<String> = arrays.iter().map(|array| show(array, row)).collect();
    Fault::Unique {
        type_name: name.to_string(),
        columns: columns.into(),
        value: values.join(", "),
        first,
        second,
    }
}

fn arrays(batch: &RecordBatch, columns: &[String]) -> Result<Vec<ArrayRef>> {
    columns.iter().map(|name| column_of(batch, name).cloned()).collect()
}

/// A hash a row; none where a value is null.
pub(crate) fn keys(arrays: &[ArrayRef]) -> Result<Vec<Option<u128>>> {
    let fields = arrays
        .iter()
        .map(|array| SortField::new(array.data_type().clone()))
        .collect();
    let rows = RowConverter::new(fields)?.convert_columns(arrays)?;
    let null = |row: usize| arrays.iter().any(|array| array.is_null(row));
    Ok(rows
        .iter()
        .enumerate()
        .map(|(row, key)| (!null(row)).then(|| hash(key.as_ref())))
        .collect())
}
