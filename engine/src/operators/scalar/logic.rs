//! `and`, `or` and `not` by Kleene, `is null`.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::{Array, BooleanArray, RecordBatch};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, Schema};
use arrow_select::filter::filter_record_batch;
use datafusion::common::cast::as_boolean_array;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

use super::operand::{Arguments, truths};
use crate::operators::expression::ExprRef;

/// A part of a conjunction or a disjunction.
#[derive(Debug, Eq)]
pub(crate) struct Part {
    pub condition: ExprRef,
    /// It may fail, so it is evaluated only where the parts before it do not decide.
    pub may_fail: bool,
}

// Derived equality would move the trait objects.
impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        self.may_fail == other.may_fail && self.condition.eq(&other.condition)
    }
}

impl Hash for Part {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.condition, self.may_fail).hash(state);
    }
}

/// Conditions of which all, or one, must be true. What a row needs is evaluated from left to right, after what cannot fail.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Junction {
    parts: Vec<Part>,
    /// Whether one is enough.
    any: bool,
}

impl Junction {
    pub(crate) fn new(mut parts: Vec<Part>, any: bool) -> Junction {
        parts.sort_by_key(|part| part.may_fail);
        Junction { parts, any }
    }
}

impl fmt::Display for Junction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.parts.iter().enumerate() {
            let word = if self.any { " or " } else { " and " };
            let inner = part.condition.downcast_ref::<Junction>().is_some();
            let separator = if place == 0 { "" } else { word };
            match inner {
                true => write!(f, "{separator}({})", part.condition)?,
                false => write!(f, "{separator}{}", part.condition)?,
            }
        }
        Ok(())
    }
}

impl PhysicalExpr for Junction {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let mut known: Option<BooleanArray> = None;
        for part in &self.parts {
            // What decides: a false in a conjunction, a true in a disjunction.
            let open = known.as_ref().map(|known| undecided(known, self.any));
            known = Some(match (known, open) {
                (Some(known), Some(open)) if open.count_set_bits() == 0 => return Ok(array(known)),
                (Some(known), Some(open)) if part.may_fail && open.count_set_bits() < open.len() => {
                    let open = BooleanArray::new(open, None);
                    let rest = filter_record_batch(batch, &open)?;
                    let found = part.condition.evaluate(&rest)?.into_array(rest.num_rows())?;
                    let found = scattered(as_boolean_array(&found)?, &open, self.any);
                    joined(&known, &found, self.any)
                }
                (known, _) => {
                    let found = part.condition.evaluate(batch)?.into_array(batch.num_rows())?;
                    let found = as_boolean_array(&found)?;
                    match known {
                        Some(known) => joined(&known, found, self.any),
                        None => found.clone(),
                    }
                }
            });
        }
        Ok(match known {
            Some(known) => array(known),
            None => ColumnarValue::Scalar(ScalarValue::Boolean(Some(!self.any))),
        })
    }

    fn children(&self) -> Vec<&ExprRef> {
        self.parts.iter().map(|part| &part.condition).collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        let parts = children.into_iter().zip(&self.parts);
        let parts = parts.map(|(condition, part)| Part {
            condition,
            may_fail: part.may_fail,
        });
        Ok(Arc::new(Junction {
            parts: parts.collect(),
            any: self.any,
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn array(values: BooleanArray) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(values))
}

/// The rows that are not yet what decides.
fn undecided(known: &BooleanArray, any: bool) -> BooleanBuffer {
    let decided = match any {
        true => known.values().clone(),
        false => !known.values(),
    };
    match known.nulls() {
        Some(nulls) => !&(&decided & nulls.inner()),
        None => !&decided,
    }
}

/// The values of some rows at their places; elsewhere what does not decide.
fn scattered(values: &BooleanArray, places: &BooleanArray, any: bool) -> BooleanArray {
    let mut next = 0..values.len();
    let value = |place: usize| match places.value(place) {
        false => Some(!any),
        true => next
            .next()
            .and_then(|row| values.is_valid(row).then(|| values.value(row))),
    };
    (0..places.len()).map(value).collect()
}

fn joined(left: &BooleanArray, right: &BooleanArray, any: bool) -> BooleanArray {
    let values = match any {
        true => left.values() | right.values(),
        false => left.values() & right.values(),
    };
    if left.nulls().is_none() && right.nulls().is_none() {
        return BooleanArray::new(values, None);
    }
    let valid = |array: &BooleanArray| match array.nulls() {
        Some(nulls) => nulls.inner().clone(),
        None => BooleanBuffer::new_set(array.len()),
    };
    let (left_valid, right_valid) = (valid(left), valid(right));
    // Known if both are, or if one is known to decide.
    let decides = |array: &BooleanArray, valid: &BooleanBuffer| match any {
        true => array.values() & valid,
        false => &!array.values() & valid,
    };
    let decided = &decides(left, &left_valid) | &decides(right, &right_valid);
    let known = &(&left_valid & &right_valid) | &decided;
    let values = match any {
        true => &decided | &(&values & &known),
        false => &(&values & &known) & &!&decided,
    };
    BooleanArray::new(values, Some(NullBuffer::new(known)))
}

pub(super) fn not(a: &Arguments) -> Result<arrow_array::ArrayRef> {
    let values = a.bools(0)?;
    Ok(truths((0..a.rows).map(|row| values.get(row).map(|value| !value))))
}

pub(super) fn is_null(a: &Arguments) -> Result<arrow_array::ArrayRef> {
    let operand = a.operand(0)?;
    let null = |row: usize| super::operand::is_null(&operand.array, if operand.scalar { 0 } else { row });
    Ok(truths((0..a.rows).map(|row| Some(null(row)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_and_or_follow_kleene() {
        let all = [Some(true), Some(false), None];
        let pairs: Vec<(Option<bool>, Option<bool>)> = all.iter().flat_map(|a| all.map(|b| (*a, b))).collect();
        let left: BooleanArray = pairs.iter().map(|pair| pair.0).collect();
        let right: BooleanArray = pairs.iter().map(|pair| pair.1).collect();
        let kleene = |any: bool, a: Option<bool>, b: Option<bool>| match (a, b) {
            (Some(a), _) if a == any => Some(any),
            (_, Some(b)) if b == any => Some(any),
            (Some(_), Some(_)) => Some(!any),
            _ => None,
        };
        for any in [false, true] {
            let expected: BooleanArray = pairs.iter().map(|(a, b)| kleene(any, *a, *b)).collect();
            assert_eq!(joined(&left, &right, any), expected, "any: {any}");
        }
    }
}
