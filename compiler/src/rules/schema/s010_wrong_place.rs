//! S010: a construct that exists, in a place where it does not belong.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{DeclarationKind, Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{CONSTRAINT_WORDS, Decl};

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

pub(crate) fn finding(decl: &Decl, annotation: &Annotation) -> Finding {
    let name = &annotation.name.text;
    let is_constraint = CONSTRAINT_WORDS.contains(&name.as_str());
    let in_header = decl.annotations.contains(annotation);
    let message = match (decl.kind, in_header) {
        (DeclarationKind::Interface, _) => format!("`@{name}` cannot stand in an interface here"),
        (_, true) => format!("`@{name}` does not belong in the header of {}", decl.name.text),
        (_, false) => format!("`@{name}` belongs to no property"),
    };
    let help = match (decl.kind, is_constraint) {
        (DeclarationKind::Interface, true) => "put it into the body of the nodes that implement the interface",
        (_, true) => "move it into the body, as a member of its own",
        (_, false) => "put it behind the property that it describes",
    };
    Finding::new(&RULE, decl.place(annotation.span), message)
        .label("not here")
        .help(help)
}
