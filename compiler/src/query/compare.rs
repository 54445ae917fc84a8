//! Comparisons: filters and inline matches. Two scalars compare when they are the same or both numbers; an enum is a
//! String; lists only answer `contains`; vectors and blobs answer nothing.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{self, Comparator, Expression as Source};
use omnigraph_model::catalog::Property;
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::ir::{Comparison, Expression, Var};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::{Argument, Operation};

use super::constant::{Constant, adapt};
use super::context::{Cause, Context, Owner, Resolved, Ty, Typed};
use super::environment::VariableKind;
use super::expression::{call, null};
use super::skips;
use crate::rules::types::*;

impl Context<'_> {
    /// `$x` where a value, a node or an edge may stand; an unknown name is reported.
    pub(crate) fn bare_variable(&mut self, name: &str, span: Span, scope: usize) -> Typed {
        if let Some(local) = self.locals.iter().rev().find(|local| local.name == name) {
            let item = Expression::Item {
                id: local.id,
                ty: local.ty.clone(),
            };
            return Typed::value(item, local.ty.clone(), span);
        }
        match self.resolve(scope, name) {
            Resolved::Parameter(parameter) => self.parameter(name, &parameter, span),
            Resolved::Variable(var) => match self.kind(var) {
                VariableKind::Open | VariableKind::Error | VariableKind::EdgeError | VariableKind::ValueError => {
                    Typed::error(span)
                }
                VariableKind::Value(ty) => {
                    let ty = ty.clone();
                    let value = Expression::Value {
                        variable: var,
                        ty: ty.clone(),
                    };
                    Typed::value(value, ty, span)
                }
                VariableKind::Node(_) | VariableKind::Interface(_) => Typed {
                    expression: Expression::Entity { variable: var },
                    ty: Ty::Node(var),
                    span,
                    owner: None,
                },
                VariableKind::Edge(_) | VariableKind::Edges(_) => Typed {
                    expression: Expression::Entity { variable: var },
                    ty: Ty::Edge(var),
                    span,
                    owner: None,
                },
            },
            Resolved::Unbound => {
                self.report_once(Cause::Variable(name.to_owned()), span, |context| {
                    t26_unknown_variable::finding(context, name, span, scope)
                });
                Typed::error(span)
            }
        }
    }

    /// `written`: the right side as it stands there; `span`: of the whole comparison.
    pub(crate) fn compare(
        &mut self,
        left: Typed,
        op: Comparator,
        op_span: Span,
        right: Typed,
        written: &Source,
        span: Span,
    ) -> Option<Expression> {
        let (left, right) = self.typed_nulls(left, op, right, span)?;
        self.expects_alike(&[&left, &right]);
        self.note_comparison(&left, op, &right);
        if let Some(same) = self.same_entity(&left, op, &right) {
            return Some(same);
        }
        for side in [&left, &right] {
            if let Ty::Edge(var) = side.ty {
                let finding = t23_4_bare_edge_variable::finding(self, var, side.span);
                self.report(finding);
                return None;
            }
        }
        if let Some(node) = [&left, &right].into_iter().find(|side| matches!(side.ty, Ty::Node(_))) {
            let finding = t07_2_not_a_value::node(self, node, &left, &right);
            self.report(finding);
            return None;
        }
        for side in [&left, &right] {
            if let Some(ty) = side.scalar_type()
                && matches!(ty.scalar, Scalar::Vector(_) | Scalar::Blob)
            {
                self.report(t07_4_vector_comparison::finding(side, ty));
                return None;
            }
        }
        let (Ty::Value(l), Ty::Value(r)) = (&left.ty, &right.ty) else {
            return None;
        };
        let comparison = match op {
            Comparator::Contains => {
                let container = if l.list {
                    Comparison::ContainsItem
                } else if l.scalar == Scalar::String {
                    Comparison::ContainsText
                } else {
                    self.report(t07_5_contains_container::finding(&left, l));
                    return None;
                };
                let item = Type::of(l.scalar);
                if r.list || !comparable(&item, r) {
                    self.report(t07_6_contains_item::finding(&left, l, &right, r, written));
                    return None;
                }
                container
            }
            Comparator::StartsWith | Comparator::EndsWith | Comparator::Matches => {
                for (side, ty) in [(&left, l), (&right, r)] {
                    if ty.list || ty.scalar != Scalar::String {
                        self.report(t07_7_starts_with::finding(op, side, ty));
                        return None;
                    }
                }
                match op {
                    Comparator::StartsWith => Comparison::StartsWith,
                    Comparator::EndsWith => Comparison::EndsWith,
                    _ => return self.matches(left, right, span),
                }
            }
            Comparator::In | Comparator::NotIn => {
                let item = Type::of(r.scalar);
                if !r.list || l.list || !comparable(&item, l) {
                    let finding = t43_operand_type::membership(self, op_span, &left, &right);
                    self.report(finding);
                    return None;
                }
                Comparison::In
            }
            Comparator::Equal | Comparator::NotEqual if l.list && r.list => {
                if !comparable(&Type::of(l.scalar), &Type::of(r.scalar)) {
                    self.report(t07_1_incomparable::finding(op_span, &left, l, &right, r));
                    return None;
                }
                ordinary(op)
            }
            Comparator::Equal | Comparator::NotEqual
                if l.scalar == Scalar::Duration && r.scalar == Scalar::Duration =>
            {
                ordinary(op)
            }
            _ => {
                for (side, ty) in [(&left, l), (&right, r)] {
                    if ty.scalar == Scalar::Duration {
                        let finding = t43_operand_type::duration_order(side, op_span);
                        self.report(finding);
                        return None;
                    }
                }
                for (side, ty, other) in [(&left, l, &right), (&right, r, &left)] {
                    if ty.list {
                        self.report(t07_3_list_comparison::finding(op_span, side, other));
                        return None;
                    }
                }
                for (side, other, ty) in [(&left, &right, r), (&right, &left, l)] {
                    if side.expression == Expression::Now && ty.scalar != Scalar::DateTime {
                        self.report(t07_9_now_type::finding(side.span, ty, other.owner.as_ref()));
                        return None;
                    }
                }
                if !comparable(l, r) {
                    self.report(t07_1_incomparable::finding(op_span, &left, l, &right, r));
                    return None;
                }
                ordinary(op)
            }
        };
        let nullable = left.may_be_null() || right.may_be_null();
        let (l, r) = (l.scalar, r.scalar);
        let numeric = l.is_numeric() && r.is_numeric();
        let compared = Expression::Compare {
            left: Box::new(if numeric {
                adapt(left.expression, r)
            } else {
                left.expression
            }),
            comparison,
            right: Box::new(if numeric {
                adapt(right.expression, l)
            } else {
                right.expression
            }),
        };
        let ty = Type {
            nullable,
            ..Type::of(Scalar::Bool)
        };
        Some(match op {
            Comparator::NotIn => call(Operation::Not, vec![compared], ty, span),
            _ => compared,
        })
    }

    /// A literal null takes the type of the other side; two nulls are Bool.
    fn typed_nulls(&mut self, left: Typed, op: Comparator, right: Typed, span: Span) -> Option<(Typed, Typed)> {
        let given = |typed: Typed, ty: &Type| match typed.ty {
            Ty::Null => Typed::value(null(ty.clone()), ty.clone().nullable(), typed.span),
            _ => typed,
        };
        let other = |ty: &Type| match op {
            Comparator::Contains => Type::of(ty.scalar),
            _ => ty.clone(),
        };
        Some(match (&left.ty, &right.ty) {
            (Ty::Null, Ty::Null) => {
                let ty = Type::of(Scalar::Bool);
                (given(left, &ty), given(right, &ty))
            }
            (Ty::Value(ty), Ty::Null) => {
                let ty = match op {
                    Comparator::In | Comparator::NotIn => Type::list_of(ty.scalar),
                    _ => other(ty),
                };
                let right = given(right, &ty);
                (left, right)
            }
            (Ty::Null, Ty::Value(ty)) => {
                let ty = match op {
                    Comparator::In | Comparator::NotIn => Type::of(ty.scalar),
                    _ => ty.clone(),
                };
                (given(left, &ty), right)
            }
            (Ty::Null, Ty::Node(var) | Ty::Edge(var)) | (Ty::Node(var) | Ty::Edge(var), Ty::Null) => {
                let finding = t07_2_not_a_value::null(self, *var, span);
                self.report(finding);
                return None;
            }
            _ => (left, right),
        })
    }

    /// `$a = $b`: whether two variables of one type stand for the same node or edge.
    pub(super) fn same_entity(&self, left: &Typed, op: Comparator, right: &Typed) -> Option<Expression> {
        let name = |var: Var| match self.kind(var) {
            VariableKind::Node(node) => Some(node.name.clone()),
            VariableKind::Edge(edge) => Some(edge.name.clone()),
            VariableKind::Edges(edges) => Some(edges.name.clone()),
            _ => None,
        };
        if let Some(same) = self.same_of_types(left, op, right) {
            return Some(same);
        }
        let same = match (&left.ty, &right.ty) {
            (Ty::Node(a), Ty::Node(b)) | (Ty::Edge(a), Ty::Edge(b)) => {
                let is_interface = |var: &Var| matches!(self.kind(*var), VariableKind::Interface(_));
                name(*a) == name(*b) && !is_interface(a) && !is_interface(b)
            }
            _ => false,
        };
        let equates = matches!(op, Comparator::Equal | Comparator::NotEqual);
        (same && equates).then(|| Expression::Compare {
            left: Box::new(left.expression.clone()),
            comparison: ordinary(op),
            right: Box::new(right.expression.clone()),
        })
    }

    fn matches(&mut self, left: Typed, right: Typed, span: Span) -> Option<Expression> {
        if let Some(finding) = t57_invalid_constant::finding(Argument::Pattern, &right, "`matches`") {
            self.report(finding);
            return None;
        }
        let ty = Type {
            nullable: left.may_be_null() || right.may_be_null(),
            ..Type::of(Scalar::Bool)
        };
        Some(call(
            Operation::Matches,
            vec![left.expression, right.expression],
            ty,
            span,
        ))
    }

    fn note_comparison(&mut self, left: &Typed, op: Comparator, right: &Typed) {
        for (side, other) in [(left, right), (right, left)] {
            let values = match (op, other.scalar_type()) {
                (Comparator::Contains | Comparator::StartsWith | Comparator::EndsWith | Comparator::Matches, _) => None,
                (_, Some(ty)) => ty.enum_values.clone(),
                _ => None,
            };
            self.note_use(&side.expression, values);
        }
    }

    /// `{ role: "lead", tags: "rust" }`
    pub(crate) fn inline_matches(&mut self, binding: &ast::Binding, var: Var, terms: &mut Vec<Term>) {
        // Against the type that is written here, even if the variable has been given another one.
        let kind = self.node_or_interface(&binding.ty.text);
        for written in &binding.matches {
            let (value, marked) = skips::plain(&written.value);
            self.marked(&marked);
            let written = &ast::PropertyMatch {
                value,
                ..written.clone()
            };
            let value = match self.constant(&written.value) {
                Constant::Typed(value) => Some(*value),
                Constant::Undeclared(name) => {
                    let finding = t37_match_value::undeclared(self, &name, written.value.span);
                    self.report_once(Cause::Parameter(name.clone()), written.value.span, |_| finding);
                    None
                }
                Constant::Other => self.computed_match(written),
            };
            let Some(kind) = &kind else { continue };
            let Some(property) = kind.property(&written.property.text) else {
                let cause = Cause::Property(binding.ty.text.clone(), written.property.text.clone());
                let finding = t02_unknown_match_property::finding(self, kind, &written.property, &binding.ty);
                self.report_once(cause, written.property.span, |_| finding);
                continue;
            };
            let predicate = value.and_then(|value| self.match_property(kind, property, written, value, var));
            terms.extend(predicate.map(|predicate| Term::Condition(self.skipped_by(predicate, &marked))));
        }
    }

    fn match_property(
        &mut self,
        kind: &VariableKind,
        property: &Property,
        written: &ast::PropertyMatch,
        value: Typed,
        var: Var,
    ) -> Option<Expression> {
        let (kind, owner, _) = kind.declaration()?;
        let owner = Owner {
            kind,
            owner: owner.to_owned(),
            property: property.name.clone(),
            name_span: written.property.span,
        };
        if matches!(property.ty.scalar, Scalar::Vector(_) | Scalar::Blob) {
            self.report(t03_5_unmatchable_property::finding(&owner, &property.ty));
            return None;
        }
        self.note_use(
            &value.expression,
            property.ty.enum_values.clone().filter(|_| !property.ty.list),
        );
        let item = Type {
            list: false,
            ..property.ty.clone()
        };
        let value = match value.ty {
            Ty::Null => Typed::value(null(item.clone()), item.clone().nullable(), value.span),
            _ => value,
        };
        if property.ty.scalar == Scalar::U64 {
            self.expects_unsigned(value.span);
        }
        let ty = value.scalar_type()?;
        if value.expression == Expression::Now {
            if property.ty.scalar != Scalar::DateTime {
                self.report(t07_9_now_type::finding(value.span, &property.ty, Some(&owner)));
                return None;
            }
        } else if let Expression::Parameter { name, .. } = &value.expression {
            if ty.list || !comparable(&Type::of(property.ty.scalar), ty) {
                let finding = t07_8_parameter_type::finding(self, (name, value.span), ty, &owner, &property.ty, &item);
                self.report(finding);
                return None;
            }
        } else if property.ty.list && ty.list {
            self.report(t03_3_list_in_match::finding(written, &owner));
            return None;
        } else if ty.list || !comparable(&Type::of(property.ty.scalar), ty) {
            self.report(t03_1_value_type::finding(&value, ty, &owner, &property.ty, &item));
            return None;
        } else if let (
            Some(values),
            Expression::Literal {
                value: Value::String(text),
                ..
            },
        ) = (&property.ty.enum_values, &value.expression)
            && !values.contains(text)
        {
            self.report(t03_2_not_a_variant::finding(value.span, text, &owner, values));
            return None;
        }
        let comparison = if property.ty.list {
            Comparison::ContainsItem
        } else {
            Comparison::Equal
        };
        let constant = match property.ty.scalar.is_numeric() {
            true => adapt(value.expression, property.ty.scalar),
            false => value.expression,
        };
        Some(Expression::Compare {
            left: Box::new(Expression::Property {
                variable: var,
                property: property.name.clone(),
                ty: property.ty.clone(),
            }),
            comparison,
            right: Box::new(constant),
        })
    }
}

/// Whether two scalars compare. List-ness is looked at elsewhere.
pub(crate) fn comparable(left: &Type, right: &Type) -> bool {
    let comparable = left.scalar == right.scalar || left.scalar.is_numeric() && right.scalar.is_numeric();
    comparable
        && !matches!(
            left.scalar,
            Scalar::Vector(_) | Scalar::Blob | Scalar::Path(_) | Scalar::Object
        )
}

pub(crate) fn ordinary(op: Comparator) -> Comparison {
    match op {
        Comparator::Equal => Comparison::Equal,
        Comparator::NotEqual => Comparison::NotEqual,
        Comparator::Less => Comparison::Less,
        Comparator::LessEqual => Comparison::LessEqual,
        Comparator::Greater => Comparison::Greater,
        Comparator::GreaterEqual => Comparison::GreaterEqual,
        Comparator::Contains => Comparison::ContainsText,
        Comparator::StartsWith => Comparison::StartsWith,
        Comparator::EndsWith | Comparator::Matches => Comparison::EndsWith,
        Comparator::In | Comparator::NotIn => Comparison::In,
    }
}
