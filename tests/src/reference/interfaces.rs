//! Which types a variable may have: interfaces stand for all types that implement them, and `$x is T` chooses among these.

use omnigraph_grammar::query::ast;
use omnigraph_model::catalog::EdgeType;

use super::clauses::Named;
use super::solve::{Context, Type, Types};

impl Context<'_> {
    /// The node types that a type stands for: itself, or all that implement it.
    pub(super) fn types_of<'t>(&'t self, ty: &'t str) -> Vec<&'t str> {
        let catalog = &self.model.catalog;
        match catalog.node(ty) {
            Some(_) => vec![ty],
            None => {
                let nodes = catalog.nodes.values();
                let own = nodes.filter(|node| node.implements.iter().any(|one| one == ty));
                own.map(|node| node.name.as_str()).collect()
            }
        }
    }

    /// Whether variables of these types may stand for one node.
    pub(super) fn may_be_same(&self, one: &Type, other: &Type) -> bool {
        let (Type::Entity(one, false), Type::Entity(other, false)) = (one, other) else {
            return false;
        };
        let others = self.types_of(other);
        self.types_of(one).iter().any(|ty| others.contains(ty))
    }

    pub(super) fn may_be(&self, ty: &Type, node: &str) -> bool {
        self.types_of(ty.name()).contains(&node)
    }

    /// What a clause of a block says that a variable is.
    pub(super) fn narrowed<'q>(&self, clauses: &[Named<'q>], name: &str) -> Option<&'q str> {
        let mut narrowings = clauses.iter().filter_map(|clause| match clause {
            Named::Condition(condition) => narrowing(condition),
            _ => None,
        });
        narrowings.find(|(own, _)| *own == name).map(|(_, ty)| ty)
    }

    /// Whether every test of a type in a condition may hold.
    pub(super) fn may_hold(&self, condition: &ast::Expression, types: &Types) -> bool {
        let own = match &condition.kind {
            ast::ExpressionKind::TypeTest(test) => match &test.operand.kind {
                ast::ExpressionKind::Variable(name) => {
                    types.get(name).is_none_or(|known| self.may_be(known, &test.ty.text))
                }
                _ => false,
            },
            _ => true,
        };
        own && condition.operands().into_iter().all(|part| self.may_hold(part, types))
    }

    /// In a block that says `$x is T`, the variable has that type. `known`: the variables of which that is asked.
    pub(super) fn narrow_types(&self, clauses: &[Named<'_>], known: &Types, types: &mut Types) {
        let names: Vec<String> = types.keys().chain(known.keys()).cloned().collect();
        for name in names {
            if let Some(ty) = self.narrowed(clauses, &name)
                && types.get(&name).is_some_and(|known| self.may_be(known, ty))
            {
                types.insert(name, Type::Entity(ty.to_owned(), false));
            }
        }
    }

    /// Endpoints get their types from the edge; where both ends differ and none is known yet, others may tell first.
    pub(super) fn type_ends(&self, traversals: &[(&EdgeType, &String, &String)], types: &mut Types) {
        loop {
            let mut changed = false;
            let mut stuck = None;
            for &(edge, source, target) in traversals {
                let may_be = |name: &String, end: &str| types.get(name).is_none_or(|ty| self.may_be(ty, end));
                let forward = may_be(source, &edge.from) && may_be(target, &edge.to);
                let backward = may_be(source, &edge.to) && may_be(target, &edge.from);
                if types.contains_key(source) && types.contains_key(target) {
                    continue;
                }
                if forward && backward && edge.from != edge.to {
                    stuck.get_or_insert((edge, source, target));
                    continue;
                }
                let (from, to) = match forward || !backward {
                    true => (&edge.from, &edge.to),
                    false => (&edge.to, &edge.from),
                };
                let node = |name: &String| Type::Entity(name.clone(), false);
                types.entry(source.clone()).or_insert(node(from));
                types.entry(target.clone()).or_insert(node(to));
                changed = true;
            }
            match stuck {
                _ if changed => {}
                Some((edge, source, target)) => {
                    let node = |name: &String| Type::Entity(name.clone(), false);
                    types.entry(source.clone()).or_insert(node(&edge.from));
                    types.entry(target.clone()).or_insert(node(&edge.to));
                }
                None => break,
            }
        }
    }
}

/// `$x is T` as a clause of its own.
pub(super) fn narrowing(condition: &ast::Expression) -> Option<(&str, &str)> {
    let ast::ExpressionKind::TypeTest(test) = &condition.kind else {
        return None;
    };
    let ast::ExpressionKind::Variable(name) = &test.operand.kind else {
        return None;
    };
    let alone = !test.negated && condition.span.start == test.operand.span.start;
    alone.then_some((name, &test.ty.text))
}
