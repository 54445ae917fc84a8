//! Plans mean what patterns mean: over small random graphs, the rows of a lowered plan and of every optimised one are
//! the solutions that trying all assignments finds.

#[path = "query/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use omnigraph_compiler::query::pattern;
use omnigraph_model::catalog::Catalog;
use omnigraph_model::ir::pattern::{OutputValue, Pattern, Term};
use omnigraph_model::ir::{Comparison, Direction, Entity, Expression, Link, Operator, Var, Variable, lower, optimize};
use omnigraph_model::types::Value;
use omnigraph_model::vocabulary::functions::Operation;
use proptest::prelude::*;

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(support::lab);

/// Its ends and its weight.
type Edge = (usize, usize, Option<i64>);

/// Nodes are numbers, of one property each that may be missing; edges have ends and a weight.
#[derive(Clone, Debug)]
struct Graph {
    /// By type: `age` of a Person, `year` of a Doc.
    nodes: BTreeMap<&'static str, Vec<Option<i64>>>,
    edges: BTreeMap<&'static str, Vec<Edge>>,
}

/// What a variable is bound to: the index of a node or an edge of its type, or of a value in the list of all that come up.
type Row = BTreeMap<Var, usize>;

/// The index of what an optional block has not found.
const MISSING: usize = usize::MAX;

/// The values that variables can have; a null is the last.
const VALUES: std::ops::Range<i64> = 0..12;
const NULL: usize = 12;

struct World<'w> {
    graph: &'w Graph,
    variables: &'w [Variable],
    /// The variables that `let` defines.
    lets: Vec<Var>,
}

impl World<'_> {
    fn domain(&self, var: Var) -> usize {
        match &self.variables[var.0 as usize].entity {
            Entity::Node(ty) => self.graph.nodes[ty.as_str()].len(),
            Entity::Edge(ty) => self.graph.edges[ty.as_str()].len(),
            Entity::Value(_) => NULL + 1,
            Entity::Interface(_) | Entity::Edges(_) => panic!("not generated: {:?}", self.variables[var.0 as usize]),
        }
    }

    /// The index of a value among all that come up.
    fn index(&self, value: Option<Value>) -> usize {
        match value {
            Some(Value::Integer(value)) if VALUES.contains(&value) => value as usize,
            None | Some(Value::Null) => NULL,
            other => panic!("not generated: {other:?}"),
        }
    }

    /// What a value variable may be in a row that binds what its value reads.
    fn defined(&self, each: bool, value: &Expression, row: &Row) -> Vec<usize> {
        match (each, value) {
            (false, _) => vec![self.index(self.value(value, row))],
            (
                true,
                Expression::Literal {
                    value: Value::List(items),
                    ..
                },
            ) => items.iter().map(|item| self.index(Some(item.clone()))).collect(),
            (true, Expression::Call { arguments, .. }) => {
                arguments.iter().map(|item| self.index(self.value(item, row))).collect()
            }
            (true, other) => panic!("not generated: {other:?}"),
        }
    }

    fn value(&self, expression: &Expression, row: &Row) -> Option<Value> {
        match expression {
            Expression::Literal { value, .. } => Some(value.clone()),
            Expression::Property { variable, .. } => {
                let index = row[variable];
                if index == MISSING {
                    return None;
                }
                let found = match &self.variables[variable.0 as usize].entity {
                    Entity::Node(ty) => self.graph.nodes[ty.as_str()][index],
                    Entity::Edge(ty) => self.graph.edges[ty.as_str()][index].2,
                    Entity::Value(_) => panic!("a value has no properties"),
                    other @ (Entity::Interface(_) | Entity::Edges(_)) => panic!("not generated: {other:?}"),
                };
                found.map(Value::Integer)
            }
            Expression::Value { variable, .. } => {
                let value = row[variable] as i64;
                VALUES.contains(&value).then_some(Value::Integer(value))
            }
            Expression::Call {
                operation: Operation::Add,
                arguments,
                ..
            } => {
                let mut sum = 0;
                for argument in arguments {
                    match self.value(argument, row)? {
                        Value::Integer(value) => sum += value,
                        other => panic!("not generated: {other:?}"),
                    }
                }
                Some(Value::Integer(sum))
            }
            Expression::Compare {
                left,
                comparison,
                right,
            } => {
                let (Some(Value::Integer(l)), Some(Value::Integer(r))) =
                    (self.value(left, row), self.value(right, row))
                else {
                    return Some(Value::Bool(false));
                };
                Some(Value::Bool(match comparison {
                    Comparison::Equal => l == r,
                    Comparison::NotEqual => l != r,
                    Comparison::Less => l < r,
                    Comparison::LessEqual => l <= r,
                    Comparison::Greater => l > r,
                    Comparison::GreaterEqual => l >= r,
                    other => panic!("not generated: {other:?}"),
                }))
            }
            other => panic!("not generated: {other:?}"),
        }
    }

    fn holds(&self, predicate: &Expression, row: &Row) -> bool {
        self.value(predicate, row) == Some(Value::Bool(true))
    }

    fn edges(&self, link: &Link) -> &[Edge] {
        &self.graph.edges[link.edge.as_str()]
    }

    /// Whether an edge leads from one node to the other, in the link's direction.
    fn leads(&self, link: &Link, edge: &Edge, from: usize, to: usize) -> bool {
        let out = (edge.0, edge.1) == (from, to);
        let back = (edge.1, edge.0) == (from, to);
        match link.direction {
            Direction::Out => out,
            Direction::In => back,
            Direction::Both => out || back,
        }
    }

    fn adjacent(&self, link: &Link, from: usize, to: usize) -> bool {
        self.edges(link).iter().any(|edge| self.leads(link, edge, from, to))
    }

    /// The reach of a bounded traversal (docs/query-language.md, Hops); for one hop, adjacency.
    fn reaches(&self, link: &Link, from: usize, to: usize) -> bool {
        if (link.hops.min, link.hops.max) == (1, 1) {
            return self.adjacent(link, from, to);
        }
        let count = self.domain(link.to);
        let mut distance: Vec<Option<u32>> = vec![None; count];
        distance[from] = Some(0);
        for step in 0..count as u32 {
            for a in 0..count {
                for b in 0..count {
                    if distance[a] == Some(step) && distance[b].is_none() && self.adjacent(link, a, b) {
                        distance[b] = Some(step + 1);
                    }
                }
            }
        }
        let within = |hops: u32| link.hops.min <= hops && hops <= link.hops.max;
        let Some(near) = distance[to] else { return false };
        let end = if link.reversed { from } else { to };
        from != to && within(near) || self.adjacent(link, end, end) && within(near + 1)
    }

    fn link_holds(&self, link: &Link, row: &Row) -> bool {
        let (from, to) = (row[&link.from], row[&link.to]);
        if from == MISSING || to == MISSING {
            return false;
        }
        match link.edge_variable {
            Some(edge) => self.leads(link, &self.edges(link)[row[&edge]], from, to),
            None => self.reaches(link, from, to),
        }
    }

    /// All extensions of the row that satisfy the block, found by trying everything.
    fn solutions(&self, term: &Term, row: &Row) -> Vec<Row> {
        let matched = term.conjunction();
        let mut own = matched.nodes;
        own.extend(matched.links.iter().filter_map(|link| link.edge_variable));
        own.sort();
        own.dedup();
        let mut rows = vec![row.clone()];
        for var in own {
            let all = 0..self.domain(var);
            rows = rows
                .iter()
                .flat_map(|row| {
                    all.clone().map(move |index| {
                        let mut row = row.clone();
                        row.insert(var, index);
                        row
                    })
                })
                .collect();
        }
        let mut further: Vec<&Term> = Vec::new();
        further_terms(term, &mut further);
        while !further.is_empty() {
            let waits = |place: usize| {
                let reads = mentioned(further[place]);
                let mut others = further.iter().enumerate().filter(|(other, _)| *other != place);
                others.any(|(_, other)| other.bound().iter().any(|own| reads.contains(own)))
            };
            let place = (0..further.len()).find(|place| !waits(*place)).expect("no cycle");
            let next = further.remove(place);
            rows = rows.iter().flat_map(|row| self.extended(next, row)).collect();
        }
        rows.retain(|row| self.satisfies(term, row));
        rows
    }

    /// A row with the variables that a term binds beside the nodes and edges of its block.
    fn extended(&self, term: &Term, row: &Row) -> Vec<Row> {
        let with = |own: Row| {
            row.iter()
                .map(|(var, index)| (*var, *index))
                .chain(own)
                .collect::<Row>()
        };
        match term {
            Term::Let(variable, value) | Term::Each(variable, value) => {
                let values = self.defined(matches!(term, Term::Each(..)), value, row).into_iter();
                values.map(|value| with(Row::from([(*variable, value)]))).collect()
            }
            Term::Optional(inner) => {
                let found = self.solutions(inner, row);
                match found.is_empty() {
                    true => vec![with(inner.bound().into_iter().map(|var| (var, MISSING)).collect())],
                    false => found,
                }
            }
            Term::Either(common, branches) => {
                let mut found: Vec<Row> = Vec::new();
                for (place, branch) in branches.iter().enumerate() {
                    for solution in self.solutions(branch, row) {
                        let own = common.iter().map(|one| (one.variable, solution[&one.within[place]]));
                        let row = with(own.collect());
                        if !found.contains(&row) {
                            found.push(row);
                        }
                    }
                }
                found
            }
            other => panic!("binds nothing: {other:?}"),
        }
    }

    fn satisfies(&self, term: &Term, row: &Row) -> bool {
        match term {
            Term::All(terms) => terms.iter().all(|term| self.satisfies(term, row)),
            Term::Node(_) | Term::Let(..) | Term::Each(..) | Term::Optional(_) | Term::Either(..) => true,
            Term::Link(link) => self.link_holds(link, row),
            Term::Condition(condition) => self.holds(condition, row),
            Term::Not(inner) => self.solutions(inner, row).is_empty(),
            Term::Exists(inner) => !self.solutions(inner, row).is_empty(),
            Term::Fold(..) => panic!("not generated: {term:?}"),
        }
    }

    /// The rows of a plan below its sorting and projecting.
    fn rows(&self, operator: &Operator, outer: &Row) -> Vec<Row> {
        match operator {
            Operator::Unit => vec![Row::new()],
            Operator::Outer => vec![outer.clone()],
            Operator::NodeScan { variable, predicates } => {
                let rows = (0..self.domain(*variable)).map(|index| Row::from([(*variable, index)]));
                rows.filter(|row| predicates.iter().all(|predicate| self.holds(predicate, row)))
                    .collect()
            }
            Operator::Expand {
                input,
                link,
                predicates,
            } => {
                let mut found = Vec::new();
                for row in self.rows(input, outer) {
                    let targets = match row.get(&link.to) {
                        Some(&MISSING) => 0..0,
                        Some(bound) => *bound..*bound + 1,
                        None => 0..self.domain(link.to),
                    };
                    for target in targets {
                        let mut row = row.clone();
                        row.insert(link.to, target);
                        match link.edge_variable {
                            None if self.link_holds(link, &row) => found.push(row),
                            None => {}
                            Some(edge) => {
                                for index in 0..self.domain(edge) {
                                    let mut row = row.clone();
                                    row.insert(edge, index);
                                    if self.link_holds(link, &row) {
                                        found.push(row);
                                    }
                                }
                            }
                        }
                    }
                }
                found.retain(|row| predicates.iter().all(|predicate| self.holds(predicate, row)));
                found
            }
            Operator::Join { left, right, on } => {
                let (left, right) = (self.rows(left, outer), self.rows(right, outer));
                let pairs = left.iter().flat_map(|l| right.iter().map(move |r| (l, r)));
                pairs
                    .filter(|(l, r)| {
                        on.iter().all(|(own, other)| {
                            let own = self.value(own, l);
                            own.is_some() && own == self.value(other, r)
                        })
                    })
                    .map(|(l, r)| l.iter().chain(r).map(|(var, index)| (*var, *index)).collect())
                    .collect()
            }
            Operator::Filter { input, predicate } => {
                let mut rows = self.rows(input, outer);
                rows.retain(|row| self.holds(predicate, row));
                rows
            }
            Operator::Let { input, variable, value }
            | Operator::Each {
                input,
                variable,
                list: value,
            } => {
                let each = matches!(operator, Operator::Each { .. });
                let mut found = Vec::new();
                for row in self.rows(input, outer) {
                    for value in self.defined(each, value, &row) {
                        let mut row = row.clone();
                        row.insert(*variable, value);
                        found.push(row);
                    }
                }
                found
            }
            Operator::SemiJoin { input, inner, negated } => {
                let mut rows = self.rows(input, outer);
                rows.retain(|row| self.rows(inner, row).is_empty() == *negated);
                rows
            }
            Operator::Optional {
                input,
                inner,
                variables,
            } => {
                let mut found = Vec::new();
                for row in self.rows(input, outer) {
                    let before = found.len();
                    for within in self.rows(inner, &row) {
                        let own: Row = variables.iter().map(|var| (*var, within[var])).collect();
                        found.push(row.clone().into_iter().chain(own).collect());
                    }
                    if found.len() == before {
                        let missing = variables.iter().map(|var| (*var, MISSING));
                        found.push(row.into_iter().chain(missing).collect());
                    }
                }
                found
            }
            Operator::Either {
                input,
                inners,
                variables,
            } => {
                let mut found = Vec::new();
                for row in self.rows(input, outer) {
                    let mut own: Vec<Row> = Vec::new();
                    for (place, inner) in inners.iter().enumerate() {
                        for within in self.rows(inner, &row) {
                            let new = variables.iter().map(|one| (one.variable, within[&one.within[place]]));
                            let new: Row = new.collect();
                            let new = row.clone().into_iter().chain(new).collect();
                            if !own.contains(&new) {
                                own.push(new);
                            }
                        }
                    }
                    found.extend(own);
                }
                found
            }
            Operator::With { input, items } => {
                let rows = self.rows(input, outer);
                let made = rows.iter().map(|row| {
                    let items = items.iter();
                    items
                        .map(|(own, value)| (*own, self.index(self.value(value, row))))
                        .collect()
                });
                made.collect()
            }
            Operator::Union { branches, .. } => branches.iter().flat_map(|branch| self.rows(branch, outer)).collect(),
            Operator::Project { input, .. } | Operator::Sort { input, .. } => self.rows(input, outer),
            other => panic!("not generated: {other:?}"),
        }
    }
}

/// The terms of a block that bind variables beside the nodes and edges of its pattern.
fn further_terms<'t>(term: &'t Term, found: &mut Vec<&'t Term>) {
    match term {
        Term::All(terms) => terms.iter().for_each(|term| further_terms(term, found)),
        Term::Let(..) | Term::Each(..) | Term::Optional(_) | Term::Either(..) => found.push(term),
        _ => {}
    }
}

/// All variables that a term mentions.
fn mentioned(term: &Term) -> Vec<Var> {
    let mut found = Vec::new();
    term.visit(&mut |term| match term {
        Term::Condition(own) | Term::Let(_, own) | Term::Each(_, own) => found.extend(own.variables()),
        Term::Link(link) => found.extend([link.from, link.to]),
        _ => {}
    });
    found
}

fn graph() -> impl Strategy<Value = Graph> {
    let property = || prop::option::weighted(0.8, 0..4i64);
    let nodes = (
        prop::collection::vec(property(), 1..4),
        prop::collection::vec(property(), 1..4),
    );
    nodes.prop_flat_map(move |(people, docs)| {
        let (p, d) = (people.len(), docs.len());
        let edges = move |from: usize, to: usize| prop::collection::vec((0..from, 0..to, property()), 0..6);
        (edges(p, p), edges(p, d), edges(d, d)).prop_map(move |(follows, wrote, cites)| Graph {
            nodes: BTreeMap::from([("Person", people.clone()), ("Doc", docs.clone())]),
            edges: BTreeMap::from([("Follows", follows), ("Wrote", wrote), ("Cites", cites)]),
        })
    })
}

/// Clauses over people `$a $b $c` and documents `$d $x`; those in `not` may have variables of their own.
const CLAUSES: &[&str] = &[
    "$a: Person",
    "$b: Person { age: 1 }",
    "$d: Doc",
    "$x: Doc { year: 2 }",
    "$a follows $b",
    "$b follows $a",
    "$b follows $c",
    "$a follows $a",
    "$a <follows> $c",
    "$a follows{1,2} $c",
    "$b <follows>{2,3} $a",
    "$a wrote $d",
    "$d wrote $b",
    "$c wrote $x",
    "$b wrote{1,3} $x",
    "$b wrote{2,2} $x",
    "$d cites $x",
    "$x cites{1,2} $d",
    "$a wrote $_",
    "$a $e:follows $b  $e.weight > 1",
    "$b $f:<follows> $c  $f.weight < $b.age",
    "$a $g:wrote $d",
    "$a: Person  $a.age > 1",
    "$a: Person  $d: Doc  $a.age = $d.year",
    "$x: Doc  $b: Person  $b.age != $x.year",
    "$a: Person  $c: Person  $a.age = $c.age",
    "1 = 1",
    "2 < 1",
    "$a: Person  let $v = $a.age  $v > 1",
    "$a: Person  let $w = $a.age + 1 + 1 + 1 + 1  $w > 5  $w != $b.age",
    "let $x1 = 2  $a: Person  $a.age = $x1",
    "each $i in [1, 2, 1]  $a: Person  $a.age = $i",
    "each $j in [2, 3]  each $k in [$j, $j + 1]  $k < 4  $a: Person",
    "each $l in [$a.age, $d.year]  $a: Person  $d: Doc  $l = 2",
];

const NESTED: &[&str] = &[
    "not { $a wrote $_ }",
    "not { $a follows $b }",
    "not { $y: Doc { year: 1 }  $y.year = $a.age }",
    "not { $y: Doc  not { $a wrote $y } }",
    "not { $b.age > 2 }",
    "not { $a follows $z  $z $h:follows $a  $h.weight > 0  not { $z wrote $d } }",
    "not { $d cites $y  $y.year > $a.age }",
    "not { $d: Doc { year: 2 } }",
    "not { $a wrote{2,2} $_ }",
    "not { $b <follows>{1,2} $a }",
    "not { $y: Doc  $w: Person  $w.age = $y.year  $w wrote $d }",
    "exists { $a wrote $_ }",
    "exists { $y: Doc { year: 1 }  $y.year = $a.age }",
    "exists { $y: Doc  not { $a wrote $y } }",
    "not { $a follows $z  exists { $z wrote $d } }",
    "exists { $a follows $z  $z $h:follows $a  $h.weight > 0  exists { $z wrote $d } }",
    "exists { $b.age > 2 }",
    "exists { $y: Doc { year: 1 } }",
    "exists { $y: Doc  $w: Person  $w.age = $y.year }",
    "exists { 2 < 1 }",
    "not { let $y1 = $a.age + 1  $y: Doc  $y.year = $y1 }",
    "exists { each $y2 in [1, 2]  $y2 = $a.age }",
    "not { each $y3 in [$a.age, 3]  $w: Person { age: 1 }  $w.age < $y3 }",
    "optional { $a follows $o }",
    "optional { $a follows $o2  $o2 $p2:wrote $q2  $p2.weight > 0 }  $q2.year > 1",
    "optional { $a follows $o3 }  optional { $o3 wrote $q3 }",
    "optional { $a wrote $q4  optional { $q4 cites $r4  $r4.year > $b.age } }",
    "optional { $o5: Person  $o5.age = $d.year  not { $o5 wrote $d } }  not { $o5 follows $a }",
    "optional { $a.age > 2 }",
    "optional { $a follows $o6  let $v6 = $o6.age + 1 }  let $w6 = $v6 + 1  $w6 > 2",
    "not { optional { $a follows $o7 }  $o7.age > 1 }",
    "optional { each $i8 in [1, 2]  $i8 = $a.age }",
    "optional { $o9: Person { age: 2 } }  optional { $a wrote{1,1} $q9 }  exists { $o9 wrote $q9 }",
    "either { $a follows $s } or { $a wrote $t  $t wrote $s }",
    "either { $a follows $s2 } or { $s2 follows $b }  $s2 wrote $t2",
    "either { $b follows $s13 } or { $s13 follows $b }  $d: Doc { year: 1 }  $s13 wrote $d",
    "either { $a.age > 1 } or { $d.year > 1 } or { $a wrote $d }",
    "either { $s3: Person { age: 1 } } or { $a follows $s3  $s3.age > 1 }  $s3.age < 3",
    "either { $a $e4:follows $s4 } or { $b $e4:follows $s4  $e4.weight > 1 }",
    "either { let $v5 = $a.age } or { let $v5 = $b.age + 1 }  $v5 > 1",
    "either { each $i6 in [1, 2] } or { each $i6 in [2, 3] }  $i6 < 3  $i6 = $a.age",
    "optional { either { $a follows $o10 } or { $b follows $o10 }  $o10.age > 1 }",
    "either { optional { $a wrote $q11 } } or { $b wrote $q11 }  optional { $q11 cites $r11 }",
    "not { either { $a wrote $_ } or { $a follows $_ } }",
    "exists { $a follows $z12  either { $z12 wrote $d } or { $z12.age = 1 } }",
];

fn query() -> impl Strategy<Value = String> {
    block().prop_map(|block| format!("query q() {{ match {{ {block} }} return {{ 1 }} }}"))
}

/// Branches that return the same property, of the nodes that each finds.
fn union() -> impl Strategy<Value = String> {
    prop::collection::vec(block(), 2..4).prop_map(|blocks| {
        let branches = blocks
            .iter()
            .map(|block| format!("{{ match {{ $a: Person  {block} }} return {{ $a.age as n }} }}"));
        format!("query q() {{ union all {} }}", branches.collect::<Vec<_>>().join(" "))
    })
}

fn block() -> impl Strategy<Value = String> {
    let clauses = prop::collection::vec(prop::sample::select(CLAUSES), 1..4);
    let nested = prop::collection::vec(prop::sample::select(NESTED), 0..3);
    (clauses, nested).prop_map(|(clauses, nested)| {
        // Whatever a nested block is linked by has to be bound.
        let bound = "$a: Person  $b: Person  $d: Doc";
        let first = if nested.is_empty() { "" } else { bound };
        let body: Vec<&str> = [first].into_iter().chain(nested).chain(clauses).collect();
        body.join("  ")
    })
}

/// The rows without what `let` gives, which is computed from the others, or need not be there.
fn rows_of(world: &World, plan: &omnigraph_model::ir::ReadPlan) -> Vec<Row> {
    plain(world, world.rows(&plan.root, &Row::new()))
}

fn plain(world: &World, mut rows: Vec<Row>) -> Vec<Row> {
    for row in &mut rows {
        row.retain(|var, _| !world.lets.contains(var));
    }
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_find_the_solutions(graph in graph(), text in query()) {
        let file = support::check_file(&text, &CATALOG);
        // An edge variable may be bound twice by the choice of clauses; such a query is refused.
        prop_assume!(file.findings.is_empty());
        let pattern: Pattern = pattern(&file.queries[0].0, &*CATALOG).expect("the query is correct");
        let mut lets = Vec::new();
        pattern.result.root.visit(&mut |term| {
            if let Term::Let(var, _) = term {
                lets.push(*var);
            }
        });
        let world = World { graph: &graph, variables: &pattern.variables.clone(), lets };
        let wanted = plain(&world, world.solutions(&pattern.result.root, &Row::new()));
        let lowered = lower::lower(pattern);
        prop_assert_eq!(&rows_of(&world, &lowered), &wanted, "lowered\n{}", lowered);
        for (pass, plan) in optimize::trace(lowered) {
            prop_assert_eq!(&rows_of(&world, &plan), &wanted, "after {}\n{}", pass.name, plan);
        }
    }

    #[test]
    fn unions_have_the_rows_of_their_branches(graph in graph(), text in union()) {
        let file = support::check_file(&text, &CATALOG);
        prop_assume!(file.findings.is_empty());
        let pattern: Pattern = pattern(&file.queries[0].0, &*CATALOG).expect("the query is correct");
        let union = pattern.union.clone().expect("the query is a union");
        let column = union.variables()[0];
        let world = World { graph: &graph, variables: &pattern.variables.clone(), lets: Vec::new() };
        let mut wanted: Vec<Row> = Vec::new();
        for stages in &union.branches {
            let part = &stages[0].part;
            let OutputValue::Plain(value) = &part.outputs[0].value else {
                panic!("no ranking is generated");
            };
            let solutions = world.solutions(&part.root, &Row::new());
            let made = solutions.iter().map(|row| Row::from([(column, world.index(world.value(value, row)))]));
            wanted.extend(made);
        }
        wanted.sort();
        let lowered = lower::lower(pattern);
        prop_assert_eq!(&rows_of(&world, &lowered), &wanted, "lowered\n{}", lowered);
        for (pass, plan) in optimize::trace(lowered) {
            prop_assert_eq!(&rows_of(&world, &plan), &wanted, "after {}\n{}", pass.name, plan);
        }
    }
}
