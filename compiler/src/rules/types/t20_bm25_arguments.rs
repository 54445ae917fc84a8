//! T20: `bm25` and `match_text` look for text in a String property.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T20",
    subcode: "T20",
    name: "bm25-arguments",
    severity: Severity::Error,
    summary: "`bm25` and `match_text` look for text in a String property.",
    explanation: "Only text is split into words. The field is a property of a bound node, `$d.title`.",
    fails: Example::Query(
        "query q($q: String) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { bm25($d.year, $q) }\n}\n",
    ),
    passes: Example::Query(
        "query q($q: String) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { bm25($d.title, $q) }\n}\n",
    ),
};
