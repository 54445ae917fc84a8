//! P007: a date is a day of the calendar, an instant an RFC 3339 time.

use omnigraph_model::temporal::{DATETIME_EXAMPLE, DATE_EXAMPLE};
use omnigraph_model::types::Scalar;

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P007",
    subcode: "P007",
    name: "invalid-date",
    severity: Severity::Error,
    summary: "A date is a day of the calendar, an instant an RFC 3339 time.",
    explanation: "Dates are written year-month-day. An instant without an offset is in UTC.",
    fails: Example::Request {
        query: "query q($d: Date) {\n    match { $p: Person  $p.joined > $d }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"d\": \"2026-02-30\"}",
    },
    passes: Example::Request {
        query: "query q($d: Date) {\n    match { $p: Person  $p.joined > $d }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"d\": \"2026-02-28\"}",
    },
};

pub(crate) fn problem(path: &str, text: &str, scalar: Scalar) -> ParameterProblem {
    let example = match scalar {
        Scalar::Date => DATE_EXAMPLE,
        _ => DATETIME_EXAMPLE,
    };
    ParameterProblem::new(&RULE, path, format!("parameter `{path}` is `{text}`, which is not a `{scalar}`"))
        .help(format!("write it like `{example}`"))
}
