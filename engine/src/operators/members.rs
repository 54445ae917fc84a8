//! A variable that stands for nodes or edges of several types: its dense numbers run through these types, one behind the other. So equal
//! numbers are the same node, and each number says its type.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array, new_null_array};
use arrow_schema::{DataType, Schema};
use arrow_select::interleave::interleave;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

use super::expression::ExprRef;
use crate::storage::Table;

/// A type that a variable may stand for.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub type_name: String,
    pub table: Arc<Table>,
    /// The number of its first row.
    pub start: u32,
}

impl Member {
    /// Types in the order of their numbers.
    pub(crate) fn of(types: impl IntoIterator<Item = (String, Arc<Table>)>) -> Result<Vec<Member>> {
        let mut start: u64 = 0;
        let members = types.into_iter().map(|(type_name, table)| {
            let first = start;
            start += table.slots();
            match (u32::try_from(first), u32::try_from(start)) {
                (Ok(start), Ok(_)) => Ok(Member {
                    type_name,
                    table,
                    start,
                }),
                _ => Err(DataFusionError::ResourcesExhausted(
                    "the types of a variable have more rows together than can be numbered".into(),
                )),
            }
        });
        members.collect()
    }

    fn slots(&self) -> u32 {
        u32::try_from(self.table.slots()).unwrap_or(u32::MAX)
    }
}

/// Numbers that mean the same rows under two numberings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Segment {
    from: u32,
    rows: u32,
    to: u32,
}

/// The number that a node has as a node of other types; null where it is of none of them.
#[derive(Debug)]
pub(crate) struct Renumbered {
    entity: ExprRef,
    segments: Vec<Segment>,
    /// Whether all types of the input are among the others.
    total: bool,
}

impl Renumbered {
    pub(crate) fn new(entity: ExprRef, from: &[Member], to: &[Member]) -> Renumbered {
        let segment = |own: &Member| {
            let other = to.iter().find(|other| other.type_name == own.type_name)?;
            Some(Segment {
                from: own.start,
                rows: own.slots(),
                to: other.start,
            })
        };
        let segments: Vec<Segment> = from.iter().filter_map(segment).collect();
        Renumbered {
            entity,
            total: segments.len() == from.len(),
            segments,
        }
    }
}

// Derived equality would move the trait object.
impl PartialEq for Renumbered {
    fn eq(&self, other: &Renumbered) -> bool {
        self.segments == other.segments && self.entity.eq(&other.entity)
    }
}

impl Eq for Renumbered {}

impl Hash for Renumbered {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.entity, &self.segments).hash(state);
    }
}

impl fmt::Display for Renumbered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entity.fmt(f)
    }
}

impl PhysicalExpr for Renumbered {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(DataType::UInt32)
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        Ok(!self.total || self.entity.nullable(schema)?)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let numbers = self.entity.evaluate(batch)?.into_array(batch.num_rows())?;
        let renumbered = |number: u32| {
            let mut segments = self.segments.iter();
            let own = segments.find(|own| number >= own.from && number - own.from < own.rows)?;
            Some(own.to + (number - own.from))
        };
        let numbers = numbers.as_primitive::<UInt32Type>().iter();
        let found: UInt32Array = numbers.map(|number| number.and_then(renumbered)).collect();
        Ok(ColumnarValue::Array(Arc::new(found)))
    }

    fn children(&self) -> Vec<&ExprRef> {
        vec![&self.entity]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        Ok(Arc::new(Renumbered {
            entity: children[0].clone(),
            segments: self.segments.clone(),
            total: self.total,
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// For each row the value that its node's type gives.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The name, for people.
    pub name: String,
    pub entity: ExprRef,
    /// The first number of each type, ascending.
    pub starts: Vec<u32>,
    /// The values of each.
    pub parts: Vec<ExprRef>,
    pub data_type: DataType,
    pub nullable: bool,
    /// What is missing has no text that holds a term.
    pub false_if_missing: bool,
}

impl PartialEq for Merged {
    fn eq(&self, other: &Merged) -> bool {
        self.starts == other.starts && self.entity.eq(&other.entity) && self.parts == other.parts
    }
}

impl Eq for Merged {}

impl Hash for Merged {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.entity, &self.starts, &self.parts).hash(state);
    }
}

impl fmt::Display for Merged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PhysicalExpr for Merged {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(self.data_type.clone())
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        Ok(!self.false_if_missing && (self.nullable || self.entity.nullable(schema)?))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let rows = batch.num_rows();
        let numbers = self.entity.evaluate(batch)?.into_array(rows)?;
        let numbers = numbers.as_primitive::<UInt32Type>();
        let mut parts: Vec<ArrayRef> = Vec::with_capacity(self.parts.len() + 1);
        for part in &self.parts {
            parts.push(part.evaluate(batch)?.into_array(rows)?);
        }
        parts.push(match self.false_if_missing {
            true => Arc::new(arrow_array::BooleanArray::from(vec![false])),
            false => new_null_array(&self.data_type, 1),
        });
        let missing = (self.parts.len(), 0);
        let place = |(row, number): (usize, Option<u32>)| match number {
            // Types without rows begin where the next one does.
            Some(number) => match self.starts.partition_point(|start| *start <= number) {
                0 => missing,
                part => (part - 1, row),
            },
            None => missing,
        };
        let places: Vec<(usize, usize)> = numbers.iter().enumerate().map(place).collect();
        let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        Ok(ColumnarValue::Array(interleave(&parts, &places)?))
    }

    fn children(&self) -> Vec<&ExprRef> {
        [&self.entity].into_iter().chain(&self.parts).collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        let (entity, parts) = children
            .split_first()
            .ok_or_else(|| DataFusionError::Internal("a merged column of nothing".into()))?;
        Ok(Arc::new(Merged {
            name: self.name.clone(),
            entity: entity.clone(),
            starts: self.starts.clone(),
            parts: parts.to_vec(),
            data_type: self.data_type.clone(),
            nullable: self.nullable,
            false_if_missing: self.false_if_missing,
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
