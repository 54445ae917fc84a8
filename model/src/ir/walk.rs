//! Looking through plans: which variables an expression mentions, which an operator binds, what a plan reads.

use std::collections::BTreeSet;

use super::{Aggregate, ColumnType, Comparison, Expression, Operator, Rank, Var};
use crate::types::{Scalar, Type};

/// A set of variables.
pub type Vars = BTreeSet<Var>;

impl Expression {
    /// The variables it mentions.
    pub fn variables(&self) -> Vars {
        let (mut found, mut own) = (Vars::new(), Vars::new());
        self.visit(&mut |expression| match expression {
            Expression::Property { variable, .. }
            | Expression::Entity { variable }
            | Expression::Id { variable }
            | Expression::TypeName { variable }
            | Expression::Value { variable, .. }
            | Expression::Text { variable, .. } => {
                found.insert(*variable);
            }
            Expression::RankValue { rank } => rank.visit(&mut |rank| match rank {
                Rank::Nearest { variable, .. } | Rank::Bm25 { variable, .. } => {
                    found.insert(*variable);
                }
                Rank::Rrf { .. } => {}
            }),
            Expression::Paths(paths) => {
                found.extend([paths.from, paths.to]);
                own.extend(paths.steps.iter().flat_map(|step| [step.variable, step.node]));
            }
            _ => {}
        });
        // What a step is called is known in its conditions alone.
        found.retain(|variable| !own.contains(variable));
        found
    }

    /// Calls back for this expression and all within, rank functions' arguments included.
    pub fn visit<'e>(&'e self, visitor: &mut dyn FnMut(&'e Expression)) {
        visitor(self);
        match self {
            Expression::RankValue { rank } => rank.arguments(visitor),
            Expression::Aggregate(aggregate) => aggregate.expressions().for_each(|part| part.visit(visitor)),
            _ => self.operands().into_iter().for_each(|part| part.visit(visitor)),
        }
    }

    /// The expressions that it is made of, those of aggregates and rank functions aside.
    pub fn operands(&self) -> Vec<&Expression> {
        match self {
            Expression::Compare { left, right, .. } => vec![left, right],
            Expression::Call { arguments, .. } => arguments.iter().collect(),
            Expression::Case {
                branches, otherwise, ..
            } => {
                let parts = branches.iter().flat_map(|(condition, value)| [condition, value]);
                parts.chain(otherwise.as_deref()).collect()
            }
            Expression::Comprehension {
                list, condition, item, ..
            } => {
                let parts = [Some(&**list), condition.as_deref(), Some(&**item)];
                parts.into_iter().flatten().collect()
            }
            Expression::Text { text, edits, .. } => [Some(&**text), edits.as_deref()].into_iter().flatten().collect(),
            Expression::Object { present, members, .. } => present.as_deref().into_iter().chain(members).collect(),
            Expression::Paths(paths) => paths.expressions().collect(),
            Expression::Literal { .. }
            | Expression::Parameter { .. }
            | Expression::Now
            | Expression::Property { .. }
            | Expression::Entity { .. }
            | Expression::Id { .. }
            | Expression::TypeName { .. }
            | Expression::Value { .. }
            | Expression::Item { .. }
            | Expression::Aggregate(_)
            | Expression::Slot { .. }
            | Expression::Score { .. }
            | Expression::ArmRank { .. }
            | Expression::RankValue { .. } => Vec::new(),
        }
    }

    /// The same, to be changed.
    pub(crate) fn operands_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            Expression::Compare { left, right, .. } => vec![left, right],
            Expression::Call { arguments, .. } => arguments.iter_mut().collect(),
            Expression::Case {
                branches, otherwise, ..
            } => {
                let parts = branches.iter_mut().flat_map(|(condition, value)| [condition, value]);
                parts.chain(otherwise.as_deref_mut()).collect()
            }
            Expression::Comprehension {
                list, condition, item, ..
            } => {
                let parts = [Some(&mut **list), condition.as_deref_mut(), Some(&mut **item)];
                parts.into_iter().flatten().collect()
            }
            Expression::Text { text, edits, .. } => [Some(&mut **text), edits.as_deref_mut()]
                .into_iter()
                .flatten()
                .collect(),
            Expression::Object { present, members, .. } => present.as_deref_mut().into_iter().chain(members).collect(),
            Expression::Paths(paths) => paths.expressions_mut().collect(),
            _ => Vec::new(),
        }
    }

    /// The expressions that it is made of, those of aggregates and rank functions included, to be changed.
    pub fn parts_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            Expression::RankValue { rank } => rank.arguments_mut(),
            Expression::Aggregate(aggregate) => aggregate.expressions_mut().collect(),
            other => other.operands_mut(),
        }
    }

    /// How many expressions are within each other, this one included; those in aggregates and rank functions aside.
    pub fn depth(&self) -> usize {
        1 + self.operands().into_iter().map(Expression::depth).max().unwrap_or(0)
    }

    /// Whether an aggregate is a part of it.
    pub fn has_aggregate(&self) -> bool {
        matches!(self, Expression::Aggregate(_)) || self.operands().into_iter().any(Expression::has_aggregate)
    }

    /// Whether rows are grouped by it, or by parts of it that stand beside aggregates. Constants group nothing.
    pub fn is_grouping(&self) -> bool {
        match self {
            Expression::Aggregate(_) => false,
            _ if self.has_aggregate() => self.operands().into_iter().any(Expression::is_grouping),
            _ => !self.variables().is_empty(),
        }
    }

    /// The type of its value; `None` of what only a pattern knows the type of, a node or an edge as a whole.
    pub fn value_type(&self) -> Option<ColumnType> {
        let ty = match self {
            Expression::Literal { ty, .. }
            | Expression::Parameter { ty, .. }
            | Expression::Property { ty, .. }
            | Expression::Value { ty, .. }
            | Expression::Call { ty, .. }
            | Expression::Case { ty, .. }
            | Expression::Comprehension { ty, .. }
            | Expression::Object { ty, .. }
            | Expression::Item { ty, .. } => ty.clone(),
            Expression::Now => Type::of(Scalar::DateTime),
            Expression::Id { .. } | Expression::TypeName { .. } => Type::of(Scalar::String),
            Expression::Compare { .. } => Type::of(Scalar::Bool).nullable(),
            Expression::Text { .. } => Type::of(Scalar::Bool),
            Expression::Aggregate(aggregate) => aggregate.ty.clone(),
            Expression::Slot { ty, .. } => return Some(ty.clone()),
            Expression::Score { .. } => Type::of(Scalar::F64),
            Expression::RankValue { .. } => Type::of(Scalar::F64).nullable(),
            Expression::ArmRank { .. } => Type::of(Scalar::I64),
            Expression::Paths(paths) => Type {
                list: true,
                ..paths.path_type()
            },
            Expression::Entity { .. } => return None,
        };
        Some(ColumnType::Value(ty))
    }

    /// What an equality with a constant is about, and the constant.
    fn equality_with_constant(&self) -> Option<(&Expression, &Expression)> {
        let Expression::Compare {
            left,
            comparison: Comparison::Equal,
            right,
        } = self
        else {
            return None;
        };
        match (left.is_constant(), right.is_constant()) {
            (_, true) => Some((left, right)),
            (true, false) => Some((right, left)),
            (false, false) => None,
        }
    }

    /// The property that an equality with a constant fixes.
    pub(crate) fn fixed_property(&self) -> Option<&str> {
        match self.equality_with_constant()? {
            (Expression::Property { property, .. }, _) => Some(property),
            _ => None,
        }
    }

    /// The constant that an equality says an id is.
    pub fn fixed_id(&self) -> Option<&Expression> {
        match self.equality_with_constant()? {
            (Expression::Id { .. }, constant) => Some(constant),
            _ => None,
        }
    }

    /// A literal, a parameter or the instant: the same for every row.
    pub fn is_constant(&self) -> bool {
        matches!(
            self,
            Expression::Literal { .. } | Expression::Parameter { .. } | Expression::Now
        )
    }
}

impl Rank {
    fn visit<'r>(&'r self, visitor: &mut dyn FnMut(&'r Rank)) {
        visitor(self);
        if let Rank::Rrf { arms, .. } = self {
            arms.iter().for_each(|arm| arm.visit(visitor));
        }
    }

    fn arguments_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            Rank::Nearest { query: argument, .. } | Rank::Bm25 { text: argument, .. } => vec![argument],
            Rank::Rrf { arms, k } => {
                let arms = arms.iter_mut().flat_map(Rank::arguments_mut);
                arms.chain([k]).collect()
            }
        }
    }

    fn arguments<'r>(&'r self, visitor: &mut dyn FnMut(&'r Expression)) {
        match self {
            Rank::Nearest { query: argument, .. } | Rank::Bm25 { text: argument, .. } => argument.visit(visitor),
            Rank::Rrf { arms, k } => {
                arms.iter().for_each(|arm| arm.arguments(visitor));
                k.visit(visitor);
            }
        }
    }

    /// The property that is ranked by, and its variable; of a fusion both arms'.
    pub(crate) fn fields(&self) -> Vec<(Var, &str)> {
        match self {
            Rank::Nearest { variable, property, .. } | Rank::Bm25 { variable, property, .. } => {
                vec![(*variable, property)]
            }
            Rank::Rrf { arms, .. } => arms.iter().flat_map(Rank::fields).collect(),
        }
    }
}

impl Operator {
    /// The operators it takes rows from; of one with an inner plan the input alone.
    pub(crate) fn inputs(&self) -> Vec<&Operator> {
        match self {
            Operator::Unit | Operator::Outer | Operator::NodeScan { .. } => Vec::new(),
            Operator::Join { left, right, .. } => vec![left, right],
            Operator::Union { branches, .. } => branches.iter().collect(),
            Operator::Expand { input, .. }
            | Operator::Filter { input, .. }
            | Operator::Let { input, .. }
            | Operator::Each { input, .. }
            | Operator::SemiJoin { input, .. }
            | Operator::Fold { input, .. }
            | Operator::Optional { input, .. }
            | Operator::Either { input, .. }
            | Operator::With { input, .. }
            | Operator::Aggregate { input, .. }
            | Operator::Rank { input, .. }
            | Operator::Project { input, .. }
            | Operator::Sort { input, .. } => vec![input],
        }
    }

    /// Its inner plans, whose leaf is [`Operator::Outer`].
    pub fn inners(&self) -> Vec<&Operator> {
        match self {
            Operator::SemiJoin { inner, .. } | Operator::Fold { inner, .. } | Operator::Optional { inner, .. } => {
                vec![inner]
            }
            Operator::Either { inners, .. } => inners.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// This operator and those below it, each the (left) input of the one before. Plans are deep and hardly branch, so
    /// walking this list spares the stack.
    pub fn chain(&self) -> Vec<&Operator> {
        let mut chain = vec![self];
        while let Some(input) = chain.last().and_then(|last| last.inputs().into_iter().next()) {
            chain.push(input);
        }
        chain
    }

    /// The variables that its rows bind; `outer` are those of the enclosing pattern.
    pub fn binds(&self, outer: &Vars) -> Vars {
        let mut bound = Vars::new();
        self.add_bound(outer, &mut bound);
        bound
    }

    fn add_bound(&self, outer: &Vars, bound: &mut Vars) {
        for operator in self.chain() {
            match operator {
                Operator::Outer => bound.extend(outer),
                Operator::NodeScan { variable, .. }
                | Operator::Let { variable, .. }
                | Operator::Each { variable, .. }
                | Operator::Fold { variable, .. } => {
                    bound.insert(*variable);
                }
                Operator::Expand { link, .. } => {
                    bound.insert(link.to);
                    bound.extend(link.edge_variable);
                }
                Operator::Optional { variables, .. } => bound.extend(variables),
                Operator::Either { variables, .. } => bound.extend(variables.iter().map(|common| common.variable)),
                Operator::Join { right, .. } => right.add_bound(outer, bound),
                Operator::Union { position, .. } => bound.extend(position),
                Operator::With { items, .. } => return bound.extend(items.iter().map(|(variable, _)| *variable)),
                Operator::Aggregate { .. } | Operator::Project { .. } => return,
                _ => {}
            }
        }
    }

    /// The expressions of this operator alone.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Operator::Unit
            | Operator::Outer
            | Operator::SemiJoin { .. }
            | Operator::Optional { .. }
            | Operator::Either { .. }
            | Operator::Union { .. } => Vec::new(),
            Operator::Fold { aggregate, .. } => aggregate.expressions().collect(),
            Operator::NodeScan { predicates, .. } => predicates.iter().collect(),
            Operator::Expand { link, predicates, .. } => predicates.iter().chain(link.walk.as_deref()).collect(),
            Operator::Join { on, .. } => on.iter().flat_map(|(left, right)| [left, right]).collect(),
            Operator::With { items, .. } => items.iter().map(|(_, value)| value).collect(),
            Operator::Filter { predicate: own, .. }
            | Operator::Let { value: own, .. }
            | Operator::Each { list: own, .. } => vec![own],
            Operator::Aggregate { keys, aggregates, .. } => keys
                .iter()
                .chain(aggregates.iter().flat_map(Aggregate::expressions))
                .collect(),
            Operator::Rank { rank, .. } => match rank {
                Rank::Nearest { query: argument, .. } | Rank::Bm25 { text: argument, .. } => vec![argument],
                Rank::Rrf { k, .. } => vec![k],
            },
            Operator::Project { expressions, .. } => expressions.iter().collect(),
            Operator::Sort { keys, ties, .. } => keys.iter().map(|key| &key.expression).chain(ties).collect(),
        }
    }

    /// Calls back for the expressions of this operator and of all below, inner plans of semi-joins and arguments of rank
    /// functions included.
    pub fn visit_expressions_mut(&mut self, visitor: &mut dyn FnMut(&mut Expression)) {
        let mut next = Some(self);
        while let Some(operator) = next {
            next = match operator {
                Operator::Unit | Operator::Outer => None,
                Operator::NodeScan { predicates, .. } => {
                    predicates.iter_mut().for_each(&mut *visitor);
                    None
                }
                Operator::Expand {
                    input,
                    link,
                    predicates,
                } => {
                    predicates.iter_mut().for_each(&mut *visitor);
                    link.walk.as_deref_mut().into_iter().for_each(&mut *visitor);
                    Some(input)
                }
                Operator::Join { left, right, on } => {
                    for (left, right) in on {
                        visitor(left);
                        visitor(right);
                    }
                    right.visit_expressions_mut(visitor);
                    Some(left)
                }
                Operator::Filter {
                    input, predicate: own, ..
                }
                | Operator::Let { input, value: own, .. }
                | Operator::Each { input, list: own, .. } => {
                    visitor(own);
                    Some(input)
                }
                Operator::SemiJoin { input, inner, .. } | Operator::Optional { input, inner, .. } => {
                    inner.visit_expressions_mut(visitor);
                    Some(input)
                }
                Operator::Either { input, inners, .. } => {
                    inners.iter_mut().for_each(|inner| inner.visit_expressions_mut(visitor));
                    Some(input)
                }
                Operator::Fold {
                    input,
                    aggregate,
                    inner,
                    ..
                } => {
                    aggregate.expressions_mut().for_each(&mut *visitor);
                    inner.visit_expressions_mut(visitor);
                    Some(input)
                }
                Operator::Union { branches, .. } => {
                    branches
                        .iter_mut()
                        .for_each(|branch| branch.visit_expressions_mut(visitor));
                    None
                }
                Operator::With { input, items } => {
                    items.iter_mut().for_each(|(_, value)| visitor(value));
                    Some(input)
                }
                Operator::Aggregate {
                    input,
                    keys,
                    aggregates,
                } => {
                    keys.iter_mut().for_each(&mut *visitor);
                    let read = aggregates.iter_mut().flat_map(Aggregate::expressions_mut);
                    read.for_each(&mut *visitor);
                    Some(input)
                }
                Operator::Rank { input, rank, .. } => {
                    rank.arguments_mut().into_iter().for_each(&mut *visitor);
                    Some(input)
                }
                Operator::Project { input, expressions } => {
                    expressions.iter_mut().for_each(&mut *visitor);
                    Some(input)
                }
                Operator::Sort { input, keys, ties, .. } => {
                    keys.iter_mut().for_each(|key| visitor(&mut key.expression));
                    ties.iter_mut().for_each(&mut *visitor);
                    Some(input)
                }
            };
        }
    }

    /// Calls back for this operator and all below, inner plans included.
    pub fn visit<'o>(&'o self, visitor: &mut dyn FnMut(&'o Operator)) {
        for operator in self.chain() {
            visitor(operator);
            match operator {
                Operator::Join { right, .. } => right.visit(visitor),
                Operator::Union { branches, .. } => branches.iter().skip(1).for_each(|branch| branch.visit(visitor)),
                _ => {}
            }
            operator.inners().into_iter().for_each(|inner| inner.visit(visitor));
        }
    }
}
