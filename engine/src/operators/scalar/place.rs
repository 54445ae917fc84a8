//! Where the text of a query has an expression, and what its evaluation fails with there.

use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result};
use omnigraph_model::ir::Origin;
use omnigraph_model::types::{Scalar, Type};

use super::operand::{is_null, shown};
use crate::error::{Error, EvaluationCode};

/// Characters of a value that messages show.
const SHOWN: usize = 60;

/// An expression's place, and the bytes that its result may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub origin: Origin,
    pub memory_limit: usize,
}

impl Place {
    pub(crate) fn fail(&self, code: EvaluationCode, message: impl Into<String>) -> DataFusionError {
        let message = message.into();
        Error::Evaluation {
            code,
            origin: self.origin,
            message,
        }
        .into()
    }

    pub(super) fn overflow(&self, value: impl std::fmt::Display, ty: impl std::fmt::Display) -> DataFusionError {
        self.fail(EvaluationCode::Overflow, format!("{value} does not fit {ty}"))
    }

    /// Fails where a result of so many bytes is more than the query may hold, or than a column can.
    pub(super) fn allow(&self, bytes: usize, what: &str) -> Result<()> {
        let most = self.memory_limit.min(i32::MAX as usize);
        if bytes <= most {
            return Ok(());
        }
        let message = format!("{what} needs more than {} MiB", most.div_ceil(1 << 20));
        Err(self.fail(EvaluationCode::Budget, message))
    }

    /// A column in the type that the plan names: numbers are widened, as far as they fit.
    pub(super) fn conform(&self, array: ArrayRef, wanted: &DataType) -> Result<ArrayRef> {
        if array.data_type() == wanted {
            return Ok(array);
        }
        let cast = arrow_cast::cast(&array, wanted)?;
        let (before, after) = (leaves(&array), leaves(&cast));
        if after.null_count() > before.null_count() && before.data_type() != &DataType::Null {
            let lost = (0..before.len()).find(|place| !is_null(&before, *place) && is_null(&after, *place));
            if let Some(lost) = lost {
                return Err(self.overflow(shown(&before, lost), type_name(after.data_type())));
            }
        }
        Ok(cast)
    }
}

/// The items of lists, or the values themselves.
fn leaves(array: &ArrayRef) -> ArrayRef {
    use arrow_array::cast::AsArray;
    match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().values().clone(),
        _ => array.clone(),
    }
}

fn type_name(data_type: &DataType) -> String {
    let scalar = match data_type {
        DataType::Int32 => Scalar::I32,
        DataType::Int64 => Scalar::I64,
        DataType::UInt32 => Scalar::U32,
        DataType::UInt64 => Scalar::U64,
        DataType::Float32 => Scalar::F32,
        DataType::Float64 => Scalar::F64,
        other => return other.to_string(),
    };
    Type::of(scalar).to_string()
}

/// The beginning of a text that is long.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
