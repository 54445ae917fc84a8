//! From the pattern graph to operators: where each part of a pattern starts, in which order its links are followed, and
//! how the parts come together. Predicates and negations are stacked on top of their block; the optimiser's passes move
//! them to where they belong.
//!
//! Without statistics the order is decided by the predicates: a variable fixed by a key or a unique property first, then
//! one with an equality, then one with any other predicate; where all is equal, the order of the text decides.

use std::collections::BTreeMap;

use super::pattern::{Block, OutputValue, Pattern};
use super::walk::Vars;
use super::*;

/// A plan of the pattern, with every link and every predicate in it.
pub fn lower(pattern: Pattern) -> ReadPlan {
    let lowering = Lowering { pattern: &pattern };
    let tree = lowering.block(&pattern.block, None);
    let root = lowering.results(tree);
    let columns = pattern
        .outputs
        .iter()
        .map(|output| Column {
            name: output.name.clone(),
            ty: output.ty.clone(),
        })
        .collect();
    let plan = ReadPlan {
        name: pattern.name.clone(),
        parameters: pattern.parameters.clone(),
        variables: pattern.variables.clone(),
        root,
        columns,
    };
    debug_assert_eq!(validate::completeness(&pattern, &plan), Ok(()));
    plan
}

struct Lowering<'p> {
    pattern: &'p Pattern,
}

/// A part of a block's plan and what it binds.
struct Tree {
    operator: Operator,
    bound: Vars,
}

impl Lowering<'_> {
    /// The rows of a block. Inside a negation they extend those of the pattern around it, which bind `outer`.
    fn block(&self, block: &Block, outer: Option<&Vars>) -> Operator {
        let predicates = distinct(&block.predicates);
        let mut links: Vec<&Link> = block.links.iter().collect();
        let mut trees = Vec::new();
        if let Some(outer) = outer {
            let tree = Tree {
                operator: Operator::Outer,
                bound: outer.clone(),
            };
            trees.push(self.grow(tree, &mut links, &predicates));
        }
        let mut starts: Vec<Var> = block.vertices.clone();
        starts.sort_by_key(|var| (self.selectivity(*var, &predicates), *var));
        for start in starts {
            if trees.iter().any(|tree| tree.bound.contains(&start)) {
                continue;
            }
            let tree = Tree {
                operator: Operator::NodeScan {
                    variable: start,
                    predicates: Vec::new(),
                },
                bound: Vars::from([start]),
            };
            trees.push(self.grow(tree, &mut links, &predicates));
        }
        let Tree { mut operator, bound } = join(trees, &predicates);
        for predicate in predicates {
            operator = Operator::Filter {
                input: Box::new(operator),
                predicate,
            };
        }
        for negation in &block.negations {
            operator = Operator::AntiJoin {
                input: Box::new(operator),
                inner: Box::new(self.block(negation, Some(&bound))),
            };
        }
        operator
    }

    /// Follows links from what is bound until none of them leaves it. Links between bound variables only remove rows,
    /// so they come first; then those towards the most selective variable.
    fn grow(&self, mut tree: Tree, links: &mut Vec<&Link>, predicates: &[Expression]) -> Tree {
        loop {
            let best = links
                .iter()
                .enumerate()
                .filter(|(_, link)| tree.bound.contains(&link.from) || tree.bound.contains(&link.to))
                .min_by_key(|(index, link)| {
                    let far: Vec<Var> = [link.from, link.to]
                        .into_iter()
                        .filter(|v| !tree.bound.contains(v))
                        .collect();
                    let edge = link.edge_variable.into_iter();
                    let best = far
                        .iter()
                        .copied()
                        .chain(edge)
                        .map(|var| self.selectivity(var, predicates))
                        .min();
                    (!far.is_empty(), best, *index)
                })
                .map(|(index, _)| index);
            let Some(index) = best else { return tree };
            let link = oriented(links.remove(index), &tree.bound);
            tree.bound.insert(link.to);
            tree.bound.extend(link.edge_variable);
            tree.operator = Operator::Expand {
                input: Box::new(tree.operator),
                link,
                predicates: Vec::new(),
            };
        }
    }

    /// How few rows the predicates on a variable alone are expected to leave: smaller is fewer.
    fn selectivity(&self, var: Var, predicates: &[Expression]) -> u8 {
        let own: Vec<&Expression> = predicates
            .iter()
            .filter(|p| p.variables() == Vars::from([var]))
            .collect();
        let fixed: Vec<&str> = own.iter().filter_map(|p| fixed_property(p)).collect();
        let unique = match &self.pattern.variables[var.0 as usize].entity {
            Entity::Node(name) => self.pattern.unique.get(name).map(Vec::as_slice),
            Entity::Edge(_) => None,
        };
        let is_fixed = |set: &Vec<String>| set.iter().all(|property| fixed.contains(&property.as_str()));
        if unique.unwrap_or_default().iter().any(is_fixed) {
            0
        } else if !fixed.is_empty() {
            1
        } else if !own.is_empty() {
            2
        } else {
            3
        }
    }

    /// Ranking, grouping, sorting and projecting above the pattern's rows.
    fn results(&self, mut tree: Operator) -> Operator {
        let pattern = self.pattern;
        if let Some(rank) = &pattern.rank {
            tree = Operator::Rank {
                input: Box::new(tree),
                rank: rank.clone(),
                id: 0,
            };
        }
        // The order of what is equal by every key: fused ranks by their arms first.
        let arms: Vec<Expression> = match &pattern.rank {
            Some(Rank::Rrf { .. }) => (0..2).map(|arm| Expression::ArmRank { id: 0, arm }).collect(),
            _ => Vec::new(),
        };
        if pattern.grouped {
            return self.grouped(tree, &arms);
        }
        let read = |value: &OutputValue| match value {
            OutputValue::Plain(expression) => expression.clone(),
            OutputValue::Rank(rank) if Some(rank) == pattern.rank.as_ref() => Expression::Score { id: 0 },
            OutputValue::Rank(rank) => Expression::RankValue {
                rank: Box::new(rank.clone()),
            },
            OutputValue::Aggregate(aggregate) => aggregate.argument.clone(),
        };
        let mut entities: Vec<Var> = pattern.block.vertices.clone();
        entities.extend(pattern.block.links.iter().filter_map(|link| link.edge_variable));
        entities.sort_by_key(|var| &pattern.variables[var.0 as usize].name);
        entities.dedup();
        let ties = arms
            .into_iter()
            .chain(entities.into_iter().map(|variable| Expression::Entity { variable }));
        let sorted = Operator::Sort {
            input: Box::new(tree),
            keys: self.keys(&read),
            ties: ties.collect(),
            limit: pattern.limit,
        };
        Operator::Project {
            input: Box::new(sorted),
            expressions: pattern.outputs.iter().map(|output| read(&output.value)).collect(),
        }
    }

    fn grouped(&self, tree: Operator, arms: &[Expression]) -> Operator {
        let pattern = self.pattern;
        let mut keys: Vec<(Expression, ColumnType)> = Vec::new();
        let mut aggregates: Vec<Aggregate> = Vec::new();
        for output in &pattern.outputs {
            match &output.value {
                OutputValue::Plain(key) if keys.iter().all(|(known, _)| known != key) => {
                    keys.push((key.clone(), output.ty.clone()));
                }
                OutputValue::Aggregate(aggregate) if !aggregates.contains(aggregate) => {
                    aggregates.push(aggregate.clone());
                }
                _ => {}
            }
        }
        let shown = keys.len();
        if pattern.rank.is_some() {
            // Every group has one ranked node, so its score may be a key without splitting anything.
            let score = ColumnType::Value(Type::of(crate::types::Scalar::F64));
            keys.push((Expression::Score { id: 0 }, score));
            let rank = ColumnType::Value(Type::of(crate::types::Scalar::I64));
            keys.extend(arms.iter().map(|arm| (arm.clone(), rank.clone())));
        }
        let key_slot = |index: usize| Expression::Slot {
            index: index as u32,
            ty: keys[index].1.clone(),
        };
        let read = |value: &OutputValue| match value {
            OutputValue::Plain(key) => match keys.iter().position(|(known, _)| known == key) {
                Some(index) => key_slot(index),
                None => key.clone(),
            },
            OutputValue::Rank(_) => key_slot(shown),
            OutputValue::Aggregate(aggregate) => {
                let index = aggregates
                    .iter()
                    .position(|known| known == aggregate)
                    .unwrap_or_default();
                Expression::Slot {
                    index: (keys.len() + index) as u32,
                    ty: ColumnType::Value(aggregate.ty.clone()),
                }
            }
        };
        let sort_keys = self.keys(&read);
        let expressions = pattern.outputs.iter().map(|output| read(&output.value)).collect();
        let ties: Vec<Expression> = (shown + 1..keys.len()).chain(0..shown).map(key_slot).collect();
        let single = keys.is_empty() && pattern.limit.is_none();
        let mut tree = Operator::Aggregate {
            input: Box::new(tree),
            keys: keys.iter().map(|(key, _)| key.clone()).collect(),
            aggregates: aggregates.clone(),
        };
        if !single {
            tree = Operator::Sort {
                input: Box::new(tree),
                keys: sort_keys,
                ties,
                limit: pattern.limit,
            };
        }
        Operator::Project {
            input: Box::new(tree),
            expressions,
        }
    }

    fn keys(&self, read: &dyn Fn(&OutputValue) -> Expression) -> Vec<SortKey> {
        let keys = self.pattern.order.iter();
        keys.map(|key| SortKey {
            expression: read(&key.value),
            descending: key.descending,
        })
        .collect()
    }
}

/// The link as it is followed from a bound variable.
fn oriented(link: &Link, bound: &Vars) -> Link {
    if bound.contains(&link.from) {
        return link.clone();
    }
    Link {
        from: link.to,
        to: link.from,
        direction: match link.direction {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
            Direction::Both => Direction::Both,
        },
        ..link.clone()
    }
}

/// Brings the parts together: next always one that an equality links to what is joined already, if there is any.
fn join(mut trees: Vec<Tree>, predicates: &[Expression]) -> Tree {
    if trees.is_empty() {
        return Tree {
            operator: Operator::Unit,
            bound: Vars::new(),
        };
    }
    let mut joined = trees.remove(0);
    while !trees.is_empty() {
        let linked = |tree: &Tree| {
            predicates
                .iter()
                .any(|p| equates(p, &joined.bound, &tree.bound).is_some())
        };
        let next = trees.iter().position(linked).unwrap_or(0);
        let tree = trees.remove(next);
        joined.operator = Operator::Join {
            left: Box::new(joined.operator),
            right: Box::new(tree.operator),
            on: Vec::new(),
        };
        joined.bound.extend(tree.bound);
    }
    joined
}

/// The sides of an equality between the two sets of variables, in their order.
pub(super) fn equates(predicate: &Expression, left: &Vars, right: &Vars) -> Option<(Expression, Expression)> {
    let Expression::Compare {
        left: a,
        comparison: Comparison::Equal,
        right: b,
    } = predicate
    else {
        return None;
    };
    let within = |expression: &Expression, set: &Vars| {
        let variables = expression.variables();
        !variables.is_empty() && variables.is_subset(set)
    };
    if within(a, left) && within(b, right) {
        Some(((**a).clone(), (**b).clone()))
    } else if within(b, left) && within(a, right) {
        Some(((**b).clone(), (**a).clone()))
    } else {
        None
    }
}

/// The property that an equality with a constant fixes.
fn fixed_property(predicate: &Expression) -> Option<&str> {
    let Expression::Compare {
        left,
        comparison: Comparison::Equal,
        right,
    } = predicate
    else {
        return None;
    };
    match (&**left, &**right) {
        (Expression::Property { property, .. }, constant) | (constant, Expression::Property { property, .. })
            if constant.is_constant() =>
        {
            Some(property)
        }
        _ => None,
    }
}

fn distinct(predicates: &[Expression]) -> Vec<Expression> {
    let mut kept: Vec<Expression> = Vec::new();
    for predicate in predicates {
        if !kept.contains(predicate) {
            kept.push(predicate.clone());
        }
    }
    kept
}

/// The unique sets of a node type, its key first.
pub fn unique_sets(node: &crate::catalog::NodeType) -> Vec<Vec<String>> {
    let key = Some(node.key.clone()).filter(|key| !key.is_empty());
    key.into_iter().chain(node.unique.iter().cloned()).collect()
}

/// By the names of node types.
pub type UniqueSets = BTreeMap<String, Vec<Vec<String>>>;
