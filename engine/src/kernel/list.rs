//! Lists: whether an item is in one, and whether two have equal items. Items are equal by the rules of their types; a null
//! item makes the answer unknown unless the others decide it.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, ListArray, Scalar, UInt32Array};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{ArrowError, DataType, Field};
use omnigraph_model::ir::Comparison;

use super::{Operands, compare, holds, incomparable};

/// The left list has the right item.
pub(super) fn contains(operands: &Operands) -> Result<BooleanArray, ArrowError> {
    let DataType::List(_) = operands.left.data_type() else {
        return Err(incomparable(operands.left.data_type(), operands.right.data_type()));
    };
    let lists = operands.left.as_list::<i32>();
    if operands.left_scalar && !operands.right_scalar {
        return contained(operands, &lists.value(0));
    }
    if operands.right_scalar {
        let equal = compare(Comparison::Equal, lists.values(), &Scalar::new(operands.right.clone()))?;
        let offsets = lists.value_offsets();
        let items = |row: usize| offsets[row] as usize..offsets[row + 1] as usize;
        return Ok(operands.decide_rows(|row| any(items(row).map(|item| truth(&equal, item)))));
    }
    // Of each row: its item, once for each item of its list.
    let pairs = Pairs::new(operands, |row| lists.value_length(row) as usize)?;
    let items = pairs.indices(|row, item| Some(lists.value_offsets()[operands.place(row).0] as usize + item))?;
    let wanted = pairs.indices(|row, _| Some(operands.place(row).1))?;
    let equal = compare(
        Comparison::Equal,
        &arrow_select::take::take(lists.values(), &items, None)?,
        &arrow_select::take::take(&operands.right, &wanted, None)?,
    )?;
    Ok(operands.decide_rows(|row| any(pairs.of(row).map(|pair| truth(&equal, pair)))))
}

/// Each item of one list against the whole column.
fn contained(operands: &Operands, items: &ArrayRef) -> Result<BooleanArray, ArrowError> {
    let mut found = BooleanBuffer::new_unset(operands.rows);
    for item in (0..items.len()).filter(|item| items.is_valid(*item)) {
        let equal = holds(Comparison::Equal, &operands.right, &Scalar::new(items.slice(item, 1)))?;
        found = &found | equal.values();
    }
    let mut valid = operands.valid();
    if items.null_count() > 0 {
        valid = NullBuffer::union(valid.as_ref(), Some(&NullBuffer::new(found.clone())));
    }
    Ok(BooleanArray::new(found, valid))
}

/// Both lists have the same length and equal items.
pub(super) fn equal(comparison: Comparison, operands: &Operands) -> Result<BooleanArray, ArrowError> {
    let (left_type, right_type) = (operands.left.data_type(), operands.right.data_type());
    let (Some(left), Some(right)) = (as_list(operands.left.as_ref())?, as_list(operands.right.as_ref())?) else {
        return Err(incomparable(left_type, right_type));
    };
    if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
        return Err(incomparable(left_type, right_type));
    }
    let same_length = |row: usize| {
        let (a, b) = operands.place(row);
        left.value_length(a) == right.value_length(b)
    };
    let pairs = Pairs::new(operands, |place| left.value_length(place) as usize)?;
    let offset = |list: &ListArray, place: usize, item: usize| list.value_offsets()[place] as usize + item;
    let a = pairs.indices(|row, item| same_length(row).then(|| offset(&left, operands.place(row).0, item)))?;
    let b = pairs.indices(|row, item| same_length(row).then(|| offset(&right, operands.place(row).1, item)))?;
    let equal = compare(
        Comparison::Equal,
        &arrow_select::take::take(left.values(), &a, None)?,
        &arrow_select::take::take(right.values(), &b, None)?,
    )?;
    let negated = comparison == Comparison::NotEqual;
    Ok(operands.decide_rows(|row| {
        let different = match same_length(row) {
            true => any(pairs.of(row).map(|pair| truth(&equal, pair).map(|equal| !equal))),
            false => Some(true),
        };
        different.map(|different| different == negated)
    }))
}

fn as_list(array: &dyn Array) -> Result<Option<ListArray>, ArrowError> {
    Ok(match array.data_type() {
        DataType::List(_) => Some(array.as_list::<i32>().clone()),
        DataType::FixedSizeList(item, _) => {
            let list = DataType::List(std::sync::Arc::new(Field::new("item", item.data_type().clone(), true)));
            Some(arrow_cast::cast(array, &list)?.as_list::<i32>().clone())
        }
        _ => None,
    })
}

fn truth(values: &BooleanArray, place: usize) -> Option<bool> {
    values.is_valid(place).then(|| values.value(place))
}

/// True if one is, else unknown if one is.
fn any(values: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut found = Some(false);
    for value in values {
        match value {
            Some(true) => return Some(true),
            Some(false) => {}
            None => found = None,
        }
    }
    found
}

/// Where the comparisons of each row lie among those of all rows.
struct Pairs {
    ends: Vec<usize>,
}

impl Pairs {
    /// `length` is asked with the place of a left list.
    fn new(operands: &Operands, length: impl Fn(usize) -> usize) -> Result<Pairs, ArrowError> {
        let mut ends = Vec::with_capacity(operands.rows + 1);
        let mut end = 0;
        ends.push(end);
        for row in 0..operands.rows {
            let (left, right) = operands.place(row);
            if operands.left.is_valid(left) && operands.right.is_valid(right) {
                end += length(left);
            }
            ends.push(end);
        }
        match u32::try_from(end) {
            Ok(_) => Ok(Pairs { ends }),
            Err(_) => Err(ArrowError::ComputeError("lists with too many items".into())),
        }
    }

    fn of(&self, row: usize) -> std::ops::Range<usize> {
        self.ends[row]..self.ends[row + 1]
    }

    fn indices(&self, place: impl Fn(usize, usize) -> Option<usize>) -> Result<UInt32Array, ArrowError> {
        let rows = 0..self.ends.len() - 1;
        let places = rows.flat_map(|row| (0..self.of(row).len()).map(move |item| (row, item)));
        places
            .map(|(row, item)| match place(row, item).map(u32::try_from) {
                None => Ok(None),
                Some(Ok(place)) => Ok(Some(place)),
                Some(Err(_)) => Err(ArrowError::ComputeError("lists with too many items".into())),
            })
            .collect()
    }
}
