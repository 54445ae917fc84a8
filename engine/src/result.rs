//! What a query returns: Arrow batches, and the same rows as JSON values.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, IntervalMonthDayNano,
    IntervalMonthDayNanoType, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field, Fields, IntervalUnit, SchemaRef};
use chrono::{DateTime, Duration, NaiveDate, SecondsFormat};
use omnigraph_model::catalog::{Catalog, Property, common_properties};
use omnigraph_model::ir::{Column, Entity};
use omnigraph_model::temporal::print_duration;
use serde_json::{Map, Number, Value};

use crate::error::{Error, Result};
use crate::kernel::Span;
use crate::storage::{ID, Spool, value_type};

/// Rows that are JSON at once.
const JSON_ROWS: usize = 64;

/// All rows of a query.
#[derive(Clone, Debug)]
pub struct QueryResult {
    /// Names and types, as the plan has them.
    pub columns: Vec<Column>,
    /// A whole node is a struct: `id`, then its properties. That of an edge has `from` and `to` behind its `id`.
    pub schema: SchemaRef,
    /// The rows, in order.
    pub batches: Vec<RecordBatch>,
    /// Id of the commit that was read.
    pub commit: String,
    /// Whether there is a next page, if the query asks for pages.
    pub page: Option<Page>,
}

impl QueryResult {
    /// The rows of all batches.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The rows as JSON objects, members in the order of the columns.
    ///
    /// # Errors
    /// A column of a type that no result has.
    pub fn json_rows(&self) -> Result<Vec<Map<String, Value>>> {
        let mut rows = Vec::with_capacity(self.row_count());
        for batch in &self.batches {
            rows.extend(json_rows(batch)?);
        }
        Ok(rows)
    }

    /// The same as what is written where results are large.
    pub fn spooled(self) -> SpooledResult {
        let mut rows = Spool::new(self.schema);
        self.batches.into_iter().for_each(|batch| rows.push(batch));
        SpooledResult {
            columns: self.columns,
            rows,
            commit: self.commit,
            page: self.page,
        }
    }
}

/// What a page of a result says besides its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The cursor of the next page; `None` if there are no further rows.
    pub next: Option<String>,
}

/// All rows of a query, in a scratch file where they are many.
#[derive(Debug)]
pub struct SpooledResult {
    /// Names and types, as the plan has them.
    pub columns: Vec<Column>,
    /// Read as often as wanted.
    pub rows: Spool,
    /// Id of the commit that was read.
    pub commit: String,
    /// Whether there is a next page, if the query asks for pages.
    pub page: Option<Page>,
}

impl SpooledResult {
    /// The rows as JSON objects, a few at a time.
    ///
    /// # Errors
    /// A scratch file that cannot be read.
    pub fn json_rows(&self) -> Result<impl Iterator<Item = Result<Map<String, Value>>> + use<>> {
        Ok(self.rows.batches()?.flat_map(|batch| match batch {
            Ok(batch) => Box::new(streamed_json_rows(batch)) as Box<dyn Iterator<Item = _>>,
            Err(error) => Box::new(std::iter::once(Err(error))),
        }))
    }
}

/// The rows of a batch as [`json_rows`] gives them, converted a few at a time: as JSON they are many times as large.
pub fn streamed_json_rows(batch: RecordBatch) -> impl Iterator<Item = Result<Map<String, Value>>> {
    (0..batch.num_rows()).step_by(JSON_ROWS).flat_map(move |start| {
        let part = batch.slice(start, JSON_ROWS.min(batch.num_rows() - start));
        match json_rows(&part) {
            Ok(rows) => rows.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    })
}

/// The members of a whole node or edge: its id, the name of its type if it is of one of several, of an edge the ids of its ends, then every property but blobs as they were
/// declared.
pub(crate) fn entity_fields(catalog: &Catalog, entity: &Entity) -> Fields {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let mut fields = vec![text(ID)];
    if let Entity::Interface(_) | Entity::Edges(_) = entity {
        fields.push(text("type"));
    }
    if let Entity::Edge(_) | Entity::Edges(_) = entity {
        fields.extend(["from", "to"].map(text));
    }
    let properties = visible_properties(catalog, entity).into_iter();
    fields.extend(properties.map(|p| Field::new(&p.name, value_type(&p.ty), true)));
    fields.into()
}

/// The properties that a whole node or edge shows.
pub(crate) fn visible_properties<'c>(catalog: &'c Catalog, entity: &Entity) -> Vec<&'c Property> {
    match entity {
        Entity::Node(name) => catalog.node(name).map(|node| node.visible_properties()),
        Entity::Interface(name) => catalog.interfaces.get(name).map(|own| own.visible_properties()),
        Entity::Edge(name) => catalog.edge(name).map(|edge| edge.visible_properties()),
        Entity::Edges(names) => {
            let edges = || names.iter().filter_map(|name| catalog.edge(name));
            let common = common_properties(edges().map(Arc::as_ref));
            let is_common = |property: &&Property| common.iter().any(|own| own.name == property.name);
            let first = edges().next().map(|edge| edge.visible_properties());
            first.map(|properties| properties.into_iter().filter(is_common).collect())
        }
        Entity::Value(_) => None,
    }
    .unwrap_or_default()
}

/// The rows of a batch as JSON objects. Integers keep their full width, an F32 is shown as the F64 it equals, a float
/// that is not a number is a text, or null inside a vector.
///
/// # Errors
/// A column of a type that no result has.
pub fn json_rows(batch: &RecordBatch) -> Result<Vec<Map<String, Value>>> {
    let mut rows = vec![Map::with_capacity(batch.num_columns()); batch.num_rows()];
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        for (row, value) in rows.iter_mut().zip(json_column(column)?) {
            row.insert(field.name().clone(), value);
        }
    }
    Ok(rows)
}

/// The values of a column, in order.
pub(crate) fn json_column(column: &Arc<dyn Array>) -> Result<Vec<Value>> {
    let mut values = raw(column)?;
    for (row, value) in values.iter_mut().enumerate() {
        if column.is_null(row) {
            *value = Value::Null;
        }
    }
    Ok(values)
}

/// Values without regard to nulls, where a null has any value.
fn raw(column: &Arc<dyn Array>) -> Result<Vec<Value>> {
    macro_rules! numbers {
        ($type:ty, $convert:expr) => {
            column
                .as_primitive::<$type>()
                .values()
                .iter()
                .copied()
                .map($convert)
                .collect()
        };
    }
    Ok(match column.data_type() {
        DataType::Null => vec![Value::Null; column.len()],
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            (0..column.len()).map(|row| Value::from(texts.value(row))).collect()
        }
        DataType::Boolean => {
            let bools = column.as_boolean();
            (0..column.len()).map(|row| Value::Bool(bools.value(row))).collect()
        }
        DataType::Int32 => numbers!(Int32Type, Value::from),
        DataType::Int64 => numbers!(Int64Type, Value::from),
        DataType::UInt32 => numbers!(UInt32Type, Value::from),
        DataType::UInt64 => numbers!(UInt64Type, Value::from),
        DataType::Float32 => numbers!(Float32Type, |value| float(f64::from(value))),
        DataType::Float64 => numbers!(Float64Type, float),
        DataType::Date32 => numbers!(Date32Type, date),
        DataType::Date64 => numbers!(Date64Type, instant),
        DataType::Interval(IntervalUnit::MonthDayNano) => numbers!(IntervalMonthDayNanoType, duration),
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            let offsets = lists.value_offsets();
            let (first, last) = (offsets[0], offsets[column.len()]);
            let items = lists.values().slice(first as usize, (last - first) as usize);
            let mut items = json_column(&items)?.into_iter();
            offsets
                .windows(2)
                .map(|ends| Value::Array(items.by_ref().take((ends[1] - ends[0]) as usize).collect()))
                .collect()
        }
        DataType::FixedSizeList(_, size) => {
            let lists = column.as_fixed_size_list();
            let mut items = json_column(lists.values())?;
            items
                .iter_mut()
                .filter(|item| !item.is_number())
                .for_each(|item| *item = Value::Null);
            let start = |row: usize| lists.value_offset(row) as usize;
            (0..column.len())
                .map(|row| Value::Array(items[start(row)..start(row) + *size as usize].to_vec()))
                .collect()
        }
        DataType::Struct(fields) => {
            let parts = column.as_struct();
            let mut rows = vec![Map::with_capacity(fields.len()); column.len()];
            for (field, part) in fields.iter().zip(parts.columns()) {
                for (row, value) in rows.iter_mut().zip(json_column(part)?) {
                    row.insert(field.name().clone(), value);
                }
            }
            rows.into_iter().map(Value::Object).collect()
        }
        other => return Err(Error::internal(format!("a result of type {other} has no JSON form"))),
    })
}

fn float(value: f64) -> Value {
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => Value::from("NaN"),
        None if value > 0.0 => Value::from("Infinity"),
        None => Value::from("-Infinity"),
    }
}

/// Out of the calendar's range, which nothing stored is: the number itself.
fn date(days: i32) -> Value {
    let date = NaiveDate::default().checked_add_signed(Duration::days(days.into()));
    date.map_or(Value::from(days), |date| {
        Value::from(date.format("%Y-%m-%d").to_string())
    })
}

fn instant(milliseconds: i64) -> Value {
    let instant = DateTime::from_timestamp_millis(milliseconds);
    instant.map_or(Value::from(milliseconds), |instant| {
        Value::from(instant.to_rfc3339_opts(SecondsFormat::Millis, true))
    })
}

/// By ISO 8601.
fn duration(interval: IntervalMonthDayNano) -> Value {
    let span = Span::from(interval);
    Value::from(print_duration(span.months, span.milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{
        Date32Array, Date64Array, FixedSizeListArray, Float32Array, Float64Array, Int64Array, ListArray, StringArray,
        UInt64Array,
    };

    fn json(column: impl Array + 'static) -> String {
        let column: Arc<dyn Array> = Arc::new(column);
        serde_json::to_string(&json_column(&column).unwrap()).unwrap()
    }

    #[test]
    fn values_have_one_json_form() {
        assert_eq!(
            json(Int64Array::from(vec![Some(i64::MAX), None])),
            "[9223372036854775807,null]"
        );
        assert_eq!(json(UInt64Array::from(vec![u64::MAX])), "[18446744073709551615]");
        assert_eq!(json(Float32Array::from(vec![0.1, 2.0])), "[0.10000000149011612,2.0]");
        assert_eq!(
            json(Float64Array::from(vec![134.0, f64::NAN, f64::NEG_INFINITY])),
            r#"[134.0,"NaN","-Infinity"]"#
        );
        assert_eq!(
            json(Date32Array::from(vec![19367, -1])),
            r#"["2023-01-10","1969-12-31"]"#
        );
        assert_eq!(
            json(Date64Array::from(vec![1_717_245_000_000])),
            r#"["2024-06-01T12:30:00.000Z"]"#
        );
        assert_eq!(json(StringArray::from(vec![Some("é\""), None])), r#"["é\"",null]"#);
    }

    #[test]
    fn lists_and_vectors_are_arrays_even_when_sliced() {
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([
            Some(vec![Some(1), None]),
            None,
            Some(vec![]),
            Some(vec![Some(2)]),
        ]);
        assert_eq!(json(lists.slice(1, 3)), "[null,[],[2]]");
        let vectors = FixedSizeListArray::from_iter_primitive::<Float32Type, _, _>(
            [Some(vec![Some(1.0), Some(2.0)]), Some(vec![Some(3.5), Some(f32::NAN)])],
            2,
        );
        assert_eq!(json(vectors.slice(1, 1)), "[[3.5,null]]");
    }
}
