//! What `path` binds, found by trying: every walk of every length there may be, or for the least of many the least of each length.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use omnigraph_grammar::query::ast::{self, Search, Walk};
use omnigraph_model::types::{Cost, Scalar};

use super::expression::Scope;
use super::solve::{Bound, Context, Entity, Solution, Type, Types};
use super::types::{Kind, integer};
use super::{Stop, Value};

/// What a condition or a weight calls the edge of a step.
pub(super) const EDGE: &str = "$.";

/// An edge of a path, as its type and its id: what sequences of edges are compared by.
pub(super) type Hop = (String, String);

/// A path.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// By type and id.
    pub(super) nodes: Vec<(String, String)>,
    pub(super) edges: Vec<Hop>,
    /// What the weights come to, if they are summed.
    pub(super) cost: Option<Box<Value>>,
}

impl Path {
    /// By the number of edges, then by their sequence.
    pub(super) fn compare(&self, other: &Path) -> Ordering {
        let length = self.edges.len().cmp(&other.edges.len());
        length.then_with(|| self.edges.cmp(&other.edges))
    }

    /// As results show it.
    pub(super) fn to_json(&self) -> serde_json::Value {
        let ids = |parts: &[(String, String)]| parts.iter().map(|(_, id)| id.clone()).collect::<Vec<String>>();
        let types: Vec<&String> = self.edges.iter().map(|(ty, _)| ty).collect();
        serde_json::json!({
            "nodes": ids(&self.nodes),
            "edges": ids(&self.edges),
            "types": types,
            "length": self.edges.len(),
        })
    }

    /// What a function gives for it.
    pub(super) fn part(&self, function: &str) -> Option<Value> {
        let ids =
            |parts: &[(String, String)]| Value::List(parts.iter().map(|(_, id)| Value::Text(id.clone())).collect());
        Some(match function {
            "length" => Value::Integer(self.edges.len() as i128),
            "nodes" => ids(&self.nodes),
            "edges" => ids(&self.edges),
            "cost" => self.cost.as_deref().cloned()?,
            _ => return None,
        })
    }
}

/// The names of the nodes that a definition searches between.
pub(super) fn ends(definition: &ast::Definition) -> Vec<String> {
    match &definition.value.kind {
        ast::ExpressionKind::Walk(walk) => {
            let ends = [&walk.traversal.source, &walk.traversal.target];
            ends.map(|end| end.text.clone()).into()
        }
        _ => Vec::new(),
    }
}

/// An edge that a step may take, one way.
struct Step<'m> {
    from: Entity<'m>,
    to: Entity<'m>,
    hop: Hop,
    weight: Value,
}

/// By node: the walk that ends there.
type Layer = BTreeMap<(String, String), Found>;

/// A walk with its cost.
#[derive(Clone)]
struct Found {
    path: Path,
    end: (String, String),
    cost: Sum,
}

#[derive(Clone, Copy)]
enum Sum {
    Integer(i128),
    Float(f64),
}

impl Sum {
    fn plus(self, weight: &Value) -> Result<Sum, Stop> {
        Ok(match (self, weight) {
            (sum, Value::Null) => sum,
            (Sum::Integer(sum), Value::Integer(weight)) => Sum::Integer(sum + weight),
            (Sum::Float(sum), weight) => Sum::Float(sum + weight.as_double().ok_or("a weight is a number")?),
            _ => return Err("a sum of integers with a float".into()),
        })
    }

    fn compare(self, other: Sum) -> Ordering {
        match (self, other) {
            (Sum::Integer(a), Sum::Integer(b)) => a.cmp(&b),
            (Sum::Float(a), Sum::Float(b)) => a.total_cmp(&b),
            _ => unreachable!("all costs of a search are of one kind"),
        }
    }
}

impl<'m> Context<'m> {
    /// What the edge and the arrival of a step are, in conditions and weights.
    fn step_types(edge: &str, arrival: &str) -> Types {
        Types::from([
            (EDGE.to_owned(), Type::Entity(edge.to_owned(), true)),
            ("node".to_owned(), Type::Entity(arrival.to_owned(), false)),
        ])
    }

    /// What looks at a step sees.
    fn of_step<T>(&self, edge: Entity<'m>, node: Entity<'m>, look: impl FnOnce(&Scope<'_, 'm>) -> T) -> T {
        let types = Context::step_types(edge.ty, node.ty);
        let bound = [(EDGE, edge), ("node", node)].into_iter();
        let solution: Solution<'m> = bound.map(|(name, one)| (name.to_owned(), Bound::Entity(one))).collect();
        look(&Scope::new(&types, &solution))
    }

    pub(super) fn step_holds(
        &self,
        condition: &ast::Expression,
        edge: Entity<'m>,
        node: Entity<'m>,
    ) -> Result<bool, Stop> {
        self.of_step(edge, node, |scope| self.is_true(condition, scope))
    }

    /// Whether steps lead from one node to another as a traversal with bounds does: by the shortest way, or by that and a loop at
    /// the end of it.
    pub(super) fn reaches(&self, traversal: &ast::Traversal, from: Entity<'m>, to: Entity<'m>) -> Result<bool, Stop> {
        let steps = self.steps_of(traversal, None)?;
        let (min, max) = match &traversal.hops {
            None => (1, 1),
            Some(hops) => (hops.min.0, hops.max.ok_or("no upper bound")?.0),
        };
        let (mut distance, mut seen) = (0, BTreeSet::from([from]));
        while !seen.contains(&to) {
            let next = steps
                .iter()
                .filter(|step| seen.contains(&step.from))
                .map(|step| step.to);
            let all: BTreeSet<Entity<'m>> = seen.iter().copied().chain(next).collect();
            if all.len() == seen.len() {
                return Ok(false);
            }
            (distance, seen) = (distance + 1, all);
        }
        let plainly = from != to && (min..=max).contains(&distance);
        let loops = steps.iter().any(|step| step.from == to && step.to == to);
        Ok(plainly || loops && (min..=max).contains(&(distance + 1)))
    }

    /// The edge types that a traversal names, each once, in the order of their names.
    pub(super) fn listed(&self, traversal: &ast::Traversal) -> Result<Vec<String>, String> {
        let mut names = BTreeSet::new();
        for name in traversal.edges() {
            let edge = self.model.catalog.edge(&name.text).ok_or("unknown edge")?;
            names.insert(edge.name.clone());
        }
        Ok(names.into_iter().collect())
    }

    /// Whether this edge is a step from one node to another.
    pub(super) fn steps_along(
        &self,
        traversal: &ast::Traversal,
        from: Entity<'m>,
        edge: Entity<'m>,
        to: Entity<'m>,
    ) -> Result<bool, Stop> {
        let hop = (edge.ty.to_owned(), edge.id.to_owned());
        let steps = self.steps_of(traversal, None)?;
        let mut own = steps.iter().filter(|step| step.hop == hop);
        Ok(own.any(|step| step.from == from && step.to == to))
    }

    /// The steps along the edges that a traversal names, as far as its condition is true and they weigh something.
    fn steps_of(&self, traversal: &ast::Traversal, weight: Option<&ast::Expression>) -> Result<Vec<Step<'m>>, Stop> {
        let mut steps = Vec::new();
        for name in &self.listed(traversal)? {
            let declared = self.model.catalog.edge(name).ok_or("unknown edge")?;
            let (ty, edges) = self.model.edges.get_key_value(name).ok_or("unknown edge")?;
            let end = |node: &str, id: &str| {
                let (ty, nodes) = self.model.nodes.get_key_value(node).ok_or("unknown node")?;
                let (id, _) = nodes.get_key_value(id).ok_or("a missing node")?;
                Ok::<Entity<'m>, Stop>(Entity { edge: false, ty, id })
            };
            for (id, edge) in edges {
                let (from, to) = (end(&declared.from, &edge.from)?, end(&declared.to, &edge.to)?);
                let mut ways = vec![(from, to)];
                if traversal.undirected && from != to {
                    ways.push((to, from));
                }
                for (from, to) in ways {
                    let own = Entity { edge: true, ty, id };
                    if let Some(condition) = traversal.condition()
                        && !self.step_holds(condition, own, to)?
                    {
                        continue;
                    }
                    let weight = match weight {
                        None => Value::Null,
                        Some(weight) => match self.of_step(own, to, |scope| self.value(weight, scope))? {
                            Value::Null => continue,
                            weight => {
                                let number = weight.as_double().ok_or("a weight is a number")?;
                                if number < 0.0 || !number.is_finite() {
                                    return Err(Stop::Fails("R004"));
                                }
                                weight
                            }
                        },
                    };
                    let hop = (ty.clone(), id.clone());
                    steps.push(Step { from, to, hop, weight });
                }
            }
        }
        Ok(steps)
    }

    /// The ends of a search, with the types that its edges alone give them, if that is one.
    pub(super) fn walk_ends(&self, traversal: &ast::Traversal) -> Result<[(String, Option<String>); 2], String> {
        let (mut sources, mut targets) = (BTreeSet::new(), BTreeSet::new());
        for name in traversal.edges() {
            let edge = self.model.catalog.edge(&name.text).ok_or("unknown edge")?;
            sources.insert(&edge.from);
            targets.insert(&edge.to);
            if traversal.undirected {
                sources.insert(&edge.to);
                targets.insert(&edge.from);
            }
        }
        let end = |name: &omnigraph_grammar::Name, types: BTreeSet<&String>| match types.len() {
            1 => (name.text.clone(), types.into_iter().next().cloned()),
            _ => (name.text.clone(), None),
        };
        Ok([end(&traversal.source, sources), end(&traversal.target, targets)])
    }

    /// The kind of a search: a list of its paths.
    pub(super) fn walk_kind(&self, walk: &Walk) -> Result<Kind, Stop> {
        let mut cost = Cost::None;
        if let Some((_, weight)) = &walk.by {
            cost = Cost::Integer;
            for name in walk.traversal.edges() {
                let edge = self.model.catalog.edge(&name.text).ok_or("unknown edge")?;
                let types = Context::step_types(&edge.name, &edge.to);
                let nobody = Solution::new();
                let kind = self.kind(weight, &Scope::new(&types, &nobody))?;
                if kind.is_some_and(|kind| !kind.scalar.is_integer()) {
                    cost = Cost::Float;
                }
            }
        }
        Ok(Kind::list_of(Scalar::Path(cost)))
    }

    /// All paths that a search finds between the nodes that its ends are bound to.
    pub(super) fn paths(&self, walk: &Walk, solution: &Solution<'m>) -> Result<Vec<Path>, Stop> {
        let mut ends = Vec::new();
        for name in [&walk.traversal.source, &walk.traversal.target] {
            match solution.get(&name.text) {
                Some(Bound::Entity(entity)) => ends.push((entity.ty.to_owned(), entity.id.to_owned())),
                Some(Bound::Missing) => return Ok(Vec::new()),
                _ => return Err(format!("`${}` is no node", name.text).into()),
            }
        }
        let steps = self.steps_of(&walk.traversal, walk.by.as_ref().map(|(_, weight)| weight))?;
        let (min, max) = match &walk.traversal.hops {
            None => (1, Some(1)),
            Some(hops) => (hops.min.0 as usize, hops.max.map(|(max, _)| max as usize)),
        };
        let within = |length: usize| min <= length && max.is_none_or(|max| length <= max);
        let mut leaving: BTreeMap<(String, String), Vec<&Step<'m>>> = BTreeMap::new();
        for step in &steps {
            let key = (step.from.ty.to_owned(), step.from.id.to_owned());
            leaving.entry(key).or_default().push(step);
        }
        let zero = match self.walk_kind(walk)?.scalar {
            Scalar::Path(Cost::Float) => Sum::Float(0.0),
            _ => Sum::Integer(0),
        };
        let start = Found {
            path: Path {
                nodes: vec![ends[0].clone()],
                edges: Vec::new(),
                cost: None,
            },
            end: ends[0].clone(),
            cost: zero,
        };
        let all = Walks {
            leaving: &leaving,
            target: &ends[1],
        };
        let nodes: usize = self.model.nodes.values().map(BTreeMap::len).sum();
        Ok(match walk.search {
            Search::Shortest | Search::AllShortest => {
                let Some((length, least)) = all.shortest(&start, max.unwrap_or(nodes))? else {
                    return Ok(Vec::new());
                };
                match (within(length), walk.search) {
                    (false, _) => Vec::new(),
                    (true, Search::Shortest) => vec![least],
                    (true, _) => {
                        let any = |_: &Found, _: &Step<'m>| true;
                        let found = all.every(&start, length, &any, &|found| found.path.edges.len() == length)?;
                        found.into_iter().map(|found| found.path).collect()
                    }
                }
            }
            Search::Several(count) => {
                let found = all.every(&start, max.unwrap_or(steps.len()), &is_trail, &|found| {
                    within(found.path.edges.len())
                })?;
                let mut found: Vec<Path> = found.into_iter().map(|found| found.path).collect();
                found.sort_by(Path::compare);
                found.truncate(count as usize);
                found
            }
            Search::Trail | Search::Simple => {
                let allowed = match walk.search {
                    Search::Trail => is_trail,
                    _ => is_simple,
                };
                let most = max.ok_or("`trail` and `simple` have bounds")?;
                let found = all.every(&start, most, &allowed, &|found| within(found.path.edges.len()))?;
                found.into_iter().map(|found| found.path).collect()
            }
            // A cheapest walk goes round nowhere, but to become as long as it has to be.
            Search::Cheapest => match all.cheapest(&start, min, max.unwrap_or(min + nodes))? {
                None => Vec::new(),
                Some(found) => {
                    let cost = match found.cost {
                        Sum::Integer(sum) => integer(sum, Scalar::I64)?,
                        Sum::Float(sum) if sum.is_finite() => Value::Double(sum),
                        Sum::Float(_) => return Err(Stop::Fails("R001")),
                    };
                    vec![Path {
                        cost: Some(Box::new(cost)),
                        ..found.path
                    }]
                }
            },
        })
    }
}

fn is_trail(found: &Found, step: &Step<'_>) -> bool {
    !found.path.edges.contains(&step.hop)
}

fn is_simple(found: &Found, step: &Step<'_>) -> bool {
    let is_there = |(ty, id): &(String, String)| (ty.as_str(), id.as_str()) == (step.to.ty, step.to.id);
    !found.path.nodes.iter().any(is_there)
}

/// The steps by the nodes that they leave, and where all walks end.
struct Walks<'s, 'm> {
    leaving: &'s BTreeMap<(String, String), Vec<&'s Step<'m>>>,
    target: &'s (String, String),
}

impl<'m> Walks<'_, 'm> {
    fn steps(&self, end: &(String, String)) -> impl Iterator<Item = &Step<'m>> {
        self.leaving.get(end).into_iter().flatten().copied()
    }

    fn longer(found: &Found, step: &Step<'m>) -> Result<Found, Stop> {
        let mut longer = found.clone();
        longer.end = (step.to.ty.to_owned(), step.to.id.to_owned());
        longer.path.nodes.push(longer.end.clone());
        longer.path.edges.push(step.hop.clone());
        longer.cost = found.cost.plus(&step.weight)?;
        Ok(longer)
    }

    /// The least walk of each length to each node, by what `less` compares, until `done` has seen enough of one length.
    fn by_length(
        &self,
        start: &Found,
        most: usize,
        less: &dyn Fn(&Found, &Found) -> bool,
        done: &mut dyn FnMut(&Layer) -> bool,
    ) -> Result<(), Stop> {
        let mut layer = BTreeMap::from([(start.end.clone(), start.clone())]);
        for _ in 0..most {
            let mut next = Layer::new();
            for found in layer.values() {
                for step in self.steps(&found.end) {
                    let longer = Walks::longer(found, step)?;
                    match next.get(&longer.end) {
                        Some(known) if !less(&longer, known) => {}
                        _ => _ = next.insert(longer.end.clone(), longer),
                    }
                }
            }
            if done(&next) {
                break;
            }
            layer = next;
        }
        Ok(())
    }

    fn shortest(&self, start: &Found, most: usize) -> Result<Option<(usize, Path)>, Stop> {
        let mut shortest = None;
        self.by_length(start, most, &|a, b| a.path.edges < b.path.edges, &mut |layer| {
            shortest = layer.get(self.target).map(|found| found.path.clone());
            shortest.is_some()
        })?;
        Ok(shortest.map(|path| (path.edges.len(), path)))
    }

    fn cheapest(&self, start: &Found, min: usize, most: usize) -> Result<Option<Found>, Stop> {
        let order = |a: &Found, b: &Found| a.cost.compare(b.cost).then_with(|| a.path.compare(&b.path));
        let mut least: Option<Found> = None;
        self.by_length(start, most, &|a, b| order(a, b).is_lt(), &mut |layer| {
            if let Some(found) = layer.get(self.target).filter(|found| found.path.edges.len() >= min)
                && least.as_ref().is_none_or(|least| order(found, least).is_lt())
            {
                least = Some(found.clone());
            }
            false
        })?;
        Ok(least)
    }

    /// Every walk of at most so many edges, each step of which is allowed, that ends at the target and is wanted.
    fn every(
        &self,
        start: &Found,
        most: usize,
        allowed: &dyn Fn(&Found, &Step<'m>) -> bool,
        wanted: &dyn Fn(&Found) -> bool,
    ) -> Result<Vec<Found>, Stop> {
        let (mut open, mut all) = (vec![start.clone()], Vec::new());
        while let Some(found) = open.pop() {
            if found.path.edges.len() < most {
                for step in self.steps(&found.end).filter(|step| allowed(&found, step)) {
                    open.push(Walks::longer(&found, step)?);
                }
            }
            if !found.path.edges.is_empty() && found.end == *self.target && wanted(&found) {
                all.push(found);
            }
        }
        Ok(all)
    }
}
