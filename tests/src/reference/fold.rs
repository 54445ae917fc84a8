//! Aggregates: one value of the assignments of a group.

use std::cmp::Ordering;

use omnigraph_grammar::query::ast::{Call, Function};

use super::expression::Scope;
use super::solve::{Context, Solution};
use super::sum::exact_sum;
use super::{Stop, Value};

/// What an argument is for one assignment: a value, or the identity of a node or an edge.
#[derive(PartialEq)]
enum Fed<'m> {
    Value(Value),
    Entity(super::solve::Entity<'m>),
}

pub(super) fn fold<'m>(
    context: &Context<'m>,
    call: &Call,
    members: &[Solution<'m>],
    scope: &Scope<'_, 'm>,
) -> Result<Value, Stop> {
    if call.star.is_some() {
        return Ok(Value::Integer(members.len() as i128));
    }
    let mut fed: Vec<Fed<'m>> = Vec::new();
    for member in members {
        let scope = Scope {
            projections: scope.projections,
            ..Scope::new(scope.types, member)
        };
        let one = match context.entity(&call.arguments[0], &scope) {
            Some(entity) => Fed::Entity(entity),
            None => Fed::Value(context.value(&call.arguments[0], &scope)?),
        };
        let same = |other: &Fed<'m>| match (&one, other) {
            (Fed::Value(one), Fed::Value(other)) => one.sort(other).is_eq(),
            (one, other) => one == other,
        };
        let null = matches!(&one, Fed::Value(Value::Null));
        let repeated = call.distinct.is_some() && fed.iter().any(same);
        if !(null || repeated) {
            fed.push(one);
        }
    }
    if call.function == Function::Count {
        return Ok(Value::Integer(fed.len() as i128));
    }
    let values = fed.into_iter().map(|one| match one {
        Fed::Value(value) => Ok(value),
        Fed::Entity(_) => Err("an aggregate of nodes"),
    });
    let values = values.collect::<Result<Vec<Value>, &str>>()?;
    let extreme = |wanted: Ordering| {
        let better = |best: Value, value: Value| if value.sort(&best) == wanted { value } else { best };
        values.clone().into_iter().reduce(better).unwrap_or(Value::Null)
    };
    Ok(match call.function {
        Function::Sum => exact_sum(&values).map_or(Value::Null, Value::Double),
        Function::Avg => exact_sum(&values).map_or(Value::Null, |sum| Value::Double(sum / values.len() as f64)),
        Function::Min => extreme(Ordering::Less),
        Function::Max => extreme(Ordering::Greater),
        other => return Err(format!("{} is no aggregate", other.name()).into()),
    })
}
