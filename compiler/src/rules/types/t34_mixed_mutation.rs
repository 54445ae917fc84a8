//! T34: a query either writes rows or deletes rows.

use omnigraph_grammar::query::ast::Statement;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T34",
    subcode: "T34",
    name: "mixed-mutation",
    severity: Severity::Error,
    summary: "A query either writes rows or deletes rows.",
    explanation: "All statements are committed together, and a node that is both written and deleted would have no \
                  certain fate. Run the writes first and the deletes in a second query.",
    fails: Example::Query(
        "query q() {\n    insert Person { handle: \"x\", name: \"X\", role: \"guest\" }\n    delete Person where handle = \"y\"\n}\n",
    ),
    passes: Example::Query("query q() {\n    insert Person { handle: \"x\", name: \"X\", role: \"guest\" }\n}\n"),
};

pub(crate) fn finding(delete: &Statement, write: &Statement) -> Finding {
    Finding::new(&RULE, delete.keyword(), "a query that writes rows cannot delete rows too")
        .label("deletes")
        .also(write.keyword(), "writes")
        .help("split it: the writes in one query, then the deletes in another")
}
