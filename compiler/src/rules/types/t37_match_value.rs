//! T37: an inline match compares with constants and parameters.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::PropertyMatch;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::nearest;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T37",
    subcode: "T37",
    name: "match-value",
    severity: Severity::Error,
    summary: "An inline match compares with constants and parameters.",
    explanation: "`{ name: $x }` looks like a parameter, and an undeclared one would silently restrict nothing. To \
                  compare with another variable's property write a filter.",
    fails: Example::Query(
        "query q($name: String) {\n    match { $p: Person { name: $nam } }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q($name: String) {\n    match { $p: Person { name: $name } }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn undeclared(context: &Context, name: &str, span: Span) -> Finding {
    if context.environment.nodes.contains_key(name) {
        let message = format!("`${name}` stands for a node, and an inline match takes values");
        let help = format!("write a filter below the binding: `… = ${name}.property`");
        return Finding::new(&RULE, span, message).label("a node").help(help);
    }
    let finding = Finding::new(&RULE, span, format!("`${name}` is not a parameter of this query")).label("not declared");
    let known = context.environment.parameters.keys().map(String::as_str);
    let near = nearest(name, known);
    match near.is_empty() {
        true => finding.help(format!("declare it as a parameter, or write a filter: `… = ${name}.property`")),
        false => finding.meaning(span, "$", &near),
    }
}

/// `read`: what depends on the assignment.
pub(crate) fn other(written: &PropertyMatch, read: Span) -> Finding {
    let property = &written.property.text;
    Finding::new(&RULE, read, "an inline match takes constants and parameters")
        .label("not a constant")
        .help(format!("write a filter below the binding: `$x.{property} = …`"))
}
