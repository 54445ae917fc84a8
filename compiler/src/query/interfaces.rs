//! Variables of an interface: a node of any type that implements it; and what edges of several types have in common with that. What needs one type, an edge or what stands behind `is`, gets
//! a further variable of that type, which is linked with the first one as the same node.

use std::collections::BTreeSet;
use std::sync::Arc;

use omnigraph_grammar::query::ast::{Block, Call, Clause, Comparator, ExpressionKind, TypeTest};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::Embed;
use omnigraph_model::ir::pattern::{OutputValue, Term};
use omnigraph_model::ir::{ColumnType, Comparison, Expression, Link, Var};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::Operation;

use super::context::{Cause, Context, Ty, Typed};
use super::environment::{Edges, Interface, VariableKind};
use super::expression::{Place, bool_type, call};
use crate::rules::types::*;

/// `$p is Person` as a clause of its own.
pub(super) struct Narrowing<'q> {
    name: &'q str,
    written: &'q TypeTest,
    span: Span,
}

/// The narrowings of a block.
pub(super) fn narrowings(block: &Block) -> Vec<Narrowing<'_>> {
    let narrowing = |clause| narrowing(clause);
    block.clauses.iter().filter_map(narrowing).collect()
}

fn narrowing(clause: &Clause) -> Option<Narrowing<'_>> {
    let Clause::Condition(condition) = clause else {
        return None;
    };
    match &condition.kind {
        ExpressionKind::TypeTest(written) if !written.negated => match &written.operand.kind {
            // In parentheses it is a condition.
            ExpressionKind::Variable(name) if condition.span.start == written.operand.span.start => Some(Narrowing {
                name,
                written,
                span: condition.span,
            }),
            _ => None,
        },
        _ => None,
    }
}

/// What nodes of one type are called by a block beside the variables that it names.
#[derive(Default)]
pub(super) struct Views {
    /// A variable, one of its types, and the same node as one of that type.
    known: Vec<(Var, String, Var)>,
    /// The starts of the clauses that have narrowed a variable.
    done: BTreeSet<u32>,
    pub terms: Vec<Term>,
}

impl Views {
    /// Whether the clause is more than a condition.
    pub(super) fn has(&self, clause: &Clause) -> bool {
        self.done.contains(&clause.span().start)
    }
}

impl Context<'_> {
    /// The node type or the interface of this name. One name may be both; then it is the type.
    pub(super) fn node_or_interface(&self, name: &str) -> Option<VariableKind> {
        let node = self.names.node(name).map(VariableKind::Node);
        node.or_else(|| self.interface_kind(name))
    }

    pub(super) fn interface_kind(&self, name: &str) -> Option<VariableKind> {
        let ty = self.names.interface(name)?;
        let types = self.names.implementers(name);
        Some(VariableKind::Interface(Arc::new(Interface { ty, types })))
    }

    /// The kind, unless it is an interface that nothing implements, which is reported at its name.
    pub(super) fn implemented(&mut self, kind: VariableKind, written: &Name) -> VariableKind {
        match &kind {
            VariableKind::Interface(interface) if interface.types.is_empty() => {
                let cause = Cause::Type(written.text.clone());
                self.report_once(cause, written.span, |_| t62_1_no_implementer::finding(written));
                VariableKind::Error
            }
            _ => kind,
        }
    }

    // ---- one node as one of another type --------------------------------------

    /// The variable as a node of one of its types: itself, if it has no other.
    pub(super) fn seen_as(&mut self, var: Var, node: &str, terms: &mut Vec<Term>) -> Option<Var> {
        match self.kind(var) {
            VariableKind::Interface(_) => {
                let node = self.names.node(node)?;
                Some(self.seen_by_kind(var, VariableKind::Node(node), terms))
            }
            _ => Some(var),
        }
    }

    /// A further variable that is the same node as one that is bound elsewhere.
    pub(super) fn seen_by_kind(&mut self, var: Var, kind: VariableKind, terms: &mut Vec<Term>) -> Var {
        let name = format!("{}:{}", self.variable(var).name, kind.described());
        let declared = self.variable(var).declared;
        let seen = self.new_variable(name, true, declared, kind);
        terms.push(Term::Node(seen));
        terms.push(Term::Link(Link::identity(var, seen)));
        seen
    }

    /// The same in a block, where every mention of it as a node of the type is one variable.
    pub(super) fn viewed(&mut self, var: Var, node: &str, views: &mut Views) -> Var {
        let known = views.known.iter().find(|(own, ty, _)| *own == var && ty == node);
        if let Some((.., seen)) = known {
            return *seen;
        }
        let seen = self.seen_as(var, node, &mut views.terms).unwrap_or(var);
        views.known.push((var, node.to_owned(), seen));
        seen
    }

    /// Where the blocks of an `either` bind one name with different types that have one interface in common, it is a node of that
    /// in each of them.
    pub(super) fn seen_alike(&mut self, within: &mut [Var], branches: &mut [Term]) {
        let kinds: Vec<VariableKind> = within.iter().map(|own| self.kind(*own).clone()).collect();
        let Some((first, others)) = kinds.split_first() else {
            return;
        };
        if others.iter().all(|other| other.described() == first.described()) {
            return;
        }
        let interfaces = |kind: &VariableKind| match kind {
            VariableKind::Node(node) => node.implements.clone(),
            VariableKind::Interface(interface) => vec![interface.ty.name.clone()],
            _ => Vec::new(),
        };
        let mut common = interfaces(first);
        for other in others {
            let own = interfaces(other);
            common.retain(|name| own.contains(name));
        }
        let [only] = common.as_slice() else { return };
        let Some(kind) = self.interface_kind(only) else { return };
        for (own, branch) in within.iter_mut().zip(branches) {
            if self.kind(*own).described() != *only {
                let before = std::mem::replace(branch, Term::All(Vec::new()));
                let mut terms = vec![before];
                let seen = self.seen_by_kind(*own, kind.clone(), &mut terms);
                // The name that people read goes on with it.
                let (one, other) = (own.0 as usize, seen.0 as usize);
                let name = std::mem::take(&mut self.environment.variables[one].name);
                let name = std::mem::replace(&mut self.environment.variables[other].name, name);
                self.environment.variables[one].name = name;
                self.environment.variables[one].anonymous = true;
                *own = seen;
                *branch = Term::All(terms);
            }
        }
    }

    // ---- `is` -------------------------------------------------------------------

    /// Narrows what is bound outside of a block, or before it: in the block, the name is a variable of the type.
    pub(super) fn narrow_outer(&mut self, found: &[Narrowing<'_>], scope: usize, views: &mut Views) {
        for narrowing in found {
            let Some(var) = self.lookup(scope, narrowing.name) else {
                continue;
            };
            if self.environment.parameters.contains_key(narrowing.name) {
                continue;
            }
            self.shadow(narrowing, var, scope, views);
        }
    }

    /// Makes the name a variable of the type in a block, if it may be one.
    fn shadow(&mut self, narrowing: &Narrowing<'_>, var: Var, scope: usize, views: &mut Views) {
        let VariableKind::Interface(interface) = self.kind(var) else {
            return;
        };
        let ty = &narrowing.written.ty.text;
        if !interface.has(ty) {
            // What is wrong is told where the condition is looked at.
            return;
        }
        let Some(node) = self.names.node(ty) else {
            return self.broken();
        };
        self.mention(scope, narrowing.name);
        let name = narrowing.name.to_owned();
        let declared = self.variable(var).declared;
        let seen = self.new_variable(name.clone(), false, declared, VariableKind::Node(node));
        if let Some(own) = self.environment.variables.get_mut(seen.0 as usize) {
            own.same = Some(var);
        }
        self.environment.scopes[scope].names.insert(name, seen);
        views.terms.push(Term::Link(Link::identity(var, seen)));
        views.done.insert(narrowing.span.start);
        self.narrowed.insert(seen);
    }

    /// Narrows what the block itself binds.
    pub(super) fn narrow_own(&mut self, found: &[Narrowing<'_>], scope: usize, views: &mut Views) {
        for narrowing in found {
            if views.done.contains(&narrowing.span.start) {
                continue;
            }
            let own = self.environment.scopes[scope].names.get(narrowing.name).copied();
            let Some(var) = own else { continue };
            let VariableKind::Interface(interface) = self.kind(var) else {
                continue;
            };
            let ty = &narrowing.written.ty.text;
            if self.variable(var).nullable || !interface.has(ty) {
                continue;
            }
            match self.names.node(ty) {
                Some(node) => {
                    self.set_kind(var, VariableKind::Node(node));
                    self.narrowed.insert(var);
                }
                None => self.broken(),
            }
            views.done.insert(narrowing.span.start);
        }
    }

    /// Narrows what the blocks of an `either` bind.
    pub(super) fn narrow_brought(&mut self, found: &[Narrowing<'_>], scope: usize, views: &mut Views) {
        for narrowing in found {
            let own = self.environment.scopes[scope].names.get(narrowing.name).copied();
            if let Some(var) = own.filter(|var| !self.variable(*var).nullable)
                && !views.done.contains(&narrowing.span.start)
            {
                let before = views.terms.len();
                self.shadow(narrowing, var, scope, views);
                if views.terms.len() > before
                    && let Some(seen) = self.environment.scopes[scope].names.get(narrowing.name)
                {
                    views.terms.push(Term::Node(*seen));
                }
            }
        }
    }

    /// `$p is Person` as a condition: null where the node is missing.
    pub(super) fn type_test(&mut self, written: &TypeTest, place: Place<'_>, span: Span) -> Option<(Expression, Type)> {
        let operand = self.expression(&written.operand, place);
        let var = match operand.ty {
            Ty::Error => return None,
            Ty::Node(var) => var,
            Ty::Edge(_) | Ty::Value(_) | Ty::Null => {
                let finding = t43_operand_type::argument(self, &operand, "a node", "what `is` tests");
                self.report(finding);
                return None;
            }
        };
        let name = &written.ty.text;
        if self.names.node(name).is_none() {
            if self.names.is_broken_type(name) {
                self.broken();
                return None;
            }
            let cause = Cause::Type(name.clone());
            self.report_once(cause, written.ty.span, |context| {
                t01_unknown_node_type::finding(context, &written.ty)
            });
            return None;
        }
        let ty = bool_type(self.variable(var).nullable);
        if !self.kind(var).may_be(name) {
            let is_narrow = self.narrowed.contains(&var);
            self.report(match is_narrow {
                true => t49_alternative_types::narrowed_twice(self, var, written),
                false => t49_alternative_types::never(self, var, written),
            });
            return None;
        }
        let test = Expression::Compare {
            left: Box::new(self.type_of_entity(var)),
            comparison: Comparison::Equal,
            right: Box::new(text(name)),
        };
        Some(match written.negated {
            true => (call(Operation::Not, vec![test], ty.clone(), span), ty),
            false => (test, ty),
        })
    }

    /// The name of the type of a node or an edge; null where it is missing.
    pub(super) fn type_of_entity(&self, var: Var) -> Expression {
        match self.kind(var) {
            VariableKind::Node(node) if !self.variable(var).nullable => text(&node.name),
            VariableKind::Edge(edge) if !self.variable(var).nullable => text(&edge.name),
            _ => Expression::TypeName { variable: var },
        }
    }

    // ---- equality -----------------------------------------------------------------

    /// `$a = $b` where one of the two is of an interface, or of several edge types.
    pub(super) fn same_of_types(&self, left: &Typed, op: Comparator, right: &Typed) -> Option<Expression> {
        let ((Ty::Node(a), Ty::Node(b)) | (Ty::Edge(a), Ty::Edge(b))) = (&left.ty, &right.ty) else {
            return None;
        };
        let (a, b) = (*a, *b);
        let comparison = match op {
            Comparator::Equal => Comparison::Equal,
            Comparator::NotEqual => Comparison::NotEqual,
            _ => return None,
        };
        let compare = |left: Expression, comparison: Comparison, right: Expression| Expression::Compare {
            left: Box::new(left),
            comparison,
            right: Box::new(right),
        };
        match (self.kind(a), self.kind(b)) {
            (VariableKind::Interface(one), VariableKind::Interface(other)) if one.ty.name == other.ty.name => {
                return Some(compare(left.expression.clone(), comparison, right.expression.clone()));
            }
            (VariableKind::Interface(one), other) | (other, VariableKind::Interface(one))
                if one.types.iter().any(|ty| other.may_be(ty)) => {}
            (VariableKind::Edges(one), VariableKind::Edges(other)) if one.name == other.name => {
                return Some(compare(left.expression.clone(), comparison, right.expression.clone()));
            }
            (VariableKind::Edges(one), VariableKind::Edges(other))
                if one.types.iter().any(|ty| other.has(&ty.name)) => {}
            (VariableKind::Edges(one), VariableKind::Edge(other))
            | (VariableKind::Edge(other), VariableKind::Edges(one))
                if one.has(&other.name) => {}
            _ => return None,
        }
        let id = |variable| Expression::Id { variable };
        let parts = vec![
            compare(id(a), Comparison::Equal, id(b)),
            compare(self.type_of_entity(a), Comparison::Equal, self.type_of_entity(b)),
        ];
        let ty = bool_type(self.variable(a).nullable || self.variable(b).nullable);
        let span = left.span.to(right.span);
        let same = call(Operation::And, parts, ty.clone(), span);
        Some(match op {
            Comparator::NotEqual => call(Operation::Not, vec![same], ty, span),
            _ => same,
        })
    }

    // ---- results, rankings ----------------------------------------------------------

    /// A whole node as a column.
    pub(super) fn whole_interface(
        &mut self,
        interface: &Interface,
        var: Var,
        typed: Typed,
    ) -> Option<(OutputValue, ColumnType)> {
        let name = interface.ty.name.clone();
        // The object would have two members of this name.
        if interface.ty.property("type").is_some() {
            let finding = t62_2_interface_place::whole(self, var, typed.span);
            self.report(finding);
            return None;
        }
        let ty = match self.variable(var).nullable {
            true => ColumnType::OptionalInterface(name),
            false => ColumnType::Interface(name),
        };
        Some((OutputValue::Plain(typed.expression), ty))
    }

    /// A whole edge of one of several types as a column.
    pub(super) fn whole_of_several(
        &mut self,
        edges: &Edges,
        var: Var,
        typed: Typed,
    ) -> Option<(OutputValue, ColumnType)> {
        if self.kind(var).property("type").is_some() {
            let finding = t62_2_interface_place::whole(self, var, typed.span);
            self.report(finding);
            return None;
        }
        let ty = match self.variable(var).nullable {
            true => ColumnType::OptionalEdges(edges.names()),
            false => ColumnType::Edges(edges.names()),
        };
        Some((OutputValue::Plain(typed.expression), ty))
    }

    /// Whether a column of `returning` reads a node of an interface, or an edge of several types, which is reported.
    pub(super) fn returns_interface(&mut self, typed: &Typed) -> bool {
        let mut found = None;
        typed.expression.visit(&mut |part| {
            if let Expression::Property { variable, .. }
            | Expression::Entity { variable }
            | Expression::Id { variable }
            | Expression::TypeName { variable } = part
                && *variable != Var::ROW
                && matches!(
                    self.kind(*variable),
                    VariableKind::Interface(_) | VariableKind::Edges(_)
                )
            {
                found = Some(*variable);
            }
        });
        if let Some(var) = found {
            let finding = t62_2_interface_place::returning(self, var, typed.span);
            self.report(finding);
        }
        found.is_some()
    }

    /// What the vectors of all types of an interface are computed from, if their distances can be compared.
    pub(super) fn vectors_alike(
        &mut self,
        written: &Call,
        interface: &Interface,
        property: &str,
        query: &Expression,
    ) -> Option<Option<Embed>> {
        let mut known = Vec::new();
        for name in &interface.types {
            let Some(node) = self.names.node(name) else {
                self.broken();
                return None;
            };
            let metric = node.property(property).and_then(|own| own.metric);
            known.push((name, metric, node.embed(property).cloned()));
        }
        let (first, others) = known.split_first()?;
        if let Some(other) = others.iter().find(|other| other.1 != first.1) {
            let finding = t62_2_interface_place::metrics(written, property, first.0, other.0);
            self.report(finding);
            return None;
        }
        let is_text = match query {
            Expression::Parameter { ty, .. } | Expression::Literal { ty, .. } => ty.scalar == Scalar::String,
            _ => false,
        };
        if is_text && let Some(other) = others.iter().find(|other| model_of(&other.2) != model_of(&first.2)) {
            let finding = t62_2_interface_place::models(written, property, first.0, other.0);
            self.report(finding);
            return None;
        }
        Some(first.2.clone())
    }
}

/// What makes a vector of a text: whether there is one, and which.
fn model_of(embed: &Option<Embed>) -> Option<Option<&str>> {
    embed.as_ref().map(|embed| embed.model.as_deref())
}

fn text(value: &str) -> Expression {
    Expression::Literal {
        value: Value::String(value.to_owned()),
        ty: Type::of(Scalar::String),
    }
}
