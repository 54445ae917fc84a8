//! S071: `@key` on an edge or a property of one.

use omnigraph_grammar::schema::ast::{self, Annotation};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S071",
    subcode: "S071",
    name: "key-on-edge",
    severity: Severity::Error,
    summary: "Only nodes have keys.",
    explanation: "The id of an edge is given or generated, never derived. To allow one edge a pair, or one a source, \
                  use `@unique(src, dst)` or `@unique(src)`.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book { @key(src) }\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book { @unique(src) }\n"),
};

pub(crate) fn in_body(edge: &Decl, annotation: &Annotation) -> Finding {
    finding(edge, annotation).safe_fix(
        "use `@unique`",
        vec![(edge.place(annotation.name.span), "unique".to_owned())],
    )
}

pub(crate) fn on_property(edge: &Decl, property: &ast::Property, annotation: &Annotation) -> Finding {
    finding(edge, annotation)
        .also(edge.place(property.name.span), "a property of an edge")
        .maybe_fix(
            "use `@unique`",
            vec![(edge.place(annotation.name.span), "unique".to_owned())],
        )
}

fn finding(edge: &Decl, annotation: &Annotation) -> Finding {
    let message = format!("the edge {} cannot have a key", edge.name.text);
    Finding::new(&RULE, edge.place(annotation.span), message).help("an edge's columns can be `@unique`")
}
