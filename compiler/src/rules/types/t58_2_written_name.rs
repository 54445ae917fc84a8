//! T58.2: a pattern sees nothing of what the query writes.

use omnigraph_grammar::Name;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T58",
    subcode: "T58.2",
    name: "written-name",
    severity: Severity::Error,
    summary: "A pattern does not mention what the query writes.",
    explanation: "Blocks such as `count { … }` are looked for in the state before the query, in which the row of an `insert … as $x` is not \
                  there yet. A statement may read its properties, and name it as an end of an edge.",
    fails: Example::Query(
        "query q($h: String) {\n    insert Person as $p { handle: $h, name: $h, role: \"guest\" }\n    insert Doc { slug: $h, title: $h, year: count { $p wrote $d } }\n}\n",
    ),
    passes: Example::Query(
        "query q($h: String) {\n    insert Person as $p { handle: $h, name: $h, role: \"guest\" }\n    insert Doc as $d { slug: $h, title: $p.name }\n    insert Wrote { from: $p, to: $d }\n}\n",
    ),
};

pub(crate) fn finding(context: &Context, name: &Name, variable: Var) -> Finding {
    let message = format!("`${}` is written by this query: the state before it has no such row", name.text);
    let finding = Finding::new(&RULE, name.span, message).label("not visible in a pattern");
    context.with_declaration(finding, variable, name.span)
}
