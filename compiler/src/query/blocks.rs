//! Blocks in expressions: `count { … }`, `exists { … }`, `sum($q.age) { … }`. Each is a value variable without a name of its own,
//! which the block around holds for each of its rows.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{BlockFold, BlockValue};
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::ir::{Aggregate, AggregateFunction, Expression};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::Operation;

use super::context::Context;
use super::environment::VariableKind;
use super::expression::{Place, bool_type, call};
use crate::rules::types::*;

impl Context<'_> {
    pub(super) fn block_value(
        &mut self,
        value: &BlockValue,
        place: Place<'_>,
        span: Span,
    ) -> Option<(Expression, Type)> {
        if !place.blocks {
            self.report(t31_misplaced_expression::block(value));
            return None;
        }
        if place.row.is_some() && self.sees_written(&value.block, place.scope) {
            return None;
        }
        let scope = self.environment.scopes.len();
        let inner = self.block(&value.block, Some((place.scope, value.word())));
        let always = || Expression::Literal {
            value: Value::Bool(true),
            ty: Type::of(Scalar::Bool),
        };
        let aggregate = match (value.fold, &value.block.aggregate) {
            (BlockFold::Aggregate, Some(call)) if !call.function.is_aggregate() => {
                self.report(t31_misplaced_expression::folds_nothing(call));
                return None;
            }
            (BlockFold::Aggregate, Some(call)) => self.aggregate(call, scope)?,
            (BlockFold::Exists | BlockFold::Not, _) => {
                Aggregate::of(AggregateFunction::Any, always(), Type::of(Scalar::Bool))
            }
            (BlockFold::Count | BlockFold::Aggregate, _) => {
                Aggregate::of(AggregateFunction::Count, always(), Type::of(Scalar::I64))
            }
        };
        let ty = aggregate.ty.clone();
        let kind = VariableKind::Value(ty.clone());
        let variable = self.new_variable(value.word().to_owned(), true, value.keyword, kind);
        let mut terms = self.hoisted_from(scope);
        let inner = match terms.is_empty() {
            true => inner,
            // What the aggregate reads of blocks inside of it.
            false => {
                terms.insert(0, inner);
                Term::All(terms)
            }
        };
        self.hoisted
            .push((place.scope, Term::Fold(variable, Box::new(aggregate), Box::new(inner))));
        let read = Expression::Value {
            variable,
            ty: ty.clone(),
        };
        match value.fold {
            BlockFold::Not => Some((
                call(Operation::Not, vec![read], bool_type(false), span),
                bool_type(false),
            )),
            _ => Some((read, ty)),
        }
    }

    /// Takes the values that expressions of a block have.
    pub(crate) fn hoisted_from(&mut self, scope: usize) -> Vec<Term> {
        let (own, others) = std::mem::take(&mut self.hoisted)
            .into_iter()
            .partition(|(of, _)| *of == scope);
        self.hoisted = others;
        let own: Vec<(usize, Term)> = own;
        own.into_iter().map(|(_, term)| term).collect()
    }
}
