//! T16: the ends of an edge are not updated.

use omnigraph_grammar::query::ast::PropertyMatch;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity, Place};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T16",
    subcode: "T16",
    name: "edge-update",
    severity: Severity::Error,
    summary: "The ends of an edge are not updated.",
    explanation: "`update` changes the properties of an edge. One between other nodes is another edge: delete it and insert the other, \
                  in two queries.",
    fails: Example::Query("query q($a: String) {\n    update Follows set { to: $a } where from = $a\n}\n"),
    passes: Example::Query("query q($a: String) {\n    update Follows set { weight: 1 } where from = $a\n}\n"),
};

pub(crate) fn finding(assignment: &PropertyMatch, edge: &EdgeType) -> Finding {
    let name = &assignment.property.text;
    Finding::new(&RULE, assignment.property.span, format!("`{name}` is an end of the `{}` edge and cannot change", edge.name))
        .label("an end of the edge")
        .also(Place::of_type(DeclarationKind::Edge, &edge.name), "declared here")
        .help("delete the edge in one query and insert the new one in another")
}
