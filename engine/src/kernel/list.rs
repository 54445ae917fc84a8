//! Membership of an item in a list: some item equals it, by the rules of equality for the two types.

use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray, Scalar, UInt32Array};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{ArrowError, DataType};
use omnigraph_model::ir::Comparison;

use super::{Operands, compare, incomparable};

pub(super) fn contains(operands: &Operands) -> Result<BooleanArray, ArrowError> {
    let DataType::List(_) = operands.left.data_type() else {
        return Err(incomparable(operands.left.data_type(), operands.right.data_type()));
    };
    let lists = operands.left.as_list::<i32>();
    if operands.left_scalar && !operands.right_scalar {
        let mut found = operands.none();
        if lists.is_valid(0) {
            let items = lists.value(0);
            for item in 0..items.len() {
                let equal = compare(Comparison::Equal, &operands.right, &Scalar::new(items.slice(item, 1)))?;
                found = BooleanArray::new(found.values() | equal.values(), None);
            }
        }
        return Ok(found);
    }
    let offsets = lists.value_offsets();
    let equal = if operands.right_scalar {
        compare(Comparison::Equal, lists.values(), &Scalar::new(operands.right.clone()))?
    } else {
        let mut row_of_item = vec![0u32; lists.values().len()];
        for row in 0..lists.len() {
            row_of_item[offsets[row] as usize..offsets[row + 1] as usize].fill(row as u32);
        }
        let repeated = arrow_select::take::take(&operands.right, &UInt32Array::from(row_of_item), None)?;
        compare(Comparison::Equal, lists.values(), &repeated)?
    };
    let equal = equal.values();
    let found = BooleanBuffer::collect_bool(operands.rows, |row| {
        lists.is_valid(row) && (offsets[row] as usize..offsets[row + 1] as usize).any(|item| equal.value(item))
    });
    Ok(BooleanArray::new(found, None))
}
