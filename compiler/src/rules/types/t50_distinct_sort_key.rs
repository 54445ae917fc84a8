//! T50: rows that are distinct are sorted by their columns.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Read;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T50",
    subcode: "T50",
    name: "distinct-sort-key",
    severity: Severity::Error,
    summary: "With `return distinct`, the sort keys are columns, or made of columns.",
    explanation: "A row of the result stands for all rows that are equal to it, which may differ in everything that is not \
                  returned.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person }\n    return distinct { $p.role }\n    order { $p.age }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person }\n    return distinct { $p.role, $p.age }\n    order { $p.age }\n}\n",
    ),
};

pub(crate) fn finding(key: Span, distinct: Span, read: &Read) -> Finding {
    Finding::new(&RULE, key, "this is not among the distinct columns")
        .label("not returned")
        .also(distinct, "equal rows are one")
        .also(read.return_span, "the columns")
        .help("return it, or sort by a column")
}
