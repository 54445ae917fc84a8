//! A column as a migration leaves it: stored values converted, nulls filled with a default. What a plan judges and what an
//! apply writes come from here, so that they are the same values.

use arrow_array::{Array, ArrayRef, BooleanArray, Scalar, UInt32Array, new_null_array};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::DataType;
use omnigraph_model::catalog::Property;
use omnigraph_model::types::{Type, Value};

use crate::error::{Error, Result};
use crate::load::of_literal;
use crate::storage::Column;

/// What becomes of a value that the other type cannot hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// The plan would not have been allowed.
    Fails,
    /// Another question of the plan is about it.
    IsNull,
}

/// The values of as many rows, from the stored ones if there are any.
pub(super) fn values(
    stored: Option<&ArrayRef>,
    rows: usize,
    fill: Option<&ArrayRef>,
    into: &DataType,
    unfit: Unfit,
) -> Result<ArrayRef> {
    let stored = stored.map(|stored| convert(stored, into, unfit)).transpose()?;
    match (stored, fill) {
        (Some(stored), Some(fill)) if stored.null_count() > 0 => {
            let valid = BooleanArray::from_iter((0..rows).map(|row| Some(stored.is_valid(row))));
            Ok(arrow_select::zip::zip(&valid, &stored, &Scalar::new(fill.clone()))?)
        }
        (Some(stored), _) => Ok(stored),
        (None, Some(fill)) => {
            let zeros = UInt32Array::from(vec![0; rows]);
            Ok(arrow_select::take::take(fill, &zeros, None)?)
        }
        (None, None) => Ok(new_null_array(into, rows)),
    }
}

fn convert(stored: &ArrayRef, into: &DataType, unfit: Unfit) -> Result<ArrayRef> {
    if stored.data_type() == into {
        return Ok(stored.clone());
    }
    let options = CastOptions {
        safe: unfit == Unfit::IsNull,
        ..CastOptions::default()
    };
    Ok(cast_with_options(stored, into, &options)?)
}

/// A default as an array of one.
pub(super) fn constant(ty: &Type, value: &Value) -> Result<ArrayRef> {
    let property = Property {
        name: String::new(),
        id: 0,
        ty: ty.clone(),
        ordinal: 0,
        default: None,
        metric: None,
        description: None,
    };
    let cell = of_literal("", &property, value)
        .map_err(|_| Error::internal(format!("{value:?} is not a default of the type {ty}")))?;
    let mut column = Column::new(ty);
    column.append(&cell)?;
    Ok(column.finish())
}
