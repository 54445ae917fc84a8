//! Literals: their values and types, and how a constant takes on the type of what it meets.

use omnigraph_grammar::query::ast::{Expression as Source, ExpressionKind, Function, Literal};
use omnigraph_model::ir::Expression;
use omnigraph_model::temporal;
use omnigraph_model::types::{Scalar, Type, Value};

use super::context::{Context, Ty, Typed};
use crate::rules::types::{t28_mixed_list, t35_invalid_literal};

/// A value that needs no row: what an inline match and a mutation accept.
pub(crate) enum Constant {
    Typed(Box<Typed>),
    /// A variable that is not a declared parameter.
    Undeclared(String),
    Other,
}

impl Context<'_> {
    pub(crate) fn constant(&mut self, source: &Source) -> Constant {
        match &source.kind {
            ExpressionKind::Literal(literal) => Constant::Typed(Box::new(self.literal(literal, source))),
            ExpressionKind::Variable(name) => match self.environment.parameters.get(name).cloned() {
                Some(parameter) => Constant::Typed(Box::new(self.parameter(name, &parameter, source.span))),
                None => Constant::Undeclared(name.clone()),
            },
            ExpressionKind::Call(call) if call.function == Function::Now => Constant::Typed(Box::new(now(source))),
            _ => Constant::Other,
        }
    }

    pub(crate) fn literal(&mut self, literal: &Literal, source: &Source) -> Typed {
        let (value, scalar) = match literal {
            Literal::String(text) => (Value::String(text.clone()), Scalar::String),
            Literal::Integer(number) => (Value::Integer(*number), Scalar::I64),
            Literal::Unsigned(number) => {
                self.wide.push(source.span);
                (Value::Unsigned(*number), Scalar::U64)
            }
            Literal::Float(text) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => (Value::Float(number), Scalar::F64),
                _ => {
                    self.report(t35_invalid_literal::float(source.span, text));
                    return Typed::error(source.span);
                }
            },
            Literal::Boolean(value) => (Value::Bool(*value), Scalar::Bool),
            Literal::Date(text, place) => match temporal::parse_date(text) {
                Some(days) => (Value::Date(days), Scalar::Date),
                None => {
                    self.report(t35_invalid_literal::date(*place, source.span, text));
                    return Typed::error(source.span);
                }
            },
            Literal::DateTime(text, place) => match temporal::parse_datetime(text) {
                Some(instant) => (Value::DateTime(instant), Scalar::DateTime),
                None => {
                    self.report(t35_invalid_literal::datetime(*place, source.span, text));
                    return Typed::error(source.span);
                }
            },
            Literal::List(items) => return self.list(items, source),
            Literal::Null => {
                return Typed {
                    ty: Ty::Null,
                    ..Typed::error(source.span)
                };
            }
        };
        let ty = Type::of(scalar);
        Typed::value(Expression::Literal { value, ty: ty.clone() }, ty, source.span)
    }

    /// A list has the type of its first item; integers beside floats become floats, if they can exactly.
    fn list(&mut self, items: &[Source], source: &Source) -> Typed {
        let mut scalars: Vec<Scalar> = Vec::new();
        let mut values = Vec::new();
        let mut wrong = false;
        for item in items {
            let typed = match &item.kind {
                ExpressionKind::Literal(Literal::List(_)) => {
                    self.report(t28_mixed_list::nested(item.span, source.span));
                    return Typed::error(source.span);
                }
                ExpressionKind::Literal(literal) => self.literal(literal, item),
                _ => {
                    self.report(t28_mixed_list::not_a_literal(item.span));
                    return Typed::error(source.span);
                }
            };
            let (Expression::Literal { value, .. }, Some(ty)) = (&typed.expression, typed.scalar_type()) else {
                wrong = true;
                continue;
            };
            if let Some(first) = scalars.first()
                && !(*first == ty.scalar || first.is_numeric() && ty.scalar.is_numeric())
            {
                let first = (items[0].span, *first);
                self.report(t28_mixed_list::mixed(item.span, ty.scalar, first.0, first.1));
                return Typed::error(source.span);
            }
            scalars.push(ty.scalar);
            values.push(value.clone());
        }
        if wrong {
            return Typed::error(source.span);
        }
        let scalar = match scalars.iter().find(|scalar| scalar.is_float()) {
            Some(_) => Scalar::F64,
            None if scalars.contains(&Scalar::U64) => Scalar::U64,
            None => scalars.first().copied().unwrap_or(Scalar::String),
        };
        if scalar == Scalar::F64 {
            for (value, item) in values.iter_mut().zip(items) {
                let number = match *value {
                    Value::Integer(number) => i128::from(number),
                    Value::Unsigned(number) => i128::from(number),
                    _ => continue,
                };
                let float = number as f64;
                if float as i128 != number {
                    self.report(t35_invalid_literal::inexact_item(item.span, source.span));
                    return Typed::error(source.span);
                }
                *value = Value::Float(float);
            }
        }
        let ty = Type::list_of(scalar);
        let value = Value::List(values);
        Typed::value(Expression::Literal { value, ty: ty.clone() }, ty, source.span)
    }
}

pub(crate) fn now(source: &Source) -> Typed {
    Typed::value(Expression::Now, Type::of(Scalar::DateTime), source.span)
}

/// A constant as it is compared with something of this scalar: a number that meets an F32 is rounded to it, a literal
/// that has the other side's type exactly takes that type, anything else keeps its own and is compared by value.
pub(crate) fn adapt(expression: Expression, to: Scalar) -> Expression {
    match expression {
        Expression::Literal { value, ty } => {
            let (value, scalar) = adapt_value(value, ty.scalar, to);
            Expression::Literal {
                value,
                ty: Type { scalar, ..ty },
            }
        }
        Expression::Parameter { name, ty } if to == Scalar::F32 && ty.scalar.is_numeric() => Expression::Parameter {
            name,
            ty: Type { scalar: to, ..ty },
        },
        other => other,
    }
}

fn adapt_value(value: Value, own: Scalar, to: Scalar) -> (Value, Scalar) {
    match (value, to) {
        (Value::List(items), _) => {
            let adapted: Vec<(Value, Scalar)> = items.iter().map(|item| adapt_value(item.clone(), own, to)).collect();
            if adapted.iter().all(|(_, scalar)| *scalar == to) && !adapted.is_empty() {
                (Value::List(adapted.into_iter().map(|(value, _)| value).collect()), to)
            } else {
                (Value::List(items), own)
            }
        }
        (Value::Integer(n), Scalar::F32) => (Value::Float(to.nearest(n as f64)), Scalar::F32),
        (Value::Integer(n), Scalar::F64) if n as f64 as i128 == i128::from(n) => (Value::Float(n as f64), Scalar::F64),
        (Value::Integer(n), to) if to.is_integer() && fits(n, to) => (Value::Integer(n), to),
        (Value::Float(x), Scalar::F32) if to.nearest(x).is_finite() => (Value::Float(to.nearest(x)), Scalar::F32),
        (Value::Float(x), to) if to.is_integer() && x.fract() == 0.0 && x.abs() < 9_007_199_254_740_992.0 => {
            let n = x as i64;
            (Value::Integer(n), if fits(n, to) { to } else { Scalar::I64 })
        }
        (value, _) => (value, own),
    }
}

/// Whether an integer lies within the width.
pub(crate) fn fits(n: i64, scalar: Scalar) -> bool {
    match scalar {
        Scalar::I32 => i32::try_from(n).is_ok(),
        Scalar::U32 => u32::try_from(n).is_ok(),
        Scalar::U64 => n >= 0,
        _ => true,
    }
}
