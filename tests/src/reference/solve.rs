//! Solutions of a match block, by trying every entity for every variable. A clause is checked as soon as all its
//! variables have a value, which changes no answer and keeps small graphs quick.

use std::cell::{Cell, RefCell};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use omnigraph_grammar::query::ast;

use super::clauses::{Named, bound_beside, is_walk, name_clauses};
use super::expression::Scope;
use super::interfaces::narrowing;
use super::parameters::Parameters;
use super::text::near;
use super::types::Kind;
use super::value::holds;
use super::{Model, Stop, Value};

/// A node or an edge; ids are unique within a type only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entity<'m> {
    pub edge: bool,
    pub ty: &'m str,
    pub id: &'m str,
}

/// What a variable has in an assignment.
#[derive(Clone, Debug)]
pub(super) enum Bound<'m> {
    Entity(Entity<'m>),
    /// The value that `let` or `each` gives, or what computing it failed with: that counts where the value is read.
    Value(Result<Value, &'static str>),
    /// The node or edge that an optional block has not found.
    Missing,
}

impl<'m> Bound<'m> {
    pub(super) fn entity(&self) -> Option<Entity<'m>> {
        match self {
            Bound::Entity(entity) => Some(*entity),
            Bound::Value(_) | Bound::Missing => None,
        }
    }

    /// What breaks ties, of what is a node or an edge: the id, then the type; what is missing is the least.
    pub(super) fn tie(&self) -> Option<Option<(&'m str, &'m str)>> {
        match self {
            Bound::Entity(entity) => Some(Some((entity.id, entity.ty))),
            Bound::Missing => Some(None),
            Bound::Value(_) => None,
        }
    }
}

/// Variables by name, so that iteration is in the order in which ids break ties.
pub(super) type Solution<'m> = BTreeMap<String, Bound<'m>>;

pub(super) struct Context<'m> {
    pub model: &'m Model,
    pub parameters: &'m Parameters,
    /// `now()`, milliseconds since the epoch.
    pub now: i64,
    /// What evaluations have failed with that need not take place.
    pub codes: RefCell<BTreeSet<&'static str>>,
    /// Rows that are left out of the answer because an evaluation fails.
    pub left_out: Cell<usize>,
    /// The rows that the stage before hands on; without one, a row that binds nothing.
    pub handed: RefCell<Vec<Solution<'m>>>,
    /// The nodes that parameters name, with their types: variables of every row.
    pub given: (Types, Solution<'m>),
    distances: RefCell<HashMap<(String, bool), Rc<Distances<'m>>>>,
}

/// Lengths of shortest paths between distinct nodes, and the nodes with a self-loop.
struct Distances<'m> {
    shortest: HashMap<(&'m str, &'m str), u32>,
    loops: BTreeSet<&'m str>,
}

/// A block whose variables are typed.
pub(super) struct Block<'q> {
    /// Of the variables of this block and of those around it.
    pub types: Types,
    /// New in this block: nodes and edges in the order of the text, then values, each behind those that it reads.
    pub variables: Vec<Variable<'q>>,
    pub checks: Vec<Check<'q>>,
    /// What must have a solution, or none.
    pub nested: Vec<(ast::BlockWord, Block<'q>)>,
}

/// A variable of a block, and what it ranges over.
pub(super) enum Variable<'q> {
    /// With its type; `true` for an edge.
    Entity(String, String, bool),
    Value(String, &'q ast::Definition),
    /// The variables of an optional block, as far as they are not known outside.
    Optional(Block<'q>),
    /// The variables that each of several blocks binds.
    Either(Vec<String>, Vec<Block<'q>>),
}

impl Variable<'_> {
    /// The names that it binds.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Variable::Entity(name, ..) | Variable::Value(name, _) => vec![name],
            Variable::Optional(inner) => inner.names(),
            Variable::Either(names, _) => names.iter().map(String::as_str).collect(),
        }
    }
}

impl Block<'_> {
    /// The names that are new in it.
    pub(super) fn names(&self) -> Vec<&str> {
        self.variables.iter().flat_map(Variable::names).collect()
    }
}

pub(super) enum Check<'q> {
    Match(String, &'q ast::PropertyMatch),
    /// A binding of a variable from outside: what is missing is no node of the type.
    Present(String),
    Traversal(Step<'q>),
    Condition(&'q ast::Expression),
}

/// What has been found so far of a block's solutions.
struct Search<'b, 'q, 'm> {
    block: &'b Block<'q>,
    only_one: bool,
    found: Vec<Solution<'m>>,
    /// With what a condition failed for an assignment that satisfies all others.
    failed: Option<&'static str>,
}

pub(super) struct Step<'q> {
    written: &'q ast::Traversal,
    source: String,
    target: String,
    edge: String,
    edge_variable: Option<String>,
    undirected: bool,
    /// Written against the declared direction, which the types told.
    reversed: bool,
    hops: Option<(u32, u32)>,
}

/// What a variable stands for.
#[derive(Clone, PartialEq)]
pub(super) enum Type {
    /// A type by name, and whether it is an edge's; of an edge of several types their names, with `|` between them.
    Entity(String, bool),
    /// `None` of null alone.
    Value(Option<Kind>),
}

impl Type {
    pub(super) fn name(&self) -> &str {
        match self {
            Type::Entity(name, _) => name,
            Type::Value(_) => "",
        }
    }
}

pub(super) type Types = BTreeMap<String, Type>;

impl<'m> Context<'m> {
    pub(super) fn new(model: &'m Model, parameters: &'m Parameters, now: i64) -> Context<'m> {
        Context {
            model,
            parameters,
            now,
            codes: RefCell::default(),
            left_out: Cell::default(),
            handed: RefCell::new(vec![Solution::new()]),
            given: Default::default(),
            distances: RefCell::default(),
        }
    }

    pub(super) fn note(&self, code: &'static str) {
        self.codes.borrow_mut().insert(code);
    }

    /// The outermost block of a query, or of a stage, for which variables of these types are handed on. `anonymous`: how many `$_`
    /// have been numbered.
    pub(super) fn block<'q>(
        &self,
        clauses: &'q [ast::Clause],
        handed: &Types,
        anonymous: &mut usize,
    ) -> Result<Block<'q>, String> {
        let named = name_clauses(clauses, anonymous)?;
        self.resolve(&named, handed)
    }

    pub(super) fn resolve<'q>(&self, clauses: &[Named<'q>], outer: &Types) -> Result<Block<'q>, String> {
        let catalog = &self.model.catalog;
        let mut types = outer.clone();
        let mut order: Vec<String> = Vec::new();
        let (mut traversals, mut walks) = (Vec::new(), Vec::new());
        for clause in clauses {
            match clause {
                Named::Binding(name, binding) => {
                    order.push(name.clone());
                    types
                        .entry(name.clone())
                        .or_insert(Type::Entity(binding.ty.text.clone(), false));
                }
                Named::Traversal(traversal, source, target, edge_variable) => {
                    let edge = catalog.edge(&traversal.edge.text).ok_or("unknown edge")?;
                    order.extend([source.clone(), target.clone()]);
                    if let Some(name) = edge_variable {
                        order.push(name.clone());
                        let ty = match is_walk(traversal) {
                            true => self.listed(traversal)?.join("|"),
                            false => edge.name.clone(),
                        };
                        types.insert(name.clone(), Type::Entity(ty, true));
                    }
                    match is_walk(traversal) {
                        true => walks.push(*traversal),
                        false => traversals.push((&**edge, source, target)),
                    }
                }
                Named::Condition(_) | Named::Definition(..) | Named::Nested(..) => {}
            }
        }
        self.narrow_types(clauses, outer, &mut types);
        self.type_ends(&traversals, &mut types);
        for clause in clauses {
            if let Named::Definition(_, definition) = clause
                && let ast::ExpressionKind::Walk(walk) = &definition.value.kind
            {
                order.extend(super::paths::ends(definition));
                walks.push(&walk.traversal);
            }
        }
        for walk in walks {
            for (name, ty) in self.walk_ends(walk)? {
                if let Entry::Vacant(unknown) = types.entry(name) {
                    let ty = ty.ok_or("an end of a search has no type")?;
                    unknown.insert(Type::Entity(ty, false));
                }
            }
        }
        // A fragment binds what nothing else does: no clause, and no block beside it.
        let elsewhere = bound_beside(clauses);
        for clause in clauses {
            let Named::Condition(condition) = clause else { continue };
            for (name, ty) in self.model.given_nodes(condition) {
                if !elsewhere.iter().any(|other| other == name) && !types.contains_key(name) {
                    order.push(name.to_owned());
                    types.insert(name.to_owned(), Type::Entity(ty.to_owned(), false));
                }
            }
        }
        let further = self.further(clauses, &mut types)?;
        let bound: Types = types.clone();
        self.narrow_types(clauses, &bound, &mut types);
        for clause in clauses {
            if let Named::Condition(condition) = clause
                && !self.may_hold(condition, &types)
            {
                return Err("a test that never holds".to_owned());
            }
        }
        let mut block = Block {
            types: types.clone(),
            variables: Vec::new(),
            checks: Vec::new(),
            nested: Vec::new(),
        };
        for name in order {
            if !outer.contains_key(&name) && !block.names().contains(&name.as_str()) {
                let Type::Entity(ty, edge) = types[&name].clone() else {
                    return Err(format!("`${name}` is a value and a node"));
                };
                block.variables.push(Variable::Entity(name, ty, edge));
            }
        }
        block.variables.extend(further);
        for clause in clauses {
            match clause {
                Named::Binding(name, binding) => {
                    let is_narrowed = self.narrowed(clauses, name).is_some_and(|ty| types[name].name() == ty);
                    if types[name] != Type::Entity(binding.ty.text.clone(), false) && !is_narrowed {
                        return Err(format!("`${name}` has two types"));
                    }
                    if outer.contains_key(name) {
                        block.checks.push(Check::Present(name.clone()));
                    }
                    let matches = binding.matches.iter().map(|one| Check::Match(name.clone(), one));
                    block.checks.extend(matches);
                }
                Named::Traversal(traversal, source, target, edge_variable) => {
                    let edge = catalog.edge(&traversal.edge.text).ok_or("unknown edge")?;
                    let fits =
                        |from: &str, to: &str| self.may_be(&types[source], from) && self.may_be(&types[target], to);
                    if !is_walk(traversal) && !fits(&edge.from, &edge.to) && !fits(&edge.to, &edge.from) {
                        return Err(format!("`{}` does not join these", edge.name));
                    }
                    block.checks.push(Check::Traversal(Step {
                        written: traversal,
                        source: source.clone(),
                        target: target.clone(),
                        edge: edge.name.clone(),
                        edge_variable: edge_variable.clone(),
                        undirected: traversal.undirected,
                        reversed: edge.from != edge.to
                            && !(self.may_be(&types[source], &edge.from) && self.may_be(&types[target], &edge.to)),
                        hops: match &traversal.hops {
                            None => None,
                            Some(hops) => Some((hops.min.0, hops.max.ok_or("no upper bound")?.0)),
                        },
                    }));
                }
                // What narrows is asked before anything that reads what only the type has.
                Named::Condition(condition) if narrowing(condition).is_some() => {
                    block.checks.insert(0, Check::Condition(condition));
                }
                Named::Condition(condition) => block.checks.push(Check::Condition(condition)),
                Named::Definition(..) => {}
                Named::Nested(nested, inner) => match nested.word {
                    ast::BlockWord::Not | ast::BlockWord::Exists => {
                        block.nested.push((nested.word, self.resolve(&inner[0], &types)?));
                    }
                    ast::BlockWord::Optional | ast::BlockWord::Either => {}
                },
            }
        }
        Ok(block)
    }

    /// All solutions that extend `given`; stops after the first if that is all one wants to know.
    ///
    /// In which order the clauses are looked at is not said. A condition that fails does so for a solution of all others;
    /// for another assignment it may or may not be met.
    pub(super) fn solutions(
        &self,
        block: &Block<'_>,
        given: Solution<'m>,
        only_one: bool,
    ) -> Result<Vec<Solution<'m>>, Stop> {
        let mut search = Search {
            block,
            only_one,
            found: Vec::new(),
            failed: None,
        };
        let checks: Vec<&Check<'_>> = block.checks.iter().collect();
        let mut bound = given;
        // Checks that the given variables already decide.
        if let Some((later, failed)) = self.narrow(&checks, block, &bound)? {
            self.extend(&mut search, &later, &block.variables, failed, &mut bound)?;
        }
        match search.failed {
            Some(code) if !only_one || search.found.is_empty() => Err(Stop::Fails(code)),
            _ => Ok(search.found),
        }
    }

    /// The checks that wait for other variables, and what one of the others failed with; `None` if one is not satisfied.
    #[expect(clippy::type_complexity, reason = "two results, one of them a list")]
    fn narrow<'c>(
        &self,
        checks: &[&'c Check<'c>],
        block: &Block<'_>,
        bound: &Solution<'m>,
    ) -> Result<Option<(Vec<&'c Check<'c>>, Option<&'static str>)>, Stop> {
        let (mut later, mut failed) = (Vec::new(), None);
        for check in checks {
            if !self.is_ready(check, &block.types, bound) {
                later.push(*check);
                continue;
            }
            match self.check(check, block, bound) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(Stop::Fails(code)) => {
                    self.note(code);
                    failed = Some(code);
                }
                Err(broken) => return Err(broken),
            }
        }
        Ok(Some((later, failed)))
    }

    fn extend(
        &self,
        search: &mut Search<'_, '_, 'm>,
        checks: &[&Check<'_>],
        variables: &[Variable<'_>],
        failed: Option<&'static str>,
        bound: &mut Solution<'m>,
    ) -> Result<(), Stop> {
        let Some((variable, rest)) = variables.split_first() else {
            let mut failed = failed;
            for (word, inner) in &search.block.nested {
                let solved = match self.solutions(inner, bound.clone(), true) {
                    Ok(solutions) => !solutions.is_empty(),
                    Err(Stop::Fails(code)) => {
                        failed = Some(code);
                        continue;
                    }
                    Err(broken) => return Err(broken),
                };
                let holds = (*word == ast::BlockWord::Exists) == solved;
                if !holds {
                    return Ok(());
                }
            }
            match failed {
                Some(_) => search.failed = failed,
                None => search.found.push(bound.clone()),
            }
            return Ok(());
        };
        let candidates = match self.candidates(variable, &search.block.types, bound) {
            Ok(candidates) => candidates,
            Err(Stop::Fails(code)) => {
                search.failed = Some(code);
                return Ok(());
            }
            Err(broken) => return Err(broken),
        };
        for candidate in candidates {
            bound.extend(candidate);
            if let Some((later, own)) = self.narrow(checks, search.block, bound)? {
                self.extend(search, &later, rest, own.or(failed), bound)?;
            }
            if search.only_one && !search.found.is_empty() {
                break;
            }
        }
        for name in variable.names() {
            bound.remove(name);
        }
        Ok(())
    }

    /// What a variable may be bound to, or the variables of a block.
    fn candidates(
        &self,
        variable: &Variable<'_>,
        types: &Types,
        bound: &Solution<'m>,
    ) -> Result<Vec<Solution<'m>>, Stop> {
        let alone = |name: &String, all: Vec<Bound<'m>>| {
            let all = all.into_iter();
            all.map(|one| Solution::from([(name.clone(), one)])).collect()
        };
        match variable {
            Variable::Entity(name, ty, edge) => {
                let all = self.all(ty, *edge)?;
                Ok(alone(name, all.into_iter().map(Bound::Entity).collect()))
            }
            Variable::Value(name, definition) => Ok(alone(name, self.values(definition, types, bound)?)),
            Variable::Optional(inner) => {
                let found = self.restricted(inner, &inner.names(), bound)?;
                Ok(match found.is_empty() {
                    true => vec![nothing(inner)],
                    false => found,
                })
            }
            Variable::Either(names, branches) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let mut all: Vec<Solution<'m>> = Vec::new();
                for branch in branches {
                    for mut found in self.restricted(branch, &names, bound)? {
                        for (name, one) in &mut found {
                            if let (Bound::Value(Ok(value)), Some(Type::Value(kind))) = (&mut *one, types.get(name)) {
                                *one = Bound::Value(Ok(super::types::widen(value.clone(), *kind)?));
                            }
                        }
                        if !all.iter().any(|known| is_same(known, &found)) {
                            all.push(found);
                        }
                    }
                }
                Ok(all)
            }
        }
    }

    /// The solutions of a block, as far as they bind these names.
    fn restricted(&self, block: &Block<'_>, names: &[&str], bound: &Solution<'m>) -> Result<Vec<Solution<'m>>, Stop> {
        let found = self.solutions(block, bound.clone(), false)?.into_iter();
        let own = |solution: Solution<'m>| {
            let own = solution.into_iter().filter(|(name, _)| names.contains(&name.as_str()));
            own.collect()
        };
        Ok(found.map(own).collect())
    }

    pub(super) fn all(&self, ty: &str, edge: bool) -> Result<Vec<Entity<'m>>, Stop> {
        let unknown = || format!("unknown type `{ty}`");
        Ok(if edge {
            let mut found = Vec::new();
            for one in ty.split('|') {
                let (ty, edges) = self.model.edges.get_key_value(one).ok_or_else(unknown)?;
                found.extend(edges.keys().map(|id| Entity { edge, ty, id }));
            }
            found
        } else {
            let mut found = Vec::new();
            for node in self.types_of(ty) {
                let (ty, nodes) = self.model.nodes.get_key_value(node).ok_or_else(unknown)?;
                found.extend(nodes.keys().map(|id| Entity { edge, ty, id }));
            }
            found
        })
    }

    fn is_ready(&self, check: &Check<'_>, types: &Types, bound: &Solution<'m>) -> bool {
        match check {
            Check::Match(name, _) | Check::Present(name) => bound.contains_key(name),
            Check::Traversal(step) => {
                let edge = step.edge_variable.as_ref().is_none_or(|name| bound.contains_key(name));
                edge && bound.contains_key(&step.source) && bound.contains_key(&step.target)
            }
            Check::Condition(condition) => {
                // What a block inside of it binds is nobody else's.
                let variables = self.variables(condition, &[]);
                let mut known = variables.iter().filter(|name| types.contains_key(*name));
                known.all(|name| bound.contains_key(name))
            }
        }
    }

    fn check(&self, check: &Check<'_>, block: &Block<'_>, bound: &Solution<'m>) -> Result<bool, Stop> {
        let scope = Scope::new(&block.types, bound);
        match check {
            Check::Present(name) => Ok(!matches!(bound[name], Bound::Missing)),
            Check::Match(_, one) if self.is_skipped(&one.value) => Ok(true),
            Check::Match(name, _) if matches!(bound[name], Bound::Missing) => Ok(false),
            Check::Match(name, one) => {
                let entity = bound[name].entity().ok_or("a value has no properties")?;
                let stored = self.property(entity, &one.property.text)?;
                let op = match stored {
                    Value::List(_) => ast::Comparator::Contains,
                    _ => ast::Comparator::Equal,
                };
                let constant = match &one.value.kind {
                    ast::ExpressionKind::Literal(literal) => *literal != ast::Literal::Null,
                    ast::ExpressionKind::Variable(_) | ast::ExpressionKind::Skippable(_) => true,
                    _ => false,
                };
                let value = self.value(&one.value, &scope)?;
                Ok(holds((&stored, false), op, (&value, constant)))
            }
            Check::Traversal(step) => self.step(step, bound),
            Check::Condition(condition) => match self.model.called(condition) {
                Some((fragment, apply)) => self.fragment_holds(fragment, apply, &scope),
                None => self.is_true(condition, &scope),
            },
        }
    }

    /// `search`, `match_text` and `fuzzy`: false for what is null.
    pub(super) fn text(&self, call: &ast::Call, scope: &Scope<'_, 'm>) -> Result<bool, Stop> {
        let mut arguments = Vec::new();
        for argument in &call.arguments {
            arguments.push(self.value(argument, scope)?);
        }
        let edits = match (call.function, arguments.get(2)) {
            (ast::Function::Fuzzy, None) => 2,
            (ast::Function::Fuzzy, Some(Value::Integer(edits))) => *edits as usize,
            (ast::Function::Search | ast::Function::MatchText, None) => 0,
            (_, Some(Value::Null)) => return Ok(false),
            (function, edits) => {
                return Err(format!("the reference does not know {function:?} with {edits:?}").into());
            }
        };
        Ok(match (&arguments[0], &arguments[1]) {
            (Value::Text(text), Value::Text(words)) => near(text, words, edits),
            _ => false,
        })
    }

    fn step(&self, step: &Step<'_>, bound: &Solution<'m>) -> Result<bool, Stop> {
        let ends = [Some(&step.source), Some(&step.target), step.edge_variable.as_ref()];
        if ends
            .into_iter()
            .flatten()
            .any(|name| matches!(bound[name], Bound::Missing))
        {
            return Ok(false);
        }
        let entity = |name: &String| bound[name].entity().ok_or_else(|| format!("`${name}` is a value"));
        let (mut from, mut to) = (entity(&step.source)?, entity(&step.target)?);
        if is_walk(step.written) {
            if let Some(variable) = &step.edge_variable {
                return self.steps_along(step.written, from, entity(variable)?, to);
            }
            return self.reaches(step.written, from, to);
        }
        if let (Some(variable), Some(condition)) = (&step.edge_variable, step.written.condition())
            && !self.step_holds(condition, entity(variable)?, to)?
        {
            return Ok(false);
        }
        if step.reversed {
            std::mem::swap(&mut from, &mut to);
        }
        // Ids are unique in a type alone.
        let declared = self.model.catalog.edge(&step.edge).ok_or("unknown edge")?;
        if from.ty != declared.from || to.ty != declared.to {
            return Ok(false);
        }
        let edges = &self.model.edges[&step.edge];
        let connects = |edge: &super::Edge| {
            let forward = edge.from == from.id && edge.to == to.id;
            let backward = step.undirected && edge.from == to.id && edge.to == from.id;
            forward || backward
        };
        if let Some(variable) = &step.edge_variable {
            return Ok(connects(&edges[entity(variable)?.id]));
        }
        let Some((min, max)) = step.hops else {
            return Ok(edges.values().any(connects));
        };
        if from.ty != to.ty {
            return Ok(min == 1 && edges.values().any(connects));
        }
        let distances = self.distances(&step.edge, step.undirected);
        let distance = if from == to {
            Some(0)
        } else {
            distances.shortest.get(&(from.id, to.id)).copied()
        };
        let Some(distance) = distance else { return Ok(false) };
        let plainly = from != to && (min..=max).contains(&distance);
        let by_loop = distances.loops.contains(to.id) && (min..=max).contains(&(distance + 1));
        Ok(plainly || by_loop)
    }

    /// Breadth first from every node of an edge type that joins nodes of one type.
    fn distances(&self, edge: &str, undirected: bool) -> Rc<Distances<'m>> {
        let key = (edge.to_owned(), undirected);
        if let Some(known) = self.distances.borrow().get(&key) {
            return known.clone();
        }
        let mut next: BTreeMap<&'m str, BTreeSet<&'m str>> = BTreeMap::new();
        let mut loops = BTreeSet::new();
        for edge in self.model.edges[edge].values() {
            next.entry(&edge.from).or_default().insert(&edge.to);
            if undirected {
                next.entry(&edge.to).or_default().insert(&edge.from);
            }
            if edge.from == edge.to {
                loops.insert(edge.from.as_str());
            }
        }
        let mut shortest = HashMap::new();
        for &start in next.keys() {
            let mut queue = VecDeque::from([(start, 0)]);
            let mut seen = BTreeSet::from([start]);
            while let Some((node, distance)) = queue.pop_front() {
                for &neighbour in next.get(node).into_iter().flatten() {
                    if seen.insert(neighbour) {
                        shortest.insert((start, neighbour), distance + 1);
                        queue.push_back((neighbour, distance + 1));
                    }
                }
            }
        }
        let distances = Rc::new(Distances { shortest, loops });
        self.distances.borrow_mut().insert(key, distances.clone());
        distances
    }

    pub(super) fn property(&self, entity: Entity<'m>, name: &str) -> Result<Value, Stop> {
        self.model.property(entity, name)
    }
}

impl Model {
    /// What a property of a node or an edge is in this state.
    pub(super) fn property(&self, entity: Entity<'_>, name: &str) -> Result<Value, Stop> {
        let row = match entity.edge {
            true => self.edges[entity.ty].get(entity.id).map(|edge| &edge.row),
            false => self.nodes[entity.ty].get(entity.id),
        };
        let row = row.ok_or_else(|| format!("there is no {} {}", entity.ty, entity.id))?;
        match row.get(name) {
            Some(value) => Ok(value.clone()),
            None if name == "id" => Ok(Value::Text(entity.id.to_owned())),
            None => Err(format!("{} has no `{name}`", entity.ty).into()),
        }
    }

    /// What a bare word of a statement is: a property, or an end of an edge.
    pub(super) fn row_property(&self, entity: Entity<'_>, name: &str) -> Result<Value, Stop> {
        match name {
            "from" if entity.edge => Ok(Value::Text(self.edges[entity.ty][entity.id].from.clone())),
            "to" if entity.edge => Ok(Value::Text(self.edges[entity.ty][entity.id].to.clone())),
            name => self.property(entity, name),
        }
    }
}

/// What the variables of an optional block are where it has no solution.
pub(super) fn nothing<'m>(block: &Block<'_>) -> Solution<'m> {
    let nothing = |name: &str| match block.types.get(name) {
        Some(Type::Value(_)) => Bound::Value(Ok(Value::Null)),
        _ => Bound::Missing,
    };
    let names = block.names().into_iter();
    names.map(|name| (name.to_owned(), nothing(name))).collect()
}

pub(super) fn is_same(one: &Solution<'_>, other: &Solution<'_>) -> bool {
    one.values().zip(other.values()).all(|pair| match pair {
        (Bound::Entity(a), Bound::Entity(b)) => a == b,
        (Bound::Missing, Bound::Missing) => true,
        (Bound::Value(Ok(a)), Bound::Value(Ok(b))) => a.sort(b).is_eq(),
        _ => false,
    })
}
