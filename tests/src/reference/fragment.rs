//! Calls of fragments, literally: a call holds if the clauses of the fragment have a solution in which its parameters are the
//! arguments. Nothing else of the caller is seen inside.

use std::collections::BTreeMap;

use omnigraph_grammar::query::ast::{self, Apply, Body, Expression, ExpressionKind};
use omnigraph_grammar::{ItemKind, Language};

use super::clauses::name_clauses;
use super::expression::Scope;
use super::mutate::assign;
use super::parameters::{Parameter, Parameters};
use super::solve::{Context, Solution, Type, Types};
use super::types::Kind;
use super::{Model, Stop};

/// The fragments of a file, by name.
pub type Fragments = BTreeMap<String, ast::Query>;

/// The fragments that a text declares.
pub fn fragments(text: &str) -> Result<Fragments, String> {
    let (items, _) = omnigraph_grammar::items(Language::Query, text);
    let own = items.iter().filter(|item| item.kind == ItemKind::Fragment);
    let parsed = own.map(|item| {
        let parsed = omnigraph_grammar::query::parse_item(&text[item.span.range()]);
        let tree = parsed.tree.filter(|_| parsed.errors.is_empty());
        let tree = tree.ok_or_else(|| format!("{:?}", parsed.errors))?;
        Ok((tree.name.text.clone(), tree))
    });
    parsed.collect()
}

impl Model {
    /// The fragment that a condition calls.
    pub(super) fn called<'f>(&'f self, condition: &'f Expression) -> Option<(&'f ast::Query, &'f Apply)> {
        let ExpressionKind::Apply(apply) = &condition.kind else {
            return None;
        };
        Some((self.fragments.get(&apply.name.text)?, apply))
    }

    /// The variables that a clause gives to a fragment as nodes, with their types: what nothing else binds, the call does.
    pub(super) fn given_nodes<'f>(&'f self, condition: &'f Expression) -> Vec<(&'f str, &'f str)> {
        let Some((fragment, apply)) = self.called(condition) else {
            return Vec::new();
        };
        let pairs = apply.arguments.iter().zip(&fragment.parameters);
        let nodes = pairs.filter_map(|(argument, parameter)| match &argument.kind {
            ExpressionKind::Variable(name) => Some((name.as_str(), parameter.ty.node()?.text.as_str())),
            _ => None,
        });
        nodes.collect()
    }
}

impl<'m> Context<'m> {
    /// Whether the clauses of a fragment have a solution for these arguments.
    pub(super) fn fragment_holds(
        &self,
        fragment: &ast::Query,
        apply: &Apply,
        scope: &Scope<'_, 'm>,
    ) -> Result<bool, Stop> {
        let Body::Fragment(block) = &fragment.body else {
            return Err("it is no fragment".into());
        };
        let (mut types, mut nodes, mut values) = (Types::new(), Solution::new(), Parameters::new());
        for (at, parameter) in fragment.parameters.iter().enumerate() {
            let name = parameter.name.text.clone();
            let argument = apply.arguments.get(at).or(parameter.default.as_ref());
            let argument = argument.ok_or("an argument is missing")?;
            if let Some(node) = parameter.ty.node() {
                let ExpressionKind::Variable(given) = &argument.kind else {
                    return Err("a node is given by a variable".into());
                };
                let given = scope.solution.get(given).ok_or("the variable is not bound")?;
                types.insert(name.clone(), Type::Entity(node.text.clone(), false));
                nodes.insert(name, given.clone());
                continue;
            }
            let ty = self.model.declared(parameter)?;
            // With null the conditions that read it are unknown.
            let ty = ty.nullable();
            let value = assign(self.value(argument, scope)?, &ty)?;
            let kind = Kind {
                scalar: ty.scalar,
                list: ty.list,
            };
            values.insert(name, Parameter { kind, value });
        }
        let inner = Context::new(self.model, &values, self.now);
        let named = name_clauses(&block.clauses, &mut 0)?;
        let resolved = inner.resolve(&named, &types)?;
        let solutions = inner.solutions(&resolved, nodes, true);
        self.codes.borrow_mut().extend(inner.codes.borrow().iter());
        Ok(!solutions?.is_empty())
    }
}
