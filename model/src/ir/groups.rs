//! Groups of rows: the keys and the aggregates that columns ask for, and where columns then read them.

use super::{Aggregate, ColumnType, Expression};

/// What rows are grouped by and what is computed of each group, each once.
#[derive(Default)]
pub(super) struct Groups {
    pub keys: Vec<(Expression, ColumnType)>,
    pub aggregates: Vec<Aggregate>,
}

impl Groups {
    /// What a column asks for. One without an aggregate is a key; of others, every part is that reads a variable and is as
    /// large as can be without an aggregate.
    pub(super) fn add(&mut self, value: &Expression, ty: &ColumnType) {
        match value {
            Expression::Aggregate(aggregate) if self.aggregates.contains(aggregate) => {}
            Expression::Aggregate(aggregate) => self.aggregates.push((**aggregate).clone()),
            _ if value.has_aggregate() => {
                let parts = value.operands();
                for part in parts
                    .into_iter()
                    .filter(|part| part.is_grouping() || part.has_aggregate())
                {
                    let ty = part.value_type().unwrap_or_else(|| ty.clone());
                    self.add(part, &ty);
                }
            }
            // Objects are equal if all that they hold is.
            Expression::Object { .. } => {
                for part in value.operands() {
                    let ty = part.value_type().unwrap_or_else(|| ty.clone());
                    self.add(part, &ty);
                }
            }
            _ if self.keys.iter().all(|(known, _)| known != value) => self.keys.push((value.clone(), ty.clone())),
            _ => {}
        }
    }

    /// What a condition on groups reads besides what is returned.
    pub(super) fn add_aggregates(&mut self, condition: &Expression) {
        match condition {
            Expression::Aggregate(aggregate) if !self.aggregates.contains(aggregate) => {
                self.aggregates.push((**aggregate).clone());
            }
            Expression::Aggregate(_) => {}
            _ => condition
                .operands()
                .into_iter()
                .for_each(|part| self.add_aggregates(part)),
        }
    }
}

/// What columns hold, each value once: of an object all that it holds.
pub(super) fn parts_of(value: &Expression, ty: &ColumnType, parts: &mut Vec<(Expression, ColumnType)>) {
    match value {
        Expression::Object { .. } => {
            for part in value.operands() {
                let ty = part.value_type().unwrap_or_else(|| ty.clone());
                parts_of(part, &ty, parts);
            }
        }
        _ if parts.iter().any(|(known, _)| known == value) => {}
        _ => parts.push((value.clone(), ty.clone())),
    }
}

/// Reads the keys and the aggregates of a group where they were computed.
pub(super) fn read_slots(value: &mut Expression, keys: &[(Expression, ColumnType)], aggregates: &[Aggregate]) {
    if let Some(index) = keys.iter().position(|(known, _)| known == value) {
        *value = Expression::Slot {
            index: index as u32,
            ty: keys[index].1.clone(),
        };
        return;
    }
    if let Expression::Aggregate(aggregate) = value {
        let index = aggregates
            .iter()
            .position(|known| *known == **aggregate)
            .unwrap_or_default();
        *value = Expression::Slot {
            index: (keys.len() + index) as u32,
            ty: ColumnType::Value(aggregate.ty.clone()),
        };
        return;
    }
    value
        .operands_mut()
        .into_iter()
        .for_each(|part| read_slots(part, keys, aggregates));
}
