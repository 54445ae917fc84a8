//! The values of literals and parameters.

use omnigraph_grammar::query::ast;

use super::parameters::Parameters;
use super::value::{parse_date, parse_instant};
use super::{Stop, Value};

/// The value of a literal, a parameter or `now()`.
pub(super) fn constant(expression: &ast::Expression, parameters: &Parameters, now: i64) -> Result<Value, Stop> {
    match &expression.kind {
        ast::ExpressionKind::Variable(name) => match parameters.get(name) {
            Some(parameter) => Ok(parameter.value.clone()),
            None => Err(format!("`${name}` is not a parameter").into()),
        },
        ast::ExpressionKind::Literal(literal) => read_literal(literal, parameters, now),
        ast::ExpressionKind::Call(call) if call.function == ast::Function::Now => Ok(Value::DateTime(now)),
        other => Err(format!("the reference evaluator does not know {other:?} here").into()),
    }
}

fn read_literal(literal: &ast::Literal, parameters: &Parameters, now: i64) -> Result<Value, Stop> {
    Ok(match literal {
        ast::Literal::Null => Value::Null,
        ast::Literal::String(text) => Value::Text(text.clone()),
        ast::Literal::Integer(number) => Value::Integer((*number).into()),
        ast::Literal::Unsigned(number) => Value::Integer((*number).into()),
        ast::Literal::Float(text) => Value::Double(text.parse().map_err(|_| "not a float")?),
        ast::Literal::Boolean(value) => Value::Bool(*value),
        ast::Literal::Date(text, _) => Value::Date(parse_date(text).ok_or("not a date")?),
        ast::Literal::DateTime(text, _) => Value::DateTime(parse_instant(text).ok_or("not an instant")?),
        ast::Literal::List(items) => {
            let items = items.iter().map(|item| constant(item, parameters, now));
            let mut items = items.collect::<Result<Vec<_>, _>>()?;
            // A literal list has one type of item: beside a float, an integer is one too.
            if items.iter().any(|item| matches!(item, Value::Double(_))) {
                for item in &mut items {
                    if let Value::Integer(number) = item {
                        *item = Value::Double(*number as f64);
                    }
                }
            }
            Value::List(items)
        }
    })
}
