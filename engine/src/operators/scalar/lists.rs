//! Functions of lists, and what lists and texts have in common.

use std::sync::Arc;

use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Datum, PrimitiveArray, Scalar};
use arrow_row::{RowConverter, Rows, SortField};
use arrow_schema::DataType;
use datafusion::common::Result;
use omnigraph_model::ir::Comparison;

use super::arithmetic::{Shown, integers};
use super::operand::{Arguments, Lists, Operand, TextBuilder, counts, finite, is_null, lists, nested};
use super::text;
use crate::kernel;
use crate::operators::expression::{Form, canonical};
use crate::operators::sum::ExactSum;

pub(super) fn size(a: &Arguments) -> Result<ArrayRef> {
    let lists = a.lists(0)?;
    Ok(counts(
        (0..a.rows).map(|row| lists.get(row).map(|list| list.len() as i64)),
    ))
}

/// An item of a list, a character of a text.
pub(super) fn at(a: &Arguments) -> Result<ArrayRef> {
    let indices = a.integers(1)?;
    let index = |row: usize| usize::try_from(indices.get(row)?).ok();
    if a.is_list(0)? {
        let lists = a.lists(0)?;
        let places = (0..a.rows).map(|row| {
            let (list, index) = (lists.get(row)?, index(row)?);
            (index < list.len()).then_some((list.start + index) as u32)
        });
        let places: arrow_array::UInt32Array = places.collect();
        return Ok(arrow_select::take::take(&lists.items, &places, None)?);
    }
    let texts = a.texts(0)?;
    let mut builder = TextBuilder::new(a.place, a.rows, "`at`");
    for row in 0..a.rows {
        let character = texts
            .get(row)
            .zip(index(row))
            .map(|(text, index)| text::slice(text, index, index.saturating_add(1)));
        builder.push(character.filter(|character| !character.is_empty()))?;
    }
    Ok(builder.finish())
}

/// Items or characters from one place to before another, clipped; a bound that is null is open.
pub(super) fn slice(a: &Arguments) -> Result<ArrayRef> {
    let (from, to) = (a.integers(1)?, a.integers(2)?);
    let bounds = |row: usize| (from.count(row).unwrap_or(0), to.count(row).unwrap_or(usize::MAX));
    if a.is_list(0)? {
        let of = a.lists(0)?;
        let (mut places, mut lengths) = (Vec::new(), Vec::with_capacity(a.rows));
        for row in 0..a.rows {
            let (from, to) = bounds(row);
            let part = of.get(row).map(|list| {
                let end = list.start + to.min(list.len());
                (list.start + from.min(list.len())).min(end)..end
            });
            lengths.push(part.as_ref().map(ExactSizeIterator::len));
            places.extend(part.into_iter().flatten().map(|place| Some(place as u32)));
        }
        return lists(&of.items, places, &lengths);
    }
    let texts = a.texts(0)?;
    let mut builder = TextBuilder::new(a.place, a.rows, "a part of a text");
    for row in 0..a.rows {
        let (from, to) = bounds(row);
        builder.push(texts.get(row).map(|text| text::slice(text, from, to)))?;
    }
    Ok(builder.finish())
}

/// The arguments as a list.
pub(super) fn list(a: &Arguments, ty: &DataType) -> Result<ArrayRef> {
    let item = match ty {
        DataType::List(item) => item.data_type(),
        other => other,
    };
    let mut columns = Vec::with_capacity(a.len());
    for operand in &a.operands {
        columns.push(a.place.conform(operand.array.clone(), item)?);
    }
    let lengths = vec![Some(columns.len()); a.rows];
    a.place.allow(
        (columns.len() * a.rows).saturating_mul(size_of::<(usize, usize)>()),
        "a list",
    )?;
    if columns.is_empty() {
        return nested(arrow_array::new_empty_array(item), &lengths);
    }
    let place = |row: usize, column: usize| (column, if a.operands[column].scalar { 0 } else { row });
    let places: Vec<(usize, usize)> = (0..a.rows)
        .flat_map(|row| (0..columns.len()).map(move |column| (row, column)))
        .map(|(row, column)| place(row, column))
        .collect();
    let columns: Vec<&dyn Array> = columns.iter().map(|column| column.as_ref()).collect();
    nested(arrow_select::interleave::interleave(&columns, &places)?, &lengths)
}

/// The items in a form whose bytes are ordered as the values are, nulls first; equal values have equal bytes.
fn ordered(items: &ArrayRef) -> Result<Rows> {
    let items = match Form::of_order(items.data_type()) {
        Some(form) => canonical(items, form)?,
        None => items.clone(),
    };
    let converter = RowConverter::new(vec![SortField::new(items.data_type().clone())])?;
    Ok(converter.convert_columns(&[items])?)
}

pub(super) fn distinct(a: &Arguments) -> Result<ArrayRef> {
    let of = a.lists(0)?;
    let rows = ordered(&of.items)?;
    let (mut places, mut lengths) = (Vec::new(), Vec::with_capacity(a.rows));
    let mut seen = std::collections::HashSet::new();
    for row in 0..a.rows {
        seen.clear();
        let before = places.len();
        let list = of.get(row);
        let new = list
            .iter()
            .cloned()
            .flatten()
            .filter(|item| seen.insert(rows.row(*item)));
        places.extend(new.map(|item| Some(item as u32)));
        lengths.push(list.map(|_| places.len() - before));
    }
    lists(&of.items, places, &lengths)
}

pub(super) fn sort(a: &Arguments) -> Result<ArrayRef> {
    let of = a.lists(0)?;
    let rows = ordered(&of.items)?;
    let (mut places, mut lengths) = (Vec::new(), Vec::with_capacity(a.rows));
    for row in 0..a.rows {
        let list = of.get(row);
        let mut items: Vec<usize> = list.iter().cloned().flatten().collect();
        items.sort_by(|a, b| rows.row(*a).cmp(&rows.row(*b)));
        places.extend(items.into_iter().map(|item| Some(item as u32)));
        lengths.push(list.map(|list| list.len()));
    }
    lists(&of.items, places, &lengths)
}

/// The items of a list that are not null.
fn present(lists: &Lists, row: usize) -> impl Iterator<Item = usize> {
    let items = lists.get(row).into_iter().flatten();
    items.filter(|item| !is_null(&lists.items, *item))
}

pub(super) fn sum(a: &Arguments, ty: &DataType) -> Result<ArrayRef> {
    let lists = a.lists(0)?;
    let items = Arguments {
        operands: vec![Operand {
            array: lists.items.clone(),
            scalar: false,
        }],
        rows: lists.items.len(),
        place: a.place,
    };
    let of = Arguments {
        operands: Vec::new(),
        rows: a.rows,
        place: a.place,
    };
    if ty.is_floating() {
        let values = items.floats(0)?;
        return Ok(finite((0..a.rows).map(|row| {
            let mut sum: Option<ExactSum> = None;
            for value in present(&lists, row).filter_map(|item| values.get(item)) {
                sum.get_or_insert_default().add(value);
            }
            sum.map(|sum| sum.value())
        })));
    }
    let values = items.integers(0)?;
    integers(&of, ty, |row| {
        let values = present(&lists, row).filter_map(|item| values.get(item));
        let sum = values.fold(None, |sum: Option<i128>, value| Some(sum.unwrap_or(0) + value));
        Ok(sum.map(|sum| (sum, Shown::Value)))
    })
}

/// The least or the greatest item.
pub(super) fn extreme(a: &Arguments, greatest: bool) -> Result<ArrayRef> {
    let of = a.lists(0)?;
    let rows = ordered(&of.items)?;
    let places = (0..a.rows).map(|row| {
        let order = |a: &usize, b: &usize| rows.row(*a).cmp(&rows.row(*b));
        let best = match greatest {
            true => present(&of, row).max_by(order),
            false => present(&of, row).min_by(order),
        };
        best.map(|place| place as u32)
    });
    let places: arrow_array::UInt32Array = places.collect();
    Ok(arrow_select::take::take(&of.items, &places, None)?)
}

pub(super) fn contains(a: &Arguments) -> Result<ArrayRef> {
    let datum = |operand: &Operand| -> Box<dyn Datum> {
        match operand.scalar {
            true => Box::new(Scalar::new(operand.array.clone())),
            false => Box::new(operand.array.clone()),
        }
    };
    let (lists, items) = (datum(a.operand(0)?), datum(a.operand(1)?));
    let found = kernel::compare(Comparison::ContainsItem, lists.as_ref(), items.as_ref())?;
    Ok(Arc::new(found))
}

pub(super) fn range(a: &Arguments) -> Result<ArrayRef> {
    let (from, to, steps) = (a.integers(0)?, a.integers(1)?, a.optional_integers(2)?);
    let (mut numbers, mut lengths): (Vec<i64>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(a.rows));
    for row in 0..a.rows {
        let step = match &steps {
            Some(steps) => steps.get(row),
            None => Some(1),
        };
        let (Some(from), Some(to), Some(step)) = (from.get(row), to.get(row), step.filter(|step| *step != 0)) else {
            lengths.push(None);
            continue;
        };
        let distance = if step > 0 { to - from } else { from - to };
        let length = match distance < 0 {
            true => 0,
            false => usize::try_from(distance / step.abs())
                .unwrap_or(usize::MAX)
                .saturating_add(1),
        };
        let bytes = numbers.len().saturating_add(length).saturating_mul(size_of::<i64>());
        a.place.allow(bytes, "`range`")?;
        for index in 0..length {
            let number = from + step * index as i128;
            numbers.push(i64::try_from(number).map_err(|_| a.place.overflow(number, "I64"))?);
        }
        lengths.push(Some(length));
    }
    nested(Arc::new(PrimitiveArray::<Int64Type>::from(numbers)), &lengths)
}
