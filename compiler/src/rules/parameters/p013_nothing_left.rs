//! P013: a statement keeps a condition when those with a null parameter are skipped.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P013",
    subcode: "P013",
    name: "nothing-left",
    severity: Severity::Error,
    summary: "A statement keeps a condition when those with a null parameter are skipped.",
    explanation: "Without any condition the statement would be about every row of its type. Nothing is written.",
    fails: Example::Request {
        query: "query q($n: String?) {\n    delete Person where name = $n?\n}\n",
        name: None,
        mutation: true,
        params: "{}",
    },
    passes: Example::Request {
        query: "query q($n: String?) {\n    delete Person where name = $n?\n}\n",
        name: None,
        mutation: true,
        params: "{\"n\": \"Bo\"}",
    },
};

/// `statement`: `delete Person`.
pub(crate) fn problem(statement: &str) -> ParameterProblem {
    ParameterProblem::new(&RULE, "", format!("all conditions of this `{statement}` are skipped"))
        .help("give one of the parameters a value")
}
