//! S010: a construct that exists, in a place where it does not belong.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S010",
    subcode: "S010",
    name: "wrong-place",
    severity: Severity::Error,
    summary: "A constraint with columns stands in the body of a node or an edge, and an annotation stands behind \
              what it describes.",
    explanation: "A header describes the declaration, a body holds its members. A constraint over columns needs the \
                  columns, so it is a member; an interface has no constraints of its own beside those on its \
                  properties.",
    fails: Example::Schema("node Book @key(isbn) { isbn: String }\n"),
    passes: Example::Schema("node Book {\n    isbn: String\n    @key(isbn)\n}\n"),
};

/// What the parser leaves to whoever knows what an annotation is for.
pub(crate) fn finding(decl: &Decl, annotation: &Annotation) -> Finding {
    let name = &annotation.name.text;
    let (message, help) = match decl.annotations.contains(annotation) {
        true => (
            format!("`@{name}` does not belong in the header of {}", decl.name.text),
            "put it behind the property that it describes",
        ),
        false => (
            format!("`@{name}` cannot stand in an interface"),
            "put it into the nodes that implement the interface",
        ),
    };
    Finding::new(&RULE, decl.place(annotation.span), message).help(help)
}
