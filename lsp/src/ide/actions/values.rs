//! The values of a query, and what they are for.

use omnigraph_compiler::query::Variables;
use omnigraph_grammar::query::ast::{
    self, Binding, Call, Comparator, Comparison, Expression, ExpressionKind, Statement, Traversal,
};
use omnigraph_grammar::query::visit::{self, Visit};
use omnigraph_model::schema::DeclarationKind;

use crate::ide::Ide;
use crate::ide::names::{Owner, owner_of};
use crate::ide::steps::Step;

/// A value that stands somewhere, and what it is for.
pub(super) struct Used<'t> {
    pub expression: &'t Expression,
    /// The property that it is compared with or becomes.
    pub compared: Option<(Owner, String)>,
    /// The side of `contains` that it stands on.
    pub contains: Option<Side>,
    /// Whether it is a text that is searched for.
    pub searched: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl<'t> Used<'t> {
    fn of(expression: &'t Expression, compared: Option<(Owner, String)>) -> Used<'t> {
        Used {
            expression,
            compared,
            contains: None,
            searched: false,
        }
    }
}

/// Every value of a query, with the property that it is compared with or assigned to.
pub(super) fn values<'t>(ide: &Ide<'_>, tree: &'t ast::Query, typed: &Variables) -> Vec<Used<'t>> {
    let mut values = Values {
        ide,
        typed,
        step: Step::default(),
        found: Vec::new(),
    };
    values.visit_query(tree);
    values.found
}

struct Values<'t, 'i> {
    ide: &'i Ide<'i>,
    typed: &'i Variables,
    /// Of the traversal that was met last.
    step: Step,
    found: Vec<Used<'t>>,
}

impl<'t> Visit<'t> for Values<'t, '_> {
    fn visit_binding(&mut self, binding: &'t Binding) {
        let owner = (DeclarationKind::Node, binding.ty.text.clone());
        self.found.extend(binding.matches.iter().map(|matched| {
            let compared = (owner.clone(), matched.property.text.clone());
            Used::of(&matched.value, Some(compared))
        }));
    }

    fn visit_traversal(&mut self, traversal: &'t Traversal) {
        let block = self.typed.block_at(traversal.span.start);
        let entity = |name: &str| {
            let variable = self.typed.list.get(self.typed.lookup(block, name)?)?;
            variable.entity.as_ref().and_then(owner_of)
        };
        self.step = Step::of(traversal, &self.ide.names(), entity);
        visit::walk_traversal(self, traversal);
    }

    fn visit_comparison(&mut self, filter: &'t Comparison) {
        let typed = self.typed;
        let block = typed.block_at(filter.span.start);
        let (step, names) = (&self.step, self.ide.names());
        let property = |expression: &Expression| match &expression.kind {
            ExpressionKind::Step(property) => {
                let owners = step.edges_with(&names, &property.text);
                Some((owners.into_iter().next()?, property.text.clone()))
            }
            ExpressionKind::Property { variable, property } => {
                let entity = typed.list.get(typed.lookup(block, &variable.text)?)?.entity.as_ref()?;
                Some((owner_of(entity)?, property.text.clone()))
            }
            _ => None,
        };
        let contains = |side: Side| Some(side).filter(|_| filter.op == Comparator::Contains);
        let right = Used {
            contains: contains(Side::Right),
            ..Used::of(&filter.right, property(&filter.left))
        };
        let left = Used {
            contains: contains(Side::Left),
            ..Used::of(&filter.left, property(&filter.right))
        };
        self.found.extend([right, left]);
    }

    fn visit_text_predicate(&mut self, call: &'t Call) {
        self.found.extend(call.arguments.iter().map(|expression| Used {
            searched: true,
            ..Used::of(expression, None)
        }));
    }

    fn visit_statement(&mut self, statement: &'t Statement) {
        let catalog = self.ide.catalog();
        let owner = match (statement.ty(), statement.subject()) {
            (Some(ty), _) => match (catalog.node(&ty.text), catalog.edge(&ty.text)) {
                (None, Some(edge)) => Some((DeclarationKind::Edge, edge.name.clone())),
                _ => Some((DeclarationKind::Node, ty.text.clone())),
            },
            (None, Some(variable)) => {
                let block = self.typed.block_at(variable.span.start);
                let known = self.typed.lookup(block, &variable.text);
                let entity = known.and_then(|index| self.typed.list.get(index)?.entity.as_ref());
                entity.and_then(owner_of)
            }
            (None, None) => None,
        };
        let Some(owner) = owner else {
            return;
        };
        let otherwise = statement.otherwise().map_or(&[][..], |other| &other.assignments);
        let assigned = statement.assignments().iter().chain(otherwise);
        let assigned = assigned.map(|a| (&a.property, &a.value));
        self.found.extend(assigned.map(|(property, expression)| {
            let compared = (owner.clone(), property.text.clone());
            Used::of(expression, Some(compared))
        }));
        self.found.extend(
            statement
                .predicates()
                .into_iter()
                .map(|p| Used::of(p.value, Some((owner.clone(), p.property.to_owned())))),
        );
    }
}
