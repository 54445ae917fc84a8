//! `path $p = shortest $a follows{1,6} $b`: which search is asked for, what a step may be, and what is known of a path.

use std::collections::BTreeSet;
use std::sync::Arc;

use omnigraph_grammar::query::ast::{self, Apply, Definition, ExpressionKind, Search, Traversal, Walk};
use omnigraph_grammar::query::visit::Visit;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::ir::pattern::{Common, Term};
use omnigraph_model::ir::{Direction, Expression, Hops, Link, PathSearch, PathStep, Paths, Var};
use omnigraph_model::types::{Cost, Scalar, Type};
use omnigraph_model::vocabulary::functions::{Operation, PathPart};

use super::context::{Cause, Context, Ty, Typed};
use super::environment::{Scope, VariableKind};
use super::expression::{Place, call, nullable_if, origin};
use crate::rules::types::*;

/// The node that a step arrives at, in its conditions.
const NODE: &str = "node";

/// Lengths of paths up to which it is looked at whether edges lead from one type to another. There are as many kinds of
/// node as types, so that longer ones only repeat themselves.
const LONGEST_CHAIN: u32 = 4096;

/// A search with its ends, before it has a type: `path`, or a traversal whose steps are of several types or have conditions.
pub(super) struct Sought<'q> {
    /// None of a traversal.
    pub path: Option<(&'q Definition, &'q Walk)>,
    pub written: &'q Traversal,
    pub source: Var,
    pub target: Var,
    /// The edge variable of a traversal.
    pub edge: Option<Var>,
}

/// A step that the text allows.
#[derive(Clone)]
struct Allowed {
    edge: Arc<EdgeType>,
    reversed: bool,
}

impl Allowed {
    fn ends(&self) -> (&str, &str) {
        match self.reversed {
            true => (&self.edge.to, &self.edge.from),
            false => (&self.edge.from, &self.edge.to),
        }
    }
}

/// Whether a traversal is more than steps along edges of one type.
pub(super) fn is_walk(traversal: &Traversal) -> bool {
    let conditional = traversal.condition().is_some() && traversal.edge_variable.is_none();
    !traversal.others.is_empty() || conditional
}

/// What `path` searches for; a definition of another kind has none.
pub(super) fn walk_of(definition: &Definition) -> Option<&Walk> {
    match &definition.value.kind {
        ExpressionKind::Walk(walk) => Some(walk),
        _ => None,
    }
}

impl Context<'_> {
    /// The steps that a search may take; an edge that is not known is reported.
    fn allowed(&mut self, sought: &Sought<'_>) -> Option<Vec<Allowed>> {
        let written = sought.written;
        let mut allowed: Vec<Allowed> = Vec::new();
        let mut complete = true;
        for name in written.edges() {
            let Some(edge) = self.names.edge(&name.text) else {
                complete = false;
                match self.names.is_broken_type(&name.text) {
                    true => self.broken(),
                    false => self.report_once(Cause::Edge(name.text.clone()), name.span, |context| {
                        t04_unknown_edge::named(context, &name.text, name.span)
                    }),
                }
                continue;
            };
            if allowed.iter().any(|known| known.edge.name == edge.name) {
                continue;
            }
            self.environment.edges.insert(edge.name.clone(), edge.clone());
            for reversed in [false, true] {
                if !reversed || written.undirected {
                    let edge = edge.clone();
                    allowed.push(Allowed { edge, reversed });
                }
            }
        }
        complete.then_some(allowed)
    }

    /// Gives the edge variable of a traversal its types, if all of them are known.
    pub(super) fn find_edges(&mut self, sought: &Sought<'_>) {
        let Some(var) = sought.edge else { return };
        if let Some(allowed) = self.allowed(sought) {
            self.set_kind(var, VariableKind::edge_of(allowed.into_iter().map(|step| step.edge)));
        }
    }

    /// Gives the ends of searches a type that nothing else gives one.
    pub(super) fn settle_ends(&mut self, searches: &[Sought<'_>]) {
        for sought in searches {
            let written = sought.written;
            let mut open: Vec<(Var, &Name)> = [(sought.source, &written.source), (sought.target, &written.target)]
                .into_iter()
                .filter(|(var, _)| matches!(self.kind(*var), VariableKind::Open))
                .collect();
            open.dedup_by_key(|(var, _)| *var);
            if open.is_empty() {
                continue;
            }
            let Some(allowed) = self.allowed(sought) else {
                open.iter()
                    .for_each(|(var, _)| self.set_kind(*var, VariableKind::Error));
                continue;
            };
            for (var, name) in open {
                let is_source = var == sought.source;
                let types: BTreeSet<&str> = allowed
                    .iter()
                    .map(|step| if is_source { step.ends().0 } else { step.ends().1 })
                    .collect();
                let only = types.iter().next().filter(|_| types.len() == 1);
                let kind = match only.map(|only| self.names.node(only)) {
                    Some(Some(node)) => VariableKind::Node(node),
                    Some(None) => {
                        self.broken();
                        VariableKind::Error
                    }
                    None => {
                        self.report(t54_path_form::untyped_end(name));
                        VariableKind::Error
                    }
                };
                self.set_kind(var, kind);
            }
        }
    }

    /// The search with its type, if nothing is wrong with it, and the types of its ends: one pair, unless an end is of an interface.
    fn search(&mut self, sought: &Sought<'_>, scope: usize) -> Option<(Paths, Vec<(String, String)>)> {
        let written = sought.written;
        let (min, max) = self.path_bounds(sought);
        if let Some((definition, walk)) = sought.path {
            self.form(definition, walk);
        }
        let allowed = self.allowed(sought)?;
        let types = |kind: &VariableKind| match kind {
            VariableKind::Node(node) => Some(vec![node.name.clone()]),
            VariableKind::Interface(interface) => Some(interface.types.clone()),
            _ => None,
        };
        let (source, target) = (self.kind(sought.source), self.kind(sought.target));
        let (froms, tos) = (types(source)?, types(target)?);
        let pairs = froms
            .iter()
            .flat_map(|from| tos.iter().map(move |to| (from.clone(), to.clone())));
        let pairs: Vec<(String, String)> = pairs
            .filter(|(from, to)| sought.source != sought.target || from == to)
            .filter(|(from, to)| leads(&allowed, from, to, min, max))
            .collect();
        if pairs.is_empty() {
            let (from, to) = (source.described(), target.described());
            self.report(t54_path_form::broken_chain(written, &from, &to));
            return None;
        }
        let steps = self.steps(sought, &allowed, scope)?;
        let integral = |step: &PathStep| match step.weight.as_ref().and_then(Expression::value_type) {
            Some(omnigraph_model::ir::ColumnType::Value(ty)) => ty.scalar.is_integer(),
            _ => true,
        };
        let search = match sought.path.map(|(_, walk)| walk.search) {
            None => PathSearch::Reach,
            Some(Search::Shortest) => PathSearch::Shortest,
            Some(Search::AllShortest) => PathSearch::AllShortest,
            Some(Search::Several(count)) => PathSearch::Several(count),
            Some(Search::Cheapest) => PathSearch::Cheapest,
            Some(Search::Trail) => PathSearch::Trail,
            Some(Search::Simple) => PathSearch::Simple,
        };
        let cost = match search {
            PathSearch::Cheapest if steps.iter().all(integral) => Cost::Integer,
            PathSearch::Cheapest => Cost::Float,
            _ => Cost::None,
        };
        let paths = Paths {
            search,
            from: sought.source,
            to: sought.target,
            min,
            max,
            steps,
            cost,
            origin: origin(written.span),
        };
        Some((paths, pairs))
    }

    /// What holds for a search: for one of the pairs of types that its ends may have. `found` makes the terms of one pair.
    fn for_each_pair(
        &mut self,
        (paths, pairs): (Paths, Vec<(String, String)>),
        common: Vec<Var>,
        found: impl Fn(Paths) -> Term,
    ) -> Option<Term> {
        let mut branches = Vec::new();
        for (from, to) in &pairs {
            let mut terms = Vec::new();
            let (mut own, is_loop) = (paths.clone(), paths.from == paths.to);
            own.from = self.seen_as(paths.from, from, &mut terms)?;
            own.to = match is_loop {
                true => own.from,
                false => self.seen_as(paths.to, to, &mut terms)?,
            };
            terms.push(found(own));
            branches.push(Term::All(terms));
        }
        if branches.len() == 1 {
            return branches.pop();
        }
        let common = common.into_iter().map(|variable| Common {
            variable,
            within: vec![variable; branches.len()],
        });
        Some(Term::Either(common.collect(), branches))
    }

    /// The variable of a path and what it is.
    pub(super) fn path_terms(&mut self, sought: &Sought<'_>, var: Option<Var>, scope: usize, terms: &mut Vec<Term>) {
        let found = self.search(sought, scope);
        if let (Some((paths, pairs)), Some(var)) = (found, var) {
            self.set_kind(var, VariableKind::Value(paths.path_type()));
            let each = |own: Paths| Term::Each(var, Expression::Paths(Box::new(own)));
            terms.extend(self.for_each_pair((paths, pairs), vec![var], each));
        }
    }

    /// What a search has to have, and what it cannot do with.
    fn form(&mut self, definition: &Definition, walk: &Walk) {
        if let Some(name) = &walk.traversal.edge_variable {
            self.report(t54_path_form::edge_variable(name, &definition.variable));
        }
        match (&walk.by, walk.search) {
            (None, Search::Cheapest) => self.report(t54_path_form::no_weight(walk)),
            (None, _) | (Some(_), Search::Cheapest) => {}
            (Some((by, weight)), _) => self.report(t54_path_form::misplaced_weight(walk, *by, weight.span)),
        }
        if walk.search == Search::Several(0) {
            self.report(t54_path_form::none_wanted(walk));
        }
    }

    /// The bounds of a search; one edge where none are written.
    fn path_bounds(&mut self, sought: &Sought<'_>) -> (u32, Option<u32>) {
        let all = |walk: &Walk| matches!(walk.search, Search::Trail | Search::Simple);
        let unbounded = sought.path.map(|(_, walk)| walk).filter(|walk| all(walk));
        let Some(hops) = &sought.written.hops else {
            if let Some(walk) = unbounded {
                self.report(t54_path_form::unbounded(walk));
            }
            return (1, Some(1));
        };
        let (min, min_span) = hops.min;
        if min == 0 {
            self.report(t15_1_zero_hops::finding(min_span));
        }
        match hops.max {
            None if unbounded.is_some() => {
                let finding = unbounded.map(t54_path_form::unbounded);
                finding.into_iter().for_each(|finding| self.report(finding));
            }
            None if sought.path.is_none() => {
                self.report(t15_3_open_bounds::finding(hops));
                return (min.max(1), Some(min.max(1)));
            }
            Some((max, _)) if max < min => self.report(t15_2_reversed_bounds::finding(hops)),
            _ => {}
        }
        (min.max(1), hops.max.map(|(max, _)| max.max(1)))
    }

    /// What may be a step, with what must be true of it and what it adds to the cost.
    fn steps(&mut self, sought: &Sought<'_>, allowed: &[Allowed], scope: usize) -> Option<Vec<PathStep>> {
        let condition = sought.written.condition();
        let by = sought.path.and_then(|(_, walk)| walk.by.as_ref());
        let weight = by.map(|(_, weight)| weight);
        let mut visible = true;
        for written in condition.into_iter().chain(weight) {
            visible &= self.names_of_step(written, scope);
        }
        let mut steps = Vec::new();
        for step in visible.then_some(allowed)? {
            let before = self.findings.len();
            let typed = self.step(step, condition, weight, scope);
            // The same mistake would be told for every edge.
            if self.findings.len() > before {
                return None;
            }
            steps.push(typed?);
        }
        Some(steps)
    }

    /// Whether an expression about a step reads nothing of the pattern around.
    fn names_of_step(&mut self, written: &ast::Expression, scope: usize) -> bool {
        let mut read = Mentioned::default();
        read.visit_expression(written);
        let mut visible = true;
        for (name, span) in read.0 {
            let Some(var) = self.lookup(scope, name) else { continue };
            if self.environment.parameters.contains_key(name) {
                continue;
            }
            let declared = self.variable(var).declared;
            self.report(match name == NODE {
                true => t55_step_name::hidden(span, declared),
                false => t55_step_name::outside(name, span, declared),
            });
            visible = false;
        }
        visible
    }

    fn step(
        &mut self,
        step: &Allowed,
        condition: Option<&ast::Expression>,
        weight: Option<&ast::Expression>,
        scope: usize,
    ) -> Option<PathStep> {
        let arrival = self.names.node(step.ends().1);
        let Some(arrival) = arrival else {
            self.broken();
            return None;
        };
        let whole = condition.into_iter().chain(weight).map(|written| written.span);
        let whole = whole.reduce(Span::to).unwrap_or(Span::at(0));
        let variable = self.new_variable(String::new(), true, whole, VariableKind::Edge(step.edge.clone()));
        let node = self.new_variable(NODE.to_owned(), true, whole, VariableKind::Node(arrival));
        let (conditions, weight) = self.within_step(variable, node, whole, scope, |context, place| {
            let conditions = match condition {
                Some(written) => context.condition(written, place).map(super::pattern::conjuncts),
                None => Some(Vec::new()),
            };
            let weight = match weight {
                Some(written) => context.weight(written, place).map(Some),
                None => Some(None),
            };
            (conditions, weight)
        });
        Some(PathStep {
            edge: step.edge.name.clone(),
            reversed: step.reversed,
            variable,
            node,
            conditions: conditions?,
            weight: weight?,
        })
    }

    /// Looks at expressions where `$.` is this edge and `$node` this node.
    fn within_step<T>(
        &mut self,
        edge: Var,
        node: Var,
        span: Span,
        scope: usize,
        look: impl FnOnce(&mut Self, Place<'_>) -> T,
    ) -> T {
        let own = self.environment.scopes.len();
        self.environment.scopes.push(Scope {
            parent: Some(scope),
            word: None,
            names: [(NODE.to_owned(), node)].into(),
            span,
            ended: None,
        });
        let outer = self.step.replace(edge);
        let place = Place {
            blocks: false,
            ..Place::filter(own)
        };
        let seen = look(self, place);
        self.step = outer;
        seen
    }

    /// The condition on the one step of a traversal with an edge variable.
    pub(super) fn condition_of_edge(
        &mut self,
        written: &Traversal,
        edge: Var,
        target: Var,
        scope: usize,
        terms: &mut Vec<Term>,
    ) {
        let Some(condition) = written.condition() else { return };
        if self.names_of_step(condition, scope) {
            let found = self.within_step(edge, target, condition.span, scope, |context, place| {
                context.condition(condition, place)
            });
            let found = found.into_iter().flat_map(super::pattern::conjuncts);
            terms.extend(found.map(Term::Condition));
        }
    }

    /// The link of a traversal whose steps are of several types, or have conditions.
    pub(super) fn walk_link(&mut self, sought: &Sought<'_>, scope: usize, terms: &mut Vec<Term>) {
        let Some((paths, pairs)) = self.search(sought, scope) else {
            return;
        };
        let Some(first) = paths.steps.first().map(|step| step.edge.clone()) else {
            return;
        };
        let link = |own: Paths| {
            Term::Link(Link {
                edge: first.clone(),
                from: own.from,
                to: own.to,
                direction: Direction::Out,
                reversed: false,
                hops: Hops {
                    min: own.min,
                    max: own.max.unwrap_or(own.min),
                },
                edge_variable: sought.edge,
                walk: Some(Box::new(Expression::Paths(Box::new(own)))),
                identity: false,
            })
        };
        let common = sought.edge.into_iter().collect();
        terms.extend(self.for_each_pair((paths, pairs), common, link));
    }

    /// A number, which may be null.
    fn weight(&mut self, written: &ast::Expression, place: Place<'_>) -> Option<Expression> {
        let typed = self.expression(written, place);
        match &typed.ty {
            Ty::Error => None,
            Ty::Value(ty) if !ty.list && ty.scalar.is_numeric() => {
                self.note_use(&typed.expression, None);
                Some(typed.expression)
            }
            _ => {
                let finding = t43_operand_type::argument(self, &typed, "a number", "what `by` sums");
                self.report(finding);
                None
            }
        }
    }

    /// `$.since`: a property of the edge of a step.
    pub(super) fn step_property(&mut self, property: &Name, span: Span) -> Typed {
        let Some(variable) = self.step else {
            self.report(t55_step_name::no_step(span));
            return Typed::error(span);
        };
        self.property_of(variable, property, span)
    }

    /// `nodes($p)`, `edges($p)`, `cost($p)`, and `length($p)` of a path; `None` of another function or another argument.
    pub(super) fn path_part(
        &mut self,
        written: &Apply,
        arguments: &[Typed],
        span: Span,
    ) -> Option<Option<(Expression, Type)>> {
        let part = match written.name.text.as_str() {
            "nodes" => PathPart::Nodes,
            "edges" => PathPart::Edges,
            "cost" => PathPart::Cost,
            "length" => PathPart::Length,
            _ => return None,
        };
        let [argument] = arguments else {
            if part == PathPart::Length {
                return None;
            }
            self.report(t42_unknown_function::form(&written.name, arguments.len(), span));
            return Some(None);
        };
        let (nullable, cost) = match &argument.ty {
            Ty::Value(ty)
                if !ty.list
                    && let Scalar::Path(cost) = ty.scalar =>
            {
                (ty.nullable, cost)
            }
            _ if part == PathPart::Length => return None,
            Ty::Error => return Some(None),
            _ => {
                let what = format!("what `{}` is about", part.name());
                let finding = t43_operand_type::argument(self, argument, "a path", &what);
                self.report(finding);
                return Some(None);
            }
        };
        let ty = match (part, cost) {
            (PathPart::Length | PathPart::Order, _) | (PathPart::Cost, Cost::Integer) => Type::of(Scalar::I64),
            (PathPart::Nodes | PathPart::Edges, _) => Type::list_of(Scalar::String),
            (PathPart::Cost, Cost::Float) => Type::of(Scalar::F64),
            (PathPart::Cost, Cost::None) => {
                let finding =
                    t43_operand_type::argument(self, argument, "a path of `cheapest`", "what `cost` is about");
                self.report(finding);
                return Some(None);
            }
        };
        let ty = nullable_if(ty, nullable);
        let value = call(
            Operation::OfPath(part),
            vec![argument.expression.clone()],
            ty.clone(),
            span,
        );
        Some(Some((value, ty)))
    }
}

/// The names that an expression mentions.
#[derive(Default)]
struct Mentioned<'t>(Vec<(&'t str, Span)>);

impl<'t> Visit<'t> for Mentioned<'t> {
    fn visit_bare(&mut self, name: &'t str, span: Span) {
        self.0.push((name, span));
    }

    fn visit_variable(&mut self, variable: &'t Name) {
        self.0.push((&variable.text, variable.span));
    }
}

/// Whether steps in a row lead from one type to another, in a number of steps within the bounds.
fn leads(steps: &[Allowed], from: &str, to: &str, min: u32, max: Option<u32>) -> bool {
    let ends: Vec<(&str, &str)> = steps.iter().map(Allowed::ends).collect();
    let kinds: BTreeSet<&str> = ends.iter().flat_map(|(from, to)| [*from, *to]).collect();
    // Longer ones are cycles around a shorter one.
    let longest = max.unwrap_or(u32::MAX).min(min.saturating_add(kinds.len() as u32));
    let mut reached = BTreeSet::from([from]);
    for length in 1..=longest {
        let next = ends
            .iter()
            .filter(|(from, _)| reached.contains(from))
            .map(|(_, to)| *to);
        let next: BTreeSet<&str> = next.collect();
        let same = next == reached;
        reached = next;
        if reached.is_empty() {
            return false;
        }
        if (length >= min || same || length >= LONGEST_CHAIN) && reached.contains(to) {
            return true;
        }
        if same || length >= LONGEST_CHAIN {
            return false;
        }
    }
    false
}
