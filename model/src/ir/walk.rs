//! Looking through plans: which variables an expression mentions, which an operator binds, what a plan reads.

use std::collections::BTreeSet;

use super::{Expression, Operator, Rank, Var};

/// A set of variables.
pub type Vars = BTreeSet<Var>;

impl Expression {
    /// The variables it mentions.
    pub fn variables(&self) -> Vars {
        let mut found = Vars::new();
        self.visit(&mut |expression| match expression {
            Expression::Property { variable, .. }
            | Expression::Entity { variable }
            | Expression::Text { variable, .. } => {
                found.insert(*variable);
            }
            Expression::RankValue { rank } => rank.visit(&mut |rank| match rank {
                Rank::Nearest { variable, .. } | Rank::Bm25 { variable, .. } => {
                    found.insert(*variable);
                }
                Rank::Rrf { .. } => {}
            }),
            _ => {}
        });
        found
    }

    /// Calls back for this expression and all within, rank functions' arguments included.
    pub fn visit<'e>(&'e self, visitor: &mut dyn FnMut(&'e Expression)) {
        visitor(self);
        match self {
            Expression::Compare { left, right, .. } => {
                left.visit(visitor);
                right.visit(visitor);
            }
            Expression::Text { text, edits, .. } => {
                text.visit(visitor);
                if let Some(edits) = edits {
                    edits.visit(visitor);
                }
            }
            Expression::RankValue { rank } => rank.arguments(visitor),
            Expression::Literal { .. }
            | Expression::Parameter { .. }
            | Expression::Now
            | Expression::Property { .. }
            | Expression::Entity { .. }
            | Expression::Slot { .. }
            | Expression::Score { .. }
            | Expression::ArmRank { .. } => {}
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
    /// The operators it takes rows from; of a semi-join the input alone.
    pub(crate) fn inputs(&self) -> Vec<&Operator> {
        match self {
            Operator::Unit | Operator::Outer | Operator::NodeScan { .. } => Vec::new(),
            Operator::Join { left, right, .. } => vec![left, right],
            Operator::Expand { input, .. }
            | Operator::Filter { input, .. }
            | Operator::SemiJoin { input, .. }
            | Operator::Aggregate { input, .. }
            | Operator::Rank { input, .. }
            | Operator::Project { input, .. }
            | Operator::Sort { input, .. } => vec![input],
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
                Operator::NodeScan { variable, .. } => {
                    bound.insert(*variable);
                }
                Operator::Expand { link, .. } => {
                    bound.insert(link.to);
                    bound.extend(link.edge_variable);
                }
                Operator::Join { right, .. } => right.add_bound(outer, bound),
                Operator::Aggregate { .. } | Operator::Project { .. } => return,
                _ => {}
            }
        }
    }

    /// The expressions of this operator alone.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Operator::Unit | Operator::Outer | Operator::SemiJoin { .. } => Vec::new(),
            Operator::NodeScan { predicates, .. } | Operator::Expand { predicates, .. } => predicates.iter().collect(),
            Operator::Join { on, .. } => on.iter().flat_map(|(left, right)| [left, right]).collect(),
            Operator::Filter { predicate, .. } => vec![predicate],
            Operator::Aggregate { keys, aggregates, .. } => {
                keys.iter().chain(aggregates.iter().map(|a| &a.argument)).collect()
            }
            Operator::Rank { rank, .. } => match rank {
                Rank::Nearest { query: argument, .. } | Rank::Bm25 { text: argument, .. } => vec![argument],
                Rank::Rrf { k, .. } => vec![k],
            },
            Operator::Project { expressions, .. } => expressions.iter().collect(),
            Operator::Sort { keys, ties, .. } => keys.iter().map(|key| &key.expression).chain(ties).collect(),
        }
    }

    /// Calls back for this operator and all below, inner plans of semi-joins included.
    pub fn visit<'o>(&'o self, visitor: &mut dyn FnMut(&'o Operator)) {
        for operator in self.chain() {
            visitor(operator);
            match operator {
                Operator::Join { right, .. } => right.visit(visitor),
                Operator::SemiJoin { inner, .. } => inner.visit(visitor),
                _ => {}
            }
        }
    }
}
