//! S028: a node that implements a node or an edge.

use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S028",
    subcode: "S028",
    name: "implements-kind",
    severity: Severity::Error,
    summary: "Only interfaces are implemented.",
    explanation: "Nodes do not inherit from nodes. Properties that several nodes share belong in an interface that all \
                  of them implement.",
    fails: Example::Schema("node Book {}\nnode Novel implements Book {}\n"),
    passes: Example::Schema(
        "interface Readable {}\nnode Book implements Readable {}\nnode Novel implements Readable {}\n",
    ),
};

pub(crate) fn finding(node: &Decl, name: &Name, other: &Decl) -> Finding {
    let message = format!(
        "{} implements `{}`, which is {}",
        node.name.text,
        name.text,
        other.kind.with_article()
    );
    Finding::new(&RULE, node.place(name.span), message)
        .label("not an interface")
        .also(other.name_place(), format!("{} declared here", other.kind.word()))
        .help("nodes do not inherit from nodes: put what they share into an interface")
}
