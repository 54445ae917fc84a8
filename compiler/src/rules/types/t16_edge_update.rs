//! T16: edges are not updated.

use omnigraph_grammar::query::ast::Update;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity};
use crate::query::report::{Build, at, type_path};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T16",
    subcode: "T16",
    name: "edge-update",
    severity: Severity::Error,
    summary: "Edges are not updated.",
    explanation: "An edge has no key by which one could be told from its parallels. Delete it and insert another, in \
                  two queries.",
    fails: Example::Query("query q($a: String) {\n    update Follows set { weight: 1 } where from = $a\n}\n"),
    passes: Example::Query("query q($a: String) {\n    delete Follows where from = $a\n}\n"),
};

pub(crate) fn finding(update: &Update, edge: &EdgeType) -> Finding {
    at(&RULE, update.ty.span, format!("`{}` is an edge type, and edges are not updated", edge.name))
        .label("an edge type")
        .declared(type_path(DeclarationKind::Edge, &edge.name), "declared here")
        .helping("delete the edge in one query and insert the new one in another")
}
