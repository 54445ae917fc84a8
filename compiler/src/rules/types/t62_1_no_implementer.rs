//! T62.1: an interface that a variable ranges over is implemented by some node type.

use omnigraph_grammar::Name;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T62",
    subcode: "T62.1",
    name: "no-implementer",
    severity: Severity::Error,
    summary: "An interface that a variable ranges over is implemented by some node type.",
    explanation: "A variable of an interface is a node of one of the types that implement it. Where there is none, nothing can be \
                  found, whatever is in the graph.",
    fails: Example::Project {
        schema: "interface Titled { title: String }\nnode Book { isbn: String @key title: String }\n",
        query: "query q() {\n    match { $x: Titled }\n    return { $x.title }\n}\n",
    },
    passes: Example::Project {
        schema: "interface Titled { title: String }\nnode Book implements Titled { isbn: String @key }\n",
        query: "query q() {\n    match { $x: Titled }\n    return { $x.title }\n}\n",
    },
};

pub(crate) fn finding(written: &Name) -> Finding {
    let name = &written.text;
    Finding::new(&RULE, written.span, format!("no node type implements `{name}`"))
        .label("nothing to range over")
        .also(Place::of_type(DeclarationKind::Interface, name), "declared here")
        .help(format!("let a node type implement it, as in `node Person implements {name}`"))
}
