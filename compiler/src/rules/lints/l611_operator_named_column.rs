//! L611: no column is called like an operator.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L611",
    subcode: "L611",
    name: "operator-named-column",
    severity: Severity::Info,
    summary: "No column is called like an operator.",
    explanation: "Such a name is the column only where it stands alone at the top of `return`; in parentheses and \
                  elsewhere it is the operator.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name as or }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name as other }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

const OPERATORS: [&str; 9] = [
    "and", "contains", "ends_with", "in", "is", "matches", "not", "or", "starts_with",
];

fn check(view: &View, found: &mut Vec<Finding>) {
    for read in view.reads() {
        for alias in read.projections.iter().filter_map(|projection| projection.alias.as_ref()) {
            if OPERATORS.contains(&alias.text.as_str()) {
                found.push(
                    Finding::new(&RULE, alias.span, format!("`{}` is an operator in parentheses", alias.text))
                        .label("a column")
                        .help("call it otherwise"),
                );
            }
        }
    }
}
