//! What is known of a path, a struct of lists: see [`crate::storage::value_type`].

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field, Fields, Schema};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use omnigraph_model::vocabulary::functions::PathPart;

use super::super::expression::ExprRef;
use super::operand::Arguments;
use crate::storage::PATH_COST;

/// A part of each path; null for none.
pub(super) fn part(a: &Arguments, part: PathPart, ty: &DataType) -> Result<ArrayRef> {
    let operand = a.operand(0)?;
    if operand.array.data_type() == &DataType::Null {
        return Ok(arrow_array::new_null_array(ty, a.rows));
    }
    let found = match part {
        PathPart::Order => order(&operand.array)?,
        _ => member(&operand.array, part.name())?,
    };
    match operand.scalar {
        false => Ok(found),
        true => Ok(arrow_select::take::take(
            &found,
            &arrow_array::UInt32Array::from(vec![0; a.rows]),
            None,
        )?),
    }
}

fn paths(array: &ArrayRef) -> Result<&StructArray> {
    array
        .as_struct_opt()
        .ok_or_else(|| DataFusionError::Internal(format!("{} is no path", array.data_type())))
}

/// A column of a struct, null where the struct is.
fn member(array: &ArrayRef, name: &str) -> Result<ArrayRef> {
    let paths = paths(array)?;
    let column = paths.column_by_name(name);
    let column = column.ok_or_else(|| DataFusionError::Internal(format!("a path has no {name}")))?;
    let nulls = arrow_buffer::NullBuffer::union(column.nulls(), paths.nulls());
    Ok(arrow_array::make_array(
        column.to_data().into_builder().nulls(nulls).build()?,
    ))
}

/// Texts that compare as the paths do: by length, then edge by edge, by the type's name and the id.
fn order(array: &ArrayRef) -> Result<ArrayRef> {
    let (lengths, edges, types) = (
        member(array, "length")?,
        member(array, "edges")?,
        member(array, "types")?,
    );
    let lengths = lengths.as_primitive::<Int64Type>();
    let (edges, types) = (edges.as_list::<i32>(), types.as_list::<i32>());
    let key = |row: usize| {
        let mut key = format!("{:010}", lengths.value(row));
        let (edges, types) = (edges.value(row), types.value(row));
        for (ty, edge) in types.as_string::<i32>().iter().zip(edges.as_string::<i32>()) {
            for text in [ty, edge].into_iter().flatten() {
                // The end of a text comes before everything that it could go on with.
                key.push_str(&text.replace('\0', "\0\u{1}"));
                key.push_str("\0\0");
            }
        }
        key
    };
    let keys = (0..array.len()).map(|row| lengths.is_valid(row).then(|| key(row)));
    Ok(Arc::new(StringArray::from_iter(keys)))
}

/// The fields of a path that a result shows: what it costs is asked for by a function.
fn shown_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Struct(fields) => {
            let shown = fields.iter().filter(|field| field.name() != PATH_COST).cloned();
            DataType::Struct(shown.collect())
        }
        DataType::List(item) => {
            let shown = shown_type(item.data_type());
            DataType::List(Arc::new(Field::new(item.name(), shown, item.is_nullable())))
        }
        other => other.clone(),
    }
}

/// Paths as results have them.
pub(crate) fn shown(array: &ArrayRef) -> Result<ArrayRef> {
    let fields: Fields = match shown_type(array.data_type()) {
        DataType::Struct(fields) => fields,
        DataType::List(item) => {
            let lists = array.as_list::<i32>();
            let values = shown(lists.values())?;
            let (offsets, nulls) = (lists.offsets().clone(), lists.nulls().cloned());
            return Ok(Arc::new(ListArray::try_new(item, offsets, values, nulls)?));
        }
        _ => return Ok(array.clone()),
    };
    let paths = paths(array)?;
    let columns = fields.iter().map(|field| paths.column_by_name(field.name()).cloned());
    let columns = columns.collect::<Option<Vec<ArrayRef>>>();
    let columns = columns.ok_or_else(|| DataFusionError::Internal("a path without its members".into()))?;
    Ok(Arc::new(StructArray::try_new(fields, columns, paths.nulls().cloned())?))
}

/// [`shown`] of what an expression gives.
#[derive(Debug)]
pub(crate) struct ShownPath {
    pub path: ExprRef,
}

impl PartialEq for ShownPath {
    fn eq(&self, other: &ShownPath) -> bool {
        self.path.eq(&other.path)
    }
}

impl Eq for ShownPath {}

impl Hash for ShownPath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.path.hash(state);
    }
}

impl fmt::Display for ShownPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)
    }
}

impl PhysicalExpr for ShownPath {
    fn data_type(&self, schema: &Schema) -> Result<DataType> {
        Ok(shown_type(&self.path.data_type(schema)?))
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.path.nullable(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let paths = self.path.evaluate(batch)?.into_array(batch.num_rows())?;
        Ok(ColumnarValue::Array(shown(&paths)?))
    }

    fn children(&self) -> Vec<&ExprRef> {
        vec![&self.path]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        match <[ExprRef; 1]>::try_from(children) {
            Ok([path]) => Ok(Arc::new(ShownPath { path })),
            Err(_) => Err(DataFusionError::Internal("a shown path has one operand".into())),
        }
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
