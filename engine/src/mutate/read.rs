//! Stored rows that a statement meets.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

use super::Values;
use super::condition::{Columns, Condition};
use crate::error::{Error, Result};
use crate::storage::lookup::{ROW_ADDRESS, ROW_ID, column_of, visit_filtered};
use crate::storage::{Cell, ID, SRC, Table};
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

/// Visits the rows of a table for which the condition is true, batch by batch.
pub(crate) async fn matching(
    search: &Search<'_>,
    values: &Values,
    mut visitor: impl FnMut(&RecordBatch) -> Result<()>,
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
    visit_filtered(table, &projection, condition.filter(), &mut |batch| {
        let read = columns.read(condition.reads(), batch)?;
        let hits = condition.holds(read, batch.num_rows(), values)?;
        if hits.true_count() == 0 {
            return Ok(());
        }
        visitor(&arrow_select::filter::filter_record_batch(batch, &hits)?)
    })
    .await
}

/// `src` is empty for a node.
pub(crate) fn stored_row(batch: &RecordBatch, row: usize) -> Result<StoredRow> {
    let number = |name: &str| Ok::<_, Error>(column_of(batch, name)?.as_primitive::<UInt64Type>().value(row));
    let src = match batch.column_by_name(SRC) {
        Some(sources) => sources.as_string::<i32>().value(row).to_string(),
        None => String::new(),
    };
    Ok(StoredRow {
        id: column_of(batch, ID)?.as_string::<i32>().value(row).to_string(),
        row_id: number(ROW_ID)?,
        address: number(ROW_ADDRESS)?,
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
