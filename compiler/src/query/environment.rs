//! What the names of a query stand for: its parameters, and the variables of each block.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use omnigraph_grammar::Span;
use omnigraph_model::catalog::{EdgeType, InterfaceType, NodeType, Property, common_properties};
use omnigraph_model::ir::{EnumOf, Expression, Var};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::Type;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    pub parameters: BTreeMap<String, Parameter>,
    /// Those that stand for nodes where there are patterns: each is a variable of every `match` that names it.
    pub nodes: BTreeMap<String, Parameter>,
    pub variables: Vec<Variable>,
    /// Each block before those inside of it.
    pub scopes: Vec<Scope>,
    /// Edge types that are traversed, by their names in the catalog.
    pub edges: BTreeMap<String, Arc<EdgeType>>,
    /// What statements bind: rows that a pattern does not see.
    pub written: BTreeSet<Var>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// `None` if the declaration is wrong: compatible with everything.
    pub ty: Option<Type>,
    pub declared: Span,
    /// The property whose enum it is declared with.
    pub enum_of: Option<EnumOf>,
    /// The node type that it is declared with: its value is the id of a node.
    pub node: Option<Arc<NodeType>>,
    /// As the plan has it.
    pub default: Option<Expression>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    pub name: String,
    pub anonymous: bool,
    pub declared: Span,
    pub kind: VariableKind,
    /// Whether an optional block binds it, so that it may be null outside of that.
    pub nullable: bool,
    /// What a stage before calls by the same name and hands on, or what a block knows the type of that is bound outside.
    pub same: Option<Var>,
    /// Whether it is the node of a parameter.
    pub given: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum VariableKind {
    /// A node whose type is not found yet.
    Open,
    /// A node of a type that is wrong; compatible with everything.
    Error,
    Node(Arc<NodeType>),
    /// A node of any type that implements the interface.
    Interface(Arc<Interface>),
    Edge(Arc<EdgeType>),
    /// An edge of one of several types.
    Edges(Arc<Edges>),
    /// An edge variable of an edge that does not exist.
    EdgeError,
    /// What `let` or `each` gives it.
    Value(Type),
    /// A value that is wrong, or not looked at yet; compatible with everything.
    ValueError,
}

/// An interface as a variable knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interface {
    pub ty: Arc<InterfaceType>,
    /// The names of the node types that implement it, in byte order.
    pub types: Vec<String>,
}

impl Interface {
    /// Whether a node type implements it.
    pub(crate) fn has(&self, node: &str) -> bool {
        self.types.iter().any(|own| own == node)
    }
}

/// Several edge types as a variable knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edges {
    /// Their names with `|` between them.
    pub name: String,
    /// Two or more, in byte order of their names.
    pub types: Vec<Arc<EdgeType>>,
    /// What they have in common.
    pub properties: Vec<Property>,
}

impl Edges {
    pub(crate) fn has(&self, edge: &str) -> bool {
        self.types.iter().any(|own| own.name == edge)
    }

    /// The names of the types.
    pub(crate) fn names(&self) -> Vec<String> {
        self.types.iter().map(|edge| edge.name.clone()).collect()
    }
}

impl Variable {
    /// As the text names it: names that several blocks bind are numbered in the plan.
    pub(crate) fn written(&self) -> &str {
        self.name.split('#').next().unwrap_or_default()
    }
}

impl VariableKind {
    /// An edge of any of some types; an error if there is none.
    pub(crate) fn edge_of(types: impl IntoIterator<Item = Arc<EdgeType>>) -> VariableKind {
        let mut types: Vec<Arc<EdgeType>> = types.into_iter().collect();
        types.sort_by(|a, b| a.name.cmp(&b.name));
        types.dedup_by(|a, b| a.name == b.name);
        match types.as_slice() {
            [] => VariableKind::EdgeError,
            [only] => VariableKind::Edge(only.clone()),
            _ => {
                let names: Vec<&str> = types.iter().map(|edge| edge.name.as_str()).collect();
                VariableKind::Edges(Arc::new(Edges {
                    name: names.join("|"),
                    properties: common_properties(types.iter().map(Arc::as_ref)),
                    types,
                }))
            }
        }
    }

    pub(crate) fn is_edge(&self) -> bool {
        matches!(
            self,
            VariableKind::Edge(_) | VariableKind::Edges(_) | VariableKind::EdgeError
        )
    }

    pub(crate) fn is_value(&self) -> bool {
        matches!(self, VariableKind::Value(_) | VariableKind::ValueError)
    }

    /// What it is, as messages say it.
    pub(crate) fn described(&self) -> String {
        match self {
            VariableKind::Node(node) => node.name.clone(),
            VariableKind::Interface(interface) => interface.ty.name.clone(),
            VariableKind::Edge(edge) => format!("an edge `{}`", edge.name),
            VariableKind::Edges(edges) => format!("an edge `{}`", edges.name),
            VariableKind::Value(ty) => ty.to_string(),
            _ => "of no known type".to_owned(),
        }
    }

    pub(crate) fn is_node(&self) -> bool {
        !self.is_edge() && !self.is_value()
    }

    /// The declaration whose properties it has: its kind, its name, all properties. Of several edge types their names, and what they
    /// have in common.
    pub(crate) fn declaration(&self) -> Option<(DeclarationKind, &str, &[Property])> {
        match self {
            VariableKind::Node(node) => Some((DeclarationKind::Node, &node.name, &node.properties)),
            VariableKind::Interface(interface) => {
                let ty = &interface.ty;
                Some((DeclarationKind::Interface, &ty.name, &ty.properties))
            }
            VariableKind::Edge(edge) => Some((DeclarationKind::Edge, &edge.name, &edge.properties)),
            VariableKind::Edges(edges) => Some((DeclarationKind::Edge, &edges.name, &edges.properties)),
            _ => None,
        }
    }

    /// The property of this name.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        let (.., properties) = self.declaration()?;
        properties.iter().find(|property| property.name == name)
    }

    /// Whether it may be a node of a type.
    pub(crate) fn may_be(&self, node: &str) -> bool {
        match self {
            VariableKind::Node(own) => own.name == node,
            VariableKind::Interface(interface) => interface.has(node),
            _ => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub parent: Option<usize>,
    pub names: BTreeMap<String, Var>,
    /// The word before a nested block.
    pub word: Option<&'static str>,
    /// From the word before the braces.
    pub span: Span,
    /// Of a stage, the `with` at which its names end.
    pub ended: Option<Span>,
}

impl Environment {
    pub(crate) fn lookup(&self, scope: usize, name: &str) -> Option<Var> {
        let mut next = self.scopes.get(scope);
        while let Some(scope) = next {
            if let Some(var) = scope.names.get(name) {
                return Some(*var);
            }
            next = scope.parent.map(|parent| &self.scopes[parent]);
        }
        None
    }

    pub(crate) fn variable(&self, var: Var) -> &Variable {
        &self.variables[var.0 as usize]
    }

    pub(crate) fn kind(&self, var: Var) -> &VariableKind {
        &self.variables[var.0 as usize].kind
    }

    /// Whether it is the scope of what stands behind the branches of a union, where no variable is visible.
    pub(crate) fn is_behind_branches(&self, scope: usize) -> bool {
        let own = self.scopes.get(scope);
        own.is_some_and(|own| own.parent.is_none() && own.word == Some("union"))
    }

    /// The nested block in which a variable is bound that is not visible where it is used, for an explanation.
    pub(crate) fn bound_elsewhere(&self, name: &str) -> Option<(&'static str, Span)> {
        let scope = self.scopes.iter().find(|scope| scope.names.contains_key(name))?;
        Some((scope.word?, scope.span))
    }

    /// The `with` at which a name has ended that is not visible in a scope of the stage whose own scope is `stage`; `first`: the
    /// first scope of its read.
    pub(crate) fn ended(&self, first: usize, stage: usize, scope: usize, name: &str) -> Option<Span> {
        let mut root = scope;
        while let Some(parent) = self.scopes.get(root)?.parent {
            root = parent;
        }
        if root != stage {
            return None;
        }
        let before = self.scopes.get(first..root)?.iter().rev();
        let mut ended = before.filter(|scope| scope.ended.is_some() && scope.names.contains_key(name));
        ended.next()?.ended
    }

    /// Names of variables that are bound at this place.
    pub(crate) fn bound(&self, scope: usize) -> Vec<String> {
        let mut bound = Vec::new();
        let mut next = Some(scope);
        while let Some(index) = next {
            bound.extend(self.scopes[index].names.keys().cloned());
            next = self.scopes[index].parent;
        }
        bound
    }

    /// Names of variables and parameters that may stand in an expression at this place.
    pub(crate) fn visible(&self, scope: usize) -> Vec<String> {
        let mut visible = self.bound(scope);
        visible.extend(self.parameters.keys().cloned());
        visible
    }
}
