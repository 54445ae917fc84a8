//! Fills the view of a query: one walk over its tree.

use omnigraph_grammar::query::ast::{
    Binding, Block, Comparator, Comparison, Expression, Nested, Object, Projection, Read, Rows, Search, SortKey,
    Statement, Traversal, Walk,
};
use omnigraph_grammar::query::visit::{self, Predicate, Visit};
use omnigraph_grammar::{Name, Span};

use super::view::{BlockView, Compared, Role, Side, View};

pub(super) fn over(view: View<'_>) -> View<'_> {
    let tree = view.tree;
    let mut collector = Collector {
        view,
        scope: 0,
        nested: None,
        role: Role::Filtered,
        search: None,
    };
    collector.visit_query(tree);
    collector.view
}

struct Collector<'a> {
    view: View<'a>,
    scope: usize,
    /// The block that comes next, and what it is nested in.
    nested: Option<&'a Nested>,
    /// What a variable in an expression is mentioned for.
    role: Role,
    /// Of the path whose walk comes next.
    search: Option<Search>,
}

impl<'a> Collector<'a> {
    fn block(&mut self) -> Option<&mut BlockView<'a>> {
        self.view.blocks.iter_mut().find(|block| block.scope == self.scope)
    }

    fn mention(&mut self, name: &Name, role: Role) {
        self.view.mention(&name.text, name.span, self.scope, role);
    }

    fn side(&self, expression: &'a Expression) -> Side<'a> {
        self.view.side(expression, self.scope)
    }

    /// What a binding or a mutation says of a property of its type.
    fn compare(&mut self, left: Side<'a>, left_span: Span, op: (Comparator, Span), value: &'a Expression, span: Span) {
        self.view.compared.push(Compared {
            scope: self.scope,
            left,
            op: op.0,
            op_span: op.1,
            right: self.view.side(value, self.scope),
            left_span,
            right_span: value.span,
            span,
            inline: true,
        });
    }

    fn predicate(&mut self, ty: &str, predicate: &Predicate<'a>) {
        let name = predicate.property;
        let (node, edge) = (self.view.names.node(ty), self.view.names.edge(ty));
        let property = match (&node, &edge) {
            (Some(node), _) => node.property(name),
            (_, Some(edge)) => edge.property(name),
            _ => None,
        };
        let Some(property) = property else { return };
        let left = Side::Property {
            var: None,
            owner: ty.to_owned(),
            property: name,
            ty: property.ty.clone(),
        };
        let op = (predicate.op, predicate.op_span);
        self.compare(left, predicate.property_span, op, predicate.value, predicate.span);
    }
}

impl<'a> Visit<'a> for Collector<'a> {
    fn visit_read(&mut self, read: &'a Read) {
        read.stages.iter().for_each(|stage| self.visit_read(stage));
        self.scope = self.view.scope_of(&read.pattern).unwrap_or(self.scope);
        visit::walk_part(self, read);
    }

    fn visit_nested(&mut self, nested: &'a Nested) {
        for block in &nested.blocks {
            self.nested = Some(nested);
            self.visit_block(block);
        }
    }

    fn visit_block(&mut self, written: &'a Block) {
        let scope = self.view.scope_of(written).unwrap_or(self.scope);
        self.view.blocks.push(BlockView {
            scope,
            written,
            nested: self.nested.take(),
            bindings: Vec::new(),
            traversals: Vec::new(),
            walks: Vec::new(),
            filters: Vec::new(),
        });
        let outer = std::mem::replace(&mut self.scope, scope);
        visit::walk_block(self, written);
        self.scope = outer;
    }

    fn visit_binding(&mut self, binding: &'a Binding) {
        self.block().into_iter().for_each(|block| block.bindings.push(binding));
        self.mention(&binding.variable, Role::Bound);
        for written in &binding.matches {
            self.visit_expression(&written.value);
            let name = &written.property.text;
            let node = self.view.names.node(&binding.ty.text);
            let Some(ty) = node.and_then(|node| Some(node.property(name)?.ty.clone())) else {
                continue;
            };
            let op = if ty.list {
                Comparator::Contains
            } else {
                Comparator::Equal
            };
            let left = Side::Property {
                var: self.view.environment.lookup(self.scope, &binding.variable.text),
                owner: binding.ty.text.clone(),
                property: name,
                ty,
            };
            self.compare(
                left,
                written.property.span,
                (op, written.span),
                &written.value,
                written.span,
            );
        }
    }

    fn visit_walk(&mut self, walk: &'a Walk) {
        self.search = Some(walk.search);
        visit::walk_walk(self, walk);
    }

    fn visit_traversal(&mut self, step: &'a Traversal) {
        let plain = step.others.is_empty() && step.condition().is_none();
        let search = self.search.take();
        self.block().into_iter().for_each(|block| match search {
            None if plain => block.traversals.push(step),
            search => block.walks.push((step, search)),
        });
        if let Some(condition) = step.condition() {
            self.visit_step_condition(condition);
        }
        self.mention(&step.source, Role::End);
        self.mention(&step.target, Role::End);
        if let Some(edge) = &step.edge_variable {
            self.mention(edge, Role::Edge);
        }
    }

    fn visit_filter(&mut self, filter: &'a Comparison) {
        self.block().into_iter().for_each(|block| block.filters.push(filter));
        visit::walk_comparison(self, filter);
        let (left, right) = (self.side(&filter.left), self.side(&filter.right));
        self.view.compared.push(Compared {
            scope: self.scope,
            left,
            op: filter.op,
            op_span: filter.op_span,
            right,
            left_span: filter.left.span,
            right_span: filter.right.span,
            span: filter.span,
            inline: false,
        });
    }

    fn visit_projection(&mut self, projection: &'a Projection) {
        self.role = Role::Returned;
        self.visit_expression(&projection.expression);
    }

    fn visit_sort_key(&mut self, key: &'a SortKey) {
        self.role = Role::Returned;
        self.visit_expression(&key.expression);
    }

    fn visit_statement(&mut self, statement: &'a Statement) {
        if let Some(ty) = statement.ty() {
            for predicate in statement.predicates() {
                self.predicate(&ty.text, &predicate);
            }
        }
        // What is written is read of the assignment.
        self.role = Role::Returned;
        if let Some(variable) = statement.subject() {
            self.mention(variable, self.role);
        }
        visit::walk_statement(self, statement);
    }

    fn visit_bare(&mut self, name: &'a str, span: Span) {
        if !self.view.environment.parameters.contains_key(name) {
            self.view.mention(name, span, self.scope, self.role);
        }
    }

    fn visit_object(&mut self, object: &'a Object) {
        self.mention(&object.variable, self.role);
        object
            .members
            .iter()
            .for_each(|member| self.visit_member(object, member));
    }

    fn visit_rows(&mut self, rows: &'a Rows) {
        self.role = Role::Filtered;
        self.visit_block(&rows.block);
        let inner = self.view.scope_of(&rows.block).unwrap_or(self.scope);
        let outer = std::mem::replace(&mut self.scope, inner);
        rows.items.iter().for_each(|item| self.visit_projection(item));
        rows.order.iter().for_each(|key| self.visit_sort_key(key));
        self.scope = outer;
        self.role = Role::Returned;
    }

    fn visit_property(&mut self, variable: &'a Name, _: &'a Name) {
        self.mention(variable, self.role);
    }
}
