//! S084: a pattern that is not a regular expression.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::Argument;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S084",
    subcode: "S084",
    name: "bad-regex",
    severity: Severity::Error,
    summary: "The pattern of `@check` is a regular expression that runs in linear time.",
    explanation: "Look-around and back-references are not among them. The value must contain a match; anchor the \
                  pattern with `^` and `$` to match all of it.",
    fails: Example::Schema("node Book {\n    isbn: String\n    @check(isbn, \"[0-9\")\n}\n"),
    passes: Example::Schema("node Book {\n    isbn: String\n    @check(isbn, \"[0-9]\")\n}\n"),
};

pub(crate) fn finding(owner: &Decl, argument: &Argument, pattern: &str, error: &regex::Error) -> Finding {
    let text = error.to_string();
    let reason = text.lines().rev().find_map(|line| line.strip_prefix("error: "));
    let reason = reason.map_or_else(
        || text.lines().last().unwrap_or("it is too large").to_owned(),
        str::to_owned,
    );
    let span = marked(&text, pattern).map_or(argument.span, |part| inside(argument.span, pattern, part));
    Finding::new(
        &RULE,
        owner.place(span),
        format!("the pattern is not a regular expression: {reason}"),
    )
}

/// The characters of the pattern that the engine's report marks: a line of the pattern, and carets below it.
fn marked(report: &str, pattern: &str) -> Option<(usize, usize)> {
    let lines: Vec<&str> = report.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.strip_prefix("    ") == Some(pattern))?;
    let carets = lines.get(at + 1)?.strip_prefix("    ")?;
    let start = carets.find('^')?;
    Some((start, carets.trim_end().len()))
}

/// That part of the string literal, if it has no escapes, which would move it.
fn inside(literal: Span, pattern: &str, (start, end): (usize, usize)) -> Span {
    let plain = (literal.end - literal.start) as usize == pattern.len() + 2 && pattern.is_ascii();
    match plain && start < end && end <= pattern.len() {
        true => Span::new(literal.start as usize + 1 + start, literal.start as usize + 1 + end),
        false => literal,
    }
}
