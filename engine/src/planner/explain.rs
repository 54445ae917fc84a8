//! A physical plan for people and for programs: its operators as a tree, in the words of the language, each with the rows
//! that the planner expects of it and, after a run, with what came of it.

use std::fmt;
use std::sync::Arc;

use crate::operators::first::FirstExec;
use crate::operators::operator::nested;
use crate::operators::page::Position;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::display::DisplayFormatType;
use datafusion::physical_plan::expressions::{Column, Literal};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::{CrossJoinExec, HashJoinExec, SortMergeJoinExec};
use datafusion::physical_plan::limit::GlobalLimitExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::{DisplayAs, ExecutionPlan, PhysicalExpr};
use serde::Serialize;

use super::Estimates;
use crate::operators::column::PlanColumn;

/// An operator of a plan, with those that it takes rows from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// Its name.
    pub operator: String,
    /// What it does, in one line; empty where the name says it all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Rows that the planner expects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_rows: Option<u64>,
    /// What a run came to.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Actual>,
    /// Those that it takes rows from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Explained>,
}

/// What an operator did in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Actual {
    /// Rows that came out of it.
    pub rows: u64,
    /// The time of the operator alone.
    pub time_ms: f64,
    /// What did not fit into the query's memory and went to disk.
    #[serde(skip_serializing_if = "is_zero")]
    pub spilled_bytes: u64,
}

fn is_zero(bytes: &u64) -> bool {
    *bytes == 0
}

/// The tree of a plan; with figures after a run.
pub(crate) fn tree(plan: &Arc<dyn ExecutionPlan>, estimates: &Estimates, ran: bool) -> Explained {
    nested(|| {
        // What only leaves columns out says nothing to a reader.
        if let Some(projection) = plan.downcast_ref::<ProjectionExec>()
            && prunes(projection)
        {
            return tree(projection.input(), estimates, ran);
        }
        let (operator, detail) = words(plan);
        Explained {
            operator,
            detail,
            expected_rows: estimates.rows(plan).map(|rows| rows.round().max(0.0) as u64),
            actual: ran.then(|| actual(plan)),
            inputs: plan
                .children()
                .into_iter()
                .map(|child| tree(child, estimates, ran))
                .collect(),
        }
    })
}

fn prunes(projection: &ProjectionExec) -> bool {
    let same = |expression: &Arc<dyn PhysicalExpr>, alias: &str| {
        expression
            .downcast_ref::<Column>()
            .is_some_and(|column| column.name() == alias)
    };
    projection.expr().iter().all(|part| same(&part.expr, &part.alias))
}

fn actual(plan: &Arc<dyn ExecutionPlan>) -> Actual {
    let Some(metrics) = plan.metrics() else {
        return Actual::default();
    };
    Actual {
        rows: metrics.output_rows().unwrap_or(0) as u64,
        time_ms: metrics.elapsed_compute().unwrap_or(0) as f64 / 1e6,
        spilled_bytes: metrics.spilled_bytes().unwrap_or(0) as u64,
    }
}

/// What an operator is called, and what it does.
fn words(plan: &Arc<dyn ExecutionPlan>) -> (String, String) {
    let plain = |expression: &dyn fmt::Display| {
        let mut text = expression.to_string();
        for schema in plan.children().into_iter().map(|child| child.schema()) {
            for (place, field) in schema.fields().iter().enumerate() {
                text = text.replace(&format!("{}@{place}", field.name()), field.name());
            }
        }
        text
    };
    let list = |parts: Vec<String>| parts.join(", ");
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        let last = projection.expr().last().map(|part| &part.expr);
        if let Some(position) = last.and_then(|last| last.downcast_ref::<Position>()) {
            return ("place".into(), plain(position));
        }
        let names: Vec<String> = projection.expr().iter().map(|part| part.alias.clone()).collect();
        // What a stage hands on are variables, and no columns.
        let hands_on = names.iter().all(|name| name.starts_with('$'));
        return (if hands_on { "with" } else { "return" }.into(), list(names));
    }
    let first = plan.downcast_ref::<FirstExec>().map(FirstExec::best);
    if let Some(sort) = first.or_else(|| plan.downcast_ref::<SortExec>()) {
        let keys = sort.expr().iter().map(|key| {
            let direction = if key.options.descending { " desc" } else { "" };
            plain(&key.expr) + direction
        });
        let mut detail = list(keys.collect());
        if let Some(rows) = sort.fetch() {
            detail.push_str(&format!(", first {rows}"));
        }
        return ("sort".into(), detail);
    }
    if let Some(aggregate) = plan.downcast_ref::<AggregateExec>() {
        let functions = aggregate.aggr_expr().iter().map(|function| {
            let arguments = function
                .expressions()
                .into_iter()
                .map(|argument| match argument.is::<Literal>() {
                    true => "rows".to_owned(),
                    false => plain(&argument),
                });
            let counted = |argument: &String| *argument != PlanColumn::Multiplicity.to_string();
            format!(
                "{}({}{})",
                function.fun().name(),
                if function.is_distinct() { "distinct " } else { "" },
                list(arguments.filter(counted).collect())
            )
        });
        let mut detail = list(functions.collect());
        let keys: Vec<String> = aggregate
            .group_expr()
            .expr()
            .iter()
            .map(|(key, _)| plain(key))
            .collect();
        if !keys.is_empty() {
            detail.push_str(&format!(" by {}", list(keys)));
        }
        return ("aggregate".into(), detail);
    }
    if let Some(filter) = plan.downcast_ref::<FilterExec>() {
        return ("filter".into(), plain(filter.predicate()));
    }
    if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        let pairs = join
            .on()
            .iter()
            .map(|(left, right)| format!("{} = {}", plain(left), plain(right)));
        return ("join".into(), list(pairs.collect()));
    }
    if let Some(join) = plan.downcast_ref::<SortMergeJoinExec>() {
        let pairs = join
            .on()
            .iter()
            .map(|(left, right)| format!("{} = {}", plain(left), plain(right)));
        return ("merge join".into(), list(pairs.collect()));
    }
    if plan.is::<CrossJoinExec>() {
        return ("product".into(), String::new());
    }
    if let Some(limit) = plan.downcast_ref::<GlobalLimitExec>() {
        return (
            "limit".into(),
            list(
                [
                    limit.fetch().map(|rows| rows.to_string()),
                    (limit.skip() > 0).then(|| format!("behind {}", limit.skip())),
                ]
                .into_iter()
                .flatten()
                .collect(),
            ),
        );
    }
    // Operators of our own describe themselves after their name.
    let shown = Shown(plan.as_ref()).to_string();
    let (name, detail) = shown.split_once(": ").unwrap_or((shown.trim_end(), ""));
    let name = match name {
        "NodeScanExec" => "scan",
        "ExpandExec" => "expand",
        "FetchExec" => "fetch",
        "AntiJoinExec" => "without",
        "SemiJoinExec" => "with",
        "BlockExec" => "for each row",
        "OuterExec" => "outer row",
        "FusionExec" => "fuse",
        "NearestExec" => "nearest",
        "LetExec" => "let",
        "EachExec" => "each",
        "UnionExec" => "union",
        "PageExec" => "page",
        "EmptyExec" => "nothing",
        "PlaceholderRowExec" => "one row",
        other => other.strip_suffix("Exec").unwrap_or(other),
    };
    (name.into(), detail.trim_end().into())
}

struct Shown<'p>(&'p dyn ExecutionPlan);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        DisplayAs::fmt_as(self.0, DisplayFormatType::Default, f)
    }
}

/// One operator a line, what it takes rows from below it, figures in columns on the right.
impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        self.lines("", "", &mut lines);
        let width = |line: &(String, &Explained)| line.0.chars().count();
        let widest = lines
            .iter()
            .map(width)
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or(0);
        for (text, operator) in &lines {
            let figures = operator.figures();
            if figures.is_empty() {
                writeln!(f, "{text}")?;
            } else {
                writeln!(f, "{text:widest$}  {figures}")?;
            }
        }
        Ok(())
    }
}

/// Columns from which on figures follow their operator instead of standing below each other.
const WIDEST: usize = 76;

impl Explained {
    fn lines<'e>(&'e self, first: &str, rest: &str, lines: &mut Vec<(String, &'e Explained)>) {
        nested(|| {
            let space = if self.detail.is_empty() { "" } else { " " };
            lines.push((format!("{first}{}{space}{}", self.operator, self.detail), self));
            for (place, input) in self.inputs.iter().enumerate() {
                let last = place + 1 == self.inputs.len();
                let (branch, beside) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
                input.lines(&format!("{rest}{branch}"), &format!("{rest}{beside}"), lines);
            }
        });
    }

    fn figures(&self) -> String {
        let mut figures = Vec::new();
        figures.extend(self.expected_rows.map(|rows| format!("~{rows} rows")));
        if let Some(actual) = &self.actual {
            figures.push(format!("{} rows", actual.rows));
            figures.push(format!("{:.3} ms", actual.time_ms));
            if actual.spilled_bytes > 0 {
                figures.push(format!("{} bytes spilled", actual.spilled_bytes));
            }
        }
        figures.join(", ")
    }
}
