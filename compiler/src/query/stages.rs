//! The stages of a query that reads: each `match` with what becomes of its rows, and what `with` hands on to the next one.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Block, Clause, ExpressionKind, Projection, Read};
use omnigraph_model::ir::pattern::{OutputValue, Part, Pattern, Stage, Term};
use omnigraph_model::ir::{ColumnType, Expression, Var};
use omnigraph_model::types::{Scalar, Type};

use super::context::Context;
use super::environment::VariableKind;
use super::output::{Column, Outputs};
use super::paths::walk_of;
use crate::rules::types::{t46_name_taken, t47_optional_end};

/// A name that a stage hands on, with what it is from then on.
pub(super) type Handed = (String, Var);

impl<'a> Context<'a> {
    /// All stages of a query; `None` if something in them is wrong.
    pub(super) fn read(&mut self, read: &'a Read) -> Option<Pattern> {
        let (stages, result) = self.parts(read, self.query.span);
        Some(Pattern {
            name: self.query.name.text.clone(),
            parameters: self.plan_parameters(),
            variables: self.plan_variables()?,
            unique: self.unique_sets(),
            stages,
            union: None,
            result,
        })
    }

    /// The stages of a read, and what it returns. `body`: what ends with the brace behind it.
    pub(super) fn parts(&mut self, read: &'a Read, body: Span) -> (Vec<Stage>, Part) {
        let end = Span::at(body.end.saturating_sub(1) as usize);
        let stages = self.handing_on(read);
        let (result, _) = self.stage(read, false, end);
        (stages, result)
    }

    /// The stages before the last `match` of a read, with which it begins.
    pub(super) fn handing_on(&mut self, read: &'a Read) -> Vec<Stage> {
        self.number_anonymous(read);
        self.branch = self.environment.scopes.len();
        self.handed.clear();
        let mut stages = Vec::new();
        let behind = read.stages.iter().skip(1).chain([read]);
        for (stage, next) in read.stages.iter().zip(behind) {
            let (part, handed) = self.stage(stage, true, Span::at(next.pattern.span.start as usize));
            let variables = handed.iter().map(|(_, variable)| *variable).collect();
            self.handed = handed;
            stages.push(Stage {
                part,
                variables,
                origins: Vec::new(),
            });
        }
        stages
    }

    /// A `match` with what its rows become, and what goes on of them if something follows; `end`: where it ends.
    fn stage(&mut self, read: &'a Read, goes_on: bool, end: Span) -> (Part, Vec<Handed>) {
        self.stage = self.environment.scopes.len();
        self.stage_end = end;
        let given = self.given_nodes(read, None);
        let mut root = self.block(&read.pattern, None);
        if !given.is_empty() {
            root = Term::All(given.into_iter().chain([root]).collect());
        }
        let Outputs {
            columns,
            grouped,
            rank,
            having,
            order,
            handed,
        } = self.outputs(read, goes_on);
        let limit = self.amount("limit", read.limit.as_ref());
        let offset = self.amount("offset", read.offset.as_ref());
        let after = self.after(read.after.as_ref(), &read.order, rank.as_ref());
        let hoisted = self.hoisted_from(self.stage);
        if !hoisted.is_empty() {
            root = Term::All([root].into_iter().chain(hoisted).collect());
        }
        let mut having = having;
        if !grouped && let Some(condition) = having.take() {
            root = Term::All(vec![root, Term::Condition(condition)]);
        }
        if goes_on {
            self.environment.scopes[self.stage].ended = Some(read.return_span);
        }
        let part = Part {
            root,
            outputs: columns,
            grouped,
            distinct: read.distinct.is_some(),
            rank,
            order,
            having,
            limit,
            offset,
            after,
        };
        (part, handed)
    }

    /// The variable that an item of `with` is for all that follows; wrong ones are of no known type, so that nothing more is said.
    pub(super) fn hand_on(&mut self, column: &Column<'_>) -> Handed {
        let written = column.written;
        let value = VariableKind::Value;
        let mut nullable = false;
        let kind = match &column.output {
            None => match written.expression.kind {
                ExpressionKind::Variable(_) => VariableKind::Error,
                _ => VariableKind::ValueError,
            },
            Some((OutputValue::Rank(_), _)) => value(Type::of(Scalar::F64).nullable()),
            Some((OutputValue::Plain(Expression::Entity { variable }), _)) => {
                nullable = self.variable(*variable).nullable;
                self.kind(*variable).clone()
            }
            Some((OutputValue::Plain(_), ColumnType::Value(ty))) => value(ty.clone()),
            Some((OutputValue::Plain(_), _)) => VariableKind::Error,
        };
        let variable = self.new_variable(column.name.clone(), false, written.span, kind);
        let same = match (&written.alias, &written.expression.kind) {
            (None, ExpressionKind::Variable(name)) => self.lookup(self.stage, name),
            _ => None,
        };
        if let Some(own) = self.environment.variables.get_mut(variable.0 as usize) {
            (own.nullable, own.same) = (nullable, same);
        }
        (column.name.clone(), variable)
    }

    /// Whether the name of an item is free: what is written behind `as` is new, and no item has the name of another.
    pub(super) fn check_item(&mut self, item: &Projection, earlier: &[Column<'_>]) {
        let name = match (&item.alias, &item.expression.kind) {
            (Some(alias), _) => alias.clone(),
            (None, ExpressionKind::Variable(name)) => omnigraph_grammar::Name {
                text: name.clone(),
                span: item.span,
            },
            _ => return,
        };
        if let Some(first) = earlier.iter().find(|column| column.name == name.text) {
            let first = first.written.span;
            self.report(t46_name_taken::finding(&name, Some(first)));
        } else if item.alias.is_some() {
            self.new_name(&name, self.stage);
        } else if let Some(parameter) = self.environment.parameters.get(&name.text) {
            let declared = parameter.declared;
            self.report(t46_name_taken::finding(&name, Some(declared)));
        }
    }

    /// Traversals from what a stage before may have handed on as null, unless the block says what it is.
    pub(super) fn check_handed(&mut self, block: &Block) {
        let handed = std::mem::take(&mut self.handed);
        let missing = handed.iter().filter(|(_, variable)| self.variable(*variable).nullable);
        let missing: Vec<&Handed> = missing.collect();
        let is_bound = |name: &str| {
            let mut clauses = block.clauses.iter();
            clauses.any(|clause| matches!(clause, Clause::Binding(binding) if binding.variable.text == name))
        };
        for clause in &block.clauses {
            let step = match clause {
                Clause::Traversal(step) => step,
                Clause::Definition(definition) => match walk_of(definition) {
                    Some(walk) => &walk.traversal,
                    None => continue,
                },
                _ => continue,
            };
            for end in [&step.source, &step.target] {
                if let Some((name, variable)) = missing.iter().find(|(name, _)| *name == end.text)
                    && !is_bound(name)
                {
                    let finding = t47_optional_end::handed_on(end, self.variable(*variable));
                    self.report(finding);
                }
            }
        }
        self.handed = handed;
    }
}
