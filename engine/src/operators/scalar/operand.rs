//! The arguments of a call: columns, or one value for all rows, read by the types that operations are defined on.

use std::sync::Arc;

use arrow_array::types::{Date32Type, Date64Type, Float64Type, Int64Type, IntervalMonthDayNanoType, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Date64Array, Float64Array, Int64Array, IntervalMonthDayNanoArray,
    ListArray, StringArray, UInt32Array, UInt64Array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, IntervalUnit};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;

use super::place::Place;
use crate::kernel::{DAY_MS, Span};

/// One argument.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub array: ArrayRef,
    /// The array has one value, which is that of every row.
    pub scalar: bool,
}

impl Operand {
    pub(super) fn of(value: ColumnarValue) -> Result<Operand> {
        Ok(match value {
            ColumnarValue::Array(array) => Operand { array, scalar: false },
            ColumnarValue::Scalar(scalar) => Operand {
                array: scalar.to_array()?,
                scalar: true,
            },
        })
    }

    fn read<A: Clone + 'static>(&self, wanted: &DataType) -> Result<Reader<A>> {
        let array = match self.array.data_type() == wanted {
            true => self.array.clone(),
            false => arrow_cast::cast(&self.array, wanted)?,
        };
        let known = array.as_any().downcast_ref::<A>().cloned();
        let array = known.ok_or_else(|| DataFusionError::Internal(format!("no column of type {wanted}")))?;
        Ok(Reader {
            array,
            scalar: self.scalar,
        })
    }
}

/// The arguments of a call over some rows.
pub(super) struct Arguments<'a> {
    pub operands: Vec<Operand>,
    pub rows: usize,
    pub place: &'a Place,
}

impl Arguments<'_> {
    pub(super) fn len(&self) -> usize {
        self.operands.len()
    }

    pub(super) fn operand(&self, index: usize) -> Result<&Operand> {
        let operand = self.operands.get(index);
        operand.ok_or_else(|| DataFusionError::Internal("a call has too few arguments".into()))
    }

    pub(super) fn data_type(&self, index: usize) -> Result<&DataType> {
        Ok(self.operand(index)?.array.data_type())
    }

    pub(super) fn texts(&self, index: usize) -> Result<Reader<StringArray>> {
        self.operand(index)?.read(&DataType::Utf8)
    }

    pub(super) fn bools(&self, index: usize) -> Result<Reader<BooleanArray>> {
        self.operand(index)?.read(&DataType::Boolean)
    }

    pub(super) fn floats(&self, index: usize) -> Result<Reader<Float64Array>> {
        self.operand(index)?.read(&DataType::Float64)
    }

    pub(super) fn integers(&self, index: usize) -> Result<Integers> {
        let operand = self.operand(index)?;
        Ok(match operand.array.data_type() {
            DataType::UInt64 => Integers::Unsigned(operand.read(&DataType::UInt64)?),
            _ => Integers::Signed(operand.read(&DataType::Int64)?),
        })
    }

    /// The integers of an argument that may be left out.
    pub(super) fn optional_integers(&self, index: usize) -> Result<Option<Integers>> {
        (index < self.len()).then(|| self.integers(index)).transpose()
    }

    pub(super) fn moments(&self, index: usize) -> Result<Moments> {
        let operand = self.operand(index)?;
        Ok(match operand.array.data_type() {
            DataType::Date32 => Moments::Days(operand.read(&DataType::Date32)?),
            _ => Moments::Instants(operand.read(&DataType::Date64)?),
        })
    }

    pub(super) fn spans(&self, index: usize) -> Result<Reader<IntervalMonthDayNanoArray>> {
        self.operand(index)?
            .read(&DataType::Interval(IntervalUnit::MonthDayNano))
    }

    pub(super) fn lists(&self, index: usize) -> Result<Lists> {
        let operand = self.operand(index)?;
        let item = match operand.array.data_type() {
            DataType::List(item) | DataType::FixedSizeList(item, _) => item.data_type().clone(),
            other => return Err(DataFusionError::Internal(format!("{other} is no list"))),
        };
        let lists: Reader<ListArray> = operand.read(&list_of(item))?;
        Lists::new(&lists.array, operand.scalar)
    }

    /// Whether an argument is a list, not a text.
    pub(super) fn is_list(&self, index: usize) -> Result<bool> {
        Ok(matches!(
            self.data_type(index)?,
            DataType::List(_) | DataType::FixedSizeList(..)
        ))
    }
}

pub(crate) fn list_of(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("item", item, true)))
}

/// Values of one type, by row.
#[derive(Clone, Debug)]
pub(super) struct Reader<A> {
    array: A,
    scalar: bool,
}

impl<A: Array> Reader<A> {
    fn place(&self, row: usize) -> Option<usize> {
        let place = if self.scalar { 0 } else { row };
        self.array.is_valid(place).then_some(place)
    }

    pub(super) fn is_scalar(&self) -> bool {
        self.scalar
    }
}

impl Reader<StringArray> {
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        self.place(row).map(|place| self.array.value(place))
    }
}

impl Reader<BooleanArray> {
    pub(super) fn get(&self, row: usize) -> Option<bool> {
        self.place(row).map(|place| self.array.value(place))
    }
}

impl Reader<Float64Array> {
    pub(super) fn get(&self, row: usize) -> Option<f64> {
        self.place(row).map(|place| self.array.value(place))
    }
}

impl Reader<Int64Array> {
    fn get(&self, row: usize) -> Option<i64> {
        self.place(row).map(|place| self.array.value(place))
    }
}

impl Reader<UInt64Array> {
    fn get(&self, row: usize) -> Option<u64> {
        self.place(row).map(|place| self.array.value(place))
    }
}

impl Reader<IntervalMonthDayNanoArray> {
    pub(super) fn get(&self, row: usize) -> Option<Span> {
        self.place(row).map(|place| self.array.value(place).into())
    }
}

/// Integers of any width.
pub(super) enum Integers {
    Signed(Reader<Int64Array>),
    Unsigned(Reader<UInt64Array>),
}

impl Integers {
    pub(super) fn get(&self, row: usize) -> Option<i128> {
        match self {
            Integers::Signed(values) => values.get(row).map(i128::from),
            Integers::Unsigned(values) => values.get(row).map(i128::from),
        }
    }

    /// A position or a number of things: those below zero are zero, and none is as large as the greatest one.
    pub(super) fn count(&self, row: usize) -> Option<usize> {
        let count = self.get(row)?.max(0);
        Some(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

/// Dates or instants.
pub(super) enum Moments {
    Days(Reader<Date32Array>),
    Instants(Reader<Date64Array>),
}

impl Moments {
    /// In milliseconds since the epoch; midnight of a date.
    pub(super) fn get(&self, row: usize) -> Option<i64> {
        match self {
            Moments::Days(days) => days.place(row).map(|place| i64::from(days.array.value(place)) * DAY_MS),
            Moments::Instants(instants) => instants.place(row).map(|place| instants.array.value(place)),
        }
    }

    pub(super) fn are_days(&self) -> bool {
        matches!(self, Moments::Days(_))
    }
}

/// Lists, whose items lie one behind the other without gaps.
pub(super) struct Lists {
    pub items: ArrayRef,
    pub lists: ListArray,
    scalar: bool,
}

impl Lists {
    pub(super) fn new(lists: &ListArray, scalar: bool) -> Result<Lists> {
        let lists = compact(lists)?;
        Ok(Lists {
            items: lists.values().clone(),
            lists,
            scalar,
        })
    }

    /// The places of a row's items.
    pub(super) fn get(&self, row: usize) -> Option<std::ops::Range<usize>> {
        let place = if self.scalar { 0 } else { row };
        let offsets = self.lists.value_offsets();
        let range = || offsets[place] as usize..offsets[place + 1] as usize;
        self.lists.is_valid(place).then(range)
    }
}

/// Without items that belong to no list: before and behind a slice, below a null.
pub(super) fn compact(lists: &ListArray) -> Result<ListArray> {
    let offsets = lists.value_offsets();
    let hidden = |row: usize| lists.is_null(row) && lists.value_length(row) > 0;
    let whole = offsets.first() == Some(&0) && offsets.last().map(|end| *end as usize) == Some(lists.values().len());
    if whole && !(lists.null_count() > 0 && (0..lists.len()).any(hidden)) {
        return Ok(lists.clone());
    }
    let shown = |row: usize| match lists.is_valid(row) {
        true => offsets[row] as u32..offsets[row + 1] as u32,
        false => 0..0,
    };
    let places: UInt32Array = (0..lists.len()).flat_map(shown).collect::<Vec<u32>>().into();
    let items = arrow_select::take::take(lists.values(), &places, None)?;
    let lengths = OffsetBuffer::from_lengths((0..lists.len()).map(|row| shown(row).len()));
    let field = match lists.data_type() {
        DataType::List(field) => field.clone(),
        other => return Err(DataFusionError::Internal(format!("{other} is no list"))),
    };
    Ok(ListArray::try_new(field, lengths, items, lists.nulls().cloned())?)
}

/// Of Date64 and Date32 columns as they are built.
pub(super) fn instants(values: impl Iterator<Item = Result<Option<i64>>>) -> Result<ArrayRef> {
    let array = values.collect::<Result<arrow_array::PrimitiveArray<Date64Type>>>()?;
    Ok(Arc::new(array))
}

pub(super) fn days(values: impl Iterator<Item = Result<Option<i32>>>) -> Result<ArrayRef> {
    let array = values.collect::<Result<arrow_array::PrimitiveArray<Date32Type>>>()?;
    Ok(Arc::new(array))
}

/// Floats; a result that is no finite number is null.
pub(super) fn finite(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    let values = values.map(|value| value.filter(|value| value.is_finite()));
    Arc::new(values.collect::<arrow_array::PrimitiveArray<Float64Type>>())
}

pub(super) fn counts(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<arrow_array::PrimitiveArray<Int64Type>>())
}

pub(super) fn unsigned(values: impl Iterator<Item = Option<u64>>) -> ArrayRef {
    Arc::new(values.collect::<arrow_array::PrimitiveArray<UInt64Type>>())
}

pub(super) fn truths(values: impl Iterator<Item = Option<bool>>) -> ArrayRef {
    Arc::new(values.collect::<BooleanArray>())
}

pub(super) fn spans(values: impl Iterator<Item = Result<Option<Span>>>) -> Result<ArrayRef> {
    let intervals = values.map(|span| span.map(|span| span.and_then(Span::interval)));
    let array = intervals.collect::<Result<arrow_array::PrimitiveArray<IntervalMonthDayNanoType>>>()?;
    Ok(Arc::new(array))
}

/// The items of some places, in lists of these lengths; `None` is no list.
pub(super) fn lists(items: &ArrayRef, places: Vec<Option<u32>>, lengths: &[Option<usize>]) -> Result<ArrayRef> {
    let items = arrow_select::take::take(items, &UInt32Array::from(places), None)?;
    nested(items, lengths)
}

/// Items in lists of these lengths; `None` is no list.
pub(super) fn nested(items: ArrayRef, lengths: &[Option<usize>]) -> Result<ArrayRef> {
    let offsets = OffsetBuffer::from_lengths(lengths.iter().map(|length| length.unwrap_or_default()));
    let valid: Vec<bool> = lengths.iter().map(Option::is_some).collect();
    let field = Arc::new(Field::new("item", items.data_type().clone(), true));
    let lists = ListArray::try_new(field, offsets, items, Some(valid.into()))?;
    Ok(Arc::new(lists))
}

/// Whether the array holds a value at the place; of an untyped one, never.
pub(super) fn is_null(array: &ArrayRef, place: usize) -> bool {
    array.data_type() == &DataType::Null || array.is_null(place)
}

/// The value at a place as messages show it.
pub(super) fn shown(array: &ArrayRef, place: usize) -> String {
    let value = crate::result::json_column(&array.slice(place, 1));
    let text = match value.as_deref() {
        Ok([serde_json::Value::String(text)]) => text.clone(),
        Ok([value]) => value.to_string(),
        _ => array.data_type().to_string(),
    };
    super::place::short(&text)
}

/// Texts as they are built, within the memory of the query.
pub(super) struct TextBuilder<'a> {
    texts: arrow_array::builder::StringBuilder,
    place: &'a Place,
    what: &'a str,
}

impl<'a> TextBuilder<'a> {
    pub(super) fn new(place: &'a Place, rows: usize, what: &'a str) -> TextBuilder<'a> {
        TextBuilder {
            texts: arrow_array::builder::StringBuilder::with_capacity(rows, 0),
            place,
            what,
        }
    }

    /// Before a text of so many bytes is made.
    pub(super) fn allow(&self, bytes: usize) -> Result<()> {
        self.place
            .allow(self.texts.values_slice().len().saturating_add(bytes), self.what)
    }

    pub(super) fn push(&mut self, text: Option<&str>) -> Result<()> {
        self.allow(text.map_or(0, str::len))?;
        self.texts.append_option(text);
        Ok(())
    }

    pub(super) fn finish(mut self) -> ArrayRef {
        Arc::new(self.texts.finish())
    }
}
