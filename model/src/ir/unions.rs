//! What becomes of the rows that a union puts together: equal ones are dropped, and they are ordered and cut by their columns.

use super::groups::read_slots;
use super::pattern::{OutputValue, Part, Union};
use super::results::{Made, keys_of};
use super::*;
use crate::types::Scalar;
use crate::vocabulary::functions::Operation;

pub(super) struct Tail<'p> {
    part: &'p Part,
    union: &'p Union,
    /// Whether the order of the branches decides between rows: nothing else does, or no column that tells them apart.
    pub by_position: bool,
}

impl<'p> Tail<'p> {
    pub(super) fn of(part: &'p Part, union: &'p Union) -> Tail<'p> {
        let by_position = part.order.is_empty() || part.outputs.iter().any(|output| !has_order(&output.ty));
        Tail {
            part,
            union,
            by_position,
        }
    }

    pub(super) fn results(&self, branches: Vec<Operator>) -> Made {
        let part = self.part;
        let ordered = !part.order.is_empty();
        // Without a word on their order, rows that all stay come as they are.
        let numbered = self.by_position && (part.distinct || ordered);
        let mut tree = Operator::Union {
            branches,
            position: numbered.then_some(self.union.position),
        };
        let number = Type::of(Scalar::I64);
        let mut position = Expression::Value {
            variable: self.union.position,
            ty: number.clone(),
        };
        let plain = |value: &OutputValue| match value {
            OutputValue::Plain(value) => value.clone(),
            // No column of a branch is a ranking.
            OutputValue::Rank(_) => Expression::Now,
        };
        let mut expressions: Vec<Expression> = part.outputs.iter().map(|output| plain(&output.value)).collect();
        let mut keys = keys_of(&part.order, &plain);
        if part.distinct {
            let types = part.outputs.iter().map(|output| output.ty.clone());
            let columns: Vec<(Expression, ColumnType)> = expressions.iter().cloned().zip(types).collect();
            let first = numbered.then(|| Aggregate::of(AggregateFunction::Min, position.clone(), number.clone()));
            position = Expression::Slot {
                index: columns.len() as u32,
                ty: ColumnType::Value(number),
            };
            tree = Operator::Aggregate {
                input: Box::new(tree),
                keys: expressions.clone(),
                aggregates: first.into_iter().collect(),
            };
            let sorted = keys.iter_mut().map(|key| &mut key.expression);
            expressions
                .iter_mut()
                .chain(sorted)
                .for_each(|value| read_slots(value, &columns, &[]));
        }
        let columns = expressions.iter().zip(&part.outputs);
        let tied = columns.filter(|(_, output)| ordered && has_order(&output.ty));
        let ties: Vec<Expression> = tied
            .map(|(value, _)| value.clone())
            .chain(numbered.then_some(position))
            .collect();
        if !keys.is_empty() || !ties.is_empty() || part.limit.is_some() || part.offset.is_some() || part.after.is_some()
        {
            tree = Operator::Sort {
                input: Box::new(tree),
                keys,
                ties,
                limit: part.limit.clone(),
                offset: part.offset.clone(),
            };
        }
        Made {
            operator: tree,
            expressions,
        }
    }
}

/// Makes a number one of a wider type. An integer that does not fit has overflowed, while a cast would say that it has no form.
pub(super) fn widen(value: &mut Expression, ty: &Type, origin: Origin) {
    let own = match value.value_type() {
        Some(ColumnType::Value(own)) if own.scalar != ty.scalar => own,
        _ => return,
    };
    let ty = Type {
        nullable: own.nullable,
        ..ty.clone()
    };
    let narrow = std::mem::replace(value, Expression::Now);
    *value = match own.scalar.is_integer() && ty.scalar.is_integer() && !ty.list {
        true => Expression::Case {
            branches: Vec::new(),
            otherwise: Some(Box::new(narrow)),
            ty,
            origin,
        },
        false => Expression::Call {
            operation: Operation::Cast,
            arguments: vec![narrow],
            ty,
            origin,
        },
    };
}

/// Nodes and edges are ordered by their ids.
fn has_order(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Value(ty) => ty.is_orderable(),
        ColumnType::Node(_)
        | ColumnType::OptionalNode(_)
        | ColumnType::Interface(_)
        | ColumnType::OptionalInterface(_)
        | ColumnType::Edge(_)
        | ColumnType::OptionalEdge(_)
        | ColumnType::Edges(_)
        | ColumnType::OptionalEdges(_) => true,
    }
}
