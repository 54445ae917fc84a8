//! `case`, and all that is written with it: only the branch that a row takes is evaluated for it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{DataType, Schema};
use arrow_select::filter::{filter_record_batch, prep_null_mask_filter};
use datafusion::common::Result;
use datafusion::common::cast::as_boolean_array;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

use super::place::Place;
use crate::operators::expression::ExprRef;

/// The value of the first branch whose condition is true, or the last value, or null.
#[derive(Debug)]
pub(crate) struct Case {
    pub branches: Vec<(ExprRef, ExprRef)>,
    pub otherwise: Option<ExprRef>,
    pub data_type: DataType,
    pub place: Place,
}

// Derived equality would move the trait objects.
impl PartialEq for Case {
    fn eq(&self, other: &Case) -> bool {
        self.data_type == other.data_type && self.branches == other.branches && self.otherwise == other.otherwise
    }
}

impl Eq for Case {}

impl Hash for Case {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.branches, &self.otherwise, &self.data_type).hash(state);
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("case")?;
        for (condition, value) in &self.branches {
            write!(f, " when {condition} then {value}")?;
        }
        if let Some(otherwise) = &self.otherwise {
            write!(f, " else {otherwise}")?;
        }
        f.write_str(" end")
    }
}

/// The values that rows have so far: pieces, each with the rows that it belongs to.
struct Pieces {
    values: Vec<ArrayRef>,
    /// Of each row, the piece and the place in it.
    places: Vec<(usize, usize)>,
}

impl Pieces {
    fn put(&mut self, rows: &[usize], values: ArrayRef) {
        for (place, row) in rows.iter().enumerate() {
            self.places[*row] = (self.values.len(), place);
        }
        self.values.push(values);
    }

    fn finish(self) -> Result<ArrayRef> {
        if let [only] = self.values.as_slice() {
            return Ok(only.clone());
        }
        let values: Vec<&dyn Array> = self.values.iter().map(|values| values.as_ref()).collect();
        Ok(arrow_select::interleave::interleave(&values, &self.places)?)
    }
}

impl Case {
    fn values(&self, value: &ExprRef, rows: &RecordBatch) -> Result<ArrayRef> {
        let values = value.evaluate(rows)?.into_array(rows.num_rows())?;
        self.place.conform(values, &self.data_type)
    }
}

impl PhysicalExpr for Case {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(self.data_type.clone())
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let mut pieces = Pieces {
            values: Vec::new(),
            places: vec![(0, 0); batch.num_rows()],
        };
        let mut rest = batch.clone();
        let mut rows: Vec<usize> = (0..batch.num_rows()).collect();
        for (condition, value) in &self.branches {
            if rows.is_empty() {
                break;
            }
            let taken = condition.evaluate(&rest)?.into_array(rest.num_rows())?;
            let taken = as_boolean_array(&taken)?;
            let taken = match taken.null_count() {
                0 => taken.clone(),
                _ => prep_null_mask_filter(taken),
            };
            if !taken.has_true() {
                continue;
            }
            let (mut own, mut others) = (Vec::new(), Vec::new());
            for (place, row) in rows.iter().enumerate() {
                if taken.value(place) {
                    own.push(*row)
                } else {
                    others.push(*row)
                }
            }
            if others.is_empty() {
                pieces.put(&own, self.values(value, &rest)?);
            } else {
                pieces.put(&own, self.values(value, &filter_record_batch(&rest, &taken)?)?);
                rest = filter_record_batch(&rest, &BooleanArray::new(!taken.values(), None))?;
            }
            rows = others;
        }
        if !rows.is_empty() || pieces.values.is_empty() {
            let values = match &self.otherwise {
                Some(otherwise) if !rows.is_empty() => self.values(otherwise, &rest)?,
                _ => arrow_array::new_null_array(&self.data_type, rows.len()),
            };
            pieces.put(&rows, values);
        }
        Ok(ColumnarValue::Array(pieces.finish()?))
    }

    fn children(&self) -> Vec<&ExprRef> {
        let branches = self.branches.iter().flat_map(|(condition, value)| [condition, value]);
        branches.chain(&self.otherwise).collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        let (branches, otherwise) = children.split_at(2 * self.branches.len());
        Ok(Arc::new(Case {
            branches: branches
                .chunks_exact(2)
                .map(|branch| (branch[0].clone(), branch[1].clone()))
                .collect(),
            otherwise: otherwise.first().cloned(),
            data_type: self.data_type.clone(),
            place: self.place,
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
