//! S046: `@key`, `@unique`, `@index` or `@embed` on an edge as a whole.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S046",
    subcode: "S046",
    name: "constraint-on-edge",
    severity: Severity::Error,
    summary: "A constraint of an edge names its columns, in the body.",
    explanation: "One edge per pair of nodes is written `@unique(src, dst)`.",
    fails: Example::Schema("node Book {}\nnode Member {}\nedge Lent: Book -> Member @unique\n"),
    passes: Example::Schema("node Book {}\nnode Member {}\nedge Lent: Book -> Member { @unique(src, dst) }\n"),
};

pub(crate) fn finding(edge: &Decl, annotation: &Annotation) -> Finding {
    let message = format!(
        "`@{}` on the edge {} names no column",
        annotation.name.text, edge.name.text
    );
    let place = edge.place(annotation.span);
    let finding = Finding::new(&RULE, place.clone(), message).help("write it in the body: `{ @unique(src, dst) }`");
    match annotation.name.text == "unique" && edge.members.is_empty() && annotation.span.end == edge.span.end {
        true => finding.maybe_fix(
            "allow one edge a pair",
            vec![(place, "{ @unique(src, dst) }".to_owned())],
        ),
        false => finding,
    }
}
