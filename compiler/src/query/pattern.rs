//! The `match` section: which variables each block has, of which types they are, and what each clause demands. Environment
//! of a block and of those around it come first, then the traversals are typed to a fixpoint, so that the order in which
//! clauses are written never matters.

use std::collections::HashMap;
use std::sync::Arc;

use omnigraph_grammar::query::ast::{self, BlockWord, Clause, Traversal};
use omnigraph_grammar::query::visit::Visit;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::ir::lower::{UniqueSets, unique_sets};
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::ir::{self, Direction, Expression, Hops, Link, Var};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::Operation;

use super::context::{Cause, Context};
use super::environment::{Scope, Variable, VariableKind};
use super::expression::{Place, bool_type, call};
use super::interfaces::{Views, narrowings};
use super::paths::{Sought, is_walk, walk_of};
use crate::rules::types::*;

/// A traversal on its way to a type.
struct Step<'q> {
    written: &'q Traversal,
    source: Var,
    target: Var,
    edge: Option<Arc<EdgeType>>,
    variable: Option<Var>,
    /// The link's ends in the edge's own direction, once known.
    ends: Option<(Var, Var)>,
    settled: bool,
}

impl<'a> Context<'a> {
    /// Numbers the `$_` of a query in the order of the text.
    pub(super) fn number_anonymous(&mut self, read: &'a ast::Read) {
        Anonymous(&mut self.anonymous).visit_read(read);
    }

    /// `outside`: the scope around a nested block, and the word before it.
    pub(super) fn block(&mut self, written: &ast::Block, outside: Option<(usize, &'static str)>) -> Term {
        let clauses = &written.clauses;
        self.calls.nesting += 1;
        let scope = self.environment.scopes.len();
        let (parent, word) = outside.unzip();
        let handed = self.handed.iter().filter(|_| parent.is_none());
        self.environment.scopes.push(Scope {
            parent,
            word,
            names: handed.cloned().collect(),
            span: written.span,
            ended: None,
        });
        if parent.is_none() {
            self.check_handed(written);
        }
        let first = self.environment.variables.len();
        let narrowed = narrowings(written);
        let mut views = Views::default();
        self.narrow_outer(&narrowed, scope, &mut views);
        let brought = self.brought(written, scope);
        let parts = self.declare_parts(written, scope);
        let mut bindings = Vec::new();
        let mut steps = Vec::new();
        let mut searches = Vec::new();
        for clause in clauses {
            match clause {
                Clause::Binding(binding) => {
                    let var = self.declare_node(&binding.variable, scope);
                    bindings.push((binding, var));
                }
                Clause::Traversal(traversal) => {
                    let source = self.declare_node(&traversal.source, scope);
                    let target = self.declare_node(&traversal.target, scope);
                    let variable = self.declare_edge(traversal, scope);
                    if is_walk(traversal) {
                        searches.push(Sought {
                            path: None,
                            written: traversal,
                            source,
                            target,
                            edge: variable,
                        });
                        continue;
                    }
                    steps.push(Step {
                        written: traversal,
                        source,
                        target,
                        edge: None,
                        variable,
                        ends: None,
                        settled: false,
                    });
                }
                Clause::Definition(definition) => {
                    if let Some(walk) = walk_of(definition) {
                        searches.push(Sought {
                            path: Some((definition, walk)),
                            written: &walk.traversal,
                            source: self.declare_node(&walk.traversal.source, scope),
                            target: self.declare_node(&walk.traversal.target, scope),
                            edge: None,
                        });
                    }
                }
                Clause::Condition(_) | Clause::Nested(_) => {}
            }
        }
        for (binding, var) in &bindings {
            self.bind(binding, *var);
        }
        self.narrow_own(&narrowed, scope, &mut views);
        self.declare_arguments(written, &|name| brought.brings(name), scope);
        for step in &mut steps {
            self.find_edge(step);
        }
        for sought in &searches {
            self.find_edges(sought);
        }
        self.settle(&mut steps, &searches, &mut views);
        // Those of one type for a variable of an interface are among the terms with their links.
        let mut known: Vec<Term> = std::mem::take(&mut views.terms);
        let is_known = |var: &Var| known.contains(&Term::Node(*var));
        let mut terms: Vec<Term> = (first..self.environment.variables.len())
            .map(|index| Var(index as u32))
            .filter(|var| self.kind(*var).is_node() && !is_known(var))
            .map(Term::Node)
            .collect();
        terms.append(&mut known);
        for step in &steps {
            self.link(step, &mut terms);
            if let (Some(edge), true) = (step.variable, step.ends.is_some()) {
                let (tail, head) = step.ends.unwrap_or((step.source, step.target));
                let arrival = if tail == step.source || self.is_view_of(tail, step.source, &terms) {
                    head
                } else {
                    tail
                };
                self.condition_of_edge(step.written, edge, arrival, scope, &mut terms);
            }
        }
        for sought in searches.iter().filter(|sought| sought.path.is_none()) {
            self.walk_link(sought, scope, &mut terms);
        }
        for (binding, var) in &bindings {
            if self.variable(*var).nullable {
                // What is missing is no node of the type.
                let missing = call(
                    Operation::IsNull,
                    vec![Expression::Entity { variable: *var }],
                    bool_type(false),
                    binding.span,
                );
                let present = call(Operation::Not, vec![missing], bool_type(false), binding.span);
                terms.push(Term::Condition(present));
            }
            self.inline_matches(binding, *var, &mut terms);
        }
        self.define(&parts, &searches, &brought, scope, &mut terms);
        self.narrow_brought(&narrowed, scope, &mut views);
        terms.append(&mut views.terms);
        for clause in clauses {
            match clause {
                Clause::Condition(_) if views.has(clause) => {}
                Clause::Condition(_) if self.call(clause, scope, &mut terms) => {}
                Clause::Condition(condition) => {
                    let predicate = self.condition(condition, Place::filter(scope));
                    terms.extend(predicate.into_iter().flat_map(conjuncts).map(Term::Condition));
                }
                Clause::Nested(nested) => self.test(nested, scope, &mut terms),
                Clause::Binding(_) | Clause::Traversal(_) | Clause::Definition(_) => {}
            }
        }
        terms.extend(self.hoisted_from(scope));
        self.calls.nesting -= 1;
        Term::All(terms)
    }

    /// `not { … }` and `exists { … }`.
    fn test(&mut self, nested: &ast::Nested, scope: usize, terms: &mut Vec<Term>) {
        let negated = match nested.word {
            BlockWord::Not => true,
            BlockWord::Exists => false,
            BlockWord::Optional | BlockWord::Either => return,
        };
        for block in &nested.blocks {
            let within = self.environment.scopes.len();
            let inner = Box::new(self.block(block, Some((scope, nested.word.text()))));
            if negated && !self.correlated.contains(&within) && !self.murky.contains(&within) {
                let finding = t09_1_unlinked_not::finding(self, nested, block.span, scope);
                self.report(finding);
            }
            terms.push(if negated { Term::Not(inner) } else { Term::Exists(inner) });
        }
    }

    pub(super) fn new_variable(&mut self, name: String, anonymous: bool, declared: Span, kind: VariableKind) -> Var {
        // Names are unique in the plan: sibling blocks may both have a `$d`, and `$_1` is a name one may write.
        let mut unique = name.clone();
        let mut count = 1;
        while self.environment.variables.iter().any(|other| other.name == unique) {
            count += 1;
            unique = format!("{name}#{count}");
        }
        let var = Var(self.environment.variables.len() as u32);
        self.environment.variables.push(Variable {
            name: unique,
            anonymous,
            declared,
            kind,
            nullable: false,
            same: None,
            given: false,
        });
        var
    }

    fn declare_node(&mut self, name: &Name, scope: usize) -> Var {
        if name.text == "_" {
            let number = self.anonymous.get(&name.span.start).copied().unwrap_or(0);
            return self.new_variable(format!("_{number}"), true, name.span, VariableKind::Open);
        }
        match self.lookup(scope, &name.text) {
            Some(var) if self.kind(var).is_value() => {
                self.report(t46_name_taken::finding(name, Some(self.variable(var).declared)));
                self.murk(scope);
                self.new_variable(name.text.clone(), true, name.span, VariableKind::Error)
            }
            Some(var) if self.kind(var).is_edge() => {
                let finding = t23_3_edge_as_node::finding(self, name, var);
                self.report(finding);
                self.murk(scope);
                self.new_variable(name.text.clone(), true, name.span, VariableKind::Error)
            }
            Some(var) => {
                self.mention(scope, &name.text);
                var
            }
            None => {
                let var = self.new_variable(name.text.clone(), false, name.span, VariableKind::Open);
                self.environment.scopes[scope].names.insert(name.text.clone(), var);
                var
            }
        }
    }

    fn declare_edge(&mut self, traversal: &Traversal, scope: usize) -> Option<Var> {
        let name = traversal.edge_variable.as_ref()?;
        if let Some(hops) = &traversal.hops
            && !(hops.min.0 == 1 && hops.max.is_some_and(|max| max.0 == 1))
        {
            self.report(t23_1_edge_variable_hops::finding(name, hops));
        }
        if name.text == "_" {
            return None;
        }
        if let Some(var) = self.lookup(scope, &name.text)
            && self.kind(var).is_value()
        {
            self.report(t46_name_taken::finding(name, Some(self.variable(var).declared)));
            return None;
        }
        if let Some(var) = self.lookup(scope, &name.text) {
            let finding = t23_2_edge_variable_taken::finding(self, name, var);
            self.report(finding);
            return None;
        }
        let var = self.new_variable(name.text.clone(), false, name.span, VariableKind::EdgeError);
        self.environment.scopes[scope].names.insert(name.text.clone(), var);
        Some(var)
    }

    /// The type that a binding gives its variable.
    fn bind(&mut self, binding: &ast::Binding, var: Var) {
        let kind = match self.node_or_interface(&binding.ty.text) {
            Some(kind) => self.implemented(kind, &binding.ty),
            None => {
                if self.names.is_broken_type(&binding.ty.text) {
                    self.broken();
                } else {
                    let cause = Cause::Type(binding.ty.text.clone());
                    self.report_once(cause, binding.ty.span, |context| {
                        t01_unknown_node_type::finding(context, &binding.ty)
                    });
                }
                VariableKind::Error
            }
        };
        match (self.kind(var).clone(), kind) {
            (VariableKind::Open, kind) => {
                self.set_kind(var, kind);
                // Where the type is written is the better declaration than an endpoint further up.
                if let Some(variable) = self.environment.variables.get_mut(var.0 as usize) {
                    variable.declared = binding.variable.span.to(binding.ty.span);
                }
            }
            // Narrowed by the block.
            (VariableKind::Node(known), VariableKind::Interface(other))
                if self.narrowed.contains(&var) && other.has(&known.name) => {}
            (
                known @ (VariableKind::Node(_) | VariableKind::Interface(_)),
                other @ (VariableKind::Node(_) | VariableKind::Interface(_)),
            ) if known.described() != other.described() => {
                let finding = t25_two_types::finding(self, binding, var);
                self.report(finding);
            }
            // A wrong type elsewhere does not hide a right one here.
            (VariableKind::Error, kind @ (VariableKind::Node(_) | VariableKind::Interface(_))) => {
                self.set_kind(var, kind);
            }
            _ => {}
        }
    }

    fn find_edge(&mut self, step: &mut Step) {
        let name = &step.written.edge;
        step.edge = self.names.edge(&name.text);
        match &step.edge {
            Some(edge) => {
                self.environment.edges.insert(edge.name.clone(), edge.clone());
                if let Some(var) = step.variable {
                    self.set_kind(var, VariableKind::Edge(edge.clone()));
                }
            }
            None if self.names.is_broken_type(&name.text) => self.broken(),
            None => {}
        }
    }

    fn node_kind(&mut self, name: &str) -> VariableKind {
        match self.names.node(name) {
            Some(node) => VariableKind::Node(node),
            // The edge's declaration names a type that is broken or missing; that is the schema's finding.
            None => {
                self.broken();
                VariableKind::Error
            }
        }
    }

    /// Types all traversals of a block. One that nothing gives a type yet waits; where all wait, the first in an order
    /// that does not depend on the text is taken to be spelled in the edge's direction.
    fn settle(&mut self, steps: &mut [Step], searches: &[Sought<'_>], views: &mut Views) {
        loop {
            let mut progress = false;
            for step in steps.iter_mut().filter(|step| !step.settled) {
                progress |= self.settle_step(step, false, views);
            }
            if progress {
                continue;
            }
            let waiting = steps.iter_mut().filter(|step| !step.settled).min_by(|a, b| {
                let order = |step: &Step| {
                    let written = step.written;
                    (
                        written.edge.text.to_lowercase(),
                        written.source.text.clone(),
                        written.target.text.clone(),
                    )
                };
                order(a).cmp(&order(b))
            });
            match waiting {
                Some(step) => self.settle_step(step, true, views),
                None => break,
            };
        }
        for step in steps.iter() {
            let (written, edge) = (step.written, &step.edge);
            if edge.is_none() && !self.names.is_broken_type(&written.edge.text) {
                let cause = Cause::Edge(written.edge.text.clone());
                let (source, target) = (step.source, step.target);
                self.report_once(cause, written.edge.span, |context| {
                    t04_unknown_edge::finding(context, written, source, target)
                });
            }
        }
        self.settle_ends(searches);
        // Whatever has no type by now hangs on an edge that is not known.
        for step in steps.iter() {
            for var in [step.source, step.target] {
                if matches!(self.kind(var), VariableKind::Open) {
                    self.set_kind(var, VariableKind::Error);
                }
            }
        }
    }

    /// Whether the step could be typed. `guess`: take it as written when nothing says otherwise.
    fn settle_step(&mut self, step: &mut Step, guess: bool, views: &mut Views) -> bool {
        let Some(edge) = step.edge.clone() else {
            step.settled = true;
            return true;
        };
        let (source, target) = (self.kind(step.source).clone(), self.kind(step.target).clone());
        let is_typed = |kind: &VariableKind| matches!(kind, VariableKind::Node(_) | VariableKind::Interface(_));
        let may_be = |kind: &VariableKind, end: &str| !is_typed(kind) || kind.may_be(end);
        let fits = |kind: &VariableKind| may_be(kind, &edge.from) || may_be(kind, &edge.to);
        let straight = edge.from == edge.to;
        if !fits(&source) || !fits(&target) {
            let offending = if fits(&source) { step.target } else { step.source };
            let finding = t05_1_endpoint_type::finding(self, step.written, &edge, offending, offending == step.source);
            self.report(finding);
            for (var, kind) in [(step.source, &source), (step.target, &target)] {
                if matches!(kind, VariableKind::Open) {
                    let kind = if straight {
                        self.node_kind(&edge.from)
                    } else {
                        VariableKind::Error
                    };
                    self.set_kind(var, kind);
                }
            }
            step.settled = true;
            return true;
        }
        let forward = may_be(&source, &edge.from) && may_be(&target, &edge.to);
        let backward = may_be(&source, &edge.to) && may_be(&target, &edge.from);
        if !forward && !backward {
            let finding = t05_2_other_endpoint::finding(self, step.written, &edge, step.target);
            self.report(finding);
            step.settled = true;
            return true;
        }
        if forward && backward && !straight {
            let kinds = [&source, &target];
            if kinds.iter().all(|kind| !is_typed(kind)) && kinds.contains(&&VariableKind::Error) {
                for (var, kind) in [(step.source, &source), (step.target, &target)] {
                    if matches!(kind, VariableKind::Open) {
                        self.set_kind(var, VariableKind::Error);
                    }
                }
                step.settled = true;
                return true;
            }
            if !guess {
                return false;
            }
        }
        let (tail, head) = if forward {
            (step.source, step.target)
        } else {
            (step.target, step.source)
        };
        for (var, name) in [(tail, &edge.from), (head, &edge.to)] {
            if matches!(self.kind(var), VariableKind::Open) {
                let kind = self.node_kind(name);
                self.set_kind(var, kind);
            }
        }
        step.ends = Some((self.viewed(tail, &edge.from, views), self.viewed(head, &edge.to, views)));
        step.settled = true;
        true
    }

    /// Whether a variable is the same node as another, known as one of its types.
    fn is_view_of(&self, view: Var, of: Var, terms: &[Term]) -> bool {
        terms.contains(&Term::Link(Link::identity(of, view)))
    }

    /// Bounds and direction of a typed traversal, and its link.
    fn link(&mut self, step: &Step, terms: &mut Vec<Term>) {
        let written = step.written;
        let mut hops = Hops { min: 1, max: 1 };
        if let Some(bounds) = &written.hops {
            let (min, min_span) = bounds.min;
            if min == 0 {
                self.report(t15_1_zero_hops::finding(min_span));
            }
            match bounds.max {
                None => self.report(t15_3_open_bounds::finding(bounds)),
                Some((max, _)) if max < min || max == 0 => {
                    if max < min {
                        self.report(t15_2_reversed_bounds::finding(bounds));
                    }
                }
                Some((max, _)) => hops = Hops { min: min.max(1), max },
            }
        }
        let Some(edge) = &step.edge else { return };
        let straight = edge.from == edge.to;
        if written.undirected && !straight {
            self.report(t22_undirected_between_types::finding(written, edge));
        }
        let Some((from, to)) = step.ends else { return };
        if !straight && hops != (Hops { min: 1, max: 1 }) {
            // Edges between two types cannot be chained: the first hop is the only one there is.
            if hops.min > 1 {
                terms.push(Term::Condition(Expression::Literal {
                    value: Value::Bool(false),
                    ty: Type::of(Scalar::Bool),
                }));
            }
            hops = Hops { min: 1, max: 1 };
        }
        let link = Term::Link(Link {
            edge: edge.name.clone(),
            from,
            to,
            direction: if written.undirected {
                Direction::Both
            } else {
                Direction::Out
            },
            reversed: false,
            hops,
            edge_variable: step.variable,
            walk: None,
            identity: false,
        });
        if !terms.contains(&link) || self.variable(from).anonymous || self.variable(to).anonymous {
            terms.push(link);
        }
    }

    /// Key and unique sets of all node types that occur.
    pub(crate) fn unique_sets(&self) -> UniqueSets {
        let nodes = self
            .environment
            .variables
            .iter()
            .filter_map(|variable| match &variable.kind {
                VariableKind::Node(node) => Some((node.name.clone(), unique_sets(node))),
                _ => None,
            });
        nodes.collect()
    }

    /// The variables as the plan lists them; `None` if one has no type.
    pub(crate) fn plan_variables(&self) -> Option<Vec<ir::Variable>> {
        self.environment
            .variables
            .iter()
            .map(|variable| {
                let entity = match &variable.kind {
                    VariableKind::Node(node) => ir::Entity::Node(node.name.clone()),
                    VariableKind::Interface(interface) => ir::Entity::Interface(interface.ty.name.clone()),
                    VariableKind::Edge(edge) => ir::Entity::Edge(edge.name.clone()),
                    VariableKind::Edges(edges) => ir::Entity::Edges(edges.names()),
                    VariableKind::Value(ty) => ir::Entity::Value(ty.clone()),
                    _ => return None,
                };
                Some(ir::Variable {
                    name: variable.name.clone(),
                    anonymous: variable.anonymous,
                    entity,
                    nullable: variable.nullable,
                })
            })
            .collect()
    }
}

/// The conditions that hold together where this one does.
pub(super) fn conjuncts(condition: Expression) -> Vec<Expression> {
    match condition {
        Expression::Call {
            operation: Operation::And,
            arguments,
            ..
        } => arguments.into_iter().flat_map(conjuncts).collect(),
        other => vec![other],
    }
}

/// Numbers the variables without a name, in the order of the text.
pub(super) struct Anonymous<'n>(pub &'n mut HashMap<u32, usize>);

impl Anonymous<'_> {
    fn number(&mut self, name: &Name) {
        if name.text == "_" {
            let next = self.0.len() + 1;
            self.0.insert(name.span.start, next);
        }
    }
}

impl Visit<'_> for Anonymous<'_> {
    fn visit_binding(&mut self, binding: &ast::Binding) {
        self.number(&binding.variable);
    }

    fn visit_definition(&mut self, definition: &ast::Definition) {
        self.number(&definition.variable);
        if let Some(walk) = walk_of(definition) {
            self.visit_traversal(&walk.traversal);
        }
    }

    // An edge that is called `$_` is not a variable.
    fn visit_traversal(&mut self, traversal: &Traversal) {
        self.number(&traversal.source);
        self.number(&traversal.target);
    }
}
