//! T10.3: a statement about a variable is about a node or an edge.

use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T10",
    subcode: "T10.3",
    name: "value-target",
    severity: Severity::Error,
    summary: "A statement about a variable is about a node or an edge.",
    explanation: "`update $x` and `delete $x` change or remove what the pattern before the statements has bound to `$x`. A value or a \
                  parameter is nothing that is stored.",
    fails: Example::Query("query q($h: String) {\n    update $h set { age: 3 }\n}\n"),
    passes: Example::Query("query q($h: String) {\n    match { $p: Person { handle: $h } }\n    update $p set { age: 3 }\n}\n"),
};

pub(crate) fn parameter(name: &Name, declared: Span) -> Finding {
    Finding::new(&RULE, name.span, format!("`${}` is a parameter, and no node or edge", name.text))
        .label("a value")
        .also(declared, "declared here")
        .help("a `match` before the statements binds nodes and edges, such as `match { $p: Person { name: $name } }`")
}

pub(crate) fn value(context: &Context, name: &Name, variable: Var) -> Finding {
    let finding = Finding::new(&RULE, name.span, format!("`${}` is a value, and no node or edge", name.text)).label("a value");
    context.with_declaration(finding, variable, name.span)
}
