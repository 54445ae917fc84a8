//! What becomes of the rows of a pattern: they are ranked, grouped, ordered and cut, and columns are made of them.

use super::groups::{Groups, parts_of, read_slots};
use super::pattern::{Key, OutputValue, Part};
use super::walk::Vars;
use super::*;
use crate::types::Scalar;

/// The rows that a part is made of, and its columns.
pub(super) struct Made {
    pub operator: Operator,
    pub expressions: Vec<Expression>,
}

/// Ranking, grouping and sorting above the rows of a part. `id` numbers its ranking; `ties` tell its rows apart. Only the `last`
/// part has an order for its own sake.
pub(super) fn results(mut tree: Operator, part: &Part, id: u32, ties: &[Expression], last: bool) -> Made {
    if let Some(rank) = &part.rank {
        tree = Operator::Rank {
            input: Box::new(tree),
            rank: rank.clone(),
            id,
        };
    }
    // The order of what is equal by every key: fused ranks by their arms first.
    let arms: Vec<Expression> = match &part.rank {
        Some(Rank::Rrf { .. }) => (0..2).map(|arm| Expression::ArmRank { id, arm }).collect(),
        _ => Vec::new(),
    };
    let read = |value: &OutputValue| match value {
        OutputValue::Plain(expression) => expression.clone(),
        OutputValue::Rank(rank) if Some(rank) == part.rank.as_ref() => Expression::Score { id },
        OutputValue::Rank(rank) => Expression::RankValue {
            rank: Box::new(rank.clone()),
        },
    };
    if part.grouped {
        return grouped(tree, part, id, &arms, ties, last);
    }
    let (keys, mut ties): (_, Vec<Expression>) = (
        keys_of(&part.order, &read),
        arms.into_iter().chain(ties.iter().cloned()).collect(),
    );
    // Rows that only differ in values without an order, which a stage handed on, must not change places between two pages.
    if part.after.is_some() {
        let mut parts = Vec::new();
        for output in &part.outputs {
            if let OutputValue::Plain(value) = &output.value {
                parts_of(value, &output.ty, &mut parts);
            }
        }
        let parts = parts.into_iter().map(|(value, _)| value);
        ties.extend(parts.filter(reads_unordered));
    }
    let expressions: Vec<Expression> = part.outputs.iter().map(|output| read(&output.value)).collect();
    // Lists of objects are made of the rows that are left.
    let mut lists = Vec::new();
    if part.rank.is_none() && part.after.is_none() && !expressions.iter().any(ranks) {
        let ordering: Vars = keys
            .iter()
            .map(|key| &key.expression)
            .chain(&ties)
            .flat_map(Expression::variables)
            .collect();
        tree = without_lists(tree, &ordering, &mut lists);
    }
    // A pattern without variables has one row at most.
    let cut = part.limit.is_some() || part.offset.is_some();
    if cut || last && !(keys.is_empty() && ties.is_empty()) {
        tree = Operator::Sort {
            input: Box::new(tree),
            keys,
            ties,
            limit: part.limit.clone(),
            offset: part.offset.clone(),
        };
    }
    for (variable, aggregate, inner) in lists.into_iter().rev() {
        tree = Operator::Fold {
            input: Box::new(tree),
            variable,
            aggregate,
            inner,
        };
    }
    Made {
        operator: tree,
        expressions,
    }
}

/// A list of objects: the variable that it is, what it holds, and of which rows it is made.
type List = (Var, Box<Aggregate>, Box<Operator>);

/// The rows without the lists of objects that are on top of them, none of which is among what rows are ordered by.
fn without_lists(tree: Operator, ordering: &Vars, lists: &mut Vec<List>) -> Operator {
    match tree {
        Operator::Fold {
            input,
            variable,
            aggregate,
            inner,
        } if aggregate.ty.scalar == Scalar::Object && !ordering.contains(&variable) => {
            lists.push((variable, aggregate, inner));
            without_lists(*input, ordering, lists)
        }
        other => other,
    }
}

/// Whether it reads a ranking of all rows.
fn ranks(expression: &Expression) -> bool {
    let mut found = false;
    expression.visit(&mut |part| found |= matches!(part, Expression::RankValue { .. } | Expression::Score { .. }));
    found
}

/// The groups of the rows of a part.
fn grouped(tree: Operator, part: &Part, id: u32, arms: &[Expression], ties: &[Expression], last: bool) -> Made {
    let mut part = part.clone();
    part.aggregates_mut(&mut |aggregate| {
        if aggregate.function.is_ordered() {
            aggregate.ties = ties.to_vec();
        }
    });
    let mut groups = Groups::default();
    for output in &part.outputs {
        if let OutputValue::Plain(value) = &output.value {
            groups.add(value, &output.ty);
        }
    }
    if let Some(condition) = &part.having {
        groups.add_aggregates(condition);
    }
    let Groups { mut keys, aggregates } = groups;
    let shown = keys.len();
    if part.rank.is_some() {
        // Every group has one ranked node, so its score may be a key without splitting anything.
        let score = ColumnType::Value(Type::of(Scalar::F64));
        keys.push((Expression::Score { id }, score));
        let rank = ColumnType::Value(Type::of(Scalar::I64));
        keys.extend(arms.iter().map(|arm| (arm.clone(), rank.clone())));
    }
    let ranked = keys.len();
    // A property of a node that groups are told apart by has one value in each.
    let ordered = part.order.iter().filter_map(|key| match &key.value {
        OutputValue::Plain(value) => Some(value),
        OutputValue::Rank(_) => None,
    });
    for read in ordered.chain(&part.having) {
        add_determined(read, &mut keys);
    }
    let key_slot = |index: usize| Expression::Slot {
        index: index as u32,
        ty: keys[index].1.clone(),
    };
    let read = |value: &OutputValue| match value {
        OutputValue::Plain(value) => {
            let mut value = value.clone();
            read_slots(&mut value, &keys, &aggregates);
            value
        }
        OutputValue::Rank(_) => key_slot(shown),
    };
    let mut sort_keys = keys_of(&part.order, &read);
    let mut expressions: Vec<Expression> = part.outputs.iter().map(|output| read(&output.value)).collect();
    let mut ties: Vec<Expression> = (shown + 1..ranked).chain(0..shown).map(key_slot).collect();
    let single = (keys.is_empty() || !last) && part.limit.is_none() && part.offset.is_none() && part.after.is_none();
    let mut tree = Operator::Aggregate {
        input: Box::new(tree),
        keys: keys.iter().map(|(key, _)| key.clone()).collect(),
        aggregates: aggregates.clone(),
    };
    if let Some(condition) = &part.having {
        let mut predicate = condition.clone();
        read_slots(&mut predicate, &keys, &aggregates);
        tree = Operator::Filter {
            input: Box::new(tree),
            predicate,
        };
    }
    // The rows of ranked groups differ in the ranked node.
    if part.distinct && !aggregates.is_empty() && part.rank.is_none() {
        let mut columns: Vec<(Expression, ColumnType)> = Vec::new();
        for (column, output) in expressions.iter().zip(&part.outputs) {
            parts_of(column, &output.ty, &mut columns);
        }
        let is_determined = |index: u32| (ranked..keys.len()).contains(&(index as usize));
        for key in &sort_keys {
            let mut read = Vec::new();
            key.expression.visit(&mut |part| read.push(part));
            let slots = read.into_iter().filter_map(|part| match part {
                Expression::Slot { index, ty } if is_determined(*index) => Some((part, ty)),
                _ => None,
            });
            for (slot, ty) in slots {
                if columns.iter().all(|(known, _)| known != slot) {
                    columns.push((slot.clone(), ty.clone()));
                }
            }
        }
        tree = Operator::Aggregate {
            input: Box::new(tree),
            keys: columns.iter().map(|(column, _)| column.clone()).collect(),
            aggregates: Vec::new(),
        };
        let sorted = sort_keys.iter_mut().map(|key| &mut key.expression);
        expressions
            .iter_mut()
            .chain(sorted)
            .for_each(|value| read_slots(value, &columns, &[]));
        let slot = |(index, (_, ty)): (usize, &(Expression, ColumnType))| Expression::Slot {
            index: index as u32,
            ty: ty.clone(),
        };
        ties = columns.iter().enumerate().map(slot).collect();
    }
    if !single {
        tree = Operator::Sort {
            input: Box::new(tree),
            keys: sort_keys,
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

/// Whether it reads a value of a variable that no order tells apart.
fn reads_unordered(value: &Expression) -> bool {
    let mut found = false;
    value.visit(&mut |part| {
        // A list of objects is the same for the same row.
        let is_list = |ty: &Type| ty.scalar == Scalar::Object;
        found |= matches!(part, Expression::Value { ty, .. } if !ty.is_orderable() && !is_list(ty));
    });
    found
}

/// Adds the properties that an expression on groups reads besides their keys.
fn add_determined(value: &Expression, keys: &mut Vec<(Expression, ColumnType)>) {
    match value {
        Expression::Aggregate(_) => {}
        _ if keys.iter().any(|(known, _)| known == value) => {}
        Expression::Property { .. } | Expression::Id { .. } | Expression::TypeName { .. } => {
            keys.extend(value.value_type().map(|ty| (value.clone(), ty)));
        }
        _ => value.operands().into_iter().for_each(|part| add_determined(part, keys)),
    }
}

pub(super) fn keys_of(order: &[Key], read: &dyn Fn(&OutputValue) -> Expression) -> Vec<SortKey> {
    let keys = order.iter().map(|key| SortKey {
        expression: read(&key.value),
        descending: key.descending,
        nulls: key.nulls,
    });
    keys.collect()
}
