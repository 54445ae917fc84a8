//! What the variables of a query stand for, as far as it could be understood: for editors, which ask about queries that
//! are not finished.

use std::collections::BTreeMap;

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast;
use omnigraph_model::ir::Entity;

use super::Names;
use super::context::Context;
use super::environment::VariableKind;

/// The blocks of a query and their variables. The first block is `match`; a read has one even if it is empty. Of a fragment it is the
/// fragment itself with the parameters that are nodes, and its clauses are the second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    pub blocks: Vec<Block>,
    pub list: Vec<Variable>,
}

/// `match` or a nested block with the variables that are bound in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub parent: Option<usize>,
    pub span: Span,
    /// Indexes into the list, by name without `$`.
    pub names: BTreeMap<String, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub anonymous: bool,
    /// Where it is bound: `$p: Person`, or its first mention.
    pub declared: Span,
    /// `None` if its type could not be found.
    pub entity: Option<Entity>,
    /// Whether it may be missing outside of the optional block that binds it.
    pub nullable: bool,
    /// The variable of the stage before that goes on in this one, under the same name.
    pub same: Option<usize>,
}

impl Variables {
    /// The block that holds a place in the query, the `match` before it for what follows one.
    pub fn block_at(&self, offset: u32) -> usize {
        let holds = |block: &Block| block.span.start <= offset && offset <= block.span.end;
        let inner = self.blocks.iter().rposition(holds);
        let before = |block: &Block| block.parent.is_none() && block.span.start <= offset;
        inner.or_else(|| self.blocks.iter().rposition(before)).unwrap_or(0)
    }

    /// The variable that goes on as this one, where it was first called so.
    pub fn first(&self, index: usize) -> usize {
        let mut first = index;
        // A variable goes on from one before it in the list.
        while let Some(same) = self
            .list
            .get(first)
            .and_then(|own| own.same)
            .filter(|same| *same < first)
        {
            first = same;
        }
        first
    }

    /// What a name stands for in a block.
    pub fn lookup(&self, block: usize, name: &str) -> Option<usize> {
        let mut next = Some(block);
        while let Some(block) = next.and_then(|index| self.blocks.get(index)) {
            if let Some(index) = block.names.get(name) {
                return Some(*index);
            }
            next = block.parent;
        }
        None
    }

    /// The names that are bound in a block or around it, with their variables.
    pub fn visible(&self, block: usize) -> BTreeMap<&str, usize> {
        let mut visible = BTreeMap::new();
        let mut next = Some(block);
        while let Some(block) = next.and_then(|index| self.blocks.get(index)) {
            for (name, index) in &block.names {
                visible.entry(name.as_str()).or_insert(*index);
            }
            next = block.parent;
        }
        visible
    }
}

/// Types the variables of a query by the same rules as checking does.
pub fn variables(query: &ast::Query, names: &dyn Names) -> Variables {
    let resolved = super::resolved(query, names);
    let query = &*resolved;
    let mut context = Context::new(query, names);
    context.lists = true;
    context.declare_parameters();
    match &query.body {
        ast::Body::Read(read) => {
            // Blocks stand in what is returned, too.
            context.read(read);
        }
        ast::Body::Union(union) => {
            context.union(union);
        }
        ast::Body::Fragment(block) => context.fragment(block),
        ast::Body::Mutation(mutation) => {
            context.write(mutation);
        }
    }
    let list = context.environment.variables.iter().map(|variable| Variable {
        anonymous: variable.anonymous,
        declared: variable.declared,
        nullable: variable.nullable,
        same: variable.same.map(|same| same.0 as usize),
        entity: match &variable.kind {
            VariableKind::Node(node) => Some(Entity::Node(node.name.clone())),
            VariableKind::Interface(interface) => Some(Entity::Interface(interface.ty.name.clone())),
            VariableKind::Edge(edge) => Some(Entity::Edge(edge.name.clone())),
            VariableKind::Edges(edges) => Some(Entity::Edges(edges.names())),
            VariableKind::Value(ty) => Some(Entity::Value(ty.clone())),
            VariableKind::Open | VariableKind::Error | VariableKind::EdgeError | VariableKind::ValueError => None,
        },
    });
    let blocks = context.environment.scopes.iter().map(|scope| Block {
        parent: scope.parent,
        span: scope.span,
        names: scope
            .names
            .iter()
            .map(|(name, var)| (name.clone(), var.0 as usize))
            .collect(),
    });
    Variables {
        list: list.collect(),
        blocks: blocks.collect(),
    }
}
