//! Values by themselves: enum sets, `@range`, `@check`, finite vectors. Types and required properties cannot be wrong
//! any more once a row is in a batch.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use omnigraph_compiler::catalog::{Bound, Catalog, Metric, NodeType, Property};
use omnigraph_compiler::temporal;
use omnigraph_compiler::types::Scalar;
use regex::Regex;

use super::delta::{Delta, TypeDelta};
use super::fault::Fault;
use super::rows::{line_at, lines};
use super::violations::Sink;
use crate::error::{Error, Result};
use crate::store::ID;

pub(crate) fn check(catalog: &Catalog, delta: &Delta, sink: &mut Sink) -> Result<()> {
    for (name, change) in &delta.nodes {
        if let Some(node) = catalog.node(name) {
            Rules::of_node(node)?.check(change, sink)?;
        }
    }
    for (name, change) in &delta.edges {
        if let Some(edge) = catalog.edge(name) {
            Rules {
                type_name: &edge.name,
                properties: &edge.properties,
                node: None,
                checks: Vec::new(),
            }
            .check(change, sink)?;
        }
    }
    Ok(())
}

struct Rules<'c> {
    type_name: &'c str,
    properties: &'c [Property],
    node: Option<&'c NodeType>,
    checks: Vec<(&'c str, &'c str, Regex)>,
}

impl<'c> Rules<'c> {
    fn of_node(node: &'c NodeType) -> Result<Rules<'c>> {
        let mut checks = Vec::new();
        for check in &node.checks {
            let regex = Regex::new(&check.pattern)
                .map_err(|error| Error::internal(format!("@check of {} is no pattern: {error}", node.name)))?;
            checks.push((check.property.as_str(), check.pattern.as_str(), regex));
        }
        Ok(Rules {
            type_name: &node.name,
            properties: &node.properties,
            node: Some(node),
            checks,
        })
    }

    fn check(&self, change: &TypeDelta, sink: &mut Sink) -> Result<()> {
        let enums: Vec<_> = self
            .properties
            .iter()
            .filter_map(|property| property.ty.enum_values.as_ref().map(|allowed| (property, allowed)))
            .collect();
        let ranges = self.node.map(|node| node.ranges.as_slice()).unwrap_or_default();
        let vectors: Vec<_> = self
            .properties
            .iter()
            .filter(|property| matches!(property.ty.scalar, Scalar::Vector(_)))
            .collect();
        if enums.is_empty() && ranges.is_empty() && self.checks.is_empty() && vectors.is_empty() {
            return Ok(());
        }
        for batch in change.rows.batches()? {
            let batch = batch?;
            for (property, allowed) in &enums {
                self.check_enum(&batch, property, allowed, sink);
            }
            for range in ranges {
                self.check_range(&batch, range, sink);
            }
            for (property, pattern, regex) in &self.checks {
                self.check_pattern(&batch, property, pattern, regex, sink);
            }
            for property in &vectors {
                self.check_vector(&batch, property, sink);
            }
        }
        Ok(())
    }

    fn check_enum(&self, batch: &RecordBatch, property: &Property, allowed: &[String], sink: &mut Sink) {
        let Some(array) = batch.column_by_name(&property.name) else {
            return;
        };
        let mut test = |row: usize, value: &str| {
            if allowed.binary_search_by(|other| other.as_str().cmp(value)).is_err() {
                let fault = Fault::NotInEnum {
                    type_name: self.type_name.to_string(),
                    property: property.name.clone(),
                    value: value.to_string(),
                    allowed: allowed.to_vec(),
                };
                sink.push(line_at(lines(batch), row), fault);
            }
        };
        match array.data_type() {
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                for row in (0..lists.len()).filter(|row| lists.is_valid(*row)) {
                    let items = lists.value(row);
                    items
                        .as_string::<i32>()
                        .iter()
                        .flatten()
                        .for_each(|value| test(row, value));
                }
            }
            _ => {
                for (row, value) in array.as_string::<i32>().iter().enumerate() {
                    if let Some(value) = value {
                        test(row, value);
                    }
                }
            }
        }
    }

    fn check_range(&self, batch: &RecordBatch, range: &omnigraph_compiler::catalog::Range, sink: &mut Sink) {
        let Some(array) = batch.column_by_name(&range.property) else {
            return;
        };
        for row in (0..array.len()).filter(|row| array.is_valid(*row)) {
            let below = range.min.filter(|min| !at_least(array, row, min));
            let above = range.max.filter(|max| !at_most(array, row, max));
            for (bound, below) in below.map(|b| (b, true)).into_iter().chain(above.map(|b| (b, false))) {
                let fault = Fault::Range {
                    type_name: self.type_name.to_string(),
                    id: id_at(batch, row),
                    property: range.property.clone(),
                    value: show(array, row),
                    below,
                    bound: match bound {
                        Bound::Integer(value) => value.to_string(),
                        Bound::Float(value) => value.to_string(),
                    },
                };
                sink.push(line_at(lines(batch), row), fault);
            }
        }
    }

    fn check_pattern(&self, batch: &RecordBatch, property: &str, pattern: &str, regex: &Regex, sink: &mut Sink) {
        let Some(array) = batch.column_by_name(property) else {
            return;
        };
        let mut test = |row: usize, value: &str| {
            if !regex.is_match(value) {
                let fault = Fault::Check {
                    type_name: self.type_name.to_string(),
                    id: id_at(batch, row),
                    property: property.to_string(),
                    value: value.to_string(),
                    pattern: pattern.to_string(),
                };
                sink.push(line_at(lines(batch), row), fault);
            }
        };
        match array.data_type() {
            DataType::Utf8 => {
                for (row, value) in array.as_string::<i32>().iter().enumerate() {
                    if let Some(value) = value {
                        test(row, value);
                    }
                }
            }
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                for row in (0..lists.len()).filter(|row| lists.is_valid(*row)) {
                    if let Some(items) = lists.value(row).as_string_opt::<i32>() {
                        items.iter().flatten().for_each(|value| test(row, value));
                    }
                }
            }
            _ => {}
        }
    }

    /// Elements are finite; under the cosine metric, one of them is not 0.
    fn check_vector(&self, batch: &RecordBatch, property: &Property, sink: &mut Sink) {
        let Some(array) = batch
            .column_by_name(&property.name)
            .and_then(|array| array.as_fixed_size_list_opt())
        else {
            return;
        };
        for row in (0..array.len()).filter(|row| array.is_valid(*row)) {
            let elements = array.value(row);
            let elements = elements.as_primitive::<Float32Type>();
            let bad = elements.values().iter().position(|value| !value.is_finite());
            let fault = match bad {
                Some(index) => Fault::VectorElement {
                    type_name: self.type_name.to_string(),
                    property: property.name.clone(),
                    expected: elements.len() as u32,
                    found: elements.len(),
                    index,
                    value: elements.value(index).to_string(),
                },
                None if property.metric == Some(Metric::Cosine) && elements.values().iter().all(|v| *v == 0.0) => {
                    Fault::ZeroVector {
                        type_name: self.type_name.to_string(),
                        property: property.name.clone(),
                    }
                }
                None => continue,
            };
            sink.push(line_at(lines(batch), row), fault);
        }
    }
}

fn id_at(batch: &RecordBatch, row: usize) -> String {
    batch
        .column_by_name(ID)
        .and_then(|ids| ids.as_string_opt::<i32>())
        .map(|ids| ids.value(row).to_string())
        .unwrap_or_default()
}

/// A number as it is, so that 64 bits are not rounded.
enum Number {
    Integer(i128),
    Float(f64),
}

fn number(array: &ArrayRef, row: usize) -> Option<Number> {
    Some(match array.data_type() {
        DataType::Int32 => Number::Integer(array.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Number::Integer(array.as_primitive::<Int64Type>().value(row).into()),
        DataType::UInt32 => Number::Integer(array.as_primitive::<UInt32Type>().value(row).into()),
        DataType::UInt64 => Number::Integer(array.as_primitive::<UInt64Type>().value(row).into()),
        DataType::Float32 => Number::Float(array.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => Number::Float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => Number::Integer(array.as_primitive::<Date32Type>().value(row).into()),
        DataType::Date64 => Number::Integer(array.as_primitive::<Date64Type>().value(row).into()),
        _ => return None,
    })
}

fn at_least(array: &ArrayRef, row: usize, min: &Bound) -> bool {
    ordering(array, row, min).is_none_or(|ordering| ordering.is_some_and(|o| o.is_ge()))
}

fn at_most(array: &ArrayRef, row: usize, max: &Bound) -> bool {
    ordering(array, row, max).is_none_or(|ordering| ordering.is_some_and(|o| o.is_le()))
}

/// `None` for a column without numbers; `Some(None)` for NaN, which is within no bound.
fn ordering(array: &ArrayRef, row: usize, bound: &Bound) -> Option<Option<std::cmp::Ordering>> {
    Some(match (number(array, row)?, bound) {
        (Number::Integer(value), Bound::Integer(bound)) => Some(value.cmp(bound)),
        (Number::Float(value), Bound::Float(bound)) => value.partial_cmp(bound),
        (Number::Integer(value), Bound::Float(bound)) => compare_mixed(value, *bound),
        (Number::Float(value), Bound::Integer(bound)) => compare_mixed(*bound, value).map(std::cmp::Ordering::reverse),
    })
}

/// Exact: the float's whole part as an integer, then its fraction.
fn compare_mixed(integer: i128, float: f64) -> Option<std::cmp::Ordering> {
    if float.is_nan() {
        return None;
    }
    let whole = float.floor();
    if whole >= 1.7e38 {
        return Some(std::cmp::Ordering::Less);
    }
    if whole <= -1.7e38 {
        return Some(std::cmp::Ordering::Greater);
    }
    let ordering = integer.cmp(&(whole as i128));
    Some(ordering.then(if float > whole {
        std::cmp::Ordering::Less
    } else {
        std::cmp::Ordering::Equal
    }))
}

/// A value as people write it.
pub(crate) fn show(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return "null".to_string();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Date32 => temporal::print_date(array.as_primitive::<Date32Type>().value(row)),
        DataType::Date64 => temporal::print_datetime(array.as_primitive::<Date64Type>().value(row)),
        _ => match number(array, row) {
            Some(Number::Integer(value)) => value.to_string(),
            Some(Number::Float(value)) if *array.data_type() == DataType::Float32 => (value as f32).to_string(),
            Some(Number::Float(value)) => value.to_string(),
            None => "a value".to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    #[test]
    fn integers_and_floats_compare_exactly() {
        assert_eq!(
            compare_mixed(9_007_199_254_740_993, 9_007_199_254_740_992.0),
            Some(Ordering::Greater)
        );
        assert_eq!(compare_mixed(2, 2.5), Some(Ordering::Less));
        assert_eq!(compare_mixed(-3, -2.5), Some(Ordering::Less));
        assert_eq!(compare_mixed(-2, -2.5), Some(Ordering::Greater));
        assert_eq!(compare_mixed(7, f64::INFINITY), Some(Ordering::Less));
        assert_eq!(compare_mixed(7, f64::NAN), None);
    }
}
