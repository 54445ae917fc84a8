//! The aggregates that DataFusion's own would round: `sum` and `avg`, exact until their result becomes an F64.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::mem::size_of;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, PrimitiveArray, UInt64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::expression::{Form, canonical};
use super::sum::ExactSum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AggregateKind {
    /// The exact sum of numbers, as an F64.
    Sum,
    /// The exact sum as an F64, divided by the count.
    Average,
    /// How many values are not null.
    Count,
}

/// An aggregate over one column. Weighted, it takes a second column: how many rows each row stands for.
pub(crate) fn exact(kind: AggregateKind, weighted: bool) -> AggregateUDF {
    AggregateUDF::new_from_impl(Exact {
        kind,
        signature: Signature::any(if weighted { 2 } else { 1 }, Volatility::Immutable),
    })
}

#[derive(Debug)]
struct Exact {
    kind: AggregateKind,
    signature: Signature,
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.kind == other.kind && self.signature == other.signature
    }
}

impl Eq for Exact {}

impl Hash for Exact {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

impl AggregateUDFImpl for Exact {
    fn name(&self) -> &str {
        match self.kind {
            AggregateKind::Sum => "sum",
            AggregateKind::Average => "avg",
            AggregateKind::Count => "count",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(match self.kind {
            AggregateKind::Sum | AggregateKind::Average => DataType::Float64,
            AggregateKind::Count => DataType::Int64,
        })
    }

    fn is_nullable(&self) -> bool {
        self.kind != AggregateKind::Count
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        match self.kind {
            AggregateKind::Count => Ok(ScalarValue::Int64(Some(0))),
            AggregateKind::Sum | AggregateKind::Average => ScalarValue::try_from(data_type),
        }
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if arguments.is_distinct {
            return Ok(Box::new(Distinct {
                argument: arguments.exprs[0].data_type(arguments.schema)?,
                kind: self.kind,
                seen: HashSet::new(),
            }));
        }
        let mut groups = Groups::new(arguments.exprs[0].data_type(arguments.schema)?, self.kind)?;
        groups.resize(1);
        Ok(Box::new(Single { groups }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![
            Arc::new(Field::new(format!("{}[sum]", arguments.name), DataType::Binary, false)),
            Arc::new(Field::new(format!("{}[count]", arguments.name), DataType::Int64, false)),
        ])
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(
            arguments.exprs[0].data_type(arguments.schema)?,
            self.kind,
        )?))
    }
}

#[derive(Debug)]
enum Sums {
    /// Only counted.
    None,
    /// No 2^64 values of 64 bits overflow this.
    Integer(Vec<i128>),
    Float(Vec<ExactSum>),
}

#[derive(Debug)]
struct Groups {
    sums: Sums,
    counts: Vec<i64>,
    kind: AggregateKind,
}

/// How many rows a row stands for.
#[derive(Clone, Copy)]
struct Weights<'a>(Option<&'a UInt64Array>);

impl Weights<'_> {
    fn of(&self, row: usize) -> u64 {
        self.0.map_or(1, |weights| weights.value(row))
    }
}

impl Groups {
    fn new(argument: DataType, kind: AggregateKind) -> Result<Groups> {
        let sums = if kind == AggregateKind::Count {
            Sums::None
        } else if argument.is_integer() || argument == DataType::Null {
            Sums::Integer(Vec::new())
        } else if matches!(argument, DataType::Float32 | DataType::Float64) {
            Sums::Float(Vec::new())
        } else {
            return Err(no_sum(&argument));
        };
        Ok(Groups {
            sums,
            counts: Vec::new(),
            kind,
        })
    }

    fn resize(&mut self, groups: usize) {
        self.counts.resize(groups, 0);
        match &mut self.sums {
            Sums::None => {}
            Sums::Integer(sums) => sums.resize(groups, 0),
            Sums::Float(sums) => sums.resize_with(groups, ExactSum::default),
        }
    }

    /// `columns` are the values and, if there are any, the weights.
    fn update(&mut self, columns: &[ArrayRef], group: impl Fn(usize) -> Option<usize>) -> Result<()> {
        let values = &columns[0];
        let weights = Weights(
            columns
                .get(1)
                .and_then(|weights| weights.as_primitive_opt::<UInt64Type>()),
        );
        let nulls = values.logical_nulls();
        for row in 0..values.len() {
            if let (true, Some(group)) = (nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)), group(row)) {
                let weight = i64::try_from(weights.of(row)).unwrap_or(i64::MAX);
                self.counts[group] = self.counts[group].saturating_add(weight);
            }
        }
        if let Sums::None = self.sums {
            return Ok(());
        }
        match values.data_type() {
            DataType::Null => {}
            DataType::Int32 => self.integers(values.as_primitive::<Int32Type>(), weights, i128::from, group),
            DataType::Int64 => self.integers(values.as_primitive::<Int64Type>(), weights, i128::from, group),
            DataType::UInt32 => self.integers(values.as_primitive::<UInt32Type>(), weights, i128::from, group),
            DataType::UInt64 => self.integers(values.as_primitive::<UInt64Type>(), weights, i128::from, group),
            DataType::Float32 => self.floats(values.as_primitive::<Float32Type>(), weights, f64::from, group),
            DataType::Float64 => self.floats(values.as_primitive::<Float64Type>(), weights, f64::from, group),
            other => return Err(no_sum(other)),
        }
        Ok(())
    }

    fn integers<T: arrow_array::ArrowPrimitiveType>(
        &mut self,
        values: &PrimitiveArray<T>,
        weights: Weights,
        widen: impl Fn(T::Native) -> i128,
        group: impl Fn(usize) -> Option<usize>,
    ) {
        let Sums::Integer(sums) = &mut self.sums else { return };
        for row in 0..values.len() {
            if let (true, Some(group)) = (values.is_valid(row), group(row)) {
                sums[group] += widen(values.value(row)) * i128::from(weights.of(row));
            }
        }
    }

    fn floats<T: arrow_array::ArrowPrimitiveType>(
        &mut self,
        values: &PrimitiveArray<T>,
        weights: Weights,
        widen: impl Fn(T::Native) -> f64,
        group: impl Fn(usize) -> Option<usize>,
    ) {
        let Sums::Float(sums) = &mut self.sums else { return };
        for row in 0..values.len() {
            if let (true, Some(group)) = (values.is_valid(row), group(row)) {
                sums[group].add_times(widen(values.value(row)), weights.of(row));
            }
        }
    }

    fn merge(&mut self, states: &[ArrayRef], group: impl Fn(usize) -> Option<usize>) -> Result<()> {
        let (sums, counts) = (states[0].as_binary::<i32>(), states[1].as_primitive::<Int64Type>());
        for row in 0..sums.len() {
            let Some(group) = group(row) else { continue };
            self.counts[group] = self.counts[group].saturating_add(counts.value(row));
            match &mut self.sums {
                Sums::None => {}
                Sums::Integer(own) => {
                    own[group] += i128::from_le_bytes(sums.value(row).try_into().map_err(|_| damaged())?);
                }
                Sums::Float(own) => own[group].merge(&ExactSum::decode(sums.value(row)).ok_or_else(damaged)?),
            }
        }
        Ok(())
    }

    fn emit(&mut self, to: EmitTo) -> (Sums, Vec<i64>) {
        let sums = match &mut self.sums {
            Sums::None => Sums::None,
            Sums::Integer(sums) => Sums::Integer(to.take_needed(sums)),
            Sums::Float(sums) => Sums::Float(to.take_needed(sums)),
        };
        (sums, to.take_needed(&mut self.counts))
    }
}

fn no_sum(data_type: &DataType) -> DataFusionError {
    DataFusionError::Internal(format!("values of type {data_type} have no sum"))
}

fn damaged() -> DataFusionError {
    DataFusionError::Internal("a spilled sum cannot be read".into())
}

impl Sums {
    fn value(&self, group: usize) -> f64 {
        match self {
            Sums::None => 0.0,
            // Rust rounds to nearest, ties to even.
            Sums::Integer(sums) => sums[group] as f64,
            Sums::Float(sums) => sums[group].value(),
        }
    }

    fn mean(&self, group: usize, count: f64) -> f64 {
        match self {
            Sums::Float(sums) => sums[group].mean(count),
            _ => self.value(group) / count,
        }
    }

    fn encode(&self, group: usize) -> Vec<u8> {
        match self {
            Sums::None => Vec::new(),
            Sums::Integer(sums) => sums[group].to_le_bytes().to_vec(),
            Sums::Float(sums) => sums[group].encode(),
        }
    }
}

fn result(sums: &Sums, counts: Vec<i64>, kind: AggregateKind) -> ArrayRef {
    if kind == AggregateKind::Count {
        return Arc::new(Int64Array::from(counts));
    }
    let value = |(group, count): (usize, &i64)| {
        let value = || match kind {
            AggregateKind::Average => sums.mean(group, *count as f64),
            _ => sums.value(group),
        };
        (*count > 0).then(value)
    };
    Arc::new(counts.iter().enumerate().map(value).collect::<Float64Array>())
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
        self.update(values, |row| included(filter, row).then(|| groups[row]))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (sums, counts) = self.emit(emit_to);
        Ok(result(&sums, counts, self.kind))
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
            Sums::None => 0,
            Sums::Integer(sums) => sums.capacity() * size_of::<i128>(),
            // Partials are few and of a similar number everywhere, so the first group stands for all.
            Sums::Float(sums) => sums.capacity() * (size_of::<ExactSum>() + sums.first().map_or(0, ExactSum::bytes)),
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
        self.groups.update(values, |_| Some(0))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let result = result(&self.groups.sums, self.groups.counts.clone(), self.groups.kind);
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

/// The aggregate of the values of a group, each once.
#[derive(Debug)]
struct Distinct {
    argument: DataType,
    kind: AggregateKind,
    /// Integers, or the bits of floats in their canonical form.
    seen: HashSet<i128>,
}

impl Distinct {
    fn columns(&self) -> Result<ArrayRef> {
        let mut seen: Vec<i128> = self.seen.iter().copied().collect();
        seen.sort_unstable();
        Ok(match self.argument.is_floating() {
            true => Arc::new(Float64Array::from_iter_values(
                seen.into_iter().map(|bits| f64::from_bits(bits as u64)),
            )),
            false if self.argument == DataType::UInt64 => Arc::new(UInt64Array::from_iter_values(
                seen.into_iter().map(|value| value as u64),
            )),
            false => Arc::new(Int64Array::from_iter_values(seen.into_iter().map(|value| value as i64))),
        })
    }
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = &values[0];
        if values.data_type().is_floating() {
            let floats = canonical(&arrow_cast::cast(values, &DataType::Float64)?, Form::Total)?;
            let floats = floats.as_primitive::<Float64Type>().iter().flatten();
            self.seen.extend(floats.map(|value| i128::from(value.to_bits())));
        } else if values.data_type() == &DataType::UInt64 {
            let integers = values.as_primitive::<UInt64Type>().iter().flatten();
            self.seen.extend(integers.map(i128::from));
        } else {
            let integers = arrow_cast::cast(values, &DataType::Int64)?;
            let integers = integers.as_primitive::<Int64Type>().iter().flatten();
            self.seen.extend(integers.map(i128::from));
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let values = self.columns()?;
        let mut groups = Groups::new(values.data_type().clone(), self.kind)?;
        groups.resize(1);
        groups.update(&[values], |_| Some(0))?;
        ScalarValue::try_from_array(&result(&groups.sums, groups.counts, self.kind), 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.seen.capacity() * (size_of::<i128>() + 1)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = self.seen.iter().flat_map(|value| value.to_le_bytes()).collect();
        Ok(vec![
            ScalarValue::Binary(Some(values)),
            ScalarValue::Int64(Some(self.seen.len() as i64)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for values in states[0].as_binary::<i32>().iter().flatten() {
            for value in values.chunks(size_of::<i128>()) {
                self.seen
                    .insert(i128::from_le_bytes(value.try_into().map_err(|_| damaged())?));
            }
        }
        Ok(())
    }
}
