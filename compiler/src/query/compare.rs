//! Comparisons: filters and inline matches. Two scalars compare when they are the same or both numbers; an enum is a
//! String; lists only answer `contains`; vectors and blobs answer nothing.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{self, Comparator, Expression as Source, ExpressionKind, Function};
use omnigraph_model::catalog::Property;
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::ir::{Comparison, Expression, Var};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::{Scalar, Type, Value};

use super::constant::{self, Constant, NULL, adapt};
use super::context::{Cause, Context, Owner, Resolved, Ty, Typed};
use super::environment::VariableKind;
use crate::rules::types::*;

impl Context<'_> {
    pub(crate) fn filter(
        &mut self,
        left: &Source,
        op: Comparator,
        op_span: Span,
        right: &Source,
        scope: usize,
    ) -> Option<Expression> {
        let left = self.operand(left, scope);
        let typed = self.operand(right, scope);
        self.compare(left, op, op_span, typed, right)
    }

    /// One side of a filter.
    fn operand(&mut self, source: &Source, scope: usize) -> Typed {
        match &source.kind {
            ExpressionKind::Literal(literal) => self.literal(literal, source),
            ExpressionKind::Property { variable, property } => self.property(variable, property, scope),
            ExpressionKind::Variable(name) => self.bare_variable(name, source.span, scope),
            ExpressionKind::Alias(name) if name == NULL => {
                self.broken();
                Typed::error(source.span)
            }
            ExpressionKind::Alias(name) => {
                self.report(t07_2_not_a_value::alias(name, source.span));
                Typed::error(source.span)
            }
            ExpressionKind::Call(call) => match call.function {
                Function::Now => constant::now(source),
                function if function.is_text_predicate() => self.text_predicate(call, scope),
                _ => {
                    self.report(t31_misplaced_expression::in_filter(call));
                    Typed::error(source.span)
                }
            },
        }
    }

    /// `$x` where a value or a node may stand; an edge and an unknown name are reported.
    pub(crate) fn bare_variable(&mut self, name: &str, span: Span, scope: usize) -> Typed {
        match self.resolve(scope, name) {
            Resolved::Parameter(parameter) => self.parameter(name, &parameter, span),
            Resolved::Variable(var) => match self.kind(var) {
                VariableKind::Open | VariableKind::Error | VariableKind::EdgeError => Typed::error(span),
                VariableKind::Node(_) => Typed {
                    expression: Expression::Entity { variable: var },
                    ty: Ty::Node(var),
                    span,
                    owner: None,
                },
                VariableKind::Edge(_) => {
                    let finding = t23_4_bare_edge_variable::finding(self, var, span);
                    self.report(finding);
                    Typed::error(span)
                }
            },
            Resolved::Unbound => {
                self.report_once(Cause::Variable(name.to_owned()), span, |context| {
                    t26_unknown_variable::finding(context, name, span, scope)
                });
                Typed::error(span)
            }
        }
    }

    /// `written`: the right side as it stands there.
    fn compare(
        &mut self,
        left: Typed,
        op: Comparator,
        op_span: Span,
        right: Typed,
        written: &Source,
    ) -> Option<Expression> {
        self.note_comparison(&left, op, &right);
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
            Comparator::StartsWith => {
                for (side, ty) in [(&left, l), (&right, r)] {
                    if ty.list || ty.scalar != Scalar::String {
                        self.report(t07_7_starts_with::finding(side, ty));
                        return None;
                    }
                }
                Comparison::StartsWith
            }
            _ => {
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
        let (l, r) = (l.scalar, r.scalar);
        let numeric = l.is_numeric() && r.is_numeric();
        Some(Expression::Compare {
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
        })
    }

    fn note_comparison(&mut self, left: &Typed, op: Comparator, right: &Typed) {
        for (side, other) in [(left, right), (right, left)] {
            let values = match (op, other.scalar_type()) {
                (Comparator::Contains | Comparator::StartsWith, _) => None,
                (_, Some(ty)) => ty.enum_values.clone(),
                _ => None,
            };
            self.note_use(&side.expression, values);
        }
    }

    /// `{ role: "lead", tags: "rust" }`
    pub(crate) fn inline_matches(&mut self, binding: &ast::Binding, var: Var, terms: &mut Vec<Term>) {
        // Against the type that is written here, even if the variable has been given another one.
        let node = self.names.node(&binding.ty.text);
        for written in &binding.matches {
            let value = match self.constant(&written.value) {
                Constant::Typed(value) => Some(value),
                Constant::Undeclared(name) => {
                    let finding = t37_match_value::undeclared(self, &name, written);
                    self.report_once(Cause::Parameter(name.clone()), written.value.span, |_| finding);
                    None
                }
                Constant::Other => {
                    self.report(t37_match_value::other(written));
                    None
                }
            };
            let Some(node) = &node else { continue };
            let Some(property) = node.property(&written.property.text) else {
                let cause = Cause::Property(node.name.clone(), written.property.text.clone());
                let finding = t02_unknown_match_property::finding(node, &written.property, &binding.ty);
                self.report_once(cause, written.property.span, |_| finding);
                continue;
            };
            let predicate = value.and_then(|value| self.match_property(&node.name, property, written, value, var));
            terms.extend(predicate.map(Term::Condition));
        }
    }

    fn match_property(
        &mut self,
        node: &str,
        property: &Property,
        written: &ast::PropertyMatch,
        value: Typed,
        var: Var,
    ) -> Option<Expression> {
        let owner = Owner {
            kind: DeclarationKind::Node,
            owner: node.to_owned(),
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
        let ty = value.scalar_type()?;
        let item = Type {
            list: false,
            ..property.ty.clone()
        };
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
    comparable && !matches!(left.scalar, Scalar::Vector(_) | Scalar::Blob)
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
    }
}
