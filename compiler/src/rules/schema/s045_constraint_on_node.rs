//! S045: `@key`, `@unique`, `@index` or `@embed` on a node as a whole.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S045",
    subcode: "S045",
    name: "constraint-on-node",
    severity: Severity::Error,
    summary: "`@key`, `@unique`, `@index` and `@embed` concern columns, so they stand on a property or in the \
              body.",
    explanation: "On the header they do not say which property they mean.",
    fails: Example::Schema("node Book @unique { isbn: String }\n"),
    passes: Example::Schema("node Book { isbn: String @unique }\n"),
};

pub(crate) fn finding(node: &Decl, annotation: &Annotation) -> Finding {
    let message = format!(
        "`@{}` on the node {} names no property",
        annotation.name.text, node.name.text
    );
    Finding::new(&RULE, node.place(annotation.span), message).help("put it on a property, or in the body")
}
