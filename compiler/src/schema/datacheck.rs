//! `migration_check`: one read query without parameters, and what is expected of its result. By itself a schema says
//! whether the query can be read; whether its names exist is a question to the schema that the migration starts from.

use std::sync::Arc;

use omnigraph_grammar::query::ast::{Body, ExpressionKind, Query, Read};
use omnigraph_grammar::schema::ast::{ArgumentValue, Declaration, Expectation, MigrationCheck};
use omnigraph_grammar::{Span, query};
use omnigraph_model::catalog::of_accepted;
use omnigraph_model::ir::Plan;
use omnigraph_model::schema::{Accepted, Presentation};

use super::directive::{is_migration_rule, target_entity};
use crate::diagnostic::{Finding, Place, Severity};
use crate::migrate::{Check, Compare, Expected, Guards};
use crate::project::SchemaText;
use crate::rules::schema::s039_migration_check;

pub(super) fn check(check: &MigrationCheck, item: u32, text: &str, findings: &mut Vec<Finding>) {
    for guard in &check.guards {
        if !is_migration_rule(&guard.text) {
            findings.push(s039_migration_check::guard(Place::item(item, guard.span), &guard.text));
        }
    }
    let Some(own) = OwnQuery::of(check, text) else {
        return;
    };
    let parsed = query::parse_item(&own.text);
    if let Some(error) = parsed.errors.first() {
        let place = Place::item(item, own.back(error.span));
        findings.push(s039_migration_check::syntax(place, &error.message));
        return;
    }
    match parsed.tree.map(|tree| tree.body) {
        Some(Body::Read(read)) => expectation(check, &read, item, findings),
        Some(Body::Mutation(_)) => {
            findings.push(s039_migration_check::mutation(Place::item(item, check.query)));
        }
        None => {}
    }
}

/// The column that something is expected of is one of the query's.
fn expectation(check: &MigrationCheck, read: &Read, item: u32, findings: &mut Vec<Finding>) {
    let Expectation::Column { column, .. } = &check.expect else {
        return;
    };
    let columns: Vec<&str> = read
        .projections
        .iter()
        .filter_map(|projection| match (&projection.alias, &projection.expression.kind) {
            (Some(alias), _) => Some(alias.text.as_str()),
            (None, ExpressionKind::Variable(name)) => Some(name),
            (None, ExpressionKind::Call(call)) => Some(call.function.name()),
            _ => None,
        })
        .collect();
    if !columns.contains(&column.text.as_str()) {
        let place = Place::item(item, column.span);
        findings.push(s039_migration_check::column(place, &column.text, &columns));
    }
}

impl SchemaText {
    /// What is wrong with the queries of this text's checks, which run on a graph with the accepted schema.
    pub fn checks_on(&self, accepted: &Accepted) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut names = None;
        for (at, source) in self.items.iter().enumerate() {
            let Some(Declaration::MigrationCheck(check)) = source.tree.as_deref() else {
                continue;
            };
            let Some((own, tree)) = OwnQuery::of(check, &source.text).and_then(OwnQuery::parsed) else {
                continue;
            };
            let names = names.get_or_insert_with(|| Arc::new(of_accepted(accepted, &Presentation::default())));
            let found = crate::query::analyse(&tree, names).findings;
            let wrong = found.iter().filter(|finding| finding.severity == Severity::Error);
            findings.extend(wrong.map(|finding| {
                let span = match &finding.place {
                    Place::Item { span, .. } => own.back(*span),
                    _ => check.query,
                };
                s039_migration_check::meaning(Place::item(at as u32, span), finding)
            }));
        }
        findings
    }
}

impl SchemaText {
    /// For a text that changes nothing: its checks were made when it was applied.
    pub fn forget_checks(&mut self) {
        for item in &mut self.items {
            item.tree
                .take_if(|tree| matches!(**tree, Declaration::MigrationCheck(_)));
        }
    }

    /// The checks of this text that can be run on a graph with the accepted schema.
    pub(crate) fn migration_checks(&self, accepted: &Accepted) -> Vec<Check> {
        let mut names = None;
        let mut found = Vec::new();
        for source in &self.items {
            let Some(Declaration::MigrationCheck(check)) = source.tree.as_deref() else {
                continue;
            };
            let Some((_, tree)) = OwnQuery::of(check, &source.text).and_then(OwnQuery::parsed) else {
                continue;
            };
            let names = names.get_or_insert_with(|| Arc::new(of_accepted(accepted, &Presentation::default())));
            if let (Some(Plan::Read(query)), Some(expected)) =
                (crate::query::check(&tree, names).plan, expected(&check.expect))
            {
                let expected = expected.beside(&query);
                found.push(Check {
                    name: check.name.0.clone(),
                    query,
                    expected,
                    guards: Guards {
                        codes: check.guards.iter().map(|code| code.text.clone()).collect(),
                        entity: check.target.as_ref().map(target_entity),
                    },
                });
            }
        }
        found
    }
}

fn expected(expectation: &Expectation) -> Option<Expected> {
    Some(match expectation {
        Expectation::NoRows => Expected::Rows {
            compare: Compare::Equal,
            count: 0,
        },
        Expectation::Rows { compare, count } => Expected::Rows {
            compare: Compare::of(&compare.text)?,
            // More than can be counted is never reached.
            count: count.text.parse().unwrap_or(u64::MAX),
        },
        Expectation::Column { column, compare, value } => Expected::Column {
            column: column.text.clone(),
            compare: Compare::of(&compare.text)?,
            value: match value {
                ArgumentValue::String(text) => text.as_str().into(),
                ArgumentValue::Boolean(value) => (*value).into(),
                ArgumentValue::Integer(digits) | ArgumentValue::Float(digits) => serde_json::from_str(digits)
                    .or_else(|_| digits.parse::<f64>().map(serde_json::Value::from))
                    .ok()?,
                _ => return None,
            },
        },
    })
}

/// The query of a check, with a head that makes it one that can be parsed.
struct OwnQuery {
    text: String,
    /// How far its body moved, and where it stands in the declaration.
    shift: usize,
    start: usize,
    end: u32,
}

impl OwnQuery {
    fn of(check: &MigrationCheck, text: &str) -> Option<OwnQuery> {
        let body = text.get(check.query.range())?;
        let inner = body.trim_start_matches("query").trim_start();
        let head = "query check() ";
        let (text, shift) = match inner.starts_with('{') {
            true => (format!("{head}{inner}"), head.len()),
            false => (format!("{head}{{{inner}}}"), head.len() + 1),
        };
        Some(OwnQuery {
            text,
            shift,
            start: check.query.start as usize + body.len() - inner.len(),
            end: check.query.end,
        })
    }

    /// With its tree, unless it has syntax errors.
    fn parsed(self) -> Option<(OwnQuery, Query)> {
        let parsed = query::parse_item(&self.text);
        let tree = parsed.tree.filter(|_| parsed.errors.is_empty())?;
        Some((self, tree))
    }

    /// The place in the declaration.
    fn back(&self, span: Span) -> Span {
        let place = |offset: u32| (offset as usize).saturating_sub(self.shift) + self.start;
        Span::new(place(span.start), place(span.end).min(self.end as usize))
    }
}
