//! OG-BC-106: the project's queries work with the new schema.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-106",
    subcode: "OG-BC-106",
    name: "query-broken",
    severity: Severity::Error,
    summary: "The project's queries work with the new schema.",
    explanation: "A query that checks against the present schema would not check against the new one. The plan \
                  lists each of them with what is wrong. Change them in the same release; `allow OG-BC-106 on \
                  schema because \"…\"` lets the schema go first.",
    fails: Example::Situation {
        accepted: "node Book { title: String fax: String? }\n",
        desired: "node Book { title: String }\n",
        known: &[Given::Query("query find_fax() {\n    match { $b: Book }\n    return { $b.fax }\n}\n")],
    },
    passes: Example::Situation {
        accepted: "node Book { title: String fax: String? }\n",
        desired: "node Book { title: String }\n",
        known: &[Given::Query("query find_title() {\n    match { $b: Book }\n    return { $b.title }\n}\n")],
    },
};
