//! One correct query as the lints see it: its tree, what its names mean, and where each variable is mentioned.

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_grammar::query::ast::{
    Binding, Block, Body, Call, Clause, Comparator, Comparison, Expression, ExpressionKind, Literal, Nested,
    PropertyMatch, Query, Read, Search, Statement, Traversal, Union,
};
use omnigraph_grammar::query::visit::{self, Visit};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::{NodeType, Property};
use omnigraph_model::ir::Var;
use omnigraph_model::ir::pattern::{Part, Pattern};
use omnigraph_model::types::Type;

use super::collect;
use crate::query::environment::{Environment, VariableKind};
use crate::query::{Correct, Names};

pub(crate) struct View<'a> {
    pub tree: &'a Query,
    pub text: &'a str,
    pub names: &'a dyn Names,
    pub environment: &'a Environment,
    pub blocks: Vec<BlockView<'a>>,
    pub mentions: Vec<Mention>,
    pub compared: Vec<Compared<'a>>,
    /// Only a read has one.
    pub pattern: Option<&'a Pattern>,
}

/// `match`, or the block of a clause. Its own clauses are also here by their form, in the order of the text.
pub(crate) struct BlockView<'a> {
    pub scope: usize,
    pub written: &'a Block,
    /// The clause that it is the block of.
    pub nested: Option<&'a Nested>,
    pub bindings: Vec<&'a Binding>,
    /// Along edges of one type, without a condition on steps.
    pub traversals: Vec<&'a Traversal>,
    /// All others, and those of paths with their search.
    pub walks: Vec<(&'a Traversal, Option<Search>)>,
    pub filters: Vec<&'a Comparison>,
}

impl<'a> BlockView<'a> {
    pub(crate) fn clauses(&self) -> &'a [Clause] {
        &self.written.clauses
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// `$p: Person`
    Bound,
    /// An end of a traversal.
    End,
    /// The edge variable of a traversal.
    Edge,
    /// A property or the whole in a filter or a text predicate.
    Filtered,
    /// In `return` or `order`.
    Returned,
}

#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub var: Var,
    pub scope: usize,
    /// With the `$`, without a property.
    pub span: Span,
    pub role: Role,
}

/// A comparison: a filter, an inline match, or the predicate of a mutation.
pub(crate) struct Compared<'a> {
    pub scope: usize,
    pub left: Side<'a>,
    pub op: Comparator,
    pub op_span: Span,
    pub right: Side<'a>,
    pub left_span: Span,
    pub right_span: Span,
    pub span: Span,
    /// Written inside a binding or in a mutation, where it cannot be taken out alone.
    pub inline: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Side<'a> {
    Property {
        var: Option<Var>,
        owner: String,
        property: &'a str,
        ty: Type,
    },
    Parameter {
        name: &'a str,
        ty: Type,
    },
    Literal(&'a Literal),
    Other,
}

impl<'a> Compared<'a> {
    /// Property, comparator and the other side, the property brought to the left.
    pub(crate) fn of_property(&self) -> Option<(&Side<'a>, &str, &Type, Comparator, &Side<'a>)> {
        let turned = match self.op {
            Comparator::Less => Some(Comparator::Greater),
            Comparator::LessEqual => Some(Comparator::GreaterEqual),
            Comparator::Greater => Some(Comparator::Less),
            Comparator::GreaterEqual => Some(Comparator::LessEqual),
            Comparator::Equal | Comparator::NotEqual => Some(self.op),
            Comparator::Contains
            | Comparator::StartsWith
            | Comparator::EndsWith
            | Comparator::Matches
            | Comparator::In
            | Comparator::NotIn => None,
        };
        match (&self.left, &self.right) {
            (Side::Property { property, ty, .. }, other) => Some((&self.left, property, ty, self.op, other)),
            (other, Side::Property { property, ty, .. }) => Some((&self.right, property, ty, turned?, other)),
            _ => None,
        }
    }

    /// Where the other side of the property stands.
    pub(crate) fn value_span(&self) -> Span {
        match self.left {
            Side::Property { .. } => self.right_span,
            _ => self.left_span,
        }
    }

    pub(crate) fn is_order(&self) -> bool {
        use Comparator::{Greater, GreaterEqual, Less, LessEqual};
        matches!(self.op, Less | LessEqual | Greater | GreaterEqual)
    }
}

impl<'a> View<'a> {
    /// The block of a scope.
    pub(crate) fn block(&self, scope: usize) -> Option<&BlockView<'a>> {
        self.blocks.iter().find(|block| block.scope == scope)
    }

    /// Whether a block has a variable of this name, be it from one inside of it.
    pub(crate) fn binds(&self, block: &Block, name: &str) -> bool {
        let scopes = self.environment.scopes.iter();
        let mut own = scopes.filter(|scope| scope.span == block.span);
        own.any(|scope| scope.names.contains_key(name))
    }

    /// The innermost block around a place.
    pub(crate) fn block_at(&self, place: Span) -> Option<&BlockView<'a>> {
        let around = |block: &&BlockView<'a>| {
            let span = block.written.span;
            span.start <= place.start && place.end <= span.end
        };
        self.blocks
            .iter()
            .filter(around)
            .min_by_key(|block| block.written.span.end - block.written.span.start)
    }

    /// Whether a scope is one of those around another.
    pub(crate) fn is_around(&self, outer: usize, scope: usize) -> bool {
        let scopes = &self.environment.scopes;
        let mut next = scopes.get(scope).and_then(|scope| scope.parent);
        while let Some(parent) = next {
            if parent == outer {
                return true;
            }
            next = scopes.get(parent).and_then(|scope| scope.parent);
        }
        false
    }

    pub(crate) fn new(tree: &'a Query, text: &'a str, names: &'a dyn Names, correct: &'a Correct) -> View<'a> {
        collect::over(View {
            tree,
            text,
            names,
            environment: &correct.environment,
            blocks: Vec::new(),
            mentions: Vec::new(),
            compared: Vec::new(),
            pattern: correct.pattern(),
        })
    }

    /// The reads that it consists of; none of a mutation.
    pub(crate) fn reads(&self) -> impl DoubleEndedIterator<Item = &'a Read> {
        self.tree.body.reads()
    }

    /// It as a whole, if it puts several reads together.
    pub(crate) fn union(&self) -> Option<&'a Union> {
        match &self.tree.body {
            Body::Union(union) => Some(union),
            Body::Read(_) | Body::Mutation(_) | Body::Fragment(_) => None,
        }
    }

    /// What each of its reads returns, as parts are.
    pub(crate) fn results(&self) -> Vec<PartView<'a>> {
        let parts = self.parts().into_iter();
        let is_last = |part: &PartView<'a>| self.reads().any(|read| std::ptr::eq(read, part.read));
        parts.filter(is_last).collect()
    }

    /// The stages and the results of its reads, with what each means and the scope of its `match`; of a mutation, those of what
    /// its statements run for.
    pub(crate) fn parts(&self) -> Vec<PartView<'a>> {
        let Some(pattern) = self.pattern else {
            return Vec::new();
        };
        // What stands behind the branches of a union comes last, and has no `match`.
        let parts = self.tree.body.matched().flat_map(Read::parts).zip(pattern.parts());
        let parts = parts.map(|(read, (part, handed))| PartView {
            read,
            part,
            handed,
            scope: self.scope_of(&read.pattern).unwrap_or_default(),
        });
        parts.collect()
    }

    /// The scope of a block.
    pub(crate) fn scope_of(&self, block: &Block) -> Option<usize> {
        let mut scopes = self.environment.scopes.iter();
        scopes.position(|scope| scope.span == block.span)
    }

    /// Whether a scope is that of a `match`, and of no block inside.
    pub(crate) fn is_outermost(&self, scope: usize) -> bool {
        let scope = self.environment.scopes.get(scope);
        scope.is_some_and(|scope| scope.parent.is_none())
    }

    /// Whether the rows of the result are those of one `match`.
    pub(crate) fn is_flat(&self) -> bool {
        self.pattern
            .is_some_and(|pattern| pattern.stages.is_empty() && pattern.union.is_none())
    }

    /// Whether a variable is what a stage hands on, or a parameter.
    pub(crate) fn is_handed(&self, var: Var) -> bool {
        let given = self.environment.variable(var).given;
        given
            || self
                .pattern
                .is_some_and(|pattern| pattern.parts().any(|(_, handed)| handed.contains(&var)))
    }

    pub(crate) fn written(&self) -> &'a [Statement] {
        match &self.tree.body {
            Body::Read(_) | Body::Union(_) | Body::Fragment(_) => &[],
            Body::Mutation(mutation) => &mutation.statements,
        }
    }

    /// The type whose rows a statement is about.
    pub(crate) fn written_type(&self, statement: &Statement) -> Option<String> {
        if let Some(ty) = statement.ty() {
            return Some(ty.text.clone());
        }
        let name = &statement.subject()?.text;
        let scope = self.parts().last().map_or(0, |part| part.scope);
        match &self.environment.variable(self.environment.lookup(scope, name)?).kind {
            VariableKind::Node(node) => Some(node.name.clone()),
            VariableKind::Edge(edge) => Some(edge.name.clone()),
            _ => None,
        }
    }

    pub(super) fn mention(&mut self, name: &str, span: Span, scope: usize, role: Role) {
        if name != "_"
            && let Some(var) = self.environment.lookup(scope, name)
        {
            self.mentions.push(Mention { var, scope, span, role });
        }
    }

    pub(crate) fn side(&self, expression: &'a Expression, scope: usize) -> Side<'a> {
        match &expression.kind {
            ExpressionKind::Literal(literal) => Side::Literal(literal),
            ExpressionKind::Variable(name) => match self.environment.parameters.get(name).and_then(|p| p.ty.clone()) {
                Some(ty) => Side::Parameter { name, ty },
                None => Side::Other,
            },
            ExpressionKind::Property { variable, property } => match self.property(variable, property, scope) {
                Some((owner, found)) => {
                    let var = self.environment.lookup(scope, &variable.text);
                    let mut ty = found.ty.clone();
                    ty.nullable |= var.is_some_and(|var| self.may_be_missing(var, scope));
                    Side::Property {
                        var,
                        owner,
                        property: &property.text,
                        ty,
                    }
                }
                None => Side::Other,
            },
            _ => Side::Other,
        }
    }

    /// Whether a variable may be null in a block: one that an optional block inside of it binds, or a stage before.
    fn may_be_missing(&self, var: Var, scope: usize) -> bool {
        let scopes = &self.environment.scopes;
        let binds = |scope: usize| scopes[scope].names.values().any(|own| *own == var);
        let mut around = Some(scope);
        while let Some(scope) = around.filter(|scope| !binds(*scope)) {
            around = scopes[scope].parent;
        }
        let Some(around) = around.filter(|_| self.environment.variable(var).nullable) else {
            return false;
        };
        let mut within = (around + 1..scopes.len()).filter(|inner| self.is_around(around, *inner));
        self.is_handed(var) || within.any(binds)
    }

    /// A property of a variable, with the type that has it.
    pub(crate) fn property(&self, variable: &Name, property: &Name, scope: usize) -> Option<(String, &Property)> {
        let (owner, found) = match self.environment.kind(self.environment.lookup(scope, &variable.text)?) {
            kind @ (VariableKind::Node(_)
            | VariableKind::Interface(_)
            | VariableKind::Edge(_)
            | VariableKind::Edges(_)) => (kind.declaration()?.1, kind.property(&property.text)),
            _ => return None,
        };
        Some((owner.to_owned(), found?))
    }

    pub(crate) fn node(&self, var: Var) -> Option<&Arc<NodeType>> {
        match self.environment.kind(var) {
            VariableKind::Node(node) => Some(node),
            _ => None,
        }
    }

    /// The named variables with their mentions, in the order of declaration.
    pub(crate) fn variables(&self) -> BTreeMap<Var, Vec<&Mention>> {
        let mut variables: BTreeMap<Var, Vec<&Mention>> = BTreeMap::new();
        for mention in &self.mentions {
            variables.entry(mention.var).or_default().push(mention);
        }
        variables
    }

    /// A variable as it is written, without `$`.
    pub(crate) fn name(&self, mention: &Mention) -> &'a str {
        self.text
            .get(mention.span.range())
            .unwrap_or("")
            .trim_start_matches('$')
    }

    /// Traversals with the block they stand in.
    pub(crate) fn traversals(&self) -> impl Iterator<Item = (usize, &'a Traversal)> {
        self.blocks
            .iter()
            .flat_map(|block| block.traversals.iter().map(|traversal| (block.scope, *traversal)))
    }

    /// Traversals along edges of several types, or with a condition on steps, and those of paths.
    pub(crate) fn walks(&self) -> impl Iterator<Item = (&'a Traversal, Option<Search>)> {
        self.blocks.iter().flat_map(|block| block.walks.iter().copied())
    }

    /// All calls of functions: in filters, text predicates, projections and sort keys.
    pub(crate) fn calls(&self) -> Vec<&'a Call> {
        let mut calls = Calls(Vec::new());
        for block in &self.blocks {
            visit::walk_block(&mut calls, block.written);
        }
        for part in self.reads().flat_map(Read::parts) {
            part.projections.iter().for_each(|p| calls.visit_projection(p));
            part.having.iter().for_each(|having| calls.visit_having(having));
            part.order.iter().for_each(|key| calls.visit_sort_key(key));
        }
        if let Some(union) = self.union() {
            union.order.iter().for_each(|key| calls.visit_sort_key(key));
        }
        calls.0
    }

    pub(crate) fn aggregates(&self) -> bool {
        self.results().iter().all(|result| result.part.grouped)
    }

    /// Whether rows come of more than the nodes and edges of the pattern: of the items of lists, or of further blocks.
    pub(crate) fn multiplies_rows(&self) -> bool {
        self.pattern.is_some_and(|pattern| {
            let matched = pattern.result.root.conjunction();
            let each = matched.definitions.iter().any(|own| own.each);
            each || !matched.optionals.is_empty() || !matched.eithers.is_empty()
        })
    }

    /// Whether the order of rows stays the same if a variable of this block is called otherwise: rows that no sort key tells
    /// apart are ordered by their nodes, in the order of the variables' names.
    pub(crate) fn keeps_order(&self, scope: usize, name: &str, other: &str) -> bool {
        let mut names = self.mentions.iter().filter(|mention| self.is_outermost(mention.scope));
        let keeps = |own: &str| own == name || (own < name) == (own < other);
        !self.is_outermost(scope)
            || self.aggregates()
            || names.all(|mention| keeps(self.name(mention))) && !self.text.contains("$_")
    }

    /// What the query says at a place.
    pub(crate) fn written_at(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Takes a clause out: with its line if it stands alone on it, else with the spaces before it.
    pub(crate) fn without(&self, span: Span) -> (Span, String) {
        let (before, after) = (&self.text[..span.start as usize], &self.text[span.end as usize..]);
        let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
        let trailing = after.len() - after.trim_start_matches([' ', '\t']).len();
        let line_start = before.len() - indent;
        let alone = line_start == 0 || before[..line_start].ends_with('\n');
        let start = span.start - indent as u32;
        match after[trailing..].starts_with('\n') {
            true if alone => (
                Span {
                    start,
                    end: span.end + trailing as u32 + 1,
                },
                String::new(),
            ),
            true => (Span { start, end: span.end }, String::new()),
            false => (
                Span {
                    start: span.start,
                    end: span.end + trailing as u32,
                },
                String::new(),
            ),
        }
    }

    /// Takes one element out of a list with commas.
    pub(crate) fn without_element(&self, spans: &[Span], index: usize) -> (Span, String) {
        let span = match (
            spans.get(index + 1),
            index.checked_sub(1).and_then(|before| spans.get(before)),
        ) {
            (Some(next), _) => Span {
                start: spans[index].start,
                end: next.start,
            },
            (None, Some(before)) => Span {
                start: before.end,
                end: spans[index].end,
            },
            (None, None) => spans[index],
        };
        (span, String::new())
    }

    /// Whether the variable is a parameter that stands for a node.
    pub(crate) fn is_given(&self, var: Var) -> bool {
        self.environment
            .variables
            .get(var.0 as usize)
            .is_some_and(|own| own.given)
    }

    /// Whether the variable stands for one node: a parameter does, and what equality with a constant or a parameter finds by a key.
    pub(crate) fn is_pinned(&self, var: Var) -> bool {
        if self.is_given(var) {
            return true;
        }
        let Some(node) = self.node(var) else { return false };
        let fixed: Vec<&str> = self
            .compared
            .iter()
            .filter(|c| self.is_outermost(c.scope))
            .filter_map(|c| match c.of_property()? {
                (Side::Property { var: Some(own), .. }, property, _, Comparator::Equal, other)
                    if *own == var && matches!(other, Side::Literal(_) | Side::Parameter { .. }) =>
                {
                    Some(property)
                }
                _ => None,
            })
            .collect();
        let covered = |columns: &[String]| !columns.is_empty() && columns.iter().all(|c| fixed.contains(&c.as_str()));
        covered(&node.key) || node.unique.iter().any(|set| covered(set))
    }

    /// Whether anything restricts which nodes a variable stands for, apart from its links.
    pub(crate) fn is_filtered(&self, var: Var) -> bool {
        self.is_given(var)
            || self
                .mentions
                .iter()
                .any(|mention| mention.var == var && mention.role == Role::Filtered)
            || self.compared.iter().any(|compared| {
                [&compared.left, &compared.right]
                    .iter()
                    .any(|side| matches!(side, Side::Property { var: Some(own), .. } if *own == var))
            })
    }
}

/// A stage, or what the result is made of.
pub(crate) struct PartView<'a> {
    pub read: &'a Read,
    pub part: &'a Part,
    /// What the stage before hands on.
    pub handed: &'a [Var],
    pub scope: usize,
}

impl Side<'_> {
    /// Whether it is a property of a variable of the pattern.
    pub(crate) fn is_of_variable(&self) -> bool {
        matches!(self, Side::Property { var: Some(_), .. })
    }
}

/// The calls of one block.
struct Calls<'a>(Vec<&'a Call>);

impl<'a> Visit<'a> for Calls<'a> {
    fn visit_block(&mut self, _: &'a Block) {}

    // Nothing but values and `now()` stands there.
    fn visit_match(&mut self, _: &'a PropertyMatch) {}

    fn visit_call(&mut self, call: &'a Call) {
        self.0.push(call);
        visit::walk_call(self, call);
    }
}
