//! Which predicates storage may evaluate for us: those whose constant converts to the column's type without loss and
//! whose comparison DataFusion defines exactly as we do. Everything else is evaluated with [`super::compare`].

use arrow_schema::DataType;
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::{Expr, Operator, binary_expr, lit};
use datafusion::prelude::contains;
use omnigraph_model::ir::Comparison;

/// `column comparison constant` as a filter of a Lance scan, or `None` if storage could answer differently.
pub(crate) fn scan_filter(
    column: &str,
    data_type: &DataType,
    comparison: Comparison,
    constant: &ScalarValue,
) -> Option<Expr> {
    let operator = match comparison {
        Comparison::Equal => Operator::Eq,
        Comparison::NotEqual => Operator::NotEq,
        Comparison::Less => Operator::Lt,
        Comparison::LessEqual => Operator::LtEq,
        Comparison::Greater => Operator::Gt,
        Comparison::GreaterEqual => Operator::GtEq,
        Comparison::StartsWith => return prefix_filter(column, data_type, constant),
        Comparison::ContainsText => return part_filter(column, data_type, constant),
        Comparison::ContainsItem | Comparison::EndsWith | Comparison::In => return None,
    };
    let constant = lossless(constant, data_type)?;
    // Unqualified and never parsed, so the name needs no quotes and keeps its case.
    let column = Expr::Column(Column::new_unqualified(column));
    Some(binary_expr(column, operator, Expr::Literal(constant, None)))
}

/// `column in (constants)`, or its negation, as a filter of a Lance scan. In an empty list there is nothing to find, which
/// storage says of nulls, too.
pub(crate) fn list_filter(
    column: &str,
    data_type: &DataType,
    constants: &[ScalarValue],
    negated: bool,
) -> Option<Expr> {
    let constants = constants.iter().map(|constant| lossless(constant, data_type));
    let constants = constants
        .map(|constant| constant.map(|constant| Expr::Literal(constant, None)))
        .collect::<Option<Vec<Expr>>>()?;
    let column = Expr::Column(Column::new_unqualified(column));
    (!constants.is_empty()).then(|| column.in_list(constants, negated))
}

/// As a range, because text is ordered by code points: from the prefix to before the next text that is no longer.
fn prefix_filter(column: &str, data_type: &DataType, prefix: &ScalarValue) -> Option<Expr> {
    let (DataType::Utf8, ScalarValue::Utf8(Some(prefix))) = (data_type, prefix) else {
        return None;
    };
    let column = Expr::Column(Column::new_unqualified(column));
    let from = binary_expr(column.clone(), Operator::GtEq, lit(prefix.as_str()));
    let mut end: Vec<char> = prefix.chars().collect();
    while let Some(last) = end.pop() {
        // Surrogates are not characters.
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            end.push(next);
            let before = binary_expr(column, Operator::Lt, lit(end.iter().collect::<String>()));
            return Some(from.and(before));
        }
    }
    None
}

/// An index of trigrams narrows this; what it gives is compared again. Texts of fewer characters have none.
fn part_filter(column: &str, data_type: &DataType, part: &ScalarValue) -> Option<Expr> {
    match (data_type, part) {
        (DataType::Utf8, ScalarValue::Utf8(Some(part))) if part.chars().count() >= 3 => {
            let column = Expr::Column(Column::new_unqualified(column));
            Some(contains(column, lit(part.as_str())))
        }
        _ => None,
    }
}

fn lossless(constant: &ScalarValue, data_type: &DataType) -> Option<ScalarValue> {
    let integer = match constant {
        ScalarValue::Int32(Some(value)) => Some(i128::from(*value)),
        ScalarValue::Int64(Some(value)) => Some(i128::from(*value)),
        ScalarValue::UInt32(Some(value)) => Some(i128::from(*value)),
        ScalarValue::UInt64(Some(value)) => Some(i128::from(*value)),
        ScalarValue::Float32(Some(value)) => whole(f64::from(*value)),
        ScalarValue::Float64(Some(value)) => whole(*value),
        _ => None,
    };
    match (data_type, constant) {
        (DataType::Int32, _) => Some(ScalarValue::Int32(Some(integer?.try_into().ok()?))),
        (DataType::Int64, _) => Some(ScalarValue::Int64(Some(integer?.try_into().ok()?))),
        (DataType::UInt32, _) => Some(ScalarValue::UInt32(Some(integer?.try_into().ok()?))),
        (DataType::UInt64, _) => Some(ScalarValue::UInt64(Some(integer?.try_into().ok()?))),
        // A zero has two bit patterns and storage tells them apart.
        (DataType::Float32, ScalarValue::Float32(Some(value))) if *value != 0.0 && value.is_finite() => {
            Some(constant.clone())
        }
        (DataType::Float64, ScalarValue::Float64(Some(value))) if *value != 0.0 && value.is_finite() => {
            Some(constant.clone())
        }
        (DataType::Utf8, ScalarValue::Utf8(Some(_)))
        | (DataType::Boolean, ScalarValue::Boolean(Some(_)))
        | (DataType::Date32, ScalarValue::Date32(Some(_)))
        | (DataType::Date64, ScalarValue::Date64(Some(_))) => Some(constant.clone()),
        _ => None,
    }
}

/// The integer that a float is, within the range of 64-bit integers.
fn whole(value: f64) -> Option<i128> {
    (value.trunc() == value && value.abs() < 1.9e19).then_some(value as i128)
}
