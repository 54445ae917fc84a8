//! `migration_check`: one read query without parameters, and what is expected of its result. By itself a schema says
//! whether the query can be read; whether its names exist is a question to the schema that the migration starts from.

use omnigraph_grammar::query::ast::{Body, ExpressionKind, Query, Read};
use omnigraph_grammar::schema::ast::{Expectation, MigrationCheck};
use omnigraph_grammar::{Span, query};

use super::directive::is_migration_rule;
use crate::diagnostic::{Finding, Place};
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
    let body = parsed.tree.map(|tree| tree.body);
    match &body {
        // All branches of a union have the columns of the first.
        Some(body @ (Body::Read(_) | Body::Union(_))) => {
            let first = body.reads().take(1);
            first.for_each(|read| expectation(check, read, item, findings));
        }
        Some(Body::Mutation(_)) => {
            findings.push(s039_migration_check::mutation(Place::item(item, check.query)));
        }
        // The text is that of a query.
        Some(Body::Fragment(_)) | None => {}
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

/// The query of a check, with a head that makes it one that can be parsed.
pub(crate) struct OwnQuery {
    text: String,
    /// How far its body moved, and where it stands in the declaration.
    shift: usize,
    start: usize,
    end: u32,
}

impl OwnQuery {
    pub(crate) fn of(check: &MigrationCheck, text: &str) -> Option<OwnQuery> {
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
    pub(crate) fn parsed(self) -> Option<(OwnQuery, Query)> {
        let parsed = query::parse_item(&self.text);
        let tree = parsed.tree.filter(|_| parsed.errors.is_empty())?;
        Some((self, tree))
    }

    /// The place in the declaration.
    pub(crate) fn back(&self, span: Span) -> Span {
        let place = |offset: u32| (offset as usize).saturating_sub(self.shift) + self.start;
        Span::new(place(span.start), place(span.end).min(self.end as usize))
    }
}
