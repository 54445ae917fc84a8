//! Q010: a request to a file with several queries names one of them.

use crate::diagnostic::Severity;
use crate::params::{Candidate, ParameterProblem};
use crate::wording::{all_of, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q010",
    subcode: "Q010",
    name: "which-query",
    severity: Severity::Error,
    summary: "A request to a file with several queries names one of them.",
    explanation: "Only where a file has exactly one query the name may be left out.",
    fails: Example::Request {
        query: "query people() {\n    match { $p: Person }\n    return { $p.name }\n}\n\nquery docs() {\n    match { $d: Doc }\n    return { $d.title }\n}\n",
        name: None,
        mutation: false,
        params: "{}",
    },
    passes: Example::Request {
        query: "query people() {\n    match { $p: Person }\n    return { $p.name }\n}\n\nquery docs() {\n    match { $d: Doc }\n    return { $d.title }\n}\n",
        name: Some("docs"),
        mutation: false,
        params: "{}",
    },
};

pub(crate) fn problem(candidates: &[Candidate]) -> ParameterProblem {
    let names = quoted(candidates.iter().map(|candidate| candidate.name.as_str()));
    match names.is_empty() {
        true => ParameterProblem::new(&RULE, "", "the file has no query"),
        false => ParameterProblem::new(&RULE, "", format!("the file has {} queries, and none is named", names.len()))
            .help(format!("name one of {}", all_of(&names))),
    }
}
