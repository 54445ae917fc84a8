//! What a plan demands of the values beyond their declared types: that they fit the properties they are written into,
//! that numbers of rank functions are above 0, and numbers of rows not below it.

use std::collections::BTreeMap;

use omnigraph_model::ir::{Amount, Entity, Expression, Operator, Plan, Rank, ReadPlan, Statement};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::Operation;
use serde_json::Value as Json;

use super::decode::{Options, decode_with};
use super::{Decoded, ParameterProblem};
use crate::rules::parameters::{p004_out_of_range, p011_null_into_required, p013_nothing_left, p015_negative_amount};

/// Decodes the parameters of a plan's request and checks them against the plan.
pub fn bind(plan: &Plan, json: &Json, options: Options) -> Decoded {
    let parameters = match plan {
        Plan::Read(plan) => &plan.parameters,
        Plan::Mutation(plan) => &plan.parameters,
    };
    let mut decoded = decode_with(parameters, json, options);
    let mut problems: Vec<ParameterProblem> = Vec::new();
    let mut add = |problem: ParameterProblem| {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    };
    match plan {
        Plan::Mutation(plan) => {
            if let Some(assignments) = &plan.assignments {
                read(&assignments.plan, &decoded.values, &mut add);
            }
            for statement in &plan.statements {
                if let Some(problem) = skipped(statement, &decoded.values) {
                    add(problem);
                }
                let (Entity::Node(owner) | Entity::Edge(owner)) = statement.target() else {
                    continue;
                };
                for (property, value) in statement.assignments() {
                    if let Expression::Parameter { name, ty } = value
                        && let Some(value) = decoded.values.get(name)
                        && let Some(problem) = assigned(name, value, ty, owner, property)
                    {
                        add(problem);
                    }
                }
            }
        }
        Plan::Read(plan) => read(plan, &decoded.values, &mut add),
    }
    decoded.errors.append(&mut problems);
    decoded
}

/// What a plan that reads asks of numbers.
fn read(plan: &ReadPlan, values: &BTreeMap<String, Value>, add: &mut dyn FnMut(ParameterProblem)) {
    plan.root.visit(&mut |operator| {
        let mut ranks = Vec::new();
        if let Operator::Rank { rank, .. } = operator {
            ranks.push(rank);
        }
        let mut amounts = Vec::new();
        match operator {
            Operator::Sort { limit, offset, .. } => amounts.push((limit, offset)),
            // Of `collect`, and of a list of objects.
            Operator::Aggregate { aggregates, .. } => {
                amounts.extend(aggregates.iter().map(|aggregate| (&aggregate.limit, &aggregate.offset)));
            }
            Operator::Fold { aggregate, .. } => amounts.push((&aggregate.limit, &aggregate.offset)),
            _ => {}
        }
        let amounts = amounts
            .into_iter()
            .flat_map(|(limit, offset)| [("limit", limit), ("offset", offset)]);
        for (word, amount) in amounts {
            let (name, skips) = match amount {
                Some(Amount::Parameter(name)) => (name, false),
                Some(Amount::Skippable { skipped }) => (skipped, true),
                Some(Amount::Number(_)) | None => continue,
            };
            if let Some(value) = values.get(name)
                && !(skips && *value == Value::Null)
                && let Some(problem) = p015_negative_amount::problem(name, value, word)
            {
                add(problem);
            }
        }
        for expression in operator.expressions() {
            expression.visit(&mut |part| {
                if let Expression::RankValue { rank } = part {
                    ranks.push(rank);
                }
            });
        }
        for rank in ranks {
            if let Rank::Rrf {
                k: Expression::Parameter { name, .. },
                ..
            } = rank
                && let Some(Value::Integer(k)) = values.get(name)
                && *k < 1
            {
                add(p004_out_of_range::not_positive(name, *k));
            }
        }
    });
}

/// A statement whose conditions are all skipped.
fn skipped(statement: &Statement, values: &BTreeMap<String, Value>) -> Option<ParameterProblem> {
    let skipped = statement.skipped();
    let word = if statement.deletes() { "delete" } else { "update" };
    let (Entity::Node(owner) | Entity::Edge(owner)) = statement.target() else {
        return None;
    };
    holds(skipped.as_ref()?, values).then(|| p013_nothing_left::problem(&format!("{word} {owner}")))
}

/// Tests of parameters for null, and what `and` and `or` make of them.
fn holds(condition: &Expression, values: &BTreeMap<String, Value>) -> bool {
    let Expression::Call {
        operation, arguments, ..
    } = condition
    else {
        return false;
    };
    match (operation, arguments.as_slice()) {
        (Operation::IsNull, [Expression::Parameter { name, .. }]) => values.get(name) == Some(&Value::Null),
        (Operation::And, parts) => parts.iter().all(|part| holds(part, values)),
        (Operation::Or, parts) => parts.iter().any(|part| holds(part, values)),
        _ => false,
    }
}

/// Whether a value can be written into a property.
fn assigned(name: &str, value: &Value, ty: &Type, owner: &str, property: &str) -> Option<ParameterProblem> {
    match value {
        Value::Null if !ty.nullable => Some(p011_null_into_required::problem(name, owner, property)),
        Value::Integer(number) if !crate::query::fits(*number, ty.scalar) => {
            Some(p004_out_of_range::integer(name, &number.to_string(), ty.scalar))
        }
        Value::Integer(number) if ty.scalar.is_float() && !exact(*number, ty.scalar) => {
            Some(p004_out_of_range::inexact(name, *number, ty.scalar))
        }
        Value::Float(number) if ty.scalar == Scalar::F32 && !(*number as f32).is_finite() => {
            Some(p004_out_of_range::float(name, &number.to_string(), ty.scalar))
        }
        Value::List(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| assigned(&format!("{name}[{index}]"), item, ty, owner, property)),
        _ => None,
    }
}

/// Whether a float of this width holds the integer without rounding.
fn exact(number: i64, scalar: Scalar) -> bool {
    let float = match scalar {
        Scalar::F32 => f64::from(number as f32),
        _ => number as f64,
    };
    float as i128 == i128::from(number)
}
