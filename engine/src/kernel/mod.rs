//! Exact comparison of Arrow columns, as filters of the query language mean it: numbers by their mathematical value
//! whatever their widths, text by bytes, and unknown where an operand is null. Scans, filters, joins and mutations
//! all compare with these functions, so that an answer does not depend on where a predicate is evaluated.

mod duration;
mod list;
mod number;
mod pushdown;
#[cfg(test)]
mod tests;
mod text;

use arrow_array::{Array, ArrayRef, BooleanArray, Datum, Scalar};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{ArrowError, DataType};
use omnigraph_model::ir::Comparison;

pub(crate) use duration::{DAY_MS, Span};
pub(crate) use pushdown::{list_filter, scan_filter};

/// Compares row by row; a scalar stands for a column of equal values. The result is null where it is unknown.
///
/// Fails where the two types have no comparison, which a checked query never asks for.
pub(crate) fn compare(comparison: Comparison, left: &dyn Datum, right: &dyn Datum) -> Result<BooleanArray, ArrowError> {
    let operands = match comparison {
        Comparison::In => Operands::new(right, left)?,
        _ => Operands::new(left, right)?,
    };
    if matches!(operands.left.data_type(), DataType::Null) || matches!(operands.right.data_type(), DataType::Null) {
        return Ok(BooleanArray::new_null(operands.rows));
    }
    match comparison {
        Comparison::ContainsItem | Comparison::In => list::contains(&operands),
        Comparison::ContainsText => text::contains(&operands),
        Comparison::StartsWith => text::starts_with(&operands),
        Comparison::EndsWith => text::ends_with(&operands),
        _ => ordered(comparison, &operands),
    }
}

/// The same without nulls: whether it is true.
pub(crate) fn holds(comparison: Comparison, left: &dyn Datum, right: &dyn Datum) -> Result<BooleanArray, ArrowError> {
    Ok(without_nulls(compare(comparison, left, right)?))
}

fn ordered(comparison: Comparison, operands: &Operands) -> Result<BooleanArray, ArrowError> {
    let (left, right) = (operands.left.data_type(), operands.right.data_type());
    let is_list = |data_type: &DataType| matches!(data_type, DataType::List(_) | DataType::FixedSizeList(..));
    if is_list(left) && is_list(right) {
        return list::equal(comparison, operands);
    }
    if left == right && matches!(left, DataType::Interval(_)) {
        return Ok(duration::compare(comparison, operands));
    }
    if left == right && !left.is_floating() {
        return operands.native(comparison);
    }
    if left.is_numeric() && right.is_numeric() {
        return number::compare(comparison, operands);
    }
    if is_text(left) && is_text(right) {
        return operands.cast(&DataType::Utf8, &DataType::Utf8)?.native(comparison);
    }
    Err(incomparable(left, right))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn incomparable(left: &DataType, right: &DataType) -> ArrowError {
    ArrowError::InvalidArgumentError(format!("values of type {left} and {right} cannot be compared"))
}

/// Two operands of one length, either of which may be one repeated value.
struct Operands {
    left: ArrayRef,
    left_scalar: bool,
    right: ArrayRef,
    right_scalar: bool,
    rows: usize,
}

impl Operands {
    fn new(left: &dyn Datum, right: &dyn Datum) -> Result<Operands, ArrowError> {
        let (left, left_scalar) = left.get();
        let (right, right_scalar) = right.get();
        let rows = match (left_scalar, right_scalar) {
            (true, false) => right.len(),
            (false, true) | (true, true) => left.len(),
            (false, false) if left.len() == right.len() => left.len(),
            (false, false) => {
                return Err(ArrowError::InvalidArgumentError(format!(
                    "columns of {} and {} rows cannot be compared",
                    left.len(),
                    right.len()
                )));
            }
        };
        Ok(Operands {
            left: left.slice(0, left.len()),
            left_scalar,
            right: right.slice(0, right.len()),
            right_scalar,
            rows,
        })
    }

    /// The places of a row's two values.
    fn place(&self, row: usize) -> (usize, usize) {
        let of = |scalar: bool| if scalar { 0 } else { row };
        (of(self.left_scalar), of(self.right_scalar))
    }

    /// The rows in which both operands have a value; `None` where all do.
    fn valid(&self) -> Option<NullBuffer> {
        let mut valid: Option<NullBuffer> = None;
        for (array, scalar) in [(&self.left, self.left_scalar), (&self.right, self.right_scalar)] {
            let own = match scalar {
                true if array.is_null(0) => Some(NullBuffer::new_null(self.rows)),
                true => None,
                false => array.nulls().cloned(),
            };
            valid = NullBuffer::union(valid.as_ref(), own.as_ref());
        }
        valid
    }

    fn cast(&self, left: &DataType, right: &DataType) -> Result<Operands, ArrowError> {
        Ok(Operands {
            left: arrow_cast::cast(&self.left, left)?,
            right: arrow_cast::cast(&self.right, right)?,
            ..*self
        })
    }

    /// Arrow's own kernel: right for every type but floats, whose zeros and NaNs it orders by their bits.
    fn native(&self, comparison: Comparison) -> Result<BooleanArray, ArrowError> {
        let kernel = match comparison {
            Comparison::Equal => arrow_ord::cmp::eq,
            Comparison::NotEqual => arrow_ord::cmp::neq,
            Comparison::Less => arrow_ord::cmp::lt,
            Comparison::LessEqual => arrow_ord::cmp::lt_eq,
            Comparison::Greater => arrow_ord::cmp::gt,
            Comparison::GreaterEqual => arrow_ord::cmp::gt_eq,
            _ => return Err(incomparable(self.left.data_type(), self.right.data_type())),
        };
        let result = match (self.left_scalar, self.right_scalar) {
            (true, true) | (false, false) => kernel(&self.left, &self.right)?,
            (true, false) => kernel(&Scalar::new(&self.left), &self.right)?,
            (false, true) => kernel(&self.left, &Scalar::new(&self.right))?,
        };
        Ok(result)
    }

    /// Calls `test` with the two positions of each row; null where an operand is.
    fn test(&self, test: impl Fn(usize, usize) -> bool) -> BooleanArray {
        let bits = match (self.left_scalar, self.right_scalar) {
            (true, true) => BooleanBuffer::collect_bool(self.rows, |_| test(0, 0)),
            (true, false) => BooleanBuffer::collect_bool(self.rows, |row| test(0, row)),
            (false, true) => BooleanBuffer::collect_bool(self.rows, |row| test(row, 0)),
            (false, false) => BooleanBuffer::collect_bool(self.rows, |row| test(row, row)),
        };
        BooleanArray::new(bits, self.valid())
    }

    /// As [`Operands::test`], where even two values may have no answer.
    fn decide(&self, decide: impl Fn(usize, usize) -> Option<bool>) -> BooleanArray {
        self.decide_rows(|row| {
            let (left, right) = self.place(row);
            decide(left, right)
        })
    }

    fn decide_rows(&self, decide: impl Fn(usize) -> Option<bool>) -> BooleanArray {
        let valid = self.valid();
        let known = |row: usize| valid.as_ref().is_none_or(|valid| valid.is_valid(row));
        (0..self.rows)
            .map(|row| if known(row) { decide(row) } else { None })
            .collect()
    }
}

fn without_nulls(array: BooleanArray) -> BooleanArray {
    match array.nulls() {
        Some(nulls) => BooleanArray::new(array.values() & nulls.inner(), None),
        None => array,
    }
}
