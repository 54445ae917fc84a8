//! T33: key properties are not updated.

use omnigraph_grammar::query::ast::PropertyMatch;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity, Place};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T33",
    subcode: "T33",
    name: "key-update",
    severity: Severity::Error,
    summary: "Key properties are not updated.",
    explanation: "The key is the node's identity, and edges refer to it. Insert a node with the new key and delete \
                  the old one.",
    fails: Example::Query("query q($h: String) {\n    update Person set { handle: \"x\" } where handle = $h\n}\n"),
    passes: Example::Query("query q($h: String) {\n    update Person set { name: \"x\" } where handle = $h\n}\n"),
};

pub(crate) fn finding(assignment: &PropertyMatch, node: &str) -> Finding {
    let name = &assignment.property.text;
    Finding::new(&RULE, assignment.property.span, format!("`{name}` is part of the key of `{node}` and cannot change"))
        .label("a key property")
        .also(Place::of_property(DeclarationKind::Node, node, name), "declared here")
        .help("insert a node with the new key in one query and delete the old one in another")
}
