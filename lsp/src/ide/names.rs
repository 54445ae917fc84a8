//! Which words of an item are names, and of what: the base of hover, navigation, highlights, rename and tokens.

use std::collections::HashSet;

use omnigraph_compiler::db::{ItemText, ProjectNames, parse_query_item, parse_schema_item};
use omnigraph_compiler::query::{Names, Variables, variables};
use omnigraph_grammar::query::ast::{self, Clause, ExpressionKind, Statement};
use omnigraph_grammar::schema::ast as schema;
use omnigraph_grammar::{ItemKind, Name, Span};
use omnigraph_model::catalog::Catalog;
use omnigraph_model::ir::Entity;
use omnigraph_model::schema::DeclarationKind;

use super::Ide;

/// The kind and the name of a type.
pub type Owner = (DeclarationKind, String);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbol {
    Type(DeclarationKind, String),
    Property(Owner, String),
    /// `from` or `to` of an edge, where a mutation names it.
    End(String, String),
    EnumValue(Owner, String, String),
    /// By where it is bound: a number in the item.
    Variable(String, usize),
    Parameter(String),
    /// A column of the result, by the name that `as` gives it.
    Alias(String),
    Query(String),
    Function(&'static str),
    Annotation(String),
    Scalar(String),
}

impl Symbol {
    /// Whether nothing outside of one item can name it.
    pub fn is_local(&self) -> bool {
        matches!(self, Symbol::Variable(..) | Symbol::Parameter(_) | Symbol::Alias(_))
    }

    /// The word that stands for it, without `$`.
    pub fn name(&self) -> &str {
        match self {
            Symbol::Type(_, name)
            | Symbol::Property(_, name)
            | Symbol::End(_, name)
            | Symbol::EnumValue(_, _, name)
            | Symbol::Variable(name, _)
            | Symbol::Parameter(name)
            | Symbol::Alias(name)
            | Symbol::Query(name)
            | Symbol::Annotation(name)
            | Symbol::Scalar(name) => name,
            Symbol::Function(name) => name,
        }
    }
}

/// A name at a place; the span counts from the item's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    pub span: Span,
    pub symbol: Symbol,
    /// Where the thing is declared or bound.
    pub declares: bool,
    /// Whether a mutation writes to it here.
    pub writes: bool,
}

/// All names of an item in the order of its text.
pub fn of_item(ide: &Ide<'_>, item: ItemText<'_>) -> Vec<Occurrence> {
    let mut found = Found::default();
    match item.kind(ide.db) {
        ItemKind::Query => {
            if let Some(tree) = &parse_query_item(ide.db, item).tree {
                query(ide, tree, &mut found);
            }
        }
        ItemKind::Stray => {}
        _ => {
            if let Some(tree) = &parse_schema_item(ide.db, item).item.tree {
                declaration(ide, tree, &mut found);
            }
        }
    }
    found
        .list
        .sort_by_key(|occurrence| (occurrence.span.start, occurrence.span.end));
    found.list
}

#[derive(Default)]
struct Found {
    list: Vec<Occurrence>,
}

impl Found {
    fn add(&mut self, span: Span, symbol: Symbol) {
        self.push(span, symbol, false, false);
    }

    fn declare(&mut self, span: Span, symbol: Symbol) {
        self.push(span, symbol, true, false);
    }

    fn push(&mut self, span: Span, symbol: Symbol, declares: bool, writes: bool) {
        self.list.push(Occurrence {
            span,
            symbol,
            declares,
            writes,
        });
    }
}

struct Walk<'a, 'f> {
    names: ProjectNames<'a>,
    variables: Variables,
    parameters: Vec<&'a str>,
    found: &'f mut Found,
    bound: Vec<bool>,
}

fn query(ide: &Ide<'_>, tree: &ast::Query, found: &mut Found) {
    let names = ide.names();
    let variables = variables(tree, &names);
    found.declare(tree.name.span, Symbol::Query(tree.name.text.clone()));
    for annotation in &tree.annotations {
        found.add(annotation.name.span, Symbol::Annotation(annotation.name.text.clone()));
    }
    for parameter in &tree.parameters {
        found.declare(parameter.name.span, Symbol::Parameter(parameter.name.text.clone()));
        found.add(parameter.ty.name.span, Symbol::Scalar(parameter.ty.name.text.clone()));
    }
    let mut walk = Walk {
        bound: vec![false; variables.list.len()],
        names,
        variables,
        parameters: tree.parameters.iter().map(|p| p.name.text.as_str()).collect(),
        found,
    };
    match &tree.body {
        ast::Body::Read(read) => walk.read(read),
        ast::Body::Mutation(statements) => statements.iter().for_each(|statement| walk.statement(statement)),
    }
}

/// The type of an entity.
pub fn owner_of(entity: &Entity) -> Owner {
    match entity {
        Entity::Node(name) => (DeclarationKind::Node, name.clone()),
        Entity::Edge(name) => (DeclarationKind::Edge, name.clone()),
    }
}

impl Walk<'_, '_> {
    fn read(&mut self, read: &ast::Read) {
        self.clauses(&read.clauses, 0);
        for (at, projection) in read.projections.iter().enumerate() {
            self.output(&projection.expression, &read.projections[..at]);
            if let Some(alias) = &projection.alias {
                self.found.declare(alias.span, Symbol::Alias(alias.text.clone()));
            }
        }
        for key in &read.order {
            self.output(&key.expression, &read.projections);
        }
    }

    /// An expression that may name a column: by its alias, or by the variable that gives it its name.
    fn output(&mut self, expression: &ast::Expression, columns: &[ast::Projection]) {
        if let ExpressionKind::Alias(name) = &expression.kind {
            let named = columns.iter().find_map(|column| match &column.alias {
                Some(alias) => (alias.text == *name).then_some(None),
                None => match &column.expression.kind {
                    ExpressionKind::Variable(variable) if variable == name => Some(Some(&column.expression.kind)),
                    _ => None,
                },
            });
            if let Some(Some(variable)) = named {
                let variable = ast::Expression {
                    kind: variable.clone(),
                    span: expression.span,
                };
                return self.expression(&variable, 0);
            }
        }
        self.expression(expression, 0);
    }

    fn clauses(&mut self, clauses: &[Clause], block: usize) {
        for clause in clauses {
            match clause {
                Clause::Binding(binding) => {
                    self.variable(&binding.variable, block);
                    let ty = Symbol::Type(DeclarationKind::Node, binding.ty.text.clone());
                    self.found.add(binding.ty.span, ty);
                    let owner = (DeclarationKind::Node, binding.ty.text.clone());
                    for matched in &binding.matches {
                        self.found.add(
                            matched.property.span,
                            Symbol::Property(owner.clone(), matched.property.text.clone()),
                        );
                        self.valued(&matched.value, &owner, &matched.property.text, block);
                    }
                }
                Clause::Traversal(traversal) => {
                    self.variable(&traversal.source, block);
                    if let Some(variable) = &traversal.edge_variable {
                        self.variable(variable, block);
                    }
                    let name = self
                        .names
                        .edge(&traversal.edge.text)
                        .map_or(traversal.edge.text.clone(), |e| e.name.clone());
                    self.found
                        .add(traversal.edge.span, Symbol::Type(DeclarationKind::Edge, name));
                    self.variable(&traversal.target, block);
                }
                Clause::Filter(filter) => {
                    self.expression(&filter.left, block);
                    match self.property_of(&filter.left, block) {
                        Some((owner, property)) => self.valued(&filter.right, &owner, &property, block),
                        None => self.expression(&filter.right, block),
                    }
                }
                Clause::TextPredicate(call) => self.call(call, block),
                Clause::Negation(negation) => {
                    let span = negation.span;
                    let inner = self
                        .variables
                        .blocks
                        .iter()
                        .position(|inner| inner.span == span)
                        .unwrap_or(block);
                    self.clauses(&negation.clauses, inner);
                }
            }
        }
    }

    fn entity(&self, block: usize, name: &str) -> Option<Owner> {
        let index = self.variables.lookup(block, name)?;
        self.variables.list.get(index)?.entity.as_ref().map(owner_of)
    }

    fn property_of(&self, expression: &ast::Expression, block: usize) -> Option<(Owner, String)> {
        let ExpressionKind::Property { variable, property } = &expression.kind else {
            return None;
        };
        Some((self.entity(block, &variable.text)?, property.text.clone()))
    }

    fn variable(&mut self, name: &Name, block: usize) {
        if let Some(index) = self.variables.lookup(block, &name.text) {
            let first = self
                .bound
                .get_mut(index)
                .is_some_and(|bound| !std::mem::replace(bound, true));
            self.found
                .push(name.span, Symbol::Variable(name.text.clone(), index), first, false);
        }
    }

    /// A value that is compared with a property, which may be an enum.
    fn valued(&mut self, value: &ast::Expression, owner: &Owner, property: &str, block: usize) {
        if let ExpressionKind::Literal(ast::Literal::String(text)) = &value.kind
            && self.is_enum(owner, property)
        {
            let inside = Span {
                start: value.span.start + 1,
                end: value.span.end.saturating_sub(1),
            };
            self.found.add(
                inside,
                Symbol::EnumValue(owner.clone(), property.to_owned(), text.clone()),
            );
        } else {
            self.expression(value, block);
        }
    }

    fn is_enum(&self, owner: &Owner, property: &str) -> bool {
        let of = |properties: Option<omnigraph_model::catalog::Property>| {
            properties.is_some_and(|property| property.ty.enum_values.is_some())
        };
        match owner.0 {
            DeclarationKind::Edge => of(self
                .names
                .edge(&owner.1)
                .and_then(|edge| edge.property(property).cloned())),
            _ => of(self
                .names
                .node(&owner.1)
                .and_then(|node| node.property(property).cloned())),
        }
    }

    fn expression(&mut self, expression: &ast::Expression, block: usize) {
        match &expression.kind {
            ExpressionKind::Variable(name) if self.parameters.contains(&name.as_str()) => {
                self.found.add(expression.span, Symbol::Parameter(name.clone()));
            }
            ExpressionKind::Variable(name) => {
                let name = Name {
                    text: name.clone(),
                    span: expression.span,
                };
                self.variable(&name, block);
            }
            ExpressionKind::Property { variable, property } => {
                self.variable(variable, block);
                if let Some(owner) = self.entity(block, &variable.text) {
                    self.found
                        .add(property.span, Symbol::Property(owner, property.text.clone()));
                }
            }
            ExpressionKind::Literal(ast::Literal::List(items)) => {
                items.iter().for_each(|item| self.expression(item, block));
            }
            ExpressionKind::Literal(_) => {}
            ExpressionKind::Alias(name) => self.found.add(expression.span, Symbol::Alias(name.clone())),
            ExpressionKind::Call(call) => self.call(call, block),
        }
    }

    fn call(&mut self, call: &ast::Call, block: usize) {
        self.found
            .add(call.function_span, Symbol::Function(call.function.name()));
        call.arguments
            .iter()
            .for_each(|argument| self.expression(argument, block));
    }

    fn statement(&mut self, statement: &Statement) {
        let (ty, assignments, predicate) = match statement {
            Statement::Insert(insert) => (&insert.ty, insert.assignments.as_slice(), None),
            Statement::Update(update) => (&update.ty, update.assignments.as_slice(), Some(&update.predicate)),
            Statement::Delete(delete) => (&delete.ty, &[][..], Some(&delete.predicate)),
        };
        let owner = match (self.names.node(&ty.text), self.names.edge(&ty.text)) {
            (None, Some(edge)) => (DeclarationKind::Edge, edge.name.clone()),
            _ => (DeclarationKind::Node, ty.text.clone()),
        };
        self.found
            .push(ty.span, Symbol::Type(owner.0, owner.1.clone()), false, true);
        for assignment in assignments {
            let symbol = property_symbol(&owner, &assignment.property.text);
            self.found.push(assignment.property.span, symbol, false, true);
            self.valued(&assignment.value, &owner, &assignment.property.text, 0);
        }
        if let Some(predicate) = predicate {
            self.found.add(
                predicate.property.span,
                property_symbol(&owner, &predicate.property.text),
            );
            self.valued(&predicate.value, &owner, &predicate.property.text, 0);
        }
    }
}

fn property_symbol(owner: &Owner, name: &str) -> Symbol {
    match (owner.0, name) {
        (DeclarationKind::Edge, "from" | "to") => Symbol::End(owner.1.clone(), name.to_owned()),
        _ => Symbol::Property(owner.clone(), name.to_owned()),
    }
}

fn declaration(ide: &Ide<'_>, tree: &schema::Declaration, found: &mut Found) {
    use schema::Declaration::{Allow, Edge, Interface, MigrationCheck, Node};
    let (kind, name, annotations, members) = match tree {
        Interface(d) => (DeclarationKind::Interface, &d.name, &d.annotations, &d.members),
        Node(d) => {
            for name in &d.implements {
                found.add(name.span, Symbol::Type(DeclarationKind::Interface, name.text.clone()));
            }
            (DeclarationKind::Node, &d.name, &d.annotations, &d.members)
        }
        Edge(d) => {
            for name in [&d.from, &d.to] {
                found.add(name.span, Symbol::Type(DeclarationKind::Node, name.text.clone()));
            }
            (DeclarationKind::Edge, &d.name, &d.annotations, &d.members)
        }
        Allow(allow) => return target(&allow.target, found),
        MigrationCheck(check) => {
            if let Some(on) = &check.target {
                target(on, found);
            }
            return;
        }
    };
    let owner = (kind, name.text.clone());
    found.declare(name.span, Symbol::Type(kind, name.text.clone()));
    for annotation in annotations {
        self::annotation(ide, annotation, &owner, found);
    }
    for member in members {
        match member {
            schema::Member::Property(property) => {
                found.declare(
                    property.name.span,
                    Symbol::Property(owner.clone(), property.name.text.clone()),
                );
                type_names(&property.ty, &owner, &property.name.text, found);
                for annotation in &property.annotations {
                    self::annotation(ide, annotation, &owner, found);
                }
            }
            schema::Member::Constraint(annotation) | schema::Member::Stray(annotation) => {
                self::annotation(ide, annotation, &owner, found);
            }
        }
    }
}

fn target(target: &schema::AllowTarget, found: &mut Found) {
    let schema::AllowTarget::Entity { kind, name, property } = target else {
        return;
    };
    let kind = match kind.text.as_str() {
        "edge" => DeclarationKind::Edge,
        "interface" => DeclarationKind::Interface,
        _ => DeclarationKind::Node,
    };
    found.add(name.span, Symbol::Type(kind, name.text.clone()));
    if let Some(property) = property {
        found.add(
            property.span,
            Symbol::Property((kind, name.text.clone()), property.text.clone()),
        );
    }
}

fn type_names(ty: &schema::TypeRef, owner: &Owner, property: &str, found: &mut Found) {
    match &ty.core {
        schema::CoreType::Named(name) => found.add(name.span, Symbol::Scalar(name.text.clone())),
        schema::CoreType::List(inner) => type_names(inner, owner, property, found),
        schema::CoreType::Enum { values, .. } => {
            for value in values {
                let symbol = Symbol::EnumValue(owner.clone(), property.to_owned(), value.text.clone());
                found.declare(value.span, symbol);
            }
        }
        schema::CoreType::Vector { keyword, .. } => found.add(*keyword, Symbol::Scalar("Vector".to_owned())),
    }
}

/// The name of an annotation, and the properties that its arguments name.
fn annotation(ide: &Ide<'_>, annotation: &schema::Annotation, owner: &Owner, found: &mut Found) {
    let name = &annotation.name;
    found.add(name.span, Symbol::Annotation(name.text.clone()));
    let names_properties = matches!(
        name.text.as_str(),
        "key" | "unique" | "index" | "range" | "check" | "embed"
    );
    for argument in annotation.arguments.iter().flat_map(|arguments| &arguments.list) {
        if let (schema::ArgumentValue::Name(property), None, true) =
            (&argument.value, &argument.keyword, names_properties)
            && ide.has_property(owner, property)
        {
            found.add(argument.span, Symbol::Property(owner.clone(), property.clone()));
        }
    }
}

/// Every type that has this very property: where an interface hands it on, all that share it.
pub fn family(ide: &Ide<'_>, owner: &Owner, property: &str) -> Vec<Owner> {
    let catalog = ide.catalog();
    let mut family = vec![owner.clone()];
    let mut known = HashSet::from([owner.clone()]);
    let mut next = 0;
    while let Some((kind, name)) = family.get(next).cloned() {
        next += 1;
        for related in related(&catalog, kind, &name, property) {
            if known.insert(related.clone()) {
                family.push(related);
            }
        }
    }
    family
}

fn related(catalog: &Catalog, kind: DeclarationKind, name: &str, property: &str) -> Vec<Owner> {
    let has = |interface: &str| {
        let found = catalog.interfaces.get(interface);
        found.is_some_and(|interface| interface.properties.iter().any(|p| p.name == property))
    };
    match kind {
        DeclarationKind::Edge => Vec::new(),
        DeclarationKind::Interface => {
            let nodes = catalog
                .nodes
                .values()
                .filter(|node| node.implements.iter().any(|i| i == name) && has(name));
            nodes.map(|node| (DeclarationKind::Node, node.name.clone())).collect()
        }
        DeclarationKind::Node => {
            let implemented = catalog
                .nodes
                .get(name)
                .map(|node| node.implements.clone())
                .unwrap_or_default();
            let sharing = implemented.into_iter().filter(|interface| has(interface));
            sharing
                .map(|interface| (DeclarationKind::Interface, interface))
                .collect()
        }
    }
}
