//! What one query says about the schema's parts: which it reads, sets and creates. Lints over a whole project ask.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_grammar::query::ast::{Binding, Block, Body, Comparator, Object, Rows, Statement, Traversal};
use omnigraph_grammar::query::visit::{self, Visit};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::Var;
use omnigraph_model::types::Scalar;
use sha2::{Digest, Sha256};

use super::view::{Compared, Side, View};
use crate::query::environment::VariableKind;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryUsage {
    /// Node and edge types that occur, with where they are first named.
    pub types: BTreeMap<String, Span>,
    /// Properties that are read, with where each is first named.
    pub properties: BTreeMap<Used, Span>,
    /// Whole nodes are returned of these types.
    pub whole: BTreeSet<String>,
    pub inserted: BTreeSet<String>,
    /// Properties that some `update` sets, by type; a type without any is not there.
    pub updated: BTreeMap<String, BTreeSet<String>>,
    /// Properties that a constant or a parameter fixes, of variables that no key does.
    pub fixed: Vec<Fixed>,
    pub is_read: bool,
    /// Equal for queries that are the same but for names of variables, of parameters and of the query. Of reads.
    pub body: Option<[u8; 32]>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Used {
    pub owner: String,
    pub property: String,
}

/// A property that must have one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// `None` in the predicate of a mutation.
    pub var: Option<Var>,
    pub owner: String,
    pub property: String,
    pub span: Span,
}

impl QueryUsage {
    pub(crate) fn of(view: &View) -> QueryUsage {
        let mut usage = QueryUsage {
            is_read: view.reads().next().is_some(),
            ..QueryUsage::default()
        };
        for compared in &view.compared {
            for (side, span) in [
                (&compared.left, compared.left_span),
                (&compared.right, compared.right_span),
            ] {
                if let Side::Property { owner, property, .. } = side {
                    usage.uses(owner, property, span);
                }
            }
        }
        usage.fixed = view
            .compared
            .iter()
            .filter_map(|compared| fixed(view, compared))
            .collect();
        for block in &view.blocks {
            visit::walk_block(
                &mut Types {
                    view,
                    usage: &mut usage,
                },
                block.written,
            );
        }
        let scope = view.parts().last().map_or(0, |part| part.scope);
        let mut reads = Reads {
            view,
            scope,
            usage: &mut usage,
        };
        for call in view.calls() {
            visit::walk_call(&mut reads, call);
        }
        for part in view.parts() {
            reads.scope = part.scope;
            part.read.projections.iter().for_each(|p| reads.visit_projection(p));
            part.read.having.iter().for_each(|having| reads.visit_having(having));
            part.read.order.iter().for_each(|key| reads.visit_sort_key(key));
        }
        if let Some(union) = view.union() {
            union.order.iter().for_each(|key| reads.visit_sort_key(key));
        }
        if usage.is_read {
            usage.body = Some(body(view));
        }
        for statement in view.written() {
            let Some(ty) = view.written_type(statement) else {
                continue;
            };
            let place = statement
                .ty()
                .or(statement.subject())
                .map_or(statement.keyword(), |name| name.span);
            usage.names(&ty, place);
            RowReads {
                ty: &ty,
                reads: Reads {
                    view,
                    scope,
                    usage: &mut usage,
                },
            }
            .visit_statement(statement);
            let set = match statement {
                Statement::Insert(_) | Statement::Upsert(_) => {
                    usage.inserted.insert(ty.clone());
                    statement.otherwise().map(|other| &other.assignments)
                }
                Statement::Update(update) => Some(&update.assignments),
                Statement::Delete(_) => None,
            };
            if let Some(set) = set {
                let updated = usage.updated.entry(ty).or_default();
                updated.extend(set.iter().map(|a| a.property.text.clone()));
            }
        }
        if let Body::Mutation(mutation) = &view.tree.body {
            let returning = mutation.returning.iter().flat_map(|returning| &returning.projections);
            let mut of_row = mutation.statements.iter().filter(|s| s.condition().is_some());
            let ty = of_row.next().and_then(|statement| view.written_type(statement));
            let mut reads = RowReads {
                ty: ty.as_deref().unwrap_or_default(),
                reads: Reads {
                    view,
                    scope,
                    usage: &mut usage,
                },
            };
            returning.for_each(|projection| reads.visit_projection(projection));
        }
        usage.spread(view);
        usage
    }

    /// What is read of an interface is read of each type that implements it, and of several edge types of each of them.
    fn spread(&mut self, view: &View) {
        for variable in &view.environment.variables {
            let (name, types) = match &variable.kind {
                VariableKind::Interface(interface) => (&interface.ty.name, interface.types.clone()),
                VariableKind::Edges(edges) => (&edges.name, edges.names()),
                _ => continue,
            };
            let read = self.properties.iter().filter(|(used, _)| used.owner == *name);
            let read: Vec<(String, Span)> = read.map(|(used, span)| (used.property.clone(), *span)).collect();
            let named = self.types.get(name).copied().unwrap_or(variable.declared);
            for own in &types {
                self.names(own, named);
                read.iter().for_each(|(property, span)| self.uses(own, property, *span));
            }
        }
    }

    fn names(&mut self, ty: &str, span: Span) {
        self.types.entry(ty.to_owned()).or_insert(span);
    }

    fn uses(&mut self, owner: &str, property: &str, span: Span) {
        let used = Used {
            owner: owner.to_owned(),
            property: property.to_owned(),
        };
        self.properties.entry(used).or_insert(span);
    }
}

/// The properties that a statement reads, of its row and of the assignment.
struct RowReads<'a, 'v> {
    ty: &'v str,
    /// What it reads of the assignment.
    reads: Reads<'a, 'v>,
}

impl<'a> Visit<'a> for RowReads<'a, '_> {
    fn visit_alias(&mut self, name: &str, span: Span) {
        self.reads.usage.uses(self.ty, name, span);
    }

    fn visit_property(&mut self, variable: &'a Name, property: &'a Name) {
        self.reads.visit_property(variable, property);
    }

    fn visit_chosen(&mut self, object: &'a Object, property: &'a Name) {
        self.reads.visit_chosen(object, property);
    }

    fn visit_bare(&mut self, name: &'a str, span: Span) {
        self.reads.visit_bare(name, span);
    }

    // The blocks have been looked at.
    fn visit_block(&mut self, _: &'a Block) {}
}

/// The types that the clauses of one block name.
struct Types<'a, 'v> {
    view: &'v View<'a>,
    usage: &'v mut QueryUsage,
}

impl Visit<'_> for Types<'_, '_> {
    fn visit_block(&mut self, _: &Block) {}

    fn visit_binding(&mut self, binding: &Binding) {
        self.usage.names(&binding.ty.text, binding.ty.span);
    }

    fn visit_traversal(&mut self, step: &Traversal) {
        for written in step.edges() {
            if let Some(edge) = self.view.names.edge(&written.text) {
                for name in [&edge.name, &edge.from, &edge.to] {
                    self.usage.names(name, written.span);
                }
            }
        }
    }
}

/// What expressions read, in an outermost block.
struct Reads<'a, 'v> {
    view: &'v View<'a>,
    scope: usize,
    usage: &'v mut QueryUsage,
}

impl<'a> Visit<'a> for Reads<'a, '_> {
    fn visit_property(&mut self, variable: &'a Name, property: &'a Name) {
        if let Some((owner, found)) = self.view.property(variable, property, self.scope) {
            self.usage.uses(&owner, &found.name, variable.span.to(property.span));
        }
    }

    fn visit_chosen(&mut self, object: &'a Object, property: &'a Name) {
        if let Some((owner, found)) = self.view.property(&object.variable, property, self.scope) {
            self.usage.uses(&owner, &found.name, property.span);
        }
    }

    fn visit_rows(&mut self, rows: &'a Rows) {
        let inner = self.view.scope_of(&rows.block).unwrap_or(self.scope);
        let outer = std::mem::replace(&mut self.scope, inner);
        visit::walk_rows(self, rows);
        self.scope = outer;
    }

    fn visit_bare(&mut self, name: &'a str, span: Span) {
        let environment = self.view.environment;
        let var = environment
            .lookup(self.scope, name)
            .filter(|_| !environment.parameters.contains_key(name));
        match var.map(|var| environment.kind(var)) {
            Some(VariableKind::Node(node)) => _ = self.usage.whole.insert(node.name.clone()),
            Some(VariableKind::Interface(interface)) => {
                for property in &interface.ty.properties {
                    self.usage.uses(&interface.ty.name, &property.name, span);
                }
            }
            _ => {}
        }
    }
}

/// One value of many: what is true or false, or an enum, picks out too much for an index to help.
fn fixed(view: &View, compared: &Compared) -> Option<Fixed> {
    let (side, property, ty, op, other) = compared.of_property()?;
    let Side::Property { var, owner, .. } = side else {
        return None;
    };
    let constant = matches!(other, Side::Literal(_) | Side::Parameter { .. });
    let one_of_many = !ty.list && ty.enum_values.is_none() && !matches!(ty.scalar, Scalar::Bool | Scalar::Vector(_));
    let wanted = op == Comparator::Equal && constant && one_of_many && !var.is_some_and(|var| view.is_pinned(var));
    wanted.then(|| Fixed {
        var: *var,
        owner: owner.clone(),
        property: property.to_owned(),
        span: match side == &compared.left {
            true => compared.left_span,
            false => compared.right_span,
        },
    })
}

/// A hash of the query's words from `match` on, variables and parameters renamed in order of appearance.
fn body(view: &View) -> [u8; 32] {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let mut hash = Sha256::new();
    for parameter in &view.tree.parameters {
        let next = names.len();
        names.insert(&parameter.name.text, next);
        hash.update(view.written_at(parameter.ty.span).as_bytes());
        hash.update([u8::from(parameter.optional), b',']);
    }
    let first = view.reads().next().and_then(|read| read.parts().next());
    let start = match (view.union(), first) {
        (Some(union), _) => union.keyword.start,
        (None, Some(part)) => part.pattern.span.start,
        (None, None) => return hash.finalize().into(),
    };
    for token in omnigraph_grammar::query::tokens(view.text) {
        let text = view.written_at(token.span);
        let is_trivia = text.trim().is_empty() || text.starts_with("//") || text.starts_with("/*");
        if token.span.start < start || is_trivia {
            continue;
        }
        match text.strip_prefix('$') {
            Some("_") | None => hash.update(text.as_bytes()),
            Some(name) => {
                let next = names.len();
                let number = *names.entry(name).or_insert(next);
                hash.update(format!("${number}").as_bytes());
            }
        }
        hash.update([0]);
    }
    hash.finalize().into()
}
