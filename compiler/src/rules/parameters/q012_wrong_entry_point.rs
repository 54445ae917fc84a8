//! Q012: reads are queried, mutations are run as mutations.

use crate::diagnostic::Severity;
use crate::params::{Candidate, ParameterProblem};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q012",
    subcode: "Q012",
    name: "wrong-entry-point",
    severity: Severity::Error,
    summary: "Reads are queried, mutations are run as mutations.",
    explanation: "The two come in by different doors, so that whoever may only read cannot write by the name of a \
                  query.",
    fails: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: true,
        params: "{\"h\": \"bo\"}",
    },
    passes: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": \"bo\"}",
    },
};

pub(crate) fn problem(candidate: &Candidate) -> ParameterProblem {
    let name = &candidate.name;
    let (what, door) = match candidate.mutation {
        true => ("writes", "mutate"),
        false => ("only reads", "query"),
    };
    ParameterProblem::new(&RULE, "", format!("query `{name}` {what}, and was called the other way"))
        .help(format!("call it by `{door}`"))
}
