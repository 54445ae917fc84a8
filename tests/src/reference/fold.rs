//! Aggregates: one value of the assignments of a group.

use std::cmp::Ordering;

use omnigraph_grammar::query::ast::{Call, Function};

use super::expression::Scope;
use super::solve::{Bound, Context, Solution};
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
    if matches!(
        call.function,
        Function::Collect | Function::First | Function::ArgMin | Function::ArgMax
    ) {
        return in_order(context, call, members, scope);
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
        Function::Variance => number(variance(&values)),
        Function::StdDev => number(variance(&values).map(f64::sqrt)),
        Function::Median => number(percentile(&values, 0.5)),
        Function::Percentile => {
            let part = context
                .value(&call.arguments[1], scope)?
                .as_double()
                .ok_or("a part that is no number")?;
            number(percentile(&values, part))
        }
        Function::Any => Value::Bool(values.contains(&Value::Bool(true))),
        Function::All => Value::Bool(!values.contains(&Value::Bool(false))),
        other => return Err(format!("{} is no aggregate", other.name()).into()),
    })
}

fn number(value: Option<f64>) -> Value {
    value
        .filter(|value| value.is_finite())
        .map_or(Value::Null, Value::Double)
}

/// Of a sample: the squares of the distances from the mean, added exactly, by one less than there are.
fn variance(values: &[Value]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let mean = exact_sum(values)? / values.len() as f64;
    let squares = values.iter().filter_map(Value::as_double).map(|value| {
        let distance = value - mean;
        Value::Double(distance * distance)
    });
    Some(exact_sum(&squares.collect::<Vec<Value>>())? / (values.len() - 1) as f64)
}

fn percentile(values: &[Value], part: f64) -> Option<f64> {
    let mut numbers: Vec<f64> = values
        .iter()
        .filter_map(Value::as_double)
        .map(|value| value + 0.0)
        .collect();
    numbers.sort_by(f64::total_cmp);
    let place = part * (numbers.len().checked_sub(1)?) as f64;
    let (low, high) = (numbers[place.floor() as usize], numbers[place.ceil() as usize]);
    Some(match low == high {
        true => low,
        false => low * (1.0 - place.fract()) + high * place.fract(),
    })
}

/// A value with the keys that order it, and the ids that decide among equal ones.
type Ordered<'m> = (Vec<Value>, Vec<Option<(&'m str, &'m str)>>, Value);

/// The aggregates whose value depends on the order of the assignments: that of their keys, then of ids.
fn in_order<'m>(
    context: &Context<'m>,
    call: &Call,
    members: &[Solution<'m>],
    scope: &Scope<'_, 'm>,
) -> Result<Value, Stop> {
    let compared = match call.function {
        Function::ArgMin | Function::ArgMax => call.arguments.get(1),
        _ => None,
    };
    let mut rows: Vec<Ordered<'_>> = Vec::new();
    for member in members {
        let scope = Scope {
            projections: scope.projections,
            ..Scope::new(scope.types, member)
        };
        let keys = compared.into_iter().chain(call.order.iter().map(|key| &key.expression));
        let keys = keys
            .map(|key| context.value(key, &scope))
            .collect::<Result<Vec<Value>, Stop>>()?;
        let value = context.value(&call.arguments[0], &scope)?;
        let left_out = match (compared, call.function) {
            (Some(_), _) => keys[0] == Value::Null,
            (None, Function::Collect) => value == Value::Null,
            _ => false,
        };
        if !left_out {
            rows.push((keys, member.values().filter_map(Bound::tie).collect(), value));
        }
    }
    rows.sort_by(|(a, a_ids, _), (b, b_ids, _)| {
        let by_keys = a
            .iter()
            .zip(b)
            .enumerate()
            .map(|(place, (a, b))| match (call.order.get(place), call.function) {
                (Some(key), _) => super::read::by_key(key, a, b),
                (None, Function::ArgMax) => b.sort(a),
                (None, _) => a.sort(b),
            });
        by_keys
            .fold(Ordering::Equal, Ordering::then)
            .then_with(|| a_ids.cmp(b_ids))
    });
    let mut values: Vec<Value> = Vec::new();
    for (_, _, value) in rows {
        let repeated = call.distinct.is_some() && values.iter().any(|known| known.sort(&value).is_eq());
        if !repeated {
            values.push(value);
        }
    }
    if call.function != Function::Collect {
        return Ok(values.into_iter().next().unwrap_or(Value::Null));
    }
    if let Some(limit) = super::read::amount(context, call.limit.as_ref())? {
        values.truncate(limit);
    }
    Ok(Value::List(values))
}
