//! Values on their way into columns: a cell that fits a property's type, the builders that take cells, and the canonical
//! text that makes a key an id.

use std::borrow::Cow;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Date64Builder, FixedSizeListBuilder, Float32Builder, Float64Builder,
    Int32Builder, Int64Builder, LargeBinaryBuilder, ListBuilder, StringBuilder, UInt32Builder, UInt64Builder,
};
use omnigraph_model::types::{Scalar, Type};

use crate::error::{Error, Result};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Bool(bool),
    I32(i32),
    I64(i64),
    U32(u32),
    U64(u64),
    F32(f32),
    F64(f64),
    String(Cow<'a, str>),
    Bytes(Vec<u8>),
    Date(i32),
    DateTime(i64),
    List(Vec<Cell<'a>>),
    Vector(Vec<f32>),
    /// A vector of this length that will be computed before the row is written.
    Unfilled(u32),
}

impl Cell<'_> {
    pub(crate) fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Null => Cell::Null,
            Cell::Bool(v) => Cell::Bool(v),
            Cell::I32(v) => Cell::I32(v),
            Cell::I64(v) => Cell::I64(v),
            Cell::U32(v) => Cell::U32(v),
            Cell::U64(v) => Cell::U64(v),
            Cell::F32(v) => Cell::F32(v),
            Cell::F64(v) => Cell::F64(v),
            Cell::String(v) => Cell::String(Cow::Owned(v.into_owned())),
            Cell::Bytes(v) => Cell::Bytes(v),
            Cell::Date(v) => Cell::Date(v),
            Cell::DateTime(v) => Cell::DateTime(v),
            Cell::List(items) => Cell::List(items.into_iter().map(Cell::into_owned).collect()),
            Cell::Vector(v) => Cell::Vector(v),
            Cell::Unfilled(size) => Cell::Unfilled(size),
        }
    }

    /// Roughly what the cell takes in a column.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Cell::String(text) => text.len() + 4,
            Cell::Bytes(bytes) => bytes.len() + 8,
            Cell::List(items) => 4 + items.iter().map(Cell::bytes).sum::<usize>(),
            Cell::Vector(items) => items.len() * 4,
            Cell::Unfilled(size) => *size as usize * 4,
            _ => 8,
        }
    }

    /// The text of a key value, from the value as stored.
    pub(crate) fn canonical(&self) -> Option<String> {
        Some(match self {
            Cell::Bool(v) => v.to_string(),
            Cell::I32(v) | Cell::Date(v) => v.to_string(),
            Cell::I64(v) | Cell::DateTime(v) => v.to_string(),
            Cell::U32(v) => v.to_string(),
            Cell::U64(v) => v.to_string(),
            // The fewest digits that read back, without an exponent; there is one zero.
            Cell::F32(v) => (v + 0.0).to_string(),
            Cell::F64(v) => (v + 0.0).to_string(),
            Cell::String(text) => text.to_string(),
            _ => return None,
        })
    }
}

/// The id that key values give: the text of one, a JSON array of the texts of several.
pub(crate) fn key_id(texts: &[String]) -> String {
    match texts {
        [one] => one.clone(),
        several => serde_json::Value::from(several.to_vec()).to_string(),
    }
}

/// Builds the column of one property.
pub(crate) enum Column {
    Bool(BooleanBuilder),
    I32(Int32Builder),
    I64(Int64Builder),
    U32(UInt32Builder),
    U64(UInt64Builder),
    F32(Float32Builder),
    F64(Float64Builder),
    String(StringBuilder),
    Bytes(LargeBinaryBuilder),
    Date(Date32Builder),
    DateTime(Date64Builder),
    Vector(FixedSizeListBuilder<Float32Builder>, usize),
    List(Box<ListBuilder<Box<dyn ArrayBuilder>>>, Scalar),
}

impl Column {
    pub(crate) fn new(ty: &Type) -> Column {
        if ty.list {
            return Column::List(Box::new(ListBuilder::new(item_builder(ty.scalar))), ty.scalar);
        }
        match ty.scalar {
            Scalar::Bool => Column::Bool(BooleanBuilder::new()),
            Scalar::I32 => Column::I32(Int32Builder::new()),
            Scalar::I64 => Column::I64(Int64Builder::new()),
            Scalar::U32 => Column::U32(UInt32Builder::new()),
            Scalar::U64 => Column::U64(UInt64Builder::new()),
            Scalar::F32 => Column::F32(Float32Builder::new()),
            Scalar::F64 => Column::F64(Float64Builder::new()),
            Scalar::String => Column::String(StringBuilder::new()),
            // No property has a duration or a path, and no cell.
            Scalar::Blob | Scalar::Duration | Scalar::Path(_) | Scalar::Object => {
                Column::Bytes(LargeBinaryBuilder::new())
            }
            Scalar::Date => Column::Date(Date32Builder::new()),
            Scalar::DateTime => Column::DateTime(Date64Builder::new()),
            Scalar::Vector(size) => Column::Vector(
                FixedSizeListBuilder::new(Float32Builder::new(), i32::try_from(size).unwrap_or(i32::MAX)),
                size as usize,
            ),
        }
    }

    pub(crate) fn append(&mut self, cell: &Cell) -> Result<()> {
        match (self, cell) {
            (Column::Bool(b), Cell::Bool(v)) => b.append_value(*v),
            (Column::Bool(b), Cell::Null) => b.append_null(),
            (Column::I32(b), Cell::I32(v)) => b.append_value(*v),
            (Column::I32(b), Cell::Null) => b.append_null(),
            (Column::I64(b), Cell::I64(v)) => b.append_value(*v),
            (Column::I64(b), Cell::Null) => b.append_null(),
            (Column::U32(b), Cell::U32(v)) => b.append_value(*v),
            (Column::U32(b), Cell::Null) => b.append_null(),
            (Column::U64(b), Cell::U64(v)) => b.append_value(*v),
            (Column::U64(b), Cell::Null) => b.append_null(),
            (Column::F32(b), Cell::F32(v)) => b.append_value(*v),
            (Column::F32(b), Cell::Null) => b.append_null(),
            (Column::F64(b), Cell::F64(v)) => b.append_value(*v),
            (Column::F64(b), Cell::Null) => b.append_null(),
            (Column::String(b), Cell::String(v)) => b.append_value(v),
            (Column::String(b), Cell::Null) => b.append_null(),
            (Column::Bytes(b), Cell::Bytes(v)) => b.append_value(v),
            (Column::Bytes(b), Cell::Null) => b.append_null(),
            (Column::Date(b), Cell::Date(v)) => b.append_value(*v),
            (Column::Date(b), Cell::Null) => b.append_null(),
            (Column::DateTime(b), Cell::DateTime(v)) => b.append_value(*v),
            (Column::DateTime(b), Cell::Null) => b.append_null(),
            (Column::Vector(b, size), Cell::Vector(v)) if v.len() == *size => {
                b.values().append_slice(v);
                b.append(true);
            }
            (Column::Vector(b, size), Cell::Null) => {
                b.values().append_nulls(*size);
                b.append(false);
            }
            // Stands in for the vector to come, so that checks of the rest can run.
            (Column::Vector(b, size), Cell::Unfilled(length)) if *length as usize == *size => {
                (0..*size).for_each(|at| b.values().append_value(if at == 0 { 1.0 } else { 0.0 }));
                b.append(true);
            }
            (Column::List(b, _), Cell::Null) => b.append(false),
            (Column::List(b, scalar), Cell::List(items)) => {
                for item in items {
                    append_item(b.values().as_any_mut(), *scalar, item)?;
                }
                b.append(true);
            }
            _ => return Err(mismatch()),
        }
        Ok(())
    }

    pub(crate) fn finish(&mut self) -> ArrayRef {
        let builder: &mut dyn ArrayBuilder = match self {
            Column::Bool(b) => b,
            Column::I32(b) => b,
            Column::I64(b) => b,
            Column::U32(b) => b,
            Column::U64(b) => b,
            Column::F32(b) => b,
            Column::F64(b) => b,
            Column::String(b) => b,
            Column::Bytes(b) => b,
            Column::Date(b) => b,
            Column::DateTime(b) => b,
            Column::Vector(b, _) => b,
            Column::List(b, _) => b.as_mut(),
        };
        builder.finish()
    }
}

fn mismatch() -> Error {
    Error::internal("a value reached a column of another type")
}

fn item_builder(scalar: Scalar) -> Box<dyn ArrayBuilder> {
    match scalar {
        Scalar::Bool => Box::new(BooleanBuilder::new()),
        Scalar::I32 => Box::new(Int32Builder::new()),
        Scalar::I64 => Box::new(Int64Builder::new()),
        Scalar::U32 => Box::new(UInt32Builder::new()),
        Scalar::U64 => Box::new(UInt64Builder::new()),
        Scalar::F32 => Box::new(Float32Builder::new()),
        Scalar::F64 => Box::new(Float64Builder::new()),
        Scalar::Date => Box::new(Date32Builder::new()),
        Scalar::DateTime => Box::new(Date64Builder::new()),
        Scalar::Blob => Box::new(LargeBinaryBuilder::new()),
        // Lists of vectors are not in the language, and no property has a duration or a path.
        Scalar::String | Scalar::Vector(_) | Scalar::Duration | Scalar::Path(_) | Scalar::Object => {
            Box::new(StringBuilder::new())
        }
    }
}

fn append_item(builder: &mut dyn std::any::Any, scalar: Scalar, item: &Cell) -> Result<()> {
    macro_rules! put {
        ($builder:ty, $value:expr) => {
            builder
                .downcast_mut::<$builder>()
                .ok_or_else(mismatch)?
                .append_value(*$value)
        };
    }
    match (scalar, item) {
        (Scalar::Bool, Cell::Bool(v)) => put!(BooleanBuilder, v),
        (Scalar::I32, Cell::I32(v)) => put!(Int32Builder, v),
        (Scalar::I64, Cell::I64(v)) => put!(Int64Builder, v),
        (Scalar::U32, Cell::U32(v)) => put!(UInt32Builder, v),
        (Scalar::U64, Cell::U64(v)) => put!(UInt64Builder, v),
        (Scalar::F32, Cell::F32(v)) => put!(Float32Builder, v),
        (Scalar::F64, Cell::F64(v)) => put!(Float64Builder, v),
        (Scalar::Date, Cell::Date(v)) => put!(Date32Builder, v),
        (Scalar::DateTime, Cell::DateTime(v)) => put!(Date64Builder, v),
        (Scalar::String, Cell::String(v)) => put!(StringBuilder, &v.as_ref()),
        (Scalar::Blob, Cell::Bytes(v)) => put!(LargeBinaryBuilder, &v.as_slice()),
        _ => return Err(mismatch()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_of_keys() {
        let text = |cell: Cell| cell.canonical().unwrap_or_default();
        assert_eq!(text(Cell::F64(-0.0)), "0");
        assert_eq!(text(Cell::F32(0.1)), "0.1");
        assert_eq!(text(Cell::F64(1.0)), "1");
        assert_eq!(text(Cell::F32(-0.0)), "0");
        assert_eq!(text(Cell::F64(1e300)), format!("1{}", "0".repeat(300)));
        assert_eq!(text(Cell::F64(-2.5e-7)), "-0.00000025");
        assert_eq!(text(Cell::F32(16_777_216.0)), "16777216");
        assert_eq!(text(Cell::Date(19_000)), "19000");
        assert_eq!(text(Cell::Bool(true)), "true");
        assert_eq!(key_id(&["a\"".into(), "1".into()]), r#"["a\"","1"]"#);
    }
}
