//! T16: edges are not updated.

use omnigraph_grammar::query::ast::Update;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity, Place};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T16",
    subcode: "T16",
    name: "edge-update",
    severity: Severity::Error,
    summary: "Edges are not updated.",
    explanation: "An edge has no key that would distinguish it from its parallels. Delete it and insert another, in \
                  two queries.",
    fails: Example::Query("query q($a: String) {\n    update Follows set { weight: 1 } where from = $a\n}\n"),
    passes: Example::Query("query q($a: String) {\n    delete Follows where from = $a\n}\n"),
};

pub(crate) fn finding(update: &Update, edge: &EdgeType) -> Finding {
    Finding::new(&RULE, update.ty.span, format!("`{}` is an edge type, and edges are not updated", edge.name))
        .label("an edge type")
        .also(Place::of_type(DeclarationKind::Edge, &edge.name), "declared here")
        .help("delete the edge in one query and insert the new one in another")
}
