//! Aggregates need not see every row of a pattern. A variable that nothing but its own link mentions only multiplies the
//! rows that it extends, so its link counts its matches instead of listing them; and a pattern that starts at such a
//! variable is better started at the link's other end.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_model::ir::{Aggregate, AggregateFunction, Direction, Expression, Link, Operator, Var};
use omnigraph_model::types::Value;

use super::Planner;
use super::expression::ranked;
use super::link::Fused;

/// How often each variable is mentioned: by a scan, by a link (or links that are one operator), by an expression.
type Mentions = BTreeMap<Var, u32>;

/// More than any variable that only its own link mentions.
const OFTEN: u32 = 16;

impl Planner<'_> {
    /// The pattern below an aggregate, perhaps started elsewhere, and the variables whose matches need only be counted.
    pub(super) fn counted(
        &self,
        input: &Operator,
        keys: &[Expression],
        aggregates: &[Aggregate],
    ) -> (Operator, BTreeSet<Var>) {
        let mut read = Mentions::new();
        let arguments = aggregates
            .iter()
            .filter(|aggregate| !self.counts_rows(aggregate))
            .flat_map(Aggregate::expressions);
        keys.iter()
            .chain(arguments)
            .for_each(|expression| mention(expression, &mut read));
        let mut pattern = input.clone();
        loop {
            let mut mentions = read.clone();
            self.mentions(&pattern, &mut mentions);
            match self.rerooted(&pattern, &mentions) {
                Some(better) => pattern = better,
                None => {
                    let once = mentions.into_iter().filter(|(_, times)| *times == 1);
                    return (pattern, once.map(|(variable, _)| variable).collect());
                }
            }
        }
    }

    /// Whether an aggregate counts all rows, whatever is in them.
    pub(super) fn counts_rows(&self, aggregate: &Aggregate) -> bool {
        let never_null = match &aggregate.argument {
            Expression::Entity { variable } => {
                let known = self.query.variables.get(variable.0 as usize);
                known.is_some_and(|known| !known.nullable)
            }
            Expression::Now => true,
            Expression::Literal { value, .. } => *value != Value::Null,
            _ => false,
        };
        aggregate.function == AggregateFunction::Count && !aggregate.distinct && never_null
    }

    fn mentions(&self, operator: &Operator, found: &mut Mentions) {
        match operator {
            Operator::NodeScan { variable, .. } => add(*variable, 1, found),
            Operator::Expand {
                input,
                link,
                predicates,
            } => {
                let Fused {
                    input, link, closings, ..
                } = self.fused(input, link, predicates);
                [Some(link.from), Some(link.to), link.edge_variable]
                    .into_iter()
                    .flatten()
                    .chain(closings.iter().map(|closing| closing.from))
                    .for_each(|variable| add(variable, 1, found));
                self.mentions(input, found);
            }
            Operator::Filter { input, predicate } => {
                mention(predicate, found);
                self.mentions(input, found);
            }
            Operator::SemiJoin { input, inner, .. } => {
                super::mentioned(inner)
                    .into_iter()
                    .for_each(|variable| add(variable, OFTEN, found));
                self.mentions(input, found);
            }
            Operator::Rank { input, rank, .. } => {
                add(ranked(rank), OFTEN, found);
                self.mentions(input, found);
            }
            // Rows of both sides of a join may stand for many, which nothing multiplies.
            _ => super::mentioned(operator)
                .into_iter()
                .for_each(|variable| add(variable, OFTEN, found)),
        }
    }

    /// The same pattern, its first link followed from the other end, if the start is mentioned nowhere else and there
    /// are fewer nodes at that end than matches.
    fn rerooted(&self, operator: &Operator, mentions: &Mentions) -> Option<Operator> {
        match operator {
            Operator::Expand {
                input,
                link,
                predicates,
            } => {
                if let Operator::NodeScan {
                    variable,
                    predicates: start,
                } = &**input
                {
                    return self.turned(*variable, start, link, predicates, mentions);
                }
                Some(Operator::Expand {
                    input: Box::new(self.rerooted(input, mentions)?),
                    link: link.clone(),
                    predicates: predicates.clone(),
                })
            }
            Operator::Filter { input, predicate } => Some(Operator::Filter {
                input: Box::new(self.rerooted(input, mentions)?),
                predicate: predicate.clone(),
            }),
            Operator::SemiJoin { input, inner, negated } => Some(Operator::SemiJoin {
                input: Box::new(self.rerooted(input, mentions)?),
                inner: inner.clone(),
                negated: *negated,
            }),
            _ => None,
        }
    }

    fn turned(
        &self,
        start: Var,
        on_start: &[Expression],
        link: &Link,
        predicates: &[Expression],
        mentions: &Mentions,
    ) -> Option<Operator> {
        // Mentioned by its scan and this link.
        let only_here = mentions.get(&start) == Some(&2) && link.from == start && link.to != start;
        // Its far end already counts; turning back would go on for ever.
        let worthless = mentions.get(&link.to) == Some(&1);
        let edge_counts = link.edge_variable.is_none_or(|edge| mentions.get(&edge) == Some(&1));
        if !only_here || worthless || !edge_counts {
            return None;
        }
        let (mut on_end, mut on_edge) = (Vec::new(), Vec::new());
        for predicate in predicates {
            let mentioned = predicate.variables();
            if mentioned == BTreeSet::from([link.to]) {
                on_end.push(predicate.clone());
            } else if Some(&mentioned) == link.edge_variable.map(|edge| BTreeSet::from([edge])).as_ref() {
                on_edge.push(predicate.clone());
            } else {
                return None;
            }
        }
        let expected = |variable: Var, predicates: &[Expression]| {
            let rows = self.table(variable).ok()?.rows() as f64;
            let fixed = predicates
                .iter()
                .any(|predicate| self.key(variable, predicate).is_some());
            let part: f64 = self.kept_by_all(predicates);
            Some(if fixed { 1.0 } else { rows * part })
        };
        let tables = self.edge_tables(&link.edge).ok()?;
        let fan_out = tables.edges.rows() as f64 / (self.table(start).ok()?.rows() as f64).max(1.0);
        let matches = expected(start, on_start)? * fan_out.max(1.0);
        if expected(link.to, &on_end)? > matches {
            return None;
        }
        let turned = Link {
            from: link.to,
            to: start,
            direction: match link.direction {
                Direction::Out => Direction::In,
                Direction::In => Direction::Out,
                Direction::Both => Direction::Both,
            },
            reversed: !link.reversed,
            ..link.clone()
        };
        Some(Operator::Expand {
            input: Box::new(Operator::NodeScan {
                variable: link.to,
                predicates: on_end,
            }),
            link: turned,
            predicates: on_start.iter().cloned().chain(on_edge).collect(),
        })
    }
}

fn mention(expression: &Expression, found: &mut Mentions) {
    let mentioned = expression.variables();
    mentioned.into_iter().for_each(|variable| add(variable, OFTEN, found));
}

fn add(variable: Var, times: u32, found: &mut Mentions) {
    *found.entry(variable).or_default() += times;
}
