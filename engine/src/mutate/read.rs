//! Stored rows that a statement meets.

use std::borrow::Cow;
use std::collections::BTreeSet;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use datafusion::common::ScalarValue;

use super::Values;
use super::condition::{Columns, Condition};
use super::given::Given;
use super::kind::Kind;
use super::overlay::Image;
use crate::error::{Error, Result};
use crate::history::Snapshot;
use crate::storage::lookup::{ROW_ID, column_of, few, visit, visit_filtered};
use crate::storage::{Cell, DST, ID, SRC, Table};
use crate::validate::StoredRow;

/// Which rows of a table a statement looks for, and what it needs of them.
pub(crate) struct Search<'s> {
    pub table: &'s Table,
    pub condition: &'s Condition,
    /// Of the table's type.
    pub columns: Columns<'s>,
    /// Stored columns that the visitor reads.
    pub needed: &'s [&'s str],
}

/// Visits the rows of a table for which the condition is true, batch by batch: once, if it reads nothing of the assignment, else
/// for each assignment, of which the visitor gets the number.
pub(crate) async fn matching(
    search: &Search<'_>,
    given: &Given,
    values: &Values,
    mut visitor: impl FnMut(&RecordBatch, usize) -> Result<()>,
) -> Result<()> {
    let Search {
        table,
        condition,
        columns,
        needed,
    } = search;
    let mut projection = needed.to_vec();
    for name in condition.reads() {
        let stored = columns.stored(name);
        if !projection.contains(&stored) {
            projection.push(stored);
        }
    }
    let assignments = match condition.given().is_empty() {
        true => given.rows().min(1),
        false => given.rows(),
    };
    if assignments == 0 {
        return Ok(());
    }
    visit_filtered(table, &projection, condition.filter(), &mut |batch| {
        let (stored, rows) = (columns.read(condition.reads(), batch)?, batch.num_rows());
        for assignment in 0..assignments {
            let mut read = stored.clone();
            read.extend(given.repeated(condition.given(), assignment, rows)?);
            let hits = condition.holds(read, rows, values)?;
            if hits.true_count() > 0 {
                visitor(&arrow_select::filter::filter_record_batch(batch, &hits)?, assignment)?;
            }
        }
        Ok(())
    })
    .await
}

/// The stored rows with these ids, whole.
pub(crate) async fn images(
    snapshot: &Snapshot,
    kind: Kind<'_>,
    ids: &BTreeSet<&str>,
    mut visitor: impl FnMut(Image) -> Result<()>,
) -> Result<()> {
    found(snapshot, kind, (ID, ids), |batch, row| {
        if ids.contains(text(batch, ID, row)?) {
            visitor(image(kind, batch, row)?)?;
        }
        Ok(())
    })
    .await
}

/// Visits at least the rows of a type that have one of these texts in a column.
pub(crate) async fn found(
    snapshot: &Snapshot,
    kind: Kind<'_>,
    (column, texts): (&str, &BTreeSet<&str>),
    mut visitor: impl FnMut(&RecordBatch, usize) -> Result<()>,
) -> Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    let table = kind.table(snapshot).await?;
    let among = few(texts.len(), table.rows()).then(|| {
        let values = texts.iter().map(|text| ScalarValue::from(*text));
        (column, values.collect())
    });
    visit(&table, &kind.stored(), among, |batch| {
        (0..batch.num_rows()).try_for_each(|row| visitor(batch, row))
    })
    .await
}

/// A whole row of a batch.
pub(crate) fn image(kind: Kind<'_>, batch: &RecordBatch, row: usize) -> Result<Image> {
    let mut cells = Vec::with_capacity(kind.properties().len());
    for property in kind.properties() {
        cells.push(cell(column_of(batch, &property.name)?, row)?);
    }
    let end = |name: &str| text(batch, name, row).map(str::to_owned);
    Ok(Image {
        id: text(batch, ID, row)?.to_owned(),
        ends: match kind.is_edge() {
            true => Some((end(SRC)?, end(DST)?)),
            false => None,
        },
        cells,
    })
}

/// An id, or an end.
pub(crate) fn text<'b>(batch: &'b RecordBatch, name: &str, row: usize) -> Result<&'b str> {
    Ok(column_of(batch, name)?.as_string::<i32>().value(row))
}

/// `src` is empty for a node.
pub(crate) fn stored_row(batch: &RecordBatch, row: usize) -> Result<StoredRow> {
    let src = match batch.column_by_name(SRC) {
        Some(sources) => sources.as_string::<i32>().value(row).to_string(),
        None => String::new(),
    };
    Ok(StoredRow {
        id: column_of(batch, ID)?.as_string::<i32>().value(row).to_string(),
        row_id: column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>().value(row),
        src,
    })
}

pub(crate) fn cell(array: &ArrayRef, row: usize) -> Result<Cell<'static>> {
    if array.is_null(row) {
        return Ok(Cell::Null);
    }
    Ok(match array.data_type() {
        DataType::Boolean => Cell::Bool(array.as_boolean().value(row)),
        DataType::Int32 => Cell::I32(array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => Cell::I64(array.as_primitive::<Int64Type>().value(row)),
        DataType::UInt32 => Cell::U32(array.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => Cell::U64(array.as_primitive::<UInt64Type>().value(row)),
        DataType::Float32 => Cell::F32(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => Cell::F64(array.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => Cell::Date(array.as_primitive::<Date32Type>().value(row)),
        DataType::Date64 => Cell::DateTime(array.as_primitive::<Date64Type>().value(row)),
        DataType::Utf8 => Cell::String(Cow::Owned(array.as_string::<i32>().value(row).to_string())),
        DataType::LargeBinary => Cell::Bytes(array.as_binary::<i64>().value(row).to_vec()),
        DataType::FixedSizeList(..) => {
            let elements = array.as_fixed_size_list().value(row);
            Cell::Vector(elements.as_primitive::<Float32Type>().values().to_vec())
        }
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            Cell::List((0..items.len()).map(|item| cell(&items, item)).collect::<Result<_>>()?)
        }
        other => return Err(Error::internal(format!("a column has the type {other}"))),
    })
}
