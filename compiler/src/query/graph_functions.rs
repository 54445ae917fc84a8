//! Functions about nodes and edges: `type($v)`, and `degree($v, follows)`, `in_degree` and `out_degree`, which count the edges
//! of a node as a `count { … }` does.

use std::sync::Arc;

use omnigraph_grammar::query::ast::{Apply, ExpressionKind};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::ir::{Aggregate, AggregateFunction, Direction, Expression, Hops, Link, Var};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::Operation;

use super::context::{Context, Ty, Typed};
use super::environment::VariableKind;
use super::expression::{Place, call, null, origin};
use crate::rules::types::*;

impl Context<'_> {
    /// `type($v)`: the name of the type of a node or an edge, which is known before the query runs unless it is one of several.
    pub(super) fn type_name(&mut self, written: &Apply, place: Place<'_>, span: Span) -> Option<(Expression, Type)> {
        let [argument] = written.arguments.as_slice() else {
            self.report(t42_unknown_function::form(&written.name, written.arguments.len(), span));
            return None;
        };
        let typed = self.expression(argument, place);
        let name = match &typed.ty {
            Ty::Error => return None,
            Ty::Node(var) | Ty::Edge(var) => match self.kind(*var) {
                VariableKind::Node(node) => node.name.clone(),
                VariableKind::Interface(_) | VariableKind::Edges(_) => {
                    let ty = Type {
                        nullable: self.variable(*var).nullable,
                        ..Type::of(Scalar::String)
                    };
                    return Some((Expression::TypeName { variable: *var }, ty));
                }
                VariableKind::Edge(edge) => edge.name.clone(),
                _ => return None,
            },
            Ty::Value(_) | Ty::Null => {
                let finding = t43_operand_type::argument(self, &typed, "a node or an edge", "what `type` names");
                self.report(finding);
                return None;
            }
        };
        let ty = Type::of(Scalar::String);
        let value = Expression::Literal {
            value: Value::String(name),
            ty: ty.clone(),
        };
        Some(self.unless_missing(&typed, value, ty, span))
    }

    /// `degree($v, follows)`: how many edges of a type a node has; with `in_degree` those that lead to it, with `out_degree`
    /// those that leave it. An edge from a node to itself does both.
    pub(super) fn degree(&mut self, written: &Apply, place: Place<'_>, span: Span) -> Option<(Expression, Type)> {
        let [node, edge] = written.arguments.as_slice() else {
            self.report(t42_unknown_function::form(&written.name, written.arguments.len(), span));
            return None;
        };
        if !place.blocks {
            self.report(t31_misplaced_expression::degree(written, span));
            return None;
        }
        let typed = self.expression(node, place);
        let edge = self.edge_argument(edge, written);
        let (Ty::Node(var), false) = (&typed.ty, typed.is_error()) else {
            if !typed.is_error() {
                let what = format!("the first argument of `{}`", written.name.text);
                let finding = t43_operand_type::argument(self, &typed, "a node", &what);
                self.report(finding);
            }
            return None;
        };
        let (edge, edge_span) = edge?;
        if self.environment.written.contains(var) {
            let name = Name {
                text: self.variable(*var).written().to_owned(),
                span: typed.span,
            };
            let finding = t58_2_written_name::finding(self, &name, *var);
            self.report(finding);
            return None;
        }
        let own = self.kind(*var);
        if !matches!(own, VariableKind::Node(_) | VariableKind::Interface(_)) {
            return None;
        }
        let (leaves, arrives) = match written.name.text.as_str() {
            "in_degree" => (false, true),
            "out_degree" => (true, false),
            _ => (true, true),
        };
        let (leaves, arrives) = (leaves && own.may_be(&edge.from), arrives && own.may_be(&edge.to));
        let counts: Vec<Expression> = [(leaves, true), (arrives, false)]
            .into_iter()
            .filter(|(wanted, _)| *wanted)
            .map(|(_, leaves)| self.edges_of(*var, &edge, leaves, written, place.scope))
            .collect::<Option<_>>()?;
        let ty = Type::of(Scalar::I64);
        let count = match <[Expression; 2]>::try_from(counts) {
            Ok(both) => call(Operation::Add, both.into(), ty.clone(), span),
            Err(mut one) => match one.pop() {
                Some(count) => count,
                None => {
                    let finding = t05_1_endpoint_type::degree(self, *var, &edge, (typed.span, edge_span), written);
                    self.report(finding);
                    return None;
                }
            },
        };
        Some(self.unless_missing(&typed, count, ty, span))
    }

    /// The edge that a bare word names.
    fn edge_argument(
        &mut self,
        argument: &omnigraph_grammar::query::ast::Expression,
        written: &Apply,
    ) -> Option<(Arc<EdgeType>, Span)> {
        let ExpressionKind::Alias(name) = &argument.kind else {
            let finding = t43_operand_type::edge_name(argument.span, &written.name.text);
            self.report(finding);
            return None;
        };
        let found = self.names.edge(name);
        if found.is_none() {
            match self.names.is_broken_type(name) {
                true => self.broken(),
                false => {
                    let finding = t04_unknown_edge::named(self, name, argument.span);
                    self.report(finding);
                }
            }
        }
        found.map(|edge| (edge, argument.span))
    }

    /// The value that counts the edges of a node which leave it, or lead to it.
    fn edges_of(
        &mut self,
        var: Var,
        edge: &Arc<EdgeType>,
        leaves: bool,
        written: &Apply,
        scope: usize,
    ) -> Option<Expression> {
        let span = written.name.span;
        let other = self.names.node(if leaves { &edge.to } else { &edge.from })?;
        let other = self.new_variable("_".to_owned(), true, span, VariableKind::Node(other));
        let own = self.new_variable("_".to_owned(), true, span, VariableKind::Edge(edge.clone()));
        let mut inner = Vec::new();
        let end = if leaves { &edge.from } else { &edge.to };
        let var = self.seen_as(var, end, &mut inner)?;
        let (from, to) = if leaves { (var, other) } else { (other, var) };
        let link = Link {
            edge: edge.name.clone(),
            from,
            to,
            direction: Direction::Out,
            reversed: false,
            hops: Hops { min: 1, max: 1 },
            edge_variable: Some(own),
            walk: None,
            identity: false,
        };
        let always = Expression::Literal {
            value: Value::Bool(true),
            ty: Type::of(Scalar::Bool),
        };
        let ty = Type::of(Scalar::I64);
        let aggregate = Aggregate::of(AggregateFunction::Count, always, ty.clone());
        inner.extend([Term::Node(other), Term::Link(link)]);
        let inner = Term::All(inner);
        let name = written.name.text.clone();
        let variable = self.new_variable(name, true, span, VariableKind::Value(ty.clone()));
        self.hoisted
            .push((scope, Term::Fold(variable, Box::new(aggregate), Box::new(inner))));
        Some(Expression::Value { variable, ty })
    }

    /// The value, or null where the node or edge that it is about is missing.
    fn unless_missing(&self, about: &Typed, value: Expression, ty: Type, span: Span) -> (Expression, Type) {
        let missing = matches!(about.ty, Ty::Node(var) | Ty::Edge(var) if self.variable(var).nullable);
        if !missing {
            return (value, ty);
        }
        let ty = ty.nullable();
        let is_missing = call(
            Operation::IsNull,
            vec![about.expression.clone()],
            Type::of(Scalar::Bool),
            span,
        );
        let case = Expression::Case {
            branches: vec![(is_missing, null(ty.clone()))],
            otherwise: Some(Box::new(value)),
            ty: ty.clone(),
            origin: origin(span),
        };
        (case, ty)
    }
}
