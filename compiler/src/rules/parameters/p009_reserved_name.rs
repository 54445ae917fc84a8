//! P009: a request does not set the clock.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P009",
    subcode: "P009",
    name: "reserved-parameter",
    severity: Severity::Error,
    summary: "A request does not set the clock.",
    explanation: "`__nanograph_now` once carried the instant of a request. The instant is the server's, and the same \
                  everywhere in a query.",
    fails: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": \"bo\", \"__nanograph_now\": \"2026-04-01T08:30:00Z\"}",
    },
    passes: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": \"bo\"}",
    },
};

pub(crate) fn problem(name: &str) -> ParameterProblem {
    ParameterProblem::new(&RULE, name, format!("`{name}` is reserved: a request cannot set the clock"))
}
