//! `union`: the rows of all branches, one branch after the other, of which equal ones may be dropped; then order, limit and offset.

use std::cmp::Ordering;

use omnigraph_grammar::query::ast::{self, Expression, ExpressionKind, Projection};
use omnigraph_grammar::{Name, Span};

use super::expression::Scope;
use super::read::{Branch, Cell, Rows, by_key, column_name, cut, page};
use super::solve::{Bound, Context, Solution, Type, Types};
use super::types::{Kind, widen, widest};
use super::{Stop, Value};

/// A row, or what its evaluation fails with.
type Row<'m> = Result<Vec<Cell<'m>>, &'static str>;

impl<'m> Context<'m> {
    pub(super) fn union(&self, union: &ast::Union, limited: bool) -> Result<Rows<'m>, String> {
        let first = union.branches.first().ok_or("a union of nothing")?;
        let columns: Vec<String> = first.read.projections.iter().map(column_name).collect();
        let before = page(self, union.after.as_ref())?;
        let kept = cut(self, before, union.limit.as_ref(), union.offset.as_ref())?;
        let mut branches = Vec::new();
        for branch in &union.branches {
            let names: Vec<String> = branch.read.projections.iter().map(column_name).collect();
            if names != columns {
                return Err(format!("columns {names:?} beside {columns:?}"));
            }
            branches.push(self.branch(&branch.read)?);
        }
        let types = (0..columns.len()).map(|place| {
            let of_branches = branches.iter().map(|branch| &branch.types[place]);
            common(&of_branches.collect::<Vec<_>>())
        });
        let types = types.collect::<Result<Vec<Type>, String>>()?;
        // Which of them are needed is known once it is known which are kept.
        let needs_all = union.all.is_none() || !union.order.is_empty();
        let (mut rows, mut failure): (Vec<Row<'m>>, _) = (Vec::new(), None);
        for Branch { rows: own, .. } in branches {
            match own {
                Ok(own) => rows.extend(own.into_iter().map(|row| self.widened(row, &types))),
                // How many rows it would have had is not known.
                Err(code) => {
                    failure = failure.or(Some((rows.len(), code)));
                    self.note(code);
                }
            }
        }
        let is_empty = union.limit.is_some() && kept.is_empty();
        if !is_empty && failure.is_some_and(|(from, _)| needs_all || from < kept.end) {
            return Ok((columns, None, kept));
        }
        if union.all.is_none() {
            rows = match distinct(rows) {
                Ok(rows) => rows,
                Err(code) => {
                    self.note(code);
                    return Ok((columns, is_empty.then(Vec::new), kept));
                }
            };
        }
        if !union.order.is_empty() {
            match self.ordered(union, rows, &columns, &types)? {
                Ok(ordered) => rows = ordered,
                Err(code) => {
                    self.note(code);
                    return Ok((columns, is_empty.then(Vec::new), kept));
                }
            }
        }
        let (mut answer, mut fails) = (Vec::new(), false);
        for (place, row) in rows.into_iter().enumerate() {
            let is_kept = kept.contains(&place);
            match row {
                Ok(cells) if is_kept || !limited => answer.push(cells),
                Ok(_) => {}
                Err(code) => {
                    self.note(code);
                    fails |= is_kept;
                    self.left_out.set(self.left_out.get() + usize::from(!limited));
                }
            }
        }
        Ok((columns, (!fails).then_some(answer), kept))
    }

    fn widened(&self, row: Row<'m>, types: &[Type]) -> Row<'m> {
        let cells = row?.into_iter().zip(types).map(|(cell, ty)| match (cell, ty) {
            (Cell::Value(value), Type::Value(kind)) => match widen(value, *kind) {
                Ok(value) => Ok(Cell::Value(value)),
                Err(Stop::Fails(code)) => Err(code),
                Err(Stop::Broken(reason)) => unreachable!("a number has no wider form: {reason}"),
            },
            (cell, _) => Ok(cell),
        });
        cells.collect()
    }

    /// By the keys, then by the columns that have an order, then as they come.
    fn ordered(
        &self,
        union: &ast::Union,
        rows: Vec<Row<'m>>,
        columns: &[String],
        types: &[Type],
    ) -> Result<Result<Vec<Row<'m>>, &'static str>, String> {
        // A column is what a variable is in a pattern, under a name that no parameter has.
        let variables: Vec<String> = columns.iter().map(|name| format!("column {name}")).collect();
        let named: Types = variables.iter().cloned().zip(types.iter().cloned()).collect();
        let projections: Vec<Projection> = columns
            .iter()
            .zip(&variables)
            .map(|(name, variable)| Projection {
                expression: Expression {
                    kind: ExpressionKind::Variable(variable.clone()),
                    span: Span::at(0),
                },
                alias: Some(Name {
                    text: name.clone(),
                    span: Span::at(0),
                }),
                span: Span::at(0),
            })
            .collect();
        let mut keyed = Vec::new();
        for row in rows {
            // A row that fails may be one that is kept.
            let cells = match row {
                Ok(cells) => cells,
                Err(code) => return Ok(Err(code)),
            };
            let values = cells.iter().map(|cell| match cell {
                Cell::Value(value) => Bound::Value(Ok(value.clone())),
                Cell::Node(entity, _) => Bound::Entity(*entity),
            });
            let solution: Solution<'m> = variables.iter().cloned().zip(values).collect();
            let scope = Scope {
                projections: &projections,
                ..Scope::new(&named, &solution)
            };
            let mut keys = Vec::new();
            for key in &union.order {
                match self.value(&key.expression, &scope) {
                    Ok(value) => keys.push(value),
                    Err(Stop::Fails(code)) => return Ok(Err(code)),
                    Err(Stop::Broken(reason)) => return Err(reason),
                }
            }
            keyed.push((keys, cells));
        }
        keyed.sort_by(|(a, left), (b, right)| {
            let keys = a.iter().zip(b).zip(&union.order);
            let by_keys = keys.map(|((a, b), key)| by_key(key, a, b));
            let ties = left.iter().zip(right).filter(|(a, b)| has_order(a) && has_order(b));
            by_keys
                .chain(ties.map(|(a, b)| a.sort(b)))
                .fold(Ordering::Equal, Ordering::then)
        });
        Ok(Ok(keyed.into_iter().map(|(_, cells)| Ok(cells)).collect()))
    }
}

/// The first of rows that are equal in all columns.
fn distinct(rows: Vec<Row<'_>>) -> Result<Vec<Row<'_>>, &'static str> {
    let mut kept: Vec<Vec<Cell<'_>>> = Vec::new();
    for row in rows {
        let cells = row?;
        let same = |other: &Vec<Cell<'_>>| cells.iter().zip(other).all(|(a, b)| a.sort(b).is_eq());
        if !kept.iter().any(same) {
            kept.push(cells);
        }
    }
    Ok(kept.into_iter().map(Ok).collect())
}

fn common(types: &[&Type]) -> Result<Type, String> {
    let kinds = types.iter().map(|ty| match ty {
        Type::Value(kind) => Some(*kind),
        Type::Entity(..) => None,
    });
    match kinds.collect::<Option<Vec<_>>>() {
        Some(kinds) if fit(&kinds) => Ok(Type::Value(widest(kinds))),
        _ if types.iter().all(|ty| *ty == types[0]) => Ok(types[0].clone()),
        _ => Err("branches of a union have different types".into()),
    }
}

/// Whether values of all these kinds have a common one.
fn fit(kinds: &[Option<Kind>]) -> bool {
    let known: Vec<&Kind> = kinds.iter().flatten().collect();
    known.windows(2).all(|pair| {
        let numbers = pair.iter().all(|kind| kind.scalar.is_numeric());
        pair[0].list == pair[1].list && (numbers || pair[0].scalar == pair[1].scalar)
    })
}

fn has_order(cell: &Cell<'_>) -> bool {
    match cell {
        Cell::Value(value) => !matches!(
            value,
            Value::List(_) | Value::Vector(_) | Value::Duration(..) | Value::Object(_)
        ),
        Cell::Node(..) => true,
    }
}
