//! The order of a pattern's parts by what is known of the data: where each connected part starts, and which link is
//! followed next. Lowering decides it by the text alone; this is for whoever has the graph at hand. What a query returns
//! does not depend on it.

use std::collections::{BTreeMap, BTreeSet};

use super::joins::{Tree, join};
use super::lower::oriented;
use super::optimize;
use super::spine::{Leaf, Nested, Spine, Step};
use super::walk::Vars;
use super::*;

/// What is expected of the data.
pub trait Estimate {
    /// Nodes of the variable's type.
    fn rows(&self, variable: Var) -> f64;
    /// The part of its rows for which a predicate is true, from 0 to 1.
    fn kept(&self, predicate: &Expression) -> f64;
    /// Whether a predicate finds its rows without looking at the others.
    fn is_key(&self, predicate: &Expression) -> bool;
    /// Ends that a link finds from one node at `link.from`.
    fn reached(&self, link: &Link) -> f64;
}

/// Longer patterns keep the order of their text: trying orders takes time by the square of the links.
const MOST_LINKS: usize = 48;

/// Starts that are tried, those with the fewest rows first.
const MOST_STARTS: usize = 8;

/// Another order must promise to be so much cheaper, since all of this is guessing.
const GAIN: f64 = 0.7;

/// What a row of a scan costs, beside one that a link makes.
const SCANNED: f64 = 0.02;

/// The plan with another order, if one promises to be cheaper.
pub fn reorder(plan: &ReadPlan, estimate: &dyn Estimate) -> Option<ReadPlan> {
    let spine = reordered(Spine::of(plan.root.clone()), estimate)?;
    Some(optimize::run(ReadPlan {
        root: spine.into_operator(),
        ..plan.clone()
    }))
}

fn reordered(spine: Spine, estimate: &dyn Estimate) -> Option<Spine> {
    let Spine { leaf, mut steps } = spine;
    if let Leaf::With { stage, items } = leaf {
        // What the first stage matches is where most rows come from.
        let stage = Box::new(reordered(*stage, estimate)?);
        let leaf = Leaf::With { stage, items };
        return Some(Spine { leaf, steps });
    }
    if let Leaf::Union { branches, position } = leaf {
        let mut changed = false;
        let branches = branches.into_iter().map(|branch| {
            let as_it_was = branch.into_operator();
            match reordered(Spine::of(as_it_was.clone()), estimate) {
                Some(other) => {
                    changed = true;
                    other
                }
                None => Spine::of(as_it_was),
            }
        });
        let branches = branches.collect();
        let leaf = Leaf::Union { branches, position };
        return changed.then_some(Spine { leaf, steps });
    }
    let end = steps.iter().position(|step| !step.is_pattern()).unwrap_or(steps.len());
    let above = steps.split_off(end);
    let mut parts = Parts::default();
    parts.gather(Spine { leaf, steps })?;
    if parts.links.is_empty() || parts.links.len() > MOST_LINKS {
        return None;
    }
    let costs = Costs {
        parts: &parts,
        estimate,
    };
    let (mut trees, mut before, mut after) = (Vec::new(), 0.0, 0.0);
    for component in parts.components()? {
        let old = costs.of_text(&component);
        let new = costs.best(&component);
        before += old.cost;
        let chosen = if new.cost < old.cost * GAIN { new } else { old };
        after += chosen.cost;
        trees.push(chosen);
    }
    if after >= before * GAIN {
        return None;
    }
    let trees: Vec<Tree> = trees.into_iter().map(Order::into_tree).collect();
    let mut operator = join(trees, &parts.predicates).operator;
    for predicate in parts.predicates {
        operator = Operator::Filter {
            input: Box::new(operator),
            predicate,
        };
    }
    let mut spine = Spine::of(operator);
    spine.steps.extend(parts.tests);
    spine.steps.extend(above);
    Some(spine)
}

/// A pattern taken apart.
#[derive(Default)]
struct Parts {
    /// Variables that scans bind, in the order of the plan.
    starts: Vec<Var>,
    vertices: BTreeSet<Var>,
    links: Vec<Link>,
    predicates: Vec<Expression>,
    /// Semi-joins.
    tests: Vec<Step>,
}

impl Parts {
    /// `None` if there is something that has one place only.
    fn gather(&mut self, spine: Spine) -> Option<()> {
        let Leaf::Scan { variable, predicates } = spine.leaf else {
            return None;
        };
        self.starts.push(variable);
        self.vertices.insert(variable);
        self.predicates.extend(predicates);
        for step in spine.steps {
            match step {
                Step::Expand { link, predicates } => {
                    self.vertices.insert(link.to);
                    self.links.push(link);
                    self.predicates.extend(predicates);
                }
                Step::Join { right, on } => {
                    self.gather(right)?;
                    let equal = |(left, right)| Expression::Compare {
                        left: Box::new(left),
                        comparison: Comparison::Equal,
                        right: Box::new(right),
                    };
                    self.predicates.extend(on.into_iter().map(equal));
                }
                Step::Filter(predicate) => self.predicates.push(predicate),
                test @ Step::Nested(Nested::Test { .. }, _) => self.tests.push(test),
                _ => return None,
            }
        }
        Some(())
    }

    /// What links connect, each by the start that the plan gives it; `None` if a link leads from one to another.
    fn components(&self) -> Option<Vec<Component>> {
        let mut left: Vec<usize> = (0..self.links.len()).collect();
        let components: Vec<Component> = self
            .starts
            .iter()
            .map(|start| {
                let mut component = Component {
                    start: *start,
                    vertices: Vars::from([*start]),
                    links: Vec::new(),
                };
                // The links of a part stand in an order in which each meets what is bound already.
                left.retain(|index| {
                    let link = &self.links[*index];
                    let own = component.vertices.contains(&link.from);
                    if own {
                        component.vertices.insert(link.to);
                        component.links.push(*index);
                    }
                    !own
                });
                component
            })
            .collect();
        let vertices: usize = components.iter().map(|component| component.vertices.len()).sum();
        (left.is_empty() && vertices == self.vertices.len()).then_some(components)
    }
}

struct Component {
    start: Var,
    vertices: Vars,
    links: Vec<usize>,
}

struct Costs<'a> {
    parts: &'a Parts,
    estimate: &'a dyn Estimate,
}

/// A part of a pattern in one order.
struct Order {
    operator: Operator,
    bound: Vars,
    rows: f64,
    cost: f64,
}

impl Order {
    fn into_tree(self) -> Tree {
        Tree {
            operator: self.operator,
            bound: self.bound,
        }
    }
}

impl Costs<'_> {
    fn begin(&self, start: Var) -> Order {
        let all = self.estimate.rows(start);
        let bound = Vars::from([start]);
        let own = || self.parts.predicates.iter().filter(|p| p.variables() == bound);
        let rows = all * self.newly_kept(&Vars::new(), &bound);
        let by_key = own().any(|predicate| self.estimate.is_key(predicate));
        Order {
            operator: Operator::NodeScan {
                variable: start,
                predicates: Vec::new(),
            },
            rows,
            cost: rows + if by_key { 1.0 } else { all * SCANNED },
            bound,
        }
    }

    /// What the predicates leave of the rows that have come to bind some more variables.
    fn newly_kept(&self, before: &Vars, after: &Vars) -> f64 {
        let new = |predicate: &&Expression| {
            let variables = predicate.variables();
            !variables.is_empty() && variables.is_subset(after) && !variables.is_subset(before)
        };
        self.parts
            .predicates
            .iter()
            .filter(new)
            .map(|predicate| self.estimate.kept(predicate))
            .product()
    }

    /// Rows that a link makes of one row, and those of them that are left.
    fn step(&self, bound: &Vars, link: &Link) -> (f64, f64) {
        let reached = self.estimate.reached(link);
        let (made, closing) = match bound.contains(&link.to) {
            // The chance that it leads to just that node.
            true => (1.0, (reached / self.estimate.rows(link.to).max(1.0)).min(1.0)),
            false => (reached, reached),
        };
        let mut after = bound.clone();
        after.insert(link.to);
        after.extend(link.edge_variable);
        (made, closing * self.newly_kept(bound, &after))
    }

    fn follow(&self, order: &mut Order, link: Link) {
        let (made, left) = self.step(&order.bound, &link);
        order.cost += order.rows * made;
        order.rows *= left;
        order.bound.insert(link.to);
        order.bound.extend(link.edge_variable);
        let below = std::mem::replace(&mut order.operator, Operator::Unit);
        order.operator = Operator::Expand {
            input: Box::new(below),
            link,
            predicates: Vec::new(),
        };
    }

    /// In the order that the plan has.
    fn of_text(&self, component: &Component) -> Order {
        let mut order = self.begin(component.start);
        for index in &component.links {
            self.follow(&mut order, self.parts.links[*index].clone());
        }
        order
    }

    /// From the best start, always along the link that leaves the fewest rows.
    fn best(&self, component: &Component) -> Order {
        let mut starts: Vec<(f64, Var)> = component
            .vertices
            .iter()
            .map(|variable| (self.begin(*variable).cost, *variable))
            .collect();
        starts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let orders = starts.into_iter().take(MOST_STARTS).map(|(_, start)| {
            let mut order = self.begin(start);
            let mut left: BTreeMap<usize, &Link> = component
                .links
                .iter()
                .map(|index| (*index, &self.parts.links[*index]))
                .collect();
            while let Some(index) = self.next(&order.bound, &left) {
                if let Some(link) = left.remove(&index) {
                    let link = oriented(link, &order.bound);
                    self.follow(&mut order, link);
                }
            }
            order
        });
        let best = orders.min_by(|a, b| a.cost.total_cmp(&b.cost));
        best.unwrap_or_else(|| self.of_text(component))
    }

    /// A link between bound variables only removes rows, so it comes first, as close to its node as can be.
    fn next(&self, bound: &Vars, left: &BTreeMap<usize, &Link>) -> Option<usize> {
        let mut best: Option<(bool, f64, usize)> = None;
        for (index, link) in left {
            if !(bound.contains(&link.from) || bound.contains(&link.to)) {
                continue;
            }
            let opens = !(bound.contains(&link.from) && bound.contains(&link.to));
            let (_, rows) = self.step(bound, &oriented(link, bound));
            let better = best.is_none_or(|(best_opens, best_rows, _)| {
                (opens, rows).partial_cmp(&(best_opens, best_rows)) == Some(std::cmp::Ordering::Less)
            });
            if better {
                best = Some((opens, rows, *index));
            }
        }
        best.map(|(.., index)| index)
    }
}
