//! T59.3: a fragment holds no aggregates and no rankings.

use omnigraph_grammar::query::ast::Call;
use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T59",
    subcode: "T59.3",
    name: "fragment-aggregate",
    severity: Severity::Error,
    summary: "A fragment holds no aggregates and no rankings.",
    explanation: "Both are about all rows of a query, and a fragment is asked about one. What is computed of a block, such as \
                  `count { … }`, is a value of that row.",
    fails: Example::Query(
        "fragment busy($p: Person) { $p wrote $d  (count($d) > 3) }\n\nquery q() {\n    match { busy($p) }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "fragment busy($p: Person) { (count { $p wrote $d } > 3) }\n\nquery q() {\n    match { busy($p) }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(call: &Call) -> Finding {
    let name = call.function.name();
    match call.function.is_rank() {
        true => Finding::new(&RULE, call.span, format!("a fragment cannot hold rankings, such as `{name}`"))
            .label("ranks the result of a query")
            .help("to restrict the rows use `search(…)`"),
        false => Finding::new(&RULE, call.span, "a fragment cannot hold aggregates")
            .label("needs all rows of a query")
            .help("a block has a value for each row: `count { … }`, `sum($x.property) { … }`"),
    }
}

/// The limit of an aggregate, which no argument stands for.
pub(crate) fn limit(parameter: &Name) -> Finding {
    let message = format!("`${}` is a parameter of a fragment, and no number of rows", parameter.text);
    Finding::new(&RULE, parameter.span, message).label("write the number")
}
