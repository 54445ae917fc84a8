//! The aggregates that need all numbers of a group at once, and those of conditions: `variance`, `stddev`, `percentile`,
//! `median`, `any` and `all`. None depends on the order of the rows.

use std::collections::HashSet;
use std::mem::size_of;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use super::expression::{Form, canonical};
use super::sum::ExactSum;

/// What is said about the values of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Statistic {
    /// Of a sample.
    Variance,
    /// Its square root.
    Deviation,
    /// The number at a part of the way through them, 0 to 1, as the bits of an F64.
    Percentile(u64),
    /// Whether one of the conditions is true.
    Any,
    /// Whether none of them is false.
    All,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct OfGroup {
    statistic: Statistic,
    distinct: bool,
    signature: Signature,
}

/// An aggregate over one column. Weighted, it takes a second column: how many rows each row stands for.
pub(crate) fn statistic(statistic: Statistic, distinct: bool, weighted: bool) -> AggregateUDF {
    AggregateUDF::new_from_impl(OfGroup {
        statistic,
        distinct,
        signature: Signature::any(if weighted { 2 } else { 1 }, Volatility::Immutable),
    })
}

impl OfGroup {
    fn is_condition(&self) -> bool {
        matches!(self.statistic, Statistic::Any | Statistic::All)
    }
}

impl AggregateUDFImpl for OfGroup {
    fn name(&self) -> &str {
        match self.statistic {
            Statistic::Variance => "variance",
            Statistic::Deviation => "stddev",
            Statistic::Percentile(_) => "percentile",
            Statistic::Any => "any",
            Statistic::All => "all",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(match self.is_condition() {
            true => DataType::Boolean,
            false => DataType::Float64,
        })
    }

    fn is_nullable(&self) -> bool {
        !self.is_condition()
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if self.is_condition() {
            return Ok(Box::new(Truth {
                decides: self.statistic == Statistic::Any,
                found: false,
            }));
        }
        Ok(Box::new(Numbers {
            statistic: self.statistic,
            floating: arguments.exprs[0].data_type(arguments.schema)?.is_floating(),
            seen: self.distinct.then(HashSet::new),
            numbers: Vec::new(),
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let ty = match self.is_condition() {
            true => DataType::Boolean,
            false => DataType::Binary,
        };
        Ok(vec![Arc::new(Field::new(
            format!("{}[state]", arguments.name),
            ty,
            true,
        ))])
    }
}

/// Whether a condition has had the value that decides.
#[derive(Debug)]
struct Truth {
    decides: bool,
    found: bool,
}

impl Accumulator for Truth {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        // A column of which nothing but null is known has no other type.
        if let Some(conditions) = columns[0].as_boolean_opt() {
            self.found = self.found || conditions.iter().flatten().any(|value| value == self.decides);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Boolean(Some(self.found == self.decides)))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Boolean(Some(self.found))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.found = self.found || states[0].as_boolean().iter().flatten().any(|found| found);
        Ok(())
    }
}

/// A number, as an integer or as the bits of an F64, so that no two different ones are taken for equal; and how many rows
/// have it.
type Weighted = (i128, u64);

const ENCODED: usize = size_of::<i128>() + size_of::<u64>();

#[derive(Debug)]
struct Numbers {
    statistic: Statistic,
    floating: bool,
    /// If equal ones count once, those that have come.
    seen: Option<HashSet<i128>>,
    numbers: Vec<Weighted>,
}

impl Numbers {
    fn add(&mut self, number: i128, weight: u64) {
        match &mut self.seen {
            None => self.numbers.push((number, weight)),
            Some(seen) => {
                if seen.insert(number) {
                    self.numbers.push((number, 1));
                }
            }
        }
    }

    fn value(&self) -> Option<f64> {
        let number = |number: i128| match self.floating {
            true => f64::from_bits(number as u64),
            false => number as f64,
        };
        let mut numbers: Vec<(f64, u64)> = self.numbers.iter().map(|(n, weight)| (number(*n), *weight)).collect();
        let value = match self.statistic {
            Statistic::Percentile(part) => percentile(&mut numbers, f64::from_bits(part)),
            Statistic::Deviation => variance(&numbers).map(f64::sqrt),
            _ => variance(&numbers),
        };
        value.filter(|value| value.is_finite())
    }
}

/// By the mean and the squares of the distances from it, each a sum that is exact before it is rounded.
fn variance(numbers: &[(f64, u64)]) -> Option<f64> {
    let count: u64 = numbers.iter().map(|(_, weight)| weight).sum();
    if count < 2 {
        return None;
    }
    let mut sum = ExactSum::default();
    numbers
        .iter()
        .for_each(|(number, weight)| sum.add_times(*number, *weight));
    let mean = sum.mean(count as f64);
    let mut squares = ExactSum::default();
    for (number, weight) in numbers {
        let distance = number - mean;
        squares.add_times(distance * distance, *weight);
    }
    Some(squares.value() / (count - 1) as f64)
}

/// The number at a part of the way from the least to the greatest, in proportion between two.
fn percentile(numbers: &mut [(f64, u64)], part: f64) -> Option<f64> {
    let count: u64 = numbers.iter().map(|(_, weight)| weight).sum();
    if count == 0 {
        return None;
    }
    numbers.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let place = part * (count - 1) as f64;
    let below = place.floor();
    let at = |rank: u64| {
        let mut passed = 0;
        let found = numbers.iter().find(|(_, weight)| {
            passed += weight;
            rank < passed
        });
        found.map(|(number, _)| *number)
    };
    let (low, high) = (at(below as u64)?, at(place.ceil() as u64)?);
    Some(match low == high {
        true => low,
        false => low * (1.0 - (place - below)) + high * (place - below),
    })
}

impl Accumulator for Numbers {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let (values, weights) = (&columns[0], columns.get(1));
        let weights = weights.and_then(|weights| weights.as_primitive_opt::<UInt64Type>());
        let weight = |row: usize| weights.map_or(1, |weights| weights.value(row));
        match values.data_type() {
            DataType::Null => {}
            ty if ty.is_floating() => {
                let floats = canonical(&arrow_cast::cast(values, &DataType::Float64)?, Form::Total)?;
                for (row, value) in floats.as_primitive::<Float64Type>().iter().enumerate() {
                    if let Some(value) = value {
                        self.add(i128::from(value.to_bits()), weight(row));
                    }
                }
            }
            DataType::UInt64 => {
                for (row, value) in values.as_primitive::<UInt64Type>().iter().enumerate() {
                    if let Some(value) = value {
                        self.add(i128::from(value), weight(row));
                    }
                }
            }
            _ => {
                let integers = arrow_cast::cast(values, &DataType::Int64)?;
                for (row, value) in integers.as_primitive::<Int64Type>().iter().enumerate() {
                    if let Some(value) = value {
                        self.add(i128::from(value), weight(row));
                    }
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.value()))
    }

    fn size(&self) -> usize {
        let seen = self
            .seen
            .as_ref()
            .map_or(0, |seen| seen.capacity() * (size_of::<i128>() + 1));
        size_of::<Self>() + self.numbers.capacity() * size_of::<Weighted>() + seen
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let encoded = self
            .numbers
            .iter()
            .flat_map(|(number, weight)| number.to_le_bytes().into_iter().chain(weight.to_le_bytes()));
        Ok(vec![ScalarValue::Binary(Some(encoded.collect()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in states[0].as_binary::<i32>().iter().flatten() {
            for encoded in state.chunks(ENCODED) {
                let (number, weight) = encoded.split_at_checked(size_of::<i128>()).ok_or_else(damaged)?;
                let number = i128::from_le_bytes(number.try_into().map_err(|_| damaged())?);
                let weight = u64::from_le_bytes(weight.try_into().map_err(|_| damaged())?);
                self.add(number, weight);
            }
        }
        Ok(())
    }
}

fn damaged() -> DataFusionError {
    DataFusionError::Internal("the numbers of a group cannot be read back".into())
}
