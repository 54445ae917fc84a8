//! Which words of an item are names, and of what: the base of hover, navigation, highlights, rename and tokens.

use omnigraph_compiler::db::{ItemText, ProjectNames, parse_query_item, parse_schema_item};
use omnigraph_compiler::query::{Names, Variables, resolved, variables};
use omnigraph_grammar::query::ast::{self, ExpressionKind, Statement};
use omnigraph_grammar::query::visit::{self as query, Visit as _};
use omnigraph_grammar::schema::ast::{AllowTarget, Annotation, Argument, ArgumentValue, EnumValue, Number, Property};
use omnigraph_grammar::schema::visit::{self as schema, TypeDeclaration, Visit as _};
use omnigraph_grammar::{ItemKind, Name, Span};
use omnigraph_model::ir::Entity;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::vocabulary::names_properties;

use super::Ide;
use super::steps::Step;

/// The kind and the name of a type.
pub(crate) type Owner = (DeclarationKind, String);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Symbol {
    Type(DeclarationKind, String),
    Property(Owner, String),
    /// `from` or `to` of an edge, where a mutation names it.
    End(String, String),
    EnumValue(Owner, String, String),
    /// By where it is bound: a number in the item.
    Variable(String, usize),
    Parameter(String),
    /// `$node`: what a step of a traversal arrives at. The types that it may have, and where the traversal begins.
    Arrival(Vec<String>, u32),
    /// A column of the result, by the name that `as` gives it.
    Alias(String),
    Query(String),
    Fragment(String),
    Function(String),
    Annotation(String),
    Scalar(String),
}

impl Symbol {
    /// Whether nothing outside of one item can name it.
    pub(crate) fn is_local(&self) -> bool {
        matches!(
            self,
            Symbol::Variable(..) | Symbol::Parameter(_) | Symbol::Arrival(..) | Symbol::Alias(_)
        )
    }

    /// The word that stands for it, without `$`.
    pub(crate) fn name(&self) -> &str {
        match self {
            Symbol::Type(_, name)
            | Symbol::Property(_, name)
            | Symbol::End(_, name)
            | Symbol::EnumValue(_, _, name)
            | Symbol::Variable(name, _)
            | Symbol::Parameter(name)
            | Symbol::Alias(name)
            | Symbol::Query(name)
            | Symbol::Fragment(name)
            | Symbol::Annotation(name)
            | Symbol::Scalar(name) => name,
            Symbol::Function(name) => name,
            Symbol::Arrival(..) => ARRIVAL,
        }
    }
}

/// What the node of a step is called, without `$`.
pub(crate) const ARRIVAL: &str = "node";

/// A name at a place; the span counts from the item's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence {
    pub span: Span,
    pub symbol: Symbol,
    /// Where the thing is declared or bound.
    pub declares: bool,
    /// Whether a mutation writes to it here.
    pub writes: bool,
}

/// All names of an item in the order of its text.
pub(crate) fn of_item(ide: &Ide<'_>, item: ItemText<'_>) -> Vec<Occurrence> {
    let mut found = Found::default();
    match item.kind(ide.db) {
        ItemKind::Query | ItemKind::Fragment => {
            if let Some(tree) = &parse_query_item(ide.db, item).tree {
                of_query(ide, tree, &mut found);
            }
        }
        ItemKind::Stray => {}
        _ => {
            if let Some(tree) = &parse_schema_item(ide.db, item).item.tree {
                let mut walk = SchemaNames {
                    ide,
                    owner: (DeclarationKind::Node, String::new()),
                    property: String::new(),
                    found: &mut found,
                };
                walk.visit_declaration(tree);
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

fn of_query(ide: &Ide<'_>, tree: &ast::Query, found: &mut Found) {
    let names = ide.names();
    let tree = &*resolved(tree, &names);
    let variables = variables(tree, &names);
    // A parameter of a fragment that is a node is a variable.
    let is_fragment = matches!(tree.body, ast::Body::Fragment(_));
    let values = tree.parameters.iter().filter(|p| !is_fragment || p.ty.node().is_none());
    let mut walk = QueryNames {
        bound: vec![false; variables.list.len()],
        names,
        variables,
        parameters: values.map(|p| p.name.text.as_str()).collect(),
        block: 0,
        row: None,
        items: Default::default(),
        walked: None,
        step: None,
        found,
    };
    walk.visit_query(tree);
}

/// The type of a node or an edge; a value has no declaration, and an edge of several types has no single one.
pub(crate) fn owner_of(entity: &Entity) -> Option<Owner> {
    match entity {
        Entity::Edges(_) => None,
        _ => owners_of(entity).pop(),
    }
}

/// The types that a node or an edge may have, as they are declared.
pub(crate) fn owners_of(entity: &Entity) -> Vec<Owner> {
    match entity {
        Entity::Node(name) => vec![(DeclarationKind::Node, name.clone())],
        Entity::Interface(name) => vec![(DeclarationKind::Interface, name.clone())],
        Entity::Edge(name) => vec![(DeclarationKind::Edge, name.clone())],
        Entity::Edges(names) => names.iter().map(|name| (DeclarationKind::Edge, name.clone())).collect(),
        Entity::Value(_) => Vec::new(),
    }
}

struct QueryNames<'t, 'd, 'f> {
    names: ProjectNames<'d>,
    variables: Variables,
    parameters: Vec<&'t str>,
    /// The variables that have been met.
    bound: Vec<bool>,
    /// The one that is looked at.
    block: usize,
    /// In a statement, the type whose properties bare words are.
    row: Option<Owner>,
    /// Behind `with`, what its items are called, and the block that has them.
    items: (Vec<&'t str>, usize),
    /// The traversal that was met last.
    walked: Option<Step>,
    /// Inside a condition on steps, or a weight.
    step: Option<Step>,
    found: &'f mut Found,
}

impl<'t> query::Visit<'t> for QueryNames<'t, '_, '_> {
    fn visit_query(&mut self, query: &'t ast::Query) {
        let name = query.name.text.clone();
        let symbol = match query.body {
            ast::Body::Read(_) | ast::Body::Union(_) | ast::Body::Mutation(_) => Symbol::Query(name),
            ast::Body::Fragment(_) => Symbol::Fragment(name),
        };
        self.found.declare(query.name.span, symbol);
        query::walk_query(self, query);
    }

    fn visit_annotation(&mut self, annotation: &'t ast::Annotation) {
        let name = &annotation.name;
        self.found.add(name.span, Symbol::Annotation(name.text.clone()));
    }

    fn visit_parameter(&mut self, parameter: &'t ast::Parameter) {
        let (name, ty) = (&parameter.name, &parameter.ty.name);
        if !self.parameters.contains(&name.text.as_str()) {
            self.variable(&name.text, name.span);
            let (kind, named) = self.named_owner(&ty.text);
            return self.found.add(ty.span, Symbol::Type(kind, named));
        }
        self.found.declare(name.span, Symbol::Parameter(name.text.clone()));
        match &parameter.ty.property {
            Some(property) => {
                let owner = self.written_owner(&ty.text);
                self.found.add(ty.span, Symbol::Type(owner.0, owner.1.clone()));
                if let Some(default) = &parameter.default {
                    self.valued(default, &owner, &property.text);
                }
                let symbol = Symbol::Property(owner, property.text.clone());
                self.found.add(property.span, symbol);
            }
            None => {
                let symbol = match parameter.ty.node().and_then(|_| self.names.node(&ty.text)) {
                    Some(node) => Symbol::Type(DeclarationKind::Node, node.name.clone()),
                    None => Symbol::Scalar(ty.text.clone()),
                };
                self.found.add(ty.span, symbol);
                query::walk_parameter(self, parameter);
            }
        }
    }

    fn visit_read(&mut self, read: &'t ast::Read) {
        let behind = read.stages.iter().skip(1).chain([read]);
        for (stage, next) in read.stages.iter().zip(behind) {
            self.part(stage, Some(self.block_of(&next.pattern)));
        }
        self.part(read, None);
    }

    fn visit_block(&mut self, block: &'t ast::Block) {
        let inner = self.block_of(block);
        let outer = std::mem::replace(&mut self.block, inner);
        query::walk_block(self, block);
        self.block = outer;
    }

    fn visit_binding(&mut self, binding: &'t ast::Binding) {
        self.visit_variable(&binding.variable);
        let owner = self.named_owner(&binding.ty.text);
        let ty = Symbol::Type(owner.0, owner.1.clone());
        self.found.add(binding.ty.span, ty);
        for matched in &binding.matches {
            let property = &matched.property;
            let symbol = Symbol::Property(owner.clone(), property.text.clone());
            self.found.add(property.span, symbol);
            self.valued(&matched.value, &owner, &property.text);
        }
    }

    fn visit_traversal(&mut self, traversal: &'t ast::Traversal) {
        traversal.edges().for_each(|edge| self.edge(&edge.text, edge.span));
        self.walked = Some(Step::of(traversal, &self.names, |name| self.entity(name)));
        query::walk_traversal(self, traversal);
    }

    fn visit_step_condition(&mut self, condition: &'t ast::Expression) {
        let walked = self.walked.clone();
        let outer = std::mem::replace(&mut self.step, walked.clone());
        self.visit_expression(condition);
        self.step = outer;
        self.walked = walked;
    }

    fn visit_expression(&mut self, expression: &'t ast::Expression) {
        if let (ExpressionKind::Step(property), Some(step)) = (&expression.kind, &self.step) {
            let owners = step.edges_with(&self.names, &property.text);
            self.properties(owners, property);
        }
        query::walk_expression(self, expression);
        if let ExpressionKind::TypeTest(test) = &expression.kind {
            let symbol = Symbol::Type(DeclarationKind::Node, test.ty.text.clone());
            self.found.add(test.ty.span, symbol);
        }
    }

    fn visit_comparison(&mut self, comparison: &'t ast::Comparison) {
        self.visit_expression(&comparison.left);
        match self.property_of(&comparison.left) {
            Some((owner, property)) => self.valued(&comparison.right, &owner, &property),
            None => self.visit_expression(&comparison.right),
        }
    }

    fn visit_statement(&mut self, statement: &'t Statement) {
        if let Some(ty) = statement.ty() {
            let owner = self.written_owner(&ty.text);
            self.found.push(ty.span, Symbol::Type(owner.0, owner.1), false, true);
        }
        if let Some(variable) = statement.subject() {
            self.visit_variable(variable);
        }
        let owner = self.written(statement);
        self.row.clone_from(&owner);
        let otherwise = statement.otherwise().map_or(&[][..], |other| &other.assignments);
        for assignment in statement.assignments().iter().chain(otherwise) {
            let Some(owner) = &owner else {
                self.visit_expression(&assignment.value);
                continue;
            };
            let property = &assignment.property;
            let symbol = property_symbol(owner, &property.text);
            self.found.push(property.span, symbol, false, true);
            self.valued(&assignment.value, owner, &property.text);
        }
        if let Some(condition) = statement.condition() {
            self.visit_where(condition);
        }
        self.row = None;
        // It stands for the row from here on.
        if let Some(variable) = statement.variable() {
            self.visit_variable(variable);
        }
    }

    fn visit_mutation(&mut self, mutation: &'t ast::Mutation) {
        if let Some(read) = &mutation.read {
            self.visit_read(read);
        } else if let Some(first) = mutation.statements.first() {
            self.block = self.variables.block_at(first.span().start);
        }
        for statement in &mutation.statements {
            self.visit_statement(statement);
        }
        let Some(returning) = &mutation.returning else { return };
        let mut conditioned = mutation.statements.iter().filter(|s| s.condition().is_some());
        // Bare words are properties of the rows that are returned.
        self.row = match (&mutation.read, conditioned.next(), conditioned.next()) {
            (None, Some(statement), None) => self.written(statement),
            _ => None,
        };
        for projection in &returning.projections {
            self.visit_expression(&projection.expression);
            if let Some(alias) = &projection.alias {
                self.found.declare(alias.span, Symbol::Alias(alias.text.clone()));
            }
        }
        self.row = None;
    }

    fn visit_variable(&mut self, variable: &'t Name) {
        self.variable(&variable.text, variable.span);
    }

    fn visit_bare(&mut self, name: &'t str, span: Span) {
        let arrives = name == ARRIVAL && self.step.is_some();
        if self.parameters.contains(&name) && !arrives {
            self.found.add(span, Symbol::Parameter(name.to_owned()));
        } else {
            self.variable(name, span);
        }
    }

    fn visit_property(&mut self, variable: &'t Name, property: &'t Name) {
        self.visit_variable(variable);
        let owners = match &self.step {
            Some(step) if variable.text == ARRIVAL => step.arrivals_with(&self.names, &property.text),
            _ => self.entities(&variable.text, &property.text),
        };
        self.properties(owners, property);
    }

    fn visit_chosen(&mut self, object: &'t ast::Object, property: &'t Name) {
        for owner in self.entities(&object.variable.text, &property.text) {
            let symbol = property_symbol(&owner, &property.text);
            self.found.add(property.span, symbol);
        }
    }

    fn visit_rows(&mut self, rows: &'t ast::Rows) {
        self.visit_block(&rows.block);
        let inner = self.block_of(&rows.block);
        let outer = std::mem::replace(&mut self.block, inner);
        for item in &rows.items {
            self.visit_expression(&item.expression);
            if let Some(alias) = &item.alias {
                self.found.declare(alias.span, Symbol::Alias(alias.text.clone()));
            }
        }
        for key in &rows.order {
            self.output(&key.expression, &rows.items);
        }
        self.block = outer;
        rows.limits().for_each(|limit| self.visit_limit(limit));
    }

    fn visit_alias(&mut self, name: &'t str, span: Span) {
        let symbol = match &self.row {
            Some(owner) => property_symbol(owner, name),
            None => Symbol::Alias(name.to_owned()),
        };
        self.found.add(span, symbol);
    }

    fn visit_call(&mut self, call: &'t ast::Call) {
        self.found
            .add(call.function_span, Symbol::Function(call.function.name().to_owned()));
        query::walk_call(self, call);
    }

    fn visit_apply(&mut self, apply: &'t ast::Apply, _: Span) {
        let name = apply.name.text.clone();
        let symbol = match self.names.fragment(&name) {
            Some(_) => Symbol::Fragment(name),
            None => Symbol::Function(name),
        };
        self.found.add(apply.name.span, symbol);
        let counts_edges = matches!(apply.name.text.as_str(), "degree" | "in_degree" | "out_degree");
        for (at, argument) in apply.arguments.iter().enumerate() {
            match &argument.kind {
                ExpressionKind::Alias(edge) if counts_edges && at == 1 => self.edge(edge, argument.span),
                _ => self.visit_expression(argument),
            }
        }
    }
}

impl<'t> QueryNames<'t, '_, '_> {
    fn block_of(&self, block: &ast::Block) -> usize {
        let mut blocks = self.variables.blocks.iter();
        blocks.position(|known| known.span == block.span).unwrap_or(self.block)
    }

    /// A `match` with what its rows become; `next`: the block that goes on from a stage.
    fn part(&mut self, read: &'t ast::Read, next: Option<usize>) {
        self.visit_block(&read.pattern);
        self.block = self.block_of(&read.pattern);
        for (at, projection) in read.projections.iter().enumerate() {
            self.output(&projection.expression, &read.projections[..at]);
            match (&projection.alias, next) {
                (Some(alias), None) => self.found.declare(alias.span, Symbol::Alias(alias.text.clone())),
                (Some(alias), Some(next)) => {
                    if let Some(index) = self.variables.lookup(next, &alias.text) {
                        self.bound.get_mut(index).into_iter().for_each(|bound| *bound = true);
                        self.found
                            .declare(alias.span, Symbol::Variable(alias.text.clone(), index));
                    }
                }
                (None, _) => {}
            }
        }
        let aliases = read.projections.iter().filter_map(|item| item.alias.as_ref());
        let aliases = aliases.filter(|_| next.is_some()).map(|alias| alias.text.as_str());
        self.items = (aliases.collect(), next.unwrap_or_default());
        let having = read.having.iter().map(|having| &having.condition);
        for expression in having.chain(read.order.iter().map(|key| &key.expression)) {
            self.output(expression, &read.projections);
        }
        self.items.0.clear();
        read.limits().for_each(|limit| self.visit_limit(limit));
        if let Some(after) = &read.after {
            self.visit_after(after);
        }
    }

    /// The type that a statement writes.
    fn written(&self, statement: &Statement) -> Option<Owner> {
        match (statement.ty(), statement.subject()) {
            (Some(ty), _) => Some(self.written_owner(&ty.text)),
            (None, Some(variable)) => self.entity(&variable.text),
            (None, None) => None,
        }
    }

    /// A property of one of several types, or of all of them.
    fn properties(&mut self, owners: Vec<Owner>, property: &Name) {
        for owner in owners {
            let symbol = Symbol::Property(owner, property.text.clone());
            self.found.add(property.span, symbol);
        }
    }

    /// An edge as queries spell it.
    fn edge(&mut self, written: &str, span: Span) {
        let known = self.names.edge(written);
        let name = known.map_or(written.to_owned(), |known| known.name.clone());
        self.found.add(span, Symbol::Type(DeclarationKind::Edge, name));
    }

    /// What a type's name means where nodes and edges may stand.
    /// The type or the interface that a binding names.
    fn named_owner(&self, name: &str) -> Owner {
        let kind = match (self.names.node(name), self.names.interface(name)) {
            (None, Some(_)) => DeclarationKind::Interface,
            _ => DeclarationKind::Node,
        };
        (kind, name.to_owned())
    }

    fn written_owner(&self, name: &str) -> Owner {
        match (self.names.node(name), self.names.edge(name)) {
            (None, Some(edge)) => (DeclarationKind::Edge, edge.name.clone()),
            _ => (DeclarationKind::Node, name.to_owned()),
        }
    }

    /// An expression that may name a column: by its alias, or by the variable that gives it its name.
    fn output(&mut self, expression: &'t ast::Expression, columns: &[ast::Projection]) {
        if let ExpressionKind::Alias(name) = &expression.kind {
            let named = columns.iter().find_map(|column| match &column.alias {
                Some(alias) => (alias.text == *name).then_some(false),
                None => match &column.expression.kind {
                    ExpressionKind::Variable(variable) if variable == name => Some(true),
                    _ => None,
                },
            });
            if named == Some(true) {
                return self.visit_bare(name, expression.span);
            }
        }
        self.visit_expression(expression);
    }

    fn entity(&self, name: &str) -> Option<Owner> {
        let index = self.variables.lookup(self.block, name)?;
        self.variables.list.get(index)?.entity.as_ref().and_then(owner_of)
    }

    /// The types of a variable that have a property; the first one if none has it.
    fn entities(&self, name: &str, property: &str) -> Vec<Owner> {
        let known = self.variables.lookup(self.block, name);
        let entity = known.and_then(|index| self.variables.list.get(index)?.entity.as_ref());
        match entity {
            Some(Entity::Edges(edges)) => {
                let edges = Step::along(edges.iter().map(String::as_str), false, &self.names);
                edges.edges_with(&self.names, property)
            }
            Some(entity) => owners_of(entity),
            None => Vec::new(),
        }
    }

    fn property_of(&self, expression: &ast::Expression) -> Option<(Owner, String)> {
        match &expression.kind {
            ExpressionKind::Step(property) => {
                let owners = self.step.as_ref()?.edges_with(&self.names, &property.text);
                Some((owners.into_iter().next()?, property.text.clone()))
            }
            ExpressionKind::Property { variable, property } => {
                let owner = match &self.step {
                    Some(step) if variable.text == ARRIVAL => {
                        let owners = step.arrivals_with(&self.names, &property.text);
                        owners.into_iter().next()?
                    }
                    _ => self.entities(&variable.text, &property.text).into_iter().next()?,
                };
                Some((owner, property.text.clone()))
            }
            ExpressionKind::Alias(property) => Some((self.row.clone()?, property.clone())),
            _ => None,
        }
    }

    fn variable(&mut self, name: &str, span: Span) {
        if let (Some(step), ARRIVAL) = (&self.step, name) {
            let symbol = Symbol::Arrival(step.arrivals.clone(), step.start);
            return self.found.add(span, symbol);
        }
        // One that stands for a node is a variable of patterns, too.
        if self.parameters.contains(&name) {
            return self.found.add(span, Symbol::Parameter(name.to_owned()));
        }
        let block = match self.items.0.contains(&name) {
            true => self.items.1,
            false => self.block,
        };
        if let Some(index) = self.variables.lookup(block, name) {
            let index = self.variables.first(index);
            let mut first = self
                .bound
                .get_mut(index)
                .is_some_and(|bound| !std::mem::replace(bound, true));
            // A value is declared where it is given, which may be behind where it is read.
            if let Some(variable) = self.variables.list.get(index)
                && matches!(variable.entity, Some(Entity::Value(_)))
            {
                first = variable.declared == span;
            }
            let symbol = Symbol::Variable(name.to_owned(), index);
            self.found.push(span, symbol, first, false);
        }
    }

    /// A value that is compared with a property, which may be an enum.
    fn valued(&mut self, value: &'t ast::Expression, owner: &Owner, property: &str) {
        if let ExpressionKind::Literal(ast::Literal::String(text)) = &value.kind
            && self.is_enum(owner, property)
        {
            let inside = Span {
                start: value.span.start + 1,
                end: value.span.end.saturating_sub(1),
            };
            let symbol = Symbol::EnumValue(owner.clone(), property.to_owned(), text.clone());
            self.found.add(inside, symbol);
        } else {
            self.visit_expression(value);
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
}

fn property_symbol(owner: &Owner, name: &str) -> Symbol {
    match (owner.0, name) {
        (DeclarationKind::Edge, "from" | "to") => Symbol::End(owner.1.clone(), name.to_owned()),
        _ => Symbol::Property(owner.clone(), name.to_owned()),
    }
}

struct SchemaNames<'i, 'f> {
    ide: &'i Ide<'i>,
    /// The type that is declared.
    owner: Owner,
    /// The property that is declared.
    property: String,
    found: &'f mut Found,
}

impl<'t> schema::Visit<'t> for SchemaNames<'_, '_> {
    fn visit_type_declaration(&mut self, declared: TypeDeclaration<'t>) {
        let kind = match declared.kind {
            ItemKind::Interface => DeclarationKind::Interface,
            ItemKind::Edge => DeclarationKind::Edge,
            _ => DeclarationKind::Node,
        };
        let name = declared.name;
        self.owner = (kind, name.text.clone());
        self.found.declare(name.span, Symbol::Type(kind, name.text.clone()));
        let mut mentions = |kind: DeclarationKind, name: &Name| {
            let symbol = Symbol::Type(kind, name.text.clone());
            self.found.add(name.span, symbol);
        };
        let interfaces = declared.implements.iter();
        interfaces.for_each(|name| mentions(DeclarationKind::Interface, name));
        let ends = declared.ends.into_iter().flat_map(|(from, to)| [from, to]);
        ends.for_each(|name| mentions(DeclarationKind::Node, name));
        schema::walk_type_declaration(self, declared);
    }

    fn visit_property(&mut self, property: &'t Property) {
        let name = &property.name;
        let symbol = Symbol::Property(self.owner.clone(), name.text.clone());
        self.found.declare(name.span, symbol);
        self.property = name.text.clone();
        schema::walk_property(self, property);
    }

    fn visit_target(&mut self, target: &'t AllowTarget) {
        let AllowTarget::Entity { kind, name, property } = target else {
            return;
        };
        let kind = match kind.text.as_str() {
            "edge" => DeclarationKind::Edge,
            "interface" => DeclarationKind::Interface,
            _ => DeclarationKind::Node,
        };
        self.found.add(name.span, Symbol::Type(kind, name.text.clone()));
        if let Some(property) = property {
            let symbol = Symbol::Property((kind, name.text.clone()), property.text.clone());
            self.found.add(property.span, symbol);
        }
    }

    fn visit_named_type(&mut self, name: &'t Name) {
        self.found.add(name.span, Symbol::Scalar(name.text.clone()));
    }

    fn visit_vector(&mut self, keyword: Span, _: Option<&'t Number>) {
        self.found.add(keyword, Symbol::Scalar("Vector".to_owned()));
    }

    fn visit_enum_value(&mut self, value: &'t EnumValue) {
        let symbol = Symbol::EnumValue(self.owner.clone(), self.property.clone(), value.text.clone());
        self.found.declare(value.span, symbol);
    }

    /// Its name, and the properties that its arguments name.
    fn visit_annotation(&mut self, annotation: &'t Annotation) {
        let name = &annotation.name;
        self.found.add(name.span, Symbol::Annotation(name.text.clone()));
        if names_properties(&name.text) {
            schema::walk_annotation(self, annotation);
        }
    }

    fn visit_argument(&mut self, argument: &'t Argument) {
        if let (ArgumentValue::Name(property), None) = (&argument.value, &argument.keyword)
            && self.ide.has_property(&self.owner, property)
        {
            let symbol = Symbol::Property(self.owner.clone(), property.clone());
            self.found.add(argument.span, symbol);
        }
    }
}
