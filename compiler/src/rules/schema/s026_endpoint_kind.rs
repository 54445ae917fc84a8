//! S026: an edge that leads from or to an interface or an edge.

use omnigraph_grammar::Name;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Declared};

pub const RULE: Rule = Rule {
    code: "S026",
    subcode: "S026",
    name: "endpoint-kind",
    severity: Severity::Error,
    summary: "Both ends of an edge are node types.",
    explanation: "An edge row names one node on each side. Interfaces have no rows of their own, so an edge to \
                  \"anything that implements it\" is written as one edge per node type.",
    fails: Example::Schema("interface Named {}\nnode Book implements Named {}\nedge Near: Named -> Book\n"),
    passes: Example::Schema("interface Named {}\nnode Book implements Named {}\nedge Near: Book -> Book\n"),
};

pub(crate) fn finding(edge: &Decl, name: &Name, other: &Decl, declared: &Declared) -> Finding {
    let message = format!(
        "an end of {} is the {} `{}`",
        edge.name.text,
        other.kind.word(),
        name.text
    );
    let finding = Finding::new(&RULE, edge.place(name.span), message)
        .label("not a node")
        .also(other.name_place(), format!("{} declared here", other.kind.word()));
    if other.kind != DeclarationKind::Interface {
        return finding;
    }
    let implementing: Vec<String> = declared
        .of_kind(DeclarationKind::Node)
        .filter(|node| node.implements.iter().any(|interface| interface.text == name.text))
        .map(|node| format!("`{}`", node.name.text))
        .collect();
    match implementing.is_empty() {
        true => finding.help("declare one edge per node type"),
        false => finding.help(format!("declare one edge per node type: {}", implementing.join(", "))),
    }
}
