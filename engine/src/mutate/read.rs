//! Stored rows that a statement meets.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

use super::predicate::Test;
use crate::error::{Error, Result};
use crate::storage::lookup::{ROW_ADDRESS, ROW_ID, column_of, visit_filtered};
use crate::storage::{Cell, ID, SRC, Table};
use crate::validate::StoredRow;

/// Visits the rows of a table for which the test is true; batches hold `columns`, the tested one among them.
pub(crate) async fn matching(
    table: &Table,
    test: &Test,
    columns: &[&str],
    mut visitor: impl FnMut(&RecordBatch, usize) -> Result<()>,
) -> Result<()> {
    let mut projection = columns.to_vec();
    if !projection.contains(&test.column.as_str()) {
        projection.push(&test.column);
    }
    visit_filtered(table, &projection, test.filter(), &mut |batch| {
        let hits = test.matches(column_of(batch, &test.column)?)?;
        (0..batch.num_rows())
            .filter(|row| hits.value(*row))
            .try_for_each(|row| visitor(batch, row))
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
