//! From solutions to rows: projections, groups, `having`, order, limit, offset and pages.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;

use omnigraph_grammar::query::ast::{self, Expression, ExpressionKind};
use serde_json::{Map, Value as Json};

use super::expression::{Scope, column};
use super::objects::may_be_missing;
use super::solve::{Block, Bound, Context, Entity, Solution, Type as SolvedType};
use super::{Model, Stop, Value};

/// What a read query answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Map<String, Json>>,
}

/// What may come of a read query: the language does not say which evaluations take place whose outcome nothing needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// `None` if an evaluation fails that the answer needs.
    pub answer: Option<Answer>,
    /// With what evaluations fail, needed or not.
    pub codes: BTreeSet<&'static str>,
    /// Which rows `limit`, `offset` and `after` keep, by their numbers.
    pub kept: Range<usize>,
    /// Rows that are not in the answer because an evaluation fails, which need not be among those that are kept.
    pub left_out: usize,
}

/// One cell: a value, or a node or an edge as a whole.
#[derive(Clone)]
pub(super) enum Cell<'m> {
    Value(Value),
    /// With the interface as which it is known, or the edge types, if that is what its variable has for a type.
    Node(Entity<'m>, Option<String>),
}

impl Cell<'_> {
    pub(super) fn sort(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Cell::Value(a), Cell::Value(b)) => a.sort(b),
            (Cell::Node(a, _), Cell::Node(b, _)) => a.id.cmp(b.id).then(a.ty.cmp(b.ty)),
            // Beside a node, what is missing.
            (Cell::Value(_), Cell::Node(..)) => Ordering::Less,
            (Cell::Node(..), Cell::Value(_)) => Ordering::Greater,
        }
    }
}

/// What a row comes from: one solution, or a group of them.
struct Source<'m> {
    /// Of the keys of `order`.
    sort: Vec<Cell<'m>>,
    ties: Ties<'m>,
    /// Or what their evaluation failed with.
    cells: Result<Vec<Cell<'m>>, &'static str>,
}

/// A key, and the solutions that have it.
pub(super) type Group<'m> = (Vec<Cell<'m>>, Vec<Solution<'m>>);

/// What rows with equal keys are ordered by.
pub(super) enum Ties<'m> {
    /// Of nodes and edges, then the values of variables.
    Ids(Vec<Option<(&'m str, &'m str)>>, Vec<Value>),
    Groups(Vec<Cell<'m>>),
}

impl<'m> Ties<'m> {
    pub(super) fn of(solution: &Solution<'m>) -> Ties<'m> {
        let ids = solution.values().filter_map(Bound::tie);
        let values = solution.values().filter_map(|bound| match bound {
            Bound::Value(Ok(value)) if !matches!(value, Value::List(_) | Value::Vector(_) | Value::Duration(..)) => {
                Some(value.clone())
            }
            // What has no order, or cannot be computed, orders nothing.
            Bound::Value(_) => Some(Value::Null),
            Bound::Entity(_) | Bound::Missing => None,
        });
        Ties::Ids(ids.collect(), values.collect())
    }

    /// Of rows of one kind.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Ties::Ids(a, own), Ties::Ids(b, other)) => {
                let values = own.iter().zip(other).map(|(a, b)| a.sort(b));
                a.cmp(b).then(values.fold(Ordering::Equal, Ordering::then))
            }
            (Ties::Groups(a), Ties::Groups(b)) => {
                let keys = a.iter().zip(b).map(|(a, b)| a.sort(b));
                keys.fold(Ordering::Equal, Ordering::then)
            }
            _ => unreachable!("all rows come of solutions, or all of groups"),
        }
    }
}

impl Model {
    /// `limited` off gives all rows, for a query whose limit may keep any of them.
    pub fn read(
        &self,
        query: &ast::Query,
        given: &Map<String, Json>,
        now: i64,
        limited: bool,
    ) -> Result<Answer, String> {
        let reading = self.try_read(query, given, now, limited)?;
        reading
            .answer
            .ok_or_else(|| format!("an evaluation fails: {:?}", reading.codes))
    }

    /// The same, where failing by the rules of the language is an outcome, too.
    pub fn try_read(
        &self,
        query: &ast::Query,
        given: &Map<String, Json>,
        now: i64,
        limited: bool,
    ) -> Result<Reading, String> {
        // Which of `$a in $b` are edges, the schema says.
        let query = &*omnigraph_compiler::query::resolved(query, &self.catalog);
        let mut parameters = self.parameters(query, given, now)?;
        let given = self.given(query, &mut parameters);
        let mut context = Context::new(self, &parameters, now);
        context.given = given;
        let (columns, rows, kept) = match &query.body {
            ast::Body::Read(read) => context.read(read, limited)?,
            ast::Body::Union(union) => context.union(union, limited)?,
            ast::Body::Mutation(_) | ast::Body::Fragment(_) => return Err("not a read query".into()),
        };
        let answer = rows.map(|rows| Answer {
            rows: rows.iter().map(|cells| show_row(&context, &columns, cells)).collect(),
            columns: columns.clone(),
        });
        let codes = context.codes.take();
        Ok(Reading {
            answer,
            codes,
            kept,
            left_out: context.left_out.get(),
        })
    }
}

/// The columns of an answer, its rows unless an evaluation fails that they need, and which of them are kept.
pub(super) type Rows<'m> = (Vec<String>, Option<Vec<Vec<Cell<'m>>>>, Range<usize>);

/// What a read becomes: rows in their order, each as it is or with what it fails.
pub(super) struct Branch<'m> {
    pub rows: Result<Vec<Result<Vec<Cell<'m>>, &'static str>>, &'static str>,
    /// Of its columns.
    pub types: Vec<SolvedType>,
}

impl<'m> Context<'m> {
    fn read(&self, read: &ast::Read, limited: bool) -> Result<Rows<'m>, String> {
        let (block, failed) = self.last_block(read)?;
        let answer = match rows(self, read, &block, limited) {
            _ if failed => None,
            Ok(rows) => Some(rows),
            Err(Stop::Fails(code)) => {
                self.note(code);
                None
            }
            Err(Stop::Broken(reason)) => return Err(reason),
        };
        let kept = kept(self, read)?;
        let columns: Vec<String> = read.projections.iter().map(column_name).collect();
        let answer = match answer {
            None if read.limit.is_some() && kept.is_empty() => Some(Vec::new()),
            other => other,
        };
        self.try_part(read, &block, false)?;
        Ok((columns, answer, kept))
    }

    /// The block of a read behind all stages, whose rows are handed on to it; `true` if an evaluation of theirs fails.
    pub(super) fn last_block<'q>(&self, read: &'q ast::Read) -> Result<(Block<'q>, bool), String> {
        let (mut handed, mut anonymous) = (self.given.0.clone(), 0);
        let mut failed = false;
        self.handed.replace(vec![self.given.1.clone()]);
        for stage in &read.stages {
            let block = self.block(&stage.pattern.clauses, &handed, &mut anonymous)?;
            self.try_part(stage, &block, true)?;
            match self.hand_on(stage, &block)? {
                Ok(rows) => {
                    // A name that is handed on stands for the same node.
                    let rows = rows
                        .into_iter()
                        .map(|row| self.given.1.clone().into_iter().chain(row).collect());
                    self.handed.replace(rows.collect());
                }
                Err(code) => {
                    self.note(code);
                    failed = true;
                    self.handed.take();
                }
            }
            handed = self.given.0.clone();
            handed.extend(self.handed_types(stage, &block)?);
        }
        Ok((self.block(&read.pattern.clauses, &handed, &mut anonymous)?, failed))
    }

    /// A read as a part of a union: all that its own `limit` and `offset` keep.
    pub(super) fn branch(&self, read: &ast::Read) -> Result<Branch<'m>, String> {
        let (block, failed) = self.last_block(read)?;
        let rows = match sources(self, read, &block) {
            // Some evaluation of a stage, with a code that is noted.
            _ if failed => Err("R001"),
            Ok(rows) => Ok(rows),
            Err(Stop::Fails(code)) => {
                self.note(code);
                Err(code)
            }
            Err(Stop::Broken(reason)) => return Err(reason),
        };
        let kept = kept(self, read)?;
        let rows = match rows {
            Err(_) if read.limit.is_some() && kept.is_empty() => Ok(Vec::new()),
            rows => rows,
        };
        self.try_part(read, &block, false)?;
        let rows = rows.map(|rows| {
            let rows = rows.into_iter().enumerate();
            let rows = rows.filter_map(|(place, row)| match row.cells {
                Err(code) if !kept.contains(&place) => {
                    self.note(code);
                    None
                }
                cells => kept.contains(&place).then_some(cells),
            });
            rows.collect()
        });
        let types = self.column_types(read, &block)?;
        Ok(Branch { rows, types })
    }

    fn column_types(&self, read: &ast::Read, block: &Block<'_>) -> Result<Vec<SolvedType>, Stop> {
        let nobody = Solution::new();
        let scope = row_scope(read, block, &nobody);
        let types = read.projections.iter().map(|item| {
            let known = match &item.expression.kind {
                ExpressionKind::Variable(own) => block.types.get(own),
                _ => None,
            };
            match known {
                Some(known @ SolvedType::Entity(..)) => Ok(known.clone()),
                _ => Ok(SolvedType::Value(self.kind(&item.expression, &scope)?)),
            }
        });
        types.collect()
    }

    /// Notes what the conditions of a part can fail with.
    pub(super) fn try_part(&self, read: &ast::Read, block: &Block<'_>, is_stage: bool) -> Result<(), Stop> {
        self.try_conditions(block)?;
        // Behind `with`, its items may be named, which are noted as such.
        match read.having.as_ref().filter(|_| !is_stage && !reads_groups(read)) {
            Some(having) => self.try_condition(&[block], &having.condition, &read.projections),
            None => Ok(()),
        }
    }

    /// Each row of the stage before with all solutions that extend it.
    pub(super) fn extended(&self, block: &Block<'_>) -> Result<Vec<Solution<'m>>, Stop> {
        let mut all = Vec::new();
        for row in self.handed.borrow().iter() {
            all.extend(self.solutions(block, row.clone(), false)?);
        }
        Ok(all)
    }
}

fn rows<'m>(
    context: &Context<'m>,
    read: &ast::Read,
    block: &Block<'_>,
    limited: bool,
) -> Result<Vec<Vec<Cell<'m>>>, Stop> {
    let rows = sources(context, read, block)?;
    // Which rows an unordered limit keeps is not said, so none of them has to be evaluated.
    let cut = read.limits().next().is_some() || read.after.is_some();
    let needed = match limited || !cut {
        true => kept(context, read)?,
        false => 0..0,
    };
    let mut rows_kept = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        match row.cells {
            Ok(cells) if needed.contains(&place) || !limited => rows_kept.push(cells),
            Ok(_) => {}
            Err(code) if needed.contains(&place) => return Err(Stop::Fails(code)),
            Err(code) => {
                context.note(code);
                context.left_out.set(context.left_out.get() + usize::from(!limited));
            }
        }
    }
    Ok(rows_kept)
}

/// All rows of a read in their order.
fn sources<'m>(context: &Context<'m>, read: &ast::Read, block: &Block<'_>) -> Result<Vec<Source<'m>>, Stop> {
    let solutions = context.extended(block)?;
    let grouped = reads_groups(read);
    let mut rows = match grouped {
        true => groups(context, read, block, solutions)?,
        false => {
            let mut rows = Vec::new();
            for solution in &solutions {
                if !has(context, read, &row_scope(read, block, solution))? {
                    continue;
                }
                let ties = Ties::of(solution);
                rows.push(source(context, read, &row_scope(read, block, solution), ties)?);
            }
            rows
        }
    };
    if read.distinct.is_some() {
        rows = distinct(rows)?;
    }
    rows.sort_by(|a, b| compare(read, a, b));
    Ok(rows)
}

/// The numbers of the rows that are returned.
pub(super) fn kept(context: &Context<'_>, read: &ast::Read) -> Result<Range<usize>, String> {
    let page = page(context, read.after.as_ref())?;
    cut(context, page, read.limit.as_ref(), read.offset.as_ref())
}

/// How many rows the pages before have. A cursor of this evaluator is their number.
pub(super) fn page(context: &Context<'_>, after: Option<&ast::After>) -> Result<usize, String> {
    let Some(after) = after else { return Ok(0) };
    match context
        .parameters
        .get(&after.parameter.text)
        .map(|parameter| &parameter.value)
    {
        Some(Value::Null) => Ok(0),
        Some(Value::Text(text)) if text.is_empty() => Ok(0),
        Some(Value::Text(text)) => text.parse().map_err(|_| format!("{text:?} is no cursor")),
        other => Err(format!("{other:?} is no cursor")),
    }
}

/// The numbers of the rows that `limit` and `offset` keep, of those behind the pages before.
pub(super) fn cut(
    context: &Context<'_>,
    page: usize,
    limit: Option<&ast::Limit>,
    offset: Option<&ast::Limit>,
) -> Result<Range<usize>, String> {
    let first = amount(context, offset)?.unwrap_or(0).saturating_add(page);
    let limit = amount(context, limit)?.unwrap_or(usize::MAX);
    Ok(first..first.saturating_add(limit))
}

/// The number of rows of `limit` or `offset`.
pub(super) fn amount(context: &Context<'_>, limit: Option<&ast::Limit>) -> Result<Option<usize>, String> {
    let Some(limit) = limit else { return Ok(None) };
    let number = match &limit.amount {
        ast::Amount::Number(number) => i128::from(*number),
        ast::Amount::Parameter(name) | ast::Amount::Skippable(name) => {
            let marked = matches!(limit.amount, ast::Amount::Skippable(_));
            match context.parameters.get(&name.text).map(|parameter| &parameter.value) {
                Some(Value::Integer(number)) if *number >= 0 => *number,
                None | Some(Value::Null) if marked => return Ok(None),
                other => return Err(format!("{other:?} is not a number of rows")),
            }
        }
    };
    Ok(Some(usize::try_from(number).unwrap_or(usize::MAX)))
}

pub(super) fn reads_groups(read: &ast::Read) -> bool {
    let condition = read.having.iter().map(|having| &having.condition);
    let mut read_by_rows = read.projections.iter().map(|p| &p.expression).chain(condition);
    read_by_rows.any(|expression| has_aggregate(expression, &read.projections))
}

/// Whether the condition of `having` is true.
fn has<'m>(context: &Context<'m>, read: &ast::Read, scope: &Scope<'_, 'm>) -> Result<bool, Stop> {
    match &read.having {
        Some(having) => Ok(context.value(&having.condition, scope)? == Value::Bool(true)),
        None => Ok(true),
    }
}

/// Rows that are equal in all columns, once.
fn distinct(rows: Vec<Source<'_>>) -> Result<Vec<Source<'_>>, Stop> {
    let mut kept: Vec<Source<'_>> = Vec::new();
    for row in rows {
        let cells = row.cells.clone().map_err(Stop::Fails)?;
        let same = |other: &Source<'_>| match &other.ties {
            Ties::Groups(other) => cells.iter().zip(other).all(|(a, b)| a.sort(b).is_eq()),
            Ties::Ids(..) => false,
        };
        if !kept.iter().any(same) {
            let ties = Ties::Groups(cells);
            kept.push(Source { ties, ..row });
        }
    }
    Ok(kept)
}

pub(super) fn row_scope<'s, 'm>(
    read: &'s ast::Read,
    block: &'s Block<'_>,
    solution: &'s Solution<'m>,
) -> Scope<'s, 'm> {
    Scope {
        projections: &read.projections,
        ..Scope::new(&block.types, solution)
    }
}

fn source<'m>(
    context: &Context<'m>,
    read: &ast::Read,
    scope: &Scope<'_, 'm>,
    ties: Ties<'m>,
) -> Result<Source<'m>, Stop> {
    let sort = read.order.iter().map(|key| cell(context, &key.expression, scope));
    let sort = sort.collect::<Result<_, _>>()?;
    let cells = read.projections.iter().map(|p| cell(context, &p.expression, scope));
    let cells = match cells.collect::<Result<Vec<_>, _>>() {
        Ok(cells) => Ok(cells),
        Err(Stop::Fails(code)) => Err(code),
        Err(broken) => return Err(broken),
    };
    Ok(Source { sort, ties, cells })
}

fn groups<'m>(
    context: &Context<'m>,
    read: &ast::Read,
    block: &Block<'_>,
    solutions: Vec<Solution<'m>>,
) -> Result<Vec<Source<'m>>, Stop> {
    let groups = grouping(context, read, block, solutions)?;
    let (mut rows, nobody) = (Vec::new(), Solution::new());
    for (key, members) in &groups {
        // What is beside the aggregates is the same for all members.
        let scope = Scope {
            members: Some(members),
            ..row_scope(read, block, members.first().unwrap_or(&nobody))
        };
        // An aggregate may be computed before it is known whether its branch is taken.
        let condition = read.having.iter().map(|having| &having.condition);
        for expression in read.projections.iter().map(|p| &p.expression).chain(condition) {
            try_aggregates(context, expression, &scope);
        }
        if !has(context, read, &scope)? {
            continue;
        }
        rows.push(source(context, read, &scope, Ties::Groups(key.clone()))?);
    }
    Ok(rows)
}

/// The solutions by their keys.
pub(super) fn grouping<'m>(
    context: &Context<'m>,
    read: &ast::Read,
    block: &Block<'_>,
    solutions: Vec<Solution<'m>>,
) -> Result<Vec<Group<'m>>, Stop> {
    let mut keys: Vec<Expression> = Vec::new();
    for projection in &read.projections {
        match has_aggregate(&projection.expression, &read.projections) {
            true => find_keys(context, &projection.expression, read, &solutions, &mut keys),
            false => keys.push(projection.expression.clone()),
        }
    }
    let mut groups: Vec<Group<'m>> = Vec::new();
    for solution in solutions {
        let scope = row_scope(read, block, &solution);
        let key = keys.iter().map(|key| cell(context, key, &scope));
        let key = key.collect::<Result<Vec<Cell<'m>>, Stop>>()?;
        let same = |other: &[Cell<'_>]| key.iter().zip(other).all(|(a, b)| a.sort(b).is_eq());
        match groups.iter_mut().find(|(known, _)| same(known)) {
            Some((_, members)) => members.push(solution),
            None => groups.push((key, vec![solution])),
        }
    }
    if keys.is_empty() && groups.is_empty() {
        groups.push((Vec::new(), Vec::new()));
    }
    Ok(groups)
}

/// Notes what the aggregates in an expression fail with.
pub(super) fn try_aggregates<'m>(context: &Context<'m>, expression: &Expression, scope: &Scope<'_, 'm>) {
    match &expression.kind {
        ExpressionKind::Call(call) if call.function.is_aggregate() => {
            if let Err(Stop::Fails(code)) = context.value(expression, scope) {
                context.note(code);
            }
        }
        _ => expression
            .operands()
            .into_iter()
            .for_each(|operand| try_aggregates(context, operand, scope)),
    }
}

/// Of an expression with aggregates, the largest parts without any that read a variable.
fn find_keys(
    context: &Context<'_>,
    expression: &Expression,
    read: &ast::Read,
    solutions: &[Solution<'_>],
    keys: &mut Vec<Expression>,
) {
    let columns = &read.projections;
    match &expression.kind {
        ExpressionKind::Call(call) if call.function.is_aggregate() => {}
        _ if !has_aggregate(expression, columns) => {
            if !context.variables(expression, columns).is_empty() {
                keys.push(expression.clone());
            }
        }
        ExpressionKind::Alias(name) => {
            if let Some(meant) = column(columns, name) {
                find_keys(context, meant, read, solutions, keys);
            }
        }
        ExpressionKind::Object(object) => {
            let span = object.variable.span;
            let mut held = Vec::new();
            for member in &object.members {
                match &member.value {
                    Some(value) => find_keys(context, value, read, solutions, &mut held),
                    None => {
                        let property = ast::Member {
                            value: None,
                            ..member.clone()
                        };
                        let alone = ast::Object {
                            members: vec![property],
                            ..(**object).clone()
                        };
                        held.push(Expression {
                            kind: ExpressionKind::Object(Box::new(alone)),
                            span,
                        });
                    }
                }
            }
            if may_be_missing(&object.variable.text, solutions) {
                // Whether it is null; one that is holds nothing that could tell it from another.
                let operand = Expression {
                    kind: ExpressionKind::Variable(object.variable.text.clone()),
                    span,
                };
                let test = ast::NullTest {
                    operand,
                    negated: true,
                    test: span,
                };
                let is_there = Expression {
                    kind: ExpressionKind::NullTest(Box::new(test)),
                    span,
                };
                let guarded = held.into_iter().map(|value| Expression {
                    span: value.span,
                    kind: ExpressionKind::Case(ast::Case {
                        branches: vec![(is_there.clone(), value)],
                        otherwise: None,
                    }),
                });
                keys.extend(guarded.collect::<Vec<_>>());
                keys.push(is_there);
            } else {
                keys.extend(held);
            }
        }
        _ => {
            for operand in expression.operands() {
                find_keys(context, operand, read, solutions, keys);
            }
        }
    }
}

fn has_aggregate(expression: &Expression, columns: &[ast::Projection]) -> bool {
    match &expression.kind {
        ExpressionKind::Call(call) if call.function.is_aggregate() => true,
        ExpressionKind::Alias(name) => column(columns, name).is_some_and(|meant| has_aggregate(meant, columns)),
        _ => expression
            .operands()
            .iter()
            .any(|operand| has_aggregate(operand, columns)),
    }
}

/// How two values of a sort key compare.
pub(super) fn by_key(key: &ast::SortKey, a: &Value, b: &Value) -> Ordering {
    let is_null = |value: &Value| *value == Value::Null;
    let placed = match key.nulls {
        Some((ast::Nulls::First, _)) => is_null(b).cmp(&is_null(a)),
        Some((ast::Nulls::Last, _)) => is_null(a).cmp(&is_null(b)),
        None => Ordering::Equal,
    };
    placed.then_with(|| match key.direction {
        Some((ast::Direction::Descending, _)) => b.sort(a),
        _ => a.sort(b),
    })
}

fn compare(read: &ast::Read, a: &Source<'_>, b: &Source<'_>) -> Ordering {
    let keys = a.sort.iter().zip(&b.sort).zip(&read.order);
    let by_keys = keys.map(|((a, b), key)| match (a, b) {
        (Cell::Value(a), Cell::Value(b)) => by_key(key, a, b),
        _ => unreachable!("nodes have no order"),
    });
    by_keys
        .fold(Ordering::Equal, Ordering::then)
        .then_with(|| a.ties.compare(&b.ties))
}

pub(super) fn cell<'m>(
    context: &Context<'m>,
    expression: &Expression,
    scope: &Scope<'_, 'm>,
) -> Result<Cell<'m>, Stop> {
    match context.entity(expression, scope) {
        Some(entity) => Ok(Cell::Node(entity, several_of(context, expression, scope))),
        None => Ok(Cell::Value(context.value(expression, scope)?)),
    }
}

/// What stands for several types and is the type of the variable that an expression is: an interface, or edge types with `|`
/// between them.
pub(super) fn several_of(context: &Context<'_>, expression: &Expression, scope: &Scope<'_, '_>) -> Option<String> {
    let name = match &expression.kind {
        ExpressionKind::Variable(name) => name,
        ExpressionKind::Alias(name) => return several_of(context, scope.column(name).ok()?, scope),
        _ => return None,
    };
    let catalog = &context.model.catalog;
    let is_several = |ty: &String, edge: bool| match edge {
        true => ty.contains('|'),
        false => catalog.interfaces.contains_key(ty) && catalog.node(ty).is_none(),
    };
    match scope.types.get(name) {
        Some(SolvedType::Entity(ty, edge)) if is_several(ty, *edge) => Some(ty.clone()),
        _ => None,
    }
}

pub(super) fn show_row<'m>(context: &Context<'m>, columns: &[String], cells: &[Cell<'m>]) -> Map<String, Json> {
    let cells = cells.iter().map(|cell| show(context, cell));
    columns.iter().cloned().zip(cells).collect()
}

fn show<'m>(context: &Context<'m>, cell: &Cell<'m>) -> Json {
    let (entity, several) = match cell {
        Cell::Value(value) => return value.to_json(),
        Cell::Node(entity, several) => (*entity, several.as_deref()),
    };
    let whole = context.model.whole(entity, several);
    whole
        .expect("solutions hold nodes and edges of declared types")
        .to_json()
}

pub(super) fn column_name(projection: &ast::Projection) -> String {
    if let Some(alias) = &projection.alias {
        return alias.text.clone();
    }
    match &projection.expression.kind {
        ExpressionKind::Variable(name) | ExpressionKind::Alias(name) => name.clone(),
        ExpressionKind::Object(object) => object.variable.text.clone(),
        ExpressionKind::Property { variable, property } => format!("{}.{}", variable.text, property.text),
        ExpressionKind::Literal(_) => "literal".into(),
        ExpressionKind::Call(call) => call.function.name().into(),
        ExpressionKind::Apply(apply) => apply.name.text.clone(),
        ExpressionKind::Cast(cast) => if cast.lenient { "try_cast" } else { "cast" }.into(),
        _ => "value".into(),
    }
}
