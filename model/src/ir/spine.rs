//! A plan as a list of steps over a leaf. Patterns may have a thousand clauses, and a plan one operator for each, so
//! passes walk this list where recursion over the tree could run out of stack. Only what stands beside the list, the
//! right sides of joins and the inner plans of semi-joins and folds, is nested.

use std::collections::BTreeMap;

use super::walk::Vars;
use super::*;

pub(super) struct Spine {
    pub leaf: Leaf,
    /// From the leaf upwards.
    pub steps: Vec<Step>,
}

pub(super) enum Leaf {
    Unit,
    Outer,
    Scan {
        variable: Var,
        predicates: Vec<Expression>,
    },
    /// The rows of a stage. Nothing is moved across its end, so a spine is never more than one stage.
    With {
        stage: Box<Spine>,
        items: Vec<(Var, Expression)>,
    },
    /// The rows of several branches, each of which ends as a stage does.
    Union {
        branches: Vec<Spine>,
        position: Option<Var>,
    },
}

pub(super) enum Step {
    Expand {
        link: Link,
        predicates: Vec<Expression>,
    },
    Join {
        right: Spine,
        on: Vec<(Expression, Expression)>,
    },
    Filter(Expression),
    Let(Var, Expression),
    Each(Var, Expression),
    /// What is asked of inner plans: one, or the alternatives of `either`.
    Nested(Nested, Vec<Spine>),
    Aggregate {
        keys: Vec<Expression>,
        aggregates: Vec<Aggregate>,
    },
    Rank {
        rank: Rank,
        id: u32,
    },
    Project(Vec<Expression>),
    Sort {
        keys: Vec<SortKey>,
        ties: Vec<Expression>,
        limit: Option<Amount>,
        offset: Option<Amount>,
    },
}

/// What is asked of inner plans.
pub(super) enum Nested {
    Test { negated: bool },
    Fold { variable: Var, aggregate: Box<Aggregate> },
    Optional(Vec<Var>),
    Either(Vec<Common>),
}

impl Nested {
    /// The variables that rows have from it.
    fn binds(&self) -> Vec<Var> {
        match self {
            Nested::Test { .. } => Vec::new(),
            Nested::Fold { variable, .. } => vec![*variable],
            Nested::Optional(variables) => variables.clone(),
            Nested::Either(variables) => variables.iter().map(|common| common.variable).collect(),
        }
    }
}

/// Where each variable is bound: 0 for the leaf, `i + 1` for step `i`.
pub(super) type Positions = BTreeMap<Var, usize>;

impl Spine {
    /// A plan without a step, to stand where one is taken out.
    pub(super) fn empty() -> Spine {
        Spine {
            leaf: Leaf::Unit,
            steps: Vec::new(),
        }
    }

    pub(super) fn of(operator: Operator) -> Spine {
        let mut steps = Vec::new();
        let mut next = operator;
        let leaf = loop {
            let (step, input) = match next {
                Operator::Unit => break Leaf::Unit,
                Operator::Outer => break Leaf::Outer,
                Operator::NodeScan { variable, predicates } => break Leaf::Scan { variable, predicates },
                Operator::With { input, items } => {
                    let stage = Box::new(Spine::of(*input));
                    break Leaf::With { stage, items };
                }
                Operator::Union { branches, position } => {
                    let branches = branches.into_iter().map(Spine::of).collect();
                    break Leaf::Union { branches, position };
                }
                Operator::Expand {
                    input,
                    link,
                    predicates,
                } => (Step::Expand { link, predicates }, input),
                Operator::Join { left, right, on } => {
                    let right = Spine::of(*right);
                    (Step::Join { right, on }, left)
                }
                Operator::Filter { input, predicate } => (Step::Filter(predicate), input),
                Operator::Let { input, variable, value } => (Step::Let(variable, value), input),
                Operator::Each { input, variable, list } => (Step::Each(variable, list), input),
                Operator::SemiJoin { input, inner, negated } => {
                    (Step::Nested(Nested::Test { negated }, vec![Spine::of(*inner)]), input)
                }
                Operator::Fold {
                    input,
                    variable,
                    aggregate,
                    inner,
                } => {
                    let nested = Nested::Fold { variable, aggregate };
                    (Step::Nested(nested, vec![Spine::of(*inner)]), input)
                }
                Operator::Optional {
                    input,
                    inner,
                    variables,
                } => (
                    Step::Nested(Nested::Optional(variables), vec![Spine::of(*inner)]),
                    input,
                ),
                Operator::Either {
                    input,
                    inners,
                    variables,
                } => {
                    let inners = inners.into_iter().map(Spine::of).collect();
                    (Step::Nested(Nested::Either(variables), inners), input)
                }
                Operator::Aggregate {
                    input,
                    keys,
                    aggregates,
                } => (Step::Aggregate { keys, aggregates }, input),
                Operator::Rank { input, rank, id } => (Step::Rank { rank, id }, input),
                Operator::Project { input, expressions } => (Step::Project(expressions), input),
                Operator::Sort {
                    input,
                    keys,
                    ties,
                    limit,
                    offset,
                } => (
                    Step::Sort {
                        keys,
                        ties,
                        limit,
                        offset,
                    },
                    input,
                ),
            };
            steps.push(step);
            next = *input;
        };
        steps.reverse();
        Spine { leaf, steps }
    }

    pub(super) fn into_operator(self) -> Operator {
        let leaf = match self.leaf {
            Leaf::Unit => Operator::Unit,
            Leaf::Outer => Operator::Outer,
            Leaf::Scan { variable, predicates } => Operator::NodeScan { variable, predicates },
            Leaf::With { stage, items } => Operator::With {
                input: Box::new(stage.into_operator()),
                items,
            },
            Leaf::Union { branches, position } => Operator::Union {
                branches: branches.into_iter().map(Spine::into_operator).collect(),
                position,
            },
        };
        self.steps.into_iter().fold(leaf, |below, step| {
            let input = Box::new(below);
            match step {
                Step::Expand { link, predicates } => Operator::Expand {
                    input,
                    link,
                    predicates,
                },
                Step::Join { right, on } => Operator::Join {
                    left: input,
                    right: Box::new(right.into_operator()),
                    on,
                },
                Step::Filter(predicate) => Operator::Filter { input, predicate },
                Step::Let(variable, value) => Operator::Let { input, variable, value },
                Step::Each(variable, list) => Operator::Each { input, variable, list },
                Step::Nested(nested, inners) => with_inners(input, nested, inners),
                Step::Aggregate { keys, aggregates } => Operator::Aggregate {
                    input,
                    keys,
                    aggregates,
                },
                Step::Rank { rank, id } => Operator::Rank { input, rank, id },
                Step::Project(expressions) => Operator::Project { input, expressions },
                Step::Sort {
                    keys,
                    ties,
                    limit,
                    offset,
                } => Operator::Sort {
                    input,
                    keys,
                    ties,
                    limit,
                    offset,
                },
            }
        })
    }

    /// Where the variables are bound; those of the enclosing pattern at the leaf.
    pub(super) fn positions(&self, outer: &Vars) -> Positions {
        let mut positions = Positions::new();
        match &self.leaf {
            Leaf::Unit => {}
            Leaf::Outer => positions.extend(outer.iter().map(|variable| (*variable, 0))),
            Leaf::Scan { variable, .. } => {
                positions.insert(*variable, 0);
            }
            Leaf::With { .. } | Leaf::Union { .. } => {
                positions.extend(self.leaf.hands_on().into_iter().map(|variable| (variable, 0)));
            }
        }
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Expand { link, .. } => {
                    positions.entry(link.to).or_insert(index + 1);
                    if let Some(edge) = link.edge_variable {
                        positions.entry(edge).or_insert(index + 1);
                    }
                }
                Step::Let(variable, _) | Step::Each(variable, _) => {
                    positions.insert(*variable, index + 1);
                }
                Step::Nested(nested, _) => {
                    positions.extend(nested.binds().into_iter().map(|variable| (variable, index + 1)));
                }
                Step::Join { right, .. } => {
                    for variable in right.positions(&Vars::new()).into_keys() {
                        positions.insert(variable, index + 1);
                    }
                }
                _ => {}
            }
        }
        positions
    }

    /// All variables that the plan and the plans within mention or bind.
    pub(super) fn mentions(&self) -> Vars {
        let mut found = Vars::new();
        self.add_mentions(&mut found);
        found
    }

    fn add_mentions(&self, found: &mut Vars) {
        let mut add = |expressions: &[Expression]| {
            for expression in expressions {
                found.extend(expression.variables());
            }
        };
        if let Leaf::Scan { predicates, .. } = &self.leaf {
            add(predicates);
        }
        for step in &self.steps {
            match step {
                Step::Expand { predicates, .. } => add(predicates),
                Step::Filter(own) | Step::Let(_, own) | Step::Each(_, own) => add(std::slice::from_ref(own)),
                Step::Join { on, .. } => on.iter().for_each(|(left, right)| add(&[left.clone(), right.clone()])),
                _ => {}
            }
        }
        match &self.leaf {
            Leaf::Unit | Leaf::Outer => {}
            Leaf::Scan { variable, .. } => _ = found.insert(*variable),
            Leaf::With { .. } | Leaf::Union { .. } => found.extend(self.leaf.hands_on()),
        }
        for step in &self.steps {
            match step {
                Step::Expand { link, .. } => {
                    found.extend([link.from, link.to]);
                    found.extend(link.edge_variable);
                }
                Step::Let(variable, _) | Step::Each(variable, _) => _ = found.insert(*variable),
                Step::Join { right, .. } => right.add_mentions(found),
                Step::Nested(nested, inners) => {
                    found.extend(nested.binds());
                    if let Nested::Fold { aggregate, .. } = nested {
                        aggregate.expressions().for_each(|own| found.extend(own.variables()));
                    }
                    inners.iter().for_each(|inner| inner.add_mentions(found));
                }
                _ => {}
            }
        }
    }
}

impl Leaf {
    /// The variables that its rows have from the stage or the branches below it.
    fn hands_on(&self) -> Vec<Var> {
        match self {
            Leaf::Unit | Leaf::Outer | Leaf::Scan { .. } => Vec::new(),
            Leaf::With { items, .. } => items.iter().map(|(variable, _)| *variable).collect(),
            Leaf::Union { branches, position } => {
                let first = branches.first().map(|branch| branch.leaf.hands_on());
                first.unwrap_or_default().into_iter().chain(*position).collect()
            }
        }
    }

    /// The leaf with the stage or the branches below it changed, if there are any.
    pub(super) fn map_stage(self, change: impl Fn(Spine) -> Spine) -> Leaf {
        match self {
            Leaf::With { stage, items } => Leaf::With {
                stage: Box::new(change(*stage)),
                items,
            },
            Leaf::Union { branches, position } => Leaf::Union {
                branches: branches.into_iter().map(change).collect(),
                position,
            },
            other => other,
        }
    }
}

impl Step {
    /// Whether it is part of what is matched; else it makes the result of the rows below it.
    pub(super) fn is_pattern(&self) -> bool {
        matches!(
            self,
            Step::Expand { .. } | Step::Join { .. } | Step::Filter(_) | Step::Nested(Nested::Test { .. }, _)
        )
    }

    /// The step with another plan for each of its inner ones.
    pub(super) fn map_inners(self, change: impl Fn(Spine) -> Spine) -> Step {
        match self {
            Step::Nested(nested, inners) => Step::Nested(nested, inners.into_iter().map(change).collect()),
            other => other,
        }
    }
}

fn with_inners(input: Box<Operator>, nested: Nested, inners: Vec<Spine>) -> Operator {
    let mut inners = inners.into_iter().map(Spine::into_operator);
    // All but `either` have exactly one.
    let mut inner = || Box::new(inners.next().unwrap_or(Operator::Outer));
    match nested {
        Nested::Test { negated } => Operator::SemiJoin {
            input,
            inner: inner(),
            negated,
        },
        Nested::Fold { variable, aggregate } => Operator::Fold {
            input,
            variable,
            aggregate,
            inner: inner(),
        },
        Nested::Optional(variables) => Operator::Optional {
            input,
            inner: inner(),
            variables,
        },
        Nested::Either(variables) => Operator::Either {
            input,
            inners: inners.collect(),
            variables,
        },
    }
}

/// The position at which all of the variables are bound.
pub(super) fn latest(wanted: &Vars, positions: &Positions) -> usize {
    wanted
        .iter()
        .filter_map(|variable| positions.get(variable))
        .copied()
        .max()
        .unwrap_or(0)
}

/// The variables bound at or below a position.
pub(super) fn bound_at(positions: &Positions, position: usize) -> Vars {
    let below = positions.iter().filter(|(_, at)| **at <= position);
    below.map(|(variable, _)| *variable).collect()
}

/// The steps with others put in: each behind the step whose position it names, in the order in which they are given.
pub(super) fn with_steps(steps: Vec<Step>, mut added: Vec<(usize, Step)>) -> Vec<Step> {
    added.sort_by_key(|(position, _)| *position);
    let mut added = added.into_iter().peekable();
    let mut all = Vec::with_capacity(steps.len() + added.len());
    let mut take = |position: usize, all: &mut Vec<Step>| {
        while let Some((_, step)) = added.next_if(|(at, _)| *at <= position) {
            all.push(step);
        }
    };
    take(0, &mut all);
    for (index, step) in steps.into_iter().enumerate() {
        all.push(step);
        take(index + 1, &mut all);
    }
    all
}
