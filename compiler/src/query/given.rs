//! Parameters that stand for nodes. Each is a variable of every `match` that names it, bound to the one node that has the id; to
//! none if the parameter is null.

use std::collections::BTreeSet;

use omnigraph_grammar::query::ast::{Block, Clause, Mutation, Read};
use omnigraph_grammar::query::visit::Visit;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::ir::{Comparison, Expression};
use omnigraph_model::types::{Scalar, Type};

use super::context::Context;
use super::environment::VariableKind;

impl<'a> Context<'a> {
    /// Binds those that a part names, unless the stage before hands them on; what has to hold of them. `written`: the mutation
    /// whose statements run for the part.
    pub(super) fn given_nodes(&mut self, read: &'a Read, written: Option<&'a Mutation>) -> Vec<Term> {
        if self.environment.nodes.is_empty() {
            return Vec::new();
        }
        let mut named = Named(BTreeSet::new());
        named.visit_block(&read.pattern);
        read.projections.iter().for_each(|own| named.visit_projection(own));
        read.having.iter().for_each(|own| named.visit_having(own));
        read.order.iter().for_each(|own| named.visit_sort_key(own));
        if let Some(mutation) = written {
            mutation.statements.iter().for_each(|own| named.visit_statement(own));
            mutation.returning.iter().for_each(|own| named.visit_returning(own));
        }
        let is_free = |name: &String| self.handed.iter().all(|(handed, _)| handed != name);
        let known = self.environment.nodes.iter();
        // What a name stands for is asked for while it is being written, too.
        let wanted = known.filter(|(name, _)| (self.lists || named.0.contains(name.as_str())) && is_free(name));
        let wanted: Vec<_> = wanted.map(|(name, known)| (name.clone(), known.clone())).collect();
        let mut terms = Vec::new();
        for (name, known) in wanted {
            let Some(node) = known.node else { continue };
            let ty = Type {
                nullable: known.ty.is_some_and(|ty| ty.nullable),
                ..Type::of(Scalar::String)
            };
            // What the block says to be a node is none where there is none.
            let nullable = ty.nullable && !binds(&read.pattern, &name);
            let variable = self.new_variable(name.clone(), false, known.declared, VariableKind::Node(node));
            if let Some(own) = self.environment.variables.get_mut(variable.0 as usize) {
                (own.nullable, own.given) = (nullable, true);
            }
            let value = Expression::Parameter { name: name.clone(), ty };
            let same = Expression::Compare {
                left: Box::new(Expression::Id { variable }),
                comparison: Comparison::Equal,
                right: Box::new(value),
            };
            let found = [Term::Node(variable), Term::Condition(same)];
            match nullable {
                true => terms.push(Term::Optional(Box::new(Term::All(found.into())))),
                false => terms.extend(found),
            }
            self.handed.push((name, variable));
        }
        terms
    }
}

fn binds(block: &Block, name: &str) -> bool {
    let mut clauses = block.clauses.iter();
    clauses.any(|clause| matches!(clause, Clause::Binding(binding) if binding.variable.text == name))
}

/// The names in a part.
struct Named<'t>(BTreeSet<&'t str>);

impl<'t> Visit<'t> for Named<'t> {
    fn visit_variable(&mut self, variable: &'t Name) {
        self.0.insert(&variable.text);
    }

    fn visit_bare(&mut self, name: &'t str, _: Span) {
        self.0.insert(name);
    }
}
