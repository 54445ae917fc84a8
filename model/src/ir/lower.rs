//! From the pattern to operators: where each part of a pattern starts, in which order its links are followed, and
//! how the parts come together. Predicates and tests of nested blocks are stacked on top of their block; the optimiser's passes move
//! them to where they belong.
//!
//! Without statistics the order is decided by the predicates: a variable fixed by a key or a unique property first, then
//! one with an equality, then one with any other predicate; where all is equal, the order of the text decides.

use std::collections::BTreeMap;

use super::joins::{Tree, join};
use super::pattern::{Conjunction, Definition, Part, Pattern, Stage, Term, Union};
use super::results::{Made, results};
use super::unions::{Tail, widen};
use super::values::{self, Value};
use super::walk::Vars;
use super::*;

/// A plan of the pattern, with every link and every predicate in it.
pub fn lower(pattern: Pattern) -> ReadPlan {
    let lowering = Lowering { pattern: &pattern };
    let made = match &pattern.union {
        Some(union) => lowering.union(union),
        None => {
            let rows = lowering.stages(&pattern.stages, 0, false);
            lowering.part(&pattern.result, rows, pattern.stages.len() as u32, true)
        }
    };
    let root = Operator::Project {
        input: Box::new(made.operator),
        expressions: made.expressions,
    };
    let columns = pattern
        .result
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
        after: pattern.result.after.clone().map(Box::new),
    };
    debug_assert_eq!(validate::completeness(&pattern, &plan), Ok(()));
    plan
}

struct Lowering<'p> {
    pattern: &'p Pattern,
}

/// What the predicates on a variable leave: fewer rows first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Selectivity {
    /// At most one, by a key or a unique set.
    One,
    Equality,
    Some,
    All,
}

fn expected(var: Var, selectivity: &BTreeMap<Var, Selectivity>) -> Selectivity {
    selectivity.get(&var).copied().unwrap_or(Selectivity::All)
}

/// Follows links from what is bound until none of them leaves it. Links between bound variables only remove rows, so
/// they come first; then those towards the most selective variable.
fn grow(mut tree: Tree, links: &mut Vec<&Link>, selectivity: &BTreeMap<Var, Selectivity>) -> Tree {
    loop {
        let best = links
            .iter()
            .enumerate()
            .filter(|(_, link)| tree.bound.contains(&link.from) || tree.bound.contains(&link.to))
            .min_by_key(|(index, link)| {
                let far = [link.from, link.to].into_iter().filter(|var| !tree.bound.contains(var));
                let opens = far.clone().next().is_some();
                let best = far
                    .chain(link.edge_variable)
                    .map(|var| expected(var, selectivity))
                    .min();
                (opens, best, *index)
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

/// Puts definitions on the parts that they are about, before these are joined: an item of a list may be what links one part
/// to another. A list that reads nothing is a part of its own. What reads several parts is left.
fn define(trees: &mut Vec<Tree>, waiting: &mut Vec<Value<'_>>) {
    waiting.retain(|value| {
        let Value::Definition(definition) = value else {
            return true;
        };
        let reads = definition.value.variables();
        if definition.each && reads.is_empty() {
            trees.push(Tree {
                operator: defined(Operator::Unit, *definition),
                bound: Vars::from([definition.variable]),
            });
            return false;
        }
        let Some(tree) = trees.iter_mut().find(|tree| reads.is_subset(&tree.bound)) else {
            return true;
        };
        let below = std::mem::replace(&mut tree.operator, Operator::Unit);
        tree.operator = defined(below, *definition);
        tree.bound.insert(definition.variable);
        false
    });
}

fn defined(input: Operator, definition: Definition<'_>) -> Operator {
    let (input, variable, value) = (Box::new(input), definition.variable, definition.value.clone());
    match definition.each {
        true => Operator::Each {
            input,
            variable,
            list: value,
        },
        false => Operator::Let { input, variable, value },
    }
}

impl Lowering<'_> {
    /// The rows that stages hand on; those of the last one in their order, if that is `ordered`. Their rankings are numbered
    /// from `id` on.
    fn stages(&self, stages: &[Stage], id: u32, ordered: bool) -> Option<Tree> {
        let mut rows: Option<Tree> = None;
        for (number, stage) in stages.iter().enumerate() {
            let last = ordered && number + 1 == stages.len();
            let mut made = self.part(&stage.part, rows.take(), id + number as u32, last);
            let columns = stage.variables.iter().zip(&mut made.expressions);
            for ((variable, value), origin) in columns.zip(&stage.origins) {
                if let Entity::Value(ty) = &self.pattern.variables[variable.0 as usize].entity {
                    widen(value, ty, *origin);
                }
            }
            rows = Some(Tree {
                operator: Operator::With {
                    input: Box::new(made.operator),
                    items: stage.variables.iter().copied().zip(made.expressions).collect(),
                },
                bound: stage.variables.iter().copied().collect(),
            });
        }
        rows
    }

    /// What becomes of the assignments of a part, which extend the rows before it.
    fn part(&self, part: &Part, rows: Option<Tree>, id: u32, last: bool) -> Made {
        let handed = rows.as_ref().map(|rows| rows.bound.clone()).unwrap_or_default();
        let tree = self.block(&part.root, rows);
        let ties = self.ties(&part.root.conjunction(), &handed);
        results(tree, part, id, &ties, last)
    }

    /// The rows of all branches, and what becomes of them.
    fn union(&self, union: &Union) -> Made {
        let tail = Tail::of(&self.pattern.result, union);
        let mut id = 0;
        let branches = union.branches.iter().filter_map(|stages| {
            let rows = self.stages(stages, id, tail.by_position);
            id += stages.len() as u32;
            rows.map(|rows| rows.operator)
        });
        let branches = branches.collect();
        tail.results(branches)
    }

    /// The rows of a block. They extend those of `outer`: of the pattern around a nested block, or of the stage before.
    fn block(&self, block: &Term, outer: Option<Tree>) -> Operator {
        let block = block.conjunction();
        let predicates = distinct(&block.conditions);
        let (mut early, late) = values::in_turn(&block, &predicates);
        let selectivity = self.selectivities(&predicates);
        let mut links = block.links;
        let mut trees = Vec::new();
        if let Some(tree) = outer {
            let tree = self.extended(tree, &trees, &mut links, &mut early, &selectivity);
            trees.push(tree);
        }
        let mut starts = block.nodes;
        starts.sort_by_key(|var| (expected(*var, &selectivity), *var));
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
            let tree = self.extended(tree, &trees, &mut links, &mut early, &selectivity);
            trees.push(tree);
        }
        define(&mut trees, &mut early);
        let mut tree = join(trees, &predicates);
        for value in early {
            if let Value::Either(either) = value
                && !value.reads().is_subset(&tree.bound)
            {
                // What it reads is linked with what it binds, so that every node is tried.
                for own in self.unbound_nodes(either.variables, &tree.bound) {
                    let scan = Tree {
                        operator: Operator::NodeScan {
                            variable: own,
                            predicates: Vec::new(),
                        },
                        bound: Vars::from([own]),
                    };
                    tree = match tree.operator {
                        Operator::Unit => scan,
                        _ => join(vec![tree, scan], &predicates),
                    };
                    tree = grow(tree, &mut links, &selectivity);
                }
            }
            tree = self.valued(tree, value);
            tree = grow(tree, &mut links, &selectivity);
        }
        let Tree { mut operator, bound } = tree;
        for predicate in predicates {
            operator = Operator::Filter {
                input: Box::new(operator),
                predicate,
            };
        }
        for test in block.tests {
            operator = Operator::SemiJoin {
                input: Box::new(operator),
                inner: Box::new(self.nested(test.inner, &bound)),
                negated: test.negated,
            };
        }
        let tree = Tree { operator, bound };
        late.into_iter()
            .fold(tree, |tree, value| self.valued(tree, value))
            .operator
    }

    /// The nodes that alternatives have in common, as far as nothing else binds them.
    fn unbound_nodes(&self, common: &[Common], bound: &Vars) -> Vec<Var> {
        let own = common.iter().map(|common| common.variable);
        let is_node = |var: &Var| {
            matches!(
                self.pattern.variables[var.0 as usize].entity,
                Entity::Node(_) | Entity::Interface(_)
            )
        };
        own.filter(|var| is_node(var) && !bound.contains(var)).collect()
    }

    /// The rows of a nested block, which extend one of the pattern around it.
    fn nested(&self, block: &Term, outer: &Vars) -> Operator {
        let tree = Tree {
            operator: Operator::Outer,
            bound: outer.clone(),
        };
        self.block(block, Some(tree))
    }

    /// The rows with all that links and alternatives reach from them: what alternatives bind may be what links go on from.
    /// What another of the trees binds already waits until they are joined.
    fn extended(
        &self,
        mut tree: Tree,
        others: &[Tree],
        links: &mut Vec<&Link>,
        waiting: &mut Vec<Value<'_>>,
        selectivity: &BTreeMap<Var, Selectivity>,
    ) -> Tree {
        loop {
            tree = grow(tree, links, selectivity);
            let next = waiting.iter().position(|value| {
                let Value::Either(either) = value else { return false };
                let reads = value.reads();
                let taken = |own: &Common| others.iter().any(|other| other.bound.contains(&own.variable));
                !reads.is_empty() && reads.is_subset(&tree.bound) && !either.variables.iter().any(taken)
            });
            let Some(next) = next else { return tree };
            tree = self.valued(tree, waiting.remove(next));
        }
    }

    /// The rows with a further value, or with the variables of further blocks.
    fn valued(&self, mut tree: Tree, value: Value<'_>) -> Tree {
        let fold = match value {
            Value::Definition(definition) => {
                tree.bound.insert(definition.variable);
                tree.operator = defined(tree.operator, definition);
                return tree;
            }
            Value::Optional(inner) => {
                let variables = inner.bound();
                tree.operator = Operator::Optional {
                    inner: Box::new(self.nested(inner, &tree.bound)),
                    input: Box::new(tree.operator),
                    variables: variables.clone(),
                };
                tree.bound.extend(variables);
                return tree;
            }
            Value::Either(either) => {
                let branches = either.branches.iter();
                let new = either
                    .variables
                    .iter()
                    .filter(|own| !tree.bound.contains(&own.variable));
                let variables: Vec<Common> = new.cloned().collect();
                tree.operator = Operator::Either {
                    inners: branches.map(|branch| self.nested(branch, &tree.bound)).collect(),
                    input: Box::new(tree.operator),
                    variables: variables.clone(),
                };
                tree.bound.extend(variables.into_iter().map(|common| common.variable));
                return tree;
            }
            Value::Fold(fold) => fold,
        };
        let mut aggregate = fold.aggregate.clone();
        if aggregate.function.is_ordered() {
            aggregate.ties = self.ties(&fold.inner.conjunction(), &Vars::new());
        }
        tree.operator = Operator::Fold {
            inner: Box::new(self.nested(fold.inner, &tree.bound)),
            input: Box::new(tree.operator),
            variable: fold.variable,
            aggregate: Box::new(aggregate),
        };
        tree.bound.insert(fold.variable);
        tree
    }

    /// What tells the rows of a block apart where all else is equal: ids by the names of their variables, then the items of
    /// lists. What reads no item is the same for the same others. `handed`: what the stage before hands on.
    fn ties(&self, matched: &Conjunction<'_>, handed: &Vars) -> Vec<Expression> {
        let pattern = self.pattern;
        let name = |var: &Var| &pattern.variables[var.0 as usize].name;
        let is_value = |var: &Var| matches!(pattern.variables[var.0 as usize].entity, Entity::Value(_));
        // What is the same node as another variable has its id.
        let same = |var: &Var| matched.links.iter().any(|link| link.identity && link.to == *var);
        let mut entities: Vec<Var> = matched.nodes.iter().filter(|var| !same(var)).copied().collect();
        entities.extend(matched.links.iter().filter_map(|link| link.edge_variable));
        let mut items: Vec<Var> = Vec::new();
        // What further blocks bind may differ where all else is equal.
        let further = matched.optionals.iter().flat_map(|inner| inner.bound());
        let common = matched.eithers.iter().flat_map(|either| either.variables);
        let further = further
            .chain(common.map(|common| common.variable))
            .chain(handed.iter().copied());
        let (values, nodes): (Vec<Var>, Vec<Var>) = further.partition(is_value);
        entities.extend(nodes);
        items.extend(values);
        entities.sort_by_key(name);
        entities.dedup();
        for definition in &matched.definitions {
            let reads = definition.value.variables();
            if definition.each || items.iter().any(|item| reads.contains(item)) {
                items.push(definition.variable);
            }
        }
        items.sort_by_key(name);
        let items = items
            .into_iter()
            .filter_map(|variable| pattern.orderable_value(variable));
        let entities = entities.into_iter().map(|variable| Expression::Entity { variable });
        entities.chain(items).collect()
    }

    /// How few rows the predicates on each variable alone are expected to leave.
    fn selectivities(&self, predicates: &[Expression]) -> BTreeMap<Var, Selectivity> {
        let mut fixed: BTreeMap<Var, Vec<&str>> = BTreeMap::new();
        let mut identified = Vars::new();
        for predicate in predicates {
            let mut variables = predicate.variables().into_iter();
            if let (Some(variable), None) = (variables.next(), variables.next()) {
                fixed.entry(variable).or_default().extend(predicate.fixed_property());
                if predicate.fixed_id().is_some() {
                    identified.insert(variable);
                }
            }
        }
        let judged = fixed.into_iter().map(|(variable, fixed)| {
            let unique = match &self.pattern.variables[variable.0 as usize].entity {
                Entity::Node(name) => self.pattern.unique.get(name).map(Vec::as_slice),
                Entity::Interface(_) | Entity::Edge(_) | Entity::Edges(_) | Entity::Value(_) => None,
            };
            let is_fixed = |set: &Vec<String>| set.iter().all(|property| fixed.contains(&property.as_str()));
            let by_key = unique.unwrap_or_default().iter().any(is_fixed);
            let selectivity = if by_key || identified.contains(&variable) {
                Selectivity::One
            } else if !fixed.is_empty() {
                Selectivity::Equality
            } else {
                Selectivity::Some
            };
            (variable, selectivity)
        });
        judged.collect()
    }
}

/// The link as it is followed from a bound variable.
pub(super) fn oriented(link: &Link, bound: &Vars) -> Link {
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
        reversed: !link.reversed,
        ..link.clone()
    }
}

fn distinct(predicates: &[&Expression]) -> Vec<Expression> {
    let mut kept: Vec<Expression> = Vec::new();
    for predicate in predicates {
        if !kept.contains(predicate) {
            kept.push((*predicate).clone());
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
