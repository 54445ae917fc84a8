//! `[e for $x in list if cond]`: the items of all lists of a batch are rows, with the columns of their own row beside them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{DataType, Schema, SchemaRef};
use arrow_select::filter::{filter_record_batch, prep_null_mask_filter};
use datafusion::common::Result;
use datafusion::common::cast::as_boolean_array;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

use super::operand::{Lists, nested};
use super::place::Place;
use crate::operators::expression::ExprRef;

/// Items that are evaluated at once.
const ITEMS: usize = 64 << 10;

/// The values of an expression for the items of a list.
#[derive(Debug)]
pub(crate) struct Comprehension {
    pub list: ExprRef,
    /// The columns around it that the inner expressions read, in the order of their schema.
    pub outer: Vec<ExprRef>,
    /// Those columns, then the item.
    pub schema: SchemaRef,
    /// Over the inner schema; items for which it is not true are left out.
    pub condition: Option<ExprRef>,
    /// Over the inner schema.
    pub item: ExprRef,
    /// Of an item of the result.
    pub data_type: DataType,
    pub place: Place,
}

// Derived equality would move the trait objects.
impl PartialEq for Comprehension {
    fn eq(&self, other: &Comprehension) -> bool {
        let own = (&self.list, &self.outer, &self.condition, &self.item, &self.data_type);
        own == (
            &other.list,
            &other.outer,
            &other.condition,
            &other.item,
            &other.data_type,
        )
    }
}

impl Eq for Comprehension {}

impl Hash for Comprehension {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.list, &self.outer, &self.condition, &self.item, &self.data_type).hash(state);
    }
}

impl fmt::Display for Comprehension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.schema.fields().last().map_or("", |field| field.name());
        write!(f, "[{} for {name} in {}", self.item, self.list)?;
        if let Some(condition) = &self.condition {
            write!(f, " if {condition}")?;
        }
        f.write_str("]")
    }
}

impl Comprehension {
    /// The values for some items, and whether each item is kept.
    fn values(&self, outer: &[ArrayRef], rows: &UInt32Array, items: ArrayRef) -> Result<(ArrayRef, BooleanArray)> {
        let mut columns = Vec::with_capacity(outer.len() + 1);
        for column in outer {
            columns.push(arrow_select::take::take(column, rows, None)?);
        }
        columns.push(items);
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let mut inner = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?;
        let kept = match &self.condition {
            Some(condition) => {
                let kept = condition.evaluate(&inner)?.into_array(inner.num_rows())?;
                let kept = as_boolean_array(&kept)?;
                let kept = match kept.null_count() {
                    0 => kept.clone(),
                    _ => prep_null_mask_filter(kept),
                };
                inner = filter_record_batch(&inner, &kept)?;
                kept
            }
            None => BooleanArray::from(vec![true; rows.len()]),
        };
        let values = self.item.evaluate(&inner)?.into_array(inner.num_rows())?;
        Ok((self.place.conform(values, &self.data_type)?, kept))
    }
}

impl PhysicalExpr for Comprehension {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(super::operand::list_of(self.data_type.clone()))
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let rows = batch.num_rows();
        let list = self.list.evaluate(batch)?.into_array(rows)?;
        let list = arrow_cast::cast(&list, &super::operand::list_of(item_type(list.data_type())))?;
        let lists = Lists::new(list.as_list::<i32>(), false)?;
        let outer = self.outer.iter().map(|column| column.evaluate(batch)?.into_array(rows));
        let outer = outer.collect::<Result<Vec<ArrayRef>>>()?;
        let mut lengths: Vec<Option<usize>> = (0..rows).map(|row| lists.get(row).map(|_| 0)).collect();
        let owners: Vec<u32> = (0..rows)
            .flat_map(|row| std::iter::repeat_n(row as u32, lists.get(row).map_or(0, |list| list.len())))
            .collect();
        let mut pieces: Vec<ArrayRef> = Vec::new();
        let mut bytes = 0usize;
        for start in (0..owners.len()).step_by(ITEMS) {
            let length = ITEMS.min(owners.len() - start);
            let own = UInt32Array::from(owners[start..start + length].to_vec());
            let (values, kept) = self.values(&outer, &own, lists.items.slice(start, length))?;
            for row in (0..length)
                .filter(|place| kept.value(*place))
                .map(|place| own.value(place))
            {
                if let Some(length) = &mut lengths[row as usize] {
                    *length += 1;
                }
            }
            bytes = bytes.saturating_add(crate::operators::operator::row_bytes(&values));
            self.place.allow(bytes, "a list")?;
            pieces.push(values);
        }
        let pieces: Vec<&dyn Array> = pieces.iter().map(|piece| piece.as_ref()).collect();
        let values = match pieces.as_slice() {
            [] => arrow_array::new_empty_array(&self.data_type),
            pieces => arrow_select::concat::concat(pieces)?,
        };
        Ok(ColumnarValue::Array(nested(values, &lengths)?))
    }

    fn children(&self) -> Vec<&ExprRef> {
        std::iter::once(&self.list).chain(&self.outer).collect()
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<ExprRef>) -> Result<ExprRef> {
        let outer = children.split_off(1);
        Ok(Arc::new(Comprehension {
            list: children[0].clone(),
            outer,
            schema: self.schema.clone(),
            condition: self.condition.clone(),
            item: self.item.clone(),
            data_type: self.data_type.clone(),
            place: self.place,
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The type of the items of a column of lists.
pub(crate) fn item_type(list: &DataType) -> DataType {
    match list {
        DataType::List(item) | DataType::FixedSizeList(item, _) => item.data_type().clone(),
        _ => DataType::Null,
    }
}
