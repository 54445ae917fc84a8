//! Objects and lists of objects: what a result makes of the members that it chooses, and how such values are ordered.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, RecordBatch, StructArray};
use arrow_buffer::NullBuffer;
use arrow_row::{RowConverter, SortField};
use arrow_schema::{DataType, Field, Fields, Schema};
use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

use super::expression::ExprRef;

/// A struct of values.
#[derive(Debug, Eq)]
pub(crate) struct Object {
    pub fields: Fields,
    /// One per field, of its type.
    pub members: Vec<ExprRef>,
    /// Where it is not true, the object is null.
    pub present: Option<ExprRef>,
}

// Derived equality would move the trait objects.
impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.fields == other.fields && self.members == other.members && self.present.as_ref() == other.present.as_ref()
    }
}

impl Hash for Object {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.fields, &self.members, &self.present).hash(state);
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{ ")?;
        for (place, (field, member)) in self.fields.iter().zip(&self.members).enumerate() {
            let separator = if place > 0 { ", " } else { "" };
            write!(f, "{separator}{}: {member}", field.name())?;
        }
        f.write_str(" }")
    }
}

impl PhysicalExpr for Object {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(self.present.is_some())
    }

    fn return_field(&self, _schema: &Schema) -> Result<Arc<Field>> {
        let nullable = self.present.is_some();
        Ok(Arc::new(Field::new_struct("object", self.fields.clone(), nullable)))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let rows = batch.num_rows();
        let members = self.members.iter();
        let members = members.map(|member| member.evaluate(batch)?.into_array(rows));
        let members = members.collect::<Result<Vec<ArrayRef>>>()?;
        let present = match &self.present {
            Some(present) => {
                let present = present.evaluate(batch)?.into_array(rows)?;
                let present = present.as_boolean();
                let is_true = |row: usize| present.is_valid(row) && present.value(row);
                Some(NullBuffer::from_iter((0..rows).map(is_true)))
            }
            None => None,
        };
        let present = present.filter(|present| present.null_count() > 0);
        let object = StructArray::try_new_with_length(self.fields.clone(), members, present, rows)?;
        Ok(ColumnarValue::Array(Arc::new(object)))
    }

    fn children(&self) -> Vec<&ExprRef> {
        self.members.iter().chain(&self.present).collect()
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<ExprRef>) -> Result<ExprRef> {
        let present = children.split_off(self.members.len()).pop();
        Ok(Arc::new(Object {
            fields: self.fields.clone(),
            members: children,
            present,
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether values of the type hold objects.
pub(crate) fn holds_objects(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(_) => true,
        DataType::List(item) => holds_objects(item.data_type()),
        _ => false,
    }
}

/// A value that holds objects as bytes, of which those of the lesser value are less: lists item by item, objects member by member,
/// nulls first. Sorting knows no such values.
#[derive(Debug, Eq)]
pub(crate) struct Ordered {
    pub value: ExprRef,
}

// Derived equality would move the trait objects.
impl PartialEq for Ordered {
    fn eq(&self, other: &Ordered) -> bool {
        self.value.eq(&other.value)
    }
}

impl Hash for Ordered {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl Ordered {
    /// A key of an order, which is what it is unless it holds objects.
    pub(crate) fn wrap(value: ExprRef, data_type: &DataType) -> ExprRef {
        match holds_objects(data_type) {
            true => Arc::new(Ordered { value }),
            false => value,
        }
    }
}

impl fmt::Display for Ordered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl PhysicalExpr for Ordered {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(false)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let values = self.value.evaluate(batch)?.into_array(batch.num_rows())?;
        let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
        let rows = converter.convert_columns(&[values])?;
        let bytes = BinaryArray::from_iter_values(rows.iter().map(|row| row.data().to_vec()));
        Ok(ColumnarValue::Array(Arc::new(bytes)))
    }

    fn children(&self) -> Vec<&ExprRef> {
        vec![&self.value]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        Ok(Arc::new(Ordered {
            value: children[0].clone(),
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
