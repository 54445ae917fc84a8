//! The aggregates that DataFusion's own would round: `sum` and `avg`, exact until their result becomes an F64.

use std::hash::{Hash, Hasher};
use std::mem::size_of;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, PrimitiveArray};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::sum::ExactSum;

/// `sum` of any numeric column as an F64.
pub fn exact_sum() -> AggregateUDF {
    AggregateUDF::new_from_impl(Exact::new(false))
}

/// `avg`: the exact sum as an F64, divided by the count.
pub fn exact_average() -> AggregateUDF {
    AggregateUDF::new_from_impl(Exact::new(true))
}

#[derive(Debug)]
struct Exact {
    average: bool,
    signature: Signature,
}

impl Exact {
    fn new(average: bool) -> Exact {
        Exact {
            average,
            signature: Signature::any(1, Volatility::Immutable),
        }
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.average == other.average
    }
}

impl Eq for Exact {}

impl Hash for Exact {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.average.hash(state);
    }
}

impl AggregateUDFImpl for Exact {
    fn name(&self) -> &str {
        if self.average { "avg" } else { "sum" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let mut groups = Groups::new(arguments.exprs[0].data_type(arguments.schema)?, self.average)?;
        groups.resize(1);
        Ok(Box::new(Single { groups }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![
            Arc::new(Field::new(format!("{}[sum]", arguments.name), DataType::Binary, false)),
            Arc::new(Field::new(format!("{}[count]", arguments.name), DataType::Int64, false)),
        ])
    }

    fn groups_accumulator_supported(&self, _arguments: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(
            arguments.exprs[0].data_type(arguments.schema)?,
            self.average,
        )?))
    }
}

#[derive(Debug)]
enum Sums {
    /// No 2^64 values of 64 bits overflow this.
    Integer(Vec<i128>),
    Float(Vec<ExactSum>),
}

#[derive(Debug)]
struct Groups {
    sums: Sums,
    counts: Vec<i64>,
    average: bool,
}

impl Groups {
    fn new(argument: DataType, average: bool) -> Result<Groups> {
        let sums = if argument.is_integer() || argument == DataType::Null {
            Sums::Integer(Vec::new())
        } else if matches!(argument, DataType::Float32 | DataType::Float64) {
            Sums::Float(Vec::new())
        } else {
            return Err(DataFusionError::Internal(format!(
                "values of type {argument} have no sum"
            )));
        };
        Ok(Groups {
            sums,
            counts: Vec::new(),
            average,
        })
    }

    fn resize(&mut self, groups: usize) {
        self.counts.resize(groups, 0);
        match &mut self.sums {
            Sums::Integer(sums) => sums.resize(groups, 0),
            Sums::Float(sums) => sums.resize_with(groups, ExactSum::default),
        }
    }

    fn update(&mut self, values: &ArrayRef, group: impl Fn(usize) -> Option<usize>) -> Result<()> {
        match values.data_type() {
            DataType::Null => {}
            DataType::Int32 => self.integers(values.as_primitive::<Int32Type>(), i128::from, group),
            DataType::Int64 => self.integers(values.as_primitive::<Int64Type>(), i128::from, group),
            DataType::UInt32 => self.integers(values.as_primitive::<UInt32Type>(), i128::from, group),
            DataType::UInt64 => self.integers(values.as_primitive::<UInt64Type>(), i128::from, group),
            DataType::Float32 => self.floats(values.as_primitive::<Float32Type>(), f64::from, group),
            DataType::Float64 => self.floats(values.as_primitive::<Float64Type>(), f64::from, group),
            other => return Err(DataFusionError::Internal(format!("values of type {other} have no sum"))),
        }
        Ok(())
    }

    fn integers<T: arrow_array::ArrowPrimitiveType>(
        &mut self,
        values: &PrimitiveArray<T>,
        widen: impl Fn(T::Native) -> i128,
        group: impl Fn(usize) -> Option<usize>,
    ) {
        let Sums::Integer(sums) = &mut self.sums else { return };
        for row in 0..values.len() {
            if let (true, Some(group)) = (values.is_valid(row), group(row)) {
                sums[group] += widen(values.value(row));
                self.counts[group] += 1;
            }
        }
    }

    fn floats<T: arrow_array::ArrowPrimitiveType>(
        &mut self,
        values: &PrimitiveArray<T>,
        widen: impl Fn(T::Native) -> f64,
        group: impl Fn(usize) -> Option<usize>,
    ) {
        let Sums::Float(sums) = &mut self.sums else { return };
        for row in 0..values.len() {
            if let (true, Some(group)) = (values.is_valid(row), group(row)) {
                sums[group].add(widen(values.value(row)));
                self.counts[group] += 1;
            }
        }
    }

    fn merge(&mut self, states: &[ArrayRef], group: impl Fn(usize) -> Option<usize>) -> Result<()> {
        let (sums, counts) = (states[0].as_binary::<i32>(), states[1].as_primitive::<Int64Type>());
        for row in 0..sums.len() {
            let Some(group) = group(row) else { continue };
            self.counts[group] += counts.value(row);
            match &mut self.sums {
                Sums::Integer(own) => {
                    own[group] += i128::from_le_bytes(sums.value(row).try_into().map_err(|_| damaged())?)
                }
                Sums::Float(own) => own[group].merge(&ExactSum::decode(sums.value(row)).ok_or_else(damaged)?),
            }
        }
        Ok(())
    }

    fn emit(&mut self, to: EmitTo) -> (Sums, Vec<i64>) {
        let sums = match &mut self.sums {
            Sums::Integer(sums) => Sums::Integer(to.take_needed(sums)),
            Sums::Float(sums) => Sums::Float(to.take_needed(sums)),
        };
        (sums, to.take_needed(&mut self.counts))
    }
}

fn damaged() -> DataFusionError {
    DataFusionError::Internal("a spilled sum cannot be read".into())
}

impl Sums {
    fn value(&self, group: usize) -> f64 {
        match self {
            // Rust rounds to nearest, ties to even.
            Sums::Integer(sums) => sums[group] as f64,
            Sums::Float(sums) => sums[group].value(),
        }
    }

    fn encode(&self, group: usize) -> Vec<u8> {
        match self {
            Sums::Integer(sums) => sums[group].to_le_bytes().to_vec(),
            Sums::Float(sums) => sums[group].encode(),
        }
    }
}

fn result(sums: &Sums, counts: &[i64], average: bool) -> Float64Array {
    counts
        .iter()
        .enumerate()
        .map(|(group, count)| {
            let divisor = if average { *count as f64 } else { 1.0 };
            (*count > 0).then(|| sums.value(group) / divisor)
        })
        .collect()
}

fn state(sums: &Sums, counts: Vec<i64>) -> Vec<ArrayRef> {
    let encoded = BinaryArray::from_iter_values((0..counts.len()).map(|group| sums.encode(group)));
    vec![Arc::new(encoded), Arc::new(Int64Array::from(counts))]
}

fn included(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.resize(total);
        self.update(&values[0], |row| included(filter, row).then(|| groups[row]))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (sums, counts) = self.emit(emit_to);
        Ok(Arc::new(result(&sums, &counts, self.average)))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (sums, counts) = self.emit(emit_to);
        Ok(state(&sums, counts))
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.resize(total);
        self.merge(values, |row| included(filter, row).then(|| groups[row]))
    }

    fn size(&self) -> usize {
        let sums = match &self.sums {
            Sums::Integer(sums) => sums.capacity() * size_of::<i128>(),
            // Partials are few and of a similar number everywhere, so the first group stands for all.
            Sums::Float(sums) => sums.capacity() * (size_of::<ExactSum>() + sums.first().map_or(0, |sum| sum.bytes())),
        };
        sums + self.counts.capacity() * size_of::<i64>()
    }
}

/// The aggregate without groups.
#[derive(Debug)]
struct Single {
    groups: Groups,
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.groups.update(&values[0], |_| Some(0))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let result = result(&self.groups.sums, &self.groups.counts, self.groups.average);
        ScalarValue::try_from_array(&result, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.groups.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        state(&self.groups.sums, self.groups.counts.clone())
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.groups.merge(states, |_| Some(0))
    }
}
