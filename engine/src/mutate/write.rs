//! Inserts, upserts and updates, statement by statement.

use std::collections::BTreeMap;

use omnigraph_model::catalog::{EdgeType, NodeType};
use omnigraph_model::ir::{Expression, MutationPlan, Statement, Var};

use super::given::Given;
use super::insert::Insert;
use super::kind::Kind;
use super::overlay::{Budget, Image, Overlay};
use super::update::Update;
use super::{Prepared, Values};
use crate::error::{Error, EvaluationCode, Fault, Origin, Result, Violations};
use crate::history::Snapshot;
use crate::storage::{Affected, Cell};
use crate::validate::{Delta, ERROR_LIMIT, Sink, check_rows};

pub(crate) async fn prepare(
    snapshot: &Snapshot,
    plan: &MutationPlan,
    given: &mut Given,
    values: &Values,
    memory: u64,
) -> Result<Prepared> {
    let mut overlays: BTreeMap<(bool, &str), Overlay> = BTreeMap::new();
    let mut faults = Faults {
        sink: Sink::new(ERROR_LIMIT, Origin::Statement),
        statement: 0,
    };
    let mut budget = Budget { used: 0, limit: memory };
    let mut touched = Vec::new();
    for (at, statement) in plan.statements.iter().enumerate() {
        // Which of one it was need not be said.
        if plan.statements.len() > 1 {
            faults.statement = at as u64 + 1;
        }
        let kind = Kind::of(snapshot, statement.target())?;
        let returned = plan.returning.as_ref().and_then(|returning| returning.statement);
        let mut writer = Writer {
            snapshot,
            kind,
            values,
            given: &mut *given,
            pending: overlays.entry((kind.is_edge(), kind.name())).or_default(),
            budget: &mut budget,
            faults: &mut faults,
            touched: (returned == Some(at as u32)).then_some(&mut touched),
            origin: statement.origin(),
            read_later: read_later(plan, statement.binds()),
        };
        let written = match statement {
            Statement::Insert { assignments, .. } => {
                let insert = Insert {
                    assignments,
                    otherwise: None,
                };
                writer.insert(&insert).await
            }
            Statement::Upsert {
                assignments, otherwise, ..
            } => {
                let insert = Insert {
                    assignments,
                    otherwise: Some(otherwise),
                };
                writer.insert(&insert).await
            }
            Statement::Update {
                assignments, condition, ..
            } => {
                let updated = writer.update_where(&Update { assignments }, condition).await;
                faults.take(updated).map(drop)
            }
            Statement::UpdateVariable {
                variable, assignments, ..
            } => {
                let updated = writer.update_variable(&Update { assignments }, *variable).await;
                faults.take(updated).map(drop)
            }
            Statement::Delete { .. } | Statement::DeleteVariable { .. } => {
                return Err(Error::internal("inserts and deletes are mixed"));
            }
        };
        match written {
            // What was wrong before comes first.
            Err(Error::Evaluation {
                code: EvaluationCode::Conflict,
                ..
            }) if !faults.is_empty() => break,
            written => written?,
        }
        // What comes later may read rows that could not be made.
        if statement.binds().is_some() && !faults.is_empty() {
            break;
        }
    }
    let mut prepared = Prepared {
        delta: Delta::new(Origin::Statement),
        nodes: BTreeMap::new(),
        edges: BTreeMap::new(),
        touched,
    };
    for ((is_edge, name), pending) in overlays {
        if pending.affected == Affected::default() {
            continue;
        }
        let name = name.to_owned();
        let (kind, deltas, affected) = match is_edge {
            true => {
                let kind = Kind::Edge(edge_type(snapshot, &name)?);
                (kind, &mut prepared.delta.edges, &mut prepared.edges)
            }
            false => {
                let kind = Kind::Node(node_type(snapshot, &name)?);
                (kind, &mut prepared.delta.nodes, &mut prepared.nodes)
            }
        };
        affected.insert(name.clone(), pending.affected);
        deltas.insert(name, pending.finish(kind, &prepared.delta.budget)?);
    }
    check_rows(&snapshot.catalog, &prepared.delta, &mut faults.sink)?;
    Ok(prepared)
}

/// What other parts of a plan read of the variable that a statement binds.
fn read_later(plan: &MutationPlan, bound: Option<Var>) -> Vec<Expression> {
    let Some(bound) = bound else { return Vec::new() };
    let mut read = vec![Expression::Id { variable: bound }];
    for expression in plan.statements.iter().flat_map(Statement::expressions) {
        expression.visit(&mut |part| {
            if matches!(part, Expression::Property { variable, .. } if *variable == bound) && !read.contains(part) {
                read.push(part.clone());
            }
        });
    }
    read
}

/// One statement at work.
pub(crate) struct Writer<'w> {
    pub snapshot: &'w Snapshot,
    pub kind: Kind<'w>,
    pub values: &'w Values,
    pub given: &'w mut Given,
    /// Rows of its type.
    pub pending: &'w mut Overlay,
    pub budget: &'w mut Budget,
    pub faults: &'w mut Faults,
    /// Takes the ids of its rows, if these are returned.
    pub touched: Option<&'w mut Vec<String>>,
    /// Where the text of the query has it.
    pub origin: Option<omnigraph_model::ir::Origin>,
    /// What is read of the rows that it binds.
    pub read_later: Vec<Expression>,
}

impl Writer<'_> {
    pub(super) fn put(&mut self, image: Image, made_up: bool) -> Result<()> {
        self.budget.take(&image.cells)?;
        if let Some(touched) = &mut self.touched {
            touched.push(image.id.clone());
        }
        self.pending.put(image, made_up, self.faults.statement);
        Ok(())
    }

    /// Two assignments give a property of one row different values.
    pub(super) fn conflict(&self, row: &Image, place: usize, written: [(usize, &Cell<'static>); 2]) -> Error {
        let [(first, one), (second, two)] = written;
        let property = &self.kind.properties()[place].name;
        let row = match &row.ends {
            Some((from, to)) => format!("{} `{from}` → `{to}`", self.kind.name()),
            None => format!("{} `{}`", self.kind.name(), row.id),
        };
        Error::Evaluation {
            code: EvaluationCode::Conflict,
            origin: self.origin.unwrap_or_default(),
            message: format!(
                "`{property}` of {row} would be both {}{} and {}{}",
                shown(one),
                self.given.apart(first, second),
                shown(two),
                self.given.apart(second, first)
            ),
        }
    }
}

/// A value in a message.
fn shown(cell: &Cell<'_>) -> String {
    const SHOWN: usize = 60;
    let text = match cell {
        Cell::Null => return "null".to_owned(),
        Cell::String(text) => format!("{text:?}"),
        Cell::Date(days) => omnigraph_model::temporal::print_date(*days),
        Cell::DateTime(instant) => omnigraph_model::temporal::print_datetime(*instant),
        Cell::List(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Cell::Bytes(_) => return "some bytes".to_owned(),
        Cell::Vector(_) | Cell::Unfilled(_) => return "a vector".to_owned(),
        other => other.canonical().unwrap_or_default(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What is wrong with the values of the statements so far.
pub(crate) struct Faults {
    pub sink: Sink,
    /// The one that runs now, from 1; 0 if there is no other.
    pub statement: u64,
}

impl Faults {
    pub(super) fn is_empty(&self) -> bool {
        self.sink.is_empty()
    }

    /// `None` for what broke a rule, which is remembered.
    pub(super) fn take<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Input(violations)) => {
                for violation in violations.list {
                    self.sink
                        .push(Some(self.statement).filter(|number| *number > 0), violation.fault);
                }
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}

pub(crate) fn node_type<'s>(snapshot: &'s Snapshot, name: &str) -> Result<&'s NodeType> {
    snapshot
        .catalog
        .node(name)
        .map(AsRef::as_ref)
        .ok_or_else(|| outdated("node type", name))
}

pub(crate) fn edge_type<'s>(snapshot: &'s Snapshot, name: &str) -> Result<&'s EdgeType> {
    snapshot
        .catalog
        .edge(name)
        .map(AsRef::as_ref)
        .ok_or_else(|| outdated("edge type", name))
}

/// The plan was made for another schema.
pub(crate) fn outdated(what: &'static str, name: &str) -> Error {
    Error::NotFound {
        what,
        name: name.to_string(),
        nearest: None,
    }
}

pub(crate) fn failed(fault: Fault) -> Error {
    Violations::from(fault).into()
}
