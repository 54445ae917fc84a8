//! Mutations: targets, assignments, predicates, and what holds of the statements together.

use std::sync::Arc;

use omnigraph_grammar::Name;
use omnigraph_grammar::query::ast::{Insert, PropertyMatch, Statement, Update};
use omnigraph_grammar::query::visit::Predicate;
use omnigraph_model::catalog::{EdgeType, NodeType};
use omnigraph_model::ir::{self, Entity, Expression, Var};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::{Scalar, Type, Value};

use super::compare::{comparable, ordinary};
use super::constant::{Constant, adapt, fits};
use super::context::{Cause, Context, Owner, Ty, Typed};
use super::expression::null;
use super::row::{Row, is_constant};
use super::text::vector;
use crate::rules::types::*;

/// What a statement writes to. A node type hides an edge type of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Node(Arc<NodeType>),
    Edge(Arc<EdgeType>),
}

impl Target {
    pub(crate) fn name(&self) -> &str {
        match self {
            Target::Node(node) => &node.name,
            Target::Edge(edge) => &edge.name,
        }
    }

    pub(crate) fn kind(&self) -> DeclarationKind {
        match self {
            Target::Node(_) => DeclarationKind::Node,
            Target::Edge(_) => DeclarationKind::Edge,
        }
    }

    pub(crate) fn entity(&self) -> Entity {
        match self {
            Target::Node(node) => Entity::Node(node.name.clone()),
            Target::Edge(edge) => Entity::Edge(edge.name.clone()),
        }
    }

    /// The type of a property, or of an edge's end.
    pub(crate) fn property(&self, name: &str) -> Option<Type> {
        match self {
            Target::Node(node) => node.property(name).map(|p| p.ty.clone()),
            Target::Edge(_) if name == "from" || name == "to" => Some(Type::of(Scalar::String)),
            Target::Edge(edge) => edge.property(name).map(|p| p.ty.clone()),
        }
    }

    /// Names that may be assigned or compared.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Target::Node(node) => node.properties.iter().map(|p| p.name.as_str()).collect(),
            Target::Edge(edge) => {
                let ends = ["from", "to"].into_iter();
                ends.chain(edge.properties.iter().map(|p| p.name.as_str())).collect()
            }
        }
    }

    pub(super) fn owner(&self, name: &Name) -> Owner {
        Owner {
            kind: self.kind(),
            owner: self.name().to_owned(),
            property: name.text.clone(),
            name_span: name.span,
        }
    }
}

impl<'a> Context<'a> {
    /// The statements' plan, as far as they could be understood, and the types they touch.
    pub(crate) fn mutation(&mut self, statements: &'a [Statement]) -> (Vec<ir::Statement>, Vec<Target>) {
        self.mixture(statements);
        let mut plan = Vec::new();
        let mut targets = Vec::new();
        for statement in statements {
            let ty = statement.ty();
            let Some(target) = self.target(ty) else {
                self.constants_of(statement);
                continue;
            };
            plan.extend(match statement {
                Statement::Insert(insert) => self.insert(insert, &target),
                Statement::Update(update) => self.update(update, &target),
                Statement::Delete(delete) => {
                    let row = Row { target: &target, ty };
                    self.row_condition(&delete.condition, row)
                        .map(|written| ir::Statement::Delete {
                            target: target.entity(),
                            condition: written.condition,
                            skipped: written.skipped,
                        })
                }
            });
            targets.push(target);
        }
        (plan, targets)
    }

    /// Writing and removing rows never share a query.
    fn mixture(&mut self, statements: &[Statement]) {
        let delete = statements.iter().find(|s| matches!(s, Statement::Delete(_)));
        let write = statements.iter().find(|s| !matches!(s, Statement::Delete(_)));
        if let (Some(delete), Some(write)) = (delete, write) {
            self.report(t34_mixed_mutation::finding(delete, write));
        }
    }

    fn target(&mut self, ty: &Name) -> Option<Target> {
        if let Some(node) = self.names.node(&ty.text) {
            return Some(Target::Node(node));
        }
        // Unlike a traversal, a statement spells the type exactly.
        if let Some(edge) = self.names.edge(&ty.text)
            && edge.name == ty.text
        {
            return Some(Target::Edge(edge));
        }
        if self.names.is_broken_type(&ty.text) {
            self.broken();
        } else {
            self.report_once(Cause::Type(ty.text.clone()), ty.span, |context| {
                t10_1_unknown_target::finding(context, ty)
            });
        }
        None
    }

    /// What can be wrong in a statement all the same whose target is unknown.
    fn constants_of(&mut self, statement: &Statement) {
        for assignment in statement.assignments() {
            self.value(&assignment.value, None);
        }
        for predicate in statement.predicates() {
            self.value(predicate.value, None);
        }
        self.repeated(statement.assignments());
    }

    fn repeated(&mut self, assignments: &[PropertyMatch]) {
        for (index, assignment) in assignments.iter().enumerate() {
            let name = &assignment.property;
            if let Some(first) = assignments[..index]
                .iter()
                .find(|other| other.property.text == name.text)
            {
                self.report(t13_assigned_twice::finding(assignment, first));
            }
        }
    }

    fn insert(&mut self, insert: &Insert, target: &Target) -> Option<ir::Statement> {
        let assignments = self.assignments(&insert.assignments, target, &insert.ty);
        let given = |name: &str| insert.assignments.iter().any(|a| a.property.text == name);
        match target {
            Target::Node(node) => {
                let mut missing = Vec::new();
                for property in &node.properties {
                    if property.ty.nullable || property.default.is_some() || given(&property.name) {
                        continue;
                    }
                    // A source that cannot be left out is what is missing.
                    let required = |name: &str| {
                        node.property(name)
                            .is_some_and(|source| !source.ty.nullable && source.default.is_none())
                    };
                    match node.embeds.iter().find(|embed| embed.target == property.name) {
                        Some(embed) if given(&embed.source) || required(&embed.source) => {}
                        Some(embed) => self.report(t12_2_missing_embedding::finding(insert, &node.name, embed)),
                        None => missing.push(property),
                    }
                }
                if !missing.is_empty() {
                    self.report(t12_1_missing_property::finding(insert, target, &missing));
                }
            }
            Target::Edge(edge) => {
                let ends: Vec<&str> = ["from", "to"].into_iter().filter(|end| !given(end)).collect();
                if !ends.is_empty() {
                    self.report(t12_3_missing_endpoint::finding(insert, edge, &ends));
                }
                let missing: Vec<_> = edge
                    .properties
                    .iter()
                    .filter(|p| !p.ty.nullable && p.default.is_none() && !given(&p.name))
                    .collect();
                if !missing.is_empty() {
                    self.report(t12_1_missing_property::finding(insert, target, &missing));
                }
            }
        }
        Some(ir::Statement::Insert {
            target: target.entity(),
            assignments: assignments?,
        })
    }

    fn update(&mut self, update: &Update, target: &Target) -> Option<ir::Statement> {
        if let Target::Edge(edge) = target {
            self.report(t16_edge_update::finding(update, edge));
            return None;
        }
        let assignments = self.assignments(&update.assignments, target, &update.ty);
        if let Target::Node(node) = target {
            for assignment in &update.assignments {
                if node.key.contains(&assignment.property.text) {
                    self.report(t33_key_update::finding(assignment, &node.name));
                }
            }
        }
        let row = Row { target, ty: &update.ty };
        let written = self.row_condition(&update.condition, row);
        let (assignments, written) = (assignments?, written?);
        Some(ir::Statement::Update {
            target: target.entity(),
            assignments,
            condition: written.condition,
            skipped: written.skipped,
        })
    }

    fn assignments(
        &mut self,
        written: &[PropertyMatch],
        target: &Target,
        ty: &Name,
    ) -> Option<Vec<(String, Expression)>> {
        self.repeated(written);
        let mut assignments = Some(Vec::new());
        for assignment in written {
            let property = target.property(&assignment.property.text);
            if !is_constant(&assignment.value) {
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

    fn unknown_property(&mut self, name: &Name, target: &Target, ty: &Name) {
        let cause = Cause::Property(target.name().to_owned(), name.text.clone());
        let finding = t11_1_unknown_mutation_property::finding(target, name, ty);
        self.report_once(cause, name.span, |_| finding);
    }

    /// A literal, a declared parameter or `now()`.
    fn value(&mut self, source: &omnigraph_grammar::query::ast::Expression, property: Option<&Type>) -> Option<Typed> {
        match self.constant(source) {
            Constant::Typed(typed) => {
                self.note_use(&typed.expression, None);
                Some(typed).filter(|typed| !typed.is_error())
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
