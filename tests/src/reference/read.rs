//! From solutions to rows: projections, groups, order, limit.

use std::cmp::Ordering;

use omnigraph_grammar::query::ast::{self, ExpressionKind, Function};
use serde_json::{Map, Value as Json};

use super::solve::{Context, Entity, Solution};
use super::sum::exact_sum;
use super::{Model, Value, parameters};

/// What a read query answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Map<String, Json>>,
}

/// One cell: a value, or a node as a whole.
#[derive(Clone)]
enum Cell<'m> {
    Value(Value),
    Node(Entity<'m>),
}

impl Cell<'_> {
    fn sort(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Cell::Value(a), Cell::Value(b)) => a.sort(b),
            (Cell::Node(a), Cell::Node(b)) => a.id.cmp(b.id),
            _ => unreachable!("a column holds either nodes or values"),
        }
    }
}

/// What a row comes from: one solution, or a group of them.
struct Source<'m> {
    cells: Vec<Cell<'m>>,
    solution: Option<Solution<'m>>,
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
        let ast::Body::Read(read) = &query.body else {
            return Err("not a read query".into());
        };
        let parameters = parameters::read(query, given)?;
        let context = Context::new(self, &parameters, now);
        let block = context.block(&read.pattern.clauses)?;
        let solutions = context.solutions(&block, Solution::new(), false)?;

        let grouped = read.projections.iter().any(|p| aggregate(&p.expression).is_some());
        let mut rows: Vec<Source<'_>> = Vec::new();
        if grouped {
            rows = groups(&context, read, solutions)?;
        } else {
            for solution in solutions {
                let mut cells = Vec::new();
                for projection in &read.projections {
                    cells.push(cell(&context, resolve_alias(read, &projection.expression)?, &solution)?);
                }
                rows.push(Source {
                    cells,
                    solution: Some(solution),
                });
            }
        }
        if !read.order.is_empty() {
            rows = sort(&context, read, rows)?;
        }
        if let (true, Some(limit)) = (limited, &read.limit) {
            rows.truncate(usize::try_from(limit.count).unwrap_or(usize::MAX));
        }
        let columns: Vec<String> = read.projections.iter().map(column_name).collect();
        let rows = rows.iter().map(|row| {
            let cells = row.cells.iter().map(|cell| show(&context, cell));
            columns.iter().cloned().zip(cells).collect()
        });
        Ok(Answer {
            rows: rows.collect(),
            columns: columns.clone(),
        })
    }
}

fn groups<'m>(
    context: &Context<'m>,
    read: &ast::Read,
    solutions: Vec<Solution<'m>>,
) -> Result<Vec<Source<'m>>, String> {
    let keys: Vec<&ast::Projection> = read
        .projections
        .iter()
        .filter(|p| aggregate(&p.expression).is_none())
        .collect();
    let mut groups: Vec<(Vec<Cell<'m>>, Vec<Solution<'m>>)> = Vec::new();
    for solution in solutions {
        let mut key = Vec::new();
        for projection in &keys {
            key.push(cell(context, &projection.expression, &solution)?);
        }
        let same = |other: &[Cell<'_>]| key.iter().zip(other).all(|(a, b)| a.sort(b).is_eq());
        match groups.iter_mut().find(|(known, _)| same(known)) {
            Some((_, members)) => members.push(solution),
            None => groups.push((key, vec![solution])),
        }
    }
    if keys.is_empty() && groups.is_empty() {
        groups.push((Vec::new(), Vec::new()));
    }
    let mut rows = Vec::new();
    for (key, members) in groups {
        let mut key = key.into_iter();
        let mut cells = Vec::new();
        for projection in &read.projections {
            cells.push(match aggregate(&projection.expression) {
                None => key.next().expect("one cell per key"),
                Some(call) => Cell::Value(fold(context, call, &members)?),
            });
        }
        rows.push(Source { cells, solution: None });
    }
    Ok(rows)
}

fn fold<'m>(context: &Context<'m>, call: &ast::Call, members: &[Solution<'m>]) -> Result<Value, String> {
    let mut values = Vec::new();
    for solution in members {
        match cell(context, &call.arguments[0], solution)? {
            Cell::Node(_) => values.push(Value::Bool(true)),
            Cell::Value(Value::Null) => {}
            Cell::Value(value) => values.push(value),
        }
    }
    let extreme = |wanted: Ordering| {
        let better = |best: Value, value: &Value| {
            if value.sort(&best) == wanted {
                value.clone()
            } else {
                best
            }
        };
        values
            .split_first()
            .map_or(Value::Null, |(first, rest)| rest.iter().fold(first.clone(), better))
    };
    Ok(match call.function {
        Function::Count => Value::Integer(values.len() as i128),
        Function::Sum => exact_sum(&values).map_or(Value::Null, Value::Double),
        Function::Avg => exact_sum(&values).map_or(Value::Null, |sum| Value::Double(sum / values.len() as f64)),
        Function::Min => extreme(Ordering::Less),
        Function::Max => extreme(Ordering::Greater),
        other => return Err(format!("{} is not an aggregate", other.name())),
    })
}

fn sort<'m>(context: &Context<'m>, read: &ast::Read, rows: Vec<Source<'m>>) -> Result<Vec<Source<'m>>, String> {
    let mut keyed: Vec<(Vec<Cell<'m>>, Source<'m>)> = Vec::new();
    for row in rows {
        let mut keys = Vec::new();
        for key in &read.order {
            let expression = resolve_alias(read, &key.expression)?;
            keys.push(match &row.solution {
                Some(solution) => cell(context, expression, solution)?,
                None => {
                    let same = |p: &ast::Projection| same_expression(&p.expression, expression);
                    let column = read
                        .projections
                        .iter()
                        .position(same)
                        .ok_or("an order key is not projected")?;
                    row.cells[column].clone()
                }
            });
        }
        keyed.push((keys, row));
    }
    let ties = |a: &Source<'m>, b: &Source<'m>| match (&a.solution, &b.solution) {
        (Some(a), Some(b)) => a.values().map(|e| e.id).cmp(b.values().map(|e| e.id)),
        _ => {
            let cells = read.projections.iter().zip(a.cells.iter().zip(&b.cells));
            let grouping = cells.filter(|(projection, _)| aggregate(&projection.expression).is_none());
            grouping
                .map(|(_, (a, b))| a.sort(b))
                .fold(Ordering::Equal, Ordering::then)
        }
    };
    keyed.sort_by(|(a, source), (b, other)| {
        let keys = a
            .iter()
            .zip(b)
            .zip(&read.order)
            .map(|((a, b), key)| match key.direction {
                Some((ast::Direction::Descending, _)) => b.sort(a),
                _ => a.sort(b),
            });
        keys.fold(Ordering::Equal, Ordering::then)
            .then_with(|| ties(source, other))
    });
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

fn cell<'m>(context: &Context<'m>, expression: &ast::Expression, solution: &Solution<'m>) -> Result<Cell<'m>, String> {
    if let ExpressionKind::Variable(name) = &expression.kind
        && !context.parameters.contains_key(name)
    {
        let entity = solution.get(name).ok_or_else(|| format!("`${name}` is not bound"))?;
        return Ok(Cell::Node(*entity));
    }
    Ok(Cell::Value(context.value(expression, solution)?.0))
}

fn show<'m>(context: &Context<'m>, cell: &Cell<'m>) -> Json {
    let entity = match cell {
        Cell::Value(value) => return value.to_json(),
        Cell::Node(entity) => *entity,
    };
    let mut object = Map::new();
    object.insert("id".into(), entity.id.into());
    let node = context
        .model
        .catalog
        .node(entity.ty)
        .expect("solutions hold nodes of declared types");
    for property in node.visible_properties() {
        object.insert(property.name.clone(), context.row(entity)[&property.name].to_json());
    }
    Json::Object(object)
}

fn aggregate(expression: &ast::Expression) -> Option<&ast::Call> {
    match &expression.kind {
        ExpressionKind::Call(call) if call.function.is_aggregate() => Some(call),
        _ => None,
    }
}

/// An alias stands for the expression it was given to.
fn resolve_alias<'q>(read: &'q ast::Read, expression: &'q ast::Expression) -> Result<&'q ast::Expression, String> {
    let ExpressionKind::Alias(name) = &expression.kind else {
        return Ok(expression);
    };
    let named = |p: &&ast::Projection| {
        column_name(p) == *name && !matches!(&p.expression.kind, ExpressionKind::Alias(n) if n == name)
    };
    let projection = read
        .projections
        .iter()
        .find(named)
        .ok_or_else(|| format!("no alias `{name}`"))?;
    resolve_alias(read, &projection.expression)
}

/// Equal but for where it stands in the text.
fn same_expression(a: &ast::Expression, b: &ast::Expression) -> bool {
    match (&a.kind, &b.kind) {
        (ExpressionKind::Variable(a), ExpressionKind::Variable(b)) => a == b,
        (
            ExpressionKind::Property { variable, property },
            ExpressionKind::Property {
                variable: other,
                property: others,
            },
        ) => variable.text == other.text && property.text == others.text,
        (ExpressionKind::Literal(a), ExpressionKind::Literal(b)) => same_literal(a, b),
        (ExpressionKind::Call(a), ExpressionKind::Call(b)) => {
            let arguments = a.arguments.len() == b.arguments.len()
                && a.arguments.iter().zip(&b.arguments).all(|(a, b)| same_expression(a, b));
            a.function == b.function && arguments
        }
        _ => false,
    }
}

fn same_literal(a: &ast::Literal, b: &ast::Literal) -> bool {
    match (a, b) {
        (ast::Literal::Date(a, _), ast::Literal::Date(b, _)) => a == b,
        (ast::Literal::DateTime(a, _), ast::Literal::DateTime(b, _)) => a == b,
        (ast::Literal::List(a), ast::Literal::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_expression(a, b))
        }
        _ => a == b,
    }
}

fn column_name(projection: &ast::Projection) -> String {
    if let Some(alias) = &projection.alias {
        return alias.text.clone();
    }
    match &projection.expression.kind {
        ExpressionKind::Variable(name) | ExpressionKind::Alias(name) => name.clone(),
        ExpressionKind::Property { variable, property } => format!("{}.{}", variable.text, property.text),
        ExpressionKind::Literal(_) => "literal".into(),
        ExpressionKind::Call(call) => call.function.name().into(),
    }
}
