//! Values that statements assign, and comparisons with constants in their conditions.

use omnigraph_grammar::Name;
use omnigraph_grammar::query::ast::{Expression as Source, ExpressionKind, PropertyMatch};
use omnigraph_grammar::query::visit::Predicate;
use omnigraph_model::ir::{Expression, Var};
use omnigraph_model::types::{Scalar, Type, Value};

use super::compare::{comparable, ordinary};
use super::constant::{Constant, adapt, fits};
use super::context::{Cause, Context, Owner, Ty, Typed};
use super::expression::null;
use super::mutation::Target;
use super::row::{Row, is_constant};
use super::text::vector;
use crate::rules::types::*;

impl Context<'_> {
    pub(super) fn assignments(
        &mut self,
        written: &[PropertyMatch],
        target: &Target,
        ty: &Name,
    ) -> Option<Vec<(String, Expression)>> {
        self.repeated(written);
        let mut assignments = Some(Vec::new());
        for assignment in written {
            let property = target.property(&assignment.property.text);
            if !is_constant(&assignment.value) || self.is_bound(&assignment.value) {
                let owner = target.owner(&assignment.property);
                let to = property.as_ref().map(|property| (property, &owner));
                let value = self.assign_computed(&assignment.value, Row { target, ty }, to);
                if to.is_none() {
                    self.unknown_property(&assignment.property, target, ty);
                }
                assignments = assignments.zip(value).map(|(mut assignments, value)| {
                    assignments.push((assignment.property.text.clone(), value));
                    assignments
                });
                continue;
            }
            let mut value = self.value(&assignment.value, property.as_ref());
            if let (Some(typed), Some(property)) = (&value, &property)
                && typed.ty == Ty::Null
            {
                let owner = target.owner(&assignment.property);
                value = match property.nullable {
                    true => Some(Typed::value(null(property.clone()), property.clone(), typed.span)),
                    false => {
                        self.report(t03_6_null_into_required::finding(typed.span, &owner, property));
                        None
                    }
                };
            }
            let Some(property) = property else {
                self.unknown_property(&assignment.property, target, ty);
                assignments = None;
                continue;
            };
            let owner = target.owner(&assignment.property);
            match value.and_then(|value| self.assign(value, &property, &owner)) {
                Some(value) => {
                    if let Some(assignments) = &mut assignments {
                        assignments.push((assignment.property.text.clone(), value));
                    }
                }
                None => assignments = None,
            }
        }
        assignments
    }

    /// Whether a value is a variable of the assignment.
    pub(super) fn is_bound(&self, value: &Source) -> bool {
        let ExpressionKind::Variable(name) = &value.kind else {
            return false;
        };
        !self.is_value(name) && self.lookup(self.stage, name).is_some()
    }

    fn unknown_property(&mut self, name: &Name, target: &Target, ty: &Name) {
        let cause = Cause::Property(target.name().to_owned(), name.text.clone());
        let finding = t11_1_unknown_mutation_property::finding(target, name, ty);
        self.report_once(cause, name.span, |_| finding);
    }

    /// A literal, a declared parameter or `now()`.
    pub(super) fn value(&mut self, source: &Source, property: Option<&Type>) -> Option<Typed> {
        match self.constant(source) {
            Constant::Typed(typed) => {
                self.note_use(&typed.expression, None);
                Some(*typed).filter(|typed| !typed.is_error())
            }
            Constant::Undeclared(name) => {
                self.undeclared(&name, source.span, property);
                None
            }
            Constant::Other => {
                self.broken();
                None
            }
        }
    }

    /// The value as the property takes it (docs/query-language.md, Mutations).
    fn assign(&mut self, value: Typed, to: &Type, owner: &Owner) -> Option<Expression> {
        let ty = value.scalar_type()?.clone();
        if to.scalar == Scalar::U64 {
            self.expects_unsigned(value.span);
        }
        match &value.expression {
            Expression::Now => {
                if to.scalar != Scalar::DateTime || to.list {
                    self.report(t07_9_now_type::finding(value.span, to, Some(owner)));
                    return None;
                }
                Some(Expression::Now)
            }
            Expression::Parameter { name, .. } => {
                if !parameter_fits(&ty, to) {
                    let finding = t07_8_parameter_type::finding(self, (name, value.span), &ty, owner, to, to);
                    self.report(finding);
                    return None;
                }
                Some(Expression::Parameter {
                    name: name.clone(),
                    ty: to.clone(),
                })
            }
            Expression::Literal { value: Value::Null, .. } => Some(null(to.clone())),
            Expression::Literal { value: literal, .. } => {
                let literal = self.assign_literal(literal.clone(), &ty, &value, to, owner)?;
                Some(Expression::Literal {
                    value: literal,
                    ty: to.clone(),
                })
            }
            _ => None,
        }
    }

    fn assign_literal(
        &mut self,
        literal: Value,
        ty: &Type,
        written: &Typed,
        to: &Type,
        owner: &Owner,
    ) -> Option<Value> {
        if let (Scalar::Vector(size), Value::List(items)) = (to.scalar, &literal) {
            if !ty.scalar.is_numeric() && !items.is_empty() {
                self.report(t03_1_value_type::finding(written, ty, owner, to, to));
                return None;
            }
            if items.len() != size as usize {
                self.report(t03_4_vector_length::finding(written.span, items.len(), size, owner));
                return None;
            }
            let vector = vector(items);
            if vector.is_none() {
                self.report(t35_invalid_literal::out_of_range(written.span, to, owner));
            }
            return vector;
        }
        let items = match literal {
            Value::List(items) if to.list => items,
            Value::List(_) => {
                self.report(t03_1_value_type::finding(written, ty, owner, to, to));
                return None;
            }
            scalar if !to.list => return self.assign_scalar(scalar, ty, written, to, owner),
            _ => {
                self.report(t03_1_value_type::finding(written, ty, owner, to, to));
                return None;
            }
        };
        let mut assigned = Vec::new();
        for item in items {
            assigned.push(self.assign_scalar(item, ty, written, to, owner)?);
        }
        Some(Value::List(assigned))
    }

    fn assign_scalar(&mut self, value: Value, ty: &Type, written: &Typed, to: &Type, owner: &Owner) -> Option<Value> {
        match (value, to.scalar) {
            (Value::String(text), Scalar::String) => {
                if let Some(values) = &to.enum_values
                    && !values.contains(&text)
                {
                    self.report(t03_2_not_a_variant::finding(written.span, &text, owner, values));
                    return None;
                }
                Some(Value::String(text))
            }
            (Value::String(text), Scalar::Blob) => Some(Value::String(text)),
            (Value::Bool(value), Scalar::Bool) => Some(Value::Bool(value)),
            (Value::Date(days), Scalar::Date) => Some(Value::Date(days)),
            (Value::DateTime(instant), Scalar::DateTime) => Some(Value::DateTime(instant)),
            (Value::Unsigned(number), Scalar::U64) => Some(Value::Unsigned(number)),
            // That it is too large for anything else is said once.
            (Value::Unsigned(_), to_scalar) if to_scalar.is_numeric() => None,
            (Value::Integer(number), to_scalar) if to_scalar.is_integer() => {
                if !fits(number, to_scalar) {
                    self.report(t35_invalid_literal::out_of_range(written.span, to, owner));
                    return None;
                }
                Some(Value::Integer(number))
            }
            (Value::Float(number), to_scalar) if to_scalar.is_integer() => {
                if number.fract() != 0.0 {
                    self.report(t35_invalid_literal::fraction(written.span, to, owner));
                    return None;
                }
                if number.abs() >= 9_223_372_036_854_775_808.0 || !fits(number as i64, to_scalar) {
                    self.report(t35_invalid_literal::out_of_range(written.span, to, owner));
                    return None;
                }
                Some(Value::Integer(number as i64))
            }
            (Value::Integer(number), to_scalar @ (Scalar::F32 | Scalar::F64)) => {
                let float = to_scalar.nearest(number as f64);
                if float as i128 != i128::from(number) {
                    self.report(t35_invalid_literal::inexact(written.span, to, owner));
                    return None;
                }
                Some(Value::Float(float))
            }
            (Value::Float(number), Scalar::F64) => Some(Value::Float(number)),
            (Value::Float(number), Scalar::F32) => {
                let rounded = Scalar::F32.nearest(number);
                if !rounded.is_finite() {
                    self.report(t35_invalid_literal::out_of_range(written.span, to, owner));
                    return None;
                }
                Some(Value::Float(rounded))
            }
            _ => {
                self.report(t03_1_value_type::finding(written, ty, owner, to, to));
                None
            }
        }
    }

    /// `where property op value`, where the value is a constant.
    pub(super) fn predicate(&mut self, written: &Predicate, row: Row<'_>) -> Option<Expression> {
        let Row { target, ty } = row;
        let name = &Name {
            text: written.property.to_owned(),
            span: written.property_span,
        };
        let property = target.property(&name.text);
        let value = self.value(written.value, property.as_ref());
        let Some(property) = property else {
            self.unknown_property(name, target, ty);
            return None;
        };
        let owner = target.owner(name);
        if property.list || matches!(property.scalar, Scalar::Vector(_) | Scalar::Blob) {
            self.report(t11_2_predicate_property::finding(&owner, &property));
            return None;
        }
        let mut value = value?;
        if property.scalar == Scalar::U64 {
            self.expects_unsigned(value.span);
        }
        if value.ty == Ty::Null {
            value = Typed::value(null(property.clone()), property.clone().nullable(), value.span);
        }
        let value_type = value.scalar_type()?;
        if value.expression == Expression::Now && property.scalar != Scalar::DateTime {
            self.report(t07_9_now_type::finding(value.span, &property, Some(&owner)));
            return None;
        }
        if value_type.list || !comparable(&property, value_type) {
            let finding = match &value.expression {
                Expression::Parameter { name, .. } => {
                    t07_8_parameter_type::finding(self, (name, value.span), value_type, &owner, &property, &property)
                }
                _ if value_type.list => t07_3_list_comparison::in_predicate(written.op_span, &value),
                _ => t07_1_incomparable::in_predicate(written, &property, &value, value_type, &owner),
            };
            self.report(finding);
            return None;
        }
        let constant = match property.scalar.is_numeric() {
            true => adapt(value.expression, property.scalar),
            false => value.expression,
        };
        Some(Expression::Compare {
            left: Box::new(Expression::Property {
                variable: Var::ROW,
                property: name.text.clone(),
                ty: property,
            }),
            comparison: ordinary(written.op),
            right: Box::new(constant),
        })
    }
}

/// Whether values of a parameter's type can be written into the property; whether the particular value fits is asked
/// when it is known.
pub(super) fn parameter_fits(from: &Type, to: &Type) -> bool {
    if from.list != to.list {
        return false;
    }
    match (from.scalar, to.scalar) {
        (from, to) if from == to => true,
        (from, to) if from.is_integer() && to.is_numeric() => true,
        (from, to) if from.is_float() && to.is_float() => true,
        (Scalar::String, Scalar::Blob) => true,
        _ => false,
    }
}
