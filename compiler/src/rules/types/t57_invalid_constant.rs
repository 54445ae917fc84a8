//! T57: a constant that a function reads has the form that it asks for.

use omnigraph_grammar::Span;
use omnigraph_model::ir::Expression;
use omnigraph_model::types::Value;
use omnigraph_model::vocabulary::functions::{Argument, UNITS};

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::wording::{any_of, nearest, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T57",
    subcode: "T57",
    name: "invalid-constant",
    severity: Severity::Error,
    summary: "A regular expression, a unit or a pattern that is written out is a valid one.",
    explanation: "What is written out is checked with the query, not with the first row that meets it.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { trunc(\"mont\", $p.joined) as start }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { trunc(\"month\", $p.joined) as start }\n}\n"),
};

/// What is wrong with a constant; `what` names who reads it.
pub(crate) fn finding(argument: Argument, typed: &Typed, what: &str) -> Option<Finding> {
    let text = match &typed.expression {
        Expression::Literal {
            value: Value::String(text),
            ..
        } => Some(text.as_str()),
        _ => None,
    };
    match (argument, text) {
        (Argument::Unit, None) => {
            let message = format!("the unit of {what} is written out");
            Some(Finding::new(&RULE, typed.span, message).help(format!("it is {}", any_of(&quoted(UNITS)))))
        }
        (Argument::Unit, Some(unit)) if !UNITS.contains(&unit) => {
            let finding = Finding::new(&RULE, typed.span, format!("there is no unit `{unit}`"))
                .help(format!("the units are {}", any_of(&quoted(UNITS))));
            Some(match nearest(unit, UNITS).first() {
                Some(near) => finding.maybe_fix(format!("write `{near}`"), vec![(typed.span, format!("\"{near}\""))]),
                None => finding,
            })
        }
        (Argument::Pattern, Some(pattern)) => regex::Regex::new(pattern)
            .err()
            .map(|error| regular_expression(typed, &error.to_string())),
        (Argument::DateFormat, Some(pattern)) => unknown_directive(pattern).map(|directive| {
            Finding::new(&RULE, typed.span, format!("`{directive}` stands for no part of a time"))
                .help("the parts are `%Y`, `%m`, `%d`, `%H`, `%M`, `%S`, `%3f`, `%j`, `%V` and `%u`; `%%` is a percent sign")
        }),
        _ => None,
    }
}

/// The last line of what the engine says holds the reason.
fn regular_expression(typed: &Typed, text: &str) -> Finding {
    let reason = text.lines().last().unwrap_or("it is too large");
    let reason = reason.strip_prefix("error: ").unwrap_or(reason);
    Finding::new(&RULE, typed.span, format!("this is no regular expression: {reason}"))
}

/// The first part of a pattern of dates that is none.
fn unknown_directive(pattern: &str) -> Option<String> {
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        let directive = &rest[at..];
        let known = ["%Y", "%m", "%d", "%H", "%M", "%S", "%3f", "%j", "%V", "%u", "%%"];
        match known.iter().find(|known| directive.starts_with(**known)) {
            Some(known) => rest = &directive[known.len()..],
            None => return Some(directive.chars().take(2).collect()),
        }
    }
    None
}

/// A part of the way through a group that is none.
pub(crate) fn part(place: Span) -> Finding {
    Finding::new(&RULE, place, "the part that `percentile` takes is a number from 0 to 1, written out")
        .help("`percentile($x, 0.9)` is the number below which nine of ten lie")
}
