//! S024: the source of an edge is not a declared type.

use omnigraph_grammar::Name;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::suggest::{nearest, suggestion};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Declared};

pub const RULE: Rule = Rule {
    code: "S024",
    subcode: "S024",
    name: "unknown-edge-source",
    severity: Severity::Error,
    summary: "The source of an edge is a node type of the schema.",
    explanation: "Declarations may come in any order, so an endpoint may be declared further down; it must be declared \
                  somewhere.",
    fails: Example::Schema("node Book {}\nnode Member {}\nedge Lent: Boook -> Member\n"),
    passes: Example::Schema("node Book {}\nnode Member {}\nedge Lent: Book -> Member\n"),
};

pub(crate) fn finding(edge: &Decl, name: &Name, declared: &Declared) -> Finding {
    let message = format!(
        "edge {} goes from `{}`, which is not declared",
        edge.name.text, name.text
    );
    let finding = Finding::new(&RULE, edge.place(name.span), message).label("no such node");
    match nearest(&name.text, declared.names(DeclarationKind::Node)) {
        Some(near) => finding.help(suggestion(near)).safe_fix(
            format!("replace with `{near}`"),
            vec![(edge.place(name.span), near.to_owned())],
        ),
        None => finding.help(format!("declare it: `node {} {{}}`", name.text)),
    }
}
