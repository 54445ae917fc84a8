//! The aggregates whose value depends on the order of the rows of a group: `collect`, `first`, `arg_min` and `arg_max`.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::mem::size_of;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, UInt64Array, new_empty_array};
use arrow_buffer::OffsetBuffer;
use arrow_row::{RowConverter, SortField};
use arrow_schema::{DataType, Field, FieldRef, SortOptions};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use super::expression::{Form, canonical};

/// What is made of the rows of a group in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Gathered {
    /// The values that are not null, in a list.
    List {
        /// Whether equal values are taken once, at the first place.
        distinct: bool,
        /// The most values.
        limit: Option<usize>,
        /// How many values are skipped before them.
        offset: usize,
    },
    /// The value of the first row.
    First {
        /// Whether rows without a first key are left out.
        keyed: bool,
    },
}

impl Gathered {
    /// How many values decide which are in the list; all without it.
    fn read(self) -> Option<usize> {
        match self {
            Gathered::List { limit, offset, .. } => limit.map(|limit| limit.saturating_add(offset)),
            Gathered::First { .. } => None,
        }
    }
}

/// An aggregate over a column and those that order the rows.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Gather {
    gathered: Gathered,
    order: Vec<SortOptions>,
    returns: DataType,
    signature: Signature,
}

/// An aggregate that takes a column and as many keys as there are options, and gives values of a type.
pub(crate) fn gather(gathered: Gathered, order: Vec<SortOptions>, returns: DataType) -> AggregateUDF {
    AggregateUDF::new_from_impl(Gather {
        gathered,
        signature: Signature::any(1 + order.len(), Volatility::Immutable),
        order,
        returns,
    })
}

impl AggregateUDFImpl for Gather {
    fn name(&self) -> &str {
        match self.gathered {
            Gathered::List { .. } => "collect",
            Gathered::First { .. } => "first",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn is_nullable(&self) -> bool {
        matches!(self.gathered, Gathered::First { .. })
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let mut types = Vec::new();
        for expression in arguments.exprs {
            types.push(expression.data_type(arguments.schema)?);
        }
        let fields = types[1..].iter().zip(&self.order);
        let fields = fields.map(|(ty, options)| SortField::new_with_options(ty.clone(), *options));
        let fields: Vec<SortField> = fields.collect();
        let keys = match fields.is_empty() {
            true => None,
            false => Some(RowConverter::new(fields)?),
        };
        let identity = match self.gathered {
            Gathered::List { distinct: true, .. } => Some(RowConverter::new(vec![SortField::new(types[0].clone())])?),
            _ => None,
        };
        Ok(Box::new(Group {
            gathered: self.gathered,
            returns: self.returns.clone(),
            value: types[0].clone(),
            keys,
            identity,
            rows: Vec::new(),
            bytes: 0,
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let list = |ty: DataType| DataType::List(Arc::new(Field::new("item", ty, true)));
        let value = arguments.input_fields[0].data_type().clone();
        let named =
            |part: &str, ty: DataType| Arc::new(Field::new(format!("{}[{part}]", arguments.name), list(ty), true));
        Ok(vec![
            named("keys", DataType::Binary),
            named("identities", DataType::Binary),
            named("values", value),
        ])
    }
}

#[derive(Debug)]
struct Row {
    key: Box<[u8]>,
    /// Equal for equal values; empty where it does not matter.
    identity: Box<[u8]>,
    value: ScalarValue,
}

#[derive(Debug)]
struct Group {
    gathered: Gathered,
    returns: DataType,
    /// The type of a value.
    value: DataType,
    keys: Option<RowConverter>,
    identity: Option<RowConverter>,
    rows: Vec<Row>,
    /// What the rows take beside their fixed size.
    bytes: usize,
}

impl Group {
    fn add(&mut self, row: Row) {
        if let Gathered::First { .. } = self.gathered {
            match self.rows.first() {
                Some(best) if best.key.cmp(&row.key) != Ordering::Greater => return,
                _ => self.clear(),
            }
        }
        self.bytes += row.key.len() + row.identity.len() + row.value.size() - size_of::<ScalarValue>();
        self.rows.push(row);
        if let Some(limit) = self.gathered.read()
            && self.rows.len() > limit.saturating_mul(2).saturating_add(64)
        {
            self.order();
        }
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.bytes = 0;
    }

    /// The rows in their order, without those that come to nothing.
    fn order(&mut self) {
        self.rows.sort_by(|a, b| a.key.cmp(&b.key));
        let Gathered::List { distinct, .. } = self.gathered else {
            return;
        };
        if distinct {
            let mut seen: HashSet<Box<[u8]>> = HashSet::new();
            self.rows.retain(|row| seen.insert(row.identity.clone()));
        }
        self.rows.truncate(self.gathered.read().unwrap_or(usize::MAX));
        let bytes = |row: &Row| row.key.len() + row.identity.len() + row.value.size() - size_of::<ScalarValue>();
        self.bytes = self.rows.iter().map(bytes).sum();
    }

    fn values(&self) -> Result<ArrayRef> {
        match self.rows.is_empty() {
            true => Ok(new_empty_array(&self.value)),
            false => ScalarValue::iter_to_array(self.rows.iter().map(|row| row.value.clone())),
        }
    }
}

/// A value by itself. What is nested would keep all that stands beside it.
fn own(values: &ArrayRef, place: usize) -> Result<ScalarValue> {
    if !values.data_type().is_nested() {
        return ScalarValue::try_from_array(values, place);
    }
    let place = UInt64Array::from(vec![place as u64]);
    ScalarValue::try_from_array(&arrow_select::take::take(values, &place, None)?, 0)
}

/// One list of all items.
fn list(items: ArrayRef) -> Result<ScalarValue> {
    let field = Arc::new(Field::new("item", items.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths([items.len()]);
    Ok(ScalarValue::List(Arc::new(ListArray::try_new(
        field, offsets, items, None,
    )?)))
}

fn encoded(converter: Option<&RowConverter>, columns: &[ArrayRef], rows: usize) -> Result<Vec<Box<[u8]>>> {
    let Some(converter) = converter else {
        return Ok(vec![Box::default(); rows]);
    };
    let encoded = converter.convert_columns(columns)?;
    Ok(encoded.iter().map(|row| row.data().into()).collect())
}

impl Accumulator for Group {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let values = &columns[0];
        let keys = encoded(self.keys.as_ref(), &columns[1..], values.len())?;
        let identities = match &self.identity {
            Some(converter) => {
                let values = match Form::of_order(values.data_type()) {
                    Some(form) => canonical(values, form)?,
                    None => values.clone(),
                };
                encoded(Some(converter), &[values], keys.len())?
            }
            None => encoded(None, &[], values.len())?,
        };
        let judge = match self.gathered {
            Gathered::List { .. } => Some(values),
            Gathered::First { keyed: true } => columns.get(1),
            Gathered::First { keyed: false } => None,
        };
        let nulls = judge.and_then(|column| column.logical_nulls());
        for (place, (key, identity)) in keys.into_iter().zip(identities).enumerate() {
            if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(place)) {
                let value = own(values, place)?;
                self.add(Row { key, identity, value });
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.order();
        match self.gathered {
            Gathered::List { offset, .. } => {
                self.rows.drain(..offset.min(self.rows.len()));
                list(self.values()?)
            }
            Gathered::First { .. } => match self.rows.first() {
                Some(row) => Ok(row.value.clone()),
                None => ScalarValue::try_from(&self.returns),
            },
        }
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.rows.capacity() * size_of::<Row>() + self.bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let binary = |part: fn(&Row) -> &[u8]| {
            let parts = self.rows.iter().map(part);
            list(Arc::new(arrow_array::BinaryArray::from_iter_values(parts)))
        };
        Ok(vec![
            binary(|row| &row.key)?,
            binary(|row| &row.identity)?,
            list(self.values()?)?,
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [keys, identities, values] = states else {
            return Err(damaged());
        };
        for group in 0..keys.len() {
            let part = |column: &ArrayRef| column.as_list::<i32>().value(group);
            let (keys, identities, values) = (part(keys), part(identities), part(values));
            let (keys, identities) = (keys.as_binary::<i32>(), identities.as_binary::<i32>());
            for place in 0..values.len() {
                self.add(Row {
                    key: keys.value(place).into(),
                    identity: identities.value(place).into(),
                    value: own(&values, place)?,
                });
            }
        }
        Ok(())
    }
}

fn damaged() -> DataFusionError {
    DataFusionError::Internal("what a group has gathered cannot be read back".into())
}
