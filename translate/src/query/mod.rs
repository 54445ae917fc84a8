//! Cypher's queries as ours. Whatever has no exact equal is a problem of its construct, and its statement has no translation then.

mod aggregates;
mod driven;
mod expression;
mod functions;
mod graph;
mod inference;
mod lists;
mod mutation;
mod numbers;
mod operators;
mod optional;
mod parameters;
mod pattern;
mod projection;
mod reading;
mod regex;
mod stages;
mod texts;
mod times;
mod unions;
mod where_clause;

use std::collections::BTreeMap;

use omnigraph_compiler::rules::Rule;
use omnigraph_grammar::Span;
use omnigraph_model::catalog::Catalog;

use crate::Dialect;
use crate::ast::{Clause, ClauseKind, Expr, Query};
use crate::names::Names;
use crate::problem::Problem;
use crate::value::Value;

use parameters::Parameters;
use pattern::Found;
use projection::Column;

/// A translated statement: the text of a query but for its name, or why there is none. Notes may stand beside a text.
pub(crate) struct Outcome {
    /// Between `query NAME` and the end.
    pub(crate) text: Option<String>,
    pub(crate) problems: Vec<Problem>,
}

/// Translates one statement of a file.
pub(crate) fn translated(text: &str, dialect: Dialect, catalog: &Catalog, query: &Query) -> Outcome {
    // A parameter has the type that its uses tell, the last of which may stand behind the first: so everything is read twice.
    let mut first = Translator::new(text, dialect, catalog, Parameters::default());
    first.reserve(query);
    let _ = first.statement(query);
    let mut second = Translator::new(text, dialect, catalog, first.parameters.again());
    second.reserve(query);
    let body = second.statement(query);
    let flawed = second.problems.iter().any(|problem| !problem.is_mere_note());
    second.problems.extend(second.parameters.problems(!flawed));
    let mut problems = second.problems;
    problems.sort_by_key(Problem::key);
    problems.dedup_by_key(|problem| problem.key());
    let flawed = problems.iter().any(|problem| !problem.is_mere_note());
    let text = body
        .filter(|_| !flawed)
        .map(|body| format!("({}) {{ {body} }}", second.parameters.declared()));
    Outcome { text, problems }
}

#[derive(Clone)]
struct Translator<'a> {
    /// Of the file.
    text: &'a str,
    dialect: Dialect,
    catalog: &'a Catalog,
    problems: Vec<Problem>,
    parameters: Parameters,
    names: Names,
    /// What each visible variable of the statement stands for, the innermost block last.
    frames: Vec<BTreeMap<String, Value>>,
    /// Shortest paths of the clauses at hand, by name. A condition of the `MATCH` that reads one would
    /// decide what is searched for, so that they are known behind it only.
    searched: Vec<(String, Found)>,
    /// The paths that may be read.
    found: BTreeMap<String, Found>,
    /// Whether null counts as false where an expression stands.
    lenient: bool,
    in_aggregate: bool,
    /// Whether the rows at hand are grouped by a column, so that no group is empty.
    keyed: bool,
    guards: Vec<Guard>,
    /// The stages that are complete; `None` where there can be none, in a block or a statement that writes.
    stages: Option<Vec<String>>,
    /// The type of each relationship that has a name, as the statement spells it.
    spellings: BTreeMap<String, String>,
    /// The columns of what was returned last.
    returned: Vec<Column>,
}

/// What is known of a number where an expression stands.
#[derive(Clone, Debug)]
struct Guard {
    expr: Expr,
    sign: Sign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    NotZero,
    NotNegative,
    Positive,
}

impl<'a> Translator<'a> {
    fn new(text: &'a str, dialect: Dialect, catalog: &'a Catalog, parameters: Parameters) -> Translator<'a> {
        Translator {
            text,
            dialect,
            catalog,
            problems: Vec::new(),
            parameters,
            names: Names::default(),
            frames: vec![BTreeMap::new()],
            searched: Vec::new(),
            found: BTreeMap::new(),
            lenient: false,
            in_aggregate: false,
            keyed: false,
            guards: Vec::new(),
            stages: None,
            spellings: BTreeMap::new(),
            returned: Vec::new(),
        }
    }

    fn is_kuzu(&self) -> bool {
        self.dialect == Dialect::Kuzu
    }

    /// The name of the language, for messages.
    fn origin(&self) -> &'static str {
        match self.dialect {
            Dialect::Cypher => "Cypher",
            Dialect::Kuzu => "Kùzu",
        }
    }

    /// Parameters and variables share their names here, and parameters keep theirs.
    fn reserve(&mut self, query: &Query) {
        let mut found: Vec<(String, Span)> = Vec::new();
        for clause in query.parts.iter().flatten() {
            clause.expressions(&mut |expr| parameters::collect(expr, &mut found));
        }
        for (name, span) in found {
            self.parameters.add(&name, span, &mut self.names);
        }
    }

    /// The body of the query.
    fn statement(&mut self, query: &Query) -> Option<String> {
        if !query.unions.is_empty() {
            return self.united(query);
        }
        let clauses = query.parts.first()?;
        let writes = clauses.iter().find(|clause| is_write(clause));
        match writes {
            Some(_) => self.mutation(clauses),
            None => self.reading(clauses),
        }
    }

    // ---- problems ----------------------------------------------------------

    fn report(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::new(rule, span, message).help(help));
    }

    /// Reports what has no value of ours.
    fn none(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>, help: impl Into<String>) -> Value {
        self.report(rule, span, message, help);
        Value::unknown()
    }

    fn own(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    // ---- variables ---------------------------------------------------------

    fn bind(&mut self, name: &str, value: Value) {
        if let Some(frame) = self.frames.last_mut() {
            frame.insert(name.to_owned(), value);
        }
    }

    fn lookup(&self, name: &str) -> Option<&Value> {
        self.frames.iter().rev().find_map(|frame| frame.get(name))
    }

    /// What `*` stands for: all visible variables by name.
    fn visible(&self) -> Vec<(String, Value)> {
        let all = self.frames.iter().flatten();
        let mut all: Vec<(String, Value)> = all.map(|(name, value)| (name.clone(), value.clone())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|a, b| a.0 == b.0);
        all
    }

    /// A new variable of ours for one of the statement's, or for one that it does not name.
    fn fresh(&mut self, wanted: &str) -> String {
        let small = crate::names::small(wanted).unwrap_or_else(|| "v".to_owned());
        // `$_` alone is another variable at each place.
        let small = if small.trim_matches('_').is_empty() {
            "v".to_owned()
        } else {
            small
        };
        format!("${}", self.names.fresh(&small))
    }

    /// What is translated where an inner block's variables are visible.
    fn framed<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.frames.push(BTreeMap::new());
        let lenient = std::mem::replace(&mut self.lenient, false);
        let guards = self.guards.len();
        let stages = self.stages.take();
        let outcome = inside(self);
        self.stages = stages;
        self.guards.truncate(guards);
        self.lenient = lenient;
        self.frames.pop();
        outcome
    }
}

fn is_write(clause: &Clause) -> bool {
    matches!(
        clause.kind,
        ClauseKind::Create(_)
            | ClauseKind::Merge { .. }
            | ClauseKind::Set(_)
            | ClauseKind::Remove(_)
            | ClauseKind::Delete { .. }
    )
}
