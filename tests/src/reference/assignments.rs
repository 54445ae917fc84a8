//! What the statements of a mutation run for, and what expressions give there.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use omnigraph_grammar::query::ast::{self, PropertyMatch, Statement, Subject};
use omnigraph_model::catalog::Property;

use super::expression::Scope;
use super::mutate::{Affected, assign, property_of, same};
use super::parameters::Parameters;
use super::read::{Answer, Ties, cell, column_name, show_row};
use super::solve::{Bound, Context, Entity, Solution, Type as SolvedType, Types};
use super::{Model, Row, Stop, Value};

/// What a variable of an assignment stands for, by itself: the states go on.
pub(super) enum Named {
    Entity {
        edge: bool,
        ty: String,
        id: String,
        /// That in which its properties are read; the one before the query without it.
        state: Option<Rc<Model>>,
    },
    Value(Result<Value, &'static str>),
    Missing,
}

/// What the statements run for once.
pub(super) type Assignment = BTreeMap<String, Named>;

/// One request, and what its evaluations failed with.
pub(super) struct Run<'q> {
    pub before: &'q Model,
    pub parameters: &'q Parameters,
    pub now: i64,
    pub codes: BTreeSet<&'static str>,
    pub affected: Affected,
    pub types: Types,
    pub assignments: Vec<Assignment>,
    /// Ids of the rows of each statement.
    pub touched: Vec<BTreeSet<String>>,
}

impl<'q> Run<'q> {
    /// The assignments of `match`, in the order of their ids.
    pub(super) fn find(&mut self, read: &ast::Read, context: &Context<'q>) -> Result<(), String> {
        let (block, failed) = context.last_block(read)?;
        context.try_part(read, &block, false)?;
        if failed {
            return Err("a stage fails".into());
        }
        let solutions = match context.extended(&block) {
            Err(Stop::Fails(code)) => {
                context.note(code);
                return Err(code.into());
            }
            solutions => solutions?,
        };
        let mut solutions: Vec<_> = solutions.into_iter().map(|one| (Ties::of(&one), one)).collect();
        solutions.sort_by(|(a, _), (b, _)| a.compare(b));
        self.types = block.types.clone();
        self.assignments = solutions
            .into_iter()
            .map(|(_, solution)| {
                let named = |bound: Bound<'_>| match bound {
                    Bound::Entity(entity) => Named::Entity {
                        edge: entity.edge,
                        ty: entity.ty.to_owned(),
                        id: entity.id.to_owned(),
                        state: None,
                    },
                    Bound::Value(value) => Named::Value(value),
                    Bound::Missing => Named::Missing,
                };
                solution.into_iter().map(|(name, bound)| (name, named(bound))).collect()
            })
            .collect();
        Ok(())
    }

    /// What an expression gives for an assignment, and a row of a state.
    pub(super) fn evaluate(
        &mut self,
        expression: &ast::Expression,
        assignment: usize,
        row: Option<(Entity<'_>, &Model)>,
    ) -> Result<Value, String> {
        evaluated(
            (self.before, self.parameters, self.now),
            expression,
            (&self.types, &self.assignments[assignment]),
            row,
            &mut self.codes,
        )
    }

    /// The same of one that reads neither.
    pub(super) fn evaluate_alone(&mut self, expression: &ast::Expression) -> Result<Value, String> {
        let nothing = (&Types::new(), &Assignment::new());
        let with = (self.before, self.parameters, self.now);
        evaluated(with, expression, nothing, None, &mut self.codes)
    }

    /// The type that an update or a delete is about, and whether it is an edge type.
    pub(super) fn written(&self, subject: &Subject) -> Result<(String, bool), String> {
        let catalog = &self.before.catalog;
        match subject {
            Subject::Rows { ty, .. } => match (catalog.node(&ty.text), catalog.edge(&ty.text)) {
                (Some(node), _) => Ok((node.name.clone(), false)),
                (None, Some(edge)) => Ok((edge.name.clone(), true)),
                (None, None) => Err("unknown type".into()),
            },
            Subject::Variable(name) => match self.types.get(&name.text) {
                Some(SolvedType::Entity(ty, edge))
                    if catalog.edge(ty).is_some() && *edge || catalog.node(ty).is_some() =>
                {
                    Ok((ty.clone(), *edge))
                }
                _ => Err(format!("`${}` is neither a node nor an edge", name.text)),
            },
        }
    }

    pub(super) fn id_of(&self, name: &str, assignment: usize) -> Option<String> {
        match self.assignments[assignment].get(name) {
            Some(Named::Entity { id, .. }) => Some(id.clone()),
            _ => None,
        }
    }

    /// The ids of a type's rows for which a condition is true.
    pub(super) fn matching(
        &mut self,
        state: &Model,
        (ty, edge): (&str, bool),
        condition: &ast::Expression,
        assignment: usize,
    ) -> Result<BTreeSet<String>, String> {
        let mut matching = BTreeSet::new();
        for id in state.ids(ty, edge) {
            let row = Entity { edge, ty, id: &id };
            if self.evaluate(condition, assignment, Some((row, state)))? == Value::Bool(true) {
                matching.insert(id);
            }
        }
        Ok(matching)
    }

    pub(super) fn change<'a>(
        &mut self,
        written: impl IntoIterator<Item = &'a PropertyMatch>,
        properties: &[Property],
        assignment: usize,
        row: (Entity<'_>, &Model),
    ) -> Result<Row, String> {
        let mut change = Row::new();
        for one in written {
            let property = property_of(properties, &one.property.text)?;
            let value = self.evaluate(&one.value, assignment, Some(row))?;
            change.insert(property.name.clone(), assign(value, &property.ty)?.stored());
        }
        Ok(change)
    }

    /// A row has one value of a property, whatever number of assignments gives it.
    pub(super) fn merge(&mut self, changes: &mut BTreeMap<String, Row>, id: &str, change: Row) -> Result<(), String> {
        match changes.get(id) {
            Some(known) if !same(known, &change) => Err(self.conflict()),
            Some(_) => Ok(()),
            None => {
                changes.insert(id.to_owned(), change);
                Ok(())
            }
        }
    }

    pub(super) fn conflict(&mut self) -> String {
        self.codes.insert("R006");
        "two assignments differ".into()
    }

    /// What is returned, in a state.
    pub(super) fn returned(
        &mut self,
        state: &Model,
        mutation: &ast::Mutation,
        returning: &ast::Returning,
    ) -> Result<Option<Answer>, String> {
        let columns: Vec<String> = returning.projections.iter().map(column_name).collect();
        let conditioned = |(_, statement): &(usize, &Statement)| statement.condition().is_some();
        let mut conditioned = mutation.statements.iter().enumerate().filter(conditioned);
        let of = match (&mutation.read, conditioned.next(), conditioned.next()) {
            (None, Some((number, statement)), None) => statement.ty().map(|ty| (number, ty)),
            _ => None,
        };
        let mut rows: Vec<(&Assignment, Option<Entity<'_>>)> = Vec::new();
        match of {
            Some((number, ty)) => {
                let edge = self.before.catalog.node(&ty.text).is_none();
                let row = |id| Some(Entity { edge, ty: &ty.text, id });
                rows.extend(self.touched[number].iter().map(|id| (&self.assignments[0], row(id))));
            }
            None => rows.extend(self.assignments.iter().map(|assignment| (assignment, None))),
        }
        let mut answer = Answer {
            columns,
            rows: Vec::new(),
        };
        for (assignment, row) in rows {
            let context = Context::new(state, self.parameters, self.now);
            let (solution, _) = bound(assignment);
            let mut scope = Scope::new(&self.types, &solution);
            scope.row = row.map(|row| (row, state));
            let projections = returning.projections.iter();
            let cells: Result<Vec<_>, Stop> = projections.map(|p| cell(&context, &p.expression, &scope)).collect();
            self.codes.append(&mut context.codes.borrow_mut());
            match cells {
                Ok(cells) => answer.rows.push(show_row(&context, &answer.columns, &cells)),
                Err(Stop::Fails(code)) => {
                    self.codes.insert(code);
                    return Err(code.into());
                }
                Err(Stop::Broken(reason)) => return Err(reason),
            }
        }
        Ok(Some(answer))
    }
}

/// What the names of an assignment stand for, and the states in which some have their properties.
fn bound(assignment: &Assignment) -> (Solution<'_>, BTreeMap<&str, &Model>) {
    let mut solution = Solution::new();
    let mut states = BTreeMap::new();
    for (name, named) in assignment {
        let bound = match named {
            Named::Entity { edge, ty, id, state } => {
                if let Some(state) = state {
                    states.insert(name.as_str(), &**state);
                }
                Bound::Entity(Entity { edge: *edge, ty, id })
            }
            Named::Value(value) => Bound::Value(value.clone()),
            Named::Missing => Bound::Missing,
        };
        solution.insert(name.clone(), bound);
    }
    (solution, states)
}

fn evaluated(
    (before, parameters, now): (&Model, &Parameters, i64),
    expression: &ast::Expression,
    (types, assignment): (&Types, &Assignment),
    row: Option<(Entity<'_>, &Model)>,
    codes: &mut BTreeSet<&'static str>,
) -> Result<Value, String> {
    let context = Context::new(before, parameters, now);
    let (solution, states) = bound(assignment);
    let mut scope = Scope::new(types, &solution);
    scope.row = row;
    scope.states = states;
    // A node or an edge is its id here.
    let value = match context.entity(expression, &scope) {
        Some(entity) => Ok(Value::Text(entity.id.to_owned())),
        None => context.value(expression, &scope),
    };
    codes.append(&mut context.codes.borrow_mut());
    if let Err(Stop::Fails(code)) = value {
        codes.insert(code);
    }
    value.map_err(String::from)
}
