//! Substrings, prefixes and suffixes: by bytes, case-sensitive, without wildcards.

use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray};
use arrow_schema::{ArrowError, DataType};
use memchr::memmem;

use super::{Operands, incomparable, is_text};

pub(super) fn contains(operands: &Operands) -> Result<BooleanArray, ArrowError> {
    let operands = as_text(operands)?;
    let (haystacks, needles) = (operands.left.as_string::<i32>(), operands.right.as_string::<i32>());
    if operands.right_scalar && needles.is_valid(0) {
        let finder = memmem::Finder::new(needles.value(0));
        return Ok(operands.test(|a, _| finder.find(haystacks.value(a).as_bytes()).is_some()));
    }
    Ok(operands.test(|a, b| haystacks.value(a).contains(needles.value(b))))
}

pub(super) fn starts_with(operands: &Operands) -> Result<BooleanArray, ArrowError> {
    let operands = as_text(operands)?;
    let (texts, prefixes) = (operands.left.as_string::<i32>(), operands.right.as_string::<i32>());
    Ok(operands.test(|a, b| texts.value(a).starts_with(prefixes.value(b))))
}

pub(super) fn ends_with(operands: &Operands) -> Result<BooleanArray, ArrowError> {
    let operands = as_text(operands)?;
    let (texts, suffixes) = (operands.left.as_string::<i32>(), operands.right.as_string::<i32>());
    Ok(operands.test(|a, b| texts.value(a).ends_with(suffixes.value(b))))
}

fn as_text(operands: &Operands) -> Result<Operands, ArrowError> {
    let (left, right) = (operands.left.data_type(), operands.right.data_type());
    if !is_text(left) || !is_text(right) {
        return Err(incomparable(left, right));
    }
    operands.cast(&DataType::Utf8, &DataType::Utf8)
}
