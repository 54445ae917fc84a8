//! The end of a stage: which rows it hands on, and what its items stand for from then on.

use omnigraph_grammar::query::ast::{self, ExpressionKind, Projection};

use super::expression::Scope;
use super::read::{Cell, Ties, by_key, cell, grouping, kept, reads_groups, try_aggregates};
use super::solve::{Block, Bound, Context, Solution, Type, Types};
use super::{Stop, Value};

/// A row on its way through `having`, `distinct`, `order` and `limit`.
struct Row<'m> {
    items: Solution<'m>,
    sort: Vec<Value>,
    ties: Ties<'m>,
}

/// What an item is called by what follows.
fn name(item: &Projection) -> &str {
    match (&item.alias, &item.expression.kind) {
        (Some(alias), _) => &alias.text,
        (None, ExpressionKind::Variable(name)) => name,
        (None, _) => unreachable!("checked: what is no variable has a name"),
    }
}

impl<'m> Context<'m> {
    /// The types of what a stage hands on.
    pub(super) fn handed_types(&self, stage: &ast::Read, block: &Block<'_>) -> Result<Types, Stop> {
        let nobody = Solution::new();
        let scope = Scope::new(&block.types, &nobody);
        let mut types = Types::new();
        for item in &stage.projections {
            let known = match &item.expression.kind {
                ExpressionKind::Variable(own) => block.types.get(own).cloned(),
                _ => None,
            };
            let ty = match known {
                Some(ty) => ty,
                None => Type::Value(self.kind(&item.expression, &scope)?),
            };
            types.insert(name(item).to_owned(), ty);
        }
        Ok(types)
    }

    /// The rows that a stage hands on, or what an evaluation fails with that all of them need.
    pub(super) fn hand_on(
        &self,
        stage: &ast::Read,
        block: &Block<'_>,
    ) -> Result<Result<Vec<Solution<'m>>, &'static str>, String> {
        match self.handed_rows(stage, block) {
            Ok(rows) => Ok(Ok(rows)),
            Err(Stop::Fails(code)) => Ok(Err(code)),
            Err(Stop::Broken(reason)) => Err(reason),
        }
    }

    fn handed_rows(&self, stage: &ast::Read, block: &Block<'_>) -> Result<Vec<Solution<'m>>, Stop> {
        let solutions = self.extended(block)?;
        let types = self.handed_types(stage, block)?;
        let mut rows = Vec::new();
        if reads_groups(stage) {
            let nobody = Solution::new();
            for (key, members) in grouping(self, stage, block, solutions)? {
                let scope = Scope {
                    members: Some(&members),
                    ..Scope::new(&block.types, members.first().unwrap_or(&nobody))
                };
                let condition = stage.having.iter().map(|having| &having.condition);
                for expression in stage.projections.iter().map(|item| &item.expression).chain(condition) {
                    try_aggregates(self, expression, &scope);
                }
                rows.extend(self.handed_row(stage, &scope, &types, Ties::Groups(key))?);
            }
        } else {
            for solution in &solutions {
                let scope = Scope::new(&block.types, solution);
                rows.extend(self.handed_row(stage, &scope, &types, Ties::of(solution))?);
            }
        }
        if stage.distinct.is_some() {
            rows = distinct(stage, rows)?;
        }
        // Which rows are kept is decided even where no order is written: by the ids.
        if stage.limits().next().is_some() {
            rows.sort_by(|a, b| {
                let keys = a.sort.iter().zip(&b.sort).zip(&stage.order);
                let by_keys = keys.map(|((a, b), key)| by_key(key, a, b));
                by_keys
                    .fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
                    .then_with(|| a.ties.compare(&b.ties))
            });
        }
        let kept = kept(self, stage)?;
        let rows = rows.into_iter().enumerate().filter(|(place, _)| kept.contains(place));
        Ok(rows.map(|(_, row)| row.items).collect())
    }

    /// The row of a solution or a group; none if `having` is not true of it.
    fn handed_row(
        &self,
        stage: &ast::Read,
        scope: &Scope<'_, 'm>,
        types: &Types,
        ties: Ties<'m>,
    ) -> Result<Option<Row<'m>>, Stop> {
        let mut items = Solution::new();
        for item in &stage.projections {
            let is_entity = matches!(types.get(name(item)), Some(Type::Entity(..)));
            let bound = match cell(self, &item.expression, scope) {
                Ok(Cell::Node(entity, _)) => Bound::Entity(entity),
                Ok(Cell::Value(Value::Null)) if is_entity => Bound::Missing,
                Ok(Cell::Value(value)) => Bound::Value(Ok(value)),
                Err(Stop::Fails(code)) => {
                    self.note(code);
                    Bound::Value(Err(code))
                }
                Err(broken) => return Err(broken),
            };
            items.insert(name(item).to_owned(), bound);
        }
        // `having` and `order` read the variables of the pattern and the new names.
        let (mut all, mut known) = (scope.solution.clone(), scope.types.clone());
        all.extend(items.clone());
        known.extend(types.clone());
        let scope = Scope {
            types: &known,
            solution: &all,
            ..scope.clone()
        };
        if let Some(having) = &stage.having
            && self.value(&having.condition, &scope)? != Value::Bool(true)
        {
            return Ok(None);
        }
        let sort = stage.order.iter().map(|key| self.value(&key.expression, &scope));
        let sort = sort.collect::<Result<Vec<Value>, Stop>>()?;
        Ok(Some(Row { items, sort, ties }))
    }
}

/// Rows that are equal in all items, once.
fn distinct<'m>(stage: &ast::Read, rows: Vec<Row<'m>>) -> Result<Vec<Row<'m>>, Stop> {
    let mut kept: Vec<Row<'_>> = Vec::new();
    for row in rows {
        let mut cells = Vec::new();
        for item in &stage.projections {
            let bound = &row.items[name(item)];
            cells.push(match bound {
                Bound::Entity(entity) => Cell::Node(*entity, None),
                Bound::Missing => Cell::Value(Value::Null),
                Bound::Value(Ok(value)) => Cell::Value(value.clone()),
                Bound::Value(Err(code)) => return Err(Stop::Fails(code)),
            });
        }
        let same = |other: &Row<'_>| match &other.ties {
            Ties::Groups(other) => cells.iter().zip(other).all(|(a, b)| a.sort(b).is_eq()),
            Ties::Ids(..) => false,
        };
        if !kept.iter().any(same) {
            let ties = Ties::Groups(cells);
            kept.push(Row { ties, ..row });
        }
    }
    Ok(kept)
}
