//! The variables that expressions read, and what conditions can fail with whichever values those have.

use std::collections::BTreeSet;

use omnigraph_grammar::query::ast::{self, BlockWord, Expression, ExpressionKind, Projection};
use omnigraph_grammar::query::visit::Visit;

use super::clauses::Named;
use super::expression::{Scope, column};
use super::paths::ends;
use super::solve::{Block, Bound, Check, Context, Solution, Type, Types, Variable, is_same};
use super::types::{Kind, widest};
use super::{Stop, Value};

/// The names that a clause may bind around it.
fn bound_names(clause: &Named<'_>) -> BTreeSet<String> {
    match clause {
        Named::Binding(name, _) => BTreeSet::from([name.clone()]),
        Named::Definition(name, definition) => ends(definition).into_iter().chain([name.clone()]).collect(),
        Named::Traversal(_, source, target, edge) => {
            let ends = [source.clone(), target.clone()];
            ends.into_iter().chain(edge.clone()).collect()
        }
        Named::Condition(_) => BTreeSet::new(),
        Named::Nested(nested, blocks) => {
            let mut blocks = blocks.iter().map(|block| block.iter().flat_map(bound_names).collect());
            match nested.word {
                BlockWord::Optional => blocks.next().unwrap_or_default(),
                BlockWord::Either => {
                    let both = |a: BTreeSet<String>, b: BTreeSet<String>| a.intersection(&b).cloned().collect();
                    blocks.reduce(both).unwrap_or_default()
                }
                BlockWord::Not | BlockWord::Exists => BTreeSet::new(),
            }
        }
    }
}

/// Of those, the ones that the clause types or links with what is known.
fn firm_names(clause: &Named<'_>, types: &Types) -> BTreeSet<String> {
    let Named::Nested(_, blocks) = clause else {
        return bound_names(clause);
    };
    let (mut typed, mut linked, mut links) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut waiting: Vec<&Named<'_>> = blocks.iter().flatten().collect();
    while let Some(clause) = waiting.pop() {
        match clause {
            Named::Binding(name, _) => _ = typed.insert(name.clone()),
            Named::Definition(name, definition) => {
                typed.insert(name.clone());
                if let [source, target] = ends(definition).as_slice() {
                    links.push((source.clone(), target.clone()));
                }
            }
            Named::Traversal(_, source, target, edge) => {
                typed.extend(edge.clone());
                links.push((source.clone(), target.clone()));
            }
            Named::Nested(nested, blocks) if matches!(nested.word, BlockWord::Optional | BlockWord::Either) => {
                waiting.extend(blocks.iter().flatten());
            }
            Named::Nested(..) | Named::Condition(_) => {}
        }
    }
    for _ in 0..links.len() {
        for (source, target) in &links {
            let is_linked = |name: &String| types.contains_key(name) || linked.contains(name);
            if is_linked(source) || is_linked(target) {
                linked.extend([source.clone(), target.clone()]);
            }
        }
    }
    typed.extend(linked);
    typed
}

/// All variables that a block names, those that it binds included.
struct Names(BTreeSet<String>);

impl Visit<'_> for Names {
    fn visit_variable(&mut self, variable: &omnigraph_grammar::Name) {
        self.0.insert(variable.text.clone());
    }

    fn visit_bare(&mut self, name: &str, _: omnigraph_grammar::Span) {
        self.0.insert(name.to_owned());
    }
}

impl<'m> Context<'m> {
    /// The variables of the pattern that an expression reads; a bare word stands for one of the columns.
    pub(super) fn variables(&self, expression: &Expression, columns: &[Projection]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.find(expression, columns, &mut Vec::new(), &mut found);
        found
    }

    fn find<'e>(
        &self,
        expression: &'e Expression,
        columns: &'e [Projection],
        items: &mut Vec<&'e str>,
        found: &mut BTreeSet<String>,
    ) {
        match &expression.kind {
            ExpressionKind::Variable(name) => {
                if !items.contains(&name.as_str()) && !self.parameters.contains_key(name) {
                    found.insert(name.clone());
                }
            }
            ExpressionKind::Property { variable, .. } => {
                found.insert(variable.text.clone());
            }
            // What a step is called is known in its conditions alone, and nothing else is.
            ExpressionKind::Walk(walk) => {
                let ends = [&walk.traversal.source, &walk.traversal.target];
                found.extend(ends.map(|end| end.text.clone()));
            }
            ExpressionKind::Block(value) => {
                let mut names = Names(BTreeSet::new());
                names.visit_block(&value.block);
                let variables = names.0.into_iter().filter(|name| !self.parameters.contains_key(name));
                found.extend(variables);
            }
            ExpressionKind::Object(object) => {
                found.insert(object.variable.text.clone());
                for value in object.values() {
                    self.find(value, columns, items, found);
                }
            }
            ExpressionKind::Rows(rows) => {
                let mut names = Names(BTreeSet::new());
                names.visit_rows(rows);
                let variables = names.0.into_iter().filter(|name| !self.parameters.contains_key(name));
                found.extend(variables);
            }
            ExpressionKind::Alias(name) => {
                if let Some(meant) = column(columns, name) {
                    self.find(meant, columns, items, found);
                }
            }
            ExpressionKind::Comprehension(comprehension) => {
                self.find(&comprehension.list, columns, items, found);
                items.push(&comprehension.variable.text);
                let inside = [Some(&comprehension.item), comprehension.condition.as_ref()];
                for part in inside.into_iter().flatten() {
                    self.find(part, columns, items, found);
                }
                items.pop();
            }
            _ => {
                for operand in expression.operands() {
                    self.find(operand, columns, items, found);
                }
            }
        }
    }

    /// What a block binds beside the nodes and edges of its pattern, each behind what it reads: values, the variables of
    /// optional blocks, those of alternatives.
    pub(super) fn further<'q>(&self, clauses: &[Named<'q>], types: &mut Types) -> Result<Vec<Variable<'q>>, String> {
        let binds = |clause: &&Named<'q>| match clause {
            Named::Definition(..) => true,
            Named::Nested(nested, _) => matches!(nested.word, BlockWord::Optional | BlockWord::Either),
            _ => false,
        };
        let mut waiting: Vec<&Named<'q>> = clauses.iter().filter(binds).collect();
        let mut found = Vec::new();
        while !waiting.is_empty() {
            let is_free = |place: &usize| self.is_free(*place, &waiting, types);
            let Some(place) = (0..waiting.len()).find(is_free) else {
                return Err("values or blocks that read each other".to_owned());
            };
            found.push(match waiting.remove(place) {
                Named::Definition(name, definition) => {
                    let nobody = Solution::new();
                    let kind = self.kind(&definition.value, &Scope::new(types, &nobody))?;
                    let kind = match definition.word {
                        ast::DefinitionWord::Let => kind,
                        ast::DefinitionWord::Each | ast::DefinitionWord::Path => kind.map(Kind::item),
                    };
                    types.insert(name.clone(), Type::Value(kind));
                    Variable::Value(name.clone(), definition)
                }
                Named::Nested(nested, blocks) => {
                    let blocks = blocks.iter().map(|block| self.resolve(block, types));
                    let mut blocks = blocks.collect::<Result<Vec<Block<'q>>, String>>()?;
                    match nested.word {
                        BlockWord::Optional => {
                            let inner = blocks.remove(0);
                            let new = inner.names().into_iter();
                            types.extend(new.map(|name| (name.to_owned(), inner.types[name].clone())));
                            Variable::Optional(inner)
                        }
                        _ => {
                            let common = self.common_variables(&blocks)?;
                            let names = common.iter().map(|(name, _)| name.clone()).collect();
                            types.extend(common);
                            Variable::Either(names, blocks)
                        }
                    }
                }
                _ => return Err("a clause that binds nothing".to_owned()),
            });
        }
        Ok(found)
    }

    /// The variables that each of the blocks binds, with their types.
    fn common_variables(&self, blocks: &[Block<'_>]) -> Result<Vec<(String, Type)>, String> {
        let Some((first, others)) = blocks.split_first() else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for name in first.names() {
            if !others.iter().all(|other| other.names().contains(&name)) {
                continue;
            }
            let ty = blocks.iter().map(|block| block.types[name].clone());
            let ty = ty.map(Ok::<Type, String>).reduce(|one, other| match (one?, other?) {
                (Type::Value(one), Type::Value(other)) => Ok(Type::Value(widest([one, other]))),
                (one, other) if one == other => Ok(one),
                (Type::Entity(one, false), Type::Entity(other, false)) => {
                    let common = self.common_interface(&one, &other);
                    common
                        .map(|name| Type::Entity(name, false))
                        .ok_or_else(|| format!("`${name}` has two types"))
                }
                _ => Err(format!("`${name}` has two types")),
            });
            found.extend(ty.transpose()?.map(|ty| (name.to_owned(), ty)));
        }
        Ok(found)
    }

    /// The one interface that nodes of both types, or of types that implement them, have in common.
    fn common_interface(&self, one: &str, other: &str) -> Option<String> {
        let catalog = &self.model.catalog;
        let all = |name: &str| match catalog.node(name) {
            Some(node) => node.implements.clone(),
            None => vec![name.to_owned()],
        };
        let theirs = all(other);
        let mut common = all(one).into_iter().filter(|name| theirs.contains(name));
        common.next().filter(|_| common.next().is_none())
    }

    /// Whether a clause reads nothing that another one binds.
    fn is_free(&self, place: usize, waiting: &[&Named<'_>], types: &Types) -> bool {
        let known = |name: &String| types.contains_key(name);
        let own = bound_names(waiting[place]);
        let firm = firm_names(waiting[place], types);
        let reads: BTreeSet<String> = match waiting[place] {
            Named::Definition(_, definition) => self.variables(&definition.value, &[]),
            Named::Nested(nested, _) => {
                let mut names = Names(BTreeSet::new());
                names.visit_nested(nested);
                names.0
            }
            _ => BTreeSet::new(),
        };
        reads.iter().filter(|name| !known(name)).all(|name| {
            let mut others = waiting.iter().enumerate().filter(|(other, _)| *other != place);
            others.all(|(_, other)| {
                let theirs = bound_names(other).contains(name);
                let firmly = own.contains(name) && firm.contains(name) && !firm_names(other, types).contains(name);
                !theirs || firmly
            })
        })
    }

    /// What a value variable may be in an assignment of those that it reads: one value, or each item of a list.
    pub(super) fn values(
        &self,
        definition: &ast::Definition,
        types: &Types,
        bound: &Solution<'m>,
    ) -> Result<Vec<Bound<'m>>, Stop> {
        let value = self.value(&definition.value, &Scope::new(types, bound));
        if let Err(Stop::Fails(code)) = &value {
            self.note(code);
        }
        Ok(match (definition.word, value) {
            (ast::DefinitionWord::Let, Ok(value)) => vec![Bound::Value(Ok(value))],
            (ast::DefinitionWord::Let, Err(Stop::Fails(code))) => vec![Bound::Value(Err(code))],
            (ast::DefinitionWord::Each | ast::DefinitionWord::Path, Ok(Value::List(items))) => {
                items.into_iter().map(|item| Bound::Value(Ok(item))).collect()
            }
            (ast::DefinitionWord::Each, Ok(Value::Null)) => Vec::new(),
            (ast::DefinitionWord::Each | ast::DefinitionWord::Path, Ok(other)) => {
                return Err(format!("each of {other:?}").into());
            }
            (_, Err(stop)) => return Err(stop),
        })
    }

    /// Notes what the conditions of a block and of those inside of it can fail with, whichever assignments of their
    /// variables come up.
    pub(super) fn try_conditions(&self, block: &Block<'_>) -> Result<(), Stop> {
        self.try_within(&[block])
    }

    fn try_within(&self, around: &[&Block<'_>]) -> Result<(), Stop> {
        let Some(block) = around.last() else { return Ok(()) };
        let conditions = block.checks.iter().filter_map(|check| match check {
            Check::Condition(condition) => Some(*condition),
            _ => None,
        });
        let values = block.variables.iter().filter_map(|variable| match variable {
            Variable::Value(_, definition) => Some(&definition.value),
            Variable::Entity(..) | Variable::Optional(_) | Variable::Either(..) => None,
        });
        for condition in conditions.chain(values) {
            self.try_condition(around, condition, &[])?;
        }
        let further = block.variables.iter().flat_map(|variable| match variable {
            Variable::Optional(inner) => std::slice::from_ref(inner),
            Variable::Either(_, branches) => branches,
            Variable::Entity(..) | Variable::Value(..) => &[],
        });
        for inner in block.nested.iter().map(|(_, inner)| inner).chain(further) {
            let within: Vec<&Block<'_>> = around.iter().copied().chain([inner]).collect();
            self.try_within(&within)?;
        }
        Ok(())
    }

    /// The same for a condition on rows that may name columns.
    pub(super) fn try_condition(
        &self,
        around: &[&Block<'_>],
        condition: &Expression,
        columns: &[Projection],
    ) -> Result<(), Stop> {
        let Some(block) = around.last() else { return Ok(()) };
        for assignment in &self.assignments(around, &block.types, condition, columns)? {
            let scope = Scope {
                projections: columns,
                ..Scope::new(&block.types, assignment)
            };
            let tried = match self.model.called(condition) {
                Some((fragment, apply)) => self.fragment_holds(fragment, apply, &scope).map(drop),
                None => self.value(condition, &scope).map(drop),
            };
            match tried {
                Err(Stop::Fails(code)) => self.note(code),
                Err(broken) => return Err(broken),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    /// Of the variables that an expression reads, bound by the last of these blocks or by one around it.
    fn assignments(
        &self,
        around: &[&Block<'_>],
        types: &Types,
        condition: &Expression,
        columns: &[Projection],
    ) -> Result<Vec<Solution<'m>>, Stop> {
        let mut read = self.variables(condition, columns);
        let all = simple(around.iter().copied());
        // Those that a value reads stand before it.
        for (variable, _) in all.iter().rev() {
            if let Variable::Value(name, definition) = variable
                && read.contains(name)
            {
                read.extend(self.variables(&definition.value, &[]));
            }
        }
        let mut assignments = self.handed_on(&read);
        // The block may know more of what a stage hands on.
        assignments.retain(|assignment| {
            assignment.iter().all(|(name, bound)| match (bound, types.get(name)) {
                (Bound::Entity(entity), Some(ty @ Type::Entity(_, false))) => self.may_be(ty, entity.ty),
                _ => true,
            })
        });
        for (variable, missing) in all {
            let (name, found) = match variable {
                Variable::Entity(name, ..) | Variable::Value(name, _) => (name, variable),
                Variable::Optional(_) | Variable::Either(..) => continue,
            };
            if !read.contains(name) || assignments.iter().any(|known: &Solution<'m>| known.contains_key(name)) {
                continue;
            }
            let mut longer = Vec::new();
            for assignment in &assignments {
                let mut found = match found {
                    Variable::Entity(_, ty, edge) => {
                        // The innermost block may know more of it.
                        let ty = match types.get(name) {
                            Some(Type::Entity(narrow, _)) => narrow,
                            _ => ty,
                        };
                        self.all(ty, *edge)?.into_iter().map(Bound::Entity).collect()
                    }
                    Variable::Value(_, definition) => match self.values(definition, types, assignment) {
                        Ok(values) => values,
                        Err(Stop::Fails(_)) => Vec::new(),
                        Err(broken) => return Err(broken),
                    },
                    Variable::Optional(_) | Variable::Either(..) => Vec::new(),
                };
                if missing {
                    found.push(match variable {
                        Variable::Value(..) => Bound::Value(Ok(Value::Null)),
                        _ => Bound::Missing,
                    });
                }
                for bound in found {
                    let mut assignment = assignment.clone();
                    assignment.insert(name.to_owned(), bound);
                    longer.push(assignment);
                }
            }
            assignments = longer;
        }
        Ok(assignments)
    }
}

impl<'m> Context<'m> {
    /// What the stage before hands on of these variables, each assignment once.
    fn handed_on(&self, read: &BTreeSet<String>) -> Vec<Solution<'m>> {
        let mut distinct: Vec<Solution<'m>> = Vec::new();
        for row in self.handed.borrow().iter() {
            let own = row.iter().filter(|(name, _)| read.contains(*name));
            let own: Solution<'m> = own.map(|(name, bound)| (name.clone(), bound.clone())).collect();
            if !distinct.iter().any(|known| is_same(known, &own)) {
                distinct.push(own);
            }
        }
        distinct
    }
}

/// The variables of blocks and of those that bind variables in them, and whether they may be missing.
fn simple<'b, 'q: 'b>(blocks: impl Iterator<Item = &'b Block<'q>>) -> Vec<(&'b Variable<'q>, bool)> {
    let mut all = Vec::new();
    for variable in blocks.flat_map(|block| &block.variables) {
        match variable {
            Variable::Entity(..) | Variable::Value(..) => all.push((variable, false)),
            Variable::Optional(inner) => {
                let within = simple(std::iter::once(inner)).into_iter();
                all.extend(within.map(|(variable, _)| (variable, true)));
            }
            Variable::Either(_, branches) => all.extend(simple(branches.iter())),
        }
    }
    all
}
