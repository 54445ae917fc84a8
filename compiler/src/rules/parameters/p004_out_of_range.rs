//! P004: a number lies within the range of its type.

use omnigraph_model::types::Scalar;

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P004",
    subcode: "P004",
    name: "value-out-of-range",
    severity: Severity::Error,
    summary: "A number lies within the range of its type.",
    explanation: "An integer that does not fit would be another one, and a float beyond its width would be infinite.",
    fails: Example::Request {
        query: "query q($n: I32) {\n    match { $p: Person { age: $n } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"n\": 3000000000}",
    },
    passes: Example::Request {
        query: "query q($n: I32) {\n    match { $p: Person { age: $n } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"n\": 41}",
    },
};

pub(crate) fn integer(path: &str, value: &str, scalar: Scalar) -> ParameterProblem {
    let range = match scalar {
        Scalar::I32 => "-2147483648 to 2147483647",
        Scalar::U32 => "0 to 4294967295",
        Scalar::U64 => "0 to 9223372036854775807",
        _ => "-9223372036854775808 to 9223372036854775807",
    };
    ParameterProblem::new(&RULE, path, format!("parameter `{path}` is {value}, and `{scalar}` goes from {range}"))
}

pub(crate) fn float(path: &str, value: &str, scalar: Scalar) -> ParameterProblem {
    let most = match scalar {
        Scalar::F32 => f64::from(f32::MAX),
        _ => f64::MAX,
    };
    ParameterProblem::new(
        &RULE,
        path,
        format!("parameter `{path}` is {value}, and `{scalar}` goes from {:e} to {most:e}", -most),
    )
}

/// An integer that a JavaScript number cannot tell from its neighbours.
pub(crate) fn imprecise(path: &str, value: &str) -> ParameterProblem {
    let message = format!("parameter `{path}` is {value}, and numbers are exact from -(2^53-1) to 2^53-1");
    ParameterProblem::new(&RULE, path, message).help("pass it as a string")
}

/// An integer that is written into a float property.
pub(crate) fn inexact(path: &str, value: i64, scalar: Scalar) -> ParameterProblem {
    let message = format!("parameter `{path}` is {value}, which `{scalar}` cannot hold exactly");
    ParameterProblem::new(&RULE, path, message)
}

/// The constant of `rrf`.
pub(crate) fn not_positive(path: &str, value: i64) -> ParameterProblem {
    let message = format!("parameter `{path}` is {value}, and the constant of `rrf` starts at 1");
    ParameterProblem::new(&RULE, path, message)
}
