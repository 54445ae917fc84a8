//! Blocks whose variables are visible around them: `optional { … }` and `either { … } or { … }`. Which block a variable
//! belongs to is told by the text before anything has a type.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use omnigraph_grammar::query::ast::{Block, BlockWord, Clause, Nested, Traversal};
use omnigraph_grammar::query::visit::Visit;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::Var;
use omnigraph_model::ir::pattern::{Common, Term};

use super::Names;
use super::context::Context;
use super::environment::VariableKind;
use super::fragments::node_arguments;
use super::paths::walk_of;
use super::widening::widest;
use crate::rules::types::*;

/// Which names the optional and the alternative blocks of a block bring into it.
#[derive(Default)]
pub(super) struct Brought<'q> {
    /// By the start of the clause.
    by: HashMap<u32, Vec<&'q str>>,
    /// The names that traversals around an alternative go on from.
    linked: HashSet<&'q str>,
}

impl<'q> Brought<'q> {
    /// Whether a block brings the name.
    pub(super) fn brings(&self, name: &str) -> bool {
        self.by.values().any(|names| names.contains(&name))
    }

    /// The names that a clause brings.
    pub(super) fn by(&self, nested: &Nested) -> &[&'q str] {
        self.by.get(&nested.keyword.start).map_or(&[], Vec::as_slice)
    }
}

/// The blocks of a word in a block.
fn nested_in(block: &Block, word: BlockWord) -> impl Iterator<Item = &Nested> {
    block.clauses.iter().filter_map(move |clause| match clause {
        Clause::Nested(nested) if nested.word == word => Some(nested),
        _ => None,
    })
}

/// A name that a block binds, where it does.
type Bound<'q> = (&'q str, Span);

/// The names that a block binds, in the order of the text; `names`: what its calls need.
fn bound_names<'q>(block: &'q Block, names: &dyn Names) -> Vec<Bound<'q>> {
    let mut bound: Vec<Bound<'q>> = Vec::new();
    let named = |name: &'q Name| (name.text.as_str(), name.span);
    for clause in &block.clauses {
        match clause {
            Clause::Binding(binding) => bound.push(named(&binding.variable)),
            Clause::Definition(definition) => {
                bound.push(named(&definition.variable));
                if let Some(walk) = walk_of(definition) {
                    bound.extend([&walk.traversal.source, &walk.traversal.target].map(named));
                }
            }
            Clause::Traversal(step) => {
                bound.push(named(&step.source));
                bound.extend(step.edge_variable.as_ref().map(named));
                bound.push(named(&step.target));
            }
            Clause::Nested(nested) => match nested.word {
                BlockWord::Optional => bound.extend(nested.blocks.iter().flat_map(|inner| bound_names(inner, names))),
                BlockWord::Either => bound.extend(common_names(nested, names)),
                BlockWord::Not | BlockWord::Exists => {}
            },
            Clause::Condition(_) => {
                let arguments = node_arguments(clause, names).into_iter();
                bound.extend(arguments.map(|argument| (argument.name, argument.span)));
            }
        }
    }
    bound.retain(|(name, _)| *name != "_");
    bound
}

/// The names that each block of an `either` binds, where the first one does.
fn common_names<'q>(either: &'q Nested, names: &dyn Names) -> Vec<Bound<'q>> {
    let mut blocks = either.blocks.iter().map(|block| bound_names(block, names));
    let first = blocks.next().unwrap_or_default();
    let others: Vec<HashSet<&str>> = blocks
        .map(|bound| bound.into_iter().map(|(name, _)| name).collect())
        .collect();
    let mut seen = HashSet::new();
    first
        .into_iter()
        .filter(|(name, _)| others.iter().all(|other| other.contains(name)) && seen.insert(*name))
        .collect()
}

/// The traversals of a block; `deep`: also those of the blocks inside that bind variables around them.
fn steps(block: &Block, deep: bool) -> Vec<&Traversal> {
    let mut found = Vec::new();
    for clause in &block.clauses {
        match clause {
            Clause::Traversal(step) => found.push(step),
            Clause::Definition(definition) => found.extend(walk_of(definition).map(|walk| &walk.traversal)),
            Clause::Nested(nested) if deep && brings(nested) => {
                found.extend(nested.blocks.iter().flat_map(|inner| steps(inner, true)));
            }
            _ => {}
        }
    }
    found
}

/// Whether what a clause binds is visible around it.
fn brings(nested: &Nested) -> bool {
    matches!(nested.word, BlockWord::Optional | BlockWord::Either)
}

/// The names that traversals link with a name, itself included.
fn linked_with<'q>(steps: &[&'q Traversal], name: &'q str) -> HashSet<&'q str> {
    let mut linked = HashSet::from([name]);
    loop {
        let before = linked.len();
        for step in steps {
            let (source, target) = (step.source.text.as_str(), step.target.text.as_str());
            if linked.contains(source) || linked.contains(target) {
                linked.extend([source, target].into_iter().filter(|end| *end != "_"));
            }
        }
        if linked.len() == before {
            return linked;
        }
    }
}

/// Whether a block says of itself what a name stands for.
fn says(block: &Block, name: &str) -> bool {
    block.clauses.iter().any(|clause| match clause {
        Clause::Binding(binding) => binding.variable.text == name,
        Clause::Definition(definition) => definition.variable.text == name,
        Clause::Traversal(step) => step.edge_variable.as_ref().is_some_and(|edge| edge.text == name),
        Clause::Nested(nested) => brings(nested) && nested.blocks.iter().any(|inner| says(inner, name)),
        Clause::Condition(_) => false,
    })
}

/// Whether a block binds a name whatever the blocks beside it do: it says its type, or its traversals link it with what is
/// known outside.
fn binds_firmly(block: &Block, name: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let mut linked = linked_with(&steps(block, true), name).into_iter();
    says(block, name) || linked.any(|other| other != name && known(other))
}

/// All names that a clause mentions, at any depth.
pub(super) fn mentioned(nested: &Nested) -> Vec<&str> {
    #[derive(Default)]
    struct Names<'q>(Vec<&'q str>);
    impl<'q> Visit<'q> for Names<'q> {
        fn visit_variable(&mut self, variable: &'q Name) {
            self.0.push(&variable.text);
        }
        fn visit_bare(&mut self, name: &'q str, _: Span) {
            self.0.push(name);
        }
    }
    let mut names = Names::default();
    names.visit_nested(nested);
    names.0
}

impl Context<'_> {
    /// Tells which optional block brings each variable that the pattern around does not bind, and which variables the
    /// alternatives do.
    pub(super) fn brought<'q>(&mut self, block: &'q Block, scope: usize) -> Brought<'q> {
        let mut brought = Brought::default();
        if !block.clauses.iter().any(|clause| matches!(clause, Clause::Nested(_))) {
            return brought;
        }
        // Bound here by what cannot be meant for anything else, or by a traversal.
        let (mut own, mut linked) = (HashSet::new(), BTreeMap::new());
        for clause in &block.clauses {
            match clause {
                Clause::Binding(binding) => _ = own.insert(binding.variable.text.as_str()),
                Clause::Definition(definition) => {
                    own.insert(&definition.variable.text);
                    if let Some(walk) = walk_of(definition) {
                        for end in [&walk.traversal.source, &walk.traversal.target] {
                            linked.entry(end.text.as_str()).or_insert(end);
                        }
                    }
                }
                Clause::Traversal(step) => {
                    own.extend(step.edge_variable.iter().map(|edge| edge.text.as_str()));
                    for end in [&step.source, &step.target] {
                        linked.entry(end.text.as_str()).or_insert(end);
                    }
                }
                Clause::Condition(_) | Clause::Nested(_) => {}
            }
        }
        let mut alternatives = HashSet::new();
        for either in nested_in(block, BlockWord::Either) {
            let names = common_names(either, self.names).into_iter().map(|(name, _)| name);
            let names = names.filter(|name| !own.contains(name) && self.lookup(scope, name).is_none());
            let names: Vec<&str> = names.filter(|name| alternatives.insert(*name)).collect();
            brought.by.insert(either.keyword.start, names);
        }
        brought.linked = linked
            .keys()
            .copied()
            .filter(|name| alternatives.contains(name))
            .collect();
        let mut bringing: BTreeMap<&str, Vec<(&'q Nested, Span)>> = BTreeMap::new();
        for optional in nested_in(block, BlockWord::Optional) {
            let mut seen = HashSet::new();
            for (text, span) in optional.blocks.iter().flat_map(|block| bound_names(block, self.names)) {
                let elsewhere = own.contains(text) || alternatives.contains(text) || self.lookup(scope, text).is_some();
                if !elsewhere && seen.insert(text) {
                    bringing.entry(text).or_default().push((optional, span));
                }
            }
        }
        for (name, blocks) in &bringing {
            let Some((first, first_span)) = blocks.first() else {
                continue;
            };
            if let Some(end) = linked.get(name) {
                // Bound by the traversal. Who reads the optional block first takes it for what finds the variable, if it
                // links that with something that nothing else links it with.
                let around = linked_with(&steps(block, false), name);
                let is_outside = |other: &&str| {
                    own.contains(*other) || linked.contains_key(*other) || self.lookup(scope, other).is_some()
                };
                let mut found = first
                    .blocks
                    .iter()
                    .flat_map(|block| linked_with(&steps(block, true), name));
                let finds = found.any(|other| is_outside(&other) && !around.contains(other));
                if finds && first_span.start < end.span.start {
                    self.report(t47_optional_end::traversal(end, first, *first_span));
                    self.murk(scope);
                }
                continue;
            }
            let known = |text: &str| {
                let here = own.contains(text) || alternatives.contains(text) || linked.contains_key(text);
                here || self.lookup(scope, text).is_some()
            };
            let firm: Vec<&(&Nested, Span)> = blocks
                .iter()
                .filter(|(optional, _)| optional.blocks.iter().any(|block| binds_firmly(block, name, &known)))
                .collect();
            let (bringer, doubled) = match (firm.as_slice(), blocks.as_slice()) {
                ([only], _) => (only.0, None),
                ([first, second, ..], _) => (first.0, Some((first.1, second.1))),
                ([], [first, second, ..]) => (first.0, Some((first.1, second.1))),
                ([], _) => (*first, None),
            };
            if let Some((first, second)) = doubled {
                self.report(t48_two_optionals::finding(name, second, first));
            }
            brought.by.entry(bringer.keyword.start).or_default().push(name);
        }
        brought
    }

    /// The block of `optional`, whose variables are visible in `scope` from then on.
    pub(super) fn optional(&mut self, nested: &Nested, scope: usize, terms: &mut Vec<Term>) {
        let within = self.environment.scopes.len();
        let blocks = nested.blocks.iter();
        let inner = blocks.map(|block| self.block(block, Some((scope, nested.word.text()))));
        let inner = Term::All(inner.collect());
        // What the block knows a narrower type of is bound outside.
        let mut names = self.environment.scopes[within].names.clone();
        names.retain(|name, _| self.lookup(scope, name).is_none());
        let bound: BTreeSet<Var> = inner.bound().into_iter().chain(names.values().copied()).collect();
        for var in bound {
            self.set_nullable(var);
        }
        self.environment.scopes[scope].names.extend(names);
        terms.push(Term::Optional(Box::new(inner)));
    }

    /// The blocks of `either`; the variables that all of them bind are visible in `scope` from then on.
    pub(super) fn either(&mut self, nested: &Nested, brought: &Brought<'_>, scope: usize, terms: &mut Vec<Term>) {
        let (mut scopes, mut branches) = (Vec::new(), Vec::new());
        for block in &nested.blocks {
            scopes.push(self.environment.scopes.len());
            branches.push(self.block(block, Some((scope, nested.word.text()))));
        }
        let mut common = Vec::new();
        for name in brought.by(nested) {
            if brought.linked.contains(name)
                && let Some(variable) = self.lookup(scope, name)
            {
                // Traversals outside go on from it: what binds it first is found when the plan is made.
                terms.retain(|term| *term != Term::Node(variable));
                for branch in &mut branches {
                    let own = std::mem::replace(branch, Term::All(Vec::new()));
                    *branch = Term::All(vec![Term::Node(variable), own]);
                }
                let within = vec![variable; branches.len()];
                common.push(Common { variable, within });
                continue;
            }
            let within = scopes
                .iter()
                .map(|own| self.environment.scopes[*own].names.get(*name).copied());
            let Some(within) = within.collect::<Option<Vec<Var>>>() else {
                continue;
            };
            let mut within = within;
            self.seen_alike(&mut within, &mut branches);
            let variable = self.common_variable(name, &within);
            for own in scopes.iter().chain([&scope]) {
                self.environment.scopes[*own].names.insert((*name).to_owned(), variable);
            }
            common.push(Common { variable, within });
        }
        terms.push(Term::Either(common, branches));
    }

    /// One variable for those that the blocks of an `either` bind under one name.
    fn common_variable(&mut self, name: &str, within: &[Var]) -> Var {
        let kind = self.common_kind(name, within);
        let declared = within
            .first()
            .map_or(Span::at(0), |first| self.variable(*first).declared);
        let variable = self.new_variable(name.to_owned(), false, declared, kind);
        if let Some(first) = within.first() {
            // The name that people read is that of the variable outside.
            let variables = &mut self.environment.variables;
            let (own, other) = (variable.0 as usize, first.0 as usize);
            let text = std::mem::take(&mut variables[own].name);
            variables[own].name = std::mem::replace(&mut variables[other].name, text);
        }
        for own in within {
            self.environment.variables[own.0 as usize].anonymous = true;
        }
        if within.iter().any(|own| self.variable(*own).nullable) {
            self.set_nullable(variable);
        }
        variable
    }

    fn common_kind(&mut self, name: &str, within: &[Var]) -> VariableKind {
        let mut kinds = within.iter().map(|own| self.kind(*own).clone());
        let Some(first) = kinds.next() else {
            return VariableKind::Error;
        };
        let mut common = first;
        for (other, var) in kinds.zip(&within[1..]) {
            common = match (common, other) {
                (VariableKind::Node(a), VariableKind::Node(b)) if a.name == b.name => VariableKind::Node(a),
                (VariableKind::Interface(a), VariableKind::Interface(b)) if a.ty.name == b.ty.name => {
                    VariableKind::Interface(a)
                }
                (VariableKind::Edge(a), VariableKind::Edge(b)) if a.name == b.name => VariableKind::Edge(a),
                (VariableKind::Edges(a), VariableKind::Edges(b)) if a.name == b.name => VariableKind::Edges(a),
                (VariableKind::Value(a), VariableKind::Value(b)) if widest(&a, &b).is_some() => {
                    widest(&a, &b).map_or(VariableKind::ValueError, VariableKind::Value)
                }
                (a, b) if is_wrong(&a) || is_wrong(&b) => VariableKind::Error,
                _ => {
                    let finding = t49_alternative_types::finding(self, name, within[0], *var);
                    self.report(finding);
                    return VariableKind::Error;
                }
            };
        }
        common
    }

    fn set_nullable(&mut self, var: Var) {
        let Some(variable) = self.environment.variables.get_mut(var.0 as usize) else {
            return;
        };
        variable.nullable = true;
        if let VariableKind::Value(ty) = &mut variable.kind {
            *ty = ty.clone().nullable();
        }
    }
}

fn is_wrong(kind: &VariableKind) -> bool {
    use VariableKind::{EdgeError, Error, Open, ValueError};
    matches!(kind, Open | Error | EdgeError | ValueError)
}
