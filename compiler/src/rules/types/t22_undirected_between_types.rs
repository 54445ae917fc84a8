//! T22: only an edge that joins nodes of one type can be followed either way.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Traversal;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity, Place};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T22",
    subcode: "T22",
    name: "undirected-between-types",
    severity: Severity::Error,
    summary: "Only an edge that joins nodes of one type can be followed either way.",
    explanation: "Between different types the types say which end is which, so `<edge>` would mean nothing more than \
                  `edge`.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p <wrote> $d }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  $p wrote $d }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(written: &Traversal, edge: &EdgeType) -> Finding {
    // The angle brackets stand around the name; the tree has no places of their own for them.
    let name = written.edge.span;
    let span = Span::new(name.start.saturating_sub(1) as usize, name.end as usize + 1);
    // Replacing all between the neighbours works however the brackets are spaced.
    let (before, colon) = match &written.edge_variable {
        Some(variable) => (variable.span.end, ":"),
        None => (written.source.span.end, " "),
    };
    let (after, blank) = match &written.hops {
        Some(hops) => (hops.span.start, ""),
        None => (written.target.span.start, " "),
    };
    let gap = Span {
        start: before,
        end: after,
    };
    let directed = format!("{colon}{}{blank}", written.edge.text);
    Finding::new(
        &RULE,
        span,
        format!("`{}` joins different types and has one direction only", edge.name),
    )
    .label("either way")
    .also(
        Place::of_type(DeclarationKind::Edge, &edge.name),
        format!("`{}` goes from `{}` to `{}`", edge.name, edge.from, edge.to),
    )
    .safe_fix(format!("write `{}`", written.edge.text), vec![(gap, directed)])
}
